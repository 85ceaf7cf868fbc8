"""Whatever is sent to the API, it is answered; nothing of it is a fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings

from servanda_register import models as m
from servanda_register.actions import indicator, intake, plan, record, review, tokens
from tests.register.conftest import TEXT, World
from tests.register.test_api import DESCRIPTION

REAL = 2
"""Every so many keys are replaced by one that is there, which chance would never find."""
OPERATIONS = [
    (path, method)
    for path, methods in json.loads(DESCRIPTION.read_text("utf-8"))["paths"].items()
    for method in methods
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests are in the test's own transaction, so none closes its connection; Django's own client sees to the same.

    Without this, what is not in autocommit counts as left behind by a request before, and is closed.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def kept_going(world: World) -> dict[str, int]:
    """One record of each kind of the roadmap and the machinery, by the name that it has in addresses."""
    here: dict[str, Any] = {"by": None, "partnership": world.partnership, "names": {"en": "One"}}
    talks = record.create(m.Mechanism, **here)
    roadmap = plan.create_plan(**here)
    raised: dict[str, Any] = {"raised_by_id": "IS", "raised_on": date(2025, 1, 1)}
    rows = {
        "roadmaps": roadmap, "actions": plan.add_action(**here, plan=roadmap),
        "sessions": record.create(m.Session, by=None, mechanism=talks, starts=date(2025, 1, 1)),
        "exchanges": record.create(m.Exchange, **here), "agreements": record.create(m.Agreement, **here),
        "difficulties": record.create(m.Difficulty, **here, **raised),
        "indicators": indicator.add_indicator(**here, unit="USD"),
    }  # fmt: skip
    return {name: row.pk for name, row in rows.items()}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nothing_that_is_sent_makes_a_fault(
    path: str, method: str, world: World, account: Callable[..., m.Account]
) -> None:
    from servanda_register.wsgi import application

    officer = account("officer", cleared=True)
    _token, key = tokens.make(by=officer, name="Test")
    begun = review.begin(by=officer, expression=world.expression)
    review.decide(by=officer, review=begun, verdict="accept", proposals=world.proposals[:1])
    real = {
        "expressions": world.expression.pk, "instruments": world.instrument.pk, "reviews": begun.pk,
        "intakes": intake.bring_in(by=officer, content=TEXT.encode(), name="statement.txt").pk,
        "commitments": m.Commitment.objects.get().pk, **kept_going(world),
    }  # fmt: skip
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)[path][method.upper()]

    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def sent(case: Any) -> None:
        number = (case.path_parameters or {}).get("id")
        if isinstance(number, int) and number % REAL == 0:
            case.path_parameters["id"] = real[path.split("/")[3]]
        if (
            isinstance(case.body, dict)
            and isinstance(proposal := case.body.get("proposal"), int)
            and not proposal % REAL
        ):
            case.body["proposal"] = world.proposals[1].pk
        if isinstance(case.body, dict) and isinstance(said := case.body.get("state"), str) and not len(said) % REAL:
            case.body["state"] = m.ProgressState.values[len(said) % len(m.ProgressState.values)]
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert list(answer.json()) == ["error"]

    sent()
