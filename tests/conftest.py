"""What all tests share. The network is blocked by pyproject.toml."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import pytest

import servanda
from servanda.records import Statement
from servanda.sources import read_bytes

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real statements, which are not ours to carry; without it the test is skipped."""
    folder = Path(os.environ.get("SERVANDA_SHARED") or PROJECT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"there is no folder {folder} with real statements (SERVANDA_SHARED names another)")
    return folder


@pytest.fixture(scope="session")
def statement() -> Statement:
    """The English specimen as it is read."""
    data = files("servanda").joinpath("specimens", "en.txt").read_bytes()
    return servanda.read(read_bytes(data, name="en.txt"))
