"""Terms: one thing by several names within a version, and words that look like the right ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from servanda import packs
from servanda.reading.matching import Matcher, normal
from servanda.reading.states import english_name
from servanda.records import Discrepancy, Passage
from servanda.versions.facts import Fact, Facts, own_sea
from servanda.versions.rows import Comparison, Row

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
        yield Discrepancy(
            "term",
            1,
            Passage(f.start, f.end, facts.said(f)),
            None,
            f"{english_name(code)} is called “{facts.said(most[0])}” {_times(len(most))} and “{facts.said(f)}” "
            f"{_times(len(least))} in one text.",
            0.7,
        )


def _stem(said: str) -> str:
    return normal(said)[:4]


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


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
            yield Discrepancy(
                "name",
                3,
                Passage(f.start, f.end, facts.said(f)),
                None,
                f"“{facts.said(f)}” is the {seas[f.key]['name']}, on which no party lies; the {row['means']}, as "
                f"{english_name(_speaker(seas[meant], direction, statement.parties))} calls the {seas[meant]['name']}, "
                "is probably meant.",
                0.75,
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
    told: set[str] = set()
    for key, start, end in _find(here, mine, "of"):
        if key in told or any(k == key and s <= start < e for k, s, e in exempt):
            continue
        hit = next((w for w in wrong if w[0] == key), None)
        if hit is None or any(k == key and s <= start < e for k, s, e in _find(here, mine, "wrong")):
            continue
        told.add(key)
        entry = packs.vocabulary("false_friends")["term"][key]
        usual = entry["right"].get(there.language, ["another word"])[0].rstrip("*")
        x, y = c.passage(side, start, end), c.passage("b" if side == "a" else "a", hit[1], hit[2])
        own, rest = c.names if side == "a" else c.names[::-1]
        yield Discrepancy(
            "term",
            2,
            x if side == "a" else y,
            y if side == "a" else x,
            f"“{x.quote}” of the {own} version, {entry['meaning']}, is rendered “{y.quote}” "
            f"({entry['says'][there.language]}) in the {rest} version; usual is “{usual}”.",
            0.4 if key in right else 0.6,
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
            entry = packs.vocabulary("false_friends")["term"][key]
            yield Discrepancy(
                "term",
                2,
                Passage(start, end, facts.text[start:end]),
                None,
                f"“{facts.text[start:end]}” ({entry['says'][facts.language]}) stands where a word for "
                f"{entry['meaning']} is usual.",
                0.6,
            )


def renderings(
    pairs: Sequence[tuple[str, tuple[int, int], str, tuple[int, int]]], c: Comparison
) -> Iterator[Discrepancy]:
    """Terms that one version says alike and the other differently.

    ``pairs`` are items of lists that answer to each other: (words of a, place, words of b, place).
    """
    for side in ("a", "b"):
        told: dict[str, Counter[str]] = defaultdict(Counter)
        place: dict[tuple[str, str], tuple[tuple[int, int], tuple[int, int]]] = {}
        for x, at, y, there in pairs:
            own, other = (x, y) if side == "a" else (y, x)
            told[own][other] += 1
            place.setdefault((own, other), (at, there))
        for own, others in told.items():
            if len(own.split()) > 3 or len(own) < 4 or len(others) < 2:
                continue
            kinds = {o[:4]: o for o in sorted(others, key=lambda o: (others[o], o))}
            if len(kinds) < 2:
                continue
            seldom, usual = sorted(kinds.values(), key=lambda o: (others[o], o))[:2]
            at, there = place[(own, seldom)]
            mine, rest = c.names if side == "a" else c.names[::-1]
            yield Discrepancy(
                "term",
                1,
                c.passage("a", *at),
                c.passage("b", *there),
                f"“{own}” of the {mine} version is “{usual}” in one place of the {rest} version and “{seldom}” "
                "in another.",
                0.45,
            )
