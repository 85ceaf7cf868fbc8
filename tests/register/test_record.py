"""Records change only with their event, and the database refuses the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from servanda_register import models as m
from servanda_register.actions import record

from .conftest import World

pytestmark = pytest.mark.django_db


def test_change_keeps_before_after_who_and_why(world: World, account: Callable[..., m.Account]) -> None:
    by = account("officer")
    record.change(world.partnership, by=by, reason="as it was announced", visibility="public")
    event = m.Event.objects.filter(kind="partnership").latest("sequence")
    assert (event.before["visibility"], event.after["visibility"]) == ("internal", "public")
    assert (event.by, event.reason, event.partnership) == (by, "as it was announced", world.partnership)


def test_no_event_where_nothing_differs(world: World) -> None:
    count = m.Event.objects.count()
    record.change(world.partnership, by=None, visibility="internal")
    assert m.Event.objects.count() == count


def test_a_wrong_value_changes_nothing(world: World) -> None:
    with pytest.raises(ValidationError):
        record.change(world.partnership, by=None, visibility="secret")
    assert m.Partnership.objects.get(pk=world.partnership.pk).visibility == "internal"


def test_sequence_has_no_gaps_and_each_digest_holds(world: World) -> None:
    events = list(m.Event.objects.order_by("sequence"))
    assert [e.sequence for e in events] == list(range(1, len(events) + 1))
    previous = "0" * 64
    for event in events:
        assert record.digest_of(event, previous) == event.digest
        previous = event.digest


@pytest.mark.parametrize("model", [m.Proposal, m.Segment, m.Expression, m.Event])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_touch_what_is_kept(world: World, model: type, verb: str) -> None:
    table = model._meta.db_table
    column = "verb" if model is m.Event else "kept_at"
    statement = f"UPDATE {table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM {table}"
    refused = pytest.raises(DatabaseError, match="keeps what was written")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_querysets_refuse_too(world: World) -> None:
    with pytest.raises(TypeError):
        m.Proposal.objects.update(action="other")
    with pytest.raises(TypeError):
        m.Partnership.objects.all().delete()


def test_a_change_takes_few_queries(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        record.change(world.instrument, by=None, place="Reykjavík")
    assert len(queries) <= 12
