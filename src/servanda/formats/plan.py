"""Formats of a draft plan: a row each, the words they share, and what a row of a table is for people.

    >>> from servanda.formats.plan import find_plan
    >>> find_plan("ics").media_type
    'text/calendar'

One file a format and one row in :data:`PLAN_FORMATS`. A module has ``render_plan(plan, setting) -> bytes``; what it
needs beyond the base comes with the extra ``office`` and is imported when a plan is rendered.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Any, cast

from servanda.errors import MissingExtra, UsageError
from servanda.formats.labels import fold
from servanda.records import Basis, BodyRole, Commitment, Plan, PlannedAction

EXTRA = "office"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rendering depends on beside the plan."""

    today: date
    """From which days are counted."""
    template: bytes | None = None
    """An office's own DOCX; None takes ours."""


@dataclass(frozen=True, slots=True)
class PlanFormat:
    """A row of the table. ``suffix`` is that of a file in the format, with its dot."""

    name: str
    module: str
    media_type: str
    suffix: str
    binary: bool = False
    """Whether it is nothing that a terminal could show."""

    def renderer(self) -> Callable[[Plan, Setting], bytes]:
        """The module's ``render_plan``, imported now."""
        return cast("Callable[[Plan, Setting], bytes]", import_module(self.module).render_plan)


PLAN_FORMATS: tuple[PlanFormat, ...] = (
    PlanFormat("docx", "servanda.formats.plan_docx",
               "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", binary=True),
    PlanFormat("xlsx", "servanda.formats.plan_xlsx",
               "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", binary=True),
    PlanFormat("ics", "servanda.formats.plan_ics", "text/calendar", ".ics"),
    PlanFormat("json", "servanda.formats.plan_json", "application/json", ".json"),
    PlanFormat("csv", "servanda.formats.plan_csv", "text/csv", ".csv"),
)  # fmt: skip


def find_plan(name: str) -> PlanFormat:
    """The row of a format. Raises UsageError that lists the names there are."""
    for row in PLAN_FORMATS:
        if row.name == name:
            return row
    raise UsageError(
        f"No format of a plan is called {name!r}. Available are {', '.join(f.name for f in PLAN_FORMATS)}."
    )


def render_plan(name: str, plan: Plan, setting: Setting) -> bytes:
    """The plan as the bytes of a file.

    Raises UsageError for a name that is not known, MissingExtra where the format's library is not installed.
    """
    return find_plan(name).renderer()(plan, setting)


def needed(module: str, format: str) -> ModuleType:
    """A library of the extra, imported now. Raises MissingExtra that names the command which installs it."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(f"The format {format}", EXTRA) from None


@cache
def plan_words(language: str) -> Mapping[str, Any]:
    """The words of the files in the language of a plan."""
    tables = tomllib.loads(files("servanda.formats").joinpath("plan.toml").read_text("utf-8"))
    if language not in tables:
        raise UsageError(f"There are no words for a plan in {language!r}. Available are {', '.join(tables)}.")
    return cast("Mapping[str, Any]", tables[language])


def commitment_of(plan: Plan, basis: Basis) -> Commitment:
    """The commitment that a basis means."""
    rows = plan.statements[basis.statement].commitments
    return next(c for c in rows if c.id == basis.commitment)


def basis_label(plan: Plan, basis: Basis) -> str:
    """``c12``; in a second version ``B:c12``, by its place in the order of the versions."""
    return basis.commitment if basis.statement == 0 else f"{version_letter(basis.statement)}:{basis.commitment}"


def version_letter(index: int) -> str:
    """``A`` for the first version."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def bodies_of(action: PlannedAction, side: str, role: BodyRole) -> str:
    """The names of a side's bodies in a role, parted by semicolons."""
    return "; ".join(fold(b.name) for b in action.bodies if b.side == side and b.role == role)


def reason_of(action: PlannedAction, about: str) -> str:
    """Why something of the action is proposed; empty where nothing is said of it."""
    return next((why for what, why in action.reasons if what == about), "")


def reasons_of(action: PlannedAction) -> str:
    """All reasons of an action after each other, each once."""
    return " ".join(dict.fromkeys([*(why for _, why in action.reasons), *(b.reason for b in action.bodies)]))


def day(iso: str | None) -> date | None:
    """A date of the plan as a date."""
    return date.fromisoformat(iso) if iso else None


def said_day(plan: Plan, iso: str | None) -> str:
    """A date as the readers of the plan write it; empty where there is none."""
    from babel.dates import format_date

    found = day(iso)
    return str(format_date(found, plan_words(plan.language)["date"], locale=plan.language)) if found else ""


def list_lines(plan: Plan) -> list[str]:
    """Where the bodies of each side come from, and as of which day."""
    say, names = plan_words(plan.language), dict(zip(plan.parties, plan.names, strict=True))
    return [
        f"{say['lists']} ({names[x.side]}): {say['as_of'].format(source=fold(x.source), day=said_day(plan, x.as_of))}"
        for x in plan.lists
    ]
