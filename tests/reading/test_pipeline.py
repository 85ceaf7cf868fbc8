"""What holds of every reading, whatever the text: spans, cover, eIds, and that nothing raises."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda import packs
from servanda.reading.pipeline import read_source
from servanda.records import ACTIONS, SEGMENT_CLASSES, STRENGTHS, Source, Statement

SPECIMENS = {
    f.name.removesuffix(".txt"): f.read_bytes().decode("utf-8")
    for f in files("servanda").joinpath("specimens").iterdir()
    if f.name.endswith(".txt")
}
PARAGRAPHS = [line for text in SPECIMENS.values() for line in text.splitlines() if line.strip()]


def furniture(language: str) -> str:
    """Captions and source lines as the pack's own examples give them."""
    kinds = [p for p in packs.load(language).patterns if p.kind == "noise" and p.value in ("caption", "source")]
    return "".join(p.examples[0] + "\n" for p in kinds)


def read(text: str, language: str | None = None) -> Statement:
    return read_source(Source("test.txt", "text/plain", text, ""), language=language)


def check(statement: Statement) -> None:
    """The invariants of docs and interfaces."""
    text = statement.source.text
    slugs = set(packs.area_slugs())
    ids = [c.id for c in statement.commitments]
    assert len(set(ids)) == len(ids)
    for c in statement.commitments:
        assert text[c.start : c.end] == c.quote
        assert c.quote == c.quote.strip() != ""
        assert c.strength in STRENGTHS
        assert c.action in ACTIONS
        assert 1 <= len(c.areas) <= 4
        assert set(c.areas) <= slugs
        assert 0 < c.confidence < 1
        assert c.parent is None or c.parent in ids
    covered = bytearray(len(text))
    for s in statement.segments:
        assert s.kind in SEGMENT_CLASSES
        assert s.start < s.end
        assert not any(covered[s.start : s.end]), "segments overlap"
        covered[s.start : s.end] = b"\1" * (s.end - s.start)
    assert all(covered[i] or not c.strip("\ufeff\u200b\u00ad\u2060") or c.isspace() for i, c in enumerate(text))
    eids = [s.eid for s in statement.segments if s.eid]
    assert len(set(eids)) == len(eids)


@pytest.mark.parametrize("language", SPECIMENS)
def test_specimen_is_read_whole(language: str) -> None:
    statement = read(SPECIMENS[language])
    check(statement)
    assert statement.expression.language == language
    assert statement.parties == ("IS", "MN")
    assert statement.adopted == "2024-06-14"
    assert len(statement.commitments) > 60


@pytest.mark.parametrize("language", SPECIMENS)
def test_eids_stay_when_the_noise_around_changes(language: str) -> None:
    text = SPECIMENS[language]
    plain = {s.eid for s in read(text).segments if s.eid}
    noisy = {s.eid for s in read(furniture(language) + text).segments if s.eid}
    assert plain == noisy


def test_children_lie_inside_their_parents() -> None:
    statement = read(SPECIMENS["en"])
    by_id = {c.id: c for c in statement.commitments}
    parts = [c for c in statement.commitments if c.parent]
    assert parts
    for c in parts:
        parent = by_id[c.parent or ""]
        assert parent.start <= c.start
        assert c.end <= parent.end


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeff",
        "0",
        "...",
        "(((((",
        "a" * 5000,
        "\u202e\u202d x",
        "x\x00y",
        "- \n- \n1. \n",
        "\r\n\r\n\u2028",
    ],
)
def test_odd_texts_are_read_without_error(text: str) -> None:
    statement = read(text, "en")
    check(statement)
    assert not statement.commitments
    assert any("does not look like a joint statement" in note for note in statement.notes)


def test_a_story_has_no_commitments() -> None:
    story = "It rained all night. The old man shut the door and sat by the stove.\nHe had met her in the spring.\n" * 20
    statement = read(story, "en")
    assert statement.commitments == ()
    assert statement.notes


def test_a_language_without_a_pack_is_read_with_a_plain_note() -> None:
    statement = read("Beide Seiten vereinbarten, den Handel auszubauen und die Zusammenarbeit zu stärken.", "de")
    check(statement)
    assert "no language pack for 'de'" in statement.notes[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PARAGRAPHS), st.text(max_size=80)), max_size=8),
    st.sampled_from(["\n", "\r\n", "\n\n", " "]),
    st.sampled_from(packs.available()),
)
def test_any_mixture_of_paragraphs_keeps_the_invariants(parts: list[str], joint: str, language: str) -> None:
    check(read(joint.join(parts), language))
