"""Partnerships with what hangs on them, as far as the reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from servanda_register.models import Area, Commitment, Event, Instrument, Mechanism, Partnership, Strength
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import history as of_history
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(rights: Rights) -> QuerySet[Partnership]:
    """Partnerships with ``statements`` and ``undertakings``: how many statements and confirmed commitments each has."""
    statements = visible(Instrument, rights).filter(partnership=OuterRef("pk")).order_by()
    commitments = visible(Commitment, rights).filter(instrument__partnership=OuterRef("pk"), state="confirmed")
    return (
        visible(Partnership, rights)
        .prefetch_related("parties")
        .annotate(
            statements=Coalesce(Subquery(statements.values("partnership").annotate(n=Count("pk")).values("n")), 0),
            undertakings=Coalesce(
                Subquery(commitments.order_by().values("instrument__partnership").annotate(n=Count("pk")).values("n")),
                0,
            ),
        )
    )


@dataclass(frozen=True)
class AreaRow:
    """How many commitments of one area have each strength; ``slug`` is empty for those without an area."""

    slug: str
    name: str
    counts: list[tuple[str, int]]
    """(strength, number), strongest first."""
    total: int


@dataclass(frozen=True)
class Overview:
    """The first page of a partnership."""

    statements: list[Instrument]
    """The newest."""
    mechanisms: int
    rows: list[AreaRow]
    totals: list[int]
    """Of each strength, every commitment counted once."""
    total: int
    coming: list[of_commitments.Due]
    events: list[Event]


NEWEST = 5


def overview(partnership: Partnership, rights: Rights, today: date) -> Overview:
    """What the reader may see of it: nothing that is out of sight is counted."""
    mine = visible(Commitment, rights).filter(instrument__partnership=partnership)
    counted = of_commitments.by_area_and_strength(mine.filter(state="confirmed"))
    names = {area.slug: area.name for area in Area.objects.all()}
    present = {area for area, _strength in counted if area != ""}
    rows = [_row(slug, name, counted) for slug, name in names.items() if slug in present]
    if None in present:
        rows.append(_row(None, "", counted))
    totals = [counted.get(("", strength), 0) for strength in Strength.values]
    events: list[Event] = []
    if rights.may("see-work", partnership.pk):
        events = list(of_history.events(rights).filter(partnership=partnership)[:NEWEST])
    return Overview(
        statements=list(visible(Instrument, rights).filter(partnership=partnership)[:NEWEST]),
        mechanisms=visible(Mechanism, rights).filter(partnership=partnership, status="standing").count(),
        rows=rows,
        totals=totals,
        total=sum(totals),
        coming=of_commitments.coming(of_commitments.listed(rights, mine), today, NEWEST),
        events=events,
    )


def _row(slug: str | None, name: str, counted: dict[tuple[str | None, str], int]) -> AreaRow:
    counts = [(strength, counted.get((slug, strength), 0)) for strength in Strength.values]
    return AreaRow(slug or "", name, counts, sum(n for _strength, n in counts))
