"""When an action is overdue: the one place that says so, for pages, files, reminders and reports alike.

A deadline is a day, and it is kept until that day has ended where the reader is. What is closed is never overdue.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from django.db.models import Q
from django.utils import timezone

from servanda_register.models import ProgressState

CLOSED = frozenset({ProgressState.DELIVERED.value, ProgressState.SUPERSEDED.value, ProgressState.CANNOT_CHECK.value})
"""States in which no deadline counts any more."""
SOON = timedelta(days=30)

Timing = Literal["", "soon", "overdue"]


def today(at: datetime | None = None, zone: tzinfo | None = None) -> date:
    """The day that it is at a moment, now by default, in a time zone, by default the reader's."""
    return timezone.localdate(at, zone)


def timing(due: date | None, state: str, on: date) -> Timing:
    """How an action with this deadline and state stands on a day."""
    if due is None or state in CLOSED:
        return ""
    if due < on:
        return "overdue"
    return "soon" if due - on <= SOON else ""


def overdue(on: date, path: str = "") -> Q:
    """The condition that :func:`timing` says ``overdue``; ``path`` leads to the action from another model."""
    return Q(**{f"{path}due__lt": on}) & ~Q(**{f"{path}state__in": CLOSED})


def soon(on: date, path: str = "") -> Q:
    """The condition that :func:`timing` says ``soon``."""
    return Q(**{f"{path}due__gte": on, f"{path}due__lte": on + SOON}) & ~Q(**{f"{path}state__in": CLOSED})


def milestone_timing(due: date, done: date | None, state: str, on: date) -> Timing:
    """How a milestone stands on a day; ``state`` is that of its action."""
    return "" if done is not None else timing(due, state, on)
