"""Partnerships and what hangs on them, and the history."""

from __future__ import annotations

from typing import Any

from ninja import Router

from servanda_register.api.access import ApiRequest
from servanda_register.api.shapes import (
    ERRORS,
    AgreementOut,
    BodyOut,
    EventOut,
    ForumOut,
    Id,
    MechanismOut,
    Pages,
    PartnershipOut,
    ProgrammeOut,
    Text,
    page_of,
)
from servanda_register.api.shapes_machinery import AgreementWithAssessments
from servanda_register.models import Agreement, Body, Forum, Mechanism, Programme
from servanda_register.queries import api as queries
from servanda_register.queries.api_machinery import agreements_in_full
from servanda_register.queries.history import events as events_of
from servanda_register.queries.visibility import one, visible

router = Router(tags=["Facts"])


@router.get("/partnerships", response={200: page_of(PartnershipOut), **ERRORS})
def partnerships(request: ApiRequest, paging: Pages) -> Any:
    """Partnerships."""
    return paging.of(queries.partnerships(request.rights))


@router.get("/partnerships/{slug}", response={200: PartnershipOut, **ERRORS})
def partnership(request: ApiRequest, slug: Text) -> Any:
    """One partnership."""
    return one(
        queries.partnerships(request.rights).model, request.rights, queries.partnerships(request.rights), slug=slug
    )


def _of(rows: Any, partnership: str | None) -> Any:
    return rows.filter(partnership__slug=partnership) if partnership else rows


@router.get("/mechanisms", response={200: page_of(MechanismOut), **ERRORS})
def mechanisms(request: ApiRequest, paging: Pages, partnership: Text | None = None) -> Any:
    """Mechanisms, of one partnership where its slug is given."""
    return paging.of(_of(visible(Mechanism, request.rights).select_related("partnership"), partnership))


@router.get("/agreements", response={200: page_of(AgreementOut), **ERRORS})
def agreements(request: ApiRequest, paging: Pages, partnership: Text | None = None) -> Any:
    """Agreements, of one partnership where its slug is given."""
    return paging.of(_of(queries.agreements(request.rights), partnership))


@router.get("/agreements/{id}", response={200: AgreementWithAssessments, **ERRORS})
def agreement(request: ApiRequest, id: Id) -> Any:
    """One agreement with its assessments, which those alone get who may see the work."""
    return one(Agreement, request.rights, agreements_in_full(request.rights), pk=id)


@router.get("/programmes", response={200: page_of(ProgrammeOut), **ERRORS})
def programmes(request: ApiRequest, paging: Pages, partnership: Text | None = None) -> Any:
    """Programmes, of one partnership where its slug is given."""
    return paging.of(_of(visible(Programme, request.rights).select_related("partnership"), partnership))


@router.get("/forums", response={200: page_of(ForumOut), **ERRORS})
def forums(request: ApiRequest, paging: Pages) -> Any:
    """Forums."""
    return paging.of(visible(Forum, request.rights))


@router.get("/bodies", response={200: page_of(BodyOut), **ERRORS})
def bodies(request: ApiRequest, paging: Pages, party: Text | None = None) -> Any:
    """Bodies of governments, of one party where its code is given."""
    rows = visible(Body, request.rights).prefetch_related("areas")
    return paging.of(rows.filter(party=party) if party else rows)


@router.get("/events", response={200: page_of(EventOut), **ERRORS})
def events(request: ApiRequest, paging: Pages, kind: Text | None = None, record: Text | None = None) -> Any:
    """History, newest first, of one kind of record or of one record where they are given.

    ``changes`` says in words what differs. What the reader may not see is named in none of it.
    """
    request.rights.require_anywhere("see-work")
    rows = events_of(request.rights, kind or "")
    page = paging.of(rows.filter(record=record) if record else rows)
    return {**page, "items": queries.told(page["items"], request.rights)}
