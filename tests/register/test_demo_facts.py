"""The curated facts of the demo: well-formed, in the coding manual's values, complete, and in words of our own."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pycountry
import pytest

import servanda_register
from servanda import packs
from servanda.records import ACTIONS, STRENGTHS, ExpressionKind, InstrumentStatus, Modality
from servanda_register.models.partnership import MechanismKind, MechanismStatus, ProgrammeKind

FOLDER = Path(servanda_register.__file__).parent / "demo"
FILES = sorted(FOLDER.glob("*.toml"))
CODED = {"belarus": "003_belarus_vi", "azerbaijan": "001_azerbaijan_sv", "kazakhstan": "004_kazakhstan_nb"}
"""The hand-coded document of the text that each file is based on."""
RUN = 8
"""Words in a row that, when a seed has them too, count as copied."""
SECTION = re.compile(r"\d+(\.\d+)?")
LANGUAGES = {"en", "vi", "ru"}

Facts = dict[str, Any]

FIELDS: dict[str, dict[str, type]] = {
    "partnership": {
        "slug": str, "parties": list, "relationship": str, "established": date, "names": dict, "summary": dict,
    },
    "instrument": {
        "slug": str, "title": dict, "type": str, "adopted": date, "place": str, "originals": list,
        "signatories": list, "sources": list,
    },
    "agreement": {"key": str, "title": dict, "year": int, "status": str, "areas": list, "section": str},
    "mechanism": {
        "key": str, "title": dict, "kind": str, "period": str, "level": str, "section": str, "status": str,
    },
    "forum": {"code": str, "purpose": str, "section": str},
    "programme": {
        "key": str, "kind": str, "title": dict, "years": list, "places": list, "partner": list, "section": str,
        "note": str,
    },
    "commitment": {
        "number": int, "section": str, "text": str, "modality": str, "strength": str, "action": str, "actors": list,
        "areas": list, "mechanisms": list, "agreements": list, "forums": list, "deadline": str, "parent": int,
    },
}  # fmt: skip
MAY_BE_ABSENT = {"year"}
"""An agreement that is still to be signed has no year."""


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def facts(path: Path) -> Facts:
    return tomllib.loads(path.read_text("utf-8"))


def rows(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    for table, found in facts.items():
        for row in found if isinstance(found, list) else [found]:
            yield table, row


def strings(value: Any) -> Iterator[str]:
    """Every text of the facts; an address is not one, for it must be as it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        yield from strings([item for key, item in value.items() if key != "url"])


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def values(kind: str) -> set[str]:
    """What the English pack knows as values of a kind of pattern."""
    return {p.value for p in packs.load("en").patterns if p.kind == kind and p.value}


def test_there_is_a_file_for_each_coded_statement() -> None:
    assert {p.stem for p in FILES} == set(CODED)


def test_every_row_has_the_fields_and_no_others(facts: Facts) -> None:
    assert set(facts) == set(FIELDS)
    for table, row in rows(facts):
        expected = FIELDS[table]
        assert set(expected) - MAY_BE_ABSENT <= set(row) <= set(expected), (table, row)
        assert all(isinstance(row[name], expected[name]) for name in row), (table, row)


def test_names_stand_in_the_three_languages(facts: Facts) -> None:
    for table, row in rows(facts):
        for name in {"names", "summary", "title"} & set(row):
            assert set(row[name]) == LANGUAGES, (table, row)
            assert all(text.strip() == text != "" for text in row[name].values()), (table, row)


def test_the_partnership_is_that_of_its_file(path: Path, facts: Facts) -> None:
    partnership = facts["partnership"]
    parties = partnership["parties"]
    assert partnership["slug"] == f"vietnam-{path.stem}"
    assert parties == sorted(parties)
    names = {pycountry.countries.get(alpha_2=code).name for code in parties}
    assert {name.casefold().replace(" ", "") for name in names} == {"vietnam", path.stem}
    assert partnership["relationship"] in values("relationship")


def test_the_statement_is_told(facts: Facts) -> None:
    (instrument,) = facts["instrument"]
    parties = facts["partnership"]["parties"]
    assert instrument["type"] in values("type")
    assert instrument["adopted"] == facts["partnership"]["established"]
    assert instrument["originals"] == sorted(instrument["originals"])
    assert set(instrument["originals"]) < set(packs.available())
    for person in instrument["signatories"]:
        assert set(person) == {"name", "party", "position"}
        assert person["party"] in parties
    for source in instrument["sources"]:
        assert {"language", "kind"} <= set(source) <= {"language", "kind", "url", "publisher"}
        assert source["language"] in packs.available()
        assert source["kind"] in get_args(ExpressionKind)
        assert (source["kind"] == "original") <= (source["language"] in instrument["originals"])
        assert source.get("url", "https://").startswith("https://")


@pytest.mark.parametrize(
    ("table", "field"),
    [("agreement", "key"), ("mechanism", "key"), ("programme", "key"), ("forum", "code"), ("commitment", "text")],
)
def test_nothing_is_told_twice(facts: Facts, table: str, field: str) -> None:
    found = [row[field] for row in facts[table]]
    assert sorted(found) == sorted(set(found))


def test_agreements_mechanisms_and_forums_have_the_values_of_the_manual(facts: Facts) -> None:
    for row in facts["agreement"]:
        assert row["status"] in get_args(InstrumentStatus), row
        assert set(row["areas"]) <= set(packs.area_slugs()), row
        assert row["areas"], row
        assert 1900 < row.get("year", 2000) <= facts["partnership"]["established"].year, row
        assert ("year" in row) <= (row["status"] != "to-sign"), row
    for row in facts["mechanism"]:
        assert row["kind"] in MechanismKind.values, row
        assert row["status"] in MechanismStatus.values, row
        assert row["period"] in {"", "yearly"}, row
    for row in facts["forum"]:
        assert row["code"] in packs.vocabulary("forums"), row


def test_programmes_have_known_kinds_parties_and_places(facts: Facts) -> None:
    parties = set(facts["partnership"]["parties"])
    for row in facts["programme"]:
        assert row["kind"] in ProgrammeKind.values, row
        assert set(row["partner"]) <= parties, row
        assert all(2000 <= year <= 2100 for year in row["years"]), row
        for place in row["places"]:
            assert set(place) == {"name", "party", "lat", "lon"}, row
            assert place["party"] in parties, row
            assert -90 <= place["lat"] <= 90, row
            assert -180 <= place["lon"] <= 180, row
        if row["places"] and row["kind"] == "twinning":
            assert {place["party"] for place in row["places"]} == parties, row


def test_sections_are_numbers_and_commitments_follow_them(facts: Facts) -> None:
    assert all(SECTION.fullmatch(row["section"]) for _, row in rows(facts) if "section" in row)
    order = [tuple(int(part) for part in row["section"].split(".")) for row in facts["commitment"]]
    assert order == sorted(order)


def test_commitments_are_numbered_and_said_in_one_short_sentence(facts: Facts) -> None:
    assert [row["number"] for row in facts["commitment"]] == list(range(1, len(facts["commitment"]) + 1))
    for row in facts["commitment"]:
        assert re.fullmatch(r"[A-Z][^.;]+\.", row["text"]), row
        assert len(row["text"].split()) <= 30, row


def test_commitments_have_the_values_of_the_manual(facts: Facts) -> None:
    for row in facts["commitment"]:
        assert row["modality"] in get_args(Modality), row
        assert row["strength"] in STRENGTHS, row
        assert row["action"] in ACTIONS, row
        assert 1 <= len(row["areas"]) <= 4, row
        assert len(set(row["areas"])) == len(row["areas"]), row
        assert set(row["areas"]) <= set(packs.area_slugs()), row
        assert row["deadline"] in {""} | values("deadline"), row


def test_strength_is_what_the_act_leaves_of_the_modality(facts: Facts) -> None:
    for row in facts["commitment"]:
        outer = "agreed" if row["modality"] == "declared" else row["modality"]
        assert STRENGTHS.index(row["strength"]) >= STRENGTHS.index(outer), row
        assert row["strength"] in {outer, "encouraging", "exploratory"}, row
        assert (row["action"] == "study") <= (row["strength"] == "exploratory"), row
        assert (row["action"] == "encourage") <= (row["strength"] == "encouraging"), row


def test_who_acts_is_a_side_or_a_body_of_one(facts: Facts) -> None:
    parties = facts["partnership"]["parties"]
    for row in facts["commitment"]:
        actors = row["actors"]
        assert actors, row
        if "both" in actors:
            assert actors == ["both"], row
            assert row["text"].startswith("Both sides "), row
        for actor in actors:
            side, colon, body = actor.partition(":")
            assert side in {"both", *parties}, row
            assert bool(colon) == bool(body), row


def test_what_commitments_name_is_there(facts: Facts) -> None:
    there = {
        "mechanisms": {row["key"] for row in facts["mechanism"]},
        "agreements": {row["key"] for row in facts["agreement"]},
        "forums": {row["code"] for row in facts["forum"]},
    }
    for row in facts["commitment"]:
        for name, known in there.items():
            assert set(row[name]) <= known, row
            assert len(set(row[name])) == len(row[name]), row
    named = {code for row in facts["commitment"] for code in row["forums"]}
    assert named == there["forums"], "a forum without a commitment, or the other way round"


def test_a_part_follows_its_parent_in_the_same_section(facts: Facts) -> None:
    commitments = {row["number"]: row for row in facts["commitment"]}
    for row in commitments.values():
        if row["parent"]:
            parent = commitments[row["parent"]]
            assert parent["number"] < row["number"], row
            assert parent["parent"] == 0, row
            assert parent["section"] == row["section"], row


def test_no_commitment_of_the_statement_is_missing(path: Path, facts: Facts, shared: Path) -> None:
    name = f"{CODED[path.stem]}.jsonl"
    coded = next(
        (p for p in (shared / "gold" / name, Path(__file__).parents[2] / "bench" / "coded" / name) if p.is_file()), None
    )
    if coded is None:
        pytest.skip(f"there is no hand-coded document {name}")
    found = [row for row in map(json.loads, coded.read_text("utf-8").splitlines()) if row["kind"] == "commitment"]
    numbers = {row["id"]: number for number, row in enumerate(found, 1)}
    fields = ("modality", "strength", "action", "actors", "areas")
    assert [
        (*(row[field] for field in fields), numbers.get(row.get("parent"), 0), row.get("deadline") or "")
        for row in found
    ] == [(*(row[field] for field in fields), row["parent"], row["deadline"]) for row in facts["commitment"]]


def test_no_words_are_those_of_a_seed(facts: Facts, shared: Path) -> None:
    seeds = sorted((shared / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip(f"there are no seeds in {shared}")
    theirs = set().union(*(runs(seed.read_text("utf-8")) for seed in seeds))
    copied = [text for text in strings(facts) if runs(text) & theirs]
    assert not copied
