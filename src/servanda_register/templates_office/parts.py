"""What templates are put together from: the page, headings, paragraphs and tables with the marks of the fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Arial"
"""Has Latin with all Vietnamese letters and Cyrillic on every office machine, or a font of the same widths instead."""
SPELLING = {"en": "en-GB", "vi": "vi-VN", "ru": "ru-RU"}
TEAL = "0B4A5A"
PAGE = (21.0, 29.7)
"""Centimetres of an A4 page."""


class Template:
    """A template as it is put together, from the top to the bottom.

    ``size`` is that of the letters in points, ``margin`` that of the page in centimetres.
    """

    def __init__(self, *, size: float = 10, margin: float = 2.0) -> None:
        self.document: Any = Document()
        self._cells = min(size, 9)
        self._gap = 4 if size > 9 else 1  # under a table; in small letters a document is to be short
        self._width = PAGE[0] - 2 * margin
        self._page(size, margin)

    def _page(self, size: float, margin: float) -> None:
        """A4, one font, the language for the checking of spelling."""
        section = self.document.sections[0]
        section.page_width, section.page_height = (Cm(side) for side in PAGE)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(margin)
        section.footer_distance = Cm(0.8)
        for name, points in (("Normal", size), ("Title", size + 7), ("Heading 1", size + 2), ("Heading 2", size + 1),
                             ("Header", 8), ("Footer", 8)):  # fmt: skip
            style = self.document.styles[name]
            style.font.size = Pt(points)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if "heme" in key]:
                del fonts.attrib[theme]
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FONT)
            if name not in ("Normal", "Header", "Footer"):
                style.font.color.rgb = RGBColor.from_string(TEAL)
                style.paragraph_format.keep_with_next = True
                style.paragraph_format.line_spacing = 1.0
                style.paragraph_format.space_after = Pt(3)
                style.paragraph_format.space_before = Pt(0 if name == "Title" else size - 3)
        normal = self.document.styles["Normal"]
        normal.paragraph_format.space_after = Pt(3)
        # in points: a page holds as many lines whatever font stands in for ours
        normal.paragraph_format.line_spacing = Pt(size * 1.18)
        language = (get_language() or "en").split("-")[0]
        mark = OxmlElement("w:lang")
        mark.set(qn("w:val"), SPELLING.get(language, language))
        normal.element.get_or_add_rPr().append(mark)
        properties = self.document.core_properties
        properties.title = properties.author = properties.comments = ""

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

    def section(self, title: str, condition: str, body: Callable[[], None], otherwise: str = "") -> None:
        """A heading, and under it what there is, or that there is nothing."""
        self.heading(title)
        self.where(condition, body, otherwise or _("None."))

    def table(
        self, loop: str, columns: Sequence[tuple[str, float, Sequence[str]]], *, bold_first: bool = False
    ) -> None:  # fmt: skip
        """A table with one row for every one of a list; each column is (head, share of the width, what is in a cell).

        In a cell stands a line with marks, and under it fields, each where it is not empty. The head, where there is
        one, is repeated on every page and stays with the row below it; no row is torn in two.
        """
        whole = sum(share for _head, share, _lines in columns)
        widths = [Cm(self._width * share / whole) for _head, share, _lines in columns]
        table = self.document.add_table(rows=0, cols=len(columns))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if any(head for head, _share, _lines in columns):
            self._head(table.add_row(), [head for head, _share, _lines in columns])
        table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr for {loop} %}}")
        for n, (cell, (_head, _share, lines)) in enumerate(zip(table.add_row().cells, columns, strict=True)):
            run = cell.paragraphs[0].add_run(lines[0])
            run.font.size, run.bold = Pt(self._cells), bold_first and n == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
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
        after.space_after, after.line_spacing = Pt(0), Pt(self._gap)

    def _head(self, row: Any, texts: Sequence[str]) -> None:
        for cell, text in zip(row.cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size, run.font.color.rgb = True, Pt(self._cells), RGBColor.from_string("FFFFFF")
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", TEAL)):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
        _mark(row, "w:tblHeader")

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
