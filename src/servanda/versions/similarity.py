"""How near lines of two texts are: vectors, what neighbours give together, and where a line falls into parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

WHITENING = 2.0
"""Shrinkage of the whitening, in mean variances. 1 is better for summaries, 10 for translations, either by 0.01."""
LEAST = 4
"""Lines that a text must have for its own mean to say something."""

_BREAK = re.compile(r"(?P<mark>[.;:,!?…。！？；：，、])[\"”’»)\]]*\s*|\s+")
_WORSE = {",": 0.15, "，": 0.15, "、": 0.15, "": 0.3}
"""What a break is worse than the end of a sentence, in shares of the shorter part."""


class Encoder(Protocol):
    """Turns texts into rows of unit length that are near each other where the texts mean the same."""

    @property
    def name(self) -> str:
        """Which encoder it is."""

    @property
    def version(self) -> str:
        """Changes whenever the same text would give another vector."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """One row for each text, in the order given."""


class Remembering:
    """An encoder that encodes each text once: `same_work` and `align_statements` want the same sentences."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """Of the encoder inside."""
        return self._inner.name

    @property
    def version(self) -> str:
        """Of the encoder inside."""
        return self._inner.version

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """See :class:`Encoder`; only what was not asked for before reaches the encoder inside."""
        if query or not texts:
            return self._inner.encode(texts, query=query)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._inner.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def remembering(encoder: Encoder) -> Remembering:
    """The encoder itself where it remembers already."""
    return encoder if isinstance(encoder, Remembering) else Remembering(encoder)


@dataclass(frozen=True)
class Space:
    """Where vectors of two texts may be compared: each text's mean taken away, shared directions played down.

    Encoders squeeze all similarities of one subject high, and each language stands apart by itself; the mean of each
    text holds both. What is left still varies most along what all paragraphs of a statement share ("the two sides
    agreed"): whitening, shrunk because a statement has fewer paragraphs than a vector has numbers.
    """

    mean_a: Floats
    mean_b: Floats
    turn: Floats

    @classmethod
    def fitted(cls, a: Floats, b: Floats) -> Space:
        """From the vectors of all lines of both texts."""
        size = a.shape[1]
        if min(len(a), len(b)) < LEAST:
            middle = np.vstack([a, b]).mean(0) * 0.0
            return cls(middle, middle, np.eye(size, dtype=np.float32))
        mean_a, mean_b = a.mean(0), b.mean(0)
        rows = np.vstack([a - mean_a, b - mean_b]).astype(np.float64)
        values, directions = np.linalg.eigh(rows.T @ rows / len(rows))
        values = np.maximum(values, 0)
        floor = WHITENING * float(values.sum()) / min(size, len(rows)) + 1e-12
        return cls(mean_a, mean_b, (directions / np.sqrt(values + floor)).astype(np.float32))

    def a(self, vectors: Floats) -> Floats:
        """Rows of the first text, of length one."""
        return units((vectors - self.mean_a) @ self.turn)

    def b(self, vectors: Floats) -> Floats:
        """Rows of the second text, of length one."""
        return units((vectors - self.mean_b) @ self.turn)


def units(rows: Floats) -> Floats:
    """Rows of length one; a row of noughts stays as it is."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(length > 1e-9, length, 1.0), np.float32)


def composed(rows: Floats, lengths: Floats, count: int) -> Floats:
    """Vectors of ``count`` neighbouring lines joined: row j is of the lines ``j - count`` to ``j - 1``, noughts before.

    The mean weighted by length stands for the vector of the joined text, which need not be encoded.
    """
    out = np.zeros((len(rows) + 1, rows.shape[1]), np.float32)
    weighted = rows * lengths[:, None]
    for back in range(count):
        out[count:] += weighted[count - 1 - back : len(rows) - back]
    return units(out)


def joined(vectors: Floats, lengths: Sequence[int], groups: Sequence[tuple[int, int]]) -> Floats:
    """One vector a group of neighbouring rows (half-open), the mean weighted by length: paragraphs of sentences."""
    weights = np.asarray(lengths, float)
    rows = [(vectors[i:j] * weights[i:j, None]).sum(0) for i, j in groups]
    return units(np.stack(rows)) if rows else np.zeros((0, vectors.shape[1]), np.float32)


def parts(text: str, lengths: Sequence[int]) -> list[str]:
    """The text cut into parts that stand to each other as ``lengths``, at the marks or words nearest to that."""
    breaks = [(m.end(), _WORSE.get(m["mark"] or "", 0.0)) for m in _BREAK.finditer(text) if 0 < m.end() < len(text)]
    if not breaks:  # a script that writes neither spaces nor marks, or one word
        breaks = [(at, 0.0) for at in range(1, len(text))]
    whole, cuts = float(sum(lengths)), [0]
    for wanted in np.cumsum(lengths)[:-1] / whole * len(text):
        room = max(10.0, min(wanted, len(text) - wanted))
        after = [b for b in breaks if b[0] > cuts[-1]] or [(len(text), 0.0)]
        cuts.append(min(after, key=lambda b: abs(b[0] - wanted) / room + b[1])[0])
    return [text[i:j].strip() or text for i, j in zip(cuts, [*cuts[1:], len(text)], strict=True)]
