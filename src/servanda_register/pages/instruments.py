"""Statements, their texts and their versions side by side."""

from __future__ import annotations

import re
from typing import Any, get_args

from babel.languages import get_official_languages
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from servanda import formats
from servanda.errors import UsageError
from servanda.explanations import translated
from servanda.formats import alignment_html
from servanda.records import DiscrepancyKind
from servanda_register.actions import intake as intakes
from servanda_register.actions.instrument import change_instrument
from servanda_register.models import Expression, Instrument, Intake, Pairing, Partnership, Proposal
from servanda_register.pages import comments
from servanda_register.pages.marking import Mark, laid_out
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.record_forms import (
    reason_field,
    take_errors,
    texts_fields,
    texts_initial,
    texts_of,
    visibility_field,
)
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import instruments as q
from servanda_register.queries.languages import locale, name_of_language
from servanda_register.queries.visibility import one, visible

EXPORTS = ("akn", "json", "jsonld")
"""Formats of the engine in which one text can be had."""
WORLD = ("ar", "en", "es", "fr", "ru", "zh")
"""Languages in which originals are made whoever the parties are."""


def instruments(request: RegisterRequest) -> HttpResponse:
    """All statements."""
    rights = request.rights
    partnerships = visible(Partnership, rights).order_by("slug")
    years = visible(Instrument, rights).exclude(adopted=None).dates("adopted", "year", order="DESC")
    codes = visible(Expression, rights).exclude(language="").order_by().values_list("language", flat=True).distinct()
    names = locale().languages
    shown_to = Column(
        "visibility", _("Who may see it"), lambda i: i.get_visibility_display(), tag=lambda i: i.visibility
    )  # fmt: skip
    listing = Listing(
        name="statements",
        title=_("Statements"),
        intro=_("Joint statements in the register, the latest first."),
        rows=q.listed(rights),
        columns=[
            Column(
                "title", _("Title"), lambda i: i.name, lambda i: reverse("instrument", args=[i.pk]),
                lambda i: i.name_language, collated=True,
            ),
            Column(
                "partnership", _("Partnership"), lambda i: i.partnership.name,
                lang=lambda i: i.partnership.name_language, collated=True,
            ),
            Column("adopted", _("Adopted"), lambda i: i.adopted, order=("adopted",)),
            Column("place", _("Place"), lambda i: i.place, order=("place",)),
            Column("languages", _("Texts"), lambda i: ", ".join(e.language.upper() for e in i.expressions.all())),
            Column("confirmed", _("Commitments"), lambda i: i.confirmed, order=("confirmed",)),
            *([shown_to] if rights.member else []),
        ],
        filters=[
            Filter(
                "partnership", _("Partnership"), [(str(p.pk), p.name) for p in partnerships],
                lambda rows, value: rows.filter(partnership=value),
            ),
            Filter(
                "year", _("Year"), [(str(y.year), str(y.year)) for y in years],
                lambda rows, value: rows.filter(adopted__year=value),
            ),
            Filter(
                "language", _("Language of a text"), [(c, names.get(c, c)) for c in sorted(codes)],
                lambda rows, value: rows.filter(
                    pk__in=visible(Expression, rights).filter(language=value).values("instrument")
                ),
            ),
        ],
        find=lambda i: " ".join(i.names.values()),
        empty=_("No statement has been brought in yet, or none that you may see."),
    )  # fmt: skip
    actions = []
    if rights.may_anywhere("bring-in"):
        actions.append({"label": _("Bring in a statement"), "url": reverse("bring-in")})
    return show(request, listing, actions=actions)


def instrument(request: RegisterRequest, pk: int) -> HttpResponse:
    """One statement with its texts and what became of them."""
    found = _one(request, pk)
    rights, home = request.rights, found.partnership_id
    texts = q.texts_of(found, rights)
    strengths = q.strengths_of(found, rights)
    work = rights.may("see-work", home)
    pairings = q.pairings_of(found, rights)
    names = locale().languages
    for text in texts:
        text.language_name = names.get(text.language, text.language)
    for pairing in pairings:
        pairing.a_name, pairing.b_name = (names.get(e.language, e.language) for e in (pairing.a, pairing.b))
    may_bring = rights.may("bring-in", home)
    coming = visible(Intake, rights).filter(expression__instrument=found, state__in=intakes.ON_ITS_WAY)
    context = {
        "instrument": found,
        "texts": texts,
        "originals": ", ".join(names.get(code, code) for code in found.originals),
        "strengths": strengths,
        "confirmed": sum(n for _v, _l, n in strengths),
        "pairings": pairings,
        "uncompared": work and may_bring and len(texts) * (len(texts) - 1) // 2 > len(pairings),
        "coming": coming.first() if may_bring else None,
        "work": work,
        "may_keep": rights.may("keep", home),
        "may_review": rights.may("review", home),
        "may_bring": may_bring,
        "comments": comments.comments(request, found),
        "trail": [_up(_("Statements"), "instruments")],
    }
    return render(request, "register/instrument/one.html", context)


class InstrumentForm(forms.Form):
    """Facts of a statement, and why they are changed."""

    def __init__(self, *args: Any, instrument: Instrument, **named: Any) -> None:
        initial = {
            **texts_initial("names", instrument.names), "adopted": instrument.adopted, "place": instrument.place,
            "originals": instrument.originals, "visibility": instrument.visibility, "reviewing": instrument.reviewing,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **named)
        self.instrument = instrument
        self.fields |= texts_fields("names", _("Title"), limit=1000)
        self.fields["adopted"] = forms.DateField(label=_("Adopted"), required=False, widget=forms.DateInput())
        self.fields["place"] = forms.CharField(label=_("Place"), required=False, max_length=100)
        self.fields["originals"] = forms.MultipleChoiceField(
            label=_("Languages of the originals"), required=False, choices=_languages(instrument),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small register-choices"}),
        )  # fmt: skip
        self.fields["reviewing"] = forms.ChoiceField(
            label=_("How it is reviewed"), choices=Instrument.Reviewing.choices,
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
            help_text=_("Cannot be changed any more once a review of one of its texts has begun."),
        )  # fmt: skip
        self.fields["visibility"] = visibility_field()
        self.fields["visibility"].help_text = _(
            "What hangs on the statement (its texts, proposals, commitments, comments) is shown to no more people than "
            "the statement itself, and the statement to no more than its partnership. Public texts can be copied by "
            "whoever sees them: what was public for a day cannot be called back."
        )
        self.fields["reason"] = reason_field(required=True)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["names"] = texts_of(self.cleaned_data, "names", self.instrument.names)
        return self.cleaned_data


def _languages(found: Instrument) -> list[tuple[str, str]]:
    """Official languages of the parties first, then those of the world, and whatever is there already."""
    own = [code for p in found.partnership.parties.all() for code in get_official_languages(p.pk)]
    there = [*found.originals, *found.expressions.exclude(language="").values_list("language", flat=True)]
    names = locale().languages
    return [(code, names.get(code, code)) for code in dict.fromkeys([*own, *there, *WORLD])]


def edit(request: RegisterRequest, pk: int) -> HttpResponse:
    """The form that changes a statement's facts."""
    found = _one(request, pk)
    request.rights.require("keep", found.partnership_id)
    form = InstrumentForm(request.POST or None, instrument=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = ("names", "adopted", "place", "originals", "reviewing", "visibility", "reason")
        try:
            change_instrument(by=request.rights.who, instrument=found, **{name: given[name] for name in names})
        except UsageError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The statement is changed; the history says what and why."))
            return redirect("instrument", pk)
    trail = [_up(_("Statements"), "instruments"), {"label": found.name, "url": reverse("instrument", args=[pk])}]
    return render(request, "register/instrument/edit.html", {"instrument": found, "form": form, "trail": trail})


def expression(request: RegisterRequest, pk: int, expression: int) -> HttpResponse:
    """A text for reading, with its commitments marked; ``?proposals=1`` and ``?classes=1`` for those who work on it."""
    text = _text(request, pk, expression)
    found, rights = text.instrument, request.rights
    work = rights.may("see-work", found.partnership_id)
    proposals, classes = (work and request.GET.get(name) == "1" for name in ("proposals", "classes"))
    marks = [
        Mark(start, end, str(c.number), _("Commitment %(number)s") % {"number": c.number}, c.strength,
             reverse("commitment", args=[c.pk]))
        for c, start, end in q.confirmed_in(text, rights)
    ]  # fmt: skip
    confirmed = len(marks)
    if proposals:
        may_review = rights.may("review", found.partnership_id)
        review = reverse("review", args=[text.pk]) if may_review else ""
        rows = visible(Proposal, rights).filter(expression=text).only("ident", "start", "end", "strength")
        marks += [
            Mark(p.start, p.end, p.ident, _("Proposal %(ident)s") % {"ident": p.ident}, p.strength,
                 f"{review}#{p.ident}" if review else "", proposed=True)
            for p in rows
        ]  # fmt: skip
    segments = list(text.segments.only("expression", "start", "end", "kind", "language"))
    context = {
        "expression": text,
        "instrument": found,
        "stretches": laid_out(text.text, segments, marks),
        "confirmed": confirmed,
        "proposals": proposals,
        "classes": classes,
        "work": work,
        "language_name": name_of_language(text.language),
        "file": text.attachment if text.attachment and q.may_see_file(text.attachment, found, rights) else None,
        "exports": [(formats.find(name), name) for name in EXPORTS],
        "trail": [_up(_("Statements"), "instruments"), {"label": found.name, "url": reverse("instrument", args=[pk])}],
    }
    return render(request, "register/instrument/text.html", context)


def file(request: RegisterRequest, pk: int, expression: int) -> HttpResponse:
    """The file as it was given. It is never shown inside a page: whoever gave it might have put anything into it."""
    text = _text(request, pk, expression)
    if text.attachment is None or not q.may_see_file(text.attachment, text.instrument, request.rights):
        raise Http404(_("There is no such record, or you may not see it."))
    response = HttpResponse(bytes(text.attachment.content), content_type="application/octet-stream")
    return _download(response, text.attachment.name)


def export(request: RegisterRequest, pk: int, expression: int, wanted: str) -> HttpResponse:
    """One text in a format of the engine: with confirmed commitments, or with ``?as=read`` as the engine read it."""
    text = _text(request, pk, expression)
    if wanted not in EXPORTS:
        raise Http404(_("A text can be had as %(names)s.") % {"names": ", ".join(EXPORTS)})
    as_read = request.GET.get("as") == "read"
    if as_read:
        request.rights.require("see-work", text.instrument.partnership_id)
    statement = q.statement_of(text) if as_read else q.as_confirmed(text, request.rights)
    row = formats.find(wanted)
    response = HttpResponse(formats.render(wanted, [statement]), content_type=f"{row.media_type}; charset=utf-8")
    name = f"{text.instrument.slug}-{text.language or 'text'}{'-as-read' if as_read else ''}{row.suffix}"
    return _download(response, name)


def versions(request: RegisterRequest, pk: int, pairing: int) -> HttpResponse:
    """Two versions side by side and where they differ; for those who work on the statement."""
    found = _one(request, pk)
    if not request.rights.may("see-work", found.partnership_id):
        raise Http404(_("There is no such record, or you may not see it."))
    rows = (
        visible(Pairing, request.rights)
        .select_related("a__instrument", "b__instrument")
        .prefetch_related("a__segments", "a__proposals", "b__segments", "b__proposals")
    )
    pair = one(Pairing, request.rights, rows, pk=pairing, a__instrument=found)
    alignment = q.alignment_of(pair, everything=request.GET.get("all") == "1")
    language = locale().language
    ui = language if language in alignment_html.languages() else "en"
    html = _STYLE.sub("", alignment_html.view(translated(alignment, ui), ui=ui))
    names = locale().languages
    context = {
        "instrument": found,
        "pairing": pair,
        "html": mark_safe(html),  # the engine escapes everything that comes from the texts
        "hidden": sum(d["confidence"] < q.SHOWN for d in pair.discrepancies),
        "everything": request.GET.get("all") == "1",
        "a_name": names.get(pair.a.language, pair.a.language),
        "b_name": names.get(pair.b.language, pair.b.language),
        "trail": [_up(_("Statements"), "instruments"), {"label": found.name, "url": reverse("instrument", args=[pk])}],
    }
    return render(request, "register/instrument/versions.html", context)


_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
"""The rules of the engine's filters: the content security policy allows none inside a page; :func:`style` has them."""


@cache_control(public=True, max_age=86400)
def style(request: HttpRequest) -> HttpResponse:
    """The engine's style sheet for versions side by side, held to the element of the class ``alignment``."""
    rules = [*(f"s{n}" for n in (3, 2, 1)), *(f"k-{kind}" for kind in get_args(DiscrepancyKind))]
    filters = "".join(
        f"body:has(#show-{r}:not(:checked)) .alignment .f-{r}{{display:none}}\n"
        f"body:has(#show-{r}:not(:checked)) .alignment mark.m-{r}{{background:none;text-decoration:none}}\n"
        for r in rules
    )
    sheet = alignment_html.style().replace(":root", "&")
    whole = f".alignment {{\n{sheet}\n}}\n{filters}body:has(#only-found:checked) .alignment tr.calm{{display:none}}\n"
    return HttpResponse(whole, content_type="text/css; charset=utf-8")


@require_POST
def compare(request: RegisterRequest, pk: int) -> HttpResponse:
    """Queues the comparison of the versions that were not compared yet."""
    found = _one(request, pk)
    request.rights.require("bring-in", found.partnership_id)
    try:
        queued = intakes.compare(by=request.rights.who, instrument=found)
    except UsageError as error:
        messages.error(request, str(error))
        return redirect("instrument", pk)
    return redirect("intake", queued.pk)


def _one(request: RegisterRequest, pk: int) -> Instrument:
    return one(Instrument, request.rights, visible(Instrument, request.rights).select_related("partnership"), pk=pk)


def _text(request: RegisterRequest, pk: int, expression: int) -> Expression:
    rows = (
        visible(Expression, request.rights)
        .select_related("instrument__partnership", "attachment")
        .defer("attachment__content")
    )
    return one(Expression, request.rights, rows, pk=expression, instrument=pk)


def _download(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _up(label: str, name: str) -> dict[str, str]:
    return {"label": label, "url": reverse(name)}


urlpatterns = [
    path("statements/", instruments, name="instruments"),
    path("statements/alignment.css", style, name="alignment-style"),
    path("statements/<int:pk>/", instrument, name="instrument"),
    path("statements/<int:pk>/change/", edit, name="instrument-edit"),
    path("statements/<int:pk>/compare/", compare, name="instrument-compare"),
    path("statements/<int:pk>/text/<int:expression>/", expression, name="expression"),
    path("statements/<int:pk>/text/<int:expression>/file/", file, name="expression-file"),
    path("statements/<int:pk>/text/<int:expression>/<slug:wanted>/", export, name="expression-export"),
    path("statements/<int:pk>/versions/<int:pairing>/", versions, name="versions"),
    *comments.urlpatterns,
]
