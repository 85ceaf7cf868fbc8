"""The one way to show a list: a page with filters, sorting and pages in its address, and the same rows as CSV or XLSX.

A page says what its rows, columns and filters are and hands the :class:`Listing` to :func:`show`. Rows must come from
``queries`` already held to what the reader may see; nothing here widens them.

In the address: ``find`` words, each filter by its key, ``sort=KEY`` or ``sort=-KEY``, ``page=N``, ``format=csv|xlsx``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from servanda_register.design_forms import LongSelect
from servanda_register.models.folding import fold
from servanda_register.queries.collation import collation_key
from servanda_register.queries.languages import locale
from servanda_register.templatetags.design import COLOURS

Value = str | int | float | date | None
Choices = Sequence[tuple[str, Any]]
"""(value, label); labels may be lazy translations."""


@dataclass(frozen=True)
class Column:
    """One column: what it holds of a record and how it is shown."""

    key: str
    label: str
    value: Callable[[Any], Value]
    url: Callable[[Any], str | None] | None = None
    lang: Callable[[Any], str] | None = None
    """Language of the value, where it may not be that of the page."""
    order: tuple[str, ...] = ()
    """Fields to sort by in the database; without them the column cannot be sorted, unless it is ``collated``."""
    tag: Callable[[Any], str | None] | None = None
    """Shown as a coloured tag: a value that ``templatetags.design.COLOURS`` knows, or a colour of it."""
    collated: bool = False
    """Sorted by its value in the order of the reader's alphabet. All rows are then read: for lists of hundreds."""
    only_in_files: bool = False
    """Left out on the page, for what would make it too wide."""


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list down."""

    key: str
    label: str
    choices: Choices
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]]
    """Takes the rows and the chosen value; the list of chosen values where ``many``."""
    many: bool = False


@dataclass
class Listing:
    """A list as a page describes it."""

    name: str
    """Of the file that is downloaded, and of nothing else: ``commitments``."""
    title: str
    rows: QuerySet[Any]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    find: str | Callable[[Any], str] | None = None
    """Path of a folded text field to search in; or what of a record to search in, for lists of hundreds."""
    page_size: int = 50
    empty: str = ""
    """Said where the list is empty without any filter: what would stand here, and how it comes here."""
    intro: str = ""
    plain: QuerySet[Any] | None = None
    """The same rows without the conditions that make them slow to ask for: these are then asked but once, for keys."""
    shown_filters: int = 4
    """So many filters stand open; the others are behind "More filters"."""


@dataclass(frozen=True)
class Heading:
    """The head of a column; ``url`` sorts by it."""

    label: str
    url: str
    direction: str
    """``ascending``, ``descending`` or empty."""


@dataclass
class Table:
    """What the template gets as ``table``."""

    listing: Listing
    form: forms.Form
    headings: list[Heading]
    body: SafeString
    """The rows as they stand in the table: written at once, for a template takes three times as long for them."""
    page: Page[Any]
    files: list[tuple[str, str]]
    """(name of the format, address) of the same rows as a file."""
    narrowed: bool
    more_open: bool
    """Whether one of the filters behind "More filters" is in use."""
    first_fields: list[Any] = field(default_factory=list)
    more_fields: list[Any] = field(default_factory=list)


def show(
    request: HttpRequest, listing: Listing, *, template: str = "register/list.html", **context: Any
) -> HttpResponse:
    """The list as a page, or with ``?format=csv`` or ``xlsx`` all its rows as a file."""
    form = _form(request, listing)
    valid = form.is_valid()
    sort, column = _sorting(request, listing)
    selected = _selected(listing, form.cleaned_data) if valid else listing.rows.none()
    rows = _sorted(selected, column, descending=sort.startswith("-"))
    wanted = request.GET.get("format", "")
    if valid and wanted in FILES:
        return _file(request, listing, rows, wanted)
    paged = _Keyed(rows, listing.plain) if listing.plain is not None and isinstance(rows, QuerySet) else rows
    page = Paginator(paged, listing.page_size).get_page(request.GET.get("page"))
    columns = [c for c in listing.columns if not c.only_in_files]
    fields = [form[name] for name in form.fields if not form[name].is_hidden]
    open_fields = listing.shown_filters + (1 if listing.find else 0)
    table = Table(
        listing=listing,
        form=form,
        headings=[_heading(request, c, sort) for c in columns],
        body=mark_safe("\n".join(_row(columns, record) for record in page.object_list)),
        page=page,
        files=[(wanted.upper(), _address(request, format=wanted, page=None)) for wanted in FILES],
        narrowed=any(request.GET.get(name) for name in form.fields if name != "sort"),
        more_open=any(request.GET.get(f.name) for f in fields[open_fields:]),
        first_fields=fields[:open_fields],
        more_fields=fields[open_fields:],
    )
    return render(
        request,
        template,
        {"table": table, "title": listing.title, "form": form, **context},
        # an address with a value that is not there (any more) is the reader's to mend
        status=200 if valid else 400,
    )


class _Keyed(Sequence[Any]):
    """Rows found by their keys."""

    def __init__(self, rows: QuerySet[Any], plain: QuerySet[Any]) -> None:
        self.keys, self.plain = list(rows.values_list("pk", flat=True)), plain

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, part: Any) -> Any:
        found = self.plain.in_bulk(self.keys[part])
        return [found[key] for key in self.keys[part]]


def _form(request: HttpRequest, listing: Listing) -> forms.Form:
    fields: dict[str, forms.Field] = {}
    if listing.find:
        fields["find"] = forms.CharField(label=_("Words"), required=False, max_length=200)
    for f in listing.filters:
        if f.many:
            fields[f.key] = forms.MultipleChoiceField(
                label=f.label,
                required=False,
                choices=f.choices,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
            )
        else:
            choices = [("", _("All")), *f.choices]
            fields[f.key] = forms.ChoiceField(label=f.label, required=False, choices=choices, widget=LongSelect)
    if request.GET.get("sort"):
        fields["sort"] = forms.CharField(required=False, widget=forms.HiddenInput)
    form: forms.Form = type("FilterForm", (forms.Form,), fields)(request.GET, auto_id="filter_%s")
    return form


def _selected(listing: Listing, chosen: dict[str, Any]) -> QuerySet[Any]:
    """The rows that the filters and the words let through."""
    rows = listing.rows
    for f in listing.filters:
        if chosen.get(f.key):
            rows = f.apply(rows, chosen[f.key])
    words = fold(chosen.get("find") or "").split()
    if not words or not listing.find:
        return rows
    if isinstance(listing.find, str):
        for word in words:
            rows = rows.filter(**{f"{listing.find}__contains": word})
        return rows
    said = listing.find
    return rows.filter(pk__in=[r.pk for r in rows if all(word in fold(said(r)) for word in words)])


def _sorting(request: HttpRequest, listing: Listing) -> tuple[str, Column | None]:
    """The sort that the address asks for, and its column; nothing where it asks for what cannot be sorted."""
    sort = request.GET.get("sort", "")
    for column in listing.columns:
        if column.key == sort.removeprefix("-") and (column.order or column.collated):
            return sort, column
    return "", None


def _sorted(rows: QuerySet[Any], column: Column | None, *, descending: bool) -> QuerySet[Any] | list[Any]:
    if column is None:
        return rows
    if column.collated:
        language = locale().language
        filled: list[tuple[Any, Any]] = []
        empty: list[tuple[Any, Any]] = []
        for record in rows:
            value = column.value(record)
            (empty if value in (None, "") else filled).append((collation_key(str(value), language), record))
        filled.sort(key=lambda pair: pair[0], reverse=descending)
        return [record for _key, record in filled + empty]
    # empty values last in both directions: databases differ in where they put them
    order = [F(n).desc(nulls_last=True) if descending else F(n).asc(nulls_last=True) for n in column.order]
    return rows.order_by(*order, "pk")


def _heading(request: HttpRequest, column: Column, sort: str) -> Heading:
    if not column.order and not column.collated:
        return Heading(column.label, "", "")
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    following = f"-{column.key}" if direction == "ascending" else column.key
    return Heading(column.label, _address(request, sort=following, page=None), direction)


def _address(request: HttpRequest, **changed: str | None) -> str:
    """The address of this list with some of its parameters changed; None takes one out."""
    query = request.GET.copy()
    query.pop("format", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def _row(columns: Sequence[Column], record: Any) -> str:
    cells = [_cell(column, record, first=number == 0) for number, column in enumerate(columns)]
    return f'<tr class="govuk-table__row">{"".join(cells)}</tr>'


def _cell(column: Column, record: Any, *, first: bool) -> str:
    value = column.value(record)
    text: str = escape(_shown(value))
    tag = column.tag(record) if column.tag else None
    if url := column.url(record) if column.url else None:
        text = f'<a class="govuk-link" href="{escape(url)}">{text}</a>'
    elif colour := COLOURS.get(tag, tag) if tag else "":
        text = f'<strong class="govuk-tag govuk-tag--{colour}">{text}</strong>'
    language = column.lang(record) if column.lang else ""
    lang = f' lang="{escape(language)}"' if language else ""
    if first:
        return f'<th scope="row" class="govuk-table__header register-list__first"{lang}>{text}</th>'
    numeric = " govuk-table__cell--numeric" if isinstance(value, int | float) and not isinstance(value, bool) else ""
    return f'<td class="govuk-table__cell{numeric}"{lang}>{text}</td>'


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, float):
        return formats.number_format(value, 2)
    return str(value)


def _file(request: HttpRequest, listing: Listing, rows: QuerySet[Any] | list[Any], wanted: str) -> HttpResponse:
    write, media_type = FILES[wanted]
    records = rows if isinstance(rows, list) else rows.iterator(chunk_size=500)
    response = HttpResponse(write(request, listing, records), content_type=media_type)
    name = f"servanda-{listing.name}-{timezone.localdate().isoformat()}.{wanted}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _link(request: HttpRequest, columns: Sequence[Column], record: Any) -> str:
    """Address of the record's page: that to which the first column with a link leads."""
    for column in columns:
        if column.url and (url := column.url(record)):
            return request.build_absolute_uri(url)
    return ""


FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")
"""What spreadsheet programs take for the beginning of a formula when they open a CSV file."""


def _csv(request: HttpRequest, listing: Listing, records: Iterable[Any]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes it for another encoding; dates as ISO 8601."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_safe(c.label) for c in listing.columns] + [_("Address")])
    for record in records:
        cells = [_safe(_plain(c.value(record))) for c in listing.columns]
        writer.writerow([*cells, _link(request, listing.columns, record)])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str | int | float:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _safe(value: str | int | float) -> str | int | float:
    """With an apostrophe before what would be run as a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def _xlsx(request: HttpRequest, listing: Listing, records: Iterable[Any]) -> bytes:
    """A sheet with the rows, and one that says where they come from. Text is always text, never a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": listing.title, "comments": request.build_absolute_uri(_address(request, page=None))})
    wrapped = {"text_wrap": True, "valign": "top"}
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#0B4A5A", "font_color": "#FFFFFF", **wrapped}),
        "text": book.add_format(wrapped),
        "link": book.add_format({"font_color": "#0A5673", "underline": 1, **wrapped}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **wrapped}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", **wrapped}),
    }
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", listing.title)[:31].strip() or "1")
    widths = [len(c.label) for c in listing.columns]
    for at, column in enumerate(listing.columns):
        sheet.write_string(0, at, column.label, styles["head"])
    last = 0
    for last, record in enumerate(records, start=1):
        for at, column in enumerate(listing.columns):
            value = column.value(record)
            widths[at] = max(widths[at], len(str(value if value is not None else "")))
            _write(sheet, last, at, value, column.url(record) if column.url else None, styles, request)
    widths = [min(max(width, 8) + 3, 60) for width in widths]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(last, 1), len(listing.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1 + sum(widths) // PRINTED, 0)
    sheet.repeat_columns(0)
    _tell_origin(book, request, listing, last, styles)
    book.close()
    return out.getvalue()


PRINTED = 250
"""Letters of a row that can still be read on one page across."""
LINKS_OF_A_SHEET = 65_000
"""Excel refuses a sheet with more than 65,530 links."""


def _write(
    sheet: Any, row: int, at: int, value: Value, url: str | None, styles: dict[str, Any], request: HttpRequest
) -> None:
    if value is None or value == "":
        sheet.write_blank(row, at, None, styles["text"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, timezone.localtime(value).replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), styles["date"])
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value, styles["text"])
    else:
        text = value[:32_767]  # what a cell holds
        address = request.build_absolute_uri(url) if url else ""
        if address and len(text) <= 255 and row < LINKS_OF_A_SHEET and sheet.write_url(
            row, at, address, styles["link"], text
        ) == 0:  # fmt: skip
            return
        sheet.write_string(row, at, text, styles["text"])


def _tell_origin(book: Any, request: HttpRequest, listing: Listing, count: int, styles: dict[str, Any]) -> None:
    """A second sheet: whoever gets the file by mail sees what was chosen, when, and where to look again."""
    sheet = book.add_worksheet(_("About this list")[:31])
    now = timezone.localtime(timezone.now())
    said: list[tuple[str, Value]] = [
        (_("List"), listing.title),
        (_("Address"), request.build_absolute_uri(_address(request, page=None))),
        (_("Made"), now),
        (_("Rows"), count),
    ]
    if request.user.is_authenticated:
        said.append((_("Made by"), str(request.user)))
    for row, (label, value) in enumerate(said):
        sheet.write_string(row, 0, label, styles["head"])
        _write(sheet, row, 1, value, None, styles, request)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


FILES: dict[str, tuple[Callable[[HttpRequest, Listing, Iterable[Any]], bytes], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
