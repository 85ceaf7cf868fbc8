"""Opens what the user names: a path, ``-`` for standard input, or a URL."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from servanda.errors import FetchRefused, SourceTooLarge, UnreadableSource
from servanda.sources.table import VAGUE_TYPES, Given, find

if TYPE_CHECKING:
    from servanda.records import Source

MAX_BYTES = 20_000_000
"""Twenty megabytes: a joint statement is some 50 kB of text, a scanned one seldom above 10 MB; what is larger is
something else and would only exhaust the machine."""

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def open_source(given: str | Path, *, fetch: bool = False, stdin: BinaryIO | None = None) -> Source:
    """Read a document from a path, from standard input (``-``) or, with ``fetch``, from a URL.

    Raises UnreadableSource, SourceTooLarge, FetchRefused or MissingExtra, each with one line for the user.

        open_source("statement.html").blocks
        open_source("https://example.org/statement", fetch=True).url
    """
    if isinstance(given, str):
        if given == "-":
            stream = stdin if stdin is not None else sys.stdin.buffer
            return read_bytes(stream.read(MAX_BYTES + 1), name="-")
        scheme = _SCHEME.match(given)
        if scheme:
            return _open_url(given, scheme[1].lower(), fetch)
    return read_bytes(_read_file(Path(given)), name=Path(given).name)


def read_bytes(data: bytes, *, name: str, media_type: str | None = None, url: str | None = None) -> Source:
    """Read a document that is already in memory; the type is found out where ``media_type`` does not say it.

    ``media_type`` may carry a charset, as in ``text/html; charset=windows-1251``. Raises as :func:`open_source`.
    """
    if not data:
        raise UnreadableSource(f"{name} is empty (0 bytes). Give a document with text in it.")
    if len(data) > MAX_BYTES:
        raise SourceTooLarge(_too_large(name))
    given = _given(data, name, media_type, url)
    return find(given).reader()(given)


def _given(data: bytes, name: str, media_type: str | None, url: str | None) -> Given:
    kind, _, parameters = (media_type or "").partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    plain_kind = kind.strip().lower()
    return Given(
        data=data,
        name=name,
        media_type=plain_kind if plain_kind and plain_kind not in VAGUE_TYPES else None,
        charset=charset[1] if charset else None,
        url=url,
    )


def _open_url(given: str, scheme: str, fetch: bool) -> Source:
    if scheme not in ("http", "https"):
        raise FetchRefused(
            f"{given} cannot be fetched: {scheme} is not allowed, only http and https. Save the file and give its path."
        )
    if not fetch:
        raise FetchRefused(
            f"{given} was not fetched: Servanda opens no connection unless it is told to. "
            f"Add --fetch (fetch=True in Python), or save the page and give its path."
        )
    from servanda.sources.web import fetch as fetch_url

    page = fetch_url(given, limit=MAX_BYTES)
    return read_bytes(page.data, name=given, media_type=page.content_type, url=page.url)


def _too_large(name: str) -> str:
    return (
        f"{name} is larger than {MAX_BYTES // 1_000_000} MB, the most that is read. "
        f"Give the statement alone, or split the document."
    )


def _read_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            example = next((entry.name for entry in sorted(path.iterdir()) if entry.is_file()), "statement.txt")
            raise UnreadableSource(f"{path} is a directory. Give a file in it, for example {path / example}.")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise SourceTooLarge(_too_large(str(path)))
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableSource(_missing(path)) from None
    except PermissionError:
        raise UnreadableSource(
            f"{path} may not be read: permission denied. Ask its owner, or copy it to your folder."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableSource(f"{str(path)!r} cannot be opened: {reason}. Check the path.") from None


def _missing(path: Path) -> str:
    import difflib

    try:
        entries = sorted(os.listdir(path.parent))[:5000]
    except OSError:
        return f"{path} does not exist: there is no folder {path.parent}. Check the path."
    folded = {entry.casefold(): entry for entry in entries}
    close = difflib.get_close_matches(path.name.casefold(), folded, n=3, cutoff=0.6)
    if close:
        return f"{path} does not exist. Close names in that folder: {', '.join(folded[name] for name in close)}."
    return f"{path} does not exist. Check the name, or give a web address with https:// and --fetch."
