"""Looks at one version alone for faults that need no second one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from servanda.records import Discrepancy, Passage, Statement
from servanda.versions.facts import Facts
from servanda.versions.kinds import acronyms, repetition, terms
from servanda.versions.telling import told

SHOWN = 0.5
"""Confidence from which a discrepancy is shown by default."""

_SPAN_OF_YEARS = re.compile(r"\(((?:1[89]|20)\d\d)\s?[-–—]\s?((?:1[89]|20)\d\d)\)")
_YEARS = re.compile(
    r"(?<!\d)(\d{1,3})(?:\s|-)?(?:th|st|nd|rd|-)?\s?[^\W\d]*(?:års|year|anniv|jubil|năm|лет|ildön|жылд)", re.IGNORECASE
)
_REACH = 160  # characters from "the 65th anniversary" to the years in brackets


def inspect(statement: Statement) -> tuple[Discrepancy, ...]:
    """Faults of one version: doubled words, unknown acronyms near known ones, terms that vary, seas no party lies on.

    Every discrepancy has ``a`` alone. Sorted by severity, gravest first, then by place.
    """
    return ordered(faults(Facts(statement)))


def faults(facts: Facts) -> Iterator[Discrepancy]:
    """The same in no order, from facts already found."""
    spans = [(s.start, s.end) for s in facts.statement.segments if s.kind != "noise"]
    yield from repetition.single(facts, spans)
    yield from acronyms.acronyms(facts)
    yield from terms.mixed_names(facts)
    yield from terms.far_seas(facts)
    yield from terms.misused(facts, spans)
    yield from _anniversaries(facts, spans)


def _anniversaries(facts: Facts, spans: list[tuple[int, int]]) -> Iterator[Discrepancy]:
    """A number of years that the years in brackets after it do not make."""
    for start, end in spans:
        for m in _SPAN_OF_YEARS.finditer(facts.text, start, end):
            made = int(m.group(2)) - int(m.group(1))
            said = list(_YEARS.finditer(facts.text, max(start, m.start() - _REACH), m.start()))
            if not said or made <= 0 or int(said[-1].group(1)) == made:
                continue
            n = said[-1]
            yield told(
                "number",
                2,
                Passage(n.start(), m.end(), facts.text[n.start() : m.end()]),
                None,
                0.6,
                "years-wrong",
                said=n.group(1),
                first=m.group(1),
                last=m.group(2),
                made=made,
            )


def ordered(found: Iterator[Discrepancy]) -> tuple[Discrepancy, ...]:
    """Sorted by severity, gravest first, then by place; what is said twice of one place is kept once."""
    seen: dict[tuple[object, ...], Discrepancy] = {}
    for d in found:
        key = (d.kind, d.a and (d.a.start, d.a.end), d.b and (d.b.start, d.b.end))
        if key not in seen or seen[key].confidence < d.confidence:
            seen[key] = d
    return tuple(sorted(seen.values(), key=lambda d: (-d.severity, _place(d), d.kind)))


def _place(d: Discrepancy) -> int:
    passage = d.a or d.b
    return passage.start if passage else 0
