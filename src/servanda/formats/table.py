"""A statement made to be read in a terminal: whose it is, how much it undertakes, then every commitment."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from servanda.formats import Screen
from servanda.formats.labels import country, fold, language, listed, words
from servanda.records import STRENGTHS, Commitment, Statement

COLOURS = {"firm": "bold green", "agreed": "green", "willing": "cyan", "encouraging": "blue", "exploratory": "magenta"}
WIDE = 120
"""Columns from which action and area have columns of their own."""
LEAST = 60
"""Columns below which nothing is laid out any narrower: the terminal wraps."""


def render(statements: Sequence[Statement], screen: Screen) -> str:
    """The statements, one after another."""
    out = io.StringIO()
    width = max(LEAST, screen.width)
    console = Console(
        file=out, width=width, force_terminal=screen.colour, no_color=not screen.colour, highlight=False, markup=False,
        emoji=False, color_system="standard" if screen.colour else None, legacy_windows=False,
    )  # fmt: skip
    for n, statement in enumerate(statements):
        if n:
            console.print()
        _print(console, statement, wide=width >= WIDE)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def _print(console: Console, statement: Statement, *, wide: bool) -> None:
    console.print(_header(statement))
    if statement.commitments:
        console.print(_counts(statement))
        for section, rows in groupby(statement.commitments, key=lambda c: c.section):
            title = next((s.title for s in statement.sections if s.id == section), None)
            if statement.sections:
                console.print(Rule(Text(fold(title) if title else "Opening", style="bold"), align="left"))
            console.print(_rows(statement, list(rows), wide=wide))
    _named(console, statement)
    for note in (*statement.notes, *statement.source.warnings):
        console.print(Text(f"Note: {fold(note)}", style="yellow"))


def _header(statement: Statement) -> Panel:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    e = statement.expression
    kind = words(statement.type) if statement.type else None
    when = ", ".join(x for x in (statement.adopted, statement.place) if x)
    originals = listed([language(code) for code in statement.original_languages])
    authentic = ", equally authentic" if originals and statement.equally_authentic else ""
    rows = (
        ("Parties", listed([country(code) for code in statement.parties]) or "not found"),
        ("Kind", ", ".join(x for x in (kind, words(statement.relationship or "")) if x) or "not found"),
        ("Adopted", when or "not found"),
        ("Originals", f"{originals}{authentic}" if originals else "not said"),
        ("This text", f"{language(e.language) if e.language else 'language not known'}, {_kind(e.kind)}. {e.reason}"),
        ("Publisher", e.publisher),
        ("Source", statement.source.name if e.source_url is None else f"{statement.source.name} ({e.source_url})"),
    )
    for label, value in rows:
        if value:
            grid.add_row(label, Text(fold(value)))
    title = fold(statement.title) if statement.title else "Without a title"
    return Panel(Group(Text(title, style="bold"), Text(), grid), expand=True, padding=(0, 1))


def _kind(kind: str) -> str:
    return {"unknown": "original or translation not known"}.get(kind, kind)


def _counts(statement: Statement) -> Group:
    strengths = Counter(c.strength for c in statement.commitments)
    areas = Counter(area for c in statement.commitments for area in c.areas)
    n = len(statement.commitments)
    line = Text(f"{n} commitment{'' if n == 1 else 's'}: ", style="bold")
    for k, strength in enumerate(s for s in STRENGTHS if strengths[s]):
        line.append(" · " if k else "", style="")
        line.append(f"{strengths[strength]} {strength}", style=f"not bold {COLOURS[strength]}")
    most = ", ".join(f"{area} {count}" for area, count in areas.most_common(8))
    return Group(line, Text(f"Areas: {most}", style="dim"), Text())


def _rows(statement: Statement, commitments: Sequence[Commitment], *, wide: bool) -> Table:
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), show_header=False, pad_edge=False)
    table.add_column("id", width=4, no_wrap=True, style="dim")
    table.add_column("force", width=11)
    if wide:
        table.add_column("action", width=10)
    table.add_column("area", width=18)
    table.add_column("passage", ratio=1, overflow="fold")
    for c in commitments:
        force = Text(c.strength, style=COLOURS[c.strength])
        cells: list[Text] = [Text(c.id), force]
        if wide:
            cells.append(Text(c.action))
        else:
            force.append(f"\n{c.action}", style="dim not bold")
        cells += [Text("\n".join(c.areas)), _passage(statement, c)]
        table.add_row(*cells)
    return table


def _passage(statement: Statement, c: Commitment) -> Text:
    number = next((s.number for s in statement.segments if s.start <= c.start < s.end and s.number), None)
    out = Text(f"{number}. " if number else "", style="dim")
    out.append(fold(c.quote), style="not dim")
    who = "" if c.actors == ("both",) else actors(c.actors)
    facts = [f"by {who}" if who else "", f"time: {c.deadline}" if c.deadline else ""]
    facts += [f"part of {c.parent}" if c.parent else "", "unsure" if c.confidence < 0.5 else ""]
    told = " · ".join(f for f in facts if f)
    if told:
        out.append(f" [{fold(told)}]", style="dim italic")
    return out


def actors(codes: Sequence[str]) -> str:
    """Who acts, in words: ``VN`` is Vietnam, ``VN:Ministry of Health`` the Ministry of Health of Vietnam."""
    states = [country(code) for code in codes if ":" not in code]
    bodies: dict[str, list[str]] = {}
    for code, _, body in (actor.partition(":") for actor in codes if ":" in actor):
        bodies.setdefault(body, []).append(country(code))
    return listed([*states, *(f"{body} of {listed(of)}" for body, of in bodies.items())])


def _named(console: Console, statement: Statement) -> None:
    """What the commitments name, at the end: mechanisms, instruments, forums."""
    instruments = [f"{i.title} ({i.year})" if i.year else i.title for i in statement.instruments]
    rows = (("Mechanisms", statement.mechanisms), ("Instruments", instruments), ("Forums", statement.forums))
    if not any(values for _, values in rows):
        return
    console.print(Rule(Text("Named in the commitments", style="bold"), align="left"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, values in rows:
        if values:
            grid.add_row(label, Text("; ".join(fold(v) for v in values)))
    console.print(grid)
