"""How the register looks and works in a browser: components, forms, the frame around every page, pages of accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from servanda_register.models import Account
from tests.register.looking import NARROW, WIDE, browser

ISSUER = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "office",
                "name": "Ministry of Reefs",
                "client_id": "x",
                "secret": "y",
                "settings": {"server_url": "https://issuer.test"},
            }
        ]
    }
}


@pytest.fixture
def gallery(settings: Any, db: None) -> Client:
    """A browser for the page of all components."""
    settings.ROOT_URLCONF = "tests.register.gallery"
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates", *settings.TEMPLATES[0]["DIRS"]]}
    ]
    return Client()


@pytest.fixture
def officer(account: Callable[..., Account], client: Client) -> Client:
    """Someone who has just signed in with a password."""
    someone = account("officer", name="an.nguyen")
    someone.emailaddress_set.create(email="an.nguyen@office.test", primary=True, verified=True)
    someone.emailaddress_set.create(email="an@office.test")
    answer = client.post(reverse("account_login"), {"login": "an.nguyen", "password": "word"})
    assert answer.status_code == 302
    client.post(
        reverse("account_reauthenticate"), {"password": "word"}
    )  # asked again before the second step is changed
    return client


def look_at(pages: dict[str, HttpResponse], language: str, *widths: int) -> None:
    """Nothing for axe to find, no scrolling sideways, no link that leads nowhere, no complaint of the browser."""
    with browser() as look:
        for (name, response), width in product(pages.items(), widths):
            assert "text/html" in response["content-type"]
            assert response.status_code not in {301, 302}, f"{name} leads to {response['location']}"
            seen = look(response, width=width)
            seen.keep(f"{name}-{language}-{width}")
            assert seen.page.locator("html").get_attribute("lang") == language
            # the browser complains of every answer of 400 and above as well; those pages are wanted here
            complaints = [c for c in seen.complaints if f"status of {response.status_code}" not in c]
            assert (name, complaints, seen.axe()) == (name, [], [])
            assert (name, max(0, seen.overflow()), seen.dead_ends()) == (name, 0, [])
            seen.page.context.close()


@pytest.mark.parametrize("language", ["en", "vi", "ru"])
def test_the_components_are_accessible_and_fit(gallery: Client, language: str) -> None:
    pages = {q: gallery.get(f"/gallery/?{q}", headers={"accept-language": language}) for q in ("plain", "wrong&past")}
    look_at({f"gallery-{query}": page for query, page in pages.items()}, language, WIDE, NARROW)


@pytest.mark.parametrize(("language", "width"), [("en", WIDE), ("vi", NARROW), ("ru", NARROW)])
def test_pages_before_signing_in(client: Client, settings: Any, db: None, language: str, width: int) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = ISSUER
    ask = {"headers": {"accept-language": language}}
    pages = {
        "login": client.get(reverse("account_login"), **ask),
        "login-wrong": client.post(reverse("account_login"), {"login": "nobody", "password": "x"}, **ask),
        "reset": client.get(reverse("account_reset_password"), **ask),
        "reset-done": client.get(reverse("account_reset_password_done"), **ask),
        "reset-link": client.get(reverse("account_reset_password_from_key", args=["1", "2-3"]), **ask),
        "inactive": client.get(reverse("account_inactive"), **ask),
        "signup": client.get(reverse("account_signup"), **ask),
        "cancelled": client.get(reverse("socialaccount_login_cancelled"), **ask),
        "not-confirmed": client.get(reverse("socialaccount_login_error"), **ask),
        "missing": client.get("/no-such-page/", **ask),
    }
    assert "Ministry of Reefs" in pages["login"].content.decode()
    look_at(pages, language, width)


@pytest.mark.parametrize(("language", "width"), [("en", WIDE), ("vi", NARROW)])
def test_pages_of_an_account(officer: Client, settings: Any, language: str, width: int) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = ISSUER
    ask = {"headers": {"accept-language": language}}
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = True  # one of the addresses is not confirmed
    pages = {
        "logout": officer.get(reverse("account_logout"), **ask),
        "password": officer.get(reverse("account_change_password"), **ask),
        "password-wrong": officer.post(reverse("account_change_password"), {"password1": "a", "password2": "b"}, **ask),
        "email": officer.get(reverse("account_email"), **ask),
        "mfa": officer.get(reverse("mfa_index"), **ask),
        "totp": officer.get(reverse("mfa_activate_totp"), **ask),
        "totp-wrong": officer.post(reverse("mfa_activate_totp"), {"code": "1"}, **ask),
        "reauthenticate": officer.get(reverse("account_reauthenticate"), **ask),
        "connections": officer.get(reverse("socialaccount_connections"), **ask),
    }
    someone = Account.objects.get()
    TOTP.activate(someone, generate_totp_secret())
    RecoveryCodes.activate(someone)
    pages |= {
        "mfa-on": officer.get(reverse("mfa_index"), **ask),
        "totp-off": officer.get(reverse("mfa_deactivate_totp"), **ask),
        "codes": officer.get(reverse("mfa_view_recovery_codes"), **ask),
        "codes-new": officer.get(reverse("mfa_generate_recovery_codes"), **ask),
        "reauthenticate-code": officer.get(reverse("mfa_reauthenticate"), **ask),
    }
    stranger = Client()
    stranger.post(reverse("account_login"), {"login": "an.nguyen", "password": "word"})
    pages["second-step"] = stranger.get(reverse("mfa_authenticate"), **ask)
    look_at(pages, language, width)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_pages_of_faults_need_no_request(name: str) -> None:
    """Django gives some of them none: they must stand without, and say what to do."""
    page = render_to_string(f"{name}.html")
    assert page.count("<h1") == 1
    assert page.count("govuk-body") >= 1


def test_five_wrong_passwords_close_the_door_and_say_for_how_long(
    client: Client, account: Callable[..., Account]
) -> None:
    account("officer", name="an")
    for _ in range(6):
        answer = client.post(reverse("account_login"), {"login": "an", "password": "wrong"})
    assert answer.status_code == 429
    assert "quarter of an hour" in answer.content.decode()


def test_the_frame_leads_where_it_says(officer: Client) -> None:
    page = officer.get(reverse("mfa_index")).content.decode()
    for name in ("home", "about", "accessibility", "api-docs"):
        assert f'href="{reverse(name)}"' in page
    assert 'href="#main-content"' in page
    assert 'id="main-content"' in page
    assert page.count('name="language"') == 3
    assert re.search('lang="vi"[^>]*>Tiếng Việt', page)
    assert "an.nguyen" in page
    assert f'action="{reverse("account_logout")}"' in page


def test_the_language_is_changed_by_a_button(client: Client, db: None) -> None:
    answer = client.post(reverse("set_language"), {"language": "vi", "next": reverse("account_login")}, follow=True)
    assert '<html lang="vi"' in answer.content.decode()


def test_the_policy_forbids_anything_inline_and_no_page_has_it(gallery: Client) -> None:
    answer = gallery.get("/gallery/?wrong")
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    page = answer.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


def test_an_error_leads_to_its_field(gallery: Client) -> None:
    response = gallery.get("/gallery/?wrong")
    with browser() as look:
        page = look(response).page
        links = page.locator(".govuk-error-summary__list a")
        assert links.count() == 11
        links.filter(has_text="E-mail").click()
        assert page.evaluate("document.activeElement.id") == "id_email"
        assert page.title().startswith("Error:")
        described = page.locator("#id_title").get_attribute("aria-describedby").split()
        assert described == ["id_title_helptext", "id_title_error"]
        assert all(page.locator(f"#{ident}").count() == 1 for ident in described)


def test_filters_renew_the_list_without_loading_the_page(gallery: Client) -> None:
    response = gallery.get("/gallery/")
    with browser() as look:
        seen = look(response)
        seen.page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
        seen.page.locator("#id_area").select_option("trade")
        seen.page.wait_for_url("**/gallery/?q=&area=trade&since=")
        assert seen.page.locator("h1").get_attribute("data-kept") == "yes"
        assert seen.page.locator("#results").count() == 1
        assert seen.complaints == []


def test_it_works_without_scripts(gallery: Client) -> None:
    response = gallery.get("/gallery/")
    with browser() as look:
        page = look(response, width=NARROW, scripts=False).page
        assert page.locator("#navigation a").first.is_visible()
        assert page.locator('input[type="file"]').is_visible()
        assert page.locator('input[type="password"]').is_visible()
        assert page.locator(".register-filters button").is_visible()
        assert not page.locator("button[data-print]").is_visible()


def test_scripts_show_a_password_and_open_the_menu(gallery: Client) -> None:
    response = gallery.get("/gallery/")
    with browser() as look:
        page = look(response, width=NARROW).page
        assert not page.locator("#navigation").is_visible()
        page.locator(".govuk-service-navigation__toggle").click()
        assert page.locator("#navigation").is_visible()
        page.locator("#id_password").fill("secret")
        page.locator(".govuk-password-input__toggle").click()
        assert page.locator("#id_password").get_attribute("type") == "text"


def test_on_paper_only_what_is_read(gallery: Client) -> None:
    response = gallery.get("/gallery/")
    with browser() as look:
        page = look(response).page
        page.emulate_media(media="print")
        for gone in (".register-header", "#navigation", ".register-filters", ".govuk-pagination", "main form"):
            assert not page.locator(gone).first.is_visible(), gone
        for kept in ("h1", ".govuk-table", ".govuk-summary-list"):
            assert page.locator(kept).first.is_visible(), kept


def test_whoever_sees_the_past_is_told_and_led_back(gallery: Client) -> None:
    page = gallery.get("/gallery/?past&q=water").content.decode()
    assert "You see the register as it was on 12 May 2025, 18:30" in page
    assert 'href="?past=&amp;q=water&amp;as_of="' in page
    assert "You see the register as it was" not in gallery.get("/gallery/").content.decode()


def test_the_tags_of_a_list_keep_the_rest_of_the_address(gallery: Client) -> None:
    page = gallery.get("/gallery/?q=water&page=7").content.decode()
    assert 'href="?q=water&amp;page=8" rel="next"' in page
    assert 'aria-label="Page 100"' in page
    assert 'href="/gallery/">Show all again' in page
    assert "&lt;Mongolia&gt;" in page
    assert '<strong class="govuk-tag govuk-tag--grey">anything</strong>' in page
    assert '<input type="hidden" name="number" value="4">' in page
    assert "&quot;allowEval&quot;:false" in page
