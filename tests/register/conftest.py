"""A small register to test with: two partnerships, a statement with proposals, an account for each group."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.models.folding import fold

from .encoding import one_memory

TEXT = (
    "Joint Statement\n"
    "1. The two sides agreed to hold consultations of deputy ministers every year.\n"
    "2. They will increase trade and encourage companies to invest.\n"
    "3. Both sides are ready to study the opening of direct flights.\n"
)
SPANS = [
    (
        "agreed to hold consultations of deputy ministers every year",
        "agreed",
        "agreed",
        "consult",
        ["political-dialogue"],
    ),
    ("will increase trade", "firm", "firm", "strengthen", ["trade"]),
    ("encourage companies to invest", "encouraging", "encouraging", "encourage", ["investment"]),
    ("are ready to study the opening of direct flights", "willing", "exploratory", "study", ["transport", "people"]),
]


@dataclass
class World:
    """What the tests find in the register."""

    partnership: m.Partnership
    other: m.Partnership
    instrument: m.Instrument
    expression: m.Expression
    proposals: list[m.Proposal]


@pytest.fixture
def encoder_of_all() -> Iterator[None]:
    """Reads with the one encoder that all tests share."""
    with one_memory():
        yield


@pytest.fixture
def world(db: None) -> World:
    """Iceland and Mongolia (the statement's), and Iceland and Nepal (empty), both internal."""
    for code, name in (("IS", "Iceland"), ("MN", "Mongolia"), ("NP", "Nepal")):
        m.Party.objects.get_or_create(code=code, defaults={"names": {"en": name}})
    slugs = ["political-dialogue", "trade", "investment", "transport", "people"]
    for rank, slug in enumerate(slugs):
        m.Area.objects.get_or_create(slug=slug, defaults={"names": {"en": slug.capitalize()}, "rank": rank})
    here = record.create(
        m.Partnership, by=None, slug="iceland-mongolia", names={"en": "Iceland and Mongolia"}, parties=["IS", "MN"],
        relationship="strategic-partnership", established=date(2024, 6, 14),
    )  # fmt: skip
    other = record.create(
        m.Partnership, by=None, slug="iceland-nepal", names={"en": "Iceland and Nepal"}, parties=["IS", "NP"]
    )
    instrument = record.create(
        m.Instrument, by=None, partnership=here, slug="joint-statement-2024", names={"en": "Joint Statement"},
        adopted=date(2024, 6, 14), place="Ulaanbaatar", originals=["en"],
    )  # fmt: skip
    expression = record.keep(
        m.Expression(
            instrument=instrument, language="en", kind="original", title="Joint Statement", text=TEXT,
            sha256=hashlib.sha256(TEXT.encode()).hexdigest(), source_name="statement.txt",
        ),
        by=None,
    )  # fmt: skip
    for number, (start, line) in enumerate(_lines(TEXT), start=1):
        m.Segment(
            expression=expression, ident=f"p{number}", start=start, end=start + len(line),
            kind="heading" if number == 1 else "commitment", folded=fold(line),
        ).save()  # fmt: skip
    proposals = []
    for number, (quote, modality, strength, action, areas) in enumerate(SPANS, start=1):
        start = TEXT.index(quote)
        p = m.Proposal(
            expression=expression, ident=f"c{number}", start=start, end=start + len(quote), quote=quote,
            modality=modality, strength=strength, action=action, actors=["both"], areas=areas, confidence=0.9,
        )  # fmt: skip
        p.save()
        proposals.append(p)
    return World(here, other, instrument, expression, proposals)


def _lines(text: str) -> list[tuple[int, str]]:
    out, at = [], 0
    for line in text.split("\n"):
        if line:
            out.append((at, line))
        at += len(line) + 1
    return out


@pytest.fixture
def account(db: None) -> Callable[..., m.Account]:
    """Makes an account: ``account("officer")`` in all partnerships, ``account("coder", partnership)`` in one."""

    def make(
        group: str = "", partnership: m.Partnership | None = None, *, cleared: bool = False, name: str = ""
    ) -> m.Account:
        made = m.Account.objects.create_user(name or f"{group or 'nobody'}{m.Account.objects.count()}", password="word")
        if group:
            record.create(m.Membership, by=None, account=made, partnership=partnership, group=group, cleared=cleared)
        return made

    return make


@pytest.fixture
def signed_in(account: Callable[..., m.Account]) -> Callable[..., Client]:
    """A browser signed in with an account made as by ``account``."""

    def make(*arguments: Any, **named: Any) -> Client:
        client = Client()
        client.force_login(account(*arguments, **named), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
