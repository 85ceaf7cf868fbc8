"""``servanda align`` as it is used: lines with their numbers, wrong usage in one line, what is held back."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from servanda.cli import run

SPECIMENS = Path(str(files("servanda").joinpath("specimens")))
EN, SV = str(SPECIMENS / "en.txt"), str(SPECIMENS / "sv.txt")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    """The Swedish specimen with another year in it."""
    path = tmp_path / "wrong.txt"
    path.write_text(Path(SV).read_text(encoding="utf-8").replace("2011", "2001"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("format", ["table", "json", "html"])
def test_lines_keep_the_numbers_that_they_have_in_their_files(format: str, tmp_path: Path, capsys: Capture) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_bytes("The ferry leaves at noon.\r\n\r\n  Salt is\u2028 dear.\r\nThe lamp burns all night.".encode())
    b.write_text("\nFärjan går klockan tolv.\nSalt är dyrt.\n\nLampan brinner hela natten.\n\n", encoding="utf-8")
    assert run(["align", str(a), str(b), "--sentences", "--language-b", "sv", "--format", format]) == 0
    out = capsys.readouterr().out
    if format == "json":
        found = json.loads(out)
        assert [(p["a"], p["b"]) for p in found["pairs"]] == [([0], [1]), ([2], [2]), ([3], [4])]
        assert (found["a"]["language"], found["b"]["language"]) == (None, "sv")
    elif format == "html":
        assert '<div lang="sv" dir="auto">' in out
    else:
        assert "Lampan brinner" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-", "-"], "twice"),
        ([EN, SV, "--language-b", "Swedish"], "two-letter"),
        ([EN, SV, "--min-confidence", "2"], "min-confidence"),
        ([EN, SV, "--ui", "eo"], "ui"),
        ([EN, "no-such-file.txt"], "no-such-file.txt"),
        ([EN, "https://example.org/statement"], "--fetch"),
        ([EN], "B"),
    ],
)
def test_wrong_usage_is_one_line_and_2(arguments: list[str], said: str, capsys: Capture) -> None:
    assert run(["align", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_empty_lines_are_nothing_to_align(tmp_path: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n  \n", encoding="utf-8")
    assert run(["align", EN, str(empty), "--sentences"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("level", "least"), [("none", 4), ("severity-3", 3), ("severity-2", 2), ("any", 1)])
def test_fail_on_makes_the_exit_code(level: str, least: int, wrong: str, capsys: Capture) -> None:
    code = run(["align", EN, wrong, "--fail-on", level, "--format", "json"])
    found = json.loads(capsys.readouterr().out)["discrepancies"]
    assert found
    assert code == any(d["severity"] >= least for d in found)


def test_what_is_not_shown_does_not_fail_and_is_told_of(wrong: str, capsys: Capture) -> None:
    assert run(["align", EN, wrong, "--fail-on", "any", "--min-confidence", "1"]) == 0
    assert "--min-confidence 0 shows all" in capsys.readouterr().err


def test_the_page_shows_what_was_found(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert run(["align", EN, wrong, "--format", "html", "--ui", "ru", "--output", str(path)]) == 0
    page = path.read_text("utf-8")
    assert "Посмотрите сначала" in page
    assert "<mark" in page
