"""Who acts: finds the parties' names in the text and tells the actors of a commitment from its subject."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from servanda.reading.lexicon import Found
from servanda.reading.matching import Matcher, Tokens

_AND_WORDS = "and och og и và və және мен бен пен et & - – /"
_LOOSE_WORDS = """
the , den det de ' s his her royal highness majesty excellency h . e республика республики cộng hòa
"""
_HANGING_WORDS = """
with of in to for by from between against on about under around through i med av mellan mellom till til för
с со в для между от к trong với cho của giữa tại ở
"""
_PRONOUN_WORDS = "they de они onlar олар họ"
_AND = frozenset(_AND_WORDS.split())
_LOOSE = _AND | frozenset(_LOOSE_WORDS.split())
_HANGING = frozenset(_HANGING_WORDS.split())
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_STARTS = frozenset(".!?:;*•>")
_ITSELF = frozenset({"Government", "Head of State"})  # bodies that are the state itself
_GENITIVE = re.compile(r".{3,}(?:ının|inin|unun|ünün|ының|інің|сының|сінің)")
_GAP = 5  # tokens between coordinated names: "and His Highness"
_REACH = 15  # tokens before the first pattern of a sentence in which its first name may stand
_HEADS = frozenset({"modal", "stance", "welcome", "verb", "adverb"})
_ARTICLES = frozenset({"the", "den", "det", "de"})


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Where the parties are named: ``spans`` are token spans, ``codes`` the ISO code at each."""

    spans: tuple[tuple[int, int], ...]
    codes: Mapping[tuple[int, int], str]
    norms: Sequence[str] = ()
    lines: frozenset[int] = frozenset()
    """Tokens with which paragraphs begin; a heading ends without a stop."""

    @classmethod
    def find(cls, tokens: Tokens, forms: Mapping[str, Sequence[str]]) -> Names:
        """Finds the forms of each party's name; ``forms`` maps ISO code to forms (docs/packs.md)."""
        keys = list(forms)
        matcher = Matcher((k, form) for k, code in enumerate(keys) for form in forms[code])
        return cls.of(tokens, {(hit.first, hit.last): keys[hit.key] for hit in matcher.find(tokens)})

    @classmethod
    def of(cls, tokens: Tokens, codes: Mapping[tuple[int, int], str], lines: frozenset[int] = frozenset()) -> Names:
        """The names at the token spans of ``codes``; ``lines`` are the first tokens of the paragraphs."""
        return cls(tuple(sorted(codes)), codes, tokens.norms, lines)

    def within(self, first: int, last: int) -> list[str]:
        """Codes of the parties named within the tokens, in order."""
        at = bisect_left(self.spans, (first, first))
        out = []
        while at < len(self.spans) and self.spans[at][0] < last:
            if self.spans[at][1] <= last:
                out.append(self.codes[self.spans[at]])
            at += 1
        return out

    def together(self, first: int, last: int) -> tuple[int, int]:
        """The span of the names that are coordinated with those within the tokens: "A and the B", "A, B and C"."""
        at = bisect_left(self.spans, (first, first))
        linked = self._links(first, last)
        i = at - 1
        while i >= 0:
            a, b = self.spans[i]
            if b > first:  # a longer name holds what was given
                first = min(first, a)
            elif self._coordinated(b, first, strict=not linked) and not self._hangs(a):
                first, linked = a, True
            else:
                break
            i -= 1
        i = bisect_left(self.spans, (last, last))
        while i < len(self.spans) and self._coordinated(last, self.spans[i][0], strict=True):
            last = self.spans[i][1]
            i += 1
        return first, last

    def _links(self, first: int, last: int) -> bool:
        return any(t in _AND for t in self.norms[first:last])

    def _coordinated(self, first: int, last: int, *, strict: bool) -> bool:
        gap = self.norms[first:last]
        if len(gap) > _GAP or not all(t in _LOOSE for t in gap):
            return False
        return any(t in _AND for t in gap) or (not strict and "," in gap)

    def _hangs(self, at: int) -> bool:
        """Whether the name at a token hangs on a preposition, an article left out."""
        at = self._article(at)
        return at > 0 and self.norms[at - 1] in _HANGING

    def opening(self, first: int, last: int, heads: Collection[int]) -> tuple[int, int] | None:
        """The names that are a sentence's subject by their place: at its beginning or after its first phrase, with a
        token of ``heads`` (where verbs and modal words begin) right behind. The sentence's patterns lie within the
        tokens ``first`` to ``last``. None where there is none, or where several differ.
        """
        found: dict[tuple[str, ...], tuple[int, int]] = {}
        at = bisect_left(self.spans, (max(0, first - _REACH), 0))
        while at < len(self.spans) and self.spans[at][0] < last:
            a, b = self.spans[at]
            at += 1
            if b < len(self.norms) and self.norms[b] in ("government", "governments"):
                b += 1
            if b not in heads or (a < first and any(t in _STARTS for t in self.norms[b:first])):
                continue
            a, _ = self.together(a, b)
            start = self._article(a)
            if self.begins(a) or self.norms[start - 1] == ",":
                found.setdefault(tuple(sorted(set(self.within(a, b)))), (a, b))
        return next(iter(found.values())) if len(found) == 1 else None

    def begins(self, at: int) -> bool:
        """Whether a sentence begins with the token, an article left out."""
        at = self._article(at)
        return at == 0 or at in self.lines or self.norms[at - 1] in _STARTS

    def _article(self, at: int) -> int:
        """The token at which the article before a name begins; ``at`` where there is none."""
        while at > 0 and at not in self.lines and self.norms[at - 1] in _ARTICLES:
            at -= 1
        return at

    def owns(self, last: int) -> bool:
        """Whether a name that ends at a token is the attribute of a noun in the genitive (Turkic languages)."""
        return last < len(self.norms) and _GENITIVE.fullmatch(self.norms[last]) is not None


def actors(
    subject: tuple[int, int] | None,
    names: Names,
    found: Sequence[Found],
    bodies: Sequence[Found],
    parties: Sequence[str],
) -> tuple[str, ...]:
    """The actors of a commitment whose subject is the token span ``subject``.

    ``found`` is the head layer and ``bodies`` the bodies named in the sentence. Where the subject is not named, the
    sentence's first name acts if it opens the sentence, else both sides do. More than two parties: "both" stands for
    all of them.
    """
    sides = [f for f in found if f.kind == "subject" and f.pattern.value == "both"]
    subject = _real(subject, names, found, sides)
    if subject is None:
        body = bodies[0] if bodies and names.norms and names.begins(bodies[0].first) else None
        if (
            body is None
            or any(s.first >= body.last for s in sides)
            or not any(f.first == body.last and f.kind in _HEADS for f in found)
        ):
            return ("both",)
        subject = body.first, body.last
    first, last = subject
    near = [b for b in bodies if (b.first < last and first < b.last) or b.last == first]
    if near:
        return _of_body(near[0], first, last, names, parties)
    first, last = names.together(first, last) if names.within(first, last) or _covered(names, first, last) else subject
    codes = list(dict.fromkeys(names.within(first, last)))
    both = any(subject[0] <= f.first < subject[1] for f in sides)
    if both or not codes or len(codes) >= len(parties):
        return (codes[0],) if len(codes) == 1 and not both else ("both",)
    return tuple(sorted(codes))


def _covered(names: Names, first: int, last: int) -> bool:
    """Whether a longer name holds the tokens."""
    at = bisect_left(names.spans, (first, first)) - 1
    return at >= 0 and names.spans[at][1] >= last > names.spans[at][0]


def _real(
    subject: tuple[int, int] | None, names: Names, found: Sequence[Found], sides: Sequence[Found]
) -> tuple[int, int] | None:
    """The subject that is meant: not a name after the verb, not an attribute; a pronoun gives way to its name."""
    if not found:
        return subject
    heads = {f.first for f in found if f.kind in _HEADS}
    if subject is None:
        return None if sides else names.opening(found[0].first, found[-1].last, heads)
    first, last = subject
    if last - first == 1 and names.norms and names.norms[first] in _PRONOUNS:
        opening = names.opening(found[0].first, first, heads)
        clear = opening is not None and not any(opening[1] <= s.first < first for s in sides)
        return opening if clear else subject
    if names.within(first, last) and not any(first <= s.first < last for s in sides):
        if names.owns(last):
            return next(((s.first, s.last) for s in sides), None)
        # "they welcome U.S. plans": the verb has its subject before it
        for head in found:
            if head.last == first and head.kind in _HEADS:
                before = next((s for s in sides if 0 <= head.first - s.last <= 1), None)
                if before is not None:
                    return before.first, before.last
    return subject


def _of_body(body: Found, first: int, last: int, names: Names, parties: Sequence[str]) -> tuple[str, ...]:
    """The actors where a body acts: "the U.S. and Ukrainian governments", "the foreign minister of Vietnam"."""
    first, last = min(first, body.first), max(last, body.last)
    before = next((s for s in names.spans if body.first - 2 <= s[1] <= body.first and s[0] < first), None)
    if before is not None and names.norms and all(t in ("'", "s", "-") for t in names.norms[before[1] : body.first]):
        first = names.together(*before)[0]
        codes = list(dict.fromkeys(names.within(first, last)))
    else:
        codes = list(dict.fromkeys(names.within(first, last))) or list(dict.fromkeys(names.within(first, last + 4)))
    one = len(codes) == 1
    if body.pattern.value in _ITSELF:
        return (codes[0],) if one else ("both",)
    return tuple(f"{code}:{body.pattern.value or 'body'}" for code in (codes if one else parties)) or ("both",)
