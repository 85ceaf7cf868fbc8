"""Search: all words, whatever the marks on them, in what may be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.queries.rights import Rights
from servanda_register.queries.search import search, snippet

from .test_commitments import Register, publish, register  # noqa: F401


def plain(text: str, words: list[str], **named: Any) -> str:
    return "".join(f"[{piece}]" if marked else piece for piece, marked in snippet(text, words, **named))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Hai bên nhất trí", ["nhat"], "Hai bên [nhất] trí"),
        ("Hai bên nhất trí", ["nhat", "ben"], "Hai [bên] [nhất] trí"),
        ("Đường sắt và đường bộ", ["duong"], "[Đường] sắt và [đường] bộ"),
        ("Handelsstraße und Tor", ["strasse"], "Handels[straße] und Tor"),
        ("nhất trí", ["nhat"], "[nhất] trí"),
        ("trade\n\n  and more", ["and"], "trade\n\n  [and] more"),
        ("nothing here", ["absent"], "nothing here"),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, words: list[str], expected: str) -> None:
    assert plain(text, words) == expected


def test_a_long_text_is_cut_around_the_first_word() -> None:
    text = "before " * 100 + "harbour" + " after" * 100
    found = plain(text, ["harbour"], room=20)
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "[harbour]" in found
    assert len(found) < 100


@pytest.mark.django_db
def test_every_word_must_occur(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    rights = Rights(account("reader"), "reader")
    assert [c.number for c, *_ in search("deputy consultations", rights).commitments] == [1]
    assert search("deputy trade", rights).commitments == []
    found = search("ENCOURAGE companies", rights)
    assert found.commitments == [], "that commitment is restricted"
    assert [p.segment.ident for s in found.statements for p in s.passages] == ["p3"]
    assert search("  ", rights).commitments_in_all == 0


@pytest.mark.django_db
def test_words_that_only_the_text_has_are_shown_from_it(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    c = register.commitments[1]
    record.change(c, by=None, texts={"en": "More commerce."}, folded=f"more commerce. {c.folded}")
    rights = Rights(account("reader"), "reader")
    ((_, short, quote),) = search("commerce trade", rights).commitments
    assert ("commerce", True) in short
    assert ("trade", True) in quote
    ((_, short, quote),) = search("commerce", rights).commitments
    assert quote == []


@pytest.mark.django_db
def test_what_is_restricted_leaves_no_trace(register: Register, signed_in: Callable[..., Client]) -> None:  # noqa: F811
    record.change(register.instrument, by=None, visibility="restricted")
    for client in (Client(), signed_in("officer")):
        page = client.get(reverse("search"), {"q": "consultations"}).content.decode()
        assert "Nothing found" in page
        assert "Joint Statement" not in page
    page = signed_in("reader", cleared=True).get(reverse("search"), {"q": "consultations"}).content.decode()
    assert "<mark>consultations</mark>" in page


@pytest.mark.django_db
def test_withdrawn_commitments_are_not_found(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    record.change(register.commitments[0], by=None, state="withdrawn")
    assert search("consultations", Rights(account("reader"), "reader")).commitments == []


@pytest.mark.django_db
def test_what_was_asked_is_shown_as_text(client: Client) -> None:
    page = client.get(reverse("search"), {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_signs_of_the_database_mean_themselves(register: Register, account: Callable[..., m.Account]) -> None:  # noqa: F811
    rights = Rights(account("reader"), "reader")
    for query in ("%", "_", "dep_ty", "\\", "'"):
        assert search(query, rights).passages_in_all == 0, query


@pytest.mark.django_db
def test_few_queries(
    register: Register,  # noqa: F811
    client: Client,
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    publish(register)
    for browser in (client, signed_in("officer")):
        with django_assert_max_num_queries(15):
            assert "commitment" in browser.get(reverse("search"), {"q": "trade"}).content.decode()
