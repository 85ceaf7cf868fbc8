"""Deadlines become dates only where they are certain."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda import packs
from servanda.errors import UsageError
from servanda.planning import due, languages
from servanda.planning.words import Words

EN = Words("en")
YEARS = st.integers(1900, 2199)
ADOPTED = st.none() | st.dates(date(1950, 1, 1), date(2100, 12, 31)).map(date.isoformat)


@pytest.mark.parametrize(
    ("words", "adopted", "text", "first", "last", "every"),
    [
        ("2030", None, "2030", None, "2030-12-31", None),
        ("end of 2026", None, "by the end of 2026", None, "2026-12-31", None),
        ("2025-2027", None, "2025–2027", "2025-01-01", "2027-12-31", None),
        ("2026-02-03", None, "3 February 2026", None, "2026-02-03", None),
        ("February 2028", None, "February 2028", None, "2028-02-29", None),
        ("annually", "2025-05-12", "every year", None, None, 1),
        ("every two years", None, "every 2 years", None, None, 2),
        ("within five years", "2025-05-12", "within 5 years", None, None, None),
        ("within 45 days", None, "within 45 days", None, None, None),
        ("as soon as possible", "2025-05-12", "as soon as possible", None, None, None),
        ("this year", "2025-05-12", "by the end of 2025", None, "2025-12-31", None),
        ("by the end of the year", "2025-05-12", "by the end of 2025", None, "2025-12-31", None),
        ("next year", "2025-05-12", "2026", None, "2026-12-31", None),
        ("this month", "2024-02-05", "February 2024", None, "2024-02-29", None),
        ("this year", None, "this year", None, None, None),
        ("next year", "May 2025", "next year", None, None, None),
        # what looks like a date and is none stays words
        ("2026-02-31", None, "2026-02-31", None, None, None),
        ("2027-2025", None, "2027-2025", None, None, None),
        ("2030 at the latest", None, "2030 at the latest", None, None, None),
        ("٢٠٣٠", None, "٢٠٣٠", None, None, None),
    ],
)
def test_a_deadline_is_a_date_where_it_is_certain(
    words: str, adopted: str | None, text: str, first: str | None, last: str | None, every: int | None
) -> None:
    found = due(words, adopted=adopted, say=EN)
    assert (found.words, found.text, found.first, found.last, found.every) == (words, text, first, last, every)


@pytest.mark.parametrize(
    ("language", "words", "text"),
    [
        ("vi", "every two years", "2 năm một lần"),
        ("vi", "within five years", "trong vòng 5 năm"),
        ("vi", "end of 2026", "đến hết năm 2026"),
        ("ru", "every two years", "раз в 2 года"),
        ("ru", "within five years", "срок: 5 лет"),
        ("ru", "annually", "ежегодно"),
    ],
)
def test_words_are_those_of_the_readers(language: str, words: str, text: str) -> None:
    assert due(words, adopted=None, say=Words(language)).text == text


@pytest.mark.parametrize("language", languages())
def test_every_deadline_that_a_pack_gives_has_words(language: str) -> None:
    say = Words(language)
    known = {p.value for code in packs.available() for p in packs.load(code).patterns if p.kind == "deadline"}
    left = {v for v in known if v and language != "en" and due(v, adopted=None, say=say).text == v}
    assert left <= {"2030"}


@given(st.text(), ADOPTED, st.sampled_from(languages()))
def test_whatever_is_given_is_kept(words: str, adopted: str | None, language: str) -> None:
    found = due(words, adopted=adopted, say=Words(language))
    assert found.words == words
    for day in (found.first, found.last):
        assert day is None or date.fromisoformat(day)


@given(YEARS, YEARS)
def test_a_span_lies_between_its_years(a: int, b: int) -> None:
    found = due(f"{a}-{b}", adopted=None, say=EN)
    if a < b:
        assert (found.first, found.last) == (f"{a}-01-01", f"{b}-12-31")
    else:
        assert (found.first, found.last) == (None, None)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), ADOPTED)
def test_a_day_is_that_day_whenever_the_statement_was_made(day: date, adopted: str | None) -> None:
    assert due(day.isoformat(), adopted=adopted, say=EN).last == day.isoformat()


@given(st.sampled_from(["{}", "end of {}", "May {}"]), YEARS)
def test_the_last_day_lies_in_the_year_that_is_named(form: str, year: int) -> None:
    last = due(form.format(year), adopted=None, say=EN).last
    assert last is not None
    assert date.fromisoformat(last).year == year


@given(st.text(alphabet="adefghiklmnoprstuvwxy ", max_size=40), ADOPTED)
def test_words_without_figures_give_no_date_but_those_that_count_from_the_adoption(
    words: str, adopted: str | None
) -> None:
    counting = {"this year", "next year", "this month", "by the end of the year"}
    if words not in counting:
        assert due(words, adopted=adopted, say=EN).last is None


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(UsageError, match="en, vi, ru"):
        Words("sv")


def test_all_languages_have_the_same_words() -> None:
    for table in ("plan", "why", "deliverable"):
        keys = [set(Words(code).table(table)) for code in languages()]
        assert all(k == keys[0] for k in keys)
    times = packs.vocabulary("times")
    assert set(times) == set(languages())
    assert all(set(times[code]["words"]) == set(times["en"]["words"]) for code in languages())
    assert all(set(times[code]) == set(times["en"]) for code in languages())
    for table in ("bodies", "mechanisms"):
        assert set(Words("vi").table(table)) == set(Words("ru").table(table))
