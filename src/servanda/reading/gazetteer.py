"""Finds the forums and the well-known instruments of the vocabulary in a text of one language, in one pass.

Both compete for the same words, and the longest name wins: "UN Charter" is an instrument and no forum.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from servanda import packs
from servanda.reading.matching import Matcher, Tokens, tokenise

Kind = Literal["forum", "instrument"]

_GROUP = re.compile(r"\(([^()]*)\)")
_MARKS = re.compile(r"[\s'’ʼ\-–—‑.]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A name found: token span (half-open), whether a forum or an instrument, and its key in the vocabulary."""

    first: int
    last: int
    kind: Kind
    key: str


class Gazetteer:
    """The matcher of one language."""

    def __init__(self, language: str) -> None:
        self._rows: list[tuple[Kind, str, str | None]] = []
        entries: list[tuple[int, str]] = []
        tables: tuple[tuple[Kind, Mapping[str, Any]], ...] = (
            ("forum", packs.vocabulary("forums")), ("instrument", packs.vocabulary("instruments")),
        )  # fmt: skip
        for kind, table in tables:
            for key, row in table.items():
                for form in (*row.get("any", ()), *row.get(language, ())):
                    for plain in _choices(form[1:]) if form.startswith("=") else (form,):
                        entries.append((len(self._rows), plain))
                        self._rows.append((kind, key, _bare(plain) if form.startswith("=") else None))
        self._matcher = Matcher(entries)

    def find(self, text: str, tokens: Tokens) -> list[Named]:
        """The names in a text, in order. Forms that must match in case are held to it."""
        out: list[Named] = []
        for hit in self._matcher.find(tokens):
            kind, key, exact = self._rows[hit.key]
            if exact is not None:
                said = _bare(text[tokens.starts[hit.first] : tokens.ends[hit.last - 1]])
                if not (said.startswith(exact[:-1]) if exact.endswith("*") else said == exact):
                    continue
            if not out or (out[-1].first, out[-1].last, out[-1].kind) != (hit.first, hit.last, kind):
                out.append(Named(hit.first, hit.last, kind, key))
        return out

    def names(self, text: str) -> list[tuple[Kind, str]]:
        """The kind and key of each name in a short text, such as a title."""
        return [(n.kind, n.key) for n in self.find(text, tokenise(text))]


@cache
def gazetteer(language: str) -> Gazetteer:
    """The gazetteer of a language, built once. A language that the vocabulary lacks has the international forms."""
    return Gazetteer(language)


def _choices(form: str) -> list[str]:
    """A form with its groups written out, so that each can be compared in case."""
    group = _GROUP.search(form)
    if group is None:
        return [form]
    head, tail = form[: group.start()], form[group.end() :]
    return [choice for part in group.group(1).split("|") for choice in _choices(head + part + tail)]


def _bare(name: str) -> str:
    return _MARKS.sub("", name)
