"""Reviews: what people decide about proposals."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from servanda_register.actions import review as actions
from servanda_register.api.access import WRITING, ApiRequest
from servanda_register.api.shapes import (
    ERRORS,
    Accepted,
    DecisionIn,
    DecisionOut,
    Id,
    Pages,
    Rejected,
    ReviewOut,
    page_of,
)
from servanda_register.models import Decision, Expression, Proposal, Review
from servanda_register.queries import api as queries
from servanda_register.queries import coded as coded_documents
from servanda_register.queries.visibility import one, visible

router = Router(tags=["Reviews"])
JSONL = {200: {"description": "JSON lines", "content": {"application/jsonl": {"schema": {"type": "string"}}}}}


@router.get("/reviews", response={200: page_of(ReviewOut), **ERRORS}, auth=WRITING)
def reviews(request: ApiRequest, paging: Pages, expression: Id | None = None) -> Any:
    """Reviews, of one text where it is given."""
    rows = queries.reviews(request.rights)
    return paging.of(rows.filter(expression=expression) if expression else rows)


@router.get("/reviews/{id}", response={200: ReviewOut, **ERRORS}, auth=WRITING)
def review(request: ApiRequest, id: Id) -> Any:
    """One review."""
    return one(Review, request.rights, queries.reviews(request.rights), pk=id)


@router.get("/reviews/{id}/decisions", response={200: page_of(DecisionOut), **ERRORS}, auth=WRITING)
def decisions(request: ApiRequest, id: Id, paging: Pages) -> Any:
    """Decisions of a review in the order in which they were made, with those that no longer stand."""
    return paging.of(queries.decisions(request.rights, one(Review, request.rights, pk=id)))


@router.get("/reviews/{id}/coded", auth=WRITING, response=ERRORS, openapi_extra={"responses": JSONL})
def coded(request: ApiRequest, id: Id) -> Any:
    """The review as a coded document, JSON lines, for benchmarks and training."""
    found = one(Review, request.rights, queries.reviews(request.rights), pk=id)
    lines = "".join(f"{line}\n" for line in coded_documents.coded(found))
    return HttpResponse(lines, content_type="application/jsonl; charset=utf-8")


@router.post("/expressions/{id}/reviews", response={200: ReviewOut, **ERRORS}, auth=WRITING)
def begin(request: ApiRequest, id: Id) -> Any:
    """Begins a review of a text, or takes one's own up again."""
    expression = one(
        Expression, request.rights, visible(Expression, request.rights).select_related("instrument"), pk=id
    )
    request.rights.require("review", expression.instrument.partnership_id)
    return actions.begin(by=request.rights.who, expression=expression)


@router.post("/reviews/{id}/decisions", response={201: DecisionOut, **ERRORS}, auth=WRITING)
def decide(request: ApiRequest, id: Id, given: DecisionIn) -> Any:
    """Keeps a decision in one's own review."""
    found = _mine(request, id)
    proposals = [one(Proposal, request.rights, pk=pk) for pk in dict.fromkeys(given.proposals)]
    replaces = one(Decision, request.rights, pk=given.replaces) if given.replaces else None
    made = actions.decide(
        by=request.rights.who, review=found, verdict=given.verdict, proposals=proposals, reason=given.reason,
        outcomes=[o.dict() for o in given.outcomes], replaces=replaces,
    )  # fmt: skip
    return 201, made


@router.post("/reviews/{id}/accept", response={201: DecisionOut, **ERRORS}, auth=WRITING)
def accept(request: ApiRequest, id: Id, given: Accepted) -> Any:
    """Accepts a proposal as it is."""
    proposal = one(Proposal, request.rights, pk=given.proposal)
    return 201, actions.decide(by=request.rights.who, review=_mine(request, id), verdict="accept", proposals=[proposal])


@router.post("/reviews/{id}/reject", response={201: DecisionOut, **ERRORS}, auth=WRITING)
def reject(request: ApiRequest, id: Id, given: Rejected) -> Any:
    """Rejects a proposal, for a reason."""
    proposal = one(Proposal, request.rights, pk=given.proposal)
    return 201, actions.decide(
        by=request.rights.who,
        review=_mine(request, id),
        verdict="reject",
        proposals=[proposal],
        reason=given.reason,
    )


@router.post("/reviews/{id}/finish", response={200: ReviewOut, **ERRORS}, auth=WRITING)
def finish(request: ApiRequest, id: Id) -> Any:
    """Finishes one's own review; every proposal must be decided."""
    return actions.finish(by=request.rights.who, review=_mine(request, id))


@router.post("/reviews/{id}/reopen", response={200: ReviewOut, **ERRORS}, auth=WRITING)
def reopen(request: ApiRequest, id: Id) -> Any:
    """Takes one's own finished review up again."""
    return actions.reopen(by=request.rights.who, review=_mine(request, id))


def _mine(request: ApiRequest, id: int) -> Review:
    """The review, if the account still may review there; whose it is, the action asks."""
    rows = visible(Review, request.rights).select_related("reviewer", "expression__instrument")
    found = one(Review, request.rights, rows, pk=id)
    request.rights.require("review", found.expression.instrument.partnership_id)
    return found
