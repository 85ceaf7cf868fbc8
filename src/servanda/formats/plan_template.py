"""The DOCX template of a draft plan, made anew in the language that is wanted: nothing of it is kept as a file.

``servanda roadmap --write-template office.docx`` writes it for an office to change; docs/roadmap.md tells its fields.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from servanda.formats.plan import plan_words

FONT = "Arial"
"""Has Latin with all Vietnamese letters and Cyrillic on every office machine, or a font of the same widths instead."""
_LOCALES = {"en": "en-GB", "vi": "vi-VN", "ru": "ru-RU"}
_BLUE = "1F3864"
_TABLE = (1.5, 6.6, 6.9, 4.8, 2.6, 4.3)
_WHY = (1.5, 6.6, 18.6)
_WORDS = (2.0, 21.2, 3.5)
"""Widths in centimetres; each row fills the 26.7 between the margins of an A4 page across."""


def template(language: str) -> bytes:
    """The template, with headings in a language that has words."""
    say = plan_words(language)
    document = Document()
    _page(document, say, language)
    document.add_heading("{{ title }}", 0)
    _lines(document, say)
    _each(document, "g in groups", lambda: _group(document, say))
    document.add_heading(say["why_annex"], 1)
    _paragraph(document, "{%p if usual %}")
    _paragraph(document, say["usual"])
    _each(document, "line in usual", lambda: _paragraph(document, "– {{ line }}"))
    _paragraph(document, "{%p endif %}")
    _why(document, say)
    document.add_heading(say["words_annex"], 1)
    _words(document, say)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, say: Mapping[str, Any], language: str) -> None:
    """A4 across, one font, page numbers, the language for the checking of spelling."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.5)
    for name, size in (("Normal", 9), ("Title", 18), ("Heading 1", 12)):
        style = document.styles[name]
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[theme]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(_BLUE)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(2)
    spelling = OxmlElement("w:lang")
    spelling.set(qn("w:val"), _LOCALES.get(language, language))
    normal.element.get_or_add_rPr().append(spelling)
    document.core_properties.title = document.core_properties.author = ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = say["page"].format(page="\0", pages="\0").split("\0")
    foot.add_run(before)
    _field(foot, "PAGE")
    foot.add_run(between)
    _field(foot, "NUMPAGES")
    foot.add_run(after)


def _field(paragraph: Any, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _lines(document: Any, say: Mapping[str, Any]) -> None:
    """What the plan is, from what it was made, and what to know before it is used."""
    _paragraph(document, "{{ draft }}", bold=True)
    _each(document, "line in facts", lambda: _paragraph(document, "{{ line }}"))
    _paragraph(document, "{%p if notes %}")
    _paragraph(document, f"{say['notes']}:", bold=True)
    _each(document, "note in notes", lambda: _paragraph(document, "– {{ note }}"))
    _paragraph(document, "{%p endif %}")


def _each(where: Any, loop: str, body: Any) -> None:
    """Paragraphs, tables too, that stand once for every one of a list."""
    _paragraph(where, f"{{%p for {loop} %}}")
    body()
    _paragraph(where, "{%p endfor %}")


def _group(document: Any, say: Mapping[str, Any]) -> None:
    document.add_heading("{{ g.title }}", 1)
    heads = ("number", "action", "bodies", "deliverable", "due", "mechanism")
    cells = _rows(document, _TABLE, [say[key] for key in heads], ["a in g.actions"])
    _fill(cells[0], "{{ a.number }}")
    _fill(cells[1], "{{ a.title }}", bold=True)
    _paragraph(cells[1], "{{ a.kind }} · {{ a.strength }} · {{ a.area }} · {{ a.commitments }}", small=True)
    _paragraph(cells[1], "{%p if a.unsure %}")
    _paragraph(cells[1], "{{ a.unsure }}", small=True)
    _paragraph(cells[1], "{%p endif %}")
    _fill(cells[2], "{%p for b in a.bodies %}")
    _paragraph(cells[2], "{{ b.party }}", bold=True)
    _paragraph(cells[2], "{{ b.lead }}")
    _paragraph(cells[2], "{%p if b.support %}")
    _paragraph(cells[2], f"{say['supports']}: {{{{ b.support }}}}", small=True)
    _paragraph(cells[2], "{%p endif %}")
    _paragraph(cells[2], "{%p else %}")
    _paragraph(cells[2], say["to_name"])
    _paragraph(cells[2], "{%p endfor %}")
    _fill(cells[3], "{{ a.deliverable }}")
    _each(
        cells[3], "m in a.milestones",
        lambda: _paragraph(cells[3], "– {{ m.title }}{% if m.due %} ({{ m.due }}){% endif %}", small=True),
    )  # fmt: skip
    _fill(cells[4], "{{ a.due }}")
    _fill(cells[5], "{{ a.mechanism }}")


def _why(document: Any, say: Mapping[str, Any]) -> None:
    heads = [say["number"], say["action"], say["reason"]]
    cells = _rows(document, _WHY, heads, ["g in groups", "a in g.actions"])
    _fill(cells[0], "{{ a.number }}")
    _fill(cells[1], "{{ a.title }}")
    _fill(cells[2], "{%p for r in a.reasons %}")
    _paragraph(cells[2], "{{ r.about }}: {{ r.why }}", small=True)
    _paragraph(cells[2], "{%p else %}")
    _paragraph(cells[2], "–")
    _paragraph(cells[2], "{%p endfor %}")


def _words(document: Any, say: Mapping[str, Any]) -> None:
    cells = _rows(document, _WORDS, [say["id"], say["words"], say["used_in"]], ["c in commitments"])
    _fill(cells[0], "{{ c.id }}")
    _fill(cells[1], "{{ c.words }}")
    _fill(cells[2], "{{ c.actions }}")


def _rows(document: Any, widths: Sequence[float], heads: Sequence[str], loops: Sequence[str]) -> Any:
    """A table whose head is repeated on every page and whose one row stands for every turn of the loops; its cells."""
    table = document.add_table(rows=1, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, text, bold=True, colour="FFFFFF")
        cell.paragraphs[0].paragraph_format.keep_with_next = True  # never alone at the foot of a page
        shade = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", _BLUE)):
            shade.set(qn(f"w:{key}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    _say_of_row(table.rows[0], "w:tblHeader")
    for loop in loops:
        _fill(table.add_row().cells[0], f"{{%tr for {loop} %}}")
    row = table.add_row()
    for _ in loops:
        _fill(table.add_row().cells[0], "{%tr endfor %}")
    for each in table.rows:
        _say_of_row(each, "w:cantSplit")
        for cell, width in zip(each.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return row.cells


def _say_of_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _fill(cell: Any, text: str, *, bold: bool = False, colour: str | None = None) -> None:
    """Writes into the paragraph that a cell has from the start."""
    run = cell.paragraphs[0].add_run(text)
    run.bold = bold
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _paragraph(where: Any, text: str, *, bold: bool = False, small: bool = False) -> None:
    run = where.add_paragraph().add_run(text)
    run.bold = bold
    if small:
        run.font.size = Pt(8)
