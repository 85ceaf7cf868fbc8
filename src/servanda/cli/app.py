"""The commands put together, and what holds for all: version, help, wrong usage in one line.

Installed packages add commands by the entry point group ``servanda.commands``: each names a function that is handed the
Typer application. The register's commands come in by this door.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from servanda.cli import align, doctor, group, inspect, read, roadmap, specimen
from servanda.version import __version__

app = typer.Typer(
    name="servanda", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip
for commands in (read, align, group, inspect, roadmap, specimen, doctor):
    commands.register(app)


def _add_installed() -> list[str]:
    """Adds the commands of installed packages; says of each that could not be loaded what is wrong, in a sentence."""
    broken = []
    for entry in entry_points(group="servanda.commands"):
        try:
            entry.load()(app)
        except Exception as error:  # whatever is wrong with an addition, the other commands work
            broken.append(
                f"The commands of {entry.name!r} could not be loaded ({type(error).__name__}: {error}); "
                f"install them anew: pip install --force-reinstall 'servanda[{entry.name}]'."
            )
    return broken


_BROKEN = _add_installed()

# Its base for wrong usage lies in click or, from 0.17 on, in a copy inside typer: this finds it in either.
_WRONG_USAGE: tuple[type[Exception], ...] = tuple(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException" and issubclass(c, Exception)
)


@app.callback(invoke_without_command=True)
def _servanda(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Reads joint statements of states and finds what they undertake.

    \b
    Example:
      servanda specimen
      servanda read statement.html
    """
    if version:
        print(f"servanda {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


def call(arguments: list[str]) -> int:
    """Runs the commands and returns the exit code; wrong usage is told in one line."""
    try:
        code = app(arguments, standalone_mode=False, prog_name="servanda")
    except _WRONG_USAGE as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "servanda"
        format_message = getattr(error, "format_message", error.__str__)
        message = " ".join(format_message().split())
        stop = "" if message.endswith((".", "?", "!")) else "."
        print(" ".join([f"servanda: {message}{stop}", *_BROKEN, f"See: {where} --help"]), file=sys.stderr)
        return 2
    except typer.Abort:
        return 130
    return code if isinstance(code, int) else 0
