"""A text laid out for reading: its lines, what class each part is of, and where commitments stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from servanda_register.models import Segment


@dataclass(frozen=True)
class Mark:
    """A stretch of the text that is a commitment; offsets in code points, half-open."""

    start: int
    end: int
    label: str
    """Short: the number by which it is called."""
    title: str
    """For those who hear the page: what the number is."""
    strength: str
    url: str
    proposed: bool = False


@dataclass(frozen=True)
class Piece:
    """A run of words under the same marks; ``begins`` are those that start here, ``marks`` all, the longest first."""

    text: str
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...]
    kind: str

    @property
    def inner(self) -> Mark | None:
        """The most particular mark."""
        return self.marks[-1] if self.marks else None


@dataclass(frozen=True)
class Line:
    """A line of the text."""

    kinds: tuple[str, ...]
    language: str
    pieces: tuple[Piece, ...]

    @property
    def heading(self) -> bool:
        """Whether it is a title."""
        return self.kinds == ("heading",)


@dataclass
class Stretch:
    """Lines that follow each other; ``noise`` where they are not part of the statement."""

    noise: bool
    lines: list[Line] = field(default_factory=list)


def laid_out(text: str, segments: Sequence[Segment], marks: Iterable[Mark]) -> list[Stretch]:
    """The text in stretches, noise apart from the statement. Every character that is not white space is in one."""
    ordered = sorted(marks, key=lambda m: (m.start, -m.end, m.proposed, m.label))
    rows = sorted(segments, key=lambda s: s.start)
    starts = [s.start for s in rows]
    lines: list[tuple[bool, Line]] = []
    for start, end in _lines(text):
        first = max(0, bisect_right(starts, start) - 1)
        here = [s for s in rows[first : bisect_left(starts, end)] if s.start < end and s.end > start]
        kinds = tuple(dict.fromkeys(s.kind for s in here))
        own = [m for m in ordered if m.start < end and m.end > start]
        language = here[0].language if here and len({s.language for s in here}) == 1 else ""
        pieces = tuple(_pieces(text, start, end, here, own))
        lines.append((kinds == ("noise",), Line(kinds, language, pieces)))
    return [Stretch(noise, [x for _n, x in group]) for noise, group in groupby(lines, key=lambda row: row[0])]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare:
            start = at + len(line) - len(line.lstrip())
            yield start, start + len(bare)
        at += len(line)


def _pieces(text: str, start: int, end: int, segments: Sequence[Segment], marks: Sequence[Mark]) -> Iterator[Piece]:
    cuts = {start, end}
    for span in (*segments, *marks):
        cuts.update(x for x in (span.start, span.end) if start < x < end)
    edges = sorted(cuts)
    for left, right in pairwise(edges):
        over = tuple(m for m in marks if m.start <= left and right <= m.end)
        kind = next((s.kind for s in segments if s.start <= left < s.end), "")
        begins = tuple(m for m in over if max(m.start, start) == left and m.start >= start)
        yield Piece(text[left:right], tuple(sorted(over, key=lambda m: m.start - m.end)), begins, kind)
