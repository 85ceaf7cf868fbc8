"""Partnerships come to be and change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from servanda_register.actions import record
from servanda_register.models import Account, Partnership, Party, Visibility
from servanda_register.models.folding import fold


@transaction.atomic
def create_partnership(
    *,
    by: Account | None,
    names: dict[str, str],
    parties: Iterable[Party | str],
    slug: str = "",
    relationship: str = "",
    established: date | None = None,
    summary: dict[str, str] | None = None,
    visibility: str = Visibility.INTERNAL,
    reason: str = "",
) -> Partnership:
    """Makes a partnership; without ``slug`` its address is made from its name.

    Two of the same parties are allowed: one may be restricted. Raises ValidationError where it has no name or fewer
    than two parties.
    """
    codes = _codes(parties)
    _check(names, codes)
    return record.create(
        Partnership, by=by, reason=reason, names=names, parties=codes, slug=slug or _free_slug(names, codes),
        relationship=relationship, established=established, summary=summary or {}, visibility=visibility,
    )  # fmt: skip


@transaction.atomic
def change_partnership(partnership: Partnership, *, by: Account | None, reason: str, **fields: Any) -> Partnership:
    """Changes some of the fields of :func:`create_partnership`, for a reason; the address stays.

    Raises ValidationError as :func:`create_partnership` does, and where there is no reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})
    if "parties" in fields:
        fields["parties"] = _codes(fields["parties"])
    codes = fields.get("parties") or [party.pk for party in partnership.parties.all()]
    _check(fields.get("names", partnership.names), codes)
    return record.change(partnership, by=by, reason=reason, **fields)


def _codes(parties: Iterable[Party | str]) -> list[str]:
    return sorted({party.pk if isinstance(party, Party) else party for party in parties})


def _check(names: dict[str, str], codes: list[str]) -> None:
    if not any(names.values()):
        raise ValidationError({"names": _("Give a name in at least one language.")})
    if len(codes) < 2:
        raise ValidationError({"parties": _("Choose two parties or more; a partnership is between at least two.")})


def _free_slug(names: dict[str, str], codes: list[str]) -> str:
    """An address that is not in use, from the English name or else the codes of the parties."""
    base = slugify(fold(names.get("en", "")))[:70] or "-".join(codes).lower()
    taken = set(Partnership.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)
