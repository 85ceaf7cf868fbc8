"""Whose statement a text is: its title, parties, date and place, and which of its texts this one is.

The head and the tail of the page hold all of this. What stands in the formula of adoption outranks the dateline, that
the page's own front matter, that a caption and that the account of the visit. What the text does not say is None.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from urllib.parse import urlsplit

from servanda import packs
from servanda.explanations import say
from servanda.names import english_name
from servanda.packs import Pack
from servanda.reading.dates import Date, calendar
from servanda.reading.detection import detect, detect_each
from servanda.reading.gazetteer import gazetteer
from servanda.reading.layout import Paragraph
from servanda.reading.lexicon import Found, Lexicon
from servanda.reading.matching import Matcher, Tokens, tokenise
from servanda.reading.states import state_forms, states
from servanda.records import ExpressionKind, Message, Source

__all__ = ["Identity", "detect", "detect_each", "identify", "name_forms"]

HEAD = 7000  # characters of the instrument's beginning in which its parties are looked for
TAIL = 2500  # and of its end, where the formula of adoption and the signatures stand
DATELINE = 90  # a line that is a date and a place is no longer
LAST = 4  # paragraphs at the end of the instrument among which its formula stands
NEAR = 14  # tokens between a date and the place that belongs to it

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<body>(?:.*\r?\n){1,40}?)---[ \t]*(?:\r?\n|$)")
_FIELD = re.compile(r"^(\w+):[ \t]*(?:\"((?:[^\"\\]|\\[\s\S])*)\"|'([^']*)'|(.*))$", re.MULTILINE)
_FOLD = re.compile(r"\\\r?\n\s*(\\(?=\s))?")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[_NLP\"\\/ ])")
_URL = re.compile(r"https?://[^\s<>\"'\])]+")
_ISO = re.compile(r"(?:1[6-9]|20|21)\d\d-\d\d-\d\d")
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—-]{3,40}$")
_WORD = re.compile(r"[^\W\d_]{2,}")

# What may stand between the names of two sides: a dash, a small word, the rest of an official name.
_JOINING = """
- / & ' ( ) s the of and och og và и с və ilə және мен бен пен et und y e com med with với giữa to de la du des den det
republiken republikken republik republic cộng hòa hoà xã hội chủ nghĩa dân nhân liên bang vương quốc nước
республика республикасы respublikası und der die das republik bundesrepublik königreich y la el república reino e a do
da o repubblica regno di del della 和 与 和国 共 国
prime minister president king queen chancellor government governments people peoples
"""
_BETWEEN = frozenset(_JOINING.split())
_PAIR_REACH = 12  # tokens; official names are long: "and the Socialist Republic of"
_WEAK = frozenset({"partnership", "agreement", "memorandum", "declaration", "action-plan"})
_NOT_FOUND = -1
_CITY = {"Washington": "Washington, D.C."}  # where a city's English name says more than the packs' key
_ORIGINAL_NAMES = {"no": "nb", "nn": "nb"}
_CLASHING = frozenset({"us", "ar", "or", "om", "is", "it", "no", "in", "at", "un"})


@dataclass(frozen=True, slots=True)
class Identity:
    """What a text says of itself. Fields are those of ``Statement`` and ``Expression`` in servanda.records."""

    title: str | None
    type: str | None
    parties: tuple[str, ...]
    """ISO 3166-1 alpha-2, sorted; EU for the European Union."""
    relationship: str | None
    adopted: str | None
    place: str | None
    original_languages: tuple[str, ...]
    equally_authentic: bool | None
    kind: ExpressionKind
    reason: str
    source_url: str | None
    publisher: str | None
    dated_by_visit: bool = False
    """Whether ``adopted`` is only the last day of the visit that the text tells of: nothing says more."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A paragraph with what stands in it. State, place and language spans are token indices."""

    p: Paragraph
    tokens: Tokens
    page: list[Found]
    states: list[tuple[int, int, str]]
    places: list[tuple[int, int, str]]

    def has(self, kind: str, value: str | None = None) -> bool:
        return any(f.kind == kind and (value is None or f.pattern.value == value) for f in self.page)


def identify(source: Source, paragraphs: Sequence[Paragraph], pack: Pack, language: str) -> Identity:
    """Reads from the marked paragraphs of a source whose statement it is.

    ``paragraphs`` have their noise marked; ``language`` is that of the text and ``pack`` its pack.
    """
    front = _front(source.text)
    rows = _rows(source.text, paragraphs, pack, language)
    alive = [r for r in rows if r.p.noise is None]
    own_title = _own_title(source, front, alive)
    sides = _parties(own_title, source.text, alive, pack, language)
    formal = [r for r in alive if r.has("formal") or r.has("authentic")]
    formal = formal or [r for r in alive[-LAST:] if r.has("original")]
    adopted, place = _adoption(source, front, rows, alive, formal, pack)
    visit = None if adopted else _visit(source, front, alive, pack)
    originals = _original_languages(formal, pack)
    kind, reason = _expression(alive, formal, originals, sides, language)
    url = front.get("source_url") or front.get("url") or _source_line(source.text, paragraphs, rows) or source.url
    type_ = _most(alive, own_title, "type", pack)
    relationship = _most(alive, own_title, "relationship", pack)
    return Identity(
        title=own_title or _made_title(type_, relationship, sides, alive, pack), type=type_,
        parties=tuple(sorted(sides)), relationship=relationship, adopted=adopted or visit,
        place=_CITY.get(place or "", place),
        original_languages=originals,
        equally_authentic=True if any(r.has("authentic") for r in formal) else None, kind=kind, reason=reason,
        source_url=url, publisher=source.publisher or _host(url), dated_by_visit=visit is not None,
    )  # fmt: skip


def name_forms(parties: Sequence[str], pack: Pack) -> Mapping[str, tuple[str, ...]]:
    """The forms (docs/packs.md) in which each party's name occurs in texts of the pack's language."""
    forms = state_forms(pack.language)
    return {code: tuple(f for f in forms.get(code, ()) if f.casefold() not in _CLASHING) or (code,) for code in parties}


def _front(text: str) -> dict[str, str]:
    """The fields of YAML front matter, of which only flat strings are met."""
    m = _FRONT.match(text)
    if m is None:
        return {}
    out: dict[str, str] = {}
    for f in _FIELD.finditer(m.group("body")):
        value = f.group(2) if f.group(2) is not None else f.group(3) or f.group(4) or ""
        if f.group(2) is not None:
            value = _ESCAPE.sub(_unescaped, _FOLD.sub("", value))
        out[f.group(1).lower()] = " ".join(value.split())
    return out


def _unescaped(m: re.Match[str]) -> str:
    code = m.group(1)
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return " " if code in "_NLP" else code


def _rows(text: str, paragraphs: Sequence[Paragraph], pack: Pack, language: str) -> list[_Row]:
    """The paragraphs of the head and the tail, read; noise among them too, for captions and source lines."""
    alive = [p for p in paragraphs if p.noise is None]
    wanted: set[int] = set()
    size = 0
    for p in alive:
        wanted.add(p.start)
        size += p.end - p.start
        if size > HEAD:
            break
    size = 0
    for p in reversed(alive):
        wanted.add(p.start)
        size += p.end - p.start
        if size > TAIL:
            break
    lexicon, finder, places = Lexicon.of(pack.language), states(language), place_forms(pack.language)
    out: list[_Row] = []
    for i, p in enumerate(paragraphs):
        if p.start not in wanted and not (p.noise and p.noise != "layout" and (i < 8 or i >= len(paragraphs) - 8)):
            continue
        tokens = tokenise(text, p.start, p.end)
        named = [
            (h.first, h.last, places[1][h.key])
            for h in places[0].find(tokens)
            if not text[tokens.starts[h.first]].islower()
        ]
        out.append(_Row(p, tokens, lexicon.find("page", tokens), finder.find(text, tokens), named))
    return out


@cache
def place_forms(language: str) -> tuple[Matcher, list[str]]:
    """The cities that a pack knows: a matcher, and the English name of each of its keys."""
    keys = [(name, form) for name, forms in packs.load(language).places.items() for form in forms]
    return Matcher((i, form) for i, (_, form) in enumerate(keys)), [name for name, _ in keys]


def _own_title(source: Source, front: Mapping[str, str], alive: Sequence[_Row]) -> str | None:
    """The title that the page itself gives."""
    if given := front.get("title"):
        return given
    if source.title and len(source.title) > 5:
        return _SITE.sub("", " ".join(source.title.split()))
    for row in alive[:4]:
        if row.p.heading and row.has("type"):
            return " ".join(source.text[row.p.body : row.p.end].split()).strip("*_#<>u/ ") or None
    return None


def _parties(title: str | None, text: str, alive: Sequence[_Row], pack: Pack, language: str) -> tuple[str, ...]:
    """The sides, in the order in which they are named."""
    finder = states(language)
    named: list[str] = []
    chained: list[str] = []
    if title:
        tokens = tokenise(title)
        hits = _without_host(title, finder.find(title, tokens), pack)
        named = list(dict.fromkeys(code for _, _, code in hits))
        pairs = _pairs(tokens, hits)
        chained = _listed(tokens, hits, _chain(pairs))
        if len(named) == 2:
            return tuple(named)
        if len(chained) >= 2:
            return tuple(chained)
        if group := _group(title, alive):
            return group
        if len(named) <= 1 and _with_organisation(title, pack.language):
            return tuple(named)  # a group of many states that the records do not list: "G20 Leaders' Declaration"
    counts: Counter[tuple[str, str]] = Counter()
    order: dict[tuple[str, str], tuple[str, str]] = {}
    for n, row in enumerate(alive):
        for a, b in _pairs(row.tokens, row.states):
            key = (a, b) if a < b else (b, a)
            order.setdefault(key, (a, b))
            counts[key] += 3 if n < 4 else 1
    for key in counts:
        counts[key] *= 1 + 2 * len(set(key) & set(named))
    if counts:
        best, most = counts.most_common(1)[0]
        sides = list(order[best])
        # A third side is named beside both others about as often as they are beside each other.
        for other in {c for key in counts for c in key} - set(best):
            beside = [counts[min(other, s), max(other, s)] for s in best]
            if min(beside) * 2 >= most:
                sides.append(other)
        return tuple(sides)
    said = Counter(code for row in alive for _, _, code in row.states)
    common = said.most_common(3)
    if len(common) >= 2 and common[1][1] >= 2 and (len(common) == 2 or common[1][1] >= 2 * common[2][1]):
        firsts = [c for row in alive for _, _, c in row.states]
        return tuple(sorted((common[0][0], common[1][0]), key=firsts.index))
    return ()


def _without_host(title: str, hits: Sequence[tuple[int, int, str]], pack: Pack) -> list[tuple[int, int, str]]:
    """The states of a title but for the one in which a city lies: "New Delhi, India"."""
    tokens = tokenise(title)
    matcher, _ = place_forms(pack.language)
    ends = {h.last for h in matcher.find(tokens)}
    return [h for h in hits if not (h[0] > 1 and tokens.norms[h[0] - 1] == "," and h[0] - 1 in ends)]


def _pairs(tokens: Tokens, hits: Sequence[tuple[int, int, str]]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for (_, a_end, a), (b_start, _, b) in pairwise(hits):
        gap = tokens.norms[a_end:b_start]
        if a != b and 0 < len(gap) <= _PAIR_REACH and all(joins(t) for t in gap):
            out.append((a, b))
    return out


def joins(token: str) -> bool:
    """Whether a token may stand between a state's name and what belongs to it: small words, "republic", "kingdom"."""
    return token in _BETWEEN or token.startswith(("республик", "социалистич", "republi", "socialist", "sosialist",
                                                  "sosialistisk", "kingdom", "kongerike", "konungarik", "федерац",
                                                  "королевств", "federa", "государств", "america"))  # fmt: skip


def _chain(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The names that hang together with the first pair: A and B, A-B-C."""
    out: list[str] = []
    for a, b in pairs:
        if not out or a in out or b in out:
            out.extend(c for c in (a, b) if c not in out)
    return out


def _listed(tokens: Tokens, hits: Sequence[tuple[int, int, str]], chain: list[str]) -> list[str]:
    """The chain with those before it that only a comma parts from it: A, the B and C."""
    out = list(chain)
    for (_, a_end, a), (b_start, _, b) in reversed(list(pairwise(hits))):
        gap = [t for t in tokens.norms[a_end:b_start] if t != "the"]
        if b in out and a not in out and gap == [","]:
            out.insert(0, a)
    return out


def _group(title: str, alive: Sequence[_Row]) -> tuple[str, ...] | None:
    """The members of a group of few states whose joint statement this is, where the text names them."""
    said = set(re.findall(r"[^\W_]+", title))
    there = {code for row in alive for _, _, code in row.states}
    for key, row in packs.vocabulary("forums").items():
        members = row.get("members")
        if members and key in said and len(there & set(members)) * 4 >= len(members) * 3:
            return tuple(members)
    return None


def _with_organisation(title: str, language: str) -> bool:
    return any(kind == "forum" for kind, _ in gazetteer(language).names(title))


def _adoption(
    source: Source,
    front: Mapping[str, str],
    rows: Sequence[_Row],
    alive: Sequence[_Row],
    formal: Sequence[_Row],
    pack: Pack,
) -> tuple[str | None, str | None]:
    """(ISO date, English name of the city) of adoption."""
    text, cal = source.text, calendar(pack.language)
    context = _context(source, front, alive, pack)
    adopted: str | None = None
    place: str | None = None
    captions = [r for r in rows if r.p.noise in ("caption", "lead", "byline", "date")]
    ends = [*alive[:4], *alive[-3:]]
    datelines = [r for r in ends if r.p.end - r.p.start <= DATELINE]
    for group, strict in ((list(reversed(formal)), False), (datelines, True)):
        for row in group:
            dates = cal.dates(text, row.p.start, row.p.end)
            whole = next((iso for d in reversed(dates) if (iso := _whole(d, context, ranged=strict))), None)
            if strict and not _only(text, row, dates):
                continue
            adopted = adopted or whole
            if row.places and place is None:
                place = _nearest(row, dates)
    if adopted is None and (given := _ISO.match(front.get("date", ""))):
        adopted = given.group()
    for row in [*captions, *alive[:3]]:
        for d in cal.dates(text, row.p.start, row.p.end):
            near = _beside(row, d)
            iso = _whole(d, context)
            if near and iso and (row.p.noise is not None or d.year is not None):
                adopted, place = adopted or iso, place or near
    if place is None:
        place = _in_account(text, alive, pack)
    return adopted, place


def _visit(source: Source, front: Mapping[str, str], alive: Sequence[_Row], pack: Pack) -> str | None:
    """The last day of the first visit or meeting that the text tells of."""
    cal, context = calendar(pack.language), _context(source, front, alive, pack)
    days = (
        _whole(d, context, ranged=True) for row in alive[:4] for d in cal.dates(source.text, row.p.start, row.p.end)
    )
    return next((iso for iso in days if iso), None)


def _context(source: Source, front: Mapping[str, str], alive: Sequence[_Row], pack: Pack) -> list[Date]:
    """Dates that complete others: those of the text that have a year, and the page's own."""
    cal = calendar(pack.language)
    out = [d for r in (*alive[:6], *alive[-4:]) for d in cal.dates(source.text, r.p.start, r.p.end) if d.year]
    for given in (front.get("date"), source.published):
        if given and _ISO.match(given):
            year, month, day = (int(x) for x in given[:10].split("-"))
            out.append(Date(0, 0, year, month, day))
    return out


def _whole(date: Date, context: Sequence[Date], *, ranged: bool = False) -> str | None:
    """The date in full, its year taken from the context where it has none; None for a month.

    A range is none either, unless ``ranged``: what is dated "9-10 September" was adopted on the last day.
    """
    if date.day is None or date.month is None or (date.first_day is not None and not ranged):
        return None
    date = replace(date, first_day=None)
    if date.year is None:
        years = [d.year for d in context if d.month == date.month] or [d.year for d in context]
        if not years:
            return None
        date = replace(date, year=Counter(years).most_common(1)[0][0])
    return date.iso


def _only(text: str, row: _Row, dates: Sequence[Date]) -> bool:
    """Whether a line is nothing but a date and a place: a dateline."""
    rest = text[row.p.body : row.p.end]
    for d in dates:
        rest = rest.replace(text[d.start : d.end], " ")
    words = sum(1 + len(w) // 2 if w[0] >= "\u3040" else 1 for w in _WORD.findall(rest))  # Han runs are several words
    known = sum(last - first for first, last, _ in (*row.places, *row.states))
    return bool(row.places or dates) and words <= known + 2 and words <= 8


def _nearest(row: _Row, dates: Sequence[Date]) -> str:
    """The place of a row that stands nearest to its last date."""
    if not dates:
        return row.places[-1][2]
    at = bisect_left(row.tokens.starts, dates[-1].start)
    return min(row.places, key=lambda p: abs(p[0] - at))[2]


def _beside(row: _Row, date: Date) -> str | None:
    at = bisect_left(row.tokens.starts, date.start)
    near = [p for p in row.places if abs(p[0] - at) <= NEAR]
    return min(near, key=lambda p: abs(p[0] - at))[2] if near else None


def _in_account(text: str, alive: Sequence[_Row], pack: Pack) -> str | None:
    """The city of the meeting, where the first paragraphs tell of one and name one city alone."""
    lists = gazetteer(pack.language)
    lexicon = Lexicon.of(pack.language)
    for row in [r for r in alive if not r.p.heading][:2]:
        taken = {i for n in lists.find(text, row.tokens) for i in range(n.first, n.last)}
        taken |= {i for first, last, _ in row.states for i in range(first, last)}  # Singapore the party, not the city
        free = [p for p in row.places if p[0] not in taken]
        if not free or len({p[2] for p in free}) > 1:
            continue
        head = lexicon.find("head", row.tokens)
        if any(f.kind == "welcome" or (f.kind == "stance" and f.pattern.value == "narrative") for f in head) or any(
            t.startswith(("welcom", "visit", "meet", "met")) for t in row.tokens.norms
        ):
            return free[0][2]
    return None


@cache
def _language_names(language: str) -> tuple[Matcher, list[str]]:
    names = packs.load(language).languages
    keys = [(_ORIGINAL_NAMES.get(code, code), form) for code, forms in names.items() for form in forms]
    return Matcher((i, form) for i, (_, form) in enumerate(keys)), [code for code, _ in keys]


def _original_languages(formal: Sequence[_Row], pack: Pack) -> tuple[str, ...]:
    """The languages in which the formula says that originals were made."""
    matcher, codes = _language_names(pack.language)
    for row in reversed(formal):
        clusters: list[list[tuple[int, str]]] = []
        last = _NOT_FOUND
        for hit in matcher.find(row.tokens):
            row_hit = (hit.first, codes[hit.key])
            if clusters and hit.first - last <= 3:
                clusters[-1].append(row_hit)
            else:
                clusters.append([row_hit])
            last = hit.last
        if not clusters:
            continue
        best = max(clusters, key=lambda c: (len({code for _, code in c}), c[0][0]))
        if len({code for _, code in best}) >= 2 or row.has("original") or row.has("authentic"):
            return tuple(sorted({code for _, code in best}))
    return ()


@cache
def _official(code: str) -> frozenset[str]:
    return frozenset(packs.vocabulary("languages").get(code, ()))


def _expression(
    alive: Sequence[_Row], formal: Sequence[_Row], originals: Sequence[str], sides: Sequence[str], language: str
) -> tuple[ExpressionKind, str]:
    """Which of the statement's texts this is, and why."""
    reports = sum(1 for r in alive for f in r.page if f.kind == "summary")
    if reports and (reports >= 2 or not formal) and not originals:
        return "summary", _because("reading-account")
    if originals:
        if language in originals:
            return "original", _because("reading-original", languages=originals)
        return "translation", _because("reading-translation", languages=originals, language=[language])
    if not sides:
        return "unknown", _because("reading-unknown")
    speaking = [code for code in sides if language in _official(code)]
    if speaking:
        return "original", _because("reading-official", language=[language], states=sorted(speaking))
    return "translation", _because("reading-foreign", language=[language], states=sorted(sides))


def _because(message: str, **codes: Sequence[str]) -> str:
    return say(Message(message, tuple((name, ("codes", *given)) for name, given in codes.items())), "en")


def _source_line(text: str, paragraphs: Sequence[Paragraph], rows: Sequence[_Row]) -> str | None:
    """The address in a line that names the source of the text."""
    sources = {r.p.start for r in rows if r.has("noise", "source")}
    for p in reversed(paragraphs):
        if p.noise in ("source", "tail", "byline") or p.start in sources:
            m = _URL.search(text, p.start, p.end)
            if m and m.start() - p.start <= DATELINE:
                return m.group().rstrip(".,;")
    return None


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None


def _most(alive: Sequence[_Row], title: str | None, kind: str, pack: Pack) -> str | None:
    """The value of a kind of the page layer: that of the title, else the most frequent in the head.

    A value that says little ("partnership", "agreement") gives way to one that says more.
    """
    if title:
        tokens = tokenise(title)
        said = [f.pattern.value for f in Lexicon.of(pack.language).find("page", tokens) if f.kind == kind]
        if said:
            return next((v for v in said if v not in _WEAK), said[0])
    counts = Counter(f.pattern.value for r in alive for f in r.page if f.kind == kind)
    if not counts:
        return None
    strong = {v: n for v, n in counts.items() if v not in _WEAK and n * 12 >= max(counts.values())} or counts
    most = max(strong.values())
    return next(
        f.pattern.value for r in alive for f in r.page if f.kind == kind and strong.get(f.pattern.value) == most
    )


def _made_title(
    type_: str | None, relationship: str | None, sides: Sequence[str], alive: Sequence[_Row], pack: Pack
) -> str | None:
    """An English title for a text that prints none."""
    if len(sides) < 2:
        return None
    names = [english_name(code) for code in sides]
    between = f"between {', '.join(names[:-1])} and {names[-1]}"
    what = (type_ or "joint-statement").replace("-", " ").title()
    if relationship is None:
        return f"{what} {between}"
    of = relationship.replace("-", " ").title()
    if _founded(alive, pack):
        return f"{what} on the Establishment of {'an' if of[0] in 'AEIOU' else 'a'} {of} {between}"
    return f"{what} on the {of} {between}"


def _founded(alive: Sequence[_Row], pack: Pack) -> bool:
    """Whether the text speaks of establishing the relationship: that verb right beside the relationship's name."""
    lexicon = Lexicon.of(pack.language)
    for row in [r for r in alive if r.has("relationship")][:3]:
        makes = [f for f in lexicon.find("head", row.tokens) if f.kind == "verb" and f.pattern.value == "establish"]
        for f in row.page:
            if f.kind != "relationship":
                continue
            if any(0 <= f.first - m.last <= 4 or 0 <= m.first - f.last <= 3 for m in makes):
                return True
    return False
