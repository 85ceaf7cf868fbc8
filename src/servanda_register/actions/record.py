"""How records change: :func:`create` and :func:`change` write a record and its event together.

The event holds the record before and after as :func:`snapshot` gives it, and a digest over itself and the digest of
the event before it, so that nothing can be altered or taken out of the trail without breaking the chain
(:func:`servanda_register.queries.history.verify`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from servanda_register.models import Account, ChainHead, Event, Partnership, Versioned
from servanda_register.queries.trail import ORDERED, digest_of, snapshot, snapshots

Record = TypeVar("Record", bound=models.Model)


def put_event(
    *,
    by: Account | None,
    verb: str,
    record: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    partnership: int | None = None,
    at: datetime | None = None,
) -> Event:
    """Adds an event to the chain; to be called inside the transaction of what it tells of.

    ``partnership`` is found from the record where it is not given. ``at`` is for what is brought over from elsewhere.
    """
    return put_events([(record, before, after)], by=by, verb=verb, reason=reason, partnership=partnership, at=at)[0]


def put_events(
    records: Iterable[tuple[models.Model, dict[str, Any] | None, dict[str, Any] | None]],
    *,
    by: Account | None,
    verb: str,
    reason: str = "",
    partnership: int | None = None,
    at: datetime | None = None,
) -> list[Event]:
    """Adds one event for each ``(record, before, after)``, in one stroke."""
    head, _made = ChainHead.objects.select_for_update().get_or_create(pk=1)
    events = []
    for record, before, after in records:
        event = Event(
            sequence=head.sequence + 1,
            at=at or timezone.now(),
            by=by,
            verb=verb,
            kind=record._meta.model_name or "",
            record=str(record.pk),
            partnership_id=partnership if partnership is not None else partnership_of(record),
            reason=reason,
            # through JSON and back, so that the digest counts what the database will hold
            before=json.loads(json.dumps(before)),
            after=json.loads(json.dumps(after)),
        )
        event.digest = digest_of(event, head.digest)
        head.sequence, head.digest = event.sequence, event.digest
        events.append(event)
    Event.objects.bulk_create(events, batch_size=500)
    head.save()
    return events


def partnership_of(record: models.Model) -> int | None:
    """Key of the partnership to which a record belongs; None where it belongs to none."""
    if isinstance(record, Partnership):
        return record.pk
    own: int | None = record.__dict__.get("partnership_id")
    if own is not None:
        return own
    for name in (
        "instrument", "expression", "review", "commitment", "proposal", "mechanism", "session", "difficulty",
        "agreement", "indicator", "plan", "action", "a",
    ):  # fmt: skip
        if getattr(record, f"{name}_id", None) is not None:
            return partnership_of(getattr(record, name))
    return None


@transaction.atomic
def create(
    model: type[Record], *, by: Account | None, verb: str = "create", reason: str = "", at: datetime | None = None,
    **fields: Any,
) -> Record:  # fmt: skip
    """Makes a record; many-to-many fields are given as sequences of records or keys.

    Raises django.core.exceptions.ValidationError where a value is not allowed.
    """
    many = {f.name: fields.pop(f.name) for f in model._meta.many_to_many if f.name in fields}
    record = model(**fields)
    record.full_clean()
    record.save(force_insert=True)
    _set(record, many)
    put_event(by=by, verb=verb, record=record, after=snapshot(record), reason=reason, at=at)
    return record


@transaction.atomic
def change(
    record: Record, *, by: Account | None, verb: str = "change", reason: str = "", **fields: Any
) -> Record:  # fmt: skip
    """Changes a record; nothing is written where nothing differs.

    The row is locked and read again first, so that the event tells what was really there before.
    Raises django.core.exceptions.ValidationError where a value is not allowed.
    """
    if not isinstance(record, Versioned | Account):
        raise TypeError(f"{type(record).__name__} rows are not changed.")
    fresh = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    before = snapshot(fresh)
    many = {f.name: fields.pop(f.name) for f in fresh._meta.many_to_many if f.name in fields}
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.full_clean(exclude=[f.name for f in fresh._meta.fields if f.name not in fields])
    fresh.save(force_update=True)
    _set(fresh, many)
    after = snapshot(fresh)
    if after != before:
        put_event(by=by, verb=verb, record=fresh, before=before, after=after, reason=reason)
    record.__dict__.update(fresh.__dict__)
    return record


@transaction.atomic
def create_many(
    model: type[Record], rows: Sequence[Mapping[str, Any]], *, by: Account | None, verb: str = "create",
    reason: str = "",
) -> list[Record]:  # fmt: skip
    """Makes records of one model in a few statements, each with its event; many-to-many fields are given as keys.

    For facts that come in numbers and are known to be new: here values are checked one by one, and what they must be
    together by the database alone.
    Raises django.core.exceptions.ValidationError where a value is not allowed.
    """
    many = {f.name: f for f in model._meta.many_to_many}
    records = [model(**{name: value for name, value in row.items() if name not in many}) for row in rows]
    for record in records:
        record.clean_fields()
    model._default_manager.bulk_create(records)
    for name, field in many.items():
        through = field.remote_field.through
        near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
        ranked = (model, name) in ORDERED
        through._base_manager.bulk_create(
            through(**{f"{near}_id": record.pk, f"{far}_id": key}, **({"rank": rank} if ranked else {}))
            for record, row in zip(records, rows, strict=True)
            for rank, key in enumerate(dict.fromkeys(row.get(name, ())))
        )
    after = dict(snapshots(model, [record.pk for record in records]))
    put_events([(record, None, after[str(record.pk)]) for record in records], by=by, verb=verb, reason=reason)
    return records


def keep(record: Record, *, by: Account | None, verb: str = "keep", reason: str = "", told: bool = True) -> Record:
    """Writes a row that is never changed again, with an event unless ``told`` is false (parts told by their whole)."""
    with transaction.atomic():
        record.save(force_insert=True)
        if told:
            put_event(by=by, verb=verb, record=record, after=snapshot(record), reason=reason)
    return record


def _set(record: models.Model, many: dict[str, Iterable[Any]]) -> None:
    for name, values in many.items():
        rows = ORDERED.get((type(record), name))
        if not rows:
            getattr(record, name).set(values)
            continue
        model, near, far = rows
        keys = [getattr(v, "pk", v) for v in values]
        if len(set(keys)) != len(keys):
            raise ValidationError({name: "Each may be named once."})
        model._default_manager.filter(**{near: record}).delete()
        model._default_manager.bulk_create(
            model(**{near: record, f"{far}_id": key, "rank": rank}) for rank, key in enumerate(keys)
        )
