"""Who acts: finds the parties' names in the text and tells the actors of a commitment from its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from servanda.reading.lexicon import Found
from servanda.reading.matching import Matcher, Tokens


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Where the parties are named: ``spans`` are token spans, ``codes`` the ISO code at each."""

    spans: tuple[tuple[int, int], ...]
    codes: Mapping[tuple[int, int], str]

    @classmethod
    def find(cls, tokens: Tokens, forms: Mapping[str, Sequence[str]]) -> Names:
        """Finds the forms of each party's name; ``forms`` maps ISO code to forms (docs/packs.md)."""
        keys = list(forms)
        matcher = Matcher((k, form) for k, code in enumerate(keys) for form in forms[code])
        codes = {(hit.first, hit.last): keys[hit.key] for hit in matcher.find(tokens)}
        return cls(tuple(sorted(codes)), codes)

    def within(self, first: int, last: int) -> list[str]:
        """Codes of the parties named within the tokens, in order."""
        return [self.codes[s] for s in self.spans if first <= s[0] and s[1] <= last]


def actors(
    subject: tuple[int, int] | None,
    names: Names,
    found: Sequence[Found],
    bodies: Sequence[Found],
    parties: Sequence[str],
) -> tuple[str, ...]:
    """The actors of a commitment whose subject is the token span ``subject``.

    ``found`` is the head layer and ``bodies`` the bodies named in the sentence. Where the subject is not named, both
    sides act.
    """
    if subject is None:
        return ("both",)
    first, last = subject
    near = [b for b in bodies if first <= b.first < last or b.last == first]
    named = list(dict.fromkeys(names.within(first, last)))
    if near:
        body = near[0].pattern.value or "body"
        inside = list(dict.fromkeys(names.within(min(first, near[0].first), max(last, near[0].last) + 4)))
        sides = inside if len(inside) == 1 else list(parties)
        return tuple(f"{code}:{body}" for code in sides) or ("both",)
    both = any(f.kind == "subject" and f.pattern.value == "both" and first <= f.first < last for f in found)
    if both and len(named) != 1:
        return ("both",)
    if len(named) == 1 and not both:
        return (named[0],)
    if len(named) >= 2 and len(named) < len(parties):
        return tuple(sorted(named))
    return ("both",)
