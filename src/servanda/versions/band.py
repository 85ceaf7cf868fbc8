"""Where to look: a first path of lines one to one, and the band of cells around it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from servanda.versions.programme import Band
from servanda.versions.similarity import composed

Floats = npt.NDArray[np.floating]

RADIUS = 24
"""Cells on each side of the path; a statement of 60 paragraphs is looked at almost whole."""
CLEAR = 2.0
"""Deviations above the background from which a pair of lines may lie on the first path."""
CELLS = 1_500_000
"""Of the first path's table; longer texts are first aligned in groups of neighbouring lines."""
HOLE = 250_000
"""Cells between two lines of the path that are looked at whole; past it only along the diagonal."""
SAMPLE = 150
"""Lines of each text, evenly spread, whose similarities are the background."""


@dataclass(frozen=True)
class Normal:
    """A normal distribution."""

    mean: float
    spread: float

    def log(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Logarithm of the density, without the constant that falls out of every ratio."""
        return np.asarray(-0.5 * ((values - self.mean) / self.spread) ** 2 - np.log(self.spread))


def middle(values: Floats, least: float) -> Normal:
    """By median and median deviation, which the few matches among the values do not move."""
    if values.size == 0:
        return Normal(0.0, max(least, 0.2))
    mean = float(np.median(values))
    return Normal(mean, max(least, 1.4826 * float(np.median(np.abs(values - mean)))))


def spread_out(count: int) -> npt.NDArray[np.int64]:
    """Indices of at most SAMPLE lines, evenly spread over all."""
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).round().astype(np.int64))


def path(a: Floats, b: Floats, background: Normal) -> list[tuple[int, int]]:
    """Lines one to one that rise together and stand out from the background most, as (line of a, line of b)."""
    table = np.zeros((len(a) + 1, len(b) + 1), np.float32)
    for i in range(1, len(a) + 1):
        gain = np.maximum((b @ a[i - 1] - background.mean) / background.spread - CLEAR, -5.0)
        row = table[i - 1].copy()
        row[1:] = np.maximum(row[1:], table[i - 1, :-1] + gain)
        table[i] = np.maximum.accumulate(row)
    i, j = len(a), len(b)
    out = []
    while i and j:
        if table[i, j] == table[i, j - 1]:
            j -= 1
        elif table[i, j] == table[i - 1, j]:
            i -= 1
        else:
            out.append((i - 1, j - 1))
            i, j = i - 1, j - 1
    return out[::-1]


def around(
    a: Floats, b: Floats, lengths_a: Floats, lengths_b: Floats, background: Normal
) -> tuple[Band, list[tuple[int, int]]]:
    """The band for two texts whose lines have these vectors and lengths, and lines that seem to be answers."""
    group = int(np.ceil(np.sqrt(len(a) * len(b) / CELLS)))
    if group <= 1:
        anchors = path(a, b, background)
        return corridor(anchors, len(a), len(b), RADIUS), anchors
    # a group of one text lies across two of the other: their vectors still share most of their lines
    coarse_a, coarse_b = composed(a, lengths_a, group)[group::group], composed(b, lengths_b, group)[group::group]
    some = coarse_a[spread_out(len(coarse_a))] @ coarse_b[spread_out(len(coarse_b))].T
    steps = [(i * group, j * group) for i, j in path(coarse_a, coarse_b, middle(some, 0.03))]
    band = corridor(steps, len(a), len(b), RADIUS + 2 * group)
    anchors = []
    for i in spread_out(len(a)).tolist():
        low = band.first[i]
        near = b[low : band.last[i] + 1] @ a[i]
        if len(near) and near.max() > background.mean + CLEAR * background.spread:
            anchors.append((i, low + int(near.argmax())))
    return band, anchors


def corridor(anchors: list[tuple[int, int]], rows: int, columns: int, radius: int) -> Band:
    """The cells within ``radius`` columns of a path through the anchors, and whole holes between them."""
    first = np.full(rows + 1, columns, np.int64)
    last = np.zeros(rows + 1, np.int64)
    points = [(0, 0), *anchors, (rows, columns)]
    for (i, j), (k, m) in pairwise(points):
        within = np.arange(i, k + 1)
        if (k - i) * (m - j) <= HOLE:
            low, high = np.full(len(within), j), np.full(len(within), m)
        else:
            low = high = j + (within - i) * (m - j) // (k - i)
            high = high + (m - j) // (k - i) + 1
        first[within] = np.minimum(first[within], low)
        last[within] = np.maximum(last[within], high)
    # the widening goes over rows too, so that a path that climbs steeply is reached from all sides
    reach = np.clip(np.arange(rows + 1)[:, None] + np.array([-radius, 0, radius])[None, :], 0, rows)
    first = np.maximum(np.minimum(first[reach].min(1), first - radius), 0)
    last = np.minimum(np.maximum(last[reach].max(1), last + radius), columns)
    return Band.of(np.minimum.accumulate(first[::-1])[::-1].tolist(), np.maximum.accumulate(last).tolist())
