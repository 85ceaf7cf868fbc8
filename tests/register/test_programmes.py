"""Programmes: by kind, year and place, and a map that says no more and no less than its table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import strategies as st

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.pages.maps import LEFT, RIGHT, TOP, WIDTH, Spot, draw
from servanda_register.queries import programmes as of_programmes
from servanda_register.queries.rights import rights_of

from .conftest import World
from .test_commitments import Register, register  # noqa: F401

AKUREYRI = {"name": "Akureyri", "party": "IS", "lat": 65.68, "lon": -18.1}
ERDENET = {"name": "Erdenet", "party": "MN", "lat": 49.03, "lon": 104.04}
DARKHAN = {"name": "Darkhan", "party": "MN"}


def programme(world: World, name: str, **fields: Any) -> m.Programme:
    values = {"partnership": world.partnership, "kind": "twinning", **fields}
    return record.create(m.Programme, by=None, names={"en": name}, **values)


@pytest.mark.django_db
def test_places_stand_once_with_all_their_programmes_and_twins(world: World, account: Callable[..., m.Account]) -> None:
    first = programme(world, "Old friends", years=[1998], places=[AKUREYRI, ERDENET])
    second = programme(world, "New friends", places=[AKUREYRI, DARKHAN])
    fair = programme(world, "Fair", kind="exhibition", places=[ERDENET, AKUREYRI])
    found = of_programmes.places(of_programmes.listed(rights_of(account("reader")), world.partnership))
    assert {(p.name, p.lat): (p.programmes, p.twins) for p in found.places} == {
        ("Akureyri", 65.68): ([first, second, fair], ["Erdenet", "Darkhan"]),
        ("Darkhan", None): ([second], ["Akureyri"]),
        ("Erdenet", 49.03): ([first, fair], ["Akureyri"]),
    }
    assert [(a.name, b.name, p) for a, b, p in found.links] == [
        ("Akureyri", "Erdenet", first), ("Akureyri", "Darkhan", second)
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_map_has_its_table_beside_it(
    world: World, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    programme(world, "Old friends", years=[1998], places=[AKUREYRI, ERDENET, DARKHAN])
    programme(world, "Hidden friends", places=[{**AKUREYRI, "name": "Secretville"}], visibility="restricted")
    client = signed_in("officer")
    address = reverse("programmes-map", args=[world.partnership.slug])
    with django_assert_max_num_queries(15):
        page = client.get(address).content.decode()
    drawing = page[page.index('class="register-map"') : page.index("</svg>")]
    assert drawing.count("<circle") == 2
    assert drawing.count('class="register-map__link"') == 1
    table = page[page.index("<tbody") :]
    for name in ("Akureyri", "Erdenet", "Darkhan"):
        assert name in table
        assert (name in drawing) is (name != "Darkhan")
    assert "1 place has no degrees" in page
    assert "Secretville" not in page
    assert "Secretville" in signed_in("officer", cleared=True).get(address).content.decode()
    assert not re.search(r"(x|y)\d?=\"[^\"]*,", drawing)  # a decimal comma would break the drawing
    assert not re.search(r"(x|y)\d?=\"[^\"]*,", client.get(address, headers={"accept-language": "ru"}).content.decode())


@pytest.mark.django_db
def test_lists_narrow_down_by_kind_and_year(world: World, signed_in: Callable[..., Client]) -> None:
    programme(world, "Old friends", years=[1998, 2025])
    programme(world, "Culture day", kind="culture-days", years=[2025])
    programme(world, "Study", kind="study")
    client = signed_in("reader")
    address = reverse("programmes", args=[world.partnership.slug])

    def names(**query: str) -> set[str]:
        text = client.get(address, {**query, "format": "csv"}).content.decode("utf-8-sig")
        return {name for name in ("Old friends", "Culture day", "Study") if name in text}

    assert names() == {"Old friends", "Culture day", "Study"}
    assert names(year="2025") == {"Old friends", "Culture day"}
    assert names(year="1998") == {"Old friends"}
    assert names(kind="study") == {"Study"}
    assert names(year="2025", kind="twinning") == {"Old friends"}


@pytest.mark.django_db
def test_one_leads_to_the_commitments_of_its_section(
    register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    shown, hidden = register.commitments[1], register.commitments[2]
    for commitment in (shown, hidden):
        record.change(commitment, by=None, section="2")
    found = programme(register, "Fair", kind="exhibition", section="2", places=[AKUREYRI])
    client = signed_in("officer")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("record", args=["programmes", found.pk])).content.decode()
    assert reverse("commitment", args=[shown.pk]) in page
    assert "companies to invest" not in page
    assert "Akureyri (Iceland)" in page
    assert reverse("record-change", args=["programmes", found.pk]) in page
    other = programme(register, "Elsewhere", visibility="restricted")
    assert client.get(reverse("record", args=["programmes", other.pk])).status_code == 404


spots = st.lists(
    st.builds(
        Spot, st.text(min_size=1, max_size=20), st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["0", "1"])
    ),
    max_size=15,
)  # fmt: skip


@drawn(spots)
def test_every_place_lies_on_the_map_as_it_lies_on_the_earth(found: list[Spot]) -> None:
    drawing = draw(found, [(0, len(found) - 1)] if found else [])
    if not found:
        assert drawing is None
        return
    assert drawing is not None
    assert [mark.name for mark in drawing.marks] == [spot.name for spot in found]
    for mark in drawing.marks:
        assert LEFT - 0.1 <= float(mark.x) <= WIDTH - RIGHT + 0.1
        assert TOP - 0.1 <= float(mark.y) <= float(drawing.bottom) + 0.1
    order = sorted(range(len(found)), key=lambda n: found[n].lat)
    heights = [float(drawing.marks[n].y) for n in order]
    assert heights == sorted(heights, reverse=True)  # north is up
    first, last = drawing.marks[0], drawing.marks[-1]
    assert drawing.links == [(first.x, first.y, last.x, last.y)]


def test_names_of_neighbours_do_not_cover_each_other() -> None:
    drawing = draw([Spot("Hanoi", 21.03, 105.85), Spot("Bac Ninh", 21.19, 106.08), Spot("Astana", 51.17, 71.45)])
    assert drawing is not None
    first, second, _third = drawing.marks
    assert (first.anchor, first.label_y) != (second.anchor, second.label_y)


def test_places_on_both_sides_of_the_date_line_stay_neighbours() -> None:
    drawing = draw([Spot("Suva", -18.1, 178.4), Spot("Apia", -13.8, -171.8)])
    assert drawing is not None
    suva, apia = drawing.marks
    assert float(suva.x) < float(apia.x)
    assert [line.label for line in drawing.meridians if line.label.startswith("180")] == ["180°W"]
