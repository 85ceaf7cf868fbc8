"""Calendars that other programs subscribe to, opened by a program that reads calendars."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import accounts, record, tokens

from .test_reminders import TODAY, Busy, busy  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day for which the records were made."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_given: TODAY)


def _feed(account: m.Account, **headers: str) -> Any:
    _token, key = tokens.make(by=account, name="telephone", scope="feed")
    return Client(headers=headers).get(reverse("feed", args=[key]))


def _events(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_everything_with_a_day(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    response = _feed(account("reader", busy.world.partnership))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    events = _events(response)
    assert set(events) == {
        "Deadline: Late work", "Deadline: Work of today", "Deadline: Work of the month", "Deadline: Work of later",
        "Deadline: Work that is done", "Milestone: First draft", "Milestone: Old draft",
        "Session: Committee, session 3", "Session: Committee, session 2",
        "Visit: Visit of geologists", "Answer due: Slow visas",
        "Review of an agreement: Agreement on trade",
    }  # fmt: skip
    session = events["Session: Committee, session 3"]
    assert (session.decoded("DTSTART"), session.decoded("DTEND")) == (
        TODAY + timedelta(days=40), TODAY + timedelta(days=42),
    )  # fmt: skip
    assert (session["STATUS"], session["TRANSP"], session["LOCATION"]) == ("CONFIRMED", "OPAQUE", "Reykjavík")
    late = events["Deadline: Late work"]
    assert late["TRANSP"] == "TRANSPARENT"
    assert late["CLASS"] == "PRIVATE"
    assert reverse("action", args=[busy.actions["late"].pk]) in late["URL"]
    assert "Overdue" in late["DESCRIPTION"]


def test_programs_can_subscribe(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", busy.world.partnership)
    first, second = _feed(reader), _feed(reader)
    calendar = icalendar.Calendar.from_ical(first.content)
    assert calendar["VERSION"] == "2.0"
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first.content
    uids = [str(event["UID"]) for event in calendar.walk("VEVENT")]
    assert len(uids) == len(set(uids))
    assert first.content == second.content, "the same record stays the same entry"
    assert all(re.fullmatch(r"[a-z]+-\d+@\S+", uid) for uid in uids)
    for line in first.content.split(b"\r\n"):
        assert len(line) <= 75, "RFC 5545 folds lines"


def test_what_has_not_changed_is_not_sent_again(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", busy.world.partnership)
    tag = _feed(reader)["ETag"]
    assert _feed(reader, if_none_match=tag).status_code == 304
    record.change(busy.actions["late"], by=None, due=TODAY - timedelta(days=4))
    changed = _feed(reader, if_none_match=tag)
    assert changed.status_code == 200
    assert _events(changed)["Deadline: Late work"].decoded("DTSTART") == TODAY - timedelta(days=4)


def test_restricted_only_for_those_who_are_cleared(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    here = busy.world.partnership
    plain, cleared = account("officer", here), account("officer", here, cleared=True)
    assert b"Quiet" not in _feed(plain).content
    quiet = _events(_feed(cleared))["Deadline: Quiet work"]
    assert quiet["CLASS"] == "CONFIDENTIAL"
    record.change(busy.actions["late"].plan, by=None, visibility="restricted")
    assert b"Late work" not in _feed(plain).content
    assert _events(_feed(cleared))["Deadline: Late work"]["CLASS"] == "CONFIDENTIAL"
    record.change(busy.mechanism, by=None, visibility="restricted")
    assert b"Committee" not in _feed(plain).content
    assert _events(_feed(cleared))["Session: Committee, session 3"]["CLASS"] == "CONFIDENTIAL"
    assert _events(_feed(account("officer", busy.world.other))) == {}
    assert _events(_feed(account())) == {}


def test_an_ended_address_is_no_address(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", busy.world.partnership)
    token, key = tokens.make(by=reader, name="telephone", scope="feed")
    address = reverse("feed", args=[key])
    assert Client().get(address).status_code == 200
    assert key not in str(list(m.Token.objects.values())), "only its digest is kept"
    tokens.end(by=reader, token=token)
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("feed", args=["servanda_none"])).status_code == 404
    _token, other = tokens.make(by=reader, name="telephone", scope="feed")
    record.change(reader, by=None, is_active=False)
    assert Client().get(reverse("feed", args=[other])).status_code == 404


def test_a_key_opens_what_it_is_for_and_nothing_else(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", busy.world.partnership)
    _token, calendar = tokens.make(by=reader, name="telephone", scope="feed")
    _token, program = tokens.make(by=reader, name="program")
    bearer = {"authorization": f"Bearer {calendar}"}
    assert Client(headers=bearer).get("/api/v1/commitments").status_code == 401
    assert Client().get(reverse("feed", args=[program])).status_code == 404


def test_made_and_ended_on_the_page(busy: Busy, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    browser, stranger = signed_in("reader", busy.world.partnership, name="anna"), signed_in("reader", name="minh")
    page = browser.post(reverse("calendars"), {"name": "My telephone"}).content.decode()
    (address,) = re.findall(r"http://testserver(/feeds/\S+\.ics)", page)
    assert "Deadline: Late work" in _events(Client().get(address))
    again = browser.get(reverse("calendars")).content.decode()
    assert "My telephone" in again
    assert address not in again, "it is shown once"
    assert "My telephone" not in browser.get(reverse("tokens")).content.decode(), "keys of programs stand elsewhere"
    token = m.Token.objects.get(name="My telephone")
    assert stranger.post(reverse("end-calendar", args=[token.pk])).status_code == 404
    assert browser.post(reverse("end-token", args=[token.pk])).status_code == 404
    browser.post(reverse("end-calendar", args=[token.pk]))
    assert Client().get(address).status_code == 404
    assert browser.post(reverse("calendars"), {"name": " "}).status_code == 200
    assert Client().get(reverse("calendars")).status_code == 302


def test_a_calendar_speaks_the_language_of_its_owner(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    reader = account("reader", busy.world.partnership)
    accounts.change_account(by=reader, account=reader, language="ru")
    record.change(busy.actions["late"], by=None, names={"en": "Late work", "ru": "Запоздалая работа"})
    response = _feed(reader, accept_language="vi")
    assert response["Content-Language"] == "ru"
    assert any("Запоздалая работа" in summary for summary in _events(response))


def test_a_day_off_is_told_with_the_next_working_day(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    record.change(busy.actions["soon"], by=None, due=date(2026, 11, 28))  # a Saturday
    told = _events(_feed(account("reader")))["Deadline: Work of the month"]["DESCRIPTION"]
    assert "Offices are closed on this day in Iceland: weekend" in told
    assert "Next working day of all sides: 30 November 2026" in told


def test_what_is_hidden_from_strangers_is_not_asked_for_a_sign_in(
    busy: Busy, account: Callable[..., m.Account], settings: Any  # noqa: F811
) -> None:  # fmt: skip
    settings.PUBLIC_SITE = False
    assert _feed(account("reader")).status_code == 200
    assert Client().get(reverse("reminders")).status_code == 302


def test_the_past_is_not_looked_at(busy: Busy, account: Callable[..., m.Account]) -> None:  # noqa: F811
    _token, key = tokens.make(by=account("reader"), name="telephone", scope="feed")
    answer = Client().get(reverse("feed", args=[key]), {"as_of": "2020-01-01"})
    assert "Deadline: Late work" in _events(answer)


def test_few_queries(
    busy: Busy, account: Callable[..., m.Account], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    _token, key = tokens.make(by=account("reader"), name="telephone", scope="feed")
    with django_assert_max_num_queries(16):  # six kinds of records, each with when it was written last
        assert Client().get(reverse("feed", args=[key])).status_code == 200


def test_not_without_end(account: Callable[..., m.Account], db: None) -> None:
    reader = account("reader")
    for n in range(tokens.MOST):
        tokens.make(by=reader, name=f"program {n}", scope="feed")
    with pytest.raises(UsageError, match="20 tokens"):
        tokens.make(by=reader, name="one more", scope="feed")
    tokens.make(by=reader, name="for the API")
