"""What people put down of a statement itself: title, date, place, originals, who may see it, how it is reviewed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import Account, Instrument, Review
from servanda_register.queries.rights import rights_of


def change_instrument(*, by: Account, instrument: Instrument, reason: str, **fields: Any) -> Instrument:
    """Changes a statement's facts. Raises UsageError, django.core.exceptions.ValidationError, PermissionDenied."""
    rights = rights_of(by)
    home = instrument.partnership_id
    rights.require("keep", home)
    if not reason.strip():
        raise UsageError(_("Say why, so that others understand the change later."))
    if not fields.get("names", {"": "unchanged"}):
        raise UsageError(_("The statement needs a title in at least one language."))
    if fields.get("visibility") == "restricted" and not (rights.cleared_everywhere or home in rights.cleared):
        raise UsageError(_("You may not see what is restricted, and would lose sight of it. Choose internal."))
    with transaction.atomic():
        now = Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
        begun = Review.objects.filter(expression__instrument=instrument).exists()
        if begun and fields.get("reviewing", now.reviewing) != now.reviewing:
            raise UsageError(_("Its review has begun: how it is reviewed cannot be changed any more."))
        return record.change(instrument, by=by, reason=reason.strip(), **fields)
