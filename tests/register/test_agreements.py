"""Agreements: the legal basis by area, assessed one by one, and those that are to be concluded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.agreement import STAGES, assess, move
from servanda_register.queries import agreements as of_agreements
from servanda_register.queries.history import verify
from servanda_register.queries.rights import rights_of

from .conftest import World

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def agreement(world: World, name: str, **fields: Any) -> m.Agreement:
    values = {"partnership": world.partnership, "status": "in-force", "areas": ["trade"], **fields}
    return record.create(m.Agreement, by=None, names={"en": name}, **values)


def assessed(found: m.Agreement, **fields: Any) -> m.Assessment:
    return assess(found, **{"by": None, "on": TODAY, "finding": "partly", "reason": "Half of it.", **fields})


def test_what_was_never_assessed_comes_first_then_what_is_due_the_longest(
    world: World, account: Callable[..., m.Account]
) -> None:
    new = agreement(world, "New")
    late, later, done, lapsed, signed = (agreement(world, n) for n in ("Late", "Later", "Done", "Lapsed", "Unsigned"))
    assessed(late, on=TODAY - timedelta(days=400), next_review=TODAY - timedelta(days=30))
    assessed(later, on=TODAY - timedelta(days=400), next_review=TODAY)
    assessed(done, next_review=TODAY + timedelta(days=1))
    record.change(lapsed, by=None, status="expired")
    record.change(signed, by=None, status="to-sign")
    once = agreement(world, "Once")
    assessed(once)
    waiting = of_agreements.queue(rights_of(account("reader")), world.partnership, TODAY)
    assert [w.agreement for w in waiting] == [new, late, later]
    assert "never" in waiting[0].why
    assert "due on" in waiting[1].why


def test_an_agreement_to_amend_binds_until_then_and_is_assessed(
    world: World, account: Callable[..., m.Account]
) -> None:
    found = agreement(world, "Old", status="to-amend")
    rights = rights_of(account("reader"))
    assert [w.agreement for w in of_agreements.queue(rights, world.partnership, TODAY)] == [found]
    assert of_agreements.in_force(rights, world.partnership) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on": TODAY + timedelta(days=1)}, "still to come"),
        ({"next_review": TODAY}, "after this one"),
        ({"finding": "splendid"}, "splendid"),
        ({"reason": ""}, "blank"),
    ],
)
def test_an_assessment_that_cannot_be_is_refused_and_nothing_is_written(
    world: World, fields: dict[str, Any], said: str
) -> None:
    found = agreement(world, "Customs")
    events = m.Event.objects.count()
    with pytest.raises(ValidationError) as refused:
        assessed(found, **fields)
    assert said in str(refused.value)
    assert (m.Assessment.objects.count(), m.Event.objects.count()) == (0, events)


@pytest.mark.parametrize("status", ["to-sign", "expired", "referenced"])
def test_only_what_is_in_force_is_assessed(world: World, status: str) -> None:
    with pytest.raises(ValidationError, match="Only agreements in force"):
        assessed(agreement(world, "Customs", status=status))


def test_every_stage_goes_with_its_states_and_no_other(world: World) -> None:
    for status, stage in product(m.AgreementStatus.values, ["", *m.AgreementStage.values]):
        found = agreement(world, f"{status} {stage}", status="referenced")
        if stage in STAGES[status]:
            move(found, by=None, status=status, stage=stage, reason="agreed")
            assert (found.status, found.stage) == (status, stage)
        else:
            with pytest.raises(ValidationError, match="does not go with"):
                move(found, by=None, status=status, stage=stage, reason="agreed")
            found.refresh_from_db()
            assert (found.status, found.stage) == ("referenced", "")


def test_the_pipeline_holds_what_is_to_be_negotiated_and_nothing_else(
    world: World, account: Callable[..., m.Account]
) -> None:
    begun = agreement(world, "Begun", status="to-sign", stage="negotiated")
    unbegun = agreement(world, "Unbegun", status="to-amend")
    agreement(world, "Signed and in force", stage="signed")
    agreement(world, "Elsewhere", status="to-sign", partnership=world.other)
    stages = {v: rows for v, _n, rows in of_agreements.pipeline(rights_of(account("reader")), world.partnership)}
    assert stages == {"": [unbegun], "proposed": [], "negotiated": [begun], "agreed": [], "signed": [], "ratified": []}


def test_a_round_goes_from_one_to_the_next_until_none_waits(world: World, signed_in: Callable[..., Client]) -> None:
    first, second = agreement(world, "First", year=1999), agreement(world, "Second", year=2005)
    client = signed_in("officer")
    review = reverse("agreements-review", args=[world.partnership.slug])
    page = client.get(review).content.decode()
    assert page.index("First") < page.index("Second")
    assert f"{reverse('agreement-assess', args=[first.pk])}?round" in page
    given = {"finding": "partly", "reason": "Some of it.", "on": TODAY.isoformat(), "measures": "Meet.", "source": "",
             "next_review": (TODAY + timedelta(days=300)).isoformat()}  # fmt: skip
    answer = client.post(reverse("agreement-assess", args=[first.pk]) + "?round", given)
    assert answer.headers["Location"] == reverse("agreement-assess", args=[second.pk]) + "?round"
    assert client.post(answer.headers["Location"], given).headers["Location"] == review
    assert "Every agreement in force was assessed" in client.get(review).content.decode()
    kept = m.Assessment.objects.get(agreement=first)
    assert (kept.finding, kept.measures, kept.by_id is not None) == ("partly", "Meet.", True)
    assert not list(verify())
    event = m.Event.objects.get(kind="assessment", record=str(kept.pk))
    assert event.partnership == world.partnership


def test_the_next_review_is_shown_and_forms_say_what_is_missing(world: World, signed_in: Callable[..., Client]) -> None:
    found = agreement(world, "Customs")
    client = signed_in("officer")
    refused = client.post(reverse("agreement-assess", args=[found.pk]), {"on": TODAY.isoformat()}).content.decode()
    assert "Choose how it is carried out." in refused
    assert "Say on what the finding rests." in refused
    wrong = {"status": "in-force", "stage": "proposed", "reason": "x"}
    assert "does not go with" in client.post(reverse("agreement-stage", args=[found.pk]), wrong).content.decode()
    right = {"status": "in-force", "stage": "ratified", "year": "2024", "reason": "letter", "next_review": "2031-02-03"}
    assert client.post(reverse("agreement-stage", args=[found.pk]), right).status_code == 302
    assert "3 February 2031" in client.get(reverse("record", args=["agreements", found.pk])).content.decode()


def test_pages_ask_little_of_the_database(
    world: World, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        found = agreement(world, f"Agreement {number}", areas=["trade", "transport"], year=2000 + number)
        if number % 2 == 0:
            assessed(found, on=date(2020, 1, 1))
    slug = world.partnership.slug
    client = signed_in("officer")
    for name, args in [
        ("agreements", [slug]), ("agreements-by-area", [slug]), ("agreements-pipeline", [slug]),
        ("agreements-review", [slug]), ("agreement", [found.pk]), ("agreement-assess", [found.pk]),
        ("agreement-stage", [found.pk]),
    ]:  # fmt: skip
        with django_assert_max_num_queries(15):
            page = client.get(reverse(name, args=args))
        assert page.status_code == 200, name
        assert name == "agreements-pipeline" or "Agreement 11" in page.content.decode()


def test_what_is_restricted_leaves_no_trace(world: World, signed_in: Callable[..., Client]) -> None:
    found = agreement(world, "Quiet pact", visibility="restricted", areas=["investment"])
    assessed(found, reason="Whispered.")
    slug = world.partnership.slug
    reader = signed_in("officer")
    for name in ("agreements", "agreements-by-area", "agreements-pipeline", "agreements-review"):
        page = reader.get(reverse(name, args=[slug])).content.decode()
        assert "Quiet pact" not in page, name
        assert "Investment" not in page, name
    for name in ("agreement", "agreement-assess", "agreement-stage"):
        assert reader.get(reverse(name, args=[found.pk])).status_code == 404
    cleared = signed_in("officer", cleared=True)
    assert "Whispered." in cleared.get(reverse("agreement", args=[found.pk])).content.decode()


def test_only_those_who_keep_the_partnership_assess(world: World, signed_in: Callable[..., Client]) -> None:
    found = agreement(world, "Customs")
    for name in ("agreement-assess", "agreement-stage"):
        assert signed_in("reviewer").post(reverse(name, args=[found.pk])).status_code == 403
        assert signed_in("officer", world.other).post(reverse(name, args=[found.pk])).status_code == 404
        assert Client().post(reverse(name, args=[found.pk])).status_code == 404
    assert (
        "Assess" not in signed_in("reader").get(reverse("agreement", args=[found.pk])).content.decode().split("<h2")[0]
    )


def test_to_outsiders_nothing_is_said_about_assessments_not_even_that_there_are_none(
    world: World, signed_in: Callable[..., Client]
) -> None:
    record.change(world.partnership, by=None, visibility="public")
    found = agreement(world, "Customs", visibility="public")
    where = [reverse("agreement", args=[found.pk])]
    where += [reverse(name, args=[world.partnership.slug]) for name in ("agreements", "agreements-by-area")]
    for address in where:
        outside = Client().get(address).content.decode()
        assert "Customs" in outside
        assert "carried out" not in outside.partition("<h1")[2].replace("how each is carried out", "")
        assert "assessed" not in outside.casefold()
        assert "carried out" in signed_in("reader").get(address).content.decode().partition("<h1")[2]
