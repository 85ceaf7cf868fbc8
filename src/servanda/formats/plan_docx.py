"""A draft plan as a document from a template, ours or an office's own, which is a DOCX with the fields in it.

A template is treated as text from outside: it is filled in a sandbox, and what it names wrongly is told by name.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import Any

from servanda.errors import ServandaError
from servanda.formats.labels import fold
from servanda.formats.plan import (
    Setting,
    basis_label,
    bodies_of,
    list_lines,
    needed,
    plan_words,
    reason_of,
    said_day,
    version_letter,
)
from servanda.records import Due, Plan, PlannedAction

_OFTEN = ("kind", "deliverable", "due", "mechanism")
"""Reasons of which one sentence may hold for most actions; that sentence is told once."""


def render_plan(plan: Plan, setting: Setting) -> bytes:
    """The document. Raises ServandaError where an office's template is no DOCX or names a field that there is not."""
    if setting.template is None:
        from servanda.formats.plan_template import template

        return _filled(template(plan.language), fields(plan))
    _require_docx(setting.template)
    needed("docxtpl", "docx")
    try:
        return _filled(setting.template, fields(plan))
    except Exception as error:  # what goes wrong in a template of others is theirs to mend, whatever it is
        raise ServandaError(
            f"The template cannot be filled in: {fold(str(error))}. docs/roadmap.md lists the fields; a fresh template "
            "is written by: servanda roadmap --write-template office.docx"
        ) from None


def _require_docx(data: bytes) -> None:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise ServandaError(
            f"The template is no DOCX that can be read ({type(error).__name__}). Give a DOCX, or begin with: "
            "servanda roadmap --write-template office.docx"
        ) from None


def _filled(template: bytes, values: Mapping[str, Any]) -> bytes:
    docxtpl, jinja2, sandbox = (needed(name, "docx") for name in ("docxtpl", "jinja2", "jinja2.sandbox"))
    environment = sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    out = io.BytesIO()
    document = docxtpl.DocxTemplate(io.BytesIO(template))
    document.render(dict(values), jinja_env=environment, autoescape=True)
    document.save(out)
    return out.getvalue()


def fields(plan: Plan) -> dict[str, Any]:
    """What a template may name, all of it text or lists of it (docs/roadmap.md)."""
    groups: list[dict[str, Any]] = [{"title": fold(title), "actions": []} for title in plan.groups]
    usual = _usual(plan)
    for a in plan.actions:
        groups[a.group]["actions"].append(_action(plan, a, usual))
    say = plan_words(plan.language)
    return {
        "title": plan.title,
        "draft": plan.draft,
        "parties": list(plan.names),
        "adopted": said_day(plan, plan.adopted),
        "facts": _facts(plan),
        "notes": [fold(note) for note in plan.notes],
        "groups": groups,
        "usual": [f"{say['abouts'][about]}: {why}" for about, why in usual.items()],
        "commitments": _commitments(plan),
    }


def _facts(plan: Plan) -> list[str]:
    say = plan_words(plan.language)
    rows = [f"{say['adopted']}: {said_day(plan, plan.adopted)}"] if plan.adopted else []
    for n, s in enumerate(plan.statements):
        title = f"{s.title} ({s.source.name})" if s.title and s.title != s.source.name else s.source.name
        rows.append(fold(f"{say['sources']}: {version_letter(n)} – {title}"))
    return rows + list_lines(plan)


def _usual(plan: Plan) -> dict[str, str]:
    """The reasons that hold for most actions, by what they are about."""
    out: dict[str, str] = {}
    for about in _OFTEN:
        reasons = Counter(reason_of(a, about) for a in plan.actions)
        for why, count in reasons.most_common(1):
            if 2 * count > len(plan.actions) > 1:
                out[about] = fold(why)
    return out


def _action(plan: Plan, a: PlannedAction, usual: Mapping[str, str]) -> dict[str, Any]:
    say = plan_words(plan.language)
    names = dict(zip(plan.parties, plan.names, strict=True))
    return {
        "number": a.number,
        "title": fold(a.title),
        "kind": say["kinds"][a.kind],
        "strength": say["strengths"][a.strength],
        "area": a.area_title,
        "commitments": ", ".join(basis_label(plan, b) for b in a.basis),
        "bodies": [
            {
                "party": name,
                "lead": bodies_of(a, side, "lead") or f"({say['to_name']})",
                "support": bodies_of(a, side, "support"),
            }
            for side, name in names.items()
        ],
        "deliverable": a.deliverable,
        "milestones": [{"title": fold(m.title), "due": m.due.text if m.due else ""} for m in a.milestones],
        "due": _due(plan, a.due),
        "mechanism": a.mechanism or "–",
        "unsure": say["unsure"] if a.unsure else "",
        "reasons": _reasons(plan, a, usual),
    }


def _due(plan: Plan, due: Due | None) -> str:
    """The words, and the last day where they alone do not say it."""
    if due is None:
        return str(plan_words(plan.language)["none"])
    last = said_day(plan, due.last)
    return due.text if not last or last == due.text else f"{due.text} ({last})"


def _reasons(plan: Plan, a: PlannedAction, usual: Mapping[str, str]) -> list[dict[str, str]]:
    """What is not told for all already, and not to be seen from the action itself."""
    say = plan_words(plan.language)
    names = dict(zip(plan.parties, plan.names, strict=True))
    rows: list[dict[str, str]] = []
    for about, why in a.reasons:
        what, _, side = about.partition(":")
        alone = what == "action" and all(b.kind in ("itself", "version") for b in a.basis)
        if not alone and usual.get(what) != fold(why):
            rows.append({"about": names[side] if side else say["abouts"][what], "why": fold(why)})
    rows += [{"about": f"{names[b.side]}, {fold(b.name)}", "why": fold(b.reason)} for b in a.bodies]
    return rows


def _commitments(plan: Plan) -> list[dict[str, str]]:
    used: dict[tuple[int, str], list[str]] = {}
    for a in plan.actions:
        for b in a.basis:
            used.setdefault((b.statement, b.commitment), []).append(a.number)
    several = len(plan.statements) > 1
    return [
        {
            "id": f"{version_letter(n)}:{c.id}" if several else c.id,
            "words": fold(c.quote),
            "actions": ", ".join(used.get((n, c.id), ["–"])),
        }
        for n, s in enumerate(plan.statements)
        for c in s.commitments
    ]
