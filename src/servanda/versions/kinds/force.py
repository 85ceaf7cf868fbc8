"""The same commitment in two versions: its force, its actors, its time to act in, its area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from servanda.reading.lexicon import Lexicon
from servanda.records import STRENGTHS, Commitment, Discrepancy
from servanda.versions.rows import Comparison, Row, commitments_in
from servanda.versions.telling import told

_KIN = ({"strengthen", "facilitate", "encourage", "support"}, {"exchange", "consult", "coordinate"},
        {"sign", "establish"}, {"implement", "organise"}, {"train", "provide"}, {"study", "establish"},
        {"study", "sign"})  # fmt: skip
AREA_CONFIDENCE = 0.4
"""Below what is shown by default: a term that one language's pack lacks is likelier than a mistranslated field."""
_LEAST = 0.9
"""Score from which two commitments are one: the same action, or kindred ones on the same area."""


def matched(a: Sequence[Commitment], b: Sequence[Commitment]) -> list[tuple[Commitment, Commitment]]:
    """The same commitments of two passages that answer to each other, best first, each used once."""
    scored = sorted(
        ((_likeness(x, y, i / len(a), j / len(b)), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b)),
        reverse=True,
    )
    used: tuple[set[int], set[int]] = (set(), set())
    out: list[tuple[Commitment, Commitment]] = []
    for score, i, j in scored:
        if score < _LEAST:
            break
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            out.append((a[-i], b[-j]))
    return sorted(out, key=lambda p: p[0].start)


def _likeness(x: Commitment, y: Commitment, at: float, there: float) -> float:
    score = 1.0 if x.action == y.action else 0.5 if any({x.action, y.action} <= k for k in _KIN) else 0.0
    areas = set(x.areas) | set(y.areas)
    score += len(set(x.areas) & set(y.areas)) / len(areas) if areas else 0.3
    score += 0.2 * bool(set(x.forums) & set(y.forums))
    return score - 0.8 * abs(at - there)


def force(c: Comparison) -> Iterator[Discrepancy]:
    """Commitments whose force, actors, deadline or area differ, sentence by sentence."""
    if not (c.a.has_pack and c.b.has_pack):
        return
    for row in c.sentences:
        if not row.a or not row.b:
            continue
        a, b = commitments_in(c.alignment.a, row.a), commitments_in(c.alignment.b, row.b)
        pairs = matched(a, b)
        seen: set[tuple[str, str]] = set()
        for x, y in pairs:
            key = (x.modality + x.strength, y.modality + y.strength)
            if key not in seen:
                seen.add(key)
                yield from _strength(c, row, x, y)
            yield from _actor(c, x, y)
            yield from _deadline(c, x, y)
            yield from _area(c, x, y)
        if bool(a) != bool(b) and len(row.a) == len(row.b) == 1:
            yield from _undone(c, row, a, b)


def _rank(strength: str) -> int:
    return STRENGTHS.index("agreed" if strength == "declared" else strength)


def _strength(c: Comparison, row: Row, x: Commitment, y: Commitment) -> Iterator[Discrepancy]:
    if x.strength == y.strength:
        return
    gap = abs(_rank(x.strength) - _rank(y.strength))
    same_modal = _rank(x.modality) == _rank(y.modality)
    confidence = (0.6 if gap == 1 else 0.7) * min(1.0, 0.25 + (x.confidence + y.confidence) / 2.5)
    if same_modal:  # it hangs on what the action was read as
        confidence -= 0.15 if "exploratory" in (x.strength, y.strength) else 0.25
    if x.action != y.action:
        confidence -= 0.1
    if {x.strength, y.strength} == {"firm", "agreed"}:
        confidence -= 0.05
    if c.summary and {x.strength, y.strength} != {"willing", "agreed"} and gap == 1:
        confidence -= 0.15
    one, two = c.names
    yield told(
        "strength",
        2,
        c.passage("a", x.start, x.end),
        c.passage("b", y.start, y.end),
        round(max(confidence, 0.05), 2),
        "strength-weaker" if _rank(x.strength) < _rank(y.strength) else "strength-stronger",
        one=one,
        two=two,
        of_one=("strength", x.strength),
        of_two=("strength", y.strength),
    )


def _undone(c: Comparison, row: Row, a: Sequence[Commitment], b: Sequence[Commitment]) -> Iterator[Discrepancy]:
    """A sentence that undertakes in one version and does not in the other."""
    side, rows = ("a", a) if a else ("b", b)
    if _says_force(c, "b" if side == "a" else "a", row.b if side == "a" else row.a):
        return  # reading has lost the undertaking, not the translator
    c1 = max(rows, key=lambda r: r.confidence)
    own, other = c.names if side == "a" else c.names[::-1]
    spans = row.b if side == "a" else row.a
    answer = c.whole("b" if side == "a" else "a", spans)
    passage = c.passage(side, c1.start, c1.end)
    confidence = 0.55 if c1.confidence >= 0.9 and row.score >= 0.5 and not c.summary else 0.3
    yield told(
        "strength",
        2,
        passage if side == "a" else answer,
        answer if side == "a" else passage,
        confidence,
        "undertaking-undone",
        own=own,
        other=other,
        quote=_short(c1.quote),
    )


def _says_force(c: Comparison, side: str, spans: Sequence[tuple[int, int]]) -> bool:
    facts = c.a if side == "a" else c.b
    found = [
        f for a, b in spans for f in Lexicon.of(facts.language).find("head", facts.tokens, *facts.token_range(a, b))
    ]
    return any(f.kind == "modal" and f.pattern.value not in ("declared", "encouraging") for f in found)


def _short(quote: str) -> str:
    return quote if len(quote) <= 60 else quote[:57].rsplit(" ", 1)[0] + " …"


def _actor(c: Comparison, x: Commitment, y: Commitment) -> Iterator[Discrepancy]:
    sides = [frozenset(actor.partition(":")[0] for actor in k.actors) for k in (x, y)]
    if sides[0] == sides[1]:
        return
    parties = frozenset(c.alignment.a.parties)
    if {sides[0], sides[1]} == {frozenset({"both"}), parties}:
        return
    both = frozenset({"both"}) in sides
    one, two = c.names
    yield told(
        "actor",
        3,
        c.passage("a", x.start, x.end),
        c.passage("b", y.start, y.end),
        0.4 if both else 0.75,
        "actor-differs",
        one=one,
        two=two,
        of_one=("sides", *sorted(sides[0] - {"both"})),
        of_two=("sides", *sorted(sides[1] - {"both"})),
    )


def _area(c: Comparison, x: Commitment, y: Commitment) -> Iterator[Discrepancy]:
    """One commitment that the versions set in fields of which none is common."""
    if set(x.areas) & set(y.areas) or "general" in (*x.areas, *y.areas):
        return
    one, two = c.names
    yield told(
        "area",
        1,
        c.passage("a", x.start, x.end),
        c.passage("b", y.start, y.end),
        AREA_CONFIDENCE,
        "area-differs",
        one=one,
        two=two,
        of_one=("areas", *x.areas),
        of_two=("areas", *y.areas),
    )


def _deadline(c: Comparison, x: Commitment, y: Commitment) -> Iterator[Discrepancy]:
    if x.deadline == y.deadline or not x.deadline or not y.deadline:
        return  # one alone is more often a word that the other language's pack lacks
    if any(ch.isdigit() for ch in x.deadline) and any(ch.isdigit() for ch in y.deadline):
        return  # told as a year or a number
    one, two = c.names
    yield told(
        "deadline",
        2,
        c.passage("a", x.start, x.end),
        c.passage("b", y.start, y.end),
        0.45,
        "deadline-differs",
        one=one,
        two=two,
        of_one=("time", x.deadline),
        of_two=("time", y.deadline),
    )
