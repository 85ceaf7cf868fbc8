"""Sessions of mechanisms: lists, one with all that hangs on it, and when the next is to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servanda_register.models import (
    Action,
    AgendaItem,
    Agreement,
    Commitment,
    Difficulty,
    Mechanism,
    MeetingState,
    Partnership,
    Party,
    Person,
    Role,
    Session,
    SessionDecision,
)
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.due import timing
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

DONE = frozenset({"delivered", "superseded"})
"""States of an action of which nothing more is asked."""
COPIES = Q(follows__isnull=False, plan__state__in=("draft", "circulated"))
"""Actions of an amendment that is not adopted yet: those that they continue are the ones in force."""
NOTICE = timedelta(weeks=4)
"""What both sides need at least to prepare a session, where its day by the rhythm has passed already."""


def listed(
    rights: Rights, partnership: Partnership | None = None, mechanism: Mechanism | None = None
) -> QuerySet[Session]:
    """Sessions with what a list shows of each, the latest first."""
    rows = visible(Session, rights).select_related("mechanism__partnership", "host")
    if partnership:
        rows = rows.filter(mechanism__partnership=partnership)
    return rows.filter(mechanism=mechanism) if mechanism else rows


def years(rows: QuerySet[Session]) -> list[int]:
    """Those in which a session begins, the latest first."""
    return sorted({day.year for day in rows.order_by().values_list("starts", flat=True).distinct()}, reverse=True)


@dataclass(frozen=True)
class Side:
    """One party and those who speak for it."""

    party: Party | None
    """None for people of whom the register does not say whose they are."""
    people: list[Person]
    """Each with ``offices``: what the person holds in the mechanism, in words."""


def sides(mechanism: Mechanism, rights: Rights, people: Iterable[Person] | None, day: date) -> list[Side]:
    """The parties with their people: those given, or else all who hold an office in the mechanism on ``day``."""
    roles = visible(Role, rights).filter(mechanism=mechanism).select_related("person__party")
    held = [r for r in roles if (not r.from_date or r.from_date <= day) and (not r.to_date or r.to_date >= day)]
    found: dict[int, Person] = (
        {p.pk: p for p in people} if people is not None else {r.person_id: r.person for r in held}
    )
    offices: dict[int, list[str]] = {}
    for role in held:
        offices.setdefault(role.person_id, []).append(role.name)
    for person in found.values():
        person.offices = "; ".join(offices.get(person.pk, []))  # type: ignore[attr-defined]
    out = [
        Side(party, [p for p in found.values() if p.party_id == party.pk]) for party in parties(mechanism.partnership)
    ]
    placed = {person.pk for side in out for person in side.people}
    others = [p for p in found.values() if p.pk not in placed]
    return out + ([Side(None, others)] if others else [])


def parties(partnership: Partnership) -> list[Party]:
    """In one order everywhere, so that it can be said whose turn it is."""
    return sorted(partnership.parties.all(), key=lambda party: party.pk)


@dataclass(frozen=True)
class FollowUp:
    """What became of one decision of the session before."""

    decision: SessionDecision
    done: bool
    late: bool


@dataclass(frozen=True)
class Full:
    """A session with all that its page shows."""

    agenda: list[AgendaItem]
    dropped: list[AgendaItem]
    decisions: list[SessionDecision]
    last: Session | None
    follow_up: list[FollowUp]
    sides: list[Side]


def full(session: Session, rights: Rights, today: date) -> Full:
    """All of it that the reader may see; ``session`` comes from :func:`listed`."""
    items = list(agenda(session, rights))
    last = before(session, rights)
    decisions = list(decided(rights).filter(session__in=[s for s in (session, last) if s]))
    return Full(
        agenda=[item for item in items if not item.dropped],
        dropped=[item for item in items if item.dropped],
        decisions=[d for d in decisions if d.session_id == session.pk],
        last=last,
        follow_up=follow_up([d for d in decisions if d.session_id != session.pk], today),
        sides=sides(session.mechanism, rights, chairs(session, rights), session.starts),
    )


def agenda(session: Session, rights: Rights) -> QuerySet[AgendaItem]:
    """Its items in their order, each with what it is about; commitments also of the actions that it names."""
    commitments = visible(Commitment, rights).select_related("expression", "instrument").defer(*of_commitments.LARGE)
    actions = visible(Action, rights).prefetch_related(Prefetch("commitments", commitments))
    return (
        visible(AgendaItem, rights)
        .filter(session=session)
        .prefetch_related(
            Prefetch("actions", actions),
            Prefetch("commitments", commitments),
            Prefetch("agreements", visible(Agreement, rights)),
            Prefetch("difficulties", visible(Difficulty, rights).select_related("owed_by", "raised_by")),
        )
    )


def chairs(session: Session, rights: Rights) -> list[Person]:
    """Those who lead the sides at it."""
    return list(visible(Person, rights).filter(chaired=session).select_related("party"))


def decided(rights: Rights) -> QuerySet[SessionDecision]:
    """Decisions with the action that each became or concerns."""
    return visible(SessionDecision, rights).select_related("action", "item")


def before(session: Session, rights: Rights) -> Session | None:
    """The session that was held last before this one."""
    rows = visible(Session, rights).filter(mechanism=session.mechanism_id, state=MeetingState.HELD)
    return rows.filter(Q(starts__lt=session.starts)).exclude(pk=session.pk).order_by("-starts", "-number").first()


def follow_up(decisions: Iterable[SessionDecision], today: date) -> list[FollowUp]:
    """What became of decisions; what has not become an action is not done."""
    return [
        FollowUp(
            decision,
            done=decision.action is not None and decision.action.state in DONE,
            late=decision.action is not None and timing(decision.action.due, decision.action.state, today) == "overdue",
        )
        for decision in decisions
    ]


@dataclass(frozen=True)
class Coming:
    """A proposal for the next session; whatever cannot be told from the records is left open, with the reason."""

    number: int
    day: date | None
    host: Party | None
    why: list[str]


def coming(mechanism: Mechanism, rights: Rights, today: date) -> Coming:
    """When the mechanism is to meet next by its rhythm, and whose turn it is to be the host."""
    sessions = list(listed(rights, mechanism=mechanism))
    # the latest first: what is planned goes before what was held
    last = next((s for s in sessions if s.state != MeetingState.CANCELLED), None)
    months = rhythm(mechanism.period)
    why = []
    if last and last.state == MeetingState.PLANNED:
        said = {"number": last.number, "day": _day(last.starts)}
        if last.starts < today:
            why.append(_("Session %(number)s was planned for %(day)s. Say first whether it was held.") % said)
        else:
            why.append(_("Session %(number)s is planned for %(day)s already; this would be one more.") % said)
    day = None
    if not months:
        why.append(_("How often the mechanism meets is not known, so no day is proposed. Say it on the page of the "
                     "mechanism, as in: every year."))  # fmt: skip
    elif not last:
        why.append(_("No session that was held is in the register, so no day is proposed."))
    else:
        day = _working(_later(last.starts, months))
        why.append(
            _("The session before is of %(day)s. %(rhythm)s") % {"day": _day(last.starts), "rhythm": _rhythm(months)}
        )
        if day < today + NOTICE:
            why.append(
                _("That would have been %(day)s; the day proposed leaves four weeks to prepare.") % {"day": _day(day)}
            )
            day = _working(today + NOTICE)
    host, reason = _host(parties(mechanism.partnership), last)
    return Coming(max((s.number for s in sessions), default=0) + 1, day, host, [*why, reason])


def _rhythm(months: int) -> str:
    if months % 12:
        said = ngettext("The mechanism meets every month.", "The mechanism meets every %(n)s months.", months)
        return said % {"n": months}
    years = months // 12
    said = ngettext("The mechanism meets every year.", "The mechanism meets every %(n)s years.", years)
    return said % {"n": years}


def _host(sides: list[Party], last: Session | None) -> tuple[Party | None, str]:
    if last is None or last.host is None:
        return None, _("Whose turn it is to be the host is not known: the register does not say who was the last.")
    codes = [party.pk for party in sides]
    if last.host_id not in codes:
        return None, _("The last host is not a party of this partnership, so it is not known whose turn it is.")
    host = sides[(codes.index(last.host_id) + 1) % len(sides)]
    return host, _("%(last)s was the host of session %(number)s, so it is the turn of %(next)s.") % {
        "last": last.host.name, "number": last.number, "next": host.name,
    }  # fmt: skip


_RHYTHMS: tuple[tuple[str, int], ...] = (
    # what has no number in it, or one that counts the sessions of a year; first that fits
    (r"twice a year|two times a year|half.?year|(?:semi|bi)-?annual", 6),
    (r"(?:2|hai) lần\W*(?:một|mỗi|1)?\W*năm|(?:1|một|mỗi) năm (?:2|hai) lần|nửa năm", 6),
    (r"(?:2|два) раза в год|полгода|раз в полугодие", 6),
    (r"four times a year|quarter|(?:hằng|hàng|mỗi) quý|ежекварт|раз в квартал", 3),
    (r"every other year|biennial|раз в два года|hai năm một lần", 24),
    (r"every month|each month|monthly|(?:hằng|hàng|mỗi) tháng|ежемесяч|раз в месяц|каждый месяц", 1),
    (r"every year|each year|once a year|yearly|annual", 12),
    (r"(?:hằng|hàng|mỗi|một) năm(?! năm)|lần/năm", 12),
    (r"ежегод|раз в год|каждый год", 12),
)
_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6,
    "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6,
}  # fmt: skip
_COUNTED = re.compile(
    r"(?:every |each |mỗi |раз в |каждые )?(?P<n>\d{1,2}|" + "|".join(_NUMBERS) + r")[ -]*"
    r"(?P<unit>years?|năm|года|лет|months?|tháng|месяц\w*)\b"
)


def rhythm(period: str) -> int | None:
    """The months between two sessions that the words of :attr:`Mechanism.period` say; None where they do not.

    >>> rhythm("every year"), rhythm("6 tháng một lần"), rhythm("раз в два года"), rhythm("when needed")
    (12, 6, 24, None)
    """
    said = " ".join(period.casefold().split())
    for words, months in _RHYTHMS:
        if re.search(words, said):
            return months
    found = _COUNTED.search(said)
    if not found:
        return None
    number = int(found["n"]) if found["n"].isdigit() else _NUMBERS[found["n"]]
    return number * (12 if found["unit"].startswith(("year", "năm", "год", "лет")) else 1) or None


def _later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _working(day: date) -> date:
    """The day, or the Monday after it where it falls on a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
