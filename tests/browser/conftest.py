"""A real server, a real browser. Skipped, with the reason, where there is no Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDTHS = {"wide": 1280, "narrow": 375}


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[str]:
    """A ``servanda`` server as its own process; gives the address that it says it is at."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    for name in ("SERVANDA_DATABASE", "DJANGO_SETTINGS_MODULE"):
        if name not in environment or environment[name] == os.environ.get(name):
            environment.pop(name, None)
    command = [str(Path(sys.executable).with_name("servanda")), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    said = []
    try:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                return
        pytest.fail(f"{' '.join(arguments)} ended before it served: {''.join(said)}")
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser. It ends with the tests of this folder: while it runs, Django keeps other tests from the database."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium; on Debian: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a demonstration of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with running("demo", "--no-open", "--port", "0", "--data", str(folder)) as address:
        yield address


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page: ``visit(address, language="vi", width="narrow")``; faults in its scripts fail the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def go(address: str = "", *, language: str = "en", width: str = "wide") -> Any:
        context = chromium.new_context(
            viewport={"width": WIDTHS[width], "height": 900}, locale=language, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        if address:
            page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    # the browser reports every answer of 400 and above as an error too; the tests look at those themselves
    assert not [f for f in faults if "Failed to load resource" not in f]


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Folder for pictures of the pages, where SERVANDA_PICTURES names one."""
    name = os.environ.get("SERVANDA_PICTURES")
    if not name:
        return None
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
