"""Paragraphs, sentences and agreements that stand in one version alone; how much a summary takes up."""

from __future__ import annotations

from collections.abc import Iterator

from servanda.records import Discrepancy
from servanda.versions.facts import Facts
from servanda.versions.kinds.force import matched
from servanda.versions.rows import Comparison, Row, Span, commitments_in
from servanda.versions.telling import told

_LEAST_LETTERS = 25
"""Letters below which a stretch is a mark, a page number or a name, and its absence says nothing."""


def gaps(c: Comparison) -> Iterator[Discrepancy]:
    """Paragraphs and sentences without a counterpart. What a summary leaves out is no gap but its coverage."""
    missing: list[tuple[str, Span]] = []
    for row in c.paragraphs:
        if bool(row.a) == bool(row.b):
            continue
        side, spans = ("a", row.a) if row.a else ("b", row.b)
        for span in spans:
            missing.append((side, span))
            yield from _gap(c, side, span, "paragraph", row)
    for row in c.sentences:
        if bool(row.a) == bool(row.b):
            continue
        side, spans = ("a", row.a) if row.a else ("b", row.b)
        for span in spans:
            if not any(s == side and p[0] <= span[0] < p[1] for s, p in missing):
                yield from _gap(c, side, span, "sentence", row)


def _gap(c: Comparison, side: str, span: Span, what: str, row: Row) -> Iterator[Discrepancy]:
    facts = c.a if side == "a" else c.b
    kinds = {s.kind for s in facts.statement.segments if s.start < span[1] and span[0] < s.end}
    letters = sum(ch.isalpha() for ch in facts.text[slice(*span)])
    if not kinds - {"noise"} or (letters < _LEAST_LETTERS and facts.language != "zh"):
        return
    omitted = c.summary is not None and side != c.summary
    if omitted:
        return
    undertakes = bool(commitments_in(facts.statement, [span]))
    heading = kinds <= {"heading", "noise"}
    severity = 1 if heading else 3 if undertakes else 2
    confidence = 0.55 if heading else 0.7 if what == "paragraph" else 0.6
    if _before_or_after(c, side, span):
        confidence, severity = 0.4, 1  # a newspaper's own lead or tail that reading has not told from the statement
    if c.summary is not None:
        confidence -= 0.3
    own, other = c.names if side == "a" else c.names[::-1]
    passage = c.passage(side, *span)
    yield told(
        "omission" if side == "a" else "addition",
        severity,
        passage if side == "a" else None,
        passage if side == "b" else None,
        round(confidence, 2),
        "undertaking-lost" if undertakes else "counterpart-missing",
        own=own,
        other=other,
        piece=("piece", "title" if heading else what),
    )


def _before_or_after(c: Comparison, side: str, span: Span) -> bool:
    """Whether a stretch lies outside all that is aligned, where newspapers put what is theirs."""
    paired = [r.a if side == "a" else r.b for r in c.paragraphs if r.a and r.b]
    if not paired:
        return False
    facts = c.a if side == "a" else c.b
    if any(
        s.kind in ("formal", "commitment") and s.start < span[1] and span[0] < s.end for s in facts.statement.segments
    ):
        return False
    return span[1] <= min(s[0][0] for s in paired) or span[0] >= max(s[-1][1] for s in paired)


def coverage(c: Comparison) -> float | None:
    """Of the commitments of the version summarised, the share that the summary takes up; None without a summary."""
    if c.summary is None:
        return None
    full: Facts = c.b if c.summary == "a" else c.a
    total = len(full.statement.commitments)
    if not total:
        return None
    taken: set[str] = set()
    for row in c.paragraphs:
        if not row.a or not row.b:
            continue
        a, b = commitments_in(c.alignment.a, row.a), commitments_in(c.alignment.b, row.b)
        taken.update((y if c.summary == "a" else x).id for x, y in matched(a, b))
    return round(len(taken) / total, 3)
