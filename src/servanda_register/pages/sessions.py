"""Sessions: of a partnership and of a mechanism, one with its agenda and what came of it, and the steps it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from servanda.errors import UsageError
from servanda_register.actions import session as actions
from servanda_register.models import AgendaItem, Mechanism, MeetingState, Partnership, Session
from servanda_register.pages import commitments as commitment_pages
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.record_forms import ReasonForm
from servanda_register.pages.rooms import button, done, find_partnership, form_page, frame, room
from servanda_register.pages.session_forms import DecisionForm, ItemForm, MinutesForm, SessionForm
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import session as of_sessions
from servanda_register.queries.due import today
from servanda_register.queries.rights import Rights
from servanda_register.queries.session_agenda import Candidate, propose
from servanda_register.queries.visibility import one, visible

PART = "sessions"
KINDS: dict[str, Callable[[], str]] = {
    "follow-up": lambda: _("Decided last time and not done yet"),
    "action": lambda: _("Actions that are overdue, stalled or due before the session"),
    "difficulty": lambda: _("Open difficulties"),
    "agreement": lambda: _("Agreements to sign, to amend or to review"),
}
"""Kind of a proposed item -> heading over those of it."""


def address(session: Session) -> str:
    """Of its page."""
    return reverse("session", args=[session.pk])


def title_of(session: Session) -> str:
    """Short: the mechanism stands above it."""
    return _("Session %(number)s, %(day)s") % {
        "number": session.number, "day": formats.date_format(session.starts, "DATE_FORMAT")
    }  # fmt: skip


def columns(rights: Rights, *, mechanism: bool) -> list[Column]:
    """Of a list of sessions; without that of the mechanism where all are of one."""
    of = Column("mechanism", _("Mechanism"), lambda s: s.mechanism.name, lang=lambda s: s.mechanism.name_language,
                url=lambda s: reverse("record", args=["mechanisms", s.mechanism_id]), collated=True)  # fmt: skip
    out = [
        Column("session", _("Session"), title_of, url=address, order=("starts", "number")),
        *([of] if mechanism else []),
        Column("ends", _("Until"), lambda s: s.ends, order=("ends",)),
        Column("place", _("Place"), lambda s: s.place, order=("place",)),
        Column("host", _("Host"), lambda s: s.host.name if s.host else "", order=("host",),
               lang=lambda s: s.host.name_language if s.host else ""),
        Column("state", _("State"), lambda s: s.get_state_display(), tag=lambda s: s.state, order=("state",)),
    ]  # fmt: skip
    if rights.member:
        out.append(Column("visibility", _("Who may see it"), lambda s: s.get_visibility_display(),
                          tag=lambda s: s.visibility, order=("visibility",)))  # fmt: skip
    return out


@require_safe
def sessions(request: RegisterRequest, slug: str) -> HttpResponse:
    """All of a partnership."""
    found = find_partnership(request, slug)
    rows = of_sessions.listed(request.rights, found)
    mechanisms = visible(Mechanism, request.rights).filter(partnership=found)
    listing = Listing(
        name="sessions", title=_("Sessions"), rows=rows, columns=columns(request.rights, mechanism=True),
        filters=[
            Filter("mechanism", _("Mechanism"), [(str(m.pk), m.name) for m in mechanisms],
                   lambda r, v: r.filter(mechanism=v)),
            Filter("state", _("State"), MeetingState.choices, lambda r, v: r.filter(state=v)),
            Filter("year", _("Year"), [(str(y), str(y)) for y in of_sessions.years(rows)],
                   lambda r, v: r.filter(starts__year=v)),
        ],
        intro=_("What the mechanisms of the partnership took up, and when they meet next. A session is planned on the "
                "page of its mechanism."),
        empty=_("No session is in the register. Plan the first on the page of its mechanism, under “Mechanisms”."),
    )  # fmt: skip
    return show(request, listing, template="register/partnership/part.html", **frame(request, found, PART))


@require_safe
def mechanism(request: RegisterRequest, pk: int) -> HttpResponse:
    """A mechanism: who leads its sides, its sessions, when the next is to be, and the commitments that name it."""
    found = _mechanism(request, pk)
    rows = of_commitments.listed(request.rights).filter(mechanisms=found)
    if request.GET.get("format"):
        rows = of_commitments.with_links(rows, request.rights)
    parties = {party.pk: party.name for party in found.partnership.parties.all()}
    cited = Listing(
        name="commitments", title=found.name, rows=rows.annotate(force=commitment_pages.FORCE), find="folded",
        columns=commitment_pages.columns(parties, partnership=False), empty=_("No commitment names it."),
    )  # fmt: skip
    framed = frame(request, found.partnership, "mechanisms", [(_("Mechanisms"), room(found.partnership, "mechanisms"))])
    buttons = []
    if framed["may_keep"]:
        buttons = [
            button(_("Plan a session"), reverse("session-add", args=[pk]), ""),
            button(_("Change"), reverse("record-change", args=["mechanisms", pk])),
        ]
    on = today()
    return show(
        request, cited, template="register/session/mechanism.html", record=found, actions=buttons,
        kind_name=_("Mechanism"), title_language=found.name_language,
        other_names=[(code, name) for code, name in found.names.items() if name and name != found.name],
        sides=of_sessions.sides(found, request.rights, None, on),
        sessions=of_sessions.listed(request.rights, mechanism=found),
        coming=of_sessions.coming(found, request.rights, on) if framed["may_keep"] else None, **framed,
    )  # fmt: skip


def _mechanism(request: RegisterRequest, pk: int) -> Mechanism:
    rows = visible(Mechanism, request.rights).select_related("partnership").prefetch_related("partnership__parties")
    return one(Mechanism, request.rights, rows, pk=pk)


def _session(request: RegisterRequest, pk: int, *, keep: bool = False) -> Session:
    rows = of_sessions.listed(request.rights).prefetch_related("mechanism__partnership__parties")
    found = one(Session, request.rights, rows, pk=pk)
    if keep:
        request.rights.require("keep", found.mechanism.partnership_id)
    return found


def _item(request: RegisterRequest, pk: int) -> AgendaItem:
    rows = visible(AgendaItem, request.rights).select_related("session__mechanism__partnership")
    found = one(AgendaItem, request.rights, rows, pk=pk)
    request.rights.require("keep", found.session.mechanism.partnership_id)
    return found


def _above(session: Session) -> list[tuple[str, str]]:
    partnership: Partnership = session.mechanism.partnership
    return [
        (_("Sessions"), room(partnership, PART)),
        (session.mechanism.name, reverse("record", args=["mechanisms", session.mechanism_id])),
    ]


@require_safe
def session(request: RegisterRequest, pk: int) -> HttpResponse:
    """One: its agenda, what it decided, and what became of what the one before decided."""
    found = _session(request, pk)
    framed = frame(request, found.mechanism.partnership, PART, _above(found))
    full = of_sessions.full(found, request.rights, today())
    may_keep, state = framed["may_keep"], found.state
    buttons = []
    if may_keep and state == MeetingState.PLANNED:
        first = _("Propose the agenda") if not full.agenda else _("Propose more for the agenda")
        buttons.append(button(first, reverse("session-propose", args=[pk]), "secondary" if full.agenda else ""))
    if may_keep and state != MeetingState.CANCELLED:
        label = _("Minutes and outcomes") if state == MeetingState.HELD else _("It was held")
        buttons.append(button(label, reverse("session-minutes", args=[pk])))
    buttons.append(button(_("Session pack"), reverse("session-pack", args=[pk])))
    if may_keep:
        buttons.append(button(_("Change"), reverse("session-change", args=[pk])))
    return render(request, "register/session/session.html", {
        "title": title_of(found), "record": found, "full": full, "actions": buttons,
        "open": may_keep and state != MeetingState.CANCELLED,
        "held": state == MeetingState.HELD, "planned": state == MeetingState.PLANNED,
        # more than a day gone by, and nobody has said whether it took place
        "unsaid": state == MeetingState.PLANNED and (found.ends or found.starts) < today(),
        **framed,
    })  # fmt: skip


def add(request: RegisterRequest, pk: int) -> HttpResponse:
    """Plans the next session of a mechanism."""
    found = _mechanism(request, pk)
    request.rights.require("keep", found.partnership_id)
    coming = of_sessions.coming(found, request.rights, today())
    form = SessionForm(request.POST or None, rights=request.rights, mechanism=found, coming=coming)
    made = done(request, form, lambda: actions.plan_session(
        by=request.rights.who, mechanism=found, **form.values()
    ), _("The session has been planned. Now propose its agenda."))  # fmt: skip
    if made:
        return redirect(address(made))
    home = reverse("record", args=["mechanisms", pk])
    above = [(_("Mechanisms"), room(found.partnership, "mechanisms")), (found.name, home)]
    return form_page(request, found.partnership, PART, form, _("Plan a session"), home, above, why=coming.why,
                 template="register/session/plan.html")  # fmt: skip


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes what is known of a session beside its agenda."""
    found = _session(request, pk, keep=True)
    form = SessionForm(request.POST or None, rights=request.rights, mechanism=found.mechanism, record=found)
    made = done(request, form, lambda: actions.change_session(
        found, by=request.rights.who, **form.values()
    ), _("The change has been saved."))  # fmt: skip
    return redirect(address(found)) if made else _of_session(request, found, form, _("Change a session"))


def minutes(request: RegisterRequest, pk: int) -> HttpResponse:
    """Says that a session was held, with its minutes and what came of each item."""
    found = _session(request, pk, keep=True)
    items = [item for item in visible(AgendaItem, request.rights).filter(session=found) if not item.dropped]
    form = MinutesForm(request.POST or None, rights=request.rights, session=found, items=items)
    made = done(request, form, lambda: actions.hold(
        found, by=request.rights.who, today=today(), **form.values()
    ), _("What the session did has been put down. Add its decisions next."))  # fmt: skip
    title = _("Minutes and outcomes") if found.state == MeetingState.HELD else _("The session was held")
    return redirect(address(found)) if made else _of_session(request, found, form, title)


def cancel(request: RegisterRequest, pk: int) -> HttpResponse:
    """Says that a planned session does not take place."""
    found = _session(request, pk, keep=True)
    form = ReasonForm(request.POST or None)
    made = done(request, form, lambda: actions.cancel(
        found, by=request.rights.who, **form.cleaned_data
    ), _("The session has been cancelled."))  # fmt: skip
    return redirect(address(found)) if made else _of_session(
        request, found, form, _("Cancel a session"), submit=_("Cancel the session"),
        intro=_("It stays in the register with its agenda, and this can be taken back."),
    )  # fmt: skip


def again(request: RegisterRequest, pk: int) -> HttpResponse:
    """Takes back that a session was held or cancelled."""
    found = _session(request, pk, keep=True)
    form = ReasonForm(request.POST or None)
    made = done(request, form, lambda: actions.plan_again(
        found, by=request.rights.who, **form.cleaned_data
    ), _("The session is planned again."))  # fmt: skip
    return redirect(address(found)) if made else _of_session(request, found, form, _("Plan a session again"))


def propose_agenda(request: RegisterRequest, pk: int) -> HttpResponse:
    """Shows what is due, each with its reason; puts on the agenda what is ticked."""
    found = _session(request, pk, keep=True)
    candidates = propose(found, request.rights, today())
    form = TakeForm(request.POST if request.method == "POST" else None, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        taken = [c for c in candidates if c.key in form.cleaned_data["take"]]
        rows = [{"names": c.names, "why": c.why, **c.links} for c in taken]
        try:
            actions.put_on_agenda(found, rows, by=request.rights.who)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, ngettext(
                "%d item has been put on the agenda.", "%d items have been put on the agenda.", len(rows)
            ) % len(rows))  # fmt: skip
            return redirect(address(found))
    chosen = form.cleaned_data.get("take", []) if form.is_bound else [c.key for c in candidates]
    ticks = [(number, c, c.key in chosen) for number, c in enumerate(candidates)]
    return render(request, "register/session/propose.html", {
        "title": _("Propose the agenda"), "form": form, "session": found, "session_title": title_of(found),
        "back": address(found), "none": not candidates,
        "groups": [(label(), [tick for tick in ticks if tick[1].kind == kind]) for kind, label in KINDS.items()],
        **frame(request, found.mechanism.partnership, PART, [*_above(found), (title_of(found), address(found))]),
    })  # fmt: skip


class TakeForm(forms.Form):
    """The ticks of the proposed items."""

    def __init__(self, *args: Any, candidates: list[Candidate]) -> None:
        super().__init__(*args)
        self.fields["take"] = forms.MultipleChoiceField(
            label=_("Items"), choices=[(c.key, c.name) for c in candidates], widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Tick at least one item, or go back to the session."),
                "invalid_choice": _("The agenda has changed meanwhile. Look at the proposals again."),
            },
        )  # fmt: skip


def add_item(request: RegisterRequest, pk: int) -> HttpResponse:
    """Adds an item of one's own."""
    found = _session(request, pk, keep=True)
    form = ItemForm(request.POST or None, rights=request.rights, session=found)
    made = done(request, form, lambda: actions.put_on_agenda(
        found, [form.values()], by=request.rights.who, reason=form.cleaned_data["reason"]
    ), _("The item has been added."))  # fmt: skip
    return redirect(address(found)) if made else _of_session(request, found, form, _("Add an item"))


def change_item(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes an item."""
    item = _item(request, pk)
    form = ItemForm(request.POST or None, rights=request.rights, session=item.session, record=item)
    made = done(request, form, lambda: actions.change_item(
        item, by=request.rights.who, reason=form.cleaned_data["reason"], **form.values()
    ), _("The change has been saved."))  # fmt: skip
    found = item.session
    return redirect(f"{address(found)}#agenda") if made else _of_session(request, found, form, _("Change an item"))


@require_POST
def move_item(request: RegisterRequest, pk: int) -> HttpResponse:
    """One place earlier or later among those that the reader sees."""
    item = _item(request, pk)
    seen = list(visible(AgendaItem, request.rights).filter(session=item.session_id, dropped=False))
    at = [i.pk for i in seen].index(item.pk) + (1 if request.POST.get("to") == "later" else -1)
    if 0 <= at < len(seen):
        actions.move_item(item, by=request.rights.who, past=seen[at])
    return redirect(f"{reverse('session', args=[item.session_id])}#agenda")


@require_POST
def drop_item(request: RegisterRequest, pk: int) -> HttpResponse:
    """Takes an item off the agenda, or puts it back."""
    item = _item(request, pk)
    actions.drop_item(item, by=request.rights.who, dropped=not item.dropped)
    return redirect(f"{reverse('session', args=[item.session_id])}#agenda")


def decide(request: RegisterRequest, pk: int) -> HttpResponse:
    """Puts down what was decided."""
    found = _session(request, pk, keep=True)
    items = visible(AgendaItem, request.rights).filter(session=found, dropped=False)
    form = DecisionForm(request.POST or None, rights=request.rights, session=found, items=items)
    made = done(request, form, lambda: actions.decide(
        found, by=request.rights.who, **form.values()
    ), _("The decision has been put down."))  # fmt: skip
    if made:
        return redirect(f"{address(found)}#decisions")
    return _of_session(request, found, form, _("Put down a decision"))


def _of_session(request: RegisterRequest, found: Session, form: Any, title: str, **context: Any) -> HttpResponse:
    above = [*_above(found), (title_of(found), address(found))]
    return form_page(request, found.mechanism.partnership, PART, form, title, address(found), above, **context)


urlpatterns = [
    path("partnerships/<slug:slug>/sessions/", sessions, name="sessions"),
    path("lists/mechanisms/<int:pk>/", mechanism, name="mechanism"),
    path("lists/mechanisms/<int:pk>/sessions/add/", add, name="session-add"),
    path("sessions/<int:pk>/", session, name="session"),
    path("sessions/<int:pk>/change/", change, name="session-change"),
    path("sessions/<int:pk>/minutes/", minutes, name="session-minutes"),
    path("sessions/<int:pk>/cancel/", cancel, name="session-cancel"),
    path("sessions/<int:pk>/again/", again, name="session-again"),
    path("sessions/<int:pk>/propose/", propose_agenda, name="session-propose"),
    path("sessions/<int:pk>/items/add/", add_item, name="session-item-add"),
    path("sessions/<int:pk>/decide/", decide, name="session-decide"),
    path("sessions/items/<int:pk>/change/", change_item, name="session-item"),
    path("sessions/items/<int:pk>/move/", move_item, name="session-item-move"),
    path("sessions/items/<int:pk>/drop/", drop_item, name="session-item-drop"),
]
