"""By when: the deadlines that the reading finds, as dates where they are certain and as words where they are not."""

from __future__ import annotations

import calendar
import re
from datetime import date

from servanda.planning.words import Words
from servanda.records import Due

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


def due(words: str, *, adopted: str | None, say: Words) -> Due:
    """The deadline that a commitment carries, in the language of the plan and as dates where they are certain.

    ``adopted`` is the ISO date of the statement: without it "this year" and "next year" stay words. A period such as
    "within five years" stays words too, for the statement does not say from which day it runs, and so do "soon" and
    the like. ``words`` that are not known stay as they are.

        due("end of 2026", adopted=None, say=Words("en")).last   # "2026-12-31"
    """
    made = _dated(words, say) or _from_adoption(words, _whole(adopted), say) or _in_words(words, say)
    return made or Due(words, words)


def _dated(words: str, say: Words) -> Due | None:
    """What the words themselves date."""
    if _DAY.fullmatch(words):
        day = _whole(words)
        return Due(words, say.day(day), last=words) if day else None
    if m := _SPAN.fullmatch(words):
        first, last = m.groups()
        text = say("due.span", first=first, last=last)
        return Due(words, text, f"{first}-01-01", f"{last}-12-31") if first < last else None
    if _BARE.fullmatch(words):
        return Due(words, words, last=f"{words}-12-31")
    if m := _END.fullmatch(words):
        return Due(words, say("due.end", year=m[1]), last=f"{m[1]}-12-31")
    if m := _MONTH.fullmatch(words):
        year, month = int(m[2]), _MONTHS.index(m[1]) + 1
        last = date(year, month, calendar.monthrange(year, month)[1])
        return Due(words, say.month(last), last=last.isoformat())
    return None


def _from_adoption(words: str, adopted: date | None, say: Words) -> Due | None:
    """What is certain once it is known when the statement was made."""
    if adopted is None:
        return None
    if words in ("this year", "by the end of the year"):
        return Due(words, say("due.end", year=adopted.year), last=f"{adopted.year}-12-31")
    if words == "next year":
        return Due(words, str(adopted.year + 1), last=f"{adopted.year + 1}-12-31")
    if words == "this month":
        last = adopted.replace(day=calendar.monthrange(adopted.year, adopted.month)[1])
        return Due(words, say.month(last), last=last.isoformat())
    return None


def _in_words(words: str, say: Words) -> Due | None:
    """Rhythms, and times that no calendar holds."""
    if words == "annually":
        return Due(words, say("due.annually"), every=1)
    if m := _EVERY.fullmatch(words):
        years = _COUNTS.index(m[1]) + 1
        return Due(words, say("due.every", period=say.period(years, "year")), every=years)
    if m := _WITHIN.fullmatch(words):
        number = int(m[1]) if m[1].isdigit() else _MORE.get(m[1]) or _COUNTS.index(m[1]) + 1
        return Due(words, say("due.within", period=say.period(number, m[2])))
    known = say.table("times").get(words)
    return Due(words, known) if known else None


def _whole(iso: str | None) -> date | None:
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None
