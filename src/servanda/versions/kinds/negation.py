"""A denial that stands in one version alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from servanda.reading.lexicon import Lexicon
from servanda.records import Discrepancy
from servanda.versions.facts import Fact, Facts
from servanda.versions.rows import Comparison, Span
from servanda.versions.telling import told

_INSIDE = frozenset({"az", "kk", "tr", "uz"})  # languages that deny within the verb, where it is not always seen
_AT_MODAL = 3  # tokens between a modal word and the denial that it governs


def negation(c: Comparison) -> Iterator[Discrepancy]:
    """Sentences in which one version denies a verb and the other has neither a "not" nor a word that holds one.

    Languages deny by different means (not to restrict, to refrain from restricting, unhindered), so a denial counts
    as answered by any word that holds one.
    """
    if not (c.a.has_pack and c.b.has_pack):
        return
    for row in c.sentences:
        if not row.a or not row.b:
            continue
        for side, here, there in (("a", c.a, c.b), ("b", c.b, c.a)):
            mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
            denied = here.among(mine, "negation")
            held = here.among(mine, "absence")
            answers = there.among(other, "negation", "absence")
            bare = _governing(here, mine, [f for f in denied if f.sure])
            bare = bare or _governing(here, mine, [f for f in denied if not f.sure], reach=0)
            if bare and not _governing(there, other, answers):
                yield _denial(c, side, bare[0], other, 0.4 if c.summary or there.language in _INSIDE else 0.7)
                continue
            if not denied or len(answers) >= len(denied):
                continue
            plain = [f for f in denied if f.sure]
            if answers and not (plain and not there.among(other, "negation")):
                continue
            confidence = 0.75 if not answers else 0.35
            if not plain:
                confidence -= 0.35  # one word denies verbs, adjectives and nouns alike there
            if held and answers:
                continue
            if c.summary:
                confidence -= 0.3
            yield _denial(c, side, (plain or denied)[0], other, confidence)


def _denial(c: Comparison, side: str, f: Fact, other: Sequence[Span], confidence: float) -> Discrepancy:
    passage = c.passage(side, f.start, _word_after((c.a if side == "a" else c.b).text, f.end))
    answer = c.whole("b" if side == "a" else "a", other)
    own, rest = c.names if side == "a" else c.names[::-1]
    return told(
        "negation",
        3,
        passage if side == "a" else answer,
        answer if side == "a" else passage,
        round(confidence, 2),
        "negation-differs",
        own=own,
        other=rest,
        quote=passage.quote,
    )


def _governing(facts: Facts, spans: Sequence[Span], denials: Sequence[Fact], reach: int = _AT_MODAL) -> list[Fact]:
    """Those denials that stand at a modal word, and so deny the undertaking itself: "agreed not to", "sẽ không"."""
    lexicon = Lexicon.of(facts.language)
    out: list[Fact] = []
    for a, b in spans:
        first, last = facts.token_range(a, b)
        modals = [(f.first, f.last) for f in lexicon.find("head", facts.tokens, first, last) if f.kind == "modal"]
        for d in denials:
            i, _ = facts.token_range(d.start, d.end)
            if a <= d.start < b and any(x - reach <= i < y + max(reach, 1) for x, y in modals):
                out.append(d)
    return out


def _word_after(text: str, end: int) -> int:
    """The end of the word that follows, so that the passage shows what is denied."""
    at = end
    while at < len(text) and text[at] == " ":
        at += 1
    while at < len(text) and text[at].isalnum():
        at += 1
    return at
