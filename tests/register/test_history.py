"""The history of records, and whether it is whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.models import guards
from servanda_register.queries import history
from servanda_register.queries.rights import Rights, rights_of

from .conftest import World

pytestmark = pytest.mark.django_db
ALL = Rights(everywhere="officer", cleared_everywhere=True)


def unguarded(*statements: str) -> None:
    """Does what only someone with the database's own password could, past triggers and all."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for table, verbs in guards.tables(m.Event._meta.app_config).items():
                for verb in verbs:
                    cursor.execute(f'DROP TRIGGER IF EXISTS "keep_{table}_{verb}"')
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def whole(world: World) -> World:
    """A world in which the one text has its digest."""
    sha = hashlib.sha256(world.expression.text.encode()).hexdigest()
    if world.expression.sha256 != sha:
        pytest.fail("the world's expression says another digest than that of its text")
    record.change(world.instrument, by=None, place="Reykjavík")
    return world


def test_nothing_is_amiss_where_nothing_was_touched(whole: World) -> None:
    mechanism = record.create(m.Mechanism, by=None, partnership=whole.partnership, names={"en": "Committee"})
    record.create(
        m.Commitment, by=None, instrument=whole.instrument, number=1, modality="firm", strength="firm", action="sign",
        actors=["both"],
        areas=["people", "trade"], mechanisms=[mechanism], proposals=whole.proposals,
    )  # fmt: skip
    content = b"a file"
    sha = hashlib.sha256(content).hexdigest()
    record.keep(m.Attachment(partnership=whole.partnership, name="a.txt", content=content, sha256=sha), by=None)
    assert [str(b) for b in history.verify()] == []


EVENT, HEAD = "register_event", "register_chainhead"
TOUCHED = {
    "a reason written anew": (f"UPDATE {EVENT} SET reason = 'another' WHERE sequence = 2", "altered"),
    "a date moved": (f"UPDATE {EVENT} SET at = '2020-01-01 00:00:00' WHERE sequence = 2", "altered"),
    "an event taken out": (f"DELETE FROM {EVENT} WHERE sequence = 2", "missing"),
    "the last event taken out": (f"DELETE FROM {EVENT} WHERE sequence = (SELECT sequence FROM {HEAD})", "ends with"),
    "the head set back": (f"UPDATE {HEAD} SET sequence = 1", "ends with"),
    "a record changed beside the trail": ("UPDATE register_instrument SET place = 'Elsewhere'", "latest event"),
    "a list changed beside the trail": ("DELETE FROM register_partnership_parties", "latest event"),
    "a record put in beside the trail": (
        "INSERT INTO register_person (full_name, visibility) VALUES ('Nobody', 'public')",
        "no event tells",
    ),
    "a text changed": ("UPDATE register_expression SET text = 'Joint Fraud'", "not what was given"),
    "a written row taken out": ("DELETE FROM register_expression", "not in the register"),
}  # fmt: skip


@pytest.mark.parametrize("case", TOUCHED)
def test_what_was_touched_is_found(whole: World, case: str) -> None:
    statement, said = TOUCHED[case]
    if "DELETE FROM register_expression" in statement:
        unguarded("DELETE FROM register_proposal", "DELETE FROM register_segment", statement)
    else:
        unguarded(statement)
    assert any(said in b.what for b in history.verify()), [str(b) for b in history.verify()]


def test_an_event_written_anew_with_its_digest_breaks_the_next(whole: World) -> None:
    from servanda_register.queries.trail import START, digest_of

    first = m.Event.objects.get(sequence=1)
    first.reason = "another"
    unguarded(f"UPDATE {EVENT} SET reason = 'another', digest = '{digest_of(first, START)}' WHERE sequence = 1")
    assert [b.sequence for b in history.verify()] == [2]


def test_fifty_thousand_events_are_checked_in_time(whole: World) -> None:
    """Measured on few and reckoned up: the whole takes under twenty seconds."""
    after = {"names": {"en": "A mechanism with a name of usual length"}, "kind": "committee", "note": "w" * 400}
    rows = [(whole.partnership, after, after)] * 5000
    record.put_events(rows, by=None, verb="note")
    begun = time.process_time()
    assert sum(1 for _b in history.verify()) == 1  # the partnership is not what these events say
    assert time.process_time() - begun < 2.0


def test_differences_are_in_words(world: World, account: Callable[..., m.Account]) -> None:
    seen = record.create(m.Mechanism, by=None, partnership=world.partnership, names={"en": "Committee on Trade"})
    hidden = record.create(
        m.Mechanism, by=None, partnership=world.partnership, names={"en": "Secret Channel"}, visibility="restricted"
    )
    one = record.create(
        m.Commitment,
        by=None,
        instrument=world.instrument,
        number=1,
        modality="firm",
        strength="firm",
        action="sign",
        actors=["both"],
    )
    record.change(
        one,
        by=account("officer"),
        strength="agreed",
        areas=["trade", "people"],
        mechanisms=[seen, hidden],
        deadline="2030",
    )
    event = m.Event.objects.latest("sequence")
    reader = rights_of(account("reader"))
    found = {d.label: (d.before, d.after) for d in history.differences([event], reader)[event.sequence]}
    assert found == {
        "Strength": (["Firm"], ["Agreed"]),
        "Areas": ([], ["Trade", "People"]),
        "Mechanisms": ([], ["Committee on Trade"]),
        "Deadline": ([], ["2030"]),
    }


def test_a_record_without_a_name_is_told_by_its_day_value_or_state(world: World) -> None:
    indicator = record.create(
        m.Indicator, by=None, partnership=world.partnership, names={"en": "Trade turnover"}, unit="million USD"
    )
    for value in ("12300", "184.7"):
        record.keep(m.Measurement(indicator=indicator, period=date(2025, 12, 31), value=Decimal(value)), by=None)
    action = record.create(m.Action, by=None, partnership=world.partnership, names={"en": "Open a line"}, number=1)
    record.keep(m.Progress(action=action, before="", state="under-way", on=date(2026, 1, 2), reason="Begun"), by=None)
    told = [history.thing(e)[0] for e in m.Event.objects.filter(kind__in=["measurement", "progress"])]
    assert told == [
        "state of an action “Under way”", "value of an indicator, 31 December 2025: 184.7",
        "value of an indicator, 31 December 2025: 12300",
    ]  # fmt: skip


def test_pages_tell_who_did_what_and_why(
    world: World, account: Callable[..., m.Account], django_assert_max_num_queries: Any
) -> None:
    officer = account("officer", name="olaf")
    record.change(world.instrument, by=officer, reason="as the protocol says", place="Reykjavík")
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(15):
        page = client.get("/history/").content.decode()
    assert "a membership as Desk officer" in page
    assert "Olaf changed statement “Joint Statement”" in page
    assert "as the protocol says" in page
    for narrowed, there in [
        (f"who={officer.pk}", True), ("kind=instrument", True), ("kind=partnership", False), ("verb=change", True),
        ("verb=create", False), ("when=day", True), (f"partnership={world.partnership.pk}", True),
        (f"partnership={world.other.pk}", False),
    ]:  # fmt: skip
        assert ("as the protocol says" in client.get(f"/history/?{narrowed}").content.decode()) is there, narrowed
    assert client.get("/history/?format=csv").content.decode().count("as the protocol says") == 1
    with django_assert_max_num_queries(15):
        page = client.get(f"/history/instrument/{world.instrument.pk}/").content.decode()
    assert all(words in page for words in ("Place", "Ulaanbaatar", "Reykjavík", "as the protocol says"))
    event = m.Event.objects.latest("sequence")
    with django_assert_max_num_queries(15):
        page = client.get(f"/history/events/{event.sequence}/").content.decode()
    assert event.digest in page


def test_every_event_can_be_told(world: World, account: Callable[..., m.Account]) -> None:
    """Whatever the kind of record, its page stands."""
    officer = account("administrator", cleared=True)
    person = record.create(m.Person, by=officer, full_name="A. Person")
    record.create(m.Role, by=officer, person=person, names={"en": "Minister"}, from_date="2024-01-02")
    review = record.create(m.Review, by=officer, expression=world.expression, reviewer=officer)
    record.create(m.Decision, by=officer, review=review, verdict="accept", outcomes=[{}], proposals=world.proposals[:1])
    record.keep(m.Comment(partnership=world.partnership, text="Remark", by=officer), by=officer)
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    told = list(m.Event.objects.values_list("sequence", "kind", "record"))
    assert {kind for _s, kind, _r in told} >= {
        "partnership",
        "instrument",
        "expression",
        "membership",
        "role",
        "decision",
    }
    for sequence, kind, key in told:
        assert client.get(f"/history/events/{sequence}/").status_code == 200, kind
        assert client.get(f"/history/{kind}/{key}/").status_code == 200, kind


@pytest.mark.parametrize("address", ["/history/instrument/999/", "/history/nonsense/1/", "/history/events/99999/"])
def test_what_is_not_there_is_not_found(signed_in: Callable[..., Client], world: World, address: str) -> None:
    assert signed_in("officer").get(address).status_code == 404
