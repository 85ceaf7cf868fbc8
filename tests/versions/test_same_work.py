"""Which texts are versions of one statement, and which version comes first."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

import servanda
from servanda.encoders import Encoder, load
from servanda.errors import NotVersions
from servanda.records import Statement
from servanda.sources import read_bytes
from servanda.versions import group, remembering, require_same_work, same_work


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return remembering(load("e5"))  # type: ignore[return-value]


def specimen(language: str) -> Statement:
    data = files("servanda").joinpath("specimens", f"{language}.txt").read_bytes()
    return servanda.read(read_bytes(data, name=f"{language}.txt"))


def shuffled(statement: Statement) -> Statement:
    """The same paragraphs in an order that no version would have."""
    rows = [r for r in statement.source.text.split("\n") if r.strip()]
    text = "\n".join(sorted(rows, key=lambda r: r[::-1]))
    fresh = servanda.read(read_bytes(text.encode(), name="shuffled.txt"))
    return replace(fresh, parties=(), adopted=None)


@pytest.fixture(scope="module")
def english() -> Statement:
    return specimen("en")


@pytest.mark.parametrize("language", ["ru", "vi", "kk"])
def test_translations_are_versions(language: str, english: Statement, encoder: Encoder) -> None:
    same, reason = same_work(english, specimen(language), encoder)
    assert same
    assert "IS and MN in both" in reason
    assert "38 of 38" in reason


def test_content_alone_suffices(english: Statement, encoder: Encoder) -> None:
    bare = replace(specimen("sv"), parties=(), adopted=None)
    assert same_work(english, bare, encoder)[0]
    assert same_work(bare, english, encoder)[0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"parties": ("BY", "VN")}, "The parties are IS and MN in one text and BY and VN in the other."),
        ({"adopted": "2023-06-14"}, "One text was adopted on 2024-06-14, the other on 2023-06-14."),
    ],
)
def test_parties_and_dates_decide(change: dict[str, object], reason: str, english: Statement, encoder: Encoder) -> None:
    other = replace(specimen("ru"), **change)  # type: ignore[arg-type]
    assert same_work(english, other, encoder) == (False, reason)


def test_a_party_that_was_not_read_is_no_difference(english: Statement, encoder: Encoder) -> None:
    assert same_work(english, replace(specimen("ru"), parties=("MN",)), encoder)[0]


def test_dates_of_one_visit_are_no_difference(english: Statement, encoder: Encoder) -> None:
    assert same_work(english, replace(specimen("ru"), adopted="2024-06-15"), encoder)[0]
    assert same_work(english, replace(specimen("ru"), adopted="2024-06"), encoder)[0]


def test_other_order_is_other_content(english: Statement, encoder: Encoder) -> None:
    same, reason = same_work(specimen("ru"), shuffled(english), encoder)
    assert not same
    assert "backwards" in reason


def test_refusal_names_both_and_says_what_to_do(english: Statement, encoder: Encoder) -> None:
    with pytest.raises(NotVersions, match=r"en\.txt and ru\.txt are not versions .* AZ .* `servanda compare"):
        require_same_work(english, replace(specimen("ru"), parties=("AZ", "VN")), encoder)
    assert "both" in require_same_work(english, specimen("vi"), encoder)


def test_groups_are_ranked(english: Statement, encoder: Encoder) -> None:
    translation, other = specimen("vi"), replace(specimen("kk"), parties=("AZ", "VN"))
    russian = specimen("ru")
    summary = replace(russian, expression=replace(russian.expression, kind="summary"))
    got = group([other, summary, translation, english], encoder)
    assert [[s.source.name for s in g] for g in got] == [["kk.txt"], ["en.txt", "vi.txt", "ru.txt"]]


def test_too_little_to_tell(encoder: Encoder) -> None:
    short = servanda.read(read_bytes(b"Trade was discussed.\nTalks go on.\n", name="short.txt"))
    assert not same_work(short, specimen("en"), encoder)[0]
