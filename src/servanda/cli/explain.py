"""Why a commitment was read as it was, in plain words, from the pattern ids that it carries."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

from rich.console import Console
from rich.table import Table
from rich.text import Text

from servanda import packs
from servanda.errors import UsageError
from servanda.formats import Screen
from servanda.formats.labels import fold, listed
from servanda.formats.table import COLOURS, LEAST, actors
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.reading.reasons import Because, Term, because, terms
from servanda.records import Commitment, Segment, Statement

AROUND = 160
"""Characters of the passage shown on either side of the commitment."""


def explanation(statement: Statement, wanted: str, screen: Screen) -> str:
    """The passage with the words that counted marked, then one reason a line.

    Raises UsageError where the statement holds no commitment of that id.
    """
    c = next((c for c in statement.commitments if c.id == wanted), None)
    if c is None:
        ids = [c.id for c in statement.commitments]
        there = f"It holds {ids[0]} to {ids[-1]}." if ids else "It holds no commitments."
        raise UsageError(f"{statement.source.name} has no commitment {wanted!r}. {there}")
    reasons = because(statement, c)
    found = terms(statement, c)
    out = io.StringIO()
    console = Console(
        file=out, width=max(LEAST, screen.width), force_terminal=screen.colour, no_color=not screen.colour,
        highlight=False, markup=False, emoji=False, color_system="standard" if screen.colour else None,
        legacy_windows=False,
    )  # fmt: skip
    console.print(Text(f"{c.id}  {c.strength}", style=COLOURS[c.strength]))
    console.print(passage(statement, c, [(r.start, r.end) for r in reasons], [(t.start, t.end) for t in found]))
    console.print()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, reason in lines(statement, c, reasons, found):
        grid.add_row(label, Text(fold(reason)))
    console.print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def passage(
    statement: Statement, c: Commitment, reasons: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]
) -> Text:
    """The commitment in its surroundings: what lies outside dimmed, the words that counted underlined.

    Where there is no colour the marked words stand in [brackets], as they must be seen in a pipe too.
    """
    text = statement.source.text
    segment = _segment(statement, c)
    left = max(segment.start if segment else c.start, c.start - AROUND)
    right = min(segment.end if segment else c.end, c.end + AROUND)
    marked = [span for span in (*reasons, *found) if span[0] < span[1]]
    cuts = sorted({left, right, c.start, c.end, *(x for span in marked for x in span if left < x < right)})
    out = Text("… " if segment and left > segment.start else "", style="dim")
    for a, b in pairwise(cuts):
        inside = c.start <= a and b <= c.end
        counted = any(x <= a and b <= y for x, y in marked)
        style = "bold underline" if counted and inside else "underline" if counted else "" if inside else "dim"
        piece = text[a:b]
        before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
        core = fold(piece)
        if counted and core:
            core = f"[{core}]"
        out.append(f"{' ' if before else ''}{core}{' ' if after and core else ''}", style=style or "not dim")
    if segment and right < segment.end:
        out.append(" …", style="dim")
    return out


def _segment(statement: Statement, c: Commitment) -> Segment | None:
    return next((s for s in statement.segments if s.start <= c.start < s.end), None)


def lines(
    statement: Statement, c: Commitment, reasons: Sequence[Because], found: Sequence[Term]
) -> list[tuple[str, str]]:
    """(field, reason) pairs in plain words."""
    rows = [
        ("Modality", f"{c.modality}: {_modality(c, reasons)}"),
        ("Action", f"{c.action}: {_action(c, reasons)}"),
        ("Strength", f"{c.strength}: {_strength(c)}"),
        ("Areas", _areas(statement, c, found)),
        ("Actors", _actors(c)),
    ]
    if c.parent:
        above = next((p for p in statement.commitments if p.id == c.parent), None)
        quote = f": “{_short(above.quote)}”" if above else ""
        rows.append(("Part of", f"{c.parent}{quote}. It is named there as a part that can be checked by itself."))
    named = [*c.mechanisms, *(f"{i.title} ({i.year})" if i.year else i.title for i in c.instruments), *c.forums]
    if named:
        rows.append(("Names", listed(named)))
    if c.deadline:
        rows.append(("Time", f"{c.deadline}, as the passage says"))
    rows.append(("Sureness", f"{c.confidence:.2f}: of commitments said at this, about that share is right"))
    return rows


def _told(r: Because) -> str:
    return f"“{r.words}” ({r.pattern.id})" if r.words else r.pattern.id


def _modality(c: Commitment, reasons: Sequence[Because]) -> str:
    modal = [r for r in reasons if r.pattern.kind in ("modal", "welcome")]
    if modal:
        where = "" if c.start <= modal[0].start < c.end else ", which governs this passage from outside it"
        return f"because of {_told(modal[0])}{where}"
    verbs = [r for r in reasons if r.pattern.kind == "verb"]
    if not reasons:
        return "by nearness in meaning to labelled sentences; no pattern of a language pack was at work"
    if verbs and c.modality == "firm":
        return f"because the form of {_told(verbs[0])} speaks of the future"
    if verbs and c.modality == "encouraging":
        return f"because of the sense of {_told(verbs[0])}, with no modal word before it"
    return "because no modal word stands before the act"


def _action(c: Commitment, reasons: Sequence[Because]) -> str:
    verbs = [r for r in reasons if r.pattern.kind in ("verb", "welcome", "noun")]
    exact = [r for r in verbs if r.pattern.value == c.action]
    light = [r for r in verbs if r.pattern.light and r not in exact]
    if not exact:
        return f"after {listed([_told(r) for r in verbs])}" if verbs else "no verb of the language pack was found"
    if light:
        return f"because of {_told(exact[-1])}; {_told(light[0])} takes the act of what follows it"
    return f"because of {listed([_told(r) for r in exact])}"


def _strength(c: Commitment) -> str:
    if c.strength == "exploratory":
        return "the act is only to study or consider a possibility"
    if c.strength == c.modality:
        return "the modality, which the act does not weaken"
    if c.modality == "declared":
        return "an act declared without a modal word counts as agreed"
    if c.strength == "encouraging":
        return "the act is to encourage or support what others do"
    return f"what the act leaves of the modality {c.modality}"


def _areas(statement: Statement, c: Commitment, found: Sequence[Term]) -> str:
    told = []
    for area in c.areas:
        words = list(dict.fromkeys(t.words for t in found if t.area == area))
        if words:
            told.append(f"{area} because of {listed([f'“{w}”' for w in words])}")
        else:
            told.append(f"{area} from {_elsewhere(statement, c, area)}")
    return "; ".join(told)


def _elsewhere(statement: Statement, c: Commitment, area: str) -> str:
    title = next((s.title for s in statement.sections if s.id == c.section), None)
    language = statement.expression.language
    if title and language in packs.available():
        if any(slug == area for slug, _, _ in Lexicon.of(language).terms(tokenise(title))):
            return f"the section's title, “{title}”"
    if area == "general":
        return "nothing: no term of another area stands in or near the passage"
    return "the words around the passage"


def _actors(c: Commitment) -> str:
    if c.actors == ("both",):
        return "both sides: they are the subject, or none is named"
    return f"{actors(c.actors)}: the subject of the sentence"


def _short(quote: str, limit: int = 80) -> str:
    folded = fold(quote)
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
