"""The command line as its users meet it: output, exit codes, one line for what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from servanda import __version__
from servanda.cli import run
from servanda.cli.specimen import languages

SPECIMEN = Path(__file__).parents[2] / "src" / "servanda" / "specimens" / "en.txt"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def idle(tmp_path: Path) -> Path:
    """A text that undertakes nothing."""
    path = tmp_path / "recipe.txt"
    path.write_text("Peel the potatoes and boil them for twenty minutes. Serve them with butter and dill.\n", "utf-8")
    return path


def test_version(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"servanda {__version__}\n"


def test_alone_it_shows_its_help(capsys: Capture) -> None:
    assert run([]) == 0
    assert "servanda read" in capsys.readouterr().out


def test_reads_to_a_table(capsys: Capture) -> None:
    assert run(["read", str(SPECIMEN)]) == 0
    out = capsys.readouterr().out
    assert "Iceland and Mongolia" in out
    assert "\x1b" not in out


def test_json_is_alone_on_standard_output(capsys: Capture) -> None:
    assert run(["read", str(SPECIMEN), "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["source"]["name"] == "en.txt"
    assert captured.err == ""


def test_several_sources_make_a_list(capsys: Capture) -> None:
    assert run(["read", str(SPECIMEN), str(SPECIMEN.with_name("sv.txt")), "--format", "json"]) == 0
    assert [row["expression"]["language"] for row in json.loads(capsys.readouterr().out)] == ["en", "sv"]


def test_one_bad_source_among_several_costs_only_itself(capsys: Capture, tmp_path: Path) -> None:
    assert run(["read", str(tmp_path / "none.txt"), str(SPECIMEN), "--format", "json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["source"]["name"] == "en.txt"
    assert "none.txt does not exist" in captured.err


def test_output_goes_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert run(["read", str(SPECIMEN), "--format", "csv", "--output", str(path)]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfdocument,")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read"], "SOURCE"),
        (["raed", "x"], "raed"),
        (["read", "--nonsense", "x"], "--nonsense"),
        (["read", "x", "--format", "yaml"], "table, json, csv, akn, jsonld"),
        (["read", "x", "--fail-on", "weather"], "no-commitments"),
        (["read", "x", "--language", "Swedish"], "two-letter"),
        (["read", "x", "y", "--explain", "c1"], "2 sources"),
        (["read", "x", "y", "--format", "akn"], "one statement"),
        (["read", "-", "-"], "twice"),
        (["read", "no-such-file.txt"], "no-such-file.txt"),
        (["read", "https://example.org/statement"], "--fetch"),
        (["read", str(SPECIMEN), "--explain", "c999"], "c999"),
        (["read", str(SPECIMEN), "--output", "/no/such/folder/out.txt"], "cannot be written"),
        (["specimen", "--language", "xx"], "Available are"),
    ],
)
def test_wrong_usage_is_one_line_and_2(arguments: list[str], said: str, capsys: Capture) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("servanda: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_fail_on_no_commitments(idle: Path, capsys: Capture) -> None:
    assert run(["read", str(idle), "--language", "en"]) == 0
    assert "Note:" in capsys.readouterr().out
    assert run(["read", str(idle), "--language", "en", "--fail-on", "no-commitments"]) == 1
    assert run(["read", str(SPECIMEN), "--fail-on", "no-commitments"]) == 0


def test_csv_tells_notes_on_standard_error(idle: Path, capsys: Capture) -> None:
    assert run(["read", str(idle), "--language", "en", "--format", "csv"]) == 0
    captured = capsys.readouterr()
    assert "no commitments found" in captured.err
    assert "no commitments found" not in captured.out


def test_a_fault_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def broken(*args: object, **named: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("servanda.read", broken)
    assert run(["read", str(SPECIMEN)]) == 2
    err = capsys.readouterr().err
    assert "a fault of Servanda (ZeroDivisionError: by nought)" in err
    assert err.count("\n") == 1
    monkeypatch.setenv("SERVANDA_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(["read", str(SPECIMEN)])


def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("servanda.read", interrupted)
    assert run(["read", str(SPECIMEN)]) == 130


@pytest.mark.parametrize("language", languages())
def test_specimen_reads_each_language(language: str, capsys: Capture) -> None:
    assert run(["specimen", "--language", language]) == 0
    first, _, rest = capsys.readouterr().out.partition("\n")
    assert "invented" in first
    assert "servanda read" in first
    assert "Iceland and Mongolia" in rest


def test_doctor_names_every_pack_and_format(capsys: Capture) -> None:
    assert run(["doctor", "--format", "json"]) == 0
    found = {row["what"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert "Vietnamese (vi" in found["Language packs"]
    assert "akn" in found["Formats"]
    assert "Encoder e5" in found
    assert run(["doctor"]) == 0
    assert "Language packs" in capsys.readouterr().out


def test_an_encoder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def absent(*args: object, **named: object) -> None:
        raise ImportError("no", name="onnxruntime")

    monkeypatch.setattr("servanda.encoders.load", absent)
    assert run(["read", str(SPECIMEN), "--encoder"]) == 2
    assert "onnxruntime" in capsys.readouterr().err
    monkeypatch.setattr("servanda.cli.encoder.ENCODER_BY_DEFAULT", True)
    assert run(["read", str(SPECIMEN)]) == 0
    captured = capsys.readouterr()
    assert "without the encoder" in captured.err
    assert "Iceland" in captured.out
