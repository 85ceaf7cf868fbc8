"""Drawings made on the server: a line over time. Their facts always stand in a table beside them too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 720, 330
TOP, RIGHT, BOTTOM = 26, 24, 44
PER_CHARACTER = 8.5
"""Width of a digit of the labels, at their size of 15 units."""
MOST_TICKS = 9

Point = tuple[date, Decimal]


@dataclass(frozen=True)
class Tick:
    """A line of the grid with its label."""

    at: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A point or a target."""

    x: str
    y: str
    label: str
    anchor: str
    """``start``, ``middle`` or ``end``: on which side of the mark its label finds room."""
    label_x: str
    label_y: str
    path: str = ""
    """Outline, of a target."""


@dataclass(frozen=True)
class Chart:
    """A line over time as the template draws it; all places are written out as SVG takes them."""

    width: int
    height: int
    left: str
    right: str
    top: str
    bottom: str
    zero: str
    line: str
    """Points of the line."""
    points: list[Mark]
    targets: list[Mark]
    rows: list[Tick]
    columns: list[Tick]


def line_chart(points: Sequence[Point], targets: Sequence[Point], name: Callable[[Decimal], str]) -> Chart | None:
    """The chart of measured values and targets, ``name`` writing a value as a label; None where there is nothing.

    The scale begins at zero unless a value is below it, so that no small change looks large.
    """
    every = [*points, *targets]
    if not every:
        return None
    days = [day.toordinal() for day, _value in every]
    first, last = min(days), max(days)
    if first == last:
        first, last = first - 183, last + 183
    low, high, step = _scale([float(value) for _day, value in every])
    rows = [low + step * n for n in range(round((high - low) / step) + 1)]
    labels = [name(Decimal(repr(round(row, 10)))) for row in rows]
    left = 14 + max(len(label) for label in labels) * PER_CHARACTER
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(day: date) -> float:
        # a little room on both sides, so that no mark stands on the frame
        return left + 12 + (day.toordinal() - first) / (last - first) * (right - left - 24)

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - TOP)

    return Chart(
        width=WIDTH, height=HEIGHT, left=_at(left), right=_at(right), top=_at(TOP), bottom=_at(bottom),
        zero=_at(y(max(low, min(0.0, high)))),
        line=" ".join(f"{_at(x(day))},{_at(y(float(value)))}" for day, value in points),
        points=[_mark(x(day), y(float(value)), "", left, right) for day, value in points],
        targets=[_mark(x(day), y(float(value)), f"{day.year}: {name(value)}", left, right) for day, value in targets],
        rows=[Tick(_at(y(row)), label) for row, label in zip(rows, labels, strict=True)],
        columns=[Tick(_at(x(day)), label) for day, label in _days(first, last)],
    )  # fmt: skip


def _mark(x: float, y: float, label: str, left: float, right: float) -> Mark:
    wide = len(label) * PER_CHARACTER / 2
    anchor = "start" if x - wide < left else "end" if x + wide > right else "middle"
    path = f"M{_at(x)} {_at(y - 7)}L{_at(x + 7)} {_at(y)}L{_at(x)} {_at(y + 7)}L{_at(x - 7)} {_at(y)}Z"
    # above the mark, below it where there is no room
    label_y = y - 13 if y - 13 > TOP - 12 else y + 24
    return Mark(_at(x), _at(y), label, anchor, _at(x), _at(label_y), path)


def _scale(values: list[float]) -> tuple[float, float, float]:
    """Lowest and highest value of the scale, and the step between its lines: 1, 2 or 5 of a power of ten."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    raw = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def _days(first: int, last: int) -> list[tuple[date, str]]:
    """Days to write under the chart: ends of years, the fewer the longer it is; within one year its two ends."""
    years = range(date.fromordinal(first).year, date.fromordinal(last).year + 1)
    ends = [date(year, 12, 31) for year in years if first <= date(year, 12, 31).toordinal() <= last]
    if not ends:
        return [(day, day.isoformat()[:7]) for day in (date.fromordinal(first), date.fromordinal(last))]
    return [(day, str(day.year)) for day in ends[:: max(1, math.ceil(len(ends) / MOST_TICKS))]]


def _at(place: float) -> str:
    """A place as SVG takes it, whatever the reader's language."""
    return f"{place:.1f}"
