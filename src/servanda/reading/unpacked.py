"""Reads a text in a language that has no pack: its structure by layout, its commitments by nearness in meaning.

Nothing here is sure: every commitment says so by its confidence, and the statement by a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from servanda import packs
from servanda.reading import noise, segments
from servanda.reading.assembly import statement
from servanda.reading.identity import identify
from servanda.reading.layout import Paragraph
from servanda.records import Commitment, Source, Statement

if TYPE_CHECKING:
    from servanda.reading.nearness import Encoder

STANDS_IN = "en"
"""The pack whose page words, names of states and dates serve where the language has none of its own."""
NO_PACK = (
    "There is no language pack for {language!r} (there are packs for {packs}): commitments were found by nearness "
    "in meaning to labelled sentences of other languages, with low confidence. Check each against the text."
)
NO_ENCODER = (
    "There is no language pack for {language!r} (there are packs for {packs}), and no encoder was given: only the "
    "structure was read. Read again with the encoder to find commitments by nearness in meaning."
)


def read_unpacked(source: Source, rows: Sequence[Paragraph], language: str, encoder: Encoder | None) -> Statement:
    """Reads by layout and, where there is an encoder, by nearness. Offsets as everywhere."""
    pack = packs.load(STANDS_IN)
    rows = noise.mark(source.text, rows, [[] for _ in rows], lambda i: False)
    identity = identify(source, rows, pack, language)
    template = NO_ENCODER if encoder is None else NO_PACK
    notes = [template.format(language=language, packs=", ".join(packs.available()))]
    made: list[Commitment] = []
    pieces: list[list[segments.Piece]] = [
        [segments.Piece(p.start, p.end, "noise" if p.noise else "heading" if p.heading else "position")] for p in rows
    ]
    versions = [("pack", "none")]
    if encoder is not None:
        versions.append(("encoder", f"{encoder.name} {encoder.version}"))
        _near(source.text, rows, encoder, made, pieces)
    sections, cut = segments.assemble(source.text, rows, pieces)
    return statement(source, language, identity, sections, cut, made, notes, versions)


def _near(
    text: str,
    rows: Sequence[Paragraph],
    encoder: Encoder,
    made: list[Commitment],
    pieces: list[list[segments.Piece]],
) -> None:
    """Adds the commitments found by nearness to ``made`` and replaces the pieces of their paragraphs."""
    from servanda.reading.nearness import read_without_pack  # numpy is loaded only where there is an encoder

    by_paragraph: dict[int, list[segments.Piece]] = {}
    for s in read_without_pack(text, rows, encoder):
        by_paragraph.setdefault(s.paragraph, []).append(segments.Piece(s.start, s.end, s.kind))
        for c in s.commitments:
            areas = tuple(slug for slug, chance in c.areas.items() if chance >= 0.4)[:3] or tuple(c.areas)[:1]
            made.append(
                Commitment(
                    id=f"c{len(made) + 1}",
                    start=c.start,
                    end=c.end,
                    quote=text[c.start : c.end],
                    modality=c.modality,
                    strength=c.strength,
                    action=c.action,
                    actors=("both",),
                    areas=areas,
                    confidence=round(c.confidence, 2),
                    patterns=("nearness",),
                )
            )
    for n, found in by_paragraph.items():
        if rows[n].noise is None:
            found[0] = segments.Piece(rows[n].start, found[0].end, found[0].kind)
            pieces[n] = found
