"""Indicators: what is counted, what is aimed at, and what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.actions.measurements import SMALLEST_STEP, Line
from servanda_register.models import Account, Commitment, Indicator, Measurement, Partnership, Target
from servanda_register.queries.trail import snapshot

MOST_DECIMALS = 4
"""What the database keeps of a value."""


@transaction.atomic
def add_indicator(*, by: Account | None, partnership: Partnership, reason: str = "", **fields: Any) -> Indicator:
    """Makes an indicator; ``fields`` are those of :class:`Indicator`."""
    _check_decimals(fields)
    return record.create(Indicator, by=by, reason=reason, partnership=partnership, **fields)


@transaction.atomic
def change_indicator(indicator: Indicator, *, by: Account | None, reason: str, **fields: Any) -> Indicator:
    """Changes what it is, or ends it, for a reason; values that were measured stay."""
    _check_reason(reason)
    _check_decimals(fields)
    return record.change(indicator, by=by, reason=reason, **fields)


@transaction.atomic
def set_target(
    indicator: Indicator,
    *,
    by: Account | None,
    by_date: date,
    value: Decimal,
    commitment: Commitment | None = None,
    reason: str = "",
) -> Target:
    """Puts a target down. Raises ValidationError where there is one for that day, or the commitment is elsewhere's."""
    if Target.objects.filter(indicator=indicator, by_date=by_date, dropped=False).exists():
        raise ValidationError(
            {"by_date": _("There is a target for %s already. Drop that one first, with the reason why.")
             % date_format(by_date, "DATE_FORMAT")}
        )  # fmt: skip
    if commitment is not None and commitment.instrument.partnership_id != indicator.partnership_id:
        raise ValidationError({"commitment": _("This commitment belongs to another partnership. Choose another one.")})
    # the trail must hold the value as the database will give it back
    return record.create(
        Target, by=by, reason=reason, indicator=indicator, by_date=by_date, value=value.quantize(SMALLEST_STEP),
        commitment=commitment,
    )  # fmt: skip


@transaction.atomic
def drop_target(target: Target, *, by: Account | None, reason: str) -> Target:
    """Gives a target up, for a reason; it stays in the history."""
    _check_reason(reason)
    return record.change(target, by=by, verb="end", reason=reason, dropped=True)


@transaction.atomic
def measure(
    indicator: Indicator, *, by: Account | None, lines: Iterable[Line], source: str = "", reason: str = ""
) -> list[Measurement]:
    """Keeps measured values. One for a period that has a value already takes its place; the earlier one is kept too.

    ``source`` stands for rows that name none. What is there just so is passed over. Raises ValidationError where a
    period has not ended.
    """
    fresh = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    if fresh.ended:
        raise ValidationError(_("This indicator has ended; nothing is measured for it any more."))
    there = {m.period: m for m in Measurement.objects.filter(indicator=fresh).order_by("id")}
    today = timezone.localdate()
    made = []
    for line in lines:
        if line.period > today:
            raise ValidationError(
                {"period": _("The period until %s has not ended yet. Put its value in when it has.")
                 % date_format(line.period, "DATE_FORMAT")}
            )  # fmt: skip
        said = line.source or source
        known = there.get(line.period)
        if known and known.value == line.value and (known.source == said or not said):
            continue
        # the trail must hold the value as the database will give it back
        value = line.value.quantize(SMALLEST_STEP)
        row = Measurement(indicator=fresh, period=line.period, value=value, source=said, by=by)
        row.clean_fields(exclude=["by"])
        made.append(row)
    Measurement.objects.bulk_create(made)
    record.put_events(
        [(row, None, snapshot(row)) for row in made], by=by, verb="keep", reason=reason,
        partnership=fresh.partnership_id,
    )  # fmt: skip
    return made


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})


def _check_decimals(fields: dict[str, Any]) -> None:
    decimals = fields.get("decimals")
    if decimals is not None and not 0 <= decimals <= MOST_DECIMALS:
        raise ValidationError(
            {"decimals": _("%(given)s decimals cannot be kept; choose 0 to %(most)s.")
             % {"given": decimals, "most": MOST_DECIMALS}}
        )  # fmt: skip
