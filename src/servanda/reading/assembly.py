"""Puts the parts that were read together to a statement."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from servanda.reading.identity import Identity
from servanda.records import Commitment, Expression, Instrument, Section, Segment, Source, Statement
from servanda.version import __version__

NOTHING_FOUND = "no commitments found: this does not look like a joint statement"


def _unique(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x for row in rows for x in row))


def _instruments(commitments: Sequence[Commitment]) -> tuple[Instrument, ...]:
    return tuple(dict.fromkeys(i for c in commitments for i in c.instruments))


def statement(
    source: Source,
    language: str,
    identity: Identity,
    sections: tuple[Section, ...],
    cut: tuple[Segment, ...],
    commitments: list[Commitment],
    notes: list[str],
    versions: list[tuple[str, str]],
) -> Statement:
    """Puts a statement together, gives its commitments their sections, and says so where it has none."""
    inside = sorted((s for s in cut if s.section), key=lambda s: s.start)
    starts = [s.start for s in inside]
    made = []
    for c in commitments:
        at = bisect_right(starts, c.start) - 1
        made.append(replace(c, section=inside[at].section if at >= 0 else None))
    if not made:
        notes.append(NOTHING_FOUND)
    return Statement(
        source=source, title=identity.title, type=identity.type, parties=identity.parties,
        relationship=identity.relationship, adopted=identity.adopted, place=identity.place,
        original_languages=identity.original_languages, equally_authentic=identity.equally_authentic,
        expression=Expression(
            language, identity.kind, identity.reason, identity.source_url, identity.publisher
        ),
        sections=sections, segments=cut, commitments=tuple(made), mechanisms=_unique([c.mechanisms for c in made]),
        instruments=_instruments(made), forums=_unique([c.forums for c in made]), notes=tuple(notes),
        versions=(("servanda", __version__), *versions),
    )  # fmt: skip


def unread(source: Source) -> Statement:
    """A statement of which nothing was read but that it is there: for work on bare lines."""
    nothing = Expression(None, "unknown", "The text was not read.", source.url, source.publisher)
    return Statement(
        source=source,
        title=source.title,
        type=None,
        parties=(),
        relationship=None,
        adopted=None,
        place=None,
        original_languages=(),
        equally_authentic=None,
        expression=nothing,
        sections=(),
        segments=(),
        commitments=(),
        mechanisms=(),
        instruments=(),
        forums=(),
        versions=(("servanda", __version__),),
    )
