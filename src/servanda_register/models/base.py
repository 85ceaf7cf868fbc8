"""What all records share: who may see them, names in several languages, and the two ways of being kept.

``Kept`` rows are written once and never changed or removed; triggers of the database hold that (``models.guards``).
``Versioned`` rows change, but only through ``servanda_register.actions.record``, which puts an event with the row
before and after into the audit trail in the same transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who may see a record: everyone, those who work on the partnership, or those among them who are cleared."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Restricted")


class VersionedQuerySet(models.QuerySet[Any]):
    """Refuses what would change rows past the audit trail."""

    def update(self, **fields: Any) -> int:
        raise TypeError("Records change through servanda_register.actions.record, which keeps their history.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Nothing is deleted from the register; withdraw the record instead.")


class Versioned(models.Model):
    """A record that changes through actions only; nothing of it is ever deleted."""

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True


class KeptQuerySet(models.QuerySet[Any]):
    """Rows can be added, nothing else."""

    def update(self, **fields: Any) -> int:
        raise TypeError("These rows are written once and kept as they are.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("These rows are written once and kept as they are.")


class Kept(models.Model):
    """A row that is written once; ``kept_at`` says when."""

    kept_at = models.DateTimeField(_("Kept at"), auto_now_add=True, db_index=True)
    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True


class Shown(models.Model):
    """A record with a visibility of its own; that of what it belongs to limits it further."""

    visibility = models.CharField(
        _("Who may see it"), max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL, db_index=True
    )

    class Meta:
        abstract = True


class InLanguage(str):
    """A text that knows its language, so that a choice which it labels is marked with it."""

    lang: str

    def __new__(cls, text: str, lang: str = "") -> InLanguage:
        made = super().__new__(cls, text)
        made.lang = lang
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> InLanguage:
        return self  # as strings do; forms copy their choices


def in_language(names: dict[str, str], language: str | None = None) -> tuple[str, str]:
    """The text in ``language`` (that of the reader by default), else in English, else in any, and its language.

    Both are empty where ``names`` is.
    """
    if not names:
        return "", ""
    wanted = (language or get_language() or "en").split("-")[0]
    for code in (wanted, "en", *names):
        if names.get(code):
            return InLanguage(names[code], code), code
    return "", ""


class Named(models.Model):
    """A record with a name in one or more languages: ``{"en": "...", "vi": "..."}``, ISO 639-1."""

    names = models.JSONField(_("Names"), default=dict)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """In the reader's language, as near as there is one."""
        return in_language(self.names)[0]

    @property
    def name_language(self) -> str:
        """Language of :attr:`name`, for the ``lang`` of the element that shows it."""
        return in_language(self.names)[1]

    def __str__(self) -> str:
        return self.name


def one_of(field: str, choices: type[models.TextChoices]) -> models.Q:
    """The condition of a check constraint: ``field`` holds one of the choices."""
    return models.Q(**{f"{field}__in": [value for value, _label in choices.choices]})
