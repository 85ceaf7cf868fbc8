"""What all partnerships share: areas of policy, forums, parties and the bodies of their governments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Named, Versioned


class Area(Named):
    """A field of policy; the slugs and names are those of the engine's vocabulary."""

    slug = models.SlugField(primary_key=True, max_length=40)
    rank = models.PositiveSmallIntegerField(default=0)
    """Place in the order of the coding manual."""

    class Meta:
        ordering: ClassVar = ["rank"]


class Forum(Named):
    """An organisation or a meeting of states, by its usual abbreviation."""

    code = models.CharField(primary_key=True, max_length=80)

    class Meta:
        ordering: ClassVar = ["code"]


class Party(Named):
    """A state, or an organisation of states, that makes statements with others."""

    code = models.CharField(primary_key=True, max_length=12)
    """ISO 3166-1 alpha-2; the usual abbreviation for an organisation."""

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][A-Z0-9-]+$"), name="party_code"),
        ]


class Body(Versioned, Named):
    """A ministry, an agency or a committee's side: whoever acts for a party."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("Party"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("Part of")
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="bodies", verbose_name=_("Areas"))
    from_year = models.PositiveSmallIntegerField(_("Exists since (year)"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("Existed until (year)"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=500, blank=True)
    source_date = models.DateField(_("Date of the source"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["party", "id"]
        verbose_name = _("Body")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_year=None) | Q(from_year=None) | Q(to_year__gte=F("from_year")), name="body_years"
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="body_not_its_own_part"),
        ]
