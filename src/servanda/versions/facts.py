"""Typed facts of a version: names, numbers, years, dates, acronyms, negations, in terms common to all languages.

Vectors do not see a swapped country. What two versions must share is therefore found word by word through gazetteers
and number words, and compared by key: the key of "Vitryssland" and of "Беларусь" is ``BY``. A language without a pack
has the facts that need none (numbers in figures, years, acronyms, names that CLDR knows).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from servanda import packs
from servanda.reading.dates import calendar
from servanda.reading.gazetteer import gazetteer
from servanda.reading.matching import Matcher, Tokens, tokenise
from servanda.reading.states import states
from servanda.records import Statement
from servanda.versions.numerals import YEAR, numerals

FactKind = Literal[
    "state", "place", "sea", "region", "forum", "instrument", "year", "number", "date", "acronym", "language",
    "negation", "absence",
]  # fmt: skip
NAMES: tuple[FactKind, ...] = ("state", "place", "sea", "region", "forum", "instrument")

_ACRONYM = re.compile(r"(?<![\w-])[A-ZА-ЯƏÖÜĞŞÇІҚҒӘӨҰҮҺ]{2,8}(?:-[A-Z]{2,6})?(?![\w])")
_ROMAN = re.compile(r"[IVXLC]+\Z")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in the text. Offsets in code points of the source, half-open."""

    kind: FactKind
    key: str
    """The same in every language: an ISO code, a forum's abbreviation, a number, ``12-05`` for a day and month."""
    start: int
    end: int
    sure: bool = True
    """Whether the words can mean nothing else; an unsure fact answers one of the other version but raises nothing."""
    literal: bool = False
    """A name rendered word for word that is no name in this language."""


class Facts:
    """All facts of one version, to be asked by place."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.language = statement.expression.language or "und"
        self.text = statement.source.text
        self.tokens = tokenise(self.text)
        noise = [(s.start, s.end) for s in statement.segments if s.kind == "noise"]
        rows = [f for f in _find(self) if not any(a <= f.start < b for a, b in noise)]
        self.rows = tuple(sorted(rows, key=lambda f: (f.start, f.end)))
        self._starts = [f.start for f in self.rows]
        self.has_pack = self.language in packs.available()

    def within(self, start: int, end: int, *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds (all, where none is named) that begin in ``start`` to ``end``, in order."""
        rows = self.rows[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [f for f in rows if not kinds or f.kind in kinds]

    def among(self, spans: Sequence[tuple[int, int]], *kinds: FactKind) -> list[Fact]:
        """The facts of these kinds in several stretches."""
        return [f for a, b in spans for f in self.within(a, b, *kinds)]

    def said(self, fact: Fact) -> str:
        """The words of a fact as the text has them."""
        return self.text[fact.start : fact.end]

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """The tokens that begin in ``start`` to ``end``, half-open."""
        return bisect_left(self.tokens.starts, start), bisect_left(self.tokens.starts, end)


def _find(facts: Facts) -> Iterator[Fact]:
    text, tokens, language = facts.text, facts.tokens, facts.language
    taken: set[int] = set()
    dates = calendar(language).dates(text) if language in packs.available() else []
    for d in dates:
        first, last = facts.token_range(d.start, d.end)
        taken.update(i for i in range(first, last) if not YEAR.match(tokens.norms[i]))
        if d.month:
            days = [x for x in (d.first_day, d.day) if x]
            for day in days:
                yield Fact("date", f"{day:02d}-{d.month:02d}", d.start, d.end)
            if not days:
                yield Fact("date", f"{d.month:02d}", d.start, d.end)
    names: set[int] = set()
    for n in gazetteer(language).find(text, tokens):
        names.update(range(n.first, n.last))
        key = n.key if n.kind == "instrument" else _organ(n.key)
        yield Fact(n.kind, key, tokens.starts[n.first], tokens.ends[n.last - 1])
    for f, first, last in _seas(facts):
        if f.kind == "sea" or not names & set(range(first, last)):  # agreements are named after seas: the DOC
            names.update(range(first, last))
            yield f
    formal = [(s.start, s.end) for s in facts.statement.segments if s.kind == "formal"]
    for first, last, code in states(language).find(text, tokens):
        at = tokens.starts[first]
        if code == "EU" or first in names or any(a <= at < b for a, b in formal):
            continue  # a line of form names the languages of the originals by the same words
        names.update(range(first, last))
        sure = text[at].isupper() or code in facts.statement.parties  # "палаты" is no Palau
        yield Fact("state", code, at, tokens.ends[last - 1], sure=sure)
    for first, last, key in _places(language, tokens):
        at = tokens.starts[first]
        if first not in names and text[at].isupper():  # "minska" is no Minsk
            yield Fact("place", _plain(key), at, tokens.ends[last - 1])
    if language in packs.available():
        yield from _languages(facts, formal)
    for x in numerals(text, tokens, language, taken):
        yield Fact(x.kind, x.key, x.start, x.end, sure=x.sure)
    for m in _ACRONYM.finditer(text):
        if not _ROMAN.match(m.group()) and not _shouted(text, m.start(), m.end()):
            yield Fact("acronym", m.group(), m.start(), m.end())
    if language in packs.available():
        yield from _negations(facts)


@cache
def _language_names(language: str) -> tuple[Matcher, tuple[str, ...]]:
    rows = packs.load(language).languages
    return Matcher((n, form) for n, key in enumerate(rows) for form in rows[key]), tuple(rows)


def _languages(facts: Facts, formal: Sequence[tuple[int, int]]) -> Iterator[Fact]:
    """Languages of the originals; elsewhere the same words name peoples and things."""
    matcher, keys = _language_names(facts.language)
    for a, b in formal:
        for hit in matcher.find(facts.tokens, *facts.token_range(a, b)):
            yield Fact("language", keys[hit.key], facts.tokens.starts[hit.first], facts.tokens.ends[hit.last - 1])


def _plain(name: str) -> str:
    """A name without the marks over its letters: packs differ in "Reykjavík"."""
    return "".join(x for x in unicodedata.normalize("NFD", name) if not unicodedata.combining(x))


def _organ(key: str) -> str:
    row = packs.vocabulary("forums").get(key, {})
    return str(row.get("part_of", key))


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether a word of capitals stands in a title of capitals, where it is no acronym."""
    near = re.findall(r"[^\W\d_]+", text[max(0, start - 30) : start] + " " + text[end : end + 30])
    long = [w for w in near if len(w) > 3]
    return sum(w.isupper() for w in long) > len(long) / 2 and len(long) > 1


# --- seas and regions -----------------------------------------------------------------------------------------------


class _Seas:
    def __init__(self, language: str) -> None:
        self.rows: list[tuple[str, str, str | None, bool]] = []  # kind or "own", key, exact start, literal
        entries: list[tuple[int, str]] = []

        def add(kind: str, key: str, form: str, literal: bool) -> None:
            plain = form.removeprefix("=")
            entries.append((len(self.rows), plain))
            self.rows.append((kind, key, plain.rstrip("*") if form.startswith("=") else None, literal))

        for key, row in packs.vocabulary("seas").items():
            for form in row.get(language, ()):
                add(row["kind"], key, form, False)
        for key, row in packs.vocabulary("false_friends")["sea"].items():
            for kind in ("settled", "literal"):
                for form in row.get(kind, {}).get(language, ()):
                    add("own", key, form, kind == "literal")
        self.matcher = Matcher(entries)


@cache
def _sea_names(language: str) -> _Seas:
    return _Seas(language)


def own_sea(direction: str, parties: Sequence[str]) -> str | None:
    """The sea that a party calls by its direction (``east``), or None where none or several do."""
    found = {
        key
        for key, row in packs.vocabulary("seas").items()
        for party in parties
        if row.get("own", {}).get(party) == direction
    }
    return found.pop() if len(found) == 1 else None


def _seas(facts: Facts) -> Iterator[tuple[Fact, int, int]]:
    tokens, names = facts.tokens, _sea_names(facts.language)
    for hit in names.matcher.find(tokens):
        kind, key, exact, literal = names.rows[hit.key]
        start, end = tokens.starts[hit.first], tokens.ends[hit.last - 1]
        if exact is not None and not facts.text[start:end].startswith(exact):
            continue
        if kind == "own":
            sea = own_sea(key, facts.statement.parties)
            if sea is None:
                continue
            yield Fact("sea", sea, start, end, literal=literal), hit.first, hit.last
        else:
            yield Fact("region" if kind == "region" else "sea", key, start, end), hit.first, hit.last


@cache
def _place_names(language: str) -> tuple[Matcher, tuple[str, ...]]:
    keys: list[str] = []
    entries: list[tuple[int, str]] = []
    if language in packs.available():
        for key, forms in packs.load(language).places.items():
            for form in forms:
                entries.append((len(keys), form))
            keys.append(key)
    return Matcher(entries), tuple(keys)


@cache
def place_keys(language: str) -> frozenset[str]:
    """Keys of the places that can be found in a language."""
    return frozenset(_plain(key) for key in _place_names(language)[1])


def _places(language: str, tokens: Tokens) -> Iterator[tuple[int, int, str]]:
    matcher, keys = _place_names(language)
    for hit in matcher.find(tokens):
        yield hit.first, hit.last, keys[hit.key]


# --- negation ---------------------------------------------------------------------------------------------------------


@cache
def _absences(language: str) -> Matcher:
    rows = packs.vocabulary("negations").get(language, {})
    return Matcher((0, form) for form in rows.get("absence", ()))


@cache
def _not_negations(language: str) -> Matcher:
    rows = packs.vocabulary("negations").get(language, {})
    return Matcher((0, form) for form in rows.get("idle", ()))


@cache
def _denials(language: str) -> Matcher:
    """The pack's negations alone: in the head layer longer patterns swallow them ("creates no obligations")."""
    patterns = [p for p in packs.load(language).patterns if p.kind == "negation"]
    return Matcher((0, form) for p in patterns for form in p.forms["forms"])


def _negations(facts: Facts) -> Iterator[Fact]:
    """``negation`` denies a verb; ``absence`` is a word that holds a denial inside it (un-, free of, without)."""
    tokens = facts.tokens
    idle: set[int] = set()
    for hit in _not_negations(facts.language).find(tokens):
        idle.update(range(hit.first, hit.last))
    absent: set[int] = set()
    for hit in _absences(facts.language).find(tokens):
        if hit.first not in idle:
            absent.update(range(hit.first, hit.last))
            yield Fact("absence", "not", tokens.starts[hit.first], tokens.ends[hit.last - 1])
    soft = facts.language in {"vi", "zh"}  # one word denies verbs, adjectives and nouns alike
    for hit in _denials(facts.language).find(tokens):
        if hit.first not in idle and hit.first not in absent:
            yield Fact("negation", "not", tokens.starts[hit.first], tokens.ends[hit.last - 1], sure=not soft)
