"""Lines, wrapped text, numbers, bullets, headings."""

from __future__ import annotations

import pytest

from servanda.reading.layout import Paragraph, paragraphs
from servanda.records import Source

WRAPPED = """\
The two sides met in the northern harbour and spoke at length of ferries,
of the price of salt and of the lighthouse that both had promised to
repair before the winter.

**Trade and transport**

They agreed to open the old road over the pass and to count the carts
that use it in every month of the year, and to publish what they
counted.

-   build a quay of stone in the eastern bay where the boats lie in
    bad weather;
-   keep it.
"""


def read(text: str) -> tuple[Paragraph, ...]:
    return paragraphs(Source("t", "text/plain", text, ""))


def test_wrapped_lines_are_joined_and_offsets_stay() -> None:
    rows = read(WRAPPED)
    assert [WRAPPED[p.body : p.end].split()[0] for p in rows] == ["The", "Trade", "They", "build", "keep"]
    assert [p.heading for p in rows] == [False, True, False, False, False]
    assert [p.bullet for p in rows] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("line", "number", "body"),
    [
        ("7. The two sides agreed", "7", "The two sides agreed"),
        ("IV. Trade and transport", "IV", "Trade and transport"),
        ("(a) to open the road", "a", "to open the road"),
        ("2\\. **Tariffs**", "2", "Tariffs**"),
        ("三、经贸合作", "三", "经贸合作"),
        ("2025 was a good year for salt", None, "2025 was a good year for salt"),
    ],
)
def test_printed_numbers(line: str, number: str | None, body: str) -> None:
    row = read(line + "\nAnother line follows here.")[0]
    assert (row.number, line[row.body : row.end]) == (number, body)


def test_a_paragraph_cut_by_a_stray_line_end_is_whole_again() -> None:
    text = "The two sides agreed to repair the lighthouse before the winter\n\nand to keep its lamp burning.\nNext."
    assert [text[p.start : p.end].startswith("The two") for p in read(text)] == [True, False]


@pytest.mark.parametrize(
    "line", ["Source: https://news.example/a", "The lamp burns.", "(Photo: Agency)", "They agreed:", "lower case words"]
)
def test_what_is_no_heading(line: str) -> None:
    assert not read(line + "\nThe two sides met and agreed to repair the lighthouse.")[0].heading


def test_a_bold_run_in_title_stands_alone() -> None:
    text = "**Fighting fires:** The two sides will buy a pump.\n\nMore text follows."
    rows = read(text)
    assert [p.heading for p in rows[:2]] == [True, False]
    assert text[rows[1].start : rows[1].end] == "The two sides will buy a pump."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x0c", "\x85"])
def test_every_kind_of_line_end(end: str) -> None:
    assert len(read(f"First line here.{end}Second line here.")) == 2
