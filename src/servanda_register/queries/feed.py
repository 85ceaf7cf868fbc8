"""What an account's calendar holds: every day of the register on which something is, of what its owner works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Max, Model, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from servanda_register.models import Action, Agreement, Difficulty, Event, Exchange, Milestone, Session, Visibility
from servanda_register.queries import due
from servanda_register.queries.calendar import DayOff, days_off
from servanda_register.queries.reminders import address, in_force, mine, name_of, strictest
from servanda_register.queries.rights import Rights

PAST = timedelta(days=365)
"""How far back a calendar goes."""
MOST = 2000
"""Entries of one kind, the latest."""


@dataclass(frozen=True)
class Entry:
    """A day, or several days, with what is then."""

    record: Model
    category: str
    title: str
    language: str
    """Of the record's name, ISO 639-1."""
    partnership: Any
    starts: date
    ends: date
    """The last day itself."""
    lines: tuple[str, ...] = ()
    """What else is known."""
    place: str = ""
    visibility: str = Visibility.INTERNAL
    """The strictest of the record and of what it belongs to."""
    cancelled: bool = False
    busy: bool = False
    """Whether people are away then; a deadline takes nobody's day."""
    off: tuple[DayOff, ...] = ()
    changed: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """When the record was written last."""

    @property
    def key(self) -> str:
        """Stays the same as long as the record is there."""
        return f"{self.record._meta.model_name}-{self.record.pk}"

    @property
    def address(self) -> str:
        """Path of the page of the record."""
        return address(self.record)


def entries(rights: Rights, today: date) -> list[Entry]:
    """Deadlines, milestones, sessions, visits, answers owed and reviews of agreements, by day."""
    since = today - PAST
    found = [
        *_deadlines(rights, since, today), *_milestones(rights, since), *_meetings(Session, rights, since),
        *_meetings(Exchange, rights, since), *_answers(rights), *_reviews(rights, since),
    ]  # fmt: skip
    return sorted(_whole(found), key=lambda e: (e.starts, e.key))


def _deadlines(rights: Rights, since: date, today: date) -> list[Entry]:
    rows = mine(Action, rights).filter(in_force(), due__gte=since).exclude(state="superseded")
    out = []
    for a in rows.select_related("partnership", "plan").prefetch_related("leads").order_by("-due")[:MOST]:
        lines = [_("State: %(state)s") % {"state": a.get_state_display()}]
        if due.timing(a.due, a.state, today) == "overdue":
            lines.insert(0, _("Overdue"))
        if leads := ", ".join(body.name for body in a.leads.all()):
            lines.append(_("Lead: %(bodies)s") % {"bodies": leads})
        out.append(
            Entry(a, _("Deadline"), a.name, a.name_language, a.partnership, a.due, a.due, tuple(lines),
                  visibility=strictest(a, a.partnership))
        )  # fmt: skip
    return out


def _milestones(rights: Rights, since: date) -> list[Entry]:
    rows = mine(Milestone, rights, "action__partnership").filter(in_force("action__"), due__gte=since, dropped=False)
    out = []
    for s in (
        rows.exclude(action__state="superseded")
        .select_related("action__partnership", "action__plan")
        .order_by("-due")[:MOST]
    ):
        lines = (_("Of the action: %(action)s") % {"action": s.action.name}, *([_("Done")] if s.done else []))
        out.append(
            Entry(s, _("Milestone"), s.name, s.name_language, s.action.partnership, s.due, s.due, lines,
                  visibility=strictest(s, s.action.partnership))
        )  # fmt: skip
    return out


def _meetings(model: type[Model], rights: Rights, since: date) -> list[Entry]:
    of_session = model is Session
    home = "mechanism__partnership" if of_session else "partnership"
    rows = mine(model, rights, home).filter(Q(starts__gte=since) | Q(ends__gte=since), starts__isnull=False)
    out = []
    for meeting in rows.select_related(home).order_by("-starts")[:MOST]:
        named = meeting.mechanism if of_session else meeting
        lines = [meeting.get_state_display()]
        if not of_session and meeting.aim:
            lines.append(meeting.aim)
        out.append(
            Entry(
                meeting, _("Session") if of_session else _("Visit"), name_of(meeting), named.name_language,
                named.partnership, meeting.starts, meeting.ends or meeting.starts, tuple(lines), meeting.place,
                strictest(meeting, named.partnership), meeting.state == "cancelled", busy=True,
            )
        )  # fmt: skip
    return out


def _answers(rights: Rights) -> list[Entry]:
    rows = mine(Difficulty, rights).filter(state="open", answer_due__isnull=False)
    return [
        Entry(d, _("Answer due"), d.name, d.name_language, d.partnership, d.answer_due, d.answer_due,
              (_("Owed by: %(side)s") % {"side": d.owed_by.name},), visibility=strictest(d, d.partnership))
        for d in rows.select_related("partnership", "owed_by").order_by("-answer_due")[:MOST]
    ]  # fmt: skip


def _reviews(rights: Rights, since: date) -> list[Entry]:
    rows = mine(Agreement, rights).filter(next_review__gte=since).exclude(status="expired")
    return [
        Entry(a, _("Review of an agreement"), a.name, a.name_language, a.partnership, a.next_review, a.next_review,
              visibility=strictest(a, a.partnership))
        for a in rows.select_related("partnership").order_by("-next_review")[:MOST]
    ]  # fmt: skip


def _whole(found: list[Entry]) -> list[Entry]:
    """Adds which sides are closed on the day, and when each record was written last."""
    partnerships = {e.partnership.pk: e.partnership for e in found}
    prefetch_related_objects([*partnerships.values()], "parties")
    records: dict[str, list[str]] = {}
    for e in found:
        records.setdefault(str(e.record._meta.model_name), []).append(str(e.record.pk))
    told = reduce(or_, (Q(kind=kind, record__in=keys) for kind, keys in records.items()), Q(pk__in=[]))
    events = Event.objects.filter(told).order_by().values_list("kind", "record").annotate(at=Max("at"))
    changed = {(kind, key): at for kind, key, at in events}
    never = timezone.now()
    return [
        replace(
            e, off=tuple(days_off(e.starts, partnerships[e.partnership.pk].parties.all())),
            changed=changed.get((str(e.record._meta.model_name), str(e.record.pk)), never),
        )
        for e in found
    ]  # fmt: skip
