"""``servanda specimen``: reads a specimen that comes with the package."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

import typer

from servanda.cli import output
from servanda.errors import UsageError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(specimen)


def languages() -> tuple[str, ...]:
    """Languages in which there is a specimen, sorted."""
    folder = files("servanda").joinpath("specimens")
    return tuple(sorted(f.name.removesuffix(".txt") for f in folder.iterdir() if f.name.endswith(".txt")))


def specimen(
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the specimen, as in vi.")] = "en",
) -> None:
    """Reads a specimen statement that comes with Servanda and shows what it undertakes.

    \b
    Example:
      servanda specimen
      servanda specimen --language vi
    """
    import servanda
    from servanda import formats
    from servanda.sources import read_bytes

    if language not in languages():
        raise UsageError(f"There is no specimen in {language!r}. Available are {', '.join(languages())}.")
    name = f"{language}.txt"
    data = files("servanda").joinpath("specimens", name).read_bytes()
    statement = servanda.read(read_bytes(data, name=f"specimen {name}"))
    screen = formats.Screen(width=output.width(), colour=output.colour())
    output.write("An invented specimen: no such statement was made. Read your own with: servanda read FILE\n\n")
    output.write(formats.render("table", [statement], screen))
