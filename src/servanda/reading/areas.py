"""Policy areas of a commitment: from the terms of the pack in its object, then from what surrounds it.

"Areas follow the object, not the heading" (docs/coding.md), so that the surroundings are asked only where the object
says nothing: the last commitment of the same chain, the words before the modal, the section's title.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import Tokens

MOST = 4
"""A commitment has one to four areas."""
WEAK = ("political-dialogue", "multilateral")
"""Areas that yield to others: delegations, consultations and forums occur in every field."""
RELATIVE = 0.2
"""An area named once in passing beside one named five times is not counted."""
NEARNESS = 0.5
"""Probability from which the encoder's areas are taken where the object names none (docs/adr/0002-areas.md)."""
PURPOSE_SHARE = 0.4
"""What a term in a purpose clause counts, against 1 in the object: a purpose seldom names the field itself."""


class Terms:
    """The area terms found in a document, made once."""

    def __init__(self, lexicon: Lexicon, tokens: Tokens) -> None:
        self._rows = sorted(lexicon.terms(tokens), key=lambda row: row[2])
        self._places = [row[2] for row in self._rows]

    def weigh(
        self, first: int, last: int, purpose: int | None = None, without: Sequence[tuple[int, int]] = ()
    ) -> dict[str, float]:
        """Weight of each area in tokens ``first`` to ``last``, in the order of first mention.

        From token ``purpose`` on the terms stand in a purpose clause; the token spans ``without`` are left out.
        """
        out: dict[str, float] = {}
        at = bisect_left(self._places, first)
        while at < len(self._rows) and self._places[at] < last:
            slug, weight, place = self._rows[at]
            if any(a <= place < b for a, b in without):
                at += 1
                continue
            share = PURPOSE_SHARE if purpose is not None and place >= purpose else 1.0
            out[slug] = out.get(slug, 0.0) + weight * share
            at += 1
        return out


def choose(weights: dict[str, float], *, least: float = 0.5) -> tuple[str, ...]:
    """The areas that weigh enough, at most four, in the order of mention; ``general`` only if it stands alone."""
    least = max(least, RELATIVE * max(weights.values(), default=0.0))
    kept = [slug for slug, weight in weights.items() if weight >= least]
    if len(kept) > 1 and "general" in kept:
        kept.remove("general")
    strong = [slug for slug in kept if slug not in WEAK]
    if strong and len(kept) < MOST:
        kept = [slug for slug in kept if slug in strong or weights[slug] >= 2]
    if len(kept) > MOST:
        best = sorted(kept, key=lambda slug: -weights[slug])[:MOST]
        kept = [slug for slug in kept if slug in best]
    return tuple(kept)


def first_of(candidates: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The first answer that is not empty; ``general`` where all are."""
    return next((c for c in candidates if c), ("general",))


def nearest(scores: Mapping[str, float], otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The areas that the encoder is sure of, at most three; ``otherwise`` where there are none.

    ``scores`` are probabilities by area, best first; asked only where the object itself names no area.
    """
    sure = tuple(slug for slug, chance in scores.items() if chance >= NEARNESS)
    return sure[: MOST - 1] or otherwise
