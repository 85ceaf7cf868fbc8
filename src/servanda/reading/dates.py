"""Dates as joint statements write them, in the language of a pack: whole, in part, as ranges, in figures.

The grammar is built from the pack's month names and small words, and from ``vocabulary/time.toml`` for the ways to
say by when something is due. A date never gets a part that the text does not give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from servanda import packs
from servanda.packs import Pack

_RANGE_WORDS = ("til", "till", "to", "по", "đến ngày", "đến", "tới")
_MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December")  # fmt: skip
_NUMBERS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20)
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
                 "fifteen", "twenty")  # fmt: skip
_UNITS = ("day", "week", "month", "year")
_YEAR = r"(?:1[6-9]\d\d|20\d\d|21[0-4]\d)"
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_NEAR = 45  # characters around a year or period within which the words that make it a time to act in stand
_ISO = re.compile(rf"(?<![\d-])(?P<y>{_YEAR})-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_HAN = re.compile(rf"(?P<y>{_YEAR})年(?:(?P<m>1[0-2]|[1-9])月(?:(?P<d>3[01]|[12]\d|[1-9])日?)?)?")
_FIGURES = re.compile(
    rf"(?<![\d/.])(?:(?P<d0>\d{{1,2}})\s?[-–]\s?)?(?:(?P<d>0?[1-9]|[12]\d|3[01])(?P<s>[/.-]))?"
    rf"(?P<m>0?[1-9]|1[0-2])(?(s)(?P=s)|/)(?P<y>{_YEAR})(?![\d/])"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date in the text; parts that the text does not give are None. Offsets in code points, half-open."""

    start: int
    end: int
    year: int | None
    month: int | None = None
    day: int | None = None
    """The last day, where the text gives a range of days."""
    first_day: int | None = None
    """The first day of a range; None where it is none."""

    @property
    def iso(self) -> str | None:
        """``2025-05-12`` where the date is whole and one day."""
        if self.year is None or self.month is None or self.day is None or self.first_day is not None:
            return None
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Due:
    """By when something is to be done, in English. ``year`` is the last year that it names, None for a period."""

    start: int
    end: int
    text: str
    year: int | None


def words(form: str) -> str:
    """A regular expression for a form of small words: ``*`` ends a stem, ``(a|b)`` chooses, spaces are loose."""
    out: list[str] = []
    for piece in re.split(r"(\([^()]*\)|\s+)", form.strip()):
        if not piece or piece.isspace():
            continue
        if piece.startswith("("):
            choices = [words(c) for c in piece[1:-1].split("|")]
            out.append("(?:" + "|".join(c for c in choices if c) + ")" + ("?" if "" in choices else ""))
        else:
            out.append(re.escape(piece).replace(r"\*", r"\w*").replace("'", "['’ʼ]").replace(r"\-", "[-–‑]"))
    return r"\s*".join(out)


class Calendar:
    """The date grammar of one pack."""

    def __init__(self, pack: Pack) -> None:
        self._months = [
            re.compile("(?:" + "|".join(words(f) for f in forms) + r")\.?\Z", re.IGNORECASE) for forms in pack.months
        ]
        month = "|".join(sorted((words(f) + r"(?!\w)" for forms in pack.months for f in forms), key=len, reverse=True))
        small = "|".join(sorted((words(w) for w in (*pack.date_words, *pack.day_words, "of")), key=len, reverse=True))
        year_words = "|".join(sorted((words(w) for w in pack.year_words), key=len, reverse=True)) or r"(?!)"
        ranged = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in _RANGE_WORDS)
        between = rf"\s*(?:[-–—]|(?:{ranged})(?!\w))\s*(?:(?:{small})\s+)?"
        day = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
        mark = r"(?:\.|st\b|nd\b|rd\b|th\b|er\b|-?(?:де|да|те|та|şi|si|də|də)\b)?"
        gap = rf"\s*,?\s*(?:(?:{small})\s+)?"
        self._day_first = re.compile(
            rf"(?<![\d.,/])(?:(?P<d0>{day}){mark}{between})?(?P<d>{day}){mark}(?:{gap})(?P<m>{month})\.?"
            rf"(?:\s*,?\s*(?:(?:{small}|{year_words})\s+)?(?P<y>{_YEAR})(?!\d))?",
            re.IGNORECASE,
        )
        self._month_first = re.compile(
            rf"(?<!\w)(?P<m>{month})\.?\s+(?:(?:{small})\s+)?(?:(?P<d0>{day}){mark}{between})?"
            rf"(?P<d>{day}){mark}(?:,?\s+(?:(?:{year_words})\s+)?(?P<y>{_YEAR})(?!\d))?",
            re.IGNORECASE,
        )
        self._year_first = re.compile(
            rf"(?<!\d)(?P<y>{_YEAR})(?:\s?[-–]?\s?\w{{1,3}})?\s+(?:\w{{1,8}}\.?\s+)?(?:(?:(?P<d0>{day}){between})?(?P<d>{day})"
            rf"\s*[-–]?\s*(?P<m>{month})|(?P<m2>{month})\s+(?P<d2>{day}))",
            re.IGNORECASE,
        )
        self._month_year = re.compile(
            rf"(?<!\w)(?P<m>{month})\.?\s*,?\s*(?:(?:{small}|{year_words})\s+)?(?P<y>{_YEAR})(?!\d)", re.IGNORECASE
        )
        # Languages that put the year first write it so in full dates; the others never do.
        self._grammars = [self._day_first, self._month_first, self._month_year]
        if pack.modal_last:
            self._grammars.insert(0, self._year_first)
        self._any_month = re.compile(rf"(?<!\w)(?:{month})", re.IGNORECASE)
        self._due = _ways(pack.language)

    def _month(self, name: str) -> int | None:
        for number, pattern in enumerate(self._months, 1):
            if pattern.match(name):
                return number
        return None

    def dates(self, text: str, start: int = 0, end: int | None = None) -> list[Date]:
        """The dates of a stretch that give at least a month, sorted, not overlapping."""
        end = len(text) if end is None else end
        found: list[Date] = []
        for pattern in (_ISO, _HAN, _FIGURES):
            for m in pattern.finditer(text, start, end):
                rows = m.groupdict()
                first = rows.get("d0")
                if rows["m"]:
                    day = int(rows["d"]) if rows["d"] else None
                    span = int(first) if first and day else None
                    found.append(Date(m.start(), m.end(), int(rows["y"]), int(rows["m"]), day, span))
        if self._any_month.search(text, start, end):
            for pattern in self._grammars:
                for m in pattern.finditer(text, start, end):
                    found.extend(self._made(m))
        found.sort(key=lambda d: (d.start, d.start - d.end))
        out: list[Date] = []
        for d in sorted(found, key=lambda d: (-sum(x is not None for x in (d.year, d.month, d.day)), d.start - d.end)):
            if all(d.end <= o.start or o.end <= d.start for o in out):
                out.append(d)
        return sorted(out, key=lambda d: d.start)

    def _made(self, m: re.Match[str]) -> Iterator[Date]:
        rows = m.groupdict()
        name, day = rows.get("m") or rows.get("m2"), rows.get("d") or rows.get("d2")
        month = self._month(name) if name else None
        if month is None:
            return
        first, year = rows.get("d0"), rows.get("y")
        yield Date(m.start(), m.end(), int(year) if year else None, month, int(day) if day else None,
                   int(first) if first else None)  # fmt: skip

    def due(self, text: str, start: int = 0, end: int | None = None) -> list[Due]:
        """Years and periods that words make a time to act in, sorted; whether they lie ahead is for the caller."""
        end = len(text) if end is None else end
        out: list[Due] = []
        for near, patterns in ((_ANY_YEAR, self._due.years), (self._due.period, self._due.periods)):
            if near is None:
                continue
            for place in near.finditer(text, start, end):
                first, last = max(start, place.start() - _NEAR), min(end, place.end() + _NEAR)
                for pattern, wording in patterns:
                    for m in pattern.finditer(text, first, last):
                        made = wording(m)
                        if made and all(m.end() <= o.start or o.end <= m.start() for o in out):
                            out.append(Due(m.start(), m.end(), *made))
        return sorted(out, key=lambda d: d.start)


def month_year(date: Date) -> str:
    """A date in part, in English: ``May 2026``."""
    name = _MONTH_NAMES[date.month - 1] if date.month else ""
    return " ".join(str(x) for x in (name, date.year) if x)


@cache
def calendar(language: str) -> Calendar:
    """The calendar of a language that has a pack, built once."""
    return Calendar(packs.load(language))


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways of a language to say by when; ``period`` finds a number with its unit, around which to look."""

    years: list[tuple[re.Pattern[str], _Wording]]
    period: re.Pattern[str] | None
    periods: list[tuple[re.Pattern[str], _Wording]]


def _ways(language: str) -> _Ways:
    rows = packs.vocabulary("time").get(language)
    year = rf"(?<!\d)(?P<y>{_YEAR})(?![\d/]|\s?[-–—]\s?\d)"
    span = rf"(?<![\d-])(?P<a>{_YEAR})\s?[-–—]\s?(?P<y>{_YEAR}|\d\d)(?![\d-])"
    years: list[tuple[re.Pattern[str], _Wording]] = [(re.compile(span), _Wording("{a}-{y}"))]
    if rows is None:
        return _Ways(years, None, [])
    for kind, wording in (("end", "end of {y}"), ("by", "{y}"), ("during", "{y}")):
        for form in rows[kind]:
            years.append((re.compile(r"(?<!\w)" + _template(form, year), re.IGNORECASE), _Wording(wording)))
    numbers = [n.split("|") for n in rows["numbers"]]
    units = [u.split("|") for u in rows["units"]]
    number = "|".join(sorted((words(w) for n in numbers for w in n), key=len, reverse=True))
    unit = "|".join(sorted((words(w) for u in units for w in u), key=len, reverse=True))
    period = rf"(?<!\w)(?P<n>{number}|\d{{1,2}})\s*[-–]?\s*(?P<u>{unit})(?!\w)"
    read = _Period(numbers, units)
    periods = [
        (re.compile(r"(?<!\w)" + _template(form, period), re.IGNORECASE), _Wording("", read)) for form in rows["within"]
    ]
    return _Ways(years, re.compile(period, re.IGNORECASE), periods)


def _template(form: str, inner: str) -> str:
    before, _, after = form.partition("{}")
    parts = [p for p in (words(before), inner, words(after)) if p]
    return r"\s*".join(parts) + r"(?!\w)"


class _Period:
    """Reads the number and the unit of a period."""

    def __init__(self, numbers: list[list[str]], units: list[list[str]]) -> None:
        self._numbers = [re.compile("(?:" + "|".join(words(w) for w in n) + r")\Z", re.IGNORECASE) for n in numbers]
        self._units = [re.compile("(?:" + "|".join(words(w) for w in u) + r")\Z", re.IGNORECASE) for u in units]

    def __call__(self, number: str, unit: str) -> str | None:
        count = int(number) if number.isdigit() else next(
            (_NUMBERS[i] for i, p in enumerate(self._numbers) if p.match(number)), None
        )  # fmt: skip
        name = next((_UNITS[i] for i, p in enumerate(self._units) if p.match(unit)), None)
        if not count or name is None:
            return None
        said = _NUMBER_WORDS[_NUMBERS.index(count)] if count in _NUMBERS else str(count)
        return f"within {said} {name}{'' if count == 1 else 's'}"


class _Wording:
    """What a found time to act in is called in English."""

    def __init__(self, template: str, period: _Period | None = None) -> None:
        self._template = template
        self._period = period

    def __call__(self, m: re.Match[str]) -> tuple[str, int | None] | None:
        if self._period is not None:
            said = self._period(m.group("n"), m.group("u"))
            return (said, None) if said else None
        rows = m.groupdict()
        year = rows["y"]
        if "a" in rows:
            year = year if len(year) == 4 else rows["a"][:2] + year
            if int(year) <= int(rows["a"]):
                return None
            return self._template.format(a=rows["a"], y=year), int(year)
        return self._template.format(y=year), int(year)
