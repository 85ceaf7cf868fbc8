"""Commitments: found by what they are, led to their words, changed only for a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions.commitment import (
    add_commitment,
    change_commitment,
    folded_words,
    restore_commitment,
    withdraw_commitment,
)
from servanda_register.actions.facts import attach
from servanda_register.queries.commitments import due

from .conftest import TEXT, World

pytestmark = pytest.mark.django_db
VERSION = "1. Hai bên nhất trí tiến hành tham vấn hằng năm.\n2. Hai bên tăng cường thương mại.\n"


@dataclass
class Register(World):
    """The world with its proposals confirmed, and what they name."""

    commitments: list[m.Commitment]
    mechanism: m.Mechanism
    hidden: m.Mechanism


@pytest.fixture
def register(world: World, account: Callable[..., m.Account]) -> Register:
    by = account("reviewer", name="wren")
    review = record.create(m.Review, by=by, expression=world.expression, reviewer=by)
    mechanism = record.create(
        m.Mechanism, by=by, partnership=world.partnership, names={"en": "Deputy ministers' talks"}
    )
    hidden = record.create(
        m.Mechanism, by=by, partnership=world.partnership, names={"en": "Quiet channel"}, visibility="restricted"
    )
    version = record.keep(
        m.Expression(instrument=world.instrument, language="vi", kind="translation", text=VERSION, sha256="1" * 64),
        by=None,
    )
    out = []
    for number, p in enumerate(world.proposals, start=1):
        decision = record.keep(m.Decision(review=review, verdict="accept", reason=f"plain in line {number}"), by=by)
        decision.proposals.set([p])
        c = record.create(
            m.Commitment, by=by, instrument=world.instrument, number=number, expression=world.expression, start=p.start,
            end=p.end, quote=p.quote, modality=p.modality, strength=p.strength, action=p.action,
            actors=["MN:Ministry of “Ưu tiên”"] if number == 2 else p.actors,
            areas=p.areas, folded=folded_words({}, p.quote), decision=decision, proposals=[p],
            mechanisms=[mechanism, hidden] if number == 1 else [], deadline="every year" if number == 1 else "",
            visibility="restricted" if number == 3 else "public",
        )  # fmt: skip
        out.append(c)
    start = VERSION.index("nhất trí")
    record.keep(
        m.Passage(commitment=out[0], expression=version, start=start, end=start + 8, quote="nhất trí"), by=None
    )  # fmt: skip
    return Register(**world.__dict__, commitments=out, mechanism=mechanism, hidden=hidden)


def publish(register: Register) -> None:
    record.change(register.partnership, by=None, visibility="public")
    record.change(register.instrument, by=None, visibility="public")


def found(client: Client, **query: Any) -> list[int]:
    """Numbers of the commitments in the file with these filters."""
    response = client.get(reverse("commitments"), {**query, "format": "csv"})
    assert response.status_code == 200, query
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    return [int(row["Number"]) for row in rows]


def test_the_list_is_narrowed_down_by_each_filter(register: Register, signed_in: Callable[..., Client]) -> None:
    client = signed_in("reader", cleared=True)
    assert found(client) == [1, 2, 3, 4]
    assert found(client, partnership=register.partnership.pk) == [1, 2, 3, 4]
    assert found(client, partnership=register.other.pk) == []
    assert found(client, statement=register.instrument.pk) == [1, 2, 3, 4]
    assert found(client, area="trade") == [2]
    assert found(client, area=["transport", "people"]) == [4], "two areas of one commitment show it once"
    assert found(client, strength=["firm", "agreed"]) == [1, 2]
    assert found(client, action="study") == [4]
    assert found(client, actor="both") == [1, 3, 4]
    assert found(client, actor="MN") == [2]
    assert found(client, mechanism=register.mechanism.pk) == [1]
    assert found(client, deadline="yes") == [1]
    assert found(client, find="DEPUTY consultations") == [1]
    assert found(client, sort="-strength") == [4, 3, 1, 2]
    withdraw_commitment(register.commitments[3], by=None, reason="said twice")
    assert found(client, state="confirmed") == [1, 2, 3]


def test_an_actor_with_letters_beyond_ascii_is_found(register: Register, signed_in: Callable[..., Client]) -> None:
    record.create(m.Body, by=None, party_id="MN", names={"en": "Ministry of “Ưu tiên”"})
    assert found(signed_in("reader"), actor="MN:Ministry of “Ưu tiên”") == [2]


def test_what_is_restricted_is_in_no_list_count_or_file(register: Register, signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer")
    assert found(client) == [1, 2, 4]
    page = client.get(reverse("commitments")).content.decode()
    assert "3 entries" in page
    assert "Quiet channel" not in page
    assert "Quiet channel" not in client.get(reverse("commitment", args=[register.commitments[0].pk])).content.decode()
    assert client.get(reverse("commitment", args=[register.commitments[2].pk])).status_code == 404
    response = client.get(reverse("commitments"), {"mechanism": register.hidden.pk})
    assert response.status_code == 400, "a mechanism out of sight is like one that is not there"
    file = client.get(reverse("commitments"), {"format": "csv"}).content.decode()
    assert "Deputy ministers" in file
    assert "Quiet channel" not in file


def test_the_page_shows_the_words_in_every_version(register: Register, signed_in: Callable[..., Client]) -> None:
    page = signed_in("reader").get(reverse("commitment", args=[register.commitments[0].pk])).content.decode()
    line = TEXT.split("\n")[1]
    before, after = line.split(register.commitments[0].quote)
    assert f'lang="en">{before}<mark>{register.commitments[0].quote}</mark>{after}</blockquote>' in page
    assert 'lang="vi">1. Hai bên <mark>nhất trí</mark> tiến hành' in page
    assert reverse("expression", args=[register.instrument.pk, register.expression.pk]) in page
    for told in ("wren", "plain in line 1", "confidence 0.90", "Deputy ministers"):
        assert told in page


def test_who_has_not_signed_in_sees_no_work(register: Register, client: Client) -> None:
    address = reverse("commitment", args=[register.commitments[0].pk])
    assert client.get(address).status_code == 404
    publish(register)
    page = client.get(address).content.decode()
    assert register.commitments[0].quote in page
    for hidden in (
        "wren",
        "plain in line",
        "confidence",
        "proposed",
        "Deputy ministers",
        "Change",
        "Withdraw",
        "history",
    ):
        assert hidden not in page, hidden
    for name in ("commitment-change", "commitment-withdraw"):
        response = client.get(reverse(name, args=[register.commitments[0].pk]))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


FORM = {
    "texts_en": "Both sides talk every year.", "strength": "firm", "modality": "firm", "action": "consult",
    "actors": ["both"], "main_area": "trade", "other_areas": ["people", "trade"], "visibility": "internal",
    "deadline": "2031", "section": "2",
}  # fmt: skip


def test_a_change_by_form_keeps_what_the_person_does_not_see(
    register: Register, signed_in: Callable[..., Client]
) -> None:
    client, c = signed_in("officer"), register.commitments[0]
    record.change(c, by=None, parent=register.commitments[2])
    address = reverse("commitment-change", args=[c.pk])
    assert "Say why" in client.post(address, FORM).content.decode()
    assert client.post(address, {**FORM, "reason": "read again"}).status_code == 302
    c = m.Commitment.objects.get(pk=c.pk)
    assert (c.text, c.strength, c.deadline) == ("Both sides talk every year.", "firm", "2031")
    assert [row.area_id for row in c.ranked_areas.all()] == ["trade", "people"]
    assert list(c.mechanisms.all()) == [register.hidden], "the one seen was taken away, the one out of sight stays"
    assert c.parent == register.commitments[2], "it is part of one that is restricted"
    assert "talk every year" in c.folded
    assert "deputy ministers" in c.folded
    event = m.Event.objects.filter(kind="commitment", record=str(c.pk)).latest("sequence")
    assert (event.verb, event.reason) == ("change", "read again")


@pytest.mark.parametrize(("group", "status"), [("reader", 403), ("coder", 403), ("reviewer", 403), ("officer", 200)])
def test_only_those_who_keep_the_register_change_by_hand(
    register: Register, signed_in: Callable[..., Client], group: str, status: int
) -> None:
    client, pk = signed_in(group), register.commitments[0].pk
    for name in ("commitment-change", "commitment-withdraw"):
        assert client.get(reverse(name, args=[pk])).status_code == status
    assert client.get(reverse("commitment-add", args=[register.instrument.pk])).status_code == status


def test_withdrawing_needs_a_reason_and_can_be_taken_back(register: Register, signed_in: Callable[..., Client]) -> None:
    client, c = signed_in("officer"), register.commitments[1]
    address = reverse("commitment-withdraw", args=[c.pk])
    assert client.post(address, {"reason": "  "}).status_code == 200
    assert m.Commitment.objects.get(pk=c.pk).state == "confirmed"
    client.post(address, {"reason": "not meant"})
    assert m.Commitment.objects.get(pk=c.pk).state == "withdrawn"
    client.post(address, {"reason": "meant after all"})
    assert m.Commitment.objects.get(pk=c.pk).state == "confirmed"
    verbs = (
        m.Event.objects.filter(kind="commitment", record=str(c.pk)).order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs) == ["create", "withdraw", "restore"]
    with pytest.raises(ValidationError):
        restore_commitment(c, by=None, reason="")


def test_one_is_added_by_hand_with_its_source(register: Register, signed_in: Callable[..., Client]) -> None:
    client = signed_in("officer", name="olga")
    address = reverse("commitment-add", args=[register.instrument.pk])
    assert "in at least one language" in client.post(address, {**FORM, "texts_en": ""}).content.decode()
    response = client.post(address, {**FORM, "source_url": "https://example.org/a"}, follow=True)
    page = response.content.decode()
    made = m.Commitment.objects.get(number=5)
    assert (made.expression, made.source_url) == (None, "https://example.org/a")
    assert "https://example.org/a" in page
    assert "olga" in page


def test_what_does_not_fit_together_is_refused(register: Register) -> None:
    one, two = register.commitments[:2]
    elsewhere = record.create(m.Mechanism, by=None, partnership=register.other, names={"en": "Elsewhere"})
    change_commitment(two, by=None, reason="a part", parent=one)
    for fields in (
        {"mechanisms": [elsewhere]}, {"parent": two}, {"actors": ["NP"]}, {"actors": ["both:Ministry"]},
        {"actors": ["MN:"]}, {"strength": "strong"}, {"texts": {}, "areas": ["trade", "trade"]},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            change_commitment(one, by=None, reason="tried", **fields)
    with pytest.raises(TypeError):
        change_commitment(one, by=None, reason="tried", quote="other words")
    with pytest.raises(ValidationError):
        add_commitment(by=None, instrument=register.instrument, texts={"en": ""})


def test_evidence_is_kept_once_and_only_ever_saved(register: Register, signed_in: Callable[..., Client]) -> None:
    client, c = signed_in("coder"), register.commitments[0]
    address = reverse("commitment-file", args=[c.pk])
    for _ in range(2):
        file = SimpleUploadedFile("../Note <b>.html", b"<script>alert(1)</script>", "text/html")
        assert client.post(address, {"file": file, "visibility": "internal"}).status_code == 302
    kept = m.Attachment.objects.get(commitment=c)
    response = client.get(reverse("document-file", args=[kept.pk]))
    assert response.content == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "Note &lt;b&gt;.html" in client.get(reverse("commitment", args=[c.pk])).content.decode()
    publish(register)
    assert Client().get(reverse("document-file", args=[kept.pk])).status_code == 404
    assert "Note" not in Client().get(reverse("commitment", args=[c.pk])).content.decode()


def test_an_empty_file_is_refused_in_words(register: Register, signed_in: Callable[..., Client]) -> None:
    address = reverse("commitment-file", args=[register.commitments[0].pk])
    response = signed_in("coder").post(address, {"file": SimpleUploadedFile("a.txt", b""), "visibility": "internal"})
    assert response.status_code == 400
    assert "The file is empty" in response.content.decode()
    assert not m.Attachment.objects.exists()


def test_a_file_belongs_to_one_thing(register: Register) -> None:
    with pytest.raises(TypeError):
        attach(by=None, name="a", content=b"a")
    with pytest.raises(TypeError):
        attach(by=None, name="a", content=b"a", partnership=register.partnership, instrument=register.instrument)


@pytest.mark.parametrize(
    ("deadline", "day"),
    [
        ("2027", date(2027, 12, 31)), ("by the end of 2026", date(2026, 12, 31)), ("2026-2030", date(2030, 12, 31)),
        ("2027-02", date(2027, 2, 28)), ("2028-02", date(2028, 2, 29)), ("2027-06-15", date(2027, 6, 15)),
        ("2027-02-30", date(2027, 2, 28)), ("every year", None), ("", None), ("within 120271 days", None),
    ],
)  # fmt: skip
def test_a_deadline_is_a_last_day(deadline: str, day: date | None) -> None:
    found = due(deadline)
    assert (found[0] if found else None) == day


def test_few_queries(register: Register, signed_in: Callable[..., Client], django_assert_max_num_queries: Any) -> None:
    client = signed_in("officer", cleared=True)
    pk = register.commitments[0].pk
    for address in (reverse("commitments"), reverse("commitment", args=[pk]), reverse("commitment-change", args=[pk]),
                    reverse("commitment-add", args=[register.instrument.pk])):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200
