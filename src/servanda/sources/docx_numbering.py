"""The numbers that a word processor prints before list items and does not store: counted here as it counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from servanda.sources.assembly import roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
"""As Word counts in Russian letters: without й, ё, ъ, ы, ь."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    """Pattern such as "%1.%2."; each %n stands for the count of level n, from 1."""
    start: int


class Numbering:
    """Counts through a document; ``next`` is called once for each numbered paragraph, in order."""

    def __init__(self, element: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._family: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[str] = set()
        self._overrides: dict[str, dict[int, int]] = {}
        if element is None:
            return
        abstract = {str(item.get(f"{W}abstractNumId")): _levels(item) for item in element.findall(f"{W}abstractNum")}
        for number in element.findall(f"{W}num"):
            ident = str(number.get(f"{W}numId"))
            link = number.find(f"{W}abstractNumId")
            family = str(link.get(f"{W}val")) if link is not None else ""
            if family not in abstract:
                continue
            levels = dict(abstract[family])
            for override in number.findall(f"{W}lvlOverride"):
                place = _integer(override.get(f"{W}ilvl"), 0)
                own = override.find(f"{W}lvl")
                if own is not None:
                    levels[place] = _level(own)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._overrides.setdefault(ident, {})[place] = _integer(start.get(f"{W}val"), 1)
            self._levels[ident] = levels
            self._family[ident] = family

    def next(self, ident: str, place: int) -> str:
        """The next number of list ``ident`` at level ``place`` (from 0), with a space; empty for bullets."""
        levels = self._levels.get(ident)
        if levels is None or place not in levels:
            return ""
        counts = self._counts.setdefault(self._family[ident], {})
        if ident not in self._restarted:
            self._restarted.add(ident)
            for level, start in self._overrides.get(ident, {}).items():
                counts[level] = start - 1
        counts[place] = counts.get(place, levels[place].start - 1) + 1
        for deeper in [level for level in counts if level > place]:
            del counts[deeper]
        if levels[place].form in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            rule = levels.get(level)
            return _shown(counts.get(level, rule.start), rule.form) if rule is not None else ""

        text = re.sub(r"%([1-9])", shown, levels[place].text).strip()
        return f"{text} " if text else ""


def _levels(abstract: Any) -> dict[int, _Level]:
    return {_integer(level.get(f"{W}ilvl"), 0): _level(level) for level in abstract.findall(f"{W}lvl")}


def _level(element: Any) -> _Level:
    def value(name: str, otherwise: str) -> str:
        found = element.find(f"{W}{name}")
        return str(found.get(f"{W}val") or otherwise) if found is not None else otherwise

    text = element.find(f"{W}lvlText")
    return _Level(
        value("numFmt", "decimal"),
        (text.get(f"{W}val") or "") if text is not None else "",
        _integer(value("start", "1"), 1),
    )


def _shown(count: int, form: str) -> str:
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        return roman(count) if form == "lowerRoman" else roman(count).upper()
    alphabet = {"lowerLetter": "abcdefghijklmnopqrstuvwxyz", "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}.get(form)
    if form in ("russianLower", "russianUpper"):
        alphabet = _RUSSIAN if form == "russianLower" else _RUSSIAN.upper()
    if alphabet and count > 0:
        # After z come aa, bb, cc.
        return alphabet[(count - 1) % len(alphabet)] * ((count - 1) // len(alphabet) + 1)
    if form == "decimalZero":
        return f"{count:02d}"
    return str(count)


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else otherwise
