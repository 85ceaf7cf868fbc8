"""Difficulties: raised by a side, answered in turn, and closed for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.models import (
    Account,
    Answer,
    Body,
    Commitment,
    Difficulty,
    DifficultyState,
    Partnership,
    Party,
    Visibility,
)


@transaction.atomic
def raise_difficulty(
    *,
    by: Account | None,
    partnership: Partnership,
    names: dict[str, str],
    raised_by: Party,
    raised_on: date,
    owed_by: Party | None = None,
    body: Body | None = None,
    answer_due: date | None = None,
    description: str = "",
    areas: Iterable[Any] = (),
    commitments: Iterable[Commitment] = (),
    visibility: str = Visibility.INTERNAL,
    reason: str = "",
) -> Difficulty:
    """Puts down a barrier that a side raised, and who owes the first answer by when.

    Raises ValidationError where a side is none of the partnership's, or a date cannot be.
    """
    _check_side(partnership, raised_by, "raised_by")
    if raised_on > timezone.localdate():
        raise ValidationError({"raised_on": _("This day is still to come. Give the day on which it was raised.")})
    owed = _owed(partnership, owed_by, body, answer_due, since=raised_on)
    return record.create(
        Difficulty, by=by, reason=reason, partnership=partnership, names=names, raised_by=raised_by,
        raised_on=raised_on, description=description, areas=list(areas), commitments=list(commitments),
        visibility=visibility, **owed,
    )  # fmt: skip


@transaction.atomic
def change_difficulty(difficulty: Difficulty, *, by: Account | None, reason: str, **fields: Any) -> Difficulty:
    """Changes what it is about; who owes an answer changes through :func:`answer`.

    Raises ValidationError as :func:`raise_difficulty` does, and where there is no reason.
    """
    _check_reason(reason)
    if "raised_by" in fields:
        _check_side(difficulty.partnership, fields["raised_by"], "raised_by")
    return record.change(difficulty, by=by, reason=reason, **fields)


@transaction.atomic
def answer(
    difficulty: Difficulty,
    *,
    by: Account | None,
    party: Party,
    on: date,
    text: str,
    owed_by: Party | None = None,
    body: Body | None = None,
    answer_due: date | None = None,
) -> Answer:
    """Keeps what a side said, and passes the next answer on: to ``owed_by``, or to nobody.

    Raises ValidationError where the difficulty is closed, a side is none of the partnership's, or a date cannot be.
    """
    fresh = _locked(difficulty)
    if fresh.state != DifficultyState.OPEN:
        raise ValidationError(_("This difficulty is closed. Open it again, then put the answer in."))
    _check_side(fresh.partnership, party, "party")
    if on > timezone.localdate():
        raise ValidationError({"on": _("This day is still to come. Give the day on which the answer was given.")})
    if on < fresh.raised_on:
        raise ValidationError({"on": _("The difficulty was raised later than this. Give the day of the answer.")})
    owed = _owed(fresh.partnership, owed_by, body, answer_due, since=on)
    kept = Answer(difficulty=fresh, party=party, on=on, text=text.strip(), by=by)
    kept.full_clean(exclude=["by"])
    record.keep(kept, by=by)
    record.change(difficulty, by=by, reason=_("After an answer"), **owed)
    return kept


@transaction.atomic
def close(difficulty: Difficulty, *, by: Account | None, reason: str, resolved: bool) -> Difficulty:
    """Closes it as resolved, or drops it; nobody owes an answer any more. It stays, with its history."""
    _check_reason(reason)
    if _locked(difficulty).state != DifficultyState.OPEN:
        raise ValidationError(_("This difficulty is closed already."))
    state = DifficultyState.RESOLVED if resolved else DifficultyState.DROPPED
    return record.change(
        difficulty, by=by, verb="close", reason=reason, state=state, owed_by=None, body=None, answer_due=None
    )


@transaction.atomic
def reopen(
    difficulty: Difficulty,
    *,
    by: Account | None,
    reason: str,
    owed_by: Party | None = None,
    body: Body | None = None,
    answer_due: date | None = None,
) -> Difficulty:
    """Takes a closed one up again, and says who owes the next answer."""
    _check_reason(reason)
    fresh = _locked(difficulty)
    if fresh.state == DifficultyState.OPEN:
        raise ValidationError(_("This difficulty is open already."))
    owed = _owed(fresh.partnership, owed_by, body, answer_due, since=timezone.localdate())
    return record.change(difficulty, by=by, verb="reopen", reason=reason, state=DifficultyState.OPEN, **owed)


def _locked(difficulty: Difficulty) -> Difficulty:
    """As it is now, so that of two who write at one time the second sees what the first did."""
    rows = Difficulty.objects.select_for_update(of=("self",)).select_related("partnership")
    fresh: Difficulty = rows.get(pk=difficulty.pk)
    return fresh


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})


def _check_side(partnership: Partnership, party: Party, field: str) -> None:
    sides = list(partnership.parties.all())
    if party not in sides:
        raise ValidationError(
            {field: _("%(party)s is no side of this partnership. Choose: %(sides)s.")
             % {"party": party.name, "sides": ", ".join(side.name for side in sides)}}
        )  # fmt: skip


def _owed(
    partnership: Partnership, owed_by: Party | None, body: Body | None, answer_due: date | None, *, since: date
) -> dict[str, Any]:
    """The fields that say who owes the next answer, checked against each other."""
    if owed_by is None:
        if body or answer_due:
            raise ValidationError({"owed_by": _("Choose the side that owes the answer, or leave body and day empty.")})
        return {"owed_by": None, "body": None, "answer_due": None}
    _check_side(partnership, owed_by, "owed_by")
    if body and body.party_id != owed_by.pk:
        raise ValidationError(
            {"body": _("This body belongs to another side. Choose one of %(side)s.") % {"side": owed_by.name}}
        )
    if answer_due and answer_due < since:
        raise ValidationError({"answer_due": _("An answer can be due only after it was asked for.")})
    return {"owed_by": owed_by, "body": body, "answer_due": answer_due}
