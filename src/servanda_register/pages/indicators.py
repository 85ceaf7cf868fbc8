"""Indicators of a partnership: what is counted, its series as a chart and a table, targets, and values from files."""

from __future__ import annotations

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servanda.errors import UsageError
from servanda_register.actions.indicator import (
    MOST_DECIMALS,
    add_indicator,
    change_indicator,
    drop_target,
    measure,
    set_target,
)
from servanda_register.actions.measurements import Line, number_of, period_of, read_file
from servanda_register.models import Indicator, Measurement, Partnership, Target
from servanda_register.pages import record_forms as f
from servanda_register.pages.charts import line_chart
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import RoomForm, act_on, button, done, find_partnership, form_page, frame, room
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries import indicators as of_indicators
from servanda_register.queries.visibility import one, visible

PART = "indicators"
NEW, REPLACES, SAME, COMING = "new", "replaces", "same", "coming"
"""What becomes of a row of a file."""


def address(indicator: Indicator) -> str:
    """Of its page."""
    return reverse("indicator", args=[indicator.pk])


def amount(value: Decimal | None, decimals: int) -> str:
    """A value with the signs of the reader's language; nothing for none."""
    if value is None:
        return ""
    # number_format cuts decimals off instead of rounding
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)


def _above(partnership: Partnership) -> list[tuple[str, str]]:
    return [(_("Indicators"), room(partnership, PART))]


@require_safe
def indicators(request: RegisterRequest, slug: str) -> HttpResponse:
    """All of them, each with what was measured last and what is aimed at next."""
    found = find_partnership(request, slug)
    in_file = bool(request.GET.get("format"))

    def written(value: Decimal | None, decimals: int) -> Any:
        # a file gets the number itself, to reckon with
        return (None if value is None else float(value)) if in_file else amount(value, decimals)

    columns = [
        Column("name", _("Indicator"), lambda i: i.name, url=address, lang=lambda i: i.name_language, collated=True),
        Column("unit", _("Unit"), lambda i: i.unit, order=("unit",)),
        Column("latest", _("Latest value"), lambda i: written(i.latest, i.decimals)),
        Column("until", _("Period"), lambda i: of_indicators.period_name(i.until) if i.until else "", order=("until",)),
        Column("aim", _("Next target"), lambda i: written(i.aim, i.decimals)),
        Column("by", _("By"), lambda i: i.by, order=("by",)),
        Column("source", _("Source"), lambda i: i.source),
        Column("ended", _("State"), lambda i: _("Ended") if i.ended else _("In use"),
               tag=lambda i: "grey" if i.ended else "green", order=("ended",)),
    ]  # fmt: skip
    listing = Listing(
        name="indicators", title=_("Indicators"), columns=columns,
        rows=of_indicators.listed(request.rights, found, timezone.localdate()),
        filters=[Filter("ended", _("State"), [("no", _("In use")), ("yes", _("Ended"))],
                        lambda r, v: r.filter(ended=v == "yes"))],
        intro=_("What is counted to tell how the partnership fares, what was measured, and what is aimed at."),
        empty=_("No indicator was chosen. Desk officers add them: trade turnover, scholarships, flights, visitors."),
    )  # fmt: skip
    framed = frame(request, found, PART)
    add_url = reverse("indicator-add", args=[slug])
    actions = [button(_("Add an indicator"), add_url, "")] if framed["may_keep"] else []
    return show(request, listing, template="register/partnership/part.html", actions=actions, **framed)


@require_safe
def indicator(request: RegisterRequest, pk: int) -> HttpResponse:
    """One: its chart, and beside it the table with the same values."""
    found, partnership = _one(request, pk)
    points = of_indicators.series(request.rights, found)
    aims = of_indicators.targets(request.rights, found)
    by_key = {p.measurement.pk: p for p in points}

    def written(value: Decimal) -> Any:
        return float(value) if request.GET.get("format") else amount(value, found.decimals)

    columns = [
        Column("period", _("Period"), lambda x: of_indicators.period_name(x.period), order=("period",)),
        Column("until", _("Until"), lambda x: x.period, only_in_files=True),
        Column("value", found.unit, lambda x: written(x.value), order=("value",)),
        Column("change", _("Against the period before"), lambda x: _percent(by_key[x.pk].change)),
        Column("source", _("Source"), lambda x: x.source or found.source),
    ]  # fmt: skip
    framed = frame(request, partnership, PART, _above(partnership))
    if framed["may_see_work"]:
        columns.append(Column("replaced", _("Values that it replaced"), lambda x: "; ".join(
            amount(old.value, found.decimals) for old in by_key[x.pk].replaced
        )))  # fmt: skip
    listing = Listing(
        name="indicator", title=found.name, columns=columns, page_size=200,
        rows=visible(Measurement, request.rights).filter(pk__in=by_key).order_by("-period"),
        empty=_("Nothing was measured yet. Desk officers put values in, or bring them in from a file."),
    )  # fmt: skip
    chart = line_chart(
        [(p.measurement.period, p.measurement.value) for p in points],
        [(target.by_date, target.value) for target, _commitment in aims],
        _short,
    )
    actions = []
    if framed["may_keep"]:
        if not found.ended:
            actions = [
                button(_("Bring values in from a file"), reverse("indicator-import", args=[pk]), ""),
                button(_("Put a value in"), reverse("indicator-measure", args=[pk])),
                button(_("Set a target"), reverse("indicator-target", args=[pk])),
            ]
        actions.append(button(_("Change"), reverse("indicator-change", args=[pk])))
    latest = points[-1].measurement if points else None
    return show(
        request, listing, template="register/indicator/one.html", record=found, kind_name=_("Indicator"),
        title_language=found.name_language, actions=actions, chart=chart,
        latest=amount(latest.value, found.decimals) if latest else "",
        latest_period=of_indicators.period_name(latest.period) if latest else "",
        targets=[
            (target, amount(target.value, found.decimals), _share(latest, target), commitment)
            for target, commitment in aims
        ],
        **framed,
    )  # fmt: skip


def _short(value: Decimal) -> str:
    """A value as a label of the chart: with as many decimals as it has, whatever the table shows."""
    exponent = value.normalize().as_tuple().exponent
    return amount(value, min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0)


def _percent(value: Decimal | None) -> str:
    if value is None:
        return ""
    sign = "+" if value > 0 else ""
    return _("%s per cent") % f"{sign}{amount(value, 1)}"


def _share(latest: Measurement | None, target: Target) -> str:
    """How much of a target the latest value is."""
    if latest is None or target.value <= 0:
        return ""
    return _("%s per cent") % amount(latest.value / target.value * 100, 0)


def _one(request: RegisterRequest, pk: int) -> tuple[Indicator, Partnership]:
    found = one(Indicator, request.rights, of_indicators.full(request.rights), pk=pk)
    return found, find_partnership(request, found.partnership.slug)


class IndicatorForm(RoomForm):
    """All that people set of an indicator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names()
        self.fields |= {
            "definition": forms.CharField(
                label=_("What is counted, and how"), max_length=4000, required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "unit": forms.CharField(label=_("Unit"), max_length=60, help_text=_("As in million US dollars, persons.")),
            "decimals": forms.IntegerField(
                label=_("Decimals"), min_value=0, max_value=MOST_DECIMALS, initial=0,
                help_text=_("How many are shown."),
            ),
            "source": forms.CharField(
                label=_("Source"), max_length=500, required=False, help_text=_("Who publishes the values, and where.")
            ),
            "commitments": self.commitments(_("Commitments whose course it shows")),
            "visibility": f.visibility_field(),
        }  # fmt: skip
        if i := self.record:
            self.fields["ended"] = forms.BooleanField(
                label=_("Ended: it is not measured any more"), required=False
            )  # fmt: skip
            plain = ("definition", "unit", "decimals", "source", "visibility", "ended")
            self.know({name: getattr(i, name) for name in plain})
            self.know({"commitments": [c.pk for c in i.commitments.all()]})
        self.fields["reason"] = f.reason_field(required=self.record is not None)

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        plain = ("definition", "unit", "decimals", "source", "visibility", "ended", "reason")
        return {name: self.cleaned_data[name] for name in plain if name in self.cleaned_data} | {
            "names": self.chosen_names(), "commitments": self.linked("commitments")
        }  # fmt: skip


class ValueForm(forms.Form):
    """One value, as people write it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "period": forms.CharField(
                label=_("Period"), max_length=60,
                help_text=_("A year, a month or a day, as in 2024, 2024-06, 30.06.2024."),
            ),
            "value": forms.CharField(label=_("Value"), max_length=60),
            "source": forms.CharField(label=_("Source"), max_length=500, required=False),
        }  # fmt: skip

    def _understood(self, name: str, read: Any) -> Any:
        try:
            return read(self.cleaned_data[name])
        except UsageError as error:
            raise ValidationError(str(error)) from None

    def clean_period(self) -> date:
        """Last day of the period."""
        return self._understood("period", period_of)  # type: ignore[no-any-return]

    def clean_value(self) -> Decimal:
        """The number."""
        return self._understood("value", _plain_number)  # type: ignore[no-any-return]


def _plain_number(text: str) -> Decimal:
    """A number that one person writes: where a sign could mean either, the same number without it is asked for."""
    try:
        return number_of(text)
    except UsageError as error:
        if number_or_none(text, ".") is not None and number_or_none(text, ",") is not None:
            raise UsageError(
                _("“%s” may mean two numbers. Write it without a sign between the thousands, or with two decimals.")
                % text
            ) from None
        raise error


def number_or_none(text: str, decimal: str) -> Decimal | None:
    """The number that it is with ``decimal`` before its decimals; None where it is none."""
    try:
        return number_of(text, decimal)
    except UsageError:
        return None


class TargetForm(RoomForm):
    """What is to be reached by when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "by_date": forms.DateField(label=_("By")),
            "value": forms.DecimalField(label=_("Value"), max_digits=15, decimal_places=4, localize=True),
            "commitment": self.commitment(_("Commitment that founds it")),
            "reason": f.reason_field(required=False),
        }


class FileForm(forms.Form):
    """A table of values: a file, or pasted from a spreadsheet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "file": forms.FileField(
                label=_("File"), required=False, allow_empty_file=True,
                help_text=_("CSV or XLSX: a period and a value in each row, or a column for each year."),
            ),
            "text": forms.CharField(
                label=_("Or paste the table"), required=False, max_length=500_000, strip=False,
                widget=forms.Textarea(attrs={"rows": 6}),
                help_text=_("Copied from a spreadsheet, or written as in 2024; 1234.5"),
            ),
            "decimal": forms.ChoiceField(
                label=_("Which sign stands before the decimals"), required=False,
                choices=[("", _("Found out from the numbers")), (".", _("A point, as in 1,234.5")),
                         (",", _("A comma, as in 1.234,5"))],
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
            ),
            "source": forms.CharField(
                label=_("Source"), required=False, max_length=500, help_text=_("Of the rows that name none themselves.")
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("file") and not (given.get("text") or "").strip() and not self.errors:
            raise ValidationError({"file": _("Choose a file, or paste the table below.")})
        return given

    def content(self) -> bytes:
        """The bytes of the table."""
        file = self.cleaned_data.get("file")
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).encode()


def add(request: RegisterRequest, slug: str) -> HttpResponse:
    """Adds an indicator."""
    partnership = find_partnership(request, slug)
    request.rights.require("keep", partnership.pk)
    form = IndicatorForm(request.POST or None, rights=request.rights, partnership=partnership)
    made = done(request, form, lambda: add_indicator(
        by=request.rights.who, partnership=partnership, **form.values()
    ), _("The indicator has been added."))  # fmt: skip
    if made:
        return redirect(address(made))
    return form_page(
        request, partnership, PART, form, _("Add an indicator"), room(partnership, PART), _above(partnership)
    )


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Changes what an indicator is, or ends it."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = IndicatorForm(request.POST or None, rights=request.rights, partnership=partnership, record=found)
    return _act(request, found, partnership, form, _("Change: %s") % found.name, _("The change has been saved."),
                lambda: change_indicator(found, by=request.rights.who, **form.values()))  # fmt: skip


def put_value(request: RegisterRequest, pk: int) -> HttpResponse:
    """Puts one value in; where the period has one already, the new one takes its place."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = ValueForm(request.POST or None)

    def do() -> None:
        given = form.cleaned_data
        measure(found, by=request.rights.who, lines=[Line(1, given["period"], given["value"], given["source"])])

    return _act(request, found, partnership, form, _("Put a value in: %s") % found.name, _("The value has been kept."),
                do, intro=_("A value for a period that has one already takes its place; the earlier one stays in the "
                            "history."))  # fmt: skip


def target(request: RegisterRequest, pk: int) -> HttpResponse:
    """Sets a target."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    form = TargetForm(request.POST or None, rights=request.rights, partnership=partnership)
    return _act(request, found, partnership, form, _("Set a target: %s") % found.name, _("The target has been set."),
                lambda: set_target(found, by=request.rights.who, **form.cleaned_data))  # fmt: skip


def drop(request: RegisterRequest, pk: int) -> HttpResponse:
    """Gives a target up."""
    rows = visible(Target, request.rights).filter(dropped=False)
    aim = one(Target, request.rights, rows, pk=pk)
    found, partnership = _one(request, aim.indicator_id)
    request.rights.require("keep", partnership.pk)
    form = f.ReasonForm(request.POST or None)
    title = _("Drop the target for %s") % of_indicators.period_name(aim.by_date)
    return _act(request, found, partnership, form, title, _("The target has been dropped."),
                lambda: drop_target(aim, by=request.rights.who, reason=form.cleaned_data["reason"]),
                intro=_("It leaves the chart and the table and stays in the history."))  # fmt: skip


def _act(
    request: RegisterRequest, found: Indicator, partnership: Partnership, *step: Any, intro: str = ""
) -> HttpResponse:
    return act_on(request, found, PART, _above(partnership), address(found), *step, intro=intro)


def bring_in(request: RegisterRequest, pk: int) -> HttpResponse:
    """Values from a file: first shown as they were understood, then kept."""
    found, partnership = _one(request, pk)
    request.rights.require("keep", partnership.pk)
    context = {
        "record": found, "title": _("Bring values in: %s") % found.name, "back": address(found),
        **frame(request, partnership, PART, [*_above(partnership), (found.name, address(found))]),
    }  # fmt: skip
    if request.method == "POST" and "lines" in request.POST:
        return _keep_lines(request, found, context)
    form = FileForm(request.POST or None, request.FILES or None, initial={"decimal": ""})
    if request.method == "POST" and form.is_valid():
        try:
            reading = read_file(form.content(), decimal=form.cleaned_data["decimal"], names=found.names.values())
        except UsageError as error:
            form.add_error("file" if form.cleaned_data.get("file") else "text", str(error))
        else:
            rows = _previewed(request, found, reading.lines)
            taken = [line for line, what, _known in rows if what in (NEW, REPLACES)]
            return render(request, "register/indicator/preview.html", {
                **context, "problems": reading.problems, "source": form.cleaned_data["source"],
                "rows": [
                    (line, of_indicators.period_name(line.period), amount(line.value, found.decimals), what,
                     amount(known, found.decimals)) for line, what, known in rows
                ],
                "taken": len(taken),
                "lines": json.dumps([[x.number, x.period.isoformat(), str(x.value), x.source] for x in taken]),
            })  # fmt: skip
    return render(request, "register/partnership/record_form.html", {
        **context, "form": form, "submit": _("Show what was understood"),
        "intro": _("Nothing is kept yet: you see first how each row was understood."),
    })  # fmt: skip


def _previewed(
    request: RegisterRequest, found: Indicator, lines: list[Line]
) -> list[tuple[Line, str, Decimal | None]]:  # fmt: skip
    """Each row with what becomes of it, and the value that is there for its period."""
    known = {p.measurement.period: p.measurement.value for p in of_indicators.series(request.rights, found)}
    today = timezone.localdate()
    out = []
    for line in sorted(lines, key=lambda x: x.period):
        there = known.get(line.period)
        what = COMING if line.period > today else NEW if there is None else SAME if there == line.value else REPLACES
        out.append((line, what, there))
    return out


def _keep_lines(request: RegisterRequest, found: Indicator, context: dict[str, Any]) -> HttpResponse:
    """Keeps the rows that the preview showed; they come back with the page and are checked as if they were new."""
    try:
        told = json.loads(request.POST["lines"])
        lines = [Line(int(n), date.fromisoformat(day), number_of(value, "."), str(source)[:500])
                 for n, day, value, source in told]  # fmt: skip
        made = measure(found, by=request.rights.who, lines=lines, source=request.POST.get("source", "")[:500])
    except (ValueError, TypeError, UsageError):
        problem = _("The rows did not come back as they were shown. Bring the file in once more.")
    except ValidationError as error:
        problem = " ".join(error.messages)
    else:
        messages.success(request, _("%s values have been kept.") % len(made))
        return redirect(address(found))
    form = FileForm()
    messages.error(request, problem)
    return render(request, "register/partnership/record_form.html", {
        **context, "form": form, "submit": _("Show what was understood"),
    }, status=400)  # fmt: skip


urlpatterns = [
    path("partnerships/<slug:slug>/indicators/", indicators, name="indicators"),
    path("partnerships/<slug:slug>/indicators/add/", add, name="indicator-add"),
    path("indicators/<int:pk>/", indicator, name="indicator"),
    path("indicators/<int:pk>/change/", change, name="indicator-change"),
    path("indicators/<int:pk>/value/", put_value, name="indicator-measure"),
    path("indicators/<int:pk>/import/", bring_in, name="indicator-import"),
    path("indicators/<int:pk>/target/", target, name="indicator-target"),
    path("indicators/targets/<int:pk>/drop/", drop, name="target-drop"),
]
