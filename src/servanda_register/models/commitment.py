"""Commitments: what people decided that the parties undertook."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Shown, Versioned, in_language
from servanda_register.models.instrument import Expression, Instrument, Proposal
from servanda_register.models.partnership import Agreement, Mechanism
from servanda_register.models.review import Decision
from servanda_register.models.vocabulary import Area, Forum


class Strength(models.TextChoices):
    """Strongest first."""

    FIRM = "firm", _("Firm")
    AGREED = "agreed", _("Agreed")
    WILLING = "willing", _("Willing")
    ENCOURAGING = "encouraging", _("Encouraging")
    EXPLORATORY = "exploratory", _("Exploratory")


class Modality(models.TextChoices):
    """The force that the words outside the act give."""

    FIRM = "firm", _("Firm")
    AGREED = "agreed", _("Agreed")
    WILLING = "willing", _("Willing")
    ENCOURAGING = "encouraging", _("Encouraging")
    DECLARED = "declared", _("Declared")


class Act(models.TextChoices):
    """What a commitment is to do (docs/coding.md)."""

    ESTABLISH = "establish", _("Establish")
    SIGN = "sign", _("Sign")
    IMPLEMENT = "implement", _("Implement")
    STRENGTHEN = "strengthen", _("Strengthen")
    EXCHANGE = "exchange", _("Exchange")
    CONSULT = "consult", _("Consult")
    STUDY = "study", _("Study")
    SUPPORT = "support", _("Support")
    ENCOURAGE = "encourage", _("Encourage")
    FACILITATE = "facilitate", _("Facilitate")
    COORDINATE = "coordinate", _("Coordinate")
    ORGANISE = "organise", _("Organise")
    TRAIN = "train", _("Train")
    REFRAIN = "refrain", _("Refrain")
    RESOLVE = "resolve", _("Resolve")
    PROVIDE = "provide", _("Provide")
    OTHER = "other", _("Other")


class Commitment(Versioned, Shown):
    """One undertaking as people confirmed it. Withdrawn ones stay, with their history."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("Statement")
    )
    number = models.PositiveIntegerField(_("Number"))
    """Within the instrument, in the order of confirming."""
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.CONFIRMED)
    texts = models.JSONField(_("In short"), default=dict, blank=True)
    """A short sentence that says it, in one or more languages."""
    expression = models.ForeignKey(
        Expression, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    """Whose text ``start``, ``end`` and ``quote`` are of; none for facts that were put in without a text."""
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    quote = models.TextField(_("Words of the text"), blank=True)
    section = models.CharField(_("Section"), max_length=20, blank=True)
    source_url = models.URLField(_("Source"), max_length=1000, blank=True)
    modality = models.CharField(_("Modality"), max_length=12, choices=Modality.choices)
    strength = models.CharField(_("Strength"), max_length=12, choices=Strength.choices, db_index=True)
    action = models.CharField(_("Action"), max_length=20, choices=Act.choices, db_index=True)
    actors = models.JSONField(_("Who is to act"), default=list)
    """``both``, a party's code, or ``VN:Ministry of Foreign Affairs``."""
    areas = models.ManyToManyField(
        Area, through="register.CommitmentArea", related_name="commitments", verbose_name=_("Areas")
    )
    mechanisms = models.ManyToManyField(Mechanism, blank=True, related_name="commitments", verbose_name=_("Mechanisms"))
    agreements = models.ManyToManyField(Agreement, blank=True, related_name="commitments", verbose_name=_("Agreements"))
    forums = models.ManyToManyField(Forum, blank=True, related_name="commitments", verbose_name=_("Forums"))
    deadline = models.CharField(_("Deadline"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("Part of")
    )
    proposals = models.ManyToManyField(Proposal, blank=True, related_name="commitments")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    """The decision that made it what it is."""
    folded = models.TextField(blank=True)
    """Its words as :func:`servanda_register.models.folding.fold` makes them, for searching."""

    class Meta:
        ordering: ClassVar = ["instrument", "number"]
        verbose_name = _("Commitment")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instrument", "number"], name="commitment_number_once"),
            models.CheckConstraint(condition=Q(state__in=["confirmed", "withdrawn"]), name="commitment_state"),
            models.CheckConstraint(
                condition=Q(strength__in=[v for v, _l in Strength.choices]), name="commitment_strength"
            ),
            models.CheckConstraint(
                condition=Q(modality__in=[v for v, _l in Modality.choices]), name="commitment_modality"
            ),
            models.CheckConstraint(condition=Q(action__in=[v for v, _l in Act.choices]), name="commitment_action"),
            models.CheckConstraint(
                condition=Q(expression=None, start=None, end=None)
                | Q(expression__isnull=False, start__isnull=False, end__gt=F("start")),
                name="commitment_span",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="commitment_not_its_own_part"),
        ]

    @property
    def text(self) -> str:
        """The short sentence in the reader's language as near as there is one, or else the words of the text."""
        return in_language(self.texts)[0] or self.quote

    @property
    def text_language(self) -> str:
        """Language of :attr:`text`."""
        return in_language(self.texts)[1] or (self.expression.language if self.expression else "")

    def __str__(self) -> str:
        return self.text


class CommitmentArea(models.Model):
    """An area of a commitment; the main one has rank 0."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="ranked_areas")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="ranked_commitments")
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commitment", "area"], name="commitment_area_once"),
            models.UniqueConstraint(fields=["commitment", "rank"], name="commitment_area_rank_once"),
        ]


class Passage(Kept):
    """The same commitment in another expression of the instrument, as the engine aligned it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="passages")
    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()

    class Meta:
        verbose_name = _("Passage")
        ordering: ClassVar = ["expression", "start"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="passage_span"),
        ]


_COMMENTED = ("partnership", "instrument", "commitment", "proposal", "plan", "action")


class Comment(Kept, Shown):
    """A remark on one thing: a partnership, a statement, a commitment, a proposal, a roadmap or one of its actions."""

    partnership = models.ForeignKey(
        "register.Partnership", on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    plan = models.ForeignKey("register.Plan", on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    action = models.ForeignKey(
        "register.Action", on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    text = models.TextField(_("Comment"))
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, related_name="comments")

    class Meta:
        verbose_name = _("Comment")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (Q(**{f"{other}__isnull": other != name for other in _COMMENTED}) for name in _COMMENTED),
                ),
                name="comment_on_one_thing",
            ),
            models.CheckConstraint(condition=Q(text__gt=""), name="comment_says_something"),
        ]
