"""The words of a plan in the language of its readers, from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from servanda.errors import UsageError
from servanda.times import day_in_full


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("servanda.planning").joinpath("words.toml").read_text("utf-8"))


def languages() -> tuple[str, ...]:
    """Languages in which a plan can be made."""
    return tuple(_tables())


class Words:
    """Sentences, names and dates in one language.

    Raises UsageError for a language in which there are no words.
    """

    def __init__(self, language: str) -> None:
        if language not in languages():
            raise UsageError(f"There are no words for a plan in {language!r}. Available are {', '.join(languages())}.")
        self.language = language
        self._tables: dict[str, Any] = _tables()[language]

    def __call__(self, key: str, **values: object) -> str:
        """A sentence, named ``table.key``, with its {…} filled in."""
        table, _, name = key.partition(".")
        return str(self._tables[table][name]).format(**values)

    def table(self, name: str) -> Mapping[str, str]:
        """A whole table, for what may not be in it."""
        found: Mapping[str, str] = self._tables[name]
        return found

    def country(self, code: str) -> str:
        """Name of a party; the code itself where it is no state's."""
        from babel import Locale

        return str(Locale.parse(self.language).territories.get(code, code))

    def day(self, day: date) -> str:
        """A date in full, as CLDR writes it."""
        return day_in_full(day, self.language)
