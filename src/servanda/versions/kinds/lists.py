"""Items of a list and clauses that have no counterpart, and sentences that drift apart: what the encoder sees.

The pieces of a sentence between its commas and coordinators are nearly as many in a translation as in its original,
and a short piece is near its translation and far from everything else. A piece is missing where the other sentence has
fewer pieces and none of them is near it. The vector of a sentence is composed of those of its pieces, weighted
by length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from servanda.records import Discrepancy, Passage
from servanda.versions.facts import NAMES
from servanda.versions.kinds.items import Item, items
from servanda.versions.rows import Comparison, Row
from servanda.versions.telling import told

if TYPE_CHECKING:
    from servanda.reading.nearness import Encoder

Vectors = npt.NDArray[np.float32]

_UNTOLD = 0.28
"""Share of the pair's usual similarity below which nothing of a piece is told by the other sentence: of pieces taken
out of clean translations by hand nine in ten lie below, of those that a translator only joined to another nearly none.
"""
_UNSURE = 0.42
"""The same where its neighbours have answers side by side, which speaks for a hole between them."""
_NEIGHBOUR = 0.5
"""Share of the usual similarity from which a piece has found its answer."""
_UNEVEN = frozenset({"ru", "uk", "be", "bg", "pl", "cs", "de", "hu", "fi", "az", "kk", "tr"})
"""Languages that set commas where others have none or join by case endings, so that a piece more says less."""
_DRIFT = 0.42
"""Share of the usual similarity of sentences below which their meaning is doubted."""
_FITTING = (0.55, 1.8)
"""Lengths fit where their ratio, against the pair's usual one, lies between these."""
_FEWEST = 12
"""Rows below which nothing can be called usual."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A row with its pieces and their vectors."""

    row: Row
    a: list[Item]
    b: list[Item]
    va: Vectors
    vb: Vectors


def pieces(c: Comparison, encoder: Encoder) -> list[Pieces]:
    """The pieces of all rows with two sides, encoded together; each version's mean vector is taken away."""
    rows = [r for r in c.sentences if r.a and r.b]
    cut = [(r, items(c.a, r.a), items(c.b, r.b)) for r in rows]
    cut = [(r, x, y) for r, x, y in cut if x and y]
    if not cut:
        return []
    sides: list[Vectors] = []
    for every_row in ([x for _, x, _ in cut], [y for _, _, y in cut]):
        texts = [i.text for found in every_row for i in found]
        unique = list(dict.fromkeys(texts))
        vectors = np.asarray(encoder.encode(unique), dtype=np.float32)
        place = {text: n for n, text in enumerate(unique)}
        every = vectors[[place[t] for t in texts]]
        every = every - every.mean(axis=0)
        sides.append(
            np.asarray(every / np.maximum(np.linalg.norm(every, axis=1, keepdims=True), 1e-9), dtype=np.float32)
        )
    out: list[Pieces] = []
    i = j = 0
    for row, x, y in cut:
        out.append(Pieces(row, x, y, sides[0][i : i + len(x)], sides[1][j : j + len(y)]))
        i, j = i + len(x), j + len(y)
    return out


def usual(rows: Sequence[Pieces]) -> float:
    """The similarity that a piece usually has to its nearest in the other sentence: the median over all."""
    best = [float(v) for p in rows for v in (p.va @ p.vb.T).max(axis=1)]
    return float(np.median(best)) if best else 0.0


def lists(c: Comparison, rows: Sequence[Pieces]) -> Iterator[Discrepancy]:
    """Pieces without a counterpart, and sentences far below the usual similarity."""
    if len(rows) < _FEWEST or c.summary:
        return
    level = usual(rows)
    if level <= 0:
        return
    for p in rows:
        yield from _missing(c, p, level)
    yield from _drifting(c, rows)


def standing_alone(own: Vectors, other: Vectors) -> list[float]:
    """How much each own piece is still told by the other sentence, once its neighbours have had their share.

    A piece of the same sentence is near everything there, answered or not. What counts is the partial correlation with
    a piece of the other sentence, given the own piece that is nearest to that one: about nought where nothing is left.
    """
    near, kin = own @ other.T, own @ own.T
    out: list[float] = []
    for i in range(len(own)):
        best = -1.0
        for j in range(len(other)):
            rest = [k for k in range(len(own)) if k != i]
            value = float(near[i, j])
            if rest:
                k = max(rest, key=lambda k: float(near[k, j]))
                shared = float(kin[i, k])
                value = (value - max(float(near[k, j]), 0.0) * shared) / max(1.0 - shared * shared, 1e-3) ** 0.5
            best = max(best, value)
        out.append(best)
    return out


def _missing(c: Comparison, p: Pieces, level: float) -> Iterator[Discrepancy]:
    """The pieces that one side has too many of: those of which the other side tells least."""
    more = len(p.a) - len(p.b)
    if not more:
        return
    side = "a" if more > 0 else "b"
    parts, own, other = (p.a, p.va, p.vb) if more > 0 else (p.b, p.vb, p.va)
    left = standing_alone(own, other)
    worst = sorted(sorted(range(len(parts)), key=lambda k: left[k])[: abs(more)])
    worst = [k for k in worst if left[k] < _UNSURE * level]
    for group in _runs(worst):
        value = max(left[k] for k in group)
        hole = _hole(group, own @ other.T, level)
        if value >= _UNTOLD * level and not hole:
            continue
        confidence = 0.75 if value < 0.6 * _UNTOLD * level else 0.6
        item = Item(parts[group[0]].start, parts[group[-1]].end, "")
        facts = c.a if side == "a" else c.b
        item = Item(item.start, item.end, facts.text[item.start : item.end].strip(" ."))
        if {c.a.language, c.b.language} & _UNEVEN:
            confidence -= 0.3
        if _named_there(c, p.row, side, item):
            confidence -= 0.2
        if any(k not in group and left[k] < _NEIGHBOUR * level for k in range(len(parts))):
            confidence -= 0.2  # others of the sentence find no answer either: it was cast anew
        if group[0] == 0 and len(parts) > 1:
            confidence -= 0.2  # what opens a sentence ("In this field, ...") is often worked into it
        if abs(more) > 1 and len(group) != abs(more):
            confidence -= 0.1
        if not hole:
            confidence -= 0.3  # its neighbours are not neighbours over there: cut otherwise rather than left out
        if all(w[:1].isupper() for w in item.text.split() if w[:1].isalpha()):
            confidence -= 0.2  # names are told by their own gazetteers
        if sum(ch.isalpha() for ch in item.text) < (3 if facts.language in ("vi", "zh") else 4):
            confidence -= 0.3  # little words say little to an encoder
        yield _one_sided(c, p.row, side, item, confidence)


def _hole(group: Sequence[int], near: Vectors, level: float) -> bool:
    """Whether what stands before and after the pieces is side by side in the other sentence."""
    before, after = group[0] - 1, group[-1] + 1
    least = _NEIGHBOUR * level
    n, m = near.shape
    j = int(near[before].argmax()) if before >= 0 else -1
    k = int(near[after].argmax()) if after < n else m
    if (before >= 0 and near[before, j] < least) or (after < n and near[after, k] < least):
        return False
    return k == j + 1


def _named_there(c: Comparison, row: Row, side: str, item: Item) -> bool:
    """Whether the piece names something and the other sentence names all that it names, as often as its own does."""
    here, there = (c.a, c.b) if side == "a" else (c.b, c.a)
    mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
    inside = {(f.kind, f.key) for f in here.within(item.start, item.end, *NAMES, "year")}
    own = Counter((f.kind, f.key) for f in here.among(mine, *NAMES, "year"))
    theirs = Counter((f.kind, f.key) for f in there.among(other, *NAMES, "year"))
    return bool(inside) and all(theirs[k] >= own[k] for k in inside)


def _runs(indices: Sequence[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for k in indices:
        if out and out[-1][-1] == k - 1:
            out[-1].append(k)
        else:
            out.append([k])
    return out


def _one_sided(c: Comparison, row: Row, side: str, item: Item, confidence: float) -> Discrepancy:
    own, other = c.names if side == "a" else c.names[::-1]
    answer: Passage | None = c.whole("b" if side == "a" else "a", row.b if side == "a" else row.a)
    passage = c.passage(side, item.start, item.end)
    clause = len(item.text.split()) > 7
    return told(
        "omission" if side == "a" else "addition",
        2,
        passage if side == "a" else answer,
        answer if side == "a" else passage,
        round(confidence, 2),
        "piece-missing",
        own=own,
        other=other,
        piece=("piece", "clause" if clause else "item"),
        quote=_short(item.text),
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + " …"


def _drifting(c: Comparison, rows: Sequence[Pieces]) -> Iterator[Discrepancy]:
    """Sentences far less alike than the pair's sentences usually are, though their lengths fit."""
    whole = [(p, _composed(p.a, p.va), _composed(p.b, p.vb)) for p in rows if len(p.row.a) == len(p.row.b) == 1]
    if len(whole) < _FEWEST:
        return
    near = np.array([float(x @ y) for _, x, y in whole])
    ratios = np.array([_length(p.row.b) / _length(p.row.a) for p, _, _ in whole])
    middle, ratio = float(np.median(near)), float(np.median(ratios))
    for (p, _, _), value, r in zip(whole, near, ratios, strict=True):
        if value >= _DRIFT * middle or not _FITTING[0] <= r / ratio <= _FITTING[1] or _length(p.row.a) < 40:
            continue
        one, two = c.names
        yield told(
            "meaning",
            2,
            c.whole("a", p.row.a),
            c.whole("b", p.row.b),
            0.55 if value < 0.7 * _DRIFT * middle else 0.45,
            "meaning-drifts",
            one=one,
            two=two,
            share=("percent", round(100 * float(value) / middle)),
        )


def _composed(parts: Sequence[Item], vectors: Vectors) -> Vectors:
    weights = np.array([len(i.text) for i in parts], dtype=np.float32)
    made = (vectors * weights[:, None]).sum(axis=0)
    return np.asarray(made / max(float(np.linalg.norm(made)), 1e-9), dtype=np.float32)


def _length(spans: Sequence[tuple[int, int]]) -> int:
    return sum(e - s for s, e in spans)


def answering(c: Comparison, rows: Sequence[Pieces]) -> list[tuple[str, tuple[int, int], str, tuple[int, int]]]:
    """Short items of lists that answer to each other one to one, for the consistency of terms."""
    level = usual(rows)
    out: list[tuple[str, tuple[int, int], str, tuple[int, int]]] = []
    for p in rows:
        if len(p.a) != len(p.b):
            continue
        near = p.va @ p.vb.T
        for i, (x, y) in enumerate(zip(p.a, p.b, strict=True)):
            if max(len(x.text), len(y.text)) <= 30 and near[i, i] >= 0.3 * level:
                out.append((x.text.casefold(), (x.start, x.end), y.text.casefold(), (y.start, y.end)))
    return out


def uneven(c: Comparison) -> Iterator[Discrepancy]:
    """Without an encoder: sentences whose lists have not the same number of items, told with little confidence."""
    for row in c.sentences:
        if not row.a or not row.b or c.summary:
            continue
        a, b = items(c.a, row.a), items(c.b, row.b)
        more = len(a) - len(b)
        if not more or min(len(a), len(b)) < 3:
            continue
        side = "a" if more > 0 else "b"
        own, other = c.names if more > 0 else c.names[::-1]
        yield told(
            "omission" if side == "a" else "addition",
            2,
            c.whole("a", row.a),
            c.whole("b", row.b),
            0.4 if abs(more) == 1 else 0.35,
            "items-uneven",
            own=own,
            other=other,
            more=max(len(a), len(b)),
            fewer=min(len(a), len(b)),
        )
