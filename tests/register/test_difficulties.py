"""Difficulties: who owes what by when, whatever was said before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.difficulty import answer, change_difficulty, close, raise_difficulty, reopen
from servanda_register.queries import difficulties as of_difficulties
from servanda_register.queries.history import verify
from servanda_register.queries.rights import rights_of

from .conftest import World
from .test_commitments import Register, register  # noqa: F401

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def party(code: str) -> m.Party:
    return m.Party.objects.get(pk=code)


def difficulty(world: World, name: str = "Slow permits", **fields: Any) -> m.Difficulty:
    values = {"raised_by": party("IS"), "raised_on": TODAY - 30 * DAY, "owed_by": party("MN"), "answer_due": TODAY}
    return raise_difficulty(by=None, partnership=world.partnership, names={"en": name}, **{**values, **fields})


def test_an_answer_passes_the_next_one_on_and_what_was_said_stays(world: World) -> None:
    found = difficulty(world)
    body = record.create(m.Body, by=None, party=party("IS"), names={"en": "Food Authority"})
    answer(found, by=None, party=party("MN"), on=TODAY - DAY, text="A list is made.", owed_by=party("IS"), body=body,
           answer_due=TODAY + 10 * DAY)  # fmt: skip
    assert (found.owed_by, found.body, found.answer_due) == (party("IS"), body, TODAY + 10 * DAY)
    answer(found, by=None, party=party("IS"), on=TODAY, text="It helps.")
    assert (found.owed_by, found.body, found.answer_due) == (None, None, None)
    assert [a.text for a in found.answers.all()] == ["A list is made.", "It helps."]
    close(found, by=None, reason="gone", resolved=True)
    assert not list(verify())
    told = m.Event.objects.filter(kind__in=["difficulty", "answer"])
    assert {e.partnership_id for e in told} == {world.partnership.pk}
    with pytest.raises(IntegrityError), transaction.atomic():
        m.Answer.objects.filter(difficulty=found)._raw_delete("default")  # the database itself refuses


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"party": "NP"}, "no side of this partnership"),
        ({"owed_by": "NP"}, "no side of this partnership"),
        ({"on": TODAY + DAY}, "still to come"),
        ({"on": TODAY - 31 * DAY}, "raised later"),
        ({"answer_due": TODAY}, "Choose the side"),
        ({"owed_by": "IS", "answer_due": TODAY - DAY}, "only after it was asked"),
        ({"owed_by": "IS", "body": "MN"}, "another side"),
        ({"text": "  "}, "blank"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_written(
    world: World, fields: dict[str, Any], said: str
) -> None:
    found = difficulty(world)
    given: dict[str, Any] = {"party": "MN", "on": TODAY, "text": "Yes.", **fields}
    for name in ("party", "owed_by"):
        given[name] = party(given[name]) if given.get(name) else None
    if "body" in given:
        given["body"] = record.create(m.Body, by=None, party=party(given["body"]), names={"en": "Customs"})
    with pytest.raises(ValidationError) as refused:
        answer(found, by=None, **given)
    assert said in str(refused.value)
    found.refresh_from_db()
    assert (found.owed_by, m.Answer.objects.count()) == (party("MN"), 0)


def test_a_closed_one_owes_nothing_takes_no_answer_and_can_be_taken_up_again(world: World) -> None:
    found = difficulty(world)
    for wrong in ({"reason": " ", "resolved": True},):
        with pytest.raises(ValidationError):
            close(found, by=None, **wrong)
    close(found, by=None, reason="not pursued", resolved=False)
    assert (found.state, found.owed_by, found.answer_due) == ("dropped", None, None)
    with pytest.raises(ValidationError, match="closed"):
        answer(found, by=None, party=party("MN"), on=TODAY, text="Late.")
    with pytest.raises(ValidationError, match="closed already"):
        close(found, by=None, reason="again", resolved=True)
    reopen(found, by=None, reason="it is back", owed_by=party("MN"), answer_due=TODAY)
    assert (found.state, found.owed_by) == ("open", party("MN"))
    with pytest.raises(ValidationError, match="open already"):
        reopen(found, by=None, reason="again")


def test_what_is_overdue(world: World, account: Callable[..., m.Account]) -> None:
    rows = {
        "late": difficulty(world, answer_due=TODAY - DAY),
        "today": difficulty(world),
        "without": difficulty(world, answer_due=None),
        "closed": difficulty(world, answer_due=TODAY - DAY),
    }
    close(rows["closed"], by=None, reason="gone", resolved=True)
    listed = of_difficulties.listed(rights_of(account("reader")), world.partnership)
    assert list(listed.filter(of_difficulties.overdue(TODAY))) == [rows["late"]]
    assert [of_difficulties.is_overdue(d, TODAY) for d in rows.values()] == [True, False, False, False]
    assert list(listed) == [rows["late"], rows["today"], rows["without"], rows["closed"]]


def test_a_day_of_the_reader_not_of_the_server_decides(world: World, account: Callable[..., m.Account]) -> None:
    """Honolulu and Kiritimati are 24 hours apart: the day that is not over in one is over in the other."""
    difficulty(world, answer_due=timezone.now().astimezone(ZoneInfo("Pacific/Honolulu")).date())
    seen = []
    for zone in ("Pacific/Honolulu", "Pacific/Kiritimati"):
        reader = account("reader", name=zone.replace("/", "-"))
        reader.time_zone = zone
        reader.save()
        client = Client()
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("difficulties", args=[world.partnership.slug]) + "?overdue=yes").content.decode()
        seen.append("Slow permits" in page)
    assert seen == [False, True]


FORM = {
    "names_en": "Slow permits", "names_vi": "Giấy phép chậm", "raised_by": "IS", "raised_on": "2024-05-01",
    "owed_by": "MN", "answer_due": "2024-06-01", "visibility": "internal", "areas": ["trade"],
}  # fmt: skip


def test_from_raising_to_closing_by_forms(
    register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any  # noqa: F811
) -> None:  # fmt: skip
    client = signed_in("officer")
    slug = register.partnership.slug
    add = reverse("difficulty-add", args=[slug])
    with django_assert_max_num_queries(15):
        page = client.get(add).content.decode()
    assert "Nepal" not in page  # no side of this partnership
    assert "companies to invest" not in page  # the third commitment is restricted
    assert "at least one language" in client.post(add, {**FORM, "names_en": "", "names_vi": ""}).content.decode()
    answered = client.post(add, {**FORM, "commitments": [register.commitments[1].pk]})
    made = m.Difficulty.objects.get()
    assert answered.headers["Location"] == reverse("difficulty", args=[made.pk])
    assert (made.names, made.partnership) == (
        {"en": "Slow permits", "vi": "Giấy phép chậm"}, register.partnership
    )  # fmt: skip
    with django_assert_max_num_queries(15):
        shown = client.get(reverse("difficulty", args=[made.pk])).content.decode()
    assert reverse("commitment", args=[register.commitments[1].pk]) in shown
    assert "Overdue" in shown
    form = client.get(reverse("difficulty-answer", args=[made.pk])).content.decode()
    assert '<option value="MN" selected>' in form.replace("'", '"')
    given = {"party": "MN", "on": TODAY.isoformat(), "text": "We look into it.", "owed_by": "IS"}
    assert client.post(reverse("difficulty-answer", args=[made.pk]), given).status_code == 302
    unsaid = client.post(reverse("difficulty-close", args=[made.pk]), {"reason": "Permits come in a week."})
    assert "Choose how it ends" in unsaid.content.decode()
    client.post(reverse("difficulty-close", args=[made.pk]), {"how": "resolved", "reason": "Permits come in a week."})
    shown = client.get(reverse("difficulty", args=[made.pk])).content.decode()
    assert "Resolved" in shown
    assert "We look into it." in shown
    with django_assert_max_num_queries(15):
        listed = client.get(reverse("difficulties", args=[slug]))
    assert "Slow permits" in listed.content.decode()
    csv = client.get(reverse("difficulties", args=[slug]) + "?format=csv").content.decode("utf-8-sig")
    assert "Resolved" in csv
    history = client.get(reverse("record-history", args=["difficulty", made.pk])).content.decode()
    assert "Permits come in a week." in history


def test_a_link_out_of_sight_stays_when_someone_changes_the_rest(
    register: Register, signed_in: Callable[..., Client]  # noqa: F811
) -> None:  # fmt: skip
    seen, hidden = register.commitments[0], register.commitments[2]
    found = difficulty(register, commitments=[seen, hidden])
    client = signed_in("officer")
    page = client.get(reverse("difficulty", args=[found.pk])).content.decode()
    assert "companies to invest" not in page
    changed = {**FORM, "names_en": "Slower permits", "commitments": [], "reason": "worse"}
    assert client.post(reverse("difficulty-change", args=[found.pk]), changed).status_code == 302
    found.refresh_from_db()
    assert (found.name, list(found.commitments.all())) == ("Slower permits", [hidden])
    assert found.owed_by == party("MN")  # passes with answers alone


def test_rights(world: World, signed_in: Callable[..., Client]) -> None:
    found = difficulty(world, "Secret barrier", visibility="restricted")
    plain = difficulty(world)
    slug = world.partnership.slug
    officer = signed_in("officer")
    assert "Secret barrier" not in officer.get(reverse("difficulties", args=[slug])).content.decode()
    for name in ("difficulty", "difficulty-change", "difficulty-answer", "difficulty-close", "difficulty-reopen"):
        assert officer.get(reverse(name, args=[found.pk])).status_code == 404
        if name != "difficulty":
            assert signed_in("reviewer").post(reverse(name, args=[plain.pk])).status_code == 403
    assert signed_in("officer", world.other).get(reverse("difficulty", args=[plain.pk])).status_code == 404
    assert signed_in("reviewer").get(reverse("difficulty-add", args=[slug])).status_code == 403
    with pytest.raises(ValidationError):
        change_difficulty(plain, by=None, reason="x", raised_by=party("NP"))
