"""Where a review stands: which decisions stand, what two reviewers decided alike, what is left to decide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from servanda_register.models import Commitment, Decision, Expression, Proposal, Review
from servanda_register.queries.agreement import match
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

REOPEN = Decision.Verdict.REOPEN.value


def decisions_of(reviews: Iterable[Review]) -> list[Decision]:
    """All decisions of the reviews in the order in which they were made, with the proposals that they are about."""
    rows = Decision.objects.filter(review__in=list(reviews)).order_by("id").select_related("review__reviewer")
    return list(
        rows.prefetch_related(Prefetch("proposals", Proposal.objects.only("pk", "ident", "start", "expression")))
    )


def standing(*reviews: Review) -> list[Decision]:
    """The decisions that stand: each the latest about each of its proposals, and replaced by no other of the reviews.

    Reopened proposals have a decision that stands as well, with the verdict ``reopen``: they are undecided again.
    """
    return still_standing(decisions_of(reviews))


def still_standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Of decisions in the order in which they were made, those that stand."""
    latest = {p.pk: d.pk for d in decisions for p in d.proposals.all()}
    replaced = {d.replaces_id for d in decisions}
    return [
        d for d in decisions if d.pk not in replaced and all(latest[p.pk] == d.pk for p in d.proposals.all())
    ]  # fmt: skip


def leads(expression: Expression) -> bool:
    """Whether the register takes the statement's commitments from this text: the one whose review was begun first.

    What is decided about its other texts is kept as coding; else each commitment would stand in the register once a
    language.
    """
    first = Review.objects.filter(expression__instrument=expression.instrument_id).order_by("id").first()
    return first is None or first.expression_id == expression.pk


@dataclass(frozen=True)
class Matter:
    """What belongs together when two reviews are settled: proposals with what each decided, or what they added."""

    proposals: tuple[Proposal, ...]
    """Empty where it is about added commitments."""
    a: tuple[Decision, ...]
    b: tuple[Decision, ...]

    @property
    def alike(self) -> bool:
        """Whether both decided, and the same."""
        return bool(self.a and self.b) and _said(self.a) == _said(self.b)

    @property
    def anchor(self) -> str:
        """Names it in addresses: ``c12``, or ``d45`` for an added commitment."""
        return self.proposals[0].ident if self.proposals else f"d{(*self.a, *self.b)[0].pk}"


def matters(expression: Expression, a: Iterable[Decision], b: Iterable[Decision]) -> list[Matter]:
    """Everything on which two reviews are to be compared, in the order of the text; given what stands in each."""
    decided = [[d for d in side if d.verdict != REOPEN] for side in (a, b)]
    about = [{p.pk: d for d in side for p in d.proposals.all()} for side in decided]
    proposals = {p.pk: p for p in expression.proposals.all()}
    out: list[tuple[int, Matter]] = []
    seen: set[int] = set()
    for key in proposals:
        if key in seen:
            continue
        # proposals that one of them merged are one matter, and so on through the other's mergers
        group, ahead = {key}, [key]
        while ahead:
            for side in about:
                decision = side.get(ahead[-1])
                more = {p.pk for p in decision.proposals.all()} - group if decision else set()
                group |= more
                ahead[:0] = more
            ahead.pop()
        seen |= group
        members = tuple(p for k, p in proposals.items() if k in group)
        sides = [tuple({d.pk: d for k, d in side.items() if k in group}.values()) for side in about]
        out.append((members[0].start, Matter(members, *sides)))
    added = [[d for d in side if not d.proposals.all() and d.outcomes] for side in decided]
    pairs = dict(match(*([d.outcomes[0] for d in side] for side in added)))
    for i, decision in enumerate(added[0]):
        other = (added[1][pairs[i]],) if i in pairs else ()
        out.append((decision.outcomes[0]["start"], Matter((), (decision,), other)))
    for j, decision in enumerate(added[1]):
        if j not in pairs.values():
            out.append((decision.outcomes[0]["start"], Matter((), (), (decision,))))
    return [matter for _start, matter in sorted(out, key=lambda row: row[0])]


def _said(decisions: Sequence[Decision]) -> list[str]:
    """What decisions come to, whatever the verdicts are called: accepting is changing nothing."""
    return sorted(
        json.dumps([sorted(p.pk for p in d.proposals.all()), d.outcomes], sort_keys=True) for d in decisions
    )  # fmt: skip


def end_of_chain(decision: Decision, replaced: dict[int, Decision]) -> Decision:
    """The decision that took the place of ``decision`` last; ``replaced`` leads from each key to its replacement."""
    while decision.pk in replaced:
        decision = replaced[decision.pk]
    return decision


def replacements(expression: Expression) -> dict[int, Decision]:
    """Key of a decision -> the decision that replaces it, over all reviews of the text."""
    rows = Decision.objects.filter(review__expression=expression, replaces__isnull=False).select_related("review")
    return {d.replaces_id: d for d in rows}


def settled(matter: Matter, decided: set[int], review: Review, replaced: dict[int, Decision]) -> bool:
    """Whether the settling ``review`` has decided a matter; ``decided`` are keys of the proposals that it has."""
    if matter.proposals:
        return all(p.pk in decided for p in matter.proposals)
    ends = [end_of_chain(d, replaced) for d in (*matter.a, *matter.b)]
    done = [end.review_id == review.pk and end.verdict != REOPEN for end in ends]
    return any(done) if matter.alike else all(done)


def open_matters(review: Review) -> list[Matter]:
    """What a settling review has not decided yet."""
    apart = list(Review.objects.filter(expression=review.expression_id, settles=False).order_by("id")[:2])
    if len(apart) < 2:
        return []
    decided = {p.pk for d in standing(review) if d.verdict != REOPEN for p in d.proposals.all()}
    replaced = replacements(review.expression)
    found = matters(review.expression, *(standing(side) for side in apart))
    return [m for m in found if not settled(m, decided, review, replaced)]


@dataclass
class Desk:
    """A text under review, as one reader sees it."""

    expression: Expression
    reviews: list[Review]
    """Those that the reader may see."""
    mine: Review | None
    shown: list[Review]
    """Whose decisions are shown: all where one reviews; else the settling review, or the reader's own."""
    proposals: list[Proposal]
    decided: dict[int, Decision]
    """Key of a proposal -> the decision about it that stands; nothing for what is undecided."""
    added: list[Decision]
    """Additions that stand, in the order of the text."""
    left_out: list[Decision]
    """Rejections that stand, of what somebody had added."""
    matters: list[Matter] = field(default_factory=list)
    """Where the reader settles: all that is to be compared."""
    replaced: dict[int, Decision] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many proposals are decided."""
        return len(self.decided)

    @property
    def single(self) -> bool:
        """Whether one reviewer decides."""
        return str(self.expression.instrument.reviewing) == "single"

    @property
    def writable(self) -> bool:
        """Whether the reader can decide something here now."""
        return self.mine is not None and self.mine.finished is None

    def is_settled(self, matter: Matter) -> bool:
        """Whether the reader has settled it."""
        return self.mine is not None and settled(matter, set(self.decided), self.mine, self.replaced)


def desk(expression: Expression, rights: Rights) -> Desk:
    """The state of a text under review, in three queries beside those for the text."""
    reviews = list(visible(Review, rights).filter(expression=expression).select_related("reviewer").order_by("id"))
    mine = next((r for r in reviews if rights.account and r.reviewer_id == rights.account.pk), None)
    settling = next((r for r in reviews if r.settles), None)
    if str(expression.instrument.reviewing) == "single":
        shown = reviews
    else:
        shown = [r for r in (settling or mine,) if r]
    proposals = list(expression.proposals.all())
    decisions = decisions_of(reviews)
    stand = [d for d in _standing_in(decisions, shown) if d.verdict != REOPEN]
    out = Desk(
        expression, reviews, mine, shown, proposals,
        decided={p.pk: d for d in stand for p in d.proposals.all()},
        added=sorted((d for d in stand if d.outcomes and not d.proposals.all()), key=lambda d: d.outcomes[0]["start"]),
        left_out=[d for d in stand if not d.outcomes and not d.proposals.all()],
    )  # fmt: skip
    apart = [r for r in reviews if not r.settles][:2]
    if mine is not None and mine.settles and len(apart) == 2:
        out.matters = matters(expression, *(_standing_in(decisions, [side]) for side in apart))
        out.replaced = {d.replaces_id: d for d in decisions if d.replaces_id}
    return out


def _standing_in(decisions: Iterable[Decision], reviews: Iterable[Review]) -> list[Decision]:
    keys = {r.pk for r in reviews}
    return still_standing([d for d in decisions if d.review_id in keys])


@dataclass(frozen=True)
class Waiting:
    """A text in the queue of reviews."""

    expression: Expression
    proposals: int
    decided: int
    """By the reader, or where one reviews by anyone."""
    mine: Review | None
    reviewers: list[str]
    """Names of those who review it, as far as the reader may know."""
    state: str
    """``mine``, ``to begin``, ``to settle``, ``others``, ``theirs`` (the reader is done, others are not), ``done``."""


def queue(rights: Rights) -> QuerySet[Expression]:
    """Texts that the reader may review or see reviewed: own ones first, then what waits, then what is finished."""
    reviews = Review.objects.filter(expression=OuterRef("pk"))
    mine = Exists(reviews.filter(reviewer=rights.account, finished=None))
    rank = Case(
        When(mine, then=Value(0)),
        When(~Exists(reviews), then=Value(1)),
        When(Exists(reviews.filter(finished=None)), then=Value(2)),
        # where two review apart, something is left to do until the settling review is finished
        When(Q(instrument__reviewing="double") & ~Exists(reviews.filter(settles=True)), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    where = rights.where("see-work")
    rows = visible(Expression, rights)
    if where is not None:
        rows = rows.filter(instrument__partnership__in=where)
    return rows.annotate(rank=rank).order_by("rank", "-pk").defer("text").select_related("instrument__partnership")


def waiting(expressions: Sequence[Expression], rights: Rights) -> list[Waiting]:
    """The rows of one page of the queue, in five queries."""
    keys = [e.pk for e in expressions]
    counts = dict(
        Proposal.objects.filter(expression__in=keys).order_by().values_list("expression").annotate(Count("pk"))
    )
    all_ = list(Review.objects.filter(expression__in=keys).select_related("reviewer").order_by("id"))
    seen = set(visible(Review, rights).filter(expression__in=keys).values_list("pk", flat=True))
    decided = _decided_by(seen)
    out = []
    for e in expressions:
        reviews = [r for r in all_ if r.expression_id == e.pk]
        single = str(e.instrument.reviewing) == "single"
        mine = next((r for r in reviews if rights.account and r.reviewer_id == rights.account.pk), None)
        settling = next((r for r in reviews if r.settles), None)
        shown = reviews if single else [r for r in (settling or mine,) if r]
        done = {p for r in shown if r.pk in seen for p in decided.get(r.pk, ())}
        names = [str(r.reviewer) for r in reviews if r.pk in seen]
        out.append(Waiting(e, counts.get(e.pk, 0), len(done), mine, names, _state(reviews, mine, settling, single)))
    return out


def _state(reviews: list[Review], mine: Review | None, settling: Review | None, single: bool) -> str:
    if mine and not mine.finished:
        return "mine"
    if single:
        return "done" if any(r.finished for r in reviews) else "others" if reviews else "to begin"
    if settling:
        return "done" if settling.finished else "others"
    apart = [r for r in reviews if not r.settles]
    if len(apart) < 2:
        return "theirs" if mine else "to begin"
    if all(r.finished for r in apart):
        return "theirs" if mine else "to settle"
    return "theirs" if mine else "others"


def _decided_by(reviews: Iterable[int]) -> dict[int, set[int]]:
    """Review -> keys of the proposals that are decided in it, from the bare rows of decisions."""
    rows = (
        Decision.proposals.through.objects.filter(decision__review__in=list(reviews))
        .order_by("decision_id")
        .values_list("decision__review", "decision", "decision__verdict", "proposal")
    )
    latest: dict[tuple[int, int], int] = {}
    about: dict[int, tuple[int, str, list[int]]] = {}
    for review, decision, verdict, proposal in rows:
        latest[review, proposal] = decision
        about.setdefault(decision, (review, verdict, []))[2].append(proposal)
    out: dict[int, set[int]] = {}
    for decision, (review, verdict, proposals) in about.items():
        if verdict != REOPEN and all(latest[review, p] == decision for p in proposals):
            out.setdefault(review, set()).update(proposals)
    return out


def outcome_numbers(decisions: Iterable[Decision]) -> dict[int, list[Commitment]]:
    """Key of a decision -> the confirmed commitments that it made, in the order of their numbers."""
    out: dict[int, list[Commitment]] = {}
    rows = Commitment.objects.filter(decision__in=[d.pk for d in decisions], state="confirmed").order_by("number")
    for row in rows.only("pk", "number", "decision"):
        out.setdefault(row.decision_id, []).append(row)
    return out
