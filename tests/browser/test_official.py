"""An official at work: signs in, brings a statement in, reviews twenty proposals by keyboard, takes them away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import bring_in, sign_in

KEYS = "aaaxaaaaaxaaaaaaaxaa"
"""What is pressed for twenty proposals, one after the other: a accepts, x rejects."""


def test_from_the_file_to_the_coded_document(
    office: str, document: Path, visit: Callable[..., Any], pictures: Path | None
) -> None:
    from playwright.sync_api import expect

    page = visit(office + "/accounts/login/")
    sign_in(page)
    expect(page.get_by_role("heading", level=1, name="My work")).to_be_visible()
    bring_in(page, document)
    expect(page.locator("[data-keys-toggle]")).to_be_visible()  # the script is there
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
