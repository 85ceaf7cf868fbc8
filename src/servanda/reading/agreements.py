"""English titles for the agreements that a text names in its own language.

A title is made of the instrument noun, whether it is intergovernmental, and what it is about: the subject from
``vocabulary/agreements.toml``, else the policy area of its words. The words of the text are never translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from servanda import packs
from servanda.names import english_name
from servanda.reading.clauses import Document
from servanda.reading.gazetteer import gazetteer
from servanda.reading.lexicon import Found
from servanda.reading.matching import Matcher

_BREAKS = frozenset(";:.,()")


@dataclass(frozen=True, slots=True, eq=False)
class _Subjects:
    matcher: Matcher
    names: list[tuple[bool, str]]
    """(whether it qualifies the noun, English words) of each key."""


@cache
def _subjects(language: str) -> _Subjects:
    table = packs.vocabulary("agreements")
    names: list[tuple[bool, str]] = []
    entries: list[tuple[int, str]] = []
    for is_qualifier, part in ((True, "qualifier"), (False, "subject")):
        for name, row in table[part].items():
            names.append((is_qualifier, name))
            entries.extend((len(names) - 1, form) for form in row.get(language, ()))
    return _Subjects(Matcher(entries, overlapping=True), names)


def title_of(document: Document, noun: Found, first: int, last: int) -> str:
    """The English title of the instrument ``noun`` whose subject stands in the tokens ``first`` to ``last``."""
    name = noun.pattern.value or "Agreement"
    subjects = _subjects(document.lexicon.pack.language)
    hits = subjects.matcher.find(document.tokens, min(first, noun.first) if noun.last > first else first, last)
    qualifiers = [h for h in hits if subjects.names[h.key][0]]
    about = [h for h in hits if not subjects.names[h.key][0]]
    before = subjects.matcher.find(document.tokens, max(0, noun.first - 3), noun.last)
    qualified = any(subjects.names[h.key][0] for h in (*before, *qualifiers))
    sides = tuple(dict.fromkeys(document.names.within(0, len(document.tokens))))[:2]
    subject: str | None = None
    if about:
        best = min(about, key=lambda h: (-h.named, h.first))
        subject = subjects.names[best.key][1]
    if not about and "Free Trade" not in name:
        # "air transport cooperation under the 2007 intergovernmental agreement": the subject stands before.
        back = first
        while back > 0 and first - back < 12 and document.tokens.norms[back - 1] not in _BREAKS:
            back -= 1
        earlier = [h for h in subjects.matcher.find(document.tokens, back, first) if not subjects.names[h.key][0]]
        subject = subjects.names[max(earlier, key=lambda h: (h.named, h.first)).key][1] if earlier else None
    if "Free Trade" in (subject or "") or "Free Trade" in name:
        return _free_trade(document, first, min(last, noun.last) if first < noun.first else last)
    if subject is None:
        subject = _by_area(document, first, last)
    if subject is not None and subject.startswith("Cooperation between") and len(sides) == 2:
        subject = f"{subject} of {english_name(sides[0])} and {english_name(sides[1])}"
    if subject and name.endswith("Cooperation Agreement"):
        name = "Agreement"
    head = f"Intergovernmental {name}" if qualified and "ntergovernmental" not in name else name
    return f"{head} on {subject}" if subject else head


def _free_trade(document: Document, first: int, last: int) -> str:
    """Free trade agreements are told apart by who made them."""
    forums = packs.vocabulary("forums")
    text, tokens = document.text, document.tokens
    inside = text[tokens.starts[first] : tokens.ends[min(last, len(tokens)) - 1]] if first < len(tokens) else ""
    unions = [key for kind, key in gazetteer(document.lexicon.pack.language).names(inside) if kind == "forum"]
    named = list(dict.fromkeys(document.names.within(first, last)))
    others = [english_name(code) for code in named]
    others += [f"the {forums[key]['name']}" for key in dict.fromkeys(unions)]
    if len(others) >= 2:
        return f"Free Trade Agreement between {', '.join(others[:-1])} and {others[-1]}"
    if len(others) == 1 and unions:
        return f"Free Trade Agreement with {others[0]}"
    return "Free Trade Agreement"


def _by_area(document: Document, first: int, last: int) -> str | None:
    """The label of the policy area that the words speak of most."""
    weights: dict[str, float] = {}
    for slug, weight, _ in document.lexicon.terms(document.tokens, first, last):
        weights[slug] = weights.get(slug, 0.0) + weight
    weights.pop("general", None)
    if not weights:
        return None
    label: str = packs.vocabulary("areas")[max(weights, key=lambda s: weights[s])]["en"]
    return label
