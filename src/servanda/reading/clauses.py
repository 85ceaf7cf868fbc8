"""Reads every sentence of the instrument with the grammar of its language: which clauses and which commitments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from servanda.reading.actors import Names
from servanda.reading.grammar import Reader
from servanda.reading.grammar_last import LastReader
from servanda.reading.layout import Paragraph
from servanda.reading.lexicon import Found, Lexicon
from servanda.reading.matching import Tokens
from servanda.reading.sentence import Draft, Parsed, View
from servanda.reading.sentences import sentences
from servanda.records import SegmentClass

LONGEST = 2_000
"""Tokens; a longer "sentence" is a table or no prose at all, and is not read by the grammar. Real ones have 600."""
_STATEMENTS = ("joint-statement", "joint-declaration", "joint-communique", "declaration")
"""Types that may be the statement itself; to sign a plan or an agreement is an act of its own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the grammar read it. Offsets in code points, ``first`` and ``last`` token indices."""

    paragraph: int
    start: int
    end: int
    first: int
    last: int
    parsed: Parsed
    formal: bool = False
    """Whether it tells of adoption, originals or languages; then it holds no commitment."""
    framework: bool = False
    """Whether its subject is the partnership or the statement itself."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The commitments in the making that the sentence holds."""
        return self.parsed.drafts


class Document:
    """What all steps share: the tokens of the text and what the lexicon found in them, each made once."""

    def __init__(self, text: str, tokens: Tokens, lexicon: Lexicon) -> None:
        self.text = text
        self.tokens = tokens
        self.lexicon = lexicon
        self.head = lexicon.find("head", tokens)
        self.aside = lexicon.find("aside", tokens)
        self.reference = lexicon.find("reference", tokens)
        self.page = lexicon.find("page", tokens)
        self._places = {
            id(rows): [f.first for f in rows] for rows in (self.head, self.aside, self.reference, self.page)
        }
        self.bodies = [f for f in self.reference if f.kind == "body"]
        self.name(Names((), {}))

    def name(self, names: Names) -> None:
        """Tells the document where its parties are named; they are known only once its noise is."""
        self.names = names
        acting = [f for f in self.reference if f.kind in ("body", "mechanism")]
        self.spans = sorted({*names.spans, *((f.first, f.last) for f in acting)})
        self._span_starts = [a for a, _ in self.spans]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Token indices (half-open) of a stretch of the text."""
        return bisect_left(self.tokens.starts, start), bisect_left(self.tokens.starts, end)

    def within(self, rows: Sequence[Found], first: int, last: int) -> list[Found]:
        """Of what one layer found, that which lies within the tokens ``first`` to ``last``."""
        places = self._places[id(rows)]
        at = bisect_left(places, first)
        out = []
        while at < len(rows) and places[at] < last:
            if rows[at].last <= last:
                out.append(rows[at])
            at += 1
        return out

    def named(self, first: int, last: int) -> list[tuple[int, int]]:
        """Token spans of parties, bodies and mechanisms within ``first`` to ``last``: what may be a subject."""
        at = bisect_left(self._span_starts, first)
        out = []
        while at < len(self.spans) and self.spans[at][0] < last:
            if self.spans[at][1] <= last:
                out.append(self.spans[at])
            at += 1
        return out

    def speaks(self, p: Paragraph) -> bool:
        """Whether a paragraph has a sentence of the sides: a side named together, and a modal word or stance."""
        first, last = self.range(p.body, p.end)
        rows = self.within(self.head, first, last)
        sides = [f for f in rows if f.kind == "subject" and f.pattern.value == "both"]
        if not sides:
            return False
        heads = [f for f in rows if f.kind in ("modal", "stance", "welcome", "verb")]
        return any(-1 <= f.first - s.last <= 2 or f.head <= s.first <= f.tail for s in sides for f in heads)


def parse(document: Document, paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    """The sentences of all paragraphs that are neither noise nor headings, in order."""
    out: list[Sentence] = []
    pack = document.lexicon.pack
    inherited: tuple[str, str] | None = None
    for n, p in enumerate(paragraphs):
        if p.noise is not None:
            continue
        if p.heading:
            inherited = (
                _lead_in(document, *document.range(p.body, p.end)) if _announces(document, p.start, p.end) else None
            )
            continue
        item = p.bullet or p.number is not None or document.text[p.body : p.body + 1].islower()
        spans = sentences(document.text, p.body, p.end, pack)
        lead = inherited if item else None
        for k, (start, end) in enumerate(spans):
            first, last = document.range(start, end)
            if any(f.kind == "formal" for f in document.within(document.page, first, last)):
                out.append(Sentence(n, start, end, first, last, Parsed((), ()), formal=True))
                continue
            if last - first > LONGEST:
                out.append(Sentence(n, start, end, first, last, Parsed((), ())))
                continue
            found = document.within(document.head, first, last)
            aside = document.within(document.aside, first, last)
            page = document.within(document.page, first, last)
            types = [f.first for f in page if f.kind == "type" and f.pattern.value in _STATEMENTS]
            view = View(
                document.tokens,
                found,
                aside,
                document.named(first, last),
                first=first,
                last=last,
                types=types,
                alone=document.lexicon.is_verb,
                marker=document.lexicon.is_marker,
            )
            if pack.modal_last:
                parsed = LastReader(view).read()
            else:
                parsed = Reader(view, pack, inherited=lead if k == 0 else None).read()
            subject = next((f for f in found if f.kind == "subject"), None)
            framework = subject is not None and subject.pattern.value == "framework" and subject.first <= first + 2
            out.append(Sentence(n, start, end, first, last, parsed, framework=framework))
            if k == len(spans) - 1:
                if _announces(document, start, end):
                    inherited = parsed.open_modal or (None if parsed.drafts else _lead_in(document, first, last))
                elif not item:
                    inherited = None
    return out


def _announces(document: Document, start: int, end: int) -> bool:
    return document.text[start:end].rstrip("*_ \n").endswith((":", "："))


def _lead_in(document: Document, first: int, last: int) -> tuple[str, str]:
    """The modal under which a list stands that the words announce with a colon: their last one, else declared."""
    found = document.within(document.head, first, last)
    modal = [f for f in found if f.kind == "modal"]
    if modal:
        return modal[-1].pattern.value or "declared", modal[-1].pattern.id
    sides = [f for f in found if f.kind == "subject" and f.pattern.value == "both"]
    return "declared", sides[-1].pattern.id if sides else ""


def classes(sentence: Sentence, tokens: Tokens, default: SegmentClass) -> list[tuple[int, int, SegmentClass]]:
    """The classified stretches of a sentence (offsets in code points), in order and without gaps.

    A clause of which the grammar could say nothing goes with the one after it, or the one before.
    """
    clauses = [c for c in sentence.parsed.clauses if c.first < c.last]
    kinds = [c.kind for c in clauses]
    if not clauses or set(kinds) == {"unknown"}:
        return [(sentence.start, sentence.end, default)]
    for n in range(len(kinds) - 2, -1, -1):
        kinds[n] = kinds[n + 1] if kinds[n] == "unknown" else kinds[n]
    for n in range(1, len(kinds)):
        kinds[n] = kinds[n - 1] if kinds[n] == "unknown" else kinds[n]
    out: list[tuple[int, int, SegmentClass]] = []
    start = sentence.start
    for n, kind in enumerate(kinds):
        end = sentence.end
        if n + 1 < len(clauses):
            k = clauses[n + 1].first
            while k < clauses[n + 1].last - 1 and not tokens.norms[k].isalnum():
                k += 1
            end = tokens.starts[k]
        if out and out[-1][2] == kind:
            out[-1] = (out[-1][0], end, out[-1][2])
        elif start < end:
            out.append((start, end, kind))  # type: ignore[arg-type]
        start = end
    return out
