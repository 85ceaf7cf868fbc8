"""What is restricted betrays itself neither by what is left out of proposals nor by what is ticked, counted or due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from servanda_register import models as m
from servanda_register.actions import drafting, record
from servanda_register.queries import agreements as of_agreements
from servanda_register.queries import difficulties as of_difficulties
from servanda_register.queries import forums as of_forums
from servanda_register.queries import plan as of_plans
from servanda_register.queries.rights import Rights, rights_of

from .test_commitments import Register, register  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def officers(account: Callable[..., m.Account]) -> tuple[Rights, Rights]:
    """One who is cleared, and one who is not."""
    return rights_of(account("officer", cleared=True)), rights_of(account("officer"))


def test_a_body_that_carries_a_restricted_action_alone_is_not_ticked(
    register: Register, officers: tuple[Rights, Rights], signed_in: Callable[..., Client]  # noqa: F811
) -> None:  # fmt: skip
    home = register.partnership
    plan = record.create(m.Plan, by=None, partnership=home, names={"en": "Roadmap"})
    body = record.create(m.Body, by=None, party_id="IS", names={"en": "Harbour office"})
    record.create(
        m.Action, by=None, partnership=home, plan=plan, number=1, names={"en": "Buy ships"}, leads=[body],
        visibility="restricted",
    )  # fmt: skip
    cleared, officer = officers
    assert of_plans.carrying(plan, cleared) == [body.pk]
    assert of_plans.carrying(plan, officer) == []
    address = f"/roadmaps/{plan.pk}/steps/circulate/"
    assert " checked" not in signed_in("officer").get(address).content.decode()
    assert " checked" in signed_in("officer", cleared=True).get(address).content.decode()


def test_what_a_restricted_action_rests_on_is_still_proposed(
    register: Register, officers: tuple[Rights, Rights]  # noqa: F811
) -> None:  # fmt: skip
    home, talks = register.partnership, register.commitments[0]
    m.Area.objects.get_or_create(slug="general", defaults={"names": {"en": "General"}})
    plan = record.create(m.Plan, by=None, partnership=home, names={"en": "Roadmap"}, instruments=[register.instrument])
    before = [{s.key for s in drafting.suggestions(plan, rights)} for rights in officers]
    record.create(
        m.Action, by=None, partnership=home, plan=plan, number=1, names={"en": "Talk"}, commitments=[talks],
        visibility="restricted",
    )  # fmt: skip
    cleared, officer = ({s.key for s in drafting.suggestions(plan, rights)} for rights in officers)
    assert talks.pk in before[1]
    assert officer == before[1]
    assert cleared == before[0] - {talks.pk}


def test_what_founds_a_restricted_entry_of_a_forum_is_still_proposed(
    register: Register, officers: tuple[Rights, Rights]  # noqa: F811
) -> None:  # fmt: skip
    named = register.commitments[0]
    m.Forum.objects.get_or_create(code="UN", defaults={"names": {"en": "United Nations"}})
    record.change(named, by=None, forums=["UN"], action="coordinate")
    record.create(
        m.Support, by=None, partnership=register.partnership, names={"en": "One voice"}, forum_id="UN",
        commitment=named, visibility="restricted",
    )  # fmt: skip
    cleared, officer = (of_forums.proposed(rights, register.partnership) for rights in officers)
    assert cleared == []
    assert [p.commitment for p in officer] == [named]


def test_answers_and_reviews_of_public_records_are_not_told_of_outside(
    register: Register, officers: tuple[Rights, Rights]  # noqa: F811
) -> None:  # fmt: skip
    home, outside = register.partnership, Rights()
    record.change(home, by=None, visibility="public")
    barrier = record.create(
        m.Difficulty, by=None, partnership=home, names={"en": "Slow permits"}, raised_by_id="MN", raised_on=TODAY,
        visibility="public",
    )  # fmt: skip
    for text in ("We look into it.", "It is done."):
        record.keep(m.Answer(difficulty=barrier, party_id="IS", on=TODAY, text=text), by=None)
    assert [vars(d)["said"] for d in of_difficulties.listed(officers[1], home)] == [2]
    assert [vars(d)["said"] for d in of_difficulties.listed(outside, home)] == [0]
    pact = record.create(
        m.Agreement, by=None, partnership=home, names={"en": "Harbour pact"}, status="in-force", visibility="public"
    )
    record.keep(m.Assessment(agreement=pact, on=TODAY, finding="not", reason="Nothing was done."), by=None)
    for rights, due in ((officers[1], False), (outside, True)):
        rows = of_agreements.listed(rights, home).filter(of_agreements.due_for_review(TODAY, rights))
        assert rows.exists() is due
