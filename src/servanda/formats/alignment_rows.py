"""An alignment laid out for people: rows of what answers to each other, findings numbered for reference."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from servanda.records import Alignment, Discrepancy, Passage, Statement

Side = Literal["a", "b"]
SIDES: tuple[Side, ...] = ("a", "b")
RowKind = Literal["pair", "omitted", "added", "noise"]
FIRST = 5
"""Findings that are named first; more is a list of its own, and that follows anyway."""
CONTEXT, CONTEXT_TIMES = 60, 4
"""Characters, and times the other passage, from which a passage is a whole sentence beside a few words."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A discrepancy with the number by which the page refers to it, from 1, and its severity held to 1 to 3."""

    number: int
    severity: int
    of: Discrepancy

    def passage(self, side: Side) -> Passage | None:
        """Where it is in this version."""
        return self.of.a if side == "a" else self.of.b

    def is_context(self, side: Side) -> bool:
        """Whether the passage only shows what answers to the place of the fault, which is in the other version."""
        here, there = (self.of.a, self.of.b) if side == "a" else (self.of.b, self.of.a)
        if here is None or there is None or not there.quote:
            return False
        return len(here.quote) > max(CONTEXT, CONTEXT_TIMES * len(there.quote))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a row; offsets in code points of its source, half-open."""

    start: int
    end: int
    pair: str
    """The same on both sides of a pair: its number within the row, with the row's before it where the other half
    stands in another row; empty where no sentence answers."""


@dataclass
class Row:
    """Paragraphs (or lines) that answer to each other, by index; one side is empty for omitted and added ones."""

    kind: RowKind
    a: tuple[int, ...]
    b: tuple[int, ...]
    number: int = 0
    """From 1, in the order shown; 0 for noise, which is not counted."""
    moved: bool = False
    """Whether it breaks the order that the other rows keep."""
    sentences_a: list[Sentence] = field(default_factory=list)
    sentences_b: list[Sentence] = field(default_factory=list)

    def indices(self, side: Side) -> tuple[int, ...]:
        """The paragraphs of this version."""
        return self.a if side == "a" else self.b

    def sentences(self, side: Side) -> list[Sentence]:
        """The sentences of this version; none where counting them would tell nothing."""
        return self.sentences_a if side == "a" else self.sentences_b


def numbered(alignment: Alignment) -> list[Finding]:
    """The discrepancies, the severest first, then in the order of the text."""
    lengths = max(1, alignment.a.source.characters), max(1, alignment.b.source.characters)

    def place(d: Discrepancy) -> float:
        if d.a is not None:
            return d.a.start / lengths[0]
        return d.b.start / lengths[1] if d.b is not None else 1.0

    ordered = sorted(alignment.discrepancies, key=lambda d: (-d.severity, place(d)))
    return [Finding(n, min(3, max(1, d.severity)), d) for n, d in enumerate(ordered, 1)]


def first_to_see(findings: Sequence[Finding]) -> list[Finding]:
    """What to look at first: of severity 3 and 2, the surest first, at most FIRST."""
    weighty = [f for f in findings if f.severity > 1]
    return sorted(weighty, key=lambda f: (-f.severity, -f.of.confidence, f.number))[:FIRST]


def rows(alignment: Alignment) -> list[Row]:
    """The rows in the order of version A; what only B has stands after what precedes it there.

    Every paragraph with text is in a row: those that no pair names, and unpaired ones that are no part of the
    statement, are gathered in rows of noise.
    """
    made = [Row("pair", tuple(sorted(p.a)), tuple(sorted(p.b))) for p in _beads(alignment)]
    used = {"a": {i for r in made for i in r.a}, "b": {i for r in made for i in r.b}}
    named = {
        "a": {i for p in alignment.pairs if p.level != "sentence" for i in p.a},
        "b": {i for p in alignment.pairs if p.level != "sentence" for i in p.b},
    }
    spans = {"a": alignment.paragraphs_a, "b": alignment.paragraphs_b}
    for i, (start, end) in enumerate(spans["a"]):
        if i not in used["a"] and start < end:
            aside = i not in named["a"] or _is_noise(alignment.a, start, end)
            made.append(Row("noise" if aside else "omitted", (i,), ()))
    made.sort(key=lambda r: r.a[0])
    _mark_moved(made)
    for i, (start, end) in enumerate(spans["b"]):
        if i not in used["b"] and start < end:
            aside = i not in named["b"] or _is_noise(alignment.b, start, end)
            at = next((k for k, r in enumerate(made) if i - 1 in r.b), -1) + 1
            made.insert(at, Row("noise" if aside else "added", (), (i,)))
    made = _gathered(made)
    number = 0
    for row in made:
        if row.kind != "noise":
            number += 1
            row.number = number
    _count_sentences(alignment, made)
    return made


def bare(alignment: Alignment) -> bool:
    """Whether mere lines were aligned: nothing was read, no differences were looked for."""
    return any(p.level == "line" for p in alignment.pairs)


def row_of(made: Sequence[Row], spans: Sequence[tuple[int, int]], side: Side) -> list[Row | None]:
    """For each paragraph of a version the row that holds it."""
    found: list[Row | None] = [None] * len(spans)
    for row in made:
        for i in row.indices(side):
            found[i] = row
    return found


def _beads(alignment: Alignment) -> list[_Bead]:
    """Two-sided pairs whose paragraphs exist; a paragraph named twice stays where it was named first."""
    seen_a: set[int] = set()
    seen_b: set[int] = set()
    out: list[_Bead] = []
    for p in alignment.pairs:
        if p.level == "sentence":
            continue
        a = tuple(i for i in p.a if 0 <= i < len(alignment.paragraphs_a) and i not in seen_a)
        b = tuple(i for i in p.b if 0 <= i < len(alignment.paragraphs_b) and i not in seen_b)
        if a and b:
            seen_a.update(a)
            seen_b.update(b)
            out.append(_Bead(a, b))
    return out


@dataclass(frozen=True, slots=True)
class _Bead:
    a: tuple[int, ...]
    b: tuple[int, ...]


def _is_noise(statement: Statement, start: int, end: int) -> bool:
    """Whether all that is read in these characters is noise."""
    here = [s.kind for s in statement.segments if s.start < end and s.end > start]
    return bool(here) and all(kind == "noise" for kind in here)


def _mark_moved(made: Sequence[Row]) -> None:
    """Marks the fewest rows without which both versions run in the same order (longest increasing subsequence)."""
    paired = [r for r in made if r.b]
    tails: list[int] = []
    lengths: list[int] = []
    for row in paired:
        at = bisect_left(tails, row.b[0])
        tails[at : at + 1] = [row.b[0]]
        lengths.append(at + 1)
    wanted = len(tails)
    for row, length in zip(reversed(paired), reversed(lengths), strict=True):
        if length == wanted and row.b[0] <= (tails[wanted] if wanted < len(tails) else row.b[0]):
            tails[wanted - 1] = row.b[0]
            wanted -= 1
        else:
            row.moved = True


def _gathered(made: Sequence[Row]) -> list[Row]:
    """Neighbouring rows of noise as one."""
    out: list[Row] = []
    for row in made:
        if out and row.kind == "noise" == out[-1].kind:
            out[-1] = Row("noise", tuple(sorted((*out[-1].a, *row.a))), tuple(sorted((*out[-1].b, *row.b))))
        else:
            out.append(row)
    return out


def _count_sentences(alignment: Alignment, made: Sequence[Row]) -> None:
    """Numbers the sentence pairs within their rows."""
    home = {"a": _homes(alignment.paragraphs_a, alignment.sentences_a, made, "a"),
            "b": _homes(alignment.paragraphs_b, alignment.sentences_b, made, "b")}  # fmt: skip
    pairs = [p for p in alignment.pairs if p.level == "sentence"]
    counts: dict[int, int] = {}
    for p in sorted(pairs, key=lambda p: (min(p.a, default=-1), min(p.b, default=-1))):
        held = [home["a"].get(i) for i in p.a] + [home["b"].get(i) for i in p.b]
        main = next((r for r in held if r is not None), None)
        if main is None:
            continue
        label = ""
        if p.a and p.b:
            counts[main.number] = counts.get(main.number, 0) + 1
            label = str(counts[main.number])
        for i in p.a:
            _place(home["a"].get(i), main, alignment.sentences_a[i], label, "a")
        for i in p.b:
            _place(home["b"].get(i), main, alignment.sentences_b[i], label, "b")
    for row in made:
        labels = {s.pair for s in (*row.sentences_a, *row.sentences_b)}
        if len(labels) < 2:  # one pair, or nothing but unpaired ones: the row itself says so
            row.sentences_a, row.sentences_b = [], []


def _place(row: Row | None, main: Row, span: tuple[int, int], label: str, side: Side) -> None:
    if row is not None:
        told = label if row is main or not label else f"{main.number}.{label}"
        row.sentences(side).append(Sentence(*span, told))


def _homes(
    spans: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]], made: Sequence[Row], side: Side
) -> dict[int, Row]:
    """For each sentence the row of the paragraph in which it begins; none for noise."""
    starts = [start for start, _ in spans]
    holders = row_of(made, spans, side)
    out: dict[int, Row] = {}
    for i, (start, _) in enumerate(sentences):
        at = bisect_right(starts, start) - 1
        row = holders[at] if at >= 0 else None
        if row is not None and row.kind != "noise":
            out[i] = row
    return out
