"""The demonstration as a whole: facts, and statements that the engine really reads and people decide about."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import servanda_register
from servanda_register import models as m
from servanda_register.actions import demo, reading
from servanda_register.actions.record import snapshot
from servanda_register.queries import history
from servanda_register.queries.agreement import between
from servanda_register.queries.review import decisions_of
from servanda_register.queries.rights import rights_of
from servanda_register.queries.visibility import visible

pytestmark = pytest.mark.django_db
FILES = sorted((Path(servanda_register.__file__).parent / "demo").glob("*.toml"))


def test_every_fact_of_the_files_is_there_with_its_event() -> None:
    demo.begin()
    for file in FILES:
        told = tomllib.loads(file.read_text("utf-8"))
        here = m.Partnership.objects.get(slug=told["partnership"]["slug"])
        assert sorted(p.pk for p in here.parties.all()) == told["partnership"]["parties"]
        assert here.agreements.count() == len(told["agreement"])
        assert here.mechanisms.count() == len(told["mechanism"])
        assert here.programmes.count() == len(told["programme"])
        commitments = {c.number: c for c in m.Commitment.objects.filter(instrument__partnership=here)}
        assert set(commitments) == {row["number"] for row in told["commitment"]}
        for row in told["commitment"]:
            kept = commitments[row["number"]]
            assert kept.texts == {"en": row["text"]}
            assert [a.area_id for a in kept.ranked_areas.all()] == row["areas"]
            assert (kept.parent.number if kept.parent else 0) == row["parent"]
            assert {f.pk for f in kept.forums.all()} == set(row["forums"])
            assert kept.mechanisms.count() == len(set(row["mechanisms"]))
            assert kept.agreements.count() == len(set(row["agreements"]))
    assert not list(history.verify())


def test_rows_written_many_at_once_are_told_as_rows_written_one_by_one() -> None:
    demo.begin()
    for model in (m.Agreement, m.Mechanism, m.Programme, m.Commitment):
        for row in model.objects.all():
            events = m.Event.objects.filter(kind=model._meta.model_name, record=str(row.pk)).order_by("sequence")
            first, last = events[0], list(events)[-1]
            assert (first.by.username, first.reason, first.before) == ("demo", "Demonstration", None)
            assert last.after == snapshot(row)
            row.full_clean()


def test_everyone_sees_two_partnerships_of_the_four() -> None:
    demo.begin()
    assert {p.slug for p in visible(m.Partnership, rights_of(None))} == {"vietnam-azerbaijan", "vietnam-belarus"}
    assert {p.slug for p in visible(m.Partnership, rights_of(m.Account.objects.get(username="demo")))} == {
        "vietnam-azerbaijan", "vietnam-belarus", "vietnam-kazakhstan"
    }  # fmt: skip


def test_what_was_brought_in_is_read_and_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real engine, but one language of the large statement: comparing versions takes its time."""
    monkeypatch.setattr(demo, "LANGUAGES", ("en",))
    demo.begin()
    assert not demo.read()
    demo.finish()  # too early: nothing is decided about what was not read
    assert not m.Decision.objects.exists()
    for waiting in m.Intake.objects.order_by("pk"):
        reading.read_intake(waiting.pk)
    assert demo.read()
    demo.finish()

    large = m.Expression.objects.get(instrument__partnership__slug="iceland-mongolia")
    (review,) = large.reviews.all()
    verdicts = [d.verdict for d in review.decisions.all()]
    assert {v: verdicts.count(v) for v in ("change", "reject", "add")} == {"change": 2, "reject": 1, "add": 1}
    decided = large.proposals.filter(decisions__isnull=False).count()
    assert decided == large.proposals.count() // 2 == verdicts.count("accept") + 3
    confirmed = m.Commitment.objects.filter(instrument=large.instrument, state="confirmed")
    assert confirmed.count() == decided  # one rejected, one added
    for c in confirmed:
        assert c.quote == large.text[c.start : c.end]
    assert confirmed.get(quote__startswith="train Mongolian").deadline == "2027"

    small = m.Expression.objects.get(instrument__partnership__slug="iceland-nepal")
    first, second = small.reviews.order_by("pk")
    assert (small.instrument.reviewing, bool(first.finished), bool(second.finished)) == ("double", True, True)
    assert not m.Commitment.objects.filter(instrument=small.instrument).exists()
    agreement = between(decisions_of([first]), decisions_of([second]))
    assert agreement is not None
    assert {c.visibility for c in m.Comment.objects.all()} == {"internal", "restricted"}

    before = m.Event.objects.count()
    demo.finish()  # once more, as at the next start
    assert m.Event.objects.count() == before
    assert not list(history.verify())
