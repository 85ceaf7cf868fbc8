"""The lists of what partnerships and their texts name: each kind with what a row of it shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from servanda_register.models import (
    Agreement,
    Area,
    Attachment,
    Body,
    Commitment,
    Forum,
    Mechanism,
    Person,
    Programme,
    Role,
)
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(model: type[Model], rights: Rights, partnership: int | None = None) -> QuerySet[Any]:
    """What the reader may see of one kind, with what a list shows of each; of one partnership where it is given."""
    rows = visible(model, rights)
    if model in (Mechanism, Agreement, Programme):
        rows = rows.select_related("partnership")
        if partnership:
            rows = rows.filter(partnership=partnership)
    if model is Agreement:
        rows = rows.prefetch_related("areas")
    if model is Body:
        rows = rows.select_related("party", "parent").prefetch_related("areas")
    if model is Person:
        rows = rows.select_related("party").prefetch_related(Prefetch("roles", roles(rights)))
        if partnership:
            rows = rows.filter(pk__in=_people_of(partnership, rights))
    if model is Attachment:
        rows = (
            rows.select_related("partnership", "instrument", "commitment__instrument", "by")
            .defer("content")
            .order_by("-pk")
        )
        if partnership:
            rows = _of_partnership(rows, partnership)
    return rows


def roles(rights: Rights) -> QuerySet[Role]:
    """Offices with the body and the mechanism in which they are held, the present ones first."""
    rows = visible(Role, rights).select_related("body__party", "mechanism__partnership")
    return rows.order_by("-from_date", "pk")


def _people_of(partnership: int, rights: Rights) -> QuerySet[Any]:
    """People with an office in a mechanism of the partnership, or of one of its parties."""
    in_mechanisms = visible(Role, rights).filter(mechanism__partnership=partnership).values("person")
    of_parties = visible(Person, rights).filter(party__partnerships=partnership).values("pk")
    return visible(Person, rights).filter(pk__in=in_mechanisms).order_by().values("pk").union(of_parties.order_by())


def _of_partnership(rows: QuerySet[Any], partnership: int) -> QuerySet[Any]:
    return (
        rows.filter(partnership=partnership)
        | rows.filter(instrument__partnership=partnership)
        | rows.filter(commitment__instrument__partnership=partnership)
    )


def citing(record: Model, rights: Rights) -> QuerySet[Commitment] | None:
    """The commitments that name a record; None for kinds that no commitment names."""
    rows = of_commitments.listed(rights)
    if isinstance(record, Area):
        return rows.filter(ranked_areas__area=record)
    if isinstance(record, Body):
        return of_commitments.with_actor(rows, f"{record.party_id}:{record.names.get('en') or record.name}")
    for model, path in ((Mechanism, "mechanisms"), (Agreement, "agreements"), (Forum, "forums")):
        if isinstance(record, model):
            return rows.filter(**{path: record.pk})
    return None
