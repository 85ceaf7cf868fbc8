"""Visits and delegations of a partnership, at all levels and through all channels: planned, held, written up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.actions.exchange import (
    cancel_exchange,
    change_exchange,
    hold_exchange,
    plan_exchange,
    plan_exchange_again,
)
from servanda_register.models import Exchange, MeetingState, Partnership
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import RoomForm, button, done, find_partnership, form_page, frame, room, statements
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import exchange as of_exchanges
from servanda_register.queries.due import today
from servanda_register.queries.visibility import one

PART = "exchanges"


def address(exchange: Exchange) -> str:
    """Of its page."""
    return reverse("exchange", args=[exchange.pk])


@require_safe
def exchanges(request: RegisterRequest, slug: str) -> HttpResponse:
    """All of a partnership."""
    found = find_partnership(request, slug)
    rows = of_exchanges.listed(request.rights, found)
    columns = [
        Column("name", _("Visit"), lambda x: x.name, url=address, lang=lambda x: x.name_language, collated=True),
        Column("starts", _("From"), lambda x: x.starts, order=("starts",)),
        Column("ends", _("Until"), lambda x: x.ends, order=("ends",)),
        Column("place", _("Place"), lambda x: x.place, order=("place",)),
        Column("guest", _("Who travels"), lambda x: x.guest.name if x.guest else "", order=("guest",),
               lang=lambda x: x.guest.name_language if x.guest else ""),
        Column("channel", _("Between whom"), lambda x: x.get_channel_display(), order=("channel",)),
        Column("level", _("Level"), lambda x: x.get_level_display(), order=("level",)),
        Column("state", _("State"), lambda x: x.get_state_display(), tag=lambda x: x.state, order=("state",)),
        Column("aim", _("What it is to bring"), lambda x: x.aim, only_in_files=True),
        Column("result", _("What it brought"), lambda x: x.result, only_in_files=True),
    ]  # fmt: skip
    if request.rights.member:
        columns.append(Column("visibility", _("Who may see it"), lambda x: x.get_visibility_display(),
                              tag=lambda x: x.visibility, order=("visibility",)))  # fmt: skip
    listing = Listing(
        name="visits", title=_("Visits"), rows=rows, columns=columns,
        filters=[
            Filter("channel", _("Between whom"), Exchange.Channel.choices, lambda r, v: r.filter(channel=v)),
            Filter("level", _("Level"), Exchange.Level.choices, lambda r, v: r.filter(level=v)),
            Filter("state", _("State"), MeetingState.choices, lambda r, v: r.filter(state=v)),
            Filter("year", _("Year"), [(str(y), str(y)) for y in of_exchanges.years(rows)],
                   lambda r, v: r.filter(starts__year=v)),
        ],
        find=lambda x: " ".join([*x.names.values(), x.place]),
        intro=_("Visits and delegations of all levels, planned and held, with what they were to bring."),
        empty=_("No visit is in the register. Desk officers plan them here."),
    )  # fmt: skip
    framed = frame(request, found, PART)
    actions = []
    if framed["may_keep"]:
        actions = [button(_("Plan a visit"), reverse("exchange-add", args=[slug]))]
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


def _one(request: RegisterRequest, pk: int, *, keep: bool = False) -> Exchange:
    rows = of_exchanges.listed(request.rights).prefetch_related("partnership__parties")
    found = one(Exchange, request.rights, of_exchanges.with_commitments(rows, request.rights), pk=pk)
    if keep:
        request.rights.require("keep", found.partnership_id)
    return found


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Visits"), room(partnership, PART))]


@require_safe
def exchange(request: RegisterRequest, pk: int) -> HttpResponse:
    """One, with what it was to bring and what it brought."""
    found = _one(request, pk)
    framed = frame(request, found.partnership, PART, _above(found.partnership))
    actions = []
    if framed["may_keep"]:
        if found.state != MeetingState.CANCELLED:
            label = _("What it brought") if found.state == MeetingState.HELD else _("It took place")
            actions.append(button(label, reverse("exchange-hold", args=[pk]), ""))
        actions.append(button(_("Change"), reverse("exchange-change", args=[pk])))
    last = found.ends or found.starts
    passed = found.state == MeetingState.PLANNED and last is not None and last < today()
    return render(request, "register/exchange/exchange.html", {
        "record": found, "title": found.name, "title_language": found.name_language, "kind_name": _("Visit"),
        "other_names": [(code, name) for code, name in found.names.items() if name and name != found.name],
        "statements": found.starts and statements(
            request.rights, found.partnership, adopted__range=(found.starts, found.ends or found.starts)
        ),
        "actions": actions, "unsaid": framed["may_keep"] and passed, **framed,
    })  # fmt: skip


class ExchangeForm(RoomForm):
    """What a visit is and what it is to bring."""

    PLAIN = ("channel", "level", "guest", "place", "starts", "ends", "aim", "visibility")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        self.fields["names_en"].help_text = _("As in: Visit of the Minister of Transport.")
        self.fields |= {
            "channel": forms.ChoiceField(label=_("Between whom"), choices=Exchange.Channel.choices),
            "level": forms.ChoiceField(label=_("Level"), choices=Exchange.Level.choices),
            "guest": self.party(_("Who travels"), required=False, empty=_("Not said")),
            "place": forms.CharField(label=_("Place"), required=False, max_length=120),
            "starts": forms.DateField(label=_("From"), required=False, help_text=_("Leave empty if it is not known.")),
            "ends": forms.DateField(label=_("Until"), required=False),
            "aim": forms.CharField(
                label=_("What it is to bring"), required=False, max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 4}),
            ),
            "commitments": self.commitments(_("Commitments that it is to bring further")),
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=self.record is not None),
        }  # fmt: skip
        if self.record:
            self.initial |= model_to_dict(self.record, [*self.PLAIN, "commitments"])
        else:
            self.initial |= {"channel": Exchange.Channel.GOVERNMENT, "level": Exchange.Level.OFFICIAL}

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = {name: self.cleaned_data[name] for name in (*self.PLAIN, "reason")}
        return given | {"names": self.chosen_names(), "commitments": self.linked("commitments")}


class HeldForm(RoomForm):
    """When a visit was and what it brought."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "starts": forms.DateField(label=_("From")),
            "ends": forms.DateField(label=_("Until"), required=False),
            "result": forms.CharField(
                label=_("What it brought"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
            ),
        }
        self.initial |= model_to_dict(self.record, ["starts", "ends", "result"])


def add(request: RegisterRequest, slug: str) -> HttpResponse:
    """Plans a visit."""
    found = find_partnership(request, slug)
    request.rights.require("keep", found.pk)
    form = ExchangeForm(request.POST or None, rights=request.rights, partnership=found)
    by = request.rights.account
    return _filled(
        request, found, form, _("Plan a visit"), room(found, PART), _("The visit has been planned."),
        lambda: plan_exchange(by=by, partnership=found, **form.values()),
    )  # fmt: skip


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes what is known of a visit."""
    found = _one(request, pk, keep=True)
    form = ExchangeForm(request.POST or None, rights=request.rights, partnership=found.partnership, record=found)
    return _filled(
        request, found.partnership, form, _("Change a visit"), address(found), _("The change has been saved."),
        lambda: change_exchange(found, by=request.rights.who, **form.values()),
    )  # fmt: skip


def hold(request: RegisterRequest, pk: int) -> HttpResponse:
    """Says that it took place, and what it brought."""
    found = _one(request, pk, keep=True)
    form = HeldForm(request.POST or None, rights=request.rights, partnership=found.partnership, record=found)
    return _filled(
        request, found.partnership, form, _("The visit took place"), address(found),
        _("What the visit brought has been put down."),
        lambda: hold_exchange(found, by=request.rights.who, today=today(), **form.cleaned_data),
    )  # fmt: skip


def cancel(request: RegisterRequest, pk: int) -> HttpResponse:
    """Says that it does not take place."""
    found = _one(request, pk, keep=True)
    form = f.ReasonForm(request.POST or None)
    return _filled(
        request, found.partnership, form, _("Cancel a visit"), address(found), _("The visit has been cancelled."),
        lambda: cancel_exchange(found, by=request.rights.who, **form.cleaned_data), submit=_("Cancel the visit"),
        intro=_("It stays in the register, and this can be taken back."),
    )  # fmt: skip


def again(request: RegisterRequest, pk: int) -> HttpResponse:
    """Takes back that it took place or was cancelled."""
    found = _one(request, pk, keep=True)
    form = f.ReasonForm(request.POST or None)
    return _filled(
        request, found.partnership, form, _("Plan a visit again"), address(found), _("The visit is planned again."),
        lambda: plan_exchange_again(found, by=request.rights.who, **form.cleaned_data),
    )  # fmt: skip


def _filled(
    request: RegisterRequest, partnership: Partnership, form: Any, title: str, back: str, said: str,
    act: Callable[[], Exchange], **context: Any,
) -> HttpResponse:  # fmt: skip
    """Shows a form, and once it is right does what it is for and goes to the visit."""
    made = done(request, form, act, said)
    if made:
        return redirect(address(made))
    return form_page(request, partnership, PART, form, title, back, _above(partnership), **context)


urlpatterns = [
    path("partnerships/<slug:slug>/exchanges/", exchanges, name="exchanges"),
    path("partnerships/<slug:slug>/exchanges/add/", add, name="exchange-add"),
    path("exchanges/<int:pk>/", exchange, name="exchange"),
    path("exchanges/<int:pk>/change/", change, name="exchange-change"),
    path("exchanges/<int:pk>/held/", hold, name="exchange-hold"),
    path("exchanges/<int:pk>/cancel/", cancel, name="exchange-cancel"),
    path("exchanges/<int:pk>/again/", again, name="exchange-again"),
]
