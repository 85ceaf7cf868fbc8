"""Acronyms that nothing explains and that are one letter away from one that the text knows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from servanda import packs
from servanda.records import Discrepancy, Passage
from servanda.versions.facts import Facts
from servanda.versions.telling import told


def acronyms(facts: Facts) -> Iterator[Discrepancy]:
    """Acronyms unknown, or a second one of one organisation, that are a letter away from one that the text has."""
    rows = [f for f in facts.rows if f.kind == "acronym"]
    names = {f.start: f.key for f in facts.rows if f.kind in ("forum", "instrument", "state")}
    introduced = {f.key for f in rows if facts.text[f.start - 1 : f.start] == "("}
    meaning = {f.key: names[f.start] for f in rows if f.start in names}
    known = {f.key for f in rows if f.key in meaning or _is_known(f.key)}
    for f in rows:
        if len(f.key) < 3 or f.key in introduced:
            continue
        near = [k for k in sorted(known | introduced) if k != f.key and len(k) > 3 and _one_letter(f.key, k)]
        if f.key in known:
            near = [k for k in near if k in introduced and meaning.get(k) == meaning.get(f.key) is not None]
        if not near:
            continue
        passage = Passage(f.start, f.end, facts.text[f.start : f.end])
        yield told("acronym", 2, passage, None, 0.75, "acronym-unexplained", said=f.key, known=near[0])


@cache
def _acronyms() -> frozenset[str]:
    out = set(packs.vocabulary("forums"))
    for table in ("forums", "instruments"):
        for row in packs.vocabulary(table).values():
            for forms in row.values():
                if isinstance(forms, list):
                    out.update(x.lstrip("=") for x in forms if x.lstrip("=").isupper() and " " not in x)
    return frozenset(out)


def _is_known(acronym: str) -> bool:
    return acronym in _acronyms()


def _one_letter(x: str, y: str) -> bool:
    """Whether one letter put in, left out or replaced, or two neighbours exchanged, makes one of the other."""
    if abs(len(x) - len(y)) > 1:
        return False
    if len(x) == len(y):
        differ = [i for i in range(len(x)) if x[i] != y[i]]
        if len(differ) == 2:
            i, j = differ
            return j == i + 1 and x[i] == y[j] and x[j] == y[i]
        return len(differ) == 1 and len(x) > 4  # among the short ones many differ by a letter: AIST, NIST
    short, long = sorted((x, y), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
