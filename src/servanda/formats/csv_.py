"""One row a commitment, for spreadsheets.

UTF-8 with a byte order mark, without which spreadsheets take Vietnamese or Russian for another encoding. Several
values of one field are parted by ``; ``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from servanda.formats import Screen
from servanda.formats.labels import fold
from servanda.records import Commitment, Instrument, Statement

COLUMNS = (
    "document", "parties", "adopted", "id", "section", "number", "quote", "modality", "strength", "action", "actors",
    "areas", "mechanisms", "instruments", "forums", "deadline", "parent", "confidence", "start", "end",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(statements: Sequence[Statement], screen: Screen) -> str:
    """A header, then one row a commitment of all statements."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for statement in statements:
        titles = {s.id: s.title for s in statement.sections}
        numbers = _numbers(statement)
        for c in statement.commitments:
            rows.writerow([guarded(v) if isinstance(v, str) else v for v in _row(statement, c, titles, numbers)])
    return out.getvalue()


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _numbers(statement: Statement) -> list[tuple[int, int, str]]:
    return [(s.start, s.end, s.number) for s in statement.segments if s.number]


def _row(
    statement: Statement, c: Commitment, titles: dict[str, str], numbers: list[tuple[int, int, str]]
) -> list[str | int | float]:
    number = next((n for a, b, n in numbers if a <= c.start < b), "")
    return [
        statement.source.name, "; ".join(statement.parties), statement.adopted or "", c.id,
        titles.get(c.section or "", ""), number, fold(c.quote), c.modality, c.strength, c.action,
        "; ".join(c.actors), "; ".join(c.areas), "; ".join(c.mechanisms), "; ".join(map(_cited, c.instruments)),
        "; ".join(c.forums), c.deadline or "", c.parent or "", c.confidence, c.start, c.end,
    ]  # fmt: skip


def _cited(i: Instrument) -> str:
    return f"{i.title} ({i.year})" if i.year else i.title
