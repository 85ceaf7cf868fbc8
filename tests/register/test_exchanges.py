"""Visits: planned, narrowed down, held with what they brought, and out of sight where they are restricted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.exchange import (
    cancel_exchange,
    change_exchange,
    hold_exchange,
    plan_exchange,
    plan_exchange_again,
)

from .test_commitments import Register, register  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


def plan(register: Register, name: str = "Visit of the minister", **fields: Any) -> m.Exchange:  # noqa: F811
    given = {"channel": "government", "level": "minister", **fields}
    return plan_exchange(by=None, partnership=register.partnership, names={"en": name}, **given)


def test_a_visit_is_planned_held_and_planned_again(register: Register) -> None:  # noqa: F811
    visit = plan(register, starts=date(2026, 2, 1), commitments=[register.commitments[1]])
    with pytest.raises(UsageError, match="cannot have taken place yet"):
        hold_exchange(visit, by=None, today=TODAY, starts=date(2026, 4, 1))
    with pytest.raises(ValidationError):
        hold_exchange(visit, by=None, today=TODAY, starts=None)
    hold_exchange(visit, by=None, today=TODAY, starts=date(2026, 2, 2), result="A plan was signed.")
    with pytest.raises(UsageError, match="Only a visit that is planned"):
        cancel_exchange(visit, by=None, reason="late")
    plan_exchange_again(visit, by=None, reason="wrong one")
    cancel_exchange(visit, by=None, reason="fog")
    with pytest.raises(UsageError, match="was cancelled"):
        hold_exchange(visit, by=None, today=TODAY, starts=date(2026, 2, 2))
    told = m.Event.objects.filter(kind="exchange", record=str(visit.pk)).order_by("sequence")
    assert [e.verb for e in told] == ["create", "hold", "reopen", "cancel"]
    assert list(m.Exchange.objects.get(pk=visit.pk).commitments.all()) == [register.commitments[1]]


@pytest.mark.parametrize(
    "wrong",
    [{"names": {"en": ""}}, {"starts": date(2026, 2, 2), "ends": date(2026, 2, 1)}, {"ends": date(2026, 2, 1)}],
)
def test_what_is_wrong_is_refused(register: Register, wrong: dict[str, Any]) -> None:  # noqa: F811
    with pytest.raises(ValidationError):
        plan_exchange(
            by=None, partnership=register.partnership,
            **{"names": {"en": "V"}, "channel": "state", "level": "high", **wrong},
        )  # fmt: skip


def test_guests_and_commitments_are_of_the_partnership(register: Register) -> None:  # noqa: F811
    with pytest.raises(ValidationError, match="must be a party"):
        plan(register, guest=m.Party.objects.get(pk="NP"))
    theirs = plan_exchange(
        by=None, partnership=register.other, names={"en": "V"}, channel="party", level="high"
    )  # fmt: skip
    with pytest.raises(ValidationError, match="same partnership"):
        change_exchange(theirs, by=None, reason="x", commitments=[register.commitments[0]])


FORM = {"names_en": "Visit to the harbour", "names_vi": "Thăm cảng", "channel": "people", "level": "local",
        "guest": "MN", "place": "Akureyri", "starts": "2026-05-04", "ends": "2026-05-06", "visibility": "internal",
        "aim": "Compare cranes."}  # fmt: skip


def test_the_forms_plan_change_and_write_up(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("servanda_register.pages.exchanges.today", lambda: date(2026, 5, 10))
    client = signed_in("officer")
    add = reverse("exchange-add", args=[register.partnership.slug])
    hidden, shown = register.commitments[2], register.commitments[1]
    assert hidden.quote not in client.get(add).content.decode()
    assert "at least one language" in client.post(add, {**FORM, "names_en": "", "names_vi": ""}).content.decode()
    assert "ends before it begins" in client.post(add, {**FORM, "ends": "2026-05-01"}).content.decode()
    assert client.post(add, {**FORM, "commitments": [shown.pk]}).status_code == 302
    visit = m.Exchange.objects.get()
    assert (visit.names, visit.guest_id) == ({"en": "Visit to the harbour", "vi": "Thăm cảng"}, "MN")
    record.change(visit, by=None, commitments=[shown, hidden])
    with django_assert_max_num_queries(15):
        page = client.get(reverse("exchange", args=[visit.pk])).content.decode()
    assert "Its date has passed" in page
    assert reverse("commitment", args=[shown.pk]) in page
    assert hidden.quote not in page
    change = reverse("exchange-change", args=[visit.pk])
    client.post(change, {**FORM, "commitments": [], "place": "Reykjavík", "reason": "harbour closed"})
    visit.refresh_from_db()
    assert (visit.place, list(visit.commitments.all())) == ("Reykjavík", [hidden])  # out of sight, so kept
    client.post(reverse("exchange-hold", args=[visit.pk]), {"starts": "2026-05-04", "result": "Four cranes compared."})
    page = client.get(reverse("exchange", args=[visit.pk])).content.decode()
    assert "Four cranes compared." in page
    assert "Its date has passed" not in page
    assert client.post(reverse("exchange-again", args=[visit.pk]), {"reason": "other harbour"}).status_code == 302
    assert client.post(reverse("exchange-cancel", args=[visit.pk]), {"reason": "storm"}).status_code == 302
    assert m.Exchange.objects.get().state == "cancelled"


def test_the_list_is_narrowed_down_and_saved(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    plan(register, "Summit", channel="state", level="highest", starts=date(2025, 5, 1))
    plan(register, "Deputies", channel="parliament", level="deputy", starts=date(2026, 5, 1))
    plan(register, "Someday", channel="party", level="high")
    plan(register, "Quiet word", visibility="restricted", starts=date(2031, 5, 1))
    client = signed_in("reader")
    address = reverse("exchanges", args=[register.partnership.slug])
    with django_assert_max_num_queries(15):
        page = client.get(address).content.decode()
    assert "Quiet word" not in page
    assert "2031" not in page
    for query, left in (
        ({"channel": "state"}, "Summit"), ({"level": "deputy"}, "Deputies"), ({"year": "2025"}, "Summit"),
        ({"find": "someday"}, "Someday"),
    ):  # fmt: skip
        page = client.get(address, query).content.decode()
        assert [name for name in ("Summit", "Deputies", "Someday") if f">{name}<" in page] == [left], query
    assert "Summit" in client.get(address, {"format": "csv"}).content.decode("utf-8-sig")
    quiet = m.Exchange.objects.get(visibility="restricted")
    assert client.get(reverse("exchange", args=[quiet.pk])).status_code == 404
    assert client.get(reverse("exchange-add", args=[register.partnership.slug])).status_code == 403
