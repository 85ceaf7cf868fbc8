"""The migrations say what the models say, and so do the tables of a demonstration, which are made without them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.register.test_serving import environment

MAKE = """
from servanda_register import serving
from servanda_register.commands import opened
with opened():
    serving.{how}
"""


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def schema(folder: Path, how: str) -> dict[str, list[str]]:
    """Name of each table and index -> the words of its definition in order of the alphabet."""
    told = environment(SERVANDA_DATA=str(folder), DJANGO_SETTINGS_MODULE="servanda_register.settings")
    folder.mkdir()
    subprocess.run([sys.executable, "-c", MAKE.format(how=how)], env=told, check=True)
    with closing(sqlite3.connect(folder / "register.sqlite3")) as database:
        rows = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted(re.findall(r"\w+|[^\w\s]", sql)) for name, sql in rows}


def test_the_demonstration_has_the_tables_of_the_migrations(tmp_path: Path) -> None:
    migrated = schema(tmp_path / "migrated", "bring_up_to_date(vocabulary=False)")
    assert len(migrated) > 300
    assert schema(tmp_path / "made", "_tables()") == migrated
