"""Bringing a statement in, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from servanda import packs
from servanda.errors import ServandaError
from servanda_register.actions import intake as actions
from servanda_register.actions.placing import names_of
from servanda_register.actions.reading import SILENT
from servanda_register.models import Intake, Partnership
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.record_forms import visibility_field
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries.intake import ahead_of, intakes, summary
from servanda_register.queries.languages import locale, name_of_language
from servanda_register.queries.rights import Rights
from servanda_register.queries.sentences import in_words
from servanda_register.queries.visibility import one, visible

MOST_FILES = 20
"""Of one sending."""
NAME_OF_PASTED = 80
"""Characters of the first line that name a pasted text."""


class FilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Gives the list of the chosen files; what each holds is checked by the action, which names it."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=FilesInput(), allow_empty_file=True, **named)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one_, initial) for one_ in data or []]


class HowForm(forms.Form):
    """What the person can say about a text: where it belongs, its language, who may see it."""

    def __init__(self, *args: Any, rights: Rights, **named: Any) -> None:
        super().__init__(*args, **named)
        where = rights.where("bring-in")
        mine = visible(Partnership, rights)
        mine = mine if where is None else mine.filter(pk__in=where)
        self.fields["partnership"] = forms.ModelChoiceField(
            mine, label=_("Partnership"), required=False, empty_label=_("The one whose parties the text names"),
            help_text=_("Where there is none of these parties yet, a new one is opened, for internal use.")
            if where is None else "",
        )  # fmt: skip
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the text"), required=False, choices=[("", _("Found out by reading")), *languages()]
        )
        self.fields["visibility"] = visibility_field()


class BringInForm(HowForm):
    """Files, a pasted text or an address."""

    files: Any = FilesField(
        label=gettext_lazy("Files"), required=False,
        help_text=gettext_lazy("Text, HTML, PDF or Word (DOCX), up to 20 MB each. You can choose several at once."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Or paste the text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    address = forms.URLField(
        label=gettext_lazy("Or the address of a web page"), required=False, max_length=1000, assume_scheme="https",
        help_text=gettext_lazy("The register fetches the page; the site that holds it will see that."),
    )  # fmt: skip
    source_url = forms.URLField(
        label=gettext_lazy("Where it was published"), required=False, max_length=1000, assume_scheme="https",
        help_text=gettext_lazy("A web address, kept beside the text. Nothing is fetched from it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if not settings.FETCH_ALLOWED:
            del self.fields["address"]
        self.order_fields(["files", "text", "address", "partnership", "visibility", "language", "source_url"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not (given.get("files") or (given.get("text") or "").strip() or given.get("address") or self.errors):
            raise ValidationError({"files": _("Choose a file, or paste the text of the statement below.")})
        if len(given.get("files") or []) > MOST_FILES:
            raise ValidationError({"files": _("Choose at most %(most)s files at once.") % {"most": MOST_FILES}})
        return given


def languages() -> list[tuple[str, str]]:
    """Languages that can be read in full, by their names in the reader's language."""
    names = locale().languages
    return sorted(((code, names.get(code, code)) for code in packs.available()), key=lambda row: row[1])


def bring_in(request: RegisterRequest) -> HttpResponse:
    """The form; what was sent is kept at once and read by another process."""
    request.rights.require_anywhere("bring-in")
    sent = request.method == "POST"
    initial = {"partnership": request.GET.get("partnership"), "visibility": "internal"}
    form = BringInForm(
        request.POST if sent else None, request.FILES if sent else None, rights=request.rights, initial=initial
    )  # fmt: skip
    if sent and form.is_valid():
        made, refused = _take(request, form)
        if not made and refused:
            for error in refused:
                form.add_error("files" if form.cleaned_data["files"] else "text", str(error))
            _link_to_known(request, refused)
        else:
            for error in refused:
                messages.error(request, str(error))
            _link_to_known(request, refused)
            return redirect("intake", made[0].pk) if len(made) == 1 and not refused else redirect("intakes")
    context = {"form": form, "recent": intakes(request.rights).filter(by=request.rights.who)[:5]}
    return render(request, "register/intake/form.html", context)


def _take(request: RegisterRequest, form: BringInForm) -> tuple[list[Intake], list[ServandaError]]:
    given = form.cleaned_data
    how = {name: given[name] for name in ("partnership", "language", "visibility")}
    if given["partnership"]:
        request.rights.require("bring-in", given["partnership"].pk)
    texts = [(f.name, f.read, f.content_type or "") for f in given["files"]]
    if (given["text"] or "").strip():
        pasted = given["text"].replace("\r\n", "\n")
        first = pasted.strip().splitlines()[0][:NAME_OF_PASTED].strip()
        texts.append((f"{first}.txt".replace("/", "-"), pasted.encode, "text/plain; charset=utf-8"))
    made: list[Intake] = []
    refused: list[ServandaError] = []
    for name, content, media_type in texts:
        try:
            made.append(
                actions.bring_in(
                    by=request.rights.who, content=content(), name=name, media_type=_trusted(media_type),
                    source_url=given["source_url"], **how,
                )
            )  # fmt: skip
        except ServandaError as error:
            refused.append(error)
    if given.get("address"):
        try:
            made.append(actions.bring_in_address(by=request.rights.who, url=given["address"], **how))
        except ServandaError as error:
            refused.append(error)
    return made, refused


def _trusted(media_type: str) -> str:
    """What a browser says of a file it guesses from the name: only of pasted text do we know better."""
    return media_type if "charset" in media_type else ""


def _link_to_known(request: HttpRequest, refused: list[ServandaError]) -> None:
    for error in refused:
        if isinstance(error, actions.AlreadyHere):
            if error.expression:
                url = reverse("expression", args=[error.expression.instrument_id, error.expression.pk])
            else:
                url = reverse("intake", args=[error.intake.pk]) if error.intake else ""
            label = _("See the text that is here already")
            messages.info(request, format_html('<a class="govuk-link" href="{}">{}</a>', url, label))


def intake(request: RegisterRequest, pk: int) -> HttpResponse:
    """How far the reading is, and in the end what was recognised."""
    request.rights.require_anywhere("bring-in")
    found = one(Intake, request.rights, intakes(request.rights), pk=pk)
    context: dict[str, Any] = {"intake": found, "working": found.state in actions.ON_ITS_WAY}
    if found.state == "waiting":
        context["ahead"] = ahead_of(found)
    # nobody takes it up: the reader may not be running
    context["stuck"] = found.state == "waiting" and not context["ahead"] and timezone.now() - found.at > SILENT
    if found.state == "failed":
        context["form"] = HowForm(
            rights=request.rights,
            initial={"partnership": found.partnership_id, "language": found.language, "visibility": found.visibility},
        )
    if found.expression and found.state in ("aligning", "done"):
        context |= _recognised(request, found)
    # names of records that were told of in English are those of today, in the reader's language
    instrument = found.expression and found.expression.instrument
    better = {"partnership": instrument.partnership.name, "title": instrument.name} if instrument else {}
    context["said"] = [in_words(line, **better) for line in found.message.split("\n") if line]
    template = "register/intake/state.html" if request.htmx else "register/intake/one.html"
    return render(request, template, context)


def _recognised(request: RegisterRequest, found: Intake) -> dict[str, Any]:
    expression = found.expression
    assert expression is not None
    parties = expression.identity.get("parties", [])
    return {
        "expression": expression,
        "instrument": expression.instrument,
        "known": bool(found.attachment_id) and expression.attachment_id != found.attachment_id,
        "parties": names_of(parties).get(locale().language, "") if parties else "",
        "language_name": name_of_language(expression.language),
        "originals": ", ".join(name_of_language(c) for c in expression.identity.get("original_languages", [])),
        **summary(expression, request.rights),
    }


@require_POST
def again(request: RegisterRequest, pk: int) -> HttpResponse:
    """Tries once more what could not be read, with what the person says anew."""
    found = one(Intake, request.rights, pk=pk)
    form = HowForm(request.POST, rights=request.rights)
    if form.is_valid():
        try:
            actions.try_again(by=request.rights.who, intake=found, **form.cleaned_data)
        except ServandaError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Choose among what is offered, and try again."))
    return redirect("intake", pk)


def mine(request: RegisterRequest) -> HttpResponse:
    """What was brought in, by me and in my partnerships."""
    request.rights.require_anywhere("bring-in")
    states = Intake.State.choices
    listing = Listing(
        name="brought-in",
        title=_("Statements brought in"),
        rows=intakes(request.rights),
        columns=[
            Column("name", _("Document"), document_name, lambda i: reverse("intake", args=[i.pk])),
            Column("at", _("Given"), lambda i: i.at, order=("at",)),
            Column("by", _("By"), lambda i: i.by.shown_name),
            Column("state", _("State"), lambda i: i.get_state_display(), order=("state",), tag=lambda i: i.state),
            Column(
                "statement", _("Statement"), lambda i: i.expression.instrument.name if i.expression else "",
                lambda i: reverse("instrument", args=[i.expression.instrument_id]) if i.expression else None,
                lambda i: i.expression.instrument.name_language if i.expression else "",
            ),
            Column("proposals", _("Commitments proposed"), lambda i: i.proposals if i.expression else None),
        ],
        filters=[
            Filter("state", _("State"), states, lambda rows, value: rows.filter(state=value)),
            Filter("whose", _("By"), [("me", _("me"))], lambda rows, _value: rows.filter(by=request.rights.who)),
        ],
        empty=_("Nobody has brought a statement in yet."),
    )  # fmt: skip
    return show(
        request, listing, trail=[{"label": _("Bring in"), "url": reverse("bring-in")}],
        actions=[{"label": _("Bring in a statement"), "url": reverse("bring-in")}],
    )  # fmt: skip


def document_name(found: Intake) -> str:
    """The file's name, or the address; for a comparison the statement's name."""
    if found.attachment:
        return found.attachment.name
    if found.source_url:
        return found.source_url
    title = found.expression.instrument.name if found.expression else ""
    return _("Versions of “%(title)s”") % {"title": title}


urlpatterns = [
    path("bring-in/", bring_in, name="bring-in"),
    path("bring-in/all/", mine, name="intakes"),
    path("bring-in/<int:pk>/", intake, name="intake"),
    path("bring-in/<int:pk>/again/", again, name="intake-again"),
]
