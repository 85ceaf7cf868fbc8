"""HTML pages: the article's text, one block a line, without the site around it.

Two readings are made. Ours walks the page, leaves out what its tags, roles and class names call menus, banners,
comments or related links, and finds the element that holds most of the prose. trafilatura's is the second opinion:
what it keeps is kept even where a class name spoke against it, and the walk is widened until it holds what
trafilatura found. What trafilatura alone would drop (short points, tables, a paragraph of links) stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servanda.errors import SourceTooLarge, UnreadableSource
from servanda.sources.assembly import Assembly, clean, ends_sentence, join_soft_breaks, reads_as_heading
from servanda.sources.charsets import Decoded, decode
from servanda.sources.html_meta import page_facts
from servanda.sources.html_walk import Page, Piece, Region, body_of
from servanda.sources.text import decoding_warnings, reject_binary

if TYPE_CHECKING:
    from servanda.records import Source
    from servanda.sources.table import Given

MAX_TAGS = 200_000
"""Opening and closing tags; a long communiqué has some 2,000. libxml2 takes about a kilobyte for each."""
MAX_TAG_LENGTH = 20_000
"""Of one tag without its quoted values: libxml2 compares each attribute's name with all before it."""
_SECONDED_TAGS = 40_000
"""Up to so many tags trafilatura is asked too; past them it takes longer than the user waits."""
MAX_DEPTH = 256
"""libxml2's own limit without ``huge_tree``; what lies deeper would be lost without a word."""

_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{20000,}")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_SOURCE_LINE = re.compile(
    r"^[(\[]?\s*(?:photo|foto|ảnh|фото|source|nguồn|источник|källa|kilde|mənbə|дереккөз)\b", re.IGNORECASE
)
_LINKED = 0.6
"""Share of a block's letters inside links from which it is a menu or a list of links rather than prose."""
_AGREEMENT = 0.95
"""Share of trafilatura's text that the chosen element must hold."""


def read(given: Given) -> Source:
    """The article as text with blocks; captions, bylines and dates are blocks of kind ``boilerplate``.

    Raises SourceTooLarge for more than MAX_TAGS tags or deeper nesting than MAX_DEPTH, UnreadableSource for a page
    without text.
    """
    reject_binary(given.name, given.data)
    tags = given.data.count(b"<")
    if tags > MAX_TAGS:
        raise SourceTooLarge(
            f"{given.name} holds more than {MAX_TAGS:,} tags, the most that is read of a page. Give the article alone."
        )
    for tag in _LONG_TAG.findall(given.data):
        if len(_QUOTED.sub(b"", tag)) > MAX_TAG_LENGTH:
            raise SourceTooLarge(
                f"{given.name} holds a tag of more than {MAX_TAG_LENGTH:,} characters, the most that is read. "
                f"Save the page again from a browser."
            )
    decoded = _decode(given)
    try:
        root = _parse(decoded.text, given.name)
        facts = page_facts(root, given.url)
        second = _second_opinion(root) if tags <= _SECONDED_TAGS else _Opinion(frozenset(), "")
        pieces = _article(root, second)
    except RecursionError:
        raise SourceTooLarge(_too_deep(given.name)) from None
    assembly = Assembly(warnings=list(decoding_warnings(decoded)))
    for piece in pieces:
        assembly.add(piece.text, piece.kind, piece.level)
    if not any(kind != "boilerplate" for kind, _ in assembly.kinds):
        raise UnreadableSource(
            f"{given.name} is a page without text: it may be filled in by a script, or ask for a sign-in. "
            f"Open it in a browser, save it as PDF and give that file."
        )
    kept = sum(
        len(line) for line, (kind, _) in zip(assembly.lines, assembly.kinds, strict=True) if kind != "boilerplate"
    )
    if len(second.text) > 400 and kept < 0.6 * len(second.text):
        assembly.warnings.append(
            "The article could not be told from the rest of the page with certainty; check its end."
        )
    return assembly.source(
        given, "text/html", url=facts.url, publisher=facts.publisher, title=facts.title, published=facts.published
    )


def _decode(given: Given) -> Decoded:
    head = given.data[:4096]
    label = _XML_CHARSET.search(head) or _META_CHARSET.search(head)
    decoded = decode(given.data, given.charset or (label[1].decode("ascii") if label else None))
    # The page said how it is encoded, or it is UTF-8: nothing to warn of unless it reads badly.
    declared = given.charset or label
    return (
        Decoded(decoded.text, decoded.encoding, True)
        if declared and decoded.score > 0.35 and not decoded.replaced
        else decoded
    )


def _too_deep(name: str) -> str:
    return (
        f"{name} nests its elements deeper than {MAX_DEPTH} levels, the most that is read. "
        f"Save the page as PDF and give that file."
    )


def _parse(text: str, name: str) -> Any:
    import lxml.etree  # type: ignore[import-untyped,unused-ignore]
    import lxml.html  # type: ignore[import-untyped,unused-ignore]

    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.lstrip("\ufeff").encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    for entry in parser.error_log:
        if "Excessive depth" in entry.message:
            raise SourceTooLarge(_too_deep(name))
        if entry.type in (lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT, lxml.etree.ErrorTypes.ERR_NO_MEMORY):
            raise SourceTooLarge(
                f"{name} holds a single text or attribute of more than 10 MB, the most that is read. "
                f"Give the article alone."
            )
    if root is None:
        raise UnreadableSource(
            f"{name} is not an HTML page that can be read: it holds no element. Save it again from a browser."
        )
    return root


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What trafilatura kept: its lines folded for comparison, and all of them run together."""

    lines: frozenset[str]
    text: str

    def holds(self, folded: str) -> bool:
        return folded in self.lines or (len(folded) >= 20 and folded in self.text)


def _fold(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _second_opinion(root: Any) -> _Opinion:
    import copy
    import logging

    import trafilatura

    # trafilatura logs an error for each page that it finds empty; the user is told by us, once.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.extract(
            copy.deepcopy(root), output_format="txt", include_comments=False, include_tables=True, favor_recall=True
        )
    except (ValueError, AttributeError, TypeError, KeyError, IndexError):
        found = None  # an opinion less; the walk stands alone
    lines = [_fold(clean(line)) for line in re.split(r"[\n|]", found or "")]
    return _Opinion(frozenset(line for line in lines if line), "".join(lines))


def _article(root: Any, second: _Opinion) -> list[Piece]:
    page = Page(body_of(root))
    pieces = page.pieces
    scope = _scope(page, second)
    inside = scope.holds
    chosen: list[Piece] = []
    first = next((place for place, piece in enumerate(pieces) if inside(piece)), 0)
    chosen.extend(_headline(pieces[:first], any(p.tag == "h1" for p in pieces if inside(p))))
    for piece in pieces:
        if inside(piece):
            kept = _judge(piece, second)
            if kept is not None:
                chosen.append(kept)
    return [line for piece in _trim(chosen) for line in _lines(piece)]


def _scope(page: Page, second: _Opinion) -> Region:
    """The element of most prose, widened until it holds what trafilatura found."""
    region = page.region()
    wanted = [piece for piece in page.pieces if len(piece.folded) >= 20 and second.holds(piece.folded)]
    total = sum(len(piece.folded) for piece in wanted)
    while region.parent is not None:
        if sum(len(piece.folded) for piece in wanted if region.holds(piece)) >= _AGREEMENT * total:
            break
        region = region.parent
    return region


def _headline(before: tuple[Piece, ...], has_own: bool) -> list[Piece]:
    """The page's h1 that stands above the chosen element, with byline and date between them as boilerplate."""
    if has_own:
        return []
    place = next(
        (i for i in range(len(before) - 1, -1, -1) if before[i].tag == "h1" and before[i].where != "drop"), None
    )
    if place is None:
        return []
    found = [before[place]]
    for piece in before[place + 1 :]:
        if piece.where == "drop" or piece.link_share > _LINKED:
            continue
        if piece.where == "mark":
            found.append(piece.as_("boilerplate"))
        elif len(piece.text) > 60 and ends_sentence(piece.text):
            found.append(piece)  # the lead
    return found[:8]


def _judge(piece: Piece, second: _Opinion) -> Piece | None:
    """The piece as it is to stand in the text, or None where it is not part of the article."""
    prose = len(piece.text) >= 80 and piece.link_share < 0.5
    seconded = second.holds(piece.folded)
    if piece.where == "drop":
        return piece if seconded and prose and not piece.sure else None
    if piece.where == "mark":
        return (
            piece if seconded and prose and ends_sentence(piece.text) and piece.tag == "p" else piece.as_("boilerplate")
        )
    if piece.link_share > _LINKED and not seconded:
        return None if piece.kind in ("list-item", "heading") or len(piece.text) < 200 else piece.as_("boilerplate")
    if (
        piece.kind == "paragraph"
        and len(piece.text) < 120
        and _SOURCE_LINE.match(piece.text)
        and not ends_sentence(piece.text[:-1])
    ):
        return piece.as_("boilerplate")
    return piece


def _trim(pieces: list[Piece]) -> list[Piece]:
    """Without headings at the end that head nothing ("Related news" whose links were dropped)."""
    last = len(pieces)
    while last and (pieces[last - 1].kind in ("heading", "boilerplate")):
        last -= 1
    if not last:
        return pieces
    return pieces[:last] + [piece for piece in pieces[last:] if piece.kind == "boilerplate"]


def _lines(piece: Piece) -> list[Piece]:
    """One piece a line: a paragraph with breaks in it is several, and a wholly bold one is a heading."""
    lines = join_soft_breaks([clean(part) for part in piece.text.split("\n")])
    found = [piece.with_text(line) for line in lines]
    if piece.kind == "paragraph" and piece.bold and len(found) == 1 and reads_as_heading(found[0].text):
        return [found[0].as_("heading")]
    return found
