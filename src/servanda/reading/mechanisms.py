"""The standing bodies and procedures that a statement names, by their English names.

The packs know the kinds ("Intergovernmental Committee"); whose it is and what it is for come from the text. A
committee named in full once is the same committee where it is named in short.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from servanda.names import english_name
from servanda.reading.clauses import Document
from servanda.reading.layout import Paragraph
from servanda.reading.lexicon import Found

_OF_THE_SIDES = re.compile(
    r"^(?:Intergovernmental|Joint) (?:Committee|Commission)\b|^Business Council$|Committee on Science"
)
_GENERAL = re.compile(r"^(?:Joint )?Intergovernmental (?:Committee|Commission)$")
_REACH = 26  # tokens after "committee" in which what it is for is said
_BESIDE = 5  # tokens before and after the name in which its sides are named
_STOPS = frozenset({";", ":", "."})
_ECONOMIC = frozenset({"trade", "economy", "investment"})


def mechanisms(document: Document, paragraphs: Sequence[Paragraph]) -> list[tuple[int, int, str]]:
    """(start, end, English name) of each mechanism in the paragraphs that are not noise, in order."""
    alive = [document.range(p.start, p.end) for p in paragraphs if p.noise is None]
    sides = tuple(dict.fromkeys(code for first, last in alive for code in document.names.within(first, last)))
    found: list[tuple[Found, str]] = []
    for p in paragraphs:
        if p.noise is not None:
            continue
        first, last = document.range(p.start, p.end)
        for f in document.within(document.reference, first, last):
            if f.kind == "mechanism":
                found.append((f, _name(document, f, last, sides)))
    full = max((n for f, n in found if _GENERAL.match(f.pattern.value or "") and " on " in n), key=len, default=None)
    out: list[tuple[int, int, str]] = []
    for f, name in found:
        if full and _GENERAL.match(f.pattern.value or ""):
            name = full
        out.append((document.tokens.starts[f.first], document.tokens.ends[f.last - 1], name))
    return out


def _name(document: Document, f: Found, last: int, sides: Sequence[str]) -> str:
    name = f.pattern.value or ""
    if _GENERAL.match(name):
        name += _purpose(document, f, last)
    beside = {*document.names.within(max(0, f.first - _BESIDE), min(last, f.last + _BESIDE))}
    single = re.search(r"\b(?:Committee|Commission|Council|Forum|Dialogue|Working Group)\b", name) is not None
    if len(sides) == 2 and (_OF_THE_SIDES.search(name) or (single and beside == set(sides))):
        a, b = (english_name(code).removeprefix("the ") for code in sides)
        if not name.startswith(f"{a}-{b}"):
            return f"{a}-{b} {name}"
    return name


def _purpose(document: Document, f: Found, last: int) -> str:
    """What an intergovernmental committee is for, where its name says so."""
    norms = document.tokens.norms
    end = f.last
    while end < last and end < f.last + _REACH and norms[end] not in _STOPS:
        end += 1
    begin = max(0, f.first - 12) if document.lexicon.pack.modal_last else f.first
    areas = {slug for slug, _, _ in document.lexicon.terms(document.tokens, begin, end)}
    if areas & _ECONOMIC and "science-technology" in areas:
        return " on Economic, Trade, Scientific and Technical Cooperation"
    if areas & _ECONOMIC:
        return " on Economic and Trade Cooperation"
    return ""
