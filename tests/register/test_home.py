"""The first page: my work, or what is public."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.queries.home import work
from servanda_register.queries.rights import rights_of

from .conftest import World
from .test_commitments import Register, publish, register  # noqa: F401

pytestmark = pytest.mark.django_db
INSIDE = ("/review/", "/bring-in/", "/history/", "/people-and-rights/", "/change/", "/add", "/withdraw/", "/reviews/")


def test_a_text_waits_for_review_until_it_is_finished(world: World, account: Callable[..., m.Account]) -> None:
    today = timezone.localdate()
    coder, reader = account("coder", world.partnership), account("reader")
    elsewhere = account("coder", world.other)
    assert [(t.expression, t.decided, t.proposed, t.begun) for t in work(rights_of(coder), today).reviews] == [
        (world.expression, 0, 4, False)
    ]
    assert work(rights_of(reader), today).reviews == []
    assert work(rights_of(elsewhere), today).reviews == []
    review = record.create(m.Review, by=coder, expression=world.expression, reviewer=coder)
    decision = record.keep(m.Decision(review=review, verdict="reject", reason="noise"), by=coder)
    decision.proposals.set(world.proposals[:2])
    assert [(t.decided, t.begun) for t in work(rights_of(coder), today).reviews] == [(2, True)]
    record.change(review, by=coder, finished=timezone.now())
    assert work(rights_of(coder), today).reviews == []
    other = account("reviewer")
    assert work(rights_of(other), today).reviews == [], "one review is enough"
    record.change(world.instrument, by=None, reviewing="double")
    assert len(work(rights_of(other), today).reviews) == 1
    assert work(rights_of(coder), today).reviews == []


def test_the_page_says_what_waits_and_what_others_did(register: Register, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    record.change(register.commitments[1], by=None, deadline=str(timezone.localdate().year + 1))
    record.change(register.commitments[3], by=None, deadline=str(timezone.localdate().year - 1))
    page = signed_in("officer", name="olga").get(reverse("home")).content.decode()
    for told in ("My work", "wren", "plain in line 4", "Deadlines that come next", reverse("bring-in")):
        assert told in page
    assert reverse("commitment", args=[register.commitments[1].pk]) in page
    assert reverse("commitment", args=[register.commitments[3].pk]) not in page, "that day has passed"


def test_an_empty_register_says_how_to_begin(db: None, signed_in: Callable[..., Client]) -> None:
    assert "Begin with a statement" in signed_in("officer").get(reverse("home")).content.decode()
    assert "A desk officer brings" in signed_in("reader").get(reverse("home")).content.decode()


def test_an_account_without_rights_is_told_whom_to_ask(world: World, signed_in: Callable[..., Client]) -> None:
    assert "Ask an administrator" in signed_in().get(reverse("home")).content.decode()


def test_no_page_of_the_public_site_leads_to_work(register: Register, client: Client) -> None:  # noqa: F811
    publish(register)
    record.change(register.mechanism, by=None, visibility="public")
    pages, seen = [reverse("home")], set()
    while pages:
        address = pages.pop()
        if address in seen or len(seen) > 150:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        for word in ("wren", "Quiet channel", "Proposed by", "confidence", register.commitments[2].quote + "<"):
            assert word not in text.replace(f"<mark>{word}", ""), (address, word)
        for link in re.findall(r'href="(/[^"#]*)', text):
            assert not any(part in link for part in INSIDE), (address, link)
            bare = link.replace("&amp;", "&")
            if bare.startswith(("/static/", "/accounts/", "/statements/", "/about/", "/api")) or "format=" in bare:
                continue
            if "sort=" not in bare:
                pages.append(bare)
    assert reverse("commitment", args=[register.commitments[0].pk]) in seen
    assert reverse("record", args=["mechanisms", register.mechanism.pk]) in seen


def test_few_queries(
    register: Register,  # noqa: F811
    client: Client,
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    publish(register)
    for browser in (client, signed_in("officer")):
        with django_assert_max_num_queries(15):
            assert browser.get(reverse("home")).status_code == 200
