"""Servanda reads joint statements of states and finds what they undertake.

    >>> import servanda
    >>> statement = servanda.read("statement.html")           # doctest: +SKIP
    >>> [c.quote for c in statement.commitments]              # doctest: +SKIP

Importing this package loads nothing but itself: each name is fetched when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servanda.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from servanda.encoders import Encoder
    from servanda.errors import ServandaError as ServandaError
    from servanda.records import Commitment as Commitment
    from servanda.records import Expression as Expression
    from servanda.records import Instrument as Instrument
    from servanda.records import Segment as Segment
    from servanda.records import Source as Source
    from servanda.records import Statement as Statement

__all__ = [
    "Commitment", "Expression", "Instrument", "Segment", "ServandaError", "Source", "Statement", "__version__", "read",
]  # fmt: skip

_HOMES = {
    "Commitment": "records", "Expression": "records", "Instrument": "records", "Segment": "records",
    "Source": "records", "Statement": "records", "ServandaError": "errors",
}  # fmt: skip


def read(
    source: str | Path | Source,
    *,
    fetch: bool = False,
    language: str | None = None,
    encoder: Encoder | str | None = None,
) -> Statement:
    """Reads one document: whose statement it is, its segments, its commitments.

    ``source`` is a path, ``-`` for standard input, a web address or a Source already open. ``fetch`` allows a web
    address to be fetched; without it no connection is made. ``language`` (ISO 639-1) overrides what is detected.
    ``encoder`` is one from :func:`servanda.encoders.load`, or its name (``"e5"``); without one the grammar of the
    language's pack reads alone, and of a language that has no pack only the structure is read.

    Every offset counts code points of ``statement.source.text``, half-open. Deterministic.

    Raises ServandaError, whose message is one line for the user: SourceError where the input cannot be read,
    UsageError where an argument is not one of those allowed, PackError where a language pack is broken.

        servanda.read("statement.docx").commitments[0].strength
    """
    from servanda.reading.pipeline import read_source
    from servanda.records import Source

    if isinstance(encoder, str):
        from servanda.encoders import load

        encoder = load(encoder)
    if not isinstance(source, Source):
        from servanda.sources import open_source

        source = open_source(source, fetch=fetch)
    return read_source(source, language=language, encoder=encoder)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"servanda.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'servanda' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
