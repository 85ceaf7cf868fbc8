"""Sessions are planned, held and followed: agenda, minutes, and decisions that become actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.actions.plan import add_action, strictest
from servanda_register.models import (
    Account,
    Action,
    AgendaItem,
    Body,
    Commitment,
    Difficulty,
    Mechanism,
    MeetingState,
    Party,
    Person,
    Session,
    SessionDecision,
    Visibility,
)

STEPS: dict[str, tuple[str, ...]] = {
    MeetingState.PLANNED: (MeetingState.HELD, MeetingState.CANCELLED),
    # what was put in by mistake
    MeetingState.HELD: (MeetingState.PLANNED,),
    MeetingState.CANCELLED: (MeetingState.PLANNED,),
}
"""State of a session or a visit -> states that may follow."""
LINKS = ("actions", "commitments", "agreements", "difficulties")
"""What an item of the agenda may be about."""


@transaction.atomic
def plan_session(
    *,
    by: Account | None,
    mechanism: Mechanism,
    number: int,
    starts: date,
    ends: date | None = None,
    place: str = "",
    host: Party | None = None,
    chairs: Iterable[Person] = (),
    visibility: str = Visibility.INTERNAL,
    reason: str = "",
) -> Session:
    """Plans a session of a mechanism. Raises ValidationError where its number is taken or it ends too early."""
    _check(mechanism, number, starts, ends)
    return record.create(
        Session, by=by, reason=reason, mechanism=mechanism, number=number, starts=starts, ends=ends, place=place,
        host=host, chairs=list(chairs), visibility=visibility,
    )  # fmt: skip


@transaction.atomic
def change_session(session: Session, *, by: Account | None, reason: str, **fields: Any) -> Session:
    """Changes some of the fields of :func:`plan_session`. Raises ValidationError as it does, and without a reason."""
    _reason(reason)
    now = {name: fields.get(name, getattr(session, name)) for name in ("number", "starts", "ends")}
    _check(session.mechanism, now["number"], now["starts"], now["ends"], but=session.pk)
    return record.change(session, by=by, reason=reason, **fields)


def _check(mechanism: Mechanism, number: int, starts: date, ends: date | None, but: int | None = None) -> None:
    Mechanism.objects.select_for_update().get(pk=mechanism.pk)  # two at once do not take the same number
    if Session.objects.filter(mechanism=mechanism, number=number).exclude(pk=but).exists():
        # the other one may be out of sight: its name and date are not told
        raise ValidationError({"number": _("The number %s is taken. Choose the next one that is free.") % number})
    if ends and ends < starts:
        raise ValidationError({"ends": _("It ends before it begins. Change one of the two dates.")})


@transaction.atomic
def hold(
    session: Session, *, by: Account | None, today: date, minutes: str = "", outcomes: Mapping[int, str] | None = None,
    starts: date | None = None, ends: date | None = None, reason: str = "",
) -> Session:  # fmt: skip
    """Says that a session was held, or adds to what is said of it: minutes, and what came of each item of its agenda.

    ``outcomes`` are by the key of the item. Raises UsageError for a session that was cancelled or is still to come.
    """
    first = starts or session.starts
    if session.state == MeetingState.CANCELLED:
        raise UsageError(_("The session was cancelled. Plan it again first."))
    if first > today:
        raise UsageError(
            _("The session begins on %s, so it cannot have been held yet. Wait, or change its date.") % _day(first)
        )
    _check(session.mechanism, session.number, first, ends, but=session.pk)
    for item in AgendaItem.objects.filter(session=session, pk__in=list(outcomes or {})):
        record.change(item, by=by, reason=reason, outcome=(outcomes or {})[item.pk])
    verb = "change" if session.state == MeetingState.HELD else "hold"
    return record.change(
        session, by=by, verb=verb, reason=reason, state=MeetingState.HELD, minutes=minutes, starts=first, ends=ends
    )


@transaction.atomic
def cancel(session: Session, *, by: Account | None, reason: str) -> Session:
    """Says that a planned session does not take place. Raises UsageError where it was held, ValidationError without a
    reason."""
    _reason(reason)
    _step(session, MeetingState.CANCELLED)
    return record.change(session, by=by, verb="cancel", reason=reason, state=MeetingState.CANCELLED)


@transaction.atomic
def plan_again(session: Session, *, by: Account | None, reason: str) -> Session:
    """Takes back that a session was held or cancelled. Raises UsageError where it is planned, ValidationError without a
    reason."""
    _reason(reason)
    _step(session, MeetingState.PLANNED)
    return record.change(session, by=by, verb="reopen", reason=reason, state=MeetingState.PLANNED)


def _step(session: Session, state: str) -> None:
    now = Session.objects.select_for_update().get(pk=session.pk).state
    if state not in STEPS[now]:
        labels = {s.value: str(s.label).lower() for s in MeetingState}
        allowed = ", ".join(labels[s] for s in STEPS[now])
        raise UsageError(
            _("The session is %(now)s and cannot become %(wanted)s. It can become: %(allowed)s.")
            % {"now": labels[now], "wanted": labels[state], "allowed": allowed}
        )


@transaction.atomic
def put_on_agenda(
    session: Session, items: Sequence[Mapping[str, Any]], *, by: Account | None, reason: str = ""
) -> list[AgendaItem]:
    """Adds items at the end of the agenda: each with ``names``, ``why`` and the records of :data:`LINKS`.

    Raises UsageError for a cancelled session, ValidationError for an item without a name.
    """
    found = Session.objects.select_for_update().get(pk=session.pk)
    if found.state == MeetingState.CANCELLED:
        raise UsageError(_("The session was cancelled. Plan it again first."))
    rank = max(AgendaItem.objects.filter(session=session).values_list("rank", flat=True), default=0)
    out = []
    for place, item in enumerate(items, start=1):
        _named(item["names"])
        links: dict[str, Any] = {name: _keys(item.get(name, ()), name, session) for name in LINKS}
        out.append(record.create(
            AgendaItem, by=by, reason=reason, session=session, rank=rank + place, names=item["names"],
            why=item.get("why") or {}, **links,
        ))  # fmt: skip
    return out


@transaction.atomic
def change_item(item: AgendaItem, *, by: Account | None, reason: str = "", **fields: Any) -> AgendaItem:
    """Changes names, reason, outcome or links of an item. Raises ValidationError where no name is left."""
    _named(fields.get("names", item.names))
    for name in LINKS:
        if name in fields:
            fields[name] = _keys(fields[name], name, item.session)
    return record.change(item, by=by, reason=reason, **fields)


def _keys(records: Iterable[Any], name: str, session: Session) -> list[Any]:
    """Keys of the records, which must be of the session's own partnership."""
    model = AgendaItem._meta.get_field(name).related_model
    keys = [getattr(r, "pk", r) for r in records]
    home = "instrument__partnership" if model is Commitment else "partnership"
    near = model._default_manager.filter(pk__in=keys, **{home: session.mechanism.partnership_id}).count()
    if near != len(set(keys)):
        raise ValidationError({name: _("An item can only be about what belongs to the same partnership.")})
    return keys


@transaction.atomic
def move_item(item: AgendaItem, *, by: Account | None, past: AgendaItem) -> None:
    """Puts an item on the other side of ``past``: the neighbour that the one who moves it sees."""
    Session.objects.select_for_update().get(pk=item.session_id)
    items = list(AgendaItem.objects.filter(session=item.session_id))
    keys = [i.pk for i in items]
    moved = items.pop(keys.index(item.pk))
    items.insert(keys.index(past.pk), moved)
    for rank, each in enumerate(items, start=1):
        if each.rank != rank:
            record.change(each, by=by, rank=rank)


@transaction.atomic
def drop_item(item: AgendaItem, *, by: Account | None, dropped: bool = True, reason: str = "") -> AgendaItem:
    """Takes an item off the agenda, or puts it back at its end."""
    if not dropped:
        ranks = AgendaItem.objects.filter(session=item.session_id).values_list("rank", flat=True)
        return record.change(item, by=by, verb="restore", reason=reason, dropped=False, rank=max(ranks) + 1)
    return record.change(item, by=by, verb="withdraw", reason=reason, dropped=True)


@transaction.atomic
def decide(
    session: Session,
    *,
    by: Account | None,
    names: dict[str, str],
    item: AgendaItem | None = None,
    action: Action | None = None,
    becomes_action: bool = False,
    leads: Iterable[Body] = (),
    due: date | None = None,
) -> SessionDecision:
    """Puts down what a session decided: about an action that there is, as an action of its own, or neither.

    The new action rests on the commitments of the item and is followed by the session's mechanism. Raises UsageError
    for a session that was not held, ValidationError without a name or with both an old and a new action.
    """
    if session.state != MeetingState.HELD:
        raise UsageError(_("Only a session that was held has decided something. Say first that it was held."))
    _named(names)
    if action and becomes_action:
        raise ValidationError(
            {"becomes_action": _("Choose one of the two: an action that there is, or a new one made of the decision.")}
        )
    if item and item.session_id != session.pk:
        raise ValidationError({"item": _("The item is of another session.")})
    if becomes_action:
        action = _action(session, by=by, names=names, item=item, leads=leads, due=due)
    return record.create(SessionDecision, by=by, session=session, item=item, names=names, action=action)


def _action(
    session: Session, *, by: Account | None, names: dict[str, str], item: AgendaItem | None, leads: Iterable[Body],
    due: date | None,
) -> Action:  # fmt: skip
    about: list[Any] = [r for name in LINKS for r in getattr(item, name).all()] if item else []
    commitments = {r.pk for r in about if isinstance(r, Commitment)}
    commitments |= {c.pk for r in about if isinstance(r, Action | Difficulty) for c in r.commitments.all()}
    why = _("Decided by session %(number)s of “%(mechanism)s”.")
    return add_action(
        by=by, partnership=session.mechanism.partnership, names=names, due=due, leads=list(leads),
        reason=why % {"number": session.number, "mechanism": session.mechanism.name}, mechanism=session.mechanism,
        commitments=list(Commitment.objects.filter(pk__in=commitments).select_related("instrument")),
        # whoever may not see what it comes from does not see it either
        visibility=strictest(r.visibility for r in [session, session.mechanism, *about]),
    )  # fmt: skip


def _named(names: Mapping[str, str]) -> None:
    if not any(names.values()):
        raise ValidationError({"names": _("Give a name in at least one language.")})


def _reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
