"""The way from a source to a statement, step by step."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from servanda import __version__
from servanda.reading import noise, segments
from servanda.reading.actors import Names
from servanda.reading.clauses import Document, Sentence, classes, parse
from servanda.reading.commitments import Read, build
from servanda.reading.confidence import confidence
from servanda.reading.identity import Identity, detect, identify, name_forms
from servanda.reading.layout import Paragraph, paragraphs
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.reading.references import Cited, References, find_references
from servanda.records import Commitment, Expression, Instrument, Section, Segment, Source, Statement


def read_source(source: Source, *, language: str | None = None) -> Statement:
    """Reads a source: its layout, its noise, whose statement it is, what it undertakes.

    ``language`` (ISO 639-1) overrides what is detected. Deterministic; nothing is fetched.
    """
    rows = paragraphs(source)
    language = language or detect(source.text)
    lexicon = Lexicon.of(language)
    document = Document(source.text, tokenise(source.text), lexicon)
    page = [document.within(document.page, *document.range(p.start, p.end)) for p in rows]
    rows = noise.mark(source.text, rows, page, lambda i: document.speaks(rows[i]))
    identity = identify(source, rows, lexicon.pack, language)
    document.name(Names.find(document.tokens, name_forms(identity.parties, lexicon.pack)))
    sentences = parse(document, rows)
    found = build(document, sentences, identity.parties, _titles(document, rows))
    made = _commitments(found, document, find_references(document, rows, adopted=identity.adopted))
    sections, cut = segments.assemble(source.text, rows, _pieces(document, rows, sentences))
    return _statement(source, language, identity, sections, cut, made, [], [("pack", lexicon.pack.version)])


def _titles(document: Document, rows: Sequence[Paragraph]) -> list[tuple[int, int] | None]:
    """For each paragraph the token span of the section title above it; the document's own title is none."""
    out: list[tuple[int, int] | None] = []
    current: tuple[int, int] | None = None
    seen = False
    for p in rows:
        if p.heading and p.noise is None:
            current = document.range(p.body, p.end) if seen else None
            seen = True
        elif p.noise is None:
            seen = True
        out.append(current)
    return out


def _pieces(
    document: Document, rows: Sequence[Paragraph], sentences: Sequence[Sentence]
) -> list[list[segments.Piece]]:
    by_paragraph: dict[int, list[Sentence]] = {}
    for s in sentences:
        by_paragraph.setdefault(s.paragraph, []).append(s)
    first = next((s.paragraph for s in sentences if s.drafts), len(rows))
    out: list[list[segments.Piece]] = []
    for n, p in enumerate(rows):
        if p.noise is not None:
            out.append([segments.Piece(p.start, p.end, "noise")])
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
    out: list[Commitment] = []
    for r in found:
        refs = _cited(r, found, references)
        out.append(
            Commitment(
                id=ids[id(r.draft)], start=r.start, end=r.end, quote=document.text[r.start : r.end],
                modality=r.modality, strength=r.strength, action=r.action, actors=r.actors, areas=r.areas,
                mechanisms=refs.mechanisms, instruments=refs.instruments, forums=refs.forums, deadline=refs.deadline,
                parent=ids.get(id(r.draft.parent)) if r.draft.parent else None,
                confidence=confidence(r.draft, _place(r, found)), patterns=tuple(r.draft.patterns),
            )  # fmt: skip
        )
    return out


def _place(r: Read, found: Sequence[Read]) -> int:
    return sum(
        1 for x in found if x.sentence is r.sentence and x.draft.chain == r.draft.chain and x.draft.first < r.draft.first
    )


def _cited(r: Read, found: Sequence[Read], references: References) -> Cited:
    """What a commitment names: in its span; in the words before the modal if it is the first of its sentence; and
    in the shared tail of its chain if its own object names no field ("exchange views and cooperate in the UN").
    """
    own = references.within(r.start, r.end)
    siblings = [x for x in found if x.sentence is r.sentence]
    if siblings[0] is r:
        before = references.within(r.sentence.start, r.start)
        instruments = tuple(dict.fromkeys((*before.instruments, *own.instruments)))
        own = replace(own, instruments=instruments)
    tail = [x for x in siblings if x.draft.chain == r.draft.chain and x.draft.parent is None]
    if tail and tail[-1] is not r and not r.own_areas and not own.forums:
        last = references.within(tail[-1].start, tail[-1].end)
        own = replace(own, forums=last.forums)
    return own


def _unique(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x for row in rows for x in row))


def _instruments(commitments: Sequence[Commitment]) -> tuple[Instrument, ...]:
    return tuple(dict.fromkeys(i for c in commitments for i in c.instruments))


def _statement(
    source: Source,
    language: str,
    identity: Identity,
    sections: tuple[Section, ...],
    cut: tuple[Segment, ...],
    commitments: list[Commitment],
    notes: list[str],
    versions: list[tuple[str, str]],
) -> Statement:
    inside = sorted((s for s in cut if s.section), key=lambda s: s.start)
    starts = [s.start for s in inside]
    made = []
    for c in commitments:
        at = bisect_right(starts, c.start) - 1
        made.append(replace(c, section=inside[at].section if at >= 0 else None))
    if not made:
        notes.append("no commitments found: this does not look like a joint statement")
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
