"""Cuts paragraphs into segments of one class, finds the sections, and gives both their Akoma Ntoso eIds.

eIds count only what belongs to the instrument, so that they stay when the noise around it changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from servanda.reading.layout import Paragraph
from servanda.records import Section, Segment, SegmentClass

_ID = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph with its class, before segments are numbered."""

    start: int
    end: int
    kind: SegmentClass


def assemble(
    text: str, paragraphs: Sequence[Paragraph], pieces: Sequence[Sequence[Piece]]
) -> tuple[tuple[Section, ...], tuple[Segment, ...]]:
    """Sections and segments of a document.

    ``pieces[i]`` are the classified stretches of paragraph ``i``, in order; neighbours of one class are joined.
    """
    sections: list[tuple[str, str, str, int]] = []
    segments: list[Segment] = []
    section_id: str | None = None
    section_eid: str | None = None
    parents: list[tuple[int, str]] = []
    counts: dict[str, int] = {}
    started = False
    for p, parts in zip(paragraphs, pieces, strict=True):
        joined = _joined(parts)
        is_heading = len(joined) == 1 and joined[0].kind == "heading"
        instrument = any(piece.kind != "noise" for piece in joined)
        eid: str | None = None
        if is_heading and not started and p.number is None:
            eid = "preface__docTitle"
            started = True
        elif is_heading:
            level = p.level or 2
            while parents and parents[-1][0] >= level:
                parents.pop()
            above = parents[-1][1] if parents else ""
            section_eid = _next(counts, above, "sec", p.number)
            parents.append((level, section_eid))
            section_id = f"s{len(sections) + 1}"
            sections.append((section_id, section_eid, _title(text, p), p.start))
            eid = f"{section_eid}__heading"
        elif instrument:
            started = True
            name = "point" if p.number and not p.bullet else "item" if p.bullet else "para"
            eid = _next(counts, section_eid or "preamble", name, p.number if name == "point" else None)
        for k, piece in enumerate(joined, start=1):
            noise = piece.kind == "noise"
            piece_eid = None if noise or eid is None else eid if len(joined) == 1 else f"{eid}__seg_{k}"
            segments.append(
                Segment(
                    id=f"p{len(segments) + 1}",
                    start=piece.start,
                    end=piece.end,
                    kind=piece.kind,
                    section=None if noise else section_id,
                    number=None if noise else p.number,
                    eid=piece_eid,
                )
            )
    ends = [row[3] for row in sections[1:]] + [max((s.end for s in segments if s.kind != "noise"), default=0)]
    made = tuple(Section(i, e, t, a, max(a, b)) for (i, e, t, a), b in zip(sections, ends, strict=False))
    return made, tuple(segments)


def _joined(parts: Sequence[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in parts:
        if out and out[-1].kind == piece.kind:
            out[-1] = Piece(out[-1].start, piece.end, piece.kind)
        elif piece.start < piece.end:
            out.append(piece)
    return out


def _title(text: str, p: Paragraph) -> str:
    return " ".join(re.sub(r"\*\*|__|</?u>|[*#]+$", " ", text[p.body : p.end]).split()).rstrip(":")


def _next(counts: dict[str, int], above: str, name: str, number: str | None) -> str:
    prefix = f"{above}__" if above else ""
    if number:
        wanted = f"{prefix}{name}_{_ID.sub('-', number)}"
        counts[wanted] = counts.get(wanted, 0) + 1
        return wanted if counts[wanted] == 1 else f"{wanted}-{counts[wanted]}"
    key = f"{prefix}{name}"
    counts[key] = counts.get(key, 0) + 1
    return f"{key}_{counts[key]}"
