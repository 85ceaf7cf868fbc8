"""A real server, a real browser. Skipped, with the reason, where there is no Chromium."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDTHS = {"wide": 1280, "narrow": 375}
PASSWORD = "correct horse battery"


@contextmanager
def running(*arguments: str, until: str = "", **environment: str) -> Iterator[str]:
    """A ``servanda`` server as its own process; gives the address that it says it is at, when it has said ``until``."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
    for name in ("SERVANDA_DATABASE", "DJANGO_SETTINGS_MODULE"):
        if name not in environment or environment[name] == os.environ.get(name):
            environment.pop(name, None)
    command = [str(Path(sys.executable).with_name("servanda")), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    said = ""
    try:
        assert process.stdout
        for line in process.stdout:
            said += line
            if until in said and (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
                yield found[0]
                return
        pytest.fail(f"{' '.join(arguments)} ended before it served: {said}")
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
    """Address of a demonstration of its own, when all of it is there."""
    folder = tmp_path_factory.mktemp("demo")
    whole = "have been read"
    with running("demo", "--no-open", "--port", "0", "--data", str(folder), until=whole) as address:
        yield address


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page: ``visit(address, language="vi", width="narrow")``; faults in its scripts fail the test."""
    contexts: list[Any] = []
    faults: list[str] = []

    def go(address: str = "", *, language: str = "en", width: str = "wide", **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": WIDTHS[width], "height": 900}, locale=language, reduced_motion="reduce", **options
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


@contextmanager
def office_of(folder: Path, **accounts: str) -> Iterator[str]:
    """Address of an empty register in production mode with these accounts, each with its group."""
    environment = {"SERVANDA_DATA": str(folder), "SERVANDA_LOG": "INFO"}
    inherited = {k: v for k, v in os.environ.items() if k not in {"SERVANDA_DATABASE", "DJANGO_SETTINGS_MODULE"}}
    servanda = str(Path(sys.executable).with_name("servanda"))
    for name, group in accounts.items():
        subprocess.run(
            [servanda, "register", "add-account", name, "--group", group], check=True, text=True,
            input=f"{PASSWORD}\n", capture_output=True, timeout=120, env=inherited | environment,
        )  # fmt: skip
    port = str(random.randrange(20000, 60000))  # tests may open no socket to ask for a free one
    with running("serve", "--port", port, "--workers", "1", **environment) as address:
        yield address


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty register with the desk officer Anna."""
    with office_of(tmp_path_factory.mktemp("office"), anna="officer") as address:
        yield address


@pytest.fixture(params=["specimen", "seed"])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The statement that she brings in: our own in English, or the real Vietnamese one."""
    if request.param == "seed":
        shared: Path = request.getfixturevalue("shared")
        return next((shared / "seeds").glob("003*"))
    path = tmp_path / "statement.txt"
    path.write_bytes(files("servanda").joinpath("specimens", "en.txt").read_bytes())
    return path


def sign_in(page: Any) -> None:
    """Anna signs in on the page that asks for it."""
    page.get_by_label("E-mail address or user name").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


def bring_in(page: Any, document: Path) -> None:
    """She brings a file in and, when it has been read, goes on to review what was found."""
    from playwright.sync_api import expect

    page.get_by_role("link", name="Bring in", exact=True).click()
    page.locator("input[type=file]").set_input_files(document)
    page.get_by_role("button", name="Bring in").click()
    review = page.get_by_role("button", name="Review them").or_(page.get_by_role("link", name="Review them"))
    expect(review).to_be_visible(timeout=120_000)
    review.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    begin = page.get_by_role("button", name=re.compile("Begin"))
    if begin.count():
        begin.first.click()
