"""Roadmaps of a partnership: drawn up, sent round, adopted, amended; as a table, a timeline and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda.errors import UsageError
from servanda.formats.plan import Setting, find_plan
from servanda_register.actions import drafting
from servanda_register.actions import plan as acts
from servanda_register.design_forms import LongChoices
from servanda_register.models import (
    Action,
    Area,
    Instrument,
    Mechanism,
    Milestone,
    Partnership,
    Party,
    Plan,
    PlanState,
    ProgressState,
    in_language,
)
from servanda_register.pages import record_forms as f
from servanda_register.pages import rooms
from servanda_register.pages.comments import comments
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.pages.timeline import timeline
from servanda_register.queries import due
from servanda_register.queries import plan as of_plans
from servanda_register.queries.plan_record import LANGUAGES, record_of
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import one, visible

PART = "roadmap"
TIMING_COLOURS = {"overdue": "red", "soon": "yellow"}
FILES = ("docx", "xlsx")
"""Formats in which a roadmap leaves."""
ENDED = (PlanState.SUPERSEDED, PlanState.WITHDRAWN)
"""Of a roadmap whose superseded actions are shown as well, for they are what it held."""
LANGUAGE_NAMES = {"en": "English", "vi": "Tiếng Việt", "ru": "Русский"}


def address(plan: Plan) -> str:
    """Of its page."""
    return reverse("plan", args=[plan.pk])


def find(request: RegisterRequest, pk: int) -> Plan:
    """The roadmap with what its pages need; 404 where the reader may not see it."""
    return one(Plan, request.rights, of_plans.plan(request.rights), pk=pk)


def context(request: RegisterRequest, plan: Plan, current: str = "", *, below: bool = False) -> dict[str, Any]:
    """What all pages of one roadmap need; ``below`` for those that stand under it."""
    partnership = plan.partnership
    above = [(_("Roadmap"), rooms.room(partnership, PART))]
    if below:
        above.append((plan.name, address(plan)))
    tabs = [("plan", _("Actions")), ("plan-timeline", _("Timeline"))]
    if request.rights.may("see-work", partnership.pk):
        tabs.append(("plan-course", _("Steps and comments")))
    return {
        **rooms.frame(request, partnership, PART, above),
        "plan": plan,
        "views": [
            {"label": label, "url": reverse(name, args=[plan.pk]), "current": name == current} for name, label in tabs
        ],
    }


# --- lists of actions -------------------------------------------------------------------------------------------------


def timing_word(action: Action, on: Any) -> str:
    """``overdue`` and ``soon`` in the reader's language."""
    return {"overdue": _("Overdue"), "soon": _("Due within 30 days"), "": ""}[
        due.timing(action.due, action.state, on)
    ]  # fmt: skip


def _names(rows: Any) -> str:
    return "; ".join(f"{body.party_id}: {body.name}" for body in rows)


def _having(key: str) -> Callable[[QuerySet[Any], Any], QuerySet[Any]]:
    return lambda rows, value: rows.filter(**{key: value})


def listing(
    request: RegisterRequest, partnership: Partnership, *, plan: Plan | None = None, plans: Sequence[Plan] = ()
) -> Listing:  # fmt: skip
    """Actions of a roadmap, or of the whole partnership, with all filters; ``plans`` are those to choose from."""
    today = due.today()
    rights = request.rights
    rows = visible(Action, rights).filter(partnership=partnership)
    if plan is not None:
        rows = rows.filter(plan=plan)
    if request.GET.get("state") != ProgressState.SUPERSEDED and (plan is None or plan.state not in ENDED):
        rows = rows.exclude(state=ProgressState.SUPERSEDED)  # what was dropped or merged; the filter shows it
    choices = of_plans.choices(rights, partnership, plan=plan, plans=plans)
    columns = [
        Column("name", _("Action"), lambda a: a.name, url=lambda a: reverse("action", args=[a.pk]),
               lang=lambda a: a.name_language, collated=True),
        Column("number", _("Number"), lambda a: a.number, order=("number",)),
        *([] if plan else [Column("plan", _("Roadmap"), lambda a: _("Version %s") % a.plan.version if a.plan else "",
                                  url=lambda a: address(a.plan) if a.plan else None)]),
        Column("leads", _("Lead bodies"), lambda a: _names(a.leads.all())),
        Column("supports", _("Supporting bodies"), lambda a: _names(a.supports.all()), only_in_files=True),
        Column("starts", _("From"), lambda a: a.starts, order=("starts",), only_in_files=True),
        Column("due", _("Deadline"), lambda a: a.due, order=("due",)),
        Column("rhythm", _("How often"), lambda a: a.rhythm, only_in_files=True),
        Column("state", _("State"), lambda a: a.get_state_display(), tag=lambda a: a.state, order=("state",)),
        Column("timing", _("Time"), lambda a: timing_word(a, today),
               tag=lambda a: TIMING_COLOURS.get(due.timing(a.due, a.state, today))),
        Column("mechanism", _("Mechanism"), lambda a: a.mechanism.name if a.mechanism else "",
               lang=lambda a: a.mechanism.name_language if a.mechanism else ""),
        Column("deliverable", _("Deliverable"), lambda a: in_language(a.deliverable)[0], only_in_files=True),
        Column("commitments", _("Commitments"), lambda a: "; ".join(str(c.number) for c in a.commitments.all()),
               only_in_files=True),
        Column("milestones", _("Milestones"), lambda a: "; ".join(f"{m.due.isoformat()} {m.name}"
                                                                  for m in a.milestones.all()), only_in_files=True),
    ]  # fmt: skip
    filters = [
        Filter("state", _("State"), ProgressState.choices, _having("state")),
        Filter("time", _("Time"), [("overdue", _("Overdue")), ("soon", _("Due within 30 days"))],
               lambda r, v: r.filter(due.overdue(today) if v == "overdue" else due.soon(today))),
        Filter("body", _("Body"), choices.bodies, of_plans.of_body),
        Filter("area", _("Area"), choices.areas, lambda r, v: of_plans.of_area(r, v, rights)),
        Filter("party", _("Party"), choices.parties, of_plans.of_party),
        Filter("mechanism", _("Mechanism"), choices.mechanisms, _having("mechanism")),
        Filter("plan", _("Roadmap"), choices.plans, _having("plan")),
    ]  # fmt: skip
    rows = of_plans.actions(rights, rows)
    if request.GET.get("format"):
        rows = of_plans.in_full(rows, rights)
    return Listing(
        name="actions", title=_("Actions"), rows=rows, columns=columns,
        filters=[x for x in filters if x.choices], find=lambda a: " ".join(a.names.values()),
        empty=_("Actions come here from a roadmap: draw one up from the commitments that have been confirmed."),
    )  # fmt: skip


@require_safe
def roadmap(request: RegisterRequest, slug: str) -> HttpResponse:
    """The roadmaps of a partnership, and all their actions."""
    found = rooms.find_partnership(request, slug)
    buttons = []
    if request.rights.may("keep", found.pk):
        buttons.append(rooms.button(_("Draw up a roadmap"), reverse("plan-add", args=[found.slug])))
    plans = list(of_plans.plans(request.rights, found, due.today()))
    return show(
        request, listing(request, found, plans=plans), template="register/plan/roadmap.html", plans=plans,
        actions=buttons, **rooms.frame(request, found, PART),
    )  # fmt: skip


@require_safe
def plan(request: RegisterRequest, pk: int) -> HttpResponse:
    """One roadmap with its actions."""
    found = find(request, pk)
    frame = context(request, found, "plan")
    standing = of_plans.standing(found, request.rights)
    return show(
        request, listing(request, found.partnership, plan=found), template="register/plan/plan.html",
        standing=standing, parties=[(p, standing.adopted.get(p.pk)) for p in found.partnership.parties.all()],
        files=[(LANGUAGE_NAMES[code], code, [(kind.upper(), kind) for kind in FILES]) for code in LANGUAGES],
        **frame,
    )  # fmt: skip


@require_safe
def show_timeline(request: RegisterRequest, pk: int) -> HttpResponse:
    """The actions of a roadmap along the calendar, and the same as a table."""
    found = find(request, pk)
    milestones = Prefetch("milestones", visible(Milestone, request.rights).filter(dropped=False))
    rows = list(_standing(request, found).prefetch_related(milestones))
    today = due.today()
    drawing = timeline(rows, today)
    return render(request, "register/plan/timeline.html", {
        **context(request, found, "plan-timeline"),
        "timeline": drawing,
        "rows": [(a, timing_word(a, today), TIMING_COLOURS.get(due.timing(a.due, a.state, today), ""))
                 for a in ([b.action for b in drawing.bars] + drawing.undated if drawing else rows)],
        "today": today,
    })  # fmt: skip


def _standing(request: RegisterRequest, found: Plan) -> QuerySet[Action]:
    """The actions that stand in it."""
    rows = visible(Action, request.rights).filter(plan=found).order_by("number")
    if found.state not in ENDED:
        rows = rows.exclude(state=ProgressState.SUPERSEDED)
    return of_plans.actions(request.rights, rows)


@require_safe
def course(request: RegisterRequest, pk: int) -> HttpResponse:
    """Steps, adoptions and comments, for those who work on the partnership."""
    found = find(request, pk)
    request.rights.require("see-work", found.partnership_id)
    told = of_plans.course(found, request.rights)
    return render(request, "register/plan/course.html", {
        **context(request, found, "plan-course"),
        "steps": told.steps,
        "parties": [(party, told.adopted.get(party.pk)) for party in found.partnership.parties.all()],
        "comments": comments(request, found),
    })  # fmt: skip


@require_safe
def file(request: RegisterRequest, pk: int, language: str, kind: str) -> HttpResponse:
    """The roadmap as a document or a workbook."""
    rows = visible(Plan, request.rights).select_related("partnership").prefetch_related("partnership__parties")
    found = one(Plan, request.rights, rows, pk=pk)
    if language not in LANGUAGES or kind not in FILES:
        raise Http404(_("A roadmap has no such file."))
    actions = of_plans.in_full(_standing(request, found), request.rights).prefetch_related(
        "leads__areas", "supports__areas", Prefetch("commitments__mechanisms", visible(Mechanism, request.rights))
    )
    areas = {area.pk: area for area in Area.objects.all()}
    record = record_of(found, list(actions), areas, language, adopted=of_plans.adopted_on(found))
    row = find_plan(kind)
    response = HttpResponse(row.renderer()(record, Setting(today=due.today())), content_type=row.media_type)
    name = f"roadmap-{found.partnership.slug}-{found.version}-{language}{row.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- forms ------------------------------------------------------------------------------------------------------------


class PlanForm(rooms.RoomForm):
    """All that people set of a roadmap."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        rows = visible(Instrument, self.rights).filter(partnership=self.partnership)
        self.fields |= {
            "instruments": self.several(_("Statements that it is to carry out"), rows),
            "starts": forms.DateField(label=_("From"), required=False),
            "ends": forms.DateField(label=_("Until"), required=False),
            "visibility": f.visibility_field(),
        }
        if plan := self.record:
            self.fields["reason"] = f.reason_field(required=True)
            self.initial = {
                **self.initial, "instruments": [i.pk for i in plan.instruments.all()], "starts": plan.starts,
                "ends": plan.ends, "visibility": plan.visibility,
            }  # fmt: skip
        else:
            self.initial = {
                **self.initial, "instruments": [i.pk for i in rows], **f.texts_initial("names", self.usual_names())
            }  # fmt: skip

    def usual_names(self) -> dict[str, str]:
        """What most are called, in every language of the form."""
        out = {}
        for code in LANGUAGES:
            with translation.override(code):
                out[code] = _("Roadmap: %(partnership)s") % {
                    "partnership": in_language(self.partnership.names, code)[0]
                }
        return out

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = self.cleaned_data
        return {
            "names": self.chosen_names(), "instruments": self.linked("instruments"),
            **{name: given[name] for name in ("starts", "ends", "visibility")},
        }  # fmt: skip


def add(request: RegisterRequest, slug: str) -> HttpResponse:
    """Begins a draft, and goes on to what might stand in it."""
    found = rooms.find_partnership(request, slug)
    request.rights.require("keep", found.pk)
    form = PlanForm(request.POST or None, rights=request.rights, partnership=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.create_plan(by=request.rights.who, partnership=found, **form.values())
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The draft has been begun. Choose what is to stand in it."))
            return redirect("plan-propose", pk=made.pk)
    return render(request, "register/plan/form.html", {
        **rooms.frame(request, found, PART, [(_("Roadmap"), rooms.room(found, PART))]),
        "form": form, "title": _("Draw up a roadmap"), "back": rooms.room(found, PART),
        "intro": _("A roadmap says who does what by when, so that the statements are carried out."),
        "submit": _("Begin the draft"),
    })  # fmt: skip


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Name, statements, dates, and who may see it."""
    found = find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = PlanForm(request.POST or None, rights=request.rights, partnership=found.partnership, record=found)
    if found.state != PlanState.DRAFT:  # what was sent round stays as it is
        form.fields = {name: form.fields[name] for name in ("visibility", "reason")}
    if request.method == "POST" and form.is_valid():
        values = form.values() if found.state == PlanState.DRAFT else {"visibility": form.cleaned_data["visibility"]}
        try:
            acts.change_plan(found, by=request.rights.who, reason=form.cleaned_data["reason"], **values)
        except ValidationError as error:
            f.take_errors(form, error)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The change has been saved."))
            return redirect(address(found))
    return render(request, "register/plan/form.html", {
        **context(request, found, below=True), "form": form, "title": _("Change a roadmap"), "back": address(found),
    })  # fmt: skip


def propose(request: RegisterRequest, pk: int) -> HttpResponse:
    """What the machine proposes from confirmed commitments; a person ticks what is to be taken."""
    found = find(request, pk)
    request.rights.require("keep", found.partnership_id)
    if found.state != PlanState.DRAFT:
        messages.error(request, _("Only a draft takes new actions."))
        return redirect(address(found))
    error = ""
    if request.method == "POST":
        keys = {int(key) for key in request.POST.getlist("take") if key.isdigit()}
        if keys:
            made = drafting.take(found, by=request.rights.who, rights=request.rights, keys=keys)
            messages.success(
                request, _("%(number)s actions have been added. Check each of them.") % {"number": len(made)}
            )
            return redirect(address(found))
        error = _("Tick at least one action, or go back to the roadmap.")
    areas = {area.pk: area.name for area in Area.objects.all()}
    groups: dict[str, list[drafting.Suggestion]] = {}
    for suggestion in drafting.suggestions(found, request.rights):
        groups.setdefault(areas.get(suggestion.area, suggestion.area), []).append(suggestion)
    return render(request, "register/plan/propose.html", {
        **context(request, found, below=True), "groups": list(groups.items()), "error": error,
        "number": sum(len(rows) for rows in groups.values()),
    }, status=400 if error else 200)  # fmt: skip


class StepForm(forms.Form):
    """The day of a step and a note; other fields by the step."""

    def __init__(self, *args: Any, plan: Plan, step: str, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = plan.partnership.parties.all()
        if step == "circulate":
            own = of_plans.carrying(plan, rights)
            all_of = of_plans.bodies(plan.partnership)
            groups = [
                (_("Those that carry an action"), [row for _party, rows in all_of for row in rows if row[0] in own]),
                *((party, [row for row in rows if row[0] not in own]) for party, rows in all_of),
            ]
            help_text = _("Those that lead or support an action are ticked already.")
            if not any(rows for _party, rows in all_of):
                help_text = _("The register knows no body of either side. Say in the note to whom it goes.")
            self.fields["to"] = forms.MultipleChoiceField(
                label=_("To which bodies"),
                choices=groups,
                initial=own,
                required=False,
                widget=LongChoices(),
                help_text=help_text,
            )
        if step == "adopt":
            self.fields["party"] = forms.ModelChoiceField(
                Party.objects.filter(pk__in=[p.pk for p in parties]), label=_("Which party has adopted it"),
                empty_label=None, widget=forms.RadioSelect,
                error_messages={"required": _("Choose the party that has adopted the roadmap.")},
            )  # fmt: skip
        self.fields["on"] = forms.DateField(label=_("On which day"), initial=timezone.localdate)
        if step in ("take-back", "withdraw"):
            self.fields["reason"] = f.reason_field(required=True)
        else:
            self.fields["reason"] = forms.CharField(
                label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("By which letter or decision, or until when comments are asked for."),
            )  # fmt: skip


def _steps() -> dict[str, tuple[str, str, str]]:
    """Step -> title, what it means, what the button says."""
    return {
        "circulate": (
            _("Send round for comment"),
            _("From now on the actions stay as they are, so that all read the same. Comments come under the roadmap."),
            _("Send round"),
        ),
        "take-back": (
            _("Take back to a draft"),
            _("The actions can then be changed again. What a party has adopted so far no longer counts."),
            _("Take back"),
        ),
        "adopt": (
            _("Put down an adoption"),
            _("When all parties have adopted the roadmap it is in force."),
            _("Put down"),
        ),
        "withdraw": (
            _("Withdraw the roadmap"),
            _("Its actions end with it. Both stay in the register with their history. This cannot be taken back."),
            _("Withdraw"),
        ),
    }  # fmt: skip


def step(request: RegisterRequest, pk: int, step: str) -> HttpResponse:
    """One step of a roadmap on its way to adoption."""
    found = find(request, pk)
    request.rights.require("keep", found.partnership_id)
    if step not in _steps():
        raise Http404(_("A roadmap has no such step."))
    title, intro, submit = _steps()[step]
    form = StepForm(request.POST or None, plan=found, step=step, rights=request.rights)
    if request.method == "POST" and form.is_valid():
        try:
            _do(found, step, request, form.cleaned_data)
        except ValidationError as error:
            f.take_errors(form, error)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The roadmap is now: %s.") % found.get_state_display())
            return redirect("plan-course", pk=found.pk)
    return render(request, "register/plan/form.html", {
        **context(request, found, below=True), "form": form, "title": title, "intro": intro, "submit": submit,
        "back": address(found), "warning": step == "withdraw",
    })  # fmt: skip


def _do(found: Plan, step: str, request: RegisterRequest, given: dict[str, Any]) -> None:
    by = request.rights.account
    day: dict[str, Any] = {"on": given["on"], "reason": given["reason"]}
    if step == "circulate":
        acts.circulate(found, by=by, to=of_plans.chosen_bodies(given["to"]), **day)
    elif step == "adopt":
        acts.adopt(found, by=by, party=given["party"], **day)
    elif step == "take-back":
        acts.take_back(found, by=by, **day)
    else:
        acts.withdraw_plan(found, by=by, **day)


def amend(request: RegisterRequest, pk: int) -> HttpResponse:
    """Begins an amendment."""
    found = find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = f.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.amend(found, by=request.rights.who, reason=form.cleaned_data["reason"])
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The amendment has been begun, with a copy of each open action."))
            return redirect(address(made))
    return render(request, "register/plan/form.html", {
        **context(request, found, below=True), "form": form, "title": _("Amend the roadmap"), "back": address(found),
        "intro": _("A new draft takes over the open actions. The roadmap in force stays until all parties have "
                   "adopted the new one."),
        "submit": _("Begin the amendment"),
    })  # fmt: skip


urlpatterns = [
    path("partnerships/<slug:slug>/roadmap/", roadmap, name="roadmap"),
    path("partnerships/<slug:slug>/roadmap/add/", add, name="plan-add"),
    path("roadmaps/<int:pk>/", plan, name="plan"),
    path("roadmaps/<int:pk>/timeline/", show_timeline, name="plan-timeline"),
    path("roadmaps/<int:pk>/steps/", course, name="plan-course"),
    path("roadmaps/<int:pk>/change/", change, name="plan-change"),
    path("roadmaps/<int:pk>/proposals/", propose, name="plan-propose"),
    path("roadmaps/<int:pk>/amend/", amend, name="plan-amend"),
    path("roadmaps/<int:pk>/steps/<slug:step>/", step, name="plan-step"),
    path("roadmaps/<int:pk>/files/<slug:language>/<slug:kind>/", file, name="plan-file"),
]
