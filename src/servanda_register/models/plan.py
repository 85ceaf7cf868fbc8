"""The roadmap: plans, their actions, and the states these go through."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servanda_register.models.base import Kept, Named, Shown, Versioned, one_of
from servanda_register.models.commitment import Commitment
from servanda_register.models.instrument import Instrument
from servanda_register.models.partnership import Mechanism, Partnership
from servanda_register.models.vocabulary import Body, Party


class PlanState(models.TextChoices):
    """How far a plan has come."""

    DRAFT = "draft", _("Draft")
    CIRCULATED = "circulated", _("Circulated for comment")
    ADOPTED = "adopted", _("Adopted by both sides")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


PLAN_STEPS: dict[str, tuple[str, ...]] = {
    "": ("draft",),
    "draft": ("circulated", "withdrawn"),
    "circulated": ("draft", "adopted", "withdrawn"),
    "adopted": ("superseded",),
    "superseded": (),
    "withdrawn": (),
}
"""State of a plan -> states that may follow. A plan is adopted when every party has adopted it."""


class ProgressState(models.TextChoices):
    """How an action stands."""

    NOT_DUE = "not-due", _("Not due")
    NOT_STARTED = "not-started", _("Not started")
    UNDER_WAY = "under-way", _("Under way")
    DELIVERED = "delivered", _("Delivered")
    STALLED = "stalled", _("Stalled")
    SUPERSEDED = "superseded", _("Superseded")
    CANNOT_CHECK = "cannot-be-checked", _("Cannot be checked")


PROGRESS_STEPS: dict[str, tuple[str, ...]] = {
    "": ("not-due", "not-started", "under-way", "delivered", "cannot-be-checked"),
    "not-due": ("not-started", "under-way", "delivered", "superseded", "cannot-be-checked"),
    "not-started": ("not-due", "under-way", "delivered", "stalled", "superseded", "cannot-be-checked"),
    "under-way": ("delivered", "stalled", "superseded", "cannot-be-checked"),
    "stalled": ("under-way", "delivered", "superseded", "cannot-be-checked"),
    # what turns out not to have been delivered after all
    "delivered": ("under-way", "superseded"),
    "cannot-be-checked": ("not-due", "not-started", "under-way", "delivered", "stalled", "superseded"),
    "superseded": (),
}
"""State of an action -> states that may follow; the empty one is before the first."""


def follows(before: str, after: str, steps: dict[str, tuple[str, ...]]) -> Q:
    """The condition of a check constraint: the pair in these two columns is in the table."""
    return reduce(or_, (Q(**{before: a, f"{after}__in": list(b)}) for a, b in steps.items() if b))


class Plan(Versioned, Named, Shown):
    """A roadmap, or joint plan of action, of one partnership; an amendment is a new plan that follows the old one."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="plans", verbose_name=_("Partnership")
    )
    instruments = models.ManyToManyField(Instrument, blank=True, related_name="plans", verbose_name=_("Statements"))
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name=_("Amends")
    )
    version = models.PositiveSmallIntegerField(_("Version"), default=1)
    starts = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("Until"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    """That of the latest :class:`PlanStep`."""

    class Meta:
        ordering: ClassVar = ["partnership", "-version", "id"]
        verbose_name = _("Roadmap")
        constraints: ClassVar = [
            models.CheckConstraint(condition=one_of("state", PlanState), name="plan_state"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="plan_dates"
            ),
            models.CheckConstraint(condition=Q(follows=None) | ~Q(follows=F("id")), name="plan_not_its_own_amendment"),
            models.UniqueConstraint(fields=["follows"], condition=~Q(state="withdrawn"), name="plan_amended_once"),
        ]


class PlanStep(Kept):
    """One step of a plan from draft to adoption; a party's adoption is a step of its own, and the last one adopts."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The side that adopts; none for other steps. Until the last side has, ``state`` stays ``circulated``."""
    on = models.DateField(_("Date"))
    reason = models.TextField(_("Note"), blank=True)
    to = models.ManyToManyField(Body, blank=True, related_name="+", verbose_name=_("Sent to"))
    """The bodies that are asked for their comments."""
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("Step of a roadmap")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=follows("before", "state", PLAN_STEPS)
                | Q(before="circulated", state="circulated", party__isnull=False),
                name="plan_step_is_allowed",
            ),
        ]


class Action(Versioned, Named, Shown):
    """One thing to be done: rests on commitments (many to many), has bodies on both sides. ``names`` say what."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="actions", verbose_name=_("Partnership")
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("Roadmap")
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("Continues")
    )
    """The action of the amended plan of which this one is the copy."""
    number = models.PositiveIntegerField(_("Number"))
    """Within the partnership."""
    commitments = models.ManyToManyField(Commitment, blank=True, related_name="actions", verbose_name=_("Commitments"))
    leads = models.ManyToManyField(Body, blank=True, related_name="leads", verbose_name=_("Lead bodies"))
    supports = models.ManyToManyField(Body, blank=True, related_name="supports", verbose_name=_("Supporting bodies"))
    mechanism = models.ForeignKey(
        Mechanism, on_delete=models.PROTECT, null=True, blank=True, related_name="actions",
        verbose_name=_("Mechanism that follows it"),
    )  # fmt: skip
    deliverable = models.JSONField(_("Deliverable"), default=dict, blank=True)
    """Language -> what will be there when it is done."""
    starts = models.DateField(_("From"), null=True, blank=True)
    due = models.DateField(_("Deadline"), null=True, blank=True, db_index=True)
    rhythm = models.CharField(_("How often"), max_length=60, blank=True)
    state = models.CharField(
        _("State"), max_length=20, choices=ProgressState.choices, default=ProgressState.NOT_STARTED, db_index=True
    )
    """That of the latest :class:`Progress`."""

    class Meta:
        ordering: ClassVar = ["partnership", "number"]
        verbose_name = pgettext_lazy("of a roadmap", "Action")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="action_number_once"),
            models.CheckConstraint(condition=one_of("state", ProgressState), name="action_state"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(due=None) | Q(due__gte=F("starts")), name="action_dates"
            ),
            models.CheckConstraint(condition=Q(follows=None) | ~Q(follows=F("id")), name="action_not_its_own_copy"),
        ]


class Milestone(Versioned, Named):
    """A step towards an action's deliverable."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="milestones")
    due = models.DateField(_("Due"))
    done = models.DateField(_("Done"), null=True, blank=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["due", "id"]
        verbose_name = _("Milestone")


class Progress(Kept):
    """A state that an action came into: with date, reason and source. The table of steps is in the database too."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="progress")
    before = models.CharField(max_length=20, blank=True)
    state = models.CharField(_("State"), max_length=20, choices=ProgressState.choices)
    on = models.DateField(_("Date"))
    reason = models.TextField(_("Reason"))
    source = models.CharField(_("Source"), max_length=1000, blank=True)
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("State of an action")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=follows("before", "state", PROGRESS_STEPS), name="progress_step_is_allowed"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="progress_has_a_reason"),
        ]
