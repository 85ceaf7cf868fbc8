"""The dynamic programme over beads, within a band: linear in the length of the texts for a band of one width.

A cell (i, j) stands for the first i lines of one text and the first j of the other; a bead leads from (i - p, j - q)
to (i, j). Only cells of the band are kept, row after row in flat arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BEADS: tuple[tuple[int, int], ...] = (
    (1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4), (4, 1), (2, 3), (3, 2),
)  # fmt: skip
"""How many lines of each text may answer to each other; lines without an answer are no beads here."""
NEVER = -1e30


@dataclass(frozen=True)
class Band:
    """The cells that are looked at: columns ``first[i]`` to ``last[i]``, both included, of each row ``0..n``."""

    first: list[int]
    last: list[int]
    offset: list[int]
    """Where each row begins in a flat array; one more at the end for the size of all."""

    @classmethod
    def of(cls, first: list[int], last: list[int]) -> Band:
        """Rows' first and last columns; row 0 must hold column 0 and the last row the last column."""
        sizes = [j - i + 1 for i, j in zip(first, last, strict=True)]
        return cls(first, last, [0, *np.cumsum(sizes).tolist()])

    @classmethod
    def full(cls, rows: int, columns: int) -> Band:
        """Every cell of two texts with so many lines."""
        return cls.of([0] * (rows + 1), [columns] * (rows + 1))

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.offset[-1]

    def cells(self) -> tuple[Integers, Integers]:
        """Row and column of each cell."""
        sizes = np.diff(self.offset)
        rows = np.repeat(np.arange(len(self.first)), sizes)
        columns = np.arange(self.size) - np.repeat(self.offset[:-1], sizes) + np.repeat(self.first, sizes)
        return rows, columns

    def slid(self, flat: Floats, row: int, first: int, last: int) -> Floats:
        """Values of a row's columns ``first..last``; NEVER where the band has none."""
        low, high, at = self.first[row], self.last[row], self.offset[row]
        if low <= first and last <= high:
            return flat[at + first - low : at + last - low + 1]
        out = np.full(last - first + 1, NEVER)
        i, j = max(first, low), min(last, high)
        if i <= j:
            out[i - first : j - first + 1] = flat[at + i - low : at + j - low + 1]
        return out


@dataclass(frozen=True)
class Beliefs:
    """What the programme holds of each bead and line: probabilities over all ways to align the two texts."""

    beads: Floats
    """One row a kind of bead, one column a cell: that a bead of the kind ends there."""
    alone_a: Floats
    """That a line has no answer."""
    alone_b: Floats


def beliefs(band: Band, scores: Floats, skip: float) -> Beliefs:
    """Forward and backward over the band: ``scores`` (kind x cell) and ``skip`` are logarithms of odds."""
    rows, width = len(band.first), band.last[-1]
    steps = np.arange(width + 1) * skip
    before = np.full((len(BEADS), band.size), NEVER)
    ahead = np.full(band.size, NEVER)
    for i in range(rows):
        low, high = band.first[i], band.last[i]
        here = slice(band.offset[i], band.offset[i + 1])
        if i == 0:
            row = np.full(high - low + 1, NEVER)
            row[0] = 0.0
        else:
            ways = before[:, here]
            for k, (p, q) in enumerate(BEADS):
                if i >= p:
                    ways[k] = band.slid(ahead, i - p, low - q, high - q) + scores[k, here]
            row = _sum(np.vstack([ways, band.slid(ahead, i - 1, low, high) + skip]))
        step = steps[low : high + 1]
        ahead[here] = np.logaddexp.accumulate(row - step) + step
    behind = np.full(band.size, NEVER)
    for i in range(rows - 1, -1, -1):
        low, high = band.first[i], band.last[i]
        here = slice(band.offset[i], band.offset[i + 1])
        if i == rows - 1:
            row = np.full(high - low + 1, NEVER)
            row[-1] = 0.0
        else:
            listed = [band.slid(behind, i + 1, low, high) + skip]
            for k, (p, q) in enumerate(BEADS):
                if i + p < rows:
                    listed.append(
                        band.slid(behind, i + p, low + q, high + q) + band.slid(scores[k], i + p, low + q, high + q)
                    )
            row = _sum(np.vstack(listed))
        step = steps[low : high + 1]
        behind[here] = (np.logaddexp.accumulate((row + step)[::-1]))[::-1] - step
    found = np.exp(np.minimum(before + (behind - ahead[-1]), 0.0))
    row_of, column_of = band.cells()
    taken_a, taken_b = np.zeros(rows - 1), np.zeros(width)
    for k, (p, q) in enumerate(BEADS):
        some = np.flatnonzero(found[k] > 1e-6)
        for back in range(1, p + 1):
            taken_a += np.bincount(row_of[some] - back, found[k, some], rows - 1)[: rows - 1]
        for back in range(1, q + 1):
            taken_b += np.bincount(column_of[some] - back, found[k, some], width)[:width]
    return Beliefs(found, np.clip(1 - taken_a, 0, 1), np.clip(1 - taken_b, 0, 1))


def best(band: Band, known: Beliefs) -> list[tuple[int, int, int, int, float]]:
    """The alignment that holds most right beads as far as is believed: (i, p, j, q, belief), lines alone included.

    That is not the single most probable alignment: each bead is worth what is believed of it over all alignments.
    """
    rows, width = len(band.first), band.last[-1]
    value = np.full(band.size, NEVER)
    choice = np.full(band.size, -2, np.int8)  # -1: the line of a alone, -2: the line of b alone
    total_b = np.concatenate([[0.0], np.cumsum(known.alone_b)])
    for i in range(rows):
        low, high = band.first[i], band.last[i]
        here = slice(band.offset[i], band.offset[i + 1])
        if i == 0:
            row = np.full(high - low + 1, NEVER)
            row[0] = 0.0
        else:
            listed = [band.slid(value, i - 1, low, high) + known.alone_a[i - 1]]
            for k, (p, q) in enumerate(BEADS):
                reached = band.slid(value, i - p, low - q, high - q) if i >= p else np.full(high - low + 1, NEVER)
                listed.append(reached + known.beads[k, here])
            stacked = np.vstack(listed)
            pick = stacked.argmax(0)
            row = stacked[pick, np.arange(len(pick))]
            choice[here] = pick - 1
        total = total_b[low : high + 1]
        along = np.maximum.accumulate(row - total) + total
        choice[here][along > row + 1e-9] = -2
        value[here] = along
    i, j = rows - 1, width
    out: list[tuple[int, int, int, int, float]] = []
    while i or j:
        cell = band.offset[i] + j - band.first[i]
        kind = int(choice[cell])
        if kind == -1:
            out.append((i - 1, 1, j, 0, float(known.alone_a[i - 1])))
            i -= 1
        elif kind == -2:
            out.append((i, 0, j - 1, 1, float(known.alone_b[j - 1])))
            j -= 1
        else:
            p, q = BEADS[kind]
            out.append((i - p, p, j - q, q, float(known.beads[kind, cell])))
            i, j = i - p, j - q
    return out[::-1]


def _sum(rows: Floats) -> Floats:
    """Logarithm of the sum of exponentials down each column."""
    most = rows.max(0)
    return np.asarray(np.log(np.exp(rows - most).sum(0)) + most)
