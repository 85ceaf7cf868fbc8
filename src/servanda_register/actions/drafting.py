"""What a roadmap might hold: actions proposed from confirmed commitments, each part with a reason, for people to take.

The engine says which commitments are one action, what would show that it is done, by when, and where it is followed;
the bodies come from the register's own list, which people keep.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servanda_register.actions.plan import add_action, add_milestone, strictest
from servanda_register.models import (
    Account,
    Action,
    Area,
    Body,
    Commitment,
    Mechanism,
    Party,
    Plan,
    ProgressState,
    in_language,
)
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.plan_record import LANGUAGES, NO_AREA, areas_of, statement_of
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

MOST_SUPPORTING = 3
"""Of one side: more names would hide who is meant."""


@dataclass(frozen=True)
class Carrier:
    """A body that may lead or support, and why."""

    body: Body
    leads: bool
    why: str


@dataclass(frozen=True)
class Suggestion:
    """One action as it might stand in the roadmap."""

    key: int
    """That of the commitment that it is made from."""
    area: str
    names: dict[str, str]
    commitments: list[Commitment]
    """Its own first, then its parts and what says the same."""
    carriers: list[Carrier]
    deliverable: dict[str, str]
    starts: date | None
    due: date | None
    rhythm: str
    mechanism: Mechanism | None
    milestones: list[tuple[dict[str, str], date]]
    reasons: list[str]
    task: bool
    """Whether the statement undertakes to do it, rather than to study or to encourage it."""

    @property
    def name(self) -> str:
        """In the reader's language, as near as there is one."""
        return in_language(self.names)[0]

    @property
    def name_language(self) -> str:
        """Language of :attr:`name`."""
        return in_language(self.names)[1]

    @property
    def shown_deliverable(self) -> str:
        """In the reader's language."""
        return in_language(self.deliverable)[0]


def suggestions(plan: Plan, rights: Rights) -> list[Suggestion]:
    """Actions for all confirmed commitments of the plan's statements on which none of its actions rests yet.

    Without statements those of the whole partnership are taken. In the order of the areas.
    """
    standing = visible(Action, rights).filter(plan=plan).exclude(state=ProgressState.SUPERSEDED)
    taken = standing.order_by().values("commitments")
    rows = visible(Commitment, rights).filter(state="confirmed", instrument__partnership=plan.partnership_id)
    if statements := [i.pk for i in plan.instruments.all()]:
        rows = rows.filter(instrument__in=statements)
    rows = rows.exclude(pk__in=[pk for pk in taken.values_list("commitments", flat=True) if pk])
    mechanisms = Prefetch("mechanisms", visible(Mechanism, rights))
    groups: dict[tuple[int, str], list[Commitment]] = {}
    for c in of_commitments.listed(rights, rows.order_by("instrument", "number")).prefetch_related(mechanisms):
        groups.setdefault((c.instrument_id, _language(c)), []).append(c)
    maker = _Maker(plan)
    out = [s for (_pk, language), found in groups.items() for s in maker.suggestions(found, language)]
    order = {slug: n for n, slug in enumerate(maker.areas)}
    return sorted(out, key=lambda s: order.get(s.area, len(order)))


@transaction.atomic
def take(
    plan: Plan, *, by: Account | None, rights: Rights, keys: Collection[int], reason: str = ""
) -> list[Action]:  # fmt: skip
    """Makes actions of the suggestions with these keys; those that are gone meanwhile are passed over."""
    made = []
    for s in suggestions(plan, rights):
        if s.key not in keys:
            continue
        action = add_action(
            by=by, partnership=plan.partnership, plan=plan, names=s.names, commitments=s.commitments,
            leads=[c.body for c in s.carriers if c.leads], supports=[c.body for c in s.carriers if not c.leads],
            mechanism=s.mechanism, deliverable=s.deliverable, starts=s.starts, due=s.due, rhythm=s.rhythm,
            # what is restricted among that on which it rests must not be told by the action
            visibility=strictest([plan.visibility, *(c.visibility for c in s.commitments),
                                  *(c.instrument.visibility for c in s.commitments)]),
            reason=reason or _("Taken from what the machine proposed"),
        )  # fmt: skip
        for names, day in s.milestones:
            add_milestone(by=by, action=action, names=names, due=day)
        made.append(action)
    return made


def _language(commitment: Commitment) -> str:
    """In which it is said best: English, since the engine reads it best, or else that of its words."""
    return "en" if commitment.texts.get("en") else in_language(commitment.texts, "en")[1] or commitment.text_language


class _Maker:
    """Makes suggestions for one plan."""

    def __init__(self, plan: Plan) -> None:
        self.areas = {area.pk: area for area in Area.objects.all()}
        self.parties: list[Party] = list(plan.partnership.parties.all())
        known = Body.objects.filter(party__in=[p.pk for p in self.parties], to_year=None).order_by("pk")
        self.bodies = list(known.prefetch_related("areas"))

    def suggestions(self, commitments: Sequence[Commitment], language: str) -> list[Suggestion]:
        """For commitments of one statement that are said in one language."""
        from servanda.planning import plan as planned  # brings the packs in, which most requests need not

        statement = statement_of(commitments[0].instrument, commitments, language)
        reader = (get_language() or "en").split("-")[0]
        drafts = {code: planned([statement], language=code) for code in LANGUAGES}
        shown = drafts[reader if reader in LANGUAGES else "en"]
        numbers = {str(c.number): c for c in commitments}
        named = {m.names.get("en") or m.name: m for c in commitments for m in c.mechanisms.all()}
        out = []
        for n, action in enumerate(shown.actions):
            here = list(dict.fromkeys(numbers[b.commitment] for b in action.basis))
            own, when = here[0], action.due
            mechanism = named.get(drafts["en"].actions[n].mechanism or "")
            areas = list(dict.fromkeys(slug for c in here for slug in areas_of(c)))
            carriers, missing = self.carriers(here, areas)
            last = _day(when.last) if when else None
            out.append(
                Suggestion(
                    key=own.pk,
                    area=areas[0],
                    names={language or "en": action.title, **_others(own.texts, language)},
                    commitments=here,
                    carriers=carriers,
                    deliverable={code: draft.actions[n].deliverable for code, draft in drafts.items()},
                    starts=_day(when.first) if when else None,
                    due=last,
                    rhythm=when.text if when and last is None else "",
                    mechanism=mechanism,
                    milestones=[
                        ({language or "en": m.title}, day)
                        for m in action.milestones
                        if m.due and (day := _day(m.due.last))
                    ],
                    reasons=[*(why for _about, why in action.reasons), *missing],
                    task=action.kind == "task" and own.strength in ("firm", "agreed", "willing"),
                )
            )
        return out

    def carriers(self, commitments: Sequence[Commitment], areas: Sequence[str]) -> tuple[list[Carrier], list[str]]:
        """Bodies of all sides, the lead of each first, and why a side has none."""
        actors = list(dict.fromkeys(actor for c in commitments for actor in c.actors))
        out: list[Carrier] = []
        missing = []
        for party in self.parties:
            found = self.of_side(party, actors, areas)
            if not found:
                missing.append(
                    _("The list of %(party)s has no body for “%(area)s”: choose one.")
                    % {"party": party.name, "area": self.area(areas[0])}
                )
            out += [Carrier(body, n == 0, why) for n, (body, why) in enumerate(found[: MOST_SUPPORTING + 1])]
        return out, missing

    def of_side(self, party: Party, actors: Sequence[str], areas: Sequence[str]) -> list[tuple[Body, str]]:
        """Those that the statement names, then those that the list has for the areas, the main area first."""
        mine = [b for b in self.bodies if b.party_id == party.pk]
        found: dict[int, tuple[Body, str]] = {}

        def add(rows: Iterable[Body], why: str) -> None:
            for body in rows:
                found.setdefault(body.pk, (body, why))

        for actor in actors:
            side, _colon, name = actor.partition(":")
            if side == party.pk and name:
                add([b for b in mine if _meant(name, b)][:1], _("The statement names it as the one to act."))
        acts = "both" in actors or any(a.partition(":")[0] == party.pk for a in actors)
        of_area = [[b for b in mine if any(area.pk == slug for area in b.areas.all())] for slug in areas]
        if acts:
            why = _("It is responsible for the area “%s”.") % self.area(areas[0])
        else:
            why = _("The other side is to act; this is its counterpart for the area “%s”.") % self.area(areas[0])
        add(of_area[0], why)
        for slug, rows in zip(areas[1:], of_area[1:], strict=True):
            add(rows[:1], _("The action also touches the area “%s”.") % self.area(slug))
        return list(found.values())

    def area(self, slug: str) -> str:
        known = self.areas.get(slug) or self.areas.get(NO_AREA)
        return known.name if known else slug


def _others(texts: dict[str, str], language: str) -> dict[str, str]:
    """The short sentences in the other languages, which the engine was not asked to shorten."""
    return {code: text for code, text in texts.items() if text and code != (language or "en")}


def _meant(name: str, body: Body) -> bool:
    """Whether a statement that names a body, or its minister, means this one."""
    wanted = re.sub(r"^minister of\b", "ministry of", name.casefold())
    return any(own.casefold() == wanted for own in body.names.values())


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
