"""Difficulties that a side raises, the answers to them, and the support that sides ask of each other in forums."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Named, Shown, Versioned, one_of
from servanda_register.models.commitment import Commitment
from servanda_register.models.partnership import Agreement, Partnership
from servanda_register.models.vocabulary import Area, Body, Forum, Party


class DifficultyState(models.TextChoices):
    """How a difficulty stands."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    DROPPED = "dropped", _("Dropped")


class Difficulty(Versioned, Named, Shown):
    """A barrier that one side raised, and who owes the next answer by when."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="difficulties", verbose_name=_("Partnership")
    )
    raised_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("Raised by"))
    raised_on = models.DateField(_("Raised on"))
    description = models.TextField(_("What hinders"), blank=True)
    areas = models.ManyToManyField(Area, blank=True, related_name="difficulties", verbose_name=_("Areas"))
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="difficulties", verbose_name=_("Commitments")
    )
    owed_by = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("Who owes the next answer"),
    )  # fmt: skip
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="difficulties", verbose_name=_("Which body")
    )
    answer_due = models.DateField(_("Answer due"), null=True, blank=True, db_index=True)
    state = models.CharField(_("State"), max_length=10, choices=DifficultyState.choices, default=DifficultyState.OPEN)

    class Meta:
        ordering: ClassVar = ["partnership", "-raised_on", "id"]
        verbose_name = _("Difficulty")
        constraints: ClassVar = [
            models.CheckConstraint(condition=one_of("state", DifficultyState), name="difficulty_state"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(owed_by=None, answer_due=None), name="closed_difficulties_owe_nothing"
            ),
            models.CheckConstraint(
                condition=Q(answer_due=None) | Q(owed_by__isnull=False), name="an_answer_is_owed_by_someone"
            ),
        ]


class Answer(Kept):
    """What a side said about a difficulty."""

    difficulty = models.ForeignKey(Difficulty, on_delete=models.PROTECT, related_name="answers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("Side"))
    on = models.DateField(_("Date"))
    text = models.TextField(_("Answer"))
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Answer")
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(text__gt=""), name="answer_says_something")]


class Assessment(Kept):
    """How an agreement is carried out, and what is proposed: the committee's task to review and assess."""

    class Finding(models.TextChoices):
        """In short."""

        CARRIED_OUT = "carried-out", _("Carried out")
        PARTLY = "partly", _("Carried out in part")
        NOT = "not", _("Not carried out")
        UNKNOWN = "unknown", _("Cannot be said")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="assessments")
    on = models.DateField(_("Date"))
    finding = models.CharField(_("Finding"), max_length=12, choices=Finding.choices)
    reason = models.TextField(_("Why"))
    measures = models.TextField(_("Measures proposed"), blank=True)
    source = models.CharField(_("Source"), max_length=1000, blank=True)
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Assessment of an agreement")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finding__in=["carried-out", "partly", "not", "unknown"]), name="assessment_finding"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="assessment_has_a_reason"),
        ]


class Support(Versioned, Named, Shown):
    """Support asked of the other side in a forum, for a candidature or a resolution, and what came of it."""

    class Kind(models.TextChoices):
        """For what."""

        CANDIDATURE = "candidature", _("Candidature")
        RESOLUTION = "resolution", _("Resolution")
        MEMBERSHIP = "membership", _("Membership or accession")
        POSITION = "position", _("Common position")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        """How it stands."""

        ASKED = "asked", _("Asked")
        PROMISED = "promised", _("Promised")
        GIVEN = "given", _("Given")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="supports", verbose_name=_("Partnership")
    )
    forum = models.ForeignKey(Forum, on_delete=models.PROTECT, related_name="supports", verbose_name=_("Forum"))
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.CANDIDATURE)
    asked_by = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Asked by"),
        help_text=_("Leave empty for what both sides hold together."),
    )  # fmt: skip
    on = models.DateField(_("Date of the decision in the forum"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.ASKED)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="supports",
        verbose_name=_("Commitment that founds it"),
    )  # fmt: skip
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        ordering: ClassVar = ["forum", "-on", "id"]
        verbose_name = _("Support in a forum")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["candidature", "resolution", "membership", "position", "other"]),
                name="support_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "promised", "given", "declined", "lapsed"]), name="support_state"
            ),
        ]
