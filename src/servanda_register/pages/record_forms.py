"""What the forms of records share: texts in three languages, who may see it, why it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servanda_register.models import Visibility

LANGUAGES = {
    "en": gettext_lazy("in English"),
    "vi": gettext_lazy("in Vietnamese"),
    "ru": gettext_lazy("in Russian"),
}


def texts_fields(name: str, label: str, *, long: bool = False, limit: int = 500) -> dict[str, forms.Field]:
    """A field for each language of the pages: ``names_en`` and so on."""
    return {
        f"{name}_{code}": forms.CharField(
            label=f"{label}, {language}",
            required=False,
            max_length=limit,
            widget=forms.Textarea(attrs={"rows": 3, "lang": code}) if long else forms.TextInput(attrs={"lang": code}),
        )
        for code, language in LANGUAGES.items()
    }


def texts_of(cleaned: Mapping[str, Any], name: str, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """What was put into :func:`texts_fields`; texts in other languages stay as they were ``before``."""
    kept = {code: text for code, text in (before or {}).items() if code not in LANGUAGES}
    given = {code: cleaned.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
    return {code: text for code, text in given.items() if text} | kept


def texts_initial(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The other way round."""
    return {f"{name}_{code}": texts.get(code, "") for code in LANGUAGES}


def visibility_field() -> forms.ChoiceField:
    """Who may see it, with what that means."""
    return forms.ChoiceField(
        label=_("Who may see it"),
        choices=[
            (Visibility.PUBLIC, _("Public: everyone, also without signing in")),
            (Visibility.INTERNAL, _("Internal: those who work on the partnership")),
            (Visibility.RESTRICTED, _("Restricted: only those of them who are cleared for it")),
        ],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        initial=Visibility.INTERNAL,
    )


def reason_field(*, required: bool) -> forms.CharField:
    """Why; it stands in the history."""
    return forms.CharField(
        label=_("Reason"),
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the history beside the change, for those who ask later."),
        error_messages={"required": _("Say why, so that others understand the change later.")},
    )


class ReasonForm(forms.Form):
    """A form that asks for nothing but the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field(required=True)


def take_errors(form: forms.Form, error: ValidationError) -> None:
    """Puts what an action found wrong to the fields it is about, or to the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        near = next((field for field in (name, f"{name}_en") if field in form.fields), None)
        form.add_error(near, errors)
