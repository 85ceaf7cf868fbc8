"""Which words led to a commitment: from the pattern ids that it carries back to their places in the text."""

from __future__ import annotations

from dataclasses import dataclass

from servanda import packs
from servanda.packs import Pattern
from servanda.reading.lexicon import Found, Lexicon
from servanda.reading.matching import Tokens, tokenise
from servanda.records import Commitment, Statement

LONGEST_TERM = 8
"""Tokens; area terms are no longer."""


@dataclass(frozen=True, slots=True)
class Because:
    """A pattern that made the commitment and the words in which it was found; offsets in code points, half-open."""

    pattern: Pattern
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a policy area, found in the commitment's own words."""

    area: str
    start: int
    end: int
    words: str


def because(statement: Statement, c: Commitment) -> list[Because]:
    """The patterns of a commitment with the words nearest to it in which they are found.

    A modal word may stand before the span (an earlier verb of the chain holds it) or after it (Azerbaijani, Kazakh).
    """
    entries = {p.id: p for language in _languages(c) for p in packs.load(language).patterns}
    text = statement.source.text
    tokens = tokenise(text)
    places: dict[str, list[tuple[int, int]]] = {}
    for language in _languages(c):
        for f in Lexicon.of(language).find("head", tokens):
            if f.pattern.id in c.patterns:
                places.setdefault(f.pattern.id, []).append(_span(tokens, f))
    out: list[Because] = []
    for pattern_id in dict.fromkeys(c.patterns):
        entry = entries.get(pattern_id)
        if entry is None:
            continue
        start, end = min(places.get(pattern_id, [(c.start, c.start)]), key=lambda place: _distance(place, c))
        out.append(Because(entry, start, end, " ".join(text[start:end].split())))
    return out


def _languages(c: Commitment) -> list[str]:
    return [x for x in dict.fromkeys(p.split(".")[0] for p in c.patterns) if x in packs.available()]


def _span(tokens: Tokens, f: Found) -> tuple[int, int]:
    return tokens.starts[f.first], tokens.ends[f.last - 1]


def _distance(place: tuple[int, int], c: Commitment) -> tuple[int, int]:
    """Inside first, then before, then after; the nearest of each."""
    start, end = place
    if c.start <= start and end <= c.end:
        return (0, start - c.start)
    return (1, c.start - start) if start < c.start else (2, start - c.end)


def terms(statement: Statement, c: Commitment) -> list[Term]:
    """The terms of the commitment's areas that stand in its own words."""
    language = statement.expression.language
    if language is None or language not in packs.available():
        return []
    lexicon = Lexicon.of(language)
    text = statement.source.text
    tokens = tokenise(text, c.start, c.end)
    out: list[Term] = []
    for slug, _, first in lexicon.terms(tokens):
        if slug in c.areas:
            last = _last(lexicon, tokens, slug, first)
            start, end = tokens.starts[first], tokens.ends[last - 1]
            out.append(Term(slug, start, end, " ".join(text[start:end].split())))
    return out


def _last(lexicon: Lexicon, tokens: Tokens, slug: str, first: int) -> int:
    """The end of a term, of which the lexicon tells the beginning alone: the shortest stretch that holds it."""
    found = [
        any(s == slug and at == first for s, _, at in lexicon.terms(tokens, first, last))
        for last in range(first + 1, min(len(tokens), first + LONGEST_TERM) + 1)
    ]
    return first + 1 + found.index(True) if True in found else first + 1
