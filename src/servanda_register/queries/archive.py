"""The whole register as one archive: a zip of JSON lines, one file a table, with the files that were given as they are.

    manifest.json                 versions, the head of the chain, SHA-256 and number of rows of every other member
    tables/register.event.jsonl   a row a line: its columns, and the keys of what its many-to-many fields hold
    files/<sha256>                contents of attachments

The same register gives the same bytes, but for ``made`` in the manifest. Everything is written: an archive is for those
who keep the register, not for readers, so that no rights are asked for here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from servanda.errors import UsageError
from servanda.version import __version__
from servanda_register.models import Attachment, ChainHead

FORMAT = 1
ACCOUNTS = ("account.emailaddress", "mfa.authenticator", "socialaccount.socialaccount")
"""Tables of the sign-in that belong to accounts; sessions and lock-outs end with the database."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every member: the earliest that a zip can say, so that equal registers give equal bytes."""
CHUNK = 2000

Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What an archive holds."""

    rows: int
    events: int
    digest: str


def tables() -> list[type[models.Model]]:
    """The models whose rows are kept in an archive, by name."""
    own = [m for m in apps.get_app_config("register").get_models() if not m._meta.auto_created]
    return sorted([*own, *(apps.get_model(name) for name in ACCOUNTS)], key=lambda m: m._meta.label_lower)


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Columns that are written; contents of files stand as files of their own."""
    return [f for f in model._meta.concrete_fields if (model, f.name) != (Attachment, "content")]


def many(model: type[models.Model]) -> list[Any]:
    """Many-to-many fields that are written with the row; those with a table of their own stand there."""
    return [f for f in model._meta.many_to_many if f.remote_field.through._meta.auto_created and f.name not in UNUSED]


UNUSED = {"groups", "user_permissions"}
"""Django's own rights, which the register does not use."""


def write(path: Path) -> Told:
    """Writes the archive, for its owner alone to read.

    Raises UsageError where the file is there already or cannot be written.
    """
    if path.exists():
        raise UsageError(f"{path} is there already. Give another name, or move it away first.")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Give another path.") from None
    try:
        with os.fdopen(handle, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            told = _write(archive)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return told


@transaction.atomic
def _write(archive: zipfile.ZipFile) -> Told:
    # whoever writes takes this row first: while it is held the register stands still
    head = ChainHead.objects.select_for_update().first() or ChainHead()
    members: dict[str, Row] = {}
    rows = 0
    for model in tables():
        name = f"tables/{model._meta.label_lower}.jsonl"
        digest, size, count = _member(archive, name, _lines(model))
        members[name] = {"sha256": digest, "bytes": size, "rows": count}
        rows += count
    for sha256 in sorted(set(Attachment.objects.values_list("sha256", flat=True))):
        content = bytes(Attachment.objects.filter(sha256=sha256).values_list("content", flat=True)[0])
        name = f"files/{sha256}"
        digest, size, _count = _member(archive, name, [content])
        members[name] = {"sha256": digest, "bytes": size}
    manifest = {
        "format": FORMAT,
        "servanda": __version__,
        "made": timezone.now().isoformat(timespec="seconds"),
        "head": {"sequence": head.sequence, "digest": head.digest},
        "members": members,
    }
    _member(archive, "manifest.json", [json.dumps(manifest, indent=1).encode()])
    return Told(rows, head.sequence, head.digest)


def _member(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> tuple[str, int, int]:
    """Writes one member; returns its SHA-256, its bytes and the number of parts."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    digest, size, count = hashlib.sha256(), 0, 0
    with archive.open(info, "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
            digest.update(part)
            size += len(part)
            count += 1
    return digest.hexdigest(), size, count


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    fields, sets = columns(model), many(model)
    rows = model._base_manager.order_by("pk").defer(*(["content"] if model is Attachment else []))
    if sets:
        rows = rows.prefetch_related(*(f.name for f in sets))
    for record in rows.iterator(chunk_size=CHUNK):
        row: Row = {f.attname: plain(f, record) for f in fields}
        row |= {f.name: sorted(r.pk for r in getattr(record, f.name).all()) for f in sets}
        yield json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def plain(field: models.Field[Any, Any], record: models.Model) -> Any:
    """The value as JSON, in the form that ``field.to_python`` reads."""
    value = getattr(record, field.attname)
    if isinstance(field, models.JSONField) or value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64encode(bytes(value)).decode()
    return field.value_to_string(record)
