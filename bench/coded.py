"""Documents coded by hand (docs/coding.md), and how what is read is matched with them.

Three groups. ``specimens`` come with the package. ``gold`` and ``coded`` are coded texts that are not ours to carry:
the texts lie in a folder beside the project (``../shared``, or what SERVANDA_SHARED names); without it these groups
are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from servanda.records import Source
from servanda.sources import open_source

PROJECT = Path(__file__).resolve().parent.parent
SPECIMENS = PROJECT / "src" / "servanda" / "specimens"
GROUPS = ("specimens", "gold", "coded")


class Spanned(Protocol):
    """Whatever has a place in the text; offsets in code points, half-open."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One coded segment or commitment: its place, and all its fields as they stand in the file."""

    start: int
    end: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded document whose text is at hand."""

    group: str
    name: str
    path: Path
    """Of the coding."""
    source: Source
    meta: dict[str, Any]
    segments: tuple[Row, ...]
    commitments: tuple[Row, ...]


def shared() -> Path | None:
    """The folder of texts that are not ours to carry, or None."""
    folder = Path(os.environ.get("SERVANDA_SHARED") or PROJECT.parent / "shared")
    return folder if folder.is_dir() else None


def documents(groups: Sequence[str] = GROUPS) -> list[Coded]:
    """All coded documents of the groups whose text is at hand, in the order of their names."""
    made = {"specimens": _specimens, "gold": _gold, "coded": _coded}
    return [document for group in groups for document in made[group]()]


def corpus(rows: Sequence[Coded]) -> str:
    """A hash of codings and texts: figures of two runs may be compared where it is the same."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r.name):
        digest.update(row.path.read_bytes())
        digest.update(row.source.sha256.encode())
    return digest.hexdigest()[:16]


def _specimens() -> Iterator[Coded]:
    for path in sorted(SPECIMENS.glob("*.coded.jsonl")):
        language = path.name.removesuffix(".coded.jsonl")
        yield _load("specimens", f"specimen {language}", path, SPECIMENS / f"{language}.txt")


def _gold() -> Iterator[Coded]:
    folder = shared()
    for path in sorted((folder / "gold").glob("*.jsonl")) if folder else ():
        number = path.name.partition("_")[0]
        for text in sorted((path.parent.parent / "seeds").glob(f"{number}_*.txt"))[:1]:
            yield _load("gold", path.stem, path, text)


def _coded() -> Iterator[Coded]:
    folder = shared()
    for path in sorted((PROJECT / "bench" / "coded").glob("*.jsonl")) if folder else ():
        assert folder is not None
        first = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
        yield _load("coded", path.stem, path, folder / first["file"])


def _load(group: str, name: str, path: Path, text: Path) -> Coded:
    """Reads a coding. Raises ValueError where the text is not the one that was coded."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    meta: dict[str, Any] = next((r for r in rows if r["kind"] == "meta"), {})
    source = open_source(text)
    if meta.get("sha256") not in (None, source.sha256):
        raise ValueError(f"{text} is not the text that {path.name} codes: its SHA-256 is {source.sha256}.")
    for r in rows:
        if r["kind"] == "commitment" and "quote" in r and source.text[r["start"] : r["end"]] != r["quote"]:
            raise ValueError(f"{path.name}: {r['id']} says {r['quote'][:40]!r}, which does not stand at {r['start']}.")
    return Coded(group, name, path, source, meta, _rows(rows, "segment"), _rows(rows, "commitment"))


def _rows(rows: Sequence[dict[str, Any]], kind: str) -> tuple[Row, ...]:
    return tuple(Row(r["start"], r["end"], r) for r in rows if r["kind"] == kind)


A = TypeVar("A", bound=Spanned)
B = TypeVar("B", bound=Spanned)

LEAST_OVERLAP = 0.5
"""Intersection over union from which two spans are the same commitment."""


def overlap(a: Spanned, b: Spanned) -> float:
    """Intersection over union of two spans."""
    common = min(a.end, b.end) - max(a.start, b.start)
    return common / (max(a.end, b.end) - min(a.start, b.start)) if common > 0 else 0.0


def match(coded: Sequence[A], read: Sequence[B]) -> list[tuple[A, B]]:
    """Pairs of the same commitment; each is used once, the best overlap first."""
    candidates = sorted(
        ((overlap(a, b), i, j) for i, a in enumerate(coded) for j, b in enumerate(read)), reverse=True
    )  # fmt: skip
    out: list[tuple[A, B]] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for share, i, j in candidates:
        if share < LEAST_OVERLAP:
            break
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            out.append((coded[i], read[j]))
    return out
