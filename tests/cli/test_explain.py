"""An explanation gives a reason for every field, in words that stand in the text."""

from __future__ import annotations

import pytest

from servanda.cli.explain import explanation
from servanda.errors import UsageError
from servanda.formats import Screen
from servanda.reading.reasons import because, terms
from servanda.records import Statement

SCREEN = Screen(width=100)


def test_every_commitment_of_the_specimen_can_be_explained(statement: Statement) -> None:
    for c in statement.commitments:
        text = explanation(statement, c.id, SCREEN)
        for field in ("Modality", "Action", "Strength", "Areas", "Actors", "Sureness"):
            assert f"\n{field}" in text


def test_reasons_quote_the_text(statement: Statement) -> None:
    for c in statement.commitments:
        for r in because(statement, c):
            assert r.pattern.id in c.patterns
            assert " ".join(statement.source.text[r.start : r.end].split()) == r.words
        for t in terms(statement, c):
            assert t.area in c.areas
            assert c.start <= t.start < t.end <= c.end


def test_a_later_verb_is_told_what_governs_it(statement: Statement) -> None:
    c = next(c for c in statement.commitments if c.quote.startswith("study the possibility of concluding"))
    text = " ".join(explanation(statement, c.id, SCREEN).split())
    assert "agreed: because of “agreed to” (en.modal" in text
    assert "from outside it" in text
    assert "exploratory: the act is only to study" in text


def test_a_part_names_what_it_is_part_of(statement: Statement) -> None:
    c = next(c for c in statement.commitments if c.parent)
    assert f"Part of   {c.parent}" in explanation(statement, c.id, SCREEN)


def test_matched_words_are_marked_and_the_passage_is_whole(statement: Statement) -> None:
    c = statement.commitments[0]
    text = explanation(statement, c.id, SCREEN)
    assert "[have decided to]" in text
    plain = " ".join(text.replace("[", "").replace("]", "").split())
    assert " ".join(c.quote.split()) in plain


def test_an_id_that_is_not_there(statement: Statement) -> None:
    with pytest.raises(UsageError, match=r"no commitment 'c0'. It holds c1 to c\d+"):
        explanation(statement, "c0", SCREEN)
