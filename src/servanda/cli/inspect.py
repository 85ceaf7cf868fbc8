"""``servanda inspect``: what a legal linguist should look at in one version alone."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated, Literal

import typer

from servanda.cli import output


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(inspect)


def inspect(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Text, HTML, PDF or DOCX file, web address or -.")],
    format: Annotated[Literal["table", "json"], typer.Option(help="table or json.")] = "table",
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Show what is found from this confidence on.")
    ] = 0.5,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of the text, such as sv; found out if not given.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Allow web addresses to be fetched.")] = False,
) -> None:
    """Looks for faults inside one version: doubled words, unknown acronyms near known ones, uneven terms.

    \b
    Example:
      servanda inspect translation.txt
      servanda inspect translation.txt --format json
    """
    import servanda
    from servanda.formats.alignment_json import discrepancy
    from servanda.versions.single import inspect as faults

    statement = servanda.read(source, fetch=fetch, language=language)
    found = [d for d in faults(statement) if d.confidence >= min_confidence]
    if format == "json":
        output.write(
            json.dumps({"discrepancies": [discrepancy(d) for d in found]}, ensure_ascii=False, indent=1) + "\n"
        )
        return
    lines = [
        f"{statement.source.name}: {len(found)} to look at" if found else f"{statement.source.name}: nothing found"
    ]
    for d in found:
        lines += ["", f"severity {d.severity}  {d.kind}  confidence {d.confidence:.0%}"]
        lines += textwrap.wrap(d.explanation, output.width())
        lines += [
            f"  {line}" for line in textwrap.wrap(" ".join((d.a.quote if d.a else "").split()), output.width() - 2)
        ]
    output.write("\n".join(lines) + "\n")
