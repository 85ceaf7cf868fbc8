"""``servanda read``: documents to statements, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from servanda.cli import output
from servanda.cli.encoder import opened
from servanda.errors import ServandaError, UsageError

if TYPE_CHECKING:
    from servanda.formats import Format
    from servanda.records import Statement


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(read)


def read(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Text, HTML, PDF or DOCX file, web address, or - for standard input."),
    ],
    format: Annotated[str, typer.Option(help="table, json, csv, akn or jsonld.")] = "table",
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of the text, such as sv; found out if not given.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Allow web addresses to be fetched.")] = False,
    encoder: Annotated[
        bool | None,
        typer.Option(
            "--encoder/--no-encoder",
            help="Use the bundled encoder: areas that no word names, languages without a pack.",
        ),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ID", help="Say why a commitment was read as it was, for example c12.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to standard output.")
    ] = None,
    fail_on: Annotated[
        Literal["none", "no-commitments"], typer.Option(help="Exit with 1 if a document holds no commitments.")
    ] = "none",
) -> None:
    """Reads documents and shows what they undertake.

    Nothing leaves this machine; a web address is fetched only with --fetch.

    \b
    Example:
      servanda read statement.html
      servanda read statement.pdf --format csv --output commitments.csv
      servanda read statement.txt --explain c12
      servanda read --fetch https://example.org/joint-statement
    """
    from servanda import formats

    row = formats.find(format)
    _check(sources, language, explain, row)
    statements, failed = _statements(sources, fetch=fetch, language=language, wanted=encoder)
    if statements:
        screen = formats.Screen(width=output.width(), colour=out is None and output.colour())
        if explain is not None:
            from servanda.cli.explain import explanation

            text = explanation(statements[0], explain, screen)
        else:
            text = formats.render(format, statements, screen)
            if not row.notes:
                _tell_notes(statements)
        output.write(text, out)
    if failed:
        raise typer.Exit(2)
    if fail_on == "no-commitments" and any(not s.commitments for s in statements):
        raise typer.Exit(1)


def _check(sources: list[str], language: str | None, explain: str | None, row: Format) -> None:
    """Refuses wrong usage before anything is read. Raises UsageError."""
    from servanda import packs

    if sources.count("-") > 1:
        raise UsageError("- stands twice, but standard input can be read only once. Give files for the others.")
    if explain is not None and len(sources) > 1:
        raise UsageError(
            f"--explain takes one commitment of one source, but {len(sources)} sources were given. Give one."
        )
    if len(sources) > 1 and not row.several:
        raise UsageError(
            f"The format {row.name} holds one statement, but {len(sources)} sources were given. "
            "Give one at a time, or take json, csv or jsonld."
        )
    if language is not None and not (len(language) == 2 and language.isascii() and language.islower()):
        raise UsageError(
            f"--language takes a two-letter code (ISO 639-1), but {language!r} was given. "
            f"There are packs for {', '.join(packs.available())}."
        )


def _statements(
    sources: list[str], *, fetch: bool, language: str | None, wanted: bool | None
) -> tuple[list[Statement], bool]:
    """The statements of all sources that can be read, and whether one could not.

    ``wanted`` is the wish for an encoder; without a wish it is opened for languages that have no pack. A single
    source's error is raised; of several each is told on standard error and the others are read.
    """
    import servanda
    from servanda import packs
    from servanda.sources import open_source

    encoder = opened(wanted)
    read_: list[Statement] = []
    failed = False
    for given in output.counted(sources, what="Reading"):
        try:
            source = open_source(given, fetch=fetch)
            statement = servanda.read(source, language=language, encoder=encoder)
            if encoder is None and statement.expression.language not in packs.available():
                encoder = opened(wanted, default=True)
                statement = servanda.read(source, language=language, encoder=encoder) if encoder else statement
            read_.append(statement)
        except ServandaError as error:
            if len(sources) == 1:
                raise
            output.tell(str(error))
            failed = True
        except Exception as error:  # one document's fault must not cost the reader the others
            if len(sources) == 1:
                raise
            output.tell(f"{given}: a fault of Servanda ({type(error).__name__}: {error}); please report it.")
            failed = True
    return read_, failed


def _tell_notes(statements: list[Statement]) -> None:
    for s in statements:
        for note in (*s.notes, *s.source.warnings):
            output.tell(f"{s.source.name}: {note}")
