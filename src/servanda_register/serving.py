"""Running the register: the demonstration on one machine, and the server of an office."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from servanda.errors import MissingExtra, ServandaError, UsageError

DEMO_ACCOUNT = "demo"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OFFICE = ("HTTPS", "OIDC_ISSUER", "DATABASE", "DEBUG", "EMAIL", "PUBLIC", "ORIGINS", "SECRET")
"""Settings of an office's register (SERVANDA_...) that a demonstration on the same machine leaves alone."""
THREADS = 8


def demonstrate(*, host: str, port: int, folder: Path, open_browser: bool) -> None:
    """Runs the demonstration until it is interrupted; its data are made at the first start.

    Raises ServandaError where the port is in use or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ServandaError(
            f"The folder {folder} cannot be made: {error.strerror}. Give another with --data."
        ) from None
    for name in OFFICE:
        os.environ.pop(f"SERVANDA_{name}", None)
    os.environ["SERVANDA_DATA"] = str(folder)
    os.environ["SERVANDA_DEMO_ACCOUNT"] = DEMO_ACCOUNT
    os.environ["SERVANDA_HOSTS"] = ",".join(["localhost", "127.0.0.1", "[::1]"]) if host in LOOPBACK else "*"
    os.environ["DJANGO_SETTINGS_MODULE"] = "servanda_register.settings"
    server = _listen(host, port)  # first of all: a port in use is told before any work is done

    from servanda_register.commands import opened

    with opened(), _closing(server):
        prepare(folder)
        from servanda_register import worker

        server.set_app(_application())
        reader = worker.spawn()
        threading.Thread(target=_finish, name="demonstration", daemon=True).start()
        address = f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/"
        print(f"Servanda runs at {address} (Ctrl-C ends it). Its data: {folder}", flush=True)
        if host not in LOOPBACK:
            print("Whoever reaches this address is signed in as the demonstration's officer.", file=sys.stderr)
        if open_browser:
            threading.Timer(0.3, webbrowser.open, [address]).start()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            print("\nEnded.", flush=True)
        finally:
            _end(reader)


def prepare(folder: Path) -> None:
    """Makes the demonstration's database where there is none: whole or not at all, by one process at a time."""
    from django.db import connection

    path = folder / "register.sqlite3"
    with _alone(folder):
        if path.exists():
            return
        print("Making the demonstration's data ...", flush=True)
        unfinished = folder / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        connection.close()
        connection.settings_dict["NAME"] = str(unfinished)
        try:
            _tables()
            from servanda_register.actions import demo

            demo.begin()
        finally:
            connection.close()  # the last connection to go folds the write-ahead log into the file
            connection.settings_dict["NAME"] = str(path)
        unfinished.replace(path)


def serve(*, host: str, port: int, workers: int) -> None:
    """Runs the register of an office until it is ended.

    Raises UsageError where the settings would be unsafe or leave it out of reach.
    """
    from django.conf import settings

    if settings.DEBUG:
        raise UsageError("SERVANDA_DEBUG is on, which shows faults to everyone. Unset it, then start again.")
    if host not in LOOPBACK and not os.environ.get("SERVANDA_HOSTS"):
        raise UsageError(
            f"SERVANDA_HOSTS is not set, so that nobody could open the site at {host}. Set it to the names by which "
            "it is reached, as in SERVANDA_HOSTS=register.example, then start again."
        )
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError:
        if sys.platform == "win32":
            raise UsageError("servanda serve needs Linux or macOS; on Windows run it in WSL or a container.") from None
        raise MissingExtra("The server", "register") from None
    bring_up_to_date()
    for sentence in _advice():
        print(f"servanda: {sentence}", file=sys.stderr)

    from servanda_register import worker

    options: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "workers": workers, "worker_class": "gthread",
        "threads": THREADS, "timeout": 120, "max_requests": 5000, "max_requests_jitter": 500, "proc_name": "servanda",
    }  # fmt: skip

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn with the options of the command line, and of no file."""

        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return _application()

    from django.db import connections

    connections.close_all()  # what is open now must not be shared by the processes that are made of this one
    reader = worker.spawn()
    try:
        Server().run()
    finally:
        _end(reader)


def bring_up_to_date(*, vocabulary: bool = True) -> int:
    """Applies what migrations are not yet applied, and returns how many these were.

    ``vocabulary`` brings in the areas, forums, parties and bodies of governments that the engine knows as well; without
    it the register stays as empty as the importing of an archive needs it.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    if vocabulary:
        from servanda_register.actions.facts import load_vocabulary

        load_vocabulary()
    return len(plan)


def _application() -> Any:
    from servanda_register.wsgi import application

    return application


def _tables() -> None:
    """Makes all tables as the models say, and notes every migration as applied.

    The outcome is that of the migrations, which take ten times as long; a demonstration is not kept from one version to
    the next.
    """
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    own = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    try:
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False, skip_checks=True)
    finally:
        settings.MIGRATION_MODULES = own
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    there = sorted(MigrationLoader(None).disk_migrations)
    recorder.Migration.objects.using(connection.alias).bulk_create(recorder.Migration(app=a, name=n) for a, n in there)


def _finish() -> None:
    """Decides on what the worker read, once it has."""
    from django.db import connection

    from servanda_register.actions import demo

    while not demo.read():
        connection.close()
        time.sleep(0.5)
    demo.finish()
    connection.close()
    print("The invented statements have been read, and half of their proposals decided.", flush=True)


def _listen(host: str, port: int) -> Any:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """No line in the terminal for every request."""

        def log_message(self, format: str, *args: Any) -> None:
            pass

    try:
        return ThreadedWSGIServer((host, port), Quiet, ipv6=":" in host)
    except OSError as error:
        raise ServandaError(
            f"The server cannot listen at {host}, port {port}: {error.strerror}. "
            f"Give another port, as in: servanda demo --port {port + 1 if port < 65535 else 8000}"
        ) from None


@contextmanager
def _closing(server: Any) -> Iterator[None]:
    try:
        yield
    finally:
        server.server_close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: by a lock of SQLite, which every system has and which ends with the process."""
    lock = sqlite3.connect(folder / "lock.sqlite3", timeout=120, isolation_level=None)
    with closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _advice() -> Iterator[str]:
    """What an office should still see to."""
    from django.conf import settings

    from servanda_register.models import Account

    if not Account.objects.filter(is_active=True).exists():
        yield "There is no account yet. Add one: servanda register add-account NAME --group administrator"
    if not os.environ.get("SERVANDA_HTTPS"):
        yield "SERVANDA_HTTPS is not set; set it to 1 as soon as the site is reached by HTTPS."
    if shutil.disk_usage(settings.DATA).free < 1_000_000_000:
        yield f"Less than 1 GB is free where the register is kept ({settings.DATA})."


def _end(process: Any) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except Exception:  # whatever keeps it, it must not keep the terminal
        process.kill()
