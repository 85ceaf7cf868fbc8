"""Statements, their texts, what was proposed in them, and bringing new ones in."""

from __future__ import annotations

from typing import Any

from ninja import File, Form, Router
from ninja.files import UploadedFile

from servanda_register.actions import intake as actions
from servanda_register.api.access import WRITING, ApiRequest
from servanda_register.api.shapes import (
    ERRORS,
    ExpressionOut,
    ExpressionWithText,
    Id,
    InstrumentOut,
    IntakeIn,
    IntakeOut,
    Pages,
    ProposalOut,
    SegmentOut,
    Text,
    page_of,
)
from servanda_register.models import Expression, Instrument, Intake, Partnership, Proposal, Segment
from servanda_register.queries import api as queries
from servanda_register.queries.intake import intakes as intakes_of
from servanda_register.queries.visibility import one, visible

router = Router(tags=["Statements"])


@router.get("/instruments", response={200: page_of(InstrumentOut), **ERRORS})
def instruments(request: ApiRequest, paging: Pages, partnership: Text | None = None) -> Any:
    """Statements, of one partnership where its slug is given."""
    rows = queries.instruments(request.rights)
    return paging.of(rows.filter(partnership__slug=partnership) if partnership else rows)


@router.get("/instruments/{id}", response={200: InstrumentOut, **ERRORS})
def instrument(request: ApiRequest, id: Id) -> Any:
    """One statement."""
    return one(Instrument, request.rights, queries.instruments(request.rights), pk=id)


@router.get("/expressions", response={200: page_of(ExpressionOut), **ERRORS})
def expressions(request: ApiRequest, paging: Pages, instrument: Id | None = None) -> Any:
    """Texts without their words, of one statement where it is given."""
    rows = visible(Expression, request.rights).defer("text")
    return paging.of(rows.filter(instrument=instrument) if instrument else rows)


@router.get("/expressions/{id}", response={200: ExpressionWithText, **ERRORS})
def expression(request: ApiRequest, id: Id) -> Any:
    """One text with its words."""
    return one(Expression, request.rights, pk=id)


@router.get("/expressions/{id}/segments", response={200: page_of(SegmentOut), **ERRORS})
def segments(request: ApiRequest, id: Id, paging: Pages) -> Any:
    """Segments of a text."""
    found = one(Expression, request.rights, visible(Expression, request.rights).only("pk"), pk=id)
    return paging.of(visible(Segment, request.rights).filter(expression=found))


@router.get("/expressions/{id}/proposals", response={200: page_of(ProposalOut), **ERRORS})
def proposals(request: ApiRequest, id: Id, paging: Pages) -> Any:
    """What the engine proposed in a text; for members."""
    found = one(Expression, request.rights, visible(Expression, request.rights).select_related("instrument"), pk=id)
    request.rights.require("see-work", found.instrument.partnership_id)
    return paging.of(visible(Proposal, request.rights).filter(expression=found))


@router.get("/intakes", response={200: page_of(IntakeOut), **ERRORS}, auth=WRITING)
def intakes(request: ApiRequest, paging: Pages) -> Any:
    """Documents on their way in."""
    return paging.of(intakes_of(request.rights))


@router.get("/intakes/{id}", response={200: IntakeOut, **ERRORS}, auth=WRITING)
def intake(request: ApiRequest, id: Id) -> Any:
    """One document on its way in, and how far it is."""
    return one(Intake, request.rights, intakes_of(request.rights), pk=id)


@router.post("/intakes", response={201: IntakeOut, **ERRORS}, auth=WRITING)
def bring_in(
    request: ApiRequest,
    file: File[UploadedFile],
    given: Form[IntakeIn],
) -> Any:
    """Takes a document in; it is read in the background: ask for the intake until its state is done or failed.

    ``partnership`` (a slug) is found from the text where it is not given; ``language`` is ISO 639-1.
    """
    home = one(Partnership, request.rights, slug=given.partnership) if given.partnership else None
    made = actions.bring_in(
        by=request.rights.who, content=file.read(), name=file.name or "", partnership=home, language=given.language,
        visibility=given.visibility, source_url=given.source_url, media_type=file.content_type or "",
    )  # fmt: skip
    return 201, made
