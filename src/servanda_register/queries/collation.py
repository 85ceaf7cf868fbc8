"""Names in the order of the reader's alphabet, without a library of the operating system.

Names stand in a JSON field, and databases differ in what orders they know, so lists sorted by name are sorted here.
Vietnamese: ă â đ ê ô ơ ư are letters of their own, each after its plain letter; tones decide only between words that
are alike without them, in the order of dictionaries (level, falling, asking, tumbling, rising, heavy). Russian: й is a
letter, ё counts as е unless nothing else differs. Marks of other languages decide only between words otherwise alike.
Numbers go by their value: 2 before 10.
"""

from __future__ import annotations

import re
import unicodedata

Key = tuple[tuple[tuple[str, int], ...], tuple[int, ...], str]

_LETTER_MARKS = {"\u0302": 2, "\u031b": 3, "\u0306": 1}
"""Circumflex, horn, breve: marks that make another letter in Vietnamese, where ă goes before â and ô before ơ."""
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_ALONE = {"đ": ("d", 1), "ø": ("o", 0), "ł": ("l", 0), "ı": ("i", 0), "ə": ("e", 0)}
"""Letters that Unicode does not take apart."""


def collation_key(text: str, language: str) -> Key:
    """What to sort ``text`` by for a reader of ``language`` (ISO 639-1); keys of one language only are comparable."""
    padded = re.sub(r"\d+", lambda number: number.group().zfill(10), text.casefold())
    letters: list[tuple[str, int]] = []
    marks: list[int] = []
    for c in unicodedata.normalize("NFD", padded):
        if unicodedata.combining(c):
            if not letters:
                continue
            base, rank = letters[-1]
            if base in "aeou" and language == "vi" and c in _LETTER_MARKS:
                letters[-1] = (base, _LETTER_MARKS[c])
            elif base == "и" and c == "\u0306":
                letters[-1] = (base, 1)
            else:
                marks[-1] = _TONES.get(c, 9)
        elif c.isalnum() or c == " ":
            base, rank = _ALONE.get(c, (c, 0))
            letters.append((base, rank if language == "vi" else 0))
            marks.append(0)
    return tuple(letters), tuple(marks), text
