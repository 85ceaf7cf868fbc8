"""What the audit trail tells of a record, and how its events are chained."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from django.db import models

from servanda_register.models import Commitment, CommitmentArea, Event

ORDERED: dict[tuple[type[models.Model], str], tuple[type[models.Model], str, str]] = {
    (Commitment, "areas"): (CommitmentArea, "commitment", "area")
}
"""Many-to-many fields whose order matters: model of the rows, and its two ends."""
START = "0" * 64
"""What stands for the digest before the first event."""
UNTOLD = frozenset({"password", "last_login", "folded"})
"""Columns that the trail does not hold: secret, of no interest, or made from others."""
UNTOLD_MANY = frozenset({"groups", "user_permissions"})


def told_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Columns that an event holds; contents of files stay out, being too large to be told again."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.BinaryField) and f.name not in UNTOLD]


def told_many(model: type[models.Model]) -> list[Any]:
    """Many-to-many fields that an event holds."""
    return [f for f in model._meta.many_to_many if f.name not in UNTOLD_MANY]


def snapshot(record: models.Model) -> dict[str, Any]:
    """The record as JSON: its own columns, and the keys of what its many-to-many fields hold, in order."""
    out = _columns(record)
    for field in told_many(type(record)):
        rows = ORDERED.get((type(record), field.name))
        if rows:
            model, near, far = rows
            keys = model._default_manager.filter(**{near: record}).order_by("rank").values_list(far, flat=True)
        else:
            keys = getattr(record, field.name).order_by("pk").values_list("pk", flat=True)
        out[field.name] = list(keys)
    return out


def snapshots(
    model: type[models.Model], keys: Sequence[Any] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:  # fmt: skip
    """Primary key, as text, and :func:`snapshot` of every row, or of those with ``keys``, in a few queries for all."""
    many: dict[str, dict[Any, list[Any]]] = {}
    for field in told_many(model):
        near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
        held: dict[Any, list[Any]] = defaultdict(list)
        through = field.remote_field.through
        order = "rank" if (model, field.name) in ORDERED else f"{far}_id"
        rows = through._default_manager.order_by(f"{near}_id", order).values_list(f"{near}_id", f"{far}_id")
        if keys is not None:
            rows = rows.filter(**{f"{near}_id__in": keys})
        for one, other in rows.iterator(chunk_size=2000):
            held[one].append(other)
        many[field.name] = held
    left_out = [f.name for f in model._meta.concrete_fields if isinstance(f, models.BinaryField)]
    records = model._default_manager.defer(*left_out).order_by("pk")
    if keys is not None:
        records = records.filter(pk__in=keys)
    for record in records.iterator(chunk_size=500):
        out = _columns(record)
        for name, held in many.items():
            out[name] = held.get(record.pk, [])
        yield str(record.pk), out


def _columns(record: models.Model) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for field in told_columns(type(record)):
        value = getattr(record, field.attname)
        # JSON fields go as they are; everything else in the form that Django's serialisers read back
        plain = value is None or isinstance(value, bool | int | float | str) or isinstance(field, models.JSONField)
        out[field.attname] = value if plain else field.value_to_string(record)
    return out


def digest_of(event: Event, previous: str) -> str:
    """SHA-256 over ``previous`` and all that the event says, as canonical JSON."""
    said = [
        event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.by_id,
        event.verb,
        event.kind,
        event.record,
        event.partnership_id,
        event.reason,
        event.before,
        event.after,
    ]
    return hashlib.sha256(f"{previous}\n{canonical(said)}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """The one way to write a JSON value that is compared or counted into a digest."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
