"""The newspaper around the instrument."""

from __future__ import annotations

import pytest

from servanda.reading.pipeline import read_source
from servanda.records import Source

BODY = (
    "The two sides agreed to strengthen cooperation in fisheries and to exchange experts.\n"
    "Both sides will hold consultations every year.\n"
)
PAGES = {
    "a caption": ("en", "Leaders shake hands in the harbour. (Photo: Agency)\n" + BODY, 1),
    "a lead": ("en", "Our paper presents the full text of the joint statement:\n" + BODY, 1),
    "a source line": ("en", BODY + "Source: https://paper.example/statement-1\n", 1),
    "a comment counter": ("en", BODY + "Comments (0)\n", 1),
    "other headlines after a wide gap": ("en", BODY + "\n\n\nA cat was saved from a tree in the old town.\n0\n", 2),
    "front matter": ("en", "---\ntitle: Joint statement\ndate: '2024-05-05'\n---\n\n" + BODY, 4),
    "Vietnamese furniture": (
        "vi",
        "Ảnh: Thông tấn xã\nHai bên nhất trí tăng cường hợp tác thương mại.\nBình luận (0)\n",
        2,
    ),
}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_furniture_is_noise_and_the_statement_is_not(page: str) -> None:
    language, text, lines = PAGES[page]
    statement = read_source(Source("t", "text/plain", text, ""), language=language)
    noise = [text[s.start : s.end] for s in statement.segments if s.kind == "noise"]
    assert sum(n.count("\n") + 1 for n in noise) == lines, noise
    assert statement.commitments
