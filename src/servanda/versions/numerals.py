"""Numbers and years as the text has them, in figures and in words.

The words are those of ``vocabulary/numbers.toml``; a language that it lacks has figures only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from servanda import packs
from servanda.reading.matching import Tokens, normal

YEAR = re.compile(r"(?:1[89]\d\d|20\d\d|21[0-4]\d)\Z")

_PRINTED = re.compile(r"\s*\(?(?:\d{1,3}|[a-z])[.)]\s")
_SUFFIXING = frozenset({"az", "kk", "tr"})  # "отызға": to thirty
_LEAST_NUMBER = 3  # "two sides", "both", "one" are grammar, not figures


@dataclass(frozen=True, slots=True)
class Numeral:
    """A year or a number. Offsets in code points, half-open."""

    kind: Literal["year", "number"]
    key: str
    start: int
    end: int
    sure: bool
    """Whether the word can be nothing else (Vietnamese "năm" is five and year)."""


@dataclass(frozen=True, slots=True)
class _Words:
    values: dict[str, tuple[int, bool]]
    stems: tuple[tuple[str, int], ...]
    times: dict[str, tuple[int, bool]]
    ordinal: frozenset[str]
    decade: tuple[str, ...]
    suffixing: bool


@cache
def _number_words(language: str) -> _Words:
    row: dict[str, Any] = packs.vocabulary("numbers").get(language, {})
    values: dict[str, tuple[int, bool]] = {}
    stems: list[tuple[str, int]] = []
    small, tens = row.get("small", []), row.get("tens", [])
    listed = [(n, forms) for n, forms in enumerate(small, 1)] + [(n * 10, f) for n, f in enumerate(tens, 2)]
    for value, forms in listed:
        for form in filter(None, forms.split("|")):
            plain = normal(form.lstrip("?"))
            if plain.endswith("*"):
                stems.append((plain[:-1], value))
            else:
                values[plain] = (value, not form.startswith("?"))
    if joined := row.get("joined"):
        for value, forms in [(n * 10, f) for n, f in enumerate(tens, 2)]:
            for unit, names in enumerate([*(["en|ett|et"]), *small[1:9]], 1):
                for t in forms.split("|"):
                    for u in names.replace("?", "").split("|"):
                        values[normal(u + "og" + t if joined == "u-og-t" else t + u)] = (value + unit, True)
    times: dict[str, tuple[int, bool]] = {}
    for factor, forms in row.get("times", {}).items():
        for form in forms.split("|"):
            plain = normal(form.lstrip("?"))
            if plain.endswith("*"):
                stems.append((plain[:-1], -int(factor)))
            else:
                times[plain] = (int(factor), not form.startswith("?"))
    return _Words(values, tuple(stems), times, frozenset(normal(w) for w in row.get("ordinal", ())),
                  tuple(normal(w) for w in row.get("decade", ())), language in _SUFFIXING)  # fmt: skip


def _word(words: _Words, token: str) -> tuple[int, bool] | None:
    """(value, sure); the value is negative where the word multiplies."""
    if token in words.values:
        return words.values[token]
    if token in words.times:
        factor, sure = words.times[token]
        return -factor, sure
    for stem, value in words.stems:
        if token.startswith(stem):
            return value, True
    if words.suffixing and len(token) > 4:
        for form, (value, sure) in words.values.items():
            if value >= 20 and len(form) >= 4 and token.startswith(form):
                return value, sure
    return None


def numerals(text: str, tokens: Tokens, language: str, taken: set[int]) -> Iterator[Numeral]:
    """The years and numbers of a text, in order; ``taken`` are tokens of dates, which are none."""
    words = _number_words(language)
    decimal = packs.load(language).decimal if language in packs.available() else "."
    norms, starts, ends = tokens.norms, tokens.starts, tokens.ends
    i = 0
    while i < len(norms):
        token = norms[i]
        if i in taken or not (token.isdecimal() or _word(words, token)):
            i += 1
            continue
        if token.isdecimal() and token.isascii():
            if YEAR.match(token) and not _joined(text, tokens, i):
                yield Numeral("year", token, starts[i], ends[i], True)
                i += 1
                continue
            j, value = _figures(text, tokens, i, decimal)
        else:
            j, value = i, None
        j, whole, sure = _read_words(words, norms, j, value)
        if i and norms[i - 1] in words.ordinal:
            sure = False
        if whole is not None and j < len(norms) and " ".join(norms[j : j + 2]).startswith(words.decade or ("\0",)):
            whole *= 10  # "five decades" answers "fifty years"
        printed = _opens_line(text, starts[i])
        if whole is not None and not printed and j > i:
            number = f"{whole:g}" if whole < 1e15 else str(whole)
            if whole >= _LEAST_NUMBER or token.isdecimal():
                yield Numeral("number", number, starts[i], ends[j - 1], sure)
        i = max(j, i + 1)


def _joined(text: str, tokens: Tokens, i: int) -> bool:
    """Whether a run of four digits is part of a larger figure: "1 992,5"."""
    after = text[tokens.ends[i] : tokens.ends[i] + 2]
    before = text[max(0, tokens.starts[i] - 2) : tokens.starts[i]]
    return bool(re.match(r"[.,]\d", after) or re.search(r"\d[.,]$", before))


def _figures(text: str, tokens: Tokens, i: int, decimal: str) -> tuple[int, float]:
    """The end (token) and value of a number in figures, thousands parted by a space, a dot or a comma."""
    digits = tokens.norms[i]
    j = i + 1
    value = digits
    while j + 1 < len(tokens) and tokens.norms[j] in ",." and tokens.norms[j + 1].isdecimal():
        if tokens.starts[j] != tokens.ends[j - 1] or tokens.starts[j + 1] != tokens.ends[j]:
            break
        part = tokens.norms[j + 1]
        value += part if len(part) == 3 and tokens.norms[j] != decimal else "." + part
        j += 2
        if "." in value:
            break
    while j < len(tokens) and tokens.norms[j].isdecimal() and len(tokens.norms[j]) == 3 and len(value) <= 3 * (j - i):
        if text[tokens.ends[j - 1] : tokens.starts[j]] not in (" ", "\u00a0", "\u202f"):
            break
        value += tokens.norms[j]
        j += 1
    return j, float(value)


def _read_words(words: _Words, norms: list[str], j: int, value: float | None) -> tuple[int, float | None, bool]:
    """Reads number words from token ``j`` on: "twenty-five", "ba mươi lăm", "20 triệu"."""
    start = j
    whole, current, sure = 0.0, value, True
    last = 0
    while j < len(norms):
        at = j + 1 if norms[j] == "-" and j > start and j + 1 < len(norms) else j
        found = _word(words, norms[at])
        if found is None:
            break
        number, certain = found
        if number < 0:
            if current is None and value is None and j == start:
                current = 1.0
            current = (current or 1.0) * -number
            if -number >= 1000:
                whole += current
                current = 0.0
        elif current is None:
            current = float(number)
        elif (last < 0 or last >= 20) and number < (20 if last < 0 and last != -10 else 10):
            current += number
        else:
            break
        sure = (sure and certain) if j == start else sure or certain
        last = number
        j = at + 1
    return j, None if current is None else whole + current, sure


def _opens_line(text: str, at: int) -> bool:
    """Whether a number is the printed number of a point: it opens a line and a dot or bracket closes it."""
    line = text.rfind("\n", 0, at) + 1
    return not text[line:at].strip(" \t(*#") and bool(_PRINTED.match(text, at))
