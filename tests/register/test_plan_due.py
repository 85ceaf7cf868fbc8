"""Overdue is said in one place, and the same everywhere: for pages and in the database, in every time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.queries import due

from .conftest import World

ZONES = sorted(z for z in available_timezones() if "/" in z and not z.startswith(("posix/", "right/", "Etc/")))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
days = st.dates(date(2024, 1, 1), date(2035, 1, 1))
near = st.integers(-40, 40).map(lambda n: timedelta(days=n))
zones = st.sampled_from(ZONES).map(ZoneInfo)
states = st.sampled_from(m.ProgressState.values)
open_states = st.sampled_from([s for s in m.ProgressState.values if s not in due.CLOSED])


@given(moments, near, zones, open_states)
def test_overdue_when_the_day_has_ended_where_the_reader_is(
    at: datetime, apart: timedelta, zone: ZoneInfo, state: str
) -> None:
    deadline = at.date() + apart
    ends = datetime.combine(deadline + timedelta(days=1), time(), zone).timestamp()
    assert (due.timing(deadline, state, due.today(at, zone)) == "overdue") == (at.timestamp() >= ends)


@given(moments, near, zones, zones, open_states)
def test_whoever_is_further_east_sees_it_first(
    at: datetime, apart: timedelta, a: ZoneInfo, b: ZoneInfo, state: str
) -> None:
    deadline = at.date() + apart
    east, west = sorted((a, b), key=lambda z: at.astimezone(z).utcoffset() or timedelta(), reverse=True)
    if due.timing(deadline, state, due.today(at, west)) == "overdue":
        assert due.timing(deadline, state, due.today(at, east)) == "overdue"


@given(moments, days, zones, open_states, st.integers(0, 4000))
def test_what_is_overdue_stays_so_while_it_is_open(
    at: datetime, deadline: date, zone: ZoneInfo, state: str, hours: int
) -> None:
    later = at + timedelta(hours=hours)
    if due.timing(deadline, state, due.today(at, zone)) == "overdue":
        assert due.timing(deadline, state, due.today(later, zone)) == "overdue"


@given(days, days, states)
def test_what_is_closed_or_has_no_day_is_never_late(on: date, deadline: date, state: str) -> None:
    assert due.timing(None, state, on) == ""
    if state in due.CLOSED:
        assert due.timing(deadline, state, on) == ""


@given(days, near, open_states)
def test_each_open_day_is_of_one_kind(on: date, apart: timedelta, state: str) -> None:
    expected = "overdue" if apart.days < 0 else "soon" if apart.days <= 30 else ""
    assert due.timing(on + apart, state, on) == expected
    assert due.milestone_timing(on + apart, None, state, on) == expected
    assert due.milestone_timing(on + apart, on, state, on) == ""


@pytest.mark.parametrize(
    ("at", "zone", "late"),
    [
        ("2026-06-30T16:59:59+00:00", "Asia/Ho_Chi_Minh", False),
        ("2026-06-30T17:00:00+00:00", "Asia/Ho_Chi_Minh", True),
        ("2026-06-30T17:00:00+00:00", "Europe/Minsk", False),
        ("2026-06-30T21:00:00+00:00", "Europe/Minsk", True),
        ("2026-06-30T19:00:00+00:00", "Asia/Almaty", True),
        ("2026-06-30T18:59:59+00:00", "Asia/Almaty", False),
        ("2026-06-30T20:00:00+00:00", "Asia/Baku", True),
    ],
)
def test_the_end_of_june_in_the_four_capitals(at: str, zone: str, late: bool) -> None:
    on = due.today(datetime.fromisoformat(at), ZoneInfo(zone))
    assert (due.timing(date(2026, 6, 30), "under-way", on) == "overdue") is late


def test_today_is_that_of_the_reader() -> None:
    with timezone.override(ZoneInfo("Pacific/Kiritimati")):
        east = due.today()
    with timezone.override(ZoneInfo("Pacific/Pago_Pago")):
        west = due.today()
    assert east > west


@pytest.mark.django_db
def test_the_database_says_the_same(world: World) -> None:
    on = date(2026, 5, 6)
    number = 0
    for state in m.ProgressState.values:
        for apart in (None, -400, -1, 0, 1, 29, 30, 31, 400):
            number += 1
            record.create(
                m.Action, by=None, partnership=world.partnership, number=number, names={"en": str(number)}, state=state,
                due=None if apart is None else on + timedelta(days=apart),
            )  # fmt: skip
    for kind, condition in (("overdue", due.overdue(on)), ("soon", due.soon(on))):
        found = set(m.Action.objects.filter(condition))
        assert found
        assert found == {a for a in m.Action.objects.all() if due.timing(a.due, a.state, on) == kind}
    action = m.Action.objects.filter(due.overdue(on)).first()
    step = record.create(m.Milestone, by=None, action=action, names={"en": "First"}, due=on)
    assert list(m.Milestone.objects.filter(due.overdue(on, "action__"))) == [step]
