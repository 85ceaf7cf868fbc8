"""Tables of measured values read from CSV and XLSX files: each row understood, or said in words why not.

Two layouts are read: a row for each period (``period; value; source``, the source may be missing), and a column for
each year with one row of values. A period is a day, a month, a quarter or a year; its last day is kept. Which sign
separates decimals is found out where a number leaves no doubt; where it does, the row is not taken but asked about.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.models.folding import fold

LARGEST_FILE = 2_000_000
LARGEST_UNPACKED = 50_000_000
"""Of an XLSX file, which is a ZIP archive: a small one can unpack to more than fits in memory."""
MOST_ROWS, MOST_COLUMNS = 5_000, 300
FIRST_YEAR, LAST_YEAR = 1900, 2200
LARGEST_VALUE = Decimal(10) ** 11
"""A value is below it: with four decimals no database then gives other digits back than it was given."""
SMALLEST_STEP = Decimal("0.0001")
"""What the database keeps of a value; further decimals are rounded off."""

Table = list[list[Any]]


@dataclass(frozen=True)
class Line:
    """One value of the file."""

    number: int
    """Row in the file, from 1."""
    period: date
    value: Decimal
    source: str = ""


@dataclass(frozen=True)
class Problem:
    """A row that is not understood."""

    number: int
    what: str


@dataclass
class Reading:
    """A file as it was understood."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, number: int, period: Any, value: Any, source: Any, decimal: str) -> None:
        """Adds a row, or the problem with it."""
        try:
            day = period_of(period)
            line = Line(number, day, number_of(value, decimal), str(source or "").strip()[:500])
            earlier = next((x for x in self.lines if x.period == day), None)
            if earlier:
                raise UsageError(
                    _("The period %(period)s stands in row %(row)s already. Keep one of the two.")
                    % {"period": str(period), "row": earlier.number}
                )
        except UsageError as error:
            self.problems.append(Problem(number, str(error)))
        else:
            self.lines.append(line)


def read_file(content: bytes, *, decimal: str = "", names: Iterable[str] = ()) -> Reading:
    """What a CSV or XLSX file holds; ``decimal`` is the sign before decimals, empty where it is to be found out.

    ``names`` are those of the indicator: of a file with a row for each of several indicators, that one is taken.
    Raises UsageError where the file as a whole cannot be read.
    """
    if len(content) > LARGEST_FILE:
        raise UsageError(
            _("The file has %(size)s; at most %(most)s are read. Send only the table.")
            % {"size": filesizeformat(len(content)), "most": filesizeformat(LARGEST_FILE)}
        )
    table = _sheet(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    rows = [(number, _trimmed(row)) for number, row in enumerate(table, start=1)]
    rows = [(number, row) for number, row in rows if row]
    if not rows:
        raise UsageError(_("The file holds no rows. Choose one with a period and a value in each row."))
    reading = Reading()
    years = [(place, year_of(cell)) for place, cell in enumerate(rows[0][1])]
    columns = [(place, year) for place, year in years if year and place > 0]
    if len(columns) >= 2:
        _read_columns(reading, rows, columns, decimal, names)
    else:
        _read_rows(reading, rows, decimal)
    return reading


def _read_rows(reading: Reading, rows: list[tuple[int, list[Any]]], decimal: str) -> None:
    """A row for each period; a heading is passed over."""
    for place, (number, row) in enumerate(rows):
        cells = [*row, None, None, None]
        if place == 0 and not (_is(period_of, cells[0]) or _is(number_of, cells[1], decimal)):
            continue
        reading.take(number, cells[0], cells[1], cells[2], decimal)


def _read_columns(
    reading: Reading, rows: list[tuple[int, list[Any]]], columns: list[tuple[int, int]], decimal: str,
    names: Iterable[str],
) -> None:  # fmt: skip
    """A column for each year; years without a value are passed over."""
    head, *following = rows
    if year_of(head[1][0]):  # no column with names: the first is a year too
        columns = [(0, year_of(head[1][0]) or 0), *columns]
    if len(following) > 1:
        wanted = {fold(name) for name in names}
        following = [(number, row) for number, row in following if fold(str(row[0] or "")) in wanted]
    if len(following) != 1:
        raise UsageError(
            _("The file has a column for each year, but not exactly one row of values for this indicator. Keep one "
              "row, or give it the name of the indicator.")
        )  # fmt: skip
    number, row = following[0]
    for place, year in columns:
        cell = row[place] if place < len(row) else None
        if cell not in (None, ""):
            reading.take(number, year, cell, "", decimal)


def _sheet(content: bytes) -> Table:
    """The first sheet of an XLSX file, with the values that its formulas had when it was saved."""
    broken = UsageError(_("The file is not a workbook that can be read. Save it as XLSX or CSV and try again."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise UsageError(_("The workbook is too large. Copy the table alone into a new one."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
        return _limited([list(row) for row in rows])
    except UsageError:
        raise
    except Exception as error:  # whatever a broken workbook makes the library raise
        raise broken from error


def _csv(content: bytes) -> Table:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(_("The file is not in UTF-8. Save it as “CSV UTF-8” or as XLSX and try again.")) from None
    if "\x00" in text:
        raise UsageError(_("The file is neither CSV nor XLSX. Save the table as one of them and try again."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    # a comma may belong to a number, so the others go first
    delimiter = next((sign for sign in (";", "\t", ",") if sign in first), ";")
    try:
        return _limited(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error:
        raise UsageError(_("The file is not CSV that can be read. Save the table as XLSX and try again.")) from None


def _limited(table: Table) -> Table:
    if len(table) > MOST_ROWS:
        raise UsageError(_("The file has more than %s rows. Send it in parts.") % MOST_ROWS)
    return table


def _trimmed(row: Sequence[Any]) -> list[Any]:
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


def _is(read: Any, *values: Any) -> bool:
    try:
        read(*values)
    except UsageError:
        return False
    return True


def year_of(cell: Any) -> int | None:
    """The year that a cell holds; None where it holds something else."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip() if isinstance(cell, int | str) and not isinstance(cell, bool) else ""
    return int(text) if re.fullmatch(r"\d{4}", text) and FIRST_YEAR <= int(text) <= LAST_YEAR else None


def period_of(cell: Any) -> date:
    """Last day of the period that a cell holds; raises UsageError where it holds none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if year := year_of(cell):
        return date(year, 12, 31)
    text = str(cell or "").strip()
    if not text:
        raise UsageError(_("The period is missing. Write a year, a month or a day, as in 2024, 2024-06, 2024-06-30."))
    for pattern, parts in PERIODS:
        # a number of a spreadsheet with decimals is no month: 2024.1 could be January or October
        found = None if isinstance(cell, float) else re.fullmatch(pattern, text, re.IGNORECASE)
        if found:
            year, month, day = parts(*(int(group) for group in found.groups()))
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                last = calendar.monthrange(year, month)[1]
                if 0 <= day <= last:
                    return date(year, month, day or last)
    raise UsageError(
        _("“%s” is not a period. Write a year, a month or a day, as in 2024, 2024-06, 2024-06-30 or 30.06.2024.")
        % text[:60]
    )


PERIODS: tuple[tuple[str, Any], ...] = (
    (r"(\d{4})-(\d{1,2})-(\d{1,2})", lambda y, m, d: (y, m, d or 99)),
    (r"(\d{1,2})[./](\d{1,2})[./](\d{4})", lambda d, m, y: (y, m, d or 99)),
    (r"(\d{4})[-./](\d{1,2})", lambda y, m: (y, m, 0)),
    (r"(\d{1,2})[-./](\d{4})", lambda m, y: (y, m, 0)),
    (r"(\d{4})[ -]?Q([1-4])", lambda y, q: (y, q * 3, 0)),
    (r"Q([1-4])[ /-]?(\d{4})", lambda q, y: (y, q * 3, 0)),
)
"""Pattern -> (year, month, day); the day is 0 for the whole month, and 99, which no month has, for a day 0."""


def number_of(cell: Any, decimal: str = "") -> Decimal:
    """The number that a cell holds; raises UsageError where it holds none, or could hold two."""
    if isinstance(cell, bool):
        raise UsageError(_("“%s” is not a number. Write digits, as in 1234.5.") % cell)
    if isinstance(cell, int | float | Decimal):
        text = str(cell)
        if not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text):
            raise UsageError(_("“%s” is not a number. Write digits, as in 1234.5.") % text)
        return _kept(Decimal(text), text)
    text = str(cell or "").strip()
    if not text:
        raise UsageError(
            _("The value is missing. If the cell holds a formula, open and save the file once in a spreadsheet.")
        )
    bare = re.sub(r"[\s'’]", "", text).replace("−", "-")
    if not re.fullmatch(r"[-+]?\d[\d.,]*", bare):
        raise UsageError(_("“%s” is not a number. Write digits, as in 1234.5.") % text[:60])
    sign = decimal or _decimal_sign(bare, text)
    grouping = "," if sign == "." else "."
    whole, _dot, decimals = bare.partition(sign)
    if grouping in whole and not re.fullmatch(rf"[-+]?\d{{1,3}}(\{grouping}\d{{3}})+", whole):
        raise UsageError(_("“%s” is not a number. Write digits, as in 1234.5.") % text[:60])
    if not re.fullmatch(r"\d*", decimals):
        raise UsageError(_("“%s” is not a number. Write digits, as in 1234.5.") % text[:60])
    return _kept(Decimal(whole.replace(grouping, "") + (f".{decimals}" if decimals else "")), text)


def _decimal_sign(bare: str, text: str) -> str:
    """The sign before the decimals of a number; raises UsageError where the number leaves that open."""
    if "," in bare and "." in bare:
        return max(",", ".", key=bare.rindex)
    sign = "," if "," in bare else "."
    other = "." if sign == "," else ","
    if bare.count(sign) > 1:
        return other
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", bare):
        raise UsageError(
            _("“%(text)s” may mean %(large)s or %(small)s. Choose in the form which sign stands before the decimals.")
            % {"text": text[:60], "large": bare.replace(sign, ""), "small": bare.replace(",", ".")}
        )
    return sign


def _kept(value: Decimal, text: str) -> Decimal:
    if abs(value) >= LARGEST_VALUE:
        raise UsageError(_("“%s” is too large. Choose a larger unit for the indicator.") % text[:60])
    return value.quantize(SMALLEST_STEP)
