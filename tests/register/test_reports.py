"""Reports: what stands in them, for whom, and the documents they become, opened again by a program."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from servanda_register import models as m
from servanda_register.actions import record, report
from servanda_register.queries import due, reports
from servanda_register.queries.history import verify
from servanda_register.queries.rights import rights_of

from .test_reminders import TODAY, Busy, _day, busy  # noqa: F401

pytestmark = pytest.mark.django_db
START, END = date(2026, 1, 1), TODAY


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day for which the records were made."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_given: TODAY)


@pytest.fixture
def told(busy: Busy) -> Busy:  # noqa: F811
    """The same with steps, decisions, figures, people, and commitments on which actions rest."""
    here, own = busy.world.partnership, {"by": None}
    commitments = [
        record.create(
            m.Commitment, **own, instrument=busy.world.instrument, number=n, texts={"en": f"Undertaking {n}"},
            modality=strength, strength=strength, action="consult", areas=areas, actors=["both"],
        )
        for n, (strength, areas) in enumerate([("firm", ["trade"]), ("willing", ["trade", "people"])], start=1)
    ]  # fmt: skip
    record.change(busy.actions["late"], by=None, commitments=commitments[:1])
    record.change(busy.actions["done"], by=None, commitments=commitments)
    body = record.create(m.Body, **own, party_id="IS", names={"en": "Ministry of Trade"})
    record.change(busy.actions["late"], by=None, leads=[body])

    def step(action: str, before: str, state: str, on: date, reason: str, source: str = "") -> None:
        row = m.Progress(action=busy.actions[action], before=before, state=state, on=on, reason=reason, source=source)
        record.keep(row, by=None)

    step("done", "", "under-way", _day(-90), "Begun")
    step("done", "under-way", "delivered", _day(-10), "The text was handed over", "Note 12")
    step("late", "", "not-started", _day(-80), "Taken up")
    step("late", "not-started", "under-way", _day(-40), "Begun")
    held = m.Session.objects.get(number=2)
    record.change(held, by=None, starts=_day(-100), place="Ulaanbaatar")
    record.create(
        m.SessionDecision, **own, session=held, names={"en": "Open a second office"}, action=busy.actions["soon"]
    )
    indicator = record.create(
        m.Indicator, **own, partnership=here, names={"en": "Trade turnover"}, unit="million US dollars", decimals=1
    )
    for year, value in ((2024, "11.5000"), (2025, "12.2500"), (2025, "1312.5000")):
        row = m.Measurement(indicator=indicator, period=date(year, 12, 31), value=Decimal(value))
        record.keep(row, by=None)
    record.create(m.Target, **own, indicator=indicator, by_date=date(2030, 12, 31), value=Decimal("2000.0000"))
    for name, party in (("Jón Example", "IS"), ("Bat Example", "MN"), ("Former Example", "MN")):
        person = record.create(m.Person, **own, full_name=name, party_id=party)
        ended = {"to_date": _day(-1)} if name.startswith("Former") else {}
        record.create(m.Role, **own, person=person, names={"en": "Chair"}, mechanism=busy.mechanism, **ended)
    record.create(
        m.Agreement, **own, partnership=here, names={"en": "Agreement on flights"}, status="to-sign", stage="agreed"
    )
    return busy


def _progress(busy: Busy, account: m.Account, **given: Any) -> reports.ProgressReport:  # noqa: F811
    period = {"start": START, "end": END, "today": TODAY} | given
    return reports.progress(busy.world.partnership, rights_of(account), **period)


def _names(lines: list[reports.Line]) -> list[str]:
    return [line.action.name for line in lines]


def test_how_a_partnership_fared(told: Busy, account: Callable[..., m.Account]) -> None:
    made = _progress(told, account("officer"))
    assert {state: number for state, _label, number in made.states} == {"under-way": 5, "delivered": 1}
    assert _names(made.delivered) == ["Work that is done"]
    assert _names(made.overdue) == ["Late work"]
    assert made.overdue[0].late == 3
    assert made.overdue[0].leads == ("Ministry of Trade (Iceland)",)
    assert [b.number for b in made.overdue[0].basis] == [1]
    assert _names(made.coming) == ["Work of today", "Work of the month", "Work of later"]
    areas = {row.name: (row.total, row.delivered, row.overdue) for row in made.areas}
    assert areas == {"Trade": (2, 1, 1), "People": (1, 1, 0), "Without an area": (4, 0, 0)}
    (held,) = made.sessions
    assert [(d.name, action.number) for d, action in held.decisions if action] == [("Open a second office", 3)]
    (figure,) = made.figures
    assert figure.said(figure.latest.value) == "1,312.5 million US dollars", "the later row for a period counts"
    assert figure.before is not None
    assert figure.before.value == Decimal("11.5")
    assert figure.target is not None
    assert [d.name for d in made.open] == ["Slow visas"]
    assert made.raised == made.open


def test_states_are_those_of_the_last_day_of_the_period(told: Busy, account: Callable[..., m.Account]) -> None:
    before = _progress(told, account("officer"), end=_day(-11))
    states = {line.action.name: line.state for line in before.lines}
    assert states["Work that is done"] == "under-way"
    assert states["Late work"] == "under-way"
    assert before.delivered == []
    assert _names(before.overdue) == []
    long_before = _progress(told, account("officer"), end=_day(-85))
    assert "Late work" not in _names(long_before.lines), "it was taken up later"
    assert _progress(told, account("officer"), start=_day(-5)).delivered == []


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(list(m.ProgressState.values))), max_size=6), st.data())
def test_the_state_on_a_day_is_that_of_the_last_step_until_then(steps: list[tuple[int, str]], data: Any) -> None:
    """Steps are written in the order of their days."""
    rows, before = [], ""
    for ahead, state in sorted(steps, key=lambda step: step[0]):
        rows.append(m.Progress(before=before, state=state, on=START + timedelta(days=ahead)))
        before = state
    action = m.Action(state=before or "not-started")
    day = START + timedelta(days=data.draw(st.integers(-5, 45)))
    found = reports.standing(action, rows, day)
    until = [row for row in rows if row.on <= day]
    if until:
        assert found == (until[-1].state, until[-1])
    elif rows:
        assert found is None
    else:
        assert found == (action.state, None)


def test_a_report_holds_what_its_audience_may_see(told: Busy, account: Callable[..., m.Account]) -> None:
    here = told.world.partnership
    cleared, plain = rights_of(account("officer", here, cleared=True)), rights_of(account("officer", here))
    assert reports.audiences(cleared, here) == ["internal", "restricted"]
    assert reports.audiences(plain, here) == ["internal"]

    def lines(rights: Any, audience: str) -> list[str]:
        made = reports.progress(here, reports.for_audience(rights, audience), START, END, TODAY)
        return _names(made.lines)

    assert "Quiet work" in lines(cleared, "restricted")
    assert "Quiet work" not in lines(cleared, "internal")
    assert "Quiet work" not in lines(plain, "restricted")
    record.change(here, by=None, visibility="public")
    record.change(told.actions["late"], by=None, visibility="public")
    record.change(told.actions["late"].plan, by=None, visibility="public")
    assert reports.audiences(plain, here) == ["public", "internal"]
    assert lines(cleared, "public") == ["Late work"]


def test_the_points_of_a_brief_and_why(told: Busy, account: Callable[..., m.Account]) -> None:
    rights, here = rights_of(account("officer")), told.world.partnership
    record.change(told.actions["undated"], by=None, state="stalled")
    made = reports.brief(here, rights, TODAY, side="IS")
    assert [(p.name, p.why) for p in made.points] == [
        ("Late work", "Overdue for 3 days; rests on a firm commitment"),
        ("Slow visas", "The answer has been owed since 17 November 2026"),
        ("Work without a day", "Stalled"),
        ("Agreement on flights", "The text is agreed and can be signed"),
        ("Work of today", "Due on 18 November 2026"),
    ]
    assert [(d.name, d.what) for d in made.dates] == [
        ("Work of today", "Deadline"), ("Agreement on trade", "Review of an agreement"),
        ("Work of the month", "Deadline"), ("Work of later", "Deadline"), ("Committee, session 3", "Session"),
    ]  # fmt: skip
    assert [(p.person.full_name, p.party, p.why) for p in made.people] == [("Bat Example", "Mongolia", "Committee")]
    assert [p.person.full_name for p in reports.brief(here, rights, TODAY, side="MN").people] == ["Jón Example"]
    assert (made.commitments, made.firm, made.overdue, made.to_sign) == (2, 1, 1, 1)
    chosen = reports.brief(here, rights, TODAY, chosen=[made.candidates[-1].key, "action-999"])
    assert [p.key for p in chosen.points] == [made.candidates[-1].key]


# documents


def _text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.mark.parametrize("language", ["en", "vi", "ru"])
@pytest.mark.parametrize("kind", ["progress", "brief"])
def test_documents(told: Busy, signed_in: Callable[..., Client], kind: str, language: str) -> None:
    record.change(told.actions["late"], by=None, names={"en": "Late work", "vi": "Việc chậm", "ru": "Поздняя работа"})
    browser = signed_in("officer", told.world.partnership)
    side = {"side": "IS"} if kind == "brief" else {}
    answer = browser.get(reverse(f"report-{kind}", args=["iceland-mongolia"]), {"document": language} | side)
    assert answer["Content-Type"] == report.DOCX
    assert f"-{language}.docx" in answer["Content-Disposition"]
    text = _text(answer.content)
    assert {"en": "Late work", "vi": "Việc chậm", "ru": "Поздняя работа"}[language] in text
    assert "Bat Example" in text or kind == "progress"
    assert "Quiet" not in text
    assert "{" not in text
    assert "}" not in text
    if kind == "progress":
        document = docx.Document(io.BytesIO(answer.content))
        overdue = next(
            t for t in document.tables if len(t.columns) == 5 and "Ministry of Trade" in t.rows[1].cells[2].text
        )
        assert overdue.rows[0]._tr.trPr.find(docx.oxml.ns.qn("w:tblHeader")) is not None, "heads are repeated"


@pytest.mark.parametrize("kind", ["progress", "brief"])
def test_the_fields_that_are_told_are_those_that_there_are(
    told: Busy, account: Callable[..., m.Account], kind: str
) -> None:  # fmt: skip
    rights, here = rights_of(account("officer", cleared=True)), told.world.partnership
    record.change(told.actions["undated"], by=None, state="stalled")
    record.change(told.exchange, by=None, state="held", result="A map")
    if kind == "progress":
        made = reports.progress(here, rights, START, END, TODAY)
        fields = report.progress_fields(made, "restricted", TODAY)
    else:
        fields = report.brief_fields(reports.brief(here, rights, TODAY), "restricted")

    def paths(value: Any, above: str = "") -> set[str]:
        if isinstance(value, list):
            assert value, f"{above} has nothing in it, so that its fields are not seen"
            return set().union(*(paths(one, f"{above}[].") for one in value))
        if isinstance(value, dict):
            return set().union(*(paths(one, f"{above}{name}") for name, one in value.items()))
        assert isinstance(value, str), above
        return {above}

    assert paths(fields) == {name for name, _says in report.listed(kind)}
    assert report.fill(report.default(kind, "en"), report.example(kind))


@pytest.mark.parametrize("kind", ["progress", "brief", "session"])
def test_tables_of_our_templates_can_be_read_over_pages(kind: str) -> None:
    document = docx.Document(io.BytesIO(report.default(kind, "ru")))
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    assert document.tables
    for table in document.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(width, rel=0.01), "no table is cut"
        head = table.rows[0]._tr
        if "{%tr" not in table.rows[0].cells[0].text:
            assert head.xpath("w:trPr/w:tblHeader"), "its head comes again on every page"
            assert head.xpath(".//w:keepNext"), "and is never alone at the foot of one"
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    codes = [mark.text for mark in section.footer._element.xpath(".//w:instrText")]
    assert codes == ["PAGE", "NUMPAGES"]


def _template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _upload(browser: Client, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("ours.docx", content)
    return browser.post(
        reverse("report-template-put", args=["iceland-mongolia"]),
        {"kind": "brief", "language": "vi", "file": file, "reason": ""} | more,
    )


def test_an_office_puts_its_own_template_in_use(told: Busy, signed_in: Callable[..., Client]) -> None:
    browser = signed_in("officer", told.world.partnership)
    address = reverse("report-brief", args=["iceland-mongolia"])
    listed = reverse("report-templates", args=["iceland-mongolia"])
    assert _upload(browser, _template("Bộ Ngoại giao", "{{ partnership }}"))["Location"] == listed
    ours = _text(browser.get(address, {"document": "vi"}).content)
    assert ours == "Bộ Ngoại giao\nIceland and Mongolia"
    assert "Bộ Ngoại giao" not in _text(browser.get(address, {"document": "en"}).content), "one language"
    assert "ours.docx" in browser.get(listed).content.decode()
    taken = browser.get(reverse("report-template", args=["iceland-mongolia", "brief", "vi"]))
    assert "{{ partnership }}" in _text(taken.content)
    browser.post(reverse("report-template-remove", args=["iceland-mongolia", "brief", "vi"]))
    assert "Bộ Ngoại giao" not in _text(browser.get(address, {"document": "vi"}).content)
    assert m.ReportTemplate.objects.count() == 2, "both stay in the history"
    assert list(verify()) == []


def test_who_may_and_where(told: Busy, signed_in: Callable[..., Client]) -> None:
    ours = _template("{{ title }}")
    reader = signed_in("reader", told.world.partnership)
    assert _upload(reader, ours).status_code == 403
    desk = signed_in("officer", told.world.partnership)
    _upload(desk, ours, everywhere="on")
    assert m.ReportTemplate.objects.get().partnership == told.world.partnership, "not beyond one's own partnership"
    everywhere = signed_in("officer")
    _upload(everywhere, _template("All: {{ title }}"), everywhere="on")
    address = reverse("report-brief", args=["iceland-mongolia"])
    assert not _text(desk.get(address, {"document": "vi"}).content).startswith("All"), "its own goes before"
    other = reverse("report-brief", args=["iceland-nepal"])
    assert _text(everywhere.get(other, {"document": "vi"}).content).startswith("All: ")
    assert desk.get(other).status_code == 404
    assert Client().get(address).status_code in (302, 404)


BAD = {
    "a field that there is not": ["{{ nothing }}"],
    "a field of a row that there is not": ["{%p for p in points %}", "{{ p.secret }}", "{%p endfor %}"],
    "a loop without end": ["{%p for p in points %}"],
    "a way out": ["{{ title.__class__.__mro__ }}"],
    "a call": ["{{ title.format(1) }}"],
    "a product": ["{{ title * 10 }}"],
    "a range": ["{%p for n in range(9) %}", "{%p endfor %}"],
    "another file": ["{% include '/etc/passwd' %}"],
}


@pytest.mark.parametrize("lines", BAD.values(), ids=BAD)
def test_what_a_template_names_wrongly_is_told_at_once(
    told: Busy, signed_in: Callable[..., Client], lines: list[str]
) -> None:  # fmt: skip
    answer = _upload(signed_in("officer", told.world.partnership), _template(*lines))
    assert answer.status_code == 422
    assert "cannot be filled in" in answer.content.decode()
    assert not m.ReportTemplate.objects.exists()


def test_only_documents_without_macros(told: Busy, account: Callable[..., m.Account]) -> None:
    officer = account("officer")

    def put(content: bytes) -> None:
        report.put_template(
            by=officer, kind="brief", language="vi", partnership=None, name="x.docx", content=content
        )  # fmt: skip

    spreadsheet = io.BytesIO()
    with zipfile.ZipFile(spreadsheet, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    macros = io.BytesIO(_template("{{ title }}"))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (report.LARGEST_UNPACKED + 1))
    for content in (b"no document", spreadsheet.getvalue(), macros.getvalue(), bomb.getvalue(), b"x" * 6_000_000):
        with pytest.raises(ValidationError):
            put(content)
    with pytest.raises(ValidationError):
        report.put_template(
            by=officer, kind="brief", language="xx", partnership=None, name="x", content=_template("{{ title }}")
        )


def test_words_in_records_are_words_in_documents(told: Busy) -> None:
    """Not marks of a template, and not XML."""
    fields = report.example("brief") | {"title": "{{ partnership }} <w:p> & Co"}
    assert "{{ partnership }} <w:p> & Co" in _text(report.fill(_template("{{ title }}"), fields))


# pages


def test_pages_say_the_same(told: Busy, signed_in: Callable[..., Client]) -> None:
    browser = signed_in("officer", told.world.partnership)
    page = browser.get(reverse("report-progress", args=["iceland-mongolia"])).content.decode()
    for name in ("Late work", "Work that is done", "Note 12", "Open a second office", "Trade turnover", "Slow visas"):
        assert name in page
    assert reverse("action", args=[told.actions["late"].pk]) in page
    assert reverse("commitment", args=[m.Commitment.objects.get(number=1).pk]) in page
    page = browser.get(reverse("report-brief", args=["iceland-mongolia"]), {"side": "IS"}).content.decode()
    for name in ("Overdue for 3 days", "Bat Example", "Committee, session 3"):
        assert name in page
    assert "Jón Example" not in page
    assert browser.get(reverse("reports", args=["iceland-mongolia"])).status_code == 200
    fields = browser.get(reverse("report-templates", args=["iceland-mongolia"])).content.decode()
    assert "overdue[].commitments" in fields


def test_a_wrong_period_is_told(told: Busy, signed_in: Callable[..., Client]) -> None:
    browser = signed_in("officer", told.world.partnership)
    address = reverse("report-progress", args=["iceland-mongolia"])
    answer = browser.get(address, {"start": "2026-05-01", "end": "2026-04-01"})
    assert "ends before it begins" in answer.content.decode()
    assert answer.status_code == 400
    assert browser.get(address, {"audience": "restricted"}).status_code == 400, "only for whom one may see it"


@pytest.mark.parametrize("kind", ["progress", "brief"])
def test_few_queries(
    told: Busy, signed_in: Callable[..., Client], django_assert_max_num_queries: Any, kind: str
) -> None:  # fmt: skip
    browser = signed_in("officer", told.world.partnership)
    with django_assert_max_num_queries(15):
        assert browser.get(reverse(f"report-{kind}", args=["iceland-mongolia"])).status_code == 200


def test_the_rule_is_the_one_rule(told: Busy, account: Callable[..., m.Account]) -> None:
    made = _progress(told, account("officer"))
    rows = m.Action.objects.filter(due.overdue(TODAY), partnership=told.world.partnership, visibility="internal")
    counted = rows.filter(reports.in_force()).values_list("pk", flat=True)
    assert sorted(line.action.pk for line in made.overdue) == sorted(counted)
    with translation.override("vi"):
        assert _progress(told, account("officer")).overdue[0].state_label == str(m.ProgressState.UNDER_WAY.label)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", ["en", "vi", "ru"])
def test_a_brief_fits_one_page(told: Busy, account: Callable[..., m.Account], tmp_path: Path, language: str) -> None:
    """However long the names are: laid out by LibreOffice, with as much in it as there can be."""
    words = {
        "en": "Cooperation in agriculture ",
        "vi": "Hợp tác nông nghiệp và môi trường ",
        "ru": "Сотрудничество в сельском хозяйстве ",
    }
    long = {language: words[language] * 12}
    here = told.world.partnership
    body = record.create(m.Body, by=None, party_id="MN", names=long)
    commitments = list(m.Commitment.objects.all())
    for action in told.actions.values():
        state = "stalled" if action.due is None else action.state
        record.change(action, by=None, names=long, leads=[body], commitments=commitments, state=state)
    record.change(told.mechanism, by=None, names=long)
    record.change(told.world.instrument, by=None, names=long)
    for n in range(5):
        person = record.create(m.Person, by=None, full_name=f"Example Person Number {n}", party_id="MN")
        record.create(m.Role, by=None, person=person, names=long, mechanism=told.mechanism)
        indicator = record.create(m.Indicator, by=None, partnership=here, names=long, unit="million US dollars")
        record.keep(m.Measurement(indicator=indicator, period=_day(-30), value=Decimal("123456.0000")), by=None)
    with translation.override(language):
        brief = reports.brief(here, rights_of(account("officer")), TODAY, side="IS")
        assert (len(brief.points), len(brief.dates), len(brief.people), len(brief.figures)) == (5, 5, 5, 3)
        content = report.fill(report.default("brief", language), report.brief_fields(brief, "internal"))
    (tmp_path / "brief.docx").write_bytes(content)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "brief.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    if folder := os.environ.get("SERVANDA_PICTURES"):
        pypdfium2.PdfDocument(tmp_path / "brief.pdf")[0].render(scale=1.2).to_pil().save(
            f"{folder}/brief-{language}.png"
        )
    assert len(pypdfium2.PdfDocument(tmp_path / "brief.pdf")) == 1
