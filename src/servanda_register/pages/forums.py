"""Forums of a partnership: support asked and given, and positions held together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.actions.support import add_support, change_support
from servanda_register.models import Forum, Partnership, Support
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import (
    RoomForm,
    button,
    commitment_label,
    done,
    find_partnership,
    form_page,
    frame,
    room,
)
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import forums as of_forums
from servanda_register.queries.visibility import one, visible

PART = "forums"
STATES = {"asked": "blue", "promised": "yellow", "given": "green", "declined": "red", "lapsed": "grey"}
"""State -> colour."""


def address(support: Support) -> str:
    """Of its page."""
    return reverse("support", args=[support.pk])


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Forums"), room(partnership, PART))]


def _founding_label(support: Support) -> str:
    commitment = of_forums.founding(support)
    return commitment_label(commitment) if commitment else ""


def _founding_address(support: Support) -> str | None:
    commitment = of_forums.founding(support)
    return reverse("commitment", args=[commitment.pk]) if commitment else None


@require_safe
def forums(request: RegisterRequest, slug: str) -> HttpResponse:
    """What was asked, promised and given, by forum and date."""
    found = find_partnership(request, slug)
    today = timezone.localdate()
    columns = [
        Column("name", _("What it is about"), lambda s: s.name, url=address, lang=lambda s: s.name_language,
               collated=True),
        Column("forum", _("Forum"), lambda s: s.forum_id, url=lambda s: reverse("record", args=["forums", s.forum_id]),
               order=("forum", "on")),
        Column("kind", _("Kind"), lambda s: s.get_kind_display(), order=("kind",)),
        Column("asked_by", _("Asked by"), lambda s: s.asked_by.name if s.asked_by else _("Both sides"),
               order=("asked_by",)),
        Column("on", _("Decision in the forum"), lambda s: s.on, order=("on",)),
        Column("state", _("State"), lambda s: s.get_state_display(), tag=lambda s: STATES[s.state], order=("state",)),
        Column("commitment", _("Commitment that founds it"), _founding_label, url=_founding_address,
               lang=lambda s: s.commitment.text_language if of_forums.founding(s) else ""),
        Column("note", _("Note"), lambda s: s.note, only_in_files=True),
    ]  # fmt: skip
    used = Forum.objects.filter(supports__in=visible(Support, request.rights).filter(partnership=found).order_by())
    sides = [*((p.pk, p.name) for p in found.parties.all()), ("both", _("Both sides"))]
    listing = Listing(
        name="forums", title=_("Forums"), rows=of_forums.listed(request.rights, found), columns=columns,
        filters=[
            Filter("forum", _("Forum"), [(x.pk, x.pk) for x in used.distinct()], lambda r, v: r.filter(forum=v)),
            Filter("state", _("State"), Support.State.choices, lambda r, v: r.filter(state=v)),
            Filter("asked_by", _("Asked by"), sides,
                   lambda r, v: r.filter(asked_by=None) if v == "both" else r.filter(asked_by=v)),
            Filter("kind", _("Kind"), Support.Kind.choices, lambda r, v: r.filter(kind=v)),
            Filter("when", _("Decision in the forum"), [("coming", _("Still to come")), ("past", _("Past"))],
                   lambda r, v: r.filter(on__gte=today) if v == "coming" else r.filter(on__lt=today)),
        ],
        find=lambda s: " ".join([*s.names.values(), s.forum_id, s.note]),
        intro=_("Support that the sides ask of each other in organisations and meetings of states, and what came of "
                "it; and the positions that they hold together."),
        empty=_("Nothing was asked yet. Desk officers put down what a side asks, and for what."),
    )  # fmt: skip
    framed = frame(request, found, PART)
    actions = [
        button(_("Forums at a glance"), reverse("forums-matrix", args=[slug])),
        button(_("Common positions"), reverse("forums-positions", args=[slug])),
    ]
    if framed["may_keep"]:
        actions.insert(0, button(_("Add an entry"), reverse("support-add", args=[slug]), ""))
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


@require_safe
def matrix(request: RegisterRequest, slug: str) -> HttpResponse:
    """Forums by how support stands, and by who asks."""
    found = find_partnership(request, slug)
    sides = list(found.parties.all())
    counted = of_forums.matrix(request.rights, found, sides)
    return render(request, "register/forum/matrix.html", {
        "title": _("Forums at a glance"), "states": Support.State.choices, "sides": sides,
        "by_state": counted.by_state,
        "by_side": [
            (row, [(code or "both", n, counted.granted.get((row.forum.pk, code), 0)) for code, n in row.cells])
            for row in counted.by_side
        ],
        "list_url": room(found, PART), "commitments_url": room(found, "commitments"),
        **frame(request, found, PART, _above(found)),
    })  # fmt: skip


@require_safe
def positions(request: RegisterRequest, slug: str) -> HttpResponse:
    """Common positions with the passages that found them, and commitments of which an entry could be made."""
    found = find_partnership(request, slug)
    framed = frame(request, found, PART, _above(found))
    return render(request, "register/forum/positions.html", {
        "title": _("Common positions"),
        "groups": [
            (forum, [(s, of_forums.founding(s), STATES[s.state]) for s in rows])
            for forum, rows in of_forums.positions(request.rights, found)
        ],
        "proposed": of_forums.proposed(request.rights, found) if framed["may_keep"] else [],
        **framed,
    })  # fmt: skip


@require_safe
def support(request: RegisterRequest, pk: int) -> HttpResponse:
    """One entry."""
    found, partnership = _one(request, pk)
    framed = frame(request, partnership, PART, _above(partnership))
    actions = []
    if framed["may_keep"]:
        actions = [button(_("Change, or say what came of it"), reverse("support-change", args=[pk]))]
    return render(request, "register/forum/one.html", {
        "record": found, "title": found.name, "title_language": found.name_language, "kind_name": _("Forums"),
        "colour": STATES[found.state], "actions": actions, "founding": of_forums.founding(found), **framed,
    })  # fmt: skip


def _one(request: RegisterRequest, pk: int) -> tuple[Any, Partnership]:
    base = one(Support, request.rights, visible(Support, request.rights).select_related("partnership"), pk=pk)
    found = find_partnership(request, base.partnership.slug)
    return one(Support, request.rights, of_forums.listed(request.rights, found), pk=pk), found


class SupportForm(RoomForm):
    """All that people set of an entry."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        self.fields |= {
            "forum": forms.ModelChoiceField(Forum.objects.all(), label=_("Forum"), empty_label=_("Choose a forum")),
            "kind": forms.ChoiceField(label=_("Kind"), choices=Support.Kind.choices),
            "asked_by": self.party(
                _("Asked by"), required=False, empty=_("Both sides together"),
                help_text=_("Leave it at both sides for what they hold together."),
            ),
            "state": forms.ChoiceField(
                label=_("State"), choices=Support.State.choices,
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}), initial=Support.State.ASKED,
            ),
            "on": forms.DateField(label=_("Date of the decision in the forum"), required=False),
            "commitment": self.commitment(_("Commitment that founds it")),
            "note": forms.CharField(
                label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
            ),
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=self.record is not None),
        }  # fmt: skip
        if s := self.record:
            plain = ("forum", "kind", "asked_by", "state", "on", "note", "visibility")
            self.know({name: getattr(s, name) for name in plain} | {"commitment": s.commitment_id})

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        plain = ("forum", "kind", "asked_by", "state", "on", "note", "visibility", "reason")
        return {name: self.cleaned_data[name] for name in plain} | {
            "names": self.chosen_names(), "commitment": self.founded()
        }  # fmt: skip


def add(request: RegisterRequest, slug: str) -> HttpResponse:
    """Adds an entry; a proposal leads here with commitment, forum and kind filled in."""
    partnership = find_partnership(request, slug)
    request.rights.require("keep", partnership.pk)
    known = {name: request.GET[name] for name in ("commitment", "forum", "kind") if request.GET.get(name)}
    form = SupportForm(request.POST or None, rights=request.rights, partnership=partnership, initial=known)
    made = done(request, form, lambda: add_support(
        by=request.rights.who, partnership=partnership, **form.values()
    ), _("The entry has been added."))  # fmt: skip
    if made:
        return redirect(address(made))
    title = _("Add an entry to the forums")
    return form_page(request, partnership, PART, form, title, room(partnership, PART), _above(partnership))


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes it, or says what came of it."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = SupportForm(request.POST or None, rights=request.rights, partnership=partnership, record=found)
    if done(request, form, lambda: change_support(found, by=request.rights.who, **form.values()),
            _("The change has been saved.")):  # fmt: skip
        return redirect(address(found))
    above = [*_above(partnership), (found.name, address(found))]
    return form_page(request, partnership, PART, form, _("Change: %s") % found.name, address(found), above)


urlpatterns = [
    path("partnerships/<slug:slug>/forums/", forums, name="forums"),
    path("partnerships/<slug:slug>/forums/matrix/", matrix, name="forums-matrix"),
    path("partnerships/<slug:slug>/forums/positions/", positions, name="forums-positions"),
    path("partnerships/<slug:slug>/forums/add/", add, name="support-add"),
    path("support/<int:pk>/", support, name="support"),
    path("support/<int:pk>/change/", change, name="support-change"),
]
