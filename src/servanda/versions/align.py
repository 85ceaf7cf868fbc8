"""What answers to what in two versions of one statement (docs/adr/0003-alignment.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from servanda import packs
from servanda.reading.sentences import sentences
from servanda.records import Alignment, Pair, PairLevel, Statement
from servanda.versions.band import around, middle, spread_out
from servanda.versions.evidence import LENGTH_START, TEMPER, Block, Fit, Side
from servanda.versions.programme import BEADS, Beliefs, beliefs, best
from servanda.versions.similarity import Encoder, Space, joined, parts, remembering

__all__ = ["Version", "align_lines", "align_statements", "paragraph_spans"]

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
    rounds = 1 if monotone else ROUNDS
    return _pairs("line", _aligned(a, b, encoder.encode(a), encoder.encode(b), encoder, rounds=rounds))


def align_statements(a: Statement, b: Statement, encoder: Encoder) -> Alignment:
    """Paragraphs and, within those that answer to each other, sentences. Discrepancies are not looked for here.

    What the reading holds for noise is left out before aligning; its lines keep their indices and stand alone.
    """
    encoder = remembering(encoder)
    version_a, version_b = Version(a), Version(b)
    vectors_a, vectors_b = encoder.encode(version_a.sentences), encoder.encode(version_b.sentences)
    alive_a, alive_b = version_a.alive, version_b.alive
    found = _aligned(
        version_a.paragraphs_alive,
        version_b.paragraphs_alive,
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


class Version:
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

    @property
    def paragraphs_alive(self) -> list[str]:
        """The paragraphs that are no noise."""
        return [self.paragraphs[i] for i in self.alive]


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
    a: Version, b: Version, pairs: Sequence[Found], vectors_a: Floats, vectors_b: Floats, encoder: Encoder
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
        band, near = around(mine.vectors, theirs.vectors, mine.lengths, theirs.lengths, background)
        anchors += [(left[i], right[j]) for i, j in near]
        blocks.append(Block.of(mine, theirs, left, right, band))
    fit = Fit.first(a, b, anchors)
    for _ in range(PASSES - 1):
        believed = [beliefs(block.band, fit.scores(block), fit.skip) for block in blocks]
        fit = fit.refitted(blocks, believed)
    _look_closer(a, b, blocks, believed, space, encoder)
    out: list[Found] = []
    for block in blocks:
        beads = best(block.band, beliefs(block.band, fit.scores(block), fit.skip))
        found = [
            (tuple(block.lines_a[i : i + p]), tuple(block.lines_b[j : j + q]), score) for i, p, j, q, score in beads
        ]
        out += _moved(a, b, found, fit)
    return out


def _look_closer(
    a: Side, b: Side, blocks: Sequence[Block], believed: Sequence[Beliefs], space: Space, encoder: Encoder
) -> None:
    """Cuts the one line of each doubtful bead into parts, one for each line that it may answer to, and compares those.

    Whether a line answers to two others or to one, the other being added, hardly changes the similarity of the whole
    where the other is short. Its own part, which is there or is not, tells.
    """
    texts: list[str] = []
    asked: list[tuple[Block, int, int, int, int, bool]] = []
    for block, belief in zip(blocks, believed, strict=True):
        row, column = block.band.cells()
        allowed = MOST_DOUBTS * (len(block.lines_a) + len(block.lines_b))
        doubtful = np.argwhere((belief.beads > DOUBT) & (belief.beads < 1 - DOUBT))
        order = np.argsort(-np.minimum(belief.beads, 1 - belief.beads)[tuple(doubtful.T)], kind="stable")
        for kind, cell in doubtful[order[:allowed]].tolist():
            p, q = BEADS[kind]
            if min(p, q) > 1 or p == q:
                continue
            i, j = int(row[cell]), int(column[cell])
            lines_a, lines_b = block.lines_a[i - p : i], block.lines_b[j - q : j]
            if p == 1:
                cut = parts(a.texts[lines_a[0]], [len(b.texts[k]) for k in lines_b])
            else:
                cut = parts(b.texts[lines_b[0]], [len(a.texts[k]) for k in lines_a])
            asked.append((block, kind, cell, i, j, p == 1))
            texts += cut
    if not texts:
        return
    distinct = {text: k for k, text in enumerate(dict.fromkeys(texts))}
    vectors = encoder.encode(list(distinct))
    at = 0
    for block, kind, cell, i, j, of_a in asked:
        p, q = BEADS[kind]
        rows = vectors[[distinct[text] for text in texts[at : at + max(p, q)]]]
        at += max(p, q)
        if of_a:
            near = np.einsum("nd,nd->n", space.a(rows), b.vectors[block.lines_b[j - q : j]])
        else:
            near = np.einsum("nd,nd->n", space.b(rows), a.vectors[block.lines_a[i - p : i]])
        block.parts[kind, cell] = near


def _moved(a: Side, b: Side, found: Sequence[Found], fit: Fit) -> list[Found]:
    """Links single lines out of order that clearly answer to each other: left over, or swapped within one bead."""
    kept: list[Found] = []
    for bead in found:
        x, y, _ = bead
        if len(x) == len(y) == 2:
            direct = _evidence(a, b, x, y, fit)
            if direct[0, 1] > MOVED < direct[1, 0] and max(direct[0, 0], direct[1, 1]) < 0:
                kept += [((x[0],), (y[1],), _odds(direct[0, 1])), ((x[1],), (y[0],), _odds(direct[1, 0]))]
                continue
        kept.append(bead)
    left = [x[0] for x, y, _ in kept if not y]
    right = [y[0] for x, y, _ in kept if not x]
    if not left or not right:
        return kept
    links: dict[int, tuple[int, float]] = {}
    nearest_a, nearest_b = _nearest(a, b, left, right)
    for k, m in enumerate(nearest_a):
        if nearest_b[m] == k:
            told = float(_evidence(a, b, (left[k],), (right[m],), fit)[0, 0])
            if told > MOVED:
                links[left[k]] = (right[m], told)
    taken = {j for j, _ in links.values()}
    return [
        *(bead for bead in kept if bead[0] and bead[1]),
        *(((i,), (j,), _odds(told)) for i, (j, told) in links.items()),
        *(bead for bead in kept if not bead[1] and bead[0][0] not in links),
        *(bead for bead in kept if not bead[0] and bead[1][0] not in taken),
    ]


def _nearest(a: Side, b: Side, left: Sequence[int], right: Sequence[int]) -> tuple[list[int], list[int]]:
    """Of each line left over the nearest on the other side, both ways, a slice at a time."""
    mine, theirs = a.vectors[list(left)], b.vectors[list(right)]
    slices = range(0, len(mine), 512)
    of_a = [int(k) for s in slices for k in (mine[s : s + 512] @ theirs.T).argmax(1)]
    slices = range(0, len(theirs), 512)
    of_b = [int(k) for s in slices for k in (theirs[s : s + 512] @ mine.T).argmax(1)]
    return of_a, of_b


def _evidence(a: Side, b: Side, x: Sequence[int], y: Sequence[int], fit: Fit) -> npt.NDArray[np.float64]:
    """What speaks for each line of ``x`` with each of ``y``."""
    near = a.vectors[list(x)] @ b.vectors[list(y)].T
    ratio = np.log(b.lengths[list(y)] + LENGTH_START)[None, :] - np.log(a.lengths[list(x)] + LENGTH_START)[:, None]
    return TEMPER * fit.likelihood(0, near) + fit.of_lengths(ratio)


def _odds(evidence: float) -> float:
    """Probability of a link out of order: before the evidence one in fifty."""
    return float(1 / (1 + np.exp(MOVED - 0.1 - evidence)))


def _pairs(level: PairLevel, found: Sequence[Found]) -> list[Pair]:
    """In the order of ``a``; a line of ``b`` alone comes after what the line before it answers to."""
    place = {j: x[-1] for x, y, _ in found if x for j in y}
    at, order = -1, {}
    for j in range(max((j for _, y, _ in found for j in y), default=-1) + 1):
        at = place.get(j, at)
        order[j] = at

    def key(bead: Found) -> tuple[int, int, int]:
        x, y, _ = bead
        return (x[0], 0, 0) if x else (order[y[0]], 1, y[0])

    return [Pair(level, x, y, round(min(1.0, max(0.0, score)), 4)) for x, y, score in sorted(found, key=key)]
