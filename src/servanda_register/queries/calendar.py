"""On which days the offices of a country work, so that no deadline lies where nobody is in the office.

Holidays and the Saturdays that are worked in their place come from the package ``holidays``, which looks nothing up
outside. It knows a country's official shifts as far as they have been announced; for later years only the rule of the
law. Of parties that are no country, or of which it knows nothing, Saturdays and Sundays alone are taken for free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servanda_register.models import Party

FARTHEST = 366
"""Days after which the search for a working day is given up; no calendar has so long a holiday."""
SATURDAY = 5


@dataclass(frozen=True)
class DayOff:
    """A day on which a party's offices are closed, and why."""

    day: date
    party: Party
    reason: str
    """Name of the holiday, or that it is a weekend."""
    language: str
    """Of :attr:`reason`, ISO 639-1."""


@dataclass(frozen=True)
class _Year:
    """One country's year."""

    closed: frozenset[date]
    names: dict[date, str]
    """Of holidays; weekends have none."""
    language: str


def known(code: str) -> bool:
    """Whether the holidays of the party are known."""
    return code in _countries()


def is_working_day(day: date, codes: Iterable[str]) -> bool:
    """Whether the offices of all these parties are open."""
    return not any(day in _year(code, day.year).closed for code in codes)


def days_off(day: date, parties: Iterable[Party]) -> list[DayOff]:
    """Those of the parties whose offices are closed on the day, and why; none on a working day of all."""
    found = []
    for party in parties:
        year = _year(party.code, day.year, get_language() or "en")
        if day in year.closed:
            name = year.names.get(day)
            found.append(DayOff(day, party, name or _("weekend"), year.language if name else get_language() or "en"))
    return found


def next_working_day(day: date, codes: Collection[str]) -> date:
    """The day itself or the first after it on which the offices of all these parties are open.

    Raises ValueError where there is none within a year, which only dates at the end of time can bring about.
    """
    for ahead in range(FARTHEST):
        candidate = day + timedelta(days=ahead)
        if is_working_day(candidate, codes):
            return candidate
    raise ValueError(f"{sorted(codes)} have no working day in common in the year after {day.isoformat()}.")


def working_days_between(start: date, end: date, codes: Collection[str]) -> int:
    """How many days after ``start``, up to ``end`` and with it, the offices of all these parties are open.

    Counted back, and negative, where ``end`` lies before ``start``.
    """
    if end < start:
        return -working_days_between(end, start, codes)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, codes) for day in days)


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    return dict(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=512)
def _year(code: str, year: int, language: str = "en") -> _Year:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    if not known(code):
        return _Year(frozenset(d for d in days if d.weekday() >= SATURDAY), {}, language)
    calendar, spoken = _calendar(code, year, language)
    return _Year(
        closed=frozenset(d for d in days if not calendar.is_working_day(d)),
        names={d: name for d in days if (name := calendar.get(d))},
        language=spoken,
    )


def _calendar(code: str, year: int, language: str) -> tuple[holidays.HolidayBase, str]:
    """The country's holidays in the language if there are names in it, else in English, else in its own."""
    plain = holidays.country_holidays(code, years=year, expand=False)
    offered = plain.supported_languages or ()
    for wanted in (language.split("-")[0], "en_US"):
        if wanted in offered:
            return holidays.country_holidays(code, years=year, language=wanted, expand=False), wanted.split("_")[0]
    return plain, (plain.default_language or "en").split("_")[0]
