"""Support in forums: asked and given, positions held together, and what commitments promise there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from servanda_register.models import Commitment, Forum, Partnership, Party, Support
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

FULFILLED = ("promised", "given")
"""States in which a side said yes."""


def listed(rights: Rights, partnership: Partnership | None = None) -> QuerySet[Support]:
    """Support with the forum, the side that asks, and ``founded``: whether the reader sees what founds it."""
    seen = visible(Commitment, rights).filter(pk=OuterRef("commitment"))
    rows = visible(Support, rights)
    if partnership is not None:
        rows = rows.filter(partnership=partnership)
    return (
        rows.select_related("forum", "asked_by", "commitment__expression", "commitment__instrument")
        .defer("commitment__expression__text", "commitment__folded")
        .annotate(founded=Exists(seen))
    )


def founding(support: Any) -> Commitment | None:
    """The commitment that founds a row of :func:`listed`; None where there is none that the reader may see."""
    found: Commitment | None = support.commitment if support.founded else None
    return found


@dataclass(frozen=True)
class Row:
    """One forum in a matrix."""

    forum: Forum
    cells: list[tuple[str, int]]
    """(key of the column, number)."""
    total: int
    commitments: int
    """How many confirmed commitments name the forum."""


@dataclass(frozen=True)
class Matrix:
    """Forums by how support stands, and by the side that asks."""

    by_state: list[Row]
    by_side: list[Row]
    """Columns are codes of the parties, and empty for what all hold together."""
    granted: dict[tuple[str, str], int]
    """(forum, code of the party that asked) -> how much of it was promised or given."""


def matrix(rights: Rights, partnership: Partnership, sides: list[Party]) -> Matrix:
    """Counts of what the reader may see; forums that commitments name stand in it even without any entry."""
    mine = visible(Support, rights).filter(partnership=partnership).order_by()
    states: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    granted: Counter[tuple[str, str]] = Counter()
    for forum, state, side, number in mine.values_list("forum", "state", "asked_by").annotate(n=Count("pk")):
        states[forum, state] += number
        asked[forum, side or ""] += number
        if state in FULFILLED:
            granted[forum, side or ""] += number
    named = dict(
        visible(Commitment, rights)
        .filter(instrument__partnership=partnership, state="confirmed", forums__isnull=False)
        .order_by()
        .values_list("forums")
        .annotate(n=Count("pk", distinct=True))
    )
    forums = Forum.objects.filter(pk__in={*named, *(forum for forum, _state in states)})
    keys = [str(value) for value, _label in Support.State.choices]
    columns = [*(side.pk for side in sides), ""]
    return Matrix(
        by_state=[_row(forum, keys, states, named) for forum in forums],
        by_side=[_row(forum, columns, asked, named) for forum in forums],
        granted=dict(granted),
    )


def _row(forum: Forum, keys: list[str], counted: Counter[tuple[str, str]], named: dict[str, int]) -> Row:
    cells = [(key, counted[forum.pk, key]) for key in keys]
    return Row(forum, cells, sum(number for _key, number in cells), named.get(forum.pk, 0))


@dataclass(frozen=True)
class Proposed:
    """A commitment that names a forum and founds no entry yet, and why it is proposed."""

    commitment: Commitment
    forums: list[Forum]
    kind: str
    why: str


def proposed(rights: Rights, partnership: Partnership) -> list[Proposed]:
    """Commitments of which an entry could be made; those that only widen cooperation in general are left out."""
    acts = {"support": Support.Kind.OTHER, "coordinate": Support.Kind.POSITION}
    used = visible(Support, rights).filter(commitment=OuterRef("pk"))
    rows = (
        visible(Commitment, rights)
        .filter(instrument__partnership=partnership, state="confirmed", action__in=acts, forums__isnull=False)
        .filter(~Exists(used))
        .select_related("expression", "instrument")
        .defer("expression__text", "folded")
        .prefetch_related("forums")
        .distinct()
        .order_by("instrument", "number")
    )
    out = []
    for commitment in rows:
        forums = list(commitment.forums.all())
        why = _("It is to “%(act)s” and names %(forums)s.") % {
            "act": commitment.get_action_display(), "forums": ", ".join(forum.pk for forum in forums)
        }  # fmt: skip
        out.append(Proposed(commitment, forums, acts[commitment.action], why))
    return out


def positions(rights: Rights, partnership: Partnership) -> list[tuple[Forum, list[Support]]]:
    """Common positions by forum, as rows of :func:`listed`."""
    groups: dict[Forum, list[Support]] = {}
    for support in listed(rights, partnership).filter(kind=Support.Kind.POSITION).order_by("forum", "pk"):
        groups.setdefault(support.forum, []).append(support)
    return list(groups.items())
