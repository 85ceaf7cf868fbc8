"""Every page that can be reached from the first one: no fault of accessibility, nothing wider than the screen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, get_resolver, resolve

from .conftest import office_of, sign_in

EXAMPLES = 3
"""Pages asked for of each address pattern and each set of its query parameters' names."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AXE = {"en": 0, "ru": 1, "vi": 2}
"""Language -> which pages axe-core sees in it, as ``_look_at`` takes it; together all of them, wide or narrow."""
LEADS_AWAY = {"account_logout", "set_language"}
NOT_LINKED = {
    "end-calendar", "end-token", "feed", "return-to-demonstration", "report-template-remove", "intake-again",
    "difficulty-reopen", "exchange-again", "member-open", "instrument-compare", "review-agreement", "review-settle",
    "review-finish", "membership-change", "membership-end",
}  # fmt: skip
"""Led to where somebody has made, refused or finished something, which nobody has in the demonstration."""
LINK = re.compile(r'<(?:a|link)\b[^>]*\bhref="([^"]*)"|<form\b[^>]*\baction="([^"]*)"|\bdata-add="([^"]*)"')


@dataclass
class Site:
    """What a walk through the register found."""

    pages: list[str] = field(default_factory=list)
    """An example of each address pattern, and each page that leads where no page before it did."""
    broken: list[str] = field(default_factory=list)
    """Links that lead nowhere."""
    names: set[str] = field(default_factory=set)
    """Names of all addresses to which a link leads or a form sends, pages or not."""


def walk(ask: Any, address: str) -> Site:
    """Follows links from the first page; ``ask`` is Playwright's APIRequestContext, which keeps who is signed in."""
    site = Site()
    asked: dict[tuple[str, ...], int] = defaultdict(int)
    todo, done = [(address + "/", True)], {address + "/"}
    while todo:
        at, first = todo.pop(0)
        answer = ask.get(at)
        if answer.status >= 400:
            site.broken.append(f"{at} answers {answer.status}")
        if answer.status >= 400 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        before = len(site.names)
        for link in LINK.finditer(answer.text()):
            to = urljoin(at, unescape(next(filter(None, link.groups()), ""))).split("#")[0]
            parts = urlsplit(to)
            if f"{parts.scheme}://{parts.netloc}" != address or parts.path.startswith("/static/"):
                continue
            try:
                match = resolve(parts.path)
            except Resolver404:
                site.broken.append(f"{at} links to {to}, which is no page")
                continue
            site.names.add(match.view_name)
            elsewhere = match.view_name in LEADS_AWAY or "format=" in parts.query or "as_of=" in parts.query
            key = (match.view_name, str(match.kwargs.get("kind", "")), *sorted(parse_qs(parts.query)))
            if link[1] and to not in done and not elsewhere and asked[key] < EXAMPLES:
                asked[key] += 1
                done.add(to)
                todo.append((to, asked[key] == 1))
        if first or len(site.names) > before:
            site.pages.append(at)
    return site


@pytest.fixture(scope="module")
def demonstration(chromium: Any, demo: str) -> Iterator[Site]:
    """The demonstration, as its officer sees it."""
    context = chromium.new_context(locale="en")
    yield walk(context.request, demo)
    context.close()


@pytest.fixture(scope="module")
def administration(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Any]]:
    """An empty register as its administrator sees it, and the state of her browser."""
    with office_of(tmp_path_factory.mktemp("administration"), anna="administrator", boris="reader") as address:
        context = chromium.new_context(locale="en")
        page = context.new_page()
        page.goto(address + "/accounts/login/")
        sign_in(page)
        page.get_by_role("heading", level=1, name="My work").wait_for()
        yield walk(context.request, address), context.storage_state()
        context.close()


def test_every_link_leads_somewhere(demonstration: Site, administration: tuple[Site, Any]) -> None:
    broken = demonstration.broken + administration[0].broken
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("language", "width"), [("en", "wide"), ("vi", "narrow"), ("ru", "narrow")]
)  # fmt: skip
def test_pages_are_accessible_and_fit(
    demonstration: Site, visit: Callable[..., Any], language: str, width: str, pictures: Path | None
) -> None:
    assert len(demonstration.pages) > 100
    page = visit(language=language, width=width)
    _look_at(demonstration.pages, page, language, width, pictures, axe=AXE[language])


def test_pages_of_the_administrator_are_accessible_and_fit(
    demonstration: Site, administration: tuple[Site, Any], visit: Callable[..., Any], pictures: Path | None
) -> None:
    site, state = administration
    known = {resolve(urlsplit(address).path).view_name for address in demonstration.pages}
    hers = [address for address in site.pages if resolve(urlsplit(address).path).view_name not in known]
    assert any("/people-and-rights/" in address for address in hers)
    page = visit(language="ru", width="narrow", storage_state=state)
    _look_at(hers, page, "ru", "narrow", pictures)


def _look_at(
    addresses: list[str], page: Any, language: str, width: str, pictures: Path | None, *, axe: int | None = None
) -> None:
    """Fails where the width or axe-core complains.

    ``axe``: 0 or 1 for every other page only, since axe-core takes a second for each, 2 for none; all by default.
    """
    found = []
    for number, address in enumerate(addresses):
        page.goto(address)
        assert page.get_attribute("html", "lang") == language
        response = Axe().run(page, options=RULES).response if axe in (None, number % 2) else {}
        for violation in response.get("violations", ()):
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found.append(f"{urlsplit(address).path}: {violation['id']}: {nodes}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{urlsplit(address).path}: {overflow} pixels wider than a {width} screen")
        if pictures:
            name = urlsplit(address).path.strip("/").replace("/", "_") or "home"
            page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
    assert not found, "\n".join(found)


def test_no_page_is_out_of_reach(demonstration: Site, administration: tuple[Site, Any]) -> None:
    """To every named address a link leads, or a form sends."""
    names = {p.name for p in get_resolver().url_patterns if getattr(p, "name", None)}
    missing = names - demonstration.names - administration[0].names - NOT_LINKED
    assert not missing, f"no link leads to {sorted(missing)}"
