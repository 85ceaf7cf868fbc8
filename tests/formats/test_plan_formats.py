"""A draft plan in each format, opened again by another library: whole, right, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import icalendar
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook

from servanda.errors import MissingExtra, ServandaError, UsageError
from servanda.formats.plan import PLAN_FORMATS, Setting, find_plan, needed, plan_words, render_plan
from servanda.formats.plan_template import template
from servanda.planning import plan
from servanda.records import Plan, Statement

TODAY = date(2026, 12, 11)
LANGUAGES = ("en", "vi", "ru")


@pytest.fixture(scope="module")
def statement_of_two_lists() -> Statement:
    """The specimen as if its parties were two with lists of bodies."""
    from importlib.resources import files

    import servanda
    from servanda.sources import read_bytes

    data = files("servanda").joinpath("specimens", "en.txt").read_bytes()
    return replace(servanda.read(read_bytes(data, name="en.txt")), parties=("BY", "VN"))


@pytest.fixture(scope="module", params=LANGUAGES)
def draft(request: pytest.FixtureRequest, statement_of_two_lists: Statement) -> Plan:
    return plan([statement_of_two_lists], language=request.param)


def rendered(name: str, draft: Plan, today: date = TODAY, template: bytes | None = None) -> bytes:
    return render_plan(name, draft, Setting(today=today, template=template))


def hostile(draft: Plan) -> Plan:
    """The plan with words that a program might run or choke on."""
    bad = "=HYPERLINK(\"http://x\") & <w:p> {{ title }} \x07\x0b\u202e ]]> 'quoted'"
    statement = draft.statements[0]
    rows = tuple(replace(c, quote=bad) for c in statement.commitments)
    actions = tuple(replace(a, title=bad, deliverable=bad, mechanism=bad) for a in draft.actions)
    return replace(
        draft, statements=(replace(statement, commitments=rows),), actions=actions, groups=(bad,) * len(draft.groups)
    )


# --- the table of formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", PLAN_FORMATS, ids=lambda row: row.name)
def test_an_empty_plan_has_a_file_too(row, draft: Plan) -> None:
    assert rendered(row.name, replace(draft, actions=(), groups=(), parties=(), names=(), lists=(), adopted=None))


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="docx, xlsx, ics, json, csv"):
        find_plan("odt")


def test_a_missing_library_names_what_installs_it() -> None:
    with pytest.raises(MissingExtra, match=r'pip install "servanda\[office\]"'):
        needed("no_such_library_of_offices", "docx")


def test_all_languages_have_the_same_words() -> None:
    found = [
        {k for k, v in plan_words(code).items() if not isinstance(v, dict)}
        | {f"{k}.{j}" for k, v in plan_words(code).items() if isinstance(v, dict) for j in v}
        for code in LANGUAGES
    ]
    assert found[0] == found[1] == found[2]


def test_the_libraries_are_not_loaded_before_they_are_needed() -> None:
    script = "import sys, servanda.cli.roadmap, servanda.formats.plan; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"docxtpl", "xlsxwriter", "icalendar", "docx", "babel"} & set(done.stdout.split())


# --- DOCX -------------------------------------------------------------------------------------------------------------


def test_the_document_holds_every_action(draft: Plan) -> None:
    document = Document(io.BytesIO(rendered("docx", draft)))
    text = "\n".join(p.text for p in document.paragraphs)
    assert draft.title in text
    assert draft.draft in text
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {a.number for a in draft.actions} <= cells
    whole = "\n".join(cells)
    for a in draft.actions:
        assert a.title in whole
        assert all(b.name in whole for b in a.bodies)
    assert all(c.quote in cells for c in draft.statements[0].commitments)
    assert "{{" not in whole + text
    assert "{%" not in whole + text


def test_the_document_is_laid_out_for_paper(draft: Plan) -> None:
    document = Document(io.BytesIO(rendered("docx", draft)))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    assert "PAGE" in section.footer._element.xml
    assert "NUMPAGES" in section.footer._element.xml
    between = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert abs(sum(c.width for c in table.columns) - between) < 36_000  # a millimetre
    fonts = {f.get(qn("w:ascii")) for f in document.styles.element.iter(qn("w:rFonts")) if f.get(qn("w:ascii"))}
    assert "Arial" in fonts


def test_an_office_may_change_the_template(draft: Plan) -> None:
    own = Document(io.BytesIO(template(draft.language)))
    own.add_paragraph("Approved: {{ parties|join(' and ') }}, {{ adopted }}")
    out = io.BytesIO()
    own.save(out)
    made = Document(io.BytesIO(rendered("docx", draft, template=out.getvalue())))
    assert made.paragraphs[-1].text.startswith(f"Approved: {' and '.join(draft.names)}, ")


def office(text: str) -> bytes:
    own = Document()
    own.add_paragraph(text)
    out = io.BytesIO()
    own.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "{{ titel }}",
        "{% for a in actions",
        "{{ title.nothing }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title / 2 }}",
        "{{ 'x'.encode('no-such') }}",
    ],
)
def test_a_template_that_cannot_be_filled_in_is_told_in_one_line(draft: Plan, text: str) -> None:
    with pytest.raises(ServandaError, match="template") as told:
        rendered("docx", draft, template=office(text))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("data", [b"", b"not a document", b"PK\x03\x04 broken"])
def test_what_is_no_docx_is_told(draft: Plan, data: bytes) -> None:
    with pytest.raises(ServandaError, match="no DOCX"):
        rendered("docx", draft, template=data)


def test_a_zip_that_is_no_docx_is_told(draft: Plan) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("a.txt", "b")
    with pytest.raises(ServandaError, match="no DOCX"):
        rendered("docx", draft, template=out.getvalue())


# --- XLSX -------------------------------------------------------------------------------------------------------------


def sheets(draft: Plan, *, values: bool, today: date = TODAY):
    return load_workbook(io.BytesIO(rendered("xlsx", draft, today)), data_only=values)


def column(sheet, title: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == title)


def test_the_workbook_holds_every_action_and_commitment(draft: Plan) -> None:
    say = plan_words(draft.language)
    book = sheets(draft, values=True)
    assert book.sheetnames == [say["sheet_summary"], say["sheet_actions"], say["sheet_commitments"]]
    actions = book[say["sheet_actions"]]
    at = column(actions, say["action"])
    assert [actions.cell(n, at).value for n in range(2, actions.max_row + 1)] == [a.title for a in draft.actions]
    words = book[say["sheet_commitments"]]
    at = column(words, say["words"])
    assert [words.cell(n, at).value for n in range(2, words.max_row + 1)] == [
        c.quote for c in draft.statements[0].commitments
    ]
    assert actions.auto_filter.ref
    assert actions.freeze_panes == "E2"
    assert actions.print_title_rows == "$1:$1"


def test_states_are_chosen_from_a_list(draft: Plan) -> None:
    say = plan_words(draft.language)
    actions = sheets(draft, values=False)[say["sheet_actions"]]
    (rule,) = actions.data_validations.dataValidation
    assert rule.formula1 == '"' + ",".join(say["states"].values()) + '"'
    state = actions.cell(2, column(actions, say["state"]))
    assert state.coordinate in rule.sqref
    assert state.value == say["states"]["open"]
    assert len(actions.conditional_formatting) >= 1


def test_days_left_and_overdue_are_formulas_with_their_values(draft: Plan) -> None:
    say = plan_words(draft.language)
    told, shown = sheets(draft, values=False), sheets(draft, values=True)
    formulas, values = told[say["sheet_actions"]], shown[say["sheet_actions"]]
    left, late = column(values, say["days_left"]), column(values, say["overdue"])
    for n, a in enumerate(draft.actions, 2):
        assert formulas.cell(n, left).value.startswith("=IF(")
        assert "TODAY()" in formulas.cell(n, late).value
        last = date.fromisoformat(a.due.last) if a.due and a.due.last else None
        assert (values.cell(n, left).value or "") == ((last - TODAY).days if last else "")
        assert (values.cell(n, late).value or "") == (say["yes"] if last and last < TODAY else "")


def test_the_summary_counts(draft: Plan) -> None:
    say = plan_words(draft.language)
    told, shown = (sheets(draft, values=v)[say["sheet_summary"]] for v in (False, True))
    rows = {shown.cell(n, 1).value: n for n in range(1, shown.max_row + 1) if shown.cell(n, 1).value}

    def count(label: str, at: int = 2) -> int:
        assert str(told.cell(rows[label], at).value).startswith("=COUNT")
        return shown.cell(rows[label], at).value

    states = say["states"]
    assert {key: count(word) for key, word in states.items()} == dict.fromkeys(states, 0) | {"open": len(draft.actions)}
    assert count(say["total"]) == len(draft.actions)
    assert count(say["with_day"]) == 4
    assert count(say["soon"]) == 2  # the end of 2026, counted on 11 December
    assert count(say["overdue"]) == 1
    trade = next(a.area_title for a in draft.actions if a.area == "trade")
    total = 2 + len(states)
    assert count(trade) == count(trade, total) == sum(a.area == "trade" for a in draft.actions)
    health = next(a.area_title for a in draft.actions if a.area == "health")
    assert count(health, total + 1) == 1


def test_the_same_day_gives_the_same_workbook(draft: Plan) -> None:
    assert rendered("xlsx", draft) == rendered("xlsx", draft)


# --- ICS --------------------------------------------------------------------------------------------------------------


def events(draft: Plan) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(rendered("ics", draft)).walk("VEVENT"))


def test_the_calendar_has_the_days_that_the_statement_gives(draft: Plan) -> None:
    found = events(draft)
    once = [e for e in found if "RRULE" not in e]
    given = sorted(a.due.last for a in draft.actions if a.due and a.due.last)
    assert sorted(e["DTSTART"].dt.isoformat() for e in once) == given
    for e in found:
        assert type(e["DTSTART"].dt) is date  # all day
        assert e["DTEND"].dt - e["DTSTART"].dt == timedelta(days=1)
        assert str(e["SUMMARY"]).startswith(" – ".join(draft.names))
        assert draft.draft in str(e["DESCRIPTION"])


def test_a_rhythm_is_repeated_from_the_first_whole_year(draft: Plan) -> None:
    rhythms = {(e["DTSTART"].dt.isoformat(), e["RRULE"]["INTERVAL"][0]) for e in events(draft) if "RRULE" in e}
    assert rhythms == {("2025-12-31", 1), ("2026-12-31", 2)}
    assert not [e for e in events(replace(draft, adopted=None)) if "RRULE" in e]


def test_entries_keep_their_uid_when_the_plan_changes(draft: Plan) -> None:
    def uids(given: Plan) -> dict[str, str]:
        return {str(e["SUMMARY"]): str(e["UID"]) for e in events(given)}

    whole = uids(draft)
    assert len(set(whole.values())) == len(whole)
    fewer = replace(draft, actions=draft.actions[10:])
    assert uids(fewer).items() <= whole.items()
    assert rendered("ics", draft) == rendered("ics", draft, today=TODAY + timedelta(days=400))


def test_lines_of_the_calendar_are_as_short_as_they_must_be(draft: Plan) -> None:
    data = rendered("ics", draft)
    assert data.endswith(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


# --- JSON and CSV -----------------------------------------------------------------------------------------------------


def test_the_json_has_the_keys_that_others_rely_on(draft: Plan) -> None:
    data = json.loads(rendered("json", draft))
    assert set(data) == {"servanda", "draft", "title", "language", "parties", "adopted", "statements", "lists",
                         "groups", "actions", "notes"}  # fmt: skip
    assert [p["code"] for p in data["parties"]] == ["BY", "VN"]
    text = draft.statements[0].source.text
    for a in data["actions"]:
        assert set(a) == {"id", "number", "group", "title", "kind", "action", "strength", "area", "commitments",
                          "bodies", "deliverable", "due", "mechanism", "milestones", "reasons", "unsure"}  # fmt: skip
        assert all(text[c["start"] : c["end"]] == c["quote"] for c in a["commitments"])
        assert {"action", "kind", "deliverable", "due", "mechanism"} <= set(a["reasons"])
    due = next(a["due"] for a in data["actions"] if a["commitments"][0]["id"] == "c28")
    assert (due["words"], due["last"], due["every_years"]) == ("end of 2026", "2026-12-31", None)


def test_the_csv_has_a_row_an_action(draft: Plan) -> None:
    data = rendered("csv", draft)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["title"] for row in rows] == [a.title for a in draft.actions]
    assert [row["number"] for row in rows] == [a.number for a in draft.actions]
    assert all(
        row["lead"].count(":") == len({b.side for b in a.bodies}) for row, a in zip(rows, draft.actions, strict=True)
    )


# --- words from outside -----------------------------------------------------------------------------------------------


def test_hostile_words_stay_words(draft: Plan) -> None:
    bad = hostile(draft)
    document = Document(io.BytesIO(rendered("docx", bad)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("<w:p> {{ title }}" in text for text in cells)
    say = plan_words(draft.language)
    book = load_workbook(io.BytesIO(rendered("xlsx", bad)))
    sheet = book[say["sheet_actions"]]
    cell = sheet.cell(2, column(sheet, say["action"]))
    assert cell.data_type == "s"
    assert "\x07" not in cell.value
    assert cell.hyperlink is None
    assert "\u202e" not in rendered("csv", bad).decode()
    rows = list(csv.DictReader(io.StringIO(rendered("csv", bad).decode("utf-8-sig"), newline="")))
    assert rows[0]["title"].startswith("'=HYPERLINK")
    assert len(list(icalendar.Calendar.from_ical(rendered("ics", bad)).walk("VEVENT"))) == len(events(draft))
    assert json.loads(rendered("json", bad))["actions"][0]["title"] == bad.actions[0].title
