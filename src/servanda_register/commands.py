"""The register's commands, which ``servanda`` finds by the entry point group ``servanda.commands``.

What ``servanda doctor`` says of the register comes from here as well, by the group ``servanda.doctor``.
Nothing of Django is imported before a command runs: ``servanda --help`` must stay quick, and without the extra
``register`` each command says how to install it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from servanda.errors import MissingExtra, ServandaError, UsageError

if TYPE_CHECKING:
    from servanda.cli.doctor import Finding

Host = Annotated[str, typer.Option(help="Address of this machine to listen at.")]
Port = Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)]
FreePort = Annotated[int, typer.Option(help="Port to listen at; 0 takes any that is free.", min=0, max=65535)]


def register(app: typer.Typer) -> None:
    """Adds ``demo``, ``serve`` and the group ``register``."""
    app.command()(demo)
    app.command()(serve)
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_register)
    group.command()(verify)
    group.command(name="export")(export)
    group.command(name="import")(import_)
    group.command(name="add-account")(add_account)
    group.command()(migrate)
    group.command()(remind)
    app.add_typer(group, name="register")


def _register(context: typer.Context) -> None:
    """Looks after the register: checks it, copies it, adds accounts.

    \b
    Example:
      servanda register verify
    """
    if context.invoked_subcommand is None:
        print(context.get_help())


@contextmanager
def opened() -> Iterator[None]:
    """Brings Django up; what the user can mend is told in one sentence.

    Raises ServandaError.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servanda_register.settings")
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured, ValidationError
        from django.db import DatabaseError
    except ImportError:
        raise MissingExtra("The register", "register") from None
    try:
        django.setup()
    except ImportError as error:
        if (error.name or "").startswith("servanda"):
            raise
        raise MissingExtra("The register", "register") from None
    except (ImproperlyConfigured, ValueError) as error:
        raise ServandaError(f"The register's settings do not hold together: {error}") from None
    try:
        yield
    except ValidationError as error:
        raise UsageError(" ".join(error.messages)) from None
    except ImproperlyConfigured as error:
        raise ServandaError(f"The register's settings do not hold together: {error}") from None
    except DatabaseError as error:
        from django.conf import settings

        said = str(error).strip().splitlines()[0]
        database = settings.DATABASES["default"]
        where = f"{database.get('HOST') or ''}{'/' if database.get('HOST') else ''}{database['NAME']}"
        if "no such table" in said or ("relation" in said and "does not exist" in said):
            raise ServandaError(f"The database {where} holds no register: run servanda register migrate") from None
        raise ServandaError(f"The database {where} could not be used: {said}. See SERVANDA_DATABASE.") from None


def demo(
    host: Host = "127.0.0.1",
    port: FreePort = 8000,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the demonstration; by default one in your cache folder.")
    ] = None,
) -> None:
    """Starts a register with demonstration data and opens it in the browser.

    Everything stays on this machine. Whoever opens the address is signed in as an invented officer.

    \b
    Example:
      servanda demo
      servanda demo --port 8080 --no-open
    """
    _extra()
    from servanda_register import serving

    if data is None:
        from platformdirs import user_cache_path

        from servanda.version import __version__

        data = user_cache_path("servanda") / f"demo-{__version__}"
    serving.demonstrate(host=host, port=port, folder=data, open_browser=open_)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer, each with eight threads.", min=1, max=64)] = 2,
) -> None:
    """Runs the register for an office: the pages, the API, and the worker that reads statements.

    Settings come from the environment; the user guide lists them. The database is brought up to date first.

    \b
    Example:
      servanda serve --port 8080
      SERVANDA_HOSTS=register.example servanda serve
    """
    with opened():
        from servanda_register import serving

        serving.serve(host=host, port=port, workers=workers)


def verify() -> None:
    """Checks that the history is whole and that every record is what its history says.

    Prints the number of events and the digest of the last one; keep it elsewhere, and nobody can write the history
    anew without your seeing it. Exit code 1: something does not fit; each such thing is printed.

    \b
    Example:
      servanda register verify
    """
    with opened():
        from servanda_register.models import ChainHead
        from servanda_register.queries import history

        head = ChainHead.objects.first() or ChainHead()
        broken = 0
        for fault in history.verify():
            broken += 1
            print(fault)
        print(f"{head.sequence} events, digest of the last {head.digest}")
        print("Nothing is amiss." if not broken else f"{broken} faults. Compare with your last export.")
        if broken:
            raise typer.Exit(1)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to be made, as in register.zip.")],
) -> None:
    """Writes the whole register into one archive.

    It holds what is restricted, and the accounts with their passwords' hashes and second factors: keep it as you
    keep the database. Only you may read the file.

    \b
    Example:
      servanda register export register-2026-05-01.zip
    """
    with opened():
        from servanda_register.queries import archive

        told = archive.write(file)
        print(f"{file}: {told.rows} rows, {told.events} events, digest of the last {told.digest}")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive made by servanda register export.")],
) -> None:
    """Reads an archive into an empty register; all of it or nothing.

    \b
    Example:
      SERVANDA_DATABASE=postgresql://register@db/register servanda register import register.zip
    """
    with opened():
        from servanda_register import serving
        from servanda_register.actions import archive

        serving.bring_up_to_date(vocabulary=False)
        told = archive.read(file)
        print(f"{file}: {told.rows} rows, {told.events} events, digest of the last {told.digest}")


def add_account(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.")],
    group: Annotated[str, typer.Option(help="reader, coder, reviewer, officer or administrator.")],
    partnership: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Where, as in vietnam-belarus; without it in all partnerships.")
    ] = None,
    cleared: Annotated[bool, typer.Option("--cleared", help="May see what is restricted.")] = False,
    email: Annotated[str, typer.Option(help="E-mail address.")] = "",
    password: Annotated[
        bool,
        typer.Option("--password/--no-password", help="Ask for one; without, they sign in by your OpenID Connect."),
    ] = True,
) -> None:
    """Adds an account, or gives one that is there a group in another partnership.

    The password is asked for; where no one types, it is read from standard input.

    \b
    Example:
      servanda register add-account anna --group administrator
      servanda register add-account minh --group reviewer --partnership vietnam-belarus --cleared
    """
    with opened():
        from servanda_register import serving
        from servanda_register.actions import accounts

        serving.bring_up_to_date()  # the first account is often the first thing that is done
        accounts.add(
            name=name, group=group, partnership=partnership, cleared=cleared, email=email,
            password=_password if password else None,
        )  # fmt: skip
        print(f"{name}: {group} in {partnership or 'all partnerships'}{', cleared' if cleared else ''}")


def migrate() -> None:
    """Makes the database, or brings it up to date after an update of Servanda.

    \b
    Example:
      servanda register migrate
    """
    with opened():
        from servanda_register import serving

        done = serving.bring_up_to_date(vocabulary=False)
        print(f"{done} changes made to the database." if done else "The database is up to date.")


def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the mails instead of sending them.")] = False,
) -> None:
    """Sends reminders by e-mail to those who asked for them on the page of their account.

    Have it run every morning, by cron or a timer of your system: nobody gets more than one mail a day. It goes through
    the server that SERVANDA_EMAIL names. Exit code 1: a mail could not be sent; it is tried again at the next run.

    \b
    Example:
      servanda register remind --dry-run
    """
    with opened():
        from django.utils import timezone

        from servanda_register.actions import reminder

        if dry_run:
            mails = reminder.pending(timezone.now())
            for mail in mails:
                print(f"To: {mail.account.email}\nSubject: {mail.subject}\n\n{mail.text}")
            print(f"{len(mails)} mails would be sent.")
            return
        outcome = reminder.send(timezone.now())
        for mail, error in outcome.failed:
            print(f"{mail.account.email}: not sent: {error}. Check SERVANDA_EMAIL.", file=sys.stderr)
        print(f"{len(outcome.sent)} mails sent.")
        if outcome.failed:
            raise typer.Exit(1)


def findings() -> list[Finding]:
    """What ``servanda doctor`` tells of the register: whether it can run, where its data are, who can sign in."""
    from servanda.cli.doctor import Finding

    try:
        _extra()
    except MissingExtra:
        return [Finding("Register", "not installed", good=False, mend='pip install "servanda[register]"')]
    issuer = os.environ.get("SERVANDA_OIDC_ISSUER")
    told = [Finding("Sign-in", f"passwords, and OpenID Connect of {issuer}" if issuer else "passwords")]
    from platformdirs import user_data_path

    given = any(os.environ.get(name) for name in ("SERVANDA_DATABASE", "SERVANDA_DATA"))
    if not given and not (user_data_path("servanda") / "register.sqlite3").exists():
        # nothing is made by looking
        return [Finding("Register", "installed; no data yet: servanda demo shows one, servanda serve makes one"), *told]
    try:
        with opened():
            from django.db import connection

            from servanda_register.models import Account, Event

            where = f"{connection.display_name} {connection.settings_dict['NAME']}"
            name = str(connection.settings_dict["NAME"])
            if connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).exists():
                return [Finding("Register", f"{where}: made at the first start"), *told]
            state = f"{where}, {Event.objects.count()} events, {Account.objects.count()} accounts"
            return [Finding("Register", state), *told]
    except ServandaError as error:
        return [Finding("Register", str(error), good=False, mend="servanda register migrate"), *told]


def _extra() -> None:
    """Raises MissingExtra where the register's packages are not there, before anything else is done."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("django", "ninja", "allauth", "axes", "csp", "whitenoise")):
        raise MissingExtra("The register", "register")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
