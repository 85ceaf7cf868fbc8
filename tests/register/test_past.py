"""The register as it was on a day."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register import past as looking
from servanda_register.actions import record
from servanda_register.queries import past, trail
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

from .conftest import World

pytestmark = pytest.mark.django_db
ALL = Rights(everywhere="officer", cleared_everywhere=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> None:
    """A folder of its own for each test: the numbers of events begin anew in each."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]


def commitment(world: World, number: int = 1, **fields: object) -> m.Commitment:
    proposal = world.proposals[number - 1]
    return record.create(
        m.Commitment, by=None, instrument=world.instrument, number=number, expression=world.expression,
        start=proposal.start, end=proposal.end, quote=proposal.quote, modality=proposal.modality,
        strength=proposal.strength, action=proposal.action,
        **{"actors": ["both"], "areas": ["trade", "people"], "proposals": [proposal], **fields},
    )  # fmt: skip


def test_records_are_what_they_were(world: World) -> None:
    one = commitment(world)
    then = timezone.now()
    record.change(one, by=None, deadline="2030", areas=["people"])
    commitment(world, 2)
    with past.at(then):
        seen = list(visible(m.Commitment, ALL))
        assert [(c.number, c.deadline) for c in seen] == [(1, "")]
        assert [a.pk for a in seen[0].areas.order_by("ranked_commitments__rank")] == ["trade", "people"]
        assert list(seen[0].proposals.values_list("ident", flat=True)) == ["c1"]
        assert seen[0].folded.startswith("agreed to hold")
    assert visible(m.Commitment, ALL).count() == 2


def test_every_record_of_this_moment_is_the_same_in_the_past(world: World, account: Callable[..., m.Account]) -> None:
    """Nothing is lost or altered on the way through the trail, for any model."""
    mechanism = record.create(m.Mechanism, by=None, partnership=world.partnership, names={"en": "Committee"})
    person = record.create(m.Person, by=None, full_name="A. Person")
    record.create(m.Role, by=None, person=person, mechanism=mechanism, names={"en": "Chair"}, from_date="2024-01-02")
    review = record.create(m.Review, by=None, expression=world.expression, reviewer=account("coder"))
    decision = record.keep(m.Decision(review=review, verdict="accept"), by=None)
    decision.proposals.set(world.proposals[:2])
    commitment(world, mechanisms=[mechanism], decision=decision)
    record.keep(m.Comment(partnership=world.partnership, text="Remark", by=review.reviewer), by=None)
    models = [
        m.Partnership, m.Mechanism, m.Person, m.Role, m.Instrument, m.Commitment, m.Review,
        m.Expression, m.Segment, m.Proposal, m.Decision, m.Comment, m.Area, m.Party,
    ]  # fmt: skip
    now = {model: dict(trail.snapshots(model)) for model in models}
    assert all(now.values()), "a model without rows shows nothing"
    with past.at(timezone.now()):
        for model in models:
            assert dict(trail.snapshots(model)) == now[model], model
            assert all(r._state.db == looking.ALIAS for r in model._default_manager.all())


def test_what_is_restricted_now_is_restricted_in_the_past(world: World) -> None:
    record.change(world.instrument, by=None, visibility="public")
    record.change(world.partnership, by=None, visibility="public")
    then = timezone.now()
    with past.at(then):
        assert visible(m.Instrument, Rights()).exists()
    record.change(world.instrument, by=None, visibility="restricted")
    with past.at(then):
        assert not visible(m.Instrument, Rights()).exists()
        assert not visible(m.Segment, Rights(everywhere="reader")).exists()
        assert visible(m.Instrument, ALL).exists()


def test_what_was_restricted_then_is_restricted_in_its_past(world: World) -> None:
    record.change(world.instrument, by=None, visibility="restricted")
    then = timezone.now()
    record.change(world.instrument, by=None, visibility="public")
    record.change(world.partnership, by=None, visibility="public")
    with past.at(then):
        assert not visible(m.Instrument, Rights(everywhere="reader")).exists()


def test_reviews_apart_now_stay_apart_in_the_past(world: World, account: Callable[..., m.Account]) -> None:
    record.create(m.Review, by=None, expression=world.expression, reviewer=account("coder"))
    then = timezone.now()
    record.change(world.instrument, by=None, reviewing="double")
    with past.at(then):
        assert not visible(m.Review, ALL).exists()


def test_history_and_files_end_with_the_moment(world: World) -> None:
    def attach(name: str) -> None:
        record.keep(m.Attachment(instrument=world.instrument, name=name, sha256="0" * 64, content=b"as given"), by=None)

    attach("before.pdf")
    then = timezone.now()
    count = m.Event.objects.count()
    attach("after.pdf")
    with past.at(then):
        assert visible(m.Event, ALL).exclude(kind="expression").count() == count - 1
        assert [bytes(a.content) for a in visible(m.Attachment, ALL)] == [b"as given"]
        assert m.Expression.objects.filter(instrument__attachments__name="before.pdf").exists()


def test_nothing_can_be_written_in_the_past(world: World) -> None:
    with past.at(timezone.now()):
        with pytest.raises(looking.PastIsKept):
            record.change(m.Partnership.objects.get(pk=world.partnership.pk), by=None, visibility="public")
        with pytest.raises(looking.PastIsKept):
            m.Area.objects.create(slug="space")


def test_a_database_is_made_once_for_a_moment_and_few_stay(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[int] = []
    build = past._build
    monkeypatch.setattr(past, "_build", lambda moment, file: (made.append(moment.sequence), build(moment, file)))
    then = timezone.now()
    for number in range(3):
        with past.at(then):
            pass
        record.change(world.instrument, by=None, place=f"Place {number}")
    assert len(made) == 1
    for number in range(past.KEPT + 2):
        record.change(world.instrument, by=None, place=f"Other {number}")
        with past.at(timezone.now()):
            pass
    assert len(list((tmp_path / "past").iterdir())) == past.KEPT


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-02-30", "2026-01-01T99:00", "01.02.2026"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2026-05-01"):
        past.asked(text)


def test_a_day_ends_in_the_readers_zone() -> None:
    with timezone.override("Asia/Ho_Chi_Minh"):
        asked = past.asked("2026-05-01")
    assert asked is not None
    assert asked.astimezone(UTC).isoformat(timespec="minutes") == "2026-05-01T16:59+00:00"
    assert past.asked("2999-01-01") is None


@pytest.fixture
def officer(account: Callable[..., m.Account]) -> Client:
    """The browser of an officer of all partnerships."""
    client = Client()
    client.force_login(account("officer"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_browser_stays_in_the_past_until_it_returns(world: World, officer: Client) -> None:
    then = timezone.now()
    record.change(world.partnership, by=None, names={"en": "Iceland and Mongolia together"})
    assert "Mongolia together" in officer.get("/partnerships/").content.decode()
    page = officer.get("/partnerships/", {"as_of": then.isoformat()}).content.decode()
    assert "Iceland and Mongolia" in page
    assert "Mongolia together" not in page
    assert "?as_of=" in page, "the page offers the way back"
    page = officer.get("/partnerships/").content.decode()
    assert "Mongolia together" not in page, "links keep the moment"
    answer = officer.get("/partnerships/?as_of=&sort=name")
    assert answer["Location"] == "/partnerships/?sort=name"
    assert "Mongolia together" in officer.get("/partnerships/").content.decode()


def test_each_browser_has_its_own_moment(world: World, officer: Client, signed_in: Callable[..., Client]) -> None:
    then = timezone.now()
    record.change(world.partnership, by=None, names={"en": "Renamed"})
    officer.get("/partnerships/", {"as_of": then.isoformat()})
    assert "Renamed" not in officer.get("/partnerships/").content.decode()
    assert "Renamed" in signed_in("officer").get("/partnerships/").content.decode()


def test_nothing_is_sent_into_the_past(world: World, officer: Client) -> None:
    officer.get("/partnerships/", {"as_of": timezone.now().isoformat()})
    count = m.Event.objects.count()
    for address in (f"/partnerships/{world.partnership.slug}/", "/bring-in/", "/people-and-rights/new/"):
        answer = officer.post(address, {"names": "x"})
        assert answer.status_code == 409, address
        assert "cannot be changed" in answer.content.decode()
    assert m.Event.objects.count() == count
    assert officer.post("/accounts/logout/").status_code == 302, "one can always leave"


def test_rights_are_those_of_now(world: World, account: Callable[..., m.Account]) -> None:
    """Whoever has lost a right sees no more of the past than of the present; whoever got one sees the past too."""
    one = account("officer", name="one")
    two = account(name="two")
    then = timezone.now()
    record.change(one.memberships.get(), by=None, ended=True)
    record.create(m.Membership, by=None, account=two, group="reader")
    seen = {}
    for who in (one, two):
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/partnerships/", {"as_of": then.isoformat()}).content.decode()
        seen[who.username] = "Iceland and Mongolia" in page
    assert seen == {"one": False, "two": True}


@pytest.mark.parametrize(("text", "status"), [("yesterday", 400), ("2026-02-31", 400), ("2999-01-01", 200)])
def test_what_a_page_answers_to_other_days(world: World, officer: Client, text: str, status: int) -> None:
    answer = officer.get("/partnerships/", {"as_of": text})
    assert answer.status_code == status
    assert ("not a day" in answer.content.decode()) is (status == 400)


def test_the_interface_for_programs_takes_the_moment_of_its_request_alone(world: World, officer: Client) -> None:
    officer.get("/partnerships/", {"as_of": timezone.now().isoformat()})
    assert officer.post("/api/v1/", {"as_of": "x"}).status_code != 409
    assert officer.post("/api/v1/?as_of=2020-01-01").status_code == 409
    assert officer.get("/api/v1/?as_of=never").json()["error"].startswith("“never” is not a day")


def test_before_the_first_event_there_was_nothing(world: World, officer: Client) -> None:
    page = officer.get("/partnerships/?as_of=1990-01-01")
    assert page.status_code == 200
    assert "Mongolia" not in page.content.decode()


def test_two_threads_look_at_two_moments_and_a_third_at_now(world: World) -> None:
    moments = []
    for place in ("First", "Second"):
        record.change(world.instrument, by=None, place=place)
        moments.append(timezone.now())
    record.change(world.instrument, by=None, place="Now")
    register, one_at_a_time, begin = connections["default"], threading.Lock(), threading.Barrier(3)
    register.inc_thread_sharing()
    seen: dict[str, set[str]] = {}

    def look(name: str, moment: datetime | None) -> None:
        connections["default"] = register  # what the test wrote is to be seen by its threads alone
        places = seen.setdefault(name, set())
        begin.wait()
        for _turn in range(20):
            if moment is None:
                with one_at_a_time:
                    places.add(m.Instrument.objects.get().place)
            else:
                with one_at_a_time:
                    looking_back = past.at(moment)
                    looking_back.__enter__()
                time.sleep(0.001)
                places.add(m.Instrument.objects.get().place)
                looking_back.__exit__(None, None, None)

    wanted = [("First", moments[0]), ("Second", moments[1]), ("Now", None)]
    threads = [threading.Thread(target=look, args=pair) for pair in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    register.dec_thread_sharing()
    assert seen == {"First": {"First"}, "Second": {"Second"}, "Now": {"Now"}}


def test_a_register_of_some_size_is_rebuilt_whole(world: World) -> None:
    """A thousand commitments with five events each: more than is read in one go."""
    with transaction.atomic():
        kept = [commitment(world, number % 4 + 1, proposals=[]) for number in range(4)]
        told = []
        for number in range(5, 1000):
            one = m.Commitment(
                instrument=world.instrument, number=number, modality="firm", strength="firm", action="sign",
                quote="words " * 30, actors=["both"], texts={"en": "a short sentence", "vi": "một câu ngắn"},
            )  # fmt: skip
            one.save()
            told.append((one, None, trail.snapshot(one)))
        for _change in range(4):
            record.put_events(told, by=None, verb="change")
    assert kept
    with past.at(timezone.now()):
        assert m.Commitment.objects.count() == 999
