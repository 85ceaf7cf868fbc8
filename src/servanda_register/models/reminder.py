"""Which reminders were sent by mail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from servanda_register.models.account import Account
from servanda_register.models.base import Kept


class ReminderSent(Kept):
    """One digest that left. The day is that of the account's time zone; the database holds it to one a day."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reminders")
    on = models.DateField()
    items = models.PositiveIntegerField()
    """How many things it told of."""

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "on"], name="reminder_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.on.isoformat()}"
