"""Forums: what was asked and what came of it, positions with what founds them, and what the table counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.support import add_support, change_support
from servanda_register.queries import forums as of_forums
from servanda_register.queries.rights import rights_of

from .conftest import World
from .test_commitments import Register, register  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forums(db: None) -> None:
    for code in ("UN", "ASEM", "WTO"):
        m.Forum.objects.get_or_create(code=code, defaults={"names": {"en": f"Forum {code}"}})


def support(world: World, name: str = "Seat in a council", **fields: Any) -> m.Support:
    values = {"forum": m.Forum.objects.get(pk=fields.pop("at", "UN")), "asked_by": m.Party.objects.get(pk="IS")}
    return add_support(by=None, partnership=world.partnership, names={"en": name}, **{**values, **fields})


def test_the_matrix_counts_states_and_sides_of_what_is_seen(
    register: Register, account: Callable[..., m.Account]  # noqa: F811
) -> None:  # fmt: skip
    support(register)
    support(register, state="given")
    support(register, state="declined", at="ASEM", asked_by=m.Party.objects.get(pk="MN"))
    support(register, kind="position", asked_by=None, state="promised")
    support(register, at="WTO", visibility="restricted")
    record.change(register.commitments[0], by=None, forums=["ASEM"])
    record.change(register.commitments[2], by=None, forums=["WTO"])  # restricted
    sides = list(register.partnership.parties.all())
    counted = of_forums.matrix(rights_of(account("reader")), register.partnership, sides)
    assert [(r.forum.pk, dict(r.cells), r.total, r.commitments) for r in counted.by_state] == [
        ("ASEM", {"asked": 0, "promised": 0, "given": 0, "declined": 1, "lapsed": 0}, 1, 1),
        ("UN", {"asked": 1, "promised": 1, "given": 1, "declined": 0, "lapsed": 0}, 3, 0),
    ]
    assert {r.forum.pk: dict(r.cells) for r in counted.by_side} == {
        "ASEM": {"IS": 0, "MN": 1, "": 0}, "UN": {"IS": 2, "MN": 0, "": 1}
    }  # fmt: skip
    assert counted.granted == {("UN", "IS"): 1, ("UN", ""): 1}
    everything = of_forums.matrix(rights_of(account("reader", cleared=True)), register.partnership, sides)
    assert [r.forum.pk for r in everything.by_state] == ["ASEM", "UN", "WTO"]


def test_each_number_of_the_table_leads_to_as_many(world: World, signed_in: Callable[..., Client]) -> None:
    for state in ("asked", "asked", "given"):
        support(world, state=state)
    support(world, kind="position", asked_by=None)
    client = signed_in("reader")
    slug = world.partnership.slug
    page = client.get(reverse("forums-matrix", args=[slug])).content.decode()
    for query, number in (("forum=UN&state=asked", 3), ("forum=UN&asked_by=IS", 3), ("forum=UN&asked_by=both", 1)):
        address = f"{reverse('forums', args=[slug])}?{query}"
        assert address.replace("&", "&amp;") in page
        lines = client.get(f"{address}&format=csv").content.decode("utf-8-sig").splitlines()
        assert len(lines) == number + 1, query


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"asked_by": "NP"}, "no side of this partnership"),
        ({"kind": "position"}, "held by all sides"),
        ({"asked_by": None}, "which side asks"),
        ({"state": "hoped"}, "hoped"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(world: World, fields: dict[str, Any], said: str) -> None:
    if fields.get("asked_by"):
        fields = {"asked_by": m.Party.objects.get(pk=fields["asked_by"])}
    with pytest.raises(ValidationError) as refused:
        support(world, **fields)
    assert said in str(refused.value)
    kept = support(world)
    with pytest.raises(ValidationError) as refused:
        change_support(kept, by=None, reason="x", **fields)
    assert said in str(refused.value)


def test_a_commitment_of_another_partnership_founds_nothing(register: Register) -> None:  # noqa: F811
    with pytest.raises(ValidationError, match="another partnership"):
        add_support(
            by=None, partnership=register.other, names={"en": "x"}, forum=m.Forum.objects.get(pk="UN"),
            kind="position", commitment=register.commitments[0],
        )  # fmt: skip


def test_positions_show_the_words_that_found_them_in_two_steps(
    register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    founding, hidden = register.commitments[1], register.commitments[2]
    support(register, "One voice on trade", kind="position", asked_by=None, commitment=founding)
    support(register, "One voice on money", kind="position", asked_by=None, commitment=hidden)
    client = signed_in("officer")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("forums-positions", args=[register.partnership.slug])).content.decode()
    assert "will increase trade" in page
    assert reverse("commitment", args=[founding.pk]) in page
    text = reverse("expression", args=[register.instrument.pk, register.expression.pk])
    assert f"{text}#commitment-{founding.number}" in page
    assert "One voice on money" in page
    assert "companies to invest" not in page
    for name in ("forums", "forums-positions", "forums-matrix"):
        with django_assert_max_num_queries(15):
            page = client.get(reverse(name, args=[register.partnership.slug])).content.decode()
        assert "companies to invest" not in page


def test_commitments_that_name_a_forum_are_proposed_with_the_reason_why(
    register: Register, signed_in: Callable[..., Client], account: Callable[..., m.Account]  # noqa: F811
) -> None:  # fmt: skip
    named, other = register.commitments[0], register.commitments[1]
    record.change(named, by=None, forums=["UN", "WTO"], action="coordinate")
    record.change(other, by=None, forums=["UN"])  # only strengthens
    rights = rights_of(account("officer"))
    (found,) = of_forums.proposed(rights, register.partnership)
    assert (found.commitment, found.kind, [x.pk for x in found.forums]) == (named, "position", ["UN", "WTO"])
    assert found.why == "It is to “Coordinate” and names UN, WTO."
    client = signed_in("officer")
    page = client.get(reverse("forums-positions", args=[register.partnership.slug])).content.decode()
    add = reverse("support-add", args=[register.partnership.slug])
    leads = f"{add}?commitment={named.pk}&forum=WTO&kind=position"
    assert leads.replace("&", "&amp;") in page
    form = client.get(leads).content.decode()
    for value in ("WTO", "position", named.pk):
        assert f'<option value="{value}" selected>' in form.replace("'", '"')
    given = {"names_en": "One voice", "forum": "WTO", "kind": "position", "state": "promised", "commitment": named.pk,
             "visibility": "internal"}  # fmt: skip
    assert client.post(add, given).status_code == 302
    assert of_forums.proposed(rights, register.partnership) == []
    assert "could found an entry" not in signed_in("reader").get(
        reverse("forums-positions", args=[register.partnership.slug])
    ).content.decode()  # fmt: skip


def test_change_keeps_what_founds_it_out_of_sight(register: Register, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    found = support(register, commitment=register.commitments[2])
    client = signed_in("officer")
    address = reverse("support-change", args=[found.pk])
    given = {"names_en": "Seat", "forum": "UN", "kind": "candidature", "asked_by": "IS", "state": "given",
             "on": "2026-06-09", "visibility": "internal"}  # fmt: skip
    assert "Say why" in client.post(address, given).content.decode()
    assert client.post(address, {**given, "reason": "voted"}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.commitment) == ("given", register.commitments[2])
    assert "companies to invest" not in client.get(reverse("support", args=[found.pk])).content.decode()


def test_rights(world: World, signed_in: Callable[..., Client]) -> None:
    hidden, plain = support(world, "Secret vote", visibility="restricted"), support(world)
    officer = signed_in("officer")
    assert "Secret vote" not in officer.get(reverse("forums", args=[world.partnership.slug])).content.decode()
    for name in ("support", "support-change"):
        assert officer.get(reverse(name, args=[hidden.pk])).status_code == 404
    assert signed_in("reviewer").post(reverse("support-change", args=[plain.pk])).status_code == 403
    assert signed_in("reviewer").get(reverse("support-add", args=[world.partnership.slug])).status_code == 403
    assert signed_in("officer", world.other).get(reverse("support", args=[plain.pk])).status_code == 404
