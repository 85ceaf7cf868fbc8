"""Bringing statements in: what is kept at once, what the reader makes of it, and that nothing is made twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import servanda
from servanda.errors import FetchRefused, SourceTooLarge, UnreadableSource, UsageError
from servanda_register import models as m
from servanda_register.actions import intake, placing, reading, record
from servanda_register.queries.instruments import alignment_of, statement_of
from servanda_register.queries.intake import due
from servanda_register.queries.rights import rights_of
from servanda_register.queries.visibility import visible

from .conftest import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder_of_all")]
SPECIMENS = Path(servanda.__file__).parent / "specimens"


def specimen(language: str) -> bytes:
    return (SPECIMENS / f"{language}.txt").read_bytes()


def read(by: m.Account, content: bytes, name: str = "statement.txt", **given: Any) -> m.Intake:
    made = intake.bring_in(by=by, content=content, name=name, **given)
    assert reading.read_intake(made.pk)
    made.refresh_from_db()
    return made


def counts() -> dict[str, int]:
    models = [m.Partnership, m.Instrument, m.Expression, m.Segment, m.Proposal, m.Pairing, m.Attachment, m.Intake]
    return {model._meta.model_name: model._default_manager.count() for model in models}


@pytest.fixture
def officer(account: Callable[..., m.Account]) -> m.Account:
    return account("officer")


# --- keeping ----------------------------------------------------------------------------------------------------------


def test_the_file_is_kept_as_it_is_before_it_is_read(officer: m.Account) -> None:
    content = specimen("en")
    made = intake.bring_in(by=officer, content=content, name="C:\\papers\\statement.txt")
    assert (made.state, made.attachment.name, bytes(made.attachment.content)) == ("waiting", "statement.txt", content)
    assert made.attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert m.Event.objects.get(kind="attachment").by == officer


@pytest.mark.parametrize(
    ("content", "name", "error", "says"),
    [
        (b"", "empty.txt", UnreadableSource, "empty.txt is empty"),
        (b"x" * 20_000_001, "long.txt", SourceTooLarge, "20 MB"),
        (b"\x89PNG\r\n\x1a\n", "photo.png", UnreadableSource, "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.doc", UnreadableSource, "DOCX"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(
    officer: m.Account, content: bytes, name: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        intake.bring_in(by=officer, content=content, name=name)
    assert counts()["attachment"] == counts()["intake"] == 0


def test_only_those_who_may_bring_in_do(world: World, account: Callable[..., m.Account]) -> None:
    for by in (account("reviewer"), account("officer", world.other)):
        with pytest.raises(PermissionDenied):
            intake.bring_in(by=by, content=b"text", name="a.txt", partnership=world.partnership)


def test_restricted_needs_clearance(account: Callable[..., m.Account]) -> None:
    with pytest.raises(UsageError, match="clearance"):
        intake.bring_in(by=account("officer"), content=b"text", name="a.txt", visibility="restricted")
    made = intake.bring_in(by=account("officer", cleared=True), content=b"text", name="a.txt", visibility="restricted")
    assert made.attachment.visibility == made.visibility == "restricted"


def test_the_same_file_is_told_and_not_kept_twice(officer: m.Account) -> None:
    first = intake.bring_in(by=officer, content=specimen("en"), name="a.txt")
    with pytest.raises(intake.AlreadyHere) as waiting:
        intake.bring_in(by=officer, content=specimen("en"), name="b.txt")
    assert waiting.value.intake == first
    reading.read_intake(first.pk)
    with pytest.raises(intake.AlreadyHere, match="Iceland and Mongolia") as done:
        intake.bring_in(by=officer, content=specimen("en"), name="b.txt")
    assert done.value.expression == m.Expression.objects.get()
    assert counts()["attachment"] == 1


def test_what_the_reader_may_not_see_leaves_no_trace(account: Callable[..., m.Account]) -> None:
    read(account("officer", cleared=True), specimen("en"), visibility="restricted")
    hidden = m.Instrument.objects.get()
    second = read(account("officer"), specimen("en"))
    assert second.state == "done", second.message
    assert second.expression.instrument != hidden
    assert second.expression.instrument.partnership != hidden.partnership
    assert "already" not in second.message


def test_an_address_is_fetched_only_where_that_is_allowed(officer: m.Account, settings: Any) -> None:
    settings.FETCH_ALLOWED = False
    with pytest.raises(FetchRefused, match="Save the page"):
        intake.bring_in_address(by=officer, url="https://example.org/statement")
    settings.FETCH_ALLOWED = True
    made = intake.bring_in_address(by=officer, url="https://example.org/statement")
    settings.FETCH_ALLOWED = False  # changed between asking and reading
    reading.read_intake(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert "Save the page" in made.message


def test_a_page_from_the_web_is_kept_and_read(officer: m.Account, settings: Any, monkeypatch: Any) -> None:
    from servanda.sources import web

    settings.FETCH_ALLOWED = True
    page = web.Page(specimen("en"), "text/plain; charset=utf-8", "https://example.org/final.txt")
    monkeypatch.setattr(web, "fetch", lambda url, limit: page)
    made = intake.bring_in_address(by=officer, url="https://example.org/statement")
    reading.read_intake(made.pk)
    made.refresh_from_db()
    assert made.state == "done", made.message
    assert bytes(made.attachment.content) == specimen("en")
    assert made.expression.source_url == "https://example.org/final.txt"
    assert made.expression.instrument.sources[0]["url"] == "https://example.org/final.txt"


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_statement_becomes_rows_that_say_what_the_engine_said(officer: m.Account) -> None:
    done = read(officer, specimen("en"), "en.txt")
    assert (done.state, done.progress) == ("done", 100), done.message
    expression = done.expression
    instrument, partnership = expression.instrument, expression.instrument.partnership
    assert sorted(p.pk for p in partnership.parties.all()) == ["IS", "MN"]
    assert partnership.names == {
        "en": "Iceland and Mongolia", "vi": "Iceland và Mông Cổ", "ru": "Исландия и Монголия"
    }  # fmt: skip
    assert (partnership.slug, partnership.visibility) == ("iceland-mongolia", "internal")
    assert (instrument.slug, instrument.adopted) == ("joint-statement-2024", date(2024, 6, 14))
    assert (instrument.place, instrument.originals) == ("Ulaanbaatar", ["en", "is", "mn"])
    read_anew = servanda.read(SPECIMENS / "en.txt")
    assert len(read_anew.commitments) == expression.proposals.count() > 70
    rebuilt = statement_of(expression)
    assert rebuilt.segments == read_anew.segments
    assert rebuilt.sections == read_anew.sections
    for ours, theirs in zip(rebuilt.commitments, read_anew.commitments, strict=True):
        assert {**_fields(ours), "patterns": ()} == {**_fields(theirs), "patterns": ()}
    for p in expression.proposals.all():
        assert expression.text[p.start : p.end] == p.quote
        for reason in p.reasons:
            words = " ".join(expression.text[reason["start"] : reason["end"]].split())
            assert words == reason["words"]
    assert all(p.reasons for p in expression.proposals.all())
    assert expression.segments.filter(folded__contains="consultations").exists()


def _fields(record_: Any) -> dict[str, Any]:
    return {name: getattr(record_, name) for name in record_.__slots__}


def test_versions_join_one_statement_and_are_compared(officer: m.Account) -> None:
    for language in ("en", "vi", "ru"):
        done = read(officer, specimen(language), f"{language}.txt")
        assert done.state == "done", done.message
    instrument = m.Instrument.objects.get()
    assert sorted(instrument.names) == ["en", "ru", "vi"]
    assert [(e.language, e.kind) for e in instrument.expressions.order_by("pk")] == [
        ("en", "original"), ("vi", "translation"), ("ru", "translation")
    ]  # fmt: skip
    pairs = {(p.a.language, p.b.language) for p in m.Pairing.objects.select_related("a", "b")}
    assert pairs == {("en", "vi"), ("en", "ru"), ("vi", "ru")}
    pairing = m.Pairing.objects.get(a__language="en", b__language="vi")
    assert len(pairing.commitments) > 60
    rebuilt = alignment_of(pairing)
    texts = rebuilt.a.source.text, rebuilt.b.source.text
    for d in rebuilt.discrepancies:
        for passage, text in zip((d.a, d.b), texts, strict=True):
            assert passage is None or text[passage.start : passage.end] == passage.quote


def test_the_same_text_in_another_file_is_told_with_what_differs(officer: m.Account) -> None:
    first = read(officer, specimen("en"))
    changed = specimen("en").replace(b"2024", b"2023", 1).replace(b"\n", b"\r\n")
    second = read(officer, changed, "again.txt")
    assert (second.state, second.expression) == ("done", first.expression)
    assert "already" in second.message
    assert "2024” → “2023" in second.message
    assert counts()["expression"] == counts()["instrument"] == 1


def test_another_statement_of_the_same_parties_is_a_new_one(officer: m.Account) -> None:
    read(officer, specimen("en"))
    other = "\n".join(
        [
            "Joint Statement of Iceland and Mongolia on Fisheries",
            "Reykjavik, 3 March 2025",
            "1. Iceland and Mongolia will exchange data on freshwater fish every spring.",
            "2. The two sides agreed to train ten inspectors of catches.",
            "3. Both sides will study a laboratory for the health of fish.",
        ]
    )
    done = read(officer, other.encode(), "fish.txt")
    assert done.state == "done", done.message
    assert m.Partnership.objects.count() == 1
    assert m.Instrument.objects.count() == 2


def test_a_text_without_parties_asks_for_the_partnership(officer: m.Account, world: World) -> None:
    failed = read(officer, b"The two sides will hold consultations every year.", "bare.txt")
    assert failed.state == "failed"
    assert "Choose the partnership" in failed.message
    again = intake.try_again(by=officer, intake=failed, partnership=world.other)
    assert again.state == "waiting"
    reading.read_intake(again.pk)
    again.refresh_from_db()
    assert again.state == "done", again.message
    assert again.expression.instrument.partnership == world.other
    with pytest.raises(UsageError, match="nothing to try"):
        intake.try_again(by=officer, intake=again)


def test_an_officer_of_one_partnership_opens_no_other(world: World, account: Callable[..., m.Account]) -> None:
    done = read(account("officer", world.other), specimen("en"))
    assert done.state == "failed"
    assert "may not open a new partnership" in done.message
    assert counts()["partnership"] == 2


def test_a_text_is_not_shown_to_more_people_than_its_person_said(officer: m.Account, world: World) -> None:
    record.change(world.partnership, by=None, visibility="public")
    record.change(world.instrument, by=None, visibility="public")
    held = read(officer, specimen("vi"))
    assert held.state == "failed"
    assert "everyone may see" in held.message
    assert not m.Expression.objects.filter(language="vi").exists()
    again = intake.try_again(by=officer, intake=held, visibility="public")
    reading.read_intake(again.pk)
    again.refresh_from_db()
    assert again.expression.instrument == world.instrument


def test_facts_that_people_put_down_stay(officer: m.Account, world: World) -> None:
    record.change(world.instrument, by=None, place="Khovd", names={"en": "Our title"}, originals=[])
    done = read(officer, specimen("vi"))
    assert done.state == "done", done.message
    world.instrument.refresh_from_db()
    assert (world.instrument.place, world.instrument.names["en"]) == ("Khovd", "Our title")
    assert world.instrument.names["vi"].startswith("Tuyên bố chung")
    assert "en" in world.instrument.originals


def test_without_the_encoder_the_day_decides_and_the_page_says_so(officer: m.Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "_encoder", lambda: None)
    read(officer, specimen("en"))
    done = read(officer, specimen("vi"))
    assert done.state == "done"
    assert "could not be compared" in done.message
    assert counts()["instrument"] == 1
    assert counts()["pairing"] == 0
    monkeypatch.undo()
    queued = intake.compare(by=officer, instrument=m.Instrument.objects.get())
    assert intake.compare(by=officer, instrument=m.Instrument.objects.get()) == queued
    reading.read_intake(queued.pk)
    assert counts()["pairing"] == 1
    with pytest.raises(UsageError, match="have been compared"):
        intake.compare(by=officer, instrument=m.Instrument.objects.get())


def test_characters_that_no_database_holds_become_marks(officer: m.Account) -> None:
    content = specimen("en").replace(b"open atmosphere", b"open\x00atmosphere")
    done = read(officer, content)
    assert done.state == "done", done.message
    assert "open\ufffdatmosphere" in done.expression.text


def test_messages_are_in_the_language_of_whoever_reads_them(officer: m.Account, client: Client) -> None:
    failed = read(officer, b"The two sides will hold consultations every year.", "bare.txt")
    assert failed.state == "failed"
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    for language, words in (("en", "does not say clearly"), ("vi", "Văn bản không nêu rõ"), ("ru", "Из текста не")):
        officer.language = language
        officer.save()
        assert words in client.get(reverse("intake", args=[failed.pk])).content.decode()


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def stops(monkeypatch: Any) -> Callable[[str, BaseException], None]:
    """Makes a step of the reading raise."""

    def at(step: str, error: BaseException) -> None:
        module = placing if hasattr(placing, step) else reading
        whole = getattr(module, step)

        def broken(*given: Any, **named: Any) -> Any:
            whole(*given, **named)
            raise error

        monkeypatch.setattr(module, step, broken)

    return at


@pytest.mark.parametrize("step", ["_source", "instrument_for", "make_instrument", "_store", "_pairing", "_told"])
def test_killed_anywhere_and_run_again_gives_the_same_rows_once(
    officer: m.Account, stops: Callable[..., None], step: str, monkeypatch: Any
) -> None:
    read(officer, specimen("en"), "en.txt")
    content = specimen("en") + b"\n" if step == "_told" else specimen("vi")
    if step == "make_instrument":
        monkeypatch.setattr(placing, "instrument_for", lambda *_: None)
    made = intake.bring_in(by=officer, content=content, name="next.txt")
    with monkeypatch.context():
        stops(step, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            reading.read_intake(made.pk)
    monkeypatch.undo()
    made.refresh_from_db()
    assert made.state == "waiting"
    assert due(timedelta(minutes=2)) == made.pk
    reading.read_intake(made.pk)
    made.refresh_from_db()
    assert made.state == "done", made.message
    expected = {"_told": (1, 1, 0)}.get(step, (1, 2, 1))
    got = counts()
    assert (got["instrument"], got["expression"], got["pairing"]) == expected
    assert m.Proposal.objects.values("expression", "ident").distinct().count() == got["proposal"]


def test_an_unknown_fault_is_told_plainly_and_can_be_tried_again(
    officer: m.Account, stops: Callable[..., None], monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made = intake.bring_in(by=officer, content=specimen("en"), name="a.txt")
    stops("_store", ZeroDivisionError("secret detail"))
    reading.read_intake(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert "secret" not in made.message
    assert str(made.pk) in made.message
    assert "ZeroDivisionError" in caplog.text
    assert counts()["expression"] == 0
    monkeypatch.undo()
    intake.try_again(by=officer, intake=made)
    reading.read_intake(made.pk)
    assert m.Intake.objects.get(pk=made.pk).state == "done"


def test_a_reader_that_fell_silent_is_replaced_and_writes_nothing_more(
    officer: m.Account, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made = intake.bring_in(by=officer, content=specimen("en"), name="a.txt")
    whole = reading._reasons

    def silent(*given: Any) -> Any:
        monkeypatch.setattr(reading, "_reasons", whole)
        m.Intake.objects.filter(pk=made.pk).update(beat=timezone.now() - timedelta(minutes=3))
        assert reading.read_intake(made.pk)  # another reader takes it up, and finishes
        return whole(*given)

    monkeypatch.setattr(reading, "_reasons", silent)
    reading.read_intake(made.pk)
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("done", 2)
    assert counts()["expression"] == counts()["partnership"] == 1
    assert "another reader" in caplog.text


def test_a_document_over_which_readers_die_is_given_up(officer: m.Account) -> None:
    made = intake.bring_in(by=officer, content=specimen("en"), name="a.txt")
    long_ago = timezone.now() - timedelta(minutes=3)
    m.Intake.objects.filter(pk=made.pk).update(state="reading", attempts=3, beat=long_ago)
    assert not reading.read_intake(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert "too large" in made.message
    intake.try_again(by=officer, intake=made)  # once more, where a person asks for it
    reading.read_intake(made.pk)
    assert m.Intake.objects.get(pk=made.pk).state == "done"


def test_one_that_is_being_read_is_left_alone(officer: m.Account) -> None:
    made = intake.bring_in(by=officer, content=specimen("en"), name="a.txt")
    m.Intake.objects.filter(pk=made.pk).update(state="reading", attempts=1, beat=timezone.now())
    assert due(timedelta(minutes=2)) is None
    assert not reading.read_intake(made.pk)


def test_intakes_are_seen_by_those_who_may_bring_in(world: World, account: Callable[..., m.Account]) -> None:
    mine = account("officer", world.partnership)
    done = read(mine, specimen("vi"), partnership=world.partnership)
    assert done.state == "done", done.message
    for by, seen in ((mine, True), (account("officer"), True), (account("reviewer"), False),
                     (account("officer", world.other), False)):  # fmt: skip
        assert visible(m.Intake, rights_of(by)).filter(pk=done.pk).exists() is seen


def test_a_language_without_a_pack_is_read_too(officer: m.Account, world: World) -> None:
    text = (
        "Gemeinsame Erklärung\n"
        "1. Die beiden Seiten vereinbarten, jedes Jahr Konsultationen der Vizeminister abzuhalten.\n"
        "2. Sie werden den Handel ausbauen und den Bau eines Lagers für Fische prüfen.\n"
    )
    done = read(officer, text.encode(), "de.txt", partnership=world.other)
    assert done.state == "done", done.message
    assert done.expression.language == "de"
    assert "encoder" in done.expression.versions
