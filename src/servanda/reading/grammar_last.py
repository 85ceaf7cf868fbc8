"""The grammar for languages whose modal word comes last: Azerbaijani, Kazakh.

There the objects stand before their verbs and the verbs before the modal: "Tərəflər A-nı gücləndirmək və B-ni
genişləndirmək barədə razılığa gəldilər". A commitment's span runs from the first word after the subject (or after
the verb before it) to its own verb; only the last one of a chain holds the modal.
"""

from __future__ import annotations

from servanda.reading.lexicon import Found
from servanda.reading.sentence import Clause, Draft, Parsed, View

REACH = 14
"""Words within which a clause's subject ends: a phrase may stand before it ("In the field of defence the sides")."""
NEAR = 3
"""Words that may stand between the last verb and its modal ("barədə", "о том", "туралы")."""


class LastReader:
    """Reads one sentence of a modal-last language."""

    def __init__(self, view: View) -> None:
        self.v = view
        self.first = view.first
        self.last = view.last
        self.found = view.found
        self.names = view.names
        self.at = view.at
        self.norms = view.norms
        self.drafts: list[Draft] = []
        self.clauses: list[Clause] = []

    def read(self) -> Parsed:
        """Reads the sentence from its heads backwards."""
        heads = [f for f in self.found if f.kind in ("modal", "stance", "welcome") and f.pattern.value != "principle"]
        heads = self._apart(heads)
        principle = next((f for f in self.found if f.kind == "stance" and f.pattern.value == "principle"), None)
        start = self.first
        chain = 0
        subject = self._subject(self.first, self.last)
        for f in heads:
            end = f.last
            while end < self.last and not self._breaks(end):
                end += 1
            if f is heads[-1]:
                end = self.last
            own = self._subject(start, f.first) or subject
            if f.kind == "modal" or (f.kind == "welcome" and self.v.future(start, f.first)):
                chain += 1
                made = self._chain(f, start, own, chain)
                value = own[2] if own else None
                if made and value in ("framework", "third"):
                    del self.drafts[-made:]
                    self.clauses.append(Clause(start, end, "position", f.pattern.id))
                elif made:
                    self.clauses.append(Clause(start, end, "commitment", f.pattern.id))
                else:
                    self.clauses.append(Clause(start, end, "unknown", f.pattern.id))
            else:
                kind = f.pattern.value if f.kind == "stance" else "position"
                self.clauses.append(Clause(start, end, kind or "position", f.pattern.id))
            start = end
        if not self.clauses and principle is not None:
            self.clauses.append(Clause(self.first, self.last, "principle", principle.pattern.id))
        return Parsed(tuple(self.clauses), tuple(self.drafts))

    def _apart(self, heads: list[Found]) -> list[Found]:
        """One head a place: a modal before a stance, and no second modal within the words of the first."""
        out: list[Found] = []
        for f in sorted(heads, key=lambda h: (h.last, h.kind != "modal")):
            if out and f.first < out[-1].last:
                continue
            out.append(f)
        return out

    def _breaks(self, i: int) -> bool:
        if self.norms[i] in (",", ";"):
            return True
        return any(f.kind in ("and", "while") for f in self.at.get(i, ()))

    def _subject(self, first: int, last: int) -> tuple[int, int, str] | None:
        for f in self.found:
            if f.kind == "subject" and first <= f.first and f.last <= last:
                return f.first, f.last, f.pattern.value or "both"
        named = [n for n in self.names if first <= n[0] and n[1] <= last]
        return (*named[0], "name") if named and named[0][0] <= first + 3 else None

    def _skip_subject(self, first: int, last: int) -> int:
        """The first word after the clause's subject and after conjunctions, before token ``last``."""
        i = first
        sides = [f.last for f in self.found if f.kind == "subject" and first <= f.first and f.last <= last]
        bodies = [b for a, b in self.names if first <= a and b <= last and self._nominative(b, last)]
        near = [end for end in (*sides, *bodies) if end <= first + REACH]
        if near:
            i = max(near)
        while i < last and (self._breaks(i) or self.norms[i] in ":-"):
            link = next((f.last for f in self.at.get(i, ()) if f.kind in ("and", "while")), i + 1)
            i = link
        return i

    def _nominative(self, i: int, last: int) -> bool:
        """Whether a name that ends at token ``i`` may be a subject: its object or verb follows, no noun it governs."""
        return i < last and i - self.first <= REACH and (self.norms[i] == "," or "subject" in self.v.kinds_at(i))

    def _verbs_before(self, f: Found, start: int) -> list[Found]:
        """The verbs of a modal's chain: each followed by a comma, a conjunction or the modal itself."""
        verbs = [
            v for v in self.found if v.kind == "verb" and start <= v.first and v.first <= f.first and v.last <= f.last
        ]
        out: list[Found] = []
        for v in verbs:
            if v.first == f.first or self._leads_to(v.last, f):
                out.append(v)
        closing = next((g for g in self.found if g.kind == "including" and start <= g.first < f.first), None)
        return [v for v in out if closing is None or v.first > closing.first]

    def _leads_to(self, i: int, modal: Found) -> bool:
        steps = 0
        while i < modal.first:
            here = self.at.get(i, ())
            if any(g.kind in ("purpose", "means", "result", "basis") for g in here):
                return False
            if self.norms[i] in (",", ";") or any(g.kind in ("and", "while") for g in here):
                return True
            skip = next((g for g in here if g.kind in ("to", "adverb", "negation")), None)
            if skip is None:
                steps += 1
                if steps > 1 or modal.first - i > NEAR:
                    return False
                i += 1
            else:
                i = skip.last
        return True

    def _chain(self, f: Found, start: int, subject: tuple[int, int, str] | None, chain: int) -> int:
        modality = f.pattern.value if f.kind == "modal" else "encouraging"
        verbs = self._verbs_before(f, start)
        merged: list[list[Found]] = []
        for v in verbs:
            if merged and self._only_links(merged[-1][-1].last, v.first):
                merged[-1].append(v)
            elif merged and v.first < merged[-1][-1].last:
                continue
            else:
                merged.append([v])
        first_verb = merged[0][0].first if merged else f.first
        begin = self._skip_subject(start, first_verb)
        before = len(self.drafts)
        parts = self._parts(begin, f)
        for n, group in enumerate(merged):
            last = max(f.last, group[-1].last) if n == len(merged) - 1 else group[-1].last
            verb = group[-1]
            action = verb.pattern.value or "other"
            patterns = [v.pattern.id for v in group] + [f.pattern.id]
            if verb.pattern.light:
                noun = self._noun_before(begin, group[0].first)
                if noun is not None:
                    action = noun.pattern.value or action
                    patterns.insert(0, noun.pattern.id)
            negated = any(g.kind == "negation" and group[0].first - 1 <= g.first <= verb.last for g in self.found)
            if negated:
                action = "refrain"
            self.drafts.append(
                Draft(
                    begin,
                    last,
                    modality or "firm",
                    action,
                    group[0].first,
                    verb.last,
                    light=verb.pattern.light,
                    subject=subject[:2] if subject else None,
                    patterns=patterns,
                    chain=chain,
                    merged=len(group) > 1,
                )
            )
            begin = self._skip_subject(group[-1].last, f.first)
        made = self.drafts[before:]
        for verb, first in parts:
            parent = next((d for d in made if d.verb > verb.first), None)
            if parent is not None:
                part = Draft(
                    first,
                    verb.last,
                    parent.modality,
                    verb.pattern.value or "other",
                    verb.first,
                    verb.last,
                    parent=parent,
                    subject=parent.subject,
                    patterns=[verb.pattern.id, f.pattern.id],
                    chain=chain,
                )
                self.drafts.append(part)
        return len(self.drafts) - before

    def _parts(self, begin: int, f: Found) -> list[tuple[Found, int]]:
        """Separable parts: verbs before an "including" that closes them, each with the first token of its span."""
        closing = next((g for g in self.found if g.kind == "including" and begin < g.first < f.first), None)
        if closing is None:
            return []
        out: list[tuple[Found, int]] = []
        first = begin
        for v in self.found:
            if v.kind != "verb" or v.first < begin or v.last > closing.first:
                continue
            i = v.last
            while i < closing.first and any(g.kind == "adverb" for g in self.at.get(i, ())):
                i += 1
            if i == closing.first or self._breaks(i):
                out.append((v, first))
                first = self._skip_subject(v.last, closing.first)
        return out

    def _only_links(self, i: int, j: int) -> bool:
        while i < j:
            if self.norms[i] == ",":
                i += 1
                continue
            link = next((g for g in self.at.get(i, ()) if g.kind in ("and", "adverb") and g.last <= j), None)
            if link is None:
                return False
            i = link.last
        return True

    def _noun_before(self, begin: int, verb: int) -> Found | None:
        """The action noun that is the object of a light verb: the last noun before it."""
        i = verb - 1
        steps = 0
        while i >= begin and steps < 3:
            for g in self.at.get(i, ()):
                if g.kind == "noun":
                    return None
                if g.kind == "verb" and "nouns" in g.classes and g.last <= verb:
                    return g
            i -= 1
            steps += 1
        return None
