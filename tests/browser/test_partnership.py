"""The partnership run by an official: from an uploaded statement to an adopted roadmap and the pack of a session."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl

from .conftest import bring_in, sign_in


def test_from_the_statement_to_the_session_pack(
    office: str, document: Path, visit: Callable[..., Any], pictures: Path | None
) -> None:
    from playwright.sync_api import expect

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True)).click()

    def picture(name: str) -> None:
        if pictures:
            page.screenshot(path=pictures / f"run-{name}-{document.suffix[1:]}.png", full_page=True)

    page = visit(office + "/accounts/login/")
    sign_in(page)
    bring_in(page, document)

    # what the machine proposes is accepted, and the review finished
    press("Accept the rest together")
    page.get_by_label(re.compile("All that are left")).check()
    press("Accept them")
    press("Finish the review")

    # a roadmap is drawn up from it
    page.goto(office)
    page.locator("main").get_by_role("link", name=re.compile("Bel|Iceland|Mongolia|Việt")).last.click()
    press("Roadmap")
    press("Draw up a roadmap")
    press("Begin the draft")
    expect(page.get_by_role("heading", level=1, name="Proposed actions")).to_be_visible()
    picture("proposed")
    ticked = page.locator("input[name=take]:checked").count()
    assert ticked > 10
    press("Add what is ticked")
    expect(page.get_by_text(f"{ticked} actions have been added")).to_be_visible()

    # it goes round, and both sides adopt it
    press("Send round for comment")
    if not page.locator("input[name=to]:checked").count():  # of some states the register knows no body
        page.get_by_label("Note").fill("By letter to both embassies")
    press("Send round")
    expect(page.locator("main .govuk-tag", has_text="Circulated for comment").first).to_be_visible()
    sides = 0
    for side in (0, 1):
        press("Actions")
        press("Put down an adoption")
        page.locator("input[name=party]").nth(side).check()
        sides += 1
        press("Put down")
    assert sides == 2
    press("Actions")
    expect(page.locator("main .govuk-tag", has_text="Adopted by both sides").first).to_be_visible()
    picture("adopted")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX English", exact=True).click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert any(sheet.max_row > ticked for sheet in book)

    # a mechanism that the statement names meets, and takes up what the roadmap holds
    first = page.locator("table.register-list tbody tr a").first.inner_text()
    page.get_by_role("navigation", name="Where you are").get_by_role("link").nth(-2).click()
    press("Mechanisms")
    page.locator("main table tbody tr a").first.click()
    press("Plan a session")
    page.get_by_label("From", exact=True).fill((date.today() + timedelta(days=60)).isoformat())
    page.locator("main form button[type=submit]").first.click()
    picture("session")
    press("Add an item")
    page.get_by_label("Name, in English").fill("How the roadmap begins")
    page.get_by_label(re.compile(re.escape(first[:40]))).first.check()
    page.locator("main form button[type=submit]").first.click()
    press("Session pack")
    with page.expect_download() as download:
        page.locator("main form button[type=submit]").first.click()
    said = docx.Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    words = "\n".join(
        [p.text for p in said.paragraphs] + [c.text for t in said.tables for r in t.rows for c in r.cells]
    )
    assert "How the roadmap begins" in words
    assert first[:40] in words
