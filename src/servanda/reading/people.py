"""Which side a person or an organ belongs to, as the document itself tells: "Prime Minister Albanese of Australia".

A state's name beside the office says it; where none stands there, the other parties are ruled out: they lack the
office, or somebody else who is named beside holds it. What remains open stays open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from servanda import packs
from servanda.reading.actors import Names
from servanda.reading.clauses import Document
from servanda.reading.identity import joins, name_forms, place_forms
from servanda.reading.layout import Paragraph
from servanda.reading.matching import Matcher
from servanda.reading.states import states

_BEFORE = 9  # tokens before an office in which its state may be named: "Президент Социалистической Республики ..."
_AFTER = 10
_NAME = 7  # tokens of a personal name, initials and dots counted
_HEAD = 4  # paragraphs in which those who meet are introduced
_KEY = 6  # letters of a name that stay where names are inflected
_INFLECTED = frozenset({"ru", "az", "kk", "uk", "be"})
_INSIDE_WORDS = ". , - ' jr sr bin ibn bint al el van von de der den di da dos del la ben abu"
_OTHER_WORDS = "the his her their its of and or in on for to by with at is has will"
_INSIDE = frozenset(_INSIDE_WORDS.split())
_NO_NAME = frozenset(_OTHER_WORDS.split())
_STARTS = frozenset('.!?:;*•>-"(')


@dataclass(slots=True)
class _Mention:
    """An office named in the text, with the person or the state named beside it. Token spans are half-open."""

    first: int
    last: int
    office: str
    keys: frozenset[str]
    side: str | None
    """ISO code told beside it, a party or not."""
    paragraph: int


def named(document: Document, paragraphs: Sequence[Paragraph], parties: Sequence[str]) -> Names:
    """Where the parties are named: by name, by their organs, and by those who speak for them."""
    pack = document.lexicon.pack
    names = Names.find(document.tokens, name_forms(parties, pack))
    if not parties:
        return names
    codes = {span: code for span, code in names.codes.items() if _written(document, span)}
    codes.update(_organs(document, parties))
    codes.update(_capitals(document, parties))
    mentions = _mentions(document, paragraphs)
    if mentions:
        codes.update(_people(document, mentions, parties))
    lines = frozenset(document.range(p.body, p.end)[0] for p in paragraphs)
    return Names.of(document.tokens, _outermost(codes), lines)


def _written(document: Document, span: tuple[int, int]) -> bool:
    """Whether what was found is written as a name: "Pháp" is France, "biện pháp" a measure."""
    if document.lexicon.pack.language != "vi":
        return True
    return document.text[document.tokens.starts[span[0]]].isupper()


def _outermost(codes: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """The names that lie in no longer name of the same side."""
    out: dict[tuple[int, int], str] = {}
    end, side = 0, ""
    for span in sorted(codes, key=lambda s: (s[0], -s[1])):
        if span[1] <= end and codes[span] == side:
            continue
        out[span] = codes[span]
        end, side = span[1], codes[span]
    return out


@cache
def _offices(language: str) -> tuple[Matcher, list[str]]:
    table = packs.vocabulary("people")["office"]
    rows = [(name, form) for name, row in table.items() for form in row.get(language, ())]
    return Matcher((i, form) for i, (_, form) in enumerate(rows)), [name for name, _ in rows]


@cache
def _organ_forms(language: str) -> tuple[Matcher, list[tuple[str, bool]]]:
    table = packs.vocabulary("people")["organ"]
    rows = [(code, form) for code, row in table.items() for form in (*row.get("any", ()), *row.get(language, ()))]
    keyed = [(code, form.startswith("=")) for code, form in rows]
    return Matcher((i, form.lstrip("=")) for i, (_, form) in enumerate(rows)), keyed


def _organs(document: Document, parties: Sequence[str]) -> dict[tuple[int, int], str]:
    matcher, rows = _organ_forms(document.lexicon.pack.language)
    tokens, text = document.tokens, document.text
    out: dict[tuple[int, int], str] = {}
    for hit in matcher.find(tokens):
        code, cased = rows[hit.key]
        if code in parties and (not cased or not text[tokens.starts[hit.first] : tokens.ends[hit.first]].islower()):
            out[hit.first, hit.last] = code
    return out


def _capitals(document: Document, parties: Sequence[str]) -> dict[tuple[int, int], str]:
    """Capitals that stand for their governments: at the beginning of a sentence, right before what it does."""
    cities = packs.vocabulary("people")["capital"]
    mine = {cities[code]: code for code in parties if code in cities}
    if not mine:
        return {}
    matcher, places = place_forms(document.lexicon.pack.language)
    norms = document.tokens.norms
    acts = {f.first for f in document.head if f.kind in ("modal", "stance", "welcome")}
    out: dict[tuple[int, int], str] = {}
    for hit in matcher.find(document.tokens):
        code = mine.get(places[hit.key])
        begins = hit.first == 0 or norms[hit.first - 1] in _STARTS or norms[hit.first - 1] in (",", "and")
        if code and begins and hit.last in acts:
            out[hit.first, hit.last] = code
    return out


def _mentions(document: Document, paragraphs: Sequence[Paragraph]) -> list[_Mention]:
    language = document.lexicon.pack.language
    matcher, offices = _offices(language)
    finder = states(language)
    tokens, text = document.tokens, document.text
    spans = [document.range(p.start, p.end) for p in paragraphs if p.noise is None]
    out: list[_Mention] = []
    for n, (first, last) in enumerate(spans):
        for hit in matcher.find(tokens, first, last):
            if language == "en" and not text[tokens.starts[hit.first]].isupper():
                continue
            lo, hi = max(first, hit.first - _BEFORE), min(last, hit.last + _AFTER + _NAME)
            near = finder.find(text, tokens, lo, hi)
            out.append(_mention(document, hit.first, hit.last, offices[hit.key], near, last, n))
    return out


def _mention(
    document: Document, first: int, last: int, office: str, near: Sequence[tuple[int, int, str]], limit: int, n: int
) -> _Mention:
    norms = document.tokens.norms
    language = document.lexicon.pack.language
    side: str | None = None
    start, end = first, last
    before = [s for s in near if s[1] <= first]
    if before and all(joins(t) and t not in ("and", "och", "og", "và", "и") for t in norms[before[-1][1] : first]):
        start, side = before[-1][0], before[-1][2]
    after = next((s for s in near if s[0] >= last), None)
    if after and side is None and _belongs(norms[last : after[0]]):
        end, side = after[1], after[2]
    at = _name_end(document, end, limit, near)
    keys = frozenset(
        t[:_KEY] if language in _INFLECTED else t for t in norms[end:at] if len(t) > 2 and t not in _INSIDE
    )
    if keys:
        end = at
        later = next((s for s in near if s[0] >= end), None)
        if side is None and later and norms[end : later[0]][:1] == ["of"] and _belongs(norms[end : later[0]]):
            end, side = later[1], later[2]
    return _Mention(start, end, office, keys, side, n)


def _belongs(gap: Sequence[str]) -> bool:
    """Whether what stands between an office and a state makes it that state's: "of the Republic of"."""
    return len(gap) <= _AFTER and all(joins(t) and t not in ("and", "och", "og", "và", "и", "-", "/") for t in gap)


def _name_end(document: Document, at: int, limit: int, near: Sequence[tuple[int, int, str]]) -> int:
    """The token after the personal name that begins at ``at``; ``at`` itself where none does."""
    tokens, text = document.tokens, document.text
    taken = {s[0] for s in near}
    end = i = at
    while i < min(limit, at + _NAME) and i not in taken:
        token = tokens.norms[i]
        if text[tokens.starts[i]].isupper() and token not in _NO_NAME:
            i += 1
            end = i
        elif token in _INSIDE and i > at:
            # a comma goes on only to "Jr."; an apostrophe and a dash only where nothing stands around them
            if token == "," and not (i + 1 < limit and tokens.norms[i + 1] in ("jr", "sr")):
                break
            if token in ("'", "-") and not (i + 1 < limit and tokens.starts[i + 1] == tokens.ends[i] and
                                            text[tokens.starts[i + 1]].isupper()):  # fmt: skip
                break
            if token == "." and len(tokens.norms[i - 1]) > 2:
                break
            i += 1
        else:
            break
    return end


def _allows(office: str, code: str) -> bool:
    row: Mapping[str, Any] = packs.vocabulary("people")["office"][office]
    return code in row["only"] if "only" in row else code not in row.get("absent", ())


def _people(document: Document, mentions: Sequence[_Mention], parties: Sequence[str]) -> dict[tuple[int, int], str]:
    """Token span -> party of the mentions whose side could be told."""
    offices = packs.vocabulary("people")["office"]
    told: dict[str, Counter[str]] = {}
    for m in mentions:
        if m.side is not None:
            for key in m.keys:
                told.setdefault(key, Counter())[m.side] += 1
    sides = {key: votes.most_common(1)[0][0] for key, votes in told.items()}
    own = [m for m in mentions if m.keys and _side(m, sides) is None and m.paragraph < _HEAD]
    for m in own:
        can = [p for p in parties if _allows(m.office, p)]
        if len(can) == 1 and _side(m, sides) is None:
            sides.update(dict.fromkeys(m.keys, can[0]))
    for _ in range(2):
        for a, b in pairwise(mentions):
            _rule_out(a, b, sides, parties, offices)
            _rule_out(b, a, sides, parties, offices)
    holders: dict[str, set[str]] = {}
    for m in mentions:
        side = _side(m, sides)
        if side is not None and m.keys:
            holders.setdefault(m.office, set()).add(side)
    out: dict[tuple[int, int], str] = {}
    norms = document.tokens.norms
    for m in mentions:
        side = _side(m, sides)
        if side is None and not m.keys and offices[m.office].get("head"):
            # "the President", where one side alone has one
            held = holders.get(m.office, set())
            can = [p for p in parties if _allows(m.office, p) and (not held or p in held)]
            definite = document.lexicon.pack.language != "en" or (m.first > 0 and norms[m.first - 1] == "the")
            side = can[0] if len(can) == 1 and definite and held <= set(parties) else None
        if side is not None and side in parties:
            out[m.first, m.last] = side
    return out


def _side(m: _Mention, sides: Mapping[str, str]) -> str | None:
    if m.side is not None:
        return m.side
    known = {sides[key] for key in m.keys if key in sides}
    return known.pop() if len(known) == 1 else None


def _rule_out(
    open_: _Mention, other: _Mention, sides: dict[str, str], parties: Sequence[str], offices: Mapping[str, Any]
) -> None:
    """Two who speak for their states and are named side by side are of different sides."""
    if not open_.keys or _side(open_, sides) is not None or open_.paragraph != other.paragraph:
        return
    if not (offices[open_.office].get("head") and offices[other.office].get("head")) or len(parties) != 2:
        return
    there = _side(other, sides)
    if there not in parties or open_.keys & other.keys or open_.paragraph >= _HEAD:
        return
    rest = [p for p in parties if p != there and _allows(open_.office, p)]
    if len(rest) == 1:
        sides.update(dict.fromkeys(open_.keys, rest[0]))
