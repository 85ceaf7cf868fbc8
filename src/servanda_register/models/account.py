"""Accounts, and what each may do in which partnership."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Versioned, one_of


class Digest(models.TextChoices):
    """How often an account is reminded by e-mail; empty: never."""

    DAILY = "daily", _("Once a day, when there is something to tell")
    WEEKLY = "weekly", _("Once a week, when there is something to tell")


class Account(AbstractUser):
    """A person who signs in. What an account may do is said by its memberships alone."""

    language = models.CharField(_("Language"), max_length=5, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=40, default="UTC")
    digest = models.CharField(_("Reminders by e-mail"), max_length=6, blank=True, default="", choices=Digest.choices)
    # Django's own staff, groups and permissions are not used: memberships say it all

    class Meta(AbstractUser.Meta):
        verbose_name = _("Account")  # type: ignore[assignment]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="account_email_once"),
            models.CheckConstraint(condition=Q(digest="") | one_of("digest", Digest), name="account_digest"),
        ]

    @property
    def shown_name(self) -> str:
        """The full name, or that by which the person signs in."""
        return self.get_full_name() or self.get_username()

    def __str__(self) -> str:
        return self.shown_name


class Group(models.TextChoices):
    """What a member may do; the table of verbs is ``servanda_register.queries.rights.ALLOWED``."""

    READER = "reader", _("Reader")
    CODER = "coder", _("Coder")
    REVIEWER = "reviewer", _("Reviewer")
    OFFICER = "officer", _("Desk officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Membership(Versioned):
    """An account's group in one partnership, or in all of them where ``partnership`` is empty."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Account")
    )
    partnership = models.ForeignKey(
        "register.Partnership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("Partnership"),
        help_text=_("Leave empty for all partnerships."),
    )
    group = models.CharField(_("Group"), max_length=15, choices=Group.choices, default=Group.READER)
    cleared = models.BooleanField(_("May see what is restricted"), default=False)
    ended = models.BooleanField(_("Ended"), default=False)

    class Meta:
        verbose_name = _("Membership")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "partnership"], condition=Q(ended=False), name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended=False, partnership=None), name="membership_everywhere_once"
            ),
            models.CheckConstraint(condition=one_of("group", Group), name="membership_group"),
            models.CheckConstraint(
                condition=Q(partnership=None) | ~Q(group="administrator"), name="administrators_are_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_group_display()}"


class TokenScope(models.TextChoices):
    """What a token opens, and nothing else."""

    API = "api", _("The API")
    FEED = "feed", _("The calendar")


class Token(Kept):
    """A key with which a program speaks to the API for an account, or reads its calendar. Only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("What it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the key, hexadecimal."""
    scope = models.CharField(max_length=4, choices=TokenScope.choices, default=TokenScope.API)

    class Meta:
        verbose_name = _("Key of a program")
        constraints: ClassVar = [models.CheckConstraint(condition=one_of("scope", TokenScope), name="token_scope")]

    def __str__(self) -> str:
        return self.name


class TokenEnd(Kept):
    """The end of a token."""

    token = models.OneToOneField(Token, on_delete=models.PROTECT, related_name="end")

    class Meta:
        verbose_name = _("End of a key")
