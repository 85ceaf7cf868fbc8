"""Working days of one country, and of two together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda_register.models import Party
from servanda_register.queries import calendar as c

COUNTRIES = ("VN", "BY", "AZ", "KZ", "IS", "MN", "EU")
days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
sides = st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=3, unique=True)


@given(days, sides)
@settings(deadline=None)
def test_the_next_working_day_is_the_first_one(day: date, codes: list[str]) -> None:
    found = c.next_working_day(day, codes)
    assert found >= day
    assert c.is_working_day(found, codes)
    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(c.is_working_day(d, codes) for d in between)
    assert c.next_working_day(found, codes) == found


@given(days, sides)
@settings(deadline=None)
def test_both_sides_work_only_when_each_does(day: date, codes: list[str]) -> None:
    assert c.is_working_day(day, codes) == all(c.is_working_day(day, [code]) for code in codes)
    assert c.next_working_day(day, codes) >= max(c.next_working_day(day, [code]) for code in codes)
    assert c.is_working_day(day, codes) == (c.days_off(day, [Party(code=code) for code in codes]) == [])


@given(days, st.integers(0, 120), st.integers(0, 120), sides)
@settings(deadline=None)
def test_working_days_add_up(start: date, first: int, second: int, codes: list[str]) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    whole = c.working_days_between(start, end, codes)
    assert whole == c.working_days_between(start, middle, codes) + c.working_days_between(middle, end, codes)
    assert 0 <= whole <= (end - start).days
    assert whole == -c.working_days_between(end, start, codes)
    assert whole <= min(c.working_days_between(start, end, [code]) for code in codes)


@pytest.mark.parametrize(
    ("code", "day", "works"),
    [
        ("VN", date(2026, 2, 17), False),  # the lunar new year
        ("VN", date(2026, 9, 2), False),  # the national day
        ("VN", date(2026, 8, 22), True),  # a Saturday that is worked for the Monday before that day
        ("BY", date(2026, 7, 3), False),  # Independence Day
        ("BY", date(2026, 5, 9), False),  # Victory Day
        ("AZ", date(2026, 3, 20), False),  # Novruz
        ("AZ", date(2026, 5, 28), False),  # Independence Day
        ("KZ", date(2026, 12, 16), False),  # Independence Day
        ("KZ", date(2026, 3, 23), False),  # Nauryz
        ("KZ", date(2026, 11, 24), True),
        ("VN", date(2026, 11, 22), False),  # a Sunday
        ("EU", date(2026, 11, 21), False),  # no country: Saturdays and Sundays alone
        ("EU", date(2026, 12, 25), True),
    ],
)
def test_days_of_each_country(code: str, day: date, works: bool) -> None:
    assert c.is_working_day(day, [code]) is works


def test_a_holiday_is_named_in_the_readers_language_where_it_has_a_name_there() -> None:
    vietnam, belarus, union = Party(code="VN"), Party(code="BY"), Party(code="EU")
    day = date(2026, 5, 1)
    with translation.override("vi"):
        (here, there) = c.days_off(day, [vietnam, belarus])
        assert (here.reason, here.language) == ("Ngày Quốc tế Lao động", "vi")
        assert (there.reason, there.language) == ("Labor Day", "en")
    with translation.override("ru"):
        assert c.days_off(day, [belarus])[0].language == "ru"
    with translation.override("en"):
        assert [off.reason for off in c.days_off(date(2026, 5, 2), [union])] == ["weekend"]
    assert not c.known("EU")
    assert all(c.known(code) for code in ("VN", "BY", "AZ", "KZ"))


def test_the_common_working_day_lies_after_both_holidays() -> None:
    assert c.next_working_day(date(2026, 2, 14), ["VN"]) == date(2026, 2, 23)
    # Women's Day of Belarus falls on a Sunday, Novruz and its days off on two weeks of Azerbaijan
    assert c.next_working_day(date(2027, 3, 20), ["AZ", "VN"]) == date(2027, 3, 29)
