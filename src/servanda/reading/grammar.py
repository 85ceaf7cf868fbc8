"""The small grammar that finds commitments: a modal word, the verb phrases it governs, their objects.

A sentence is cut into clauses at the heads that its pack names (modal words, stances, verbs of the sides); what a
modal governs is read by ``chain``. What a commitment is *about* is not looked at here. Languages whose modal word
comes last are read by ``grammar_last``.
"""

from __future__ import annotations

import itertools

from servanda.packs import Pack
from servanda.reading.chain import Chain
from servanda.reading.lexicon import Found
from servanda.reading.sentence import Clause, Draft, Parsed, Subject, View

_HUNG = {"preposition", "basis", "means", "purpose", "result", "relative"}
"""What a word stands directly after when it is no head of a clause of the sides."""
_OWN_FORCE = ("encourage", "support")
"""Actions whose verb is a modal word too where no other stands before it."""


class Reader:
    """Reads one sentence of a modal-first language."""

    def __init__(self, view: View, pack: Pack, *, inherited: tuple[str, str] | None = None) -> None:
        """``inherited`` is the modal of a lead-in under which the sentence is an item of a list."""
        self.v = view
        self.pack = pack
        self.inherited = inherited
        self.drafts: list[Draft] = []
        self.clauses: list[Clause] = []
        self.chains = 0
        self._subject: Subject | None = None
        """Of the clause before: a clause without a subject of its own goes on with it."""

    def read(self) -> Parsed:
        """Reads the sentence."""
        heads = self._heads()
        open_modal: tuple[str, str] | None = None
        if self.inherited and not self._speaks_for_itself(heads):
            end = heads[0][0] if heads and heads[0][0] > self.v.first else self.v.last
            modality, pattern = self.inherited
            chain = self._chain(
                self.v.first,
                self.v.first,
                end,
                modality,
                [pattern] if pattern else [],
                None,
                lead=True,
                takes_verb=modality != "declared",
            )
            if chain.read() == "made":
                self._keep(chain, Clause(self.v.first, end, "commitment", pattern))
                heads = [h for h in heads if h[0] >= end]
        for n, (begin, f) in enumerate(heads):
            end = heads[n + 1][0] if n + 1 < len(heads) else self.v.last
            start = begin if self.clauses else self.v.first
            if f.kind == "stance":
                opens = (
                    n == 0
                    and len(heads) > 1
                    and f.first == self.v.words_from(self.v.first)
                    and heads[1][1].kind != "stance"
                )
                # "Recognising that ..., the leaders will": the participle goes with the main clause
                kind = "unknown" if opens and self.v.norms[heads[1][0]] == "," else f.pattern.value or "position"
                self.clauses.append(Clause(start, end, kind, f.pattern.id))
            elif f.kind == "welcome":
                self._welcome(f, start, end)
            elif f.kind == "verb":
                self._finite(f, start, end)
            else:
                open_modal = self._modal(f, start, end)
        self._close()
        return Parsed(tuple(self.clauses), tuple(self.drafts), open_modal)

    def _speaks_for_itself(self, heads: list[tuple[int, Found]]) -> bool:
        """Whether an item of a list has a head of its own at its beginning, with or without its subject."""
        if not heads:
            return False
        f = heads[0][1]
        subject = self.v.subject_before(f.first)
        begin = subject.first if subject is not None else self.v.span_start(f.first)
        return begin <= self.v.words_from(self.v.first) + 1 and f.kind != "verb"

    # --- clause heads ----------------------------------------------------------------------------------------

    def _heads(self) -> list[tuple[int, Found]]:
        """Clause heads in order, each with the token at which its clause begins."""
        out: list[tuple[int, Found]] = []
        for i in sorted(self.v.at):
            f = self._candidate(i)
            if f is None:
                continue
            subject = self.v.subject_before(i)
            begin, seen = self.v.back_link(i)
            linked = bool(seen & {"and", ";", ",", "while", ":"})
            if not self._stands(f, subject, linked, seen, out):
                continue
            if subject is not None:
                begin = self.v.back_link(subject.first)[0]
            if out:
                begin = max(begin, out[-1][1].head)
            out.append((begin if out else self.v.first, f))
        return out

    def _candidate(self, i: int) -> Found | None:
        options = self.v.at[i]
        for kind in ("modal", "welcome", "stance"):
            for f in options:
                if f.kind == kind:
                    return f
        return next((f for f in options if f.kind == "verb" and f.classes & {"finite", "future"}), None)

    def _stands(
        self, f: Found, subject: Subject | None, linked: bool, seen: set[str], out: list[tuple[int, Found]]
    ) -> bool:
        """Whether a candidate is the head of a clause of its own."""
        previous = out[-1][1] if out else None
        hung = bool(self.v.kinds_before(self.v.span_start(f.first)) & _HUNG)
        if f.kind == "verb":
            own = previous is not None and previous.kind in ("stance", "welcome") and f.pattern.value in _OWN_FORCE
            if subject is None and previous is not None and (own or not f.classes & {"forms", "nouns"}):
                # "will exchange data and sign a memorandum" in languages that inflect the second verb
                related = any(previous.last <= g.first < f.first for g in self.v.found if g.kind == "relative")
                links = {"and", ";", ","} if f.classes == {"future"} or self.pack.isolating else {"and", ";"}
                return bool(seen & links) and not hung and not related and previous.pattern.value != "principle"
            if subject is None:
                after = self.v.subject_at(f.last)
                return previous is None and after is not None and after.binds and f.first - self.v.first <= 12
            if not subject.binds:
                return False
            if self.v.kinds_before(subject.first) & {"relative", "while"}:
                return False  # "as our countries strengthen their ties, we will"
            at_start = self.v.words_from(self.v.first) >= subject.first
            hung_subject = subject.value == "name" and self.v.hangs(subject.first, self.v.first)
            _, before = self.v.back_link(subject.first)
            return not hung_subject and (previous is None or at_start or bool(before - {"adverb", "to"}))
        if f.kind == "modal":
            if f.pattern.takes == "gerund" and not self.v.gerund_follows(f.last):
                return False
            if previous is None:
                return True
            if hung:
                return False
            if subject is None and f.head < f.tail:
                subject = self.v.subject_of(f, f.head)
            if subject is None and not linked:
                return self.v.subject_at(f.last) is not None
            if previous.kind == "stance" and not linked:
                # inside what the stance says ("recognised that the agreement will help"): only a side binds itself
                return subject is not None and subject.binds
            return True
        if f.pattern.value == "principle":
            return previous is None
        if previous is not None and previous.pattern.takes == "verb" and self.v.span_start(f.first) <= previous.last:
            return False  # "will consider the request as soon as possible": the verb of a modal is no stance
        if previous is None:
            return not (hung and subject is None)
        if previous.kind == "stance":
            return subject is not None or linked
        return subject is not None or (not hung and bool(seen & {"and", ";", "while", ","}))

    # --- kinds of clauses ------------------------------------------------------------------------------------

    def _chain(
        self,
        begin: int,
        after: int,
        end: int,
        modality: str,
        patterns: list[str],
        subject: Subject | None,
        *,
        lead: bool = False,
        takes_verb: bool = False,
        marked: bool = False,
    ) -> Chain:
        self.chains += 1
        return Chain(
            self.v,
            self.pack,
            number=self.chains,
            begin=begin,
            after=after,
            end=end,
            modality=modality,
            patterns=patterns,
            subject=subject,
            lead=lead,
            takes_verb=takes_verb,
            marked=marked,
        )

    def _keep(self, chain: Chain, clause: Clause) -> None:
        self.drafts.extend(chain.drafts)
        self.clauses.append(clause)

    def _modal(self, f: Found, start: int, end: int) -> tuple[str, str] | None:
        subject = self.v.subject_of(f, start)
        modality = f.pattern.value or "firm"
        self._subject = subject or self._subject
        binds = subject is None or subject.binds
        to = self.v.marked(f.last)
        chain = self._chain(
            f.first,
            f.last,
            end,
            modality,
            [f.pattern.id],
            subject if binds else None,
            takes_verb=f.pattern.takes == "verb",
            marked=to,
        )
        state = chain.read()
        if not binds and not (chain.drafts and chain.drafts[0].passive):
            self.clauses.append(Clause(start, end, "position", f.pattern.id))
            return None
        if state == "none" and modality in ("firm", "agreed", "declared") and f.pattern.takes == "any" and not to:
            chain.phrase()
            state = "made"
        if state != "made":
            self.clauses.append(Clause(start, end, "unknown", f.pattern.id))
            return (modality, f.pattern.id) if state == "empty" else None
        words = self.v.words_from(start)
        weak = modality == "firm" or f.pattern.takes == "gerund"
        if (subject is None or not binds) and weak and f.first > words:
            # "These initiatives will create jobs" binds no side; "Barriers will be removed" does
            if not chain.drafts[0].passive:
                self.clauses.append(Clause(start, end, "position", f.pattern.id))
                return None
            chain.drafts[0].first = words
        elif subject is not None and subject.value == "name" and chain.drafts[0].passive:
            chain.drafts[0].first, chain.drafts[0].subject = subject.first, None  # "A committee will be set up"
        if self._about_statement(chain.drafts[0]):
            self.clauses.append(Clause(start, end, "narrative", f.pattern.id))
            return None
        self._keep(chain, Clause(start, end, "commitment", f.pattern.id))
        return (modality, f.pattern.id)

    def _about_statement(self, draft: Draft) -> bool:
        """Whether the act is to sign or adopt the statement itself: an account of what was done."""
        return draft.action in ("sign", "other", "establish") and any(
            draft.verb_end <= at <= draft.verb_end + 2 for at in self.v.types
        )

    def _welcome(self, f: Found, start: int, end: int) -> None:
        stop = next(
            (g.first for g in self.v.found if g.kind in ("relative", "result") and f.last <= g.first < end), end
        )
        if not self.v.future(start, stop):
            self.clauses.append(Clause(start, end, "position", f.pattern.id))
            return
        self.chains += 1
        action = f.pattern.value or "support"
        patterns = [f.pattern.id]
        act = next(
            (
                s
                for s in self.v.found
                if s.kind == "verb" and "nouns" in s.classes and f.last <= s.first < min(end, f.last + 4)
            ),
            None,
        )
        if act is not None and act.pattern.value in ("sign", "establish", "organise", "exchange", "implement"):
            action = act.pattern.value
            patterns.append(act.pattern.id)
        subject = self.v.subject_of(f, start)
        self.drafts.append(
            Draft(
                f.first,
                end,
                "encouraging",
                action,
                f.first,
                f.last,
                patterns=patterns,
                chain=self.chains,
                subject=(subject.first, subject.last) if subject else None,
            )
        )
        self.clauses.append(Clause(start, end, "commitment", f.pattern.id))

    def _finite(self, f: Found, start: int, end: int) -> None:
        """A verb whose subject is a side and that no modal governs: declared, or encouraging by its own sense."""
        subject = self.v.subject_before(f.first) or self._subject or self.v.subject_of(f, start)
        if "future" in f.classes:
            modality = "firm"
        else:
            modality = "encouraging" if f.pattern.value in _OWN_FORCE else "declared"
        chain = self._chain(f.first, f.first, end, modality, [], subject, lead=True)
        self._subject = subject
        if chain.read() == "made" and not self._about_statement(chain.drafts[0]):
            self._keep(chain, Clause(start, end, "commitment", f.pattern.id))
        else:
            self.clauses.append(Clause(start, end, "unknown", f.pattern.id))

    # --- ends ------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        """Ends each span before the next one, and a parent's at the end of its children."""
        mains = [d for d in self.drafts if d.parent is None]
        for d, following in itertools.pairwise(mains):
            if following.first < d.last:
                d.last = self.v.back_link(following.first)[0]
        for d in mains:
            kids = [k for k in self.drafts if k.parent is d]
            for n, k in enumerate(kids):
                last = self.v.back_link(kids[n + 1].first)[0] if n + 1 < len(kids) else d.last
                k.last = min(k.last, last)
        self.drafts = [d for d in self.drafts if d.first < d.last]
        for d in self.drafts:
            d.last = self.v.trim(d.first, d.last)
