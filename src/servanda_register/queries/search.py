"""Search over commitments and the texts of statements: whatever the marks on letters, every word must occur."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, Substr

from servanda_register.models import Commitment, Instrument, Segment
from servanda_register.models.folding import fold
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

Marked = list[tuple[str, bool]]
"""A text in pieces; true for those that were searched for."""


@dataclass(frozen=True)
class Passage:
    """A stretch of a text in which all words occur."""

    segment: Segment
    snippet: Marked


@dataclass
class InStatement:
    """The passages found in one statement."""

    instrument: Instrument
    in_all: int
    """Passages found in it; the first of them are shown."""
    passages: list[Passage]


@dataclass(frozen=True)
class Found:
    """What one search gives."""

    words: list[str]
    commitments: list[tuple[Commitment, Marked, Marked]]
    """Each with its short text, and where a word occurs in the words of the text only, with these."""
    commitments_in_all: int
    statements: list[InStatement]
    passages_in_all: int
    more_statements: bool = False
    """Whether there are more than are shown."""


MOST_COMMITMENTS = 10
MOST_PASSAGES = 30
OF_A_STATEMENT = 3
"""Passages shown of one statement at most."""


def search(query: str, rights: Rights) -> Found:
    """What the reader may see in which every word of ``query`` occurs; nothing where it has no words."""
    words = list(dict.fromkeys(fold(query).split()))[:12]
    if not words:
        return Found([], [], 0, [], 0)
    commitments = _having(of_commitments.listed(rights).filter(state="confirmed"), words)
    segments = _having(visible(Segment, rights), words)
    # in two steps, so that the database does not cut all passages out before it sorts them
    place = Window(RowNumber(), partition_by=F("expression__instrument"), order_by=["expression", "start"])
    first_ones = segments.order_by().annotate(place=place).filter(place__lte=OF_A_STATEMENT)
    order = ("-expression__instrument__adopted", "expression__instrument", "expression", "start")
    keys = list(first_ones.order_by(*order).values_list("pk", flat=True)[:MOST_PASSAGES])
    found = visible(Segment, rights).filter(pk__in=keys).select_related("expression__instrument__partnership").defer(
        "folded", "expression__text", "expression__sections", "expression__notes", "expression__versions",
        "expression__identity",
    ).annotate(words=Substr("expression__text", F("start") + 1, F("end") - F("start")))  # fmt: skip
    counts = dict(segments.order_by().values_list("expression__instrument").annotate(n=Count("pk")))
    statements: dict[int, InStatement] = {}
    for segment in sorted(found, key=lambda s: keys.index(s.pk)):
        instrument = segment.expression.instrument
        entry = statements.setdefault(instrument.pk, InStatement(instrument, counts[instrument.pk], []))
        entry.passages.append(Passage(segment, snippet(segment.words, words)))
    first = list(commitments[:MOST_COMMITMENTS])
    return Found(
        words=words,
        commitments=[(c, snippet(c.text, words), _from_quote(c, words)) for c in first],
        commitments_in_all=commitments.count() if len(first) == MOST_COMMITMENTS else len(first),
        statements=list(statements.values()),
        passages_in_all=sum(counts.values()),
        more_statements=len(counts) > len(statements),
    )


def _from_quote(commitment: Commitment, words: list[str]) -> Marked:
    """The words of the text, where the short text does not hold all that was searched for."""
    short = fold(commitment.text)
    return [] if all(word in short for word in words) else snippet(commitment.quote, words)


def _having(rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    for word in words:
        rows = rows.filter(folded__contains=word)
    return rows


ROOM = 140
"""Characters of a snippet before and after the first word found."""


def snippet(text: str, words: list[str], room: int = ROOM) -> Marked:
    """The stretch of ``text`` around the first of the folded ``words``, with all of them marked."""
    folded, origin = _mapped(text)
    hits: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            hits.append((origin[at], _after(text, origin[at + len(word) - 1])))
            at = folded.find(word, at + len(word))
    hits.sort()
    start = max(hits[0][0] - room, 0) if hits else 0
    end = min((hits[0][1] if hits else 0) + 2 * room, len(text))
    if start:
        start = text.find(" ", start, start + 30) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", end - 30, end), 0) or end
    out: Marked = [("… ", False)] if start else []
    at = start
    for first, last in hits:
        if first < at or last > end:
            continue
        out += [(text[at:first], False), (text[first:last], True)]
        at = last
    out += [(text[at:end], False)] + ([(" …", False)] if end < len(text) else [])
    return [(piece, marked) for piece, marked in out if piece]


def _mapped(text: str) -> tuple[str, list[int]]:
    """``text`` as :func:`fold` makes it, and for each of its characters the place in ``text`` it comes from."""
    out: list[str] = []
    origin: list[int] = []
    for at, c in enumerate(text):
        bare = fold(c) or (" " if c.isspace() and out and out[-1] != " " else "")
        out += bare
        origin += [at] * len(bare)
    return "".join(out), origin


def _after(text: str, at: int) -> int:
    """The place behind the character at ``at`` and the marks that stand on it."""
    at += 1
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at
