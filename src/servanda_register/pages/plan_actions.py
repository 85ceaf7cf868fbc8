"""Actions of a roadmap: one with all that it rests on and how it stands, and what people change of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda.errors import UsageError
from servanda_register.actions import plan as acts
from servanda_register.design_forms import LongChoices
from servanda_register.models import (
    PROGRESS_STEPS,
    Action,
    Mechanism,
    Milestone,
    Partnership,
    Plan,
    PlanState,
    ProgressState,
    in_language,
)
from servanda_register.pages import plans as plan_pages
from servanda_register.pages import record_forms as f
from servanda_register.pages import rooms
from servanda_register.pages.comments import comments
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries import due
from servanda_register.queries import plan as of_plans
from servanda_register.queries.visibility import one, visible


def address(action: Action) -> str:
    """Of its page."""
    return reverse("action", args=[action.pk])


def _find(request: RegisterRequest, pk: int) -> Action:
    rows = of_plans.in_full(of_plans.actions(request.rights), request.rights)
    return one(
        Action, request.rights, rows.select_related("partnership").prefetch_related("partnership__parties"), pk=pk
    )  # fmt: skip


def _frame(request: RegisterRequest, action: Action, *, below: bool = False) -> dict[str, Any]:
    above = [(_("Roadmap"), rooms.room(action.partnership, plan_pages.PART))]
    if action.plan is not None:
        above.append((action.plan.name, plan_pages.address(action.plan)))
    if below:
        above.append((_("Action %s") % action.number, address(action)))
    return {**rooms.frame(request, action.partnership, plan_pages.PART, above), "action": action}


def _changeable(action: Action) -> bool:
    """Whether more than its state and milestones can still be changed."""
    standing = action.state != ProgressState.SUPERSEDED
    return standing and (action.plan_id is None or (action.plan is not None and action.plan.state == PlanState.DRAFT))


def _reported(action: Action) -> bool:
    """Whether states can be put down here: not in the draft of an amendment, and not once it is over."""
    drafting = action.plan is not None and action.plan.state in (PlanState.DRAFT, PlanState.CIRCULATED)
    return bool(PROGRESS_STEPS[action.state]) and not (drafting and action.follows_id)


@require_safe
def action(request: RegisterRequest, pk: int) -> HttpResponse:
    """One action."""
    found = _find(request, pk)
    today = due.today()
    full = of_plans.full(found, request.rights)
    deliverable, language = in_language(found.deliverable)
    sides = [
        (party, [b for b in found.leads.all() if b.party_id == party.pk],
         [b for b in found.supports.all() if b.party_id == party.pk])
        for party in found.partnership.parties.all()
    ]  # fmt: skip
    return render(request, "register/plan/action.html", {
        **_frame(request, found),
        "full": full, "sides": sides, "deliverable": deliverable, "deliverable_language": language,
        "timing": plan_pages.timing_word(found, today),
        "timing_colour": plan_pages.TIMING_COLOURS.get(due.timing(found.due, found.state, today), ""),
        "milestones": [(m, due.milestone_timing(m.due, m.done, found.state, today)) for m in full.milestones],
        "changeable": _changeable(found), "reported": _reported(found),
        "comments": comments(request, found),
    })  # fmt: skip


class ActionForm(rooms.RoomForm):
    """All that people set of an action."""

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        for code in f.LANGUAGES:
            self.fields[f"names_{code}"].label = f"{_('What is to be done')}, {f.LANGUAGES[code]}"
        groups = [(party, [(str(pk), name) for pk, name in rows]) for party, rows in of_plans.bodies(self.partnership)]
        self.fields |= {
            "commitments": self.commitments(_("Commitments on which it rests")),
            "leads": self._bodies("leads", _("Lead bodies"), groups),
            "supports": self._bodies("supports", _("Supporting bodies"), groups),
        }
        self.fields |= f.texts_fields("deliverable", _("What will be there when it is done"), limit=1000)
        self.fields |= {
            "starts": forms.DateField(label=_("From"), required=False),
            "due": forms.DateField(label=_("Deadline"), required=False,
                                   help_text=_("Only where a day has been agreed.")),
            "rhythm": forms.CharField(label=_("How often"), required=False, max_length=60,
                                      help_text=_("For what comes again, as in every year.")),
            "mechanism": forms.ModelChoiceField(
                visible(Mechanism, self.rights).filter(partnership=self.partnership), required=False,
                label=_("Mechanism that follows it"), empty_label=_("None"),
            ),
            "visibility": f.visibility_field(),
        }  # fmt: skip
        if action := self.record:
            self.fields["reason"] = f.reason_field(required=True)
            resting: Any = self.fields["commitments"]
            first = Case(When(pk__in=[c.pk for c in action.commitments.all()], then=0), default=1)
            resting.queryset = resting.queryset.order_by(first, "instrument", "number")
            self.initial = {
                **self.initial,
                **f.texts_initial("deliverable", action.deliverable),
                **{name: getattr(action, name) for name in ("starts", "due", "rhythm", "visibility")},
                "commitments": [c.pk for c in action.commitments.all()], "mechanism": action.mechanism_id,
                "leads": [str(b.pk) for b in action.leads.all()],
                "supports": [str(b.pk) for b in action.supports.all()],
            }  # fmt: skip
        elif plan is not None:
            self.initial["visibility"] = plan.visibility

    def _bodies(self, name: str, label: str, groups: list[Any]) -> forms.MultipleChoiceField:
        """Those that are chosen stand first, for the list is long; one that no longer exists stays where it is."""
        chosen = [(str(b.pk), b.name) for b in getattr(self.record, name).all()] if self.record else []
        keys = {key for key, _name in chosen}
        others = [(party, [row for row in rows if row[0] not in keys]) for party, rows in groups]
        return forms.MultipleChoiceField(
            label=label, choices=[(_("Chosen so far"), chosen), *others] if chosen else others, required=False,
            widget=LongChoices(),
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = self.cleaned_data
        before = self.record.deliverable if self.record else None
        return {
            "names": self.chosen_names(),
            "deliverable": f.texts_of(given, "deliverable", before),
            "commitments": self.linked("commitments"),
            "mechanism": self._mechanism(),
            **{name: of_plans.chosen_bodies(given[name]) for name in ("leads", "supports")},
            **{name: given[name] for name in ("starts", "due", "rhythm", "visibility")},
        }

    def _mechanism(self) -> Mechanism | None:
        """What was chosen, or what stands there out of the sight of whoever fills the form in."""
        chosen: Mechanism | None = self.cleaned_data["mechanism"]
        if chosen or self.record is None:
            return chosen
        there: Mechanism | None = Action.objects.select_related("mechanism").get(pk=self.record.pk).mechanism
        field: Any = self.fields["mechanism"]
        return None if there is None or field.queryset.filter(pk=there.pk).exists() else there


def _shown(
    request: RegisterRequest, form: forms.Form, frame: dict[str, Any], *, title: str, back: str, **more: Any
) -> HttpResponse:  # fmt: skip
    return render(request, "register/plan/form.html", {**frame, "form": form, "title": title, "back": back, **more})


def _done(form: forms.Form, write: Callable[[], Any]) -> bool:
    """Whether the form was right and could be written; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        write()
    except ValidationError as error:
        f.take_errors(form, error)
        return False
    except UsageError as error:
        form.add_error(None, str(error))
        return False
    return True


def add(request: RegisterRequest, pk: int) -> HttpResponse:
    """An action of one's own in a draft."""
    found = plan_pages.find(request, pk)
    request.rights.require("keep", found.partnership_id)
    partnership: Partnership = found.partnership
    form = ActionForm(request.POST or None, rights=request.rights, partnership=partnership, plan=found)
    made: list[Action] = []
    if request.method == "POST" and _done(form, lambda: made.append(
        acts.add_action(by=request.rights.who, partnership=partnership, plan=found, **form.values())
    )):  # fmt: skip
        messages.success(request, _("Action %s has been added.") % made[0].number)
        return redirect(address(made[0]))
    return _shown(
        request, form, plan_pages.context(request, found, below=True), title=_("Add an action"),
        back=plan_pages.address(found),
    )  # fmt: skip


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Its fields; once the roadmap was sent round, only who may see it."""
    found = _find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = ActionForm(request.POST or None, rights=request.rights, partnership=found.partnership, record=found)
    changeable = _changeable(found)
    if not changeable:
        form.fields = {name: form.fields[name] for name in ("visibility", "reason")}

    def write() -> None:
        values = form.values() if changeable else {"visibility": form.cleaned_data["visibility"]}
        acts.change_action(found, by=request.rights.who, reason=form.cleaned_data["reason"], **values)

    if request.method == "POST" and _done(form, write):
        messages.success(request, _("The change has been saved."))
        return redirect(address(found))
    intro = "" if changeable else _("The roadmap stands; for other changes begin an amendment.")
    return _shown(
        request, form, _frame(request, found, below=True), title=_("Change an action"), back=address(found), intro=intro
    )


def drop(request: RegisterRequest, pk: int) -> HttpResponse:
    """Takes it out of a draft."""
    found = _find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = f.ReasonForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: acts.drop_action(found, by=request.rights.who, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("Action %s has been taken out.") % found.number)
        return redirect(plan_pages.address(found.plan) if found.plan else address(found))
    return _shown(
        request, form, _frame(request, found, below=True), title=_("Take the action out"), back=address(found),
        intro=_("It stays in the register with its history, but no longer counts."), submit=_("Take out"), warning=True,
    )  # fmt: skip


class StateForm(forms.Form):
    """How the action stands now: only what can follow is offered."""

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(ProgressState.choices)
        allowed = [(state, labels[state]) for state in PROGRESS_STEPS[action.state]]
        self.fields |= {
            "state": forms.ChoiceField(
                label=_("State"), choices=allowed, widget=forms.RadioSelect,
                error_messages={"required": _("Choose how the action stands now.")},
            ),
            "on": forms.DateField(label=_("Since when"), initial=timezone.localdate),
            "reason": f.reason_field(required=True),
            "source": forms.CharField(
                label=_("Source"), required=False, max_length=1000,
                help_text=_("Where it can be looked up: a document, a web address, who said it."),
            ),
        }  # fmt: skip
        self.fields["reason"].help_text = _("What was done or came up. It stands in the history of the action.")


def state(request: RegisterRequest, pk: int) -> HttpResponse:
    """Puts down how it stands."""
    found = _find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = StateForm(request.POST or None, action=found)
    if request.method == "POST" and _done(
        form, lambda: acts.set_state(found, by=request.rights.who, **form.cleaned_data)
    ):
        messages.success(request, _("The action is now: %s.") % found.get_state_display())
        return redirect(address(found))
    return _shown(
        request, form, _frame(request, found, below=True), title=_("How the action stands"), back=address(found),
        intro=_("Now: %s. Only what can follow is offered.") % found.get_state_display(),
    )  # fmt: skip


class MilestoneForm(forms.Form):
    """A step towards the deliverable."""

    def __init__(self, *args: Any, milestone: Milestone | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone
        self.fields |= f.texts_fields("names", _("What is reached"))
        self.fields["due"] = forms.DateField(label=_("Due"))
        if milestone is not None:
            self.fields |= {
                "done": forms.DateField(label=_("Done on"), required=False),
                "dropped": forms.BooleanField(label=_("It is no longer wanted"), required=False),
                "reason": f.reason_field(required=True),
            }
            self.initial = {**f.texts_initial("names", milestone.names), "due": milestone.due, "done": milestone.done}

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        before = self.milestone.names if self.milestone else None
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("names_")}
        return {**given, "names": f.texts_of(self.cleaned_data, "names", before)}


def milestone_add(request: RegisterRequest, pk: int) -> HttpResponse:
    """A new milestone of an action."""
    found = _find(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = MilestoneForm(request.POST or None)
    if request.method == "POST" and _done(
        form, lambda: acts.add_milestone(by=request.rights.who, action=found, **form.values())
    ):
        messages.success(request, _("The milestone has been added."))
        return redirect(address(found))
    return _shown(
        request, form, _frame(request, found, below=True), title=_("Add a milestone"), back=address(found)
    )  # fmt: skip


def milestone_change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Done, moved or no longer wanted."""
    milestone = one(Milestone, request.rights, pk=pk)
    found = _find(request, milestone.action_id)
    request.rights.require("keep", found.partnership_id)
    form = MilestoneForm(request.POST or None, milestone=milestone)
    if request.method == "POST" and _done(
        form, lambda: acts.change_milestone(milestone, by=request.rights.who, **form.values())
    ):
        messages.success(request, _("The change has been saved."))
        return redirect(address(found))
    return _shown(
        request, form, _frame(request, found, below=True), title=_("Change a milestone"), back=address(found)
    )  # fmt: skip


class MergeForm(forms.Form):
    """Actions of one draft that are to become one."""

    def __init__(self, *args: Any, actions: list[Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(a.pk): a for a in actions}
        choices = [(key, f"{a.number}. {a.name}") for key, a in self.rows.items()]
        self.fields |= {
            "merged": forms.MultipleChoiceField(
                label=_("Actions that are to become one"), choices=choices,
                widget=LongChoices(),
                error_messages={"required": _("Choose two actions or more that are to become one.")},
            ),
            "kept": forms.ChoiceField(
                label=_("Whose name stays"), choices=choices,
                help_text=_("It takes over the commitments, bodies and milestones of the others."),
            ),
            "reason": f.reason_field(required=True),
        }  # fmt: skip

    def chosen(self) -> list[Action]:
        """The one that stays, then the others."""
        kept = self.cleaned_data["kept"]
        return [self.rows[kept], *(self.rows[key] for key in self.cleaned_data["merged"] if key != kept)]


def merge(request: RegisterRequest, pk: int) -> HttpResponse:
    """Makes one action of several."""
    found = plan_pages.find(request, pk)
    request.rights.require("keep", found.partnership_id)
    rows = visible(Action, request.rights).filter(plan=found).exclude(state=ProgressState.SUPERSEDED)
    form = MergeForm(request.POST or None, actions=list(rows.order_by("number")))
    if request.method == "POST" and _done(
        form, lambda: acts.merge_actions(form.chosen(), by=request.rights.who, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("The actions are one now."))
        return redirect(address(form.chosen()[0]))
    return _shown(
        request, form, plan_pages.context(request, found, below=True), title=_("Make one action of several"),
        back=plan_pages.address(found),
    )  # fmt: skip


urlpatterns = [
    path("roadmaps/<int:pk>/actions/add/", add, name="action-add"),
    path("roadmaps/<int:pk>/actions/merge/", merge, name="action-merge"),
    path("actions/<int:pk>/", action, name="action"),
    path("actions/<int:pk>/change/", change, name="action-change"),
    path("actions/<int:pk>/drop/", drop, name="action-drop"),
    path("actions/<int:pk>/state/", state, name="action-state"),
    path("actions/<int:pk>/milestones/", milestone_add, name="milestone-add"),
    path("milestones/<int:pk>/", milestone_change, name="milestone"),
]
