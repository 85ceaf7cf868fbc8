"""Visits and delegations are planned, held and written up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import (
    Account,
    Commitment,
    Exchange,
    MeetingState,
    Partnership,
    Party,
    Visibility,
)


@transaction.atomic
def plan_exchange(
    *,
    by: Account | None,
    partnership: Partnership,
    names: dict[str, str],
    channel: str,
    level: str,
    guest: Party | None = None,
    place: str = "",
    starts: date | None = None,
    ends: date | None = None,
    aim: str = "",
    commitments: Iterable[Commitment | int] = (),
    visibility: str = Visibility.INTERNAL,
    reason: str = "",
) -> Exchange:
    """Plans a visit. Raises ValidationError for a missing name, turned dates, or what is another partnership's."""
    fields: dict[str, Any] = {
        "guest": guest, "starts": starts, "ends": ends, "commitments": list(commitments), "names": names
    }  # fmt: skip
    _check(partnership, fields)
    return record.create(
        Exchange, by=by, reason=reason, partnership=partnership, channel=channel, level=level, place=place, aim=aim,
        visibility=visibility, **fields,
    )  # fmt: skip


@transaction.atomic
def change_exchange(exchange: Exchange, *, by: Account | None, reason: str, **fields: Any) -> Exchange:
    """Changes some of the fields of :func:`plan_exchange`. Raises ValidationError as it does, and without a reason."""
    _reason(reason)
    now = {name: fields.get(name, getattr(exchange, name)) for name in ("names", "guest", "starts", "ends")}
    _check(exchange.partnership, now | {"commitments": fields.get("commitments", ())})
    return record.change(exchange, by=by, reason=reason, **fields)


@transaction.atomic
def hold_exchange(
    exchange: Exchange, *, by: Account | None, today: date, starts: date | None, ends: date | None = None,
    result: str = "", commitments: Iterable[Commitment | int] | None = None,
) -> Exchange:  # fmt: skip
    """Says that a visit took place and what it brought. Raises UsageError where it was cancelled or is still to come,
    ValidationError without a day."""
    if exchange.state == MeetingState.CANCELLED:
        raise UsageError(_("The visit was cancelled. Plan it again first."))
    if starts is None:
        raise ValidationError({"starts": _("Say on which day it began.")})
    if starts > today:
        raise UsageError(
            _("The visit begins on %s, so it cannot have taken place yet. Wait, or change its date.")
            % formats.date_format(starts, "DATE_FORMAT")
        )
    fields: dict[str, Any] = {} if commitments is None else {"commitments": list(commitments)}
    _check(exchange.partnership, {"names": exchange.names, "starts": starts, "ends": ends, **fields})
    verb = "change" if exchange.state == MeetingState.HELD else "hold"
    return record.change(
        exchange, by=by, verb=verb, state=MeetingState.HELD, starts=starts, ends=ends, result=result, **fields
    )


@transaction.atomic
def cancel_exchange(exchange: Exchange, *, by: Account | None, reason: str) -> Exchange:
    """Says that a planned visit does not take place. Raises UsageError where it is not planned."""
    _reason(reason)
    if Exchange.objects.select_for_update().get(pk=exchange.pk).state != MeetingState.PLANNED:
        raise UsageError(_("Only a visit that is planned can be cancelled. Plan it again first."))
    return record.change(exchange, by=by, verb="cancel", reason=reason, state=MeetingState.CANCELLED)


@transaction.atomic
def plan_exchange_again(exchange: Exchange, *, by: Account | None, reason: str) -> Exchange:
    """Takes back that a visit took place or was cancelled. Raises UsageError where it is planned already."""
    _reason(reason)
    if Exchange.objects.select_for_update().get(pk=exchange.pk).state == MeetingState.PLANNED:
        raise UsageError(_("The visit is planned already."))
    return record.change(exchange, by=by, verb="reopen", reason=reason, state=MeetingState.PLANNED)


def _check(partnership: Partnership, fields: dict[str, Any]) -> None:
    if not any(fields["names"].values()):
        raise ValidationError({"names": _("Give a name in at least one language.")})
    if fields.get("ends") and not fields.get("starts"):
        raise ValidationError({"starts": _("Say on which day it begins, or leave both dates empty.")})
    if fields.get("ends") and fields["ends"] < fields["starts"]:
        raise ValidationError({"ends": _("It ends before it begins. Change one of the two dates.")})
    guest = fields.get("guest")
    if guest and not partnership.parties.filter(pk=guest.pk).exists():
        raise ValidationError({"guest": _("Who travels must be a party of the partnership.")})
    keys = {getattr(c, "pk", c) for c in fields.get("commitments", ())}
    if keys and Commitment.objects.filter(pk__in=keys, instrument__partnership=partnership).count() != len(keys):
        raise ValidationError({"commitments": _("Choose commitments of the same partnership only.")})


def _reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})
