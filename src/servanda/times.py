"""When something is to be done: what the English words of a deadline mean, and how readers say it.

The words are those that readings give to deadlines (``end of 2026``, ``annually``); what stands for them in the
languages of readers is in ``vocabulary/times.toml``.

    when("every two years", "ru")   # "раз в 2 года"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from servanda import packs
from servanda.names import locale

_LOCALES = {"en": "en_GB"}
"""Where dates follow another locale than the bare language: English abroad has the day before the month."""
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MORE = {"fifteen": 15, "twenty": 20}
_YEAR = r"(?:19|20|21)\d\d"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SPAN = re.compile(rf"({_YEAR})-({_YEAR})", re.ASCII)
_BARE = re.compile(_YEAR, re.ASCII)
_END = re.compile(rf"end of ({_YEAR})", re.ASCII)
_MONTH = re.compile(rf"({'|'.join(_MONTHS)}) ({_YEAR})", re.ASCII)
_EVERY = re.compile(rf"every ({'|'.join(_COUNTS)}) years", re.ASCII)
_WITHIN = re.compile(rf"within ({'|'.join((*_COUNTS, *_MORE))}|\d{{1,2}}) (day|week|month|year)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Time:
    """What a deadline means, as far as its words say."""

    kind: Literal["day", "month", "year", "end", "span", "every", "within", "words"]
    """``end`` is the end of a year, ``every`` a rhythm in years, ``words`` what no calendar holds."""
    first: date | None = None
    """The day, the first of the month, of the year or of the years of a span."""
    last: int = 0
    """The last year of a span."""
    count: int = 0
    """Of ``every`` and ``within``."""
    unit: str = "year"
    """``day``, ``week``, ``month`` or ``year``."""


def parsed(english: str) -> Time:
    """The meaning of a deadline; ``words`` where it has none that a calendar holds, and where it is not known."""
    if _DAY.fullmatch(english) and (day := _day(english)):
        return Time("day", day)
    if _BARE.fullmatch(english):
        return Time("year", date(int(english), 1, 1))
    if m := _END.fullmatch(english):
        return Time("end", date(int(m[1]), 1, 1))
    if m := _MONTH.fullmatch(english):
        return Time("month", date(int(m[2]), _MONTHS.index(m[1]) + 1, 1))
    if (m := _SPAN.fullmatch(english)) and m[1] < m[2]:
        return Time("span", date(int(m[1]), 1, 1), last=int(m[2]))
    if english == "annually":
        return Time("every", count=1)
    if m := _EVERY.fullmatch(english):
        return Time("every", count=_COUNTS.index(m[1]) + 1)
    if m := _WITHIN.fullmatch(english):
        count = int(m[1]) if m[1].isdigit() else _MORE.get(m[1]) or _COUNTS.index(m[1]) + 1
        return Time("within", count=count, unit=m[2])
    return Time("words")


def when(english: str, ui: str) -> str:
    """The deadline in the language ``ui``; as it is where its words, or that language, are not known."""
    words: Mapping[str, Any] | None = packs.vocabulary("times").get(ui)
    if words is None:
        return english
    time = parsed(english)
    if time.kind == "words":
        return str(words["words"].get(english, english))
    if time.kind in ("every", "within"):
        key = "annually" if time == Time("every", count=1) else time.kind
        return str(words[key].format(period=_period(time, words, ui)))
    assert time.first is not None
    if time.kind == "day":
        return day_in_full(time.first, ui)
    if time.kind == "month":
        return month_in_full(time.first, ui)
    year = time.first.year
    return english if time.kind == "year" else str(words[time.kind].format(year=year, first=year, last=time.last))


def month_named(year: int, month: int) -> str:
    """A month as readings call it: ``May 2026``."""
    return f"{_MONTHS[month - 1]} {year}"


def day_in_full(day: date, ui: str) -> str:
    """A date as CLDR writes it in full."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale=_LOCALES.get(ui, ui)))


def month_in_full(day: date, ui: str) -> str:
    """The month of a date with its year, as CLDR writes it."""
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMMM", day, locale=ui))


def _period(time: Time, words: Mapping[str, Any], ui: str) -> str:
    return f"{time.count} {words['units'][time.unit][locale(ui).plural_form(time.count)]}"


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
