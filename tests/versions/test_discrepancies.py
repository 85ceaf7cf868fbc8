"""Two versions side by side: each planted difference is told, with its kind, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from servanda import encoders
from servanda.encoders import Encoder
from servanda.reading.pipeline import read_source
from servanda.records import Alignment, Discrepancy, Pair, Statement
from servanda.sources import read_bytes
from servanda.versions.discrepancies import SHOWN, coverage, find_discrepancies

SPECIMENS = Path(__file__).resolve().parents[2] / "src" / "servanda" / "specimens"
Change = Callable[[str], str]


def read(text: str) -> Statement:
    return read_source(read_bytes(text.encode(), name="statement.txt"))


def specimen(language: str) -> str:
    return (SPECIMENS / f"{language}.txt").read_text(encoding="utf-8")


def paragraphs(statement: Statement) -> tuple[tuple[int, int], ...]:
    out, at = [], 0
    for line in statement.source.text.splitlines(keepends=True):
        if line.strip():
            out.append((at, at + len(line.rstrip("\n"))))
        at += len(line)
    return tuple(out)


def aligned(a: str, b: str) -> Alignment:
    """Versions with the same number of lines, line by line."""
    one, two = read(a), read(b)
    spans = paragraphs(one), paragraphs(two)
    assert len(spans[0]) == len(spans[1])
    pairs = tuple(Pair("paragraph", (n,), (n,), 0.9) for n in range(len(spans[0])))
    return Alignment(one, two, pairs, *spans)


def shown(alignment: Alignment, encoder: Encoder | None = None) -> list[Discrepancy]:
    return [d for d in find_discrepancies(alignment, encoder) if d.confidence >= SHOWN]


def changed(old: str, new: str, language: str = "sv") -> str:
    text = specimen(language)
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


PLANTED = [
    # the words of the Swedish specimen, what they become, the kind, the severity
    ("bistå isländska medborgare", "bistå mongoliska medborgare", "name", 3),
    ("Mongoliet planerar att öppna", "Kazakstan planerar att öppna", "name", 3),
    ("handelssystemet med WTO", "handelssystemet med WHO", "name", 2),
    ("antogs i Ulaanbaatar", "antogs i Peking", "name", 3),
    ("isländska, mongoliska och engelska", "isländska, mongoliska och ryska", "name", 2),
    ("kärnvapen från 1968", "kärnvapen från 1978", "date", 2),
    ("14 juni 2024", "24 juni 2024", "date", 3),
    ("bevilja tio stipendier", "bevilja tolv stipendier", "number", 3),
    ("upp till trettio mongoliska", "upp till femtio mongoliska", "number", 3),
    ("enades om att inte införa", "enades om att införa", "negation", 3),
    ("enades om att öppna sina marknader", "enades om att inte öppna sina marknader", "negation", 3),
    ("De två sidorna enades om att öka utbytet", "De två sidorna önskar öka utbytet", "strength", 2),
    ("Island är redo att tillhandahålla", "Island ska tillhandahålla", "strength", 2),
    ("kashmir och mineraler", "kashmir och kashmir", "repetition", 1),
]


@pytest.mark.parametrize(("old", "new", "kind", "severity"), PLANTED, ids=[p[1] for p in PLANTED])
@pytest.mark.parametrize("source", ["en", "vi"])
def test_a_planted_difference_is_told(source: str, old: str, new: str, kind: str, severity: int) -> None:
    found = shown(aligned(specimen(source), changed(old, new)))
    assert (kind, severity) in {(d.kind, d.severity) for d in found}, found
    assert {d.kind for d in found} <= {kind, "name", "actor"}, found


@pytest.mark.parametrize(
    ("a", "b"), [("en", "sv"), ("vi", "sv"), ("sv", "nb"), ("en", "vi"), ("en", "ru"), ("az", "kk")]
)
def test_nothing_is_told_of_versions_that_agree(a: str, b: str) -> None:
    found = shown(aligned(specimen(a), specimen(b)))
    assert len(found) <= (1 if "az" in (a, b) else 0), found


def test_quotes_stand_at_their_offsets_and_the_gravest_comes_first() -> None:
    text = changed("från 1968", "från 1978").replace("bevilja tio", "bevilja tolv")
    alignment = aligned(specimen("en"), text)
    found = find_discrepancies(alignment)
    assert [d.severity for d in found] == sorted((d.severity for d in found), reverse=True)
    for d in found:
        for passage, statement in ((d.a, alignment.a), (d.b, alignment.b)):
            if passage is not None:
                assert statement.source.text[passage.start : passage.end] == passage.quote
        assert 0 < d.confidence < 1
        assert d.explanation.endswith(".")


def test_the_sides_may_be_exchanged() -> None:
    found = shown(aligned(changed("från 1968", "från 1978"), specimen("en")))
    assert [(d.kind, d.a and d.a.quote, d.b and d.b.quote) for d in found] == [("date", "1978", "1968")]


def test_a_sea_called_by_its_direction_is_the_sea_of_the_party_that_calls_it_so() -> None:
    vi = (
        "Tuyên bố chung giữa Việt Nam và Kazakhstan\n"
        "Hai bên nhất trí thúc đẩy hợp tác nghiên cứu nghề cá và bảo vệ môi trường ở Biển Đông.\n"
    )
    right = (
        "Gemensamt uttalande mellan Vietnam och Kazakstan\n"
        "De två sidorna enades om att främja fiskeforskning och miljöskydd i Sydkinesiska havet.\n"
    )
    assert shown(aligned(vi, right)) == []
    wrong = shown(aligned(vi, right.replace("Sydkinesiska havet", "Östersjön")))
    assert {(d.kind, d.severity) for d in wrong} == {("name", 3)}
    literal = shown(aligned(vi, right.replace("Sydkinesiska havet", "Östsjön")))
    assert [(d.kind, d.severity) for d in literal] == [("name", 2)]


def test_a_missing_sentence_is_told_once() -> None:
    a, b = (
        read(specimen("en")),
        read(changed(" De uppmuntrar kontakter mellan ungdomsorganisationer och vänskapsföreningar.", "")),
    )
    spans = paragraphs(a), paragraphs(b)
    n = next(i for i, s in enumerate(spans[0]) if "youth organisations" in a.source.text[slice(*s)])
    start, end = spans[0][n]
    cut = a.source.text.index("They encourage contacts", start)
    pairs = [Pair("paragraph", (i,), (i,), 0.9) for i in range(len(spans[0]))]
    pairs += [Pair("sentence", (0,), (0,), 0.9), Pair("sentence", (1,), (), 0.9)]
    alignment = Alignment(a, b, tuple(pairs), *spans, ((start, cut - 1), (cut, end)), (spans[1][n],))
    found = shown(alignment)
    assert [(d.kind, d.severity, d.b) for d in found] == [("omission", 3, None)]
    assert found[0].a is not None
    assert found[0].a.quote.startswith("They encourage contacts")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return encoders.load()


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("brottslighet, människohandel och smuggling", "brottslighet och smuggling", "trafficking"),
        ("museer, arkiv och", "museer och", "archives"),
    ],
)
def test_a_missing_item_is_told_by_the_encoder(encoder: Encoder, old: str, new: str, gone: str) -> None:
    found = find_discrepancies(aligned(specimen("en"), changed(old, new)), encoder)
    told = [d for d in found if d.kind == "omission" and d.a and gone in d.a.quote]
    assert told, found


def test_what_a_summary_leaves_out_is_coverage_and_no_error() -> None:
    a = read(specimen("en"))
    lines = specimen("sv").splitlines()
    kept = [n for n in range(len(lines)) if n % 3 == 0]
    b = read("\n".join(lines[n] for n in kept) + "\n")
    spans = paragraphs(a), paragraphs(b)
    pairs = [Pair("paragraph", (n,), (kept.index(n),) if n in kept else (), 0.9) for n in range(len(lines))]
    alignment = Alignment(a, b, tuple(pairs), *spans)
    share = coverage(alignment)
    assert share is not None
    assert 0.1 < share < 0.6
    assert {d.kind for d in shown(alignment)} <= {"instrument"}
    assert coverage(aligned(specimen("en"), specimen("sv"))) is None
