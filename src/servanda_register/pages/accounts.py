"""How accounts come to be and how people sign in: what the register asks of django-allauth and django-axes.

An administrator makes accounts; nobody signs up. People of the office's OpenID Connect get theirs at the first sign-in.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from servanda_register.actions import accounts
from servanda_register.models import Account
from servanda_register.pages.middleware import LEFT
from servanda_register.queries.trail import snapshot


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed to signing up; speaks the language of whoever signs in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def post_login(self, request: HttpRequest, user: Account, **named: Any) -> HttpResponse:
        """The language of the account is that of the browser from now on."""
        response: HttpResponse = super().post_login(request, user, **named)
        if user.language in dict(settings.LANGUAGES):
            speak(response, user.language)
        return response

    def logout(self, request: HttpRequest) -> None:
        """In the demonstration nobody is signed in again at once."""
        super().logout(request)
        if settings.DEMO_ACCOUNT:
            request.session[LEFT] = True


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People of the office's OpenID Connect get an account at their first sign-in, without any rights until given."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Always: the office's issuer says who its people are."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        """The trail tells of the account."""
        account: Account = super().save_user(request, sociallogin, form)
        accounts.tell(account=account, verb="sign-up")
        return account


def speak(response: HttpResponse, language: str) -> None:
    """Has the browser ask for pages in ``language``."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def axes_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Under which name django-axes counts failures: what was typed, whether name or e-mail address, in lower case."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login")
    return str(name).strip().lower() if name else None


@receiver([password_changed, password_reset, password_set])
def _password(sender: Any, user: Account, **_named: Any) -> None:
    accounts.tell(account=user, verb="password")


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _second_factor(sender: Any, user: Account, **_named: Any) -> None:
    accounts.tell(account=user, verb="second-factor")


@receiver(email_changed)
def _email(sender: Any, user: Account, from_email_address: Any, to_email_address: Any, **_named: Any) -> None:
    before = snapshot(user) | {"email": from_email_address.email if from_email_address else ""}
    accounts.tell(account=user, verb="change", before=before)
