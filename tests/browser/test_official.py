"""An official at work: signs in, brings a statement in, reviews twenty proposals by keyboard, takes them away."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from .conftest import running

PASSWORD = "correct horse battery"
KEYS = "aaaxaaaaaxaaaaaaaxaa"
"""What is pressed for twenty proposals, one after the other: a accepts, x rejects."""


@pytest.fixture(scope="module")
def office(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty register in production mode, with the desk officer Anna."""
    environment = {"SERVANDA_DATA": str(tmp_path_factory.mktemp("office")), "SERVANDA_LOG": "INFO"}
    command = [str(Path(sys.executable).with_name("servanda")), "register", "add-account", "anna", "--group", "officer"]
    inherited = {k: v for k, v in os.environ.items() if k not in {"SERVANDA_DATABASE", "DJANGO_SETTINGS_MODULE"}}
    subprocess.run(
        command, check=True, text=True, input=f"{PASSWORD}\n", capture_output=True, timeout=120,
        env=inherited | environment,
    )  # fmt: skip
    port = str(random.randrange(20000, 60000))
    with running("serve", "--port", port, "--workers", "1", **environment) as address:
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


def test_from_the_file_to_the_coded_document(
    office: str, document: Path, visit: Callable[..., Any], pictures: Path | None
) -> None:
    from playwright.sync_api import expect

    page = visit(office + "/accounts/login/")
    page.get_by_label("E-mail address or user name").fill("anna")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1, name="My work")).to_be_visible()

    page.get_by_role("link", name="Bring in", exact=True).click()
    page.locator("input[type=file]").set_input_files(document)
    page.get_by_role("button", name="Bring in").click()
    review = page.get_by_role("button", name="Review them").or_(page.get_by_role("link", name="Review them"))
    expect(review).to_be_visible(timeout=120_000)
    review.click()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    begin = page.get_by_role("button", name=re.compile("Begin"))
    if begin.count():
        begin.first.click()
    for key in KEYS:
        before = page.locator(".register-progress__figures").first.inner_text()
        page.keyboard.press(key)
        if key == "x":
            reason = page.locator("select:focus")
            expect(reason).to_be_visible()
            reason.select_option(index=1)
            page.keyboard.press("Enter")
        expect(page.locator(".register-progress__figures").first).not_to_have_text(before)
    if pictures:
        page.screenshot(path=pictures / f"reviewed-{document.suffix[1:]}.png")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a coded document").click()
    lines = [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]
    verdicts = Counter(line["verdict"] for line in lines if line["kind"] == "decision")
    assert verdicts == {"accept": KEYS.count("a"), "reject": KEYS.count("x")}
    assert len([line for line in lines if line["kind"] == "commitment"]) == KEYS.count("a")
