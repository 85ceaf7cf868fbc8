"""What people are reminded of, on the first page and by mail: what they may see, once a day at most."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servanda.cli import run
from servanda_register import models as m
from servanda_register.actions import accounts, record, reminder
from servanda_register.queries.reminders import SECTIONS, by_section, reminders
from servanda_register.queries.rights import rights_of

from .conftest import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
TODAY = NOW.date()


def _day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


@dataclass
class Busy:
    """What there is to remember."""

    world: World
    mechanism: m.Mechanism
    actions: dict[str, m.Action]
    milestone: m.Milestone
    session: m.Session
    exchange: m.Exchange
    difficulty: m.Difficulty
    agreement: m.Agreement
    hidden: m.Action


@pytest.fixture
def busy(world: World) -> Busy:
    """A partnership with something of every kind, most of it internal, one action restricted."""
    here = world.partnership
    own: dict[str, Any] = {"by": None, "partnership": here}
    mechanism = record.create(m.Mechanism, **own, names={"en": "Committee"}, kind="committee")

    def action(number: int, name: str, due: date | None, state: str = "under-way", **more: Any) -> m.Action:
        return record.create(m.Action, **own, number=number, names={"en": name}, due=due, state=state, **more)

    actions = {
        "late": action(1, "Late work", _day(-3)),
        "today": action(2, "Work of today", _day(0)),
        "soon": action(3, "Work of the month", _day(30)),
        "far": action(4, "Work of later", _day(31)),
        "done": action(5, "Work that is done", _day(-9), "delivered"),
        "undated": action(6, "Work without a day", None),
    }
    draft = record.create(m.Plan, **own, names={"en": "Draft roadmap"})
    action(8, "Work of a draft", _day(-30), plan=draft)
    adopted = record.create(m.Plan, **own, names={"en": "Roadmap"}, version=2, state="adopted")
    record.change(actions["late"], by=None, plan=adopted)
    hidden = action(7, "Quiet work", _day(-1), visibility="restricted")
    milestone = record.create(m.Milestone, by=None, action=actions["far"], names={"en": "First draft"}, due=_day(-2))
    record.create(m.Milestone, by=None, action=actions["done"], names={"en": "Old draft"}, due=_day(-20))
    session = record.create(
        m.Session, by=None, mechanism=mechanism, number=3, starts=_day(40), ends=_day(41), place="Reykjavík"
    )
    record.create(m.Session, by=None, mechanism=mechanism, number=2, starts=_day(-200), state="held")
    exchange = record.create(
        m.Exchange, **own, names={"en": "Visit of geologists"}, starts=_day(-5), ends=_day(-4), aim="A survey"
    )
    difficulty = record.create(
        m.Difficulty, **own, names={"en": "Slow visas"}, raised_by_id="MN", raised_on=_day(-90), owed_by_id="IS",
        answer_due=_day(-1),
    )  # fmt: skip
    agreement = record.create(
        m.Agreement, **own, names={"en": "Agreement on trade"}, year=2019, status="in-force", next_review=_day(5)
    )
    return Busy(world, mechanism, actions, milestone, session, exchange, difficulty, agreement, hidden)


def _told(account: m.Account) -> dict[str, list[str]]:
    sections = by_section(reminders(rights_of(account), TODAY))
    return {key: [item.name for item in items] for key, items in sections.items()}


def test_everything_that_waits_the_most_pressing_first(busy: Busy, account: Callable[..., m.Account]) -> None:
    told = _told(account("reader", busy.world.partnership))
    assert told == {
        "overdue": ["Late work", "First draft"],
        "soon": ["Work of today", "Work of the month"],
        "answers": ["Slow visas"],
        "sessions": ["Committee, session 3"],
        "exchanges": ["Visit of geologists"],
        "agreements": ["Agreement on trade"],
    }
    assert list(told) == [key for key in SECTIONS if key in told]
    told = _told(account("officer", cleared=True))
    assert told["overdue"] == ["Late work", "First draft", "Quiet work"]
    assert told["reviews"] == ["Joint Statement"]


def test_only_of_partnerships_that_one_works_on(busy: Busy, account: Callable[..., m.Account]) -> None:
    record.change(busy.world.partnership, by=None, visibility="public")
    for action in busy.actions.values():
        record.change(action, by=None, visibility="public")
    assert _told(account("officer", busy.world.other)) == {}
    assert _told(account()) == {}


def test_what_failed_is_told_to_who_brought_it_in(busy: Busy, account: Callable[..., m.Account]) -> None:
    mine, other = account("officer"), account("officer")
    m.Intake.objects.create(by=mine, source_url="https://example.org/x", state="failed", message="It was not found.")
    m.Intake.objects.create(by=mine, source_url="https://example.org/y", state="done")
    assert _told(mine)["intakes"] == ["https://example.org/x"]
    assert "intakes" not in _told(other)


def test_a_deadline_on_a_day_off_says_so(busy: Busy, account: Callable[..., m.Account]) -> None:
    record.change(busy.actions["soon"], by=None, due=date(2026, 12, 1))  # a Tuesday; Iceland works, Mongolia too
    record.change(busy.actions["today"], by=None, due=date(2026, 11, 26))  # Mongolia's Republic Day
    items = {i.name: i for i in reminders(rights_of(account("officer")), TODAY)}
    assert items["Work of the month"].off == ()
    (off,) = items["Work of today"].off
    assert (off.party.code, off.language) == ("MN", "en")
    assert off.reason


def test_the_first_page_and_the_list(busy: Busy, signed_in: Callable[..., Client]) -> None:
    for name, ahead in (("late", -3), ("soon", 10)):
        record.change(busy.actions[name], by=None, due=timezone.localdate() + timedelta(days=ahead))
    browser = signed_in("officer", busy.world.partnership)
    for address in (reverse("home"), reverse("reminders")):
        page = browser.get(address).content.decode()
        assert "Late work" in page
        assert reverse("action", args=[busy.actions["late"].pk]) in page
        assert reverse("difficulty", args=[busy.difficulty.pk]) in page
        assert "Quiet work" not in page
        assert reverse("action", args=[busy.hidden.pk]) not in page
    assert Client().get(reverse("reminders")).status_code == 302


def test_few_queries(busy: Busy, signed_in: Callable[..., Client], django_assert_max_num_queries: Any) -> None:
    browser = signed_in("officer", busy.world.partnership)
    with django_assert_max_num_queries(15):
        assert browser.get(reverse("reminders")).status_code == 200
    with django_assert_max_num_queries(15):
        assert browser.get(reverse("home")).status_code == 200


# mail


def _wants(account: m.Account, digest: str = "daily", **more: Any) -> m.Account:
    return accounts.change_account(
        by=account, account=account, email=f"{account.username}@example.org", digest=digest, **more
    )


def test_a_mail_a_day_and_no_more(busy: Busy, account: Callable[..., m.Account]) -> None:
    anna = _wants(account("officer", busy.world.partnership, name="anna"), first_name="Anna")
    account("officer", name="silent")
    assert len(reminder.send(NOW).sent) == 1
    assert reminder.send(NOW + timedelta(hours=3)).sent == []
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "late" in letter.subject
    assert "Anna" in letter.body
    assert "Late work – Iceland and Mongolia" in letter.body
    assert re.search(r"http://\S+/actions/\d+/", letter.body)
    assert "Quiet" not in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert len(reminder.send(NOW + timedelta(days=1)).sent) == 1
    assert m.ReminderSent.objects.filter(account=anna).count() == 2


def test_a_mail_a_week(busy: Busy, account: Callable[..., m.Account]) -> None:
    _wants(account("officer", name="anna"), "weekly")
    sent = [len(reminder.send(NOW + timedelta(days=n)).sent) for n in range(15)]
    assert [n for n, count in enumerate(sent) if count] == [0, 7, 14]


def test_the_day_is_that_of_the_account(busy: Busy, account: Callable[..., m.Account]) -> None:
    """At noon of UTC it is the next day in Kiritimati: what is due today elsewhere is overdue there."""
    here = _wants(account("officer", name="here"), time_zone="Atlantic/Reykjavik")
    there = _wants(account("officer", name="there"), time_zone="Pacific/Kiritimati")
    mails = {x.account: x for x in reminder.pending(NOW)}
    assert (mails[here].on, mails[there].on) == (TODAY, _day(1))
    late = {x: re.findall(r"\((?:late)\): (.*) –", mails[x].text) for x in (here, there)}
    assert set(late[there]) - set(late[here]) == {"Work of today"}


def test_mail_speaks_the_language_of_the_account(busy: Busy, account: Callable[..., m.Account]) -> None:
    record.change(busy.actions["late"], by=None, names={"en": "Late work", "vi": "Việc chậm", "ru": "Запоздалое"})
    _wants(account("officer", name="minh"), language="vi")
    _wants(account("officer", name="olga"), language="ru")
    texts = {x.account.username: x.text for x in reminder.pending(NOW)}
    assert "Việc chậm" in texts["minh"]
    assert "Запоздалое" in texts["olga"]


def test_restricted_words_do_not_travel_by_mail(busy: Busy, account: Callable[..., m.Account]) -> None:
    _wants(account("officer", name="cleared", cleared=True))
    _wants(account("officer", name="plain"))
    texts = {x.account.username: x.text for x in reminder.pending(NOW)}
    address = reverse("action", args=[busy.hidden.pk])
    assert address in texts["cleared"]
    assert address not in texts["plain"]
    assert "Quiet" not in texts["cleared"]
    record.change(busy.world.partnership, by=None, visibility="restricted")
    (cleared,) = [x for x in reminder.pending(NOW) if x.account.username == "cleared"]
    assert "Late work" not in cleared.text
    assert "Committee" not in cleared.text


def test_nobody_gets_mail_who_cannot_or_has_nothing_to_do(busy: Busy, account: Callable[..., m.Account]) -> None:
    _wants(account("officer", busy.world.other, name="idle"))
    gone = _wants(account("officer", name="gone"))
    record.change(gone, by=None, is_active=False)
    record.change(account("officer", name="nowhere"), by=None, digest="daily")
    _wants(account("officer", name="former"), "")
    assert reminder.pending(NOW) == []


class Broken(EmailBackend):
    """A server that refuses one address."""

    def send_messages(self, messages: Any) -> int:
        if messages[0].to == ["anna@example.org"]:
            raise ConnectionRefusedError("no")
        return int(super().send_messages(messages))


def test_a_mail_that_cannot_be_sent_is_tried_again(
    busy: Busy, account: Callable[..., m.Account], settings: Any
) -> None:
    anna, minh = _wants(account("officer", name="anna")), _wants(account("officer", name="minh"))
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    outcome = reminder.send(NOW)
    assert [x.account for x in outcome.sent] == [minh]
    assert [x.account for x, _error in outcome.failed] == [anna]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [x.account for x in reminder.send(NOW).sent] == [anna]


def test_two_runs_at_once_send_one_mail(busy: Busy, account: Callable[..., m.Account]) -> None:
    anna = _wants(account("officer", name="anna"))
    first, second = reminder.pending(NOW), reminder.pending(NOW)
    connection = reminder.get_connection()
    assert [reminder._send(x, connection) for x in (*first, *second)] == [True, False]
    assert len(mail.outbox) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        m.ReminderSent.objects.create(account=anna, on=TODAY, items=1)


def test_the_command(busy: Busy, account: Callable[..., m.Account], capsys: pytest.CaptureFixture[str]) -> None:
    _wants(account("officer", name="anna"))
    record.change(busy.actions["late"], by=None, due=timezone.localdate() - timedelta(days=1))
    assert run(["register", "remind", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "To: anna@example.org" in shown
    assert "Late work" in shown
    assert mail.outbox == []
    assert run(["register", "remind"]) == 0
    assert "1 mails sent" in capsys.readouterr().out
    assert len(mail.outbox) == 1
    assert run(["register", "remind"]) == 0
    assert "0 mails sent" in capsys.readouterr().out


def test_how_often_is_said_on_the_page_of_the_account(signed_in: Callable[..., Client], db: None) -> None:
    browser = signed_in("officer", name="anna")
    page = browser.get(reverse("account")).content.decode()
    assert 'name="digest"' in page
    answer = browser.post(reverse("account"), {"time_zone": "UTC", "digest": "weekly"})
    assert answer.status_code == 302
    assert m.Account.objects.get(username="anna").digest == "weekly"
    assert browser.post(reverse("account"), {"time_zone": "UTC", "digest": "hourly"}).status_code == 200
    assert m.Account.objects.get(username="anna").digest == "weekly"


def test_no_text_of_a_mail_is_html(busy: Busy, account: Callable[..., m.Account]) -> None:
    record.change(busy.actions["late"], by=None, names={"en": "Oil & gas <today>"})
    _wants(account("officer", name="anna"))
    (letter,) = reminder.pending(NOW)
    assert "Oil & gas <today>" in letter.text
    assert not re.search(r"\n{4,}", letter.text)
