"""By when: the deadlines that the reading finds, as dates where they are certain and as words where they are not."""

from __future__ import annotations

import calendar
from datetime import date

from servanda.planning.words import Words
from servanda.records import Due
from servanda.times import month_named, parsed, when


def due(words: str, *, adopted: str | None, say: Words) -> Due:
    """The deadline that a commitment carries, in the language of the plan and as dates where they are certain.

    ``adopted`` is the ISO date of the statement: without it "this year" and "next year" stay words. A period such as
    "within five years" stays words too, for the statement does not say from which day it runs, and so do "soon" and
    the like. ``words`` that are not known stay as they are.

        due("end of 2026", adopted=None, say=Words("en")).last   # "2026-12-31"
    """
    meant = _counted(words, _whole(adopted))
    time = parsed(meant)
    first: date | None = None
    last = time.first
    if last is not None and time.kind in ("year", "end", "span"):
        first = last if time.kind == "span" else None
        last = date(time.last or last.year, 12, 31)
    elif last is not None and time.kind == "month":
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return Due(
        words,
        when(meant, say.language),
        first.isoformat() if first else None,
        last.isoformat() if last else None,
        time.count if time.kind == "every" else None,
    )


def _counted(words: str, adopted: date | None) -> str:
    """What the words come to once it is known when the statement was made."""
    if adopted is None:
        return words
    return {
        "this year": f"end of {adopted.year}", "by the end of the year": f"end of {adopted.year}",
        "next year": str(adopted.year + 1), "this month": month_named(adopted.year, adopted.month),
    }.get(words, words)  # fmt: skip


def _whole(iso: str | None) -> date | None:
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None
