"""``servanda align``: two versions of one statement side by side, and where they differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from servanda.cli import output
from servanda.cli.encoder import opened
from servanda.errors import UnreadableSource

if TYPE_CHECKING:
    from servanda.encoders import Encoder as Bundled
    from servanda.records import Alignment, Source, Statement
    from servanda.versions import Encoder


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
    ui: Annotated[Literal["en", "vi", "ru"], typer.Option(help="Language of the page's own words.")] = "en",
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

    first, second = open_source(a, fetch=fetch), open_source(b, fetch=fetch)
    bundled = opened(True)
    assert bundled is not None  # what is asked for is there, or opened() raises
    if sentences:
        found = _lines(first, second, remembering(bundled))
    else:
        found = servanda.align(_read(first, language_a, bundled), _read(second, language_b, bundled), encoder=bundled)
    shown = tuple(d for d in found.discrepancies if d.confidence >= min_confidence)
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


def _lines(first: Source, second: Source, encoder: Encoder) -> Alignment:
    """Aligns files that hold one sentence a line; the statements stay unread."""
    from servanda.reading.assembly import unread
    from servanda.records import Alignment
    from servanda.versions import align_lines

    a, b = first.text.splitlines(), second.text.splitlines()
    for source, rows in ((first, a), (second, b)):
        if not any(row.strip() for row in rows):
            raise UnreadableSource(f"{source.name} holds no lines with text. Give a file with one sentence a line.")
    return Alignment(unread(first), unread(second), tuple(align_lines(a, b, encoder)), (), ())


def _rendered(found: Alignment, format: str, ui: str, *, plain: bool) -> str:
    from servanda import formats
    from servanda.formats import alignment_html, alignment_json, alignment_table

    if format == "json":
        return alignment_json.render_alignment(found)
    if format == "html":
        return alignment_html.render_alignment(found, ui=ui)
    screen = formats.Screen(width=output.width(), colour=not plain and output.colour())
    return alignment_table.render_alignment(found, screen)
