"""The demonstration of agreements, difficulties, forums and indicators: whole, told, and no more open than it says."""

from __future__ import annotations

import pytest

from servanda_register import models as m
from servanda_register.actions import demo, demo_work
from servanda_register.queries.history import verify
from servanda_register.queries.rights import rights_of
from servanda_register.queries.visibility import visible

pytestmark = pytest.mark.django_db


def test_every_partnership_has_something_of_each_and_the_trail_knows_it() -> None:
    demo.begin()
    by = m.Account.objects.get(username="demo")
    here = {p.slug: p for p in m.Partnership.objects.filter(slug__startswith="vietnam-")}
    if not m.Indicator.objects.exists():  # it may be a part of the whole already
        demo_work.load(by=by, partnerships=here)
    for partnership in here.values():
        for rows in (partnership.difficulties, partnership.supports, partnership.indicators):
            assert rows.exists(), (partnership, rows)
            assert all({"en", "vi", "ru"} <= set(row.names) for row in rows.all())
        assert m.Assessment.objects.filter(agreement__partnership=partnership).exists()
        assert partnership.agreements.filter(status="to-sign").exclude(stage="").exists()
        for indicator in partnership.indicators.all():
            assert indicator.targets.exists()
            assert indicator.measurements.count() >= 2
    assert m.Difficulty.objects.count() == len(demo_work.DIFFICULTIES)
    assert not list(verify())
    kinds = ("difficulty", "answer", "assessment", "support", "indicator", "target", "measurement")
    assert not m.Event.objects.filter(kind__in=kinds, partnership=None).exists()
    seen = visible(m.Difficulty, rights_of(None))
    assert {d.partnership.slug for d in seen} == {"vietnam-belarus", "vietnam-azerbaijan"}
    assert not seen.exclude(visibility="public").exists()
