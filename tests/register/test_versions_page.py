"""Versions side by side in the register: what was found is kept with its message and told in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import servanda
from servanda_register import models as m
from servanda_register.actions import intake, reading
from servanda_register.queries.instruments import alignment_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder_of_all")]
SPECIMENS = Path(servanda.__file__).parent / "specimens"


@pytest.fixture
def pairing(account: Callable[..., m.Account]) -> m.Pairing:
    """The English specimen, and the Vietnamese one with another year."""
    changed = (SPECIMENS / "vi.txt").read_text("utf-8").replace("1968", "1978")
    for name, content in (("en.txt", (SPECIMENS / "en.txt").read_bytes()), ("vi.txt", changed.encode())):
        reading.read_intake(intake.bring_in(by=account("officer"), content=content, name=name).pk)
    return m.Pairing.objects.select_related("a", "b").latest("pk")


def test_a_stored_message_comes_back_as_it_was(pairing: m.Pairing) -> None:
    stored = next(d for d in pairing.discrepancies if d["kind"] == "date")
    assert stored["message"]["key"] == "figure-differs"
    read = next(d for d in alignment_of(pairing).discrepancies if d.kind == "date")
    assert read.message is not None
    values = dict(read.message.values)
    assert values["kind"] == ("fact", "year")
    assert {values["of_one"], values["of_two"]} == {("quoted", "1968"), ("quoted", "1978")}
    for row in pairing.discrepancies:
        del row["message"]  # as comparisons were stored before
    assert all(d.message is None for d in alignment_of(pairing).discrepancies)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "version has the year “1968”"), ("vi", "năm “1968”"), ("ru", "год «1968»")]
)
def test_the_page_tells_what_was_found(
    language: str, said: str, pairing: m.Pairing, signed_in: Callable[..., Client]
) -> None:
    url = reverse("versions", args=[pairing.a.instrument_id, pairing.pk])
    client = signed_in("reader")
    client.cookies["django_language"] = language
    page = client.get(url, headers={"accept-language": language}).content.decode()
    assert said in page
    assert language == "en" or 'lang="en">The ' not in page
