"""DOCX by python-docx: paragraphs with their styles, printed numbers of lists, tables, text boxes, notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from servanda.errors import SourceTooLarge, UnreadableSource
from servanda.records import BlockKind
from servanda.sources.assembly import Assembly, clean, join_soft_breaks, reads_as_heading
from servanda.sources.docx_numbering import Numbering

if TYPE_CHECKING:
    from servanda.records import Source
    from servanda.sources.table import Given

MAX_UNPACKED = 200_000_000
"""Bytes of all parts unpacked: a document of 20 MB that is mostly pictures unpacks to little more than that."""
MAX_PARTS = 5_000
MAX_XML = 60_000_000
"""Bytes of one XML part; the text of a long treaty with all its markup takes some 5 MB."""
MAX_PARAGRAPHS = 100_000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOTES = ("footnotes", "endnotes")
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PASSED_THROUGH = frozenset(
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo")
)
"""Wrappers whose content counts; deleted and moved-away text is in others and does not."""


def read(given: Given) -> Source:
    """Text in the order of the document: headings with their level, list items with their number, tables row by row.

    Footnotes follow as ``note``, headers and footers once each as ``boilerplate``. Raises UnreadableSource and
    SourceTooLarge.
    """
    _check_archive(given)
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError  # type: ignore[import-untyped,unused-ignore]

    try:
        document = Document(io.BytesIO(given.data))
        reading = _Reading(document)
        reading.run()
    except (
        OpcError,
        LxmlError,
        KeyError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        reason = " ".join(str(error).split())[:100]
        raise UnreadableSource(
            f"{given.name} cannot be read as DOCX ({reason}). Open it in a word processor, save it again as DOCX or "
            f"PDF and give that file."
        ) from None
    except RecursionError:
        raise SourceTooLarge(
            f"{given.name} nests its tables too deep to be read. Save it as PDF and give that file."
        ) from None
    if not any(kind != "boilerplate" for kind, _ in reading.assembly.kinds):
        raise UnreadableSource(f"{given.name} is a DOCX without text. If its pages are pictures, save it as PDF.")
    return reading.assembly.source(
        given, _MEDIA_TYPE, title=reading.title or clean(document.core_properties.title or "") or None
    )


def _check_archive(given: Given) -> None:
    """Refuse archives that would unpack to more than a document can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(given.data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        raise UnreadableSource(
            f"{given.name} is a damaged DOCX: it may be only partly downloaded. Save or download it again."
        ) from None
    unpacked = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or largest > MAX_XML:
        raise SourceTooLarge(
            f"{given.name} unpacks to {unpacked // 1_000_000} MB in {len(parts)} parts; at most "
            f"{MAX_UNPACKED // 1_000_000} MB ({MAX_XML // 1_000_000} MB a part) are read. "
            f"Save the text alone as a new DOCX."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableSource(f"{given.name} is locked by a password. Open it with the password and save it without.")


class _Reading:
    """One document on its way to an Assembly."""

    def __init__(self, document: Any) -> None:
        self.assembly = Assembly()
        self.title: str | None = None
        self._document = document
        self._styles = _styles(document)
        self._numbering = Numbering(_numbering_element(document))
        self._best = 99
        self._count = 0

    def run(self) -> None:
        """Read body, notes, headers and footers."""
        self._container(self._document.element.body, in_table=False)
        for element in self._note_elements():
            text = " ".join(clean(line) for paragraph in element.iter(f"{W}p") for line in _lines(paragraph))
            self.assembly.add(text, "note")
        seen: set[str] = set()
        for section in self._document.sections:
            for part in (section.first_page_header, section.header, section.first_page_footer, section.footer):
                if part.is_linked_to_previous:
                    continue
                for paragraph in part._element.iter(f"{W}p"):
                    text = clean(" ".join(_lines(paragraph)))
                    if any(char.isalpha() for char in text) and text not in seen:
                        seen.add(text)
                        self.assembly.add(text, "boilerplate")

    def _note_elements(self) -> Iterator[Any]:
        from docx.oxml import parse_xml

        for relation in self._document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(_NOTES):
                continue
            for note in parse_xml(relation.target_part.blob):
                if note.get(f"{W}type") in (None, "normal"):
                    yield note

    def _container(self, element: Any, *, in_table: bool) -> None:
        for child in element:
            if child.tag == f"{W}p":
                self._count += 1
                if self._count > MAX_PARAGRAPHS:
                    raise SourceTooLarge(
                        f"The document holds more than {MAX_PARAGRAPHS:,} paragraphs. Give the statement alone."
                    )
                self._paragraph(child, in_table)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag in _PASSED_THROUGH:
                self._container(child, in_table=in_table)

    def _table(self, table: Any) -> None:
        for row in _descend(table, f"{W}tr"):
            for cell in _descend(row, f"{W}tc"):
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                if merged is not None and merged.get(f"{W}val") != "restart":
                    continue  # the lower part of a cell that spans rows
                self._container(cell, in_table=True)

    def _paragraph(self, paragraph: Any, in_table: bool) -> None:
        lines = join_soft_breaks([clean(line) for line in _lines(paragraph)])
        style = self._styles.get(_value(paragraph, f"{W}pPr/{W}pStyle") or "", _NO_STYLE)
        if lines:
            number = self._number(paragraph, style)
            lines[0] = f"{number}{lines[0]}"
            kind, level = self._kind(paragraph, style, lines, in_table)
            for line in lines:
                self.assembly.add(line, kind, level)
            if kind == "heading" and level and level < self._best and len(self.assembly.lines) < 60:
                self._best, self.title = level, " ".join(lines)
        for box in _text_boxes(paragraph):
            self._container(box, in_table=in_table)

    def _number(self, paragraph: Any, style: _Style) -> str:
        reference = paragraph.find(f"{W}pPr/{W}numPr")
        ident = _value(paragraph, f"{W}pPr/{W}numPr/{W}numId") if reference is not None else style.number
        level = _value(paragraph, f"{W}pPr/{W}numPr/{W}ilvl") if reference is not None else style.number_level
        if reference is not None and ident is None:
            ident = style.number
        return self._numbering.next(ident, int(level) if level and level.isdigit() else 0) if ident else ""

    def _kind(self, paragraph: Any, style: _Style, lines: list[str], in_table: bool) -> tuple[BlockKind, int]:
        outline = _value(paragraph, f"{W}pPr/{W}outlineLvl")
        level = int(outline) + 1 if outline and outline.isdigit() and int(outline) < 9 else style.level
        if level and not in_table:
            return "heading", level
        if in_table:
            return "cell", 0
        if paragraph.find(f"{W}pPr/{W}numPr") is not None or style.number or style.is_list:
            depth = _value(paragraph, f"{W}pPr/{W}numPr/{W}ilvl") or style.number_level or "0"
            return "list-item", (int(depth) if depth.isdigit() else 0) + 1
        if len(lines) == 1 and _is_bold(paragraph) and reads_as_heading(lines[0]):
            return "heading", 0
        return "paragraph", 0


class _Style:
    """What a paragraph style says, its base styles included."""

    __slots__ = ("is_list", "level", "number", "number_level")

    def __init__(self, level: int, number: str | None, number_level: str | None, is_list: bool) -> None:
        self.level, self.number, self.number_level, self.is_list = level, number, number_level, is_list


_NO_STYLE = _Style(0, None, None, False)


def _styles(document: Any) -> dict[str, _Style]:
    elements = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
    found: dict[str, _Style] = {}
    for ident, style in elements.items():
        level, number, number_level, is_list = 0, None, None, False
        chain: set[str] = set()
        current = style
        while current is not None and current.get(f"{W}styleId") not in chain:
            chain.add(current.get(f"{W}styleId"))
            # Word keeps the English name of its own styles in every language; only the styleId is translated.
            name = (_value(current, f"{W}name") or "").lower()
            outline = _value(current, f"{W}pPr/{W}outlineLvl")
            if not level and name.startswith("heading ") and name[8:].isdigit():
                level = int(name[8:])
            elif not level and name == "title":
                level = 1
            elif not level and outline and outline.isdigit() and int(outline) < 9:
                level = int(outline) + 1
            is_list = is_list or name.startswith("list ")
            number = number or _value(current, f"{W}pPr/{W}numPr/{W}numId")
            number_level = number_level or _value(current, f"{W}pPr/{W}numPr/{W}ilvl")
            current = elements.get(_value(current, f"{W}basedOn"))
        found[ident] = _Style(level, number, number_level, is_list and name != "list paragraph")
    return found


def _numbering_element(document: Any) -> Any:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/numbering"):
            return relation.target_part.element
    return None


def _value(element: Any, path: str) -> str | None:
    found = element.find(path)
    value: str | None = found.get(f"{W}val") if found is not None else None
    return value


def _descend(element: Any, tag: str) -> Iterator[Any]:
    """Children of this tag, those within content controls included."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _PASSED_THROUGH:
            yield from _descend(child, tag)


def _lines(paragraph: Any) -> list[str]:
    """The paragraph's text, split where a line break was typed."""
    return "".join(_inline(paragraph)).split("\n")


def _inline(element: Any) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            yield child.text or ""
        elif tag in (f"{W}tab", f"{W}ptab"):
            yield " "
        elif tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{W}r" or tag in _PASSED_THROUGH:
            yield from _inline(child)
        elif tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            if choice is not None and choice.find(f".//{W}txbxContent") is None:
                yield from _inline(choice)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes anchored in the paragraph; each is stored twice, and its fallback for old programs is passed over."""
    for box in paragraph.iter(f"{W}txbxContent"):
        ancestors = list(box.iterancestors())
        own = ancestors[: ancestors.index(paragraph)]
        if not any(outer.tag in (f"{_MC}Fallback", f"{W}txbxContent") for outer in own):
            yield box


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(f"{W}r") if any((text.text or "").strip() for text in run.iter(f"{W}t"))]
    return bool(runs) and all(
        (bold := run.find(f"{W}rPr/{W}b")) is not None and bold.get(f"{W}val") not in ("0", "false", "off")
        for run in runs
    )
