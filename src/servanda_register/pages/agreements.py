"""Agreements of a partnership: the legal basis, how each is carried out, and those that are to be concluded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda_register.actions.agreement import assess, move
from servanda_register.models import Agreement, AgreementStage, AgreementStatus, Area, Assessment, Partnership
from servanda_register.pages import commitments as commitment_pages
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import button, done, find_partnership, form_page, frame, room, statements
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import agreements as of_agreements
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.visibility import one, visible

PART = "agreements"
FINDINGS = {"carried-out": "green", "partly": "yellow", "not": "red", "unknown": "grey"}
"""Finding -> colour."""


def address(agreement: Agreement) -> str:
    """Of its page."""
    return reverse("record", args=["agreements", agreement.pk])


def finding_name(value: str | None) -> str:
    """A finding in the reader's language; nothing where nothing was found."""
    return str(dict(Assessment.Finding.choices).get(value or "", ""))


def _found(agreement: Any) -> tuple[Agreement, str, str]:
    """A row of ``queries.agreements.listed`` with its latest finding in words, and the colour of that."""
    return agreement, finding_name(agreement.finding), FINDINGS.get(agreement.finding or "", "")


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Agreements"), room(partnership, PART))]


@require_safe
def agreements(request: RegisterRequest, slug: str) -> HttpResponse:
    """The legal basis as a list."""
    found = find_partnership(request, slug)
    today = timezone.localdate()
    framed = frame(request, found, PART)
    works = framed["may_see_work"]  # who may not, sees no assessment, and no column that would seem to say "none"
    assessed = [
        Column("finding", _("How it is carried out"), lambda a: finding_name(a.finding),
               tag=lambda a: FINDINGS.get(a.finding or ""), order=("finding",)),
        Column("assessed", _("Assessed on"), lambda a: a.assessed, order=("assessed",)),
    ]  # fmt: skip
    by_assessment = [
        Filter("finding", _("How it is carried out"), Assessment.Finding.choices, lambda r, v: r.filter(finding=v)),
        Filter("due", _("Review"), [("yes", _("Due"))],
               lambda r, v: r.filter(of_agreements.due_for_review(today, request.rights))),
    ]  # fmt: skip
    columns = [
        Column("name", _("Name"), lambda a: a.name, url=address, lang=lambda a: a.name_language, collated=True),
        Column("year", _("Year"), lambda a: a.year, order=("year",)),
        Column("status", _("State"), lambda a: a.get_status_display(), tag=lambda a: a.status, order=("status",)),
        Column("areas", _("Areas"), lambda a: ", ".join(area.name for area in a.areas.all())),
        Column("stage", _("Stage of negotiation"), lambda a: a.get_stage_display() if a.stage else "",
               order=("stage",)),
        *(assessed if works else ()),
        Column("next_review", _("Next review"), lambda a: a.next_review, order=("next_review",)),
        Column("section", _("Section"), lambda a: a.section, only_in_files=True),
    ]  # fmt: skip
    used = Area.objects.filter(agreements__in=visible(Agreement, request.rights).filter(partnership=found)).distinct()
    listing = Listing(
        name="agreements", title=_("Agreements"), rows=of_agreements.listed(request.rights, found), columns=columns,
        filters=[
            Filter("status", _("State"), AgreementStatus.choices, lambda r, v: r.filter(status=v)),
            Filter("areas", _("Area"), [(a.pk, a.name) for a in used], lambda r, v: r.filter(areas=v)),
            *(by_assessment if works else ()),
        ],
        find=lambda a: " ".join(a.names.values()),
        intro=_("The legal basis: treaties and memoranda that statements name, and how each is carried out."),
        empty=_("What statements name comes here when they are reviewed; desk officers also add to the list."),
    )  # fmt: skip
    actions = [
        button(_("By area"), reverse("agreements-by-area", args=[slug])),
        button(_("To be concluded"), reverse("agreements-pipeline", args=[slug])),
    ]
    if works:
        actions.append(button(_("Assess one by one"), reverse("agreements-review", args=[slug])))
    if framed["may_keep"]:
        add_url = f"{reverse('record-add', args=['agreements'])}?partnership={found.pk}"
        actions.append(button(_("Add to the list"), add_url))
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


@require_safe
def by_area(request: RegisterRequest, slug: str) -> HttpResponse:
    """The legal basis of each area."""
    found = find_partnership(request, slug)
    return render(request, "register/agreement/areas.html", {
        "title": _("The legal basis by area"),
        "intro": _("An agreement of several areas stands in each of them."),
        "groups": [
            (area, [_found(a) for a in rows])
            for area, rows in of_agreements.by_area(of_agreements.listed(request.rights, found))
        ],
        **frame(request, found, PART, _above(found)),
    })  # fmt: skip


@require_safe
def pipeline(request: RegisterRequest, slug: str) -> HttpResponse:
    """What is to be signed or amended, by how far it has come."""
    found = find_partnership(request, slug)
    return render(request, "register/agreement/pipeline.html", {
        "title": _("Agreements to be concluded or amended"),
        "stages": of_agreements.pipeline(request.rights, found),
        **frame(request, found, PART, _above(found)),
    })  # fmt: skip


@require_safe
def review(request: RegisterRequest, slug: str) -> HttpResponse:
    """The committee's task: what is in force is looked at one by one."""
    found = find_partnership(request, slug)
    request.rights.require("see-work", found.pk)
    today = timezone.localdate()
    waiting = of_agreements.queue(request.rights, found, today)
    total = of_agreements.in_force(request.rights, found)
    return render(request, "register/agreement/review.html", {
        "title": _("Review of agreements in force"),
        "intro": _("Each agreement in force is looked at in turn: is it carried out, what hinders, what is proposed."),
        "waiting": waiting, "total": total, "done": total - len(waiting),
        **frame(request, found, PART, _above(found)),
    })  # fmt: skip


@require_safe
def agreement(request: RegisterRequest, pk: int) -> HttpResponse:
    """One, with its assessments and the commitments that name it."""
    found, partnership = _one(request, pk)
    rows = of_commitments.listed(request.rights).filter(agreements=found)
    if request.GET.get("format"):
        rows = of_commitments.with_links(rows, request.rights)
    cited = Listing(
        name="commitments", title=found.name, rows=rows.annotate(force=commitment_pages.FORCE), find="folded",
        columns=commitment_pages.columns({p.code: p.name for p in partnership.parties.all()}, partnership=False),
        empty=_("No commitment names it."),
    )  # fmt: skip
    framed = frame(request, partnership, PART, _above(partnership))
    assessable = found.status in of_agreements.ASSESSED
    actions = []
    if framed["may_keep"]:
        if assessable:
            actions.append(button(_("Assess"), reverse("agreement-assess", args=[pk]), ""))
        actions += [
            button(_("Set state and stage"), reverse("agreement-stage", args=[pk])),
            button(_("Change"), reverse("record-change", args=["agreements", pk])),
        ]
    return show(
        request, cited, template="register/agreement/one.html", record=found,
        statements=statements(request.rights, partnership), actions=actions,
        kind_name=_("Agreement"), title_language=found.name_language,
        areas=found.areas.all(), assessments=_assessments(request, found),
        other_names=[(code, name) for code, name in found.names.items() if name and name != found.name],
        why_due=of_agreements.why_due(found, timezone.localdate()) if framed["may_see_work"] and _is_due(found) else "",
        **framed,
    )  # fmt: skip


def _one(request: RegisterRequest, pk: int) -> tuple[Any, Partnership]:
    base = one(Agreement, request.rights, visible(Agreement, request.rights).select_related("partnership"), pk=pk)
    found = find_partnership(request, base.partnership.slug)
    return one(Agreement, request.rights, of_agreements.listed(request.rights, found), pk=pk), found


def _is_due(agreement: Any) -> bool:
    if agreement.status not in of_agreements.ASSESSED:
        return False
    if agreement.next_review:
        return bool(agreement.next_review <= timezone.localdate())
    return agreement.assessed is None


def _assessments(request: RegisterRequest, agreement: Agreement) -> list[tuple[Assessment, str]]:
    rows = visible(Assessment, request.rights).filter(agreement=agreement).select_related("by")
    return [(a, FINDINGS[a.finding]) for a in rows]


class AssessForm(forms.Form):
    """How one agreement is carried out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "finding": forms.ChoiceField(
                label=_("Is it carried out?"), choices=Assessment.Finding.choices,
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
                error_messages={"required": _("Choose how it is carried out.")},
            ),
            "reason": forms.CharField(
                label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("What was done under it and what was not; what hinders."),
                error_messages={"required": _("Say on what the finding rests.")},
            ),
            "measures": forms.CharField(
                label=_("Measures proposed"), max_length=4000, required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "source": forms.CharField(
                label=_("Source"), max_length=1000, required=False,
                help_text=_("Minutes, a letter, a report or a web address."),
            ),
            "on": forms.DateField(label=_("Date"), initial=timezone.localdate),
            "next_review": forms.DateField(
                label=_("Next review"), required=False,
                help_text=_("The day on which it comes up again. Left empty, it does not come up by itself."),
            ),
        }  # fmt: skip


def assess_one(request: RegisterRequest, pk: int) -> HttpResponse:
    """Puts an assessment down; in a round, goes on to the next agreement that waits."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    in_round = "round" in request.GET
    form = AssessForm(request.POST or None)
    said = _("The assessment of “%s” has been kept.") % found.name
    if done(request, form, lambda: assess(found, by=request.rights.who, **form.cleaned_data), said):
        return redirect(_next(request, partnership, pk) if in_round else address(found))
    return render(request, "register/agreement/assess.html", {
        "form": form, "record": found, "title": found.name, "title_language": found.name_language,
        "back": reverse("agreements-review", args=[partnership.slug]) if in_round else address(found),
        "in_round": in_round, "skip": _next(request, partnership, pk) if in_round else "",
        "submit": _("Save and go to the next") if in_round else "",
        "assessments": _assessments(request, found),
        "commitments": of_commitments.listed(request.rights).filter(agreements=found, state="confirmed")[:20],
        "bodies": of_agreements.bodies_to_ask(found, partnership),
        "why_due": of_agreements.why_due(found, timezone.localdate()) if _is_due(found) else "",
        **frame(request, partnership, PART, _above(partnership)),
    })  # fmt: skip


def _next(request: RegisterRequest, partnership: Partnership, after: int) -> str:
    """Address of the agreement that follows in the round; of the round itself where it is the last."""
    order = [w.agreement.pk for w in of_agreements.queue(request.rights, partnership, timezone.localdate())]
    # one that was just assessed is no longer in the queue; then the first of the others comes
    place = order.index(after) + 1 if after in order else 0
    if place < len(order):
        return f"{reverse('agreement-assess', args=[order[place]])}?round"
    return reverse("agreements-review", args=[partnership.slug])


class StageForm(forms.Form):
    """How an agreement stands, and how far its negotiation has come."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        names = ("status", "stage", "year", "next_review")
        kwargs["initial"] = {name: getattr(agreement, name) for name in names}
        super().__init__(*args, **kwargs)
        radios = {"class": "govuk-radios--small"}
        self.fields |= {
            "status": forms.ChoiceField(
                label=_("State"), choices=AgreementStatus.choices, widget=forms.RadioSelect(attrs=radios)
            ),
            "stage": forms.ChoiceField(
                label=_("Stage of negotiation"), required=False, widget=forms.RadioSelect(attrs=radios),
                choices=[("", _("Not begun, or nothing to negotiate")), *AgreementStage.choices],
            ),
            "year": forms.IntegerField(
                label=_("Year"), required=False, min_value=1600, max_value=2200, help_text=_("In which it was signed.")
            ),
            "next_review": forms.DateField(
                label=_("Next review"), required=False, help_text=_("When it comes up for an assessment.")
            ),
            "reason": f.reason_field(required=True),
        }  # fmt: skip


def stage(request: RegisterRequest, pk: int) -> HttpResponse:
    """Moves an agreement on."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = StageForm(request.POST or None, agreement=found)
    if done(request, form, lambda: move(found, by=request.rights.who, **form.cleaned_data),
            _("The change has been saved.")):  # fmt: skip
        return redirect(address(found))
    above = [*_above(partnership), (found.name, address(found))]
    return form_page(request, partnership, PART, form, _("State and stage: %s") % found.name, address(found), above)


urlpatterns = [
    path("partnerships/<slug:slug>/agreements/", agreements, name="agreements"),
    path("partnerships/<slug:slug>/agreements/areas/", by_area, name="agreements-by-area"),
    path("partnerships/<slug:slug>/agreements/pipeline/", pipeline, name="agreements-pipeline"),
    path("partnerships/<slug:slug>/agreements/review/", review, name="agreements-review"),
    path("lists/agreements/<int:pk>/", agreement, name="agreement"),
    path("agreements/<int:pk>/assess/", assess_one, name="agreement-assess"),
    path("agreements/<int:pk>/stage/", stage, name="agreement-stage"),
]
