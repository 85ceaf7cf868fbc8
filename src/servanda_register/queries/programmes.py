"""Programmes and links of a partnership, and the places that they join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from django.db.models import QuerySet

from servanda_register.models import Commitment, Partnership, Programme, ProgrammeKind
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(rights: Rights, partnership: Partnership) -> QuerySet[Programme]:
    """Those that the reader may see."""
    return visible(Programme, rights).filter(partnership=partnership).select_related("partnership")


def years(rows: Iterable[Programme]) -> list[int]:
    """All years in which something is said to take place, the latest first."""
    return sorted({year for programme in rows for year in programme.years}, reverse=True)


def in_year(rows: QuerySet[Programme], year: int) -> QuerySet[Programme]:
    """Those of one year. Years are a list in JSON, which databases search differently; there are few rows."""
    return rows.filter(pk__in=[p.pk for p in rows if year in p.years])


def of_section(rights: Rights, programme: Programme) -> QuerySet[Commitment]:
    """Commitments of the section of the statement that names the programme: what it rests on."""
    rows = of_commitments.listed(rights).filter(instrument__partnership=programme.partnership_id, state="confirmed")
    return rows.filter(section=programme.section) if programme.section else rows.none()


@dataclass
class Place:
    """A place with its programmes."""

    name: str
    party: str
    """Code of the party in which it lies."""
    lat: float | None
    lon: float | None
    programmes: list[Programme] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    """Names of the places that it is twinned with."""


@dataclass(frozen=True)
class Places:
    """All places of a partnership, and which are twins."""

    places: list[Place]
    """By party and name."""
    links: list[tuple[Place, Place, Programme]]
    """Twins, with the twinning."""


def places(rows: Iterable[Programme]) -> Places:
    """The places that programmes name, each once however many name it."""
    found: dict[tuple[str, str], Place] = {}
    links = []
    for programme in rows:
        here = []
        for told in programme.places:
            key = (told.get("party", ""), told.get("name", ""))
            place = found.setdefault(key, Place(key[1], key[0], None, None))
            if place.lat is None and told.get("lat") is not None and told.get("lon") is not None:
                place.lat, place.lon = float(told["lat"]), float(told["lon"])
            place.programmes.append(programme)
            here.append(place)
        if programme.kind == ProgrammeKind.TWINNING:
            for one, other in combinations(here, 2):
                if one.party != other.party:
                    links.append((one, other, programme))
                    one.twins.append(other.name)
                    other.twins.append(one.name)
    return Places(sorted(found.values(), key=lambda p: (p.party, p.name)), links)
