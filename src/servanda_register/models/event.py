"""The audit trail: who did what, when and why, with the record before and after; chained by hashes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from servanda_register.models.base import KeptQuerySet


class Event(models.Model):
    """One thing done. Written once, by ``servanda_register.actions.record``, in the transaction of what it tells of."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    """From 1, without gaps."""
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="events")
    """None: the system itself."""
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    """Name of the model of the record, lower case."""
    record = models.CharField(max_length=64)
    """Primary key of the record, as text."""
    partnership = models.ForeignKey("register.Partnership", on_delete=models.PROTECT, null=True, related_name="events")
    reason = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the digest before and this event, hexadecimal (``actions.record.digest_of``)."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-sequence"]
        indexes: ClassVar = [models.Index(fields=["kind", "record", "sequence"], name="event_of_record")]


class ChainHead(models.Model):
    """Where the chain ends: one row, locked by whoever writes the next event."""

    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
