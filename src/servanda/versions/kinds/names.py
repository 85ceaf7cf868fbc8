"""Names of states, seas, places, organisations and agreements that one version has and the other has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from servanda import packs
from servanda.reading.states import state_forms
from servanda.records import Discrepancy, DiscrepancyKind
from servanda.versions.facts import Fact, FactKind, Facts, place_keys
from servanda.versions.rows import Comparison, Row
from servanda.versions.telling import told

# What a name that stands in one version alone is worth. Parties are so often "both countries" that it says little.
_ALONE: dict[FactKind, tuple[int, float]] = {
    "state": (3, 0.6), "sea": (3, 0.6), "region": (2, 0.5), "place": (2, 0.55), "forum": (2, 0.6),
    "instrument": (2, 0.55), "language": (2, 0.55),
}  # fmt: skip


def names(c: Comparison) -> Iterator[Discrepancy]:
    """Names replaced, missing and added, sentence by sentence."""
    for row in c.sentences:
        if row.a and row.b:
            for kind in _ALONE:
                yield from _compare(c, row, kind)
    yield from _literal(c)


def _compare(c: Comparison, row: Row, kind: FactKind) -> Iterator[Discrepancy]:
    home = c.around(row)
    a, b = c.a.among(row.a, kind), c.b.among(row.b, kind)
    wide_a = {f.key for f in c.a.among(home.a, kind)}
    wide_b = {f.key for f in c.b.among(home.b, kind)}
    parties = set(c.alignment.a.parties) | set(c.alignment.b.parties)
    lost = [f for f in _firsts(a) if f.key not in wide_b and _comparable(kind, f, c.b)]
    new = [f for f in _firsts(b) if f.key not in wide_a and _comparable(kind, f, c.a)]
    if kind == "state" and {f.key for f in (*lost, *new)} <= parties:
        exchanged = list(_exchanged(c, a, b))
        if exchanged:  # one party named in the other's place
            yield from exchanged
            return
    sureness = {f.key for f in (*lost, *new) if f.sure}
    while lost and new and (lost[0].key in sureness or new[0].key in sureness):
        x, y = lost.pop(0), new.pop(0)
        if {x.key, y.key} & sureness and not _related(kind, x, y):
            yield _replaced(c, kind, x, y, 0.85)
    for side, rest in (("a", lost), ("b", new)):
        for f in rest:
            yield from _alone(c, row, kind, side, f, f.key in parties)


def _firsts(facts: Sequence[Fact]) -> list[Fact]:
    seen: dict[str, Fact] = {}
    for f in facts:
        seen.setdefault(f.key, f)
    return list(seen.values())


def _related(kind: FactKind, x: Fact, y: Fact) -> bool:
    """Whether two keys are of one thing: an organ and its organisation, an agreement and its amendment."""
    return kind in ("forum", "instrument") and (x.key in y.key or y.key in x.key)


def _comparable(kind: FactKind, f: Fact, other: Facts) -> bool:
    """Whether the other language has a form by which the name would have been found there."""
    if kind == "state":
        return f.key in state_forms(other.language)
    if kind == "language":
        return other.has_pack and f.key in packs.load(other.language).languages
    if kind == "place":
        return other.has_pack and f.key in place_keys(other.language)
    table = {"sea": "seas", "region": "seas", "forum": "forums", "instrument": "instruments"}[kind]
    row = packs.vocabulary(table).get(f.key, {})
    return bool(row.get(other.language) or row.get("any"))


def _replaced(c: Comparison, kind: FactKind, x: Fact, y: Fact, confidence: float) -> Discrepancy:
    if c.summary:
        confidence -= 0.25
    one, two = c.names
    return told(
        _kind(kind),
        3 if kind in ("state", "sea", "place") else 2,
        c.passage("a", x.start, x.end),
        c.passage("b", y.start, y.end),
        round(confidence, 2),
        "name-differs",
        one=one,
        two=two,
        kind=("fact", kind),
        of_one=(kind, x.key),
        said_one=c.a.said(x),
        of_two=(kind, y.key),
        said_two=c.b.said(y),
    )


def _kind(kind: FactKind) -> DiscrepancyKind:
    return "instrument" if kind == "instrument" else "name"


def _alone(c: Comparison, row: Row, kind: FactKind, side: str, f: Fact, party: bool) -> Iterator[Discrepancy]:
    severity, confidence = _ALONE[kind]
    if not f.sure:
        return
    if party:
        severity, confidence = 2, 0.3
    here, there = (c.a, c.b) if side == "a" else (c.b, c.a)
    if any(g.key == f.key for g in there.rows if g.kind == kind):
        confidence += 0.05  # the other version has a word for it, so it was not merely missed
    elif kind in ("instrument", "place"):
        confidence -= 0.1
    if _kept_word(here.said(f), there, row.b if side == "a" else row.a):
        return
    if c.summary and side != c.summary:
        confidence = min(confidence, 0.5 if kind == "instrument" else 0.35)
    own, other = c.names if side == "a" else c.names[::-1]
    spans = row.b if side == "a" else row.a
    answer = c.whole("b" if side == "a" else "a", spans)
    passage = c.passage(side, f.start, f.end)
    yield told(
        _kind(kind),
        severity,
        passage if side == "a" else answer,
        answer if side == "a" else passage,
        round(confidence, 2),
        "name-missing",
        own=own,
        other=other,
        kind=("fact", kind),
        name=(kind, f.key),
        said=here.said(f),
    )


def _kept_word(said: str, other: Facts, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the other version has the very word, though its gazetteer does not know it."""
    return any(said.casefold() in other.text[a:b].casefold() for a, b in spans)


def _exchanged(c: Comparison, a: Sequence[Fact], b: Sequence[Fact]) -> Iterator[Discrepancy]:
    """The same states, one of them once too often and another once too seldom."""
    ca, cb = Counter(f.key for f in a), Counter(f.key for f in b)
    if len(a) != len(b) or ca == cb:
        return
    gone, come = ca - cb, cb - ca
    confidence = 0.8 if sum(gone.values()) == 1 else 0.6
    matcher = SequenceMatcher(None, [f.key for f in a], [f.key for f in b], autojunk=False)
    spots = [
        (i, j)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag == "replace"
        for i, j in zip(range(i1, i2), range(j1, j2), strict=False)
        if a[i].key in gone and b[j].key in come
    ]
    if not spots:
        key, other = next(iter(gone)), next(iter(come))
        i = max(k for k, f in enumerate(a) if f.key == key)
        j = max(k for k, f in enumerate(b) if f.key == other)
        spots = [(i, j)]
    for i, j in spots[:2]:
        yield _replaced(c, "state", a[i], b[j], confidence)


def _literal(c: Comparison) -> Iterator[Discrepancy]:
    """Seas rendered word for word by what is no name of a sea in the language."""
    for row in c.sentences:
        for side, here, there in (("a", c.a, c.b), ("b", c.b, c.a)):
            mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
            for f in _firsts([f for f in here.among(mine, "sea") if f.literal]):
                answer = next((g for g in there.among(other, "sea") if g.key == f.key), None)
                if answer is None or answer.literal:
                    continue
                x, y = c.passage(side, f.start, f.end), c.passage("b" if side == "a" else "a", answer.start, answer.end)
                yield told(
                    "name",
                    2,
                    x if side == "a" else y,
                    y if side == "a" else x,
                    0.7,
                    "sea-literal",
                    other=c.names[1 if side == "a" else 0],
                    said=here.said(f),
                    answer=there.said(answer),
                    sea=("sea", f.key),
                    language=("language", here.language),
                )
