"""A statement as a draft plan of action: what would have to be done, by whom, by when, followed where.

    from servanda.planning import plan

    draft = plan([servanda.read("statement.html")], language="en")
    draft.actions[0].title

Everything in it is a proposal with its reason, for people to decide. What the statement does not say is not invented:
no date without a date in the text, no body without a list or a name in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from servanda.errors import UsageError
from servanda.planning.bodies import Sides, body_list, proposed, say_area, source_in
from servanda.planning.due import due
from servanda.planning.joining import Joined, joined
from servanda.planning.mechanisms import Followers
from servanda.planning.titles import title
from servanda.planning.words import Words, languages
from servanda.records import (
    STRENGTHS,
    ActionKind,
    Basis,
    Commitment,
    Due,
    Milestone,
    Plan,
    PlannedAction,
    ProposedBody,
    Statement,
)
from servanda.version import __version__

if TYPE_CHECKING:
    from servanda.versions import Encoder

__all__ = ["due", "languages", "plan", "source_in"]

_RANK = {"original": 0, "translation": 1, "unknown": 2, "summary": 3}
_STANDING = frozenset({"refrain", "resolve"})
_EVEN = 0.5


def plan(statements: Sequence[Statement], *, language: str = "en", encoder: Encoder | None = None) -> Plan:
    """A draft plan of action for one statement, given in one or several versions.

    ``language`` is that of the plan's own words; titles stay in the language of the statement. Of several versions
    the actions are made from an original, if possible in the plan's language; ``encoder`` finds what answers to
    them in the others and is needed then.

    Raises UsageError for a language without words, for no statement, or for several without an encoder; NotVersions
    where they are not versions of one statement: every partner has a plan of its own.
    """
    say = Words(language)
    if not statements:
        raise UsageError("A plan needs a statement, but none was given. Give one.")
    if len(statements) > 1 and encoder is None:
        raise UsageError("Several versions of a statement can be put together only with an encoder. Give one.")
    order = sorted(statements, key=lambda s: (_RANK[s.expression.kind], s.expression.language != language))
    answers, notes = _answers(order, encoder, say) if encoder is not None and len(order) > 1 else ({}, [])
    base = order[0]
    groups, of = _groups(base, say)
    drafts = sorted(joined(base), key=lambda j: of[j.own.id])
    numbers = [0] * len(groups)
    maker = _Maker(base, say, answers)
    actions: list[PlannedAction] = []
    for n, rows in enumerate(drafts, 1):
        group = of[rows.own.id]
        numbers[group] += 1
        actions.append(maker.action(rows, f"a{n}", group, f"{group + 1}.{numbers[group]}"))
    names = tuple(say.country(code) for code in base.parties)
    lists = tuple(x for code in base.parties if (x := body_list(code, language)) is not None)
    listed = {x.side for x in lists}
    return Plan(
        language=language,
        title=say("plan.title", parties=" – ".join(names)) if names else say("plan.title_without"),
        draft=say("plan.draft", version=__version__),
        parties=base.parties,
        names=names,
        adopted=base.adopted,
        statements=tuple(order),
        groups=groups,
        actions=tuple(actions),
        lists=lists,
        notes=(
            *([] if len(names) > 1 else [say("plan.no_parties")]),
            *(say("why.no_list", state=say.country(code)) for code in base.parties if code not in listed),
            *([] if actions else [say("plan.no_actions")]),
            *notes,
            *base.notes,
        ),
    )


def _groups(statement: Statement, say: Words) -> tuple[tuple[str, ...], dict[str, int]]:
    """Titles of the groups, and the group of each commitment: its section, or its main area where there is none.

    Groups by section come in the order of the text, groups by area in the order of the vocabulary before them.
    """
    from servanda import packs

    sections = {s.id: s.title for s in statement.sections}
    keys = {c.id: c.section if c.section in sections else c.areas[0] for c in statement.commitments}
    used = set(keys.values())
    order = [*(a for a in packs.area_slugs() if a in used), *(s for s in sections if s in used)]
    titles = tuple(sections[key] if key in sections else say_area(key, say) for key in order)
    return titles, {commitment: order.index(str(key)) for commitment, key in keys.items()}


def _answers(statements: Sequence[Statement], encoder: Encoder, say: Words) -> tuple[dict[str, list[Basis]], list[str]]:
    """What answers to each commitment of the first version in the others, and what answers to none."""
    from servanda.versions import align_statements, remembering, require_same_work
    from servanda.versions.discrepancies import same_commitments

    known = remembering(encoder)
    out: dict[str, list[Basis]] = {}
    notes: list[str] = []
    for n, other in enumerate(statements[1:], 1):
        require_same_work(statements[0], other, known)
        pairs = same_commitments(align_statements(statements[0], other, known))
        for mine, theirs in pairs:
            out.setdefault(mine, []).append(Basis(n, theirs, "version"))
        paired = {theirs for _, theirs in pairs}
        if left := [c.id for c in other.commitments if c.id not in paired]:
            notes.append(say("plan.unpaired", name=other.source.name, ids=", ".join(left)))
    return out, notes


class _Maker:
    """Makes the actions of one statement."""

    def __init__(self, statement: Statement, say: Words, answers: dict[str, list[Basis]]) -> None:
        self._statement, self._say, self._answers = statement, say, answers
        self._followers = Followers(statement, say)

    def action(self, rows: Joined, action_id: str, group: int, number: str) -> PlannedAction:
        """One action with all that is proposed for it."""
        say, own = self._say, rows.own
        all_of = (own, *rows.repeats, *rows.parts)
        saying = (own, *rows.repeats)
        kind = _kind(own)
        bodies, reasons = self._bodies(all_of)
        when = next((self._due(c) for c in saying if c.deadline), None)
        mechanism, followed = self._followers.of(all_of)
        deliverable = "study" if kind == "study" else own.action
        return PlannedAction(
            id=action_id,
            number=number,
            group=group,
            title=title(self._statement, own),
            kind=kind,
            action=own.action,
            strength=min((c.strength for c in saying), key=STRENGTHS.index),
            area=own.areas[0],
            area_title=say_area(own.areas[0], say),
            basis=self._basis(rows),
            bodies=bodies,
            deliverable=say(f"deliverable.{deliverable}"),
            due=when,
            mechanism=mechanism,
            milestones=tuple(
                Milestone(title(self._statement, c), Basis(0, c.id, "part"), self._due(c)) for c in rows.parts
            ),
            reasons=(
                ("action", self._why_joined(rows)),
                ("kind", say(f"why.kind_{kind}")),
                ("deliverable", say(f"why.deliverable_{'study' if kind == 'study' else 'action'}")),
                ("due", _why_due(when, say)),
                ("mechanism", followed),
                *reasons,
            ),
            unsure=own.confidence < _EVEN,
        )

    def _basis(self, rows: Joined) -> tuple[Basis, ...]:
        here = [
            Basis(0, rows.own.id, "itself"),
            *(Basis(0, c.id, "repeats") for c in rows.repeats),
            *(Basis(0, c.id, "part") for c in rows.parts),
        ]
        return (*here, *dict.fromkeys(b for row in here for b in self._answers.get(row.commitment, ())))

    def _bodies(self, rows: Sequence[Commitment]) -> tuple[tuple[ProposedBody, ...], list[tuple[str, str]]]:
        """The bodies of all sides, and why a side has none."""
        sides = Sides(
            tuple(dict.fromkeys(a for c in rows for a in c.actors)),
            tuple(dict.fromkeys(a for c in rows for a in c.areas)),
        )
        parties = self._statement.parties
        acting = ", ".join(self._say.country(code) for code in parties if sides.acts(code))
        out: list[ProposedBody] = []
        reasons: list[tuple[str, str]] = []
        for side in parties:
            found, why = proposed(side, sides, actor_names=acting, say=self._say)
            out += found
            if why is not None:
                reasons.append((f"bodies:{side}", why))
        return tuple(out), reasons

    def _due(self, c: Commitment) -> Due | None:
        return due(c.deadline, adopted=self._statement.adopted, say=self._say) if c.deadline else None

    def _why_joined(self, rows: Joined) -> str:
        say, own = self._say, rows.own.id
        parts, repeats = (", ".join(c.id for c in some) for some in (rows.parts, rows.repeats))
        if parts and repeats:
            return say("why.joined_both", own=own, parts=parts, repeats=repeats)
        if parts:
            return say("why.joined_parts", own=own, parts=parts)
        return say("why.joined_repeats", own=own, repeats=repeats) if repeats else say("why.alone", own=own)


def _kind(c: Commitment) -> ActionKind:
    if c.strength == "exploratory":
        return "study"
    return "standing" if c.action in _STANDING else "task"


def _why_due(when: Due | None, say: Words) -> str:
    if when is None:
        return say("why.due_none")
    if when.last is not None:
        return say("why.due_date", words=when.text, day=say.day(date.fromisoformat(when.last)))
    return say("why.due_rhythm" if when.every else "why.due_words", words=when.text)
