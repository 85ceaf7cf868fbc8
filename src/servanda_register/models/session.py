"""Sessions of mechanisms, and exchanges of delegations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servanda_register.models.base import Named, Shown, Versioned, in_language, one_of
from servanda_register.models.commitment import Commitment
from servanda_register.models.difficulty import Difficulty
from servanda_register.models.partnership import Agreement, Mechanism, Partnership, Person
from servanda_register.models.plan import Action
from servanda_register.models.vocabulary import Party


class MeetingState(models.TextChoices):
    """Whether something that was to take place did."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Session(Versioned, Shown):
    """One session of a mechanism, planned or held."""

    mechanism = models.ForeignKey(
        Mechanism, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("Mechanism")
    )
    number = models.PositiveSmallIntegerField(_("Number"), default=1)
    starts = models.DateField(_("From"))
    ends = models.DateField(_("Until"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=120, blank=True)
    host = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Host")
    )
    chairs = models.ManyToManyField(Person, blank=True, related_name="chaired", verbose_name=_("Chairs"))
    state = models.CharField(_("State"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    minutes = models.TextField(_("Minutes"), blank=True)

    class Meta:
        ordering: ClassVar = ["-starts", "-id"]
        verbose_name = _("Session")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mechanism", "number"], name="session_number_once"),
            models.CheckConstraint(condition=one_of("state", MeetingState), name="session_state"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="session_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism.name} {self.number}"


class AgendaItem(Versioned, Named):
    """What a session takes up, with the records it is about, and what came of it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="agenda")
    rank = models.PositiveSmallIntegerField(default=0)
    actions = models.ManyToManyField(Action, blank=True, related_name="agenda_items", verbose_name=_("Actions"))
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="agenda_items", verbose_name=_("Commitments")
    )
    agreements = models.ManyToManyField(
        Agreement, blank=True, related_name="agenda_items", verbose_name=_("Agreements")
    )
    difficulties = models.ManyToManyField(
        Difficulty, blank=True, related_name="agenda_items", verbose_name=_("Difficulties")
    )
    why = models.JSONField(_("Why it is on the agenda"), default=dict, blank=True)
    """Language -> one or several sentences."""
    outcome = models.TextField(_("What came of it"), blank=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        verbose_name = _("Item of the agenda")

    @property
    def reason(self) -> str:
        """:attr:`why` in the reader's language, as near as there is one."""
        return in_language(self.why)[0]

    @property
    def reason_language(self) -> str:
        """Language of :attr:`reason`."""
        return in_language(self.why)[1]


class SessionDecision(Versioned, Named):
    """What a session decided; becomes an action."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_by")
    """The action that it became, or that it concerns."""

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("Decision of a session")


class Exchange(Versioned, Named, Shown):
    """A visit or a delegation, planned or held. ``names`` say what it is: "State visit of the President"."""

    class Channel(models.TextChoices):
        """Between whom."""

        PARTY = "party", pgettext_lazy("between whom a visit is", "Parties")
        STATE = "state", pgettext_lazy("between whom a visit is", "State")
        GOVERNMENT = "government", pgettext_lazy("between whom a visit is", "Government")
        PARLIAMENT = "parliament", pgettext_lazy("between whom a visit is", "Parliament")
        PEOPLE = "people", pgettext_lazy("between whom a visit is", "People")

    class Level(models.TextChoices):
        """How high."""

        HIGHEST = "highest", _("Highest level")
        HIGH = "high", _("High level")
        MINISTER = "minister", _("Ministers")
        DEPUTY = "deputy", _("Deputy ministers")
        OFFICIAL = "official", _("Officials and experts")
        LOCAL = "local", _("Provinces and cities")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="exchanges", verbose_name=_("Partnership")
    )
    channel = models.CharField(_("Channel"), max_length=12, choices=Channel.choices, default=Channel.GOVERNMENT)
    level = models.CharField(_("Level"), max_length=10, choices=Level.choices, default=Level.OFFICIAL)
    guest = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Who travels")
    )
    place = models.CharField(_("Place"), max_length=120, blank=True)
    starts = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("Until"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    aim = models.TextField(_("What it is to bring"), blank=True)
    result = models.TextField(_("What it brought"), blank=True)
    commitments = models.ManyToManyField(
        Commitment, blank=True, related_name="exchanges", verbose_name=_("Commitments")
    )

    class Meta:
        ordering: ClassVar = ["-starts", "-id"]
        verbose_name = _("Visit")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=["party", "state", "government", "parliament", "people"]),
                name="exchange_channel",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["highest", "high", "minister", "deputy", "official", "local"]),
                name="exchange_level",
            ),
            models.CheckConstraint(condition=one_of("state", MeetingState), name="exchange_state"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="exchange_dates"
            ),
        ]
