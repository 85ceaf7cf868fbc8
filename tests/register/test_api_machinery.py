"""The API of the roadmap and the machinery: what is shown to whom, and the two things that programs put down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import agreement as of_agreements
from servanda_register.actions import difficulty as of_difficulties
from servanda_register.actions import indicator as of_indicators
from servanda_register.actions import plan as acts
from servanda_register.actions import record
from servanda_register.actions.measurements import Line
from servanda_register.queries.history import verify
from tests.register.conftest import World
from tests.register.test_api import BASE, Program, confirmed, program, public  # noqa: F401

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
DAY = date(2025, 3, 2)
LISTS = ["roadmaps", "actions", "sessions", "exchanges", "agreements", "difficulties", "supports", "indicators"]
SECRET = "Unspoken"
"""Stands in every restricted record, so that one look at an answer tells whether anything of them is in it."""


@dataclass
class Machinery:
    """One record of each kind that members see, and what hangs on it that only the cleared do."""

    world: World
    rows: dict[str, Any]
    hidden: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]

    @property
    def addresses(self) -> list[str]:
        """Of one record of each kind."""
        return [f"{name}/{self.rows[name].pk}" for name in LISTS if name != "supports"]


@pytest.fixture
def machinery(world: World) -> Machinery:
    """Each record that members see is linked with what only the cleared do; of each kind there is a restricted one."""
    here = {"by": None, "partnership": world.partnership}
    plain, secret = confirmed(world, quote="will increase trade"), confirmed(world, "restricted", texts={"en": SECRET})
    talks = record.create(m.Mechanism, **here, names={"en": "Talks"})
    quiet = record.create(m.Mechanism, **here, names={"en": SECRET}, visibility="restricted")
    bodies = [
        record.create(m.Body, by=None, party_id=party, names={"en": f"Ministry of {party}"}) for party in ("IS", "MN")
    ]
    plans, actions = {}, {}
    for key, visibility in (("seen", "internal"), ("hidden", "restricted")):
        name = {"en": SECRET if key == "hidden" else "Roadmap"}
        plan = acts.create_plan(**here, names=name, instruments=[world.instrument], visibility=visibility, on=DAY)
        actions[key] = acts.add_action(
            **here, plan=plan, names=name, commitments=[plain, secret], leads=bodies[:1], supports=bodies[1:],
            mechanism=quiet, due=date(2025, 6, 30), on=DAY, visibility=visibility,
        )  # fmt: skip
        acts.add_milestone(by=None, action=actions[key], names=name, due=date(2025, 5, 1))
        plans[key] = plan
    loose = acts.add_action(**here, names={"en": "Loose"}, mechanism=talks, commitments=[plain], on=DAY)
    dropped = acts.add_action(**here, names={"en": "Dropped"}, on=DAY)
    acts.drop_action(dropped, by=None, reason="not wanted")
    rows: dict[str, Any] = {"roadmaps": plans["seen"], "actions": actions["seen"], "loose": loose, "dropped": dropped,
                            "commitment": plain, "mechanism": talks, "body": bodies[0]}  # fmt: skip
    hidden: dict[str, Any] = {"roadmaps": plans["hidden"], "actions": actions["hidden"], "mechanism": quiet,
                              "commitment": secret}  # fmt: skip
    chair = record.create(m.Person, by=None, full_name="Sigrún", party_id="IS", visibility="internal")
    unnamed = record.create(m.Person, by=None, full_name=SECRET, party_id="MN", visibility="restricted")
    for kept, visibility, said, number in ((rows, "internal", "Open", 1), (hidden, "restricted", SECRET, 2)):
        shown = {"visibility": visibility}
        named = {"names": {"en": said}, **shown}
        session = record.create(m.Session, by=None, mechanism=talks, number=number, starts=date(2025, 4, number),
                                chairs=[chair, unnamed], state="held", minutes=said, host_id="MN", **shown)  # fmt: skip
        for about, action in (("Open", actions["seen"]), (SECRET, actions["hidden"])):
            item = record.create(m.AgendaItem, by=None, session=session, names={"en": about}, actions=[action])
            record.create(m.SessionDecision, by=None, session=session, names={"en": about}, item=item, action=action)
        off = record.create(m.AgendaItem, by=None, session=session, names={"en": "Off"}, rank=9)
        record.change(off, by=None, dropped=True)
        agreement = record.create(m.Agreement, **here, **named, status="in-force", areas=["trade"])
        of_agreements.assess(
            agreement, by=None, on=DAY, finding="partly", reason=said, next_review=date(2026, 3, 2)
        )  # fmt: skip
        difficulty = of_difficulties.raise_difficulty(
            **here, **named, raised_by=m.Party.objects.get(code="IS"), raised_on=DAY, commitments=[plain, secret],
            owed_by=m.Party.objects.get(code="MN"), answer_due=date(2025, 3, 20), areas=["trade"],
        )  # fmt: skip
        of_difficulties.answer(
            difficulty, by=None, party=m.Party.objects.get(code="MN"), on=DAY, text=f"{said} answer",
            owed_by=m.Party.objects.get(code="IS"), answer_due=date(2025, 3, 30),
        )  # fmt: skip
        forum, _made = m.Forum.objects.get_or_create(code="UN", defaults={"names": {"en": "United Nations"}})
        indicator = of_indicators.add_indicator(**here, **named, unit="USD", decimals=2, commitments=[plain, secret])
        of_indicators.set_target(
            indicator, by=None, by_date=date(2100, 12, 31), value=Decimal(900), commitment=secret
        )  # fmt: skip
        for value in ("10.5", "11.25"):
            of_indicators.measure(indicator, by=None, lines=[Line(1, date(2024, 12, 31), Decimal(value))], source=said)
        kept |= {
            "sessions": session, "agreements": agreement, "difficulties": difficulty, "indicators": indicator,
            "exchanges": record.create(m.Exchange, **here, **named, starts=DAY, guest_id="IS",
                                       commitments=[plain, secret]),
            "supports": record.create(m.Support, **here, **named, forum=forum, asked_by_id="IS", commitment=secret),
        }  # fmt: skip
    return Machinery(world, rows, hidden)


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_what_the_reader_may_see(name: str, machinery: Machinery, program: Programs) -> None:  # noqa: F811
    here = machinery.world.partnership
    more = 1 if name == "actions" else 0  # the one that stands in no roadmap
    for stranger in (Client().get(f"{BASE}/{name}"), program("officer", machinery.world.other).get(name)):
        assert stranger.json() == {"total": 0, "items": []}
    inside, cleared = (program("reader", here, cleared=cleared).get(name).json() for cleared in (False, True))
    assert inside["total"] == len(inside["items"]) == 1 + more
    assert cleared["total"] == len(cleared["items"]) == 2 + more
    assert SECRET not in json.dumps(inside)
    assert machinery.rows[name].pk in {row["id"] for row in inside["items"]}
    assert {row["partnership"] for row in inside["items"]} == {here.slug}


def test_nothing_restricted_leaves_a_trace(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    reader = program("reader", machinery.world.partnership)
    secret = machinery.hidden["commitment"].pk
    for address in [*machinery.addresses, f"indicators/{machinery['indicators'].pk}/measurements?replaced=true"]:
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert SECRET not in answer.content.decode(), address
        told = answer.json()
        assert secret not in [c["id"] for c in told.get("commitments", [])], address
        assert told.get("mechanism") != machinery.hidden["mechanism"].pk
        assert secret not in [t["commitment"] for t in told.get("targets", [])]
    for name in LISTS:
        if name == "supports":
            continue
        there, nowhere = (reader.get(f"{name}/{pk}") for pk in (machinery.hidden[name].pk, 999_999))
        assert (there.status_code, there.json()) == (404, nowhere.json()), name
    assert reader.get("supports").json()["items"][0]["commitment"] is None
    for pk in (machinery.hidden["indicators"].pk, 999_999):
        assert reader.get(f"indicators/{pk}/measurements").status_code == 404
    assert reader.get("actions", mechanism=machinery.hidden["mechanism"].pk).json()["total"] == 0
    assert reader.get("actions", roadmap=machinery.hidden["roadmaps"].pk).json()["total"] == 0


def test_the_cleared_are_told_all(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership, cleared=True)
    secret = machinery.hidden["commitment"].pk
    for name in ("actions", "exchanges", "difficulties", "indicators"):
        told = officer.get(f"{name}/{machinery[name].pk}").json()
        assert [c["id"] for c in told["commitments"]] == [machinery["commitment"].pk, secret], name
    assert officer.get("actions", mechanism=machinery.hidden["mechanism"].pk).json()["total"] == 2
    session = officer.get(f"sessions/{machinery['sessions'].pk}").json()
    assert [item["names"]["en"] for item in session["agenda"]] == ["Open", SECRET]
    assert {row["commitment"] for row in officer.get("supports").json()["items"]} == {secret}


def test_the_work_stays_inside_though_all_is_public(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    public(machinery.world.partnership, machinery.world.instrument, machinery["mechanism"])
    by = program("officer", machinery.world.partnership)
    assert by.post(f"actions/{machinery['actions'].pk}/progress", {"state": "delivered", "reason": "done"}).json()["by"]
    said = by.post(f"indicators/{machinery['indicators'].pk}/measurements", {"period": "2023-12-31", "value": 1})
    assert said.json()["by"] == by.account.username
    for name in LISTS:
        record.change(machinery[name], by=None, visibility="public")
    name = by.account.username
    for outside in (Client(), None):
        ask = outside.get if outside else program("coder", machinery.world.other).get
        base = f"{BASE}/" if outside else ""
        for address in [*machinery.addresses, f"indicators/{machinery['indicators'].pk}/measurements"]:
            answer = ask(f"{base}{address}")
            assert answer.status_code == 200, address
            assert name not in answer.content.decode(), address
            assert SECRET not in answer.content.decode(), address
        roadmap = ask(f"{base}roadmaps/{machinery['roadmaps'].pk}").json()
        assert roadmap["steps"] == []
        assert [a["number"] for a in roadmap["actions"]] == [1]
        assert ask(f"{base}difficulties/{machinery['difficulties'].pk}").json()["answers"] == []
        agreement = ask(f"{base}agreements/{machinery['agreements'].pk}").json()
        assert (agreement["assessments"], agreement["finding"], agreement["assessed"]) == ([], None, None)
    history = by.get(f"actions/{machinery['actions'].pk}").json()["progress"]
    assert [row["by"] for row in history] == [None, name]


# --- what is told -----------------------------------------------------------------------------------------------------


def test_a_roadmap_is_told_with_its_actions(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    plan = machinery["roadmaps"]
    parties = {code: m.Party.objects.get(code=code) for code in ("IS", "MN")}
    acts.circulate(plan, by=None, to=[machinery["body"]], on=DAY)
    acts.adopt(plan, by=None, party=parties["IS"], on=DAY)
    told = officer.get(f"roadmaps/{plan.pk}").json()
    assert (told["state"], told["adopted"], told["amended_by"]) == ("circulated", {"IS": "2025-03-02"}, None)
    assert [(s["before"], s["state"], s["party"], s["to"]) for s in told["steps"]] == [
        ("", "draft", None, []), ("draft", "circulated", None, [machinery["body"].pk]),
        ("circulated", "circulated", "IS", []),
    ]  # fmt: skip
    assert (told["number_of_actions"], told["number_delivered"], told["number_overdue"]) == (1, 0, 1)
    assert told["instruments"] == [machinery.world.instrument.pk]
    acts.adopt(plan, by=None, party=parties["MN"], on=DAY)
    draft = acts.amend(plan, by=None, reason="a new year")
    assert officer.get(f"roadmaps/{plan.pk}").json()["amended_by"] == draft.pk
    later = officer.get(f"roadmaps/{draft.pk}").json()
    assert (later["amends"], later["version"]) == (plan.pk, 2)
    assert [a["continues"] for a in later["actions"]] == [machinery["actions"].pk]
    assert [row["id"] for row in officer.get("roadmaps").json()["items"]] == [draft.pk, plan.pk]
    assert [row["id"] for row in officer.get("roadmaps", state="adopted").json()["items"]] == [plan.pk]
    acts.circulate(draft, by=None, to=[machinery["body"]], on=DAY)
    for party in parties.values():
        acts.adopt(draft, by=None, party=party, on=timezone.localdate())
    # what is over shows what it held
    old = officer.get(f"roadmaps/{plan.pk}").json()
    assert [(a["id"], a["state"]) for a in old["actions"]] == [(machinery["actions"].pk, "superseded")]


def test_an_action_is_told_in_full(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    told = program("reader", machinery.world.partnership).get(f"actions/{machinery['actions'].pk}").json()
    assert (told["roadmap"], told["state"], told["timing"]) == (machinery["roadmaps"].pk, "not-started", "overdue")
    assert [(b["party"], b["names"]["en"]) for b in told["leads"] + told["supports"]] == [
        ("IS", "Ministry of IS"), ("MN", "Ministry of MN"),
    ]  # fmt: skip
    commitment = machinery["commitment"]
    assert told["commitments"] == [
        {"id": commitment.pk, "instrument": machinery.world.instrument.pk, "number": 1, "strength": "firm",
         "texts": commitment.texts, "quote": "will increase trade"},
    ]  # fmt: skip
    assert [(x["names"]["en"], x["due"], x["done"]) for x in told["milestones"]] == [("Roadmap", "2025-05-01", None)]
    assert [(p["before"], p["state"], p["on"], p["reason"]) for p in told["progress"]] == [
        ("", "not-started", "2025-03-02", "Added")
    ]


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ({}, ["Roadmap", "Loose"]),
        ({"state": ""}, ["Roadmap", "Loose", "Dropped"]),
        ({"state": "superseded"}, ["Dropped"]),
        ({"state": "delivered"}, []),
        ({"partnership": "iceland-mongolia"}, ["Roadmap", "Loose"]),
        ({"partnership": "iceland-nepal"}, []),
        ({"overdue": "true"}, ["Roadmap"]),
        ({"overdue": "false"}, ["Loose"]),
        ({"party": "MN"}, ["Roadmap"]),
        ({"party": "NP"}, []),
        ({"area": "trade"}, []),
        ({"body": "body"}, ["Roadmap"]),
        ({"mechanism": "mechanism"}, ["Loose"]),
        ({"roadmap": "roadmaps"}, ["Roadmap"]),
        ({"limit": 1, "offset": 1}, ["Loose"]),
    ],
)
def test_actions_are_narrowed_down(
    narrowing: dict[str, Any],
    found: list[str],
    machinery: Machinery,
    program: Programs,  # noqa: F811
) -> None:
    asked = {key: machinery[value].pk if value in machinery.rows else value for key, value in narrowing.items()}
    page = program("reader", machinery.world.partnership).get("actions", **asked).json()
    assert [row["names"]["en"] for row in page["items"]] == found
    assert page["total"] == (2 if "limit" in narrowing else len(found))


def test_areas_of_actions_are_those_of_commitments_that_are_seen(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    record.change(machinery["commitment"], by=None, areas=["trade"])
    record.change(machinery.hidden["commitment"], by=None, areas=["people"])
    reader, cleared = (program("reader", machinery.world.partnership, cleared=c) for c in (False, True))
    assert reader.get("actions", area="trade").json()["total"] == 2
    assert reader.get("actions", area="people").json()["total"] == 0
    assert cleared.get("actions", area="people").json()["total"] == 2


@pytest.mark.parametrize(
    ("name", "narrowing", "total"),
    [
        ("sessions", {"mechanism": "mechanism"}, 1), ("sessions", {"mechanism": 999_999}, 0),
        ("sessions", {"state": "planned"}, 0), ("sessions", {"state": "held", "partnership": "iceland-mongolia"}, 1),
        ("sessions", {"partnership": "iceland-nepal"}, 0), ("exchanges", {"state": "planned"}, 1),
        ("exchanges", {"state": "held"}, 0), ("exchanges", {"partnership": "iceland-nepal"}, 0),
        ("difficulties", {"owed_by": "IS"}, 1), ("difficulties", {"owed_by": "MN"}, 0),
        ("difficulties", {"overdue": "true"}, 1), ("difficulties", {"state": "resolved"}, 0),
        ("difficulties", {"partnership": "iceland-nepal"}, 0), ("supports", {"forum": "UN", "state": "asked"}, 1),
        ("supports", {"forum": "EAEU"}, 0), ("supports", {"state": "given"}, 0),
        ("supports", {"partnership": "iceland-nepal"}, 0), ("indicators", {"partnership": "iceland-nepal"}, 0),
        ("indicators", {"partnership": "iceland-mongolia"}, 1), ("agreements", {"partnership": "iceland-nepal"}, 0),
        ("roadmaps", {"partnership": "iceland-nepal"}, 0), ("roadmaps", {"state": "draft"}, 1),
        ("roadmaps", {"state": "adopted"}, 0), ("exchanges", {"offset": 1}, 1),
    ],
)  # fmt: skip
def test_lists_are_narrowed_down(
    name: str,
    narrowing: dict[str, Any],
    total: int,
    machinery: Machinery,
    program: Programs,  # noqa: F811
) -> None:
    asked = {key: machinery[value].pk if value in machinery.rows else value for key, value in narrowing.items()}
    page = program("reader", machinery.world.partnership).get(name, **asked).json()
    assert (page["total"], len(page["items"])) == (total, 0 if "offset" in narrowing else total)


def test_difficulties_that_are_not_overdue_are_left_out(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    of_difficulties.answer(
        machinery["difficulties"], by=None, party=m.Party.objects.get(code="IS"), on=DAY, text="Soon.",
        owed_by=m.Party.objects.get(code="MN"), answer_due=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip
    reader = program("reader", machinery.world.partnership)
    assert reader.get("difficulties", overdue="true").json()["total"] == 0
    assert [row["overdue"] for row in reader.get("difficulties").json()["items"]] == [False]


def test_the_machinery_is_told(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    reader = program("reader", machinery.world.partnership)
    session = reader.get(f"sessions/{machinery['sessions'].pk}").json()
    assert (session["mechanism"], session["host"], session["minutes"]) == (machinery["mechanism"].pk, "MN", "Open")
    assert [(p["name"], p["party"]) for p in session["chairs"]] == [("Sigrún", "IS")]
    assert [(i["names"]["en"], i["actions"]) for i in session["agenda"]] == [("Open", [machinery["actions"].pk])]
    (decision,) = session["decisions"]
    assert (decision["item"], decision["action"]) == (session["agenda"][0]["id"], machinery["actions"].pk)
    visit = reader.get(f"exchanges/{machinery['exchanges'].pk}").json()
    assert (visit["guest"], visit["starts"], visit["channel"]) == ("IS", "2025-03-02", "government")
    agreement = reader.get(f"agreements/{machinery['agreements'].pk}").json()
    assert (agreement["finding"], agreement["assessed"], agreement["next_review"], agreement["stage"]) == (
        "partly", "2025-03-02", "2026-03-02", "",
    )  # fmt: skip
    assert [(a["on"], a["finding"], a["reason"]) for a in agreement["assessments"]] == [
        ("2025-03-02", "partly", "Open")
    ]
    difficulty = reader.get(f"difficulties/{machinery['difficulties'].pk}").json()
    assert (difficulty["raised_by"], difficulty["owed_by"], difficulty["answer_due"], difficulty["overdue"]) == (
        "IS", "IS", "2025-03-30", True,
    )  # fmt: skip
    assert [(a["party"], a["text"]) for a in difficulty["answers"]] == [("MN", "Open answer")]
    (support,) = reader.get("supports").json()["items"]
    assert (support["forum"], support["asked_by"], support["state"]) == ("UN", "IS", "asked")


def test_an_indicator_is_told_with_targets_and_values(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    reader = program("reader", machinery.world.partnership)
    pk = machinery["indicators"].pk
    told = reader.get(f"indicators/{pk}").json()
    assert (told["latest"], told["latest_period"]) == ("11.25", "2024-12-31")
    assert (told["next_target"], told["next_target_by"]) == ("900", "2100-12-31")
    assert [(t["by_date"], t["value"], t["commitment"]) for t in told["targets"]] == [("2100-12-31", "900", None)]
    rows = reader.get(f"indicators/{pk}/measurements").json()
    assert [(x["period"], x["value"], x["replaced"]) for x in rows["items"]] == [("2024-12-31", "11.25", False)]
    rows = reader.get(f"indicators/{pk}/measurements", replaced="true").json()
    assert [(x["value"], x["replaced"]) for x in rows["items"]] == [("10.5", True), ("11.25", False)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("actions?limit=0", 422), ("actions?overdue=perhaps", 422), ("actions?body=0", 422), ("roadmaps/0", 422),
        ("sessions?mechanism=-1", 422), ("supports?forum=%00", 422), ("indicators?limit=201", 422),
        ("difficulties?overdue=2", 422), ("exchanges/7", 404), ("indicators/7/measurements?offset=-1", 422),
    ],
)  # fmt: skip
def test_faults_are_one_sentence(path: str, status: int, world: World) -> None:
    answer = Client().get(f"{BASE}/{path}")
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_few_questions(
    name: str,
    machinery: Machinery,
    program: Programs,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    officer = program("officer")
    with django_assert_max_num_queries(15):
        assert officer.get(name).json()["items"]
    if name != "supports":
        with django_assert_max_num_queries(25):
            assert officer.get(f"{name}/{machinery[name].pk}").status_code == 200


# --- what programs put down -------------------------------------------------------------------------------------------


def test_progress_is_put_down(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    address = f"actions/{machinery['actions'].pk}/progress"
    given = {"state": "under-way", "on": "2025-04-01", "reason": "Talks began.", "source": "Note 7"}
    made = officer.post(address, given)
    assert made.status_code == 201, made.json()
    told = made.json()
    assert {key: told[key] for key in given} == given
    assert (told["before"], told["by"]) == ("not-started", officer.account.username)
    today = officer.post(address, {"state": "delivered", "reason": "Signed."}).json()
    assert today["on"] == timezone.localdate().isoformat()
    seen = officer.get(f"actions/{machinery['actions'].pk}").json()
    assert (seen["state"], seen["timing"]) == ("delivered", "")
    assert [row["state"] for row in seen["progress"]] == ["not-started", "under-way", "delivered"]
    assert not list(verify())


@pytest.mark.parametrize("before", m.ProgressState.values)
def test_only_what_can_follow_is_taken(before: str, machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    for after in (*m.ProgressState.values, "finished", ""):
        start = before if before in m.PROGRESS_STEPS[""] else "not-started"
        action = acts.add_action(
            by=None, partnership=machinery.world.partnership, names={"en": "One"}, state=start, on=DAY
        )
        if before != start:
            acts.set_state(action, by=None, state=before, on=DAY, reason="for the test")
        answer = officer.post(f"actions/{action.pk}/progress", {"state": after, "reason": "as reported"})
        allowed = after in m.PROGRESS_STEPS[before]
        assert answer.status_code == (201 if allowed else 422), (before, after, answer.json())
        assert m.Action.objects.get(pk=action.pk).state == (after if allowed else before)
        if not allowed:
            assert "What can follow" in answer.json()["error"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": " "}, "reason"), ({"on": "2999-01-01"}, "on: "), ({"on": "soon"}, "on"),
        ({"source": "x" * 1001}, "source"), ({"reason": "a\x00b"}, "reason"), ({"state": None}, "state"),
    ],
)  # fmt: skip
def test_progress_that_is_not_right_is_refused(
    given: dict[str, Any],
    said: str,
    machinery: Machinery,
    program: Programs,  # noqa: F811
) -> None:
    right = {"state": "under-way", "reason": "Talks began."}
    officer = program("officer", machinery.world.partnership)
    answer = officer.post(f"actions/{machinery['actions'].pk}/progress", {**right, **given})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(said)
    assert machinery["actions"].progress.count() == 1


def test_a_draft_of_an_amendment_takes_no_progress(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    plan = machinery["roadmaps"]
    acts.circulate(plan, by=None, to=[machinery["body"]], on=DAY)
    for party in machinery.world.partnership.parties.all():
        acts.adopt(plan, by=None, party=party, on=DAY)
    copy = acts.amend(plan, by=None, reason="a new year").actions.get()
    officer = program("officer", machinery.world.partnership)
    answer = officer.post(f"actions/{copy.pk}/progress", {"state": "delivered", "reason": "Signed."})
    assert answer.status_code == 422
    assert "draft of an amendment" in answer.json()["error"]


def test_a_value_is_put_in(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    address = f"indicators/{machinery['indicators'].pk}/measurements"
    made = officer.post(address, {"period": "2023-12-31", "value": "12345678901.23456", "source": "Customs"})
    assert made.status_code == 201, made.json()
    assert (made.json()["value"], made.json()["source"]) == ("12345678901.2346", "Customs")
    again = officer.post(address, {"period": "2023-12-31", "value": "12345678901.2346", "source": "Customs"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    other = officer.post(address, {"period": "2023-12-31", "value": -0.00001})
    assert (other.status_code, other.json()["value"], other.json()["replaced"]) == (201, "0", False)
    assert [x["replaced"] for x in officer.get(address, replaced="true").json()["items"]] == [True, False, True, False]
    assert not list(verify())


@pytest.mark.parametrize(
    "given",
    [
        {"period": "2999-12-31"}, {"period": "last year"}, {"value": "many"}, {"value": None}, {"value": "NaN"},
        {"value": "1e16"}, {"value": "123456789012.3456"}, {"value": "-1e16"}, {"value": "Infinity"},
        {"source": "x" * 501},
    ],
)  # fmt: skip
def test_a_value_that_is_not_right_is_refused(given: dict[str, Any], machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    address = f"indicators/{machinery['indicators'].pk}/measurements"
    answer = officer.post(address, {"period": "2023-12-31", "value": 5, **given})
    assert (answer.status_code, list(answer.json())) == (422, ["error"])
    assert machinery["indicators"].measurements.count() == 2


def test_an_indicator_that_has_ended_takes_no_value(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    of_indicators.change_indicator(machinery["indicators"], by=None, reason="over", ended=True)
    address = f"indicators/{machinery['indicators'].pk}/measurements"
    answer = program("officer", machinery.world.partnership).post(address, {"period": "2023-12-31", "value": 5})
    assert (answer.status_code, "has ended" in answer.json()["error"]) == (422, True)


@pytest.mark.parametrize("kind", ["actions", "indicators"])
def test_others_put_nothing_down(kind: str, machinery: Machinery, program: Programs) -> None:  # noqa: F811
    here, other = machinery.world.partnership, machinery.world.other
    part, given = {
        "actions": ("progress", {"state": "delivered", "reason": "Signed."}),
        "indicators": ("measurements", {"period": "2023-12-31", "value": 5}),
    }[kind]
    address, hidden = (f"{kind}/{rows[kind].pk}/{part}" for rows in (machinery.rows, machinery.hidden))
    written = m.Event.objects.count
    assert Client().post(f"{BASE}/{address}", given, "application/json").status_code == 401
    asked: list[tuple[Program, str, int]] = [
        *((program(group, here), address, 403) for group in ("reader", "coder", "reviewer")),
        (program("officer", other), address, 404), (program("officer", here), hidden, 404),
    ]  # fmt: skip
    before = written()
    for who, path, status in asked:
        assert who.post(path, given).status_code == status
    assert Program(asked[-1][0].account).post(f"{address}?as_of=2026-01-01", given).status_code == 409
    assert written() == before + 1  # the token
    assert program("officer", here, cleared=True).post(hidden, given).status_code == 201


# --- history ----------------------------------------------------------------------------------------------------------


def test_history_names_nothing_that_the_reader_may_not_see(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    action, quiet = machinery["actions"], machinery.hidden["mechanism"]
    seen, hidden = machinery["commitment"].pk, machinery.hidden["commitment"].pk
    acts.change_action(
        action, by=None, reason="tidied", mechanism=machinery["mechanism"],
        commitments=[machinery.hidden["commitment"]], names={"en": "Road map"},
    )  # fmt: skip
    asked = {"kind": "action", "record": str(action.pk)}
    told = {
        cleared: program("reader", machinery.world.partnership, cleared=cleared).get("events", **asked).json()
        for cleared in (False, True)
    }
    assert told[False]["total"] == told[True]["total"] == 2
    for cleared, page in told.items():
        change, made = page["items"]
        assert change["before"]["mechanism_id"] == made["after"]["mechanism_id"] == (quiet.pk if cleared else None)
        assert change["after"]["mechanism_id"] == machinery["mechanism"].pk
        assert made["after"]["commitments"] == ([seen, hidden] if cleared else [seen])
        assert change["after"]["commitments"] == ([hidden] if cleared else [])
        assert made["after"]["leads"] == [machinery["body"].pk]
        assert (SECRET in json.dumps(page)) is cleared
        said = {c["label"]: (c["before"], c["after"]) for c in change["changes"]}
        assert said["Names"] == (["en: Roadmap"], ["en: Road map"])
        assert said["Mechanism that follows it"] == ([SECRET] if cleared else [], ["Talks"])
        assert change["digest"] == m.Event.objects.get(sequence=change["sequence"]).digest


def test_no_event_holds_a_key_of_what_is_out_of_sight(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    """Every column that refers to another record, in every kind of event."""
    reader = program("reader", machinery.world.partnership)
    hidden = {name: row.pk for name, row in machinery.hidden.items()}
    page = reader.get("events", limit=200).json()
    kinds = {row["kind"] for row in page["items"]}
    assert {"action", "progress", "session", "exchange", "difficulty", "support", "indicator", "target"} <= kinds
    for row in page["items"]:
        for held in (row["before"] or {}, row["after"] or {}):
            assert hidden["commitment"] not in held.get("commitments", []), row
            for key, name in (("commitment_id", "commitment"), ("mechanism_id", "mechanism"), ("plan_id", "roadmaps")):
                assert held.get(key) != hidden[name], row
    assert SECRET not in json.dumps(page)


def test_the_past_is_told_as_it_was(machinery: Machinery, program: Programs) -> None:  # noqa: F811
    officer = program("officer", machinery.world.partnership)
    moment = timezone.now().isoformat()
    for part, given in (
        (f"actions/{machinery['actions'].pk}/progress", {"state": "delivered", "reason": "Signed."}),
        (f"indicators/{machinery['indicators'].pk}/measurements", {"period": "2024-12-31", "value": 12}),
    ):
        assert officer.post(part, given).status_code == 201
    for address in machinery.addresses:
        assert officer.get(address, as_of=moment).status_code == 200, address
    assert officer.get(f"actions/{machinery['actions'].pk}", as_of=moment).json()["state"] == "not-started"
    values = f"indicators/{machinery['indicators'].pk}/measurements"
    assert [x["value"] for x in officer.get(values, as_of=moment).json()["items"]] == ["11.25"]
    assert [x["value"] for x in officer.get(values).json()["items"]] == ["12"]
