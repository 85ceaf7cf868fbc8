"""The verbs that one modal governs: which of them begin a commitment, which share an object, which are inside.

This is where the coding manual's rules on spans are (docs/coding.md, section 5, rules 6 to 8): verbs with one object
are one commitment, another verb with its own object is another, purposes belong to what they serve, "including" with
a verb makes a separable part.
"""

from __future__ import annotations

from dataclasses import dataclass

from servanda.packs import Pack
from servanda.reading.lexicon import Found
from servanda.reading.sentence import Draft, Subject, View

_DELIVERABLE = ("sign", "establish", "organise", "train", "provide")
"""Actions whose verbal noun after "including" is a separable part: each can be checked."""
_LISTED = ("exchange", "consult", "study", "train", "coordinate", "other")
"""Actions whose words stand as nouns in lists where verb and noun look alike ("hợp tác, trao đổi, đào tạo")."""
_NEAR = 4
"""Words that may stand between a modal and its verb without a comma."""
_SKIPPED = ("adverb", "to", "negation", "subject")
"""What may stand between a modal and its verb."""
_NESTED = 12
"""Words within which "and" joins a further verb to a nested one rather than to the chain."""
_FAR = 40
"""Words that a phrase between commas may hold there."""


@dataclass(slots=True)
class _Inner:
    """A phrase inside a commitment that has verbs of its own: a purpose, a means, a nested infinitive."""

    kind: str
    at: int
    classes: frozenset[str] | None = None


class Chain:
    """Makes the drafts of one modal."""

    def __init__(
        self,
        view: View,
        pack: Pack,
        *,
        number: int,
        begin: int,
        after: int,
        end: int,
        modality: str,
        patterns: list[str],
        subject: Subject | None,
        lead: bool = False,
        takes_verb: bool = False,
        marked: bool = False,
    ) -> None:
        """``begin``: where the first span begins; ``after``: where verbs may begin; ``end``: of the clause.

        With ``lead`` the first span begins at its own verb: the modal stands elsewhere or is the verb itself. With
        ``takes_verb`` the word after the modal is a verb even where the pack does not know it; ``marked``: the modal
        ends with the infinitive marker.
        """
        self.v = view
        self.number = number
        self.begin = begin
        self.after = after
        self.end = end
        self.modality = modality
        self.patterns = patterns
        self.subject = (subject.first, subject.last) if subject else None
        self.lead = lead
        self.pack = pack
        self.stretch = 2 if pack.per_character else 1
        self.takes_verb = takes_verb
        self.marked = marked
        self.drafts: list[Draft] = []
        self._current: Draft | None = None
        self._classes: frozenset[str] = frozenset()
        self._going: frozenset[str] = frozenset()
        """Form classes of the last verb that began a commitment: "while improving X and exploring Y"."""
        self._inner: _Inner | None = None
        self._parent: Draft | None = None
        self._kids: frozenset[str] | None = None
        self._verb_end = after
        self._nest_end = -1
        self._whole = False
        """Whether the last verb holds its object ("remove barriers"): then the next verb cannot share it."""
        self._negation: int | None = None

    def read(self) -> str:
        """``made`` where there are drafts, ``empty`` where nothing follows the modal, else ``none``."""
        for f in self.v.found:
            if f.first < self.after or f.last > self.end:
                continue
            if f.kind == "negation":
                self._negation = f.first
            elif f.kind in ("purpose", "result", "means", "relative"):
                if self._current is not None:
                    self._inner = _Inner(f.kind, f.last)
            elif f.kind == "including" and self._current is not None:
                self._parent, self._kids, self._inner = self._current.parent or self._current, None, None
                self._including_end = f.last
            elif f.kind == "verb":
                self._verb(f)
        if not self.drafts and self.takes_verb:
            self._unknown()
        if self.drafts:
            return "made"
        words = sum(1 for i in range(self.after, self.end) if self.v.norms[i].isalnum())
        return "empty" if words <= 2 else "none"

    def phrase(self) -> None:
        """Makes one draft of the noun phrase after the modal ("pledged joint action on climate")."""
        self.drafts.append(
            Draft(
                self.begin,
                self.end,
                self.modality,
                "other",
                self.after,
                self.after,
                subject=self.subject,
                patterns=list(self.patterns),
                chain=self.number,
                loose=True,
            )
        )

    # --- one verb -------------------------------------------------------------------------------------------------

    def _verb(self, f: Found) -> None:
        if self._current is None:
            self._head(f)
            if self._current is not None or not self.takes_verb:
                return
            self._unknown()
            if self._current is None:
                return
        back, seen = self.v.back_link(f.first)
        if self._kids is not None and not seen:  # "including by A and by B"
            by = next((g for g in self.v.ending.get(back, ()) if g.kind == "means"), None)
            back, seen = self.v.back_link(by.first) if by is not None else (back, seen)
        linked = bool(seen - {"adverb", "to"})
        if self._deliverable_means(f):
            self._parent, self._kids = self._current.parent or self._current, f.classes
            self._begin(f, back, parent=self._parent)
            return
        if self._parent is not None and self._kids is None and back <= self._including_end <= f.first:
            verbal = f.classes & {"forms", "gerunds"} and not (
                f.pattern.value == "other" or (self.pack.isolating and f.pattern.value == "coordinate")
            )
            if verbal or (f.pattern.value in _DELIVERABLE and "nouns" in f.classes):
                self._kids = f.classes
                self._begin(f, back, parent=self._parent)
                return
        if not linked:
            self._nest(f, back, seen)
            return
        shares = self.pack.comma_shares or "," not in seen
        if back == self._verb_end and shares and not seen & {";", "while"} and not self._whole:
            if self._same(f, seen) or f.classes & {"forms", "gerunds", "nouns"}:
                self._share(f)
            return
        if back == self._nest_end and not seen & {";", "while"} and (self._listable(f) or "," not in seen):
            if self._current.light and self._current.action in ("establish", "study", "other"):
                self._current.action = f.pattern.value or self._current.action
            self._nest_end = f.last
            return
        if self._kids is not None:
            if ";" in seen:
                self._parent = self._kids = None
            elif f.classes & self._kids:
                if "," in seen or not self._inside(f, seen):
                    self._begin(f, back, parent=self._parent)
                return
        if self._turns(f, seen):
            self._parent = self._kids = None
            self.modality, self.patterns = "encouraging", []
            self._classes = f.classes
            self._begin(f, back)
            return
        if not self._same(f, seen):
            return
        if self._asked(f, seen):
            self._begin(f, back)
            self._current.action = "encourage"
            self._inner = _Inner("asked", f.last, f.classes)
            return
        if self._inside(f, seen) or self._noun_list(f, seen):
            return
        self._parent = self._kids = None
        self._begin(f, back)

    def _head(self, f: Found) -> None:
        if not self._reach(f):
            return
        self._classes = (f.classes - {"nouns"}) or f.classes
        start = self.v.span_start(f.first) if self.lead else self.begin
        if self.lead and self._negation is not None:
            start = min(start, self._negation)
        draft = self._draft(f, start)
        draft.passive = "passives" in f.classes and "forms" not in f.classes
        if self._negation is not None:
            draft.action = "refrain"

    def _unknown(self) -> None:
        """A word that the pack does not know but that stands where only a verb can: "will overhaul the courts"."""
        i = self.after
        while i < self.end and (skip := next((g for g in self.v.at.get(i, ()) if g.kind in _SKIPPED), None)):
            i = skip.last
        known = self.v.kinds_at(i) - {"stance", "welcome"}
        if i >= self.end or known or not self.v.norms[i].isalpha() or len(self.v.norms[i]) < 3:
            return
        draft = Draft(
            self.begin,
            self.end,
            self.modality,
            "other",
            i,
            i + 1,
            subject=self.subject,
            patterns=list(self.patterns),
            chain=self.number,
        )
        if self._negation is not None:
            draft.action, draft.first = "refrain", min(draft.first, self._negation)
        self.drafts.append(draft)
        self._current = draft
        self._classes = frozenset({"forms"})
        self._verb_end = i + 1

    def _begin(self, f: Found, back: int, parent: Draft | None = None) -> None:
        start = self.v.span_start(f.first)
        negated = self._negation is not None and self._negation >= back
        if negated and self._negation is not None:
            start = min(start, self._negation)
        draft = self._draft(f, start)
        draft.parent = parent
        if parent is None:
            self._going = f.classes
        if negated:
            draft.action = "refrain"
        self._inner = None

    def _draft(self, f: Found, start: int) -> Draft:
        draft = Draft(
            start,
            self.end,
            self.modality,
            f.pattern.value or "other",
            f.first,
            f.last,
            light=f.pattern.light,
            subject=self.subject,
            patterns=[*self.patterns, f.pattern.id],
            chain=self.number,
        )
        if f.pattern.light:
            self._take_noun(draft, f.last)
        self.drafts.append(draft)
        self._current = draft
        self._verb_end = f.last
        self._whole = not self.pack.isolating and self.v.whole(f)
        return draft

    # --- how a verb stands to what came before ---------------------------------------------------------------------

    def _reach(self, f: Found) -> bool:
        """Whether the first verb is near enough to its modal; commas may enclose a phrase between."""
        words = 0
        i = self.after
        while i < f.first:
            skip = next(
                (g for g in self.v.at.get(i, ()) if g.kind in _SKIPPED and g.last <= f.first),
                None,
            )
            words += skip is None and self.v.norms[i].isalnum()
            i = i + 1 if skip is None else skip.last
        if words == 0 or (words <= _NEAR * self.stretch and not self._strict(f)):
            return True
        enclosed = "," in self.v.norms[self.after : self.after + 2]
        return enclosed and words <= _FAR and not f.classes <= {"nouns"}

    def _strict(self, f: Found) -> bool:
        """Whether the verb must stand right after the modal: "committed to an open, secure internet" has none.

        One word that the pack does not know may stand between (an adverb); short ones are articles.
        """
        if not (self.marked or self.takes_verb) or "nouns" in f.classes or "to" in self.v.back_link(f.first)[1]:
            return False
        between = [i for i in range(self.after, f.first) if self.v.norms[i].isalnum() and not self.v.at.get(i)]
        return len(between) > 1 or any(len(self.v.norms[i]) <= 3 for i in between)

    def _nest(self, f: Found, back: int, seen: set[str]) -> None:
        """A verb without a conjunction is inside: of a purpose or means, or an infinitive of its own."""
        if self._inner is not None and self._inner.classes is None:
            if f.first - self._inner.at <= 4:
                self._inner.classes = f.classes
            return
        hung = bool(self.v.kinds_before(back) & {"preposition"})
        if "to" in seen or hung:
            if f.first > self._verb_end:
                self._inner = _Inner("nested" if hung else "purpose", f.last, f.classes)
        elif self.pack.isolating:
            self._nest_end = f.last
            object_of_light = self._current is not None and self._current.light and f.first == self._current.verb_end
            if "nouns" not in f.classes and not object_of_light:
                self._inner = _Inner("complement", f.last, f.classes)

    def _asked(self, f: Found, seen: set[str]) -> bool:
        """Whether a verb is one more act that others are called on to do: "urge all to abide by it and return"."""
        inner, current = self._inner, self._current
        if inner is None or current is None or current.action != "encourage" or "forms" not in f.classes:
            return False
        if inner.kind not in ("purpose", "asked") or not seen & {",", "and", ";"}:
            return False
        between = [g for g in self.v.found if current.verb_end <= g.first < inner.at and g.first != current.verb]
        return inner.kind == "asked" or not any("nouns" in g.classes or g.kind == "purpose" for g in between)

    def _turns(self, f: Found, seen: set[str]) -> bool:
        """Whether a verb has its own force: "reaffirmed their commitment to peace and call on all parties"."""
        if "finite" not in f.classes or f.pattern.value not in ("encourage", "support") or not seen & {"and", ";"}:
            return False
        return not self._same(f, seen) or (f.pattern.value == "encourage" and self.modality == "encouraging")

    def _deliverable_means(self, f: Found) -> bool:
        """ "by signing new agreements, opening flights ...": means that can be checked are separable parts."""
        inner = self._inner
        return (
            inner is not None
            and inner.kind == "means"
            and inner.classes is None
            and f.first - inner.at <= 1
            and f.classes & {"gerunds"} != set()
            and f.pattern.value in ("sign", "organise")
        )

    def _same(self, f: Found, seen: set[str]) -> bool:
        if f.classes & (self._classes | self._going):
            return True
        if self._classes & {"finite", "future"} and f.classes & {"forms", "finite", "future"}:
            return True  # a list of infinitives after a finite verb, as translations have it
        return bool({"while", ";"} & seen) and bool(f.classes & {"gerunds", "forms"})

    def _inside(self, f: Found, seen: set[str]) -> bool:
        """Whether a linked verb goes on the purpose or means, and not the chain."""
        inner = self._inner
        if inner is None or inner.classes is None or not f.classes & inner.classes or seen & {";", "while"}:
            return False
        if (inner.kind in ("nested", "complement") and f.first - inner.at > _NESTED) or ";" in self.v.norms[
            inner.at : f.first
        ]:
            return False
        if "and" in seen and "to" in seen and not self.pack.to_repeats:
            return False
        if "and" in seen and "," not in seen:
            return True
        return self.pack.purpose_lists and inner.kind not in ("nested", "complement")

    def _noun_list(self, f: Found, seen: set[str]) -> bool:
        """Whether a word that is noun as well as verb goes on a list of nouns under a light verb."""
        current = self._current
        if "nouns" not in f.classes or current is None:
            return False
        if f.classes == {"nouns"}:
            return not current.loose and "nouns" not in self._classes
        if "forms" not in f.classes:
            return False
        if ";" in seen or "adverb" in seen:
            return False
        if self.pack.isolating and self._listable(f):
            inner = self._inner
            if inner is not None and inner.kind == "complement" and f.first - inner.at <= _NESTED:
                inner.at = f.last
                return True
            if self._parent is not None and self._kids is None:
                return True
        if not current.light or (self.pack.isolating and not self._listable(f)):
            return False
        return any(
            g.kind == "noun" or (g.kind == "verb" and "nouns" in g.classes) for g in self.v.at.get(current.verb_end, ())
        )

    def _listable(self, f: Found) -> bool:
        """Whether a word goes on a list of nouns: it can be a noun, and no strong verb ("triển khai", "tổ chức")."""
        return "nouns" in f.classes and (
            f.pattern.value in _LISTED or (f.pattern.value == "strengthen" and not f.pattern.light)
        )

    def _share(self, f: Found) -> None:
        """Folds a further verb of the same object into a draft: "study and establish" takes the further verb."""
        draft = self._current
        assert draft is not None
        draft.merged = True
        draft.patterns.append(f.pattern.id)
        if draft.action in ("study", "other", "coordinate", "encourage") or (draft.light and not f.pattern.light):
            draft.action = f.pattern.value or draft.action
        draft.light = draft.light and f.pattern.light
        if f.pattern.light:
            self._take_noun(draft, f.last)
        draft.verb_end = self._verb_end = f.last
        self._whole = not self.pack.isolating and self.v.whole(f)

    def _take_noun(self, draft: Draft, after: int) -> None:
        """A light verb takes the action of the noun that heads its object."""
        i = after
        steps = 0
        while i < self.end and steps < 6 * self.stretch:
            here = self.v.at.get(i, ())
            if any(g.kind in ("noun", "preposition", "basis", "purpose", "means", "including") for g in here):
                return
            noun = next((g for g in here if g.kind == "verb" and g.classes & {"nouns", "gerunds"}), None)
            noun = noun or next((g for g in here if g.kind == "verb" and i == after), None)
            if noun is not None:
                if noun.pattern.light and noun.pattern.value == "strengthen":
                    i = noun.last
                    continue
                draft.action = noun.pattern.value or draft.action
                draft.patterns.append(noun.pattern.id)
                return
            if self.v.norms[i] in (",", ";", ":", "."):
                return
            i = here[0].last if here else i + 1
            steps += 1
