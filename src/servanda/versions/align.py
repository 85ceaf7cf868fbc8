"""What answers to what in two versions of one statement (docs/adr/0003-alignment.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from servanda import packs
from servanda.reading.sentences import sentences
from servanda.records import Alignment, Pair, PairLevel, Statement
from servanda.versions.band import around, middle, path, spread_out
from servanda.versions.evidence import Block, Fit, Side
from servanda.versions.programme import BEADS, Band, beliefs, best
from servanda.versions.similarity import Encoder, Space, joined, parts, remembering

__all__ = ["align_lines", "align_statements", "paragraph_spans"]

Floats = npt.NDArray[np.floating]

PASSES = 6
DOUBT = 0.003
"""A bead believed in more than this and less than all but this is looked at in parts."""
MOST_DOUBTS = 8
"""Doubtful beads a line on average, so that a hopeless pair does not cost more than the two texts did."""
MOVED = 4.0
"""Evidence (logarithm of odds) that two lines out of order must have; by chance one in fifty reaches it."""
ROUNDS = 5
_LINE = re.compile(r"[^\r\n]+")

Found = tuple[tuple[int, ...], tuple[int, ...], float]


def align_lines(a: Sequence[str], b: Sequence[str], encoder: Encoder, *, monotone: bool = True) -> list[Pair]:
    """Pairs of two lists of lines, level ``line``, in the order of ``a``; every line is in exactly one pair.

    Up to four lines answer to one and up to three to two; an empty side marks a line without an answer. The order is
    kept, but for single lines that clearly answer to one elsewhere (a moved paragraph). ``monotone=False`` aligns
    what is left over and over again, for texts whose sections stand in another order.

        align_lines(["Om handel", "Parterna enades."], ["On trade", "The sides agreed."], servanda.encoders.load())
    """
    return _pairs("line", _aligned(a, b, encoder.encode(a), encoder.encode(b), encoder, rounds=1 if monotone else ROUNDS))


def align_statements(a: Statement, b: Statement, encoder: Encoder) -> Alignment:
    """Paragraphs and, within those that answer to each other, sentences. Discrepancies are not looked for here.

    What the reading holds for noise is left out before aligning; its lines keep their indices and stand alone.
    """
    encoder = remembering(encoder)
    version_a, version_b = _Version(a), _Version(b)
    vectors_a, vectors_b = encoder.encode(version_a.sentences), encoder.encode(version_b.sentences)
    alive_a, alive_b = version_a.alive, version_b.alive
    found = _aligned(
        [version_a.paragraphs[i] for i in alive_a],
        [version_b.paragraphs[i] for i in alive_b],
        joined(vectors_a, [len(s) for s in version_a.sentences], [version_a.own[i] for i in alive_a]),
        joined(vectors_b, [len(s) for s in version_b.sentences], [version_b.own[i] for i in alive_b]),
        encoder,
    )
    wide = [(tuple(alive_a[i] for i in x), tuple(alive_b[j] for j in y), score) for x, y, score in found]
    wide += [((i,), (), 1.0) for i in range(len(version_a.paragraphs)) if i not in set(alive_a)]
    wide += [((), (j,), 1.0) for j in range(len(version_b.paragraphs)) if j not in set(alive_b)]
    within = _within(version_a, version_b, wide, vectors_a, vectors_b, encoder)
    return Alignment(
        a=a,
        b=b,
        pairs=(*_pairs("paragraph", wide), *_pairs("sentence", within)),
        paragraphs_a=tuple(version_a.spans),
        paragraphs_b=tuple(version_b.spans),
        sentences_a=tuple(version_a.sentence_spans),
        sentences_b=tuple(version_b.sentence_spans),
    )


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the lines that are not empty, stripped: what the level ``paragraph`` counts."""
    out = []
    for m in _LINE.finditer(text):
        line = m.group()
        if bare := line.strip():
            start = m.start() + len(line) - len(line.lstrip())
            out.append((start, start + len(bare)))
    return out


class _Version:
    """One side of a pair of statements: its paragraphs, which of them are no noise, its sentences."""

    def __init__(self, statement: Statement) -> None:
        text = statement.source.text
        language = statement.expression.language
        pack = packs.load(language) if language in packs.available() and language else None
        self.spans = paragraph_spans(text)
        self.paragraphs = [text[i:j] for i, j in self.spans]
        self.alive = _alive(statement, self.spans)
        self.sentence_spans: list[tuple[int, int]] = []
        self.own: list[tuple[int, int]] = []
        """Of each paragraph the half-open range of its sentences."""
        for start, end in self.spans:
            before = len(self.sentence_spans)
            self.sentence_spans += sentences(text, start, end, pack)
            self.own.append((before, len(self.sentence_spans)))
        self.sentences = [text[i:j] for i, j in self.sentence_spans]


def _alive(statement: Statement, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Indices of the paragraphs of which no more than half is noise."""
    noise = sorted((s.start, s.end) for s in statement.segments if s.kind == "noise")
    out = []
    at = 0
    for index, (start, end) in enumerate(spans):
        while at < len(noise) and noise[at][1] <= start:
            at += 1
        covered = 0
        for low, high in noise[at:]:
            if low >= end:
                break
            covered += min(end, high) - max(start, low)
        if covered * 2 <= end - start:
            out.append(index)
    return out


def _within(
    a: _Version, b: _Version, pairs: Sequence[Found], vectors_a: Floats, vectors_b: Floats, encoder: Encoder
) -> list[Found]:
    """Sentences aligned inside the paragraph pairs; all pairs together tell how near sentences that answer are."""
    out: list[Found] = []
    jobs: list[tuple[list[int], list[int]]] = []
    for x, y, score in pairs:
        left = [s for i in x for s in range(*a.own[i])]
        right = [s for j in y for s in range(*b.own[j])]
        if len(left) == len(right) == 1:
            out.append(((left[0],), (right[0],), score))
        elif left and right:
            jobs.append((left, right))
        else:
            out += [((s,), (), score) for s in left] + [((), (s,), score) for s in right]
    if jobs:
        space = Space.fitted(vectors_a, vectors_b)
        side_a, side_b = Side.of(a.sentences, space.a(vectors_a)), Side.of(b.sentences, space.b(vectors_b))
        sure = [(x[0], y[0]) for x, y, _ in out if x and y]
        out += _solved(side_a, side_b, jobs, sure, space, encoder)
    return out


def _aligned(
    a: Sequence[str], b: Sequence[str], vectors_a: Floats, vectors_b: Floats, encoder: Encoder, *, rounds: int = 1
) -> list[Found]:
    """The whole way for two lists of lines; line numbers as given."""
    if not a or not b:
        return [((i,), (), 1.0) for i in range(len(a))] + [((), (j,), 1.0) for j in range(len(b))]
    space = Space.fitted(vectors_a, vectors_b)
    side_a, side_b = Side.of(a, space.a(vectors_a)), Side.of(b, space.b(vectors_b))
    done: list[Found] = []
    left, right = list(range(len(a))), list(range(len(b)))
    for _ in range(rounds):
        found = _solved(side_a, side_b, [(left, right)], [], space, encoder)
        paired = [bead for bead in found if bead[0] and bead[1]]
        done += paired
        left = [x[0] for x, y, _ in found if not y]
        right = [y[0] for x, y, _ in found if not x]
        rest = [bead for bead in found if not (bead[0] and bead[1])]
        if not paired or not left or not right:
            break
    return done + rest


def _solved(
    a: Side,
    b: Side,
    jobs: Sequence[tuple[list[int], list[int]]],
    sure: Sequence[tuple[int, int]],
    space: Space,
    encoder: Encoder,
) -> list[Found]:
    """Aligns the lines of each job with each other; what is fitted is fitted on all jobs together."""
    some_a, some_b = a.vectors[spread_out(len(a.texts))], b.vectors[spread_out(len(b.texts))]
    background = middle(some_a @ some_b.T, 0.03)
    anchors = list(sure)
    blocks = []
    for left, right in jobs:
        mine, theirs = a.within(left), b.within(right)
        anchors += [(left[i], right[j]) for i, j in path(mine.vectors, theirs.vectors, background)] if (
            len(left) * len(right) <= 4_000_000
        ) else []
        blocks.append(
            Block.of(a, b, left, right, around(mine.vectors, theirs.vectors, mine.lengths, theirs.lengths, background))
        )
    fit = Fit.first(a, b, anchors)
    for turn in range(PASSES):
        for block in blocks:
            block.beliefs = beliefs(block.band, fit.scores(block), fit.skip)
        if turn == PASSES - 1:
            break
        if turn == PASSES - 2:
            _look_closer(a, b, blocks, space, encoder)
        fit = fit.refitted(blocks)
    out: list[Found] = []
    for block in blocks:
        assert block.beliefs is not None
        beads = [
            (tuple(block.lines_a[i : i + p]), tuple(block.lines_b[j : j + q]), belief)
            for i, p, j, q, belief in best(block.band, block.beliefs)
        ]
        out += _moved(a, b, beads, fit)
    return out
