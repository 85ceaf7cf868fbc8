"""A draft plan as one row an action, for spreadsheets: UTF-8 with a byte order mark, safe to open.

The columns keep their names; the sides are told within the cells, so that plans of different partners can be put
under each other.
"""

from __future__ import annotations

import csv
import io

from servanda.formats.csv_ import guarded
from servanda.formats.labels import fold
from servanda.formats.plan import Setting, basis_label, commitment_of, reasons_of
from servanda.records import Plan, PlannedAction

COLUMNS = (
    "parties", "adopted", "number", "group", "area", "title", "kind", "strength", "action", "lead", "support",
    "deliverable", "milestones", "due", "due_words", "every_years", "mechanism", "commitments", "quotes", "reasons",
    "unsure",
)  # fmt: skip


def render_plan(plan: Plan, setting: Setting) -> bytes:
    """A header, then one row an action."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for a in plan.actions:
        rows.writerow([guarded(fold(value)) for value in _row(plan, a)])
    return out.getvalue().encode("utf-8", "backslashreplace")


def _row(plan: Plan, a: PlannedAction) -> list[str]:
    own = [b for b in a.basis if b.statement == 0]
    return [
        "; ".join(plan.parties), plan.adopted or "", a.number, plan.groups[a.group], a.area, a.title, a.kind,
        a.strength, a.action, _bodies(a, "lead"), _bodies(a, "support"), a.deliverable,
        "; ".join(m.title for m in a.milestones),
        (a.due.last or "") if a.due else "", a.due.text if a.due else "",
        str(a.due.every) if a.due and a.due.every else "", a.mechanism or "",
        "; ".join(basis_label(plan, b) for b in a.basis), " | ".join(commitment_of(plan, b).quote for b in own),
        reasons_of(a),
        "yes" if a.unsure else "",
    ]  # fmt: skip


def _bodies(a: PlannedAction, role: str) -> str:
    return "; ".join(f"{b.side}: {b.name}" for b in a.bodies if b.role == role)
