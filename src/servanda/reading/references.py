"""What a statement names: forums, instruments, mechanisms, and by when something is to be done.

Names of forums and well-known instruments come from the vocabulary; agreements of the sides are instrument nouns of
the pack with a year beside them. A year is one of four: it names an instrument, it is a deadline, it belongs to a
programme or a visit, or it tells history; only the first two are kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from servanda import packs
from servanda.reading.agreements import title_of
from servanda.reading.clauses import Document
from servanda.reading.dates import Calendar, Date, Due, calendar, month_year
from servanda.reading.gazetteer import Named, gazetteer
from servanda.reading.layout import Paragraph
from servanda.reading.lexicon import Found
from servanda.reading.matching import normal, tokenise
from servanda.reading.mechanisms import mechanisms
from servanda.reading.sentences import sentences
from servanda.records import Instrument, InstrumentStatus

Kind = Literal["forum", "instrument", "mechanism", "deadline"]

_YEAR = re.compile(r"(?<![\d.,/-])(?:19[4-9]\d|20\d\d)(?!\d|[.,/]\d|\s?[-–—]\s?\d)")
_DIGITS = re.compile(r"(?:19|20)\d\d")
_BEFORE_SIGNED = 5  # tokens from a word such as "signed" to its date: "signed in Hanoi on 8 March 2016"
_AFTER_NOUN = 3  # "the Convention of 1982"
_DATED = 30  # tokens from an agreement to "от 5 мая 2016 года", over its subject
_BEFORE_NOUN = 7  # "2007 års mellanstatliga avtal"
_BEFORE_NOUN_BARE = 2  # nearer where nothing tells a year from a number: "2000 students under the agreement"
_BEFORE_NOUN_THE = 16  # with an article before: "the 2015 A - B Union (BU) Free Trade Agreement"
_BEFORE_NOUN_DATED = 20  # after a word that makes the date an attribute: "2017-ci il tarixli ... haqqında Saziş"
_AFTER_TITLE = 14  # tokens of a Russian title before its year: "Соглашение о ... 2011 года"
_KNOWN_REACH = 4  # tokens between a well-known instrument and its year
_STATUS_REACH = 6  # tokens between "sign" and what is to be signed
_NOUN_BACK = 45  # tokens from "signed in" back to the agreement; its subject may be long
_ABOUT_WORDS = """
on of for to between with against om för mot mellan mellem mellom imot av af о об обо по между с на về giữa của
haqqında haqda barədə üzrə dair arasında qarşı туралы жөніндегі бойынша арасындағы қарсы sur entre relatif
"""
_ABOUT = frozenset(normal(w) for w in _ABOUT_WORDS.split())
_DEFINITE = {"sv": ("en", "et", "an"), "nb": ("en", "et", "a"), "da": ("en", "et")}
_OF = frozenset({"of", "from", "från", "fra", "av", "af", "năm", "от", "de", "du", "vom"})
_STOPS = frozenset({";", ":", "."})
_BREAKS = _STOPS | {",", "(", ")"}


@dataclass(frozen=True, slots=True)
class Reference:
    """One name or deadline in the text. Offsets in code points, half-open."""

    start: int
    end: int
    kind: Kind
    name: str
    """Forum key, English name of the mechanism, English deadline; for an instrument its title."""
    instrument: Instrument | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """What a stretch of the text names, each once, in the order of the text."""

    mechanisms: tuple[str, ...]
    instruments: tuple[Instrument, ...]
    forums: tuple[str, ...]
    deadline: str | None


class References:
    """All references of a document, to be asked by place."""

    def __init__(self, rows: Sequence[Reference]) -> None:
        self.rows = tuple(sorted(rows, key=lambda r: (r.start, r.end)))
        self._starts = [r.start for r in self.rows]

    def within(self, start: int, end: int) -> Cited:
        """What ``text[start:end]`` names; a name must begin inside."""
        rows = self.rows[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        found: dict[tuple[str, int | None], Instrument] = {}
        for r in rows:
            if r.instrument is not None:
                found.setdefault((r.name, r.instrument.year), r.instrument)
        return Cited(
            tuple(dict.fromkeys(r.name for r in rows if r.kind == "mechanism")),
            tuple(found.values()),
            tuple(dict.fromkeys(r.name for r in rows if r.kind == "forum")),
            next((r.name for r in rows if r.kind == "deadline"), None),
        )


def find_references(document: Document, paragraphs: Sequence[Paragraph], *, adopted: str | None = None) -> References:
    """The references in all paragraphs that are not noise.

    ``adopted`` (ISO date) tells past from future years; without it the dates of the text do. The parties are those
    whose names the document has been told.
    """
    pack = document.lexicon.pack
    cal = calendar(pack.language)
    named = gazetteer(pack.language).find(document.text, document.tokens)
    year = int(adopted[:4]) if adopted else _present(document.text, cal)
    finder = _Finder(document, cal, named, year, pack.modal_last)
    rows: list[Reference] = []
    for p in paragraphs:
        if p.noise is None:
            rows.extend(finder.paragraph(p))
    rows.extend(Reference(a, b, "mechanism", name) for a, b, name in mechanisms(document, paragraphs))
    return References(rows)


def _present(text: str, cal: Calendar) -> int | None:
    """The year in which the text was made: the most frequent of its dates that give a month, the latest of equals."""
    years: Counter[int] = Counter()
    for place in _DIGITS.finditer(text):
        for d in cal.dates(text, max(0, place.start() - 30), min(len(text), place.end() + 20)):
            if d.year is not None and d.start <= place.start() < d.end:
                years[d.year] += 1
                break
        if sum(years.values()) >= 12:
            break
    return max(years, key=lambda y: (years[y], y)) if years else None


@dataclass(frozen=True, slots=True)
class _Year:
    """A year in a sentence; token span of it or of its whole date."""

    first: int
    last: int
    start: int
    end: int
    year: int
    date: Date | None


class _Finder:
    """Finds the references of one document, paragraph by paragraph."""

    def __init__(self, document: Document, cal: Calendar, named: Sequence[Named], year: int | None, last: bool) -> None:
        self._d = document
        self._cal = cal
        self._named = named
        self._named_at = [n.first for n in named]
        self._present = year
        self._modal_last = last
        pack = document.lexicon.pack
        ways = packs.vocabulary("time").get(pack.language, {})
        self._year_words = frozenset(pack.year_words)
        self._dated = frozenset(normal(w) for w in ways.get("dated", ()))
        self._unlike = frozenset(normal(w) for w in ways.get("undated", ()))
        self._definite = _DEFINITE.get(pack.language, ())
        self._known = packs.vocabulary("instruments")
        self._names = packs.vocabulary("forums")
        self._foreign = self._abbreviated()

    def paragraph(self, p: Paragraph) -> list[Reference]:
        d = self._d
        first, last = d.range(p.start, p.end)
        found = d.within(d.reference, first, last)
        named = self._named[bisect_left(self._named_at, first) : bisect_left(self._named_at, last)]
        nouns = [f for f in found if f.kind == "instrument" and not _inside(f, named)]
        statuses = [f for f in found if f.kind == "status"]
        out = self._forums(named, nouns)
        has_year = _DIGITS.search(d.text, p.start, p.end) is not None
        spans = sentences(d.text, p.body, p.end, d.lexicon.pack) if has_year else [(p.start, p.end)]
        for start, end in spans:
            a, b = d.range(start, end)
            mine = [f for f in nouns if a <= f.first < b]
            state = [f for f in statuses if a <= f.first < b]
            known = [n for n in named if a <= n.first < b and n.kind == "instrument"]
            years = self._years(start, end) if has_year else []
            here = self._sentence(start, end, mine, state, known, years)
            out.extend(here)
            out.extend(self._again(a, mine, here, out))
        timed = [(r.start, r.end) for r in out if r.kind == "deadline"]
        for f in found:
            if f.kind == "deadline":
                start, end = d.tokens.starts[f.first], d.tokens.ends[f.last - 1]
                if not any(a < end and start < b for a, b in timed):  # a counted period says more
                    out.append(Reference(start, end, "deadline", f.pattern.value or ""))
        return out

    def _again(
        self, first: int, nouns: Sequence[Found], here: Sequence[Reference], before: Sequence[Reference]
    ) -> list[Reference]:
        """Bare nouns that take up an instrument named before in the paragraph: "in accordance with the Convention"."""
        d, norms = self._d, self._d.tokens.norms
        taken = [(r.start, r.end) for r in here if r.instrument is not None]
        out: list[Reference] = []
        for f in nouns:
            start, end = d.tokens.starts[f.first], d.tokens.ends[f.last - 1]
            longest = 2 if d.lexicon.pack.isolating else 1
            if f.last - f.first > longest or any(a < end and start < b for a, b in taken):
                continue
            word = d.text[start:end]
            if not (word.endswith(self._definite) if self._definite else word[0].isupper() and f.first > first):
                continue
            after = d.text[d.tokens.starts[f.last]] if f.last < len(norms) else " "
            prior = d.text[d.tokens.starts[f.first - 1]] if f.first - 1 > first else " "
            if after.isupper() or prior.isupper() or (norms[f.first - 1] in _ABOUT and self._modal_last):
                continue
            if f.last < len(norms) and (norms[f.last] in _ABOUT or norms[f.last] == "(") and not self._modal_last:
                continue
            said = [r for r in before if r.instrument and r.instrument.year and r.start < start]
            last = next((r for r in reversed(said) if f.pattern.value in r.name.split()), None)
            if last is not None:
                out.append(Reference(start, end, "instrument", last.name, last.instrument))
        return out

    def _forums(self, named: Sequence[Named], nouns: Sequence[Found]) -> list[Reference]:
        tokens = self._d.tokens
        ends = {f.last for f in nouns} | {n.last for n in named if n.kind == "instrument"}
        begins = {f.first for f in nouns} | {n.first for n in named if n.kind == "instrument"}
        out: list[Reference] = []
        for n in named:
            if n.kind != "forum":
                if within := self._known[n.key].get("forum"):  # "ASEAN Community Vision": the forum's own plan
                    out.append(Reference(tokens.starts[n.first], tokens.ends[n.last - 1], "forum", within))
                continue
            # "UN Convention on ...": a convention made there, not the organisation as a forum.
            if n.key == "UN" and (n.last in begins or n.first in ends or self._titles(n, nouns)):
                continue
            if n.key in self._foreign and n.last - n.first == 1:
                continue
            key = self._names[n.key].get("part_of", n.key)
            out.append(Reference(tokens.starts[n.first], tokens.ends[n.last - 1], "forum", key))
        return out

    def _abbreviated(self) -> frozenset[str]:
        """Forums whose abbreviation the text uses for another name: "Partnership for Growth and Innovation (PGI)"."""
        norms = self._d.tokens.norms
        out: set[str] = set()
        for n, after in pairwise([None, *self._named]):
            if after is None or after.kind != "forum" or after.last - after.first != 1:
                continue
            at = after.first - 1
            if at < 1 or norms[at] != "(" or (n is not None and n.key == after.key and n.last == at):
                continue
            letters = norms[after.first]
            words = [t for t in norms[max(0, at - 2 * len(letters)) : at] if t.isalpha() and len(t) > 3]
            spelt = "".join(t[0] for t in words)[-len(letters) :]
            if spelt == letters:
                own = [w for w in tokenise(self._names[after.key]["name"]).norms if len(w) > 3]
                if own[-len(letters) :] != words[-len(letters) :]:
                    out.add(after.key)
        return frozenset(out)

    def _titles(self, n: Named, nouns: Sequence[Found]) -> bool:
        """Whether a name begins the title of an instrument, its noun last: "BMT-nin ... haqqında Konvensiyası"."""
        if not self._modal_last:
            return False
        norms = self._d.tokens.norms
        noun = next((f for f in nouns if n.last <= f.first <= n.last + _BEFORE_NOUN_DATED), None)
        if noun is None or noun.first == 0 or norms[noun.first - 1] not in _ABOUT:
            return False
        return not self._stopped(n.last, noun.first, all_breaks=True)

    def _years(self, start: int, end: int) -> list[_Year]:
        d, text = self._d, self._d.text
        out: list[_Year] = []
        if not _DIGITS.search(text, start, end):
            return out
        dates = [x for x in self._cal.dates(text, start, end) if x.year is not None]
        for x in dates:
            first, last = d.range(x.start, x.end)
            out.append(_Year(first, last, x.start, x.end, x.year or 0, x))
        for m in _YEAR.finditer(text, start, end):
            if not any(x.start <= m.start() < x.end for x in dates):
                first, last = d.range(m.start(), m.end())
                out.append(_Year(first, max(last, first + 1), m.start(), m.end(), int(m.group()), None))
        return sorted(out, key=lambda y: y.start)

    def _sentence(
        self, start: int, end: int, nouns: Sequence[Found], states: Sequence[Found], known: Sequence[Named],
        years: Sequence[_Year],
    ) -> list[Reference]:  # fmt: skip
        d = self._d
        out: list[Reference] = []
        used: set[int] = set()
        due = self._cal.due(d.text, start, end)
        for n in known:
            others = [k for k in known if k is not n]
            mine = [y for y in years if self._of_known(n, y, nouns) and not any(_between(k, n, y) for k in others)]
            used.update(y.start for y in mine)
            row = self._known[n.key]
            year = row.get("year") or next((y.year for y in mine if self._said(n, y, row.get("adopted"))), None)
            made = Instrument(row["title"], year, row["status"])
            out.append(Reference(d.tokens.starts[n.first], d.tokens.ends[n.last - 1], "instrument", made.title, made))
        told: set[int] = set()
        edge = d.range(start, start)[0]
        for y in years:
            if y.start in used or (self._present is not None and y.year > self._present):
                continue
            ahead = any(x.start < y.start < x.end and x.year == y.year == self._present for x in due)
            hit = None if ahead and not self._bracketed(y) else self._agreement(y, nouns, states, edge)
            if hit is not None:
                noun, first, last = hit
                used.add(y.start)
                told.add(noun.first)
                status: InstrumentStatus = "to-amend" if self._amended(noun, states) else "in-force"
                title = title_of(d, noun, first, last)
                made = Instrument(title, y.year, status)
                while first < y.first and not d.tokens.norms[first].isalnum():
                    first += 1  # the comma before "on the promotion of investments (1992)"
                at = min(d.tokens.starts[max(noun.first, first) if noun.last <= y.first else noun.first], y.start)
                out.append(Reference(at, y.end, "instrument", title, made))
                edge = y.last if self._bracketed(y) else edge
        out.extend(self._planned(nouns, states, told))
        out.extend(self._due(due, years, used))
        return out

    def _said(self, n: Named, y: _Year, adopted: int | None) -> bool:
        """Whether the text itself gives a year as that of an instrument which nobody names by year."""
        return y.year == adopted or n.first <= y.first < n.last

    def _of_known(self, n: Named, y: _Year, nouns: Sequence[Found]) -> bool:
        norms = self._d.tokens.norms
        if n.first <= y.first < n.last:
            return True
        if n.last <= y.first <= n.last + _KNOWN_REACH:
            near = not self._stopped(n.last, y.first) and "," not in norms[n.last : y.first]
            return near and not any(n.last <= f.first < y.first for f in nouns)
        if y.last <= n.first <= y.last + _KNOWN_REACH:
            return not self._stopped(y.last, n.first, all_breaks=True)
        return False

    def _stopped(self, first: int, last: int, *, all_breaks: bool = False) -> bool:
        """Whether a clause ends between two tokens; the dot of "U.S." ends none."""
        norms = self._d.tokens.norms
        signs = _BREAKS if all_breaks else _STOPS
        return any(norms[i] in signs and not (norms[i] == "." and len(norms[i - 1]) == 1) for i in range(first, last))

    def _bracketed(self, y: _Year) -> bool:
        norms = self._d.tokens.norms
        opens = "(" in norms[max(0, y.first - 2) : y.first]
        return opens and ")" in norms[y.last : y.last + 3]

    def _agreement(
        self, y: _Year, nouns: Sequence[Found], states: Sequence[Found], edge: int
    ) -> tuple[Found, int, int] | None:
        """The instrument noun that a year dates, and the token span of its subject; None where it dates none."""
        norms = self._d.tokens.norms
        before = [f for f in nouns if f.last <= y.first]
        after = [f for f in nouns if f.first >= y.last]
        if self._bracketed(y):
            if not before:
                return None
            noun = before[-1]
            return noun, max(noun.first, edge) if noun.last > edge else edge, y.first
        signed = [s for s in states if s.pattern.value == "in-force" and s.last <= y.first <= s.last + _BEFORE_SIGNED]
        if signed and not self._modal_last:
            reach = [f for f in before if signed[-1].first - f.last <= _NOUN_BACK and f.last <= signed[-1].first]
            if reach and not self._stopped(reach[-1].last, signed[-1].first):
                return self._head(reach, signed[-1].first), reach[0].first, signed[-1].first
        if self._modal_last and after:
            gap = norms[y.last : after[0].first]
            done = [s for s in states if s.pattern.value == "in-force" and y.last <= s.first <= y.last + 8]
            if not self._stopped(y.last, after[0].first) and (
                len(gap) <= _BEFORE_NOUN
                or (done and after[0].first - done[0].last <= _NOUN_BACK)
                or self._dates_title(y, after[0])
            ):
                return after[0], y.last, after[0].last
        if before:
            noun = before[-1]
            gap = norms[noun.last : y.first]
            dated = bool(gap) and (gap[-1] in _OF or norms[y.first] in _OF)
            if (
                not self._stopped(noun.last, y.first)
                and (len(gap) <= _AFTER_NOUN or (dated and len(gap) <= (_DATED if y.date else 12)))
                and not self._bound(y)
            ):
                if "," in gap:  # "the agreements, including the 1999 deal between ...": the subject follows
                    return noun, y.last, self._subject_end(y.last)
                return noun, noun.first, y.first
        if before and self._ends_title(before[-1], y):
            return before[-1], before[-1].first, y.first
        if after and not self._modal_last:
            gap = norms[y.last : after[0].first]
            article = y.first > 0 and norms[y.first - 1] == "the"
            worded = bool(gap) and gap[0] in self._year_words  # "2002 års deklaration"
            reach_to = _BEFORE_NOUN_THE if article else _BEFORE_NOUN if worded else _BEFORE_NOUN_BARE
            if len(gap) <= reach_to and not self._stopped(y.last, after[0].first, all_breaks=not article):
                return after[0], y.last, self._subject_end(after[0].last)
        return None

    def _dates_title(self, y: _Year, noun: Found) -> bool:
        """Whether a year with its word ("tarixli", "жылғы") is the attribute of a title that ends in its noun."""
        norms = self._d.tokens.norms
        if noun.first - y.last > _BEFORE_NOUN_DATED or not self._dated & set(norms[y.first : y.last + 4]):
            return False
        between = norms[y.last : noun.first]
        return not any(_YEAR.fullmatch(t) for t in between) and ("," not in between or between[-1] in _ABOUT)

    def _ends_title(self, noun: Found, y: _Year) -> bool:
        """Whether a year in the genitive ends the title that a noun begins: "Соглашение о ... 2011 года"."""
        norms = self._d.tokens.norms
        gap = norms[noun.last : y.first]
        if not self._dated or self._modal_last or not 0 < len(gap) <= _AFTER_TITLE or self._bound(y):
            return False
        if not any(norms[i] in self._dated for i in range(y.first, min(y.last + 1, len(norms)))):
            return False
        begins = gap[0] in _ABOUT or any(t in _ABOUT for t in gap[:4])
        return begins and "," not in gap and gap[-1] not in self._unlike and not self._stopped(noun.last, y.first)

    def _subject_end(self, at: int) -> int:
        """Where the subject that begins at a token ends: a stop, a comma or another year."""
        norms = self._d.tokens.norms
        end = at
        while end < min(len(norms), at + 22) and norms[end] not in _BREAKS and not _YEAR.fullmatch(norms[end]):
            end += 1
        return end

    def _bound(self, y: _Year) -> bool:
        """Whether words make the year a time to act in, not the year of what stands before it."""
        text = self._d.text
        return any(x.start < y.start < x.end for x in self._cal.due(text, max(0, y.start - 30), y.end + 15)) and (
            self._present is None or y.year >= self._present
        )

    def _head(self, nouns: Sequence[Found], before: int) -> Found:
        """Of the nouns before "signed", the one that is signed: the first after the last sign of another clause."""
        best = nouns[-1]
        for f in reversed(nouns[:-1]):
            if self._stopped(f.last, best.first, all_breaks=True):
                break
            best = f
        return best

    def _amended(self, noun: Found, states: Sequence[Found]) -> bool:
        return any(
            s.pattern.value == "to-amend" and (0 <= noun.first - s.last <= 4 or 0 <= s.first - noun.last <= 3)
            for s in states
        )

    def _planned(self, nouns: Sequence[Found], states: Sequence[Found], told: set[int]) -> list[Reference]:
        """Instruments without a year that are to be signed or amended."""
        d, norms = self._d, self._d.tokens.norms
        out: list[Reference] = []
        for s in states:
            value = s.pattern.value
            if value == "in-force":
                continue
            if self._modal_last:
                near = [f for f in nouns if 0 <= s.first - f.last <= _STATUS_REACH]
                noun = near[-1] if near else None
            else:
                near = [f for f in nouns if 0 <= f.first - s.last <= _STATUS_REACH]
                noun = near[0] if near else None
            if noun is None or noun.first in told:
                continue
            if self._stopped(min(s.last, noun.last), max(s.first, noun.first), all_breaks=True):
                continue
            told.add(noun.first)
            first, last = noun.first, min(noun.last + 14, len(norms))
            if self._modal_last:
                first, last = max(0, noun.first - 10), noun.last
            for i in range(noun.last, last):
                if norms[i] in _STOPS or norms[i] == ",":
                    last = i
                    break
            title = title_of(d, noun, first, last)
            status: InstrumentStatus = "to-amend" if value == "to-amend" else "to-sign"
            made = Instrument(title, None, status)
            out.append(Reference(d.tokens.starts[noun.first], d.tokens.ends[noun.last - 1], "instrument", title, made))
        return out

    def _due(self, due: Sequence[Due], years: Sequence[_Year], used: set[int]) -> list[Reference]:
        out: list[Reference] = []
        now = self._present
        for x in due:
            inside = [y for y in years if y.start < x.end and x.start < y.end]
            if any(y.start in used or y.date is not None for y in inside):
                continue
            if x.year is not None and now is not None:
                first = re.match(r"\d{4}", x.text)
                if x.year < now or ("-" in x.text and first is not None and int(first.group()) < now - 1):
                    continue
            out.append(Reference(x.start, x.end, "deadline", x.text))
        for y in years:
            if y.date is None or y.start in used or now is None or y.year <= now:
                continue
            out.append(Reference(y.start, y.end, "deadline", y.date.iso or month_year(y.date)))
        return out


def _between(other: Named, n: Named, y: _Year) -> bool:
    """Whether another instrument stands nearer to the year than ``n``, or the year is part of its name."""
    if other.first <= y.first < other.last:
        return not n.first <= y.first < n.last
    return min(n.last, y.last) <= other.first < max(n.first, y.first)


def _inside(f: Found, named: Sequence[Named]) -> bool:
    """Whether a noun is part of a well-known instrument's name."""
    at = bisect_right([n.first for n in named], f.first) - 1
    return at >= 0 and named[at].kind == "instrument" and f.first < named[at].last
