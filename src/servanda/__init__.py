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
    from servanda.records import Alignment as Alignment
    from servanda.records import Commitment as Commitment
    from servanda.records import Discrepancy as Discrepancy
    from servanda.records import Expression as Expression
    from servanda.records import Instrument as Instrument
    from servanda.records import Segment as Segment
    from servanda.records import Source as Source
    from servanda.records import Statement as Statement

__all__ = [
    "Alignment", "Commitment", "Discrepancy", "Expression", "Instrument", "Segment", "ServandaError", "Source",
    "Statement", "__version__", "align", "read",
]  # fmt: skip

_HOMES = dict.fromkeys(
    ["Alignment", "Commitment", "Discrepancy", "Expression", "Instrument", "Segment", "Source", "Statement"], "records"
) | {"ServandaError": "errors"}  # fmt: skip


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


def align(
    a: str | Path | Source | Statement, b: str | Path | Source | Statement, *, encoder: Encoder | str = "e5"
) -> Alignment:
    """Puts two versions of one statement side by side: what answers to what, and where they differ.

    ``a`` and ``b`` are what :func:`read` takes, or what it returned. ``encoder`` is one from
    :func:`servanda.encoders.load`, or its name; languages without a pack are read with it too. Discrepancies come
    gravest first; those of a confidence of 0.5 or more are worth showing (``servanda.versions.discrepancies.SHOWN``).

    Raises NotVersions where the two are not versions of one statement, and what :func:`read` raises.

        servanda.align("vietnamese.txt", "swedish.html").discrepancies[0].explanation
    """
    from servanda import packs
    from servanda.records import Source, Statement
    from servanda.versions import align_statements, remembering, require_same_work
    from servanda.versions.discrepancies import audit

    if isinstance(encoder, str):
        from servanda.encoders import load

        encoder = load(encoder)
    read_: list[Statement] = []
    for given in (a, b):
        if isinstance(given, Statement):
            read_.append(given)
            continue
        if not isinstance(given, Source):
            from servanda.sources import open_source

            given = open_source(given)
        statement = read(given)
        packed = statement.expression.language in packs.available()
        read_.append(statement if packed else read(given, encoder=encoder))
    known = remembering(encoder)
    require_same_work(read_[0], read_[1], known)
    return audit(align_statements(read_[0], read_[1], known), known)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"servanda.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'servanda' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
