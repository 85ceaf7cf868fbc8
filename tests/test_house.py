"""What the house asks of its own: found by looking, not by a list."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import typer

import servanda
from servanda import formats, packs
from servanda.cli.app import app
from servanda.version import __version__

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = PROJECT / "src" / "servanda"
MODULES = sorted(SOURCE.rglob("*.py"))
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
LONGEST = 600
"""Lines of a file; past this it is split."""


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize(
    "folder", sorted(p for p in (SOURCE / "languages").iterdir() if p.is_dir()), ids=lambda p: p.name
)
def test_a_language_is_three_files(folder: Path) -> None:
    assert {"pack.toml", "patterns.toml", "areas.toml"} <= {p.name for p in folder.iterdir()}
    assert folder.name in packs.available()


def test_every_format_module_has_a_row() -> None:
    modules = {
        f"servanda.formats.{p.stem}"
        for p in (SOURCE / "formats").glob("*.py")
        if "\ndef render(" in p.read_text("utf-8")
    }
    assert modules - {"servanda.formats.__init__"} == {row.module for row in formats.FORMATS}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_is_told_of(command: str) -> None:
    help_ = COMMANDS[command].help or ""
    assert f"Example:\n  servanda {command}" in help_
    told = "".join((PROJECT / path).read_text("utf-8") for path in ("README.md", "docs/user-guide.md"))
    assert f"servanda {command}" in told


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_file_grows_without_end(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not {p.stem for p in MODULES} & {"utils", "helpers", "common", "misc"}


def test_the_version_is_one() -> None:
    assert servanda.__version__ == __version__


def test_the_changelog_tells_of_this_version() -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)


def test_the_lock_names_no_host() -> None:
    lock = (PROJECT / "requirements" / "dev.txt").read_text("utf-8")
    assert "://" not in lock
    assert "--index-url" not in lock
