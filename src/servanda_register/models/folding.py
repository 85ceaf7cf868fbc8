"""One way to make words comparable for searching in any script."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ə": "a", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "d"})
"""Letters that Unicode does not decompose."""


def fold(text: str) -> str:
    """``text`` in lower case, without marks on letters and with single spaces: ``Hợp tác`` becomes ``hop tac``."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.translate(_LETTERS).split())
