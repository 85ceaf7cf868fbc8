"""What a page says of itself: address, publisher, title, date."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from servanda.sources.assembly import clean

_DATE = re.compile(r"^\s*(\d{4})-(\d{2})-(\d{2})")
_DATE_KEYS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.created",
    "dc.date.issued",
    "pubdate",
    "publish-date",
)
_ARTICLE_TYPES = frozenset(
    {"newsarticle", "article", "webpage", "report", "blogposting", "reportagenewsarticle", "pressrelease"}
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """As the page states them; nothing is guessed from its text."""

    url: str | None
    publisher: str | None
    title: str | None
    published: str | None
    """ISO date."""


def page_facts(root: Any, url: str | None) -> PageFacts:
    """Read canonical link, Open Graph, Dublin Core and JSON-LD; ``url`` is where the page was fetched, if it was."""
    meta: dict[str, str] = {}
    for tag in root.iter("meta"):
        key = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = clean(tag.get("content") or "")
        if key and content:
            meta.setdefault(key, content)
    linked = _linked_data(root)
    return PageFacts(
        url=_address(root, meta, url),
        publisher=meta.get("og:site_name")
        or _publisher(linked)
        or meta.get("application-name")
        or meta.get("dc.publisher"),
        title=_title(root, meta, linked),
        published=_published(root, meta, linked),
    )


def _address(root: Any, meta: dict[str, str], url: str | None) -> str | None:
    base: str = (
        next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None) or url or meta.get("og:url") or ""
    )
    canonical: str | None = next(
        (
            tag.get("href")
            for tag in root.iter("link")
            if "canonical" in (tag.get("rel") or "").lower().split() and tag.get("href")
        ),
        None,
    )
    for candidate in (canonical, meta.get("og:url"), url):
        if candidate:
            try:
                whole: str = urljoin(base, candidate.strip())
                parts = urlsplit(whole)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.netloc:
                return whole
    return url


def _linked_data(root: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if (script.get("type") or "").lower().strip() != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(script.text)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict) and isinstance(data.get("@graph"), list):
            data = data["@graph"]
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict):
                kinds = item.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(str(name).lower() in _ARTICLE_TYPES for name in names):
                    found.append(item)
    return found


def _publisher(linked: list[dict[str, Any]]) -> str | None:
    for item in linked:
        publisher = item.get("publisher")
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        if isinstance(name, str) and clean(name):
            return clean(name)
    return None


def _title(root: Any, meta: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    headings = [clean("".join(tag.itertext())) for tag in root.iter("h1")]
    headings = [heading for heading in headings if heading]
    stated = meta.get("og:title") or next(
        (clean(item["headline"]) for item in linked if isinstance(item.get("headline"), str)), None
    )
    if stated:
        # Sites add their name to og:title; the heading that it begins with is the title itself.
        return next((heading for heading in headings if len(heading) > 15 and stated.startswith(heading)), stated)
    if len(headings) == 1:
        return headings[0]
    title = root.find(".//title")
    return (clean("".join(title.itertext())) or None) if title is not None else (headings[0] if headings else None)


def _published(root: Any, meta: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    candidates = [meta.get(key) for key in _DATE_KEYS]
    candidates += [item.get("datePublished") for item in linked]
    candidates += [
        tag.get("datetime")
        for tag in root.iter("time")
        if tag.get("itemprop") == "datePublished" or tag.get("pubdate") is not None
    ]
    times = [tag.get("datetime") for tag in root.iter("time") if tag.get("datetime")]
    candidates += times[:1]
    for candidate in candidates:
        match = _DATE.match(candidate) if isinstance(candidate, str) else None
        if match:
            try:
                return datetime.date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:
                continue
    return None
