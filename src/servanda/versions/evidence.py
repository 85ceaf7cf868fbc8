"""What speaks for a bead, and how much: all of it fitted on the two texts themselves, over a few passes.

A bead's score is the logarithm of how much likelier its similarity and its ratio of lengths are for lines that answer
to each other than for lines that do not, plus the prior of its kind. Constants taken from one encoder or one pair of
languages would swallow unaligned lines with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from servanda.versions.band import Normal, middle, spread_out
from servanda.versions.programme import BEADS, NEVER, Band, Beliefs
from servanda.versions.similarity import composed

Floats = npt.NDArray[np.floating]

PRIORS = np.array([0.80, 0.05, 0.05, 0.01, 0.01, 0.005, 0.004, 0.004, 0.003, 0.003])
"""Of the kinds in BEADS, before anything is known of the pair, and of a line alone:"""
ALONE = 0.06
PRIOR_WEIGHT = 30.0
"""Beads that the priors count for when they are estimated anew."""
TEMPER = 0.5
"""What the evidence of similarity counts for: it leans on few paragraphs and repeats itself from bead to bead."""
PARTS = 0.6
"""What the parts of a doubtful bead count for beside its whole."""
STRAY_SIMILARITY, STRAY_PART, STRAY_LENGTH = 0.02, 0.05, 0.02
"""Shares of true beads that look as if they were none: no single oddity may rule a bead out."""
PART_SPREAD = 1.2
"""Parts are cut by guess and are shorter: their similarities spread wider."""
LENGTH_START = 5.0
"""Characters added to each length, so that a ratio of two words says little."""


@dataclass
class Block:
    """Two runs of lines that are aligned with each other: the whole texts, or the sentences of one paragraph pair."""

    lines_a: list[int]
    lines_b: list[int]
    band: Band
    similarity: Floats
    """One row a kind of bead, one column a cell."""
    ratio: Floats
    """Logarithm of the ratio of lengths, likewise."""
    possible: npt.NDArray[np.bool_]
    parts: dict[tuple[int, int], Floats] = field(default_factory=dict)
    """(kind, cell) to the similarities of a doubtful bead's parts."""

    @classmethod
    def of(cls, a: Side, b: Side, lines_a: list[int], lines_b: list[int], band: Band) -> Block:
        """Measures every bead of the band; ``a`` and ``b`` hold the lines of these numbers only."""
        return cls(lines_a, lines_b, band, *_measured(a, b, band))


@dataclass(frozen=True)
class Side:
    """One of the texts."""

    texts: Sequence[str]
    vectors: Floats
    """Placed in the common space, of length one."""
    lengths: Floats

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Floats) -> Side:
        """Texts with their vectors; lengths in characters."""
        return cls(texts, vectors, np.array([max(1, len(t)) for t in texts], float))

    def within(self, lines: list[int]) -> Side:
        """Some of the lines, in the order given."""
        return Side([self.texts[i] for i in lines], self.vectors[lines], self.lengths[lines])


def _measured(a: Side, b: Side, band: Band) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    most_a, most_b = max(p for p, _ in BEADS), max(q for _, q in BEADS)
    rows = {p: composed(a.vectors, a.lengths, p) for p in range(1, min(most_a, len(a.texts)) + 1)}
    columns = {q: composed(b.vectors, b.lengths, q) for q in range(1, min(most_b, len(b.texts)) + 1)}
    similarity = np.zeros((len(BEADS), band.size), np.float32)
    for q, right in columns.items():
        kinds = [k for k, (p, other) in enumerate(BEADS) if other == q and p in rows]
        left = np.stack([rows[BEADS[k][0]] for k in kinds]) if kinds else np.zeros((0, 0, 0))
        for i in range(len(band.first)) if kinds else ():
            here = slice(band.offset[i], band.offset[i + 1])
            similarity[kinds, here] = left[:, i] @ right[band.first[i] : band.last[i] + 1].T
    row, column = band.cells()
    total_a, total_b = np.concatenate([[0], np.cumsum(a.lengths)]), np.concatenate([[0], np.cumsum(b.lengths)])
    ratio = np.zeros_like(similarity)
    possible = np.zeros(similarity.shape, bool)
    for k, (p, q) in enumerate(BEADS):
        possible[k] = (row >= p) & (column >= q)
        long_a = total_a[row] - total_a[np.maximum(row - p, 0)]
        long_b = total_b[column] - total_b[np.maximum(column - q, 0)]
        ratio[k] = np.log(long_b + LENGTH_START) - np.log(long_a + LENGTH_START)
    return similarity, ratio, possible


@dataclass
class Fit:
    """What is known of the pair so far."""

    match: Normal
    background: list[Normal]
    """Of each kind of bead."""
    ratio: Normal
    ratio_background: Normal
    priors: npt.NDArray[np.float64]
    skip: float

    @classmethod
    def first(cls, a: Side, b: Side, anchors: Sequence[tuple[int, int]]) -> Fit:
        """From lines that a first path holds for answers, and from all lines as background."""
        some_a, some_b = spread_out(len(a.texts)), spread_out(len(b.texts))
        background = []
        for p, q in BEADS:
            left, right = composed(a.vectors, a.lengths, p)[p:], composed(b.vectors, b.lengths, q)[q:]
            if len(left) and len(right):
                left, right = left[spread_out(len(left))], right[spread_out(len(right))]
            background.append(middle(left @ right.T, 0.03))
        logs_a, logs_b = np.log(a.lengths + LENGTH_START), np.log(b.lengths + LENGTH_START)
        any_ratio = (logs_b[some_b][None, :] - logs_a[some_a][:, None]).ravel()
        pairs = np.array(anchors, int).reshape(-1, 2)
        if len(pairs):
            near = np.einsum("nd,nd->n", a.vectors[pairs[:, 0]], b.vectors[pairs[:, 1]])
            match = Normal(float(np.median(near)), max(0.05, float(near.std())))
            ratio = middle(logs_b[pairs[:, 1]] - logs_a[pairs[:, 0]], 0.1)
        else:
            highest = max(float((a.vectors @ b.vectors[j]).max()) for j in some_b.tolist())
            match = Normal(max(highest, background[0].mean + 0.1), 0.1)
            ratio = Normal(float(np.log(b.lengths.sum() / a.lengths.sum())), 0.3)
        return cls(
            match,
            background,
            ratio,
            Normal(float(any_ratio.mean()), max(0.3, float(any_ratio.std()))),
            np.log(PRIORS),
            float(np.log(ALONE)),
        )

    def likelihood(self, kind: int, similarity: Floats) -> npt.NDArray[np.float64]:
        """Logarithm of how much likelier the similarity is in a true bead."""
        values = np.asarray(similarity, np.float64)
        return _ratio(values, self.match, self.background[kind], STRAY_SIMILARITY)

    def of_parts(self, similarity: Floats) -> float:
        """The same of the parts of one bead: each answers to a line of its own."""
        wide = Normal(self.match.mean, self.match.spread * PART_SPREAD)
        return float(_ratio(np.asarray(similarity, np.float64), wide, self.background[0], STRAY_PART).sum())

    def of_lengths(self, ratio: Floats) -> npt.NDArray[np.float64]:
        """Logarithm of how much likelier the ratio of lengths is in a true bead."""
        values = np.asarray(ratio, np.float64)
        chance = self.ratio_background.log(values)
        return np.asarray(
            np.logaddexp(
                np.log(1 - STRAY_LENGTH) + self.ratio.log(values) - chance, np.full_like(values, np.log(STRAY_LENGTH))
            )
        )

    def scores(self, block: Block) -> npt.NDArray[np.float64]:
        """Of every bead of a block."""
        out = np.full(block.similarity.shape, NEVER)
        for kind in range(len(BEADS)):
            likely = self.likelihood(kind, block.similarity[kind])
            score = TEMPER * likely + self.of_lengths(block.ratio[kind]) + self.priors[kind]
            out[kind] = np.where(block.possible[kind], score, NEVER)
            for (other, cell), near in block.parts.items():
                if other == kind:
                    out[kind, cell] += TEMPER * PARTS * (self.of_parts(near) - float(likely[cell]))
        return out

    def refitted(self, blocks: Sequence[Block], believed: Sequence[Beliefs]) -> Fit:
        """Anew from what is believed of each bead; a few imagined beads hold the spreads where there are few."""
        weights, near, ratios = [], [], []
        counts = np.zeros(len(BEADS))
        alone = 0.0
        for block, belief in zip(blocks, believed, strict=True):
            some = belief.beads > 1e-4
            weights.append(belief.beads[some])
            near.append(np.asarray(block.similarity[some], np.float64))
            ratios.append(np.asarray(block.ratio[some], np.float64))
            counts += belief.beads.sum(1)
            alone += float(belief.alone_a.sum() + belief.alone_b.sum())
        share = PRIOR_WEIGHT / (PRIORS.sum() + ALONE)
        whole = counts.sum() + alone + PRIOR_WEIGHT
        match, ratio = self.match, self.ratio
        weight = np.concatenate(weights) if weights else np.zeros(0)
        if weight.sum() > 0:
            match = _normal(weight, np.concatenate(near), match.mean, 3.0, 0.1, 0.04)
            told = np.concatenate(ratios)
            centre = float(weight @ told / weight.sum())
            # a ratio past three deviations is a stray and may not widen the spread
            off = np.clip(told - centre, -3 * ratio.spread, 3 * ratio.spread)
            ratio = Normal(centre, max(0.08, float(np.sqrt((weight @ off**2 + 3 * 0.25**2) / (weight.sum() + 3)))))
        return Fit(
            match,
            self.background,
            ratio,
            self.ratio_background,
            np.log((counts + share * PRIORS) / whole),
            float(np.log((alone + share * ALONE) / whole)),
        )


def _ratio(values: npt.NDArray[np.float64], match: Normal, chance: Normal, stray: float) -> npt.NDArray[np.float64]:
    """Log of the ratio; nearer than the usual match, or farther than chance, says no more than those two."""
    likely = np.logaddexp(
        np.log(1 - stray) + match.log(np.minimum(values, match.mean)), np.log(stray) + chance.log(values)
    )
    return np.asarray(likely - chance.log(np.maximum(values, chance.mean)))


def _normal(
    weight: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    mean: float,
    held: float,
    spread: float,
    least: float,
) -> Normal:
    total = float(weight.sum()) + held
    centre = float(weight @ values + held * mean) / total
    return Normal(centre, max(least, float(np.sqrt((weight @ (values - centre) ** 2 + held * spread**2) / total))))
