"""Reports of a partnership: on the page, and as documents from templates that an office can change."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servanda_register.actions import report as actions
from servanda_register.models import Partnership, ReportKind
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import find_partnership, frame, room
from servanda_register.queries import reports as of_reports
from servanda_register.queries.reminders import address

PART = "reports"


class AudienceForm(forms.Form):
    """For whom a report is; what they may not see stays out of it."""

    def __init__(self, *args: Any, audiences: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"] = forms.ChoiceField(
            label=_("Who will read it"), choices=[(key, of_reports.AUDIENCES[key]) for key in audiences],
            help_text=_("What they may not see stays out of it."),
        )  # fmt: skip


class ProgressForm(AudienceForm):
    """Of which period."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"] = forms.DateField(label=_("From"))
        self.fields["end"] = forms.DateField(label=_("Until"))
        self.order_fields(["start", "end", "audience"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("start") and given.get("end") and given["end"] < given["start"]:
            self.add_error("end", _("The period ends before it begins. Change one of the two dates."))
        return given


class BriefForm(AudienceForm):
    """For a minister of which side."""

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"] = forms.ChoiceField(
            label=_("Whose minister"), choices=[(party.code, party.name) for party in partnership.parties.all()]
        )
        self.order_fields(["side", "audience"])


class TemplateForm(forms.Form):
    """A template of an office's own."""

    def __init__(self, *args: Any, everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("Report"), choices=ReportKind.choices)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
        self.fields["file"] = forms.FileField(
            label=_("Document"), help_text=_("A DOCX. Begin with one of those above, and change what you like in it."),
            widget=forms.FileInput(attrs={"accept": ".docx"}),
        )  # fmt: skip
        if everywhere:
            self.fields["everywhere"] = forms.BooleanField(
                label=_("For all partnerships that have none of their own"), required=False
            )
        self.fields["reason"] = f.reason_field(required=False)


def _found(request: RegisterRequest, slug: str, verb: str = "see-work") -> Partnership:
    partnership = find_partnership(request, slug)
    request.rights.require(verb, partnership.pk)
    return partnership


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Reports"), room(partnership, PART))]


def _files(request: RegisterRequest) -> list[dict[str, str]]:
    """Addresses of the same report as a document, one in each language."""
    query = request.GET.copy()
    files = []
    for code, name in settings.LANGUAGES:
        query["document"] = code
        files.append({"language": code, "name": name, "url": f"?{query.urlencode()}"})
    return files


def _asked_for(request: RegisterRequest) -> str:
    """The language in which a document is asked for; none for the page."""
    language = request.GET.get("document", "")
    return language if language in dict(settings.LANGUAGES) else ""


def _document(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=actions.DOCX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def reports(request: RegisterRequest, slug: str) -> HttpResponse:
    """Which reports there are."""
    partnership = _found(request, slug)
    return render(request, "register/report/reports.html", frame(request, partnership, PART))


@require_safe
def progress(request: RegisterRequest, slug: str) -> HttpResponse:
    """How the partnership fared in a period."""
    partnership = _found(request, slug)
    audiences = of_reports.audiences(request.rights, partnership)
    today = timezone.localdate()
    usual = {"start": date(today.year, 1, 1), "end": today, "audience": _usual(audiences)}
    form = ProgressForm({**usual, **request.GET.dict()}, audiences=audiences)
    context = {**frame(request, partnership, PART, _above(partnership)), "form": form, "title": _("Progress report")}
    if not form.is_valid():
        return render(request, "register/report/progress.html", context, status=400)
    given = form.cleaned_data
    rights = of_reports.for_audience(request.rights, given["audience"])
    if language := _asked_for(request):
        with translation.override(language):
            report = of_reports.progress(partnership, rights, given["start"], given["end"], today)
            fields = actions.progress_fields(report, given["audience"], today)
            content = actions.document(ReportKind.PROGRESS, language, partnership, request.rights, fields)
        return _document(content, f"progress-{slug}-{given['end'].isoformat()}-{language}.docx")
    report = of_reports.progress(partnership, rights, given["start"], given["end"], today)
    return render(request, "register/report/progress.html", {
        **context, "report": report, "files": _files(request),
        "sections": [
            ("delivered", _("Delivered in the period"), report.delivered),
            ("overdue", _("Overdue"), report.overdue),
            ("stalled", _("Stalled"), report.stalled),
            ("coming", _("Due in the next ninety days"), report.coming),
        ],
        "figures": [_figure(figure) for figure in report.figures],
    })  # fmt: skip


def _usual(audiences: list[str]) -> str:
    """Colleagues: who wants more or fewer readers says so."""
    return "internal" if "internal" in audiences else audiences[0]


def _figure(figure: of_reports.Figure) -> dict[str, Any]:
    target = figure.target
    return {
        "indicator": figure.indicator, "period": figure.latest.period, "value": figure.said(figure.latest.value),
        "before": figure.said(figure.before.value) if figure.before else "",
        "target": figure.said(target.value) if target else "", "by": target.by_date if target else None,
    }  # fmt: skip


@require_safe
def brief(request: RegisterRequest, slug: str) -> HttpResponse:
    """One page for a minister, with the open points that are ticked, or else the most pressing ones."""
    partnership = _found(request, slug)
    audiences = of_reports.audiences(request.rights, partnership)
    parties = [party.code for party in partnership.parties.all()]
    usual = {"side": parties[-1], "audience": _usual(audiences)}
    form = BriefForm({**usual, **request.GET.dict()}, audiences=audiences, partnership=partnership)
    context = {
        **frame(request, partnership, PART, _above(partnership)),
        "form": form,
        "title": _("Brief for a minister"),
    }
    if not form.is_valid():
        return render(request, "register/report/brief.html", context, status=400)
    given = form.cleaned_data
    rights = of_reports.for_audience(request.rights, given["audience"])
    today = timezone.localdate()
    ticked = request.GET.getlist("point")
    if language := _asked_for(request):
        with translation.override(language):
            made = of_reports.brief(partnership, rights, today, side=given["side"], chosen=ticked)
            fields = actions.brief_fields(made, given["audience"])
            content = actions.document(ReportKind.BRIEF, language, partnership, request.rights, fields)
        return _document(content, f"brief-{slug}-{today.isoformat()}-{language}.docx")
    made = of_reports.brief(partnership, rights, today, side=given["side"], chosen=ticked)
    taken = {point.key for point in made.points}
    return render(request, "register/report/brief.html", {
        **context, "brief": made, "files": _files(request), "facts": actions.facts(made), "most": of_reports.POINTS,
        "too_many": len(ticked) > of_reports.POINTS,
        "points": [(p, p.key in taken, address(p.record)) for p in made.candidates],
        "dates": [(d, address(d.record)) for d in made.dates],
    })  # fmt: skip


@require_safe
def templates(request: RegisterRequest, slug: str) -> HttpResponse:
    """Which templates count, and what fields they may name."""
    partnership = _found(request, slug)
    return _templates(request, partnership, _form(request, partnership))


def _form(request: RegisterRequest, partnership: Partnership) -> TemplateForm | None:
    if not request.rights.may("keep", partnership.pk):
        return None
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    return TemplateForm(*data, everywhere=request.rights.may("keep"))


def _templates(
    request: RegisterRequest, partnership: Partnership, form: TemplateForm | None, status: int = 200
) -> HttpResponse:  # fmt: skip
    rows = [
        {
            "kind": kind, "label": label, "language": code, "language_name": name,
            "own": actions.chosen(kind, code, partnership, request.rights),
        }
        for kind, label in ReportKind.choices for code, name in settings.LANGUAGES
    ]  # fmt: skip
    context = {
        **frame(request, partnership, PART, _above(partnership)), "form": form, "rows": rows,
        "title": _("Templates of reports"),
        "everywhere": request.rights.may("keep"),
        "fields": [(label, actions.listed(kind)) for kind, label in ReportKind.choices],
    }  # fmt: skip
    return render(request, "register/report/templates.html", context, status=status)


@require_POST
def put_template(request: RegisterRequest, slug: str) -> HttpResponse:
    """Puts an office's template in the place of the one before."""
    partnership = _found(request, slug, "keep")
    form = _form(request, partnership)
    if form and form.is_valid():
        given = form.cleaned_data
        try:
            actions.put_template(
                by=request.rights.who, kind=given["kind"], language=given["language"], reason=given["reason"],
                partnership=None if given.get("everywhere") else partnership, name=given["file"].name,
                content=given["file"].read(),
            )  # fmt: skip
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The template is in use from now on."))
            return redirect("report-templates", slug=slug)
    return _templates(request, partnership, form, status=422)


@require_POST
def remove_template(request: RegisterRequest, slug: str, kind: str, language: str) -> HttpResponse:
    """Takes the office's template out of use."""
    partnership = _found(request, slug, "keep")
    own = actions.chosen(kind, language, partnership, request.rights)
    if own is None:
        raise Http404(_("There is no template of your own to take out of use."))
    if own.partnership_id is None:
        request.rights.require("keep")
    actions.remove_template(by=request.rights.who, kind=kind, language=language, partnership=own.partnership)
    messages.success(request, _("The template is out of use. It stays in the history."))
    return redirect("report-templates", slug=slug)


@require_safe
def template_file(request: RegisterRequest, slug: str, kind: str, language: str) -> HttpResponse:
    """The template that counts, to be changed; with ``?default=1`` that of the register."""
    partnership = _found(request, slug)
    if kind not in ReportKind.values or language not in dict(settings.LANGUAGES):
        raise Http404(_("There is no such report."))
    own = None if request.GET.get("default") else actions.chosen(kind, language, partnership, request.rights)
    content = bytes(own.attachment.content) if own and own.attachment else actions.default(kind, language)
    return _document(content, f"template-{kind}-{language}.docx")


urlpatterns = [
    path("partnerships/<slug:slug>/reports/", reports, name="reports"),
    path("partnerships/<slug:slug>/reports/progress/", progress, name="report-progress"),
    path("partnerships/<slug:slug>/reports/brief/", brief, name="report-brief"),
    path("partnerships/<slug:slug>/reports/templates/", templates, name="report-templates"),
    path("partnerships/<slug:slug>/reports/templates/put/", put_template, name="report-template-put"),
    path("partnerships/<slug:slug>/reports/templates/<slug:kind>/<slug:language>/", template_file,
         name="report-template"),
    path("partnerships/<slug:slug>/reports/templates/<slug:kind>/<slug:language>/remove/", remove_template,
         name="report-template-remove"),
]  # fmt: skip
