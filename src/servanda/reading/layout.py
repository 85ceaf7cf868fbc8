"""From a source to its paragraphs: what stands on lines of its own, which lines belong together, what looks a heading.

Plain text has only its lines. Three habits of newspapers and web archives are undone: text wrapped at a fixed
width (joined to paragraphs), a paragraph cut by a stray line end (joined where it goes on in lower case), and
Markdown's marks (kept in the text, left out of the paragraph's body). Offsets never change.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from servanda.records import Block, Source

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_TRIM = re.compile(r"[\s\ufeff\u200b\u00ad]*")
_NUMBER = re.compile(
    r"(?:\*\*|__)?\(?(?P<n>\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,7}|[a-zA-Zа-яА-Я]|[ivx]{1,5})(?:\\?[.)]|\.\))(?:\*\*|__)?\s+(?=\S)"
    r"|(?:\*\*)?(?P<m>\d{1,3})(?:\*\*)?\s+(?=(?:\*\*)?[A-Z]{4,})"
    r"|(?P<cjk>[一二三四五六七八九十]{1,3})、\s*|[（(](?P<ring>[一二三四五六七八九十]{1,3})[）)]\s*"
)
_BULLET = re.compile(r"(?:[-–—•·▪●○*+‣◦\uf0b7\uf0a7]|\\-)\s+(?=\S)")
_MARKUP = re.compile(r"^(?:#{1,6}\s+|\*\*|__|<u>|\*(?=\S))+")
_BOLD = re.compile(r"^(?:[#>\s]*)(?:(?:\*\*|__)(?:<u>)?(?P<b>[^*]+?)(?:</u>)?(?:\*\*|__)|<u>(?P<u>[^<]+)</u>)\s*:?\s*$")
_NUMBERED_BOLD = re.compile(r"^[^*]{0,8}\*\*[^*]+\*\*:?$")
_RUN_IN = re.compile(r"(?:\*\*|__)(?P<t>[^*\n]{3,120}?(?:\n[^*\n]{3,120}?)?)(?::(?:\*\*|__)|(?:\*\*|__):)\s+(?=\S)")
_RULE = re.compile(r"^(?:[-*_=]{3,}|\\?#{3}|<!-- -->|#\s*#\s*#)$")
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?:.*\r?\n){1,40}?---[ \t]*(?:\r?\n|$)")
_SENTENCE_END = re.compile(r"[.!?…。！？:;](?:[\"'”’»)\]*_]|</\w+>|\[\d+\])*\s*$")
_UNITS = re.compile(r"[^\W\d_]+")

HEADING_LIMIT = 220  # the longest section title met in joint statements is about 170 characters
WRAP_LIMIT = 130  # lines of wrapped text are no longer; e-mail and Markdown wrap at 72 to 100


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or heading. ``start`` and ``end`` trim white space; ``body`` is where its words begin."""

    start: int
    end: int
    body: int
    """After the printed number, bullet and markup."""
    number: str | None = None
    bullet: bool = False
    heading: bool = False
    level: int = 0
    """Of a heading from its layout: 1 for the title of the document or a roman number, 2 below; 0 not known."""
    noise: str | None = None
    """Why it is no part of the instrument; None where it is."""
    gap: int = 0
    """Empty lines before it."""


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, empty lines before), trimmed; end exclusive."""
    last = 0
    for m in _LINE.finditer(text):
        head = _TRIM.match(text, m.start())
        start = min(head.end() if head else m.start(), m.end())
        end = start + len(text[start : m.end()].rstrip(" \t\u00a0\u3000\u200b\u00ad\ufeff"))
        if start < end:
            yield start, end, max(0, _breaks(text, last, start) - 1)
            last = end


def _breaks(text: str, start: int, end: int) -> int:
    gap = text[start:end].replace("\r\n", "\n")
    return sum(gap.count(c) for c in "\n\r\u2028\u2029\x0c\x85")


def _opening(text: str, start: int, end: int) -> tuple[int, str | None, bool]:
    """(where the words begin, printed number, bullet)."""
    at = start
    bullet = False
    if m := _BULLET.match(text, at, end):
        at, bullet = m.end(), True
    number = None
    if m := _NUMBER.match(text, at, end):
        number = m.group("n") or m.group("m") or m.group("cjk") or m.group("ring")
        at = m.end()
    if m := _MARKUP.match(text[at:end]):
        at += m.end()
    return min(at, end), number, bullet


def _marked(text: str, start: int, body: int) -> int:
    """Where the bold mark before ``body`` begins, at ``start`` or later."""
    return body - 2 if body - 2 >= start and text[body - 2 : body] in ("**", "__") else body


def _wrapped(text: str, lines: list[tuple[int, int, int]]) -> bool:
    """Whether the text is wrapped at a fixed width: most lines are followed directly by one that goes on."""
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if b[2] == 0]
    if len(pairs) < 5 or len(pairs) < len(lines) * 0.3:
        return False
    width = sorted(b - a for a, b, _ in lines)[int(len(lines) * 0.95)]
    if width > WRAP_LIMIT:
        return False
    goes_on = sum(1 for a, _ in pairs if not _SENTENCE_END.search(text, a[0], a[1]) and a[1] - a[0] > width * 0.6)
    return goes_on > len(pairs) * 0.5


def _goes_on(text: str, before: tuple[int, int], start: int) -> bool:
    """Whether a line beginning at ``start`` continues the sentence of the line before it."""
    first = text[start]
    if not (first.islower() or first in ",;)"):
        return False
    return not _SENTENCE_END.search(text, *before) and before[1] - before[0] > 40


def _join(text: str, lines: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    wrapped = _wrapped(text, lines)
    held: tuple[int, int, int] | None = None
    closed = False
    for line in lines:
        start, end, gap = line
        opens = _opening(text, start, end)
        marked = opens[1] is not None or opens[2]
        if held is not None and not _RULE.match(text[start:end]) and not closed:
            broken = text.startswith("  ", held[1])  # Markdown's hard line end
            same = (wrapped and gap == 0 and not marked and not broken) or (
                not marked and _goes_on(text, held[:2], start)
            )
            if same:
                held = (held[0], end, held[2])
                closed = wrapped and gap == 0 and bool(_BOLD.match(" ".join(text[held[0] : end].split())))
                continue
        if held is not None:
            yield held
        held = line
        closed = bool(_RULE.match(text[start:end]))
    if held is not None:
        yield held


def _looks_heading(text: str, start: int, end: int, body: int, number: str | None, bullet: bool) -> bool:
    words = text[body:end].strip()
    if not words or bullet or len(words) > (2 * HEADING_LIMIT if words.isupper() else HEADING_LIMIT):
        return False
    if number and len(number) == 1 and number.islower():
        return False  # an item of a list: "b. refrain from ..."
    whole = " ".join(text[start:end].split())
    if text.startswith("#", start) and not _RULE.match(whole):
        return True
    if bold := _BOLD.match(whole):
        inner = (bold.group("b") or bold.group("u") or "").strip()
        return not (inner.endswith(".") and len(inner) > 90)
    if _NUMBERED_BOLD.match(whole):
        return True
    if "://" in words:
        return False
    if number and re.fullmatch(r"[IVX]+", number) and words[-1] == "." and not re.search(r"[.!?]\s+\w", words):
        return True
    if words[-1] in ".!?…;,。；，)" and not re.search(r"\([^()]*\)$", words):
        return False
    if words.endswith(")") and not words.isupper():
        return False
    if words.endswith((":", "：")) and not words.isupper():
        return False
    letters = _UNITS.findall(words)
    if not letters or (not letters[0][:1].isupper() and letters[0][:1].lower() != letters[0][:1].upper()):
        return False
    return len(letters) <= (60 if words.isupper() else 26) and not re.search(r"[.!?]\s+\w", words)


def _from_blocks(source: Source) -> Iterator[tuple[int, int, int, Block | None]]:
    at = 0
    for block in source.blocks:
        for start, end, gap in _lines(source.text[at : block.start]):
            yield at + start, at + end, gap, None
        head = block.start
        for start, end, gap in _lines(source.text[block.start : block.end]):
            yield head + start, head + end, gap, block
        at = block.end
    for start, end, gap in _lines(source.text[at:]):
        yield at + start, at + end, gap, None


def paragraphs(source: Source) -> tuple[Paragraph, ...]:
    """The paragraphs and headings of a source, in order; together they cover all that is not white space."""
    text = source.text
    if source.blocks:
        rows: Iterable[tuple[int, int, int, Block | None]] = _from_blocks(source)
    else:
        front = _FRONT.match(text)
        lines = list(_lines(text))
        head = [line for line in lines if front and line[0] < front.end()]
        rows = [(*line, None) for line in head]
        rows += [(*line, None) for line in _join(text, lines[len(head) :])]
        if front:
            rows = [(a, b, g, Block(a, b, "boilerplate") if b <= front.end() else k) for a, b, g, k in rows]
    out: list[Paragraph] = []
    for start, end, gap, block in rows:
        body, number, bullet = _opening(text, start, end)
        noise = "layout" if block and block.kind == "boilerplate" else None
        if _RULE.match(text[start:end]):
            noise = "end" if "#" in text[start:end] else "rule"
        if block and block.kind == "heading":
            heading = True
        else:
            heading = noise is None and _looks_heading(text, start, end, body, number, bullet)
        if block and block.kind in ("list-item", "note", "cell"):
            heading, bullet = False, bullet or block.kind == "list-item"
        level = block.level if block else 0
        run_in = None if heading or noise else _RUN_IN.match(text, _marked(text, start, body), end)
        if run_in:
            titled = start + len(text[start : run_in.end()].rstrip())
            out.append(Paragraph(start, titled, body, number, False, True, level, None, gap))
            start = body = run_in.end()
            number, gap = None, 0
        out.append(Paragraph(start, end, body, number, bullet, heading, level, noise, gap))
    return tuple(_headings(text, out))


def _headings(text: str, rows: list[Paragraph]) -> Iterator[Paragraph]:
    """Levels of headings: roman numbers and capitals stand above the rest. A last line is no heading."""
    for i, p in enumerate(rows):
        if not p.heading:
            yield p
            continue
        follows = next((q for q in rows[i + 1 :] if q.noise is None), None)
        if follows is None and i > 0:
            yield replace(p, heading=False)
            continue
        roman = p.number is not None and re.fullmatch(r"[IVXLC]+", p.number) is not None
        level = p.level or (1 if roman or text[p.body : p.end].isupper() else 2)
        yield replace(p, level=level)
