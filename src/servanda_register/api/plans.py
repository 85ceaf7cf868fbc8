"""Roadmaps and their actions, and how these stand."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from servanda_register.actions.plan import set_state
from servanda_register.api.access import WRITING, ApiRequest
from servanda_register.api.shapes import ERRORS, Id, Pages, Text, page_of
from servanda_register.api.shapes_machinery import (
    ActionInFull,
    ActionNarrowing,
    ActionOut,
    ProgressIn,
    ProgressOut,
    RoadmapOut,
    RoadmapWithActions,
)
from servanda_register.models import Action, Mechanism, Plan, ProgressState
from servanda_register.queries import api_machinery as queries
from servanda_register.queries import due
from servanda_register.queries import plan as of_plans
from servanda_register.queries.visibility import one, visible

router = Router(tags=["Roadmaps"])


@router.get("/roadmaps", response={200: page_of(RoadmapOut), **ERRORS})
def roadmaps(
    request: ApiRequest, paging: Pages, partnership: Text | None = None, state: Text | None = None
) -> Any:  # fmt: skip
    """Roadmaps, the newest first, of one partnership where its slug is given, and in one state."""
    rows = queries.roadmaps(request.rights, due.today())
    if partnership:
        rows = rows.filter(partnership__slug=partnership)
    return paging.of(rows.filter(state=state) if state else rows)


@router.get("/roadmaps/{id}", response={200: RoadmapWithActions, **ERRORS})
def roadmap(request: ApiRequest, id: Id) -> Any:
    """One roadmap with the actions that stand in it, who has adopted it, and, for members, how it came there."""
    rows = queries.roadmaps(request.rights, due.today())
    return one(Plan, request.rights, queries.with_actions(rows, request.rights), pk=id)


@router.get("/actions", response={200: page_of(ActionOut), **ERRORS})
def actions(request: ApiRequest, wanted: Query[ActionNarrowing]) -> Any:
    """Actions, narrowed down as on their page; those too that stand in no roadmap."""
    rights = request.rights
    rows = queries.actions(rights)
    if wanted.partnership:
        rows = rows.filter(partnership__slug=wanted.partnership)
    if wanted.roadmap:
        rows = rows.filter(plan=wanted.roadmap)
    if wanted.state is None:
        rows = rows.exclude(state=ProgressState.SUPERSEDED)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.overdue is not None:
        late = due.overdue(due.today())
        rows = rows.filter(late) if wanted.overdue else rows.exclude(late)
    if wanted.body:
        rows = of_plans.of_body(rows, str(wanted.body))
    if wanted.party:
        rows = of_plans.of_party(rows, wanted.party)
    if wanted.area:
        rows = of_plans.of_area(rows, wanted.area, rights)
    if wanted.mechanism:  # what the reader may not see is not found by it either
        rows = rows.filter(mechanism__in=visible(Mechanism, rights).filter(pk=wanted.mechanism).values("pk"))
    return wanted.of(rows)


@router.get("/actions/{id}", response={200: ActionInFull, **ERRORS})
def action(request: ApiRequest, id: Id) -> Any:
    """One action with the commitments on which it rests, its milestones, and how it has stood."""
    return one(Action, request.rights, queries.actions_in_full(request.rights), pk=id)


@router.post("/actions/{id}/progress", response={201: ProgressOut, **ERRORS}, auth=WRITING)
def report_progress(request: ApiRequest, id: Id, given: ProgressIn) -> Any:
    """Puts down how an action stands now, for desk officers; a state that cannot follow is refused."""
    found = one(Action, request.rights, pk=id)
    request.rights.require("keep", found.partnership_id)
    made = set_state(
        found, by=request.rights.who, state=given.state, on=given.on or due.today(), reason=given.reason,
        source=given.source,
    )  # fmt: skip
    return 201, made
