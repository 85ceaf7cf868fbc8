"""Commitments: the list, one with its passage in every language, and what people change of it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, When
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servanda_register.actions.commitment import (
    add_commitment,
    change_commitment,
    restore_commitment,
    withdraw_commitment,
)
from servanda_register.actions.facts import attach
from servanda_register.design_forms import LongChoices
from servanda_register.models import (
    Act,
    Agreement,
    Area,
    Body,
    Commitment,
    CommitmentArea,
    Forum,
    Instrument,
    Mechanism,
    Modality,
    Strength,
)
from servanda_register.pages import record_forms as f
from servanda_register.pages.comments import comments
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.history import model_of
from servanda_register.queries.languages import locale
from servanda_register.queries.rights import Rights
from servanda_register.queries.sentences import by_when
from servanda_register.queries.visibility import one, visible

FORCE = Case(*(When(strength=value, then=rank) for rank, value in enumerate(Strength.values)), default=9)
"""To sort by, strongest first; the words themselves have another order in every language."""


def address(commitment: Commitment) -> str:
    """Of its page."""
    return reverse("commitment", args=[commitment.pk])


def actor_name(actor: str, parties: dict[str, str]) -> str:
    """``both``, a party or a body in words."""
    if actor == "both":
        return _("Both sides")
    side, colon, body = actor.partition(":")
    name = parties.get(side, side)
    return f"{body} ({name})" if colon else name


def _label(field: str) -> Callable[[Commitment], str]:
    """What is shown of a field with choices; their words are looked up once, not for each row."""
    labels = {value: str(label) for value, label in Commitment._meta.get_field(field).flatchoices}
    return lambda commitment: labels.get(getattr(commitment, field), "")


def columns(parties: dict[str, str], *, partnership: bool = True) -> list[Column]:
    """Columns of every list of commitments; ``parties`` are code -> name."""
    partnership_column = Column(
        "partnership", _("Partnership"), lambda c: c.instrument.partnership.name,
        url=lambda c: reverse("partnership", args=[c.instrument.partnership.slug]),
        lang=lambda c: c.instrument.partnership.name_language, order=("instrument__partnership__slug",),
    )  # fmt: skip
    return [
        Column("text", _("Commitment"), lambda c: c.text, url=address, lang=lambda c: c.text_language),
        *([partnership_column] if partnership else []),
        Column("statement", _("Statement"), lambda c: c.instrument.adopted or c.instrument.name,
               url=lambda c: reverse("instrument", args=[c.instrument_id]), order=("instrument__adopted", "number")),
        Column("section", _("Section"), lambda c: c.section, only_in_files=True),
        Column("areas", _("Areas"), of_commitments.areas_of),
        Column("strength", _("Strength"), _label("strength"), tag=lambda c: c.strength,
               order=("force",)),
        Column("action", _("Action"), _label("action"), order=("action",)),
        Column("actors", _("Who is to act"), lambda c: "; ".join(actor_name(a, parties) for a in c.actors)),
        Column("deadline", _("Deadline"), lambda c: by_when(c.deadline), order=("deadline",)),
        Column("state", _("State"), _label("state"), tag=lambda c: c.state, order=("state",)),
        Column("number", _("Number"), lambda c: c.number, only_in_files=True),
        Column("title", _("Title of the statement"), lambda c: c.instrument.name, only_in_files=True),
        Column("modality", _("Modality"), _label("modality"), only_in_files=True),
        Column("quote", _("Words of the text"), lambda c: c.quote, only_in_files=True),
        Column("mechanisms", _("Mechanisms"), lambda c: "; ".join(x.name for x in c.mechanisms.all()),
               only_in_files=True),
        Column("agreements", _("Agreements"), lambda c: "; ".join(x.name for x in c.agreements.all()),
               only_in_files=True),
        Column("forums", _("Forums"), lambda c: "; ".join(x.pk for x in c.forums.all()), only_in_files=True),
        Column("source", _("Source"), lambda c: c.source_url or (c.expression.source_url if c.expression else ""),
               only_in_files=True),
        Column("visibility", _("Who may see it"), _label("visibility"), only_in_files=True),
    ]  # fmt: skip


def _having(path: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    return lambda rows, value: rows.filter(**{path: value})


def listing(
    request: RegisterRequest, rows: QuerySet[Commitment], *, title: str, partnership: int | None = None
) -> Listing:
    """A list of commitments with all its filters, of one partnership where it is given."""
    choices = of_commitments.choices(request.rights, partnership=partnership, both=_("Both sides"))
    if request.GET.get("format"):
        rows = of_commitments.with_links(rows, request.rights)
    filters = [
        Filter("partnership", _("Partnership"), choices.partnerships, _having("instrument__partnership")),
        Filter("area", _("Areas"), choices.areas, _in_areas, many=True),
        Filter("strength", _("Strength"), Strength.choices, lambda r, v: r.filter(strength__in=v), many=True),
        Filter("state", _("State"), Commitment.State.choices, _having("state")),
        Filter("statement", _("Statement"), choices.instruments, _having("instrument")),
        Filter("action", _("Action"), Act.choices, _having("action")),
        Filter("actor", _("Who is to act"), choices.actors, of_commitments.with_actor),
        Filter("mechanism", _("Mechanism"), choices.mechanisms, _having("mechanisms")),
        Filter("agreement", _("Agreement"), choices.agreements, _having("agreements")),
        Filter("forum", _("Forum"), choices.forums, _having("forums")),
        Filter("deadline", _("Deadline"), [("yes", _("With a deadline")), ("no", _("Without a deadline"))],
               lambda r, v: r.exclude(deadline="") if v == "yes" else r.filter(deadline="")),
    ]  # fmt: skip
    return Listing(
        name="commitments",
        title=title,
        rows=rows.annotate(force=FORCE),
        columns=columns(dict(choices.actors), partnership=partnership is None),
        filters=[x for x in filters if x.choices and not (partnership and x.key == "partnership")],
        find="folded",
        empty=_("Commitments come here from reviewed statements; desk officers also add them by hand."),
    )


def _in_areas(rows: QuerySet[Any], slugs: list[str]) -> QuerySet[Any]:
    # not a join: a commitment in two of the areas would stand there twice
    return rows.filter(pk__in=CommitmentArea.objects.filter(area__in=slugs).values("commitment"))


@require_safe
def commitments(request: RegisterRequest) -> HttpResponse:
    """All that the reader may see."""
    rows = of_commitments.listed(request.rights)
    return show(request, listing(request, rows, title=_("Commitments")), trail=[])


@require_safe
def commitment(request: RegisterRequest, pk: int) -> HttpResponse:
    """One, with the words that it rests on in every language."""
    found = _one(request, pk, links=False)
    outcomes = of_commitments.outcomes(found, request.rights)
    parties = {p.pk: p.name for p in found.instrument.partnership.parties.all()}
    home = found.instrument.partnership_id
    languages = locale().languages
    full = of_commitments.full(found, request.rights)
    return render(request, "register/commitment/commitment.html", {
        "commitment": found,
        "partnership": found.instrument.partnership,
        "full": full,
        "mechanisms": [x for x in outcomes if x.kind == "mechanism"],
        "agreements": [x for x in outcomes if x.kind == "agreement"],
        "outcomes": [_outcome(x) for x in outcomes if x.kind not in {"mechanism", "agreement"}],
        "words": [(words, languages.get(words.expression.language, "")) for words in full.words],
        "actors": [actor_name(actor, parties) for actor in found.actors],
        "areas": [row.area for row in found.ranked_areas.all()],
        "may_keep": request.rights.may("keep", home),
        "may_attach": request.rights.may("comment", home),
        "may_see_work": request.rights.may("see-work", home),
        "file_form": FileForm(auto_id="file_%s"),
        "comments": comments(request, found),
        "trail": _trail(found),
    })  # fmt: skip


def _outcome(found: of_commitments.Outcome) -> dict[str, Any]:
    model: Any = model_of(found.kind)
    states = dict(model._meta.get_field("state").flatchoices) if found.state else {}
    return {
        "record": found, "kind": capfirst(model._meta.verbose_name), "state": states.get(found.state, ""),
        "url": reverse(found.kind, args=[found.pk]),
    }  # fmt: skip


def _one(request: RegisterRequest, pk: int, *, links: bool = True) -> Commitment:
    rows = of_commitments.listed(request.rights)
    rows = of_commitments.with_links(rows, request.rights) if links else rows
    rows = rows.defer(None).prefetch_related("instrument__partnership__parties")
    return one(Commitment, request.rights, rows, pk=pk)


def _trail(found: Commitment) -> list[dict[str, str]]:
    partnership = found.instrument.partnership
    return [
        {"label": partnership.name, "url": reverse("partnership", args=[partnership.slug])},
        {"label": found.instrument.name, "url": reverse("instrument", args=[found.instrument_id])},
    ]


class CommitmentForm(forms.Form):
    """All that people set of a commitment."""

    def __init__(self, *args: Any, rights: Rights, instrument: Instrument, commitment: Commitment | None = None,
                 **kwargs: Any) -> None:  # fmt: skip
        self.rights, self.instrument, self.commitment = rights, instrument, commitment
        if commitment is not None:
            kwargs["initial"] = self._initial(commitment)
        super().__init__(*args, **kwargs)
        home = instrument.partnership_id
        scrolling = LongChoices()
        others = visible(Commitment, rights).filter(instrument=instrument).only("number", "texts", "quote")
        areas = [(a.slug, a.name) for a in Area.objects.all()]
        self.fields |= f.texts_fields("texts", _("In short"), long=True)
        self.fields |= {
            "strength": forms.ChoiceField(label=_("Strength"), choices=Strength.choices),
            "modality": forms.ChoiceField(label=_("Modality"), choices=Modality.choices),
            "action": forms.ChoiceField(label=_("Action"), choices=Act.choices),
            "actors": forms.MultipleChoiceField(
                label=_("Who is to act"), choices=self._actors(), widget=scrolling, initial=["both"]
            ),
            "main_area": forms.ChoiceField(label=_("Main area"), choices=areas),
            "other_areas": forms.MultipleChoiceField(
                label=_("Further areas"), choices=areas, required=False, widget=scrolling
            ),
            "deadline": forms.CharField(
                label=_("Deadline"), required=False, max_length=200,
                help_text=_("As the text says it, or as a year or a date: 2027, 2027-06, 2027-06-30."),
            ),
            "mechanisms": _links(_("Mechanisms"), visible(Mechanism, rights).filter(partnership=home)),
            "agreements": _links(_("Agreements"), visible(Agreement, rights).filter(partnership=home)),
            "forums": _links(_("Forums"), Forum.objects.all()),
            "parent": forms.ModelChoiceField(
                label=_("Part of"), required=False, empty_label=_("Stands by itself"),
                queryset=others.exclude(pk=commitment.pk if commitment else None),
            ),
            "section": forms.CharField(label=_("Section"), required=False, max_length=20),
            "source_url": forms.URLField(label=_("Web address of the source"), required=False, max_length=1000,
                                         assume_scheme="https"),
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=commitment is not None),
        }  # fmt: skip

    def _initial(self, c: Commitment) -> dict[str, Any]:
        slugs = [row.area_id for row in c.ranked_areas.all()]
        names = (
            "strength",
            "modality",
            "action",
            "actors",
            "deadline",
            "section",
            "source_url",
            "visibility",
            "parent",
        )
        linked = {n: [x.pk for x in getattr(c, n).all()] for n in ("mechanisms", "agreements", "forums")}
        return {
            **{name: getattr(c, name) for name in names}, **linked, **f.texts_initial("texts", c.texts),
            "main_area": slugs[0] if slugs else "", "other_areas": slugs[1:],
        }  # fmt: skip

    def _actors(self) -> list[tuple[str, Any]]:
        parties = {p.pk: p.name for p in self.instrument.partnership.parties.all()}
        sides = [("both", _("Both sides")), *parties.items()]
        bodies: dict[str, list[tuple[str, str]]] = {}
        for body in Body.objects.filter(party__in=parties):
            said = f"{body.party_id}:{body.names.get('en') or body.name}"
            bodies.setdefault(parties[body.party_id], []).append((said, body.name))
        known = {value for value, _label in sides} | {value for rows in bodies.values() for value, _label in rows}
        kept = [
            (a, actor_name(a, parties)) for a in (self.commitment.actors if self.commitment else ()) if a not in known
        ]
        return [(_("Sides"), [*sides, *kept]), *bodies.items()]

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = self.cleaned_data
        areas = [given["main_area"], *(slug for slug in given["other_areas"] if slug != given["main_area"])]
        return {
            **{name: given[name] for name in ("strength", "modality", "action", "actors", "deadline", "parent",
                                              "section", "source_url", "visibility", "forums")},
            "texts": f.texts_of(given, "texts", self.commitment.texts if self.commitment else None),
            "areas": areas,
            "parent": given["parent"] or self._unseen_parent(),
            "mechanisms": self._with_unseen("mechanisms"),
            "agreements": self._with_unseen("agreements"),
        }  # fmt: skip

    def _unseen_parent(self) -> Commitment | None:
        """What it is a part of, where whoever fills the form in does not see that and so cannot mean to take it out."""
        if self.commitment is None or self.commitment.parent is None:
            return None
        seen = self.fields["parent"].queryset.filter(pk=self.commitment.parent.pk).exists()
        return None if seen else self.commitment.parent

    def _with_unseen(self, name: str) -> list[Any]:
        """What was chosen, and what is linked already but out of the sight of whoever fills the form in."""
        chosen = list(self.cleaned_data[name])
        if self.commitment is None:
            return chosen
        seen = self.fields[name].queryset
        linked = type(self.commitment).objects.get(pk=self.commitment.pk)  # without what was prefetched for the reader
        return chosen + list(getattr(linked, name).exclude(pk__in=seen.values("pk")))


def _links(label: str, rows: QuerySet[Any]) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(label=label, queryset=rows, required=False, widget=LongChoices())


def add(request: RegisterRequest, instrument: int) -> HttpResponse:
    """A commitment that is not from a text that was read here."""
    rows = visible(Instrument, request.rights).select_related("partnership").prefetch_related("partnership__parties")
    of = one(Instrument, request.rights, rows, pk=instrument)
    request.rights.require("keep", of.partnership_id)
    form = CommitmentForm(request.POST or None, rights=request.rights, instrument=of)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_commitment(
                by=request.rights.who, instrument=of, reason=form.cleaned_data["reason"], **form.values()
            )
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The commitment has been added."))
            return redirect(address(made))
    return render(request, "register/commitment/form.html", {
        "form": form, "title": _("Add a commitment"), "back": reverse("instrument", args=[of.pk]),
        "intro": _("For what is known from elsewhere than a text in the register. Give the address of the source."),
        "trail": [{"label": of.partnership.name, "url": reverse("partnership", args=[of.partnership.slug])},
                  {"label": of.name, "url": reverse("instrument", args=[of.pk])}],
    })  # fmt: skip


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Its fields; the words of the text stay."""
    found = _one(request, pk)
    request.rights.require("keep", found.instrument.partnership_id)
    form = CommitmentForm(
        request.POST or None, rights=request.rights, instrument=found.instrument, commitment=found
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            change_commitment(found, by=request.rights.who, reason=form.cleaned_data["reason"], **form.values())
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The change has been saved."))
            return redirect(address(found))
    return render(request, "register/commitment/form.html", {
        "form": form, "commitment": found, "title": _("Change a commitment"), "back": address(found),
        "trail": [*_trail(found), {"label": _("Commitment %s") % found.number, "url": address(found)}],
    })  # fmt: skip


def withdraw(request: RegisterRequest, pk: int) -> HttpResponse:
    """Withdraws it, or takes that back."""
    found = _one(request, pk)
    request.rights.require("keep", found.instrument.partnership_id)
    withdrawn = found.state == Commitment.State.WITHDRAWN
    form = f.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = restore_commitment if withdrawn else withdraw_commitment
        act(found, by=request.rights.who, reason=form.cleaned_data["reason"])
        messages.success(request, _("It counts again.") if withdrawn else _("The commitment has been withdrawn."))
        return redirect(address(found))
    return render(request, "register/commitment/withdraw.html", {
        "form": form, "commitment": found, "withdrawn": withdrawn, "back": address(found), "trail": _trail(found),
    })  # fmt: skip


class FileForm(forms.Form):
    """Evidence for a commitment."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("File"), allow_empty_file=True, help_text=_("It is kept as it is and cannot be taken away again.")
        )
        self.fields["visibility"] = f.visibility_field()


@require_POST
def add_file(request: RegisterRequest, pk: int) -> HttpResponseBase:
    """Keeps a file as evidence."""
    found = _one(request, pk)
    request.rights.require("comment", found.instrument.partnership_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            attach(by=request.rights.who, name=given.name, content=given.read(), commitment=found,
                   visibility=form.cleaned_data["visibility"])  # fmt: skip
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The file has been kept as evidence."))
            return redirect(f"{address(found)}#evidence")
    return render(request, "register/commitment/file.html", {
        "form": form, "commitment": found, "back": address(found), "trail": _trail(found),
    }, status=400)  # fmt: skip


urlpatterns = [
    path("commitments/", commitments, name="commitments"),
    path("commitments/<int:pk>/", commitment, name="commitment"),
    path("commitments/<int:pk>/change/", change, name="commitment-change"),
    path("commitments/<int:pk>/withdraw/", withdraw, name="commitment-withdraw"),
    path("commitments/<int:pk>/files/", add_file, name="commitment-file"),
    path("statements/<int:instrument>/add-commitment/", add, name="commitment-add"),
]
