"""The API: the pages' rights, one form of error, and the description that programs are made from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from servanda_register import models as m
from servanda_register.actions import record, review, tokens
from servanda_register.queries.api import account_of
from tests.register.conftest import TEXT, World

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
DESCRIPTION = Path(__file__).with_name("openapi.json")
LISTS = [
    "partnerships", "instruments", "expressions", "commitments", "mechanisms", "agreements", "programmes", "forums",
    "bodies",
]  # fmt: skip
WORK = ["events", "intakes", "comments", "reviews"]
"""Lists of work, which those who have not signed in do not get."""


class Program:
    """Speaks to the API with an account's token."""

    def __init__(self, account: m.Account) -> None:
        self.account = account
        _token, self.key = tokens.make(by=account, name="Test")

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"{BASE}/{path}", query, headers={"Authorization": f"Bearer {self.key}"})

    def post(self, path: str, given: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        return Client(enforce_csrf_checks=True).post(f"{BASE}/{path}", given, "application/json", headers=headers)

    def send(self, path: str, **fields: Any) -> Any:
        return Client().post(f"{BASE}/{path}", fields, headers={"Authorization": f"Bearer {self.key}"})


@pytest.fixture
def program(account: Callable[..., m.Account]) -> Callable[..., Program]:
    return lambda *arguments, **named: Program(account(*arguments, **named))


def confirmed(world: World, visibility: str = "internal", **fields: Any) -> m.Commitment:
    number = m.Commitment.objects.count() + 1
    plain = {
        "texts": {"en": f"Undertaking {number}"}, "modality": "firm", "strength": "firm", "action": "strengthen",
        "actors": ["both"], "folded": f"undertaking {number}",
    }  # fmt: skip
    return record.create(
        m.Commitment, by=None, instrument=world.instrument, number=number, visibility=visibility, **{**plain, **fields}
    )


def public(*records: Any) -> None:
    for row in records:
        record.change(row, by=None, visibility="public")


@pytest.mark.parametrize("name", LISTS)
def test_everyone_gets_what_is_public_and_no_more(name: str, world: World, program: Callable[..., Program]) -> None:
    confirmed(world)
    for anonymous in (Client().get(f"{BASE}/{name}"), program().get(name)):
        assert anonymous.status_code == 200
        if name not in {"forums", "bodies"}:
            assert anonymous.json() == {"total": 0, "items": []}
    inside = program("reader", world.partnership).get(name).json()
    assert inside["total"] == len(inside["items"])
    if name in {"partnerships", "instruments", "expressions", "commitments"}:
        assert inside["total"] == 1


@pytest.mark.parametrize("name", WORK)
def test_work_is_for_those_who_have_signed_in(name: str, world: World, program: Callable[..., Program]) -> None:
    assert Client().get(f"{BASE}/{name}").status_code in {401, 403}
    assert program("reader", world.partnership).get(name).status_code == 200


def test_what_may_not_be_seen_is_answered_like_what_is_not_there(world: World, program: Callable[..., Program]) -> None:
    hidden = confirmed(world, "restricted")
    reader = program("reader", world.partnership)
    there, not_there = reader.get(f"commitments/{hidden.pk}"), reader.get("commitments/999999")
    assert (there.status_code, there.json()) == (not_there.status_code, not_there.json())
    assert there.status_code == 404
    assert reader.get("commitments").json()["total"] == 0
    assert program("reader", world.partnership, cleared=True).get(f"commitments/{hidden.pk}").status_code == 200


def test_links_to_what_may_not_be_seen_are_left_out(world: World, program: Callable[..., Program]) -> None:
    secret = record.create(
        m.Mechanism, by=None, partnership=world.partnership, names={"en": "Hotline"}, visibility="restricted"
    )
    whole = confirmed(world, "restricted")
    part = confirmed(world, parent=whole, mechanisms=[secret])
    reader = program("reader", world.partnership)
    told = reader.get(f"commitments/{part.pk}").json()
    assert (told["parent"], told["mechanisms"]) == (None, [])
    assert reader.get("commitments", mechanism=secret.pk).json()["total"] == 0
    cleared = program("reader", world.partnership, cleared=True)
    told = cleared.get(f"commitments/{part.pk}").json()
    assert (told["parent"], told["mechanisms"]) == (whole.pk, [secret.pk])
    assert cleared.get("commitments", mechanism=secret.pk).json()["total"] == 1


@pytest.mark.parametrize(
    ("narrowing", "numbers"),
    [
        ({}, [1, 2]),
        ({"partnership": "iceland-mongolia"}, [1, 2]),
        ({"partnership": "iceland-nepal"}, []),
        ({"area": "trade"}, [2]),
        ({"strength": "willing"}, [1]),
        ({"action": "exchange"}, [1]),
        ({"actor": "IS"}, [1]),
        ({"actor": "both"}, [2]),
        ({"deadline": "true"}, [1]),
        ({"deadline": "false"}, [2]),
        ({"state": "withdrawn"}, [3]),
        ({"state": ""}, [1, 2, 3]),
        ({"find": "Undertaking 2"}, [2]),
        ({"limit": 1, "offset": 1}, [2]),
    ],
)
def test_commitments_are_narrowed_down(
    narrowing: dict[str, Any], numbers: list[int], world: World, program: Callable[..., Program]
) -> None:
    confirmed(world, strength="willing", action="exchange", actors=["IS:Ministry"], deadline="2030")
    confirmed(world, areas=["trade"])
    confirmed(world, state="withdrawn")
    page = program("reader", world.partnership).get("commitments", **narrowing).json()
    assert [row["number"] for row in page["items"]] == numbers
    assert page["total"] == (2 if "limit" in narrowing else len(numbers))


def test_a_token_opens_until_it_is_ended(world: World, account: Callable[..., m.Account]) -> None:
    reader = account("reader", world.partnership)
    token, key = tokens.make(by=reader, name="Report")
    assert token.digest not in key
    assert account_of(key) == reader
    tokens.end(by=reader, token=token)
    assert account_of(key) is None
    assert account_of(token.digest) is None
    _token, other = tokens.make(by=reader, name="Another")
    record.change(reader, by=None, is_active=False)
    assert account_of(other) is None
    answer = Client().get(f"{BASE}/partnerships", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert "error" in answer.json()


def test_a_session_writes_with_the_csrf_token_alone(world: World, account: Callable[..., m.Account]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("coder", world.partnership), backend="django.contrib.auth.backends.ModelBackend")
    given = {"text": "Mind the date.", "instrument": world.instrument.pk}
    assert client.get(f"{BASE}/instruments").json()["total"] == 1
    refused = client.post(f"{BASE}/comments", given, "application/json")
    assert refused.status_code == 403
    client.get("/about/")
    client.get("/accounts/tokens/")
    key = client.cookies["csrftoken"].value
    taken = client.post(f"{BASE}/comments", given, "application/json", headers={"X-CSRFToken": key})
    assert taken.status_code == 201
    assert Client().post(f"{BASE}/comments", given, "application/json").status_code == 401


def test_proposals_are_decided(world: World, program: Callable[..., Program]) -> None:
    coder = program("coder", world.partnership)
    first, second, third, _fourth = coder.get(f"expressions/{world.expression.pk}/proposals").json()["items"]
    assert first["quote"] == TEXT[first["start"] : first["end"]]
    begun = coder.post(f"expressions/{world.expression.pk}/reviews").json()["id"]
    assert coder.post(f"reviews/{begun}/accept", {"proposal": first["id"]}).status_code == 201
    refused = coder.post(f"reviews/{begun}/reject", {"proposal": second["id"], "reason": ""})
    assert refused.status_code == 422
    assert "reason" in refused.json()["error"]
    assert coder.post(f"reviews/{begun}/reject", {"proposal": second["id"], "reason": "Not one."}).status_code == 201
    outcome = {k: third[k] for k in ("start", "end", "modality", "strength", "action", "actors", "areas")}
    changed = coder.post(
        f"reviews/{begun}/decisions",
        {"verdict": "change", "proposals": [third["id"]], "outcomes": [{**outcome, "deadline": "2031"}]},
    )
    assert changed.status_code == 201
    assert [row["verdict"] for row in coder.get(f"reviews/{begun}/decisions").json()["items"]] == [
        "accept", "reject", "change",
    ]  # fmt: skip
    assert coder.post(f"reviews/{begun}/finish").status_code == 422
    assert sorted(m.Commitment.objects.values_list("deadline", flat=True)) == ["", "2031"]
    lines = coder.get(f"reviews/{begun}/coded").content.decode().splitlines()
    assert json.loads(lines[0])["kind"] == "meta"
    assert sum(json.loads(line)["kind"] == "commitment" for line in lines) == 2


def test_others_do_not_decide(world: World, program: Callable[..., Program]) -> None:
    begun = review.begin(by=program("coder", world.partnership).account, expression=world.expression)
    given = {"proposal": world.proposals[0].pk}
    assert program("reader", world.partnership).post(f"reviews/{begun.pk}/accept", given).status_code == 403
    assert program("coder", world.partnership).post(f"reviews/{begun.pk}/accept", given).status_code == 422
    assert program("coder", world.other).post(f"reviews/{begun.pk}/accept", given).status_code == 404
    assert Client().post(f"{BASE}/reviews/{begun.pk}/accept", given, "application/json").status_code == 401
    assert not m.Decision.objects.exists()


def test_proposals_of_a_public_statement_stay_inside(world: World, program: Callable[..., Program]) -> None:
    public(world.partnership, world.instrument)
    assert Client().get(f"{BASE}/expressions/{world.expression.pk}").json()["text"] == TEXT
    assert Client().get(f"{BASE}/expressions/{world.expression.pk}/proposals").status_code == 403
    outside = program("coder", world.other)
    assert outside.get(f"expressions/{world.expression.pk}/proposals").status_code == 403
    assert outside.get("events", kind="proposal").json()["total"] == 0


def test_a_document_is_brought_in(world: World, program: Callable[..., Program]) -> None:
    file = SimpleUploadedFile("statement.txt", TEXT.encode(), "text/plain")
    officer = program("officer", world.partnership)
    answer = officer.send("intakes", file=file, partnership="iceland-mongolia", language="en")
    assert answer.status_code == 201, answer.json()
    assert answer.json()["state"] == "waiting"
    assert officer.get(f"intakes/{answer.json()['id']}").json()["name"] == "statement.txt"
    file.seek(0)
    assert program("coder", world.partnership).send("intakes", file=file).status_code == 403
    empty = SimpleUploadedFile("empty.txt", b"", "text/plain")
    assert officer.send("intakes", file=empty, partnership="iceland-mongolia").status_code == 422


def test_a_comment_is_on_one_thing(world: World, program: Callable[..., Program]) -> None:
    coder = program("coder", world.partnership)
    given = {"text": "Ask again.", "instrument": world.instrument.pk}
    assert coder.post("comments", given).status_code == 201
    assert coder.get("comments", instrument=world.instrument.pk).json()["items"][0]["text"] == "Ask again."
    assert coder.post("comments", {"text": "On nothing."}).status_code == 422
    assert coder.post("comments", {**given, "partnership": world.partnership.pk}).status_code == 422
    assert program("coder", world.other).post("comments", given).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("commitments?limit=0", 422), ("commitments?limit=201", 422), ("commitments?offset=-1", 422),
        ("commitments/0", 422), ("commitments/99999999999999999999", 422), ("commitments?find=%00", 422),
        ("commitments?deadline=perhaps", 422), ("partnerships/nowhere", 404),
    ],
)  # fmt: skip
def test_faults_are_one_sentence(path: str, status: int, world: World) -> None:
    answer = Client().get(f"{BASE}/{path}")
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"]


@pytest.mark.parametrize("name", [*LISTS, *WORK])
def test_a_list_asks_the_database_few_questions(
    name: str, world: World, program: Callable[..., Program], django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        confirmed(world, areas=["trade", "people"])
    officer = program("officer", cleared=True)
    with django_assert_max_num_queries(15):
        assert officer.get(name).status_code == 200


def test_nothing_for_strangers_where_nothing_is_public(world: World, settings: Any) -> None:
    settings.PUBLIC_SITE = False
    assert Client().get(f"{BASE}/partnerships").status_code == 401


def test_one_makes_and_ends_tokens_on_a_page(world: World, signed_in: Callable[..., Client]) -> None:
    client = signed_in("coder", world.partnership)
    page = client.post("/accounts/tokens/", {"name": "Report"}).content.decode()
    token = m.Token.objects.get()
    key = page.split("servanda_")[1].split("<")[0]
    assert account_of(f"servanda_{key}") == token.account
    assert key not in client.get("/accounts/tokens/").content.decode()
    assert signed_in("coder").post(f"/accounts/tokens/{token.pk}/end/").status_code == 404
    client.post(f"/accounts/tokens/{token.pk}/end/")
    assert account_of(f"servanda_{key}") is None
    assert Client().get("/accounts/tokens/").status_code == 302
    assert client.post("/accounts/tokens/", {"name": " "}).status_code == 200
    assert m.Token.objects.count() == 1


@pytest.mark.parametrize("path", ["/about/", "/accessibility/", "/api-docs/"])
@pytest.mark.parametrize("language", ["en", "vi", "ru"])
def test_pages_about_the_site(path: str, language: str, db: None) -> None:
    answer = Client().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


def test_the_page_about_the_api_tells_every_address(db: None) -> None:
    page = Client().get("/api-docs/").content.decode()
    for url in Client().get(f"{BASE}/openapi.json").json()["paths"]:
        assert url in page


def test_the_description_is_what_it_was() -> None:
    """Programs rely on it. To change it on purpose: REWRITE=1 pytest tests/register/test_api.py -k description."""
    described = Client().get(f"{BASE}/openapi.json").json()
    described["info"]["version"] = "-"
    if os.environ.get("REWRITE") == "1":
        DESCRIPTION.write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail("The description was rewritten; look at the difference, then run without REWRITE.")
    assert described == json.loads(DESCRIPTION.read_text("utf-8"))
