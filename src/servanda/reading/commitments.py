"""From what the grammar drafted to commitments with every field of the coding manual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servanda.reading.actors import actors
from servanda.reading.areas import Terms, choose, first_of
from servanda.reading.clauses import Document, Sentence
from servanda.reading.lexicon import Found
from servanda.reading.sentence import Draft
from servanda.records import Modality, Strength

_CLOSERS = {")": "(", "]": "[", "”": "“", "»": "«", '"': '"', "’": "‘"}


@dataclass(frozen=True, slots=True)
class Read:
    """A commitment before its references are known. Offsets in code points, half-open."""

    draft: Draft
    sentence: Sentence
    start: int
    end: int
    modality: Modality
    strength: Strength
    action: str
    actors: tuple[str, ...]
    areas: tuple[str, ...]
    own_areas: bool
    """Whether the object itself names the area."""


def span(document: Document, draft: Draft, limit: int) -> tuple[int, int]:
    """The characters of a draft: its tokens, and a bracket or quotation mark that closes one opened inside."""
    start = document.tokens.starts[draft.first]
    end = document.tokens.ends[draft.last - 1]
    text = document.text
    while end < limit and text[end] in _CLOSERS:
        opener = _CLOSERS[text[end]]
        inside = text[start:end]
        closes = inside.count(opener) % 2 == 1 if opener == '"' else inside.count(opener) > inside.count(text[end])
        if not closes:
            break
        end += 1
    return start, end


def strength(draft: Draft, mutual: bool) -> Strength:
    """The force that is left after the inner verb has had its say (docs/coding.md, section 3).

    ``mutual``: the sides support each other, or one the other.
    """
    if draft.action == "study":
        return "exploratory"
    if draft.modality == "encouraging":
        return "encouraging"
    if draft.action == "encourage" or (draft.action == "support" and not mutual and not draft.merged):
        return "encouraging"
    return "agreed" if draft.modality == "declared" else draft.modality  # type: ignore[return-value]


def build(
    document: Document,
    sentences: Sequence[Sentence],
    parties: Sequence[str],
    headings: Sequence[tuple[int, int] | None],
) -> list[Read]:
    """Commitments of all sentences, in order of their places.

    ``headings[i]`` is the token span of the section title above paragraph ``i``, or None.
    """
    terms = Terms(document.lexicon, document.tokens)
    out: list[Read] = []
    last_own: tuple[int, tuple[str, ...]] = (-1, ())
    for s in sentences:
        found = document.within(document.head, s.first, s.last)
        bodies = [b for b in document.bodies if s.first <= b.first and b.last <= s.last]
        reciprocal = [f.first for f in document.within(document.aside, s.first, s.last) if f.kind == "reciprocal"]
        heading = headings[s.paragraph]
        named = choose(terms.weigh(*heading)) if heading else ()
        title = named[:2]
        narrow = title if len(named) <= 2 else ()  # a title of many fields says little of one commitment
        own: dict[int, tuple[str, ...]] = {}
        for d in s.drafts:
            own[id(d)] = _own(terms, d, found, [(k.first, k.last) for k in s.drafts if k.parent is d])
        for d in s.drafts:
            chain = [x for x in s.drafts if x.chain == d.chain and x is not d and x.first > d.first]
            before = choose(terms.weigh(s.first, min(x.first for x in s.drafts if x.chain == d.chain)))
            previous = last_own[1] if last_own[0] == s.paragraph else ()
            tail = own[id(chain[-1])] if chain else ()
            around: tuple[tuple[str, ...], ...] = (before, narrow, tail, own.get(id(d.parent), ()), previous, title)
            if own[id(d)] == ("political-dialogue",):
                # "exchange delegations" under "Defence" is of defence: what leads in may say the field
                around = tuple(c for c in (before, title) if c and "political-dialogue" not in c and c != ("general",))
                areas = first_of((*around, own[id(d)]))
            else:
                areas = first_of((own[id(d)], *around))
            if own[id(d)]:
                last_own = (s.paragraph, areas)
            start, end = span(document, d, s.end)
            near = any(d.verb <= at <= d.verb_end + 2 for at in reciprocal) or (
                bool(document.names.within(d.verb_end, d.verb_end + 3))
                and d.modality not in ("declared", "encouraging")
            )
            modality: Modality = d.modality  # type: ignore[assignment]
            out.append(
                Read(
                    d,
                    s,
                    start,
                    end,
                    modality,
                    strength(d, near),
                    d.action,
                    actors(d.subject, document.names, found, bodies, parties),
                    areas,
                    bool(own[id(d)]),
                )
            )
    out.sort(key=lambda r: (r.start, -r.end))
    return out


def _own(terms: Terms, d: Draft, found: Sequence[Found], parts: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    purpose = next((f.first for f in found if f.kind in ("purpose", "result") and d.verb_end <= f.first < d.last), None)
    before = d.passive or d.verb - d.first > d.last - d.verb_end  # the object stands before its verb
    first = min(d.first, d.verb) if before else d.verb
    return choose(terms.weigh(first, d.last, purpose, parts))
