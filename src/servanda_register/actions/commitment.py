"""Commitments by hand: added without a text, changed, withdrawn and taken back in, each for a reason.

What a review confirms comes about in ``servanda_register.actions.review``.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.models import Account, Commitment, Instrument
from servanda_register.models.folding import fold

BY_HAND = frozenset({
    "texts", "section", "source_url", "modality", "strength", "action", "actors", "areas", "mechanisms", "agreements",
    "forums", "deadline", "parent", "visibility",
})  # fmt: skip
"""Fields that people set. The words of the text and their place are the source's and stay."""


def folded_words(texts: dict[str, str], quote: str) -> str:
    """What a commitment is found by: its short texts in all languages and the words of the text."""
    return fold(" ".join([*texts.values(), quote]))


def next_number(instrument: Instrument) -> int:
    """The number that the next commitment of the statement gets; to be called in the transaction that makes it."""
    Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)  # two at once would get the same number
    return (Commitment.objects.filter(instrument=instrument).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def add_commitment(*, by: Account | None, instrument: Instrument, reason: str = "", **fields: Any) -> Commitment:
    """Adds a commitment that is known from elsewhere than a text that was read here; ``fields`` as in :data:`BY_HAND`.

    Raises ValidationError where it is not said in at least one language, or a value is not allowed.
    """
    _only_by_hand(fields)
    texts = fields.get("texts") or {}
    if not any(texts.values()):
        raise ValidationError({"texts": _("Say the commitment in one short sentence in at least one language.")})
    _check(instrument, fields)
    return record.create(
        Commitment, by=by, reason=reason, instrument=instrument, number=next_number(instrument),
        folded=folded_words(texts, ""), **fields,
    )  # fmt: skip


@transaction.atomic
def change_commitment(commitment: Commitment, *, by: Account | None, reason: str, **fields: Any) -> Commitment:
    """Changes fields of :data:`BY_HAND`, for a reason. Raises ValidationError where one is missing or not allowed."""
    _only_by_hand(fields)
    _need(reason)
    texts = fields.get("texts", commitment.texts)
    if not any(texts.values()) and not commitment.quote:
        raise ValidationError({"texts": _("Say the commitment in one short sentence in at least one language.")})
    _check(commitment.instrument, fields, commitment)
    return record.change(
        commitment, by=by, reason=reason, folded=folded_words(texts, commitment.quote), **fields
    )  # fmt: skip


@transaction.atomic
def withdraw_commitment(commitment: Commitment, *, by: Account | None, reason: str) -> Commitment:
    """Marks it as withdrawn; it stays, with its history. Raises ValidationError without a reason."""
    _need(reason)
    return record.change(commitment, by=by, verb="withdraw", reason=reason, state=Commitment.State.WITHDRAWN)


@transaction.atomic
def restore_commitment(commitment: Commitment, *, by: Account | None, reason: str) -> Commitment:
    """Takes a withdrawal back. Raises ValidationError without a reason."""
    _need(reason)
    return record.change(commitment, by=by, verb="restore", reason=reason, state=Commitment.State.CONFIRMED)


def _only_by_hand(fields: dict[str, Any]) -> None:
    if unknown := sorted(set(fields) - BY_HAND):
        raise TypeError(f"Not set by hand: {unknown[0]!r}; these are: {', '.join(sorted(BY_HAND))}.")


def _need(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})


def _check(instrument: Instrument, fields: dict[str, Any], commitment: Commitment | None = None) -> None:
    """What belongs to a partnership is of this one; actors are sides of it; parts form no circle."""
    for name in ("mechanisms", "agreements"):
        for linked in fields.get(name, ()):
            if linked.partnership_id != instrument.partnership_id:
                raise ValidationError({name: _("“%s” belongs to another partnership.") % linked})
    if actors := fields.get("actors"):
        sides = {"both", *(party.pk for party in instrument.partnership.parties.all())}
        for actor in actors:
            side, colon, body = actor.partition(":")
            if side not in sides or (colon and (side == "both" or not body.strip())):
                allowed = ", ".join(sorted(sides))
                raise ValidationError(
                    {"actors": _("“%(actor)s” is not one of: %(allowed)s, or CODE:name of a body.")
                     % {"actor": actor, "allowed": allowed}}
                )  # fmt: skip
    whole = fields.get("parent")
    if whole and whole.instrument_id != instrument.pk:
        raise ValidationError({"parent": _("A commitment is part of one of the same statement only.")})
    while whole:
        if commitment and whole.pk == commitment.pk:
            raise ValidationError({"parent": _("A commitment cannot be part of itself or of one of its parts.")})
        whole = whole.parent
