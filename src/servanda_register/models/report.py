"""Documents that an office has put in the place of the register's own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, one_of
from servanda_register.models.instrument import Attachment
from servanda_register.models.partnership import Partnership


class ReportKind(models.TextChoices):
    """Which report it is."""

    PROGRESS = "progress", _("Progress report")
    BRIEF = "brief", _("Brief for a minister")
    SESSION = "session", _("Session pack")


class ReportTemplate(Kept):
    """A document to be filled in for one kind of report in one language. The latest row counts."""

    kind = models.CharField(_("Report"), max_length=10, choices=ReportKind.choices)
    language = models.CharField(_("Language"), max_length=5)
    """ISO 639-1."""
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="report_templates",
        verbose_name=_("Partnership"),
    )  # fmt: skip
    """None: for all partnerships that have none of their own."""
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="report_templates"
    )
    """None: back to the document that comes with the register."""
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("Template of a report")
        constraints: ClassVar = [models.CheckConstraint(condition=one_of("kind", ReportKind), name="template_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"
