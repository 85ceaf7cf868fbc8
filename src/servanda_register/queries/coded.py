"""A review as a coded document: one JSON object a line, in the form in which texts coded by hand are kept.

First the text as a whole (``kind`` ``meta``), then segments and commitments in the order of the text, then what was
decided about each proposal (``kind`` ``decision``), so that what was rejected, and why, is there to learn from too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from servanda_register.models import Proposal, Review
from servanda_register.queries.review import REOPEN, standing

QUOTED = 60
"""Characters of a segment that are quoted, for whoever reads the file."""


def coded(review: Review) -> Iterator[str]:
    """The lines of the document, without their ends."""
    for row in rows(review):
        yield json.dumps(row, ensure_ascii=False)


def rows(review: Review) -> list[dict[str, Any]]:
    """The objects of the document. Segments are the machine's; commitments are those of the decisions that stand."""
    expression = review.expression
    instrument = expression.instrument
    meta = {
        "doc": f"{instrument.slug}-{expression.language}".strip("-"),
        "kind": "meta",
        "parties": sorted(p.pk for p in instrument.partnership.parties.all()),
        "instrument_type": instrument.type,
        "title": expression.title or None,
        "adopted": instrument.adopted.isoformat() if instrument.adopted else None,
        "place": instrument.place or None,
        "languages_of_originals": instrument.originals,
        "text_language": expression.language or None,
        "expression": expression.kind,
        "source_url": expression.source_url or None,
        "sha256": expression.sha256,
    }
    decisions = [d for d in standing(review) if d.verdict != REOPEN]
    found = [(outcome, decision) for decision in decisions for outcome in decision.outcomes]
    found.sort(key=lambda pair: (pair[0]["start"], -pair[0]["end"]))
    made: dict[int, list[str]] = {}
    """Key of a decision -> ids of the commitments that it comes to, in the order of the text."""
    of_proposal: dict[str, str] = {}
    for number, (_outcome, decision) in enumerate(found, start=1):
        made.setdefault(decision.pk, []).append(f"c{number}")
        for proposal in decision.proposals.all():
            of_proposal.setdefault(proposal.ident, f"c{number}")
    parts: list[dict[str, Any]] = [
        {"kind": "segment", "quote": expression.text[s.start : s.end][:QUOTED], "start": s.start, "end": s.end,
         "class": s.kind}
        for s in expression.segments.all()
    ]  # fmt: skip
    for number, (outcome, _decision) in enumerate(found, start=1):
        parent = of_proposal.get(outcome["parent"] or "")
        parts.append({"kind": "commitment", "id": f"c{number}", **outcome, "parent": parent})
    parts.sort(key=lambda row: (row["start"], row["kind"] == "commitment", -row["end"]))
    proposals = {p.pk: p for p in expression.proposals.all()}
    told = [
        {
            "kind": "decision",
            "verdict": decision.verdict,
            "proposals": [_proposed(proposals[p.pk]) for p in decision.proposals.all()],
            "commitments": made.get(decision.pk, []),
            "reason": decision.reason or None,
            "at": decision.kept_at.isoformat(timespec="seconds"),
        }
        for decision in decisions
    ]
    return [meta, *parts, *told]


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.ident,
        "start": proposal.start,
        "end": proposal.end,
        "quote": proposal.quote,
        "confidence": proposal.confidence,
    }
