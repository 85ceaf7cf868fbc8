"""``servanda group``: which of many texts are versions of one statement."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from servanda.cli import output
from servanda.cli.encoder import opened


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(group)


def group(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="Texts in any languages.")],
    format: Annotated[Literal["table", "json"], typer.Option(help="table or json.")] = "table",
    fetch: Annotated[bool, typer.Option("--fetch", help="Allow web addresses to be fetched.")] = False,
) -> None:
    """Puts versions of one statement together: originals first, then translations, then summaries.

    \b
    Example:
      servanda group statements/*.txt
    """
    import servanda
    from servanda.versions import group as grouped

    encoder = opened(True)
    assert encoder is not None  # what is asked for is there, or opened() raises
    statements = [servanda.read(given, fetch=fetch) for given in output.counted(sources, what="Reading")]
    groups = grouped(statements, encoder)
    if format == "json":
        rows = [
            [
                {
                    "name": s.source.name,
                    "language": s.expression.language,
                    "kind": s.expression.kind,
                    "parties": list(s.parties),
                    "adopted": s.adopted,
                }
                for s in members
            ]
            for members in groups
        ]
        output.write(json.dumps({"groups": rows}, ensure_ascii=False, indent=1) + "\n")
        return
    lines: list[str] = []
    for n, members in enumerate(groups, start=1):
        first = members[0]
        what = f"{' and '.join(first.parties) or 'parties not found'}, {first.adopted or 'no date'}"
        lines.append(f"{n}. {first.title or 'without a title'} ({what})")
        lines += [f"   {s.expression.language}  {s.expression.kind:<12} {s.source.name}" for s in members]
    output.write("\n".join(lines) + "\n")
