"""History: what was done, by whom, when and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servanda_register import models as m
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import history as trail
from servanda_register.queries.visibility import visible

SENTENCES = {
    "accept": gettext_lazy("%(who)s accepted a proposal: %(what)s"),
    "add": gettext_lazy("%(who)s added what the machine had not found: %(what)s"),
    "attach": gettext_lazy("%(who)s attached %(what)s"),
    "begin": gettext_lazy("%(who)s began %(what)s"),
    "bring-in": gettext_lazy("%(who)s brought in %(what)s"),
    "cancel": gettext_lazy("%(who)s cancelled %(what)s"),
    "change": gettext_lazy("%(who)s changed %(what)s"),
    "close": gettext_lazy("%(who)s closed %(what)s"),
    "comment": gettext_lazy("%(who)s wrote %(what)s"),
    "compare": gettext_lazy("%(who)s had versions compared: %(what)s"),
    "confirm": gettext_lazy("%(who)s confirmed %(what)s"),
    "create": gettext_lazy("%(who)s added %(what)s"),
    "end": gettext_lazy("%(who)s ended %(what)s"),
    "finish": gettext_lazy("%(who)s finished %(what)s"),
    "give": gettext_lazy("%(who)s gave %(what)s"),
    "hold": gettext_lazy("%(who)s put down that it was held: %(what)s"),
    "keep": gettext_lazy("%(who)s put in %(what)s"),
    "load": gettext_lazy("%(who)s loaded %(what)s"),
    "make": gettext_lazy("%(who)s made %(what)s"),
    "open": gettext_lazy("%(who)s opened %(what)s again"),
    "password": gettext_lazy("%(who)s set a new password for %(what)s"),
    "merge": gettext_lazy("%(who)s merged proposals: %(what)s"),
    "reject": gettext_lazy("%(who)s rejected a proposal: %(what)s"),
    "relate": gettext_lazy("%(who)s put in its place %(what)s"),
    "reopen": gettext_lazy("%(who)s took up again %(what)s"),
    "restore": gettext_lazy("%(who)s restored %(what)s"),
    "second-factor": gettext_lazy("%(who)s changed the second step of signing in of %(what)s"),
    "sign-up": gettext_lazy("%(who)s signed in for the first time: %(what)s"),
    "split": gettext_lazy("%(who)s split a proposal: %(what)s"),
    "withdraw": gettext_lazy("%(who)s withdrew %(what)s"),
}
"""Verb of an event -> what is said of it."""
VERBS = {
    "accept": gettext_lazy("Accepted a proposal"), "add": gettext_lazy("Added what was not found"),
    "merge": gettext_lazy("Merged proposals"), "reject": gettext_lazy("Rejected a proposal"),
    "split": gettext_lazy("Split a proposal"),
    "attach": gettext_lazy("Attached"), "begin": gettext_lazy("Began"), "bring-in": gettext_lazy("Brought in"),
    "change": gettext_lazy("Changed"), "close": gettext_lazy("Closed"), "comment": gettext_lazy("Commented"),
    "compare": gettext_lazy("Compared versions"), "confirm": gettext_lazy("Confirmed"),
    "cancel": gettext_lazy("Cancelled"), "hold": gettext_lazy("Put down as held"),
    "create": gettext_lazy("Added"), "end": gettext_lazy("Ended"), "finish": gettext_lazy("Finished"),
    "give": gettext_lazy("Gave a group"), "keep": gettext_lazy("Put in"), "load": gettext_lazy("Loaded"),
    "make": gettext_lazy("Made"), "open": gettext_lazy("Opened again"), "password": gettext_lazy("Set a password"),
    "relate": gettext_lazy("Put in its place"), "reopen": gettext_lazy("Took up again"),
    "restore": gettext_lazy("Restored"), "second-factor": gettext_lazy("Changed the second step of signing in"),
    "sign-up": gettext_lazy("Signed in for the first time"), "withdraw": gettext_lazy("Withdrew"),
}  # fmt: skip
"""Verb of an event -> how it stands in the choice of a filter."""
KINDS = (
    "partnership", "instrument", "expression", "commitment", "review", "decision", "comment", "attachment", "mechanism",
    "agreement", "programme", "person", "role", "body", "membership", "account", "pairing",
    "session", "agendaitem", "sessiondecision", "exchange", "plan", "planstep", "action", "progress", "milestone",
)  # fmt: skip
PERIODS: dict[str, tuple[Any, timedelta]] = {
    "day": (gettext_lazy("Last 24 hours"), timedelta(days=1)),
    "week": (gettext_lazy("Last 7 days"), timedelta(days=7)),
    "month": (gettext_lazy("Last 30 days"), timedelta(days=30)),
    "year": (gettext_lazy("Last 12 months"), timedelta(days=365)),
}


def _page_of(kind: str, event: m.Event) -> str:
    return reverse(kind, args=[event.record])


PAGES: dict[str, Callable[[m.Event], str]] = {
    "instrument": lambda e: reverse("instrument", args=[e.record]),
    "commitment": lambda e: reverse("commitment", args=[e.record]),
    "partnership": lambda e: reverse("partnership", args=[(e.after or {})["slug"]]),
    **{kind: partial(_page_of, kind) for kind in (
        "session", "exchange", "plan", "action", "milestone", "difficulty", "support", "indicator", "agreement",
        "mechanism", "programme",
    )},
    "progress": lambda e: reverse("action", args=[(e.after or {})["action_id"]]),
}  # fmt: skip
"""Kind -> address of the record's own page."""


def _who(event: m.Event) -> str:
    return event.by.shown_name if event.by else _("The register itself")


def sentence(event: m.Event) -> str:
    """The event in words: ``Demo Officer confirmed commitment 12``."""
    pattern = SENTENCES.get(event.verb, gettext_lazy("%(who)s did “%(verb)s” with %(what)s"))
    return capfirst(str(pattern) % {"who": _who(event), "what": trail.thing(event)[0], "verb": event.verb})


def _kind_name(kind: str) -> str:
    model = trail.model_of(kind)
    return capfirst(str(model._meta.verbose_name)) if model else kind


def _since(rows: QuerySet[Any], period: str) -> QuerySet[Any]:
    return rows.filter(at__gte=timezone.now() - PERIODS[period][1])


def history(request: RegisterRequest) -> HttpResponse:
    """All events that the reader may see, narrowed down."""
    rights = request.rights
    rights.require_anywhere("see-work")
    partnerships = [(str(p.pk), p.name) for p in visible(m.Partnership, rights)]
    people = [(str(a.pk), a.shown_name) for a in visible(m.Account, rights).order_by("username")]
    listing = Listing(
        name="history",
        title=_("History"),
        intro=_("Who did what, when and why. Nothing can be taken out of it or changed, by anyone."),
        rows=trail.events(rights), plain=m.Event.objects.select_related("by", "partnership"),
        columns=[
            Column("what", _("What was done"), sentence, url=lambda e: reverse("event", args=[e.sequence]),
                   order=("sequence",)),
            Column("when", _("When"), lambda e: e.at, order=("at",)),
            Column("where", _("Partnership"), lambda e: e.partnership.name if e.partnership else "",
                   lang=lambda e: e.partnership.name_language if e.partnership else ""),
            Column("why", _("Reason"), lambda e: e.reason),
        ],
        filters=[
            Filter("who", _("Who"), people, lambda rows, pk: rows.filter(by=pk)),
            Filter("partnership", _("Partnership"), partnerships, lambda rows, pk: rows.filter(partnership=pk)),
            Filter("kind", _("About"), [(k, _kind_name(k)) for k in KINDS], lambda rows, kind: rows.filter(kind=kind)),
            Filter("when", _("When"), [(key, str(label)) for key, (label, _ago) in PERIODS.items()], _since),
            Filter("verb", _("What was done"), [(verb, str(label)) for verb, label in VERBS.items()],
                   lambda rows, verb: rows.filter(verb=verb)),
        ],
        empty=_("As soon as someone puts a record in or changes one, it stands here."),
    )  # fmt: skip
    return show(request, listing)


def event(request: RegisterRequest, sequence: int) -> HttpResponse:
    """One event: who, when, why, and the fields before and after."""
    request.rights.require_anywhere("see-work")
    found = trail.event(sequence, request.rights)
    if found is None:
        raise Http404(_("There is no such event, or you may not see it."))
    return _told(request, [found], "register/history/event.html", trail=[_up()], event=found)


def record_history(request: RegisterRequest, kind: str, record: str) -> HttpResponse:
    """All that was done to one record, the latest first."""
    request.rights.require_anywhere("see-work")
    events = trail.events(request.rights, kind).filter(record=record)
    page = Paginator(events, 20).get_page(request.GET.get("page"))
    if not page.object_list:
        raise Http404(_("There is no such record, or you may not see its history."))
    return _told(request, list(page.object_list), "register/history/record.html", trail=[_up()], page=page)


def _up() -> dict[str, str]:
    return {"label": _("History"), "url": reverse("history")}


def _told(request: RegisterRequest, events: list[m.Event], template: str, **context: Any) -> HttpResponse:
    latest = events[0]
    differences = trail.differences(events, request.rights)
    title, language = trail.thing(latest)
    address = PAGES.get(latest.kind)
    return render(
        request,
        template,
        {
            "title": capfirst(title),
            "kind": _kind_name(latest.kind),
            "title_language": language,
            "address": address(latest) if address and latest.after else "",
            "told": [{"event": e, "sentence": sentence(e), "differences": differences[e.sequence]} for e in events],
            **context,
        },
    )


urlpatterns = [
    path("history/", history, name="history"),
    path("history/events/<int:sequence>/", event, name="event"),
    path("history/<slug:kind>/<str:record>/", record_history, name="record-history"),
]
