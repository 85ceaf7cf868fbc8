"""Items: the pieces of a sentence between its commas and coordinators, and which of them answer to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from servanda import packs
from servanda.reading.matching import Matcher
from servanda.versions.facts import Facts

_MARKS = frozenset(",;:()[]")


@dataclass(frozen=True, slots=True)
class Item:
    """One piece. Offsets in code points, half-open, without the separators."""

    start: int
    end: int
    text: str


@cache
def _joiners(language: str) -> Matcher:
    if language not in packs.available():
        return Matcher(())
    rows = [p for p in packs.load(language).patterns if p.kind in ("and", "while", "including")]
    return Matcher((0, form) for p in rows for form in p.forms["forms"] if "..." not in form and ".." not in form)


def items(facts: Facts, spans: Sequence[tuple[int, int]]) -> list[Item]:
    """The items of the stretches, in order."""
    out: list[Item] = []
    t = facts.tokens
    for a, b in spans:
        first, last = facts.token_range(a, b)
        cut: set[int] = set()
        for hit in _joiners(facts.language).find(t, first, last):
            before = t.ends[hit.first - 1] if hit.first else 0
            elliptic = (
                hit.first > first and t.norms[hit.first - 1] == "-" and facts.text[before - 2 : before - 1].isalnum()
            )
            if not elliptic:  # "radio- och tv-bolag" is one piece
                cut.update(range(hit.first, hit.last))
        begin: int | None = None
        for i in range(first, last + 1):
            stop = i == last or i in cut or (t.norms[i] in _MARKS and not _inner(facts, i))
            if not stop:
                begin = i if begin is None else begin
                continue
            if begin is not None and any(t.norms[k].isalnum() for k in range(begin, i)):
                start, end = t.starts[begin], t.ends[i - 1]
                out.append(Item(start, end, facts.text[start:end].strip(" .")))
            begin = None
    return out


def _inner(facts: Facts, i: int) -> bool:
    """Whether a mark stands within a word: "FN:s"."""
    t = facts.tokens
    return t.norms[i] == ":" and facts.text[t.ends[i] : t.ends[i] + 1].isalnum()
