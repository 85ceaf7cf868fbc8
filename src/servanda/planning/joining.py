"""Which commitments are one action: a commitment with its parts, and what a statement says twice."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from servanda.reading.matching import tokenise
from servanda.records import Commitment, Statement

SAME = 0.6
"""Share of the weight of their words that two commitments must have in common to be one said twice. In twenty
statements the first pair with different objects was joined at 0.45; careful drafters repeat little, so that joining
too much would cost more than joining too little."""
FEWEST = 4
"""Words of a commitment below which likeness says nothing."""
_STEM = 6  # letters in which words are compared, so that endings do not count


@dataclass(frozen=True, slots=True)
class Joined:
    """The commitments of one action, each in the order of the text."""

    own: Commitment
    parts: tuple[Commitment, ...]
    repeats: tuple[Commitment, ...]
    """The same said elsewhere; a part of another action may stand here as well as there."""


def joined(statement: Statement) -> list[Joined]:
    """The commitments of a statement as actions. Every commitment is in one of them at least."""
    rows = statement.commitments
    ids = {c.id: c for c in rows}
    children: dict[str, list[Commitment]] = {}
    heads: list[Commitment] = []
    for c in rows:
        top = _top(c, ids)
        if top is c:
            heads.append(c)
        else:
            children.setdefault(top.id, []).append(c)
    like = _Likeness(rows)
    taken: set[str] = set()
    out: list[Joined] = []
    for head in heads:
        if head.id in taken:
            continue
        again = [c for c in heads if c.id not in taken and c is not head and like.same(head, c)]
        taken |= {head.id, *(c.id for c in again)}
        parts = [part for c in (head, *again) for part in children.get(c.id, ())]
        own = {c.id for c in (head, *again, *parts)}
        echoes = [c for c in rows if c.parent and c.id not in own and like.same(head, c)]
        order = sorted((*again, *echoes), key=lambda c: (c.start, c.end))
        out.append(Joined(head, tuple(sorted(parts, key=lambda c: (c.start, c.end))), tuple(order)))
    return out


def _top(c: Commitment, ids: dict[str, Commitment]) -> Commitment:
    """The commitment of which this one is in the end a part; itself where its parents go round in a ring."""
    top, seen = c, {c.id}
    while top.parent is not None and top.parent in ids:
        if top.parent in seen:
            return c
        seen.add(top.parent)
        top = ids[top.parent]
    return top


class _Likeness:
    """Compares commitments by their words; a word weighs more the fewer commitments of the statement hold it."""

    def __init__(self, rows: tuple[Commitment, ...]) -> None:
        self._words = {c.id: frozenset(_words(c.quote)) for c in rows}
        held = Counter(word for words in self._words.values() for word in words)
        self._weights = {word: math.log(1 + len(rows) / n) for word, n in held.items()}

    def same(self, a: Commitment, b: Commitment) -> bool:
        """Whether the two say the same: one act by the same, in one field, in nearly the same words."""
        if a.action != b.action or set(a.actors) != set(b.actors) or not set(a.areas) & set(b.areas):
            return False
        mine, theirs = self._words[a.id], self._words[b.id]
        if min(len(mine), len(theirs)) < FEWEST:
            return mine == theirs
        common = sum(self._weights[w] for w in mine & theirs)
        return common >= SAME * sum(self._weights[w] for w in mine | theirs)


def _words(quote: str) -> list[str]:
    return [norm[:_STEM] for norm in tokenise(quote).norms if norm[0].isalnum()]
