"""Partnerships, and one with all that hangs on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.actions.partnership import change_partnership, create_partnership
from servanda_register.design_forms import LongChoices
from servanda_register.models import Commitment, Event, Instrument, Partnership, Party, Strength, in_language
from servanda_register.pages import commitments as commitment_pages
from servanda_register.pages import lists as list_pages
from servanda_register.pages import record_forms as f
from servanda_register.pages.history import sentence
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import history as of_history
from servanda_register.queries import partnerships as of_partnerships
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import one, visible

LISTED = ("mechanisms", "agreements", "programmes", "people", "documents")
"""Parts of a partnership that are lists of ``pages.lists``."""


def relationship(value: str) -> str:
    """The engine's word in the reader's language: ``strategic-partnership``."""
    known = {
        "strategic-partnership": _("Strategic partnership"),
        "comprehensive-strategic-partnership": _("Comprehensive strategic partnership"),
        "comprehensive-partnership": _("Comprehensive partnership"),
        "partnership": _("Partnership"),
        "alliance": _("Alliance"),
    }
    return known.get(value, value.replace("-", " ").capitalize())


def parts(partnership: Partnership, current: str, rights: Rights) -> list[dict[str, Any]]:
    """The sub-navigation of one partnership."""
    items = [
        ("", _("Overview")),
        ("statements", _("Statements")),
        ("commitments", _("Commitments")),
        ("roadmap", _("Roadmap")),
        *((slug, str(list_pages.KINDS[slug].title)) for slug in LISTED),
        ("sessions", _("Sessions")),
        ("exchanges", _("Visits")),
        *(("difficulties", _("Difficulties")), ("forums", _("Forums")), ("indicators", _("Indicators"))),
    ]
    if rights.may("see-work", partnership.pk):
        items += [("reports", _("Reports")), ("history", _("History"))]
    return [
        {
            "label": label,
            "url": reverse("partnership-part", args=[partnership.slug, slug])
            if slug
            else reverse("partnership", args=[partnership.slug]),
            "current": slug == current,
        }
        for slug, label in items
    ]


@require_safe
def partnerships(request: RegisterRequest) -> HttpResponse:
    """All that the reader may see."""
    columns = [
        Column("name", _("Partnership"), lambda p: p.name, collated=True, lang=lambda p: p.name_language,
               url=lambda p: reverse("partnership", args=[p.slug])),
        Column("parties", _("Parties"), lambda p: ", ".join(party.name for party in p.parties.all())),
        Column("relationship", _("Relationship"), lambda p: relationship(p.relationship), order=("relationship",)),
        Column("established", _("Established"), lambda p: p.established, order=("established",)),
        Column("statements", _("Statements"), lambda p: p.statements, order=("statements",)),
        Column("commitments", _("Commitments"), lambda p: p.undertakings, order=("undertakings",)),
    ]  # fmt: skip
    if request.rights.member:
        columns.append(Column("visibility", _("Who may see it"), lambda p: p.get_visibility_display(),
                              tag=lambda p: p.visibility, order=("visibility",)))  # fmt: skip
    parties = Party.objects.filter(partnerships__in=visible(Partnership, request.rights).order_by()).distinct()
    listing = Listing(
        name="partnerships", title=_("Partnerships"), rows=of_partnerships.listed(request.rights), columns=columns,
        filters=[Filter("party", _("Party"), [(p.code, p.name) for p in parties],
                        lambda rows, value: rows.filter(parties=value))],
        find=lambda p: " ".join([*p.names.values(), *(n for x in p.parties.all() for n in x.names.values())]),
        empty=_("A partnership comes here with its first statement, or is added by a desk officer."),
    )  # fmt: skip
    actions = []
    if request.rights.may("keep"):
        actions = [{"url": reverse("partnership-add"), "label": _("Add a partnership"), "kind": "secondary"}]
    return show(request, listing, trail=[], actions=actions)


def _one(request: RegisterRequest, slug: str) -> Partnership:
    rows = visible(Partnership, request.rights).prefetch_related("parties")
    return one(Partnership, request.rights, rows, slug=slug)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("Partnerships"), "url": reverse("partnerships")}]


@require_safe
def partnership(request: RegisterRequest, slug: str) -> HttpResponse:
    """The overview of one."""
    found = _one(request, slug)
    summary, language = in_language(found.summary)
    overview = of_partnerships.overview(found, request.rights, timezone.localdate())
    return render(request, "register/partnership/overview.html", {
        "partnership": found, "title": found.name,
        "relationship": relationship(found.relationship) if found.relationship else "",
        "summary_text": summary, "summary_language": language,
        "parts": parts(found, "", request.rights),
        "overview": overview,
        "events": [(event, sentence(event)) for event in overview.events],
        "strengths": Strength.choices,
        "may_keep": request.rights.may("keep", found.pk),
        "trail": _trail(),
    })  # fmt: skip


@require_safe
def part(request: RegisterRequest, slug: str, part: str) -> HttpResponse:
    """One of its lists."""
    found = _one(request, slug)
    actions = []
    if part == "commitments":
        mine = visible(Commitment, request.rights).filter(instrument__partnership=found)
        listing = commitment_pages.listing(
            request, of_commitments.listed(request.rights, mine), title=_("Commitments"), partnership=found.pk
        )
    elif part == "statements":
        listing = _statements(request, found)
        if request.rights.may("bring-in", found.pk):
            actions = [{"url": reverse("bring-in"), "label": _("Bring a statement in"), "kind": "secondary"}]
    elif part == "history" and request.rights.may("see-work", found.pk):
        listing = _history(request, found)
    elif part in LISTED:
        listing = list_pages.make_listing(part, request.rights, found.pk)
        if list_pages.KINDS[part].of_partnership and request.rights.may("keep", found.pk):
            url = f"{reverse('record-add', args=[part])}?partnership={found.pk}"
            actions = [{"url": url, "label": _("Add to the list"), "kind": "secondary"}]
    else:
        raise Http404(_("A partnership has no such part."))
    return show(
        request, listing, template="register/partnership/part.html", partnership=found,
        parts=parts(found, part, request.rights), actions=actions, trail=_trail(),
    )  # fmt: skip


def _statements(request: RegisterRequest, found: Partnership) -> Listing:
    columns = [
        Column("title", _("Statement"), lambda i: i.name, url=lambda i: reverse("instrument", args=[i.pk]),
               lang=lambda i: i.name_language, collated=True),
        Column("adopted", _("Adopted"), lambda i: i.adopted, order=("adopted",)),
        Column("place", _("Place"), lambda i: i.place, order=("place",)),
        Column("originals", _("Languages of the originals"), lambda i: ", ".join(i.originals)),
    ]  # fmt: skip
    if request.rights.member:
        columns.append(Column("visibility", _("Who may see it"), lambda i: i.get_visibility_display(),
                              tag=lambda i: i.visibility, order=("visibility",)))  # fmt: skip
    return Listing(
        name="statements", title=_("Statements"), columns=columns,
        rows=visible(Instrument, request.rights).filter(partnership=found),
        empty=_("No statement of this partnership is in the register yet."),
    )  # fmt: skip


def _history(request: RegisterRequest, found: Partnership) -> Listing:
    columns = [
        Column("what", _("What was done"), sentence, url=lambda e: reverse("event", args=[e.sequence]),
               order=("sequence",)),
        Column("when", _("When"), lambda e: e.at, order=("at",)),
        Column("why", _("Reason"), lambda e: e.reason),
    ]  # fmt: skip
    return Listing(
        name="history", title=_("History"), columns=columns,
        rows=of_history.events(request.rights).filter(partnership=found), plain=Event.objects.select_related("by"),
        empty=_("Nothing has been done yet."),
    )  # fmt: skip


class PartnershipForm(forms.Form):
    """All that people set of a partnership."""

    def __init__(self, *args: Any, partnership: Partnership | None = None, **kwargs: Any) -> None:
        self.partnership = partnership
        if p := partnership:
            kwargs["initial"] = {
                **f.texts_initial("names", p.names), **f.texts_initial("summary", p.summary),
                "parties": [party.pk for party in p.parties.all()], "relationship": p.relationship,
                "established": p.established, "visibility": p.visibility,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields |= f.texts_fields("names", _("Name"))
        self.fields |= {
            "parties": forms.ModelMultipleChoiceField(
                label=_("Parties"), queryset=Party.objects.all(), required=False,
                widget=LongChoices(), help_text=_("Two or more."),
            ),
            "relationship": forms.CharField(
                label=_("Relationship"), required=False, max_length=60,
                help_text=_("What the parties call it, as in strategic-partnership."),
            ),
            "established": forms.DateField(label=_("Established"), required=False),
        }  # fmt: skip
        self.fields |= f.texts_fields("summary", _("Summary"), long=True, limit=4000)
        self.fields |= {
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=partnership is not None),
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = self.cleaned_data
        before = self.partnership
        return {
            **{name: given[name] for name in ("relationship", "established", "visibility", "reason")},
            "parties": list(given["parties"]),
            "names": f.texts_of(given, "names", before.names if before else None),
            "summary": f.texts_of(given, "summary", before.summary if before else None),
        }


def add(request: RegisterRequest) -> HttpResponse:
    """A partnership without a statement yet."""
    request.rights.require("keep")
    form = PartnershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_partnership(by=request.rights.who, **form.values())
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The partnership has been added."))
            return redirect("partnership", slug=made.slug)
    return render(request, "register/lists/form.html", {
        "form": form, "title": _("Add a partnership"), "back": reverse("partnerships"), "trail": _trail(),
        "intro": _("It is also made by itself when the first statement of its parties is brought in."),
    })  # fmt: skip


def change(request: RegisterRequest, slug: str) -> HttpResponse:
    """Its names, parties, and who may see it."""
    found = _one(request, slug)
    request.rights.require("keep", found.pk)
    form = PartnershipForm(request.POST or None, partnership=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_partnership(found, by=request.rights.who, **form.values())
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The change has been saved."))
            return redirect("partnership", slug=found.slug)
    return render(request, "register/lists/form.html", {
        "form": form, "title": _("Change a partnership"), "back": reverse("partnership", args=[found.slug]),
        "intro": _("Who may see the partnership limits who may see anything that belongs to it."),
        "trail": [*_trail(), {"label": found.name, "url": reverse("partnership", args=[found.slug])}],
    })  # fmt: skip


urlpatterns = [
    path("partnerships/", partnerships, name="partnerships"),
    path("partnerships/add/", add, name="partnership-add"),
    path("partnerships/<slug:slug>/", partnership, name="partnership"),
    path("partnerships/<slug:slug>/change/", change, name="partnership-change"),
    path("partnerships/<slug:slug>/<slug:part>/", part, name="partnership-part"),
]
