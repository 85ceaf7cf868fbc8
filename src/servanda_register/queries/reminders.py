"""What a reader is to be reminded of: what is overdue or due soon, answers owed, what is coming, and work that waits.

Only of partnerships to which the reader belongs: what others do with what is public is theirs to remember.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servanda_register.models import (
    Action,
    Agreement,
    Difficulty,
    Exchange,
    Expression,
    Intake,
    Milestone,
    Partnership,
    PlanState,
    Session,
    Visibility,
)
from servanda_register.queries import due, home
from servanda_register.queries.calendar import DayOff, days_off
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

COMING = timedelta(days=120)
"""So long before a session or a visit it is told of: both sides need weeks to prepare."""
MOST = 100
"""Of one kind; whoever has more of them needs a list, not a reminder."""

IN_FORCE = (PlanState.ADOPTED.value, PlanState.SUPERSEDED.value)
"""States of roadmaps whose actions count; those that a new roadmap took over are superseded themselves."""

STRICTNESS = [Visibility.PUBLIC.value, Visibility.INTERNAL.value, Visibility.RESTRICTED.value]

SECTIONS: dict[str, Promise] = {
    "overdue": gettext_lazy("Overdue"),
    "soon": gettext_lazy("Due soon"),
    "answers": gettext_lazy("Answers owed"),
    "sessions": gettext_lazy("Sessions"),
    "exchanges": gettext_lazy("Visits and delegations"),
    "agreements": gettext_lazy("Agreements to review"),
    "reviews": gettext_lazy("Proposals that wait for your review"),
    "intakes": gettext_lazy("Documents that could not be read"),
}
"""Kinds of reminders, the most pressing first."""


@dataclass(frozen=True)
class Item:
    """One thing to remember."""

    section: str
    record: Model
    name: str
    language: str
    """Of :attr:`name`, ISO 639-1; empty where it is that of the page."""
    partnership: Partnership | None
    day: date | None = None
    late: bool = False
    """Whether the day has passed."""
    note: str = ""
    off: tuple[DayOff, ...] = ()
    """Sides whose offices are closed on the day."""

    @property
    def address(self) -> str:
        """Path of the page on which something can be done about it."""
        return address(self.record)

    @property
    def restricted(self) -> bool:
        """Whether its words are for those alone who are cleared."""
        return strictest(self.record, self.partnership) == Visibility.RESTRICTED


def strictest(record: Any, partnership: Partnership | None) -> str:
    """The visibility that the fewest pass, of a record with a day and of all that it belongs to."""
    owner = record.action if isinstance(record, Milestone) else record
    parts = [partnership, owner, getattr(owner, "plan", None) if isinstance(owner, Action) else None]
    if isinstance(record, Session):
        parts.append(record.mechanism)
    levels = [part.visibility for part in parts if part is not None and hasattr(part, "visibility")]
    return max(levels, key=STRICTNESS.index, default=Visibility.INTERNAL.value)


def address(record: Model) -> str:
    """Path of the page of a record of the kinds that have a day."""
    if isinstance(record, Milestone):
        return reverse("action", args=[record.action_id])
    if isinstance(record, Agreement):
        return reverse("record", args=["agreements", record.pk])
    if isinstance(record, Expression):
        return reverse("review", args=[record.pk])
    return reverse(PAGES[type(record)], args=[record.pk])


PAGES: dict[type[Model], str] = {
    Action: "action", Session: "session", Exchange: "exchange", Difficulty: "difficulty", Intake: "intake",
}  # fmt: skip
"""Model -> name of the address of its page."""


def reminders(rights: Rights, today: date) -> list[Item]:
    """All of them, the most pressing first."""
    dated = [*_pressing(rights, today), *_meetings(Exchange, rights, today), *_agreements(rights, today)]
    return [*_in_order(dated), *_reviews(rights), *_intakes(rights)]


def pressing(rights: Rights, today: date) -> list[Item]:
    """Deadlines, answers owed and sessions, the most pressing first: what the first page has room for."""
    return _in_order(_pressing(rights, today))


def _pressing(rights: Rights, today: date) -> list[Item]:
    return [
        *_actions(rights, today), *_milestones(rights, today), *_difficulties(rights, today),
        *_meetings(Session, rights, today),
    ]  # fmt: skip


def _in_order(items: list[Item]) -> list[Item]:
    places = list(SECTIONS)
    items.sort(key=lambda item: (places.index(item.section), item.day or date.max, item.record.pk))
    return _with_days_off(items)


def by_section(items: Iterable[Item]) -> dict[str, list[Item]]:
    """The items under their kinds, without empty ones."""
    sections: dict[str, list[Item]] = {}
    for item in items:
        sections.setdefault(item.section, []).append(item)
    return sections


def mine(model: type[Model], rights: Rights, home: str = "partnership") -> QuerySet[Any]:
    """What the reader may see of the partnerships that he belongs to; ``home`` leads to the partnership."""
    rows = visible(model, rights)
    where = rights.where("see-work")
    return rows if where is None else rows.filter(**{f"{home}__in": where})


def in_force(path: str = "") -> Q:
    """Actions that are to be done: not those of a roadmap, or of an amendment, that is still a draft or was withdrawn.

    ``path`` leads to the action from another model.
    """
    return Q(**{f"{path}plan": None}) | Q(**{f"{path}plan__state__in": IN_FORCE})


def _actions(rights: Rights, today: date) -> list[Item]:
    rows = mine(Action, rights).filter(in_force(), due.overdue(today) | due.soon(today))
    items = []
    for action in rows.select_related("partnership", "plan").order_by("due", "pk")[:MOST]:
        timing = due.timing(action.due, action.state, today)
        items.append(
            Item(timing, action, action.name, action.name_language, action.partnership, action.due, timing == "overdue")
        )
    return items


def _milestones(rights: Rights, today: date) -> list[Item]:
    rows = mine(Milestone, rights, "action__partnership").filter(
        in_force("action__"), done=None, dropped=False, due__lte=today + due.SOON
    ).exclude(action__state__in=due.CLOSED)  # fmt: skip
    items = []
    for step in rows.select_related("action__partnership", "action__plan").order_by("due", "pk")[:MOST]:
        timing = due.milestone_timing(step.due, step.done, step.action.state, today)
        note = _("Milestone of: %(action)s") % {"action": step.action.name}
        items.append(
            Item(
                timing,
                step,
                step.name,
                step.name_language,
                step.action.partnership,
                step.due,
                timing == "overdue",
                note,
            )
        )
    return items


def _difficulties(rights: Rights, today: date) -> list[Item]:
    near = Q(answer_due=None) | Q(answer_due__lte=today + due.SOON)
    rows = mine(Difficulty, rights).filter(near, state="open", owed_by__isnull=False)
    return [
        Item("answers", d, d.name, d.name_language, d.partnership, d.answer_due,
             d.answer_due is not None and d.answer_due < today, _("Owed by: %(side)s") % {"side": d.owed_by.name})
        for d in rows.select_related("partnership", "owed_by").order_by("answer_due", "pk")[:MOST]
    ]  # fmt: skip


def _meetings(model: type[Model], rights: Rights, today: date) -> list[Item]:
    """Planned sessions or visits that come, and those of which it must still be said whether they took place."""
    of_session = model is Session
    rows = mine(model, rights, "mechanism__partnership" if of_session else "partnership").filter(
        state="planned", starts__lte=today + COMING
    )
    rows = rows.select_related("mechanism__partnership" if of_session else "partnership").order_by("starts", "pk")
    items = []
    for meeting in rows[:MOST]:
        late = (meeting.ends or meeting.starts) < today
        named = meeting.mechanism if of_session else meeting
        items.append(
            Item(
                "sessions" if of_session else "exchanges", meeting,
                name_of(meeting), named.name_language, named.partnership, meeting.starts, late,
                _("The day has passed: say whether it took place.") if late else meeting.place,
            )
        )  # fmt: skip
    return items


def name_of(record: Any) -> str:
    """What a record with a day is called in one line."""
    if isinstance(record, Session):
        return _("%(mechanism)s, session %(number)s") % {"mechanism": record.mechanism.name, "number": record.number}
    return str(record.name)


def _agreements(rights: Rights, today: date) -> list[Item]:
    rows = mine(Agreement, rights).filter(next_review__lte=today + due.SOON).exclude(status="expired")
    return [
        Item("agreements", a, a.name, a.name_language, a.partnership, a.next_review, a.next_review < today)
        for a in rows.select_related("partnership").order_by("next_review", "pk")[:MOST]
    ]


def _reviews(rights: Rights) -> list[Item]:
    return [
        Item("reviews", t.expression, t.expression.instrument.name, t.expression.instrument.name_language,
             t.expression.instrument.partnership,
             note=_("%(decided)s of %(proposed)s decided") % {"decided": t.decided, "proposed": t.proposed})
        for t in home.to_review(rights)
    ]  # fmt: skip


def _intakes(rights: Rights) -> list[Item]:
    rows = visible(Intake, rights).filter(by=rights.account, state=Intake.State.FAILED)
    rows = rows.select_related("attachment", "partnership").defer("attachment__content")
    return [
        Item("intakes", i, i.attachment.name if i.attachment else i.source_url, "", i.partnership, note=i.message)
        for i in rows[:MOST]
    ]


def _with_days_off(items: list[Item]) -> list[Item]:
    """Adds which of the sides are closed on the day."""
    partnerships = {i.partnership.pk: i.partnership for i in items if i.partnership}
    # rows of several queries bring the same partnership several times: each of them gets its parties
    prefetch_related_objects([*partnerships.values()], "parties")
    return [
        Item(**{**item.__dict__, "off": tuple(days_off(item.day, partnerships[item.partnership.pk].parties.all()))})
        if item.day and item.partnership else item
        for item in items
    ]  # fmt: skip
