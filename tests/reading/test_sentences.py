"""Sentence ends that ready-made splitters miss."""

from __future__ import annotations

import pytest

from servanda import packs
from servanda.reading.sentences import sentences


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("sv", "Parterna enades bl.a. om handel. De möts kl. 10.30.", 2),
        ("nb", "Møtet fant sted 7. mai 2025. Partene ble enige.", 2),
        ("en", "President J. R. Biden, Jr. of the U.S. met Mr. Lee. They agreed.", 2),
        ("en", "Trade rose by 3.5 percent in No. 4 and more. It fell later.", 2),
        ("ru", "Стороны встретились в г. Минске в 2025 г. Они договорились.", 1),
        ("zh", "双方同意加强合作。双方将举行会议。", 2),
        ("vi", "Hai bên nhất trí... Hai bên sẽ ký.", 2),
        ("en", "7. The two sides agreed. They left.", 2),
    ],
)
def test_sentences(language: str, text: str, count: int) -> None:
    pack = packs.load(language) if language in packs.available() else None
    spans = sentences(text, 0, len(text), pack)
    assert len(spans) == count, [text[a:b] for a, b in spans]
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
