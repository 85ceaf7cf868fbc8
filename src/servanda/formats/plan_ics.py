"""The dates of a draft plan as a calendar (RFC 5545): one all-day entry for each day that the statement gives.

Actions without a day are not in it: a calendar would have to invent one. A rhythm ("every year") becomes a repeated
entry on the last day of the year, from the first whole year after the adoption, since no day of the year is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from servanda.formats.labels import fold
from servanda.formats.plan import Setting, bodies_of, commitment_of, day, needed, plan_words, reason_of
from servanda.records import Basis, Due, Plan, PlannedAction
from servanda.version import __version__


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the calendar."""

    action: PlannedAction
    title: str
    basis: Basis
    due: Due
    on: date
    every: int | None


def render_plan(plan: Plan, setting: Setting) -> bytes:
    """The calendar. An entry keeps its UID while the statement's words for it stay, so that a new file updates it."""
    icalendar = needed("icalendar", "ics")
    say = plan_words(plan.language)
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Servanda//{__version__}//{plan.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plan.title)
    calendar.add("x-wr-caldesc", f"{plan.draft} {say['undated'].format(number=len(plan.actions) - _dated(plan))}")
    seen: Counter[str] = Counter()
    for entry in entries(plan):
        calendar.add_component(_event(icalendar, plan, entry, _uid(plan, entry, seen)))
    data: bytes = calendar.to_ical()
    return data


def entries(plan: Plan) -> Iterator[Entry]:
    """What has a day, in the order of the plan: actions, and their milestones that have a day of their own."""
    for a in plan.actions:
        rows = [(a.title, a.basis[0], a.due), *((m.title, m.basis, m.due) for m in a.milestones)]
        for title, basis, due in rows:
            on = None if due is None else _day(due, plan.adopted)
            if due is not None and on is not None:
                yield Entry(a, title, basis, due, on, due.every)


def _dated(plan: Plan) -> int:
    return len({entry.action.id for entry in entries(plan)})


def _day(due: Due, adopted: str | None) -> date | None:
    """The last day on which it is in time; for a rhythm the end of the first whole period after the adoption."""
    if due.last is not None:
        return day(due.last)
    if due.every is not None and adopted is not None:
        return date(int(adopted[:4]) + due.every, 12, 31)
    return None


def _event(icalendar: Any, plan: Plan, entry: Entry, uid: str) -> Any:
    say, a = plan_words(plan.language), entry.action
    event = icalendar.Event()
    event.add("uid", uid)
    # the time at which a calendar's maker knew it: that of the statement, so that the same plan gives the same file
    known = day(plan.adopted) or date(2000, 1, 1)
    event.add("dtstamp", datetime(known.year, known.month, known.day, tzinfo=UTC))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE")
    event.add("summary", f"{' – '.join(plan.names)}: {entry.title}" if plan.names else entry.title)
    event.add("categories", [*plan.names, a.area_title])
    lines = [
        f"{say['number']}: {a.number}",
        f"{say['deliverable']}: {a.deliverable}",
        *(
            f"{name}: {lead}"
            for side, name in zip(plan.parties, plan.names, strict=True)
            if (lead := bodies_of(a, side, "lead"))
        ),
        f"{say['mechanism']}: {a.mechanism}" if a.mechanism else "",
        f"{say['due']}: {entry.due.text}",
        reason_of(a, "due") if entry.due is a.due else "",
        say["end_of_year"] if entry.every else "",
        f"{say['words']}: {fold(commitment_of(plan, entry.basis).quote)}",
        plan.draft,
    ]
    event.add("description", "\n".join(line for line in lines if line))
    if entry.every:
        event.add("rrule", {"freq": "yearly", "interval": entry.every})
    return event


def _uid(plan: Plan, entry: Entry, seen: Counter[str]) -> str:
    """From the parties, the date and the commitment's words: what makes the undertaking the same in a new plan."""
    words = fold(commitment_of(plan, entry.basis).quote)
    key = sha256("\n".join([*plan.parties, plan.adopted or "", words]).encode("utf-8", "replace")).hexdigest()[:32]
    seen[key] += 1
    return f"{key}{f'-{seen[key]}' if seen[key] > 1 else ''}@servanda"
