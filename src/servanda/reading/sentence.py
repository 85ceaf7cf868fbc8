"""What a sentence offers the grammar: the patterns found in it by place, and looks back and ahead over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from servanda.reading.lexicon import Found
from servanda.reading.matching import Tokens

_ENUMERATOR = re.compile(r"[ivx]{1,5}|[a-z]|\d{1,2}")
_LINKS = ("and", "while", "adverb", "to")
_JOINTS = {",", ";", ":", "and", "while"}
_HANGS_ON = ("preposition", "basis", "means", "purpose")


@dataclass(slots=True)
class Draft:
    """A commitment in the making; token indices, half-open."""

    first: int
    last: int
    modality: str
    action: str
    verb: int
    """Token at which the head verb begins."""
    verb_end: int
    light: bool = False
    parent: Draft | None = None
    subject: tuple[int, int] | None = None
    """Tokens of the clause's subject, where one was found."""
    patterns: list[str] = field(default_factory=list)
    merged: bool = False
    """Whether further verbs share its object."""
    chain: int = 0
    """Commitments of one modal share a chain number."""
    passive: bool = False
    loose: bool = False
    """No verb was found after the modal: the object is a noun phrase."""


@dataclass(slots=True)
class Clause:
    """A stretch of a sentence under one head; token indices, half-open."""

    first: int
    last: int
    kind: str
    """A segment class, or ``unknown``."""
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a sentence holds."""

    clauses: tuple[Clause, ...]
    drafts: tuple[Draft, ...]
    open_modal: tuple[str, str] | None = None
    """(modality, pattern id) of a modal that governs the list which follows the sentence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A clause's subject. ``value``: both, framework, third, one (packs), or ``name`` of a party or body."""

    first: int
    last: int
    value: str

    @property
    def binds(self) -> bool:
        """Whether a side is among it."""
        return self.value in ("both", "one", "name")


class View:
    """The patterns of one sentence by place. ``first`` and ``last`` bound it (token indices, half-open)."""

    def __init__(
        self,
        tokens: Tokens,
        found: Sequence[Found],
        aside: Sequence[Found],
        names: Sequence[tuple[int, int]],
        *,
        first: int,
        last: int,
        types: Sequence[int] = (),
        alone: Callable[[str], bool] = lambda token: False,
        marker: Callable[[str], bool] = lambda token: False,
    ) -> None:
        """``found``: the head layer within the sentence, ``aside`` the layer of that name; ``names``: token spans of
        parties and bodies, sorted; ``types``: where a statement is named ("this joint statement");
        ``alone`` tells whether a token is a verb by itself, ``marker`` whether it is the infinitive marker.
        """
        self.norms = tokens.norms
        self.first = first
        self.last = last
        self.found = found
        self.names = names
        self.types = types
        self._alone = alone
        self._marker = marker
        self.futures = [f.first for f in aside if f.kind == "future"]
        self.at: dict[int, list[Found]] = {}
        self.ending: dict[int, list[Found]] = {}
        for f in found:
            self.at.setdefault(f.first, []).append(f)
            self.ending.setdefault(f.last, []).append(f)
        self._name_end = {b: a for a, b in names}

    def kinds_at(self, i: int) -> set[str]:
        """Kinds of the patterns that begin at token ``i``."""
        return {f.kind for f in self.at.get(i, ())}

    def kinds_before(self, i: int) -> set[str]:
        """Kinds of the patterns that end before token ``i``."""
        return {f.kind for f in self.ending.get(i, ())}

    def marked(self, i: int) -> bool:
        """Whether the token before ``i`` is the infinitive marker, even as part of a longer pattern."""
        return self._marker(self.norms[i - 1])

    def future(self, first: int, last: int) -> bool:
        """Whether something to come is spoken of within the tokens."""
        return any(first <= at < last for at in self.futures)

    def back_link(self, i: int) -> tuple[int, set[str]]:
        """Walks back from token ``i`` over adverbs, markers, conjunctions, commas and enumerators "(ii)".

        Returns where they begin and which were met (an enumerator counts as ``;``).
        """
        seen: set[str] = set()
        while i > self.first:
            token = self.norms[i - 1]
            if token in (",", ";", ":"):
                seen.add(token)
                i -= 1
                continue
            if token in ")]" and i - 2 >= self.first and _ENUMERATOR.fullmatch(self.norms[i - 2]):
                before = self.norms[i - 3] if i - 3 >= self.first else ""
                if before in ("(", "["):
                    seen.add(";")
                    i -= 3
                    continue
                if before in (",", ";", ":", ""):
                    seen.add(";")
                    i -= 2
                    continue
            if token in ("*", "_") or (token == "-" and i - 1 > self.first and self.norms[i - 2] in (",", ";", ":")):
                i -= 1
                continue
            link = next((f for f in self.ending.get(i, ()) if f.kind in _LINKS and f.first >= self.first), None)
            if link is None:
                break
            if link.kind == "adverb" and seen & _JOINTS and not self._joined(link.first):
                break  # "in the coming years, and": the adverb ends what stands before
            seen.add(link.kind)
            i = link.first
        return i, seen

    def _joined(self, i: int) -> bool:
        """Whether a conjunction or comma stands right before token ``i``: "and fully and effectively"."""
        if i > self.first and self.norms[i - 1] in (",", ";", ":"):
            return True
        return bool(self.kinds_before(i) & {"and", "while", "to"})

    def span_start(self, i: int) -> int:
        """The first of the adverbs that stand directly before token ``i``."""
        while i > self.first:
            adverb = next((f for f in self.ending.get(i, ()) if f.kind == "adverb" and f.first >= self.first), None)
            if adverb is None:
                return i
            i = adverb.first
        return i

    def words_from(self, start: int) -> int:
        """The first token after the conjunctions, adverbs and commas at ``start``."""
        i = start
        while i < self.last:
            link = next((f for f in self.at.get(i, ()) if f.kind in ("and", "while", "adverb")), None)
            if self.norms[i] in (",", ";", ":", "*"):
                i += 1
            elif link is not None:
                i = link.last
            else:
                return i
        return i

    def subject_before(self, i: int) -> Subject | None:
        """The subject that ends at token ``i``, adverbs between left out."""
        i = self.span_start(i)
        for f in self.ending.get(i, ()):
            if f.kind == "subject" and f.first >= self.first:
                first = self._body_before(f.first)
                value = "framework" if first == f.first and self._of_noun(first) else f.pattern.value or "both"
                return Subject(first, f.last, value)
        if i in self._name_end and self._name_end[i] >= self.first:
            first = self._name_end[i]
            count = 1
            while True:  # "Vietnam and Belarus", "A, B and C"
                back, seen = self.back_link(first)
                if seen and seen <= {"and", ","} and back in self._name_end:
                    first = self._name_end[back]
                    count += 1
                else:
                    return Subject(first, i, "framework" if self._of_noun(first) else "name")
        return None

    def _body_before(self, first: int) -> int:
        """Where the body begins that a subject completes: "the foreign ministers of the two countries"."""
        for i in (first, first - 1):
            if i in self._name_end and self._name_end[i] >= self.first:
                return self._name_end[i]
        return first

    def _of_noun(self, first: int) -> bool:
        """Whether the subject hangs on a thing: "cooperation between the two sides" binds nobody."""
        for p in self.ending.get(first, ()):
            if p.kind == "preposition" and p.first > self.first:
                before = self.ending.get(p.first, ())
                return any(g.kind == "noun" or (g.kind == "subject" and g.pattern.value == "framework") for g in before)
        return False

    def subject_at(self, i: int) -> Subject | None:
        """The subject that begins at token ``i``: the verb stands before it."""
        for s in self.at.get(i, ()):
            if s.kind == "subject":
                return Subject(s.first, s.last, s.pattern.value or "both")
        return next((Subject(a, b, "name") for a, b in self.names if a == i), None)

    def subject_of(self, f: Found, clause_first: int) -> Subject | None:
        """The subject of a head: inside its gap, next to it, or the last one before it in the clause."""
        inside = [s for s in self.found if s.kind == "subject" and f.head <= s.first and s.last <= f.tail]
        if inside:
            return Subject(inside[0].first, inside[-1].last, inside[0].pattern.value or "both")
        named = [n for n in self.names if f.head <= n[0] and n[1] <= f.tail]
        if named:
            return Subject(named[0][0], named[-1][1], "name")
        direct = self.subject_before(f.first) or self.subject_at(f.last)
        if direct is not None:
            return direct
        best: Subject | None = None
        for s in self.found:
            if s.kind == "subject" and clause_first <= s.first and s.last <= f.first:
                value = s.pattern.value or "both"
                if self.hangs(s.first, clause_first) and value != "both":
                    continue
                if best is None or not best.binds or value == "both":
                    best = Subject(s.first, s.last, value)
        if best is None:
            for a, b in self.names:
                if clause_first <= a and b <= f.first and not self.hangs(a, clause_first):
                    return Subject(a, b, "name")
        return best

    def hangs(self, i: int, clause_first: int) -> bool:
        """Whether what begins at ``i`` hangs on a preposition, as in "within the framework of X"."""
        for j in range(i, i - 3, -1):
            if any(f.kind in _HANGS_ON and f.first >= clause_first for f in self.ending.get(j, ())):
                return True
            if j - 1 < clause_first or self.norms[j - 1] in (",", ";"):
                return False
        return False

    def whole(self, f: Found) -> bool:
        """Whether a verb pattern holds its object: its first word is a verb by itself ("remove barriers")."""
        return (
            f.last - f.first > 1 and self._alone(self.norms[f.first]) and "preposition" not in self.kinds_before(f.last)
        )

    def gerund_follows(self, i: int) -> bool:
        """Whether a gerund stands next, adverbs left out: "are jointly developing"."""
        while skip := next((f for f in self.at.get(i, ()) if f.kind == "adverb"), None):
            i = skip.last
        return any(f.kind == "verb" and "gerunds" in f.classes for f in self.at.get(i, ()))

    def trim(self, first: int, last: int) -> int:
        """``last`` without the punctuation and conjunctions before it."""
        while last > first + 1 and (
            self.norms[last - 1] in (",", ";", ":", ".", "!", "?", "/", "*", "-", "_", "\\")
            or any(f.kind in ("and", "while") and f.first > first for f in self.ending.get(last, ()))
        ):
            last -= 1
        return last
