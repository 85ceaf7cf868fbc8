"""The demonstration holds a roadmap of each kind for the three partnerships."""

from __future__ import annotations

import pytest

from servanda_register import models as m
from servanda_register.actions import demo, demo_plan

pytestmark = pytest.mark.django_db


def test_each_partnership_has_a_roadmap() -> None:
    demo.begin()
    by = m.Account.objects.get(username=demo.OFFICER)
    if not m.Plan.objects.exists():
        demo_plan.load(by, {p.slug: p for p in m.Partnership.objects.all()})
    states = {p.partnership.slug: p.state for p in m.Plan.objects.all()}
    assert states == {
        "vietnam-belarus": "adopted", "vietnam-kazakhstan": "circulated", "vietnam-azerbaijan": "draft"
    }  # fmt: skip
    actions = m.Action.objects.filter(plan__isnull=False)
    for action in actions:
        assert set(action.names) == {"en", "vi", "ru"} == set(action.deliverable)
        assert action.commitments.exists()
        parties = {p.pk for p in action.partnership.parties.all()}
        assert {b.party_id for b in action.leads.all()} == parties, f"{action}: a side has no lead"
    assert {"delivered", "under-way", "stalled", "not-started", "cannot-be-checked"} <= {a.state for a in actions}
    for plan in m.Plan.objects.all():
        assert "demonstration" in plan.names["en"]
