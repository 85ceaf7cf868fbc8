"""Roadmaps and their actions, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from servanda_register.models import (
    Action,
    Area,
    Body,
    Commitment,
    CommitmentArea,
    Instrument,
    Mechanism,
    Milestone,
    Partnership,
    Plan,
    PlanState,
    PlanStep,
    Progress,
    ProgressState,
    in_language,
)
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import due
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def adoptions(steps: Iterable[PlanStep]) -> dict[str, PlanStep]:
    """Party -> the step by which it adopted; what was adopted before the roadmap became a draft again does not count.

    ``steps`` come in their order.
    """
    out: dict[str, PlanStep] = {}
    for step in steps:
        if step.party_id is not None:
            out[step.party_id] = step
        elif step.state == PlanState.DRAFT:
            out = {}
    return out


def adopted_on(plan: Plan) -> date | None:
    """The day on which the last party adopted it."""
    steps = PlanStep.objects.filter(plan=plan, state=PlanState.ADOPTED)
    return steps.values_list("on", flat=True).first()


def plans(rights: Rights, partnership: Partnership | None, on: date) -> QuerySet[Plan]:
    """Roadmaps, of one partnership where it is given, the newest first, each with its actions counted."""
    seen = visible(Action, rights).filter(plan=OuterRef("pk")).exclude(state=ProgressState.SUPERSEDED)
    rows = visible(Plan, rights)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return rows.order_by("-version", "-pk").annotate(
        number_of_actions=_count(seen),
        number_delivered=_count(seen.filter(state=ProgressState.DELIVERED)),
        number_overdue=_count(seen.filter(due.overdue(on))),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values(_one=Value(1)).annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def plan(rights: Rights) -> QuerySet[Plan]:
    """For one roadmap: with its partnership and the parties of it, and the statements that the reader may see."""
    return (
        visible(Plan, rights)
        .select_related("partnership")
        .prefetch_related(
            "partnership__parties",
            Prefetch("instruments", visible(Instrument, rights)),
        )
    )


@dataclass(frozen=True)
class Standing:
    """Where a roadmap stands."""

    adopted: dict[str, PlanStep]
    follows: Plan | None
    """What it amends."""
    amendment: Plan | None
    """What amends it, but for what was withdrawn."""


def standing(plan: Plan, rights: Rights) -> Standing:
    """Who has adopted it, and the versions before and after it."""
    near = list(visible(Plan, rights).filter(Q(pk=plan.follows_id) | Q(follows=plan)))
    later = (p for p in near if p.follows_id == plan.pk and p.state != PlanState.WITHDRAWN)
    return Standing(
        adopted=adoptions(visible(PlanStep, rights).filter(plan=plan)),
        follows=next((p for p in near if p.pk == plan.follows_id), None),
        amendment=next(later, None),
    )


def actions(rights: Rights, rows: QuerySet[Action] | None = None) -> QuerySet[Action]:
    """Actions with what a list shows of each; what the reader may not see is left out of them."""
    rows = visible(Action, rights) if rows is None else rows
    # whoever sees an action sees its roadmap, but not its mechanism for that
    return rows.select_related("plan").prefetch_related("leads", Prefetch("mechanism", visible(Mechanism, rights)))


def in_full(rows: QuerySet[Action], rights: Rights) -> QuerySet[Action]:
    """Adds supporting bodies, the commitments on which they rest, with their areas, and the milestones."""
    return rows.prefetch_related(
        "supports",
        Prefetch("commitments", of_commitments.listed(rights).order_by("instrument", "number")),
        Prefetch("milestones", visible(Milestone, rights).filter(dropped=False)),
    )


@dataclass(frozen=True)
class Choices:
    """What a list of actions can be narrowed down to; each ``(value, label)``."""

    plans: list[tuple[str, str]]
    bodies: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    parties: list[tuple[str, str]]
    mechanisms: list[tuple[str, str]]


def choices(
    rights: Rights, partnership: Partnership, *, plan: Plan | None = None, plans: Iterable[Plan] = ()
) -> Choices:  # fmt: skip
    """Choices among what the reader may see: bodies, areas and mechanisms that some action has."""
    mine = visible(Action, rights).filter(partnership=partnership)
    if plan is not None:
        mine = mine.filter(plan=plan)
    keys = mine.order_by().values("pk")
    bodies = Body.objects.filter(Q(leads__in=keys) | Q(supports__in=keys)).distinct()
    commitments = visible(Commitment, rights).filter(actions__in=keys).order_by().values("pk")
    areas = Area.objects.filter(ranked_commitments__commitment__in=commitments).distinct()
    mechanisms = visible(Mechanism, rights).filter(actions__in=keys).distinct()
    return Choices(
        plans=[(str(p.pk), f"{p.name} ({p.version})") for p in plans],
        bodies=[(str(b.pk), f"{b.party_id}: {b.name}") for b in bodies.order_by("party", "pk")],
        areas=[(a.slug, a.name) for a in areas],
        parties=[(p.pk, p.name) for p in partnership.parties.all()],
        mechanisms=[(str(x.pk), x.name) for x in mechanisms],
    )


def of_body(rows: QuerySet[Action], body: str) -> QuerySet[Action]:
    """Those that a body leads or supports."""
    return rows.filter(pk__in=Action.objects.filter(Q(leads=body) | Q(supports=body)).order_by().values("pk"))


def of_party(rows: QuerySet[Action], party: str) -> QuerySet[Action]:
    """Those in which some body of a party takes part."""
    taking = Q(leads__party=party) | Q(supports__party=party)
    return rows.filter(pk__in=Action.objects.filter(taking).order_by().values("pk"))


def of_area(rows: QuerySet[Action], area: str, rights: Rights) -> QuerySet[Action]:
    """Those that rest on a commitment of the area which the reader may see."""
    resting = visible(Commitment, rights).filter(pk__in=CommitmentArea.objects.filter(area=area).values("commitment"))
    return rows.filter(commitments__in=resting.order_by().values("pk")).distinct()


@dataclass(frozen=True)
class Course:
    """How a roadmap came to where it is."""

    steps: list[PlanStep]
    adopted: dict[str, PlanStep]


def course(plan: Plan, rights: Rights) -> Course:
    """All steps of a roadmap in their order."""
    steps = list(visible(PlanStep, rights).filter(plan=plan).select_related("party", "by").prefetch_related("to"))
    return Course(steps, adoptions(steps))


@dataclass(frozen=True)
class Full:
    """One action with all that its page shows."""

    action: Action
    commitments: list[Commitment]
    milestones: list[Milestone]
    history: list[Progress]
    """The latest first."""
    follows: Action | None
    """The action of the roadmap before of which this is the copy."""
    copies: list[Action]


def full(action: Action, rights: Rights) -> Full:
    """All of one action that the reader may see; ``action`` comes from :func:`actions` and :func:`in_full`."""
    near = visible(Action, rights).filter(Q(pk=action.follows_id) | Q(follows=action)).select_related("plan")
    relatives = list(near)
    history = visible(Progress, rights).filter(action=action).select_related("by").order_by("-pk")
    return Full(
        action=action,
        commitments=list(action.commitments.all()),
        milestones=list(action.milestones.all()),
        history=list(history),
        follows=next((a for a in relatives if a.pk == action.follows_id), None),
        copies=[a for a in relatives if a.follows_id == action.pk],
    )


def bodies(partnership: Partnership) -> list[tuple[str, list[tuple[int, str]]]]:
    """Bodies of the parties that exist now, grouped by party, for choosing."""
    out: dict[str, list[tuple[int, str]]] = {party.name: [] for party in partnership.parties.all()}
    names = {party.pk: party.name for party in partnership.parties.all()}
    for pk, party, said in (
        Body.objects.filter(party__in=names, to_year=None).order_by("pk").values_list("pk", "party", "names")
    ):
        out[names[party]].append((pk, in_language(said)[0]))
    return [(party, rows) for party, rows in out.items() if rows]


def carrying(plan: Plan, rights: Rights) -> list[int]:
    """Keys of the bodies that lead or support an action of it that the reader may see."""
    keys = visible(Action, rights).filter(plan=plan).exclude(state=ProgressState.SUPERSEDED).order_by().values("pk")
    rows = Body.objects.filter(Q(leads__in=keys) | Q(supports__in=keys))
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


def chosen_bodies(keys: Iterable[Any]) -> list[Body]:
    """The bodies with these keys."""
    return list(Body.objects.filter(pk__in=list(keys)).order_by("pk"))
