"""What one is reminded of, and the calendar that other programs subscribe to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import icalendar
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from servanda.errors import UsageError
from servanda.version import __version__
from servanda_register.actions import tokens as actions
from servanda_register.actions.reminder import spoken_to
from servanda_register.models import Account, Token, TokenScope
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries import feed as of_feed
from servanda_register.queries import reminders as of_reminders
from servanda_register.queries.api import account_of, tokens_of
from servanda_register.queries.calendar import next_working_day
from servanda_register.queries.rights import rights_of
from servanda_register.queries.visibility import one

REFRESH = timedelta(hours=6)
CLASSES = {"public": "PUBLIC", "internal": "PRIVATE", "restricted": "CONFIDENTIAL"}
"""Visibility -> what RFC 5545 calls it; programs that share calendars go by it."""


@require_safe
def reminders(request: RegisterRequest) -> HttpResponse:
    """All that the reader is to remember, by kind."""
    request.rights.require_anywhere("see-work")
    sections = of_reminders.by_section(of_reminders.reminders(request.rights, timezone.localdate()))
    shown = [(key, of_reminders.SECTIONS[key], items) for key, items in sections.items()]
    return render(request, "register/reminder/reminders.html", {"sections": shown})


@require_safe
@conditional_page
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar of the account whose token stands in the address; 404 for one that is ended or never was."""
    account = account_of(key, TokenScope.FEED)
    if account is None:
        raise Http404(_("There is no such calendar, or its address was ended."))
    with spoken_to(account):
        content = _calendar(account).to_ical()
        language = translation.get_language() or "en"
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="servanda.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex"
    return response


def _calendar(account: Account) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Servanda//{__version__}//{(translation.get_language() or 'en').upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _("Servanda: deadlines and sessions"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    rights = rights_of(account, public=settings.PUBLIC_SITE)
    for entry in of_feed.entries(rights, timezone.localdate()):
        calendar.add_component(_event(entry))
    return calendar


def _event(entry: of_feed.Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.SITE_ADDRESS).hostname}")
    event.add("dtstamp", entry.changed)
    event.add("last-modified", entry.changed)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends + timedelta(days=1))  # the day after the last, RFC 5545
    event.add("summary", f"{entry.category}: {entry.title}", parameters={"LANGUAGE": entry.language or "en"})
    event.add("description", "\n".join(_described(entry)))
    event.add("categories", [entry.category])
    event.add("class", CLASSES[entry.visibility])
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    if entry.place:
        event.add("location", entry.place)
    event.add("url", urljoin(settings.SITE_ADDRESS, entry.address))
    return event


def _described(entry: of_feed.Entry) -> list[str]:
    lines = [entry.partnership.name, *entry.lines]
    for off in entry.off:
        lines.append(_("Offices are closed on this day in %(party)s: %(reason)s") % {
            "party": off.party.name, "reason": off.reason,
        })  # fmt: skip
    if entry.off:
        codes = [party.code for party in entry.partnership.parties.all()]
        day = formats.date_format(next_working_day(entry.starts, codes), "DATE_FORMAT")
        lines.append(_("Next working day of all sides: %(day)s") % {"day": day})
    return [*lines, urljoin(settings.SITE_ADDRESS, entry.address)]


class CalendarForm(forms.Form):
    """Which program a new address is for."""

    name = forms.CharField(
        label=gettext_lazy("Which program it is for"), max_length=100, help_text=gettext_lazy("As in “My telephone”.")
    )


@never_cache
@login_required
def calendars(request: RegisterRequest) -> HttpResponse:
    """The addresses of one's own calendar; a new one is shown this once."""
    form = CalendarForm(request.POST or None)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = actions.make(by=_me(request), name=form.cleaned_data["name"], scope=TokenScope.FEED)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            form = CalendarForm()
            address = request.build_absolute_uri(reverse("feed", args=[key]))
    context = {
        "form": form, "address": address, "tokens": tokens_of(_me(request), TokenScope.FEED),
        "trail": [{"label": _("Your account"), "url": reverse("account")}],
    }  # fmt: skip
    return render(request, "register/reminder/calendars.html", context)


@login_required
@require_POST
def end_calendar(request: RegisterRequest, pk: int) -> HttpResponse:
    """Ends one of the addresses of one's own calendar."""
    token = one(Token, request.rights, tokens_of(_me(request), TokenScope.FEED), pk=pk)
    actions.end(by=_me(request), token=token)
    messages.success(request, _("The calendar of “%(name)s” gets nothing any more.") % {"name": token.name})
    return redirect("calendars")


def _me(request: HttpRequest) -> Any:
    return request.user


urlpatterns = [
    path("reminders/", reminders, name="reminders"),
    path("feeds/<str:key>.ics", feed, name="feed"),
    path("account/calendars/", calendars, name="calendars"),
    path("account/calendars/<int:pk>/end/", end_calendar, name="end-calendar"),
]
