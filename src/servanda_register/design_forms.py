"""How forms look: the renderer that ``FORM_RENDERER`` names, and the bound field that dresses each widget.

``{{ form }}`` and ``{{ field.as_field_group }}`` come out in the markup of govuk-frontend, from
``templates/django/forms``. Browsers are not asked to check anything (no ``required``): what is wrong the register says
itself, in the reader's language and for all fields at once. Write ``<form novalidate>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Textarea, "govuk-textarea"),
    (forms.Select, "govuk-select"),
    (forms.SelectDateWidget, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.PasswordInput, "govuk-input govuk-password-input__input govuk-js-password-input-input"),
    (forms.NumberInput, "govuk-input govuk-input--width-5"),
    (forms.DateInput, "govuk-input govuk-input--width-10"),
    (Input, "govuk-input"),
    (forms.MultiWidget, "govuk-input"),
)
"""First that fits. Radios and lists of checkboxes have templates of their own."""


class DateInput(forms.DateInput):
    """The browser's own choice of a date; sends and takes ISO dates, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class LongSelect(forms.Select):
    """A choice without groups whose options are written out at once: hundreds, each from a template, take 50 ms."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = (
            f'<option value="{key}"{" selected" if mine == chosen else ""}{lang}>{label}</option>'
            for mine, key, label, lang in _escaped(list(self.choices))
        )
        head = format_html("<select{}>", flatatt({**self.attrs, **(attrs or {}), "name": name}))
        return mark_safe(f"{head}{''.join(options)}</select>")


class LongChoices(forms.CheckboxSelectMultiple):
    """Checkboxes in a field that scrolls, for dozens or hundreds of choices; written out at once as well."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        ident, named = escape((attrs or {})["id"]), escape(name)
        chosen, number = set(map(str, value or ())), count()
        items = []
        for title, choices in _grouped(self.choices):
            if title:
                group = f"{ident}_group_{next(number)}"
                items.append(
                    f'<div role="group" aria-labelledby="{group}">'
                    f'<p class="govuk-body govuk-!-font-weight-bold" id="{group}">{escape(title)}</p>'
                )
            items += [
                '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" '
                f'name="{named}" value="{key}" id="{place}"{" checked" if mine in chosen else ""}>'
                f'<label class="govuk-label govuk-checkboxes__label" for="{place}"{lang}>{label}</label></div>'
                for mine, key, label, lang in _escaped(choices)
                for place in [f"{ident}_{next(number)}"]
            ]
            items += ["</div>"] * bool(title)
        return mark_safe(
            '<div class="govuk-checkboxes govuk-checkboxes--small register-choices" data-module="govuk-checkboxes" '
            f'id="{ident}">{"".join(items)}</div>'
        )


def _grouped(choices: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """(Title, choices) of each group in order; the title of what stands in no group is empty."""
    out: list[tuple[str, list[Any]]] = []
    for key, label in choices:
        if isinstance(label, list | tuple):
            out.append((str(key), list(label)))
        elif out and not out[-1][0]:
            out[-1][1].append((key, label))
        else:
            out.append(("", [(key, label)]))
    return out


def _escaped(choices: list[Any]) -> Iterable[tuple[str, str, str, str]]:
    """Of each choice its value, value and label escaped, and an attribute where the label is in another language.

    All are escaped at once, for a call for each takes longer by far.
    """
    if not choices:
        return ()
    keys, words = ([str(choice[n]).replace("\0", "") for choice in choices] for n in (0, 1))
    values, labels = (escape("\0".join(part)).split("\0") for part in (keys, words))
    here = (get_language() or "en").split("-")[0]
    languages = (_language(key, label) for key, label in choices)
    langs = (f' lang="{escape(code)}"' if code and code != here else "" for code in languages)
    return zip(keys, values, labels, langs, strict=True)


def _language(key: Any, label: Any) -> str:
    """The language in which a choice is labelled, as far as it is the text or the name of a record; else empty."""
    record = getattr(key, "instance", None)
    return getattr(label, "lang", "") or getattr(record, "text_language", "") or getattr(record, "name_language", "")


class DressedField(BoundField):
    """A field that knows the classes of its widget, where the error summary leads, and whether it may stay empty."""

    @property
    def anchor(self) -> str:
        """Id of the element that takes the focus: in a group the first of it."""
        if isinstance(self.field.widget, forms.SelectDateWidget):
            return self.field.widget.id_for_label(self.auto_id)
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def use_fieldset(self) -> bool:
        """A choice of file is one thing with one label, whatever Django says."""
        return super().use_fieldset and not isinstance(self.field.widget, forms.FileInput)

    @property
    def optional(self) -> bool:
        """Whether to say "optional": only in forms in which something else must be filled in."""
        return not self.field.required and any(field.required for field in self.form.fields.values())

    @property
    def is_tick(self) -> bool:
        """Whether it is a single checkbox, whose label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        widget = widget or self.field.widget
        if type(widget) is forms.DateInput:  # what DateField takes when nothing else is asked for
            widget = DateInput(widget.attrs)
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if not widget.is_hidden:
            built["class"] = self._classes(widget)
            built["placeholder"] = False  # vanishes when one types; what must be known stands above as a hint
        return built

    def _classes(self, widget: forms.Widget) -> str:
        classes = next((names for kind, names in CLASSES if isinstance(widget, kind)), "")
        if classes and self.errors:
            classes += f" {classes.split()[0]}--error"
        return f"{classes} {widget.attrs.get('class', '')}".strip()


class GovukRenderer(TemplatesSetting):
    """Takes the templates of forms from the project's own, before Django's."""

    bound_field_class = DressedField
