"""A draft plan as a workbook that counts: actions with a state to choose, days left, overdue; a summary by area.

Every formula carries the value that it has on the day of making, so that programs which do not calculate show it too.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from servanda.formats.labels import fold
from servanda.formats.plan import (
    Setting,
    basis_label,
    bodies_of,
    day,
    list_lines,
    needed,
    plan_words,
    reasons_of,
    version_letter,
)
from servanda.records import Plan, PlannedAction

STATES = ("open", "going", "stalled", "done", "dropped", "unchecked")
CLOSED = ("done", "dropped", "unchecked")
"""States in which no deadline counts any more."""
SOON = 30
"""Days before the last day within which an action is marked."""
SPARE = 200
"""Rows below the last action that the office may fill; they are counted too."""
_FIRST = 2  # the first row of actions, as a spreadsheet counts
_LINE = 13.0
"""Points of a line of Arial 9, or of a font that stands in for it."""
_WIDER = 1.05
"""How much more room words take than their letters, since lines break between words."""
_A3, _A4 = 8, 9
"""As spreadsheets number papers; the sheet of actions is too wide for A4."""


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    title: str
    width: float


def render_plan(plan: Plan, setting: Setting) -> bytes:
    """The workbook: a summary, the actions, the commitments with the words of the statement."""
    xlsxwriter = needed("xlsxwriter", "xlsx")
    out = io.BytesIO()
    made = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, made)
    known = day(plan.adopted) or date(2000, 1, 1)
    book.set_properties({"title": plan.title, "comments": plan.draft, "created": datetime(*known.timetuple()[:6])})
    book.set_calc_mode("auto")
    sheets = _Book(book, plan, setting.today)
    sheets.summary()
    sheets.actions()
    sheets.commitments()
    book.close()
    return out.getvalue()


def _columns(plan: Plan, say: Mapping[str, Any]) -> list[_Column]:
    sides = [
        _Column(f"{role}:{code}", say[role].format(party=name), 24 if role == "lead" else 20)
        for code, name in zip(plan.parties, plan.names, strict=True)
        for role in ("lead", "support")
    ]
    first = [("number", 6), ("group", 20), ("area", 16), ("action", 42), ("strength", 15), ("kind", 12)]
    last = [
        ("deliverable", 26), ("milestones", 26), ("due", 15), ("due_day", 12), ("every", 9), ("mechanism", 24),
        ("state", 13), ("days_left", 9), ("overdue", 10), ("commitments", 12), ("note", 24), ("reasons", 60),
    ]  # fmt: skip
    return [
        *(_Column(key, say[key], width) for key, width in first),
        *sides,
        *(_Column(key, say[key], width) for key, width in last),
    ]


def _height(cells: Sequence[tuple[str, float]]) -> float:
    """Points that a row needs for its words in columns of these widths: not every program finds out by itself."""
    return _LINE * max((ceil(len(text) * _WIDER / width) for text, width in cells if text), default=1)


class _Book:
    """The sheets of one plan."""

    def __init__(self, book: Any, plan: Plan, today: date) -> None:
        self._book, self._plan, self._today = book, plan, today
        self._say = plan_words(plan.language)
        self._states: Mapping[str, str] = self._say["states"]
        self._columns = _columns(plan, self._say)
        self._last = _FIRST + len(plan.actions) - 1 + SPARE
        self._summary, self._actions, self._commitments = (
            book.add_worksheet(self._say[name]) for name in ("sheet_summary", "sheet_actions", "sheet_commitments")
        )
        base = {"font_name": "Arial", "font_size": 9, "valign": "top", "text_wrap": True}
        self._text = book.add_format({**base, "border": 1, "border_color": "#BFBFBF"})
        self._number = book.add_format({**base, "border": 1, "border_color": "#BFBFBF", "num_format": "0"})
        self._date = book.add_format(
            {**base, "border": 1, "border_color": "#BFBFBF", "num_format": self._say["excel_date"], "align": "left"}
        )
        self._head = book.add_format(
            {**base, "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1}
        )
        self._title = book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False})
        self._strong = book.add_format({**base, "bold": True, "text_wrap": False})
        self._plain = book.add_format(base)

    def actions(self) -> None:
        """One row an action, with states to choose and formulas beside them."""
        sheet, plan = self._actions, self._plan
        for at, column in enumerate(self._columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.title, self._head)
        sheet.set_row(0, _height([(column.title, column.width) for column in self._columns]))
        for row, a in enumerate(plan.actions, 1):
            for at, column in enumerate(self._columns):
                self._cell(sheet, row, at, column.key, a)
            shown = [(self._words(c.key, a), c.width) for c in self._columns if c.key != "reasons"]
            sheet.set_row(row, _height(shown))
        sheet.autofilter(0, 0, max(1, len(plan.actions)), len(self._columns) - 1)
        sheet.freeze_panes(1, self._at("action") + 1)
        sheet.data_validation(
            f"{self._name('state')}{_FIRST}:{self._name('state')}{self._last}",
            {"validate": "list", "source": list(self._states.values()), "error_title": self._say["state"],
             "error_message": self._say["wrong_state"]},
        )  # fmt: skip
        self._mark(sheet)
        self._page(sheet)
        sheet.fit_to_pages(2, 0)  # on one page across the letters would be too small to read
        sheet.repeat_columns(0, self._at("action"))
        sheet.print_area(0, 0, max(1, len(plan.actions)), self._at("reasons") - 1)  # reasons are for the screen

    def _cell(self, sheet: Any, row: int, at: int, key: str, a: PlannedAction) -> None:
        last = day(a.due.last) if a.due else None
        if key == "due_day" and last is not None:
            sheet.write_datetime(row, at, datetime(last.year, last.month, last.day), self._date)
        elif key == "every" and a.due is not None and a.due.every:
            sheet.write_number(row, at, a.due.every, self._number)
        elif key == "days_left":
            left = (last - self._today).days if last and a.state not in CLOSED else ""
            sheet.write_formula(row, at, self._days_left(row + 1), self._number, left)
        elif key == "overdue":
            late = self._say["yes"] if self._late(a) else ""
            sheet.write_formula(row, at, self._overdue(row + 1), self._text, late)
        else:
            sheet.write_string(row, at, fold(self._words(key, a)), self._text)

    def _words(self, key: str, a: PlannedAction) -> str:
        say = self._say
        role, _, side = key.partition(":")
        if role == "lead":
            return bodies_of(a, side, "lead") or f"({say['to_name']})"
        if role == "support":
            return bodies_of(a, side, "support")
        words: dict[str, str] = {
            "number": a.number,
            "group": self._plan.groups[a.group],
            "area": a.area_title,
            "action": a.title,
            "strength": say["strengths"][a.strength],
            "kind": say["kinds"][a.kind],
            "deliverable": a.deliverable,
            "milestones": "; ".join(m.title for m in a.milestones),
            "due": a.due.text if a.due else "",
            "mechanism": a.mechanism or "",
            "state": self._states[a.state],
            "commitments": ", ".join(basis_label(self._plan, b) for b in a.basis),
            "reasons": reasons_of(a),
        }
        return words.get(key, "")

    def _late(self, a: PlannedAction) -> bool:
        """What the formula of the column “overdue” comes to on the day of making."""
        last = day(a.due.last) if a.due else None
        return last is not None and last < self._today and a.state not in CLOSED

    def _days_left(self, row: int) -> str:
        last, state = f"{self._name('due_day')}{row}", f"{self._name('state')}{row}"
        return f'=IF(OR(NOT(ISNUMBER({last})),{self._closed(state)}),"",{last}-TODAY())'

    def _overdue(self, row: int) -> str:
        last, state = f"{self._name('due_day')}{row}", f"{self._name('state')}{row}"
        late = f"{last}<TODAY(),NOT(OR({self._closed(state)}))"
        return f'=IF(AND(ISNUMBER({last}),{late}),"{self._say["yes"]}","")'

    def _closed(self, cell: str) -> str:
        return ",".join(f'{cell}="{self._states[key]}"' for key in CLOSED)

    def _mark(self, sheet: Any) -> None:
        """Overdue rows red, those due soon yellow, closed ones grey; the words say it too."""
        area = f"A{_FIRST}:{self._name('reasons')}{self._last}"
        state, left, late = (f"${self._name(key)}{_FIRST}" for key in ("state", "days_left", "overdue"))
        for formula, look in (
            (f"=OR({self._closed(state)})", {"font_color": "#7F7F7F"}),
            (f'={late}="{self._say["yes"]}"', {"bg_color": "#F8CBAD"}),
            (f"=AND(ISNUMBER({left}),{left}>=0,{left}<={SOON})", {"bg_color": "#FFF2CC"}),
        ):
            sheet.conditional_format(
                area, {"type": "formula", "criteria": formula, "format": self._book.add_format(look)}
            )

    def summary(self) -> None:
        """What the plan is, and counts by state and area that follow the sheet of actions."""
        sheet, say, plan = self._summary, self._say, self._plan
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 8, 14)
        sheet.write_string(0, 0, plan.title, self._title)
        sheet.set_row(0, 24)
        sheet.merge_range(1, 0, 1, 7, plan.draft, self._plain)
        sheet.set_row(1, 26)
        row = 2
        for line in [*self._sources(), *plan.notes]:
            sheet.merge_range(row, 0, row, 7, fold(line), self._plain)
            sheet.set_row(row, _height([(line, 34 + 7 * 14)]))
            row += 1
        row += 1
        sheet.write_string(row, 0, say["as_of_today"], self._strong)
        serial = (self._today - date(1899, 12, 30)).days
        sheet.write_formula(row, 1, "=TODAY()", self._date, serial)
        row = self._states_table(sheet, row + 2)
        self._areas_table(sheet, row + 1)
        self._page(sheet)

    def _sources(self) -> list[str]:
        say, plan = self._say, self._plan
        made = [f"{say['sources']}: {version_letter(n)} {s.source.name}" for n, s in enumerate(plan.statements)]
        return [*made, *list_lines(plan)]

    def _states_table(self, sheet: Any, row: int) -> int:
        say, actions = self._say, self._plan.actions
        days = [(d, a.state) for a in actions if a.due and (d := day(a.due.last))]
        near = [d for d, how in days if how not in CLOSED and 0 <= (d - self._today).days <= SOON]
        late = [a for a in actions if self._late(a)]
        state, due, left, title = (self._range(key) for key in ("state", "due_day", "days_left", "action"))
        sheet.write_string(row, 0, say["by_state"], self._strong)
        rows: list[tuple[str, str, int]] = [
            (word, f'=COUNTIFS({state},"{word}")', sum(a.state == key for a in actions))
            for key, word in self._states.items()
        ]
        rows += [
            (say["total"], f'=COUNTIFS({title},"?*")', len(actions)),
            (say["with_day"], f"=COUNT({due})", len(days)),
            (say["soon"], f'=COUNTIFS({left},">=0",{left},"<={SOON}")', len(near)),
            (say["overdue"], f'=COUNTIFS({self._range("overdue")},"{say["yes"]}")', len(late)),
        ]
        for label, formula, value in rows:
            row += 1
            sheet.write_string(row, 0, label, self._text)
            sheet.write_formula(row, 1, formula, self._number, value)
        sheet.write_string(row + 1, 0, say["change_state"], self._book.add_format({"italic": True, "font_size": 8}))
        return row + 2

    def _areas_table(self, sheet: Any, row: int) -> None:
        say, actions = self._say, self._plan.actions
        sheet.write_string(row, 0, say["by_area"], self._strong)
        row += 1
        heads = (say["area"], *self._states.values(), say["total"], say["overdue"])
        for at, label in enumerate(heads):
            sheet.write_string(row, at, label, self._head)
        sheet.set_row(row, _height([(label, 14) for label in heads]))
        area, state, overdue = (self._range(key) for key in ("area", "state", "overdue"))
        for title in dict.fromkeys(a.area_title for a in actions):
            row += 1
            here = [a for a in actions if a.area_title == title]
            late = [a for a in here if self._late(a)]
            sheet.write_string(row, 0, title, self._text)
            cell = f"$A{row + 1}"
            for at, (key, word) in enumerate(self._states.items(), 1):
                value = sum(a.state == key for a in here)
                sheet.write_formula(row, at, f'=COUNTIFS({area},{cell},{state},"{word}")', self._number, value)
            at = len(self._states) + 1
            sheet.write_formula(row, at, f"=COUNTIFS({area},{cell})", self._number, len(here))
            yes = f'=COUNTIFS({area},{cell},{overdue},"{say["yes"]}")'
            sheet.write_formula(row, at + 1, yes, self._number, len(late))

    def commitments(self) -> None:
        """Every commitment of every version with its words and the actions that rest on it."""
        sheet, say, plan = self._commitments, self._say, self._plan
        used: dict[tuple[int, str], list[str]] = {}
        for a in plan.actions:
            for b in a.basis:
                used.setdefault((b.statement, b.commitment), []).append(f"{a.number} ({say['basis'][b.kind]})")
        heads = (("version", 9), ("id", 7), ("section", 28), ("strength", 14), ("words", 90), ("used_in", 24),
                 ("confidence", 12))  # fmt: skip
        for at, (key, width) in enumerate(heads):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, say[key], self._head)
        row = 0
        for n, statement in enumerate(plan.statements):
            titles = {s.id: s.title for s in statement.sections}
            for c in statement.commitments:
                row += 1
                cells: Sequence[str] = (
                    version_letter(n), c.id, titles.get(c.section or "", ""), say["strengths"][c.strength], c.quote,
                    ", ".join(used.get((n, c.id), ())),
                )  # fmt: skip
                for at, text in enumerate(cells):
                    sheet.write_string(row, at, fold(text), self._text)
                sheet.write_number(row, len(cells), c.confidence, self._text)
                sheet.set_row(row, _height([(text, width) for text, (_, width) in zip(cells, heads, strict=False)]))
        sheet.autofilter(0, 0, max(1, row), len(heads) - 1)
        sheet.freeze_panes(1, 2)
        self._page(sheet)

    def _page(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(_A3 if sheet is self._actions else _A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C{self._say['page'].format(page='&P', pages='&N')}")
        if sheet is not self._summary:
            sheet.repeat_rows(0)

    def _at(self, key: str) -> int:
        return next(at for at, column in enumerate(self._columns) if column.key == key)

    def _name(self, key: str) -> str:
        """The letters of a column."""
        return str(needed("xlsxwriter.utility", "xlsx").xl_col_to_name(self._at(key)))

    def _range(self, key: str) -> str:
        """A column of the sheet of actions, for the other sheets."""
        name = self._name(key)
        return f"'{self._say['sheet_actions']}'!${name}${_FIRST}:${name}${self._last}"
