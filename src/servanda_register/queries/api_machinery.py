"""Reads of the roadmap and the machinery that only the API needs: what pages show, with keys of what is linked."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from servanda_register.models import (
    Action,
    Agreement,
    Assessment,
    Commitment,
    Difficulty,
    Exchange,
    Indicator,
    Instrument,
    Measurement,
    Person,
    Plan,
    PlanState,
    PlanStep,
    Progress,
    ProgressState,
    Session,
    Target,
)
from servanda_register.queries import agreements as of_agreements
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries import difficulties as of_difficulties
from servanda_register.queries import exchange as of_exchanges
from servanda_register.queries import indicators as of_indicators
from servanda_register.queries import plan as of_plans
from servanda_register.queries import session as of_sessions
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import one, visible

OVER = (PlanState.SUPERSEDED, PlanState.WITHDRAWN)
"""States of a roadmap in which its superseded actions are shown as well, for they are what it held."""


def roadmaps(rights: Rights, today: date) -> QuerySet[Plan]:
    """Roadmaps by partnership, the newest first, with their actions counted, their statements, and what they amend."""
    return (
        of_plans.plans(rights, None, today)
        .select_related("partnership")
        .prefetch_related(
            Prefetch("instruments", visible(Instrument, rights).only("pk")),
            Prefetch("follows", visible(Plan, rights).only("pk")),
        )
        .order_by("partnership__slug", "-version", "-pk")
    )


def with_actions(rows: QuerySet[Plan], rights: Rights) -> QuerySet[Plan]:
    """Adds the actions that stand in each, its steps, and what amends it."""
    standing = visible(Action, rights).filter(~Q(state=ProgressState.SUPERSEDED) | Q(plan__state__in=OVER))
    later = visible(Plan, rights).exclude(state=PlanState.WITHDRAWN)
    return rows.prefetch_related(
        Prefetch("actions", actions(rights, standing.order_by("number"))),
        Prefetch("steps", visible(PlanStep, rights).select_related("by").prefetch_related("to")),
        Prefetch("amendments", later.only("pk", "follows")),
    )


def actions(rights: Rights, rows: QuerySet[Action] | None = None) -> QuerySet[Action]:
    """Actions with their bodies, their mechanism, and the action that they continue."""
    continued = visible(Action, rights).only("pk")
    found = of_plans.actions(rights, rows).select_related("partnership")
    return found.prefetch_related("supports", Prefetch("follows", continued))


def actions_in_full(rights: Rights) -> QuerySet[Action]:
    """Adds commitments, milestones, and how each action has stood, from the first state on."""
    history = visible(Progress, rights).select_related("by").order_by("pk")
    return of_plans.in_full(actions(rights), rights).prefetch_related(Prefetch("progress", history))


def session(rights: Rights, pk: int) -> Session:
    """One session with its agenda, its decisions and those who led the sides; Http404 as :func:`one`."""
    found = one(Session, rights, of_sessions.listed(rights), pk=pk)
    prefetch_related_objects(
        [found],
        Prefetch("agenda", of_sessions.agenda(found, rights).filter(dropped=False)),
        Prefetch("decisions", of_sessions.decided(rights)),
        Prefetch("chairs", visible(Person, rights)),
    )
    return found


def exchanges(rights: Rights) -> QuerySet[Exchange]:
    """Visits with the commitments that they are about."""
    return of_exchanges.with_commitments(of_exchanges.listed(rights), rights)


def agreements_in_full(rights: Rights) -> QuerySet[Agreement]:
    """Agreements with their assessments, the latest first."""
    held = visible(Assessment, rights).select_related("by")
    return of_agreements.listed(rights).prefetch_related(Prefetch("assessments", held))


def difficulties_in_full(rights: Rights) -> QuerySet[Difficulty]:
    """Difficulties with the answers to them, and the commitments that they concern."""
    return of_difficulties.full(rights)


def indicators(rights: Rights, today: date) -> QuerySet[Indicator]:
    """Indicators by partnership with what was measured last and is aimed at next."""
    return of_indicators.listed(rights, None, today).order_by("partnership__slug", "ended", "pk")


def indicators_in_full(rights: Rights, today: date) -> QuerySet[Indicator]:
    """Adds the targets, and the commitments that found them or the indicator."""
    founding = visible(Commitment, rights).only("pk")
    targets = visible(Target, rights).filter(dropped=False).prefetch_related(Prefetch("commitment", founding))
    return indicators(rights, today).prefetch_related(
        Prefetch("commitments", of_commitments.listed(rights)), Prefetch("targets", targets)
    )


def measurements(rights: Rights, indicator: Indicator) -> QuerySet[Measurement]:
    """Values of an indicator in order of time; ``replaced`` says that a later row for the same period stands."""
    later = Measurement.objects.filter(
        indicator=OuterRef("indicator"), period=OuterRef("period"), pk__gt=OuterRef("pk")
    )  # fmt: skip
    rows = visible(Measurement, rights).filter(indicator=indicator).select_related("by", "indicator")
    return rows.annotate(replaced=Exists(later)).order_by("period", "pk")
