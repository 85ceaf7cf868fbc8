"""Terms: one thing by several names within a version, and words that look like the right ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from servanda import packs
from servanda.reading.matching import Matcher, normal
from servanda.records import Discrepancy, Passage
from servanda.versions.facts import Fact, Facts, own_sea
from servanda.versions.rows import Comparison, Row
from servanda.versions.telling import told

_ADJECTIVES = ("ish", "ese", "ian", "an", "ans", "ino", "inos", "ine", "sk", "ska", "skt", "ske", "ic", "ch", "ss", "i")
"""Ends of adjectives and of names of peoples, which may differ from the state's name: Dutch, Filipino."""


def mixed_names(facts: Facts) -> Iterator[Discrepancy]:
    """States that a version calls by two names: Belarus and Vitryssland are one."""
    for code in dict.fromkeys(f.key for f in facts.rows if f.kind == "state"):
        groups: dict[str, list[Fact]] = defaultdict(list)
        for f in facts.rows:
            if f.kind != "state" or f.key != code:
                continue
            said = facts.said(f)
            if not said.isalpha() or not said[0].isupper() or said.isupper() or said.endswith(_ADJECTIVES):
                continue
            groups[_stem(said)].append(f)
        if len(groups) < 2:
            continue
        ranked = sorted(groups.values(), key=len)
        least, most = ranked[0], ranked[-1]
        f = least[0]
        yield told(
            "term",
            1,
            Passage(f.start, f.end, facts.said(f)),
            None,
            0.7,
            "state-two-names",
            state=("sides", code),
            usual=facts.said(most[0]),
            often=("times", len(most)),
            seldom=facts.said(f),
            rarely=("times", len(least)),
        )


def _stem(said: str) -> str:
    return normal(said)[:4]


def far_seas(facts: Facts) -> Iterator[Discrepancy]:
    """A sea on which no party lies, where a party's own name for its sea says the same word for word."""
    statement = facts.statement
    seas: dict[str, Any] = dict(packs.vocabulary("seas"))
    for f in facts.rows:
        if f.kind != "sea" or f.literal:
            continue
        coast = seas[f.key].get("coast", [])
        if not coast or set(coast) & set(statement.parties):
            continue
        for direction, row in packs.vocabulary("false_friends")["sea"].items():
            meant = own_sea(direction, statement.parties)
            if row["mistaken"] != f.key or meant is None or facts.within(0, len(facts.text), "sea") == []:
                continue
            yield told(
                "name",
                3,
                Passage(f.start, f.end, facts.said(f)),
                None,
                0.75,
                "sea-mistaken",
                said=facts.said(f),
                sea=("sea", f.key),
                means=("gloss", "sea", direction, "means"),
                speaker=("sides", _speaker(seas[meant], direction, statement.parties)),
                meant=("sea", meant),
            )


def _speaker(sea: dict[str, Any], direction: str, parties: Sequence[str]) -> str:
    return next(p for p in parties if sea.get("own", {}).get(p) == direction)


@cache
def _matcher(language: str, part: str) -> tuple[Matcher, tuple[str, ...]]:
    keys: list[str] = []
    entries: list[tuple[int, str]] = []
    for key, row in packs.vocabulary("false_friends")["term"].items():
        for form in row.get(part, {}).get(language, ()):
            entries.append((len(keys), form))
        keys.append(key)
    return Matcher(entries, overlapping=True), tuple(keys)


def _find(facts: Facts, spans: Sequence[tuple[int, int]], part: str) -> list[tuple[str, int, int]]:
    matcher, keys = _matcher(facts.language, part)
    out: list[tuple[str, int, int]] = []
    for a, b in spans:
        for hit in matcher.find(facts.tokens, *facts.token_range(a, b)):
            out.append((keys[hit.key], facts.tokens.starts[hit.first], facts.tokens.ends[hit.last - 1]))
    return out


def false_friends(c: Comparison) -> Iterator[Discrepancy]:
    """Words of one version that are the usual mistake for a word of the other."""
    for row in c.sentences:
        if row.a and row.b:
            yield from _false(c, row, "a")
            yield from _false(c, row, "b")


def _false(c: Comparison, row: Row, side: str) -> Iterator[Discrepancy]:
    """``side`` is the version that has the right word."""
    here, there = (c.a, c.b) if side == "a" else (c.b, c.a)
    mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
    exempt = _find(here, mine, "unless")
    spared = _find(there, other, "unless")
    wrong = [w for w in _find(there, other, "wrong") if not any(s <= w[1] and w[2] <= e for _, s, e in spared)]
    right = {k for k, _, _ in _find(there, other, "right")}
    seen: set[str] = set()
    for key, start, end in _find(here, mine, "of"):
        if key in seen or any(k == key and s <= start < e for k, s, e in exempt):
            continue
        hit = next((w for w in wrong if w[0] == key), None)
        if hit is None or any(k == key and s <= start < e for k, s, e in _find(here, mine, "wrong")):
            continue
        seen.add(key)
        entry = packs.vocabulary("false_friends")["term"][key]
        usual = entry["right"][there.language][0].rstrip("*")
        x, y = c.passage(side, start, end), c.passage("b" if side == "a" else "a", hit[1], hit[2])
        own, rest = c.names if side == "a" else c.names[::-1]
        yield told(
            "term",
            2,
            x if side == "a" else y,
            y if side == "a" else x,
            0.4 if key in right else 0.6,
            "false-friend",
            own=own,
            other=rest,
            said=x.quote,
            meaning=("gloss", "term", key, "meaning"),
            rendered=y.quote,
            says=("gloss", "term", key, "says"),
            usual=usual,
        )


def misused(facts: Facts, spans: Sequence[tuple[int, int]]) -> Iterator[Discrepancy]:
    """Words of one version alone that, beside certain others, are never meant: "ministries, branch offices"."""
    for a, b in spans:
        beside = _find(facts, [(a, b)], "beside")
        title = any(s.start <= a < s.end and s.kind == "heading" for s in facts.statement.segments)
        for key, start, end in _find(facts, [(a, b)], "wrong"):
            alone = title and packs.vocabulary("false_friends")["term"][key].get("title", False)
            if not alone and not any(k == key and 0 < start - e < 30 for k, _, e in beside):
                continue
            yield told(
                "term",
                2,
                Passage(start, end, facts.text[start:end]),
                None,
                0.6,
                "term-misused",
                said=facts.text[start:end],
                says=("gloss", "term", key, "says"),
                meaning=("gloss", "term", key, "meaning"),
            )


def renderings(
    pairs: Sequence[tuple[str, tuple[int, int], str, tuple[int, int]]], c: Comparison
) -> Iterator[Discrepancy]:
    """Terms that one version says alike and the other differently.

    ``pairs`` are items of lists that answer to each other: (words of a, place, words of b, place).
    """
    for side in ("a", "b"):
        rendered: dict[str, Counter[str]] = defaultdict(Counter)
        place: dict[tuple[str, str], tuple[tuple[int, int], tuple[int, int]]] = {}
        for x, at, y, there in pairs:
            own, other = (x, y) if side == "a" else (y, x)
            rendered[own][other] += 1
            place.setdefault((own, other), (at, there))
        for own, others in rendered.items():
            if len(own.split()) > 3 or len(own) < 4 or len(others) < 2:
                continue
            kinds = {o[:4]: o for o in sorted(others, key=lambda o: (others[o], o))}
            if len(kinds) < 2:
                continue
            seldom, usual = sorted(kinds.values(), key=lambda o: (others[o], o))[:2]
            at, there = place[(own, seldom)]
            mine, rest = c.names if side == "a" else c.names[::-1]
            yield told(
                "term",
                1,
                c.passage("a", *at),
                c.passage("b", *there),
                0.45,
                "term-varies",
                own=mine,
                other=rest,
                term=own,
                usual=usual,
                seldom=seldom,
            )
