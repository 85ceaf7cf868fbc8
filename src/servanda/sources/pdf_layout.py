"""From fragments on pages to paragraphs: running heads, columns, lines, footnotes, headings.

Distances are in points from the lower left corner of the page, as PDF counts them.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from servanda.records import BlockKind
from servanda.sources.assembly import Assembly, clean, ends_sentence, reads_as_heading
from servanda.sources.lines import HYPHENS, MARKER, Vocabulary, begins_item

_EDGE = 0.14
"""Share of the page's height at its top and bottom where running heads, feet and page numbers stand."""
_REPEATED = 0.4
"""Share of the pages on which a line must come back at the same height (left and right pages may differ)."""
_SAME_HEIGHT = 6.0
"""Points within which two lines stand at the same height."""
_CROSSING = 0.15
"""Share of the fragments that may cross the gap between columns: titles and the like."""
_NARROWEST = 0.2
"""A column takes at least this share of the width; what is narrower holds numbers or bullets."""
_FILLED = 0.5
"""Lines of running text fill their column at least so far on the median; cells of a table do not."""
_FEWEST = 4
"""Lines that each of two columns must have."""
_LARGER = 1.13
"""Size against the body's from which a line is a heading."""
_SMALLER = 0.9
"""Size against the body's below which lines at the foot of a page are footnotes."""
_PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:(?:page|pg\.?|p\.|trang|sida|sid\.?|side|s\.|стр\.?|страница|бет|səhifə|səh\.?)\s*)?(\d{1,4})"
    r"(?:\s*(?:/|of|av|из|trên|\|)\s*\d{1,4})?[\W_]*$",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"^(?:\d{1,2}|\*{1,3}|†|‡|\[\d{1,2}\])[.)]?\s*\S")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters that stand together on one line."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text layer. ``pictured`` is true where the page shows something that may hold text."""

    index: int
    width: float
    height: float
    fragments: tuple[Fragment, ...]
    pictured: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line within its column; ``left`` and ``right`` are the column's bounds."""

    text: str
    x0: float
    y0: float
    x1: float
    size: float
    bold: bool
    page: int
    column: int
    left: float = 0.0
    right: float = 0.0

    @property
    def letters(self) -> int:
        return len(self.text)

    def has_room_for(self, word: str) -> bool:
        """Whether ``word`` would have fitted at the end of this line: then the break after it was wanted."""
        per_letter = (self.x1 - self.x0) / max(len(self.text), 1)
        return self.right - self.x1 > (len(word) + 1.5) * per_letter


def lay_out(pages: list[PageText], recognised: dict[int, list[str]], assembly: Assembly) -> str | None:
    """Fill ``assembly`` with the document's blocks and return its title: the first heading of the largest size.

    ``recognised`` holds paragraphs of pages that were read as pictures, by page index. Running heads and feet stand
    once each at the end, as boilerplate; footnotes stand before them.
    """
    running = _running(pages)
    flow: list[Line | str] = []
    gaps: list[float] = []
    for page in pages:
        if page.index in recognised:
            flow.extend(recognised[page.index])
            continue
        kept = [f for f in page.fragments if f not in running[page.index]]
        for number, column in enumerate(_columns(kept, gaps)):
            flow.extend(_lines(column, page.index, number))
    lines = [line for line in flow if isinstance(line, Line)]
    body = _body_size(lines)
    notes = _notes(lines, body)
    vocabulary = Vocabulary(item.text if isinstance(item, Line) else item for item in flow)
    pitch = _pitch(lines)
    levels = _levels(lines, body)
    title: tuple[int, str] | None = None
    for paragraph in _paragraphs(
        [item for item in flow if not isinstance(item, Line) or item not in notes], pitch, body
    ):
        if isinstance(paragraph, str):
            assembly.add(paragraph, "list-item" if MARKER.match(paragraph) else "paragraph")
            continue
        text = _joined(paragraph, vocabulary)
        kind, level = _kind(paragraph, text, levels, body)
        if kind == "heading" and (title is None or level < title[0]) and paragraph[0].page <= 1:
            title = (level, clean(text))
        assembly.add(text, kind, level)
    for note in _note_groups([line for line in lines if line in notes]):
        assembly.add(_joined(note, vocabulary), "note")
    seen: set[str] = set()
    for page in pages:
        for row in _rows(list(running[page.index])):
            text = clean(" ".join(f.text for f in row))
            if not _PAGE_NUMBER.match(text) and re.sub(r"\d+", "#", text) not in seen:
                seen.add(re.sub(r"\d+", "#", text))
                assembly.add(text, "boilerplate")
    return title[1] if title else None


def _rows(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand at one height, top row first, each from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (-(f.y0 + f.y1), f.x0)):
        if rows:
            anchor = rows[-1][0]
            overlap = min(anchor.y1, fragment.y1) - max(anchor.y0, fragment.y0)
            if overlap >= 0.5 * min(anchor.y1 - anchor.y0, fragment.y1 - fragment.y0):
                rows[-1].append(fragment)
                continue
        rows.append([fragment])
    return [sorted(row, key=lambda f: f.x0) for row in rows]


def _running(pages: list[PageText]) -> dict[int, set[Fragment]]:
    """Fragments of running heads, feet and page numbers, by page index."""
    found: dict[int, set[Fragment]] = {page.index: set() for page in pages}
    if len(pages) < 2:
        # On a single page nothing repeats; a lone 1 at its foot is its number all the same.
        for page in pages:
            row = (_rows(list(page.fragments)) or [[]])[-1]
            number = _PAGE_NUMBER.match(clean(" ".join(f.text for f in row)))
            if number and number[1] == "1" and row[0].y1 < _EDGE * page.height:
                found[page.index].update(row)
        return found
    places: dict[tuple[str, str], list[tuple[int, float, list[Fragment]]]] = defaultdict(list)
    numbers: list[tuple[int, int, list[Fragment]]] = []
    for page in pages:
        rows = _rows(list(page.fragments))
        # Three lines at each edge: a running head may take two, and a page number stands above or below it.
        for edge, some in (("top", rows[:3]), ("bottom", rows[-3:])):
            for row in some:
                middle = (row[0].y0 + row[0].y1) / 2
                share = middle / page.height if page.height else 0.5
                if not (share > 1 - _EDGE if edge == "top" else share < _EDGE):
                    continue
                text = clean(" ".join(f.text for f in row))
                number = _PAGE_NUMBER.match(text)
                if number:
                    numbers.append((page.index, int(number[1]), row))
                places[edge, re.sub(r"\d+", "#", text.casefold())].append((page.index, middle, row))
    for entries in places.values():
        for _, height, _ in entries:
            alike = [entry for entry in entries if abs(entry[1] - height) <= _SAME_HEIGHT]
            wording = {clean(" ".join(f.text for f in entry[2])) for entry in alike}
            # Lines that differ in a number may be headings ("Part 1", "Part 2") that happen to begin two pages.
            fewest = max(2, _REPEATED * len(pages)) if len(wording) < len(alike) else max(3, 0.8 * len(pages))
            if len({entry[0] for entry in alike}) >= fewest:
                for index, _, row in alike:
                    found[index].update(row)
    # Page numbers grow by one a page, whatever the first is and wherever they stand.
    offsets = Counter(printed - index for index, printed, _ in numbers)
    for index, printed, row in numbers:
        if offsets[printed - index] >= 2:
            found[index].update(row)
    return found


def _columns(fragments: list[Fragment], known: list[float], depth: int = 0) -> list[list[Fragment]]:
    """Fragments by column in the order of reading; bands that reach over all columns stand between.

    ``known`` gathers the gaps of the document: where a last page has two lines in its second column, they tell.
    """
    gap = _gap(fragments, known) if depth < 4 else None
    if gap is None:
        return [fragments] if fragments else []
    known.append(gap)
    found: list[list[Fragment]] = []
    left: list[Fragment] = []
    right: list[Fragment] = []
    wide: list[Fragment] = []

    def close_band() -> None:
        for side in (left, right):
            found.extend(_columns(list(side), known, depth + 1))
            side.clear()

    for row in _rows(fragments):
        if any(f.x0 < gap < f.x1 for f in row):
            close_band()
            wide.extend(row)
            continue
        if wide:
            found.append(list(wide))
            wide.clear()
        for fragment in row:
            (left if fragment.x1 <= gap else right).append(fragment)
    close_band()
    if wide:
        found.append(wide)
    return found


def _gap(fragments: list[Fragment], known: list[float]) -> float | None:
    """The x in the middle of the white gap between two columns of running text, or None."""
    if len(fragments) < 2:
        return None
    start, end = min(f.x0 for f in fragments), max(f.x1 for f in fragments)
    width = end - start
    if width <= 0:
        return None
    size = statistics.median(f.y1 - f.y0 for f in fragments)
    best: tuple[float, float] | None = None  # (width of the gap less what crosses it, its middle)
    edges = sorted(
        {start + width * share for share in (_NARROWEST, 1 - _NARROWEST)} | {math.ceil(f.x1) for f in fragments}
    )
    for edge in edges:
        if not start + _NARROWEST * width <= edge <= end - _NARROWEST * width:
            continue
        x = edge + 0.25 * size
        crossing = sum(1 for f in fragments if f.x0 < x < f.x1)
        if crossing > _CROSSING * len(fragments):
            continue
        near = [f for f in fragments if not f.x0 < x < f.x1]
        left, right = [f for f in near if f.x1 <= x], [f for f in near if f.x0 >= x]
        if not left or not right:
            continue
        inner_left, inner_right = max(f.x1 for f in left), min(f.x0 for f in right)
        gap = inner_right - inner_left
        merit = gap * (1 - crossing / (_CROSSING * len(fragments) + 1))
        if gap < 0.5 * size or (best is not None and merit <= best[0]):
            continue
        middle = (inner_left + inner_right) / 2
        seen = any(inner_left - 1 <= place <= inner_right + 1 for place in known)
        long = len(left) >= _FEWEST and len(right) >= _FEWEST
        if seen or (long and _fill(left) >= _FILLED and _fill(right) >= _FILLED):
            best = (merit, middle)
    return best[1] if best else None


def _fill(column: list[Fragment]) -> float:
    """How far the median row of a column fills its width."""
    width = max(f.x1 for f in column) - min(f.x0 for f in column)
    rows = _rows(column)
    return statistics.median(sum(f.x1 - f.x0 for f in row) for row in rows) / width if width else 0.0


def _lines(column: list[Fragment], page: int, number: int) -> list[Line]:
    left, right = min(f.x0 for f in column), max(f.x1 for f in column)
    lines: list[Line] = []
    for row in _rows(column):
        text = " ".join(part for part in (" ".join(f.text.split()) for f in row) if part)
        heights = [f.y1 - f.y0 for f in row for _ in range(len(f.text))]
        lines.append(
            Line(
                text, row[0].x0, row[0].y0, row[-1].x1, statistics.median(heights), all(f.bold for f in row),
                page, number, left, right,
            )
        )  # fmt: skip
    return lines


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += line.letters
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _pitch(lines: list[Line]) -> float:
    """The median distance of two lines that follow each other in a column."""
    steps = [
        a.y0 - b.y0
        for a, b in pairwise(lines)
        if (a.page, a.column) == (b.page, b.column) and 0 < a.y0 - b.y0 < 4 * a.size
    ]
    return statistics.median_low(steps) if steps else 0.0


def _levels(lines: list[Line], body: float) -> list[float]:
    """Heading sizes, largest first; the place of a size in it is its level less one."""
    sizes = sorted({round(line.size) for line in lines if line.size > _LARGER * body}, reverse=True)
    return [float(size) for size in sizes[:5]]


def _notes(lines: list[Line], body: float) -> set[Line]:
    """Lines of footnotes: small print at the foot of a column, begun by a mark."""
    found: set[Line] = set()
    columns: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.page, line.column].append(line)
    for column in columns.values():
        tail: list[Line] = []
        for line in reversed(column):
            if line.size > _SMALLER * body:
                break
            tail.append(line)
        while tail and not _NOTE_MARK.match(tail[-1].text):
            tail.pop()
        if len(tail) < len(column):
            found.update(tail)
    return found


def _note_groups(lines: list[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _NOTE_MARK.match(line.text):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _paragraphs(flow: list[Line | str], pitch: float, body: float) -> list[list[Line] | str]:
    found: list[list[Line] | str] = []
    for item in flow:
        last = found[-1] if found else None
        if isinstance(item, Line) and isinstance(last, list) and _goes_on(last, item, pitch, body):
            last.append(item)
        else:
            found.append([item] if isinstance(item, Line) else item)
    return found


def _goes_on(paragraph: list[Line], line: Line, pitch: float, body: float) -> bool:
    """Whether ``line`` belongs to the paragraph that ends above it."""
    last = paragraph[-1]
    same_column = (last.page, last.column) == (line.page, line.column)
    hyphened = last.text[-1:] in HYPHENS and line.text[:1].islower()
    mid_sentence = line.text[:1].islower() and not ends_sentence(last.text)
    if abs(line.size - last.size) > 0.1 * max(line.size, last.size):
        return hyphened and same_column
    if line.bold != last.bold and not mid_sentence:
        return False
    is_heading = last.size > _LARGER * body or (last.bold and line.bold)
    if same_column:
        step = last.y0 - line.y0
        if step > 1.4 * (max(pitch, last.size) if is_heading else pitch):
            return False
    elif is_heading or not (
        mid_sentence or hyphened or not (ends_sentence(last.text) or last.has_room_for(line.text.split()[0]))
    ):
        return False
    if hyphened:
        return True
    if begins_item(line.text, last.text):
        return False
    word = line.text.split()[0]
    if is_heading:
        return not ends_sentence(last.text) or not last.has_room_for(word) or mid_sentence
    if same_column and line.x0 > last.x0 + 0.7 * line.size and not mid_sentence:
        # A line set in from the one before begins a paragraph, but under "7." it hangs from the number.
        return len(paragraph) == 1 and MARKER.match(last.text) is not None and not last.has_room_for(word)
    return mid_sentence or not last.has_room_for(word)


def _joined(paragraph: list[Line], vocabulary: Vocabulary) -> str:
    text = paragraph[0].text
    for line in paragraph[1:]:
        text = vocabulary.join(text, line.text)
    for mark in "\x02\ufffe":
        text = text.replace(mark, "-")
    return text


def _kind(paragraph: list[Line], text: str, levels: list[float], body: float) -> tuple[BlockKind, int]:
    first = paragraph[0]
    large = first.size > _LARGER * body
    if large and len(text) <= 300:
        size = min(levels, key=lambda level: abs(level - first.size)) if levels else first.size
        return "heading", levels.index(size) + 1 if levels else 1
    if all(line.bold for line in paragraph) and reads_as_heading(clean(text)):
        return "heading", min(len(levels) + 1, 6)
    return ("list-item", 1) if MARKER.match(text) else ("paragraph", 0)
