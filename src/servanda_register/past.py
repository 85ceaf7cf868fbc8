"""The register as it was: the moment that is looked at, and the router that sends reads to the database of that moment.

The database of a moment is rebuilt from the trail by :mod:`servanda_register.queries.past`; it can only be read. What
rights rest on (accounts, memberships, tokens) is always read as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.utils import ConnectionHandler
from django.utils.translation import gettext as _

from servanda.errors import UsageError

ALIAS = "past"
"""Name under which the database of the moment is known, in the thread that looks at it and only so long."""
PRESENT = frozenset({"account", "membership", "token", "tokenend", "event", "chainhead", "attachment", "intake"})
"""Models read from the register itself even in the past: what rights rest on, and what is written once and large to
copy; ``queries.visibility.visible`` leaves out what came after the moment."""


@dataclass(frozen=True)
class Moment:
    """A moment of the past, and the last event of the trail that it knows."""

    at: datetime
    sequence: int


class PastIsKept(UsageError):
    """Something tried to change the past."""


_looking_at: ContextVar[Moment | None] = ContextVar("looking_at", default=None)


def looking_at() -> Moment | None:
    """The moment that is looked at; None for the present."""
    return _looking_at.get()


class PastRouter:
    """Sends reads to the database of the moment that is looked at, and lets nothing be written meanwhile."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        """The past, for the register's own models."""
        if _looking_at.get() and model._meta.app_label == "register" and model._meta.model_name not in PRESENT:
            return ALIAS
        return None

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        """Raises PastIsKept for the register's own models."""
        if _looking_at.get() and model._meta.app_label == "register":
            raise PastIsKept(_("The past cannot be changed. Return to now, then do it again."))
        return None

    def allow_relation(self, one: Model, other: Model, **_hints: Any) -> bool | None:
        """Records of the past and of the present are of one register."""
        return True if _looking_at.get() else None


@contextmanager
def opened(moment: Moment, file: Path) -> Iterator[None]:
    """Looks at ``moment``, whose database ``file`` is, until the block ends."""
    with connected(f"{file.as_uri()}?mode=ro&immutable=1"):
        token = _looking_at.set(moment)
        try:
            yield
        finally:
            _looking_at.reset(token)


@contextmanager
def connected(name: str, **options: Any) -> Iterator[BaseDatabaseWrapper]:
    """Has the SQLite database ``name`` as :data:`ALIAS` in this thread.

    The connection is put into the thread's own store, so that threads may look at different moments at one time and
    the settings know nothing of it.
    """
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}
    connection = ConnectionHandler({"default": {}, ALIAS: settings})[ALIAS]
    connections[ALIAS] = connection
    try:
        yield connection
    finally:
        del connections[ALIAS]
        connection.close()
