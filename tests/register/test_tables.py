"""Lists: what is chosen stands in the address, files hold the same rows, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.design_forms import LongChoices, LongSelect
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries.collation import collation_key
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

from .conftest import World

pytestmark = pytest.mark.django_db
NAMES = ["Zebra", "=1+1", "Ärende 10", "Ärende 2", "+420 call", "Œuvre", "@home"]


@pytest.fixture
def agreements(world: World) -> World:
    for rank, name in enumerate(NAMES):
        record.create(
            m.Agreement, by=None, partnership=world.partnership, names={"en": name}, year=2000 + rank if rank else None,
            status="in-force" if rank % 2 else "expired", visibility="restricted" if name == "Zebra" else "internal",
        )  # fmt: skip
    return world


def listing(rights: Rights, **changed: Any) -> Listing:
    told: dict[str, Any] = {
        "name": "agreements",
        "title": "Agreements",
        "rows": visible(m.Agreement, rights),
        "columns": [
            Column("name", "Name", lambda a: a.name, url=lambda a: f"/lists/agreements/{a.pk}/", collated=True),
            Column("year", "Year", lambda a: a.year, order=("year",)),
            Column("day", "Day", lambda a: date(a.year, 3, 1) if a.year else None),
            Column("status", "State", lambda a: a.status, tag=lambda a: a.status),
            Column("code", "Code", lambda a: "only in files", only_in_files=True),
        ],
        "filters": [
            Filter("status", "State", [("in-force", "In force"), ("expired", "Expired")],
                   lambda rows, value: rows.filter(status=value)),
            Filter("years", "Years", [("2001", "2001"), ("2002", "2002"), ("2003", "2003")],
                   lambda rows, values: rows.filter(year__in=values), many=True),
        ],
        "find": lambda a: a.name,
        "page_size": 3,
    }  # fmt: skip
    return Listing(**(told | changed))


@pytest.fixture
def get(account: Callable[..., m.Account]) -> Callable[..., HttpResponse]:
    """Asks for the list as a reader of all partnerships, who is not cleared."""
    reader = account("reader")

    def ask(query: str = "", **changed: Any) -> HttpResponse:
        request = RequestFactory().get(f"/list/{query}")
        request.user = reader
        request.rights = Rights(reader, "reader")
        return show(request, listing(request.rights, **changed))

    return ask


def rows_of(response: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]


def test_the_page_counts_what_may_be_seen_and_shows_one_page_of_it(agreements: World, get: Callable[..., Any]) -> None:
    page = get().content.decode()
    assert "6 entries" in page
    assert "Zebra" not in page
    assert page.count('<th scope="row"') == 3
    assert "?page=2" in page
    assert "only in files" not in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=in-force", ["=1+1", "Ärende 2", "Œuvre"]),
        ("years=2001&years=2003", ["=1+1", "Ärende 2"]),
        ("find=ARENDE", ["Ärende 10", "Ärende 2"]),
        ("find=arende+10", ["Ärende 10"]),
        ("find=arende&status=in-force", ["Ärende 2"]),
        ("sort=-year", ["@home", "Œuvre", "+420 call", "Ärende 2", "Ärende 10", "=1+1"]),
        ("sort=name", ["=1+1", "+420 call", "Ärende 2", "Ärende 10", "@home", "Œuvre"]),
    ],
)
def test_files_hold_what_the_address_chooses(
    agreements: World, get: Callable[..., Any], query: str, names: list[str]
) -> None:
    found = [row[0].removeprefix("'") for row in rows_of(get(f"?{query}&format=csv"))]
    assert found == names


def test_empty_values_come_last_both_ways(agreements: World, get: Callable[..., Any]) -> None:
    record.create(m.Agreement, by=None, partnership=agreements.partnership, names={"en": "Undated"})
    assert rows_of(get("?sort=year&format=csv"))[-1][0] == "Undated"
    assert rows_of(get("?sort=-year&format=csv"))[-1][0] == "Undated"


def test_a_value_that_is_not_a_choice_is_said_and_shows_nothing(agreements: World, get: Callable[..., Any]) -> None:
    for query in ("?status=lost", "?status=lost&format=csv"):
        response = get(query)
        assert response.status_code == 400
        assert "govuk-error-summary" in response.content.decode()
        assert "Ärende" not in response.content.decode()


def test_headings_say_how_the_list_is_sorted(agreements: World, get: Callable[..., Any]) -> None:
    page = get("?sort=year&status=in-force").content.decode()
    assert page.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in page
    assert "status=in-force&amp;sort=-year" in page


def test_an_unknown_sort_or_page_does_no_harm(agreements: World, get: Callable[..., Any]) -> None:
    assert get("?sort=password&page=900").status_code == 200


def test_csv_is_read_by_excel_and_runs_nothing(agreements: World, get: Callable[..., Any]) -> None:
    response = get("?format=csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"].startswith('attachment; filename="servanda-agreements-')
    rows = rows_of(response)
    assert [row[0] for row in rows if row[0].startswith("'")] == ["'=1+1", "'+420 call", "'@home"]
    assert rows[0][2] == "2001-03-01"
    assert rows[0][-1].startswith("http://testserver/lists/agreements/")


def test_xlsx_has_types_links_and_no_formulas(agreements: World, get: Callable[..., Any]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(get("?format=xlsx&status=in-force").content))
    sheet, origin = book.worksheets
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == ["Name", "Year", "Day", "State", "Code"]
    assert [row[0].value for row in rows] == ["=1+1", "Ärende 2", "Œuvre"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d"}, "a formula has the type f"
    assert rows[0][1].value == 2001
    assert rows[0][2].value.date() == date(2001, 3, 1)
    assert rows[0][0].hyperlink.target.startswith("http://testserver/lists/agreements/")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:E4")
    assert header[0].font.bold
    told = {row[0].value: row[1].value for row in origin.iter_rows()}
    assert "status=in-force" in told["Address"]
    assert told["Rows"] == 3


def test_an_empty_list_says_what_would_stand_there(world: World, get: Callable[..., Any]) -> None:
    assert "They come later." in get(empty="They come later.").content.decode()
    page = get("?find=nothing", empty="They come later.").content.decode()
    assert "They come later." not in page
    assert "Show all again" in page


def test_it_works_for_who_has_not_signed_in(agreements: World) -> None:
    request = RequestFactory().get("/list/?format=xlsx")
    request.user = AnonymousUser()
    request.rights = Rights()
    book = openpyxl.load_workbook(io.BytesIO(show(request, listing(request.rights)).content))
    assert book.worksheets[0].max_row == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            ["An", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Bà con", "Băng", "Bâu", "Da", "Đa", "Ê", "Oa", "Ô", "Ơ"],
        ),
        ("ru", ["Ёж", "Ель", "Жук", "Икра", "Йод", "Кот"]),
        ("ru", ["Все", "Всё", "Вся"]),
        ("en", ["Ärende", "Article 2", "Article 10", "Zebra"]),
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(language: str, words: list[str]) -> None:
    assert sorted(set(words), key=lambda word: collation_key(word, language)) == words


def test_the_list_is_sorted_for_the_language_of_the_reader(world: World, get: Callable[..., Any]) -> None:
    for name in ("Đa Nẵng", "Dũng", "Điện", "Em", "Dương"):
        record.create(m.Agreement, by=None, partnership=world.partnership, names={"vi": name})
    with translation.override("vi"):
        assert [row[0] for row in rows_of(get("?sort=name&format=csv"))] == ["Dũng", "Dương", "Đa Nẵng", "Điện", "Em"]
    with translation.override("en"):
        assert [row[0] for row in rows_of(get("?sort=name&format=csv"))] == ["Đa Nẵng", "Điện", "Dũng", "Dương", "Em"]


def test_choices_are_marked_with_the_language_of_the_names_that_they_show() -> None:
    for slug, names in (("fish", {"en": "Fish"}), ("wool", {"en": "Wool", "vi": "Len"})):
        m.Area.objects.create(slug=slug, names=names)
    area: type[forms.Form] = type("AreaForm", (forms.Form,), {
        "one": forms.ModelChoiceField(m.Area.objects.all(), widget=LongSelect),
        "many": forms.ModelMultipleChoiceField(m.Area.objects.all(), widget=LongChoices()),
    })  # fmt: skip
    with translation.override("vi"):
        html = str(area())
        named = str(LongSelect(choices=[(a.slug, a.name) for a in m.Area.objects.all()]).render("one", ""))
    assert html.count(' lang="en">Fish<') == 2
    assert ' lang="en">Fish<' in named
    assert html.count(">Len<") == 2
    assert 'lang="vi"' not in html + named
    assert 'lang="en">Len' not in html + named
    with translation.override("en"):
        assert "lang=" not in str(area())
