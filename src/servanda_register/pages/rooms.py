"""What the rooms of one partnership share: its frame, and forms that hold nothing out of the reader's sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.design_forms import LongChoices, LongSelect
from servanda_register.models import Body, Commitment, InLanguage, Instrument, Partnership, Party
from servanda_register.pages import record_forms as f
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.partnerships import parts
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import one, visible


def find_partnership(request: RegisterRequest, slug: str) -> Partnership:
    """The partnership of an address, with its parties; 404 where the reader may not see it."""
    return one(Partnership, request.rights, visible(Partnership, request.rights).prefetch_related("parties"), slug=slug)


def frame(
    request: RegisterRequest, partnership: Partnership, part: str, above: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """What the templates of a room need: ``above`` are (name, address) of the pages between it and the partnership."""
    return {
        "partnership": partnership,
        "parts": parts(partnership, part, request.rights),
        "may_keep": request.rights.may("keep", partnership.pk),
        "may_see_work": request.rights.may("see-work", partnership.pk),
        "trail": [
            {"label": _("Partnerships"), "url": reverse("partnerships")},
            {"label": partnership.name, "url": reverse("partnership", args=[partnership.slug])},
            *({"label": label, "url": url} for label, url in above),
        ],
    }


def room(partnership: Partnership, part: str) -> str:
    """Address of a part of the partnership."""
    return reverse("partnership-part", args=[partnership.slug, part])


def statements(rights: Rights, partnership: Partnership, **lookup: Any) -> QuerySet[Instrument]:
    """The statements of the partnership to which a page leads for the words that a record rests on."""
    return visible(Instrument, rights).filter(partnership=partnership, **lookup)


def button(label: str, url: str, kind: str = "secondary") -> dict[str, str]:
    """One of the ``actions`` above a list."""
    return {"url": url, "label": label, "kind": kind}


def done(request: RegisterRequest, form: Any, act: Callable[[], Any], said: str) -> Any:
    """What ``act`` gives back, or True for nothing, once the form that was sent is right; None while it is not."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        out = act()
    except ValidationError as error:
        f.take_errors(form, error)
    except UsageError as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, said)
        return True if out is None else out
    return None


def form_page(
    request: RegisterRequest, partnership: Partnership, part: str, form: Any, title: str, back: str,
    above: Iterable[tuple[str, str]], *, template: str = "register/partnership/record_form.html", **context: Any,
) -> HttpResponse:  # fmt: skip
    """The page of a form of a room; ``back`` is where one goes who cancels."""
    return render(request, template, {
        "form": form, "title": title, "back": back, **frame(request, partnership, part, above), **context,
    })  # fmt: skip


def act_on(
    request: RegisterRequest, found: Any, part: str, above: Iterable[tuple[str, str]], address: str, form: Any,
    title: str, said: str, do: Callable[[], Any], intro: str = "",
) -> HttpResponse:  # fmt: skip
    """Shows a form about a record, and once it is right does what it is for and returns to the record's page."""
    if done(request, form, do, said) is not None:
        return redirect(address)
    above = [*above, (found.name, address)]
    return form_page(request, found.partnership, part, form, title, address, above, intro=intro)


class CommitmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among commitments, by number and words."""

    def label_from_instance(self, obj: Any) -> str:
        return commitment_label(obj)


class CommitmentChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several commitments, by number and words."""

    def label_from_instance(self, obj: Any) -> str:
        return commitment_label(obj)


def commitment_label(commitment: Commitment) -> str:
    """Number and beginning, for choices have no room for more, with the language of the words."""
    text = commitment.text
    return InLanguage(f"{commitment.number}. {shorten(text)}", getattr(text, "lang", "") or commitment.text_language)


def shorten(text: str) -> str:
    """The beginning of a text, for a choice: at most 110 characters."""
    return text if len(text) <= 110 else f"{text[:109]}…"


class RoomForm(forms.Form):
    """The form of a record of one partnership; what it links to is chosen from what the reader may see."""

    def __init__(
        self, *args: Any, rights: Rights, partnership: Partnership, record: Any = None, **kwargs: Any
    ) -> None:  # fmt: skip
        self.rights, self.partnership, self.record = rights, partnership, record
        super().__init__(*args, **kwargs)

    def know(self, values: dict[str, Any]) -> None:
        """Fills fields in beforehand."""
        self.initial = {**self.initial, **values}

    def names(self) -> None:
        """Adds the fields of a name in three languages."""
        self.fields |= f.texts_fields("names", _("Name"))
        if self.record:
            self.know(f.texts_initial("names", self.record.names))

    def party(self, label: str, *, required: bool = True, empty: str | None = None, help_text: str = "") -> Any:
        """A choice among the sides."""
        return forms.ModelChoiceField(
            Party.objects.filter(partnerships=self.partnership), label=label, required=required, empty_label=empty,
            help_text=help_text,
        )  # fmt: skip

    def body(self, label: str, help_text: str = "") -> forms.ChoiceField:
        """A choice among the bodies of all sides, by side."""
        names = {party.pk: party.name for party in self.partnership.parties.all()}
        groups: dict[str, list[tuple[str, str]]] = {}
        for body in Body.objects.filter(party__in=names):
            groups.setdefault(names[body.party_id], []).append((str(body.pk), body.name))
        return forms.ChoiceField(
            label=label, required=False, choices=[("", _("Not said")), *groups.items()], help_text=help_text
        )

    def of_partnership(self) -> QuerySet[Commitment]:
        """Its confirmed commitments."""
        rows = visible(Commitment, self.rights).filter(instrument__partnership=self.partnership, state="confirmed")
        return rows.select_related("expression").only(
            "number", "texts", "quote", "instrument_id", "expression_id", "expression__language"
        )

    def commitment(self, label: str) -> CommitmentChoice:
        """The one that founds it."""
        return CommitmentChoice(
            self.of_partnership(), label=label, required=False, empty_label=_("None"), widget=LongSelect
        )

    def commitments(self, label: str) -> CommitmentChoices:
        """Those that it is about."""
        return CommitmentChoices(self.of_partnership(), label=label, required=False, widget=LongChoices())

    def several(self, label: str, rows: QuerySet[Any]) -> forms.ModelMultipleChoiceField[Any]:
        """Any number of other records."""
        return forms.ModelMultipleChoiceField(rows, label=label, required=False, widget=LongChoices())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "names_en" in self.fields and not f.texts_of(cleaned, "names", self.record.names if self.record else None):
            self.add_error("names_en", _("Give a name in at least one language."))
        return cleaned

    def linked(self, name: str) -> list[Model]:
        """What was chosen, and what is linked already but out of the sight of whoever fills the form in."""
        chosen = list(self.cleaned_data[name])
        if self.record is None:
            return chosen
        there = type(self.record)._default_manager.get(pk=self.record.pk)
        return chosen + list(getattr(there, name).exclude(pk__in=self._seen(name).values("pk")))

    def founded(self, name: str = "commitment") -> Any:
        """The one that was chosen, or the one that is linked already out of sight."""
        chosen = self.cleaned_data[name]
        there = getattr(self.record, name, None)
        if chosen or there is None:
            return chosen
        return None if self._seen(name).filter(pk=there.pk).exists() else there

    def _seen(self, name: str) -> QuerySet[Any]:
        """What whoever fills the form in could have chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        return field.queryset

    def chosen_names(self) -> dict[str, str]:
        """The name, with what it is in other languages than those of the form."""
        return f.texts_of(self.cleaned_data, "names", self.record.names if self.record else None)
