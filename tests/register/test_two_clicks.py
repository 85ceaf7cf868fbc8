"""Every fact of the machinery leads to its passage in two clicks, and what rests on a commitment is linked from it.

The first click leads to a commitment or, where none rests on the section, to the statement; there stand the words or
their source.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from servanda_register import models as m
from servanda_register.actions import demo

pytestmark = pytest.mark.django_db
COMMITMENT = re.compile(r'href="(/commitments/\d+/)"')
STATEMENT = re.compile(r'href="(/statements/\d+/)"')
PASSAGE = re.compile(r'<blockquote class="register-words__text"|<a class="govuk-link" href="https?://')
FACTS = {
    "action": m.Action, "exchange": m.Exchange, "difficulty": m.Difficulty, "indicator": m.Indicator,
    "support": m.Support, "agreement": m.Agreement, "mechanism": m.Mechanism, "programme": m.Programme,
}  # fmt: skip
"""Name of the address of a page -> model of which it shows one record."""
RESTS = {"action", "exchange", "difficulty", "indicator", "support"}
"""Kinds that link to the commitments on which they rest."""


def test_from_the_fact_to_its_passage_and_back(signed_in: Callable[..., Client]) -> None:
    demo.begin()
    demo.finish()
    client = signed_in("officer", cleared=True)
    astray, seen = [], 0
    pages: dict[str, str] = {}

    def page(address: str) -> str:
        return pages.setdefault(address, client.get(address).content.decode().partition("<main")[2])

    for kind, model in FACTS.items():
        for record in model._default_manager.all():
            seen += 1
            address = reverse(kind, args=[record.pk])
            commitments = COMMITMENT.findall(page(address))
            link = (commitments or STATEMENT.findall(page(address)) or [""])[0]
            if not link:
                astray.append(f"{kind} {record}: leads to no commitment or statement")
            elif not PASSAGE.search(page(link)):
                astray.append(f"{kind} {record}: {link} shows neither words nor source")
            elif commitments and kind in RESTS and f'href="{address}"' not in page(link):
                astray.append(f"{kind} {record}: {link} does not lead back")
    assert seen > 100
    assert not astray, "\n".join(astray)
