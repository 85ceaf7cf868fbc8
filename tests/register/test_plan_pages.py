"""The pages of roadmaps: an official draws one up, has it adopted and reports on it; others see what they may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import plan as acts
from servanda_register.actions import record
from servanda_register.pages.timeline import timeline
from servanda_register.queries import due
from servanda_register.queries.plan import actions, in_full
from servanda_register.queries.rights import Rights

from .test_commitments import Register, publish, register  # noqa: F401
from .test_plan import add, adopted, bodies, circulated, draft  # noqa: F401

pytestmark = pytest.mark.django_db
Bodies = dict[str, m.Body]


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, (name, args, response.status_code)
    return response.content.decode()


def send(client: Client, name: str, *args: Any, **fields: Any) -> Any:
    return client.post(reverse(name, args=args), fields)


def test_from_proposals_to_a_delivered_action(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("officer")
    slug = register.partnership.slug
    assert f"/partnerships/{slug}/roadmap/" in text(client, "partnership", slug)
    assert "Draw up a roadmap" in text(client, "roadmap", slug)
    page = text(client, "plan-add", slug)
    assert "Roadmap: Iceland and Mongolia" in page
    response = send(client, "plan-add", slug, names_en="Roadmap", instruments=[register.instrument.pk],
                    starts="2026-01-01", ends="2027-12-31", visibility="internal")  # fmt: skip
    plan = m.Plan.objects.get()
    assert response.url == reverse("plan-propose", args=[plan.pk])
    page = text(client, "plan-propose", plan.pk)
    first, trade = register.commitments[0], register.commitments[1]
    assert f'value="{first.pk}"' in page
    assert reverse("commitment", args=[first.pk]) in page
    assert "the area “Trade”" in page
    nothing = client.post(reverse("plan-propose", args=[plan.pk]))
    assert nothing.status_code == 400
    assert "Tick at least one" in nothing.content.decode()
    assert send(client, "plan-propose", plan.pk, take=[first.pk, trade.pk]).status_code == 302
    talks, more = plan.actions.all()
    # edit, add, merge
    fields = {
        "names_en": "Hold consultations", "names_vi": "Tổ chức tham vấn", "commitments": [first.pk],
        "leads": [bodies["Foreign Ministry"].pk], "due": "2026-10-30", "visibility": "internal",
    }  # fmt: skip
    assert "Say why" in send(client, "action-change", talks.pk, **fields).content.decode()
    assert send(client, "action-change", talks.pk, **fields, reason="as agreed").status_code == 302
    talks.refresh_from_db()
    assert (talks.names["vi"], talks.due) == ("Tổ chức tham vấn", date(2026, 10, 30))
    assert send(client, "action-add", plan.pk, names_en="Trade days", visibility="internal").status_code == 302
    days = plan.actions.get(names__en="Trade days")
    response = send(client, "action-merge", plan.pk, merged=[more.pk, days.pk], kept=more.pk, reason="one thing")
    assert response.url == reverse("action", args=[more.pk])
    # round and adoption
    assert send(client, "plan-step", plan.pk, "circulate", to=[], on="2026-03-02").status_code == 200
    sent = send(client, "plan-step", plan.pk, "circulate", to=[bodies["Trade Agency"].pk], on="2026-03-02",
                reason="comments until 1 April")  # fmt: skip
    assert sent.status_code == 302
    assert send(client, "comment", kind="plan", key=plan.pk, text="The fair is too early.", visibility="internal",
                next=reverse("plan-course", args=[plan.pk])).status_code == 302  # fmt: skip
    page = text(client, "plan-course", plan.pk)
    assert "The fair is too early." in page
    assert "Trade Agency" in page
    assert "comments until 1 April" in page
    for party in ("IS", "MN"):
        assert send(client, "plan-step", plan.pk, "adopt", party=party, on="2026-04-15").status_code == 302
    assert "Amend the roadmap" in text(client, "plan", plan.pk)
    # report
    page = text(client, "action-state", talks.pk)
    offered = [s for s in m.ProgressState.values if f'value="{s}"' in page]
    assert set(offered) == set(m.PROGRESS_STEPS["not-started"])
    assert "not one of the available choices" in send(
        client, "action-state", talks.pk, state="not-started", on="2026-05-01", reason="x"
    ).content.decode()  # fmt: skip
    done = send(client, "action-state", talks.pk, state="delivered", on="2026-05-01", reason="Held in Reykjavík",
                source="minutes of 1 May")  # fmt: skip
    assert done.status_code == 302
    page = text(client, "action", talks.pk)
    assert "Held in Reykjavík" in page
    assert "minutes of 1 May" in page
    assert "Delivered" in page
    assert reverse("commitment", args=[first.pk]) in page


def test_each_fact_leads_to_its_passage_in_two_clicks(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("officer")
    action = add(draft(register), commitments=register.commitments[:1])
    assert reverse("commitment", args=[register.commitments[0].pk]) in text(client, "action", action.pk)
    assert register.commitments[0].quote in text(client, "commitment", register.commitments[0].pk)


def found(client: Client, register: Register, **query: Any) -> list[int]:  # noqa: F811
    response = client.get(reverse("roadmap", args=[register.partnership.slug]), {**query, "format": "csv"})
    assert response.status_code == 200, query
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    return [int(row["Number"]) for row in rows]


def test_the_table_is_narrowed_down_by_each_filter(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    today = due.today()
    plan = draft(register)
    add(plan, "Hold talks", leads=[bodies["Foreign Ministry"]], commitments=register.commitments[:1],
        due=today - timedelta(days=2), mechanism=register.mechanism)  # fmt: skip
    add(plan, "Raise trade", leads=[bodies["Ministry of Trade"]], supports=[bodies["Foreign Ministry"]],
        commitments=register.commitments[1:3], due=today + timedelta(days=10))  # fmt: skip
    late = add(plan, "Study flights", commitments=register.commitments[3:], due=today - timedelta(days=2))
    acts.set_state(late, by=None, state="delivered", on=today, reason="done")
    dropped = add(plan, "Too much")
    acts.drop_action(dropped, by=None, reason="too much")
    acts.add_action(by=None, partnership=register.partnership, names={"en": "From a session"})
    client = signed_in("officer")
    assert found(client, register) == [1, 2, 3, 5]
    assert found(client, register, time="overdue") == [1]
    assert found(client, register, time="soon") == [2]
    assert found(client, register, state="delivered") == [3]
    assert found(client, register, state="superseded") == [4]
    assert found(client, register, body=bodies["Foreign Ministry"].pk) == [1, 2]
    assert found(client, register, party="IS") == [2]
    assert found(client, register, area="trade") == [2]
    assert found(client, register, area=["people"]) == [3]
    assert found(client, register, mechanism=register.mechanism.pk) == [1]
    assert found(client, register, plan=plan.pk) == [1, 2, 3]
    assert found(client, register, find="FLIGHTS") == [3]
    assert found(client, register, sort="-due")[0] == 2
    response = client.get(reverse("plan", args=[plan.pk]), {"area": "investment"})
    assert response.status_code == 400, "an area of a commitment that may not be seen is no choice"
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("plan", args=[plan.pk]), {"format": "xlsx"}).content)
    )  # fmt: skip
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [
        "Hold talks", "Raise trade", "Study flights"
    ]  # fmt: skip


def test_what_is_restricted_leaves_no_trace(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    plan = adopted(register, bodies)
    shown = plan.actions.first()
    secret = acts.add_action(
        by=None, partnership=register.partnership, names={"en": "Quiet talks"}, mechanism=register.hidden,
        leads=[bodies["Ministry of Trade"]], visibility="restricted",
    )  # fmt: skip
    record.change(shown, by=None, mechanism=register.hidden, commitments=register.commitments[:3])
    client = signed_in("officer")
    slug = register.partnership.slug
    pages = [
        text(client, "roadmap", slug), text(client, "plan", plan.pk), text(client, "plan-timeline", plan.pk),
        text(client, "action", shown.pk), text(client, "action-change", shown.pk), text(client, "plan-course", plan.pk),
    ]  # fmt: skip
    hidden = register.commitments[2]
    for page in pages:
        for word in ("Quiet", hidden.quote, reverse("commitment", args=[hidden.pk])):
            assert word not in page
    assert "Ministry of Trade" not in pages[0], "a body that only what is restricted has is no choice"
    assert client.get(reverse("action", args=[secret.pk])).status_code == 404
    for name in ("action-state", "action-change", "action-drop", "milestone-add"):
        assert client.get(reverse(name, args=[secret.pk])).status_code == 404
    # a draft of which the form does not show all keeps what it does not show
    open_plan = draft(register)
    action = add(open_plan, commitments=register.commitments[:3], mechanism=register.hidden)
    send(client, "action-change", action.pk, names_en="Talks", commitments=[register.commitments[0].pk],
         visibility="internal", reason="shorter")  # fmt: skip
    action = m.Action.objects.get(pk=action.pk)
    assert {c.number for c in action.commitments.all()} == {1, 3}
    assert action.mechanism == register.hidden


def test_who_may_not_write_is_refused(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    plan = circulated(register, bodies)
    action = plan.actions.first()
    step = acts.add_milestone(by=None, action=action, names={"en": "First"}, due=date(2026, 5, 1))
    client = signed_in("reviewer")
    forbidden = [
        ("plan-add", register.partnership.slug), ("plan-change", plan.pk), ("plan-propose", plan.pk),
        ("plan-amend", plan.pk), ("plan-step", plan.pk, "adopt"), ("action-add", plan.pk), ("action-merge", plan.pk),
        ("action-change", action.pk), ("action-drop", action.pk), ("action-state", action.pk),
        ("milestone-add", action.pk), ("milestone", step.pk),
    ]  # fmt: skip
    for name, *args in forbidden:
        for response in (client.get(reverse(name, args=args)), client.post(reverse(name, args=args))):
            assert response.status_code == 403, name
    assert "Say how it stands" not in text(client, "action", action.pk)
    assert "Adopted by" not in text(client, "plan-course", plan.pk)


def test_the_public_sees_a_public_roadmap_without_the_work(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    client: Client,
) -> None:
    plan = adopted(register, bodies)
    assert client.get(reverse("plan", args=[plan.pk])).status_code == 404
    publish(register)
    record.change(plan, by=None, visibility="public")
    action = plan.actions.first()
    assert client.get(reverse("action", args=[action.pk])).status_code == 404
    record.change(action, by=None, visibility="public")
    page = text(client, "plan", plan.pk)
    assert action.name in page
    assert "Study flights" not in page
    for hidden in ("Steps and comments", "Who may see it", "Change", "Internal"):
        assert hidden not in page, hidden
    assert "Put down by" not in text(client, "action", action.pk)
    assert client.get(reverse("plan-course", args=[plan.pk])).status_code == 302


def test_pages_take_few_queries(
    register: Register,  # noqa: F811
    bodies: Bodies,  # noqa: F811
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    plan = draft(register)
    for n in range(12):
        action = add(plan, f"Action {n}", leads=list(bodies.values())[:2], supports=list(bodies.values())[2:],
                     commitments=register.commitments, mechanism=register.mechanism,
                     due=date(2026, 1, 1) + timedelta(days=n))  # fmt: skip
        acts.add_milestone(by=None, action=action, names={"en": "First"}, due=date(2026, 1, 1))
    client = signed_in("officer", cleared=True)
    for name, args in (
        ("roadmap", [register.partnership.slug]), ("plan", [plan.pk]), ("plan-timeline", [plan.pk]),
        ("plan-course", [plan.pk]), ("action", [action.pk]), ("action-change", [action.pk]),
        ("plan-propose", [plan.pk]), ("action-state", [action.pk]), ("plan-step", [plan.pk, "circulate"]),
    ):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert client.get(reverse(name, args=args)).status_code == 200, name
    with django_assert_max_num_queries(17):  # no page, and the same however many actions there are
        client.get(reverse("plan-file", args=[plan.pk, "en", "xlsx"]))


# --- timeline ---------------------------------------------------------------------------------------------------------


def test_the_timeline_draws_what_the_table_says(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    plan = draft(register)
    long = add(plan, "Long", starts=date(2026, 1, 1), due=date(2026, 12, 31))
    point = add(plan, "Only a deadline", due=date(2027, 6, 30))
    never = add(plan, "No day")
    acts.add_milestone(by=None, action=long, names={"en": "Half-way"}, due=date(2026, 7, 2))
    rows = in_full(actions(Rights(everywhere="officer")), Rights(everywhere="officer")).order_by("number")
    drawn = timeline(list(rows), date(2026, 4, 1))
    assert drawn is not None
    assert [b.action for b in drawn.bars] == [long, point]
    assert drawn.undated == [never]
    bar, diamond = drawn.bars
    assert (bar.point, diamond.point) == (False, True)
    assert bar.look == "not-started"
    middle = bar.x + bar.width / 2
    assert bar.marks[0].x == pytest.approx(middle, abs=2)
    assert drawn.today is not None
    assert bar.x < drawn.today < middle < diamond.x < drawn.width
    late = timeline(list(rows), date(2027, 1, 1))
    assert late is not None
    assert late.bars[0].look == "overdue"
    page = text(signed_in("officer"), "plan-timeline", plan.pk)
    svg = page[page.index('<svg class="register-timeline"') : page.index("</svg>") + 6]
    root = ElementTree.fromstring(svg)
    assert len(root.findall("polygon")) == 1
    assert len(root.findall("circle")) == 1
    assert "style=" not in svg
    for said in ("Long", "Only a deadline", "No day", "Half-way", "30 June 2027", "2 July 2026"):
        assert said in page[page.index("</svg>") :], said


def test_without_days_there_is_nothing_to_draw(
    register: Register,  # noqa: F811
    signed_in: Callable[..., Client],
) -> None:
    plan = draft(register)
    add(plan)
    page = text(signed_in("officer"), "plan-timeline", plan.pk)
    assert "nothing to draw" in page
    assert "Hold talks" in page


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(register: Register, bodies: Bodies) -> m.Plan:  # noqa: F811
    """An adopted roadmap of three actions: one under way, one delivered late, one overdue."""
    plan = draft(register)
    names = {"en": "Hold talks", "vi": "Tổ chức tham vấn", "ru": "Провести консультации"}
    talks = acts.add_action(
        by=None, partnership=register.partnership, plan=plan, names=names, commitments=register.commitments[:1],
        leads=[bodies["Foreign Ministry"], bodies["Ministry for Foreign Affairs"]], supports=[bodies["Trade Agency"]],
        mechanism=register.mechanism, deliverable={"en": "Minutes"}, starts=date(2026, 1, 1), due=date(2099, 12, 31),
        visibility="public",
    )  # fmt: skip
    trade = add(plan, "Raise trade", commitments=register.commitments[1:2], due=date(2026, 2, 1))
    add(plan, "Study flights", commitments=register.commitments[3:], due=date(2026, 2, 1))
    acts.add_milestone(by=None, action=talks, names={"en": "Agenda agreed"}, due=date(2026, 6, 1))
    acts.circulate(plan, by=None, to=[bodies["Trade Agency"]], on=date(2026, 1, 10))
    for party in plan.partnership.parties.all():
        acts.adopt(plan, by=None, party=party, on=date(2026, 1, 20))
    acts.set_state(talks, by=None, state="under-way", on=date(2026, 2, 1), reason="begun")
    acts.set_state(trade, by=None, state="delivered", on=date(2026, 3, 1), reason="done")
    return plan


WORDS = {
    "en": ("Hold talks", "Actions", "under way", "done", "yes", "31 December 2099"),
    "vi": ("Tổ chức tham vấn", "Nhiệm vụ", "đang thực hiện", "hoàn thành", "có", "31/12/2099"),
    "ru": ("Провести консультации", "Мероприятия", "выполняется", "выполнено", "да", "31 декабря 2099"),
}


@pytest.mark.parametrize("language", list(WORDS))
def test_the_workbook_counts_what_the_register_says(
    written: m.Plan,
    signed_in: Callable[..., Client],
    language: str,
) -> None:
    name, sheet, going, done, yes, _day = WORDS[language]
    content = signed_in("officer").get(reverse("plan-file", args=[written.pk, language, "xlsx"])).content
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(values[sheet].iter_rows(min_row=2, max_row=4, values_only=True))
    assert rows[0][3] == name
    states = [going if going in row else done if done in row else "" for row in rows]
    assert states == [going, done, ""]
    assert [yes in row for row in rows] == [False, False, True], "only what is open and past its day is overdue"
    held = [c.value for row in formulas[sheet].iter_rows(min_row=2, max_row=4) for c in row]
    assert sum(isinstance(v, str) and "TODAY()" in v for v in held) == 6
    summary = {row[0]: row[1] for row in values.worksheets[0].iter_rows(values_only=True) if row[0]}
    assert summary[going] == summary[done] == 1
    counting = [c.value for row in formulas.worksheets[0].iter_rows() for c in row if isinstance(c.value, str)]
    assert any(v.startswith("=COUNTIFS(") for v in counting)


@pytest.mark.parametrize("language", list(WORDS))
def test_the_document_tells_the_roadmap(
    written: m.Plan,
    signed_in: Callable[..., Client],
    language: str,
) -> None:
    name, *_words, day = WORDS[language]
    content = signed_in("officer").get(reverse("plan-file", args=[written.pk, language, "docx"])).content
    document = docx.Document(io.BytesIO(content))
    said = "\n".join(
        [p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells]
    )
    for word in (name, day, "Foreign Ministry", "Trade Agency", "Agenda agreed", "Deputy ministers' talks"):
        assert word in said, word
    assert "investment" not in said.casefold(), "nothing that stands in no action"
    assert "{{" not in said


def test_there_are_no_other_files(written: m.Plan, signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer")
    for language, kind in (("de", "xlsx"), ("en", "exe"), ("en", "json")):
        assert client.get(reverse("plan-file", args=[written.pk, language, kind])).status_code == 404
