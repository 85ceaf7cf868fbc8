"""The audit trail read: events in order, what differs in them, and whether the trail is whole."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from servanda_register import models as m
from servanda_register.models.base import in_language
from servanda_register.queries.rights import Rights
from servanda_register.queries.trail import START, canonical, digest_of, snapshots, told_columns, told_many
from servanda_register.queries.visibility import events_about, visible


def events(rights: Rights, kind: str = "") -> QuerySet[m.Event]:
    """All events that the reader may see, or those about records of one kind, the latest first."""
    rows = events_about(kind, rights) if kind else visible(m.Event, rights)
    return rows.select_related("by", "partnership")


def event(sequence: int, rights: Rights) -> m.Event | None:
    """One event; None where there is none, or it may not be seen."""
    kind = m.Event.objects.filter(sequence=sequence).values_list("kind", flat=True).first()
    return events(rights, kind).filter(sequence=sequence).first() if kind else None


def model_of(kind: str) -> type[models.Model] | None:
    """The model of which an event tells; None where it was taken out of the register's code."""
    return apps.get_app_config("register").models.get(kind)


@dataclass(frozen=True)
class Difference:
    """One field of a record before and after an event; each a list of what the field holds, in words."""

    label: str
    before: list[str]
    after: list[str]


def differences(told: Iterable[m.Event], rights: Rights) -> dict[int, list[Difference]]:
    """Sequence -> the fields that each event changed, in words.

    Names of other records are those of now, in one query for each model; what the reader may not see leaves no trace.
    """
    told = list(told)
    names = _names(told, rights)
    return {event.sequence: _differing(event, names) for event in told}


Names = dict[type[models.Model], dict[str, str]]


def _fields(kind: str) -> list[Any]:
    model = model_of(kind)
    return [*told_columns(model), *told_many(model)] if model else []


def _differing(event: m.Event, names: Names) -> list[Difference]:
    before, after = event.before or {}, event.after or {}
    out = []
    for field in _fields(event.kind):
        key = field.name if field.many_to_many else field.attname
        if field.primary_key or before.get(key) == after.get(key):
            continue
        old, new = (_words(field, told.get(key), names) for told in (before, after))
        if old != new:
            label = str(field.verbose_name)
            out.append(Difference(label[:1].upper() + label[1:], old, new))
    return out


def _names(told: list[m.Event], rights: Rights) -> Names:
    """Names of the records to which fields that differ refer, so far as the reader may see them."""
    wanted: dict[type[models.Model], set[str]] = defaultdict(set)
    for event in told:
        before, after = event.before or {}, event.after or {}
        for field in _fields(event.kind):
            if field.remote_field is None:
                continue
            key = field.name if field.many_to_many else field.attname
            if before.get(key) != after.get(key):
                for value in (before.get(key), after.get(key)):
                    wanted[field.related_model] |= {
                        str(v) for v in (value if isinstance(value, list) else [value]) if v
                    }
    return {
        model: {
            str(r.pk): str(r) or f"{r._meta.verbose_name} {r.pk}" for r in visible(model, rights).filter(pk__in=keys)
        }
        for model, keys in wanted.items()
        if keys
    }


def _words(field: Any, value: Any, names: Names) -> list[str]:
    """A value as the reader knows it; nothing for an empty one."""
    if value in (None, "", [], {}):
        return []
    if field.remote_field:
        known = names.get(field.related_model, {})
        return [known[str(v)] for v in (value if field.many_to_many else [value]) if str(v) in known]
    if field.choices:
        return [str(dict(field.flatchoices).get(value, value))]
    if isinstance(field, models.BooleanField):
        return [_("Yes") if value else _("No")]
    if isinstance(field, models.DateTimeField):
        return [_moment(value)]
    if isinstance(field, models.DateField):
        return [_day(value)]
    return _plain(value)


def _plain(value: Any) -> list[str]:
    """Anything else: texts as they are, cut where long; lists item by item; objects as ``key: value``."""
    if isinstance(value, dict):
        return [f"{key}: {_cut(', '.join(_plain(v)))}" for key, v in value.items() if v not in (None, "")]
    if isinstance(value, list):
        return [", ".join(_plain(item)) for item in value]
    return [_cut(str(value))]


def _cut(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"


def _day(value: str) -> str:

    day = parse_date(value)
    return formats.date_format(day, "DATE_FORMAT") if day else value


def _moment(value: str) -> str:

    at = parse_datetime(value)
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else value


def thing(event: m.Event) -> tuple[str, str]:
    """What the event is about, in words, and the language of its name: ``("mechanism “Joint Committee”", "en")``.

    Said from the event itself, so that a list of events asks the database for nothing more.
    """
    told = event.after or event.before or {}
    model = model_of(event.kind)
    noun = str(model._meta.verbose_name).lower() if model else event.kind
    if event.kind == "commitment" and told.get("number"):
        return _("commitment %(number)s") % {"number": told["number"]}, ""
    if event.kind == "membership" and told.get("group"):
        return _("a membership as %(group)s") % {"group": m.Group(told["group"]).label}, ""
    for key in ("names", "texts"):
        if isinstance(told.get(key), dict):
            name, language = in_language(told[key])
            if name:
                return f"{noun} “{_cut(name, 120)}”", language
    if day := parse_date(next((str(told[key]) for key in ("period", "by_date", "starts") if told.get(key)), "")):
        named = f"{noun}, {formats.date_format(day, 'DATE_FORMAT')}"
        if told.get("value") is None:
            return named, ""
        value = Decimal(told["value"])
        value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        return f"{named}: {formats.localize(value, use_l10n=True)}", ""
    for key in ("full_name", "name", "title", "username", "language"):
        if isinstance(told.get(key), str) and told[key]:
            return f"{noun} “{_cut(told[key], 120)}”", ""
    if isinstance(told.get("state"), str) and model is not None:
        return f"{noun} “{dict(_choices(model)).get(told['state'], told['state'])}”", ""
    return f"{noun} {event.record}", ""


def _choices(model: type[models.Model]) -> list[tuple[str, Any]]:
    field: Any = model._meta.get_field("state")
    return list(field.flatchoices)


@dataclass(frozen=True)
class Break:
    """Something that the trail and the register do not agree about."""

    sequence: int | None
    """The event; None where it is about a record that no event tells of."""
    about: str
    """``kind key`` of the record, or what of the chain."""
    what: str

    def __str__(self) -> str:
        where = f"event {self.sequence}, " if self.sequence else ""
        return f"{where}{self.about}: {self.what}"


def verify() -> Iterator[Break]:
    """What is amiss, one by one; nothing where the register is as it was written.

    Checks that the chain has no gap and each digest holds up to its head, that each record is what its latest event
    says, that what is written once is still what was told, and that texts and files have their digests.
    """
    latest: dict[tuple[str, str], tuple[int, bytes]] = {}
    yield from _chain(latest)
    for model in apps.get_app_config("register").get_models():
        if issubclass(model, m.Versioned | m.Kept) or model is m.Account:
            yield from _rows(model, latest)
    for (kind, record), (sequence, _told) in latest.items():
        of_kind = model_of(kind)
        if of_kind and (issubclass(of_kind, m.Versioned | m.Kept) or of_kind is m.Account):
            yield Break(sequence, f"{kind} {record}", "is told of, but is not in the register")
    yield from _contents()


def _chain(latest: dict[tuple[str, str], tuple[int, bytes]]) -> Iterator[Break]:
    """Goes through all events; leaves in ``latest`` a digest of what each record last was."""
    previous, expected = START, 1
    for event in m.Event.objects.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            yield Break(event.sequence, "chain", f"event {expected} should come here: events are missing")
        if digest_of(event, previous) != event.digest:
            yield Break(event.sequence, f"{event.kind} {event.record}", "the event, or one before it, was altered")
        if event.after is not None:
            latest[event.kind, event.record] = event.sequence, _short(event.after)
        previous, expected = event.digest, event.sequence + 1
    head = m.ChainHead.objects.first() or m.ChainHead(digest=START)
    if (head.sequence, head.digest) != (expected - 1, previous):
        yield Break(None, "chain", f"ends with event {expected - 1}, but {head.sequence} were written")


def _short(told: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(told).encode()).digest()


def _rows(model: type[models.Model], latest: dict[tuple[str, str], tuple[int, bytes]]) -> Iterator[Break]:
    """Compares rows with what the trail says of them, and takes those found out of ``latest``."""
    kind = str(model._meta.model_name)
    for record, now in snapshots(model):
        sequence, told = latest.pop((kind, record), (None, b""))
        if sequence is None:
            # parts of what is written once are told by their whole; accounts may come from before the first event
            if issubclass(model, m.Versioned):
                yield Break(None, f"{kind} {record}", "no event tells of it")
        elif told != _short(now):
            yield Break(sequence, f"{kind} {record}", "is not what its latest event says")


def _contents() -> Iterator[Break]:
    checks: list[tuple[type[models.Model], str, Callable[[Any], bytes]]] = [
        (m.Expression, "text", str.encode),
        (m.Attachment, "content", bytes),
    ]
    for model, field, raw in checks:
        rows = model._default_manager.order_by("pk").values_list("pk", "sha256", field)
        for pk, digest, value in rows.iterator(chunk_size=10):  # a file may be as large as an upload
            if hashlib.sha256(raw(value)).hexdigest() != digest:
                yield Break(None, f"{model._meta.model_name} {pk}", f"its {field} is not what was given")
