"""What the review screen shows: a card for each proposal and addition, and the text with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from servanda_register.actions.outcomes import Outcome, proposed
from servanda_register.models import (
    Act,
    AgreementStatus,
    Area,
    Commitment,
    Decision,
    Modality,
    Party,
    Proposal,
    Segment,
    Strength,
    in_language,
)
from servanda_register.pages.marking import Mark, laid_out
from servanda_register.queries.review import Desk, Matter
from servanda_register.queries.sentences import by_when, names_of_mechanism

STATES = {"accept": "accepted", "add": "added", "reject": "rejected"}
"""Verdict -> state; all other verdicts make it ``changed``, none ``undecided``."""
SIGNS = {"undecided": "?", "accepted": "✓", "changed": "✎", "rejected": "✗", "added": "+"}
"""Shapes that tell the states apart without their colours."""
TAGS = {"undecided": "reopen", "accepted": "accept", "changed": "change", "rejected": "reject", "added": "add"}
"""State -> the value by which ``{% tag %}`` colours it."""
LIKELY = 0.9
UNSURE = 0.7


@dataclass(frozen=True)
class View:
    """One reviewer's decision, as the person who settles sees it."""

    side: str
    label: str
    verdict: str
    outcomes: list[Described]
    reasons: list[str]
    offered: bool
    """Whether it can be taken as it is."""


@dataclass(frozen=True)
class Described:
    """A commitment in words."""

    quote: str
    strength: str
    strength_label: str
    rows: tuple[tuple[str, str], ...]
    """Label and value of each field that holds something."""


@dataclass
class Card:
    """A proposal, or an addition, with what was decided about it."""

    anchor: str
    number: str
    state: str
    state_label: str
    shown: list[Described]
    """As decided; as proposed where undecided or rejected."""
    original: Described | None = None
    """As proposed, where that differs from what is shown."""
    ident: str = ""
    replaces: int | None = None
    """Key of the decision that a further decision about an addition replaces."""
    confidence: str = ""
    because: list[tuple[str, str, str]] = field(default_factory=list)
    """Field, value, and the words of the text that led to it."""
    decision: Decision | None = None
    note: str = ""
    commitments: Sequence[Commitment] = ()
    following: str = ""
    """``ident`` of the next proposal, with which it can be merged."""
    views: list[View] = field(default_factory=list)
    """Where two views are to be settled."""

    @property
    def tag(self) -> str:
        """Gives the colour of the state."""
        return TAGS[self.state]

    @property
    def sign(self) -> str:
        """Gives the shape of the state."""
        return SIGNS[self.state]


@dataclass(frozen=True)
class ReviewMark(Mark):
    """A commitment in the text, with its state."""

    anchor: str = ""
    state: str = ""
    sign: str = ""


@dataclass(frozen=True)
class ReviewLine:
    """A line of the text and where it begins."""

    start: int
    line: Any


@dataclass(frozen=True)
class ReviewStretch:
    """Lines that follow each other."""

    noise: bool
    lines: list[ReviewLine]

    @property
    def marked(self) -> bool:
        """Whether a commitment stands in it."""
        return any(piece.marks for row in self.lines for piece in row.line.pieces)


class Describer:
    """Says outcomes in the reader's words; labels are looked up once."""

    def __init__(self, areas: Iterable[Area], parties: Iterable[Party]) -> None:
        self.areas = {a.slug: a.name for a in areas}
        self.parties = {p.pk: p.name for p in parties}
        self.strengths, self.modalities, self.acts = (
            {str(value): str(label) for value, label in choices.choices} for choices in (Strength, Modality, Act)
        )
        self.statuses = {str(value): str(label) for value, label in AgreementStatus.choices}
        self.labels = {
            "action": _("Action"), "modality": _("Modality"), "actors": _("Who is to act"), "areas": _("Areas"),
            "mechanisms": _("Mechanisms"), "instruments": _("Agreements"), "forums": _("Forums"),
            "deadline": _("Deadline"), "parent": _("Part of"), "strength": _("Strength"),
        }  # fmt: skip
        self.both = _("Both sides")

    def __call__(self, outcome: Outcome) -> Described:
        values = {
            "action": self.value("action", outcome["action"]),
            "modality": self.value("modality", outcome["modality"]),
            "actors": ", ".join(map(self.actor, outcome["actors"])),
            "areas": ", ".join(self.value("areas", a) for a in outcome["areas"]),
            "mechanisms": "; ".join(in_language(names_of_mechanism(name))[0] for name in outcome["mechanisms"]),
            "instruments": "; ".join(map(self._agreement, outcome["instruments"])),
            "forums": ", ".join(outcome["forums"]),
            "deadline": by_when(outcome["deadline"] or ""),
            "parent": (outcome["parent"] or "").removeprefix("c"),
        }
        rows = tuple((self.labels[name], value) for name, value in values.items() if value)
        return Described(outcome["quote"], outcome["strength"], self.value("strength", outcome["strength"]), rows)

    def value(self, name: str, value: str) -> str:
        """The label of a value of a field."""
        tables: Mapping[str, Mapping[str, str]] = {
            "strength": self.strengths, "modality": self.modalities, "action": self.acts, "areas": self.areas
        }  # fmt: skip
        return tables.get(name, {}).get(value, value)

    def actor(self, actor: str) -> str:
        """Both sides, a party, or a body with its party."""
        party, colon, body = actor.partition(":")
        name = self.both if party == "both" else self.parties.get(party, party)
        return f"{body} ({name})" if colon else name

    def because(self, proposal: Proposal) -> list[tuple[str, str, str]]:
        """Which words led to which field."""
        return [
            (self.labels.get(r["field"], r["field"]), self.value(r["field"], r["value"]), r["words"])
            for r in proposal.reasons
        ]  # fmt: skip

    def _agreement(self, said: Mapping[str, Any]) -> str:
        year = f" ({said['year']})" if said.get("year") else ""
        return f"{said['title']}{year}, {self.statuses.get(said['status'], said['status']).lower()}"


def state_labels() -> dict[str, str]:
    """State -> its word."""
    return {
        "undecided": _("Undecided"), "accepted": _("Accepted"), "changed": _("Changed"), "rejected": _("Rejected"),
        "added": _("Added"),
    }  # fmt: skip


def cards_of(desk: Desk, describe: Describer, commitments: Mapping[int, Sequence[Commitment]]) -> list[Card]:
    """All cards in the order of the text."""
    labels = state_labels()
    rows: list[tuple[int, int, Card]] = []
    following = {p.ident: q.ident for p, q in zip(desk.proposals, desk.proposals[1:], strict=False)}
    for p in desk.proposals:
        decision = desk.decided.get(p.pk)
        card = _card(p.ident, p.ident.removeprefix("c"), decision, describe, labels)
        card.ident, card.following = p.ident, following.get(p.ident, "")
        card.confidence, card.because = in_words(p.confidence), describe.because(p)
        if decision is None or card.state in {"accepted", "rejected"}:
            card.shown = [describe(proposed(p))]
        else:
            card.original = describe(proposed(p))
            _note(card, decision, p)
        card.commitments = commitments.get(decision.pk, ()) if decision else ()
        rows.append((p.start, -p.end, card))
    for n, decision in enumerate(desk.added, start=1):
        card = _card(f"d{decision.pk}", f"+{n}", decision, describe, labels)
        card.replaces, card.commitments = decision.pk, commitments.get(decision.pk, ())
        rows.append((decision.outcomes[0]["start"], -decision.outcomes[0]["end"], card))
    for decision in desk.left_out:
        card = _card(f"d{decision.pk}", "–", decision, describe, labels)
        card.replaces = decision.pk
        before = decision.replaces
        while before is not None and not before.outcomes:
            before = before.replaces
        if before is not None:
            card.shown = [describe(o) for o in before.outcomes]
            rows.append((before.outcomes[0]["start"], 0, card))
    by_anchor = {card.anchor: card for _start, _end, card in rows}
    for matter in desk.matters:
        if matter.alike or desk.is_settled(matter):
            continue
        if not matter.proposals:
            outcome = (*matter.a, *matter.b)[0].outcomes[0]
            card = Card(matter.anchor, "+", "undecided", labels["undecided"], [])
            rows.append((outcome["start"], -outcome["end"], card))
        else:
            card = by_anchor[matter.anchor]
        card.views = _views(matter, describe)
    return [card for _start, _end, card in sorted(rows, key=lambda row: row[:2])]


def _card(
    anchor: str, number: str, decision: Decision | None, describe: Describer, labels: Mapping[str, str]
) -> Card:  # fmt: skip
    state = STATES.get(decision.verdict, "changed") if decision else "undecided"
    shown = [describe(o) for o in decision.outcomes] if decision else []
    return Card(anchor, number, state, labels[state], shown, decision=decision)


def _note(card: Card, decision: Decision, proposal: Proposal) -> None:
    """Says of what was merged or split with what it belongs together."""
    others = [p.ident.removeprefix("c") for p in decision.proposals.all() if p.pk != proposal.pk]
    if decision.verdict == "merge":
        card.note = _("Merged with %(numbers)s into one.") % {"numbers": ", ".join(others)}
    elif decision.verdict == "split":
        card.note = _("Split into %(count)d.") % {"count": len(decision.outcomes)}


def _views(matter: Matter, describe: Describer) -> list[View]:
    out = []
    for side, label, decisions in (("a", _("First reviewer"), matter.a), ("b", _("Second reviewer"), matter.b)):
        told = {p.pk for d in decisions for p in d.proposals.all()}
        complete = told == {p.pk for p in matter.proposals} if matter.proposals else True
        verdict = ", ".join(dict.fromkeys(str(d.get_verdict_display()) for d in decisions))
        missing = _("Undecided") if matter.proposals else _("Not seen as a commitment")
        out.append(
            View(
                side, label, verdict or missing, [describe(o) for d in decisions for o in d.outcomes],
                [d.reason for d in decisions if d.reason], complete,
            )
        )  # fmt: skip
    return out


def in_words(confidence: float) -> str:
    """How sure the machine is."""
    percent = f"{round(confidence * 100)}%"
    if confidence >= LIKELY:
        return _("Very likely a commitment (%(percent)s)") % {"percent": percent}
    if confidence >= UNSURE:
        return _("Likely a commitment (%(percent)s)") % {"percent": percent}
    return _("Uncertain (%(percent)s): look closely") % {"percent": percent}


def text_of(desk: Desk, segments: Sequence[Segment], cards: Sequence[Card]) -> list[ReviewStretch]:
    """The text with a mark for each place at which a commitment is proposed, decided or added."""
    by_anchor = {card.anchor: card for card in cards}
    marks: dict[tuple[int, int, str], ReviewMark] = {}
    decided = {d.pk: d for d in desk.decided.values()}
    for decision in (*decided.values(), *desk.added):
        first = next(iter(decision.proposals.all()), None)
        for o in decision.outcomes:
            _add(marks, by_anchor[first.ident if first else f"d{decision.pk}"], o["start"], o["end"], o["strength"])
    for p in desk.proposals:
        if p.pk not in desk.decided or not desk.decided[p.pk].outcomes:
            _add(marks, by_anchor[p.ident], p.start, p.end, p.strength)
    for matter in desk.matters:
        card = by_anchor.get(matter.anchor)
        if card is not None and not matter.proposals and card.views:
            for d in (*matter.a, *matter.b):
                o = d.outcomes[0]
                _add(marks, card, o["start"], o["end"], o["strength"])
    text, at, out = desk.expression.text, 0, []
    for stretch in laid_out(text, segments, marks.values()):
        rows = []
        for line in stretch.lines:
            # lines follow each other with nothing but white space between them
            words = "".join(piece.text for piece in line.pieces)
            at = text.index(words, at)
            rows.append(ReviewLine(at, line))
            at += len(words)
        out.append(ReviewStretch(stretch.noise, rows))
    return out


def _add(marks: dict[tuple[int, int, str], ReviewMark], card: Card, start: int, end: int, strength: str) -> None:
    title = _("Commitment %(number)s, %(state)s") % {"number": card.number, "state": card.state_label.lower()}
    marks[start, end, card.anchor] = ReviewMark(
        start, end, card.number, title, strength, f"#{card.anchor}", anchor=card.anchor, state=card.state,
        sign=card.sign,
    )  # fmt: skip
