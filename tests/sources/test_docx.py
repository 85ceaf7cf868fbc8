"""Word documents made here: styles, numbers, tables, notes."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from servanda.errors import SourceTooLarge, UnreadableSource
from servanda.sources import read_bytes

NUMBERING = """<w:numbering {ns}><w:abstractNum w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1.%3"/></w:lvl>
</w:abstractNum><w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>
<w:num w:numId="91"><w:abstractNumId w:val="90"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
</w:numbering>""".format(ns=nsdecls("w"))


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def test_structure() -> None:
    document = Document()
    document.add_heading("Joint statement", 0)
    document.add_heading("Trade", 1)
    document.add_paragraph("Both sides agreed to meet.")
    numbering = document.part.numbering_part.element
    for child in parse_xml(NUMBERING):
        numbering.append(child)
    for ident, level, text in (
        (90, 0, "one"),
        (90, 1, "inner"),
        (90, 1, "inner two"),
        (90, 2, "deep"),
        (90, 0, "two"),
        (91, 0, "seven"),
    ):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{ident}"/></w:numPr>')
        )
    table = document.add_table(2, 2)
    for row, column, text in ((0, 0, "Year"), (0, 1, "Sum"), (1, 0, "2024"), (1, 1, "5")):
        table.cell(row, column).text = text
    paragraph = document.add_paragraph("Kept ")
    for xml in (
        "<w:ins {ns} w:id='1' w:author='a'><w:r><w:t>inserted</w:t></w:r></w:ins>",
        "<w:del {ns} w:id='2' w:author='a'><w:r><w:delText>deleted</w:delText></w:r></w:del>",
        "<w:sdt {ns}><w:sdtContent><w:r><w:t xml:space='preserve'> control</w:t></w:r></w:sdtContent></w:sdt>",
    ):
        paragraph._p.append(parse_xml(xml.format(ns=nsdecls("w"))))
    document.sections[0].header.paragraphs[0].text = "Unofficial translation"
    source = read_bytes(saved(document), name="a.docx")
    found = [(block.kind, block.level, source.text[block.start : block.end]) for block in source.blocks]
    assert found == [
        ("heading", 1, "Joint statement"),
        ("heading", 1, "Trade"),
        ("paragraph", 0, "Both sides agreed to meet."),
        ("list-item", 1, "1. one"),
        ("list-item", 2, "a) inner"),
        ("list-item", 2, "b) inner two"),
        ("list-item", 3, "1.I deep"),
        ("list-item", 1, "2. two"),
        ("list-item", 1, "7. seven"),
        ("cell", 0, "Year"),
        ("cell", 0, "Sum"),
        ("cell", 0, "2024"),
        ("cell", 0, "5"),
        ("paragraph", 0, "Kept inserted control"),
        ("boilerplate", 0, "Unofficial translation"),
    ]
    assert source.title == "Joint statement"
    assert not source.plain


def test_footnotes_and_text_boxes() -> None:
    document = Document()
    paragraph = document.add_paragraph("Body text.")
    paragraph._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:pict>"
            "<w:txbxContent><w:p><w:r><w:t>Boxed words.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        )
    )
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:t>Under the programme of 2019.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    source = read_bytes(saved(document), name="a.docx")
    assert [(block.kind, source.text[block.start : block.end]) for block in source.blocks] == [
        ("paragraph", "Body text."),
        ("paragraph", "Boxed words."),
        ("note", "Under the programme of 2019."),
    ]


def test_archives_that_are_no_document() -> None:
    def packed(entries: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        return buffer.getvalue()

    with pytest.raises(SourceTooLarge, match="unpacks to"):
        read_bytes(packed({"word/document.xml": b" " * 250_000_000}), name="bomb.docx")
    with pytest.raises(UnreadableSource, match="ZIP archive"):
        read_bytes(packed({"a.txt": b"x"}), name="a.zip")
    with pytest.raises(UnreadableSource, match="OpenDocument"):
        read_bytes(packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), name="a.odt")
    with pytest.raises(UnreadableSource, match="cannot be read as DOCX"):
        read_bytes(packed({"word/document.xml": b"<broken"}), name="a.docx")
    with pytest.raises(UnreadableSource, match="damaged"):
        read_bytes(saved(Document())[:2000], name="cut.docx")
    with pytest.raises(UnreadableSource, match="without text"):
        read_bytes(saved(Document()), name="blank.docx")
