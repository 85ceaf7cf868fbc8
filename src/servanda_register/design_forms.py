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
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

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
    """A choice whose options are written out at once: hundreds of them, each from a template, take 50 ms."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        options = format_html_join(
            "", "<option value='{}'{}>{}</option>",
            ((key, mark_safe(" selected") if str(key) == str(value or "") else "", label)
             for key, label in self.choices),
        )  # fmt: skip
        return format_html("<select{}>{}</select>", flatatt({**self.attrs, **(attrs or {}), "name": name}), options)


class LongChoices(forms.CheckboxSelectMultiple):
    """Checkboxes in a field that scrolls, for dozens or hundreds of choices; written out at once as well."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        ident, chosen, number = (attrs or {})["id"], set(map(str, value or ())), count()

        def written(choices: Iterable[Any]) -> SafeString:
            return format_html_join("\n", "{}", ((part(key, label),) for key, label in choices))

        def part(key: Any, label: Any) -> SafeString:
            place = f"{ident}_{next(number)}"
            if isinstance(label, list | tuple):
                return format_html(
                    '<div role="group" aria-labelledby="{}">'
                    '<p class="govuk-body govuk-!-font-weight-bold" id="{}">{}</p>{}</div>',
                    place, place, key, written(label),
                )  # fmt: skip
            return format_html(
                '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" name="{}" '
                'value="{}" id="{}"{}><label class="govuk-label govuk-checkboxes__label" for="{}">{}</label></div>',
                name, key, place, mark_safe(" checked") if str(key) in chosen else "", place, label,
            )  # fmt: skip

        return format_html(
            '<div class="govuk-checkboxes govuk-checkboxes--small register-choices" data-module="govuk-checkboxes" '
            'id="{}">{}</div>',
            ident, written(self.choices),
        )  # fmt: skip


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
