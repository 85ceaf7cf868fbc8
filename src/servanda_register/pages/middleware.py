"""What every request gets: the reader's rights, language and time zone, and the moment that is looked at."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.models import Account
from servanda_register.past import PastIsKept
from servanda_register.queries import past
from servanda_register.queries.rights import Rights, rights_of

Respond = Callable[[HttpRequest], HttpResponse]
OPEN_TO_ALL = ("/accounts/", "/static/", "/language/", "/about", "/accessibility", "/feeds/")
"""What is shown before signing in where nothing is public; feeds ask for their token themselves."""
ALWAYS_NOW = ("/accounts/", "/account/", "/static/", "/language/", "/feeds/")
"""What has no past: signing in and out, one's own account, the language of the pages, calendars."""
LEFT = "left-the-demonstration"
"""Key of the session in which someone has signed out of the demonstration."""


class RegisterRequest(HttpRequest):
    """A request as the pages get it."""

    rights: Rights
    as_of: datetime | None
    """The moment of the past that is looked at; None for now."""


class DemoMiddleware:
    """Signs whoever comes in as the demonstration's officer, but for those who signed out; does nothing elsewhere."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEMO_ACCOUNT and not request.user.is_authenticated and not request.path.startswith("/static/"):
            if not request.session.get(LEFT):
                account = Account.objects.filter(username=settings.DEMO_ACCOUNT, is_active=True).first()
                if account:
                    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
        return self.respond(request)


class RightsMiddleware:
    """Gives the request its ``rights``, read when first asked for; speaks the language and time zone of the account."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        rights = SimpleLazyObject(lambda: rights_of(request.user, public=settings.PUBLIC_SITE))
        cast(RegisterRequest, request).rights = cast(Rights, rights)
        closed = not settings.PUBLIC_SITE and not request.user.is_authenticated
        if closed and not request.path.startswith(OPEN_TO_ALL) and not request.path.startswith("/api/"):
            return redirect_to_login(request.get_full_path())
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(language)  # what was chosen in this browser goes before it
            request.LANGUAGE_CODE = language
        with timezone.override(_zone(request)):
            return self.respond(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whoever has not signed in is asked to, before being told that something is not allowed."""
        if not isinstance(exception, PermissionDenied) or request.user.is_authenticated:
            return None
        if request.path.startswith("/api/"):
            return None
        back = request.get_full_path() if request.method == "GET" else resolve_url("home")
        return redirect_to_login(back)


class PastMiddleware:
    """Shows any page as it was: ``?as_of=2026-05-01`` sets the moment for the session, ``?as_of=`` returns to now.

    Programs have no session: for the API each request says it.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        register = cast(RegisterRequest, request)
        register.as_of = None
        if request.path.startswith(ALWAYS_NOW):
            return self.respond(request)
        if request.method == "GET" and request.GET.get("as_of") == "" and not _is_program(request):
            request.session.pop("as_of", None)
            left = [(name, value) for name, values in request.GET.lists() if name != "as_of" for value in values]
            return redirect(request.path + (f"?{urlencode(left)}" if left else ""))
        try:
            moment = self._asked(request)
        except UsageError as error:
            return _refused(request, str(error), _("That is not a day"), 400)
        if moment is None:
            return self.respond(request)
        register.as_of = moment
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return _refused(request, *_unchangeable())
        with past.at(moment):
            response = self.respond(request)
            if isinstance(response, StreamingHttpResponse):
                # what is still to be read must be read before the past is left
                response.streaming_content = iter([b"".join(response)])  # type: ignore[arg-type]
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page that would have written something says so plainly."""
        return _refused(request, *_unchangeable()) if isinstance(exception, PastIsKept) else None

    def _asked(self, request: HttpRequest) -> datetime | None:
        """The moment of the address, or else that of the session; None for now."""
        if _is_program(request):
            text = request.GET.get("as_of", "")
            return past.asked(text) if text else None
        if text := request.GET.get("as_of", ""):
            moment = past.asked(text)
            if moment is None:
                request.session.pop("as_of", None)
            else:
                request.session["as_of"] = moment.isoformat()
            return moment
        kept = request.session.get("as_of")
        return past.asked(kept) if kept else None


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _unchangeable() -> tuple[str, str, int]:
    return _("The past cannot be changed. Return to now, then do it again."), _("This is the past"), 409


def _refused(request: HttpRequest, sentence: str, title: str, status: int) -> HttpResponse:
    if _is_program(request):
        return JsonResponse({"error": sentence}, status=status)
    return render(request, "register/history/refused.html", {"title": title, "sentence": sentence}, status=status)


def _zone(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """The time zone of the account; that of the site for those who have not signed in."""
    try:
        return zoneinfo.ZoneInfo(getattr(request.user, "time_zone", "") or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
