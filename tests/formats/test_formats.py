"""Every format holds what was read, whole and safe to open."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from lxml import etree

from servanda import formats
from servanda.errors import UsageError
from servanda.formats.csv_ import guarded
from servanda.records import Statement


def render(name: str, *statements: Statement, width: int = 80, colour: bool = False) -> str:
    return formats.render(name, statements, formats.Screen(width=width, colour=colour))


@pytest.mark.parametrize("name", formats.available())
def test_renders_the_specimen(name: str, statement: Statement) -> None:
    text = render(name, statement)
    assert text.endswith("\n")
    assert "welcomed the forthcoming signing" in " ".join(text.split())


@pytest.mark.parametrize("name", formats.available())
def test_renders_a_text_without_commitments(name: str, statement: Statement) -> None:
    empty = replace(
        statement, title=None, type=None, parties=(), adopted=None, place=None, sections=(), segments=(),
        commitments=(), mechanisms=(), instruments=(), forums=(), notes=("nothing was found",),
    )  # fmt: skip
    text = render(name, empty)
    if formats.find(name).notes:
        assert "nothing was found" in text


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="table, json, csv, akn, jsonld"):
        formats.find("yaml")


def test_a_format_of_one_statement_refuses_two(statement: Statement) -> None:
    with pytest.raises(UsageError, match="holds one statement"):
        render("akn", statement, statement)


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_json_has_the_keys_that_others_rely_on(statement: Statement) -> None:
    data = json.loads(render("json", statement))
    assert {"servanda", "source", "statement", "expression", "segments", "commitments", "mechanisms", "instruments",
            "forums", "notes"} <= set(data)  # fmt: skip
    assert {"name", "media_type", "sha256", "characters"} <= set(data["source"])
    assert {"title", "type", "parties", "relationship", "adopted", "place", "original_languages"} <= set(
        data["statement"]
    )
    assert {"language", "kind", "source_url"} <= set(data["expression"])
    assert {"id", "start", "end", "class", "section", "number"} <= set(data["segments"][0])
    commitment = {
        "id", "start", "end", "quote", "modality", "strength", "action", "actors", "areas", "mechanisms", "instruments",
        "forums", "deadline", "parent", "section", "confidence",
    }  # fmt: skip
    assert commitment <= set(data["commitments"][0])
    assert data["statement"]["parties"] == ["IS", "MN"]


def test_json_quotes_stand_at_their_offsets(statement: Statement) -> None:
    data = json.loads(render("json", statement))
    assert data["commitments"]
    for c in data["commitments"]:
        assert statement.source.text[c["start"] : c["end"]] == c["quote"]


def test_json_carries_the_text_only_where_the_file_does_not_hold_it(statement: Statement) -> None:
    assert "text" not in json.loads(render("json", statement))
    page = replace(statement, source=replace(statement.source, plain=False))
    assert json.loads(render("json", page))["text"] == statement.source.text


def test_json_is_a_list_for_several(statement: Statement) -> None:
    assert len(json.loads(render("json", statement, statement))) == 2


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_csv_has_one_row_a_commitment_and_a_mark_for_spreadsheets(statement: Statement) -> None:
    text = render("csv", statement)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [r["id"] for r in rows] == [c.id for c in statement.commitments]
    assert {r["section"] for r in rows} >= {"Political relations"}


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2+3", "@SUM(A1)", "\t=1", " =1"])
def test_csv_disarms_formulas(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_csv_leaves_ordinary_text(statement: Statement) -> None:
    assert guarded("agreed to meet") == "agreed to meet"


# --- table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_table_fits_its_width_and_has_no_colour_in_a_pipe(width: int, statement: Statement) -> None:
    text = render("table", statement, width=width)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= width


def test_table_shows_colour_where_asked(statement: Statement) -> None:
    assert "\x1b[" in render("table", statement, colour=True)


def test_table_says_whose_statement_it_is(statement: Statement) -> None:
    text = render("table", statement)
    for words in ("Iceland and Mongolia", "2024-06-14, Ulaanbaatar", "English, original", "Political relations"):
        assert words in text


def test_table_lets_no_escape_through(statement: Statement) -> None:
    first = replace(statement.commitments[0], quote="agreed\x1b[2J to\u202e meet")
    text = render("table", replace(statement, commitments=(first,)))
    assert "\x1b" not in text
    assert "\u202e" not in text


# --- linked data ------------------------------------------------------------------------------------------------------


def test_jsonld_links_every_node_it_names(statement: Statement) -> None:
    data = json.loads(render("jsonld", statement))
    ids = [node["@id"] for node in data["@graph"]]
    assert len(ids) == len(set(ids))
    expression = next(n for n in data["@graph"] if "eli:LegalExpression" in n["@type"])
    assert [ref["@id"] for ref in expression["commitments"]] == [i for i in ids if "#c" in i]
    assert len(expression["commitments"]) == len(statement.commitments)


def test_expressions_of_one_statement_share_their_work(statement: Statement) -> None:
    other = replace(statement, source=replace(statement.source, sha256="0" * 64))
    works = [json.loads(render("jsonld", s))["@graph"][0]["@id"] for s in (statement, other)]
    assert works == ["urn:servanda:work:joint-statement:2024-06-14:is-mn"] * 2


# --- Akoma Ntoso ------------------------------------------------------------------------------------------------------

AKN = {"a": "http://docs.oasis-open.org/legaldocml/ns/akn/3.0", "sv": "urn:servanda:akn:1"}


@pytest.fixture
def akn(statement: Statement) -> etree._Element:
    return etree.fromstring(render("akn", statement).encode())


def test_akn_holds_the_instrument_word_for_word(akn: etree._Element, statement: Statement) -> None:
    body = " ".join("".join(akn.xpath("string(.//a:mainBody)", namespaces=AKN)).split())
    for c in statement.commitments:
        if c.section:
            assert " ".join(c.quote.split()) in body


def test_akn_ids_are_one_each_and_those_of_the_reading(akn: etree._Element, statement: Statement) -> None:
    ids = akn.xpath("//@eId")
    assert len(ids) == len(set(ids))
    assert {s.eid for s in statement.sections} <= set(ids)
    assert {s.eid for s in statement.segments if s.eid} <= set(ids)


def test_akn_marks_commitments(akn: etree._Element, statement: Statement) -> None:
    rows = akn.xpath("//sv:commitment", namespaces=AKN)
    assert [r.get("id") for r in rows] == [c.id for c in statement.commitments]
    inline = {e.get("eId"): "".join(e.itertext()) for e in akn.xpath("//a:inline", namespaces=AKN)}
    quotes = {c.id: c.quote for c in statement.commitments}
    assert inline
    assert all(quotes[i] == text for i, text in inline.items())


def test_akn_leaves_out_what_xml_cannot_hold(statement: Statement) -> None:
    text = statement.source.text.replace("Iceland", "Ice\x07and")  # of the same length: offsets stay
    dirty = replace(statement, source=replace(statement.source, text=text))
    assert etree.fromstring(render("akn", dirty).encode()) is not None
