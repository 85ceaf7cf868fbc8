"""Sessions: the next is proposed from the rhythm, the agenda from what is due, and decisions become actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions import session as actions
from servanda_register.actions.plan import add_action, set_state
from servanda_register.queries import session as of_sessions
from servanda_register.queries.rights import Rights
from servanda_register.queries.session_agenda import LANGUAGES, propose
from servanda_register.queries.visibility import visible

from .test_commitments import Register, publish, register  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@dataclass
class Room:
    """A mechanism with one session held, one planned, and things that are due."""

    register: Register
    mechanism: m.Mechanism
    held: m.Session
    planned: m.Session
    officer: Rights
    """Cleared."""
    reader: Rights
    """Not cleared."""


@pytest.fixture
def here(register: Register, account: Callable[..., m.Account]) -> Room:  # noqa: F811
    mechanism = record.change(register.mechanism, by=None, period="every year")
    officer = account("officer", cleared=True)
    sides = {p.pk: p for p in register.partnership.parties.all()}
    held = actions.plan_session(by=officer, mechanism=mechanism, number=4, starts=date(2025, 4, 10), host=sides["IS"])
    actions.hold(held, by=officer, today=TODAY, minutes="Both sides spoke.")
    planned = actions.plan_session(by=officer, mechanism=mechanism, number=5, starts=date(2026, 4, 10))
    return Room(
        register, mechanism, held, planned, Rights(officer, "officer", cleared_everywhere=True),
        Rights(account("reader"), "reader"),
    )  # fmt: skip


def action(here: Room, name: str, due: date | None, **fields: Any) -> m.Action:
    return add_action(by=None, partnership=here.register.partnership, names={"en": name}, due=due, **fields)


def proposed(here: Room, rights: Rights | None = None) -> dict[str, str]:
    """Name of each proposal -> why."""
    return {c.names["en"]: c.why["en"] for c in propose(here.planned, rights or here.officer, TODAY)}


# --- the next session -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("every year", 12), ("Annual", 12), ("once a year", 12), ("twice a year", 6), ("every six months", 6),
        ("every 2 years", 24), ("every other year", 24), ("quarterly", 3), ("monthly", 1), ("18 months", 18),
        ("hằng năm", 12), ("mỗi năm 2 lần", 6), ("6 tháng một lần", 6), ("hai năm một lần", 24), ("hằng quý", 3),
        ("ежегодно", 12), ("раз в год", 12), ("два раза в год", 6), ("раз в два года", 24), ("раз в 3 месяца", 3),
        ("when needed", None), ("", None), ("in May", None), ("0 years", None),
    ],
)  # fmt: skip
def test_the_words_of_a_rhythm_are_understood(words: str, months: int | None) -> None:
    assert of_sessions.rhythm(words) == months


@settings(deadline=None)  # the machine may be busy
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = of_sessions._later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
    assert of_sessions._working(later).weekday() < 5
    assert timedelta(0) <= of_sessions._working(later) - later <= timedelta(days=2)


def test_the_next_is_proposed_from_rhythm_and_last_and_hosts_take_turns(here: Room) -> None:
    record.change(here.planned, by=None, state="cancelled")
    coming = of_sessions.coming(here.mechanism, here.officer, TODAY)
    assert (coming.number, coming.day) == (6, date(2026, 4, 10))
    assert coming.host is not None
    assert coming.host.pk == "MN"
    assert "10 April 2025" in coming.why[0]
    assert "every year" in coming.why[0]
    assert coming.why[-1] == "Iceland was the host of session 4, so it is the turn of Mongolia."


def test_a_day_that_has_passed_is_moved_to_leave_time(here: Room) -> None:
    record.change(here.planned, by=None, state="cancelled")
    coming = of_sessions.coming(here.mechanism, here.officer, date(2026, 9, 1))
    assert coming.day == date(2026, 9, 29)
    assert "That would have been 10 April 2026" in " ".join(coming.why)


def test_what_is_not_known_is_not_invented(here: Room) -> None:
    record.change(here.mechanism, by=None, period="when needed")
    assert of_sessions.coming(here.mechanism, here.officer, TODAY).day is None
    fresh = record.create(m.Mechanism, by=None, partnership=here.register.partnership, names={"en": "New"},
                          period="yearly")  # fmt: skip
    coming = of_sessions.coming(fresh, here.officer, TODAY)
    assert (coming.number, coming.day, coming.host) == (1, None, None)
    assert len(coming.why) == 2


# --- what may and may not be done -------------------------------------------------------------------------------------


def test_sessions_go_only_the_steps_there_are(here: Room) -> None:
    by = here.officer.account
    with pytest.raises(UsageError, match="cannot have been held yet"):
        actions.hold(here.planned, by=by, today=TODAY)
    with pytest.raises(UsageError, match="It can become: planned"):
        actions.cancel(here.held, by=by, reason="no")
    with pytest.raises(ValidationError):
        actions.cancel(here.planned, by=by, reason=" ")
    actions.cancel(here.planned, by=by, reason="both ministers ill")
    with pytest.raises(UsageError, match="was cancelled"):
        actions.put_on_agenda(here.planned, [{"names": {"en": "x"}}], by=by)
    with pytest.raises(UsageError, match="was cancelled"):
        actions.hold(here.planned, by=by, today=date(2026, 5, 1))
    actions.plan_again(here.planned, by=by, reason="well again")
    assert m.Session.objects.get(pk=here.planned.pk).state == "planned"
    told = m.Event.objects.filter(kind="session", record=str(here.planned.pk)).order_by("sequence")
    assert [e.verb for e in told] == ["create", "cancel", "reopen"]
    assert {e.partnership_id for e in told} == {here.register.partnership.pk}


def test_numbers_are_taken_once_and_dates_are_in_order(here: Room) -> None:
    for fields in ({"number": 4}, {"number": 9, "ends": date(2026, 1, 1)}):
        with pytest.raises(ValidationError):
            actions.plan_session(by=None, mechanism=here.mechanism, starts=date(2026, 5, 1), **fields)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        actions.change_session(here.planned, by=None, reason="typo", number=4)


# --- the agenda -------------------------------------------------------------------------------------------------------


def test_the_agenda_is_proposed_from_what_is_due(here: Room) -> None:
    home, other = here.register.partnership, here.register.other
    talks, trade = here.register.commitments[:2]
    late = action(here, "Late", date(2026, 1, 15), mechanism=here.mechanism)
    action(here, "Before", date(2026, 4, 10), commitments=[talks])
    action(here, "After", date(2026, 4, 11), mechanism=here.mechanism)
    action(here, "Elsewhere", date(2026, 1, 15), mechanism=here.register.hidden)
    action(here, "Other areas", date(2026, 1, 15), commitments=[trade])
    done = action(here, "Done", date(2026, 1, 15), mechanism=here.mechanism)
    set_state(done, by=None, state="delivered", on=TODAY, reason="signed")
    stuck = action(here, "Stuck", date(2027, 1, 15), mechanism=here.mechanism)
    set_state(stuck, by=None, state="stalled", on=TODAY, reason="no money")
    for name, areas, state in (("Visas", ["political-dialogue"], "open"), ("Tariffs", ["trade"], "open"),
                               ("Old", ["political-dialogue"], "resolved")):  # fmt: skip
        record.create(m.Difficulty, by=None, partnership=home, names={"en": name}, areas=areas, state=state,
                      raised_by_id="MN", raised_on=date(2026, 2, 1))  # fmt: skip
    for name, fields in (
        ("Pact", {"status": "to-sign"}), ("Signed", {"status": "to-sign", "stage": "signed"}),
        ("Review", {"status": "in-force", "next_review": date(2026, 4, 1)}),
        ("Rests", {"status": "in-force", "next_review": date(2026, 5, 1)}), ("Fish", {"status": "to-amend"}),
    ):  # fmt: skip
        record.create(m.Agreement, by=None, partnership=home, names={"en": name},
                      areas=["trade"] if name == "Fish" else ["political-dialogue"], **fields)  # fmt: skip
    record.create(m.Agreement, by=None, partnership=other, names={"en": "Theirs"}, status="to-sign")
    draft = record.create(m.Plan, by=None, partnership=home, names={"en": "Amendment"})
    action(here, "Copy", date(2026, 1, 15), mechanism=here.mechanism, plan=draft, follows=late)
    why = proposed(here)
    assert list(why) == ["Late", "Before", "Stuck", "Visas", "Review", "Pact"]
    assert why["Late"] == (
        f"Action {late.number} is overdue since 15 January 2026; state: not started. This mechanism follows it."
    )
    assert "this one's areas: Political-dialogue" in why["Before"]
    assert why["Visas"].startswith("Mongolia raised it on 1 February 2026")
    assert "next review is due on 1 April 2026" in why["Review"]


def test_every_proposal_says_why_in_every_language(here: Room) -> None:
    action(here, "Late", date(2026, 1, 15), mechanism=here.mechanism)
    for candidate in propose(here.planned, here.officer, TODAY):
        assert set(candidate.why) == set(LANGUAGES)
        assert all(candidate.why.values())


def test_what_was_decided_last_time_comes_again_until_it_is_done(here: Room) -> None:
    by = here.officer.account
    open_one = actions.decide(here.held, by=by, names={"en": "Open an office"}, becomes_action=True)
    actions.decide(here.held, by=by, names={"en": "Thank the hosts"})
    done = actions.decide(here.held, by=by, names={"en": "Print a map"}, becomes_action=True)
    assert done.action
    assert open_one.action
    set_state(done.action, by=by, state="delivered", on=TODAY, reason="printed")
    why = proposed(here)
    assert list(why) == ["Open an office", "Thank the hosts"]
    assert why["Thank the hosts"] == "Session 4 of 10 April 2025 decided it. No action has been made of it yet."
    taken = propose(here.planned, here.officer, TODAY)
    actions.put_on_agenda(here.planned, [{"names": c.names, "why": c.why, **c.links} for c in taken], by=by)
    assert proposed(here) == {}
    rows = of_sessions.full(here.planned, here.officer, TODAY).follow_up
    assert [(row.decision.name, row.done) for row in rows] == [
        ("Open an office", False), ("Thank the hosts", False), ("Print a map", True)
    ]  # fmt: skip


def test_without_commitments_a_mechanism_looks_at_the_whole_partnership(here: Room) -> None:
    fresh = record.create(m.Mechanism, by=None, partnership=here.register.partnership, names={"en": "New"})
    here.planned = actions.plan_session(by=None, mechanism=fresh, number=1, starts=date(2026, 4, 10))
    record.create(m.Agreement, by=None, partnership=here.register.partnership, names={"en": "Fish"}, status="to-sign",
                  areas=["trade"])  # fmt: skip
    assert "No commitment says what this mechanism is for" in proposed(here)["Fish"]


def test_items_are_ordered_dropped_and_put_back(here: Room) -> None:
    by = here.officer.account
    one, two, three = actions.put_on_agenda(here.planned, [{"names": {"en": n}} for n in "ABC"], by=by)

    def order() -> list[str]:
        return [i.name for i in of_sessions.full(here.planned, here.officer, TODAY).agenda]

    actions.move_item(three, by=by, past=two)
    assert order() == ["A", "C", "B"]
    actions.move_item(one, by=by, past=two)
    assert order() == ["C", "B", "A"]
    actions.drop_item(two, by=by)
    assert order() == ["C", "A"]
    actions.drop_item(m.AgendaItem.objects.get(pk=two.pk), by=by, dropped=False)
    assert order() == ["C", "A", "B"]
    with pytest.raises(ValidationError):
        actions.put_on_agenda(here.planned, [{"names": {"en": ""}}], by=by)


def test_an_item_is_about_its_own_partnership_only(here: Room) -> None:
    theirs = record.create(m.Agreement, by=None, partnership=here.register.other, names={"en": "Theirs"})
    with pytest.raises(ValidationError, match="same partnership"):
        actions.put_on_agenda(here.planned, [{"names": {"en": "x"}, "agreements": [theirs]}], by=None)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_decision_becomes_an_action_that_rests_on_the_commitments_of_its_item(here: Room) -> None:
    by = here.officer.account
    talks, trade = here.register.commitments[:2]
    before = action(here, "Older", None, commitments=[trade])
    (item,) = actions.put_on_agenda(
        here.held, [{"names": {"en": "Talks"}, "commitments": [talks], "actions": [before]}], by=by
    )
    lead = record.create(m.Body, by=None, party_id="IS", names={"en": "Ministry"})
    made = actions.decide(
        here.held, by=by, names={"en": "Meet twice"}, item=item, becomes_action=True, leads=[lead], due=date(2026, 9, 1)
    )
    new = made.action
    assert new is not None
    assert (new.number, new.mechanism, new.due) == (
        before.number + 1,
        here.mechanism,
        made.action.due,
    )
    assert set(new.commitments.all()) == {talks, trade}
    assert list(new.leads.all()) == [lead]
    assert [p.state for p in new.progress.all()] == ["not-started"]
    concerns = actions.decide(here.held, by=by, names={"en": "Go on"}, action=before)
    assert concerns.action == before


def test_decisions_need_a_session_that_was_held_and_one_action(here: Room) -> None:
    some = action(here, "Some", None)
    with pytest.raises(UsageError, match="Only a session that was held"):
        actions.decide(here.planned, by=None, names={"en": "x"})
    with pytest.raises(ValidationError):
        actions.decide(here.held, by=None, names={"en": "x"}, action=some, becomes_action=True)
    with pytest.raises(ValidationError):
        actions.decide(here.held, by=None, names={"en": ""})


# --- what is restricted -----------------------------------------------------------------------------------------------


def restricted_item(here: Room) -> m.AgendaItem:
    secret = record.create(
        m.Difficulty, by=None, partnership=here.register.partnership, names={"en": "Smugglers"},
        visibility="restricted", raised_by_id="MN", raised_on=date(2026, 2, 1), areas=["political-dialogue"],
    )  # fmt: skip
    (item,) = actions.put_on_agenda(
        here.held, [{"names": {"en": "About Smugglers"}, "difficulties": [secret]}], by=here.officer.account
    )
    actions.decide(here.held, by=here.officer.account, names={"en": "Patrol for Smugglers"}, item=item,
                   becomes_action=True)  # fmt: skip
    return item


def test_an_item_about_what_is_restricted_leaves_no_trace(here: Room, signed_in: Callable[..., Client]) -> None:
    item = restricted_item(here)
    assert m.Action.objects.get().visibility == "restricted"
    for rights, seen in ((here.officer, 1), (here.reader, 0)):
        assert visible(m.AgendaItem, rights).filter(pk=item.pk).count() == seen
        assert visible(m.SessionDecision, rights).count() == seen
        assert visible(m.Event, rights).filter(kind__in=["agendaitem", "sessiondecision"]).count() == seen * 2
    client = signed_in("officer")
    for address in (
        reverse("session", args=[here.held.pk]), reverse("session", args=[here.planned.pk]),
        reverse("session-propose", args=[here.planned.pk]), reverse("session-item-add", args=[here.held.pk]),
        reverse("session-decide", args=[here.held.pk]), reverse("session-minutes", args=[here.held.pk]),
        reverse("history"),
    ):  # fmt: skip
        assert "Smugglers" not in client.get(address).content.decode(), address
    assert client.get(reverse("session-item", args=[item.pk])).status_code == 404
    assert "Smugglers" in signed_in("officer", cleared=True).get(
        reverse("session", args=[here.held.pk])
    ).content.decode()  # fmt: skip


def test_changing_an_item_keeps_what_is_out_of_sight(here: Room, signed_in: Callable[..., Client]) -> None:
    open_one = record.create(m.Agreement, by=None, partnership=here.register.partnership, names={"en": "Pact"})
    (item,) = actions.put_on_agenda(here.planned, [{"names": {"en": "Pact"}, "agreements": [open_one]}], by=None)
    person = record.create(m.Person, by=None, full_name="Hidden Chair", party_id="IS", visibility="restricted")
    record.change(here.planned, by=None, chairs=[person])
    client = signed_in("officer")
    address = reverse("session-change", args=[here.planned.pk])
    assert "Hidden Chair" not in client.get(address).content.decode()
    sent = {"number": 5, "starts": "2026-04-13", "visibility": "internal", "reason": "moved"}
    assert client.post(address, sent).status_code == 302
    found = m.Session.objects.get(pk=here.planned.pk)
    assert (found.starts, list(found.chairs.all())) == (date(2026, 4, 13), [person])
    client.post(reverse("session-item", args=[item.pk]), {"names_en": "The pact", "agreements": [open_one.pk]})
    item.refresh_from_db()
    assert item.name == "The pact"


# --- pages ------------------------------------------------------------------------------------------------------------


def test_an_official_goes_the_whole_way(
    here: Room, signed_in: Callable[..., Client], django_assert_max_num_queries: Any, monkeypatch: Any
) -> None:
    for module in ("sessions", "session_pack"):
        monkeypatch.setattr(f"servanda_register.pages.{module}.today", lambda: date(2026, 4, 12))
    late = action(here, "Late", date(2026, 1, 15), mechanism=here.mechanism,
                  commitments=[here.register.commitments[0]])  # fmt: skip
    actions.decide(here.held, by=None, names={"en": "Thank the hosts"})
    client = signed_in("officer", cleared=True)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("record", args=["mechanisms", here.mechanism.pk])).content.decode()
    assert "Session 4, 10 April 2025" in page
    assert "the turn of Mongolia" not in page
    add = reverse("session-add", args=[here.mechanism.pk])
    assert 'value="6"' in client.get(add).content.decode()
    assert "The number 5 is taken" in client.post(
        add, {"number": 5, "starts": "2026-06-01", "visibility": "internal"}
    ).content.decode()  # fmt: skip
    address = reverse("session", args=[here.planned.pk])
    assert "Its date has passed" in client.get(address).content.decode()
    propose_at = reverse("session-propose", args=[here.planned.pk])
    page = client.get(propose_at).content.decode()
    assert page.count(" checked>") == 2
    assert "overdue since 15 January 2026" in page
    assert "Tick at least one item" in client.post(propose_at, {}).content.decode()
    assert client.post(propose_at, {"take": [f"action-{late.pk}"]}).status_code == 302
    client.post(reverse("session-item-add", args=[here.planned.pk]), {"names_en": "Any other business"})
    items = list(m.AgendaItem.objects.filter(session=here.planned))
    client.post(reverse("session-item-move", args=[items[1].pk]), {"to": "earlier"})
    assert [i.name for i in m.AgendaItem.objects.filter(session=here.planned)] == ["Any other business", "Late"]
    client.post(reverse("session-item-drop", args=[items[1].pk]))
    minutes = {"starts": "2026-04-10", "minutes": "Long talks.", f"outcome_{items[0].pk}": "Agreed to hurry."}
    assert client.post(reverse("session-minutes", args=[here.planned.pk]), minutes).status_code == 302
    sent = {"names_en": "Hurry up", "item": items[0].pk, "becomes_action": "on", "due": "2026-12-01"}
    assert client.post(reverse("session-decide", args=[here.planned.pk]), sent).status_code == 302
    with django_assert_max_num_queries(15):
        page = client.get(address).content.decode()
    for said in ("Agreed to hurry.", "Long talks.", "Hurry up", "Thank the hosts", "Taken off the agenda"):
        assert said in page, said
    new = m.Action.objects.latest("pk")
    assert reverse("action", args=[new.pk]) in page
    # two clicks: the commitment, and its passage
    assert reverse("commitment", args=[here.register.commitments[0].pk]) in page
    assert reverse("expression", args=[here.register.instrument.pk, here.register.expression.pk]) in page
    with django_assert_max_num_queries(15):
        listed = client.get(reverse("sessions", args=[here.register.partnership.slug])).content.decode()
    assert "Session 5, 10 April 2026" in listed
    answer = client.get(reverse("sessions", args=[here.register.partnership.slug]), {"state": "planned"})
    assert "Session 5" not in answer.content.decode()


def test_who_may_not_keep_sees_and_changes_nothing_of_it(here: Room, signed_in: Callable[..., Client]) -> None:
    (item,) = actions.put_on_agenda(here.planned, [{"names": {"en": "Item"}}], by=None)
    client = signed_in("reviewer")
    assert client.get(reverse("session", args=[here.planned.pk])).status_code == 200
    names = ("session-change", "session-minutes", "session-cancel", "session-again", "session-propose",
             "session-item-add", "session-decide")  # fmt: skip
    for name in names:
        assert client.get(reverse(name, args=[here.planned.pk])).status_code == 403, name
    assert client.post(reverse("session-item-drop", args=[item.pk])).status_code == 403
    assert client.post(reverse("session-item-move", args=[item.pk])).status_code == 403
    assert client.get(reverse("session-add", args=[here.mechanism.pk])).status_code == 403
    theirs = signed_in("officer", here.register.other)
    assert theirs.get(reverse("session", args=[here.planned.pk])).status_code == 404


def test_the_public_sees_public_sessions_only(here: Room, client: Client) -> None:
    publish(here.register)
    record.change(here.mechanism, by=None, visibility="public")
    assert client.get(reverse("session", args=[here.held.pk])).status_code == 404
    record.change(here.held, by=None, visibility="public")
    page = client.get(reverse("session", args=[here.held.pk])).content.decode()
    assert "Both sides spoke." in page
    assert "Put down a decision" not in page
    assert "Cancel" not in page
    page = client.get(reverse("record", args=["mechanisms", here.mechanism.pk])).content.decode()
    assert "Session 4" in page
    assert "Session 5" not in page
    assert "Proposed: session" not in page
