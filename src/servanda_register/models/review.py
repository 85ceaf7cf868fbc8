"""What people decide about proposals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Versioned
from servanda_register.models.instrument import Expression, Proposal


class Review(Versioned):
    """One person's review of one expression; where two review apart, a settling one decides between them."""

    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey("register.Account", on_delete=models.PROTECT, related_name="reviews")
    settles = models.BooleanField(default=False)
    begun = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("Review")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expression", "reviewer"], name="review_once"),
            models.UniqueConstraint(fields=["expression"], condition=Q(settles=True), name="one_settles"),
        ]


class Decision(Kept):
    """One decision: written once; a later one about the same proposal, or that ``replaces`` it, takes its place.

    A decision stands while it is the latest of its review about each of its proposals and no other replaces it.
    """

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accepted")
        CHANGE = "change", _("Changed")
        REJECT = "reject", _("Rejected")
        SPLIT = "split", _("Split")
        MERGE = "merge", _("Merged")
        ADD = "add", _("Added")
        REOPEN = "reopen", _("Reopened")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("Review"))
    verdict = models.CharField(_("Verdict"), max_length=8, choices=Verdict.choices)
    proposals = models.ManyToManyField(Proposal, related_name="decisions", verbose_name=_("Proposals"))
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    outcomes = models.JSONField(_("Comes to"), default=list)
    """The commitments as decided: objects with the fields of a coded document; none where rejected or reopened."""
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("Decision")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict__in=["accept", "change", "reject", "split", "merge", "add", "reopen"]),
                name="decision_verdict",
            ),
            models.CheckConstraint(condition=~Q(verdict="reject") | Q(reason__gt=""), name="rejected_for_a_reason"),
        ]
