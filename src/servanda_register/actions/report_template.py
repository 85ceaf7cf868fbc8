"""The register's own templates of reports, made anew in the present language: nothing of them is kept as a file.

Marks in double braces are Jinja's, ``{%p ... %}`` stands for a paragraph and ``{%tr ... %}`` for a row of a table.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
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
LOCALES = {"en": "en-GB", "vi": "vi-VN", "ru": "ru-RU"}
DARK = "0B4A5A"
WIDTH = 17.0
"""Centimetres between the margins of an A4 page."""


def template(kind: str) -> bytes:
    """The template of a kind of report, as a DOCX."""
    document = Document()
    if kind == "progress":
        _page(document, size=10, margin=2.0)
        _progress(document)
    else:
        _page(document, size=9, margin=1.5)
        _brief(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _progress(document: Any) -> None:
    document.add_heading("{{ title }}", 0)
    _text(document, "{{ partnership }}", bold=True)
    _text(document, _("Period") + ": {{ start }} – {{ end }}")
    _text(document, _("States as of") + ": {{ on }}")
    _text(document, _("For") + ": {{ audience }} · " + _("Made on") + ": {{ made }}", small=True)
    document.add_heading(_("How the actions stand"), 1)
    _text(document, _("Actions") + ": {{ total }}")
    _table(document, (11.0, 6.0), (_("State"), _("Actions")), "s in states", ("{{ s.state }}", "{{ s.number }}"))
    _text(document, "")
    _table(
        document, (7.0, 2.0, 2.0, 2.0, 2.0, 2.0),
        (_("Area"), _("All"), _("Delivered"), _("Under way"), _("Overdue"), _("Stalled")), "a in areas",
        [f"{{{{ a.{name} }}}}" for name in ("area", "total", "delivered", "under_way", "overdue", "stalled")],
    )  # fmt: skip
    _text(document, _("An action of several areas counts in each of them."), small=True)
    _actions(document, _("Delivered in the period"), "delivered", (_("Since"), "{{ a.since }}"), _("Why, and source"),
             "{{ a.reason }}{% if a.source %} ({{ a.source }}){% endif %}")  # fmt: skip
    _actions(document, _("Overdue"), "overdue", (_("Due"), "{{ a.due }}"), _("Days late"), "{{ a.late }}")
    _actions(document, _("Stalled"), "stalled", (_("Since"), "{{ a.since }}"), _("Why"), "{{ a.reason }}")
    _actions(document, _("Due in the next ninety days"), "coming", (_("Due"), "{{ a.due }}"), _("State"),
             "{{ a.state }}")  # fmt: skip
    _section(document, _("Sessions held, and what they decided"), "sessions", lambda: _each(
        document, "s in sessions", lambda: (
            _text(document, "{{ s.name }}, {{ s.date }}{% if s.place %}, {{ s.place }}{% endif %}", bold=True),
            _each(document, "d in s.decisions", lambda: _text(
                document, "– {{ d.text }}{% if d.action != '–' %} (" + _("action") + " {{ d.action }}){% endif %}"
            )),
        ),
    ))  # fmt: skip
    _section(document, _("Visits and delegations"), "exchanges", lambda: _table(
        document, (4.5, 5.5, 7.0), (_("Date"), _("What"), _("What it brought")), "x in exchanges",
        ("{{ x.date }}", "{{ x.name }}", "{{ x.result }}"),
    ))  # fmt: skip
    _section(document, _("Indicators"), "figures", lambda: _table(
        document, (5.0, 3.0, 3.0, 3.0, 3.0), (_("Indicator"), _("Latest"), _("Period until"), _("Before"), _("Target")),
        "f in figures", ("{{ f.name }}", "{{ f.value }}", "{{ f.period }}", "{{ f.before }}", "{{ f.target }}"),
    ))  # fmt: skip
    document.add_heading(_("Difficulties"), 1)
    _text(document, _("Raised in the period") + ": {{ raised }}")
    _filled(document, "difficulties", lambda: _table(
        document, (6.5, 3.0, 2.5, 2.5, 2.5), (_("Open"), _("Raised by"), _("On"), _("Answer owed by"), _("Due")),
        "d in difficulties",
        ("{{ d.name }}", "{{ d.raised_by }}", "{{ d.raised_on }}", "{{ d.owed_by }}", "{{ d.due }}"),
    ))  # fmt: skip


def _actions(
    document: Any, title: str, name: str, when: tuple[str, str], last_title: str, last: str
) -> None:  # fmt: skip
    _section(document, title, name, lambda: _table(
        document, (1.0, 6.0, 4.6, 2.3, 3.1), (_("No."), _("Action"), _("Lead bodies"), when[0], last_title),
        f"a in {name}", (
            "{{ a.number }}",
            "{{ a.action }}{% if a.commitments != '–' %} (" + _("commitments") + ": {{ a.commitments }}){% endif %}",
            "{{ a.bodies }}", when[1], last,
        ),
    ))  # fmt: skip


def _brief(document: Any) -> None:
    document.add_heading("{{ partnership }}", 0)
    _text(document, "{{ title }} · {{ on }} · " + _("For") + ": {{ audience }}", small=True)
    document.add_heading(_("Facts"), 1)
    _table(document, (5.0, 13.0), (), "f in facts", ("{{ f.name }}", "{{ f.text }}"), bold_first=True)
    document.add_heading(_("Open points"), 1)
    _filled(document, "points", lambda: _table(
        document, (0.8, 7.6, 4.6, 5.0), ("", _("What is open"), _("Why now"), _("Who answers for it")), "p in points",
        (
            "{{ p.number }}",
            "{{ p.name }}{% if p.commitments != '–' %} (" + _("commitments") + ": {{ p.commitments }}){% endif %}",
            "{{ p.why }}", "{{ p.who }}",
        ),
    ))  # fmt: skip
    document.add_heading(_("Next dates"), 1)
    _filled(document, "dates", lambda: _table(
        document, (2.8, 15.2), (), "d in dates", ("{{ d.date }}", "{{ d.what }}: {{ d.name }}"), bold_first=True
    ))  # fmt: skip
    document.add_heading(_("Whom to meet"), 1)
    _filled(document, "people", lambda: _table(
        document, (4.5, 7.0, 6.5), (), "p in people",
        ("{{ p.name }}", "{{ p.office }}, {{ p.party }}", "{% if p.where != '–' %}{{ p.where }}{% endif %}"),
        bold_first=True,
    ))  # fmt: skip


# --- parts of documents -----------------------------------------------------------------------------------------------


def _page(document: Any, *, size: float, margin: float) -> None:
    """A4, one font, page numbers, the language for the checking of spelling."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(margin)
    section.footer_distance = Cm(0.8)
    for name, points in (("Normal", size), ("Title", size + 8), ("Heading 1", size + 2)):
        style = document.styles[name]
        style.font.size = Pt(points)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "heme" in key]:
            del fonts.attrib[theme]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(DARK)
            style.paragraph_format.space_after = Pt(3)
            style.paragraph_format.line_spacing = 1.0
            style.paragraph_format.space_before = Pt(0 if name == "Title" else 7)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(3)
    # in points: a page holds as many lines whatever font stands in for ours
    normal.paragraph_format.line_spacing = Pt(size * 1.18)
    language = get_language() or "en"
    spelling = OxmlElement("w:lang")
    spelling.set(qn("w:val"), LOCALES.get(language, language))
    normal.element.get_or_add_rPr().append(spelling)
    document.core_properties.title = document.core_properties.author = document.core_properties.comments = ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        mark.text = text
        foot.add_run()._r.append(mark)


def _section(document: Any, title: str, name: str, body: Any) -> None:
    """A heading, and under it what there is of a list, or that there is nothing."""
    document.add_heading(title, 1)
    _filled(document, name, body)


def _filled(document: Any, name: str, body: Any) -> None:
    _text(document, f"{{%p if {name} %}}")
    body()
    _text(document, "{%p else %}")
    _text(document, _("None."))
    _text(document, "{%p endif %}")


def _each(document: Any, loop: str, body: Any) -> None:
    _text(document, f"{{%p for {loop} %}}")
    body()
    _text(document, "{%p endfor %}")


def _table(
    document: Any, widths: Sequence[float], heads: Sequence[str], loop: str, cells: Sequence[str], *,
    bold_first: bool = False,
) -> None:  # fmt: skip
    """A table whose one row stands for every turn of the loop; its head, if it has one, is repeated on every page."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    if heads:
        _row(table, heads, head=True)
    _row(table, [f"{{%tr for {loop} %}}"])
    _row(table, cells, bold_first=bold_first)
    _row(table, ["{%tr endfor %}"])
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _row(table: Any, texts: Sequence[str], *, head: bool = False, bold_first: bool = False) -> None:
    row = table.add_row()
    for n, text in enumerate(texts):
        cell = row.cells[n]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(text)
        run.bold = head or (bold_first and n == 0)
        if head:
            run.font.color.rgb = RGBColor.from_string("FFFFFF")
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", DARK)):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
    if head:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _text(document: Any, text: str, *, bold: bool = False, small: bool = False) -> None:
    run = document.add_paragraph().add_run(text)
    run.bold = bold
    if small:
        run.font.size = Pt(8)
