"""What an encoder is, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""One row a text, each of length one, so that a dot product is the cosine."""

Progress = Callable[[float], None]
"""Told how much of a long step is done, from 0.0 to 1.0."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors that are near each other where the texts mean the same, whatever their languages."""

    @property
    def name(self) -> str:
        """Which encoder it is; results of encoders with other names or versions may not be compared."""

    @property
    def version(self) -> str:
        """Changes whenever the same text would give another vector."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """One float32 row of length one for each text, in the order given.

        ``query`` is for what is searched with; leave it out where texts of one kind are compared with each other.
        No texts give an array of shape ``(0, dimension)``.
        """


def unit(rows: npt.NDArray[np.floating]) -> Vectors:
    """The rows scaled to length one; a row of noughts stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
