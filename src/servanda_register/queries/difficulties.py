"""Difficulties: who owes an answer by when, and what was said so far."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from servanda_register.models import Answer, Commitment, Difficulty, DifficultyState, Partnership, Party
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def listed(rights: Rights, partnership: Partnership | None = None) -> QuerySet[Difficulty]:
    """Difficulties with what a list shows, open ones first, and of them what is due first; with ``said`` answers.

    Answers that the reader may not see are not counted.
    """
    said = visible(Answer, rights).filter(difficulty=OuterRef("pk")).order_by().values("difficulty")
    rows = visible(Difficulty, rights)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return (
        rows.select_related("partnership", "raised_by", "owed_by", "body")
        .prefetch_related("areas")
        .annotate(said=Coalesce(Subquery(said.annotate(n=Count("pk")).values("n")), 0))
        .order_by(
            Case(When(state=DifficultyState.OPEN, then=0), default=1),
            F("answer_due").asc(nulls_last=True),
            "-raised_on",
            "pk",
        )
    )


def overdue(today: date) -> Q:
    """The condition that an answer was due before ``today``, a day of the reader's calendar."""
    return Q(state=DifficultyState.OPEN, answer_due__lt=today)


def is_overdue(difficulty: Difficulty, today: date) -> bool:
    """The same for one."""
    due = difficulty.answer_due
    return difficulty.state == DifficultyState.OPEN and due is not None and due < today


def full(rights: Rights) -> QuerySet[Difficulty]:
    """With all that its page shows: the answers in their order, and the commitments that the reader may see."""
    commitments = visible(Commitment, rights).select_related("expression").defer("expression__text", "folded")
    return listed(rights).prefetch_related(
        Prefetch("answers", visible(Answer, rights).select_related("party", "by")),
        Prefetch("commitments", commitments),
    )


def other_side(partnership: Partnership, party: Party) -> Party | None:
    """The side across the table; None where there are more than two."""
    others = [side for side in partnership.parties.all() if side.pk != party.pk]
    return others[0] if len(others) == 1 else None
