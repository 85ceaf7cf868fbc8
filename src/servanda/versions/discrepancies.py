"""Where two aligned versions differ: typed facts compared row by row, and what the encoder sees besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from servanda.records import Alignment, Discrepancy
from servanda.versions.kinds import force, gaps, lists, terms
from servanda.versions.kinds.figures import figures
from servanda.versions.kinds.names import names
from servanda.versions.kinds.negation import negation
from servanda.versions.rows import Comparison, Span, commitments_in
from servanda.versions.single import SHOWN, faults, ordered

if TYPE_CHECKING:
    from servanda.reading.nearness import Encoder

__all__ = ["SHOWN", "audit", "coverage", "find_discrepancies", "same_commitments"]


def audit(alignment: Alignment, encoder: Encoder | None = None) -> Alignment:
    """The alignment with all that comparing its versions tells: common commitments, discrepancies, coverage."""
    return replace(
        alignment,
        commitments=same_commitments(alignment),
        discrepancies=find_discrepancies(alignment, encoder),
        coverage=coverage(alignment),
    )


def same_commitments(alignment: Alignment) -> tuple[tuple[str, str], ...]:
    """Ids of the commitments that are one in both versions, in the order of the first.

    Those of sentences that answer to each other are matched by action, area, forum and place; what is left over is
    matched once more within the paragraph.
    """
    c = Comparison(alignment)
    used: tuple[set[str], set[str]] = (set(), set())
    out: list[tuple[int, str, str]] = []
    for row in (*c.sentences, *c.paragraphs):
        if not row.a or not row.b:
            continue
        a = [x for x in commitments_in(alignment.a, row.a) if x.id not in used[0]]
        b = [y for y in commitments_in(alignment.b, row.b) if y.id not in used[1]]
        for x, y in force.matched(a, b):
            used[0].add(x.id)
            used[1].add(y.id)
            out.append((x.start, x.id, y.id))
    return tuple((x, y) for _, x, y in sorted(out))


def find_discrepancies(alignment: Alignment, encoder: Encoder | None = None) -> tuple[Discrepancy, ...]:
    """Where the versions of an alignment differ, gravest first, then by place.

    Without an encoder nothing is said of pieces of sentences that are missing or drift apart, but that their number
    differs. Discrepancies of a confidence of at least SHOWN are worth showing by default.
    """
    c = Comparison(alignment)
    compared = list(_found(c, encoder))
    told: set[tuple[str, str, Span | None]] = {(d.kind, side, _span(d, side)) for d in compared for side in ("a", "b")}
    return ordered(_settled([*compared, *_alone(c, told)]))


def coverage(alignment: Alignment) -> float | None:
    """The share of the other version's commitments that a summary takes up, 0 to 1; None where neither is a summary."""
    return gaps.coverage(Comparison(alignment))


def _found(c: Comparison, encoder: Encoder | None) -> Iterator[Discrepancy]:
    yield from gaps.gaps(c)
    yield from names(c)
    yield from figures(c)
    yield from negation(c)
    yield from force.force(c)
    yield from terms.false_friends(c)
    if encoder is None:
        yield from lists.uneven(c)
    elif c.summary is None:  # a summary casts every sentence anew: its pieces tell nothing
        rows = lists.pieces(c, encoder)
        yield from lists.lists(c, rows)
        yield from terms.renderings(lists.answering(c, rows), c)


def _alone(c: Comparison, told: set[tuple[str, str, Span | None]]) -> Iterator[Discrepancy]:
    """Faults of each version by itself, unless the comparison has told them; beside them what answers to them."""
    for side, facts in (("a", c.a), ("b", c.b)):
        for d in faults(facts):
            assert d.a is not None
            if (d.kind, side, (d.a.start, d.a.end)) in told:
                continue
            answer = _answer(c, side, (d.a.start, d.a.end))
            whole = c.whole("b" if side == "a" else "a", answer) if answer else None
            yield replace(d, a=d.a if side == "a" else whole, b=whole if side == "a" else d.a)


def _answer(c: Comparison, side: str, span: Span) -> tuple[Span, ...]:
    for row in (*c.sentences, *c.paragraphs):
        mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
        if any(s <= span[0] < e for s, e in mine):
            return other
    return ()


def _settled(found: list[Discrepancy]) -> Iterator[Discrepancy]:
    """Each place told once: a missing name in a missing item is told as the name, an item in a gap not at all."""
    gone = {
        side: [
            _span(d, side)
            for d in found
            if d.kind in ("omission", "addition") and (d.b if side == "a" else d.a) is None
        ]
        for side in ("a", "b")
    }
    typed = {
        side: [
            s for d in found if d.kind in ("name", "instrument", "number", "date", "acronym") and (s := _span(d, side))
        ]
        for side in ("a", "b")
    }
    for d in found:
        side = "a" if d.kind == "omission" else "b"
        place = _span(d, side)
        if d.kind in ("omission", "addition") and d.a is not None and d.b is not None and place is not None:
            if any(g and g[0] <= place[0] and place[1] <= g[1] for g in gone[side]):
                continue
            if any(place[0] <= t[0] and t[1] <= place[1] and place[1] - place[0] < 60 for t in typed[side]):
                continue
        yield d


def _span(d: Discrepancy, side: str) -> Span | None:
    passage = d.a if side == "a" else d.b
    return (passage.start, passage.end) if passage else None
