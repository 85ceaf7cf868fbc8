"""A partnership: the relation that statements found, and everything that hangs on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Named, Shown, Versioned, one_of
from servanda_register.models.vocabulary import Area, Party


class Partnership(Versioned, Named, Shown):
    """Two or more parties and what they have with each other."""

    slug = models.SlugField(unique=True, max_length=80)
    parties = models.ManyToManyField(Party, related_name="partnerships", verbose_name=_("Parties"))
    relationship = models.CharField(_("Relationship"), max_length=60, blank=True)
    """As the engine says it: ``strategic-partnership``."""
    established = models.DateField(_("Established"), null=True, blank=True)
    summary = models.JSONField(_("Summary"), default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["slug"]
        verbose_name = _("Partnership")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(slug__gt=""), name="partnership_slug")]


class MechanismKind(models.TextChoices):
    """What sort of mechanism it is."""

    COMMITTEE = "committee", _("Committee")
    SUBCOMMITTEE = "sub-committee", _("Sub-committee")
    CONSULTATIONS = "consultations", _("Political consultations")
    COUNCIL = "council", _("Council")
    PARLIAMENTARY = "parliamentary", _("Parliamentary")
    MINISTRIES = "ministry-to-ministry", _("Between ministries")
    LAW_ENFORCEMENT = "law-enforcement", _("Law enforcement")
    OTHER = "other", _("Other")


class MechanismStatus(models.TextChoices):
    """How the mechanism stands."""

    STANDING = "standing", _("Standing")
    PROPOSED = "proposed", _("Proposed")
    ENDED = "ended", _("Ended")


class Mechanism(Versioned, Named, Shown):
    """A standing body or procedure between the parties."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="mechanisms", verbose_name=_("Partnership")
    )
    kind = models.CharField(_("Kind"), max_length=25, choices=MechanismKind.choices, default=MechanismKind.OTHER)
    status = models.CharField(
        _("State"), max_length=10, choices=MechanismStatus.choices, default=MechanismStatus.STANDING
    )
    level = models.CharField(_("Level"), max_length=120, blank=True)
    period = models.CharField(_("How often"), max_length=60, blank=True)
    section = models.CharField(_("Section"), max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["partnership", "id"]
        verbose_name = _("Mechanism")
        constraints: ClassVar = [
            models.CheckConstraint(condition=one_of("kind", MechanismKind), name="mechanism_kind"),
            models.CheckConstraint(condition=one_of("status", MechanismStatus), name="mechanism_status"),
        ]


class AgreementStatus(models.TextChoices):
    """How the agreement stands."""

    IN_FORCE = "in-force", _("In force")
    TO_SIGN = "to-sign", _("To be signed")
    TO_AMEND = "to-amend", _("To be amended")
    REFERENCED = "referenced", _("Referred to")
    EXPIRED = "expired", _("Expired")


class AgreementStage(models.TextChoices):
    """How far an agreement that is to be concluded or amended has come."""

    PROPOSED = "proposed", _("Proposed")
    NEGOTIATED = "negotiated", _("Under negotiation")
    AGREED = "agreed", _("Text agreed")
    SIGNED = "signed", _("Signed")
    RATIFIED = "ratified", _("Ratified")


class Agreement(Versioned, Named, Shown):
    """An agreement that statements cite or promise: the legal basis of the partnership."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("Partnership")
    )
    year = models.PositiveSmallIntegerField(_("Year"), null=True, blank=True)
    status = models.CharField(
        _("State"), max_length=10, choices=AgreementStatus.choices, default=AgreementStatus.REFERENCED
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="agreements", verbose_name=_("Areas"))
    stage = models.CharField(
        _("Stage of negotiation"), max_length=12, choices=AgreementStage.choices, blank=True, default=""
    )
    next_review = models.DateField(_("Next review"), null=True, blank=True)
    section = models.CharField(_("Section"), max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["partnership", "year", "id"]
        verbose_name = _("Agreement")
        constraints: ClassVar = [
            models.CheckConstraint(condition=one_of("status", AgreementStatus), name="agreement_status"),
            models.CheckConstraint(condition=Q(stage="") | one_of("stage", AgreementStage), name="agreement_stage"),
            models.CheckConstraint(condition=Q(year=None) | Q(year__gte=1600, year__lte=2200), name="agreement_year"),
        ]


class ProgrammeKind(models.TextChoices):
    """What sort of programme it is."""

    TWINNING = "twinning", _("Twinning")
    SCHOLARSHIPS = "scholarships", _("Scholarships")
    CULTURE_DAYS = "culture-days", _("Culture days")
    FLIGHTS = "flights", _("Flights")
    JOINT_PROJECT = "joint-project", _("Joint project")
    TRAINING = "training", _("Training")
    STUDY = "study", _("Study")
    EXHIBITION = "exhibition", _("Exhibition")
    OTHER = "other", _("Other")


class Programme(Versioned, Named, Shown):
    """What the parties do together outside of texts: twinnings, scholarships, culture days, flights, projects."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("Partnership")
    )
    kind = models.CharField(_("Kind"), max_length=15, choices=ProgrammeKind.choices, default=ProgrammeKind.OTHER)
    years = models.JSONField(_("Years"), default=list, blank=True)
    places = models.JSONField(_("Places"), default=list, blank=True)
    """Each ``{"name", "party", "lat", "lon"}``; degrees, north and east positive."""
    note = models.TextField(_("Note"), blank=True)
    section = models.CharField(_("Section"), max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["partnership", "id"]
        verbose_name = _("Programme")
        constraints: ClassVar = [models.CheckConstraint(condition=one_of("kind", ProgrammeKind), name="programme_kind")]


class Person(Versioned, Shown):
    """Someone who holds or held an office that matters to a partnership."""

    full_name = models.CharField(_("Name"), max_length=200)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("Party")
    )

    class Meta:
        ordering: ClassVar = ["full_name"]
        verbose_name = _("Person")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(full_name__gt=""), name="person_has_a_name")]

    def __str__(self) -> str:
        return self.full_name


class Role(Versioned, Named):
    """A person's office, in a body or on a side of a mechanism, for a time. ``names`` say the office."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles", verbose_name=_("Person"))
    body = models.ForeignKey(
        "register.Body", on_delete=models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("Body")
    )
    mechanism = models.ForeignKey(
        Mechanism, on_delete=models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("Mechanism")
    )
    from_date = models.DateField(_("From"), null=True, blank=True)
    to_date = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["person", "from_date"]
        verbose_name = _("Office")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(from_date=None) | Q(to_date__gte=F("from_date")), name="role_dates"
            ),
        ]
