"""Partnerships: what is counted is what may be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.partnership import change_partnership, create_partnership
from servanda_register.queries.partnerships import overview
from servanda_register.queries.rights import Rights

from .conftest import World
from .test_commitments import Register, publish, register  # noqa: F401

pytestmark = pytest.mark.django_db
PARTS = ["statements", "commitments", "mechanisms", "agreements", "programmes", "people", "documents", "history"]


def counts(rights: Rights, partnership: m.Partnership) -> tuple[dict[str, int], list[int]]:
    from datetime import date

    found = overview(partnership, rights, date(2025, 1, 1))
    return {row.slug: row.total for row in found.rows}, found.totals


def test_the_table_counts_areas_and_strengths(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", cleared=True)
    by_area, totals = counts(Rights(reader, "reader", cleared_everywhere=True), register.partnership)
    assert by_area == {"political-dialogue": 1, "trade": 1, "investment": 1, "transport": 1, "people": 1}
    assert totals == [1, 1, 0, 1, 1]


def test_what_is_restricted_or_withdrawn_changes_no_count(
    register: Register,  # noqa: F811
    account: Callable[..., m.Account],
) -> None:
    by_area, totals = counts(Rights(account("reader"), "reader"), register.partnership)
    assert "investment" not in by_area
    assert totals == [1, 1, 0, 0, 1]
    record.change(register.commitments[0], by=None, state="withdrawn")
    assert counts(Rights(account("reader"), "reader"), register.partnership)[1] == [1, 0, 0, 0, 1]


def test_each_number_of_the_table_leads_to_as_many(register: Register, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    client = signed_in("reader")
    address = reverse("partnership-part", args=[register.partnership.slug, "commitments"])
    query = "?state=confirmed&area=trade&strength=firm"
    page = client.get(reverse("partnership", args=[register.partnership.slug])).content.decode()
    assert f"{address}{query}".replace("&", "&amp;") in page
    assert "1 entry" in client.get(address + query).content.decode()


def test_every_part_shows_what_belongs_to_this_partnership(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    for of in (register.partnership, register.other):
        for model in (m.Mechanism, m.Agreement, m.Programme):
            record.create(model, by=None, partnership=of, names={"en": f"{model.__name__} of {of.slug}"})
    client = signed_in("officer", cleared=True)
    for part in PARTS:
        with django_assert_max_num_queries(15):
            response = client.get(reverse("partnership-part", args=[register.partnership.slug, part]))
        assert response.status_code == 200, part
        assert "of iceland-nepal" not in response.content.decode()
        if part in ("mechanisms", "agreements", "programmes"):
            assert "of iceland-mongolia" in response.content.decode()
    with django_assert_max_num_queries(15):
        client.get(reverse("partnership", args=[register.partnership.slug]))
    with django_assert_max_num_queries(15):
        client.get(reverse("partnerships"))
    assert client.get(reverse("partnership-part", args=[register.partnership.slug, "secrets"])).status_code == 404


def test_the_public_sees_public_partnerships_and_no_work(
    register: Register,  # noqa: F811
    client: Client,
) -> None:
    assert "Iceland" not in client.get(reverse("partnerships")).content.decode()
    publish(register)
    listed = client.get(reverse("partnerships")).content.decode()
    assert "Iceland and Mongolia" in listed
    assert "Iceland and Nepal" not in listed
    page = client.get(reverse("partnership", args=[register.partnership.slug])).content.decode()
    for hidden in ("Who may see it", "What was done last", "History", "Change", "Internal", "Quiet channel"):
        assert hidden not in page, hidden
    assert client.get(reverse("partnership-part", args=[register.partnership.slug, "history"])).status_code == 404
    assert client.get(reverse("partnership", args=[register.other.slug])).status_code == 404


FORM = {
    "names_en": "Mongolia and Nepal",
    "names_vi": "Mông Cổ và Nepal",
    "parties": ["MN", "NP"],
    "visibility": "internal",
}


def test_a_partnership_is_added_and_changed_by_form(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer")
    assert (
        "at least one language"
        in client.post(reverse("partnership-add"), {**FORM, "names_en": "", "names_vi": ""}).content.decode()
    )
    assert (
        "two parties or more" in client.post(reverse("partnership-add"), {**FORM, "parties": ["MN"]}).content.decode()
    )
    assert client.post(reverse("partnership-add"), FORM).status_code == 302
    made = m.Partnership.objects.get(slug="mongolia-and-nepal")
    assert made.names == {"en": "Mongolia and Nepal", "vi": "Mông Cổ và Nepal"}
    address = reverse("partnership-change", args=[made.slug])
    assert "Say why" in client.post(address, {**FORM, "visibility": "public"}).content.decode()
    client.post(address, {**FORM, "visibility": "public", "established": "2020-05-01", "reason": "announced"})
    made.refresh_from_db()
    assert (made.visibility, str(made.established)) == ("public", "2020-05-01")
    assert m.Event.objects.filter(kind="partnership", record=str(made.pk)).latest("sequence").reason == "announced"


def test_only_officers_of_the_partnership_change_it(world: World, signed_in: Callable[..., Client]) -> None:
    address = reverse("partnership-change", args=[world.partnership.slug])
    assert signed_in("officer", world.partnership).get(address).status_code == 200
    assert signed_in("reviewer").get(address).status_code == 403
    assert signed_in("officer", world.other).get(address).status_code == 404
    assert signed_in("officer", world.other).get(reverse("partnership-add")).status_code == 403


def test_texts_in_other_languages_stay(world: World) -> None:
    from servanda_register.pages.record_forms import texts_of

    assert texts_of({"names_en": "New"}, "names", {"en": "Old", "mn": "Хуучин"}) == {"en": "New", "mn": "Хуучин"}


def test_two_of_one_name_have_two_addresses(world: World) -> None:
    first, second = (create_partnership(by=None, names={"vi": "Đối tác"}, parties=["IS", "MN"]) for _ in range(2))
    assert (first.slug, second.slug) == ("is-mn", "is-mn-2")
    with pytest.raises(ValidationError):
        change_partnership(first, by=None, reason="", visibility="public")
    with pytest.raises(ValidationError):
        change_partnership(first, by=None, reason="gone", parties=["IS"])
