"""Numbers, years, dates and acronyms that do not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from servanda.reading.lexicon import Lexicon
from servanda.records import Discrepancy, DiscrepancyKind, Passage, Value
from servanda.versions.facts import Fact, FactKind, Facts
from servanda.versions.rows import Comparison, Row
from servanda.versions.telling import told

_NEAR = 90  # characters from an agreement's noun to its year, over its subject
_KINDS: tuple[FactKind, ...] = ("year", "date", "number")
_LISTED = 420  # characters from that noun to the last year of a list in brackets, within the sentence


def figures(c: Comparison) -> Iterator[Discrepancy]:
    """Numbers, years and dates, sentence by sentence, each looked for in the whole paragraph before it is missed."""
    for row in c.sentences:
        if row.a and row.b:
            for kind in _KINDS:
                yield from _compare(c, row, kind)
    if c.summary:
        yield from _uncited(c)
    yield from _acronyms(c)


def _uncited(c: Comparison) -> Iterator[Discrepancy]:
    """Agreements with a year that a summary cites nowhere, though it takes up the statement that rests on them."""
    side = "b" if c.summary == "a" else "a"
    here, there = (c.a, c.b) if side == "a" else (c.b, c.a)
    known = {f.key for f in there.rows if f.kind == "year"}
    rows = [r for r in (*c.paragraphs, *c.sentences) if (r.a if side == "a" else r.b)]
    for f in here.rows:
        if f.kind != "year" or f.key in known or not _cited(here, f):
            continue
        at = next((r for r in reversed(rows) if any(s <= f.start < e for s, e in (r.a if side == "a" else r.b))), None)
        if at is not None:
            yield from _alone(c, at, side, f)


def _compare(c: Comparison, row: Row, kind: FactKind) -> Iterator[Discrepancy]:
    home = c.around(row)
    a, b = c.a.among(row.a, kind), c.b.among(row.b, kind)
    lost = _extra(a, b, c.b.among(home.b, kind), c.a.among(home.a, kind))
    new = _extra(b, a, c.a.among(home.a, kind), c.b.among(home.b, kind))
    if kind in ("date", "number"):  # a date that only one language's grammar makes out is two numbers in the other
        lost = [f for f in lost if not _in_other_dress(c.b, home.b, f)]
        new = [f for f in new if not _in_other_dress(c.a, home.a, f)]
    while lost and new and (lost[0].sure or new[0].sure):
        x, y = lost.pop(0), new.pop(0)
        confidence = 0.85 if x.sure and y.sure else 0.6
        if c.summary:
            confidence -= 0.2
        yield told(
            "number" if kind == "number" else "date",
            3 if kind == "number" or not _cited(c.a, x) else 2,
            c.passage("a", x.start, x.end),
            c.passage("b", y.start, y.end),
            round(confidence, 2),
            "figure-differs",
            one=c.names[0],
            two=c.names[1],
            kind=("fact", kind),
            of_one=_figure(c.a, x),
            of_two=_figure(c.b, y),
        )
    for side, rest in (("a", lost), ("b", new)):
        for f in rest:
            if f.sure:
                yield from _alone(c, row, side, f)


def _in_other_dress(facts: Facts, spans: Sequence[tuple[int, int]], f: Fact) -> bool:
    if f.kind == "date":
        return any(n.key == f.key[:2].lstrip("0") for n in facts.among(spans, "number"))
    return any(f.key == d.key[:2].lstrip("0") for d in facts.among(spans, "date"))


def _figure(facts: Facts, f: Fact) -> Value:
    said = facts.said(f)
    return ("quoted", said) if f.kind != "number" or said == f.key else ("number", said, f.key)


def _extra(own: Sequence[Fact], other: Sequence[Fact], home: Sequence[Fact], mine: Sequence[Fact]) -> list[Fact]:
    """What ``own`` has more often than ``other``: by key, and only where the paragraphs as a whole differ too."""
    more = Counter(f.key for f in own) - Counter(f.key for f in other)
    wide = Counter(f.key for f in mine) - Counter(f.key for f in home)
    known = {f.key for f in home}
    out: list[Fact] = []
    for f in reversed(own):
        if more[f.key] > 0 and wide[f.key] > 0 and f.key not in known:
            out.append(f)
            more[f.key] = 0
    return out[::-1]


def _cited(facts: Facts, f: Fact) -> bool:
    """Whether a year dates an agreement: an instrument's noun stands near it in its sentence."""
    if f.kind != "year" or not facts.has_pack:
        return False
    reach = _NEAR
    if (
        facts.text[f.end : f.end + 1] == ")"
    ):  # "the agreements on trade (1992), on investment (1992), on taxation (1997)"
        reach = max(reach, min(_LISTED, f.start - max(facts.text.rfind(m, 0, f.start) for m in (". ", "\n"))))
    first, _ = facts.token_range(max(0, f.start - reach), f.start)
    _, last = facts.token_range(f.end, f.end + _NEAR)
    found = Lexicon.of(facts.language).find("reference", facts.tokens, first, last)
    return any(x.kind == "instrument" for x in found) or bool(
        facts.within(max(0, f.start - _NEAR), f.end + _NEAR, "instrument")
    )


def _alone(c: Comparison, row: Row, side: str, f: Fact) -> Iterator[Discrepancy]:
    here = c.a if side == "a" else c.b
    cited = _cited(here, f)
    confidence = 0.6 if f.kind != "number" or here.said(f).isdigit() else 0.5
    omitted = c.summary is not None and side != c.summary
    if omitted:
        if not cited:
            return
        confidence = (
            0.55 if f.kind == "year" else 0.4
        )  # the account tells the commitment and leaves out the agreement on which it rests
        there = c.b if side == "a" else c.a
        if any(g.key == f.key for g in there.rows if g.kind == "year"):
            confidence = 0.4
    own, other = c.names if side == "a" else c.names[::-1]
    kind: DiscrepancyKind = "instrument" if cited else "number" if f.kind == "number" else "date"
    passage = c.passage(side, *(_agreement(here, row.a if side == "a" else row.b, f) if cited else (f.start, f.end)))
    answer = c.whole("b" if side == "a" else "a", row.b if side == "a" else row.a)
    values: dict[str, Value] = {"kind": ("fact", f.kind), "figure": _figure(here, f)}
    yield told(
        kind,
        2,
        passage if side == "a" else answer,
        answer if side == "a" else passage,
        round(confidence, 2),
        "agreement-missing" if cited else "figure-missing",
        own=own,
        other=other,
        **({"year": here.said(f)} if cited else values),
    )


def _agreement(facts: Facts, spans: Sequence[tuple[int, int]], f: Fact) -> tuple[int, int]:
    """From the noun of the agreement nearest before the year to the year, within its sentence and clause."""
    start = max([a for a, b in spans if a <= f.start < b] + [f.start - 200])
    for mark in ";,":
        cut = facts.text.rfind(mark, start, f.start)
        if cut > 0:
            start = max(start, cut + 1)
    while facts.text[start : start + 1].isspace():
        start += 1
    return start, f.end


def _acronyms(c: Comparison) -> Iterator[Discrepancy]:
    """Acronyms that one version gives beside a name and the other nowhere: "(DOC)"."""
    script = {side: _latin(f) for side, f in (("a", c.a), ("b", c.b))}
    if not (script["a"] and script["b"]):
        return
    said = {side: {f.key for f in facts.rows if f.kind == "acronym"} for side, facts in (("a", c.a), ("b", c.b))}
    for row in c.sentences:
        if not row.a or not row.b:
            continue
        for side, here in (("a", c.a), ("b", c.b)):
            spans, others = (row.a, row.b) if side == "a" else (row.b, row.a)
            other = "b" if side == "a" else "a"
            seen: set[str] = set()
            for f in here.among(spans, "acronym"):
                bracketed = here.text[f.start - 1 : f.start] == "("
                if not bracketed or f.key in said[other] or f.key in seen:
                    continue
                seen.add(f.key)
                answer: Passage | None = c.whole(other, others)
                passage = c.passage(side, f.start, f.end)
                own, rest = c.names if side == "a" else c.names[::-1]
                yield told(
                    "acronym",
                    2,
                    passage if side == "a" else answer,
                    answer if side == "a" else passage,
                    0.4 if c.summary == other or _own(c, side) else 0.6,
                    "acronym-missing",
                    own=own,
                    other=rest,
                    acronym=f.key,
                )


def _own(c: Comparison, side: str) -> bool:
    """Whether a version that is no original has brought in an acronym for its own use."""
    kinds = [c.alignment.a.expression.kind, c.alignment.b.expression.kind]
    mine, other = kinds if side == "a" else kinds[::-1]
    return mine != "original" and other == "original"


def _latin(facts: Facts) -> bool:
    return facts.language not in {"ru", "kk", "zh", "uk", "be", "bg", "ja", "ko", "ar", "fa", "el", "he", "hi", "th"}
