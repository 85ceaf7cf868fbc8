"""The lists of what statements name: every kind is listed, shown, and kept by those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servanda import packs
from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.facts import attach, load_vocabulary
from servanda_register.pages.lists import KINDS

from .conftest import World
from .test_commitments import Register, publish, register  # noqa: F401

pytestmark = pytest.mark.django_db
SHOWN = [slug for slug, kind in KINDS.items() if kind.shown]


@pytest.fixture
def one_of_each(register: Register) -> dict[str, Any]:  # noqa: F811
    """A record of every kind that has a list."""
    p = register.partnership
    named = {"by": None, "names": {"en": "Named one", "vi": "Tên"}}
    body = record.create(m.Body, party_id="IS", areas=["trade"], from_year=1990, **named)
    person = record.create(m.Person, by=None, full_name="Jóna Jónsdóttir", party_id="IS")
    record.create(m.Role, by=None, person=person, names={"en": "Chair"}, body=body, mechanism=register.mechanism)
    return {
        "mechanisms": register.mechanism,
        "agreements": record.create(m.Agreement, partnership=p, year=2001, areas=["trade"], **named),
        "programmes": record.create(
            m.Programme, partnership=p, years=[2025], places=[{"name": "Akureyri", "party": "IS"}], **named
        ),
        "forums": m.Forum.objects.create(code="UN", names={"en": "United Nations"}),
        "bodies": body,
        "people": person,
        "areas": m.Area.objects.get(slug="trade"),
        "documents": attach(by=None, name="minutes.txt", content=b"said", partnership=p),
    }


@pytest.mark.parametrize("kind", SHOWN)
def test_every_kind_has_a_list_a_page_and_files(
    one_of_each: dict[str, Any], kind: str, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client, found = signed_in("officer", cleared=True), one_of_each[kind]
    with django_assert_max_num_queries(15):
        page = client.get(reverse("list", args=[kind])).content.decode()
    assert str(found).replace("'", "&#x27;") in page
    with django_assert_max_num_queries(15):
        response = client.get(reverse("record", args=[kind, found.pk]))
    assert response.status_code == 200
    for wanted in ("csv", "xlsx"):
        response = client.get(reverse("list", args=[kind]), {"format": wanted})
        assert response["Content-Disposition"].startswith(f'attachment; filename="servanda-{kind}-')


@pytest.mark.parametrize("kind", [slug for slug in SHOWN if KINDS[slug].fields])
def test_every_kind_that_people_keep_is_added_and_changed(
    one_of_each: dict[str, Any], kind: str, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client, model, fields = signed_in("officer"), KINDS[kind].model, KINDS[kind].fields
    given = {
        "names_en": "A new one", "names_ru": "Новая", "full_name": "A new one",
        "partnership": one_of_each["mechanisms"].partnership.pk,
        "kind": {"mechanisms": "council", "programmes": "study"}.get(kind), "visibility": "internal", "party": "MN",
        "status": "standing" if kind == "mechanisms" else "in-force", "years": "2025, 2027-2029",
        "places": "Darkhan; MN; 49.5; 105.9\nAkureyri; IS",
    }  # fmt: skip
    asked = {*fields, *(f"names_{code}" for code in ("en", "ru") if "names" in fields)}
    given = {name: value for name, value in given.items() if value is not None and name in asked}
    address = reverse("record-add", args=[kind])
    with django_assert_max_num_queries(15):
        assert client.get(address).status_code == 200
    before = model._default_manager.count()
    nameless = {k: v for k, v in given.items() if not k.startswith("names") and k != "full_name"}
    assert client.post(address, nameless).status_code == 200
    assert model._default_manager.count() == before
    response = client.post(address, given)
    assert response.status_code == 302, response.content.decode()
    made = model._default_manager.latest("pk")
    assert str(made) == "A new one"
    if kind == "programmes":
        assert made.years == [2025, 2027, 2028, 2029]
        assert made.places == [
            {"name": "Darkhan", "party": "MN", "lat": 49.5, "lon": 105.9}, {"name": "Akureyri", "party": "IS"},
        ]  # fmt: skip
    change = reverse("record-change", args=[kind, made.pk])
    with django_assert_max_num_queries(15):
        assert "A new one" in client.get(change).content.decode()
    renamed = given | {"names_en": "Renamed", "full_name": "Renamed"}
    assert "Say why" in client.post(change, renamed).content.decode()
    assert client.post(change, renamed | {"reason": "misspelt"}).status_code == 302
    made = model._default_manager.get(pk=made.pk)
    assert str(made) == "Renamed"
    event = m.Event.objects.filter(record=str(made.pk), kind=model._meta.model_name).latest("sequence")
    assert event.reason == "misspelt"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("years", "soon"),
        ("years", "2030-2020"),
        ("places", "Minsk"),
        ("places", "Minsk; BY; north; 27"),
        ("places", "A; BY; 95; 1"),
    ],
)
def test_lines_that_are_not_understood_are_said(
    world: World, signed_in: Callable[..., Client], field: str, value: str
) -> None:
    given = {
        "names_en": "One",
        "partnership": world.partnership.pk,
        "kind": "other",
        "visibility": "internal",
        field: value,
    }
    page = signed_in("officer").post(reverse("record-add", args=["programmes"]), given).content.decode()
    assert "as in" in page
    assert not m.Programme.objects.exists()


def test_rights_of_lists(one_of_each: dict[str, Any], world: World, signed_in: Callable[..., Client]) -> None:
    def status(client: Client, name: str, *arguments: Any) -> int:
        return client.get(reverse(name, args=arguments)).status_code

    mechanism = one_of_each["mechanisms"]
    assert status(signed_in("reviewer"), "record-change", "mechanisms", mechanism.pk) == 403
    assert status(signed_in("officer", world.other), "record-change", "mechanisms", mechanism.pk) == 404
    here = signed_in("officer", world.partnership)
    assert status(here, "record-change", "mechanisms", mechanism.pk) == 200
    assert status(here, "record-change", "bodies", one_of_each["bodies"].pk) == 403, "bodies are shared by all"
    assert status(here, "record-add", "forums") == 403, "forums come with the engine"
    assert status(here, "list", "secrets") == 404
    assert status(here, "record", "mechanisms", "abc") == 404
    page = here.get(reverse("record-add", args=["mechanisms"])).content.decode()
    assert "Iceland and Mongolia" in page
    assert "Iceland and Nepal" not in page


def test_a_mechanism_is_not_moved_into_a_partnership_of_others(
    one_of_each: dict[str, Any], world: World, signed_in: Any
) -> None:
    given = {"names_en": "Moved", "partnership": world.other.pk, "kind": "other", "status": "standing",
             "visibility": "internal", "reason": "tried"}  # fmt: skip
    client = signed_in("officer", world.partnership)
    assert client.post(reverse("record-add", args=["mechanisms"]), given).status_code == 200
    client.post(reverse("record-change", args=["mechanisms", one_of_each["mechanisms"].pk]), given)
    assert not m.Mechanism.objects.filter(partnership=world.other).exists()


def test_an_office_is_given_and_ended_on_the_page_of_the_person(one_of_each: dict[str, Any], signed_in: Any) -> None:
    client, person = signed_in("officer"), one_of_each["people"]
    given = {"person": person.pk, "names_en": "Envoy", "from_date": "2024-02-01"}
    response = client.post(reverse("record-add", args=["offices"]), given, follow=True)
    assert "Envoy" in response.content.decode()
    role = m.Role.objects.get(from_date="2024-02-01")
    address = reverse("record-change", args=["offices", role.pk])
    assert client.post(address, given | {"to_date": "2023-01-01", "reason": "left"}).status_code == 200
    assert client.post(address, given | {"to_date": "2025-01-01", "reason": "left"}).status_code == 302
    assert "Envoy" not in client.get(reverse("list", args=["people"])).content.decode(), (
        "only present offices are listed"
    )


def test_a_record_shows_the_commitments_that_name_it(register: Register, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    client = signed_in("reader")
    cited, not_cited = register.commitments[0], register.commitments[1]
    page = client.get(reverse("record", args=["mechanisms", register.mechanism.pk])).content.decode()
    assert cited.quote in page
    assert not_cited.quote not in page
    assert client.get(reverse("record", args=["mechanisms", register.hidden.pk])).status_code == 404
    body = record.create(m.Body, by=None, party_id="MN", names={"en": "Ministry of “Ưu tiên”"})
    assert not_cited.quote in client.get(reverse("record", args=["bodies", body.pk])).content.decode()


def test_documents_are_not_public_and_restricted_ones_not_seen(register: Register, signed_in: Any) -> None:  # noqa: F811
    publish(register)
    loose = attach(by=None, name="minutes.txt", content=b"said", partnership=register.partnership, visibility="public")
    secret = attach(
        by=None, name="cable.txt", content=b"x", commitment=register.commitments[0], visibility="restricted"
    )
    page = signed_in("officer").get(reverse("list", args=["documents"])).content.decode()
    assert "minutes.txt" in page
    assert "cable.txt" not in page
    assert signed_in("officer").get(reverse("document-file", args=[secret.pk])).status_code == 404
    assert signed_in("officer", cleared=True).get(reverse("document-file", args=[secret.pk])).content == b"x"
    assert Client().get(reverse("document-file", args=[loose.pk])).status_code == 404


def test_the_vocabulary_is_loaded_once_and_people_keep_their_changes(db: None) -> None:
    first = load_vocabulary()
    assert first["areas"] == m.Area.objects.count() == len(packs.area_slugs())
    assert first["forums"] == m.Forum.objects.count() == len(packs.vocabulary("forums"))
    assert first["bodies"] == m.Body.objects.count() > 80
    assert m.Party.objects.get(code="BY").names == {"en": "Belarus", "vi": "Belarus", "ru": "Беларусь"}
    assert m.Party.objects.get(code="VN").names["vi"] == "Việt Nam"
    assert set(m.Area.objects.get(slug="trade").names) == {"en", "vi", "ru"}
    assert all(set(forum.names) == {"en", "vi", "ru"} for forum in m.Forum.objects.all())
    assert m.Forum.objects.get(code="CICA").names["ru"] == "Совещание по взаимодействию и мерам доверия в Азии"
    committees = m.Body.objects.get(party="VN", areas="local")
    assert committees.source == "Law 65/2025/QH15 on the organisation of local government, 19 February 2025"
    justice = m.Body.objects.get(party="VN", names__en="Ministry of Justice")
    assert justice.names["vi"] == "Bộ Tư pháp"
    assert list(justice.areas.values_list("pk", flat=True)) == ["justice"]
    record.change(justice, by=None, reason="closed", to_year=2026)
    events = m.Event.objects.count()
    assert load_vocabulary() == {"areas": 0, "forums": 0, "parties": 0, "bodies": 0}
    assert m.Event.objects.count() == events
    justice.refresh_from_db()
    assert justice.to_year == 2026
