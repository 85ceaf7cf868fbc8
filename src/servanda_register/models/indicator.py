"""Indicators: what is counted, what is aimed at, and what was measured."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Named, Shown, Versioned
from servanda_register.models.commitment import Commitment
from servanda_register.models.partnership import Partnership


class Indicator(Versioned, Named, Shown):
    """A quantity that tells how the partnership fares: trade turnover, scholarships, flights, tourists, projects."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("Partnership")
    )
    definition = models.TextField(_("What is counted, and how"), blank=True)
    unit = models.CharField(_("Unit"), max_length=60)
    source = models.CharField(_("Source"), max_length=500, blank=True)
    decimals = models.PositiveSmallIntegerField(_("Decimals"), default=0)
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="indicators", verbose_name=_("Commitments")
    )
    ended = models.BooleanField(_("Ended"), default=False)

    class Meta:
        ordering: ClassVar = ["partnership", "id"]
        verbose_name = _("Indicator")


class Target(Versioned):
    """What an indicator is to reach by a date."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    by_date = models.DateField(_("By"))
    value = models.DecimalField(_("Value"), max_digits=15, decimal_places=4)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="targets",
        verbose_name=_("Commitment that founds it"),
    )  # fmt: skip
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["by_date", "id"]
        verbose_name = _("Target")


class Measurement(Kept):
    """A value of an indicator for a period; a later row for the same period takes its place."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="measurements")
    period = models.DateField(_("End of the period"))
    value = models.DecimalField(_("Value"), max_digits=15, decimal_places=4)
    """Of 15 digits at most: SQLite gives no more back than were exact."""
    source = models.CharField(_("Source"), max_length=500, blank=True)
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Value of an indicator")
        ordering: ClassVar = ["period", "id"]
