"""The way from a source to a statement, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from servanda import packs
from servanda.errors import SourceTooLarge
from servanda.reading import noise, segments
from servanda.reading.areas import nearest
from servanda.reading.assembly import statement
from servanda.reading.clauses import Document, Sentence, classes, parse
from servanda.reading.commitments import Read, build
from servanda.reading.confidence import confidence
from servanda.reading.dates import calendar
from servanda.reading.identity import Identity, detect, detect_each, identify
from servanda.reading.layout import Paragraph, paragraphs
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.reading.people import named
from servanda.reading.references import Cited, References, find_references
from servanda.reading.sentence import Parsed
from servanda.reading.unpacked import read_unpacked
from servanda.records import Commitment, Source, Statement

if TYPE_CHECKING:
    from servanda.reading.nearness import Encoder

MOST_CHARACTERS = 3_000_000
"""What is read of one source; a thick book has about a million."""
SPARSE, SPARSE_WITH_PARTIES = 0.15, 0.05
"""Commitments a sentence below which a text that nowhere names an instrument of this kind is no statement: licences
and manuals promise here and there, statements in every other sentence. States named as parties speak for it.
"""
DATELINE = 90
"""Characters; a line that only says where and when is no longer."""


def read_source(source: Source, *, language: str | None = None, encoder: Encoder | None = None) -> Statement:
    """Reads a source: its layout, its noise, whose statement it is, what it undertakes.

    ``language`` (ISO 639-1) overrides what is detected. ``encoder`` helps with the areas of commitments whose words
    name none, and reads languages that have no pack; without it those are read by their layout alone.
    Deterministic; nothing is fetched. Raises PackError where a pack is broken and SourceTooLarge past
    MOST_CHARACTERS.
    """
    if source.characters > MOST_CHARACTERS:
        raise SourceTooLarge(
            f"{source.name} has {source.characters:,} characters; up to {MOST_CHARACTERS:,} are read. A joint "
            "statement has some tens of thousands: give the statement alone, or the book in parts."
        )
    rows = paragraphs(source)
    language = language or detect(source.text)
    if language not in packs.available():
        return read_unpacked(source, rows, language, encoder)
    lexicon = Lexicon.of(language)
    document = Document(source.text, tokenise(source.text), lexicon)
    page = [document.within(document.page, *document.range(p.start, p.end)) for p in rows]
    rows = noise.mark(source.text, rows, page, lambda i: document.speaks(rows[i]))
    identity = identify(source, rows, lexicon.pack, language)
    document.name(named(document, rows, identity.parties))
    sentences = parse(document, rows)
    found = build(document, sentences, identity.parties, _titles(document, rows))
    least = SPARSE_WITH_PARTIES if identity.parties else SPARSE
    if identity.type is None and len(found) < least * len(sentences):
        found, sentences = [], [replace(s, parsed=Parsed((), ())) for s in sentences]
    if encoder is not None:
        found = _with_areas(found, source.text, encoder)
    made = _commitments(found, document, find_references(document, rows, adopted=identity.adopted))
    sections, cut = segments.assemble(source.text, rows, _pieces(document, rows, sentences))
    tongues = detect_each(source.text, [(s.start, s.end) for s in cut], language)
    cut = tuple(replace(s, language=code) for s, code in zip(cut, tongues, strict=True))
    versions = [("pack", f"{language} {lexicon.pack.version}")]
    if encoder is not None:
        versions.append(("encoder", f"{encoder.name} {encoder.version}"))
    return statement(source, language, identity, sections, cut, made, _notes(identity), versions)


def _notes(identity: Identity) -> list[str]:
    if not identity.dated_by_visit:
        return []
    return [f"The text does not say when it was adopted; {identity.adopted} is the last day of the visit it tells of."]


def _with_areas(found: Sequence[Read], text: str, encoder: Encoder) -> list[Read]:
    """Asks the encoder for the areas of those commitments whose objects name none."""
    from servanda.reading.nearness import area_scores  # numpy is loaded only where there is an encoder

    silent = [r for r in found if not r.own_areas]
    scores = area_scores(encoder, [text[r.start : r.end] for r in silent]) if silent else []
    better = {id(r): nearest(near, r.areas) for r, near in zip(silent, scores, strict=True)}
    return [replace(r, areas=better.get(id(r), r.areas)) for r in found]


def _titles(document: Document, rows: Sequence[Paragraph]) -> list[tuple[int, int] | None]:
    """For each paragraph the token span of the section title above it; the document's own title is none."""
    out: list[tuple[int, int] | None] = []
    current: tuple[int, int] | None = None
    seen = False
    for p in rows:
        if p.heading and p.noise is None:
            current = document.range(p.body, p.end) if seen or p.number else None
            seen = True
        elif p.noise is None:
            seen = True
        out.append(current)
    return out


def _pieces(document: Document, rows: Sequence[Paragraph], sentences: Sequence[Sentence]) -> list[list[segments.Piece]]:
    by_paragraph: dict[int, list[Sentence]] = {}
    for s in sentences:
        by_paragraph.setdefault(s.paragraph, []).append(s)
    first = next((s.paragraph for s in sentences if s.drafts), len(rows))
    out: list[list[segments.Piece]] = []
    for n, p in enumerate(rows):
        if p.noise is not None:
            out.append([segments.Piece(p.start, p.end, "noise")])
            continue
        if _dateline(document, p):
            out.append([segments.Piece(p.start, p.end, "formal")])
            continue
        if p.heading:
            out.append([segments.Piece(p.start, p.end, "heading")])
            continue
        parts: list[segments.Piece] = []
        for s in by_paragraph.get(n, ()):
            if s.formal:
                parts.append(segments.Piece(s.start, s.end, "formal"))
                continue
            early = n <= first and not s.framework
            for start, end, kind in classes(s, document.tokens, "narrative" if early else "position"):
                parts.append(segments.Piece(start, end, kind))
        out.append(_covering(document.text, p, parts))
    return out


def _dateline(document: Document, p: Paragraph) -> bool:
    """Whether a short line is nothing but a date, with or without a place: "Hanoi, 5 May 2025"."""
    if p.end - p.start > DATELINE:
        return False
    dates = calendar(document.lexicon.pack.language).dates(document.text, p.body, p.end)
    if not any(d.year and d.month for d in dates):
        return False
    first, last = document.range(p.body, p.end)
    tokens = document.tokens
    inside = sum(any(d.start <= tokens.starts[i] < d.end for d in dates) for i in range(first, last))
    words = sum(tokens.norms[i].isalpha() for i in range(first, last))
    return words - inside <= 4


def _covering(text: str, p: Paragraph, parts: list[segments.Piece]) -> list[segments.Piece]:
    """Makes the pieces of a paragraph cover all of it: the number goes to the first, white space to none."""
    out: list[segments.Piece] = []
    for k, piece in enumerate(parts):
        start = p.start if k == 0 else piece.start
        limit = parts[k + 1].start if k + 1 < len(parts) else p.end
        end = start + len(text[start:limit].rstrip())
        out.append(segments.Piece(start, end, piece.kind))
    return out or [segments.Piece(p.start, p.end, "position")]


def _commitments(found: Sequence[Read], document: Document, references: References) -> list[Commitment]:
    ids = {id(r.draft): f"c{n}" for n, r in enumerate(found, start=1)}
    sentences: dict[int, list[Read]] = {}
    for r in found:
        sentences.setdefault(id(r.sentence), []).append(r)
    out: list[Commitment] = []
    for r in found:
        siblings = sentences[id(r.sentence)]
        chain = [x for x in siblings if x.draft.chain == r.draft.chain]
        cited = _cited(r, siblings, chain, references)
        place = sum(x.draft.first < r.draft.first for x in chain)
        out.append(
            Commitment(
                id=ids[id(r.draft)],
                start=r.start,
                end=r.end,
                quote=document.text[r.start : r.end],
                modality=r.modality,
                strength=r.strength,
                action=r.action,
                actors=r.actors,
                areas=r.areas,
                mechanisms=cited.mechanisms,
                instruments=cited.instruments,
                forums=cited.forums,
                deadline=cited.deadline,
                parent=ids.get(id(r.draft.parent)) if r.draft.parent else None,
                confidence=confidence(r.draft, place),
                patterns=tuple(r.draft.patterns),
            )
        )
    return out


def _cited(r: Read, siblings: Sequence[Read], chain: Sequence[Read], references: References) -> Cited:
    """What a commitment names: in its span; in the words before the modal if it is the first of its sentence; and
    in the shared tail of its chain if its own object names no field ("exchange views and cooperate in the UN").
    """
    own = references.within(r.start, r.end)
    if siblings[0] is r:
        before = references.within(r.sentence.start, r.start)
        own = replace(own, instruments=tuple(dict.fromkeys((*before.instruments, *own.instruments))))
    tail = [x for x in chain if x.draft.parent is None]
    if tail and tail[-1] is not r and not r.own_areas and not own.forums:
        own = replace(own, forums=references.within(tail[-1].start, tail[-1].end).forums)
    return own
