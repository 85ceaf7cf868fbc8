"""What keeps a partnership going: sessions, visits, difficulties, support in forums, and indicators."""

from __future__ import annotations

from typing import Any

from ninja import Router

from servanda_register.actions.indicator import measure as keep_measured
from servanda_register.actions.measurements import Line
from servanda_register.api.access import WRITING, ApiRequest
from servanda_register.api.shapes import ERRORS, Id, Pages, Text, page_of
from servanda_register.api.shapes_machinery import (
    DifficultyInFull,
    DifficultyOut,
    ExchangeOut,
    IndicatorOut,
    IndicatorWithTargets,
    MeasurementIn,
    MeasurementOut,
    SessionInFull,
    SessionOut,
    SupportOut,
)
from servanda_register.models import Difficulty, Exchange, Indicator
from servanda_register.queries import api_machinery as queries
from servanda_register.queries import difficulties as of_difficulties
from servanda_register.queries import due
from servanda_register.queries import forums as of_forums
from servanda_register.queries import session as of_sessions
from servanda_register.queries.visibility import one

router = Router(tags=["Machinery"])


def _narrowed(rows: Any, **wanted: Any) -> Any:
    """The rows with these values; what is not asked for narrows nothing down."""
    return rows.filter(**{path: value for path, value in wanted.items() if value})


@router.get("/sessions", response={200: page_of(SessionOut), **ERRORS})
def sessions(
    request: ApiRequest, paging: Pages, partnership: Text | None = None, mechanism: Id | None = None,
    state: Text | None = None,
) -> Any:  # fmt: skip
    """Sessions of mechanisms, the latest first, of one partnership (its slug), mechanism or state where given."""
    rows = of_sessions.listed(request.rights)
    return paging.of(
        _narrowed(rows, mechanism__partnership__slug=partnership, mechanism=mechanism, state=state)
    )  # fmt: skip


@router.get("/sessions/{id}", response={200: SessionInFull, **ERRORS})
def session(request: ApiRequest, id: Id) -> Any:
    """One session with its agenda, minutes and decisions."""
    return queries.session(request.rights, id)


@router.get("/exchanges", response={200: page_of(ExchangeOut), **ERRORS})
def exchanges(
    request: ApiRequest, paging: Pages, partnership: Text | None = None, state: Text | None = None
) -> Any:  # fmt: skip
    """Visits and delegations, the latest first, of one partnership (its slug) or state where given."""
    return paging.of(_narrowed(queries.exchanges(request.rights), partnership__slug=partnership, state=state))


@router.get("/exchanges/{id}", response={200: ExchangeOut, **ERRORS})
def exchange(request: ApiRequest, id: Id) -> Any:
    """One visit."""
    return one(Exchange, request.rights, queries.exchanges(request.rights), pk=id)


@router.get("/difficulties", response={200: page_of(DifficultyOut), **ERRORS})
def difficulties(
    request: ApiRequest, paging: Pages, partnership: Text | None = None, state: Text | None = None,
    owed_by: Text | None = None, overdue: bool = False,
) -> Any:  # fmt: skip
    """Difficulties, those first whose answer is due first, of one partnership (its slug), state, or side that owes the
    answer; with ``overdue`` only those whose answer was due before today."""
    rows = _narrowed(
        of_difficulties.listed(request.rights), partnership__slug=partnership, state=state, owed_by=owed_by
    )
    return paging.of(rows.filter(of_difficulties.overdue(due.today())) if overdue else rows)


@router.get("/difficulties/{id}", response={200: DifficultyInFull, **ERRORS})
def difficulty(request: ApiRequest, id: Id) -> Any:
    """One difficulty with what was said about it, which those alone get who may see the work."""
    return one(Difficulty, request.rights, queries.difficulties_in_full(request.rights), pk=id)


@router.get("/supports", response={200: page_of(SupportOut), **ERRORS})
def supports(
    request: ApiRequest, paging: Pages, partnership: Text | None = None, forum: Text | None = None,
    state: Text | None = None,
) -> Any:  # fmt: skip
    """Support in forums, asked and given, and common positions, of one partnership (its slug), forum or state."""
    rows = of_forums.listed(request.rights).select_related("partnership")
    return paging.of(_narrowed(rows, partnership__slug=partnership, forum=forum, state=state))


@router.get("/indicators", response={200: page_of(IndicatorOut), **ERRORS})
def indicators(request: ApiRequest, paging: Pages, partnership: Text | None = None) -> Any:
    """Indicators with what was measured last and is aimed at next, of one partnership where its slug is given."""
    return paging.of(_narrowed(queries.indicators(request.rights, due.today()), partnership__slug=partnership))


@router.get("/indicators/{id}", response={200: IndicatorWithTargets, **ERRORS})
def indicator(request: ApiRequest, id: Id) -> Any:
    """One indicator with its targets."""
    return one(Indicator, request.rights, queries.indicators_in_full(request.rights, due.today()), pk=id)


@router.get("/indicators/{id}/measurements", response={200: page_of(MeasurementOut), **ERRORS})
def measurements(request: ApiRequest, id: Id, paging: Pages, replaced: bool = False) -> Any:
    """Values of an indicator in order of time; with ``replaced`` those too that later ones have replaced."""
    rows = queries.measurements(request.rights, one(Indicator, request.rights, pk=id))
    return paging.of(rows if replaced else rows.filter(replaced=False))


@router.post(
    "/indicators/{id}/measurements", response={200: MeasurementOut, 201: MeasurementOut, **ERRORS}, auth=WRITING
)
def measure(request: ApiRequest, id: Id, given: MeasurementIn) -> Any:
    """Puts a measured value in, for desk officers; it takes the place of an earlier one for the same period.

    Where the very same value stands already, nothing is written, and the answer is 200 with what stands.
    """
    found = one(Indicator, request.rights, pk=id)
    request.rights.require("keep", found.partnership_id)
    line = Line(1, given.period, given.value, given.source.strip())
    made = keep_measured(found, by=request.rights.who, lines=[line])
    standing = queries.measurements(request.rights, found).filter(period=given.period).last()
    return (201 if made else 200), standing
