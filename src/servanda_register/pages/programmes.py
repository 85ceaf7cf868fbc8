"""Programmes and links of a partnership: the list, one with what it rests on, and a map."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.models import Partnership, Programme, ProgrammeKind
from servanda_register.pages import commitments as commitment_pages
from servanda_register.pages.maps import Spot, draw
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import button, find_partnership, frame, room, statements
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import programmes as of_programmes
from servanda_register.queries.visibility import one, visible

PART = "programmes"


def address(programme: Programme) -> str:
    """Of its page."""
    return reverse("record", args=["programmes", programme.pk])


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Programmes"), room(partnership, PART))]


def _sides(partnership: Partnership) -> dict[str, str]:
    return {party.pk: party.name for party in partnership.parties.all()}


@require_safe
def programmes(request: RegisterRequest, slug: str) -> HttpResponse:
    """All of them, by kind, year and place."""
    found = find_partnership(request, slug)
    sides = _sides(found)
    rows = of_programmes.listed(request.rights, found)

    def partners(programme: Programme) -> str:
        codes = {place.get("party", "") for place in programme.places} or set(sides)
        return ", ".join(sides.get(code, code) for code in sorted(codes))

    columns = [
        Column("name", _("Name"), lambda p: p.name, url=address, lang=lambda p: p.name_language, collated=True),
        Column("kind", _("Kind"), lambda p: p.get_kind_display(), order=("kind",)),
        Column("years", _("Years"), lambda p: ", ".join(str(year) for year in p.years)),
        Column("places", _("Places"), lambda p: ", ".join(place.get("name", "") for place in p.places)),
        Column("partners", _("Partners"), partners),
        Column("note", _("Note"), lambda p: p.note),
        Column("section", _("Section"), lambda p: p.section, order=("section",)),
    ]
    listing = Listing(
        name="programmes", title=_("Programmes"), rows=rows, columns=columns,
        filters=[
            Filter("kind", _("Kind"), ProgrammeKind.choices, lambda r, v: r.filter(kind=v)),
            Filter("year", _("Year"), [(str(y), str(y)) for y in of_programmes.years(rows)],
                   lambda r, v: of_programmes.in_year(r, int(v))),
        ],
        find=lambda p: " ".join([*p.names.values(), p.note, *(place.get("name", "") for place in p.places)]),
        intro=_("What the parties do together: twinnings, scholarships, culture days, flights, projects."),
        empty=_("What statements name comes here when they are reviewed; desk officers also add to the list."),
    )  # fmt: skip
    framed = frame(request, found, PART)
    actions = [button(_("On a map"), reverse("programmes-map", args=[slug]))]
    if framed["may_keep"]:
        add_url = f"{reverse('record-add', args=['programmes'])}?partnership={found.pk}"
        actions.append(button(_("Add to the list"), add_url))
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


@require_safe
def on_map(request: RegisterRequest, slug: str) -> HttpResponse:
    """Where they take place, and which places are twins."""
    found = find_partnership(request, slug)
    sides = _sides(found)
    joined = of_programmes.places(of_programmes.listed(request.rights, found))
    drawn = [place for place in joined.places if place.lat is not None and place.lon is not None]
    order = list(sides)
    drawing = draw(
        [
            Spot(place.name, place.lat or 0.0, place.lon or 0.0,
                 str(order.index(place.party) % 3) if place.party in order else "")
            for place in drawn
        ],
        [(drawn.index(a), drawn.index(b)) for a, b, _programme in joined.links if a in drawn and b in drawn],
    )  # fmt: skip
    return render(request, "register/programme/map.html", {
        "title": _("Programmes on a map"), "map": drawing,
        "places": [
            (place, sides.get(place.party, place.party), _degrees(place.lat), _degrees(place.lon))
            for place in joined.places
        ],
        "unplaced": len(joined.places) - len(drawn),
        "sides": [(str(n % 3), name) for n, name in enumerate(sides.values())],
        **frame(request, found, PART, _above(found)),
    })  # fmt: skip


def _degrees(value: float | None) -> str:
    return "" if value is None else number_format(value, 2)


@require_safe
def programme(request: RegisterRequest, pk: int) -> HttpResponse:
    """One, with the commitments of the section that names it."""
    base = one(Programme, request.rights, visible(Programme, request.rights).select_related("partnership"), pk=pk)
    partnership = find_partnership(request, base.partnership.slug)
    sides = _sides(partnership)
    rows = of_programmes.of_section(request.rights, base)
    if request.GET.get("format"):
        rows = of_commitments.with_links(rows, request.rights)
    listing = Listing(
        name="commitments", title=base.name, rows=rows.annotate(force=commitment_pages.FORCE), find="folded",
        columns=commitment_pages.columns(sides, partnership=False),
        empty=_("No commitment of the section that names it is in the register."),
    )  # fmt: skip
    framed = frame(request, partnership, PART, _above(partnership))
    actions = []
    if framed["may_keep"]:
        actions = [button(_("Change"), reverse("record-change", args=["programmes", pk]))]
    return show(
        request, listing, template="register/programme/one.html", record=base,
        statements=statements(request.rights, partnership), kind_name=_("Programme"),
        title_language=base.name_language, actions=actions,
        other_names=[(code, name) for code, name in base.names.items() if name and name != base.name],
        places=[(place, sides.get(place.get("party", ""), place.get("party", ""))) for place in base.places], **framed,
    )  # fmt: skip


urlpatterns = [
    path("partnerships/<slug:slug>/programmes/", programmes, name="programmes"),
    path("partnerships/<slug:slug>/programmes/map/", on_map, name="programmes-map"),
    path("lists/programmes/<int:pk>/", programme, name="programme"),
]
