"""Tells the instrument from the newspaper around it: captions, bylines, leads, sources, counters, other headlines.

Words come from the packs (``noise`` patterns); places come from the page: what stands before "presents the full
text", what follows the formula of adoption or a wide gap and speaks of no side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from servanda.reading.layout import Paragraph
from servanda.reading.lexicon import Found

SHORT = 420  # captions and bylines are shorter; a paragraph of the statement that names a photo is not met
LINE = 200  # source lines, counters and menus
LEAD_WITHIN = 14  # a lead stands among the first paragraphs

_URL = re.compile(r"(?:https?://|www\.)\S+")
_COUNTER = re.compile(r"[\d\s.,:/|()\[\]+\-–]*")
_FURNITURE = ("caption", "byline", "source", "counter", "menu", "date")


def mark(
    text: str,
    paragraphs: Sequence[Paragraph],
    page: Sequence[Sequence[Found]],
    speaks: Callable[[int], bool],
) -> tuple[Paragraph, ...]:
    """The paragraphs with ``noise`` set, with its reason, on those that are no part of the instrument.

    ``page`` holds what the page layer found in each paragraph; ``speaks(i)`` tells whether paragraph ``i`` has a
    sentence of the sides: a subject that is a side, and a modal word or stance.
    """
    reasons: list[str | None] = [p.noise for p in paragraphs]
    for i, p in enumerate(paragraphs):
        if reasons[i] is None:
            reasons[i] = _furniture(text[p.start : p.end], page[i], p, speaks, i)
    for i in range(min(LEAD_WITHIN, len(paragraphs))):
        if any(f.kind == "noise" and f.pattern.value == "lead" for f in page[i]) and not paragraphs[i].heading:
            for j in range(i + 1):
                reasons[j] = reasons[j] or "lead"
    _tail(paragraphs, page, reasons, speaks)
    return tuple(replace(p, noise=r) for p, r in zip(paragraphs, reasons, strict=True))


def _furniture(words: str, page: Sequence[Found], p: Paragraph, speaks: Callable[[int], bool], i: int) -> str | None:
    if len(words) > SHORT or any(f.kind == "formal" for f in page):
        return None
    if _COUNTER.fullmatch(words) and p.number is None:
        return "counter"
    bare = _URL.sub("", words)
    if len(bare) < 40 and bare != words:
        return "source"
    for f in page:
        if f.kind != "noise" or f.pattern.value not in _FURNITURE:
            continue
        if f.pattern.value == "caption":
            return "caption"
        if len(words) <= LINE and not speaks(i):
            return f.pattern.value
    return None


def _tail(
    paragraphs: Sequence[Paragraph],
    page: Sequence[Sequence[Found]],
    reasons: list[str | None],
    speaks: Callable[[int], bool],
) -> None:
    """What follows the end of the instrument is noise."""
    alive = [i for i, r in enumerate(reasons) if r is None]
    if not alive:
        return
    formal = [i for i in alive if any(f.kind == "formal" for f in page[i]) and i >= alive[len(alive) // 2]]
    if formal:
        for i in alive:
            if i > formal[-1] and not speaks(i):
                reasons[i] = "tail"
        return
    middle = len(alive) // 2
    ragged = any(paragraphs[j].gap >= 2 for j in alive[1:middle])
    spoken = next((n for n in range(len(alive) - 1, middle - 1, -1) if speaks(alive[n])), middle - 1)
    for n in range(max(spoken + 1, middle), len(alive)):
        before = range(alive[n - 1] + 1 if n else 0, alive[n])
        ended = any(reasons[k] in ("source", "end", "byline") for k in before)
        if ended or (paragraphs[alive[n]].gap >= 2 and not ragged):
            for j in alive[n:]:
                reasons[j] = "tail"
            return
    last = alive[-1]
    if len(alive) > 3 and paragraphs[last].end - paragraphs[last].start < 4:
        reasons[last] = "counter"
