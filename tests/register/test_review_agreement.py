"""Agreement of reviewers, against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servanda_register import models as m
from servanda_register.actions import review as act
from servanda_register.actions.outcomes import proposed
from servanda_register.queries import agreement as ask
from servanda_register.queries.review import standing

from .conftest import World


def pairs(yy: int, yn: int, ny: int, nn: int) -> list[tuple[str, str]]:
    return [("y", "y")] * yy + [("y", "n")] * yn + [("n", "y")] * ny + [("n", "n")] * nn


@pytest.mark.parametrize(
    ("given", "kappa"),
    [
        # observed 0.7, by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5
        (pairs(20, 5, 10, 15), 0.4),
        # observed 0.6 in both; by chance 0.7 * 0.6 + 0.3 * 0.4 = 0.54 and 0.7 * 0.3 + 0.3 * 0.7 = 0.42: not the same
        (pairs(45, 15, 25, 15), 0.06 / 0.46),
        (pairs(25, 35, 5, 35), 0.14 / 0.54),
        (pairs(5, 0, 0, 5), 1.0),
        (pairs(0, 5, 5, 0), -1.0),
        # three answers: observed 3/4, by chance (2*1 + 1*2 + 1*1) / 16
        ([("a", "a"), ("a", "b"), ("b", "b"), ("c", "c")], (3 / 4 - 5 / 16) / (11 / 16)),
        (pairs(7, 0, 0, 0), None),
        ([], None),
    ],
)
def test_kappa(given: list[tuple[str, str]], kappa: float | None) -> None:
    found = ask.kappa(given)
    assert found == (None if kappa is None else pytest.approx(kappa))


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, "Cannot"), (-0.1, "Worse"), (0.2, "Slight"), (0.3, "Fair"), (0.5, "Moderate"), (0.8, "Substantial"),
     (0.81, "Almost perfect"), (1.0, "Almost perfect")],
)  # fmt: skip
def test_kappa_in_words(value: float | None, word: str) -> None:
    assert ask.in_words(value).startswith(word)


def spans(*places: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end} for start, end in places]


@pytest.mark.parametrize(
    ("a", "b", "matched"),
    [
        (spans((0, 10)), spans((0, 10)), [(0, 0)]),
        (spans((0, 10)), spans((5, 10)), [(0, 0)]),  # half
        (spans((0, 10)), spans((6, 10)), []),
        (spans((0, 10)), spans((10, 20)), []),
        (spans((0, 10), (0, 8)), spans((0, 8)), [(1, 0)]),  # the best first
        (spans((0, 10), (20, 30)), spans((20, 30), (0, 9)), [(0, 1), (1, 0)]),
    ],
)
def test_spans_match_from_one_half(a: Any, b: Any, matched: list[tuple[int, int]]) -> None:
    assert ask.match(a, b) == matched


@pytest.mark.django_db
def test_between_two_reviews(world: World, account: Callable[..., m.Account]) -> None:
    a, b = (act.begin(by=account("coder"), expression=world.expression) for _ in range(2))
    one, two, three, four = world.proposals
    for side in (a, b):
        act.decide(by=side.reviewer, review=side, verdict="accept", proposals=[one])
    act.decide(by=a.reviewer, review=a, verdict="accept", proposals=[two])
    weaker = proposed(two) | {"strength": "agreed", "start": two.start + 5, "quote": two.quote[5:]}
    act.decide(by=b.reviewer, review=b, verdict="change", proposals=[two], outcomes=[weaker])
    act.decide(by=a.reviewer, review=a, verdict="accept", proposals=[three])
    act.decide(by=b.reviewer, review=b, verdict="reject", proposals=[three], reason="hope")
    for side in (a, b):
        act.decide(by=side.reviewer, review=side, verdict="reject", proposals=[four], reason="hope")
    found = ask.between(standing(a), standing(b))
    assert (found.a_commitments, found.b_commitments, found.matched, found.exact) == (3, 2, 2, 1)
    assert found.span_f1 == pytest.approx(4 / 5)
    assert found.exact_f1 == pytest.approx(2 / 5)
    figures = {f.name: (f.cases, f.share, f.kappa) for f in found.figures}
    # kept by a 3 of 4, by b 2 of 4: by chance 6/16 + 2/16
    assert figures["verdict"] == (4, 0.75, pytest.approx(0.5))
    # agreed and firm against agreed and agreed: by chance (1*2 + 1*0) / 4
    assert figures["strength"] == (2, 0.5, pytest.approx(0.0))
    assert figures["action"] == (2, 1.0, pytest.approx(1.0))
    assert figures["main area"] == (2, 1.0, pytest.approx(1.0))
