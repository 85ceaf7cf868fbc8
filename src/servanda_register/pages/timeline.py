"""A roadmap along the calendar: where the bars, days and marks of the drawing stand.

The template draws it as SVG; beside it stands a table that says the same in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats

from servanda_register.models import Action
from servanda_register.queries import due

LEFT, WIDTH = 330, 870
"""Where the calendar begins, and how wide it is; before it stand the names."""
ROW, HEAD, FOOT = 34, 44, 12
LETTERS = 44
"""Of a name, before it is cut: what fits before the calendar."""
NARROWEST = 6
"""So wide a bar of one day is drawn still."""


@dataclass(frozen=True)
class Mark:
    """A milestone."""

    x: float
    done: bool
    late: bool


@dataclass(frozen=True)
class Bar:
    """One action that has a day."""

    action: Action
    title: str
    y: int
    middle: int
    x: float
    width: float
    point: bool
    """Whether only its deadline is known: drawn as a diamond."""
    diamond: str
    """Its corners."""
    look: str
    marks: list[Mark]


@dataclass(frozen=True)
class Line:
    """A line of the calendar with what stands above it."""

    x: float
    label: str
    year: bool


@dataclass(frozen=True)
class Timeline:
    """The whole drawing, in units of its own."""

    width: int
    height: int
    bars: list[Bar]
    lines: list[Line]
    today: float | None
    today_label: str
    undated: list[Action]
    bottom: int
    left: int = LEFT


def timeline(actions: Sequence[Action], on: date) -> Timeline | None:
    """The drawing of actions that come with their milestones; None where none of them has a day."""
    dated = [a for a in actions if a.due or a.starts]
    if not dated:
        return None
    days = [d for a in dated for d in (a.starts, a.due, *(m.due for m in a.milestones.all())) if d]
    first, last = _quarter(min(days)), _after(_quarter(max(days)))
    if first - timedelta(days=92) <= on <= last + timedelta(days=92):  # today belongs in it where it is near
        first, last = min(first, _quarter(on)), max(last, _after(_quarter(on)))
    span = (last - first).days

    def x(day: date) -> float:
        return round(LEFT + WIDTH * (day - first).days / span, 1)

    bars = [_bar(action, HEAD + n * ROW, x, on) for n, action in enumerate(sorted(dated, key=_order))]
    height = HEAD + len(bars) * ROW + FOOT
    return Timeline(
        width=LEFT + WIDTH + 20,
        height=height,
        bars=bars,
        lines=_lines(first, last, x),
        today=x(on) if first <= on <= last else None,
        today_label=formats.date_format(on, "DATE_FORMAT"),
        undated=[a for a in actions if not (a.due or a.starts)],
        bottom=height - FOOT,
    )


def _order(action: Action) -> tuple[date, int]:
    return action.starts or action.due or date.max, action.number


def _bar(action: Action, y: int, x: Callable[[date], float], on: date) -> Bar:
    when = due.timing(action.due, action.state, on)
    begin, end = action.starts or action.due, action.due or action.starts
    assert begin is not None
    assert end is not None
    point = action.starts is None or action.due is None
    left = x(begin)
    middle = y + ROW // 2
    name = f"{action.number}. {action.name}"
    return Bar(
        action=action,
        title=name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…",
        y=y,
        middle=middle,
        x=left,
        # a deadline is kept until its day has ended
        width=max(round(x(end + timedelta(days=1)) - left, 1), NARROWEST),
        point=point,
        diamond=f"{left},{middle - 8} {left + 8},{middle} {left},{middle + 8} {left - 8},{middle}",
        look="overdue" if when == "overdue" else action.state,
        marks=[
            Mark(x(m.due), m.done is not None, due.milestone_timing(m.due, m.done, action.state, on) == "overdue")
            for m in action.milestones.all()
        ],
    )


def _lines(first: date, last: date, x: Callable[[date], float]) -> list[Line]:
    """A line for each quarter; a year's for longer plans, where quarters would stand too near to each other."""
    close = (last - first).days > 366 * 4
    out = []
    day = first
    while day <= last:
        year = day.month == 1
        if year:
            out.append(Line(x(day), str(day.year) if day < last else "", True))  # no room for it at the end
        elif not close and day < last:
            out.append(Line(x(day), formats.date_format(day, "M"), False))
        day = _after(day)
    return out


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _after(quarter: date) -> date:
    """The first day of the quarter after."""
    return date(quarter.year + (quarter.month == 10), (quarter.month + 2) % 12 + 1, 1)
