"""Commitments: lists of them, how they are narrowed down, and one with the words that it rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from servanda_register.models import (
    Action,
    AgendaItem,
    Agreement,
    Area,
    Attachment,
    Body,
    Commitment,
    CommitmentArea,
    Decision,
    Difficulty,
    Event,
    Exchange,
    Expression,
    Forum,
    Indicator,
    InLanguage,
    Instrument,
    Mechanism,
    Partnership,
    Party,
    Passage,
    Proposal,
    Support,
    Target,
    in_language,
)
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

LARGE = ("expression__text", "expression__sections", "expression__notes", "expression__versions",
         "expression__identity", "folded", "instrument__sources")  # fmt: skip
"""Columns that no list shows."""


def listed(rights: Rights, rows: QuerySet[Commitment] | None = None) -> QuerySet[Commitment]:
    """Commitments with what a list shows of each: statement, partnership, areas in their order."""
    rows = visible(Commitment, rights) if rows is None else rows
    return (
        rows.select_related("instrument__partnership", "expression")
        .defer(*LARGE)
        .prefetch_related(Prefetch("ranked_areas", CommitmentArea.objects.select_related("area")))
    )


def with_links(rows: QuerySet[Commitment], rights: Rights) -> QuerySet[Commitment]:
    """Adds the mechanisms, agreements and forums that the reader may see, for files and for one commitment."""
    return rows.prefetch_related(
        Prefetch("mechanisms", visible(Mechanism, rights)), Prefetch("agreements", visible(Agreement, rights)), "forums"
    )  # fmt: skip


def areas_of(commitment: Commitment) -> str:
    """Names of the areas, the main one first."""
    return ", ".join(row.area.name for row in commitment.ranked_areas.all())


def acting(actor: str) -> Q:
    """Commitments in which ``actor`` is to act: ``both``, a party with all its bodies, or ``VN:name of a body``.

    The field is JSON, which databases search differently; as text it is the same in all of them, but for letters that
    one writes as they are and another by their numbers.
    """
    rows = Q(_actors__contains=json.dumps(actor, ensure_ascii=False)) | Q(_actors__contains=json.dumps(actor))
    return rows if ":" in actor else rows | Q(_actors__contains=f'"{actor}:')


def with_actor(rows: QuerySet[Commitment], actor: str) -> QuerySet[Commitment]:
    """The rows in which ``actor`` is to act, as :func:`acting` says."""
    return rows.annotate(_actors=Cast("actors", TextField())).filter(acting(actor))


@dataclass(frozen=True)
class Choices:
    """What lists of commitments can be narrowed down to; each ``(value, label)``."""

    partnerships: list[tuple[str, str]]
    instruments: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    actors: list[tuple[str, str]]
    mechanisms: list[tuple[str, str]]
    agreements: list[tuple[str, str]]
    forums: list[tuple[str, str]]


def choices(rights: Rights, *, partnership: int | None = None, both: str) -> Choices:
    """Choices among what the reader may see, of one partnership where it is given; ``both`` labels both sides."""

    def of(model: type[Any], path: str) -> QuerySet[Any]:
        rows = visible(model, rights)
        return rows.filter(**{path: partnership}) if partnership else rows

    instruments = of(Instrument, "partnership").values_list("pk", "names", "adopted")
    commitments = of(Commitment, "instrument__partnership")
    partnerships = of(Partnership, "pk")
    parties = list(Party.objects.filter(partnerships__in=partnerships.order_by()).distinct())
    bodies = Body.objects.filter(party__in=[p.pk for p in parties])
    return Choices(
        partnerships=[] if partnership else _named(partnerships.values_list("pk", "names")),
        instruments=[(str(pk), InLanguage(f"{name} ({adopted})" if adopted else name, language))
                     for pk, names, adopted in instruments for name, language in [in_language(names)]],
        areas=[(a.slug, a.name) for a in Area.objects.all()],
        actors=[("both", both), *((p.code, p.name) for p in parties),
                *((f"{b.party_id}:{b.names.get('en') or b.name}", f"{b.party_id}: {b.name}") for b in bodies)],
        mechanisms=_named(of(Mechanism, "partnership").values_list("pk", "names")),
        agreements=_named(of(Agreement, "partnership").values_list("pk", "names")),
        forums=[(f.code, f.code) for f in Forum.objects.filter(pk__in=commitments.order_by().values("forums"))],
    )  # fmt: skip


def _named(rows: Iterable[tuple[Any, dict[str, str]]]) -> list[tuple[str, str]]:
    return sorted(((str(pk), in_language(names)[0]) for pk, names in rows), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True)
class Words:
    """A passage with the paragraph around it."""

    expression: Expression
    start: int
    before: str
    quote: str
    after: str
    leading: bool
    """Whether the commitment was taken from this text."""


@dataclass(frozen=True)
class Full:
    """One commitment with all that its page shows."""

    commitment: Commitment
    words: list[Words]
    whole: Commitment | None
    """What it is a part of."""
    parts: list[Commitment]
    attachments: list[Attachment]
    decision: Decision | None
    proposals: list[Proposal]
    confirmed: Event | None
    """The event by which it came into the register, where no decision brought it."""


def full(commitment: Commitment, rights: Rights) -> Full:
    """All of it that the reader may see; ``commitment`` comes from :func:`listed` and :func:`with_links`, in full."""
    passages = list(visible(Passage, rights).filter(commitment=commitment).select_related("expression"))
    words = [_words(p.expression, p.start, p.end, leading=False) for p in passages]
    if commitment.expression is not None:
        words.insert(0, _words(commitment.expression, commitment.start or 0, commitment.end or 0, leading=True))
    near = visible(Commitment, rights).filter(Q(parent=commitment) | Q(pk=commitment.parent_id))
    relatives = list(near.select_related("expression", "instrument").defer(*LARGE).order_by("number"))
    inside = rights.may("see-work", commitment.instrument.partnership_id)
    decision = confirmed = None
    proposals: list[Proposal] = []
    if inside:
        if commitment.decision_id is not None:
            rows = visible(Decision, rights).filter(pk=commitment.decision_id)
            decision = rows.select_related("review__reviewer").first()
        else:
            # whoever sees the commitment and the work on it sees its history: asking for that again takes 100 ms
            events = Event.objects.filter(kind="commitment", record=str(commitment.pk)).select_related("by")
            confirmed = events.order_by("sequence").first()
        proposals = list(visible(Proposal, rights).filter(commitments=commitment))
    return Full(
        commitment=commitment,
        words=words,
        whole=next((c for c in relatives if c.pk == commitment.parent_id), None),
        parts=[c for c in relatives if c.parent_id == commitment.pk],
        attachments=list(visible(Attachment, rights).filter(commitment=commitment).defer("content").order_by("pk")),
        decision=decision,
        proposals=proposals,
        confirmed=confirmed,
    )


@dataclass(frozen=True)
class Outcome:
    """A record that rests on a commitment or is named by it."""

    kind: str
    """Name of its model, lower case; of an item of an agenda it is the session."""
    pk: int
    name: str
    language: str
    state: str
    """Empty for records that have none."""


def outcomes(commitment: Commitment, rights: Rights) -> list[Outcome]:
    """What the commitment names and what rests on it, as far as the reader may see it: one query for all.

    In the order of :data:`RESTING`.
    """
    parts = [
        visible(model, rights).filter(**{path: commitment}).order_by().values_list(Value(rank), *columns)
        for rank, (_kind, model, path, columns) in enumerate(RESTING)
    ]
    found: dict[tuple[str, int], Outcome] = {}
    for rank, pk, names, state in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[:2]):
        kind = RESTING[rank][0]
        found.setdefault((kind, pk), Outcome(kind, pk, *in_language(names), state))
    return list(found.values())


RESTING: list[tuple[str, type[Any], str, tuple[Any, ...]]] = [
    ("action", Action, "commitments", ("pk", "names", "state")),
    ("session", AgendaItem, "commitments", ("session_id", "names", "session__state")),
    ("exchange", Exchange, "commitments", ("pk", "names", "state")),
    ("difficulty", Difficulty, "commitments", ("pk", "names", "state")),
    ("indicator", Indicator, "commitments", ("pk", "names", Value(""))),
    ("indicator", Target, "commitment", ("indicator_id", "indicator__names", Value(""))),
    ("support", Support, "commitment", ("pk", "names", "state")),
    ("mechanism", Mechanism, "commitments", ("pk", "names", Value(""))),
    ("agreement", Agreement, "commitments", ("pk", "names", Value(""))),
]
"""Kind, model, path from it to the commitment, and columns: key, names and state."""

AROUND = 1_500
"""Characters before and after the words at most: paragraphs of some texts run over pages."""


def _words(expression: Expression, start: int, end: int, *, leading: bool) -> Words:
    text = expression.text
    first = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    last = text.find("\n", end)
    last = min(last if last >= 0 else len(text), end + AROUND)
    return Words(expression, start, text[first:start].lstrip(), text[start:end], text[end:last].rstrip(), leading)


def by_area_and_strength(rows: QuerySet[Commitment]) -> dict[tuple[str | None, str], int]:
    """(slug of the area, strength) -> number of commitments; one of several areas counts in each, of none under None.

    Under (``""``, strength) stands the number of all of that strength, each counted once.
    """
    counted: dict[tuple[str | None, str], int] = {}
    for area, strength, n in rows.order_by().values_list("ranked_areas__area", "strength").annotate(n=Count("pk")):
        counted[area, strength] = n
    for strength, n in rows.order_by().values_list("strength").annotate(n=Count("pk")):
        counted["", strength] = n
    return counted


DAY = re.compile(r"(?<!\d)(?P<y>(?:19|20|21)\d\d)(?:-(?P<m>0[1-9]|1[0-2])(?:-(?P<d>0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def due(deadline: str) -> tuple[date, str] | None:
    """The last day on which a deadline that names a year, a month or a day is kept, and which of these it names."""
    found = list(DAY.finditer(deadline))
    if not found:
        return None
    last = found[-1]  # of "2026-2030" the end counts
    year, month, day = int(last["y"]), int(last["m"] or 12), last["d"]
    if day:
        try:
            return date(year, month, int(day)), "day"
        except ValueError:
            day = None
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1), "month" if last["m"] else "year"


@dataclass(frozen=True)
class Due:
    """A commitment that is to be kept by a day."""

    commitment: Commitment
    day: date


def coming(rows: QuerySet[Commitment], today: date, most: int) -> list[Due]:
    """Confirmed commitments with a deadline that has not passed, the nearest first."""
    dated = rows.filter(state="confirmed", deadline__regex=r"[0-9]{4}")
    days = {}
    for pk, deadline in dated.order_by().values_list("pk", "deadline"):
        if (when := due(deadline)) and when[0] >= today:
            days[pk] = when[0]
    nearest = sorted(days, key=lambda pk: (days[pk], pk))[:most]
    found = {c.pk: c for c in rows.filter(pk__in=nearest).prefetch_related(None)}
    return [Due(found[pk], days[pk]) for pk in nearest]


def citing(rights: Rights, path: str, key: Any) -> QuerySet[Commitment]:
    """Commitments that cite the record with this key at the end of ``path``, as in ``mechanisms``."""
    return listed(rights).filter(**{path: key})
