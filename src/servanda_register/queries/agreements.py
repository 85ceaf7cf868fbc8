"""The legal basis of a partnership: by area, by how it is carried out, and by how far new agreements have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from servanda_register.models import Agreement, AgreementStage, AgreementStatus, Area, Assessment, Body, Partnership
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

ASSESSED = (AgreementStatus.IN_FORCE, AgreementStatus.TO_AMEND)
"""States in which an agreement binds, and so can be assessed; one that is to be amended is in force until then."""
PENDING = (AgreementStatus.TO_SIGN, AgreementStatus.TO_AMEND)
"""States in which something is still to be negotiated."""


def listed(rights: Rights, partnership: Partnership | None = None) -> QuerySet[Agreement]:
    """Agreements with ``finding`` and ``assessed``: the latest finding, and its day; both None where there is none."""
    latest = visible(Assessment, rights).filter(agreement=OuterRef("pk")).order_by("-on", "-id")
    rows = visible(Agreement, rights)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return (
        rows.select_related("partnership")
        .prefetch_related("areas")
        .annotate(finding=Subquery(latest.values("finding")[:1]), assessed=Subquery(latest.values("on")[:1]))
    )


def due_for_review(today: date, rights: Rights) -> Q:
    """The condition that an agreement is in force and its review is due: its day has come, or none was ever held.

    Reviews that the reader may not see are not told of in this way either.
    """
    held = Exists(visible(Assessment, rights).filter(agreement=OuterRef("pk")))
    return Q(status__in=ASSESSED) & (Q(next_review__lte=today) | (Q(next_review=None) & Q(~held)))


@dataclass(frozen=True)
class ToReview:
    """An agreement that is to be assessed, and why."""

    agreement: Agreement
    why: str


def queue(rights: Rights, partnership: Partnership, today: date) -> list[ToReview]:
    """What the committee has to go through: what was never assessed first, then what is due the longest."""
    rows = listed(rights, partnership).filter(due_for_review(today, rights))
    ordered = sorted(rows, key=lambda a: (a.next_review or date.min, a.year or 0, a.pk))
    return [ToReview(agreement, why_due(agreement, today)) for agreement in ordered]


def why_due(agreement: Agreement, today: date) -> str:
    """Why it is to be assessed, as a sentence; takes rows of :func:`listed`."""
    if agreement.next_review and agreement.next_review <= today:
        return _("Its review was due on %s.") % date_format(agreement.next_review, "DATE_FORMAT")
    return _("It is in force and was never assessed.")


def in_force(rights: Rights, partnership: Partnership) -> int:
    """How many agreements can be assessed."""
    return visible(Agreement, rights).filter(partnership=partnership, status__in=ASSESSED).count()


def by_area(rows: QuerySet[Agreement]) -> list[tuple[Area | None, list[Agreement]]]:
    """Areas in their order, each with its agreements, the oldest first; those without an area last."""
    groups: dict[Area | None, list[Agreement]] = {}
    for agreement in rows:
        for area in agreement.areas.all() or [None]:
            groups.setdefault(area, []).append(agreement)
    ordered = sorted(groups, key=lambda area: (area is None, area.rank if area else 0))
    return [(area, sorted(groups[area], key=lambda a: (a.year or 9999, a.pk))) for area in ordered]


def pipeline(rights: Rights, partnership: Partnership) -> list[tuple[str, str, list[Agreement]]]:
    """(stage, its name, agreements that have come so far), from not begun to ratified.

    What is in force or lapsed has left the pipeline, whatever its stage.
    """
    rows = list(listed(rights, partnership).filter(status__in=PENDING))
    stages = [("", _("Not begun")), *((value, str(label)) for value, label in AgreementStage.choices)]
    return [(value, label, [a for a in rows if a.stage == value]) for value, label in stages]


def bodies_to_ask(agreement: Agreement, partnership: Partnership) -> list[Body]:
    """Bodies of the parties in whose areas the agreement lies: they know how it is carried out."""
    parties = [party.pk for party in partnership.parties.all()]
    areas = [area.pk for area in agreement.areas.all()]
    rows = Body.objects.filter(party__in=parties, areas__in=areas, to_year=None).select_related("party")
    return list(rows.distinct().order_by("party", "pk"))
