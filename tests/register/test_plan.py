"""Roadmaps: drawn up from commitments, adopted by all parties, amended; states follow the table and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import drafting, record
from servanda_register.actions import plan as acts
from servanda_register.actions.comment import comment
from servanda_register.queries import due
from servanda_register.queries.history import verify
from servanda_register.queries.plan import adoptions
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

from .test_commitments import Register, register  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def bodies(register: Register) -> dict[str, m.Body]:  # noqa: F811
    """Two of each side, with areas."""
    rows = [
        ("IS", "Ministry for Foreign Affairs", ["political-dialogue"]),
        ("IS", "Ministry of Trade", ["trade"]),
        ("MN", "Foreign Ministry", ["political-dialogue", "people"]),
        ("MN", "Trade Agency", ["trade"]),
    ]
    return {
        name: record.create(m.Body, by=None, party_id=party, names={"en": name}, areas=areas)
        for party, name, areas in rows
    }


def draft(register: Register, **fields: Any) -> m.Plan:  # noqa: F811
    return acts.create_plan(
        by=None, partnership=register.partnership, names={"en": "Roadmap"}, instruments=[register.instrument], **fields
    )


def add(plan: m.Plan, name: str = "Hold talks", **fields: Any) -> m.Action:
    return acts.add_action(by=None, partnership=plan.partnership, plan=plan, names={"en": name}, **fields)


def circulated(register: Register, bodies: dict[str, m.Body]) -> m.Plan:  # noqa: F811
    plan = draft(register)
    add(plan, leads=[bodies["Foreign Ministry"]], commitments=register.commitments[:2], due=date(2026, 12, 31))
    add(plan, "Study flights")
    acts.circulate(plan, by=None, to=list(bodies.values()), on=DAY)
    return plan


def adopted(register: Register, bodies: dict[str, m.Body]) -> m.Plan:  # noqa: F811
    plan = circulated(register, bodies)
    for party in plan.partnership.parties.all():
        acts.adopt(plan, by=None, party=party, on=DAY)
    return plan


def amiss() -> list[str]:
    """What the trail and the records of this room do not agree about."""
    ours = ("plan", "planstep", "action", "progress", "milestone")
    return [str(x) for x in verify() if x.about.split(" ")[0] in ours]


# --- states -----------------------------------------------------------------------------------------------------------

every_state = st.sampled_from(["", *m.ProgressState.values])


def at_state(plan: m.Plan, state: str) -> m.Action:
    """A new action that stands so, by steps of the table."""
    action = acts.add_action(
        by=None, partnership=plan.partnership, plan=plan, names={"en": "One"},
        state=state if state in m.PROGRESS_STEPS[""] else "not-started",
    )  # fmt: skip
    if action.state != state:
        acts.set_state(action, by=None, state=state, on=DAY, reason="for the test")
    return action


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.sampled_from(m.ProgressState.values), after=every_state)
def test_no_action_comes_into_a_state_that_the_table_lacks(
    register: Register,  # noqa: F811
    before: str,
    after: str,
) -> None:
    with transaction.atomic():
        action = at_state(draft(register), before)
        kept = action.progress.count()
        if after in m.PROGRESS_STEPS[before]:
            acts.set_state(action, by=None, state=after, on=DAY, reason="as reported", source="note 7")
            last = action.progress.last()
            assert (last.before, last.state, last.on, last.source) == (before, after, DAY, "note 7")
            assert m.Action.objects.get(pk=action.pk).state == after
        else:
            with pytest.raises(UsageError, match=r"cannot become .*What can follow"):
                acts.set_state(action, by=None, state=after, on=DAY, reason="as reported")
            assert m.Action.objects.get(pk=action.pk).state == before
            assert action.progress.count() == kept
        transaction.set_rollback(True)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=every_state, after=st.one_of(every_state, st.text("abc-", max_size=12)))
def test_the_database_refuses_what_the_table_lacks(
    register: Register,  # noqa: F811
    before: str,
    after: str,
) -> None:
    action = m.Action.objects.filter(number=1).first() or add(draft(register))
    allowed = after in m.PROGRESS_STEPS[before]
    row = m.Progress(action=action, before=before, state=after, on=DAY, reason="as reported")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            transaction.set_rollback(True)
    except IntegrityError:
        assert not allowed
    else:
        assert allowed


def test_the_database_wants_a_reason_and_keeps_what_was_said(register: Register) -> None:  # noqa: F811
    action = add(draft(register))
    with pytest.raises(IntegrityError), transaction.atomic():
        m.Progress(action=action, before="not-started", state="under-way", on=DAY, reason="").save(force_insert=True)
    said = acts.set_state(action, by=None, state="under-way", on=DAY, reason="talks began")
    with pytest.raises(IntegrityError), transaction.atomic():
        m.Progress(pk=said.pk, action=action, before="", state="delivered", on=DAY, reason="x").save(force_update=True)


@pytest.mark.parametrize("before", ["", *m.PlanState.values])
@pytest.mark.parametrize("after", m.PlanState.values)
@pytest.mark.parametrize("party", [None, "IS"])
def test_the_database_knows_the_steps_of_a_roadmap(
    register: Register,  # noqa: F811
    before: str,
    after: str,
    party: str | None,
) -> None:
    plan = draft(register)
    allowed = after in m.PLAN_STEPS[before] or (before == after == "circulated" and party is not None)
    step = m.PlanStep(plan=plan, before=before, state=after, party_id=party, on=DAY)
    try:
        with transaction.atomic():
            step.save(force_insert=True)
    except IntegrityError:
        assert not allowed
    else:
        assert allowed


def test_a_state_needs_a_reason_and_a_day_that_has_come(register: Register) -> None:  # noqa: F811
    action = add(draft(register))
    with pytest.raises(ValidationError, match="Say why"):
        acts.set_state(action, by=None, state="under-way", on=DAY, reason=" ")
    with pytest.raises(ValidationError, match="in the future"):
        acts.set_state(action, by=None, state="under-way", on=due.today() + timedelta(days=2), reason="soon")
    assert [p.state for p in action.progress.all()] == ["not-started"]


# --- from draft to adoption -------------------------------------------------------------------------------------------


def test_a_roadmap_is_adopted_when_all_parties_have(
    register: Register,  # noqa: F811
    bodies: dict[str, m.Body],
    account: Callable[..., m.Account],
) -> None:
    by = account("officer")
    plan = draft(register)
    with pytest.raises(UsageError, match="no action yet"):
        acts.circulate(plan, by=by, to=[bodies["Trade Agency"]], on=DAY)
    add(plan)
    with pytest.raises(UsageError, match="Only one that was sent round"):
        acts.adopt(plan, by=by, party=m.Party.objects.get(pk="IS"), on=DAY)
    with pytest.raises(ValidationError, match="at least one body"):
        acts.circulate(plan, by=by, to=[], on=DAY)
    sent = acts.circulate(plan, by=by, to=[bodies["Trade Agency"]], on=DAY, reason="by note 12")
    assert [b.pk for b in sent.to.all()] == [bodies["Trade Agency"].pk]
    iceland, mongolia = plan.partnership.parties.all()
    acts.adopt(plan, by=by, party=iceland, on=DAY)
    assert plan.state == "circulated"
    with pytest.raises(UsageError, match="already"):
        acts.adopt(plan, by=by, party=iceland, on=DAY)
    with pytest.raises(UsageError, match="no party of this partnership"):
        acts.adopt(plan, by=by, party=m.Party.objects.get(pk="NP"), on=DAY)
    acts.adopt(plan, by=by, party=mongolia, on=DAY + timedelta(days=1))
    assert m.Plan.objects.get(pk=plan.pk).state == "adopted"
    assert [(s.before, s.state, s.party_id) for s in plan.steps.all()] == [
        ("", "draft", None), ("draft", "circulated", None), ("circulated", "circulated", "IS"),
        ("circulated", "adopted", "MN"),
    ]  # fmt: skip
    assert amiss() == []


def test_taking_it_back_undoes_adoptions(register: Register, bodies: dict[str, m.Body]) -> None:  # noqa: F811
    plan = circulated(register, bodies)
    iceland = m.Party.objects.get(pk="IS")
    acts.adopt(plan, by=None, party=iceland, on=DAY)
    with pytest.raises(UsageError, match="Take it back"):
        add(plan)
    acts.take_back(plan, by=None, on=DAY, reason="a body objects")
    assert adoptions(plan.steps.all()) == {}
    add(plan)
    acts.circulate(plan, by=None, to=[bodies["Trade Agency"]], on=DAY)
    for party in plan.partnership.parties.all():
        acts.adopt(plan, by=None, party=party, on=DAY)
    assert plan.state == "adopted"


def test_what_was_adopted_is_frozen_but_for_states_and_milestones(
    register: Register,  # noqa: F811
    bodies: dict[str, m.Body],
) -> None:
    plan = adopted(register, bodies)
    action = plan.actions.first()
    refused: list[Callable[[], Any]] = [
        lambda: acts.change_action(action, by=None, reason="later", due=date(2028, 1, 1)),
        lambda: acts.drop_action(action, by=None, reason="no longer"),
        lambda: acts.merge_actions(list(plan.actions.all()), by=None, reason="one is enough"),
        lambda: add(plan),
        lambda: acts.change_plan(plan, by=None, reason="new name", names={"en": "Plan"}),
    ]
    for attempt in refused:
        with pytest.raises(UsageError, match="amendment"):
            attempt()
    acts.set_state(action, by=None, state="under-way", on=DAY, reason="begun")
    step = acts.add_milestone(by=None, action=action, names={"en": "Agenda agreed"}, due=date(2026, 6, 1))
    acts.change_milestone(step, by=None, reason="reached", done=DAY)
    acts.change_action(action, by=None, reason="published", visibility="public")


def test_an_amendment_takes_over_what_is_open(register: Register, bodies: dict[str, m.Body]) -> None:  # noqa: F811
    plan = adopted(register, bodies)
    talks, flights = plan.actions.all()
    acts.add_milestone(by=None, action=talks, names={"en": "Agenda"}, due=date(2026, 6, 1))
    acts.set_state(talks, by=None, state="under-way", on=DAY, reason="begun")
    done = acts.set_state(flights, by=None, state="delivered", on=DAY, reason="studied")
    assert done.state == "delivered"
    new = acts.amend(plan, by=None, reason="more time is needed")
    with pytest.raises(UsageError, match="begun already"):
        acts.amend(plan, by=None, reason="again")
    copy = new.actions.get()
    assert (copy.follows, copy.names, copy.due, copy.state) == (talks, talks.names, talks.due, "not-started")
    assert set(copy.commitments.all()) == set(talks.commitments.all())
    assert copy.milestones.get().names == {"en": "Agenda"}
    with pytest.raises(UsageError, match=f"report on action {talks.number}"):
        acts.set_state(copy, by=None, state="delivered", on=DAY, reason="done")
    acts.change_action(copy, by=None, reason="more time", due=date(2027, 6, 30))
    # the old one goes on meanwhile
    acts.set_state(talks, by=None, state="stalled", on=DAY, reason="no date is agreed")
    acts.circulate(new, by=None, to=[bodies["Trade Agency"]], on=DAY)
    for party in new.partnership.parties.all():
        acts.adopt(new, by=None, party=party, on=DAY)
    states = {a.number: a.state for a in m.Action.objects.filter(partnership=plan.partnership)}
    assert states == {talks.number: "superseded", flights.number: "delivered", copy.number: "stalled"}
    assert [m.Plan.objects.get(pk=p.pk).state for p in (plan, new)] == ["superseded", "adopted"]
    assert new.version == 2
    assert amiss() == []


def test_after_a_withdrawn_amendment_another_may_be_begun(
    register: Register,  # noqa: F811
    bodies: dict[str, m.Body],
) -> None:
    plan = adopted(register, bodies)
    first = acts.amend(plan, by=None, reason="more time")
    acts.withdraw_plan(first, by=None, on=DAY, reason="not needed")
    assert {a.state for a in first.actions.all()} == {"superseded"}
    assert {a.state for a in plan.actions.all()} == {"not-started"}
    acts.amend(plan, by=None, reason="needed after all")


def test_merging_keeps_all_that_the_parts_had(register: Register, bodies: dict[str, m.Body]) -> None:  # noqa: F811
    plan = draft(register)
    a = add(plan, "Trade fair", leads=[bodies["Trade Agency"]], commitments=register.commitments[1:2])
    b = add(plan, "Trade days", leads=[bodies["Ministry of Trade"]], supports=[bodies["Trade Agency"]],
            commitments=register.commitments[1:3], due=date(2026, 9, 1), visibility="restricted")  # fmt: skip
    acts.add_milestone(by=None, action=b, names={"en": "Hall booked"}, due=date(2026, 7, 1))
    kept = acts.merge_actions([a, b], by=None, reason="the same thing")
    assert kept.pk == a.pk
    assert {c.number for c in kept.commitments.all()} == {2, 3}
    assert {x.name for x in kept.leads.all()} == {"Trade Agency", "Ministry of Trade"}
    assert (list(kept.supports.all()), kept.due, kept.visibility) == ([], date(2026, 9, 1), "restricted")
    assert kept.milestones.get().name == "Hall booked"
    assert m.Action.objects.get(pk=b.pk).state == "superseded"
    with pytest.raises(UsageError, match="two actions or more"):
        acts.merge_actions([kept, kept], by=None, reason="twice")


def test_what_belongs_elsewhere_is_refused(register: Register, bodies: dict[str, m.Body]) -> None:  # noqa: F811
    plan = draft(register)
    other = record.create(m.Mechanism, by=None, partnership=register.other, names={"en": "Council"})
    nepal = record.create(m.Body, by=None, party_id="NP", names={"en": "Ministry"})
    with pytest.raises(ValidationError, match="another partnership"):
        add(plan, mechanism=other)
    with pytest.raises(ValidationError, match="none of the parties"):
        add(plan, leads=[nepal])
    with pytest.raises(ValidationError, match="leads already"):
        add(plan, leads=[bodies["Trade Agency"]], supports=[bodies["Trade Agency"]])
    with pytest.raises(ValidationError, match="before the beginning"):
        add(plan, starts=date(2026, 5, 1), due=date(2026, 4, 1))
    with pytest.raises(ValidationError, match="what is to be done"):
        add(plan, "")
    assert not plan.actions.exists()


# --- proposals --------------------------------------------------------------------------------------------------------


def everything(account: Callable[..., m.Account]) -> Rights:
    return Rights(account("officer"), "officer", cleared_everywhere=True)


def test_proposals_rest_on_commitments_and_say_why(
    register: Register,  # noqa: F811
    bodies: dict[str, m.Body],
    account: Callable[..., m.Account],
) -> None:
    plan = draft(register)
    found = {s.key: s for s in drafting.suggestions(plan, everything(account))}
    assert set(found) == {c.pk for c in register.commitments}
    talks = found[register.commitments[0].pk]
    assert talks.names["en"] == "Hold consultations of deputy ministers every year"
    assert [(c.body.name, c.leads) for c in talks.carriers] == [
        ("Ministry for Foreign Affairs", True), ("Foreign Ministry", True)
    ]  # fmt: skip
    assert talks.mechanism == register.mechanism
    assert set(talks.deliverable) == {"en", "vi", "ru"}
    assert (talks.due, talks.task) == (None, True)
    assert talks.reasons
    assert all(c.why for c in talks.carriers)
    flights = found[register.commitments[3].pk]
    assert not flights.task
    assert any("no body" in why for why in flights.reasons), "Iceland has no body for the area"


def test_only_a_deadline_of_the_commitment_is_proposed(
    register: Register,  # noqa: F811
    account: Callable[..., m.Account],
) -> None:
    record.change(register.commitments[1], by=None, deadline="end of 2026")
    record.change(register.commitments[3], by=None, deadline="annually")
    found = {s.key: s for s in drafting.suggestions(draft(register), everything(account))}
    days = [(found[c.pk].due, found[c.pk].rhythm) for c in register.commitments]
    assert days == [(None, "every year"), (date(2026, 12, 31), ""), (None, ""), (None, "every year")]


def test_what_is_taken_becomes_actions_and_is_not_proposed_again(
    register: Register,  # noqa: F811
    account: Callable[..., m.Account],
    bodies: dict[str, m.Body],
) -> None:
    rights = everything(account)
    plan = draft(register)
    trade, investment = register.commitments[1:3]
    made = drafting.take(plan, by=rights.account, rights=rights, keys={trade.pk, investment.pk, 999})
    assert [[c.pk for c in a.commitments.all()] for a in made] == [[trade.pk], [investment.pk]]
    assert [a.visibility for a in made] == ["internal", "restricted"]
    assert {b.name for b in made[0].leads.all()} == {"Ministry of Trade", "Trade Agency"}
    left = {s.key for s in drafting.suggestions(plan, rights)}
    assert left == {register.commitments[0].pk, register.commitments[3].pk}
    acts.drop_action(made[0], by=None, reason="not now")
    assert trade.pk in {s.key for s in drafting.suggestions(plan, rights)}


def test_nobody_is_proposed_what_may_not_be_seen(
    register: Register,  # noqa: F811
    account: Callable[..., m.Account],
) -> None:
    rights = Rights(account("officer"), "officer")
    found = drafting.suggestions(draft(register), rights)
    assert register.commitments[2].pk not in {s.key for s in found}
    assert all(s.mechanism != register.hidden for s in found)


# --- who may see it ---------------------------------------------------------------------------------------------------


def test_a_roadmap_limits_who_sees_its_actions_and_what_is_said_of_them(
    register: Register,  # noqa: F811
    account: Callable[..., m.Account],
) -> None:
    writer = account("officer", cleared=True)
    plan = draft(register, visibility="restricted")
    action = add(plan, visibility="internal")
    acts.add_milestone(by=None, action=action, names={"en": "First"}, due=DAY)
    loose = acts.add_action(by=None, partnership=register.partnership, names={"en": "Without a roadmap"})
    comment(by=writer, text="On the action", action=action)
    comment(by=writer, text="On the roadmap", plan=plan)
    inside = Rights(account("reader"), "reader")
    cleared = Rights(account("reader"), "reader", cleared_everywhere=True)
    for model in (m.Plan, m.PlanStep, m.Milestone, m.Comment):
        assert not visible(model, inside).exists(), model
        assert visible(model, cleared).exists(), model
    assert list(visible(m.Action, inside)) == [loose]
    assert set(visible(m.Action, cleared)) == {action, loose}
    assert {p.action for p in visible(m.Progress, inside)} == {loose}
    assert not visible(m.Action, Rights()).exists()


def test_a_comment_is_on_one_thing(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    plan = draft(register)
    action = add(plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        m.Comment(plan=plan, action=action, text="both", by=account("officer")).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        m.Comment(text="none", by=account("officer")).save(force_insert=True)
