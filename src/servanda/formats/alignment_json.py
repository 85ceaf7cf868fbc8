"""Two versions side by side as the JSON that scoreboards and other people's programs read.

Its keys stay; new ones may come. Offsets are 0-based, half-open, in Unicode code points: of the file decoded as UTF-8
with its line ends untouched, or of ``a.text`` and ``b.text`` where those are given. Indices of the level
``paragraph`` count ``paragraphs`` (the non-empty stripped lines of a plain text), those of ``sentence`` count
``sentences``; those of ``line`` count the lines of the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from servanda.records import Alignment, Discrepancy, Passage, Statement, Value
from servanda.version import __version__


def render_alignment(alignment: Alignment) -> str:
    """One object, indented, not escaped."""
    return json.dumps(as_dict(alignment), ensure_ascii=False, indent=1) + "\n"


def as_dict(alignment: Alignment) -> dict[str, Any]:
    """The object of one alignment."""
    return {
        "servanda": __version__,
        "a": _version(alignment.a),
        "b": _version(alignment.b),
        "coverage": alignment.coverage,
        "pairs": [
            {"level": p.level, "a": list(p.a), "b": list(p.b), "score": round(p.score, 4)} for p in alignment.pairs
        ],
        "paragraphs": {"a": _spans(alignment.paragraphs_a), "b": _spans(alignment.paragraphs_b)},
        "sentences": {"a": _spans(alignment.sentences_a), "b": _spans(alignment.sentences_b)},
        "commitments": [{"a": a, "b": b} for a, b in alignment.commitments],
        "discrepancies": [discrepancy(d) for d in alignment.discrepancies],
    }


def _version(s: Statement) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": s.source.name, "language": s.expression.language, "kind": s.expression.kind, "title": s.title,
        "adopted": s.adopted, "parties": list(s.parties), "sha256": s.source.sha256,
        "characters": s.source.characters, "source_url": s.expression.source_url,
        "notes": [*s.notes, *s.source.warnings],
    }  # fmt: skip
    if not s.source.plain:
        out["text"] = s.source.text
    return out


def _spans(spans: Sequence[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def discrepancy(d: Discrepancy) -> dict[str, Any]:
    """The object of one discrepancy; a side without a passage is None, and so is a message that is not known."""
    return {
        "kind": d.kind, "severity": d.severity, "a": _passage(d.a), "b": _passage(d.b), "explanation": d.explanation,
        "message": d.message and {"key": d.message.key, "values": {k: _value(v) for k, v in d.message.values}},
        "confidence": d.confidence,
    }  # fmt: skip


def _value(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _passage(p: Passage | None) -> dict[str, Any] | None:
    return None if p is None else {"start": p.start, "end": p.end, "quote": p.quote}
