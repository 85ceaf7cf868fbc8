"""Two versions side by side as one self-contained page for a legal linguist.

    page = render_alignment(alignment, ui="vi")

The page needs no network and no script: its filters are checkboxes that the style sheet heeds, and without them
everything is shown. Its own words come from ``alignment.toml``, its looks from ``alignment.css``. :func:`view` is
the same without the frame, for a page of the register. Nothing of the texts gets into the page unescaped.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import Any

from servanda.errors import UsageError
from servanda.formats.alignment_rows import SIDES, Finding, Row, Side, bare, first_to_see, numbered, rows
from servanda.formats.labels import fold
from servanda.records import Alignment, Passage, Statement
from servanda.version import __version__

SHAPES = {3: "▲", 2: "◆", 1: "●"}
"""Severity is told by shape and number, not by colour alone."""
LONGEST_QUOTE = 320
"""Characters of a passage in the list; the whole stands in the texts."""
HOVERED = 12
"""Sentence pairs of a row that light up together under the pointer; longer rows have the numbers alone."""
_CONTROL = {c: None for c in (*range(32), *range(127, 160)) if c not in (9, 10, 13)}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("servanda.formats").joinpath("alignment.toml").read_text("utf-8"))


def languages() -> tuple[str, ...]:
    """Languages in which the page can speak to its reader."""
    return tuple(_words())


def style() -> str:
    """The style sheet that :func:`view` needs."""
    return files("servanda.formats").joinpath("alignment.css").read_text("utf-8") + _hovering()


def render_alignment(alignment: Alignment, *, ui: str = "en") -> str:
    """The whole page; ``ui`` is the language of its own words, not of the texts.

    Raises UsageError for a language that :func:`languages` does not name.
    """
    page = _Page(alignment, ui)
    words = page.words
    title = f"{words['page']}: {fold(alignment.a.title or alignment.a.source.name)}"
    links = ("findings", "texts")
    skips = "".join(f'<a class="skip" href="#{to}">{escape(words["skip_" + to])}</a>\n' for to in links)
    # form-action and default-src: should a hole ever open in the escaping, what gets in can neither run nor send
    policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
    return (
        f'<!doctype html>\n<html lang="{ui}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="generator" content="Servanda {escape(__version__)}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style()}\n</style>\n</head>\n<body>\n{skips}"
        f"<header>\n<h1>{escape(words['page'])}</h1>\n</header>\n"
        f"<main>\n{page.view()}</main>\n"
        f'<footer class="soft"><p>{escape(words["made_with"].format(version=__version__))}</p></footer>\n'
        "</body>\n</html>\n"
    )


def view(alignment: Alignment, *, ui: str = "en") -> str:
    """What stands inside ``main``: summary, findings, texts. Headings begin at the second level."""
    return _Page(alignment, ui).view()


def _hovering() -> str:
    """Rules that light up both sentences of a pair; one set serves all rows, for pairs are counted within them."""
    pairs = (f"tr:has(.q{n}:hover) .q{n}" for n in range(1, HOVERED + 1))
    return f"\n@media (hover: hover) {{ {', '.join(pairs)} {{ background: #fff7bf; }} }}"


def _clean(text: str) -> str:
    """Escaped, without control characters, which HTML forbids."""
    return escape(text.translate(_CONTROL))


def _shortened(text: str) -> str:
    text = fold(text)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


@dataclass
class _Page:
    """One page while it is written; ``anchors`` are the ids of the marks that are in the texts so far."""

    alignment: Alignment
    ui: str
    words: dict[str, Any] = field(init=False)
    findings: list[Finding] = field(init=False)
    rows: list[Row] = field(init=False)
    anchors: dict[str, int] = field(init=False, default_factory=dict)
    """With the number of the row in which each stands."""
    found: set[int] = field(init=False, default_factory=set)
    """Numbers of the rows in which something is marked."""

    def __post_init__(self) -> None:
        if self.ui not in _words():
            raise UsageError(f"The page has no words in {self.ui!r}. Available are {', '.join(languages())}.")
        from babel import Locale

        self.words = _words()[self.ui]
        self.locale = Locale.parse(self.ui)
        self.findings = numbered(self.alignment)
        self.rows = rows(self.alignment)
        self.nothing = "unread" if bare(self.alignment) else "no_findings"
        self.kinds = Counter(f.of.kind for f in self.findings)
        self.severities = Counter(f.severity for f in self.findings)

    def say(self, key: str, **filled: str) -> str:
        """A word of the table, filled and escaped."""
        return escape(self.words[key].format(**filled))

    def statement(self, side: Side) -> Statement:
        return self.alignment.a if side == "a" else self.alignment.b

    def lang(self, side: Side) -> str:
        """The attributes of an element that holds text of this version."""
        code = self.statement(side).expression.language
        return f' lang="{_clean(code)}" dir="auto"' if code else ' lang="" dir="auto"'

    def language(self, side: Side) -> str:
        """The version's language in the reader's words, not escaped; empty where it is not known."""
        code = self.statement(side).expression.language
        return str(self.locale.languages.get(code, code)) if code else ""

    def named(self, side: Side) -> str:
        """``Version A (Vietnamese)``, escaped."""
        language = self.language(side)
        return escape(self.words[f"version_{side}"] + (f" ({language})" if language else ""))

    def share(self, value: float) -> str:
        from babel.numbers import format_percent

        return str(format_percent(round(value, 2), locale=self.locale))

    def kind(self, kind: str) -> str:
        return escape(self.words["kinds"].get(kind, kind))

    def view(self) -> str:
        texts = self.texts()  # first, for the list links to the marks
        return f"{self.facts()}{self.summary()}{self.listed()}{texts}"

    # --- summary ------------------------------------------------------------------------------------------------------

    def facts(self) -> str:
        """Both versions: title, language, kind, date, parties, size."""
        words = self.words
        labels = ["title", "language", "kind_of_text", "adopted", "parties", "commitments", "paragraphs", "file"]
        if bare(self.alignment):
            labels = ["language", "paragraphs", "file"]
        cells = {side: self.facts_of(side) for side in SIDES}
        body = "".join(
            f'<tr role="row"><th scope="row" role="rowheader">{escape(words[label])}</th>'
            + "".join(
                f'<td role="cell"><span class="label" aria-hidden="true">{escape(words["version_" + side])}</span>'
                f"{cells[side][label]}</td>"
                for side in SIDES
            )
            + "</tr>\n"
            for label in labels
        )
        return (
            f'<h2 id="versions">{self.say("versions")}</h2>\n'
            '<table class="facts stack" role="table" aria-labelledby="versions">\n'
            f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{self.say("what")}</th>'
            f'<th scope="col" role="columnheader">{self.say("version_a")}</th>'
            f'<th scope="col" role="columnheader">{self.say("version_b")}</th></tr></thead>\n'
            f'<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
        )

    def facts_of(self, side: Side) -> dict[str, str]:
        """The cells of one version, as HTML."""
        from babel.dates import format_date

        s = self.statement(side)
        absent = f'<span class="soft">{self.say("not_found")}</span>'
        try:
            day = date.fromisoformat(s.adopted) if s.adopted else None
            adopted = format_date(day, self.words["date"], locale=self.locale) if day else None
        except ValueError:  # a year or a month alone
            adopted = s.adopted
        parties = ", ".join(str(self.locale.territories.get(code, code)) for code in s.parties)
        paragraphs = self.alignment.paragraphs_a if side == "a" else self.alignment.paragraphs_b
        kind = escape(self.words["texts_kinds"][s.expression.kind])
        why = s.expression.reason
        told = f'<br><span class="soft" lang="{self.ui}">{_clean(fold(why))}</span>'
        common = len({x if side == "a" else y for x, y in self.alignment.commitments})
        shared = f'<br><span class="soft">{self.say("in_both", number=str(common))}</span>' if common else ""
        return {
            "title": f"<span{self.lang(side)}>{_clean(fold(s.title))}</span>" if s.title else absent,
            "language": _clean(self.language(side)) or absent,
            "kind_of_text": kind + (told if why else ""),
            "adopted": _clean(adopted) if adopted else absent,
            "parties": _clean(parties) or absent,
            "commitments": f"{len(s.commitments)}{shared}",
            "paragraphs": str(sum(start < end for start, end in paragraphs)),
            "file": _clean(fold(s.source.name)),
        }

    def summary(self) -> str:
        """Coverage, what to look at first, counts by kind and severity."""
        covered = self.alignment.coverage
        if covered is None and not self.findings:
            return ""
        out = [f"<h2>{self.say('summary')}</h2>\n"]
        if covered is not None:
            out.append(f"<p>{self.say('coverage', share=self.share(covered))}</p>\n")
        if not self.findings:
            return "".join(out)
        out.append(f'<div class="overview">\n<div>\n<h3>{self.say("first")}</h3>\n')
        most = first_to_see(self.findings)
        if most:
            told = "".join(
                f"<li>{self.badge(f)} {self.why(f)} "
                f'<a href="#d{f.number}">{self.say("finding", number=str(f.number))}</a></li>\n'
                for f in most
            )
            out.append(f'<ol class="first">\n{told}</ol>\n')
        else:
            out.append(f"<p>{self.say('nothing_first')}</p>\n")
        out.append(f"</div>\n<div>\n{self.counts()}</div>\n</div>\n")
        return "".join(out)

    def badge(self, f: Finding) -> str:
        """Shape, number and kind of a finding; the severity in words for those who do not see."""
        meaning = escape(self.words["severities"][str(f.severity)])
        return (
            f'<span class="badge s{f.severity}"><span aria-hidden="true">{SHAPES[f.severity]}{f.severity}</span>'
            f'<span class="vh">{self.say("severity")} {f.severity}, {meaning}:</span> {self.kind(f.of.kind)}</span>'
        )

    def why(self, f: Finding) -> str:
        """The explanation, escaped; marked as English where it has no message to be said otherwise."""
        shown = _clean(fold(f.of.explanation))
        return shown if f.of.message or self.ui == "en" else f'<span lang="en">{shown}</span>'

    def counts(self) -> str:
        """The table of kinds by severities, with the legend of the shapes."""
        levels = (3, 2, 1)
        by = Counter((f.of.kind, f.severity) for f in self.findings)
        head = "".join(
            f'<th scope="col"><span aria-hidden="true">{SHAPES[n]}</span> '
            f'<span class="vh">{self.say("severity")}</span> {n}</th>'
            for n in levels
        )
        body = "".join(
            f'<tr><th scope="row">{self.kind(kind)}</th>'
            + "".join(_count(by[(kind, n)]) for n in levels)
            + f"{_count(total)}</tr>\n"
            for kind, total in self.kinds.most_common()
        )
        foot = "".join(_count(self.severities[n]) for n in levels)
        legend = "".join(
            f'<li><span class="badge s{n}">{SHAPES[n]}{n}</span> {escape(self.words["severities"][str(n)])}</li>\n'
            for n in levels
        )
        return (
            f'<table class="counts">\n<caption>{self.say("counts")}</caption>\n'
            f'<thead><tr><th scope="col">{self.say("kind")}</th>{head}<th scope="col">{self.say("total")}</th></tr>'
            f"</thead>\n<tbody>\n{body}</tbody>\n"
            f'<tfoot><tr><th scope="row">{self.say("total")}</th>{foot}{_count(len(self.findings))}</tr></tfoot>\n'
            f'</table>\n<ul class="legend">\n{legend}</ul>\n'
        )

    # --- findings -----------------------------------------------------------------------------------------------------

    def listed(self) -> str:
        """The filters, then every finding, the severest first."""
        out = [f'<h2 id="findings" tabindex="-1">{self.say("findings")}</h2>\n']
        if not self.findings:
            return "".join([*out, f"<p>{self.say(self.nothing)}</p>\n"])
        out.append(f'<p class="soft">{self.say("proposals")}</p>\n{self.filters()}')
        for severity in (3, 2, 1):
            here = [f for f in self.findings if f.severity == severity]
            if not here:
                continue
            meaning = escape(self.words["severities"][str(severity)])
            out.append(
                f'<section class="f-s{severity}" aria-labelledby="severity-{severity}">\n'
                f'<h3 id="severity-{severity}"><span aria-hidden="true">{SHAPES[severity]}</span> '
                f"{self.say('severity')} {severity}: {meaning} ({len(here)})</h3>\n"
                f'<ol class="list">\n{"".join(self.item(f) for f in here)}</ol>\n</section>\n'
            )
        return "".join(out)

    def filters(self) -> str:
        """Checkboxes, and the rules that heed them; a browser without ``:has`` shows neither and hides nothing."""
        kinds = [kind for kind, _ in self.kinds.most_common()]
        severities = [n for n in (3, 2, 1) if self.severities[n]]
        rules = [*(f"s{n}" for n in severities), *(f"k-{_slug(kind)}" for kind in kinds)]
        css = "".join(
            f"body:has(#show-{r}:not(:checked)) .f-{r}{{display:none}}"
            f"body:has(#show-{r}:not(:checked)) mark.m-{r}{{background:none;text-decoration:none}}\n"
            for r in rules
        )
        css += "body:has(#only-found:checked) tr.calm{display:none}\n"

        def box(rule: str, label: str) -> str:
            return f'<label><input type="checkbox" id="show-{rule}" checked> {label}</label>\n'

        by_severity = "".join(
            box(f"s{n}", f'<span class="badge s{n}">{SHAPES[n]}{n}</span> ({self.severities[n]})') for n in severities
        )
        by_kind = "".join(box(f"k-{_slug(kind)}", f"{self.kind(kind)} ({self.kinds[kind]})") for kind in kinds)
        # method=dialog outside a dialog does nothing: the Enter key on a checkbox must not load the page anew
        return (
            f"<style>\n{css}</style>\n"
            f'<form class="filters" method="dialog" aria-label="{self.say("filters")}">\n'
            f"<fieldset><legend>{self.say('by_severity')}</legend>\n{by_severity}</fieldset>\n"
            f"<fieldset><legend>{self.say('by_kind')}</legend>\n{by_kind}</fieldset>\n"
            f'<fieldset><legend>{self.say("texts")}</legend>\n<label><input type="checkbox" id="only-found"> '
            f"{self.say('only_found')}</label></fieldset>\n"
            f'<button type="reset">{self.say("reset")}</button>\n</form>\n'
        )

    def item(self, f: Finding) -> str:
        """A finding: what it is, why, both passages, where they stand."""
        passages = []
        for side in SIDES:
            passage = f.passage(side)
            anchor = f"m{f.number}{side}"
            where = ""
            if passage is not None and anchor in self.anchors:
                told = self.say("row_number", number=str(self.anchors[anchor]))
                where = f', <a href="#{anchor}">{told}</a>'
            passages.append(f"<div><dt>{self.named(side)}{where}</dt>{self.quote(side, passage)}</div>\n")
        return (
            f'<li id="d{f.number}" class="s{f.severity} f-s{f.severity} f-k-{_slug(f.of.kind)}">\n'
            f'<p><strong>{f.number}.</strong> {self.badge(f)} <span class="soft">'
            f"{self.say('confidence', share=self.share(f.of.confidence))}</span></p>\n"
            f"<p>{self.why(f)}</p>\n"
            f'<dl class="quotes">\n{"".join(passages)}</dl>\n</li>\n'
        )

    def quote(self, side: Side, passage: Passage | None) -> str:
        if passage is None or not passage.quote.strip():
            return '<dd class="soft">—</dd>'
        return f"<dd{self.lang(side)}>{_clean(_shortened(passage.quote))}</dd>"

    # --- texts --------------------------------------------------------------------------------------------------------

    def texts(self) -> str:
        """The aligned rows. Roles are written out, for a table laid out as blocks loses its own in some browsers."""
        body = "".join(self.noise(row) if row.kind == "noise" else self.row(row) for row in self.rows)
        return (
            f'<h2 id="texts" tabindex="-1">{self.say("texts")}</h2>\n<p class="soft">{self.say("texts_help")}</p>\n'
            '<table class="texts stack" role="table" aria-labelledby="texts">\n'
            '<colgroup><col class="n"><col><col></colgroup>\n'
            f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{self.say("row")}</th>'
            f'<th scope="col" role="columnheader">{self.named("a")}</th>'
            f'<th scope="col" role="columnheader">{self.named("b")}</th></tr></thead>\n'
            f'<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
        )

    def row(self, row: Row) -> str:
        """What answers to each other; ``calm`` where nothing was found in it."""
        cells = "".join(self.cell(row, side) for side in SIDES)
        notes = [self.say("moved")] if row.moved else []
        if row.kind in ("omitted", "added"):
            notes.append(self.say(row.kind))
        note = "".join(f"<br>{n}" for n in notes)
        calm = "" if row.number in self.found else ' class="calm"'
        return (
            f'<tr id="r{row.number}" role="row"{calm}><th scope="row" role="rowheader">'
            f'<a href="#r{row.number}"><span class="vh">{self.say("row")}</span> {row.number}</a>{note}</th>'
            f"{cells}</tr>\n"
        )

    def cell(self, row: Row, side: Side) -> str:
        label = f'<span class="label" aria-hidden="true">{self.named(side)}</span>'
        indices = row.indices(side)
        if not indices:
            return f'<td role="cell" class="lone">{label}<em>{self.say("nothing")}</em></td>'
        spans = self.alignment.paragraphs_a if side == "a" else self.alignment.paragraphs_b
        text = "".join(f"<p>{self.paragraph(row, side, *spans[i])}</p>\n" for i in indices)
        return f'<td role="cell">{label}<div{self.lang(side)}>\n{text}</div></td>'

    def noise(self, row: Row) -> str:
        """Paragraphs that do not belong to the statement, folded away."""
        cells = []
        for side in SIDES:
            indices = row.indices(side)
            spans = self.alignment.paragraphs_a if side == "a" else self.alignment.paragraphs_b
            text = self.statement(side).source.text
            told = "".join(f"<p>{_clean(text[slice(*spans[i])])}</p>\n" for i in indices)
            if told:
                told = (
                    f"<details><summary>{self.say('noise')} ({len(indices)})</summary>"
                    f"<div{self.lang(side)}>\n{told}</div></details>"
                )
            cells.append(f'<td role="cell">{told}</td>')
        return (
            f'<tr class="noise calm" role="row"><th scope="row" role="rowheader">'
            f'<span class="vh">{self.say("noise")}</span></th>{"".join(cells)}</tr>\n'
        )

    def paragraph(self, row: Row, side: Side, start: int, end: int) -> str:
        """One paragraph with its sentences counted and its findings marked.

        The text is cut wherever a sentence or a passage begins or ends; each piece is then marked with all that
        cover it, the longest outside, so that the most particular is what is seen.
        """
        text = self.statement(side).source.text
        here = [(f, p) for f in self.findings if (p := f.passage(side)) and max(start, p.start) < min(end, p.end)]
        points = [(f, p) for f in self.findings if (p := f.passage(side)) and start <= p.start == p.end <= end]
        here.sort(key=lambda x: x[1].start - x[1].end)
        sentences = [s for s in row.sentences(side) if s.start < end and s.end > start]
        cuts = {start, end}
        for bounds in (*((p.start, p.end) for _, p in (*here, *points)), *((s.start, s.end) for s in sentences)):
            cuts.update(x for x in bounds if start < x < end)
        out: list[str] = []
        edges = sorted(cuts)
        for left, right in pairwise(edges):
            sentence = next((s for s in sentences if s.start <= left < s.end), None)
            if sentence is not None and max(start, sentence.start) == left:
                out.append(self.count(sentence.pair))
            for f, p in (*points, *here):
                if max(start, p.start) == left:
                    out.append(self.tag(f, side, row))
            piece = _clean(text[left:right])
            for f, p in reversed(here):
                if p.start <= left and right <= p.end and not f.is_context(side):
                    rules = f"m-s{f.severity} m-k-{_slug(f.of.kind)}"
                    piece = f'<mark class="s{f.severity} {rules}">{piece}</mark>'
            if sentence is not None and sentence.pair.isdigit() and int(sentence.pair) <= HOVERED:
                piece = f'<span class="q{sentence.pair}">{piece}</span>'
            out.append(piece)
        out += [self.tag(f, side, row) for f, p in points if p.start == end]
        return "".join(out)

    def count(self, pair: str) -> str:
        """The number of a sentence's pair, or a dash."""
        if pair:
            return f'<span class="no">{pair}</span>'
        spoken = f'<span class="vh">({self.say("unpaired")})</span>'
        return f'<span class="no"><span aria-hidden="true">–</span>{spoken}</span>'

    def tag(self, f: Finding, side: Side, row: Row) -> str:
        """The link from the text to the list, in front of the marked words."""
        anchor = f"m{f.number}{side}"
        identity = "" if anchor in self.anchors else f' id="{anchor}"'
        self.anchors.setdefault(anchor, row.number)
        self.found.add(row.number)
        meaning = escape(self.words["severities"][str(f.severity)])
        return (
            f'<a class="tag s{f.severity} f-s{f.severity} f-k-{_slug(f.of.kind)}" lang="{self.ui}"{identity} '
            f'href="#d{f.number}" title="{_clean(fold(f.of.explanation))}">'
            f'<span aria-hidden="true">{SHAPES[f.severity]}{f.severity}</span> {self.kind(f.of.kind)}'
            f'<span class="vh">, {self.say("finding", number=str(f.number))}, {meaning}</span></a>'
        )


def _slug(kind: str) -> str:
    return "".join(c for c in kind if c.isascii() and (c.isalnum() or c == "-")) or "other"


def _count(n: int) -> str:
    return f"<td>{n}</td>" if n else '<td class="none">0</td>'
