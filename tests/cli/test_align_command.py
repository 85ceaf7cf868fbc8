"""The commands for versions: pairs, refusals, exits, and what one version alone shows."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from servanda.cli import run

SPECIMENS = Path(str(files("servanda").joinpath("specimens")))
EN, SV = str(SPECIMENS / "en.txt"), str(SPECIMENS / "sv.txt")


def test_two_versions_are_paired_paragraph_by_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["align", EN, SV, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    pairs = [(p["a"], p["b"]) for p in found["pairs"] if p["level"] == "paragraph"]
    assert pairs == [([i], [i]) for i in range(38)]
    assert (found["a"]["language"], found["b"]["language"]) == ("en", "sv")
    assert len(found["commitments"]) > 70
    assert len({p["a"] for p in found["commitments"]}) == len({p["b"] for p in found["commitments"]})
    texts = {"a": Path(EN).read_bytes().decode(), "b": Path(SV).read_bytes().decode()}
    for d in found["discrepancies"]:
        for side in ("a", "b"):
            if d[side] is not None:
                assert texts[side][d[side]["start"] : d[side]["end"]] == d[side]["quote"]


def test_a_planted_error_is_found_and_told_by_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.txt"
    text = Path(SV).read_text(encoding="utf-8")
    assert "2011" in text
    wrong.write_text(text.replace("2011", "2001"), encoding="utf-8")
    assert run(["align", EN, str(wrong), "--format", "json", "--fail-on", "any"]) == 1
    found = json.loads(capsys.readouterr().out)["discrepancies"]
    assert any(d["b"] and "2001" in d["b"]["quote"] for d in found)


def test_texts_of_two_statements_are_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.txt"
    lines = [f"Norway and Ghana agreed on {word} in 2019." for word in ("salt", "herring", "bees", "clocks", "ropes")]
    other.write_text("Joint Statement of Norway and Ghana\n" + "\n".join(lines), encoding="utf-8")
    assert run(["align", EN, str(other)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_lines_are_aligned_without_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("The ferry leaves at noon.\nSalt is dear.\nThe lamp burns all night.\n", encoding="utf-8")
    b.write_text("Färjan går klockan tolv.\nSalt är dyrt.\nLampan brinner hela natten.\n", encoding="utf-8")
    assert run(["align", str(a), str(b), "--sentences", "--format", "json"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert [(p["level"], p["a"], p["b"]) for p in pairs] == [("line", [i], [i]) for i in range(3)]


def test_the_page_is_one_file_without_network(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run(["align", EN, SV, "--format", "html", "--ui", "vi", "--output", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert '<html lang="vi"' in text
    assert "src=" not in text
    assert "@import" not in text


def test_one_version_alone_shows_its_doubled_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "t.txt"
    text.write_text("De två sidorna enades om ett brett och brett samarbete om handel.\n", encoding="utf-8")
    assert run(["inspect", str(text), "--language", "sv", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["discrepancies"]
    assert any(d["kind"] == "repetition" for d in found)


def test_a_sentence_with_another_meaning_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = Path(SV).read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if "artificiell" in line)
    first = lines[at].split(". ")[0]
    lines[at] = lines[at].replace(first, "De kommer att utöka handeln med ull, fisk och smör mellan hamnarna")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(["align", EN, str(wrong), "--format", "json"]) == 0
    found = [d for d in json.loads(capsys.readouterr().out)["discrepancies"] if d["kind"] == "meaning"]
    assert len(found) == 1
    assert "smör" in found[0]["b"]["quote"]


def test_versions_of_one_statement_are_put_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["group", SV, EN, str(SPECIMENS / "ru.txt"), "--format", "json"]) == 0
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert [len(g) for g in groups] == [3]
    assert groups[0][0]["kind"] == "original"
