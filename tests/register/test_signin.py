"""Signing in and out, through the pages."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from servanda_register import models as m
from servanda_register.actions import accounts

pytestmark = pytest.mark.django_db
PASSWORD = "Reykjavik-Ulaanbaatar-42"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_requests_before() -> None:
    """Requests are counted for each minute and address: each test begins a minute of its own."""
    cache.clear()


@pytest.fixture
def anna(db: None) -> m.Account:
    """An account with a name, an e-mail address and a password."""
    return accounts.open_account(by=None, username="anna", email="anna@example.org", password=PASSWORD)


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": login, "password": password, **more})


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize("login", ["anna", "anna@example.org", "ANNA@example.org"])
def test_by_name_or_address(client: Client, anna: m.Account, login: str) -> None:
    assert sign_in(client, login)["Location"] == "/"
    assert signed_in_as(client) == str(anna.pk)


@pytest.mark.parametrize("login", ["anna", "anna@example.org"])
def test_five_failures_lock_out_even_with_the_right_password(client: Client, anna: m.Account, login: str) -> None:
    for attempt in range(1, 6):
        answer = sign_in(client, login, "wrong")
        assert answer.status_code == (429 if attempt == 5 else 200), attempt
    answer = sign_in(client, login)
    assert answer.status_code == 429
    assert "quarter of an hour" in answer.content.decode()
    assert signed_in_as(client) is None


def test_others_can_sign_in_while_one_is_locked_out(client: Client, anna: m.Account) -> None:
    other = accounts.open_account(by=None, username="bat", password=PASSWORD)
    for _attempt in range(5):
        sign_in(client, "anna", "wrong")
    sign_in(client, "bat")
    assert signed_in_as(client) == str(other.pk)


def test_success_forgets_earlier_failures(client: Client, anna: m.Account) -> None:
    for _round in range(2):
        for _attempt in range(4):
            assert sign_in(client, "anna", "wrong").status_code == 200
        assert sign_in(client, "anna").status_code == 302
        client.logout()


def test_a_failure_does_not_say_whether_the_name_is_known(client: Client, anna: m.Account) -> None:
    pages = [sign_in(client, name, "wrong").content.decode() for name in ("anna", "nobody")]
    assert pages[0].count("error") == pages[1].count("error")
    for page in pages:
        assert "not correct" in page


def test_a_closed_account_cannot_sign_in_and_is_signed_out(client: Client, anna: m.Account) -> None:
    sign_in(client, "anna")
    boss = accounts.open_account(by=None, username="boss")
    accounts.give(by=None, account=boss, group="administrator", partnership=None, cleared=False, reason="")
    accounts.close_account(by=boss, account=anna, reason="left the office")
    assert client.get("/account/").status_code == 302
    sign_in(Client(), "anna")
    assert not client.get("/").context["user"].is_authenticated


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_next_never_leads_away(client: Client, anna: m.Account, following: str) -> None:
    answer = sign_in(client, "anna", next=following)
    assert answer["Location"] == "/"


def test_next_leads_back(client: Client, anna: m.Account) -> None:
    assert sign_in(client, "anna", next="/history/?kind=commitment")["Location"] == "/history/?kind=commitment"


def test_the_language_of_the_account_is_that_of_the_pages(client: Client, anna: m.Account) -> None:
    accounts.change_account(by=anna, account=anna, language="ru")
    assert sign_in(client, "anna").cookies["django_language"].value == "ru"
    assert 'lang="ru"' in client.get("/about/").content.decode() or client.get("/account/")["Content-Language"] == "ru"


def test_signing_out_ends_the_session(client: Client, anna: m.Account) -> None:
    sign_in(client, "anna")
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in_as(client), "a link alone must not sign out"
    client.post("/accounts/logout/")
    assert signed_in_as(client) is None


def test_nobody_signs_up(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, "email": "e@example.org"}
    )
    assert not m.Account.objects.filter(username="eve").exists()
    assert answer.status_code == 200


def test_the_demonstration_signs_in_until_one_signs_out(client: Client, anna: m.Account, settings: Any) -> None:
    settings.DEMO_ACCOUNT = "anna"
    assert client.get("/account/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302
    assert signed_in_as(client) is None
    page = client.get(LOGIN).content.decode()
    assert reverse("return-to-demonstration") in page
    client.post(reverse("return-to-demonstration"))
    assert client.get("/account/").status_code == 200


def test_there_is_no_way_back_into_a_demonstration_that_is_none(client: Client, anna: m.Account) -> None:
    assert client.post(reverse("return-to-demonstration")).status_code == 404
    assert client.get("/account/").status_code == 302


def test_second_step(client: Client, anna: m.Account, django_capture_on_commit_callbacks: Any) -> None:
    sign_in(client, "anna")
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert asked.startswith("/accounts/reauthenticate/"), "who found an open browser does not know the password"
    client.post(asked, {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": _code(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert m.Event.objects.filter(verb="second-factor", by=anna).exists()
    client.post("/accounts/logout/")

    answer = sign_in(client, "anna")
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(client) is None, "the password alone is not enough"
    assert client.get("/account/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert signed_in_as(client) is None
    cache.clear()  # a code is taken once; the test has no half minute to wait for the next
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert signed_in_as(client) == str(anna.pk)


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


ISSUER = "https://issuer.example"


@pytest.fixture
def issuer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An OpenID Connect issuer behind the HTTP library; gives what was asked of it."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "office", "name": "The Ministry", "client_id": "servanda", "secret": "s",
                    "settings": {"server_url": ISSUER},
                }
            ]
        }
    }  # fmt: skip
    person = {"sub": "7", "email": "dorj@example.org", "given_name": "Dorj", "family_name": "Bat",
              "preferred_username": "dorj"}  # fmt: skip
    seen: dict[str, Any] = {"person": person, "asked": []}

    def answer(self: Any, method: str, url: str, **named: Any) -> requests.Response:
        seen["asked"].append((method.upper(), url))
        body: dict[str, Any]
        if url.endswith("/.well-known/openid-configuration"):
            body = {
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/userinfo", "jwks_uri": f"{ISSUER}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }  # fmt: skip
        elif url == f"{ISSUER}/token":
            claims = {"iss": ISSUER, "aud": "servanda", "exp": 4_000_000_000, "iat": 0, **seen["person"]}
            body = {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, "k" * 40)}
        elif url == f"{ISSUER}/userinfo":
            body = seen["person"]
        else:
            raise AssertionError(f"{url} was asked for")
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(body).encode()
        return response

    monkeypatch.setattr(requests.Session, "request", answer)
    return seen


def _through_the_office(client: Client) -> Any:
    away = client.post("/accounts/oidc/office/login/?process=login")
    assert away.status_code == 302
    to = urlsplit(away["Location"])
    assert (to.netloc, to.path) == ("issuer.example", "/authorize")
    asked = parse_qs(to.query)
    assert asked["redirect_uri"][0].endswith("/accounts/oidc/office/login/callback/")
    return client.get(f"/accounts/oidc/office/login/callback/?code=c&state={asked['state'][0]}")


def test_the_offices_sign_in_makes_an_account_without_rights(client: Client, issuer: dict[str, Any]) -> None:
    assert "The Ministry" in client.get(LOGIN).content.decode()
    assert _through_the_office(client)["Location"] == "/"
    account = m.Account.objects.get(email="dorj@example.org")
    assert signed_in_as(client) == str(account.pk)
    assert not account.has_usable_password()
    assert not account.memberships.exists()
    assert m.Event.objects.filter(kind="account", record=account.pk, verb="sign-up").exists()
    assert client.get("/people-and-rights/").status_code == 403
    # the second time it is the same account
    client.post("/accounts/logout/")
    _through_the_office(client)
    assert m.Account.objects.filter(email="dorj@example.org").count() == 1
    assert signed_in_as(client) == str(account.pk)


def test_an_answer_that_was_not_asked_for_signs_nobody_in(client: Client, issuer: dict[str, Any]) -> None:
    client.get("/accounts/oidc/office/login/callback/?code=c&state=made-up")
    assert signed_in_as(client) is None
    assert not m.Account.objects.filter(email="dorj@example.org").exists()


def test_an_address_at_the_issuer_does_not_take_over_an_account(
    client: Client, issuer: dict[str, Any], anna: m.Account
) -> None:
    issuer["person"] = {"sub": "8", "email": "anna@example.org", "preferred_username": "anna"}
    _through_the_office(client)
    assert signed_in_as(client) != str(anna.pk)


def _addresses() -> list[str]:
    """Every page whose address takes nothing."""
    found: list[str] = []

    def collect(patterns: list[Any], before: str) -> None:
        for entry in patterns:
            where = before + str(entry.pattern).lstrip("^").rstrip("$")
            if hasattr(entry, "url_patterns"):
                collect(entry.url_patterns, where)
            elif not re.search(r"[<(\\]", where):
                found.append(f"/{where}")

    collect(get_resolver().url_patterns, "")
    return sorted(set(found))


FOR_ALL = {
    "/", "/about/", "/accessibility/", "/api-docs/", "/partnerships/", "/statements/", "/commitments/", "/lists/",
    "/search/", "/statements/alignment.css",
}  # fmt: skip
"""What those who have not signed in may read, besides the pages of signing in and the API."""


@pytest.mark.parametrize("address", _addresses())
def test_every_page_keeps_foreign_scripts_out_and_asks_strangers_to_sign_in(
    client: Client, anna: m.Account, address: str
) -> None:
    answer = client.get(address)
    open_to_all = address in FOR_ALL or address.startswith(("/accounts/", "/api/", "/language/"))
    if not open_to_all:
        assert answer.status_code in {302, 404, 405}, address
        if answer.status_code == 302:
            assert answer["Location"] == f"/accounts/login/?next={address}"
    accounts.give(by=None, account=anna, group="administrator", partnership=None, cleared=True, reason="")
    client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    for one in (answer, client.get(address)):
        assert one.status_code < 500
        policy = one["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert one["X-Content-Type-Options"] == "nosniff"
        assert one["X-Frame-Options"] == "DENY"


def test_cookies_are_not_for_scripts_nor_for_other_sites(client: Client, anna: m.Account) -> None:
    cookie = sign_in(client, "anna").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_where_nothing_is_public_all_asks_to_sign_in(client: Client, anna: m.Account, settings: Any) -> None:
    settings.PUBLIC_SITE = False
    for address in ("/", "/partnerships/", "/search/?q=a"):
        assert client.get(address)["Location"].startswith("/accounts/login/?next=/"), address
    assert client.get("/about/").status_code == 200
    assert client.get("/api/v1/partnerships").status_code == 401
    sign_in(client, "anna")
    assert client.get("/partnerships/").status_code == 200
