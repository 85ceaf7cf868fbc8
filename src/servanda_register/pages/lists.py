"""Mechanisms, agreements, programmes, forums, bodies, people, areas, documents: lists, one of each, and their forms.

What differs between the kinds stands in :data:`KINDS`; the views are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.forms.models import fields_for_model, model_to_dict
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from servanda_register import models as m
from servanda_register.actions import record as records
from servanda_register.design_forms import LongChoices
from servanda_register.pages import commitments as commitment_pages
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.record_fields import places_field, years_field
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import lists as of_lists
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import one, visible


@dataclass(frozen=True)
class Kind:
    """What is particular to one kind of record."""

    model: type[Model]
    title: Any
    """Of the list."""
    single: Any
    """What one of them is called."""
    intro: Any
    """What belongs here."""
    columns: Callable[[], list[Column]]
    """Besides name and partnership."""
    fields: tuple[str, ...] = ()
    """What people fill in; none where the kind comes with the engine or by other ways."""
    shown: bool = True
    """Whether it has a list of its own."""

    @property
    def of_partnership(self) -> bool:
        """Whether each belongs to one partnership."""
        return self.model in (m.Mechanism, m.Agreement, m.Programme)


def _choice(field: str, label: Any) -> Column:
    return Column(field, label, lambda x: getattr(x, f"get_{field}_display")(), tag=lambda x: getattr(x, field),
                  order=(field,))  # fmt: skip


def _areas(x: Any) -> str:
    return ", ".join(area.name for area in x.areas.all())


def _held(x: m.Person) -> str:
    return "; ".join(role.name for role in x.roles.all() if role.to_date is None)


def about(document: m.Attachment) -> tuple[str, str]:
    """What a document belongs to, and the address of that."""
    if document.commitment is not None:
        return document.commitment.text, commitment_pages.address(document.commitment)
    if document.instrument is not None:
        return document.instrument.name, reverse("instrument", args=[document.instrument.pk])
    if document.partnership is not None:
        return document.partnership.name, reverse("partnership", args=[document.partnership.slug])
    return "", ""


KINDS: dict[str, Kind] = {
    "mechanisms": Kind(
        m.Mechanism, gettext_lazy("Mechanisms"), gettext_lazy("mechanism"),
        gettext_lazy("Committees, councils and regular consultations between the parties."),
        lambda: [_choice("kind", _("Kind")), _choice("status", _("State")),
                 Column("level", _("Level"), lambda x: x.level, order=("level",)),
                 Column("period", _("How often"), lambda x: x.period, order=("period",)),
                 Column("section", _("Section"), lambda x: x.section)],
        ("partnership", "names", "kind", "status", "level", "period", "section", "visibility"),
    ),
    "agreements": Kind(
        m.Agreement, gettext_lazy("Agreements"), gettext_lazy("agreement"),
        gettext_lazy("Treaties and memoranda that statements cite or promise."),
        lambda: [Column("year", _("Year"), lambda x: x.year, order=("year",)), _choice("status", _("State")),
                 Column("areas", _("Areas"), _areas), Column("section", _("Section"), lambda x: x.section)],
        ("partnership", "names", "year", "status", "areas", "section", "visibility"),
    ),
    "programmes": Kind(
        m.Programme, gettext_lazy("Programmes"), gettext_lazy("programme"),
        gettext_lazy("What the parties do together: twinnings, scholarships, culture days, flights, projects."),
        lambda: [_choice("kind", _("Kind")),
                 Column("years", _("Years"), lambda x: ", ".join(str(y) for y in x.years)),
                 Column("places", _("Places"), lambda x: ", ".join(p.get("name", "") for p in x.places)),
                 Column("note", _("Note"), lambda x: x.note)],
        ("partnership", "names", "kind", "years", "places", "note", "section", "visibility"),
    ),
    "forums": Kind(
        m.Forum, gettext_lazy("Forums"), gettext_lazy("forum"),
        gettext_lazy("Organisations and meetings of states. The list comes with Servanda."),
        lambda: [Column("code", _("Abbreviation"), lambda x: x.code, order=("code",))],
    ),
    "bodies": Kind(
        m.Body, gettext_lazy("Bodies"), gettext_lazy("body"),
        gettext_lazy("Ministries, agencies and committees that act for a party."),
        lambda: [Column("party", _("Party"), lambda x: x.party.name, lang=lambda x: x.party.name_language,
                        order=("party",)),
                 Column("areas", _("Areas"), _areas),
                 Column("from_year", _("Since"), lambda x: x.from_year, order=("from_year",)),
                 Column("to_year", _("Until"), lambda x: x.to_year, order=("to_year",))],
        ("party", "names", "parent", "areas", "from_year", "to_year", "source", "source_date"),
    ),
    "people": Kind(
        m.Person, gettext_lazy("People"), gettext_lazy("person"),
        gettext_lazy("Those who hold or held an office that matters to a partnership."),
        lambda: [Column("party", _("Party"), lambda x: x.party.name if x.party else "", order=("party",)),
                 Column("offices", _("Offices"), _held)],
        ("full_name", "party", "visibility"),
    ),
    "offices": Kind(
        m.Role, gettext_lazy("Offices"), gettext_lazy("office"), "", list,
        ("person", "names", "body", "mechanism", "from_date", "to_date"), shown=False,
    ),
    "areas": Kind(
        m.Area, gettext_lazy("Areas"), gettext_lazy("area"),
        gettext_lazy("Fields of policy. The list comes with Servanda."),
        lambda: [Column("rank", _("Number"), lambda x: x.rank + 1, order=("rank",))],
    ),
    "documents": Kind(
        m.Attachment, gettext_lazy("Documents"), gettext_lazy("document"),
        gettext_lazy("Files that were brought in or kept as evidence, as they were given."),
        lambda: [Column("about", _("Belongs to"), lambda x: about(x)[0], url=lambda x: about(x)[1] or None),
                 Column("kept", _("Kept since"), lambda x: x.kept_at, order=("kept_at",))],
    ),
}  # fmt: skip


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404(_("There is no such list."))
    return KINDS[slug]


def columns(slug: str, *, partnership: bool) -> list[Column]:
    """The columns of a list; without that of the partnership where all are of one."""
    kind = KINDS[slug]
    name = Column("name", _("Name"), str, url=lambda x: reverse("record", args=[slug, x.pk]), collated=True,
                  lang=lambda x: getattr(x, "name_language", ""))  # fmt: skip
    of = Column("partnership", _("Partnership"), lambda x: x.partnership.name,
                url=lambda x: reverse("partnership", args=[x.partnership.slug]),
                lang=lambda x: x.partnership.name_language, order=("partnership__slug",))  # fmt: skip
    return [name, *([of] if kind.of_partnership and partnership else []), *kind.columns()]


def filters(slug: str, rights: Rights, *, partnership: bool) -> list[Filter]:
    """By partnership or party, by the field that says how it stands, and by area."""
    model = KINDS[slug].model
    out: list[Filter] = []

    def by(key: str, label: str, choices: Sequence[tuple[str, str]]) -> None:
        if choices:
            out.append(Filter(key, label, choices, lambda rows, value: rows.filter(**{key: value})))

    if KINDS[slug].of_partnership and partnership:
        by("partnership", _("Partnership"), [(str(p.pk), p.name) for p in visible(m.Partnership, rights)])
    if model in (m.Body, m.Person):
        related = "bodies" if model is m.Body else "people"
        used = m.Party.objects.filter(**{f"{related}__in": visible(model, rights).order_by()}).distinct()
        by("party", _("Party"), [(p.code, p.name) for p in used])
    for field, label in (("kind", _("Kind")), ("status", _("State"))):
        if any(x.name == field for x in model._meta.fields):
            by(field, label, [(str(v), str(n)) for v, n in model._meta.get_field(field).choices or ()])
    if model in (m.Agreement, m.Body):
        by("areas", _("Area"), [(a.slug, a.name) for a in m.Area.objects.all()])
    return out


def make_listing(slug: str, rights: Rights, partnership: int | None = None) -> Listing:
    """The list of one kind, of one partnership where it is given."""
    kind = KINDS[slug]
    return Listing(
        name=slug,
        title=str(kind.title),
        rows=of_lists.listed(kind.model, rights, partnership),
        columns=columns(slug, partnership=partnership is None),
        filters=filters(slug, rights, partnership=partnership is None),
        find=_said,
        intro=str(kind.intro),
        empty=_("What statements name comes here when they are reviewed; desk officers also add to the list.")
        if kind.fields
        else _("Nothing of this kind is in the register."),
    )


def _said(record: Any) -> str:
    """What of a record is searched: its names in all languages."""
    return " ".join([str(record), *getattr(record, "names", {}).values()])


@require_safe
def lists(request: RegisterRequest) -> HttpResponse:
    """All lists."""
    shown = [(reverse("list", args=[slug]), kind) for slug, kind in KINDS.items() if kind.shown]
    return render(request, "register/lists/lists.html", {"kinds": shown})


@require_safe
def listing(request: RegisterRequest, kind: str) -> HttpResponse:
    """One list."""
    found = _kind(kind)
    if not found.shown:
        raise Http404(_("There is no such list."))
    actions = []
    if found.fields and _may_keep_some(found, request.rights):
        actions.append({"url": reverse("record-add", args=[kind]), "label": _("Add to the list"), "kind": "secondary"})
    trail = [{"label": _("Lists"), "url": reverse("lists")}]
    return show(request, make_listing(kind, request.rights), trail=trail, actions=actions)


@require_safe
def record(request: RegisterRequest, kind: str, pk: str) -> HttpResponse:
    """One record, with the commitments that name it."""
    found_kind, found = _record(request, kind, pk)
    if not found_kind.shown:
        return redirect(_home(kind, found))
    rows = of_lists.citing(found, request.rights)
    partnership = getattr(found, "partnership", None)
    context = {
        "kind": kind, "kind_of": found_kind, "record": found, "partnership": partnership,
        "facts": _facts(kind, found),
        "may_keep": bool(found_kind.fields) and _may_keep(found_kind, found, request.rights),
        "may_see_work": request.rights.may_anywhere("see-work") if partnership is None
        else request.rights.may("see-work", partnership.pk),
        "history": found._meta.model_name if isinstance(found, m.Versioned) else "",
        "title_language": getattr(found, "name_language", ""),
        "trail": [{"label": _("Lists"), "url": reverse("lists")},
                  {"label": found_kind.title, "url": reverse("list", args=[kind])}],
    }  # fmt: skip
    if isinstance(found, m.Person):
        context |= {"roles": list(found.roles.all()), "may_add_role": request.rights.may_anywhere("keep")}
    if rows is None:
        return render(request, "register/lists/record.html", {"title": str(found), **context})
    parties = {p.code: p.name for p in m.Party.objects.filter(partnerships__isnull=False).distinct()}
    if request.GET.get("format"):
        rows = of_commitments.with_links(rows, request.rights)
    cited = Listing(
        name="commitments", title=str(found), rows=rows.annotate(force=commitment_pages.FORCE), find="folded",
        columns=commitment_pages.columns(parties), empty=_("No commitment names it."),
    )  # fmt: skip
    return show(request, cited, template="register/lists/record.html", **context)


def _record(request: RegisterRequest, slug: str, pk: str) -> tuple[Kind, Any]:
    kind = _kind(slug)
    key = kind.model._meta.pk
    try:
        value = key.to_python(pk) if key else pk
    except ValidationError:
        raise Http404(_("There is no such record, or you may not see it.")) from None
    return kind, one(kind.model, request.rights, of_lists.listed(kind.model, request.rights), pk=value)


def _facts(slug: str, found: Any) -> list[tuple[str, Any, str | None, str]]:
    """(label, value, address, language) of what a list shows, and of the names in the other languages."""
    names = getattr(found, "names", {})
    out: list[tuple[str, Any, str | None, str]] = [
        (_("Name"), text, None, code) for code, text in names.items() if text and text != found.name
    ]
    for column in columns(slug, partnership=True)[1:]:
        value = column.value(found)
        if value not in (None, ""):
            url = column.url(found) if column.url else None
            out.append((column.label, value, url, column.lang(found) if column.lang else ""))
    if isinstance(found, m.Body):
        if found.parent:
            out.append((_("Part of"), found.parent, reverse("record", args=["bodies", found.parent.pk]), ""))
        if found.source:
            out.append((_("Source"), found.source, None, ""))
    return out


def _may_keep(kind: Kind, found: Any, rights: Rights) -> bool:
    if kind.of_partnership:
        return rights.may("keep", found.partnership_id)
    return _may_keep_some(kind, rights)


def _may_keep_some(kind: Kind, rights: Rights) -> bool:
    """Bodies are shared by all partnerships, so only who keeps all of them keeps these."""
    return rights.may("keep") if kind.model is m.Body else rights.may_anywhere("keep")


class RecordForm(forms.Form):
    """The form of any kind of record: its own fields, names in three languages, and why."""

    def __init__(self, *args: Any, kind: Kind, rights: Rights, record: Any = None, **kwargs: Any) -> None:
        self.kind, self.record, self.rights = kind, record, rights
        kwargs["initial"] = {**kwargs.get("initial", {}), **(self._initial() if record else {})}
        super().__init__(*args, **kwargs)
        made = fields_for_model(kind.model, fields=[x for x in kind.fields if x != "names"])
        for name in kind.fields:
            if name == "names":
                self.fields |= f.texts_fields("names", _("Name"))
            elif name == "visibility":
                self.fields[name] = f.visibility_field()
            elif name in ("years", "places"):
                self.fields[name] = years_field() if name == "years" else places_field()
            else:
                self.fields[name] = self._dressed(name, made[name])
        self.fields["reason"] = f.reason_field(required=record is not None)

    def _initial(self) -> dict[str, Any]:
        values = model_to_dict(self.record, [x for x in self.kind.fields if x != "names"])
        return values | (f.texts_initial("names", self.record.names) if "names" in self.kind.fields else {})

    def _dressed(self, name: str, field: Any) -> Any:
        """The model's own field, holding nothing that the reader may not see or use."""
        if not isinstance(field, forms.ModelChoiceField):
            return field
        rows = visible(field.queryset.model, self.rights)
        if name == "partnership":
            where = self.rights.where("keep")
            rows = rows if where is None else rows.filter(pk__in=where)
            if self.record:
                # what commitments of one partnership name does not move to another
                rows = rows.filter(pk=self.record.partnership_id)
        if name == "parent" and self.record:
            rows = rows.exclude(pk=self.record.pk).filter(party=self.record.party_id)
        if isinstance(field, forms.ModelMultipleChoiceField):
            return forms.ModelMultipleChoiceField(
                label=field.label, queryset=rows, required=False,
                widget=LongChoices(),
            )  # fmt: skip
        field.queryset = rows
        return field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "names" in self.kind.fields and not any(cleaned.get(f"names_{code}") for code in f.LANGUAGES):
            if not (self.record and f.texts_of(cleaned, "names", self.record.names)):
                self.add_error("names_en", _("Give a name in at least one language."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        given = {x: self.cleaned_data[x] for x in self.kind.fields if x != "names"}
        if self.record and isinstance(self.record, m.Role) and self.record.mechanism and not given["mechanism"]:
            if not self.fields["mechanism"].queryset.filter(pk=self.record.mechanism_id).exists():
                given["mechanism"] = self.record.mechanism  # linked already, out of the sight of who fills this in
        if "names" in self.kind.fields:
            given["names"] = f.texts_of(self.cleaned_data, "names", self.record.names if self.record else None)
        return given


def add(request: RegisterRequest, kind: str) -> HttpResponse:
    """Adds a record."""
    found_kind = _kind(kind)
    if not found_kind.fields or not _may_keep_some(found_kind, request.rights):
        raise PermissionDenied(_("Your group does not allow this. An administrator can change that."))
    # what a page that leads here knows already: the person of an office, the partnership of a mechanism
    initial = {name: request.GET[name] for name in ("person", "partnership", "mechanism") if name in request.GET}
    form = RecordForm(request.POST or None, kind=found_kind, rights=request.rights, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = records.create(
                found_kind.model, by=request.rights.who, reason=form.cleaned_data["reason"], **form.values()
            )
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("“%s” has been added.") % made)
            return redirect(_home(kind, made))
    return _show_form(request, kind, form, _("Add: %s") % found_kind.single, reverse("lists"))


def change(request: RegisterRequest, kind: str, pk: str) -> HttpResponse:
    """Changes a record, for a reason."""
    found_kind, found = _record(request, kind, pk)
    if not found_kind.fields or not _may_keep(found_kind, found, request.rights):
        raise PermissionDenied(_("Your group does not allow this. An administrator can change that."))
    form = RecordForm(request.POST or None, kind=found_kind, rights=request.rights, record=found)
    if request.method == "POST" and form.is_valid():
        try:
            records.change(found, by=request.rights.who, reason=form.cleaned_data["reason"], **form.values())
        except ValidationError as error:
            f.take_errors(form, error)
        else:
            messages.success(request, _("The change has been saved."))
            return redirect(_home(kind, found))
    return _show_form(request, kind, form, _("Change: %s") % found, _home(kind, found))


def _home(kind: str, found: Any) -> str:
    """The page on which a record is seen: offices are seen with the person."""
    if isinstance(found, m.Role):
        return reverse("record", args=["people", found.person_id])
    return reverse("record", args=[kind, found.pk])


def _show_form(request: RegisterRequest, kind: str, form: RecordForm, title: str, back: str) -> HttpResponse:
    return render(request, "register/lists/form.html", {
        "form": form, "title": title, "back": back,
        "trail": [{"label": _("Lists"), "url": reverse("lists")},
                  *([{"label": KINDS[kind].title, "url": reverse("list", args=[kind])}] if KINDS[kind].shown else [])],
    })  # fmt: skip


@require_safe
def document_file(request: RegisterRequest, pk: int) -> HttpResponseBase:
    """The file itself, only ever to be saved: what others brought in must not run in the reader's session."""
    found = one(m.Attachment, request.rights, pk=pk)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("lists/", lists, name="lists"),
    path("lists/documents/<int:pk>/file/", document_file, name="document-file"),
    path("lists/<slug:kind>/", listing, name="list"),
    path("lists/<slug:kind>/add/", add, name="record-add"),
    path("lists/<slug:kind>/<str:pk>/", record, name="record"),
    path("lists/<slug:kind>/<str:pk>/change/", change, name="record-change"),
]
