"""Words said twice: a mark of machine translation that the reader of one version alone can see."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import normal
from servanda.records import Discrepancy, Passage
from servanda.versions.facts import Facts
from servanda.versions.telling import told

Span = tuple[int, int]
Repetition = tuple[int, int, str, str]
"""(start, end, message that tells it, the words said twice)"""

_FIELD = 9  # tokens between two "including" that are one inside the other
_REDUPLICATING = frozenset({"vi", "zh", "id", "ms", "kk", "az", "tr"})
"""Languages in which a word said twice at once may be grammar."""
_TWICE = frozenset(
    normal(w)
    for w in [
        "that",
        "had",
        "more",
        "och",
        "så",
        "very",
        "vous",
        "nous",
        "hand",
        "på",
        "step",
        "år",
        "by",
        "day",
        "side",
        "face",
        "one",
        "head",
        "point",
    ]
)
_ADJUNCTS = frozenset({"en", "vi", "zh", "fr"})
"""Languages in which what follows a noun may still belong to it, so that "X and X" tells little."""


def repetitions(facts: Facts, spans: Sequence[Span]) -> Iterator[Repetition]:
    """Words said twice within each span, in order."""
    for span in spans:
        first, last = facts.token_range(*span)
        yield from _coordinated(facts, first, last)
        yield from _doubled(facts, first, last)
        yield from _listed(facts, span)
        yield from _including(facts, first, last)


def single(facts: Facts, spans: Sequence[Span]) -> Iterator[Discrepancy]:
    """Repetitions as discrepancies of one version."""
    for start, end, message, said in repetitions(facts, spans):
        yield told("repetition", 1, Passage(start, end, facts.text[start:end]), None, 0.7, message, said=said)


@cache
def _prepositions(language: str) -> frozenset[str]:
    from servanda import packs

    rows = packs.load(language).patterns if language in packs.available() else ()
    kinds = ("preposition", "negation", "relative", "basis", "means")
    return frozenset(normal(f) for p in rows if p.kind in kinds for f in p.forms["forms"] if " " not in f)


@cache
def _joiners(language: str) -> frozenset[str]:
    from servanda import packs

    rows = packs.load(language).patterns if language in packs.available() else ()
    forms = {normal(f) for p in rows if p.kind == "and" for f in p.forms["forms"] if " " not in f and "*" not in f}
    return frozenset(forms | {"/"})


def _coordinated(facts: Facts, first: int, last: int) -> Iterator[Repetition]:
    """ "X and X", of words or pairs of words: the translation has one word for two of the original."""
    t, joiners = facts.tokens, _joiners(facts.language)
    for i in range(first + 1, last - 1):
        if t.norms[i] not in joiners:
            continue
        for size in (3, 2, 1):
            if i - size < first or i + 1 + size > last:
                continue
            left, right = t.norms[i - size : i], t.norms[i + 1 : i + 1 + size]
            if left != right or not all(w.isalpha() and len(w) > 1 for w in left) or (size == 1 and len(left[0]) < 4):
                continue
            if i - size - 1 >= first and size == 1 and t.norms[i - size - 1] == t.norms[i + 1]:
                continue
            after = i + 1 + size
            if facts.language == "ru" and after < last and t.norms[after] == ",":
                continue  # "островным государством и государством, не имеющим ..."
            closed = after >= last or not t.norms[after].isalnum()
            if (after < last and t.norms[after] == "-") or (facts.language in _ADJUNCTS and not closed):
                continue  # "energy and energy security", "cấp cao và cấp cao nhất"
            if not closed and t.norms[after] in _prepositions(facts.language):
                continue  # "an island state and a state without a coast"
            said = facts.text[t.starts[i + 1] : t.ends[i + size]]
            yield t.starts[i - size], t.ends[i + size], "repeated-joined", said
            break


def _doubled(facts: Facts, first: int, last: int) -> Iterator[Repetition]:
    """ "the the", and a pair of words that comes back at once with one word between."""
    t = facts.tokens
    i = first
    while i < last - 1:
        norms = t.norms
        word = norms[i]
        if word.isalpha() and word == norms[i + 1] and facts.language not in _REDUPLICATING and word not in _TWICE:
            yield t.starts[i], t.ends[i + 1], "repeated-at-once", facts.text[t.starts[i] : t.ends[i]]
            i += 2
            continue
        found = False
        for size, between in ((2, 2), (2, 1), (2, 0), (3, 0)):
            j = i + size + between
            if j + size > last or norms[i : i + size] != norms[j : j + size]:
                continue
            middle = norms[i + size : j]
            if not all(w.isalpha() for w in (*norms[i : i + size], *middle)) or set(middle) & _joiners(facts.language):
                continue
            if size == 2 and facts.language not in ("vi",) and between:
                continue  # "from year to year", "for the ... for the"
            if len("".join(norms[i : i + size])) < 5:
                continue
            said = facts.text[t.starts[i] : t.ends[i + size - 1]]
            yield t.starts[i], t.ends[j + size - 1], "repeated-nearby", said
            i = j + size
            found = True
            break
        if not found:
            i += 1


_ITEM = re.compile(r"[,;:]|\s[-–]\s|\n")


def _listed(facts: Facts, span: Span) -> Iterator[Repetition]:
    """An item that stands twice in one list: "UTBILDNING, UTBILDNING, ARBETE"."""
    start, end = span
    cuts = [start, *(m.end() for m in _ITEM.finditer(facts.text, start, end)), end]
    ends = [m.start() for m in _ITEM.finditer(facts.text, start, end)] + [end]
    items = [(a, b, " ".join(facts.text[a:b].split())) for a, b in zip(cuts, ends, strict=False)]
    for (a, b, said), (c, d, again) in itertools.pairwise(items):
        if said and normal(said) == normal(again) and len(said) > 3 and said[0].isalpha() and len(said.split()) <= 6:
            lead = len(facts.text[a:b]) - len(facts.text[a:b].lstrip())
            yield a + lead, c + len(facts.text[c:d].rstrip()), "repeated-in-list", said


def _including(facts: Facts, first: int, last: int) -> Iterator[Repetition]:
    """ "including ..., including": two words of the original (consisting of, among them) have become one."""
    from servanda import packs

    if facts.language not in packs.available():
        return
    found = [f for f in Lexicon.of(facts.language).find("head", facts.tokens, first, last) if f.kind == "including"]
    t = facts.tokens
    for x, y in itertools.pairwise(found):
        same = t.norms[x.first : x.last] == t.norms[y.first : y.last]
        between = t.norms[x.last : y.first]
        if not same or len(between) > _FIELD or set(between) & {".", ";", ":", "(", ")"} or facts.language == "vi":
            continue
        said = facts.text[t.starts[x.first] : t.ends[x.last - 1]]
        yield t.starts[x.first], t.ends[y.last - 1], "repeated-including", said
