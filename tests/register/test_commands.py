"""The register's commands as those who keep a register meet them."""

from __future__ import annotations

import io
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer

from servanda.cli import app as application
from servanda.cli import run
from servanda.cli.doctor import findings
from servanda_register import commands
from servanda_register import models as m
from servanda_register.actions import record

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are there whether or not the package was installed anew since they were declared."""
    app = typer.Typer(name="servanda", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    commands.register(app)
    monkeypatch.setattr(application, "app", app)


def test_verify_tells_the_head_and_what_is_amiss(db: None, capsys: Capture) -> None:
    record.create(m.Person, by=None, full_name="Ada Example", visibility="public")
    head = m.ChainHead.objects.get()
    assert run(["register", "verify"]) == 0
    out = capsys.readouterr().out
    assert f"1 events, digest of the last {head.digest}" in out
    m.Person._base_manager.update(full_name="Eve Example")  # past the actions, as with a tool of the database
    assert run(["register", "verify"]) == 1
    assert "person" in capsys.readouterr().out


def test_export_writes_a_file_once(db: None, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "register.zip"
    assert run(["register", "export", str(path)]) == 0
    assert f"{path}: " in capsys.readouterr().out
    assert run(["register", "export", str(path)]) == 2
    assert "there already" in capsys.readouterr().err


def test_import_into_an_empty_register(db: None, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "register.zip"
    assert run(["register", "export", str(path)]) == 0
    assert run(["register", "import", str(path)]) == 0
    m.Account.objects.create_user("anna")
    assert run(["register", "import", str(path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert run(["register", "import", str(tmp_path / "none.zip")]) == 2


def test_an_account_with_a_group(db: None, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long and unlikely word\n"))
    assert run(["register", "add-account", "anna", "--group", "administrator"]) == 0
    assert "anna: administrator in all partnerships" in capsys.readouterr().out
    anna = m.Account.objects.get(username="anna")
    assert anna.check_password("a long and unlikely word")
    assert anna.memberships.get().group == "administrator"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["anna", "--group", "king"], "king"),
        (["anna", "--group", "coder", "--partnership", "nowhere"], "nowhere"),
        (["anna"], "--group"),
    ],
)
def test_an_account_that_cannot_be(
    arguments: list[str], said: str, db: None, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long and unlikely word\n"))
    assert run(["register", "add-account", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not m.Account.objects.exists()


def test_migrate_says_when_there_is_nothing_to_do(db: None, capsys: Capture) -> None:
    assert run(["register", "migrate"]) == 0
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["demo"], ["serve"], ["register"], *(["register", c] for c in ("verify", "export", "import"))]
)
def test_every_command_has_help_with_an_example(arguments: list[str], capsys: Capture) -> None:
    assert run([*arguments, "--help"]) == 0
    assert "Example:" in capsys.readouterr().out


def test_doctor_tells_of_the_register(db: None, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("register", "servanda_register.commands:findings", "servanda.doctor")
    monkeypatch.setattr("servanda.cli.doctor.entry_points", lambda group: [entry])
    monkeypatch.setenv("SERVANDA_OIDC_ISSUER", "https://office.example")
    record.create(m.Person, by=None, full_name="Ada Example")
    told = {row.what: row for row in findings()}
    assert "1 events" in told["Register"].state
    assert "office.example" in told["Sign-in"].state
    monkeypatch.setitem(sys.modules, "ninja", None)
    told = {row.what: row for row in findings()}
    assert not told["Register"].good
    assert "servanda[register]" in told["Register"].mend


def test_the_group_alone_shows_its_help(capsys: Capture) -> None:
    assert run(["register"]) == 0
    assert "add-account" in capsys.readouterr().out


def test_without_the_extra_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setitem(sys.modules, "django", None)
    for arguments in (["register", "verify"], ["serve"]):
        assert run(arguments) == 2
        err = capsys.readouterr().err
        assert 'pip install "servanda[register]"' in err
        assert err.count("\n") == 1


def test_help_imports_no_django() -> None:
    code = (
        "import sys, typer; from servanda_register import commands\n"
        "commands.register(typer.Typer()); print([n for n in sys.modules if n.split('.')[0] in ('django', 'ninja')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_addition_that_cannot_be_loaded_is_told_where_it_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    broken = EntryPoint("register", "no_such_module:register", "servanda.commands")
    monkeypatch.setattr(application, "entry_points", lambda group: [broken])
    monkeypatch.setattr(application, "_BROKEN", application._add_installed())
    assert run(["nonsense"]) == 2
    err = capsys.readouterr().err
    assert "no_such_module" in err
    assert "servanda[register]" in err
    assert err.count("\n") == 1
    assert run(["demo", "--help"]) == 0
