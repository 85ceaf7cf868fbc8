"""The command line: one file a group of commands; the only place that prints."""

from __future__ import annotations

import os
import sys

REPORT_TO = "the project's issue tracker, with the command and, if it may be shown, the document"


def main(arguments: list[str] | None = None) -> None:
    """Runs ``servanda`` and exits: 0 done, 1 found what ``--fail-on`` asks for, 2 wrong usage or unreadable input.

    No user ever sees a traceback unless SERVANDA_DEBUG=1 asks for it.
    """
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Runs ``servanda`` with these arguments and returns its exit code."""
    from servanda.errors import ServandaError

    try:
        from servanda.cli.app import call

        code = call(arguments)
        sys.stdout.flush()
        return code
    except ServandaError as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read our output (head, less) has enough; without this Python complains once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("SERVANDA_DEBUG") == "1":
            raise
        return _failed(
            f"a fault of Servanda ({type(error).__name__}: {error}). Please report it to {REPORT_TO}; "
            "SERVANDA_DEBUG=1 shows where it happened."
        )


def _failed(message: str) -> int:
    print(f"servanda: {' '.join(message.split())}", file=sys.stderr)
    return 2
