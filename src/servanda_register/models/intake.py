"""Statements on their way in: what was given is kept first and read afterwards, in the background."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Shown
from servanda_register.models.instrument import Attachment, Expression
from servanda_register.models.partnership import Partnership


class Intake(Shown):
    """One document on its way in. The work queue: what stands here is neither evidence nor history."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READING = "reading", _("Being read")
        ALIGNING = "aligning", _("Being compared with its other versions")
        DONE = "done", _("Done")
        FAILED = "failed", _("Could not be read")

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="intakes")
    """None until a web address is fetched, and where an expression is only to be compared with the others."""
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="intakes"
    )
    """None: found by the parties that the text names, or made."""
    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, null=True, related_name="intakes")
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, related_name="intakes")
    at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(max_length=8, blank=True)
    """ISO 639-1, where the person said it."""
    source_url = models.URLField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    progress = models.PositiveSmallIntegerField(default=0)
    """Per cent."""
    message = models.TextField(blank=True)
    """For the person: what went wrong and what to do, or what was found."""
    beat = models.DateTimeField(null=True)
    """When the reader last said that it is at work; one that fell silent is taken up by another."""

    attempts = models.PositiveSmallIntegerField(default=0)
    """How often reading was begun. A reader that finds another number than its own was taken for dead and stops."""

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(attachment__isnull=False) | Q(expression__isnull=False) | Q(source_url__gt=""),
                name="intake_of_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reading", "aligning", "done", "failed"]), name="intake_state"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="intake_progress"),
        ]
