"""Indicators: tables are read as they were meant or asked about, values are replaced but kept, charts are true."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given as drawn
from hypothesis import strategies as st

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions.indicator import add_indicator, drop_target, measure, set_target
from servanda_register.actions.measurements import Line, number_of, period_of, read_file
from servanda_register.pages.charts import line_chart
from servanda_register.pages.indicators import amount
from servanda_register.queries import indicators as of_indicators
from servanda_register.queries.history import verify
from servanda_register.queries.rights import rights_of

from .conftest import World
from .test_commitments import Register, register  # noqa: F401

D = Decimal


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        (5, "", "5"), (0.1, "", "0.1"), (1e-7, "", "0"), (1.5e3, "", "1500"), (D("2.50"), "", "2.5"),
        ("12", "", "12"), ("-3,5", "", "-3.5"), ("−3.5", "", "-3.5"), ("1 234 567,8", "", "1234567.8"),
        ("1\u00a0234", "", "1234"), ("1\u202f234,56", "", "1234.56"), ("1,234.5", "", "1234.5"),
        ("1.234,5", "", "1234.5"), ("1.234.567", "", "1234567"), ("1,234,567", "", "1234567"),
        ("1'234.50", "", "1234.5"), ("0,125", "", "0.125"), ("12.3456", "", "12.3456"), ("1234,567", "", "1234.567"),
        ("1,234", ",", "1.234"), ("1,234", ".", "1234"), ("1.234", ",", "1234"), ("1.234", ".", "1.234"),
    ],
)  # fmt: skip
def test_numbers_as_people_and_programs_write_them(cell: Any, decimal: str, expected: str) -> None:
    assert number_of(cell, decimal) == D(expected)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("", "missing"), (None, "missing"), ("many", "not a number"), ("1,2,3", "not a number"), (True, "not a number"),
        ("1.23.4", "not a number"), ("12,34.567.8", "not a number"), (float("nan"), "not a number"),
        (float("inf"), "not a number"), ("1,234", "1234 or 1.234"), ("12.500", "12500 or 12.500"),
        ("10000000000000000", "too large"), (10**16, "too large"), ("1e5", "not a number"), ("1.2.3,4", "not a number"),
    ],
)  # fmt: skip
def test_numbers_that_are_none_or_could_be_two_are_asked_about(cell: Any, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        number_of(cell)
    assert said in str(refused.value)


@drawn(st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4, allow_nan=False))
def test_a_number_shown_in_any_language_is_read_back_the_same(value: Decimal) -> None:
    for language, decimal in (("en", "."), ("vi", ","), ("ru", ",")):
        with translation.override(language):
            assert number_of(amount(value, 4), decimal) == value


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (2024, date(2024, 12, 31)), (2024.0, date(2024, 12, 31)), ("2024", date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 29)), ("02/2023", date(2023, 2, 28)), ("6.2024", date(2024, 6, 30)),
        ("2024-06-15", date(2024, 6, 15)), ("15.06.2024", date(2024, 6, 15)), ("3/4/2024", date(2024, 4, 3)),
        ("Q1 2024", date(2024, 3, 31)), ("2024-Q4", date(2024, 12, 31)),
        (datetime(2024, 6, 15, 12), date(2024, 6, 15)), (date(2024, 6, 15), date(2024, 6, 15)),
    ],
)  # fmt: skip
def test_periods(cell: Any, expected: date) -> None:
    assert period_of(cell) == expected


@pytest.mark.parametrize(
    "cell", ["", None, "soon", "2024-13", "31.02.2024", "00.02.2024", "1024", 12, "Q5 2024", 2024.5]
)
def test_what_is_no_period_is_said_so(cell: Any) -> None:
    with pytest.raises(UsageError, match=r"2024-06-30"):
        period_of(cell)


def book(rows: list[list[Any]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


LONG = [(date(2023, 12, 31), D("1200.5")), (date(2024, 12, 31), D(1300))]


@pytest.mark.parametrize(
    "content",
    [
        "period;value;source\n2023;1200.5;customs\n2024;1300;\n".encode("utf-8-sig"),
        b"2023;1200,5\n\n2024;1300\n",
        b"Year\tValue\n2023\t1,200.5\n2024\t1 300\n",
        b'year,value\n2023,"1,200.5"\n2024,1300\n',
        "N\u0103m;Tr\u1ecb gi\u00e1\n31.12.2023;1200,5\n31/12/2024;1300".encode("utf-16"),
        b";2023;2024\nTurnover;1200.5;1300\n",
        b"unit;2022;2023;2024\nTurnover;;1200.5;1300\nPeople;1;2;3\n",
        b"2023;2024;2025\n1200.5;1300;\n",
        book([["Period", "Value"], [2023, 1200.5], [date(2024, 12, 31), 1300]]),
        book([[None, 2023, 2024], ["turnover", 1200.5, 1300], ["people", 5, 6]]),
        book([[], ["2023", "1 200,5"], ["2024", "1300"]]),
    ],
)
def test_the_same_table_in_all_shapes(content: bytes) -> None:
    reading = read_file(content, names=["Turnover", "Kim ngạch"])
    assert ([(x.period, x.value) for x in reading.lines], reading.problems) == (LONG, [])


def test_rows_that_are_not_understood_are_named_and_the_others_read() -> None:
    text = "period;value\n2020;12\nsoon;13\n2021;1,234\n2022;lots\n2020;14\n2023;15;customs\n2024\n"
    reading = read_file(text.encode())
    assert [(x.number, x.period.year, x.value, x.source) for x in reading.lines] == [
        (2, 2020, D(12), ""), (7, 2023, D(15), "customs")
    ]  # fmt: skip
    said = {p.number: p.what for p in reading.problems}
    assert set(said) == {3, 4, 5, 6, 8}
    for number, words in {3: "not a period", 4: "1234 or 1.234", 5: "not a number", 6: "row 2", 8: "missing"}.items():
        assert words in said[number]
    assert [x.value for x in read_file(text.encode(), decimal=",").lines] == [D(12), D("1.234"), D(15)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows"), (b"\n;\n", "no rows"), (b"\xcf\xf0\xe8;1", "UTF-8"), (b"PK\x03\x04nothing", "workbook"),
        (b"a\x00b", "neither CSV nor XLSX"), (b"2024;1\n" * 5001, "more than 5000"), (b"x" * 2_000_001, "at most"),
        (b"x;2023;2024\nA;1;2\nB;3;4\n", "exactly one row"), (b"x;2023;2024\n", "exactly one row"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_say_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_file(content, names=["Turnover"])
    assert said in str(refused.value)


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_not_unpacked() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    assert len(out.getvalue()) < 2_000_000
    with pytest.raises(UsageError, match="too large"):
        read_file(out.getvalue())


def indicator(world: World, name: str = "Turnover", **fields: Any) -> m.Indicator:
    values = {"unit": "million USD", "decimals": 1, **fields}
    return add_indicator(by=None, partnership=world.partnership, names={"en": name}, **values)


def lines(**values: str) -> list[Line]:
    return [Line(n, date(int(year[1:]), 12, 31), D(v)) for n, (year, v) in enumerate(values.items(), start=1)]


def test_what_is_shown_is_rounded_not_cut() -> None:
    with translation.override("en"):
        assert [amount(D(v), 1) for v in ("0.05", "0.04", "-1.25", "1234.96")] == ["0.1", "0.0", "-1.3", "1,235.0"]
        assert amount(D("61.7"), 0) == "62"


@pytest.mark.django_db
def test_a_later_value_takes_the_place_of_an_earlier_one_which_stays(
    world: World, account: Callable[..., m.Account]
) -> None:
    found = indicator(world)
    assert len(measure(found, by=None, lines=lines(y2022="10", y2023="20", y2024="30"))) == 3
    assert len(measure(found, by=None, lines=lines(y2023="25", y2024="30"))) == 1
    points = of_indicators.series(rights_of(account("reader")), found)
    assert [(p.measurement.period.year, p.measurement.value, [r.value for r in p.replaced]) for p in points] == [
        (2022, D(10), []), (2023, D(25), [D(20)]), (2024, D(30), [])
    ]  # fmt: skip
    assert [p.change for p in points] == [None, D(150), D(20)]
    assert not list(verify())
    told = m.Event.objects.filter(kind="measurement")
    assert (told.count(), {e.partnership_id for e in told}) == (4, {world.partnership.pk})


@pytest.mark.django_db
def test_a_period_that_has_not_ended_is_not_measured_and_nothing_of_the_file_is_kept(world: World) -> None:
    found = indicator(world)
    soon = Line(2, timezone.localdate() + timedelta(days=1), D(1))
    with pytest.raises(ValidationError, match="has not ended"):
        measure(found, by=None, lines=[*lines(y2022="1"), soon])
    assert m.Measurement.objects.count() == 0
    assert len(measure(found, by=None, lines=[Line(1, timezone.localdate(), D(1))])) == 1


@pytest.mark.django_db
def test_targets_are_one_a_day_and_dropped_for_a_reason(register: Register) -> None:  # noqa: F811
    found = indicator(register)
    aim = set_target(found, by=None, by_date=date(2027, 12, 31), value=D("50.5"), commitment=register.commitments[1])
    with pytest.raises(ValidationError, match="already"):
        set_target(found, by=None, by_date=date(2027, 12, 31), value=D(60))
    with pytest.raises(ValidationError):
        drop_target(aim, by=None, reason="")
    drop_target(aim, by=None, reason="out of reach")
    set_target(found, by=None, by_date=date(2027, 12, 31), value=D(40))
    assert not [b for b in verify() if b.about.startswith(("target", "indicator"))]
    elsewhere = add_indicator(by=None, partnership=register.other, names={"en": "Visitors"}, unit="persons")
    with pytest.raises(ValidationError, match="another partnership"):
        set_target(elsewhere, by=None, by_date=date(2027, 12, 31), value=D(1), commitment=register.commitments[0])


@pytest.mark.django_db
def test_a_file_is_shown_as_understood_and_kept_only_then(world: World, signed_in: Callable[..., Client]) -> None:
    found = indicator(world)
    measure(found, by=None, lines=lines(y2021="5", y2022="6"))
    client = signed_in("officer")
    address = reverse("indicator-import", args=[found.pk])
    file = SimpleUploadedFile("t.csv", b"year;value\n2021;5\n2022;7\n2023;8,5\nlater;9\n2199;1\n")
    page = client.post(address, {"file": file, "source": "customs"})
    text = page.content.decode()
    assert m.Measurement.objects.count() == 2
    for said in (
        "There already",
        "Replaces",
        "6.0",
        "New",
        "8.5",
        "has not ended yet",
        "Row 5:",
        "“later” is not a period",
    ):
        assert said in text, said
    assert "Keep 2 values" in text
    sent = {"lines": page.context["lines"], "source": page.context["source"]}
    assert client.post(address, sent).headers["Location"] == reverse("indicator", args=[found.pk])
    kept = m.Measurement.objects.order_by("pk")[2:]
    assert [(x.period.year, x.value, x.source) for x in kept] == [(2022, D(7), "customs"), (2023, D("8.5"), "customs")]
    assert "Nothing in it is new" in client.post(address, {"text": "2022\t7\n"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("told", ["", "[", "[1]", '[[1, "soon", "1", ""]]', '[[1, "2020-12-31", "x", ""]]', "{}x"])
def test_rows_that_come_back_otherwise_than_shown_are_refused(
    world: World, signed_in: Callable[..., Client], told: str
) -> None:
    found = indicator(world)
    answer = signed_in("officer").post(reverse("indicator-import", args=[found.pk]), {"lines": told})
    assert (answer.status_code, m.Measurement.objects.count()) == (400, 0)
    assert "once more" in answer.content.decode()
    future = json.dumps([[1, (timezone.localdate() + timedelta(days=9)).isoformat(), "1", ""]])
    answer = signed_in("officer").post(reverse("indicator-import", args=[found.pk]), {"lines": future})
    assert (answer.status_code, m.Measurement.objects.count()) == (400, 0)


@pytest.mark.django_db
def test_the_page_shows_chart_table_and_files_in_the_reader_s_numbers(
    register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    found = indicator(register, commitments=[register.commitments[1], register.commitments[2]])
    measure(found, by=None, lines=lines(y2020="1234.5", y2021="2000", y2022="1000"), source="customs")
    set_target(found, by=None, by_date=date(2027, 12, 31), value=D(4000), commitment=register.commitments[1])
    client = signed_in("officer")
    address = reverse("indicator", args=[found.pk])
    with django_assert_max_num_queries(15):
        page = client.get(address).content.decode()
    assert page.count("<circle") == 3
    for said in ("1,234.5", "+62.0 per cent", "-50.0 per cent", "25 per cent", "2027: 4,000<"):
        assert said in page, said
    assert "style=" not in page
    assert "companies to invest" not in page
    assert reverse("commitment", args=[register.commitments[1].pk]) in page
    with translation.override("ru"):
        shown = amount(D("1234.5"), 1)
    assert shown == "1\xa0234,5"
    assert shown in client.get(address, headers={"accept-language": "ru"}).content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(address + "?format=xlsx").content)).worksheets[0]
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == [1000, 2000, 1234.5]
    with django_assert_max_num_queries(15):
        assert "1,000.0" in client.get(reverse("indicators", args=[register.partnership.slug])).content.decode()


@pytest.mark.django_db
def test_a_day_in_the_past_shows_what_was_known_then(world: World, signed_in: Callable[..., Client]) -> None:
    found = indicator(world)
    measure(found, by=None, lines=lines(y2022="1010.5"))
    aim = set_target(found, by=None, by_date=date(2027, 12, 31), value=D("7777.7"))
    then = timezone.now()
    measure(found, by=None, lines=lines(y2022="1111.5", y2023="2020.5"))
    drop_target(aim, by=None, reason="out of reach")
    client = signed_in("officer")
    address = reverse("indicator", args=[found.pk])
    now, past = client.get(address).content.decode(), client.get(address, {"as_of": then.isoformat()}).content.decode()
    assert ("2,020.5" in now, "7,777.7" in now) == (True, False)
    assert ("2,020.5" in past, "1,111.5" in past, "1,010.5" in past, "7,777.7" in past) == (False, False, True, True)


@pytest.mark.django_db
def test_from_adding_to_a_target_by_forms(
    register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    client = signed_in("officer")
    add = reverse("indicator-add", args=[register.partnership.slug])
    given = {"names_en": "Flights", "unit": "a week", "decimals": "0", "visibility": "internal"}
    assert "field is required" in client.post(add, {**given, "unit": ""}).content.decode()
    with django_assert_max_num_queries(20):  # a POST writes its events too
        assert client.post(add, {**given, "commitments": [register.commitments[0].pk]}).status_code == 302
    made = m.Indicator.objects.get()
    value = reverse("indicator-measure", args=[made.pk])
    assert "is not a period" in client.post(value, {"period": "soon", "value": "3"}).content.decode()
    assert "may mean two numbers" in client.post(value, {"period": "2024", "value": "1,234"}).content.decode()
    assert client.post(value, {"period": "2024", "value": "1 234"}).status_code == 302
    target = reverse("indicator-target", args=[made.pk])
    assert client.post(target, {"by_date": "2027-12-31", "value": "2000"}).status_code == 302
    aim = m.Target.objects.get()
    assert "61.7" not in client.get(reverse("indicator", args=[made.pk])).content.decode()
    assert "62 per cent" in client.get(reverse("indicator", args=[made.pk])).content.decode()
    assert client.post(reverse("target-drop", args=[aim.pk]), {"reason": "too high"}).status_code == 302
    assert client.get(reverse("target-drop", args=[aim.pk])).status_code == 404
    change = reverse("indicator-change", args=[made.pk])
    assert client.post(change, {**given, "ended": "on", "reason": "no longer published"}).status_code == 302
    assert "has ended" in client.post(value, {"period": "2023", "value": "3"}).content.decode()


@pytest.mark.django_db
def test_rights(world: World, signed_in: Callable[..., Client]) -> None:
    hidden, plain = indicator(world, "Secret sums", visibility="restricted"), indicator(world)
    officer = signed_in("officer")
    assert "Secret sums" not in officer.get(reverse("indicators", args=[world.partnership.slug])).content.decode()
    for name in ("indicator", "indicator-change", "indicator-measure", "indicator-import", "indicator-target"):
        assert officer.get(reverse(name, args=[hidden.pk])).status_code == 404
        if name != "indicator":
            assert signed_in("reviewer").post(reverse(name, args=[plain.pk])).status_code == 403
    aim = set_target(hidden, by=None, by_date=date(2027, 12, 31), value=D(1))
    assert officer.post(reverse("target-drop", args=[aim.pk]), {"reason": "x"}).status_code == 404
    assert signed_in("officer", world.other).get(reverse("indicator", args=[plain.pk])).status_code == 404


points = st.lists(
    st.tuples(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.decimals(-(10**9), 10**12, places=4)),
    max_size=20, unique_by=lambda point: point[0],
)  # fmt: skip


@drawn(points, points)
def test_every_point_lies_in_the_frame_in_order_and_the_scale_holds_zero(
    measured: list[tuple[date, Decimal]], aims: list[tuple[date, Decimal]]
) -> None:
    measured.sort()
    chart = line_chart(measured, aims, lambda value: f"{value:.1f}")
    if not measured and not aims:
        assert chart is None
        return
    assert chart is not None
    marks = chart.points + chart.targets
    assert len(marks) == len(measured) + len(aims)
    for mark in marks:
        assert float(chart.left) <= float(mark.x) <= float(chart.right)
        assert float(chart.top) - 0.1 <= float(mark.y) <= float(chart.bottom) + 0.1
    places = [float(p.x) for p in chart.points]
    assert places == sorted(places)
    for (one, (_d, low)), (other, (_e, high)) in zip(
        zip(chart.points, measured, strict=True), list(zip(chart.points, measured, strict=True))[1:], strict=False
    ):
        assert (float(one.y) - float(other.y)) * float(high - low) >= 0  # what is more stands higher
    assert float(chart.top) - 0.1 <= float(chart.zero) <= float(chart.bottom) + 0.1
    assert 2 <= len(chart.rows) <= 12
