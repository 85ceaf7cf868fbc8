"""Indicators with their series: the latest value of each period, those that it replaced, and what is aimed at."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.formats import date_format

from servanda_register.models import Commitment, Indicator, Measurement, Partnership, Target
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(rights: Rights, partnership: Partnership | None, today: date) -> QuerySet[Indicator]:
    """Indicators with ``latest`` and ``until`` (value and period measured last), ``aim`` and ``by`` (next target)."""
    measured = visible(Measurement, rights).filter(indicator=OuterRef("pk")).order_by("-period", "-id")
    aims = visible(Target, rights).filter(indicator=OuterRef("pk"), dropped=False, by_date__gte=today)
    aims = aims.order_by("by_date", "id")
    rows = visible(Indicator, rights)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return (
        rows.select_related("partnership")
        .annotate(
            latest=Subquery(measured.values("value")[:1]),
            until=Subquery(measured.values("period")[:1]),
            aim=Subquery(aims.values("value")[:1]),
            by=Subquery(aims.values("by_date")[:1]),
        )
        .order_by("ended", "pk")
    )


def full(rights: Rights) -> QuerySet[Indicator]:
    """With the commitments that the reader may see."""
    commitments = visible(Commitment, rights).select_related("expression").defer("expression__text", "folded")
    rows = visible(Indicator, rights).select_related("partnership")
    return rows.prefetch_related(Prefetch("commitments", commitments))


@dataclass(frozen=True)
class Point:
    """What was measured for one period."""

    measurement: Measurement
    replaced: list[Measurement]
    """Earlier values of the same period, the latest first."""
    before: Decimal | None
    """Value of the period before."""

    @property
    def change(self) -> Decimal | None:
        """Against the period before, in per cent; None where that was nothing or is not known."""
        if not self.before:
            return None
        return (self.measurement.value - self.before) / abs(self.before) * 100


def series(rights: Rights, indicator: Indicator) -> list[Point]:
    """The points in order of time."""
    rows = visible(Measurement, rights).filter(indicator=indicator).select_related("by").order_by("period", "id")
    periods: dict[date, list[Measurement]] = {}
    for row in rows:
        periods.setdefault(row.period, []).append(row)
    points: list[Point] = []
    for told in periods.values():
        before = points[-1].measurement.value if points else None
        points.append(Point(told[-1], told[-2::-1], before))
    return points


def targets(rights: Rights, indicator: Indicator) -> list[tuple[Target, Commitment | None]]:
    """What is aimed at, with the commitment that founds it as far as the reader may see that."""
    rows = visible(Target, rights).filter(indicator=indicator, dropped=False)
    found = list(rows.select_related("commitment__expression").defer("commitment__expression__text"))
    seen = set(visible(Commitment, rights).filter(pk__in=[t.commitment_id for t in found]).values_list("pk", flat=True))
    return [(t, t.commitment if t.commitment_id in seen else None) for t in found]


def period_name(day: date) -> str:
    """The period that ends with ``day``: a year, a month, or the day itself."""
    if (day.month, day.day) == (12, 31):
        return str(day.year)
    if day.day == calendar.monthrange(day.year, day.month)[1]:
        return date_format(day, "YEAR_MONTH_FORMAT")
    return date_format(day, "DATE_FORMAT")
