"""Two versions side by side, made to be read in a terminal: what they are, then where they differ."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections import Counter

from rich.console import Console
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from servanda.formats import Screen
from servanda.formats.alignment_rows import SIDES, Finding, Side, bare, numbered, rows
from servanda.formats.labels import country, fold, language, listed
from servanda.records import Alignment, Statement

SHAPES = {3: "▲", 2: "◆", 1: "●"}
COLOURS = {3: "bold red", 2: "yellow", 1: "cyan"}
MEANINGS = {3: "changes what was agreed", 2: "may mislead", 1: "a matter of form"}
LEAST = 60
"""Columns below which nothing is laid out any narrower: the terminal wraps."""
LONGEST_QUOTE = 400
"""Characters of a passage; the whole is in the file, and in the page of ``--format html``."""


def render_alignment(alignment: Alignment, screen: Screen) -> str:
    """The summary, then every discrepancy, the severest first; of lines that were aligned unread the pairs."""
    out = io.StringIO()
    console = Console(
        file=out, width=max(LEAST, screen.width), force_terminal=screen.colour, no_color=not screen.colour,
        highlight=False, markup=False, emoji=False, color_system="standard" if screen.colour else None,
        legacy_windows=False,
    )  # fmt: skip
    console.print(_header(alignment))
    console.print(_told(alignment))
    if bare(alignment):
        _print_lines(console, alignment)
    else:
        _print_findings(console, alignment)
    for s in (alignment.a, alignment.b):
        for note in (*s.notes, *s.source.warnings):
            console.print(Text(f"Note on {fold(s.source.name)}: {fold(note)}", style="yellow"))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _header(alignment: Alignment) -> Panel:
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("", style="dim", no_wrap=True)
    table.add_column("Version A", ratio=1, overflow="fold")
    table.add_column("Version B", ratio=1, overflow="fold")
    a, b = alignment.a, alignment.b
    facts = (
        ("Title", *(s.title or "" for s in (a, b))),
        ("Text", *(_text(s) for s in (a, b))),
        ("Parties", *(listed([country(code) for code in s.parties]) for s in (a, b))),
        ("Adopted", *(s.adopted or "" for s in (a, b))),
        ("Source", *(s.source.name for s in (a, b))),
    )
    for label, of_a, of_b in facts:
        if of_a or of_b:
            table.add_row(label, Text(fold(of_a) or "not found"), Text(fold(of_b) or "not found"))
    return Panel(table, expand=True, padding=(0, 1))


def _told(alignment: Alignment) -> Text:
    """How much answers to what, in a line."""
    made = rows(alignment)
    kinds = Counter(r.kind for r in made)
    facts = [f"{kinds['pair']} pairs", f"{kinds['omitted']} only in A", f"{kinds['added']} only in B"]
    moved = sum(r.moved for r in made)
    facts += [f"{moved} moved"] if moved else []
    line = Text(f"Aligned: {', '.join(facts)}.")
    if alignment.coverage is not None:
        line.append(f"\nCoverage: {alignment.coverage:.0%} of the commitments are taken up by the summary.")
    return line


def _text(s: Statement) -> str:
    kind = "" if s.expression.kind == "unknown" else s.expression.kind
    name = language(s.expression.language) if s.expression.language else "language not known"
    return ", ".join(x for x in (name, kind) if x)


def _print_findings(console: Console, alignment: Alignment) -> None:
    findings = numbered(alignment)
    if not findings:
        console.print(Text("No differences were found. That is no proof that there are none."))
        return
    severities = Counter(f.severity for f in findings)
    line = Text(f"{len(findings)} finding{'' if len(findings) == 1 else 's'}: ", style="bold")
    for n, severity in enumerate(s for s in (3, 2, 1) if severities[s]):
        line.append(" · " if n else "", style="not bold")
        line.append(f"{SHAPES[severity]} {severities[severity]} of severity {severity}", style=COLOURS[severity])
    console.print(line)
    kinds = Counter(f.of.kind for f in findings)
    console.print(Text(f"Kinds: {', '.join(f'{kind} {n}' for kind, n in kinds.most_common())}", style="dim"))
    for severity in (s for s in (3, 2, 1) if severities[s]):
        console.print()
        title = f"{SHAPES[severity]} Severity {severity}: {MEANINGS[severity]}"
        console.print(Rule(Text(title, style=COLOURS[severity]), align="left"))
        for f in findings:
            if f.severity == severity:
                _print_finding(console, alignment, f)


def _print_finding(console: Console, alignment: Alignment, f: Finding) -> None:
    head = Text(f"{f.number}. {f.of.kind}", style="bold")
    where = [f"{side.upper()} ¶{n}" for side in SIDES if (n := _paragraph(alignment, f, side))]
    head.append(f"  {', '.join(where)}{'  ' if where else ''}confidence {f.of.confidence:.0%}", style="not bold dim")
    console.print(head)
    console.print(Text(fold(f.of.explanation)))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for side in SIDES:
        passage = f.passage(side)
        quote = fold(passage.quote) if passage is not None else ""
        if len(quote) > LONGEST_QUOTE:
            quote = f"{quote[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"
        grid.add_row(f"  {side.upper()}", Text(quote) if quote else Text("nothing", style="dim"))
    console.print(grid)


def _paragraph(alignment: Alignment, f: Finding, side: Side) -> int:
    """The number, from 1, of the paragraph in which the passage begins; 0 where it is in none."""
    passage = f.passage(side)
    if passage is None:
        return 0
    spans = alignment.paragraphs_a if side == "a" else alignment.paragraphs_b
    return bisect_right([start for start, _ in spans], passage.start)


def _print_lines(console: Console, alignment: Alignment) -> None:
    """Which lines answer to which, counted from 1."""
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("A", no_wrap=True, style="dim")
    table.add_column("B", no_wrap=True, style="dim")
    table.add_column("Score", no_wrap=True, style="dim")
    table.add_column("Lines of A", ratio=1, overflow="fold")
    table.add_column("Lines of B", ratio=1, overflow="fold")
    for p in alignment.pairs:
        of_a = " ".join(alignment.a.source.text[slice(*alignment.paragraphs_a[i])] for i in p.a)
        of_b = " ".join(alignment.b.source.text[slice(*alignment.paragraphs_b[i])] for i in p.b)
        table.add_row(
            ",".join(str(i + 1) for i in p.a) or "–",
            ",".join(str(i + 1) for i in p.b) or "–",
            f"{p.score:.2f}",
            Text(fold(of_a)),
            Text(fold(of_b)),
        )
    console.print(table)
