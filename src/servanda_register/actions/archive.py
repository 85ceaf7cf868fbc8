"""Reading an archive back: into an empty register only, all of it or nothing, after everything in it was checked."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from servanda.errors import UsageError
from servanda.version import __version__
from servanda_register.models import Attachment, ChainHead, Event
from servanda_register.queries.archive import FORMAT, Row, Told, columns, many, tables
from servanda_register.queries.trail import digest_of

BATCH = 1000


def read(path: Path) -> Told:
    """Reads the archive into the register, keys and times as they were.

    Raises UsageError where the register is not empty, or the archive is not whole or not one that this version reads.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _checked(archive, path)
            return _read(archive, manifest, path)
    except FileNotFoundError:
        raise UsageError(
            f"{path} does not exist. Give the path of an archive made by: servanda register export"
        ) from None
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{path} is not a whole archive ({error}). Take another copy of it.") from None


def _checked(archive: zipfile.ZipFile, path: Path) -> Row:
    """The manifest, after every member was compared with it."""
    try:
        manifest: Row = json.loads(archive.read("manifest.json"))
        written_by, members = manifest["servanda"], manifest["members"]
    except (KeyError, ValueError):
        raise UsageError(f"{path} is no archive of a register. Give one made by: servanda register export") from None
    if manifest.get("format") != FORMAT:
        raise UsageError(
            f"{path} was written by Servanda {written_by} in a form that {__version__} does not read. "
            f"Install Servanda {written_by} and import it there."
        )
    if {"manifest.json", *members} != set(archive.namelist()):
        raise UsageError(f"{path} does not hold the files that its manifest names. Take another copy of it.")
    for name, said in members.items():
        digest = hashlib.sha256()
        with archive.open(name) as member:
            while part := member.read(1 << 20):
                digest.update(part)
        found = digest.hexdigest()
        if found != said["sha256"] or (name.startswith("files/") and name != f"files/{found}"):
            raise UsageError(f"{path}: {name} was changed since the archive was made. Take another copy of it.")
    return manifest


@transaction.atomic
def _read(archive: zipfile.ZipFile, manifest: Row, path: Path) -> Told:
    for model in tables():
        if model._base_manager.exists():
            raise UsageError(
                f"The register is not empty: it has {model._meta.verbose_name_plural}. An archive is imported into an "
                "empty one only. Give another database in SERVANDA_DATABASE or another folder in SERVANDA_DATA."
            )
    known = {f"tables/{model._meta.label_lower}.jsonl": model for model in tables()}
    rows = 0
    for name in manifest["members"]:
        if name.startswith("files/"):
            continue
        if name not in known:
            raise UsageError(f"{path} holds {name}, which Servanda {__version__} does not know. Update Servanda first.")
        rows += _load(archive, name, known[name])
    head = ChainHead.objects.first() or ChainHead()
    said = manifest["head"]
    sequence, digest = _chain()
    if (head.sequence, head.digest) != (said["sequence"], said["digest"]) or (sequence, digest) != (
        head.sequence,
        head.digest,
    ):
        raise UsageError(f"{path}: the chain of its history is broken. Compare it with an earlier archive.")
    for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return Told(rows, head.sequence, head.digest)


def _chain() -> tuple[int, str]:
    """Number and digest of the last event whose chain from the first is whole."""
    sequence, digest = 0, ChainHead().digest
    for event in Event.objects.order_by("sequence").iterator(chunk_size=BATCH):
        if event.sequence != sequence + 1 or event.digest != digest_of(event, digest):
            break
        sequence, digest = event.sequence, event.digest
    return sequence, digest


def _load(archive: zipfile.ZipFile, name: str, model: type[models.Model]) -> int:
    fields = {f.attname: f for f in columns(model)}
    sets = {f.name: f for f in many(model)}
    count = 0
    links: dict[str, list[tuple[Any, Any]]] = {name: [] for name in sets}
    for row in _rows(archive, name):
        if strange := set(row) - set(fields) - set(sets):
            raise UsageError(
                f"{name} has {', '.join(sorted(strange))}, which Servanda {__version__} does not know. Update it first."
            )
        record = model(**{k: _value(fields[k], v) for k, v in row.items() if k in fields})
        if isinstance(record, Attachment):
            record.content = archive.read(f"files/{record.sha256}")
        # raw: every column as it was, the times of keeping too, which Django otherwise sets anew
        record.save_base(raw=True, force_insert=True)
        for key, pairs in links.items():
            pairs += [(record.pk, other) for other in row.get(key, [])]
        count += 1
    for key, pairs in links.items():
        field = sets[key]
        through, near, far = field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
        through._base_manager.bulk_create(
            [through(**{f"{near}_id": a, f"{far}_id": b}) for a, b in pairs], batch_size=BATCH
        )
    return count


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[Row]:
    with archive.open(name) as member:
        for line in member:
            yield json.loads(line)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField) or value is None:
        return value
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)
