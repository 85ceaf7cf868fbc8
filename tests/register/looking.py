"""Opens pages in a real browser without a network: what the register answered is handed to Chromium from memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SITE = "https://register.test"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WIDE, NARROW = 1280, 375
"""Pixels: a desk and a telephone."""


@dataclass
class Seen:
    """A page as a browser has it."""

    page: Any
    """A Playwright page."""
    complaints: list[str] = field(default_factory=list)
    """What the browser wrote to its console: faults of scripts, breaches of the security policy, missing files."""

    def axe(self) -> list[str]:
        """What axe-core finds wrong, one line each."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {v['help']}: {[node['html'][:200] for node in v['nodes']]}" for v in found]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def dead_ends(self) -> list[str]:
        """Links to places on the page that it does not have."""
        links = "[...document.querySelectorAll('main a[href^=\"#\"]')].map(link => link.getAttribute('href').slice(1))"
        return [name for name in self.page.evaluate(links) if not self.page.locator(f'[id="{name}"]').count()]

    def keep(self, name: str) -> None:
        """Keeps a picture where SERVANDA_PICTURES names a folder, for people to look at."""
        if folder := os.environ.get("SERVANDA_PICTURES"):
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@contextmanager
def browser() -> Iterator[Callable[..., Seen]]:
    """Gives a function that opens a response of the test client at a width."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium; on Debian: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def look(response: HttpResponse, *, width: int = WIDE, scripts: bool = True) -> Seen:
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce"
            )
            seen = Seen(context.new_page())
            seen.page.on(
                "console", lambda m: seen.complaints.append(m.text) if m.type in {"error", "warning"} else None
            )
            seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            context.route("**/*", lambda route: _answer(route, response))
            seen.page.goto(f"{SITE}{response.request['PATH_INFO']}", wait_until="load")
            return seen

        try:
            yield look
        finally:
            chromium.close()


def _answer(route: Any, response: HttpResponse) -> None:
    """The page itself, or a file of the installed packages."""
    path = urlsplit(route.request.url).path
    if path == response.request["PATH_INFO"]:
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)
    elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
        file = Path(str(found))
        route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "application/octet-stream"))
    else:
        route.fulfill(status=404)
