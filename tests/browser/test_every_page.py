"""Every page that can be reached from the first one: no fault of accessibility, nothing wider than the screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, get_resolver, resolve

EXAMPLES = 1
"""Pages looked at for each address pattern and each set of its query parameters' names."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LEADS_AWAY = {"account_logout", "set_language"}
NOT_PAGES: set[str] = set()
"""Named addresses that give files or answer forms alone."""


def crawl(page: Any, address: str) -> tuple[list[str], list[str], set[str]]:
    """Pages reached by links from the first, an example of each pattern; links that lead nowhere; names of addresses.

    These names are of all to which a link leads or a form sends, pages or not.
    """
    broken: list[str] = []
    names: set[str] = set()
    seen: dict[tuple[str, ...], list[str]] = defaultdict(list)
    todo, done = [address + "/"], set()
    while todo:
        at = todo.pop(0)
        page.goto(at)
        for action in page.eval_on_selector_all("form[action]", "forms => forms.map(f => f.getAttribute('action'))"):
            names.add(resolve(urlsplit(urljoin(at, action)).path).view_name)
        for href in page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))"):
            to = urljoin(at, href).split("#")[0]
            parts = urlsplit(to)
            if f"{parts.scheme}://{parts.netloc}" != address or to in done:
                continue
            done.add(to)
            try:
                match = resolve(parts.path)
            except Resolver404:
                broken.append(f"{at} links to {to}, which is no page")
                continue
            if "format=" in parts.query or "as_of=" in parts.query:
                continue
            names.add(match.view_name)
            kind = match.kwargs.get("kind", "")
            key = (match.view_name, str(kind), *sorted(p.split("=")[0] for p in parts.query.split("&") if p))
            if match.view_name in LEADS_AWAY or len(seen[key]) >= EXAMPLES:
                continue
            answer = page.request.get(to)
            if answer.status >= 400:
                broken.append(f"{at} links to {to}, which answers {answer.status}")
            if answer.status >= 400 or "text/html" not in answer.headers.get("content-type", ""):
                continue
            seen[key].append(to)
            todo.append(to)
    return [address + "/", *sorted({a for found in seen.values() for a in found})], broken, names


@pytest.fixture(scope="module")
def found(chromium: Any, demo: str) -> tuple[list[str], list[str], set[str]]:
    """Every page of the demonstration, its broken links, and the names of addresses."""
    context = chromium.new_context(locale="en")
    out = crawl(context.new_page(), demo)
    context.close()
    return out


@pytest.fixture(scope="module")
def pages(found: tuple[list[str], list[str], set[str]]) -> list[str]:
    """Every page of the demonstration."""
    return found[0]


def test_every_link_leads_somewhere(found: tuple[list[str], list[str], set[str]]) -> None:
    assert not found[1], "\n".join(found[1])


@pytest.mark.parametrize(
    ("language", "width"), [("en", "wide"), ("vi", "narrow"), ("ru", "narrow")]
)  # fmt: skip
def test_pages_are_accessible_and_fit(
    pages: list[str], visit: Callable[..., Any], language: str, width: str, pictures: Path | None
) -> None:
    assert len(pages) > 25
    page = visit(language=language, width=width)
    found = []
    for address in pages:
        page.goto(address)
        assert page.get_attribute("html", "lang") == language
        result = Axe().run(page, options=RULES)
        for violation in result.response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found.append(f"{urlsplit(address).path}: {violation['id']}: {nodes}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            found.append(f"{urlsplit(address).path}: {overflow} pixels wider than a {width} screen")
        if pictures:
            name = urlsplit(address).path.strip("/").replace("/", "_") or "home"
            page.screenshot(path=pictures / f"{name}-{language}-{width}.png", full_page=True)
    assert not found, "\n".join(found)


def test_no_page_is_out_of_reach(found: tuple[list[str], list[str], set[str]]) -> None:
    """To every named address a link leads, or a form sends."""
    names = {p.name for p in get_resolver().url_patterns if getattr(p, "name", None)}
    missing = names - found[2] - NOT_PAGES
    assert not missing, f"no link leads to {sorted(missing)}"
