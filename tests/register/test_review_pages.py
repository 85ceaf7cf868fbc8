"""The review screen and the pages around it, without scripts, and the parts that the script asks for."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bench.coded import _load
from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions import review as act
from servanda_register.models.folding import fold
from servanda_register.queries import coded as coded_documents
from servanda_register.queries import review as ask

from .conftest import TEXT, World

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
Account = Callable[..., m.Account]


@pytest.fixture
def officer(signed_in: SignedIn) -> Client:
    """An officer's browser."""
    return signed_in("officer")


@pytest.fixture
def home(world: World) -> str:
    """Address of the review screen."""
    return f"/review/{world.expression.pk}/"


@pytest.fixture
def begun(officer: Client, home: str) -> Client:
    """The officer has begun to review."""
    officer.post(f"{home}begin/")
    return officer


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send of the form with the class review-form, as it stands."""
    from lxml import html as parser

    (form,) = parser.fromstring(html).xpath("//form[contains(@class, 'review-form')]")
    out: dict[str, list[str]] = {}
    for name, value in form.form_values():
        out.setdefault(name, []).append(value)
    return out


def test_the_queue_says_what_to_do(world: World, officer: Client, home: str) -> None:
    assert "Waits for a reviewer" in page(officer, "/review/")
    officer.post(f"{home}begin/")
    assert "You are reviewing it" in page(officer, "/review/")


def test_all_four_proposals_are_marked_and_have_a_card(begun: Client, home: str) -> None:
    html = page(begun, home)
    assert re.findall(r'<li class="review-card review-card--(\w+)" id="(c\d)"', html) == [
        ("undecided", f"c{n}") for n in range(1, 5)
    ]
    assert re.findall(r'<mark class="review-mark review-mark--(\w+)', html) == ["undecided"] * 4
    assert 'value="0" max="4"' in html


@pytest.mark.parametrize(
    ("form", "state"),
    [({"verdict": "accept"}, "accepted"), ({"verdict": "reject", "preset": "counted", "reason": "see 2"}, "rejected")],
)
def test_deciding_comes_back_to_the_same_place(
    world: World, begun: Client, home: str, form: dict[str, str], state: str
) -> None:
    answer = begun.post(f"{home}decide/", {"proposal": "c2", **form})
    assert (answer.status_code, answer["Location"]) == (302, f"{home}#c2")
    html = page(begun, home)
    assert f'review-card--{state}" id="c2"' in html
    assert f"review-mark--{state}" in html
    if state == "rejected":
        assert m.Decision.objects.get().reason == "It is counted already: see 2"
    begun.post(f"{home}decide/", {"proposal": "c2", "verdict": "reopen"})
    assert 'review-card--undecided" id="c2"' in page(begun, home)


def test_rejecting_without_a_reason_says_what_to_do(begun: Client, home: str) -> None:
    answer = begun.post(f"{home}decide/", {"proposal": "c2", "verdict": "reject"}, follow=True)
    assert "a reason is needed" in answer.content.decode()
    assert not m.Decision.objects.exists()


def test_a_form_sent_as_it_stands_is_what_was_proposed(world: World, begun: Client, home: str) -> None:
    address = f"{home}edit/change/?proposal=c4"
    answer = begun.post(address, fields_of(page(begun, address)))
    assert answer["Location"] == f"{home}#c4"
    made = m.Commitment.objects.get()
    assert made.quote == world.proposals[3].quote
    assert (made.strength, made.modality, made.action) == ("exploratory", "willing", "study")
    assert [a.area_id for a in made.ranked_areas.all()] == ["transport", "people"]


def test_changing_all_fields(world: World, begun: Client, home: str) -> None:
    address = f"{home}edit/change/?proposal=c2"
    begun.post(
        address,
        fields_of(page(begun, address)) | {
            "p0-words": "They will increase\n trade", "p0-strength": "agreed", "p0-modality": "declared",
            "p0-action": "exchange", "p0-main_area": "people", "p0-more_areas": ["trade"], "p0-actors": ["IS"],
            "p0-bodies": "MN:Ministry of Trade", "p0-mechanisms": "Joint Committee\nTrade Council",
            "p0-forums": "UN, WTO", "p0-deadline": "2030", "p0-parent": "c1", "p0-title_0": "Trade Agreement",
            "p0-year_0": "2011",
            "p0-status_0": "in-force", "reason": "as in the other text",
        },
    )  # fmt: skip
    (outcome,) = m.Decision.objects.get().outcomes
    start = TEXT.index("They will increase trade")
    assert outcome == {
        "start": start, "end": start + 24, "quote": "They will increase trade", "modality": "declared",
        "strength": "agreed", "action": "exchange", "actors": ["IS", "MN:Ministry of Trade"],
        "areas": ["people", "trade"], "mechanisms": ["Joint Committee", "Trade Council"],
        "instruments": [{"title": "Trade Agreement", "year": 2011, "status": "in-force"}], "forums": ["UN", "WTO"],
        "deadline": "2030", "parent": "c1",
    }  # fmt: skip
    assert m.Decision.objects.get().reason == "as in the other text"
    assert "As proposed" in page(begun, home)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"p0-words": "They shall increase"}, "does not stand in the text"),
        ({"p0-words": "", "p0-start": "", "p0-end": ""}, "Say where the commitment stands"),
        ({"p0-bodies": "XX:Ministry"}, "cannot act here"),
        ({"p0-actors": []}, "Nobody is named"),
        ({"p0-year_0": "2011"}, "needs a title"),
        ({"p0-more_areas": ["investment", "transport", "people", "political-dialogue"]}, "choose at most 3"),
    ],
)
def test_faults_are_said_in_the_form(begun: Client, home: str, fields: dict[str, Any], said: str) -> None:
    address = f"{home}edit/change/?proposal=c2"
    given = fields_of(page(begun, address)) | fields
    answer = begun.post(address, given)
    assert said in answer.content.decode()
    assert begun.post(address, given, headers={"X-Part": "1"}).status_code == 422
    assert not m.Decision.objects.exists()


def test_numbers_alone_may_be_changed(world: World, begun: Client, home: str) -> None:
    address = f"{home}edit/change/?proposal=c2"
    end = world.proposals[1].end - len(" trade")
    begun.post(address, fields_of(page(begun, address)) | {"p0-end": str(end)})
    assert m.Commitment.objects.get().quote == "will increase"


def test_splitting_merging_and_adding(world: World, begun: Client, home: str) -> None:
    address = f"{home}edit/split/?proposal=c1&parts=3"
    begun.post(address, fields_of(page(begun, address)))
    parts = m.Decision.objects.latest("pk").outcomes
    assert len(parts) == 3
    assert "".join(p["quote"] for p in parts).replace(" ", "") == world.proposals[0].quote.replace(" ", "")
    address = f"{home}edit/merge/?proposal=c2&proposal=c3"
    begun.post(address, fields_of(page(begun, address)))
    assert m.Commitment.objects.filter(quote="will increase trade and encourage companies to invest").count() == 1
    html = page(begun, home)
    assert "Merged with 3 into one" in html
    assert "Split into 3" in html
    start = TEXT.index("direct flights")
    address = f"{home}edit/add/?start={start}&end={start + 14}"
    given = fields_of(page(begun, address))
    assert given["p0-words"] == ["\ndirect flights"] or given["p0-words"] == ["direct flights"]
    begun.post(address, given | {"p0-main_area": "transport"})
    added = m.Decision.objects.latest("pk")
    assert f'review-card--added" id="d{added.pk}"' in page(begun, home)
    begun.post(f"{home}decide/", {"replaces": str(added.pk), "verdict": "reopen"})
    assert f'id="d{added.pk}"' not in page(begun, home)


def test_the_script_gets_only_what_changed(begun: Client, home: str) -> None:
    answer = begun.post(f"{home}decide/", {"proposal": "c2", "verdict": "accept"}, headers={"X-Part": "1"})
    html = answer.content.decode()
    assert re.findall(r'<li class="review-card [^"]*" id="(\w+)"', html) == ["c2"]
    assert 'data-said="Accepted. 1 of 4 decided."' in html
    assert 'id="review-text"' in html
    assert 'id="review-status"' in html
    refused = begun.post(f"{home}decide/", {"proposal": "c2", "verdict": "reject"}, headers={"X-Part": "1"})
    assert refused.status_code == 422


def test_accepting_the_rest_asks_first(begun: Client, home: str) -> None:
    assert "Confidence of 90% or more: 4" in page(begun, f"{home}rest/")
    begun.post(f"{home}rest/", {"least": "90"})
    assert m.Commitment.objects.count() == 4
    begun.post(f"{home}finish/")
    assert "You finished this review" in page(begun, home)


@pytest.mark.parametrize(
    ("group", "status"), [("reader", 403), ("administrator", 403), ("coder", 302), ("", 404), (None, 302)]
)
def test_who_may_begin(world: World, signed_in: SignedIn, home: str, group: str | None, status: int) -> None:
    client = Client() if group is None else signed_in(group)
    answer = client.post(f"{home}begin/")
    # whoever has not signed in is told nothing of the statement
    assert answer.status_code == (404 if group is None else status)
    assert m.Review.objects.exists() == (group == "coder")


@pytest.mark.parametrize("where", ["decide/", "settle/", "finish/"])
def test_what_was_not_begun_cannot_be_decided(world: World, officer: Client, home: str, where: str) -> None:
    assert officer.post(f"{home}{where}", {"proposal": "c1", "verdict": "accept"}).status_code == 403


def test_members_of_other_partnerships_see_nothing(world: World, signed_in: SignedIn, home: str) -> None:
    other = signed_in("officer", world.other)
    for where in ("", "agreement/", "coded.jsonl", "edit/change/?proposal=c1", "rest/"):
        assert other.get(f"{home}{where}").status_code == 404
    assert "Joint Statement" not in page(other, "/review/")


def test_settling_shows_both_views_and_takes_one(
    world: World, account: Account, home: str, django_assert_max_num_queries: Any
) -> None:
    record.change(world.instrument, by=None, reviewing="double")
    expression = m.Expression.objects.get()
    for n in range(2):
        review = act.begin(by=account("coder"), expression=expression)
        act.accept_all(by=review.reviewer, review=review, least=0)
        if n:
            act.decide(
                by=review.reviewer, review=review, verdict="reject", proposals=world.proposals[1:2], reason="hope only"
            )
        act.finish(by=review.reviewer, review=review)
    client = Client()
    client.force_login(account("reviewer", name="third"), backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"{home}begin/")
    html = page(client, home)
    assert html.count("Take this view") == 2
    assert "hope only" in html
    assert m.Commitment.objects.count() == 3
    answer = client.post(f"{home}settle/", {"matter": "c2", "take": "b"})
    assert answer["Location"] == f"{home}#c2"
    assert "As the second reviewer decided.; hope only" in page(client, home)
    assert "Finish the review" in page(client, home)
    with django_assert_max_num_queries(15):
        page(client, home)
    table = page(client, f"{home}agreement/")
    assert "Cohen’s kappa" in table
    assert "0.75" in table


@pytest.fixture
def large(world: World) -> m.Expression:
    """A text of 120 proposals, every third nested in the one before."""
    lines = [f"{n}. They will increase trade in goods of kind {n} by sea and by land." for n in range(1, 121)]
    text = "\n".join(lines)
    expression = record.keep(
        m.Expression(
            instrument=world.instrument, language="en", title="Large", text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        ),
        by=None,
    )  # fmt: skip
    at = 0
    for n, line in enumerate(lines, start=1):
        m.Segment(
            expression=expression, ident=f"p{n}", start=at, end=at + len(line), kind="commitment", folded=fold(line)
        ).save()
        m.Proposal(
            expression=expression, ident=f"c{n}", start=at + 5, end=at + len(line) - 1, quote=line[5:-1],
            modality="firm", strength="firm", action="strengthen", actors=["both"], areas=["trade"], confidence=0.9,
            mechanisms=["Joint Committee"], forums=["UN"], parent=f"c{n - 1}" if n % 3 == 0 else "",
            instruments=[{"title": "Trade Agreement", "year": 2011, "status": "in-force"}],
        ).save()  # fmt: skip
        at += len(line) + 1
    return expression


def test_a_large_text_takes_few_queries(
    world: World, large: m.Expression, begun: Client, django_assert_max_num_queries: Any
) -> None:
    review = act.begin(by=m.Account.objects.get(), expression=large)
    act.decide(by=review.reviewer, review=review, verdict="reject", proposals=[large.proposals.all()[5]], reason="no")
    act.accept_all(by=review.reviewer, review=review, least=0.5)
    with django_assert_max_num_queries(15):
        html = page(begun, f"/review/{large.pk}/")
    assert html.count('<li class="review-card') == 120
    with django_assert_max_num_queries(15):
        page(begun, "/review/")


def test_the_coded_document_reads_back(large: m.Expression, officer: Client, tmp_path: Path) -> None:
    home = f"/review/{large.pk}/"
    officer.post(f"{home}begin/")
    text = tmp_path / "statement.txt"
    text.write_text(large.text, encoding="utf-8")
    officer.post(f"{home}decide/", {"proposal": "c1", "verdict": "accept"})
    officer.post(f"{home}decide/", {"proposal": "c3", "verdict": "reject", "preset": "none"})
    address = f"{home}edit/change/?proposal=c2"
    officer.post(address, fields_of(page(officer, address)) | {"p0-parent": "c1", "p0-deadline": "2030"})
    review = m.Review.objects.get()
    path = tmp_path / "statement.coded.jsonl"
    path.write_bytes(officer.get(f"{home}coded.jsonl?review={review.pk}").content)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert rows == coded_documents.rows(review)
    read = _load("specimens", "here", path, text)
    assert [r.fields["quote"] for r in read.commitments] == [p.quote for p in large.proposals.all()[:2]]
    assert (read.commitments[1].fields["parent"], read.commitments[1].fields["deadline"]) == ("c1", "2030")
    assert [(s.start, s.end) for s in read.segments] == list(large.segments.values_list("start", "end"))
    decided = {row["proposals"][0]["id"]: row for row in rows if row["kind"] == "decision"}
    assert (decided["c3"]["verdict"], decided["c3"]["commitments"]) == ("reject", [])
    assert decided["c3"]["reason"] == "It is not a commitment"
    scorer = Path(__file__).resolve().parents[3] / "shared/scoreboard/score_read.py"
    if not scorer.exists():
        pytest.skip("the scoring program lies beside the project, and it is not there")
    said = subprocess.run(
        [sys.executable, str(scorer), str(path), str(path), "--json"], capture_output=True, text=True, check=True
    )
    figures = json.loads(said.stdout)
    assert (figures["f1"], figures["strength"], figures["areas_f1"], figures["class_accuracy"]) == (1, 1, 1, 1)


def test_two_reviews_make_two_coded_documents(world: World, begun: Client, account: Account) -> None:
    mine = m.Review.objects.get()
    other = act.begin(by=account("coder"), expression=world.expression)
    act.decide(by=other.reviewer, review=other, verdict="accept", proposals=world.proposals[2:3])
    assert [r["id"] for r in coded_documents.rows(other) if r["kind"] == "commitment"] == ["c1"]
    assert not [r for r in coded_documents.rows(mine) if r["kind"] == "commitment"]
    assert len(ask.standing(mine, other)) == 1
