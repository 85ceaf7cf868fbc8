"""A draft plan for other programs: one object whose keys keep their meaning until a major version."""

from __future__ import annotations

import json
from typing import Any

from servanda.formats.labels import fold
from servanda.formats.plan import Setting, commitment_of
from servanda.records import Basis, Due, Plan, PlannedAction
from servanda.version import __version__


def render_plan(plan: Plan, setting: Setting) -> bytes:
    """The plan as UTF-8 JSON; the same plan gives the same bytes."""
    text = json.dumps(as_object(plan), ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace")


def as_object(plan: Plan) -> dict[str, Any]:
    """The plan as what JSON can hold."""
    return {
        "servanda": __version__,
        "draft": plan.draft,
        "title": plan.title,
        "language": plan.language,
        "parties": [{"code": code, "name": name} for code, name in zip(plan.parties, plan.names, strict=True)],
        "adopted": plan.adopted,
        "statements": [
            {
                "name": s.source.name,
                "sha256": s.source.sha256,
                "title": s.title,
                "language": s.expression.language,
                "kind": s.expression.kind,
            }
            for s in plan.statements
        ],
        "lists": [{"side": x.side, "source": x.source, "as_of": x.as_of} for x in plan.lists],
        "groups": [fold(title) for title in plan.groups],
        "actions": [_action(plan, a) for a in plan.actions],
        "notes": list(plan.notes),
    }


def _action(plan: Plan, a: PlannedAction) -> dict[str, Any]:
    return {
        "id": a.id,
        "number": a.number,
        "group": a.group,
        "title": a.title,
        "kind": a.kind,
        "action": a.action,
        "strength": a.strength,
        "area": a.area,
        "commitments": [_basis(plan, b) for b in a.basis],
        "bodies": [
            {
                "side": b.side,
                "role": b.role,
                "name": b.name,
                "english": b.english,
                "source": b.source,
                "as_of": b.as_of,
                "reason": b.reason,
            }
            for b in a.bodies
        ],
        "deliverable": a.deliverable,
        "due": _due(a.due),
        "mechanism": a.mechanism,
        "milestones": [{"title": m.title, "commitment": m.basis.commitment, "due": _due(m.due)} for m in a.milestones],
        "reasons": dict(a.reasons),
        "unsure": a.unsure,
    }


def _basis(plan: Plan, b: Basis) -> dict[str, Any]:
    c = commitment_of(plan, b)
    return {
        "statement": b.statement,
        "id": b.commitment,
        "kind": b.kind,
        "start": c.start,
        "end": c.end,
        "quote": c.quote,
    }


def _due(due: Due | None) -> dict[str, Any] | None:
    if due is None:
        return None
    return {"words": due.words, "text": due.text, "first": due.first, "last": due.last, "every_years": due.every}
