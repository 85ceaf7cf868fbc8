"""Reviewing: people decide about what the machine proposes, and what they decide is applied to the register.

=========  =====================  ==========  ===========================================================
verdict    about                  comes to    means
=========  =====================  ==========  ===========================================================
accept     one proposal           it as is    it is a commitment as proposed
change     one proposal           one         it is one, with another span or other fields
split      one proposal           two, more   it is several
merge      two proposals or more  one         they are one together
reject     proposals, or added    none        they are none; a reason must be given
add        nothing, or added      one         the machine missed it; with ``replaces``: as it is added now
reopen     proposals, or added    none        undecided again
=========  =====================  ==========  ===========================================================

"Added" is a decision ``add`` that is named as ``replaces``. Where one reviews (``Instrument.reviewing`` is ``single``)
each decision is applied at once, whoever of those who review the text makes it. Where two review apart only what the
settling third decides is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.actions.applying import Applier
from servanda_register.actions.outcomes import Checker, Outcome, proposed
from servanda_register.models import Account, Decision, Expression, Instrument, Proposal, Review
from servanda_register.queries.review import Matter, end_of_chain, leads, matters, open_matters, replacements, standing
from servanda_register.queries.rights import rights_of
from servanda_register.queries.trail import snapshot

Verdict = Decision.Verdict
MANY = 1_000_000
SHAPES: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    Verdict.ACCEPT.value: ((1, 1), (1, 1)),
    Verdict.CHANGE.value: ((1, 1), (1, 1)),
    Verdict.SPLIT.value: ((1, 1), (2, MANY)),
    Verdict.MERGE.value: ((2, MANY), (1, 1)),
    Verdict.REJECT.value: ((1, MANY), (0, 0)),
    Verdict.ADD.value: ((0, 0), (1, 1)),
    Verdict.REOPEN.value: ((1, MANY), (0, 0)),
}
"""Verdict -> least and most of the proposals that it is about, and of the commitments that it comes to."""


@transaction.atomic
def begin(*, by: Account, expression: Expression) -> Review:
    """The review of ``by`` of this text: the one begun before, or a new one.

    Where two review apart, the third settles: what both decided alike is decided alike for him or her at once.
    Raises UsageError where it is not this person's turn, PermissionDenied where the group does not allow it.
    """
    instrument = _lock(expression)
    rights = rights_of(by)
    rights.require("review", instrument.partnership_id)
    reviews = list(Review.objects.filter(expression=expression).select_related("reviewer"))
    mine = next((r for r in reviews if r.reviewer_id == by.pk), None)
    if mine is not None:
        return mine
    apart = [r for r in reviews if not r.settles]
    if instrument.reviewing == "single" or len(apart) < 2:
        return record.create(Review, by=by, verb="begin", expression=expression, reviewer=by)
    settling = next((r for r in reviews if r.settles), None)
    if settling is not None:
        raise UsageError(
            _("Two people have reviewed this text and %(name)s settles between them. Choose another text.")
            % {"name": settling.reviewer}
        )  # fmt: skip
    if not all(r.finished for r in apart):
        raise UsageError(
            _("Two people review this text already. A third settles between them when both have finished; choose "
              "another text until then.")
        )  # fmt: skip
    rights.require("settle", instrument.partnership_id)
    review = record.create(Review, by=by, verb="begin", expression=expression, reviewer=by, settles=True)
    alike = [m for m in matters(expression, *(standing(side) for side in apart[:2])) if m.alike]
    writer = _Writer(review, by)
    for matter in alike:
        for said in matter.a:
            writer.write(
                said.verdict, list(said.proposals.all()), said.outcomes, _("Both reviewers agree."),
                None if said.proposals.all() else said,
            )  # fmt: skip
    writer.close()
    return review


@transaction.atomic
def decide(
    *,
    by: Account,
    review: Review,
    verdict: str,
    proposals: Sequence[Proposal] = (),
    outcomes: Sequence[Mapping[str, Any]] = (),
    reason: str = "",
    replaces: Decision | None = None,
) -> Decision:
    """Keeps one decision, and applies it where it counts. The table above says what each verdict takes.

    ``outcomes`` have the keys of a coded document (docs/coding.md); to accept and to reject none are given.
    Raises UsageError with a sentence for the user.
    """
    _lock(review.expression)
    writer = _Writer(_open(review, by), by)
    decision = writer.decide(verdict, proposals, outcomes, reason, replaces)
    writer.close()
    return decision


@transaction.atomic
def accept_all(*, by: Account, review: Review, least: float) -> list[Decision]:
    """Accepts whatever is undecided and has a confidence of ``least`` or more; each is a decision of its own."""
    _lock(review.expression)
    writer = _Writer(_open(review, by), by)
    undecided = _undecided(review)
    said = _("Accepted together with all of a confidence of %(least)d%% or more.") % {"least": round(least * 100)}
    out = [writer.decide(Verdict.ACCEPT, [p], (), said, None) for p in undecided if p.confidence >= least]
    writer.close()
    return out


@transaction.atomic
def settle(
    *, by: Account, review: Review, matter: Matter, take: str, reason: str = ""
) -> list[Decision]:  # fmt: skip
    """Settles one matter as one of the two reviewers had it: ``take`` is ``a`` or ``b``.

    A third view is an ordinary :func:`decide`. Raises UsageError.
    """
    _lock(review.expression)
    writer = _Writer(_open(review, by), by)
    if not review.settles:
        raise UsageError(_("Only the person who settles between two reviewers can take the view of one of them."))
    if take not in {"a", "b"}:
        raise UsageError(
            _("“%(given)s” is not allowed. Choose one of: %(allowed)s.") % {"given": take, "allowed": "a, b"}
        )
    chosen, other = (matter.a, matter.b) if take == "a" else (matter.b, matter.a)
    said = (
        reason or _("As the first reviewer decided.") if take == "a" else reason or _("As the second reviewer decided.")
    )
    if matter.proposals:
        decided = {p.pk for d in chosen for p in d.proposals.all()}
        if not chosen or decided != {p.pk for p in matter.proposals}:
            raise UsageError(
                _("This reviewer has not decided about all of it. Take the other view or decide yourself.")
            )
        out = [
            writer.decide(
                d.verdict, list(d.proposals.all()), d.outcomes, "; ".join(filter(None, (said, d.reason))), None
            )
            for d in chosen
        ]
    else:
        replaced = replacements(review.expression)
        out = [
            writer.decide(Verdict.ADD, (), d.outcomes, said, end_of_chain(d, replaced)) for d in chosen
        ] + [writer.decide(Verdict.REJECT, (), (), said, end_of_chain(d, replaced)) for d in other]  # fmt: skip
    writer.close()
    return out


@transaction.atomic
def finish(*, by: Account, review: Review) -> Review:
    """Ends a review in which every proposal is decided. Raises UsageError where some are not."""
    _lock(review.expression)
    review = _open(review, by)
    left = _undecided(review)
    if left:
        raise UsageError(
            ngettext(
                "%(count)d proposal is undecided: %(which)s. Decide it first.",
                "%(count)d proposals are undecided: %(which)s. Decide them first.",
                len(left),
            ) % {"count": len(left), "which": ", ".join(p.ident for p in left[:10]) + ("…" if left[10:] else "")}
        )  # fmt: skip
    if review.settles:
        open_ = [m for m in open_matters(review) if not m.proposals]
        if open_:
            raise UsageError(
                ngettext(
                    "%(count)d added commitment is not settled. Take the view of one of the reviewers first.",
                    "%(count)d added commitments are not settled. Take the view of one of the reviewers first.",
                    len(open_),
                ) % {"count": len(open_)}
            )  # fmt: skip
    return record.change(review, by=by, verb="finish", finished=timezone.now())


@transaction.atomic
def reopen(*, by: Account, review: Review, reason: str = "") -> Review:
    """Takes up a finished review again. Raises UsageError where somebody settles it already."""
    _lock(review.expression)
    review = Review.objects.select_related("expression__instrument").get(pk=review.pk)
    _mine(review, by)
    double = review.expression.instrument.reviewing == "double"
    if double and not review.settles and Review.objects.filter(expression=review.expression_id, settles=True).exists():
        raise UsageError(_("A third person settles this text already. Tell him or her what you would change."))
    return record.change(review, by=by, verb="reopen", reason=reason, finished=None)


class _Writer:
    """Keeps decisions of one review and applies them where they count, within one transaction."""

    def __init__(self, review: Review, by: Account) -> None:
        self.review, self.by, self.expression = review, by, review.expression
        self.single = self.expression.instrument.reviewing == "single"
        counts = (self.single or review.settles) and leads(self.expression)
        self.applier = Applier(self.expression, by) if counts else None
        self.checked: Checker | None = None
        self.touched: set[str] = set()

    def decide(
        self, verdict: str, proposals: Sequence[Proposal], outcomes: Sequence[Mapping[str, Any]], reason: str,
        replaces: Decision | None,
    ) -> Decision:  # fmt: skip
        """Checks what was given and writes it."""
        proposals, reason = list(proposals), reason.strip()
        if verdict not in SHAPES:
            raise UsageError(
                _("“%(given)s” is not a verdict. Choose one of: %(allowed)s.")
                % {"given": verdict, "allowed": ", ".join(SHAPES)}
            )  # fmt: skip
        if any(p.expression_id != self.expression.pk for p in proposals):
            raise UsageError(_("A proposal of another text was given. Give proposals of the text under review."))
        if len({p.pk for p in proposals}) != len(proposals):
            raise UsageError(_("The same proposal was given twice. Give each once."))
        if verdict == Verdict.ACCEPT and len(proposals) == 1:
            outcomes = [proposed(proposals[0])]
        self._shape(verdict, len(proposals), len(outcomes), replaces)
        if verdict == Verdict.REJECT and not reason:
            raise UsageError(_("To reject a proposal a reason is needed. Choose one, or write one."))
        self.checked = self.checked or Checker(self.expression)
        # what is part of itself can only be refused where the outcome stands in place of the proposals
        about = {p.ident for p in proposals} if verdict != Verdict.SPLIT else set()
        return self.write(verdict, proposals, [self.checked(o, about) for o in outcomes], reason, replaces)

    def _shape(self, verdict: str, proposals: int, outcomes: int, replaces: Decision | None) -> None:
        """Refuses what the table of verdicts does not have."""
        about, to = SHAPES[verdict]
        added = replaces is not None
        if added and verdict in {Verdict.REJECT, Verdict.REOPEN}:
            about = (0, 0)
        elif added and verdict != Verdict.ADD:
            raise UsageError(_("An added commitment can be added anew, rejected or reopened. Choose one of these."))
        if not about[0] <= proposals <= about[1] or not to[0] <= outcomes <= to[1]:
            raise UsageError(
                _("“%(verdict)s” takes %(about)s and comes to %(to)s; given were %(proposals)d and %(outcomes)d.")
                % {
                    "verdict": Verdict(verdict).label, "about": _amount(about, _("proposals")),
                    "to": _amount(to, _("commitments")), "proposals": proposals, "outcomes": outcomes,
                }
            )  # fmt: skip
        if replaces is not None:
            self._replaceable(replaces)

    def _replaceable(self, replaces: Decision) -> None:
        own = replaces.review_id == self.review.pk
        shared = replaces.review.expression_id == self.expression.pk and (self.single or self.review.settles)
        if not own and not shared:
            raise UsageError(_("This was added in another review, which is not yours to change."))
        if Decision.objects.filter(replaces=replaces).exists():
            raise UsageError(_("This was decided again in the meantime. Load the page anew and look at it once more."))
        if replaces.proposals.exists():
            raise UsageError(_("Only an added commitment can be replaced; decide about the proposal itself instead."))

    def write(
        self, verdict: str, proposals: Sequence[Proposal], outcomes: Sequence[Outcome], reason: str,
        replaces: Decision | None,
    ) -> Decision:  # fmt: skip
        """Keeps a decision that was checked before, and applies it."""
        decision = Decision(
            review=self.review, verdict=str(verdict), outcomes=list(outcomes), reason=reason, replaces=replaces
        )
        decision.save(force_insert=True)
        decision.proposals.set(proposals)
        record.put_event(
            by=self.by, verb=str(verdict), record=decision, after=snapshot(decision), reason=reason,
            partnership=self.expression.instrument.partnership_id,
        )  # fmt: skip
        if self.applier is not None:
            mine = [self.applier.proposals[p.ident] for p in proposals]
            self.applier.apply(decision, mine)
            self.touched |= {p.ident for p in mine}
        return decision

    def close(self) -> None:
        """To be called after the last decision: ties parts to their wholes."""
        if self.applier is not None:
            self.applier.relate(self.touched)


def _lock(expression: Expression) -> Instrument:
    """Those who write about one statement wait for each other here, so that each sees what the one before wrote."""
    return Instrument.objects.select_for_update(of=("self",)).get(pk=expression.instrument_id)


def _open(review: Review, by: Account) -> Review:
    """The review as it is now, if ``by`` may write in it; PermissionDenied where the group no longer allows it."""
    fresh = Review.objects.select_related("expression__instrument__partnership").get(pk=review.pk)
    _mine(fresh, by)
    verb = "settle" if fresh.settles else "review"
    rights_of(by).require(verb, fresh.expression.instrument.partnership_id)
    if fresh.finished:
        raise UsageError(_("This review is finished. Take it up again to change something."))
    return fresh


def _mine(review: Review, by: Account) -> None:
    if review.reviewer_id != by.pk:
        raise UsageError(_("This is the review of %(name)s. Begin one of your own.") % {"name": review.reviewer})


def _undecided(review: Review) -> list[Proposal]:
    """Proposals on which nothing stands: in this review, or, where one reviews, in any of the text's."""
    reviews = [review]
    if review.expression.instrument.reviewing == "single":
        reviews = list(Review.objects.filter(expression=review.expression_id))
    decided = {p.pk for d in standing(*reviews) if d.verdict != Verdict.REOPEN for p in d.proposals.all()}
    return [p for p in review.expression.proposals.all() if p.pk not in decided]


def _amount(bounds: tuple[int, int], of: str) -> str:
    """Words for the least and the most: "2 or more proposals"."""
    least, most = bounds
    if most == MANY:
        return _("%(least)d or more %(of)s") % {"least": least, "of": of}
    return f"{least} {of}"
