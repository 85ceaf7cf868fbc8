"""``servanda roadmap``: a draft plan of action from a statement."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from servanda.cli import output
from servanda.cli.encoder import opened
from servanda.errors import MissingExtra, ServandaError, UsageError

if TYPE_CHECKING:
    from servanda.encoders import Encoder
    from servanda.formats.plan import PlanFormat
    from servanda.records import Statement


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(roadmap)


def roadmap(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="A statement; several sources are versions of the same statement."),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="docx, xlsx, ics, json or csv; if not given, what the name of the file says.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to standard output.")
    ] = None,
    ui: Annotated[Literal["en", "vi", "ru"], typer.Option(help="Language of the plan's own words.")] = "en",
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An office's own DOCX with the fields of a plan.")
    ] = None,
    write_template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write our DOCX template to be changed, and read nothing.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Allow web addresses to be fetched.")] = False,
) -> None:
    """Drafts a plan of action: what to do, who on each side, by when, followed where.

    Everything in it is a proposal with its reason, for people to decide. No date is invented.

    \b
    Example:
      servanda roadmap statement.html --output roadmap.docx
      servanda roadmap statement.pdf --output roadmap.xlsx --ui vi
      servanda roadmap original.txt translation.txt --output roadmap.ics
      servanda roadmap --write-template office.docx
      servanda roadmap statement.html --template office.docx --output roadmap.docx
    """
    if write_template is not None:
        _write_template(write_template, ui, sources or [])
        return
    row = _format(format, out)
    _check(sources or [], row, template, out)
    _require(row)
    own = _bytes(template) if template is not None else None

    from servanda.formats.plan import Setting
    from servanda.planning import plan

    statements, encoder = _statements(sources or [], fetch=fetch)
    draft = plan(statements, language=ui, encoder=encoder)
    data = row.renderer()(draft, Setting(today=date.today(), template=own))
    _write(data, out)
    if row.name in ("ics", "csv"):  # the others hold the notes
        for note in draft.notes:
            output.tell(note)
    if out is not None:
        output.tell(f"{len(draft.actions)} actions proposed in {out}. {draft.draft}")


def _format(name: str | None, out: Path | None) -> PlanFormat:
    """The format that is wanted, by its name or by the file's. Raises UsageError."""
    from servanda.formats.plan import PLAN_FORMATS, find_plan

    if name is not None:
        return find_plan(name)
    if out is None:
        raise UsageError("Where shall the plan go? Give --output roadmap.docx (or .xlsx, .ics, .json, .csv).")
    found = next((row for row in PLAN_FORMATS if row.suffix == out.suffix.lower()), None)
    if found is None:
        raise UsageError(
            f"The name {out.name} does not say which format is meant. End it with "
            f"{', '.join(row.suffix for row in PLAN_FORMATS)}, or say --format."
        )
    return found


def _check(sources: list[str], row: PlanFormat, template: Path | None, out: Path | None) -> None:
    """Refuses wrong usage before anything is read. Raises UsageError."""
    if not sources:
        raise UsageError("A plan is made from a statement, but none was given. Give a file, a web address or -.")
    if sources.count("-") > 1:
        raise UsageError("- stands twice, but standard input can be read only once. Give files for the others.")
    if template is not None and row.name != "docx":
        raise UsageError(f"--template is for docx, but the format is {row.name}. Leave it out, or take --format docx.")
    if out is None and row.binary and sys.stdout.isatty():
        raise UsageError(f"{row.name} is nothing for a terminal to show. Give a file: --output roadmap{row.suffix}")


def _require(row: PlanFormat) -> None:
    """Tells of a missing library before the statement is read. Raises MissingExtra."""
    from importlib.util import find_spec

    from servanda.formats.plan import EXTRA

    library = {"docx": "docxtpl", "xlsx": "xlsxwriter", "ics": "icalendar"}.get(row.name)
    if library is not None and find_spec(library) is None:
        raise MissingExtra(f"The format {row.name}", EXTRA)


def _statements(sources: list[str], *, fetch: bool) -> tuple[list[Statement], Encoder | None]:
    """The statements, and the encoder where one was needed: for several versions, or a language without a pack."""
    import servanda
    from servanda import packs
    from servanda.sources import open_source

    encoder = opened(True) if len(sources) > 1 else None
    out: list[Statement] = []
    for given in output.counted(sources, what="Reading"):
        source = open_source(given, fetch=fetch)
        statement = servanda.read(source)
        if statement.expression.language not in packs.available():
            encoder = encoder or opened(None, default=True)
            statement = servanda.read(source, encoder=encoder) if encoder else statement
        out.append(statement)
    return out, encoder


def _write_template(path: Path, ui: str, sources: list[str]) -> None:
    if sources:
        raise UsageError("--write-template reads no statement. Write the template first, then use it with --template.")
    if path.suffix.lower() != ".docx":
        raise UsageError(f"A template is a DOCX, but the name is {path.name}. Give a name that ends in .docx.")
    from servanda.formats.plan_template import template

    _write(template(ui), path)
    output.tell(f"The template is in {path}. Change it, then: servanda roadmap SOURCE --template {path} -o plan.docx")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ServandaError(
            f"The template {path} cannot be read: {error.strerror}. Give a DOCX that is there."
        ) from None


def _write(data: bytes, path: Path | None) -> None:
    """Writes to a file, or to standard output. Raises ServandaError where the file cannot be written."""
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ServandaError(f"{path} cannot be written: {error.strerror}. Give another path with --output.") from None
