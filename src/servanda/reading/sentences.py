"""Splits a paragraph into sentences by rules of our own and the abbreviations of the language's pack.

Ready-made splitters break "bl.a.", "7. mai" and "kl. 10.30", which joint statements are full of (docs/adr).
"""

from __future__ import annotations

import re

from servanda.packs import Pack

_CANDIDATE = re.compile(r"(?:[.!?…]+|[。！？])[\"'”’»)\]*_]*(?:\s+|(?<=[。！？])|$)")
_WORD_BEFORE = re.compile(r"[^\s(\[«“\"]+$")
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")
_OPENS = re.compile(r"[\"'“‘«„(\[*_]*(?:[^\W\d_]|\d|[-–•])")


def sentences(text: str, start: int, end: int, pack: Pack | None) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of ``text[start:end]``, trimmed; they leave out white space only."""
    out: list[tuple[int, int]] = []
    at = start
    for m in _CANDIDATE.finditer(text, start, end):
        stop = m.end()
        if stop >= end:
            break
        if not _ends(text, at, m.start(), stop, end, pack):
            continue
        out.append(_trim(text, at, stop))
        at = stop
    if text[at:end].strip():
        out.append(_trim(text, at, end))
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _ends(text: str, at: int, dot: int, stop: int, end: int, pack: Pack | None) -> bool:
    following = text[stop : stop + 3]
    if text[dot] in "。！？!?":
        return True
    if not _OPENS.match(following):
        return False
    first = next((c for c in following if c.isalnum()), "")
    if first.islower():
        return False
    before = _WORD_BEFORE.search(text, max(at, dot - 40), dot)
    word = before.group() + "." if before else "."
    if pack is not None and word.casefold() in pack.abbreviations:
        # an abbreviation that is also a sentence's last word is rare in statements; the pack's word is taken
        return False
    if _INITIAL.search(text[max(at, dot - 3) : dot + 1]) and text[dot - 1 : dot].isupper():
        return False
    if word[:-1].isdigit() and text[dot] == ".":
        if (pack is None or pack.ordinal_dot) and len(word) <= 3:
            return False  # "7. mai"; where there is no pack to tell, a date is likelier than a sentence's end
        return dot - at > 4  # "7. The two sides": a printed number at the start ends no sentence
    return True
