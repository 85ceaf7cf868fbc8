"""Commitments and roadmaps as the records of the engine, which proposes actions from the ones and writes the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _

from servanda import records as r
from servanda.formats.plan import plan_words
from servanda.planning import source_in
from servanda_register.models import (
    Action,
    Area,
    Body,
    Commitment,
    Instrument,
    Milestone,
    Party,
    Plan,
    PlanState,
    ProgressState,
    in_language,
)

LANGUAGES = ("en", "vi", "ru")
"""Languages in which a roadmap can be written."""
NO_AREA = "general"
STANDING = frozenset({"refrain", "resolve"})
"""Acts that are kept to rather than finished."""
STATES: dict[str, r.ActionState] = {
    ProgressState.NOT_DUE: "open", ProgressState.NOT_STARTED: "open", ProgressState.UNDER_WAY: "going",
    ProgressState.STALLED: "stalled", ProgressState.DELIVERED: "done", ProgressState.SUPERSEDED: "dropped",
    ProgressState.CANNOT_CHECK: "unchecked",
}  # fmt: skip
"""State of an action -> that of a workbook."""


def areas_of(commitment: Commitment) -> list[str]:
    """Slugs, the main one first; never empty."""
    return [row.area_id for row in commitment.ranked_areas.all()] or [NO_AREA]


def statement_of(instrument: Instrument, commitments: Iterable[Commitment], language: str) -> r.Statement:
    """The commitments of a statement as if it were a text of nothing else, a line each.

    For what people confirmed there may be no text at all, or one that says it in other words than the register.
    ``commitments`` are said in ``language``, and come with their areas and mechanisms.
    """
    text, rows = "", []
    numbers = {c.pk: str(c.number) for c in commitments}
    for c in commitments:
        words = " ".join((in_language(c.texts, language)[0] or c.quote).split())
        rows.append(
            r.Commitment(
                id=str(c.number), start=len(text), end=len(text) + len(words), quote=words,
                modality=cast(r.Modality, c.modality), strength=cast(r.Strength, c.strength), action=c.action,
                actors=tuple(c.actors), areas=tuple(areas_of(c)), deadline=c.deadline or None,
                mechanisms=tuple(m.names.get("en") or m.name for m in c.mechanisms.all()),
                parent=numbers.get(c.parent_id or 0), confidence=1.0,
            )
        )  # fmt: skip
        text += f"{words}\n"
    return r.Statement(
        source=r.Source(name=instrument.name, media_type="text/plain", text=text, sha256=""),
        title=instrument.name, type=instrument.type or None, parties=(), relationship=None,
        adopted=instrument.adopted.isoformat() if instrument.adopted else None, place=instrument.place or None,
        original_languages=tuple(instrument.originals), equally_authentic=None,
        expression=r.Expression(language or None, "original", ""), sections=(), segments=(), commitments=tuple(rows),
        mechanisms=tuple(dict.fromkeys(m for c in rows for m in c.mechanisms)), instruments=(), forums=(),
    )  # fmt: skip


def record_of(
    plan: Plan, actions: Sequence[Action], areas: dict[str, Area], language: str, *, adopted: date | None = None
) -> r.Plan:
    """A roadmap as the engine's formats write it, in a language of :data:`LANGUAGES`.

    ``adopted`` is the day on which the last party adopted it.
    ``actions`` come with their commitments (and the mechanisms of these), bodies, mechanism and milestones, only those
    that the reader may see.
    """
    with translation.override(language):
        return _Writer(plan, actions, areas, language).record(adopted)


class _Writer:
    """Writes one roadmap in one language."""

    def __init__(self, plan: Plan, actions: Sequence[Action], areas: dict[str, Area], language: str) -> None:
        self.plan, self.actions, self.areas, self.language = plan, actions, areas, language
        found: dict[int, dict[int, Commitment]] = {}
        self.instruments: dict[int, Instrument] = {}
        for action in actions:
            for c in action.commitments.all():
                self.instruments[c.instrument_id] = c.instrument
                found.setdefault(c.instrument_id, {})[c.number] = c
        self.statements = {
            pk: statement_of(self.instruments[pk], [rows[n] for n in sorted(rows)], language)
            for pk, rows in sorted(found.items())
        }
        self.index = {pk: n for n, pk in enumerate(self.statements)}
        used = {self.area_of(action) for action in actions}
        self.groups = [slug for slug in self.areas if slug in used]

    def record(self, adopted: date | None) -> r.Plan:
        plan = self.plan
        parties: list[Party] = list(plan.partnership.parties.all())
        return r.Plan(
            language=self.language,
            title=self.said(plan.names),
            draft=self.standing(),
            parties=tuple(p.pk for p in parties),
            names=tuple(self.said(p.names) for p in parties),
            adopted=adopted.isoformat() if adopted else None,
            statements=tuple(self.statements.values()),
            groups=tuple(self.area_name(slug) for slug in self.groups),
            actions=tuple(self.action(a) for a in self.actions),
            lists=tuple(x for x in map(self.body_list, parties) if x is not None),
            notes=(),
        )

    def standing(self) -> str:
        """One sentence that says how far the roadmap has come."""
        version = self.plan.version
        said = {
            PlanState.DRAFT: _("Draft, version %(version)s. Nothing in it is decided yet."),
            PlanState.CIRCULATED: _(
                "Draft, version %(version)s, sent round for comment. Nothing in it is decided yet."
            ),
            PlanState.ADOPTED: _("Version %(version)s, adopted by all parties."),
            PlanState.SUPERSEDED: _("Version %(version)s, no longer in force: it has been amended."),
            PlanState.WITHDRAWN: _("Version %(version)s, withdrawn."),
        }
        return said[PlanState(self.plan.state)] % {"version": version}

    def said(self, names: dict[str, str]) -> str:
        return in_language(names, self.language)[0]

    def area_of(self, action: Action) -> str:
        """The main area of the first commitment."""
        first = next(iter(action.commitments.all()), None)
        return areas_of(first)[0] if first else NO_AREA

    def area_name(self, slug: str) -> str:
        return self.said(self.areas[slug].names)

    def action(self, action: Action) -> r.PlannedAction:
        commitments = list(action.commitments.all())
        slug = self.area_of(action)
        strengths = [c.strength for c in commitments]
        strongest: r.Strength = next((s for s in r.STRENGTHS if s in strengths), "agreed")
        study = bool(commitments) and all(c.strength == "exploratory" for c in commitments)
        standing = bool(commitments) and all(c.action in STANDING for c in commitments)
        decided = self.decided()
        mechanism = action.mechanism
        return r.PlannedAction(
            id=f"a{action.number}",
            number=str(action.number),
            group=self.groups.index(slug),
            title=self.said(action.names),
            kind="study" if study else "standing" if standing else "task",
            action=commitments[0].action if commitments else "other",
            strength=strongest,
            area=slug,
            area_title=self.area_name(slug),
            basis=tuple(r.Basis(self.index[c.instrument_id], str(c.number), "itself") for c in commitments),
            bodies=tuple(
                self.body(body, role, commitments)
                for party in self.plan.partnership.parties.all()
                for role, rows in (("lead", action.leads.all()), ("support", action.supports.all()))
                for body in rows
                if body.party_id == party.pk
            ),
            deliverable=self.said(action.deliverable),
            due=self.due(action),
            mechanism=self.said(mechanism.names) if mechanism else None,
            milestones=tuple(self.milestone(m, action) for m in action.milestones.all()),
            reasons=(
                ("action", _("It rests on these commitments: %s.") % ", ".join(str(c.number) for c in commitments)
                 if commitments else _("It rests on no commitment of a statement.")),
                *((about, decided) for about in ("kind", "deliverable", "due", "mechanism")),
            ),
            state=STATES[ProgressState(action.state)],
        )  # fmt: skip

    def decided(self) -> str:
        if self.plan.state in (PlanState.ADOPTED, PlanState.SUPERSEDED):
            return _("The parties have adopted it so.")
        return _("The office that drew up the roadmap proposes it so.")

    def body(self, body: Body, role: str, commitments: Sequence[Commitment]) -> r.ProposedBody:
        own = {area.pk for area in body.areas.all()}
        shared = next((slug for c in commitments for slug in areas_of(c) if slug in own), None)
        if shared:
            why = _("It is responsible for the area “%s”.") % self.area_name(shared)
        else:
            why = _("The office that drew up the roadmap chose it.")
        return r.ProposedBody(
            side=body.party_id, role=cast(r.BodyRole, role), name=self.said(body.names),
            english=body.names.get("en") or body.name, source=body.source or None,
            as_of=body.source_date.isoformat() if body.source_date else None, reason=why,
        )  # fmt: skip

    def due(self, action: Action) -> r.Due | None:
        if action.due is None:
            return r.Due(action.rhythm, action.rhythm) if action.rhythm else None
        day = self.day(action.due)
        first = action.starts.isoformat() if action.starts else None
        return r.Due(day, action.rhythm or day, first, action.due.isoformat())

    def day(self, day: date) -> str:
        return str(format_date(day, plan_words(self.language)["date"], locale=self.language))

    def milestone(self, milestone: Milestone, action: Action) -> r.Milestone:
        first = next(iter(action.commitments.all()), None)
        basis = r.Basis(self.index[first.instrument_id], str(first.number), "part") if first else r.Basis(0, "", "part")
        day = self.day(milestone.due)
        if milestone.done:
            day = _("%(due)s, done on %(done)s") % {"due": day, "done": self.day(milestone.done)}
        return r.Milestone(self.said(milestone.names), basis, r.Due(day, day, None, milestone.due.isoformat()))

    def body_list(self, party: Party) -> r.BodyList | None:
        """The source that most of the bodies of a side in this roadmap come from."""
        sources = Counter(
            (body.source, body.source_date)
            for a in self.actions
            for body in (*a.leads.all(), *a.supports.all())
            if body.party_id == party.pk and body.source and body.source_date
        )
        for (source, day), _number in sources.most_common(1):
            told = source_in(party.pk, source, self.language)
            return r.BodyList(party.pk, told, day.isoformat() if day else "")
        return None
