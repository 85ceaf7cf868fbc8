"""What waits for the one who signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from servanda_register.models import Decision, Expression, Intake, Proposal, Review
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

MOST = 5


@dataclass(frozen=True)
class ToReview:
    """A text whose proposals wait, with how far the reader has come."""

    expression: Expression
    decided: int
    proposed: int
    begun: bool


@dataclass(frozen=True)
class Work:
    """The reader's work."""

    reviews: list[ToReview]
    intakes: list[Intake]
    decisions: list[Decision]
    """The latest of others."""
    coming: list[of_commitments.Due]


def work(rights: Rights, today: date) -> Work:
    """What the reader has to do, and what others did, in the partnerships that the reader belongs to."""
    decisions = visible(Decision, rights).exclude(review__reviewer=rights.account)
    return Work(
        reviews=to_review(rights),
        intakes=list(
            visible(Intake, rights)
            .filter(by=rights.account)
            .select_related("attachment", "expression__instrument")
            .defer("attachment__content", "expression__text", "expression__sections", "expression__identity")[:MOST]
        )
        if rights.may_anywhere("bring-in")
        else [],
        decisions=list(
            decisions.select_related("review__reviewer", "review__expression__instrument")
            .defer("review__expression__text", "review__expression__sections", "review__expression__identity")
            .order_by("-id")[:MOST]
        ),
        coming=of_commitments.coming(of_commitments.listed(rights), today, MOST),
    )


def to_review(rights: Rights) -> list[ToReview]:
    """Texts with proposals that are not reviewed to the end, by anyone or where two review apart by the reader."""
    where = rights.where("review")
    if where is not None and not where:
        return []
    rows = visible(Expression, rights)
    if where is not None:
        rows = rows.filter(instrument__partnership__in=where)
    mine = Review.objects.filter(expression=OuterRef("pk"), reviewer=rights.account)
    of_all = Review.objects.filter(expression=OuterRef("pk"), finished__isnull=False)
    proposals = Proposal.objects.filter(expression=OuterRef("pk")).order_by().values("expression")
    decided = proposals.filter(decisions__review__reviewer=rights.account)
    number = Count("pk", distinct=True)
    open_texts = (
        rows.annotate(
            begun=Exists(mine),
            proposed=Subquery(proposals.annotate(n=number).values("n")),
            decided=Coalesce(Subquery(decided.annotate(n=number).values("n")), 0),
        )
        .filter(proposed__gt=0)
        .exclude(Exists(mine.filter(finished__isnull=False)))
        .exclude(Exists(of_all), instrument__reviewing="single")
        .exclude(Exists(of_all.filter(settles=True)))
        .select_related("instrument__partnership")
        .defer("text", "sections", "notes", "versions", "identity")
        .order_by("-begun", "-pk")[:MOST]
    )
    return [ToReview(t, t.decided, t.proposed, begun=t.begun) for t in open_texts]
