"""Support that sides ask of each other in forums, and the positions that they hold together."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.models import Account, Partnership, Support


@transaction.atomic
def add_support(*, by: Account | None, partnership: Partnership, reason: str = "", **fields: Any) -> Support:
    """Puts down what is asked, promised or held; ``fields`` are those of :class:`Support`.

    Raises ValidationError where the side that asks, or the commitment, is not of the partnership.
    """
    _check(partnership, fields)
    return record.create(Support, by=by, reason=reason, partnership=partnership, **fields)


@transaction.atomic
def change_support(support: Support, *, by: Account | None, reason: str, **fields: Any) -> Support:
    """Changes it, or says what came of it, for a reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})
    kept = {name: getattr(support, name) for name in ("kind", "state", "asked_by", "commitment")}
    _check(support.partnership, {**kept, **fields})
    return record.change(support, by=by, reason=reason, **fields)


def _check(partnership: Partnership, fields: dict[str, Any]) -> None:
    asked_by, commitment = fields.get("asked_by"), fields.get("commitment")
    sides = list(partnership.parties.all())
    if asked_by is not None and asked_by not in sides:
        raise ValidationError(
            {"asked_by": _("%(party)s is no side of this partnership. Choose: %(sides)s.")
             % {"party": asked_by.name, "sides": ", ".join(side.name for side in sides)}}
        )  # fmt: skip
    if fields.get("kind") == Support.Kind.POSITION:
        if asked_by is not None:
            raise ValidationError({"asked_by": _("A common position is held by all sides; leave this empty.")})
    elif asked_by is None and fields.get("kind") != Support.Kind.OTHER:
        raise ValidationError(
            {"asked_by": _("Say which side asks for support, or choose “Common position” as the kind.")}
        )
    if commitment is not None and commitment.instrument.partnership_id != partnership.pk:
        raise ValidationError({"commitment": _("This commitment belongs to another partnership. Choose another one.")})
