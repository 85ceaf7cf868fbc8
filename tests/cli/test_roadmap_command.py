"""``servanda roadmap`` as it is used."""

from __future__ import annotations

import io
import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from docx import Document

from servanda.cli import run

EN = str(files("servanda").joinpath("specimens", "en.txt"))
VI = str(files("servanda").joinpath("specimens", "vi.txt"))
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "ics", "json", "csv"])
def test_the_name_of_the_file_says_the_format(suffix: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / f"plan.{suffix.upper()}"
    assert run(["roadmap", EN, "--output", str(out)]) == 0
    start = {"docx": b"PK", "xlsx": b"PK", "ics": b"BEGIN:VCALENDAR", "json": b"{", "csv": b"\xef\xbb\xbf"}[suffix]
    assert out.read_bytes().startswith(start)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "75 actions proposed" in captured.err
    assert ("There is no list of bodies for Iceland" in captured.err) == (suffix in ("ics", "csv"))


def test_json_on_standard_output_is_nothing_but_the_json(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["roadmap", EN, "--format", "json", "--ui", "vi"]) == 0
    captured = capfdbinary.readouterr()
    assert json.loads(captured.out)["title"] == "Dự thảo kế hoạch hành động: Iceland – Mông Cổ"
    assert captured.err == b""


def test_an_office_changes_the_template_and_uses_it(tmp_path: Path, capsys: Capture) -> None:
    own, out = tmp_path / "office.docx", tmp_path / "plan.docx"
    assert run(["roadmap", "--write-template", str(own), "--ui", "ru"]) == 0
    document = Document(str(own))
    document.add_paragraph("Исполнитель: {{ draft }}")
    document.save(str(own))
    assert run(["roadmap", EN, "--template", str(own), "--output", str(out), "--ui", "ru"]) == 0
    assert Document(str(out)).paragraphs[-1].text.startswith("Исполнитель: Проект составлен")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([EN], "--output"),
        ([EN, "--output", "plan.odt"], ".docx"),
        (["--output", "plan.docx"], "none was given"),
        (["-", "-", "--output", "plan.docx"], "twice"),
        ([EN, "--format", "odt"], "docx, xlsx, ics, json, csv"),
        ([EN, "--format", "json", "--template", "office.docx"], "is for docx"),
        ([EN, "--output", "plan.docx", "--template", "no-such.docx"], "no-such.docx"),
        ([EN, "--write-template", "office.docx"], "reads no statement"),
        (["--write-template", "office.txt"], "ends in .docx"),
        ([EN, "--output", "no-such-folder/plan.json"], "cannot be written"),
        ([EN, "--format", "json", "--ui", "eo"], "ui"),
        (["no-such-file.txt", "--format", "json"], "no-such-file.txt"),
        (["https://example.org/statement", "--format", "json"], "--fetch"),
    ],
)
def test_wrong_usage_is_one_line_and_2(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["roadmap", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_is_not_shown_what_it_cannot_show(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    assert run(["roadmap", EN, "--format", "xlsx"]) == 2
    assert "--output roadmap.xlsx" in capsys.readouterr().err


def test_a_missing_library_is_told_before_anything_is_read(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "icalendar" else found(name, *a))
    assert run(["roadmap", "no-such-file.txt", "--output", "plan.ics"]) == 2
    assert 'pip install "servanda[office]"' in capsys.readouterr().err


def test_versions_of_one_statement_make_one_plan(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["roadmap", VI, EN, "--format", "json"]) == 0
    data = json.loads(capfdbinary.readouterr().out)
    assert [s["kind"] for s in data["statements"]] == ["original", "translation"]
    paired = [a for a in data["actions"] if any(c["statement"] == 1 for c in a["commitments"])]
    assert len(paired) >= 70
