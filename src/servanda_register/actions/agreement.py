"""How agreements are carried out, as people assess it, and how far those that are to be concluded have come."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.models import Account, Agreement, AgreementStage, AgreementStatus, Assessment
from servanda_register.queries.agreements import ASSESSED

STAGES: dict[str, frozenset[str]] = {
    AgreementStatus.TO_SIGN: frozenset({"", *AgreementStage.values}),
    AgreementStatus.TO_AMEND: frozenset({"", *AgreementStage.values}),
    AgreementStatus.IN_FORCE: frozenset({"", AgreementStage.SIGNED, AgreementStage.RATIFIED}),
    AgreementStatus.REFERENCED: frozenset({""}),
    AgreementStatus.EXPIRED: frozenset({""}),
}
"""State -> stages of negotiation that go with it."""


@transaction.atomic
def assess(
    agreement: Agreement,
    *,
    by: Account | None,
    on: date,
    finding: str,
    reason: str,
    measures: str = "",
    source: str = "",
    next_review: date | None = None,
) -> Assessment:
    """Puts down how an agreement is carried out and when it is to be looked at again.

    Raises ValidationError where it is not in force, or where a date cannot be.
    """
    fresh = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if fresh.status not in ASSESSED:
        raise ValidationError(
            _("Only agreements in force are assessed; this one is “%(state)s”. Set its state first.")
            % {"state": fresh.get_status_display()}
        )
    if on > timezone.localdate():
        raise ValidationError({"on": _("This day is still to come. Give the day on which it was assessed.")})
    if next_review and next_review <= on:
        raise ValidationError({"next_review": _("The next review must come after this one.")})
    assessment = Assessment(
        agreement=fresh, on=on, finding=finding, reason=reason, measures=measures, source=source, by=by
    )
    assessment.full_clean(exclude=["by"])
    record.keep(assessment, by=by, reason=reason)
    record.change(agreement, by=by, reason=_("After an assessment"), next_review=next_review)
    return assessment


@transaction.atomic
def move(
    agreement: Agreement,
    *,
    by: Account | None,
    status: str,
    stage: str,
    reason: str,
    year: int | None = None,
    next_review: date | None = None,
) -> Agreement:
    """Sets how an agreement stands and how far its negotiation has come, for a reason.

    Raises ValidationError where there is no reason, or where the stage does not go with the state.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})
    allowed = STAGES.get(status, frozenset())
    if stage not in allowed:
        raise ValidationError(
            {"stage": _("The stage “%(stage)s” does not go with the state “%(state)s”. Choose: %(choices)s.")
             % {"stage": dict(AgreementStage.choices).get(stage, stage),
                "state": dict(AgreementStatus.choices).get(status, status),
                "choices": ", ".join([str(_("none")), *(str(n) for v, n in AgreementStage.choices if v in allowed)])}}
        )  # fmt: skip
    return record.change(
        agreement, by=by, reason=reason, status=status, stage=stage, year=year, next_review=next_review
    )
