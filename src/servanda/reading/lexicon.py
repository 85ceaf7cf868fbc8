"""A language pack made ready to be found in a text: one matcher a layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from servanda import packs
from servanda.packs import Layer, Pack, Pattern
from servanda.reading.matching import Matcher, Tokens, normal, tokenise


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A pattern found in a text. ``first`` to ``last`` are token indices, half-open.

    ``head`` ends the run before the pattern's gap and ``tail`` starts the run after it. ``classes`` are the form
    classes that matched (docs/packs.md): a word may be both a verb and a verbal noun.
    """

    pattern: Pattern
    first: int
    last: int
    head: int
    tail: int
    classes: frozenset[str]

    @property
    def kind(self) -> str:
        return self.pattern.kind


class Lexicon:
    """The matchers of one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._entries: list[tuple[Pattern, str]] = [(p, name) for p in pack.patterns for name in p.forms]
        layers: dict[Layer, list[tuple[int, str]]] = {"head": [], "aside": [], "reference": [], "page": []}
        for key, (pattern, name) in enumerate(self._entries):
            layers[pattern.layer].extend((key, form) for form in pattern.forms[name])
        self._matchers = {layer: Matcher(entries) for layer, entries in layers.items()}
        self._areas = list(pack.areas)
        self._weights: list[tuple[str, float]] = []
        terms: list[tuple[int, str]] = []
        for slug in pack.areas:
            for form, weight in pack.areas[slug]:
                terms.append((len(self._weights), form))
                self._weights.append((slug, weight))
        self._terms = Matcher(terms)
        self._verbs: dict[str, bool] = {}
        self._markers = frozenset(
            normal(form) for p in pack.patterns if p.kind == "to" for form in p.forms["forms"] if " " not in form
        )

    @staticmethod
    @cache
    def of(language: str) -> Lexicon:
        """The lexicon of a language, built once. Raises PackError where there is no pack."""
        return Lexicon(packs.load(language))

    def find(self, layer: Layer, tokens: Tokens, first: int = 0, last: int | None = None) -> list[Found]:
        """What stands in the tokens of the layer, sorted by first token; one entry a pattern and place."""
        merged: dict[tuple[str, int, int], Found] = {}
        for hit in self._matchers[layer].find(tokens, first, last):
            pattern, name = self._entries[hit.key]
            place = (pattern.id, hit.first, hit.last)
            have = merged.get(place)
            classes = frozenset((name,)) if have is None else have.classes | {name}
            merged[place] = Found(pattern, hit.first, hit.last, hit.head, hit.tail, classes)
        return sorted(merged.values(), key=lambda f: f.first)

    def terms(self, tokens: Tokens, first: int = 0, last: int | None = None) -> list[tuple[str, float, int]]:
        """Area terms found: (slug, weight, first token)."""
        return [(*self._weights[hit.key], hit.first) for hit in self._terms.find(tokens, first, last)]

    def is_verb(self, token: str) -> bool:
        """Whether a token in normal form is a verb of the pack by itself."""
        known = self._verbs.get(token)
        if known is None:
            known = any(f.kind == "verb" for f in self.find("head", Tokens([token], [0], [len(token)])))
            self._verbs[token] = known
        return known

    def is_marker(self, token: str) -> bool:
        """Whether a token in normal form is the infinitive marker."""
        return token in self._markers

    def found(self, text: str) -> frozenset[str]:
        """Ids of all patterns of all layers found in a text; what the tests of the packs ask."""
        tokens = tokenise(text)
        return frozenset(f.pattern.id for layer in self._matchers for f in self.find(layer, tokens))
