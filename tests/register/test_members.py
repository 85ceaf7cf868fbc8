"""Accounts and memberships: who gives which rights, and who always stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import accounts, record
from servanda_register.queries.rights import ALLOWED, rights_of

from .conftest import World

pytestmark = pytest.mark.django_db
PASSWORD = "Reykjavik-Ulaanbaatar-42"


@pytest.fixture
def boss(account: Callable[..., m.Account]) -> m.Account:
    """The one administrator."""
    return account("administrator", name="boss")


@pytest.fixture
def browser(boss: m.Account) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_account_from_nothing_to_its_end(browser: Client, boss: m.Account, world: World) -> None:
    """All through the pages, with an event and a reason for each step."""
    answer = browser.post(
        "/people-and-rights/new/",
        {"username": "anna", "email": "Anna@Example.org", "first_name": "Anna", "last_name": "Á", "password": PASSWORD,
         "reason": "new at the desk"},
    )  # fmt: skip
    anna = m.Account.objects.get(username="anna")
    assert answer["Location"] == reverse("member", args=[anna.pk])
    assert anna.email == "anna@example.org"
    assert anna.check_password(PASSWORD)
    given = {"partnership": world.partnership.pk, "group": "coder", "reason": "codes statements"}
    browser.post(f"/people-and-rights/{anna.pk}/give/", given)
    assert rights_of(anna).may("review", world.partnership.pk)
    assert not rights_of(anna).may("review", world.other.pk)
    membership = anna.memberships.get()
    browser.post(
        f"/people-and-rights/memberships/{membership.pk}/change/",
        {"group": "officer", "cleared": "on", "reason": "head"},
    )
    assert rights_of(anna).cleared == {world.partnership.pk}
    browser.post(f"/people-and-rights/memberships/{membership.pk}/end/", {"reason": "moved on"})
    assert not rights_of(anna).member
    browser.post(f"/people-and-rights/{anna.pk}/close/", {"reason": "left the office"})
    anna.refresh_from_db()
    assert not anna.is_active
    told = m.Event.objects.filter(by=boss, kind__in=["account", "membership"]).order_by("sequence")
    assert [(e.verb, e.reason) for e in told] == [
        ("create", "new at the desk"), ("give", "codes statements"), ("change", "head"), ("end", "moved on"),
        ("close", "left the office"),
    ]  # fmt: skip
    assert all(PASSWORD not in str(e.after) and anna.password not in str(e.after) for e in told)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": "boss", "password": PASSWORD}, "already exists"),
        ({"username": "BOSS", "password": PASSWORD}, "taken"),
        ({"username": "new", "email": "Anna@example.org", "password": PASSWORD}, "belongs to another account"),
        ({"username": "new", "password": "password12"}, "too common"),
        ({"username": "new", "password": "short"}, "too short"),
        ({"username": "", "password": PASSWORD}, "required"),
        ({"username": "new", "email": "nothing", "password": PASSWORD}, "valid email"),
    ],
)
def test_what_an_account_cannot_be(browser: Client, fields: dict[str, str], said: str) -> None:
    accounts.open_account(by=None, username="anna", email="anna@example.org")
    answer = browser.post("/people-and-rights/new/", fields)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert m.Account.objects.count() == 2


def test_without_a_password_one_signs_in_through_the_office(browser: Client) -> None:
    browser.post("/people-and-rights/new/", {"username": "anna"})
    assert not m.Account.objects.get(username="anna").has_usable_password()


def test_a_reason_must_be_given(browser: Client, account: Callable[..., m.Account], world: World) -> None:
    other = account("coder")
    membership = other.memberships.get()
    for address, fields in [
        (f"/people-and-rights/{other.pk}/close/", {"reason": " "}),
        (f"/people-and-rights/{other.pk}/give/", {"group": "reader", "partnership": world.partnership.pk}),
        (f"/people-and-rights/memberships/{membership.pk}/end/", {}),
        (f"/people-and-rights/memberships/{membership.pk}/change/", {"group": "reader"}),
    ]:
        count = m.Event.objects.count()
        answer = browser.post(address, fields)
        assert answer.status_code == 200, address
        assert "required" in answer.content.decode(), address
        assert m.Event.objects.count() == count, address


def test_nobody_takes_away_their_own_right_to_administer(
    browser: Client, boss: m.Account, account: Callable[..., m.Account]
) -> None:
    account("administrator")  # even where another one stays
    membership = boss.memberships.get()
    for address, fields in [
        (f"/people-and-rights/{boss.pk}/close/", {"reason": "tired"}),
        (f"/people-and-rights/memberships/{membership.pk}/end/", {"reason": "tired"}),
        (f"/people-and-rights/memberships/{membership.pk}/change/", {"group": "reader", "reason": "tired"}),
    ]:
        answer = browser.post(address, fields)
        assert "Another administrator can" in answer.content.decode(), address
    assert rights_of(m.Account.objects.get(pk=boss.pk)).may("administer")


def test_an_administrator_always_stays(boss: m.Account, account: Callable[..., m.Account]) -> None:
    other = account("administrator")
    accounts.close_account(by=other, account=boss, reason="left")
    with pytest.raises(UsageError, match="nobody who can administer"):
        accounts.close_account(by=boss, account=other, reason="left")
    with pytest.raises(UsageError, match="nobody who can administer"):
        accounts.end_membership(by=boss, membership=other.memberships.get(), reason="left")
    with pytest.raises(UsageError, match="nobody who can administer"):
        accounts.change_membership(
            by=boss, membership=other.memberships.get(), group="reader", cleared=False, reason="left"
        )
    assert rights_of(m.Account.objects.get(pk=other.pk)).may("administer")


def test_one_group_in_one_place(boss: m.Account, account: Callable[..., m.Account], world: World) -> None:
    other = account()
    give = {"by": boss, "account": other, "cleared": False, "reason": ""}
    accounts.give(**give, group="reader", partnership=None)
    with pytest.raises(UsageError, match="Change that one"):
        accounts.give(**give, group="coder", partnership=None)
    accounts.give(**give, group="coder", partnership=world.partnership)
    with pytest.raises(UsageError, match="whole register"):
        accounts.give(**give, group="administrator", partnership=world.other)


def test_the_first_administrator_comes_from_the_command(world: World) -> None:
    made = accounts.add(name="first", group="administrator", password=lambda: PASSWORD)
    assert rights_of(made).may("administer")
    again = accounts.add(name="first", group="coder", partnership="iceland-nepal", cleared=True)
    assert again == made
    for wrong in ({"group": "king"}, {"group": "coder", "partnership": "atlantis"}, {"group": "administrator"}):
        with pytest.raises(UsageError):
            accounts.add(name="first", **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="too short"):
        accounts.add(name="second", group="coder", password=lambda: "short")
    assert not m.Account.objects.filter(username="second").exists()


PAGES = ["members", "member-new"]


@pytest.mark.parametrize("group", ["", "reader", "coder", "reviewer", "officer"])
def test_others_do_not_come_in(signed_in: Callable[..., Client], boss: m.Account, group: str) -> None:
    client = signed_in(group)
    membership = boss.memberships.get()
    of_account = ("member", "member-change", "member-password", "member-close", "member-open", "member-give",
                  "member-second-factor")  # fmt: skip
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse(name, args=[boss.pk]) for name in of_account]
    addresses += [reverse(name, args=[membership.pk]) for name in ("membership-change", "membership-end")]
    count = m.Event.objects.count()
    for address in addresses:
        assert client.get(address).status_code == 403, address
        fields = {"reason": "mine", "group": "officer", "password": PASSWORD, "username": "eve"}
        assert client.post(address, fields).status_code == 403, address
    assert m.Event.objects.count() == count


def test_the_list_takes_few_queries(
    browser: Client, account: Callable[..., m.Account], world: World, django_assert_max_num_queries: Any
) -> None:
    for _number in range(5):
        account("coder", world.partnership)
    with django_assert_max_num_queries(15):
        page = browser.get("/people-and-rights/").content.decode()
    assert page.count("Coder (Iceland and Mongolia)") == 5
    assert "Coder (" not in browser.get("/people-and-rights/?group=officer").content.decode()


def test_an_administrator_who_is_not_cleared_reads_no_restricted_names(
    browser: Client, account: Callable[..., m.Account], world: World
) -> None:
    record.change(world.partnership, by=None, visibility="restricted")
    member = account("coder", world.partnership)
    for address in ("/people-and-rights/", f"/people-and-rights/{member.pk}/", f"/people-and-rights/{member.pk}/give/"):
        assert "Mongolia" not in browser.get(address).content.decode(), address


def test_the_table_of_groups_says_what_the_register_goes_by(browser: Client) -> None:
    page = browser.get("/people-and-rights/groups/").content.decode()
    rows = page.split("<tbody")[1].split("<tr")[1:]
    assert len(rows) == len(ALLOWED)
    assert [row.count("Yes") for row in rows] == [len(groups) for groups in ALLOWED.values()]


def test_ones_own_account(client: Client, account: Callable[..., m.Account]) -> None:
    own = account("coder", name="anna")
    assert client.get("/account/").status_code == 302
    client.force_login(own, backend="django.contrib.auth.backends.ModelBackend")
    fields = {
        "first_name": "Anna",
        "language": "vi",
        "time_zone": "Asia/Ho_Chi_Minh",
        "username": "root",
        "email": "x@y.z",
    }
    answer = client.post("/account/", fields)
    assert answer.cookies["django_language"].value == "vi"
    own.refresh_from_db()
    assert (own.first_name, own.language, own.time_zone) == ("Anna", "vi", "Asia/Ho_Chi_Minh")
    assert (own.username, own.email) == ("anna", ""), "names for signing in are the administrators'"
    assert m.Event.objects.filter(kind="account", by=own, verb="change").count() == 1
    assert client.post("/account/", {"language": "xx", "time_zone": "Nowhere"}).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_administrators_who_end_each_other_at_once_leave_one(account: Callable[..., m.Account]) -> None:
    pair = [account("administrator"), account("administrator")]
    start = threading.Barrier(2)
    refused: list[str] = []

    def end(mine: m.Account, other: m.Account) -> None:
        start.wait()
        try:
            accounts.end_membership(by=mine, membership=other.memberships.get(), reason="now")
        except UsageError as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=end, args=(pair[i], pair[1 - i])) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert m.Membership.objects.filter(group="administrator", ended=False).count() == 1


def test_fields_that_are_not_to_be_changed_are_refused(boss: m.Account) -> None:
    with pytest.raises(UsageError, match="is_superuser"):
        accounts.change_account(by=boss, account=boss, is_superuser=True)
    with pytest.raises(ValidationError):
        accounts.change_account(by=boss, account=boss, username="")
