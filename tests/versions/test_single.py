"""One version alone: faults that a reader sees without the original, and like things that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.reading.pipeline import read_source
from servanda.records import Discrepancy
from servanda.sources import read_bytes
from servanda.versions.facts import Facts
from servanda.versions.single import inspect

SPECIMENS = Path(__file__).resolve().parents[2] / "src" / "servanda" / "specimens"
SV = "Gemensamt uttalande mellan Vietnam och Kazakstan\nDe två sidorna enades om att {}.\n"
NB = "Felles erklæring fra Vietnam og Kasakhstan\nDe to sidene ble enige om å {}.\n"
EN = "Joint Statement between Viet Nam and Kazakhstan\nThe two sides agreed to {}.\n"

FAULTS = [
    (SV, "stärka utbildning och utbildning", "repetition", "utbildning och utbildning"),
    (SV, "främja ett snabbt och snabbt utbyte av varor", "repetition", "snabbt och snabbt"),
    (SV, "stärka stärka handeln", "repetition", "stärka stärka"),
    (SV, "öka utbytet mellan ministerier, filialer och orter", "term", "filialer"),
    (SV, "hålla samråd om läget i Östersjön", "name", "Östersjön"),
    (NB, "drøfte utviklingen i Østersjøen", "name", "Østersjøen"),
    (NB, "bruke avtalen med Den eurasiske økonomiske union (EAEU) og åpne EAU-markedet", "acronym", "EAU"),
    (EN, "mark the 40th anniversary of relations (1980-2025) and to hold talks", "number", "40th"),
]
NONE = [
    (SV, "steg för steg stärka handeln och handelns villkor"),
    (SV, "öka utbytet mellan banker, deras filialer och kunder"),
    (SV, "hålla samråd om läget i Sydkinesiska havet"),
    (EN, "promote energy and energy security"),
    (EN, "mark the 45th anniversary of relations (1980-2025) and to hold talks"),
    (EN, "work within the IAEA and the IEA"),
]


def found(text: str) -> list[Discrepancy]:
    return list(inspect(read_source(read_bytes(text.encode(), name="statement.txt"))))


@pytest.mark.parametrize(("frame", "words", "kind", "marked"), FAULTS, ids=[f[1] for f in FAULTS])
def test_a_fault_is_told(frame: str, words: str, kind: str, marked: str) -> None:
    told = found(frame.format(words))
    assert any(d.kind == kind and d.a and marked in d.a.quote for d in told), told
    assert all(d.b is None for d in told)


@pytest.mark.parametrize(("frame", "words"), NONE, ids=[n[1] for n in NONE])
def test_what_only_looks_like_a_fault_is_not_told(frame: str, words: str) -> None:
    assert found(frame.format(words)) == []


def test_a_state_by_two_names_is_told_once() -> None:
    text = SV.format("främja handeln mellan Kazakstan och Vitryssland") + "Belarus deltar i samarbetet.\n" * 2
    told = found(text)
    assert [(d.kind, d.a and d.a.quote) for d in told] == [("term", "Vitryssland")]


def test_a_sea_on_which_a_party_lies_is_meant() -> None:
    assert found("Gemensamt uttalande mellan Vietnam och Sverige\nSidorna enades om att skydda Östersjön.\n") == []


@pytest.mark.parametrize("path", sorted(SPECIMENS.glob("*.txt")), ids=lambda p: p.stem)
def test_nothing_is_told_of_the_specimens(path: Path) -> None:
    assert found(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("en", "twenty-five schools and 1,200 pupils", ["25", "1200"]),
        ("sv", "tjugofem skolor och 1 200 elever", ["25", "1200"]),
        ("vi", "ba mươi lăm trường và 20 triệu người", ["35", "2e+07"]),
        ("ru", "двадцать пять школ", ["25"]),
        ("kk", "отызға дейін мектеп", ["30"]),
        ("en", "three decades", ["30"]),
    ],
)
def test_numbers_are_one_in_words_and_figures(language: str, text: str, numbers: list[str]) -> None:
    statement = read_source(read_bytes(text.encode(), name="n.txt"), language=language)
    assert [f.key for f in Facts(statement).rows if f.kind == "number"] == numbers
