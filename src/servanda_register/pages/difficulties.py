"""Difficulties of a partnership: raised, answered in turn, closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.actions.difficulty import answer, change_difficulty, close, raise_difficulty, reopen
from servanda_register.models import Area, Body, Difficulty, DifficultyState, Partnership
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import RoomForm, act_on, button, done, find_partnership, form_page, frame, room
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import difficulties as of_difficulties
from servanda_register.queries.visibility import one, visible

PART = "difficulties"
STATES = {"open": "blue", "resolved": "green", "dropped": "grey"}
"""State -> colour."""


def address(difficulty: Difficulty) -> str:
    """Of its page."""
    return reverse("difficulty", args=[difficulty.pk])


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Difficulties"), room(partnership, PART))]


@require_safe
def difficulties(request: RegisterRequest, slug: str) -> HttpResponse:
    """All of them: who owes what, by when."""
    found = find_partnership(request, slug)
    today = timezone.localdate()

    def standing(d: Difficulty) -> str:
        return _("Answer overdue") if of_difficulties.is_overdue(d, today) else d.get_state_display()

    columns = [
        Column("name", _("Difficulty"), lambda d: d.name, url=address, lang=lambda d: d.name_language, collated=True),
        Column("state", _("State"), standing, order=("state", "answer_due"),
               tag=lambda d: "red" if of_difficulties.is_overdue(d, today) else STATES[d.state]),
        Column("owed", _("Who owes the next answer"), lambda d: d.owed_by.name if d.owed_by else "",
               lang=lambda d: d.owed_by.name_language if d.owed_by else "", order=("owed_by",)),
        Column("body", _("Which body"), lambda d: d.body.name if d.body else "",
               lang=lambda d: d.body.name_language if d.body else ""),
        Column("due", _("Answer due"), lambda d: d.answer_due, order=("answer_due",)),
        Column("raised_by", _("Raised by"), lambda d: d.raised_by.name, lang=lambda d: d.raised_by.name_language,
               order=("raised_by",)),
        Column("raised_on", _("Raised on"), lambda d: d.raised_on, order=("raised_on",)),
        Column("said", _("Answers"), lambda d: d.said, order=("said",)),
        Column("areas", _("Areas"), lambda d: ", ".join(a.name for a in d.areas.all()), only_in_files=True),
        Column("description", _("What hinders"), lambda d: d.description, only_in_files=True),
    ]  # fmt: skip
    sides = [(p.pk, p.name) for p in found.parties.all()]
    used = Area.objects.filter(difficulties__in=visible(Difficulty, request.rights).filter(partnership=found))
    listing = Listing(
        name="difficulties", title=_("Difficulties"), rows=of_difficulties.listed(request.rights, found),
        columns=columns,
        filters=[
            Filter("state", _("State"), DifficultyState.choices, lambda r, v: r.filter(state=v)),
            Filter("owed_by", _("Who owes the next answer"), sides, lambda r, v: r.filter(owed_by=v)),
            Filter("overdue", _("Answer"), [("yes", _("Overdue"))],
                   lambda r, v: r.filter(of_difficulties.overdue(today))),
            Filter("area", _("Area"), [(a.pk, a.name) for a in used.distinct()], lambda r, v: r.filter(areas=v)),
        ],
        find=lambda d: " ".join([*d.names.values(), d.description]),
        intro=_("Barriers that a side raised, and who owes the next answer by when."),
        empty=_("No difficulty was raised. Desk officers put down what a side raises, and pass the answers on."),
    )  # fmt: skip
    framed = frame(request, found, PART)
    add_url = reverse("difficulty-add", args=[slug])
    actions = [button(_("Raise a difficulty"), add_url, "")] if framed["may_keep"] else []
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


@require_safe
def difficulty(request: RegisterRequest, pk: int) -> HttpResponse:
    """One, with everything that was said."""
    found, partnership = _one(request, pk)
    framed = frame(request, partnership, PART, _above(partnership))
    actions = []
    if framed["may_keep"]:
        if found.state == DifficultyState.OPEN:
            actions = [
                button(_("Put an answer in"), reverse("difficulty-answer", args=[pk]), ""),
                button(_("Close it"), reverse("difficulty-close", args=[pk])),
            ]
        else:
            actions = [button(_("Take it up again"), reverse("difficulty-reopen", args=[pk]))]
        actions.append(button(_("Change"), reverse("difficulty-change", args=[pk])))
    return render(request, "register/difficulty/one.html", {
        "record": found, "title": found.name, "title_language": found.name_language, "kind_name": _("Difficulty"),
        "colour": STATES[found.state], "actions": actions,
        "overdue": of_difficulties.is_overdue(found, timezone.localdate()), **framed,
    })  # fmt: skip


def _one(request: RegisterRequest, pk: int) -> tuple[Difficulty, Partnership]:
    found = one(Difficulty, request.rights, of_difficulties.full(request.rights), pk=pk)
    return found, find_partnership(request, found.partnership.slug)


class OwedForm(RoomForm):
    """A form that says who owes the next answer."""

    def owed(self) -> None:
        """Adds the three fields."""
        self.fields |= {
            "owed_by": self.party(_("Who owes the next answer"), required=False, empty=_("Nobody")),
            "body": self.body(_("Which body"), _("Of the side that owes the answer.")),
            "answer_due": forms.DateField(label=_("Answer due"), required=False),
        }

    def clean_body(self) -> Body | None:
        """The body that was chosen."""
        key = self.cleaned_data["body"]
        return Body.objects.get(pk=key) if key else None


class DifficultyForm(OwedForm):
    """All that people set of a difficulty; who owes the answer only at first, later it passes with the answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        self.fields |= {
            "description": forms.CharField(
                label=_("What hinders"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 5})
            ),
            "raised_by": self.party(_("Raised by")),
            "raised_on": forms.DateField(label=_("Raised on"), initial=timezone.localdate),
        }
        if self.record is None:
            self.owed()
        self.fields |= {
            "areas": self.several(_("Areas"), Area.objects.all()),
            "commitments": self.commitments(_("Commitments that it concerns")),
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=self.record is not None),
        }
        if d := self.record:
            self.know({n: getattr(d, n) for n in ("description", "raised_by", "raised_on", "visibility")})
            self.know({n: [x.pk for x in getattr(d, n).all()] for n in ("areas", "commitments")})

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        plain = ("description", "raised_by", "raised_on", "visibility", "reason", "owed_by", "body", "answer_due")
        given = {name: self.cleaned_data[name] for name in plain if name in self.cleaned_data}
        return given | {
            "names": self.chosen_names(), "areas": list(self.cleaned_data["areas"]),
            "commitments": self.linked("commitments"),
        }  # fmt: skip


class AnswerForm(OwedForm):
    """What a side said, and who is next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "party": self.party(_("Which side answers")),
            "on": forms.DateField(label=_("Date"), initial=timezone.localdate),
            "text": forms.CharField(
                label=_("Answer"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6}),
                error_messages={"required": _("Write what the side answered.")},
            ),
        }  # fmt: skip
        self.owed()
        answering = self.record.owed_by or self.record.raised_by
        self.know({"party": answering})
        if following := of_difficulties.other_side(self.partnership, answering):
            self.know({"owed_by": following})


class CloseForm(forms.Form):
    """Whether it is resolved or dropped, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"] = forms.ChoiceField(
            label=_("How it ends"), widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
            choices=[("resolved", _("Resolved: the barrier is gone")),
                     ("dropped", _("Dropped: it is not pursued any more"))],
            error_messages={"required": _("Choose how it ends.")},
        )  # fmt: skip
        self.fields["reason"] = f.reason_field(required=True)


class ReopenForm(OwedForm):
    """Why it is taken up again, and who owes the next answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed()
        self.fields["reason"] = f.reason_field(required=True)


def add(request: RegisterRequest, slug: str) -> HttpResponse:
    """Raises one."""
    partnership = find_partnership(request, slug)
    request.rights.require("keep", partnership.pk)
    form = DifficultyForm(request.POST or None, rights=request.rights, partnership=partnership)
    made = done(request, form, lambda: raise_difficulty(
        by=request.rights.who, partnership=partnership, **form.values()
    ), _("The difficulty has been put down."))  # fmt: skip
    if made:
        return redirect(address(made))
    return form_page(
        request, partnership, PART, form, _("Raise a difficulty"), room(partnership, PART), _above(partnership)
    )


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes what it is about."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = DifficultyForm(request.POST or None, rights=request.rights, partnership=partnership, record=found)
    return _act(request, found, partnership, form, _("Change: %s") % found.name, _("The change has been saved."),
                lambda: change_difficulty(found, by=request.rights.who, **form.values()))  # fmt: skip


def put_answer(request: RegisterRequest, pk: int) -> HttpResponse:
    """Keeps an answer and passes the next one on."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = AnswerForm(request.POST or None, rights=request.rights, partnership=partnership, record=found)
    return _act(request, found, partnership, form, _("Answer: %s") % found.name, _("The answer has been kept."),
                lambda: answer(found, by=request.rights.who, **form.cleaned_data),
                intro=_("An answer is kept as it is and cannot be changed later."))  # fmt: skip


def end(request: RegisterRequest, pk: int) -> HttpResponse:
    """Closes it."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = CloseForm(request.POST or None)
    return _act(request, found, partnership, form, _("Close: %s") % found.name, _("The difficulty has been closed."),
                lambda: close(found, by=request.rights.who, reason=form.cleaned_data["reason"],
                              resolved=form.cleaned_data["how"] == "resolved"))  # fmt: skip


def take_up(request: RegisterRequest, pk: int) -> HttpResponse:
    """Opens it again."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = ReopenForm(request.POST or None, rights=request.rights, partnership=partnership, record=found)
    return _act(request, found, partnership, form, _("Take up again: %s") % found.name, _("It is open again."),
                lambda: reopen(found, by=request.rights.who, **form.cleaned_data))  # fmt: skip


def _act(
    request: RegisterRequest, found: Difficulty, partnership: Partnership, *step: Any, intro: str = ""
) -> HttpResponse:
    return act_on(request, found, PART, _above(partnership), address(found), *step, intro=intro)


urlpatterns = [
    path("partnerships/<slug:slug>/difficulties/", difficulties, name="difficulties"),
    path("partnerships/<slug:slug>/difficulties/add/", add, name="difficulty-add"),
    path("difficulties/<int:pk>/", difficulty, name="difficulty"),
    path("difficulties/<int:pk>/change/", change, name="difficulty-change"),
    path("difficulties/<int:pk>/answer/", put_answer, name="difficulty-answer"),
    path("difficulties/<int:pk>/close/", end, name="difficulty-close"),
    path("difficulties/<int:pk>/reopen/", take_up, name="difficulty-reopen"),
]
