"""Walks a parsed page: its blocks in order, where each stands, and the element that holds most of the prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from servanda.records import BlockKind
from servanda.sources.assembly import clean, roman

Where = Literal["content", "mark", "drop"]
"""``mark`` is what belongs to the article but is not its text (captions, bylines); ``drop`` is the site around it."""

_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "select", "option", "datalist", "button", "input", "textarea", "head", "link", "meta", "map", "dialog",
})  # fmt: skip
_BLOCK = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    "caption", "html", "time",
})  # fmt: skip
_ENTERED = frozenset({"article", "body", "center", "div", "form", "main", "section", "table", "tbody", "td", "tr"})
"""Elements that may hold an article; a paragraph or a list may not, however long."""
_DROPPED_TAGS = frozenset({"nav", "form"})
_DROPPED_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog", "complementary"}
)
_DROPPED_HINT = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|mega-?menu|breadcrumbs?|cookies?|consent|gdpr|banner|newsletter|subscribe|popup|modal|"
    r"comments?|disqus|binh-?luan|kommentar\w*|replies|respond|related|recommend\w*|read-?more|most-?read|popular|trending|"
    r"tin-?lien-?quan|lien-?quan|tin-?khac|see-?also|more-?news|other-?news|sidebar|widget|share|sharing|social|tags?|tag-?list|"
    r"footer|copyright|advert\w*|ads?|sponsor\w*|promo|pagination|pager|toolbar|skip-?link|sr-only|visually-?hidden|login|paywall|"
    r"site-?header|page-?header|masthead|topbar|print)(?=$|[\s_-])",
    re.IGNORECASE,
)
_SURE_HINT = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|cookies?|consent|comments?|binh-?luan|footer|copyright|sidebar|advert\w*)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
"""Names that nobody gives to a part of an article."""
_MARKED_HINT = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|caption|credit|dateline|date|time|timestamp|published|post-?meta|entry-?meta|article-?meta|"
    r"meta|source|nguon|tac-?gia|chu-?thich|photo-?desc|wp-caption-text|kicker|views?)(?=$|[\s_-])",
    re.IGNORECASE,
)
_NOTE_HINT = re.compile(r"(?:^|[\s_-])(?:footnotes?|endnotes?|fn\d+)(?=$|[\s_-])", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTAINERS = frozenset({"article", "main"})
_LARGE_CELL = 600
"""Letters from which a cell holds an article rather than a datum."""
_DESCEND = 0.92
"""A child that holds this share of the prose of the page is entered."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the page. ``text`` keeps the page's own line breaks (``<br>``) and is clean otherwise."""

    text: str
    folded: str
    tag: str
    kind: BlockKind
    level: int
    where: Where
    sure: bool
    """Dropped by a tag or role, which mean what they say; a class name may mean anything."""
    link_share: float
    bold: bool
    path: tuple[int, ...]
    """Places of the ancestors in the walk, outermost first."""

    def as_(self, kind: BlockKind) -> Piece:
        """The same piece as a block of another kind."""
        return replace(self, kind=kind, level=0)

    def with_text(self, text: str) -> Piece:
        """The same piece with one of its lines."""
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Region:
    """An element of the page, known by its place in the walk."""

    place: int
    parent: Region | None

    def holds(self, piece: Piece) -> bool:
        """Whether the piece stands within this element."""
        return self.place in piece.path


@dataclass(slots=True)
class _Frame:
    element: Any
    path: tuple[int, ...]
    where: Where
    sure: bool
    note: bool
    depth: int
    within: Literal["paragraph", "list-item", "cell"] = "paragraph"


def body_of(root: Any) -> Any:
    """The body, or the whole where a page has none."""
    body = root.find("body")
    return root if body is None else body


class Page:
    """A page walked once: ``pieces`` are its blocks in order, without hidden elements, scripts and forms."""

    def __init__(self, body: Any) -> None:
        self._weight = _weights(body)
        self._everything = self._weight[body] or 1
        self._count = 0
        self._named: set[int] = set()
        self._entered: set[int] = set()
        self._numbers: dict[Any, str] = {}
        self.pieces: tuple[Piece, ...] = tuple(self._element(_Frame(body, (0,), "content", False, False, 0)))

    def region(self) -> Region:
        """The element that holds most of the prose that nothing speaks against; ``article`` or ``main`` around it."""
        mass: dict[int, int] = {}
        children: dict[int, dict[int, None]] = {}
        for piece in self.pieces:
            containers = piece.path[:-1]  # the last place is the block itself
            for outer, inner in pairwise(containers):
                if inner in self._entered:
                    children.setdefault(outer, {})[inner] = None
            if piece.where != "content" or piece.link_share > 0.5 or len(piece.folded) < 25:
                continue
            for place in containers:
                mass[place] = mass.get(place, 0) + len(piece.folded)
        region, total = Region(0, None), mass.get(0, 0)
        while total:
            best = max(children.get(region.place, {}), key=lambda place: mass.get(place, 0), default=None)
            if best is None or mass.get(best, 0) < _DESCEND * total:
                break
            region = Region(best, region)
        around: Region | None = region
        while around is not None:
            if around.place in self._named:
                return around
            around = around.parent
        return region

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _within(self, element: Any, frame: _Frame) -> Literal["paragraph", "list-item", "cell"]:
        if element.tag == "li":
            return "list-item"
        if element.tag in ("td", "th"):
            # A page laid out by tables holds its article in one large cell: that is no table.
            return "cell" if self._weight.get(element, 0) < _LARGE_CELL else "paragraph"
        return "paragraph" if element.tag in _CONTAINERS else frame.within

    def _where(self, element: Any, frame: _Frame) -> tuple[Where, bool, bool]:
        """Where an element's text stands: (where, sure, note)."""
        tag, role, hints = element.tag, element.get("role") or "", _hints(element)
        if frame.where == "drop":
            return "drop", frame.sure, frame.note
        if role in ("doc-footnote", "doc-endnotes", "doc-endnote") or (hints and _NOTE_HINT.search(hints)):
            return frame.where, frame.sure, True
        large = self._weight.get(element, 0) > 0.4 * self._everything
        if tag in _DROPPED_TAGS or role in _DROPPED_ROLES:
            return ("drop", True, False) if not large else (frame.where, frame.sure, frame.note)
        if tag in ("footer", "aside", "header"):
            in_article = any(outer.tag in _CONTAINERS for outer in element.iterancestors())
            # An aside within the article may be a box of the article's own; the page's header may hold the headline.
            sure = not in_article and tag != "header"
            if not large and not (tag == "header" and (in_article or element.find(".//h1") is not None)):
                return "drop", sure, False
        if hints and not large and tag not in ("body", "h1") and _DROPPED_HINT.search(hints):
            return "drop", _SURE_HINT.search(hints) is not None, False
        if tag in ("figcaption", "time", "caption") or (
            hints and not large and tag != "h1" and _MARKED_HINT.search(hints)
        ):
            return "mark", frame.sure, False
        return frame.where, frame.sure, frame.note

    def _element(self, frame: _Frame) -> Iterator[Piece]:
        """Pieces of one block element: runs of inline content are pieces, block children are walked in their turn."""
        element = frame.element
        if element.tag in _ENTERED:
            self._entered.add(frame.path[-1])
        if element.tag in _CONTAINERS or element.get("role") == "main" or element.get("itemprop") == "articleBody":
            self._named.add(frame.path[-1])
        if element.tag == "ol":
            self._numbers.update(_numbers(element))
        run = _Run()
        prefix = self._numbers.get(element, "")
        run.add(element.text)
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED or _hidden(child):
                run.add(child.tail)
                continue
            inline_time = child.tag == "time" and element.tag == "p"
            if (child.tag in _BLOCK and not inline_time) or _has_block(child):
                piece = run.piece(frame, prefix, self._next())
                if piece is not None:
                    prefix = ""
                    yield piece
                run = _Run()
                where, sure, note = self._where(child, frame)
                listed = child.tag in ("ul", "ol")
                inner = _Frame(
                    child,
                    (*frame.path, self._next()),
                    where,
                    sure,
                    note,
                    frame.depth + listed,
                    self._within(child, frame),
                )
                if prefix and child.tag in ("p", "div"):
                    for index, found in enumerate(self._element(inner)):
                        yield _as_item(found, prefix, frame.depth) if index == 0 else found
                    prefix = ""
                else:
                    yield from self._element(inner)
            else:
                where, _, _ = self._where(child, frame)
                if where == frame.where or frame.where == "drop" or element.tag in ("p", "li", "h1", "h2", "h3", "td"):
                    # Within a paragraph a class name of a span is about looks; a share bar is not inside a sentence.
                    run.inline(child)
                else:
                    piece = run.piece(frame, prefix, self._next())
                    if piece is not None:
                        yield piece
                    run = _Run()
                    own = _Run()
                    own.inline(child)
                    piece = own.piece(
                        _Frame(child, (*frame.path, self._next()), where, False, False, frame.depth), "", self._next()
                    )
                    if piece is not None:
                        yield piece
            run.add(child.tail)
        piece = run.piece(frame, prefix, self._next())
        if piece is not None:
            yield piece


def _weights(body: Any) -> dict[Any, int]:
    """Letters under each element, so that a hint on the element that holds the whole page is not believed."""
    weight: dict[Any, int] = {}
    for element in _postorder(body):
        own = len((element.text or "").strip()) if isinstance(element.tag, str) and element.tag not in _SKIPPED else 0
        for child in element:
            own += weight.get(child, 0) + len((child.tail or "").strip())
        weight[element] = own if isinstance(element.tag, str) and element.tag not in _SKIPPED else 0
    return weight


def _postorder(body: Any) -> Iterator[Any]:
    import lxml.etree  # type: ignore[import-untyped,unused-ignore]

    for _, element in lxml.etree.iterwalk(body, events=("end",)):
        yield element


def _hints(element: Any) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"))))


def _hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _as_item(piece: Piece, prefix: str, depth: int) -> Piece:
    return replace(piece, text=prefix + piece.text, kind="list-item", level=max(depth, 1))


def _has_block(element: Any) -> bool:
    return any(
        isinstance(inner.tag, str) and inner.tag in _BLOCK and inner.tag != "time"
        for inner in element.iterdescendants()
    )


class _Run:
    """Inline content gathered for one piece."""

    __slots__ = ("bold", "letters", "linked", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.letters = self.linked = self.bold = 0

    def add(self, text: str | None, *, linked: bool = False, bold: bool = False) -> None:
        if not text:
            return
        self.parts.append(re.sub(r"\s+", " ", text))
        letters = sum(1 for char in text if char.isalnum())
        self.letters += letters
        self.linked += letters if linked else 0
        self.bold += letters if bold else 0

    def inline(self, element: Any, linked: bool = False, bold: bool = False) -> None:
        if not isinstance(element.tag, str) or element.tag in _SKIPPED or _hidden(element):
            return
        if element.tag == "br":
            self.parts.append("\n")
            return
        if element.tag == "sup" and _is_note_mark(element):
            return
        linked = linked or element.tag == "a"
        bold = bold or element.tag in ("b", "strong")
        self.add(element.text, linked=linked, bold=bold)
        for child in element:
            self.inline(child, linked, bold)
            self.add(child.tail, linked=linked, bold=bold)

    def piece(self, frame: _Frame, prefix: str, place: int) -> Piece | None:
        raw = "".join(self.parts)
        if frame.element.tag == "pre":
            raw = re.sub(r"\n(?!\s*\n)", " ", "".join(frame.element.itertext()))
        text = "\n".join(filter(None, (clean(line) for line in raw.split("\n"))))
        if not text:
            return None
        kind, level = _kind(frame)
        folded = "".join(char for char in text.casefold() if char.isalnum())
        share = self.linked / self.letters if self.letters else 0.0
        bold = bool(self.letters) and self.bold >= 0.95 * self.letters
        path = (*frame.path, place)
        return Piece(prefix + text, folded, frame.element.tag, kind, level, frame.where, frame.sure, share, bold, path)


def _is_note_mark(element: Any) -> bool:
    text = "".join(element.itertext()).strip("[]() \n")
    return text.isdigit() and element.find(".//a") is not None


def _kind(frame: _Frame) -> tuple[BlockKind, int]:
    if frame.note:
        return "note", 0
    if re.fullmatch(r"h[1-6]", frame.element.tag):
        return "heading", int(frame.element.tag[1])
    return ("list-item", max(frame.depth, 1)) if frame.within == "list-item" else (frame.within, 0)


def _numbers(listing: Any) -> dict[Any, str]:
    """The numbers that a browser prints before the items of an ``ol``, each with its mark and a space."""
    found: dict[Any, str] = {}
    value = _integer(listing.get("start"), 1)
    kind = listing.get("type") or "1"
    for item in listing:
        if item.tag != "li":
            continue
        value = _integer(item.get("value"), value)
        text = str(value)
        if kind in ("a", "A") and 1 <= value <= 26:
            text = chr(ord(kind) + value - 1)
        elif kind in ("i", "I") and 1 <= value < 4000:
            text = roman(value) if kind == "i" else roman(value).upper()
        found[item] = f"{text}. "
        value += 1
    return found


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else otherwise
