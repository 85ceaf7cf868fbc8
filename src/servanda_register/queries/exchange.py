"""Visits and delegations: lists, and one with what it was to bring."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from servanda_register.models import Commitment, Exchange, Partnership
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(rights: Rights, partnership: Partnership | None = None) -> QuerySet[Exchange]:
    """Visits with what a list shows of each, the latest first; those without a day before all others."""
    rows = visible(Exchange, rights).select_related("partnership", "guest")
    return rows.filter(partnership=partnership) if partnership else rows


def with_commitments(rows: QuerySet[Exchange], rights: Rights) -> QuerySet[Exchange]:
    """Adds what each was to bring, as far as the reader may see it."""
    return rows.prefetch_related(Prefetch("commitments", of_commitments.listed(rights)))


def years(rows: QuerySet[Exchange]) -> list[int]:
    """Those in which a visit begins, the latest first."""
    return sorted(
        {day.year for day in rows.order_by().values_list("starts", flat=True).distinct() if day}, reverse=True
    )


def choices(rights: Rights, partnership: Partnership) -> QuerySet[Commitment]:
    """The commitments that a visit of this partnership may be about."""
    mine = visible(Commitment, rights).filter(instrument__partnership=partnership, state="confirmed")
    return mine.select_related("expression", "instrument").defer(*of_commitments.LARGE)
