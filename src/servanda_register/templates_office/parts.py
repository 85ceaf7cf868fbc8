"""What templates are put together from: the page, headings, paragraphs and tables with the marks of the fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Arial"
"""Has Latin with all Vietnamese letters and Cyrillic on every office machine, or a font of the same widths instead."""
SPELLING = {"en": "en-GB", "vi": "vi-VN", "ru": "ru-RU"}
TEAL = "0B4A5A"
WIDTH = 17.0
"""Centimetres between the margins of an A4 page."""


class Template:
    """A template as it is put together, from the top to the bottom."""

    def __init__(self) -> None:
        self.document: Any = Document()
        self._page()

    def _page(self) -> None:
        """A4, one font, the language for the checking of spelling."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.0)
        for name, size in (("Normal", 10), ("Title", 17), ("Heading 1", 13), ("Heading 2", 11), ("Header", 8),
                           ("Footer", 8)):  # fmt: skip
            style = self.document.styles[name]
            style.font.size = Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if "heme" in key]:
                del fonts.attrib[theme]
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FONT)
            if name not in ("Normal", "Header", "Footer"):
                style.font.color.rgb = RGBColor.from_string(TEAL)
                style.paragraph_format.keep_with_next = True
        normal = self.document.styles["Normal"]
        normal.paragraph_format.space_after = Pt(4)
        language = (get_language() or "en").split("-")[0]
        mark = OxmlElement("w:lang")
        mark.set(qn("w:val"), SPELLING.get(language, language))
        normal.element.get_or_add_rPr().append(mark)
        self.document.core_properties.author = self.document.core_properties.comments = ""

    def header(self, text: str, mark: str) -> None:
        """Stands over every page: who may see the document, and what it is."""
        head = self.document.sections[0].header
        head.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        head.paragraphs[0].add_run(mark).bold = True
        head.add_paragraph(text, style="Header").paragraph_format.space_after = Pt(6)

    def footer(self, text: str) -> None:
        """Stands under every page, with its number and how many there are."""
        foot = self.document.sections[0].footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run(f"{text} · ")
        before, between, after = (_("Page %(page)s of %(pages)s") % {"page": "\0", "pages": "\0"}).split("\0")
        foot.add_run(before)
        _field(foot, "PAGE")
        foot.add_run(between)
        _field(foot, "NUMPAGES")
        foot.add_run(after)

    def title(self, text: str) -> None:
        """At the top of the first page."""
        self.document.add_heading(text, 0)

    def heading(self, text: str, level: int = 1) -> None:
        """Over a part."""
        self.document.add_heading(text, level)

    def line(self, text: str, *, bold: bool = False, small: bool = False) -> None:
        """A paragraph."""
        put(self.document, text, bold=bold, small=small)

    def where(self, condition: str, body: Callable[[], None], otherwise: str = "") -> None:
        """What stands there only where the condition holds; else a sentence that says so."""
        self.line(f"{{%p if {condition} %}}")
        body()
        if otherwise:
            self.line("{%p else %}")
            self.line(otherwise)
        self.line("{%p endif %}")

    def each(self, loop: str, body: Callable[[], None]) -> None:
        """What stands there once for every one of a list."""
        self.line(f"{{%p for {loop} %}}")
        body()
        self.line("{%p endfor %}")

    def table(self, loop: str, columns: Sequence[tuple[str, float, Sequence[str]]]) -> None:
        """A table with one row for every one of a list; each column is (head, share of the width, what is in a cell).

        In a cell stands a line with marks, and under it fields, each where it is not empty. The head is repeated on
        every page, and no row is torn in two.
        """
        whole = sum(share for _head, share, _lines in columns)
        widths = [Cm(WIDTH * share / whole) for _head, share, _lines in columns]
        table = self.document.add_table(rows=1, cols=len(columns))
        table.style = "Table Grid"
        table.autofit = False
        for cell, (head, _share, _lines) in zip(table.rows[0].cells, columns, strict=True):
            run = cell.paragraphs[0].add_run(head)
            run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor.from_string("FFFFFF")
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", TEAL)):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
        _mark(table.rows[0], "w:tblHeader")
        table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr for {loop} %}}")
        for cell, (_head, _share, lines) in zip(table.add_row().cells, columns, strict=True):
            cell.paragraphs[0].add_run(lines[0]).font.size = Pt(9)
            for text in lines[1:]:
                put(cell, f"{{%p if {text} %}}")
                put(cell, f"{{{{ {text} }}}}", small=True)
                put(cell, "{%p endif %}")
        table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")
        for row in table.rows:
            _mark(row, "w:cantSplit")
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        after = self.document.add_paragraph().paragraph_format
        after.space_after, after.line_spacing = Pt(0), Pt(4)

    def bytes(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def put(where: Any, text: str, *, bold: bool = False, small: bool = False) -> None:
    """Adds a paragraph to a document or a cell."""
    run = where.add_paragraph().add_run(text)
    run.bold = bold
    if small:
        run.font.size = Pt(8)


def _field(paragraph: Any, code: str) -> None:
    """A field that the office's program fills in, such as the number of the page."""
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
