"""The reader: a process of its own that takes what was brought in, one document at a time.

``python -m servanda_register.worker`` runs it; :func:`spawn` starts it beside a server.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time

PAUSE = 0.5
"""Seconds between two looks into the queue: what a person waits at most before reading begins."""
UPKEEP = 3600.0
"""Seconds between two counts of the database (:func:`upkeep`)."""
NICE = 5
"""Pages go before reading."""


def run(*, once: bool = False, parent: int | None = None) -> None:
    """Reads whatever waits, for ever, or with ``once`` until nothing does.

    With ``parent`` it ends when that process is no longer the one above it.
    """
    from django.db import close_old_connections

    from servanda_register.actions.reading import SILENT, read_intake
    from servanda_register.queries.intake import due

    counted = -UPKEEP
    while parent is None or os.getppid() == parent:
        if not once:
            close_old_connections()  # after a night without work the server may have hung up
            if time.monotonic() - counted > UPKEEP:
                upkeep()
                counted = time.monotonic()
        waiting = due(SILENT)
        if waiting is not None:
            read_intake(waiting)
        elif once:
            return
        else:
            time.sleep(PAUSE)


def upkeep() -> None:
    """Has SQLite count its tables anew, or it may join them in a slow order; PostgreSQL does so by itself."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def spawn() -> subprocess.Popen[bytes]:
    """Starts the reader as a process that ends with this one; to be ended by ``terminate()``."""
    command = [sys.executable, "-m", "servanda_register.worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def main() -> None:
    """The process: lowers its priority, sets Django up, runs until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m servanda_register.worker", description=run.__doc__)
    parser.add_argument("--once", action="store_true", help="End when nothing waits any more.")
    parser.add_argument("--parent", type=int, help="End when this process, which started the reader, has ended.")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servanda_register.settings")
    os.nice(NICE)
    import django

    django.setup()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is in hand goes back into the queue
    try:
        run(once=given.once, parent=given.parent)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
