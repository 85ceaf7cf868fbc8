"""``servanda align``: two versions of one statement side by side, and where they differ."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from servanda.cli import output
from servanda.cli.encoder import opened
from servanda.errors import UnreadableSource, UsageError

if TYPE_CHECKING:
    from servanda.encoders import Encoder as Bundled
    from servanda.records import Alignment, Source, Statement
    from servanda.versions import Encoder

_LINE = re.compile(r"\r\n|[\r\n]")
"""Ends of lines as an editor counts them; ``str.splitlines`` knows more, which would shift the numbers."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(align)


def align(
    a: Annotated[str, typer.Argument(metavar="A", help="One version: file, web address or -.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another version of the same statement.")],
    format: Annotated[Literal["table", "json", "html"], typer.Option(help="table, json or html.")] = "table",
    sentences: Annotated[
        bool, typer.Option("--sentences", help="The files hold one sentence a line: align the lines, read nothing.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Show discrepancies from this confidence on.")
    ] = 0.5,
    fail_on: Annotated[
        Literal["none", "severity-3", "severity-2", "any"],
        typer.Option(help="Exit with 1 if a discrepancy of that severity or a graver one is shown."),
    ] = "none",
    ui: Annotated[Literal["en", "vi", "ru"], typer.Option(help="Language of the HTML page.")] = "en",
    language_a: Annotated[
        str | None, typer.Option("--language-a", metavar="CODE", help="Language of A, if it is not found out.")
    ] = None,
    language_b: Annotated[
        str | None, typer.Option("--language-b", metavar="CODE", help="Language of B, if it is not found out.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Allow web addresses to be fetched.")] = False,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to standard output.")
    ] = None,
) -> None:
    """Aligns two language versions of one statement and shows where they differ.

    Nothing leaves this machine. Two texts that are not versions of one statement are refused, with the reason.

    \b
    Example:
      servanda align vietnamese.txt swedish.html
      servanda align original.docx translation.pdf --format html --output audit.html
      servanda align a.txt b.txt --sentences --format json
    """
    import servanda
    from servanda.sources import open_source
    from servanda.versions import remembering

    _check(a, b, {"--language-a": language_a, "--language-b": language_b})
    first, second = open_source(a, fetch=fetch), open_source(b, fetch=fetch)
    bundled = opened(True)
    assert bundled is not None  # what is asked for is there, or opened() raises
    with output.bar("Aligning") as progress:
        done = progress or (lambda share: None)
        if sentences:
            found = _lines((first, language_a), (second, language_b), remembering(bundled))
        else:
            of_a = _read(first, language_a, bundled)
            done(0.2)
            of_b = _read(second, language_b, bundled)
            done(0.4)
            found = servanda.align(of_a, of_b, encoder=bundled)
        done(1.0)
    shown = tuple(d for d in found.discrepancies if d.confidence >= min_confidence)
    unshown = len(found.discrepancies) - len(shown)
    if unshown and format != "json":
        output.tell(
            f"{unshown} found below a confidence of {min_confidence:g} not shown; --min-confidence 0 shows all."
        )
    found = replace(found, discrepancies=shown)
    output.write(_rendered(found, format, ui, plain=out is not None), out)
    least = {"none": 4, "severity-3": 3, "severity-2": 2, "any": 1}[fail_on]
    if any(d.severity >= least for d in shown):
        raise typer.Exit(1)


def _read(source: Source, language: str | None, encoder: Bundled) -> Statement:
    """Reads a version: by the grammar alone where its language has a pack, else with the encoder."""
    import servanda
    from servanda import packs
    from servanda.reading.detection import detect

    packed = (language or detect(source.text)) in packs.available()
    return servanda.read(source, language=language, encoder=None if packed else encoder)


def _check(a: str, b: str, languages: dict[str, str | None]) -> None:
    """Refuses wrong usage before anything is read. Raises UsageError."""
    if a == b == "-":
        raise UsageError("- stands twice, but standard input can be read only once. Give a file for one of them.")
    for option, code in languages.items():
        if code is not None and not (len(code) == 2 and code.isascii() and code.islower()):
            raise UsageError(f"{option} takes a two-letter code (ISO 639-1), such as sv, but {code!r} was given.")


def _lines(first: tuple[Source, str | None], second: tuple[Source, str | None], encoder: Encoder) -> Alignment:
    """Aligns files, each with its language if that is known, that hold one sentence a line; nothing is read.

    Indices are those of the files' lines; empty lines are counted but not aligned.
    """
    from servanda.records import Alignment, Pair
    from servanda.versions import align_lines

    (a, spans_a, filled_a), (b, spans_b, filled_b) = (_unread(*given) for given in (first, second))
    texts_a = [a.source.text[slice(*spans_a[i])] for i in filled_a]
    texts_b = [b.source.text[slice(*spans_b[j])] for j in filled_b]
    pairs = tuple(
        Pair(p.level, tuple(filled_a[i] for i in p.a), tuple(filled_b[j] for j in p.b), p.score)
        for p in align_lines(texts_a, texts_b, encoder)
    )
    return Alignment(a, b, pairs, spans_a, spans_b)


def _unread(source: Source, language: str | None) -> tuple[Statement, tuple[tuple[int, int], ...], list[int]]:
    """The bare statement, the stripped span of every line, and which lines are not empty."""
    from servanda.reading.assembly import unread

    bare = unread(source)
    spans: list[tuple[int, int]] = []
    start = 0
    for end in (*(m.span() for m in _LINE.finditer(source.text)), (source.characters, source.characters)):
        line = source.text[start : end[0]]
        left = start + len(line) - len(line.lstrip())
        spans.append((left, left + len(line.strip())))
        start = end[1]
    filled = [i for i, (left, right) in enumerate(spans) if left < right]
    if not filled:
        raise UnreadableSource(f"{source.name} holds no lines with text. Give a file with one sentence a line.")
    return replace(bare, expression=replace(bare.expression, language=language)), tuple(spans), filled


def _rendered(found: Alignment, format: str, ui: str, *, plain: bool) -> str:
    from servanda import formats
    from servanda.explanations import translated
    from servanda.formats import alignment_html, alignment_json, alignment_table

    if format == "json":
        return alignment_json.render_alignment(found)
    if format == "html":
        return alignment_html.render_alignment(translated(found, ui), ui=ui)
    screen = formats.Screen(width=output.width(), colour=not plain and output.colour())
    return alignment_table.render_alignment(found, screen)
