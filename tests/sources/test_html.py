"""News pages: the article and nothing else, and pages made to harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.errors import SourceTooLarge, UnreadableSource
from servanda.records import Source
from servanda.sources import read_bytes

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
FACTS = {
    "english": ("https://courier.example/world/northland-southmark-statement", "Harbour Courier", "2025-06-03"),
    "vietnamese": ("https://bencang.example/hop-tac-bien-123.html", "Báo Bến Cảng", "2025-07-09"),
    "russian": (None, "Вестник гавани", "2025-06-04"),
}


def page(path: Path) -> Source:
    """The fixture in the encoding that it declares; the files themselves are UTF-8, so that they can be read."""
    text = path.read_text("utf-8")
    return read_bytes(text.encode("cp1251" if "windows-1251" in text else "utf-8"), name=path.name)


def article(source: Source) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks if block.kind != "boilerplate"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_article_and_nothing_else(path: Path) -> None:
    source = page(path)
    assert article(source) == path.with_suffix(".truth").read_text("utf-8").splitlines()
    assert (source.url, source.publisher, source.published) == FACTS[path.stem]
    assert source.title == article(source)[0]
    assert not source.plain
    assert not source.warnings


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_blocks_are_the_lines(path: Path) -> None:
    source = page(path)
    assert [source.text[block.start : block.end] for block in source.blocks] == source.text.split("\n")


KINDS = [
    ("<h2>Part</h2><p>Words.</p>", [("heading", 2), ("paragraph", 0)]),
    ("<ol start=3><li>three</li><li>four</li></ol>", [("list-item", 1), ("list-item", 1)]),
    ("<table><tr><td>a</td><td>b</td></tr></table>", [("cell", 0), ("cell", 0)]),
    ("<p><b>II. Trade and ports</b></p><p>Words.</p>", [("heading", 0), ("paragraph", 0)]),
    ("<p>Words.</p><div class='footnotes'><p>1. Note.</p></div>", [("paragraph", 0), ("note", 0)]),
]


@pytest.mark.parametrize(("body", "kinds"), KINDS)
def test_kinds(body: str, kinds: list[tuple[str, int]]) -> None:
    source = read_bytes(f"<html><body>{body}</body></html>".encode(), name="a.html")
    assert [(block.kind, block.level) for block in source.blocks] == kinds


LINES = [
    ("<ol start=3><li>three</li><li><p>four</p></li></ol>", "3. three\n4. four"),
    ("<ol type=a><li>x</li><li>y</li></ol>", "a. x\nb. y"),
    ("<p>The sides<br>agreed.<br>Trade grew.</p>", "The sides agreed.\nTrade grew."),
    ("<p>co\u00adopera\u00adtion &amp; trade&nbsp;now</p>", "cooperation & trade now"),
    ("<p>Seen</p><p style='display:none'>unseen</p><div hidden>unseen</div>", "Seen"),
    ("<p>to\u0302\u0301t</p>", "tốt"),
]


@pytest.mark.parametrize(("body", "text"), LINES)
def test_lines(body: str, text: str) -> None:
    assert read_bytes(f"<html><meta charset=utf-8><body>{body}</body></html>".encode(), name="a.html").text == text


BOMBS = [
    ("deep", b"<html><body>" + b"<div>" * 100_000 + b"<p>words", SourceTooLarge, "deeper"),
    ("many", b"<html><body>" + b"<p>x" * 3_000_000, SourceTooLarge, "tags"),
    (
        "attributes",
        b"<html><body><p " + b" ".join(b"a%d=1" % i for i in range(1_000_000)) + b">x",
        SourceTooLarge,
        "tag",
    ),
    ("long", b"<html><body><p>" + b"word " * 3_000_000, SourceTooLarge, "10 MB"),
    ("large", b"<html>" + b" " * 50_000_000, SourceTooLarge, "20 MB"),
    ("empty", b"<html><body><script>go()</script></body></html>", UnreadableSource, "without text"),
]


@pytest.mark.parametrize(("data", "error", "says"), [row[1:] for row in BOMBS], ids=[row[0] for row in BOMBS])
def test_pages_made_to_harm(data: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        read_bytes(data, name="a.html")
