"""What is compared with what: the rows of an alignment with both versions' facts at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from servanda import packs
from servanda.reading.sentences import sentences
from servanda.records import Alignment, Commitment, Passage, Statement, Value
from servanda.versions.facts import Facts

Span = tuple[int, int]

SUMMARY = 0.62
"""Share of the other version's characters (scaled by script) below which a version must leave things out."""
_SPARING = {"zh": 3.2, "ja": 2.6, "ko": 2.0}  # characters of other scripts that one of theirs stands for


@dataclass(frozen=True, slots=True)
class Row:
    """Passages that answer to each other: paragraphs or sentences. One side may be empty."""

    a: tuple[Span, ...]
    b: tuple[Span, ...]
    score: float
    inside: int = -1
    """Index of the paragraph row that a sentence row belongs to; -1 where it has none."""


class Comparison:
    """Two versions made ready to be compared: facts, paragraph rows, sentence rows."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.a = Facts(alignment.a)
        self.b = Facts(alignment.b)
        languages = [statement.expression.language or "" for statement in (alignment.a, alignment.b)]
        same = ("same-language",) if languages[0] == languages[1] else ()
        self.names: tuple[Value, Value] = (("version", "a", languages[0], *same), ("version", "b", languages[1], *same))
        """How messages name the versions."""
        self.paragraphs = tuple(
            Row(
                tuple(alignment.paragraphs_a[i] for i in p.a),
                tuple(alignment.paragraphs_b[j] for j in p.b),
                p.score,
            )
            for p in alignment.pairs
            if p.level == "paragraph"
        )
        self.sentences = tuple(self._sentences())

    def _sentences(self) -> list[Row]:
        al = self.alignment
        given = [p for p in al.pairs if p.level in ("sentence", "line")]
        if given:
            rows = [
                Row(tuple(al.sentences_a[i] for i in p.a), tuple(al.sentences_b[j] for j in p.b), p.score)
                for p in given
            ]
            return [Row(r.a, r.b, r.score, self._home(r)) for r in rows]
        out: list[Row] = []
        for n, row in enumerate(self.paragraphs):
            if not row.a or not row.b:
                continue
            a, b = _cut(self.a, row.a), _cut(self.b, row.b)
            if len(a) == len(b):
                out.extend(Row((x,), (y,), row.score, n) for x, y in zip(a, b, strict=True))
            else:
                out.append(Row(row.a, row.b, row.score, n))
        return out

    def _home(self, row: Row) -> int:
        for n, p in enumerate(self.paragraphs):
            if (not row.a or _holds(p.a, row.a[0])) and (not row.b or _holds(p.b, row.b[0])):
                return n
        return -1

    def around(self, row: Row) -> Row:
        """The paragraph row of a sentence row; the row itself where it has none."""
        return self.paragraphs[row.inside] if row.inside >= 0 else row

    @cached_property
    def summary(self) -> str | None:
        """``a`` or ``b`` where that version is a summary of the other, else None.

        A press account that covers nearly all of the statement is still one: what it leaves out is no error.
        """
        kinds = (self.alignment.a.expression.kind, self.alignment.b.expression.kind)
        if "summary" in kinds and kinds[0] != kinds[1]:
            return "a" if kinds[0] == "summary" else "b"
        sizes = [_size(f) for f in (self.a, self.b)]
        if min(sizes) > 1500 and min(sizes) < SUMMARY * max(sizes):
            return "a" if sizes[0] < sizes[1] else "b"
        return None

    def passage(self, side: str, start: int, end: int) -> Passage:
        """The stretch of version ``a`` or ``b``, its quote with it."""
        text = (self.a if side == "a" else self.b).text
        return Passage(start, end, text[start:end])

    def whole(self, side: str, spans: Sequence[Span]) -> Passage | None:
        """From the first to the last of the spans, or None where there are none."""
        if not spans:
            return None
        return self.passage(side, min(s for s, _ in spans), max(e for _, e in spans))


def commitments_in(statement: Statement, spans: Sequence[Span]) -> list[Commitment]:
    """The commitments that begin inside the spans, in order."""
    return [c for c in statement.commitments if any(a <= c.start < b for a, b in spans)]


def _holds(spans: Sequence[Span], inner: Span) -> bool:
    return any(a <= inner[0] and inner[1] <= b for a, b in spans)


def _cut(facts: Facts, spans: Sequence[Span]) -> list[Span]:
    pack = packs.load(facts.language) if facts.has_pack else None
    return [s for a, b in spans for s in sentences(facts.text, a, b, pack)]


def _size(facts: Facts) -> float:
    scale = _SPARING.get(facts.language, 1.0)
    return scale * sum(s.end - s.start for s in facts.statement.segments if s.kind != "noise")
