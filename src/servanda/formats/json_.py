"""The JSON that scoreboards and other people's programs read: one object, or a list for several statements.

Its keys stay; new ones may come. ``start`` and ``end`` are 0-based, half-open, in Unicode code points: of the file
decoded as UTF-8 with its line ends untouched, or of ``text`` where that is given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from servanda.formats import Screen
from servanda.records import Commitment, Instrument, Segment, Statement


def render(statements: Sequence[Statement], screen: Screen) -> str:
    """One object for one statement, a list otherwise, indented, not escaped."""
    rows = [as_dict(s) for s in statements]
    return json.dumps(rows[0] if len(rows) == 1 else rows, ensure_ascii=False, indent=1) + "\n"


def as_dict(statement: Statement) -> dict[str, Any]:
    """The object of one statement."""
    source = statement.source
    out: dict[str, Any] = {
        "servanda": dict(statement.versions).get("servanda"),
        "source": {
            "name": source.name, "media_type": source.media_type, "sha256": source.sha256,
            "characters": source.characters, "plain": source.plain, "url": source.url,
            "publisher": source.publisher, "published": source.published, "warnings": list(source.warnings),
        },
    }  # fmt: skip
    if not source.plain:
        out["text"] = source.text
    e = statement.expression
    out["statement"] = {
        "title": statement.title, "type": statement.type, "parties": list(statement.parties),
        "relationship": statement.relationship, "adopted": statement.adopted, "place": statement.place,
        "original_languages": list(statement.original_languages), "equally_authentic": statement.equally_authentic,
    }  # fmt: skip
    out["expression"] = {
        "language": e.language, "kind": e.kind, "reason": e.reason, "source_url": e.source_url,
        "publisher": e.publisher,
    }  # fmt: skip
    out["sections"] = [
        {"id": s.id, "eid": s.eid, "title": s.title, "start": s.start, "end": s.end} for s in statement.sections
    ]
    out["segments"] = [_segment(s) for s in statement.segments]
    out["commitments"] = [_commitment(c) for c in statement.commitments]
    out["mechanisms"] = list(statement.mechanisms)
    out["instruments"] = [_instrument(i) for i in statement.instruments]
    out["forums"] = list(statement.forums)
    out["notes"] = list(statement.notes)
    out["versions"] = dict(statement.versions)
    return out


def _segment(s: Segment) -> dict[str, Any]:
    return {
        "id": s.id, "start": s.start, "end": s.end, "class": s.kind, "section": s.section, "number": s.number,
        "eid": s.eid, "language": s.language,
    }  # fmt: skip


def _instrument(i: Instrument) -> dict[str, Any]:
    return {"title": i.title, "year": i.year, "status": i.status}


def _commitment(c: Commitment) -> dict[str, Any]:
    return {
        "id": c.id, "start": c.start, "end": c.end, "quote": c.quote, "modality": c.modality, "strength": c.strength,
        "action": c.action, "actors": list(c.actors), "areas": list(c.areas), "mechanisms": list(c.mechanisms),
        "instruments": [_instrument(i) for i in c.instruments], "forums": list(c.forums), "deadline": c.deadline,
        "parent": c.parent, "section": c.section, "confidence": c.confidence, "patterns": list(c.patterns),
    }  # fmt: skip
