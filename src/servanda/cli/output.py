"""How results leave: UTF-8 to standard output or a file; notes and progress to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from servanda.errors import ServandaError

if TYPE_CHECKING:
    from servanda.encoders import Progress

PIPE_WIDTH = 100
"""Columns where the output is no terminal and COLUMNS does not say."""


def colour() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the output."""
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns


def write(text: str, path: Path | None = None) -> None:
    """Writes UTF-8 to a file, or to standard output whatever the locale says.

    Raises ServandaError where the file cannot be written.
    """
    # a lone surrogate cannot be written in UTF-8; escaped it stays sound JSON
    data = text.encode("utf-8", "backslashreplace")
    if path is None:
        sys.stdout.flush()
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None or (sys.stdout.isatty() and sys.platform == "win32"):
            sys.stdout.write(text)
        else:
            binary.write(data)
        sys.stdout.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ServandaError(f"{path} cannot be written: {error.strerror}. Give another path with --output.") from None


def tell(message: str) -> None:
    """One line on standard error."""
    print(f"servanda: {' '.join(message.split())}", file=sys.stderr)


def counted(rows: list[str], *, what: str) -> Iterable[str]:
    """The rows, with a progress bar on standard error if that is a terminal and there are several."""
    if len(rows) < 2 or not sys.stderr.isatty():
        return rows
    return _tracked(rows, what)


def _tracked(rows: list[str], what: str) -> Iterator[str]:
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, description=what, console=Console(stderr=True), transient=True)


@contextmanager
def bar(what: str) -> Iterator[Progress | None]:
    """A progress bar on standard error for one long step; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=1.0)
        yield lambda share: shown.update(task, completed=share)
