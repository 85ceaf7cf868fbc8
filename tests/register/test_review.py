"""Decisions: what each verdict takes and does, who may decide, and how the register follows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions import review as act
from servanda_register.actions.applying import keep_passages
from servanda_register.actions.outcomes import proposed
from servanda_register.queries import review as ask
from servanda_register.queries.rights import rights_of
from servanda_register.queries.visibility import visible

from .conftest import TEXT, World

pytestmark = pytest.mark.django_db
Account = Callable[..., m.Account]


def span(words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "quote": words}


def changed(proposal: m.Proposal, **fields: Any) -> dict[str, Any]:
    return proposed(proposal) | fields


def numbers(state: str = "confirmed") -> list[int]:
    return list(m.Commitment.objects.filter(state=state).order_by("number").values_list("number", flat=True))


@pytest.fixture
def review(world: World, account: Account) -> m.Review:
    """An officer's, of the statement's one text."""
    return act.begin(by=account("officer"), expression=world.expression)


def test_accepting_makes_the_commitment_as_proposed(world: World, review: m.Review) -> None:
    proposal = world.proposals[3]
    decision = act.decide(by=review.reviewer, review=review, verdict="accept", proposals=[proposal])
    made = m.Commitment.objects.get()
    assert (made.number, made.quote, made.strength, made.decision) == (1, proposal.quote, "exploratory", decision)
    assert [a.area_id for a in made.ranked_areas.all()] == ["transport", "people"]
    assert list(made.proposals.all()) == [proposal]
    assert made.folded == "are ready to study the opening of direct flights"
    assert made.visibility == "internal"


VERDICTS = {
    "accept": (1, 0, 1),
    "change": (1, 1, 1),
    "split": (1, 2, 2),
    "merge": (2, 1, 1),
    "reject": (1, 0, 0),
    "add": (0, 1, 1),
    "reopen": (1, 0, 0),
}
"""Verdict -> proposals, outcomes given, commitments made."""


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts_make_commitments(world: World, review: m.Review, verdict: str) -> None:
    proposals, given, made = VERDICTS[verdict]
    outcomes = [changed(p) for p in world.proposals[:given]]
    act.decide(
        by=review.reviewer, review=review, verdict=verdict, proposals=world.proposals[:proposals], outcomes=outcomes,
        reason="already counted",
    )  # fmt: skip
    assert numbers() == list(range(1, made + 1))


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize(("proposals", "outcomes"), [(0, 0), (3, 3)])
def test_verdicts_refuse_other_amounts(
    world: World, review: m.Review, verdict: str, proposals: int, outcomes: int
) -> None:
    with pytest.raises(UsageError):
        act.decide(
            by=review.reviewer, review=review, verdict=verdict, proposals=world.proposals[:proposals],
            outcomes=[changed(p) for p in world.proposals[:outcomes]], reason="other",
        )  # fmt: skip
    assert not m.Decision.objects.exists()


WRONG = {
    "a quote that does not stand there": {"quote": "agreed to hold balls"},
    "a place behind the end": {"end": 100_000},
    "a place of nothing": {"end": 0},
    "an unknown strength": {"strength": "strong"},
    "an unknown act": {"action": "dance"},
    "an unknown area": {"areas": ["gardening"]},
    "no area": {"areas": []},
    "five areas": {"areas": ["trade", "investment", "transport", "people", "political-dialogue"]},
    "nobody": {"actors": []},
    "a party of another partnership": {"actors": ["NP"]},
    "a body without a name": {"actors": ["IS:"]},
    "an agreement without a title": {"instruments": [{"title": " ", "year": 2020, "status": "in-force"}]},
    "a year before agreements": {"instruments": [{"title": "Treaty", "year": 12, "status": "in-force"}]},
    "an unknown state of an agreement": {"instruments": [{"title": "Treaty", "year": 2000, "status": "lost"}]},
    "a whole that is not there": {"parent": "c99"},
    "itself as its whole": {"parent": "c1"},
    "a string for a list": {"mechanisms": "Committee"},
    "too long a deadline": {"deadline": "soon " * 100},
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG)
def test_wrong_outcomes_are_refused_in_a_sentence(world: World, review: m.Review, fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"\.$"):
        act.decide(
            by=review.reviewer, review=review, verdict="change", proposals=world.proposals[:1],
            outcomes=[changed(world.proposals[0], **fields)],
        )  # fmt: skip
    assert not m.Commitment.objects.exists()


def test_what_is_named_is_found_or_made_once(world: World, review: m.Review) -> None:
    there = record.create(m.Mechanism, by=None, partnership=world.partnership, names={"en": "Joint Committee"})
    fields = {
        "mechanisms": ["joint committee"],
        "instruments": [{"title": "Treaty of Friendship", "year": "1994", "status": "in-force"}],
        "forums": ["UN"],
        "actors": ["IS:Ministry of Health", "MN"],
        "deadline": "2026",
    }
    for proposal in world.proposals[:2]:
        act.decide(
            by=review.reviewer, review=review, verdict="change", proposals=[proposal],
            outcomes=[changed(proposal, **fields)],
        )  # fmt: skip
    for made in m.Commitment.objects.all():
        assert list(made.mechanisms.all()) == [there]
        agreement = made.agreements.get()
        assert (agreement.name, agreement.year, agreement.status) == ("Treaty of Friendship", 1994, "in-force")
        assert [f.pk for f in made.forums.all()] == ["UN"]
        assert (made.actors, made.deadline) == (["IS:Ministry of Health", "MN"], "2026")
    assert m.Agreement.objects.count() == 1


def test_undoing_withdraws_and_deciding_again_gives_the_number_back(world: World, review: m.Review) -> None:
    by, (one, two, *_rest) = review.reviewer, world.proposals
    for proposal in (one, two):
        act.decide(by=by, review=review, verdict="accept", proposals=[proposal])
    act.decide(by=by, review=review, verdict="reopen", proposals=[one])
    assert (numbers(), numbers("withdrawn")) == ([2], [1])
    act.decide(by=by, review=review, verdict="accept", proposals=[one])
    assert (numbers(), numbers("withdrawn")) == ([1, 2], [])


def test_applying_the_same_again_changes_nothing(world: World, review: m.Review) -> None:
    act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[:1])
    before = m.Commitment.objects.values().get()
    act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[:1])
    after = m.Commitment.objects.values().get()
    assert {k for k in before if before[k] != after[k]} == {"decision_id"}


def test_a_merger_broken_up_leaves_the_rest_undecided(world: World, review: m.Review) -> None:
    by, (one, two, *_rest) = review.reviewer, world.proposals
    whole = changed(one, **span(TEXT[one.start : two.end]))
    act.decide(by=by, review=review, verdict="merge", proposals=[one, two], outcomes=[whole])
    assert m.Commitment.objects.get().quote == TEXT[one.start : two.end]
    act.decide(by=by, review=review, verdict="accept", proposals=[one])
    assert [[p.ident for p in d.proposals.all()] for d in ask.standing(review)] == [["c1"]]
    assert m.Commitment.objects.get().quote == one.quote
    act.decide(by=by, review=review, verdict="accept", proposals=[two])
    assert numbers() == [1, 2]


def test_a_split_taken_back_withdraws_one_part(world: World, review: m.Review) -> None:
    by, one = review.reviewer, world.proposals[0]
    parts = [changed(one, **span("agreed to hold consultations")), changed(one, **span("of deputy ministers"))]
    act.decide(by=by, review=review, verdict="split", proposals=[one], outcomes=parts)
    assert numbers() == [1, 2]
    act.decide(by=by, review=review, verdict="accept", proposals=[one])
    assert (numbers(), numbers("withdrawn")) == ([1], [2])
    act.decide(by=by, review=review, verdict="split", proposals=[one], outcomes=parts)
    assert numbers() == [1, 2]


def test_an_addition_is_written_anew_and_taken_back(world: World, review: m.Review) -> None:
    by = review.reviewer
    first = act.decide(
        by=by, review=review, verdict="add", outcomes=[changed(world.proposals[0], **span("every year"))]
    )
    second = act.decide(
        by=by, review=review, verdict="add", outcomes=[changed(world.proposals[0], **span("deputy ministers"))],
        replaces=first,
    )  # fmt: skip
    assert m.Commitment.objects.get().quote == "deputy ministers"
    with pytest.raises(UsageError, match="decided again in the meantime"):
        act.decide(by=by, review=review, verdict="reopen", replaces=first)
    act.decide(by=by, review=review, verdict="reopen", replaces=second)
    assert (numbers(), numbers("withdrawn")) == ([], [1])


def test_a_part_finds_its_whole_whichever_is_decided_first(world: World, review: m.Review) -> None:
    by, (one, two, *_rest) = review.reviewer, world.proposals
    act.decide(by=by, review=review, verdict="change", proposals=[two], outcomes=[changed(two, parent="c1")])
    assert m.Commitment.objects.get().parent is None
    act.decide(by=by, review=review, verdict="accept", proposals=[one])
    part, whole = m.Commitment.objects.order_by("number")
    assert part.parent == whole
    act.decide(by=by, review=review, verdict="reopen", proposals=[one])
    assert m.Commitment.objects.get(pk=part.pk).parent is None
    with pytest.raises(UsageError, match="part of the other"):
        act.decide(by=by, review=review, verdict="change", proposals=[one], outcomes=[changed(one, parent="c2")])


def test_passages_of_aligned_texts_are_kept(world: World, review: m.Review) -> None:
    other = record.keep(
        m.Expression(instrument=world.instrument, language="is", text="Samráð á hverju ári.", sha256="1" * 64), by=None
    )
    m.Proposal(expression=other, ident="c7", start=0, end=6, quote="Samráð").save()
    m.Pairing(a=other, b=world.expression, commitments=[["c7", "c1"]]).save()
    for _time in range(2):
        act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[:1])
    passage = m.Passage.objects.get()
    keep_passages(by=None, expression=world.expression)
    assert m.Passage.objects.count() == 1
    assert (passage.commitment.number, passage.expression, passage.quote) == (1, other, "Samráð")


def test_passages_follow_where_texts_are_aligned_after_the_review(world: World, review: m.Review) -> None:
    act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[:1])
    other = record.keep(
        m.Expression(instrument=world.instrument, language="is", text="Samráð á hverju ári.", sha256="1" * 64), by=None
    )
    m.Proposal(expression=other, ident="c7", start=0, end=6, quote="Samráð").save()
    m.Pairing(a=world.expression, b=other, commitments=[["c1", "c7"]]).save()
    keep_passages(by=None, expression=world.expression)
    assert m.Passage.objects.get().quote == "Samráð"


def test_the_register_follows_one_text_of_a_statement(world: World, review: m.Review) -> None:
    other = record.keep(
        m.Expression(instrument=world.instrument, language="is", text="Samráð á hverju ári.", sha256="1" * 64), by=None
    )
    proposal = m.Proposal(
        expression=other, ident="c1", start=0, end=6, quote="Samráð", modality="firm", strength="firm",
        action="consult", actors=["both"], areas=["trade"],
    )  # fmt: skip
    proposal.save()
    second = act.begin(by=review.reviewer, expression=other)
    act.decide(by=review.reviewer, review=second, verdict="accept", proposals=[proposal])
    assert not m.Commitment.objects.exists()
    assert ask.leads(world.expression)
    assert not ask.leads(other)


def test_accepting_the_rest_leaves_what_is_decided_or_unsure(world: World, review: m.Review) -> None:
    by = review.reviewer
    unsure = m.Proposal(
        expression=world.expression, ident="c5", start=0, end=5, quote="Joint", modality="firm", strength="firm",
        action="other", actors=["both"], areas=["trade"], confidence=0.4,
    )  # fmt: skip
    unsure.save()
    act.decide(by=by, review=review, verdict="reject", proposals=world.proposals[:1], reason="no commitment")
    made = act.accept_all(by=by, review=review, least=0.9)
    assert [d.proposals.get().ident for d in made] == ["c2", "c3", "c4"]
    assert numbers() == [1, 2, 3]
    assert act.accept_all(by=by, review=review, least=0.9) == []
    with pytest.raises(UsageError, match="1 proposal is undecided: c5"):
        act.finish(by=by, review=review)


def test_a_finished_review_is_closed_until_it_is_taken_up_again(world: World, review: m.Review) -> None:
    by = review.reviewer
    act.accept_all(by=by, review=review, least=0.0)
    act.finish(by=by, review=review)
    with pytest.raises(UsageError, match="finished"):
        act.decide(by=by, review=review, verdict="reopen", proposals=world.proposals[:1])
    act.reopen(by=by, review=review)
    act.decide(by=by, review=review, verdict="reopen", proposals=world.proposals[:1])
    assert numbers("withdrawn") == [1]


def test_only_the_reviewer_writes_and_only_some_groups_review(world: World, review: m.Review, account: Account) -> None:
    with pytest.raises(UsageError, match="review of officer"):
        act.decide(by=account("officer"), review=review, verdict="accept", proposals=world.proposals[:1])
    for group in ("reader", "administrator", ""):
        with pytest.raises(PermissionDenied):
            act.begin(by=account(group), expression=world.expression)


def test_where_one_reviews_the_last_word_of_all_counts(world: World, review: m.Review, account: Account) -> None:
    other = act.begin(by=account("reviewer"), expression=world.expression)
    act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[:1])
    act.decide(by=other.reviewer, review=other, verdict="reject", proposals=world.proposals[:1], reason="counted")
    assert (numbers(), numbers("withdrawn")) == ([], [1])
    desk = ask.desk(world.expression, rights_of(review.reviewer))
    assert desk.decided[world.proposals[0].pk].verdict == "reject"


@pytest.fixture
def apart(world: World, account: Account) -> tuple[m.Review, m.Review]:
    """Two coders who review the text apart."""
    record.change(world.instrument, by=None, reviewing="double")
    world.expression.refresh_from_db()
    a, b = (act.begin(by=account("coder"), expression=world.expression) for _ in range(2))
    return a, b


def test_two_who_review_apart_see_nothing_of_each_other(
    world: World, apart: tuple[m.Review, m.Review], account: Account
) -> None:
    a, b = apart
    act.decide(by=a.reviewer, review=a, verdict="accept", proposals=world.proposals[:1])
    assert not m.Commitment.objects.exists()
    for reader in (b.reviewer, account("officer"), account("administrator")):
        rights = rights_of(reader)
        assert not visible(m.Decision, rights).exists()
        assert a not in visible(m.Review, rights)
        assert ask.desk(world.expression, rights).decided == {}
        row = ask.waiting(list(ask.queue(rights)), rights)[0]
        assert (row.decided, str(a.reviewer) in row.reviewers) == (0, False)
    assert ask.desk(world.expression, rights_of(a.reviewer)).done == 1


def test_the_third_settles_when_both_have_finished(
    world: World, apart: tuple[m.Review, m.Review], account: Account
) -> None:
    a, b = apart
    third = account("reviewer")
    one, two, three, four = world.proposals
    with pytest.raises(UsageError, match="Two people review this text already"):
        act.begin(by=third, expression=world.expression)
    for side in apart:
        act.decide(by=side.reviewer, review=side, verdict="accept", proposals=[one])
        act.decide(by=side.reviewer, review=side, verdict="reject", proposals=[two], reason="counted")
        act.decide(by=side.reviewer, review=side, verdict="add", outcomes=[changed(one, **span("every year"))])
    act.decide(by=a.reviewer, review=a, verdict="accept", proposals=[three])
    act.decide(by=a.reviewer, review=a, verdict="accept", proposals=[four])
    merged = changed(three, **span(TEXT[three.start : four.end]))
    act.decide(by=b.reviewer, review=b, verdict="merge", proposals=[three, four], outcomes=[merged])
    act.decide(by=b.reviewer, review=b, verdict="add", outcomes=[changed(one, **span("The two sides"))])
    for side in apart:
        act.finish(by=side.reviewer, review=side)
    with pytest.raises(PermissionDenied):
        act.begin(by=account("coder"), expression=world.expression)
    settling = act.begin(by=third, expression=world.expression)
    assert settling.settles
    # alike: c1 accepted, c2 rejected, one addition
    assert sorted(c.quote for c in m.Commitment.objects.all()) == sorted([one.quote, "every year"])
    left = ask.open_matters(settling)
    assert [(len(x.proposals), len(x.a), len(x.b)) for x in left] == [(0, 0, 1), (2, 2, 1)]
    with pytest.raises(UsageError, match="undecided: c3, c4"):
        act.finish(by=third, review=settling)
    act.settle(by=third, review=settling, matter=left[1], take="b")
    assert m.Commitment.objects.filter(quote=TEXT[three.start : four.end]).count() == 1
    with pytest.raises(UsageError, match="1 added commitment"):
        act.finish(by=third, review=settling)
    act.settle(by=third, review=settling, matter=left[0], take="a")
    assert not m.Commitment.objects.filter(quote="The two sides").exists()
    assert ask.open_matters(settling) == []
    # undone, the matter is open again, and can be settled the other way
    rejection = next(d for d in ask.standing(settling) if d.verdict == "reject" and d.replaces_id)
    act.decide(by=third, review=settling, verdict="reopen", replaces=rejection)
    (again,) = ask.open_matters(settling)
    act.settle(by=third, review=settling, matter=again, take="b")
    assert m.Commitment.objects.filter(quote="The two sides", state="confirmed").count() == 1
    act.finish(by=third, review=settling)
    with pytest.raises(UsageError, match="settles"):
        act.reopen(by=a.reviewer, review=a)
    with pytest.raises(UsageError, match="settles between them"):
        act.begin(by=account("officer"), expression=world.expression)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself")
def test_many_who_decide_at_once_lose_nothing(world: World, account: Account) -> None:
    reviews = [act.begin(by=account("officer"), expression=world.expression) for _ in range(8)]

    def add(review: m.Review) -> None:
        try:
            for words in ("every year", "direct flights", "The two sides"):
                outcome = changed(world.proposals[0], **span(words), mechanisms=["Joint Committee"])
                act.decide(by=review.reviewer, review=review, verdict="add", outcomes=[outcome])
            act.decide(by=review.reviewer, review=review, verdict="accept", proposals=world.proposals[1:2])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(reviews)) as pool:
        for done in [pool.submit(add, review) for review in reviews]:
            done.result()
    assert m.Decision.objects.count() == 32
    # eight times three additions, and one proposal that all have accepted
    assert numbers() == list(range(1, 26))
    assert m.Mechanism.objects.count() == 1
    sequences = list(m.Event.objects.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))
