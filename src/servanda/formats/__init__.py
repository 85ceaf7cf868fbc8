"""Formats: statements to text for people and for other programs.

    >>> from servanda.formats import find
    >>> find("json").media_type
    'application/json'

One file a format and one row in :data:`FORMATS`. A module has ``render(statements, screen) -> str``. Installed
packages add rows by the entry-point group ``servanda.formats``; each entry point loads a :class:`Format`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, cast

from servanda.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from servanda.records import Statement

__all__ = ["ENTRY_POINTS", "FORMATS", "Format", "Screen", "available", "find", "render"]

ENTRY_POINTS = "servanda.formats"


@dataclass(frozen=True, slots=True)
class Screen:
    """What the reader of the output looks at; only formats made for people heed it."""

    width: int = 100
    """Columns."""
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table. ``suffix`` is that of a file in the format, with its dot."""

    name: str
    module: str
    media_type: str
    suffix: str
    several: bool = True
    """Whether one output may hold several statements."""
    notes: bool = True
    """Whether the output carries the statement's notes; where not, the caller tells them."""

    def renderer(self) -> Callable[[Sequence[Statement], Screen], str]:
        """The module's ``render``, imported now."""
        return cast("Callable[[Sequence[Statement], Screen], str]", import_module(self.module).render)


FORMATS: tuple[Format, ...] = (
    Format("table", "servanda.formats.table", "text/plain", ".txt"),
    Format("json", "servanda.formats.json_", "application/json", ".json"),
    Format("csv", "servanda.formats.csv_", "text/csv", ".csv", notes=False),
    Format("akn", "servanda.formats.akn", "application/akn+xml", ".xml", several=False, notes=False),
    Format("jsonld", "servanda.formats.jsonld", "application/ld+json", ".jsonld"),
)


def _rows() -> tuple[Format, ...]:
    rows = list(FORMATS)
    for point in entry_points(group=ENTRY_POINTS):
        loaded: Any = point.load()
        if isinstance(loaded, Format) and all(row.name != loaded.name for row in rows):
            rows.append(loaded)
    return tuple(rows)


def available() -> tuple[str, ...]:
    """Names of the formats, ours first, then those of installed packages."""
    return tuple(row.name for row in _rows())


def find(name: str) -> Format:
    """The row of a format. Raises UsageError that lists the names there are."""
    for row in FORMATS:  # first without asking for entry points, which costs a search of all installed packages
        if row.name == name:
            return row
    for row in _rows():
        if row.name == name:
            return row
    raise UsageError(f"No format is called {name!r}. Available are {', '.join(available())}.")


def render(name: str, statements: Sequence[Statement], screen: Screen | None = None) -> str:
    """The statements in a format, as text that ends in a line end.

    Raises UsageError for a name that is not known, or for several statements in a format that holds one.
    """
    row = find(name)
    if len(statements) != 1 and not row.several:
        raise UsageError(
            f"The format {name} holds one statement, but {len(statements)} were given. Give one source at a time, "
            f"or take one of {', '.join(r.name for r in FORMATS if r.several)}."
        )
    return row.renderer()(statements, screen or Screen())
