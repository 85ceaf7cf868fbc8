"""The register as it was at a moment, rebuilt from the trail into a database that can only be read.

Records are what the last event up to the moment says of them; what is written once is copied as far as it was there. A
record that fewer may see now than then is shown to those alone who may see it now, so that what was withdrawn from
sight leaves no trace in the past either. The newest :data:`KEPT` databases are kept for the next reader.
"""

from __future__ import annotations

import contextlib
import os
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register import past
from servanda_register.models.folding import fold
from servanda_register.past import Moment
from servanda_register.queries.trail import ORDERED, START, UNTOLD_MANY

KEPT = 8
"""Databases of moments on disk; each is as large as the register without its files."""
CHUNK = 500
STRICTER = {"visibility": ("public", "internal", "restricted"), "reviewing": ("single", "double")}
"""Fields of which the stricter of then and now holds, with their values, strictest last."""
NOT_COPIED = {m.Membership, m.Token, m.TokenEnd, m.Intake, m.ChainHead, m.Event}

_building = threading.Lock()
_fitting: dict[str, str] = {}
"""Name of a database -> digest of the event up to which it is known that nothing was withdrawn from sight."""


def asked(text: str) -> datetime | None:
    """The moment that ``text`` names: the end of a day in the reader's time zone, or a time; None where not yet past.

    Raises UsageError where it is neither.
    """
    try:
        at = parse_datetime(text) if len(text) > 10 else None
        day = parse_date(text) if at is None else None
    except ValueError:
        at = day = None
    if day is not None:
        at = datetime.combine(date(day.year, day.month, day.day), time.max)
    if at is None:
        raise UsageError(
            _("“%(given)s” is not a day. Give one as year, month and day, as in 2026-05-01.") % {"given": text[:40]}
        )
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    return at if at < timezone.now() else None


@contextmanager
def at(moment: datetime) -> Iterator[Moment]:
    """Has all reads of the register in this block see it as it was; nothing can be written meanwhile."""
    then = Moment(moment, _last_event(moment))
    with past.opened(then, _database(then)):
        yield then


def _last_event(moment: datetime) -> int:
    """The last event that had been written. Those brought over from elsewhere may carry dates of long before."""
    later = m.Event.objects.filter(at__gt=moment).order_by("sequence").values_list("sequence", flat=True).first()
    if later is not None:
        return later - 1
    head = m.ChainHead.objects.first()
    return head.sequence if head else 0


def _database(moment: Moment) -> Path:
    """The database of the moment, made where there is none that still fits."""
    folder = Path(settings.DATA) / "past"
    folder.mkdir(mode=0o700, exist_ok=True)
    known = m.Event.objects.filter(sequence=moment.sequence).values_list("digest", flat=True).first() or START
    named = f"{moment.sequence}-{known[:16]}"
    with _building:  # one at a time: the second who asks for the same moment finds it made
        for file in folder.glob(f"{named}-*.sqlite3"):
            if _fits(file):
                os.utime(file)
                return file
        head = m.ChainHead.objects.first() or m.ChainHead(digest=START)
        file = folder / f"{named}-{head.sequence}-{head.digest[:16]}.sqlite3"
        unfinished = folder / f"{uuid.uuid4().hex}.unfinished"
        try:
            _build(moment, unfinished)
            os.replace(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
        _leave_newest(folder)
    return file


def _fits(file: Path) -> bool:
    """Whether nothing has been withdrawn from sight since the database was made."""
    _sequence, _digest, made, digest = file.stem.split("-")
    head = m.ChainHead.objects.first() or m.ChainHead(digest=START)
    if digest == head.digest[:16] or _fitting.get(file.stem) == head.digest:
        return True
    there = m.Event.objects.filter(sequence=int(made)).values_list("digest", flat=True).first() or START
    if not there.startswith(digest):
        return False  # made from a register that was replaced since, by an import for example
    since = m.Event.objects.filter(sequence__gt=int(made), before__isnull=False)
    pairs = [(f"before__{name}", f"after__{name}") for name in STRICTER]
    told = since.values_list(*(path for pair in pairs for path in pair)).iterator(chunk_size=CHUNK)
    if any(row[i] != row[i + 1] for row in told for i in range(0, len(row), 2)):
        return False
    _fitting[file.stem] = head.digest
    return True


def _leave_newest(folder: Path) -> None:
    by_age = sorted(folder.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in by_age[KEPT:]:
        with contextlib.suppress(OSError):  # another process was first, or still reads it where that forbids removing
            file.unlink()
            _fitting.pop(file.stem, None)


def _build(moment: Moment, file: Path) -> None:
    copied = _in_order()
    # the file is thrown away if anything goes wrong: nothing need survive a fall of power, nor be checked again
    speed = "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA ignore_check_constraints=ON;"
    with past.connected(str(file), init_command=speed) as connection:
        with connection.schema_editor(atomic=False) as editor:
            for model in apps.get_app_config("register").get_models():
                editor.create_model(model)
        connection.disable_constraint_checking()
        with transaction.atomic(using=past.ALIAS):
            _put_events(connection, moment)
            latest, first = _told(moment)
            there: dict[type[models.Model], set[Any]] = {}
            for model in copied:
                if issubclass(model, m.Versioned):
                    there[model] = _put_versioned(connection, model, latest.get(_kind(model), {}))
            for model in copied:
                if issubclass(model, m.Kept):
                    there[model] = _put_kept(connection, model, moment, first.get(_kind(model), {}), there)
                elif not issubclass(model, m.Versioned):
                    there[model] = _put_reference(connection, model)


def _kind(model: type[models.Model]) -> str:
    return str(model._meta.model_name)


def _in_order() -> list[type[models.Model]]:
    """The models of records: what is referred to before what refers to it; reference tables and accounts first."""
    chosen = [
        model for model in apps.get_app_config("register").get_models()
        if model not in NOT_COPIED and model is not m.CommitmentArea
    ]  # fmt: skip
    order: list[type[models.Model]] = []

    def add(model: type[models.Model]) -> None:
        if model in order:
            return
        if issubclass(model, m.Kept):
            for field in model._meta.concrete_fields:
                if field.remote_field and field.related_model in chosen and field.related_model is not model:
                    add(field.related_model)
        order.append(model)

    for model in sorted(chosen, key=lambda c: issubclass(c, m.Versioned | m.Kept)):
        add(model)
    return order


def _told(moment: Moment) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """For each kind: record -> the last event up to the moment that tells what it is, and record -> its first event."""
    latest: dict[str, dict[str, int]] = defaultdict(dict)
    first: dict[str, dict[str, int]] = defaultdict(dict)
    rows = m.Event.objects.filter(after__isnull=False).order_by("sequence").values_list("sequence", "kind", "record")
    for sequence, kind, record in rows.iterator(chunk_size=5000):
        first[kind].setdefault(record, sequence)
        if sequence <= moment.sequence:
            latest[kind][record] = sequence
    return latest, first


def _put_versioned(connection: BaseDatabaseWrapper, model: type[models.Model], told: dict[str, int]) -> set[Any]:
    """Writes the records as their events tell them, each no more visible than it is now."""
    fields = model._meta.concrete_fields
    strict = [f.name for f in fields if f.name in STRICTER]
    now = {row[0]: dict(zip(strict, row[1:], strict=True)) for row in model._default_manager.values_list("pk", *strict)}
    many = [f for f in model._meta.many_to_many if f.name not in UNTOLD_MANY]
    rows: list[list[Any]] = []
    links: dict[str, list[Any]] = {f.name: [] for f in many}
    sequences = sorted(told.values())
    for begin in range(0, len(sequences), CHUNK):
        chunk = m.Event.objects.filter(sequence__in=sequences[begin : begin + CHUNK])
        for after in chunk.values_list("after", flat=True):
            values = {
                f.attname: f.to_python(after[f.attname]) if f.attname in after else f.get_default() for f in fields
            }
            key = values[model._meta.pk.attname]
            for name in strict:
                values[name] = max(values[name], now[key][name], key=STRICTER[name].index)
            if model is m.Commitment:
                values["folded"] = fold(" ".join([values["quote"], *values["texts"].values()]))
            rows.append([values[f.attname] for f in fields])
            for name, found in links.items():
                found += [(key, other, rank) for rank, other in enumerate(after.get(name, []))]
    _put(connection, model, rows)
    for field in many:
        _put_links(connection, model, field, links[field.name])
    return {row[0] for row in rows}


def _put_kept(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    moment: Moment,
    first: dict[str, int],
    there: dict[type[models.Model], set[Any]],
) -> set[Any]:
    """Copies what is written once: what the trail had told by then, and untold parts of what was there."""
    fields = model._meta.concrete_fields
    read = [f.attname for f in fields if not isinstance(f, models.BinaryField)]
    places = {name: place for place, name in enumerate(read)}
    needs = [
        (places[f.attname], f.related_model) for f in fields
        if f.remote_field and (f.related_model in there or f.related_model is model)
    ]  # fmt: skip
    key = places[model._meta.pk.attname]
    found: set[Any] = set()
    there[model] = found

    def rows() -> Iterator[list[Any]]:
        kept = model._default_manager.filter(kept_at__lte=moment.at).order_by("pk")
        for row in kept.values_list(*read).iterator(chunk_size=CHUNK):
            if first.get(str(row[key]), 0) > moment.sequence:
                continue
            if any(row[place] is not None and row[place] not in there[target] for place, target in needs):
                continue
            found.add(row[key])
            yield [row[places[f.attname]] if f.attname in places else b"" for f in fields]

    _put(connection, model, rows())
    for field in model._meta.many_to_many:
        near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
        pairs = field.remote_field.through._default_manager.order_by("pk").values_list(f"{near}_id", f"{far}_id")
        links = ((one, other, 0) for one, other in pairs.iterator(chunk_size=CHUNK) if one in found)
        _put_links(connection, model, field, links)
    return found


def _put_reference(connection: BaseDatabaseWrapper, model: type[models.Model]) -> set[Any]:
    """Copies what has no history: areas, forums, parties; and of accounts the names."""
    fields = model._meta.concrete_fields
    rows = list(model._default_manager.values())
    _put(connection, model, ([row[f.attname] if f.name != "password" else "" for f in fields] for row in rows))
    return {row[model._meta.pk.attname] for row in rows}


def _put_events(connection: BaseDatabaseWrapper, moment: Moment) -> None:
    """Copies who did what when, for pages that join it; before and after are read from the register itself."""
    fields = m.Event._meta.concrete_fields
    read = [f.attname for f in fields if not isinstance(f, models.JSONField)]
    rows = m.Event.objects.filter(sequence__lte=moment.sequence).order_by("sequence").values_list(*read)
    filled = (dict(zip(read, row, strict=True)) for row in rows.iterator(chunk_size=CHUNK))
    _put(connection, m.Event, ([row.get(f.attname) for f in fields] for row in filled))


def _put_links(
    connection: BaseDatabaseWrapper, model: type[models.Model], field: Any, links: Iterable[tuple[Any, Any, int]]
) -> None:
    """Writes rows of a many-to-many field: ``(key, key of the other, rank)``."""
    through = field.remote_field.through
    near, far = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    ranked = (model, field.name) in ORDERED
    names = [f.attname for f in through._meta.concrete_fields]
    rows = ({"id": n, near: one, far: other, "rank": rank} for n, (one, other, rank) in enumerate(links, start=1))
    assert set(names) == {"id", near, far} | ({"rank"} if ranked else set())
    _put(connection, through, ([row[name] for name in names] for row in rows))


def _put(connection: BaseDatabaseWrapper, model: type[models.Model], rows: Iterable[list[Any]]) -> None:
    """Adds rows, values in the order of the model's columns.

    By the driver's own way for many rows: ten times as quick as ``bulk_create``, which would also put the present time
    into the fields that say when a row was written.
    """
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    prepared: Any = ([f.get_db_prep_save(v, connection) for f, v in zip(fields, row, strict=True)] for row in rows)
    with connection.cursor() as cursor:
        cursor.executemany(statement, prepared)
