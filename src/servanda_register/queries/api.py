"""Reads that only the API needs: whose token it is, and records with the keys of what belongs to them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from servanda_register.models import (
    Account,
    Agreement,
    Commitment,
    Decision,
    Event,
    Expression,
    Instrument,
    Partnership,
    Passage,
    Proposal,
    Review,
    Token,
    TokenScope,
)
from servanda_register.queries import agreements as of_agreements
from servanda_register.queries.commitments import listed, with_links
from servanda_register.queries.history import differences, model_of
from servanda_register.queries.rights import Rights
from servanda_register.queries.trail import told_columns, told_many
from servanda_register.queries.visibility import OPEN, visible


def digest_of(key: str) -> str:
    """What is kept of a token's key: SHA-256, hexadecimal."""
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()


def account_of(key: str, scope: str = TokenScope.API) -> Account | None:
    """The active account whose token it is, unless the token was ended or is for something else."""
    open_ones = Token.objects.filter(digest=digest_of(key), scope=scope, end=None, account__is_active=True)
    token = open_ones.select_related("account").first()
    return token.account if token else None


def tokens_of(account: Account, scope: str = TokenScope.API) -> QuerySet[Token]:
    """The account's own tokens with their ends, newest first."""
    return Token.objects.filter(account=account, scope=scope).select_related("end").order_by("-pk")


def partnerships(rights: Rights) -> QuerySet[Partnership]:
    """Partnerships with their parties."""
    return visible(Partnership, rights).prefetch_related("parties")


def instruments(rights: Rights) -> QuerySet[Instrument]:
    """Statements with the keys and languages of their texts."""
    expressions = visible(Expression, rights).only("pk", "instrument", "language", "kind").order_by("pk")
    return (
        visible(Instrument, rights).select_related("partnership").prefetch_related(Prefetch("expressions", expressions))
    )


def agreements(rights: Rights) -> QuerySet[Agreement]:
    """Agreements with their areas, and the latest finding about each as far as the reader may see it."""
    return of_agreements.listed(rights)


def commitments(rights: Rights) -> QuerySet[Commitment]:
    """Commitments with what they are linked to, as far as the reader may see it."""
    parents = visible(Commitment, rights).only("pk")
    return with_links(listed(rights), rights).prefetch_related(Prefetch("parent", parents))


def with_passages(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Adds the commitments' words in the other texts of their statements; who sees one sees the others."""
    texts = Passage.objects.select_related("expression").defer("expression__text")
    return rows.prefetch_related(Prefetch("passages", texts))


def reviews(rights: Rights) -> QuerySet[Review]:
    """Reviews with their reviewers."""
    return visible(Review, rights).select_related("reviewer")


def decisions(rights: Rights, review: Review) -> QuerySet[Decision]:
    """Decisions of a review with the proposals that they are about, oldest first."""
    rows = visible(Decision, rights).filter(review=review).select_related("review__reviewer").order_by("pk")
    return rows.prefetch_related(Prefetch("proposals", Proposal.objects.only("pk").order_by("pk")))


def told(events: Iterable[Event], rights: Rights) -> list[Event]:
    """The events as the reader may know them, each with ``changes``: its differences in words.

    Keys of other records that the reader may not see are taken out of ``before`` and ``after``.
    """
    rows = list(events)
    changes = differences(rows, rights)
    seen = _seen(rows, rights)
    for event in rows:
        event.changes = changes[event.sequence]  # type: ignore[attr-defined]
        event.before = _without(event.kind, event.before, seen)
        event.after = _without(event.kind, event.after, seen)
    return rows


def _links(kind: str) -> list[tuple[str, type[Model]]]:
    """(key in what an event holds, model of the records that it names) of all that refers to records with a rule."""
    model = model_of(kind)
    if model is None:
        return []
    fields: list[Any] = [f for f in (*told_columns(model), *told_many(model)) if f.remote_field]
    return [
        (f.name if f.many_to_many else f.attname, f.related_model) for f in fields if f.related_model not in OPEN
    ]  # fmt: skip


def _seen(events: Iterable[Event], rights: Rights) -> dict[type[Model], set[str]]:
    """Of the records that the events name, the keys of those that the reader may see."""
    named: dict[type[Model], set[str]] = defaultdict(set)
    for event in events:
        for key, model in _links(event.kind):
            for value in ((event.before or {}).get(key), (event.after or {}).get(key)):
                named[model] |= {str(v) for v in (value if isinstance(value, list) else [value]) if v is not None}
    return {
        model: {str(pk) for pk in visible(model, rights).filter(pk__in=keys).order_by().values_list("pk", flat=True)}
        for model, keys in named.items()
        if keys
    }


def _without(kind: str, held: dict[str, Any] | None, seen: dict[type[Model], set[str]]) -> dict[str, Any] | None:
    if held is None:
        return None
    out = dict(held)
    for key, model in _links(kind):
        known, value = seen.get(model, set()), out.get(key)
        if isinstance(value, list):
            out[key] = [v for v in value if str(v) in known]
        elif value is not None and str(value) not in known:
            out[key] = None
    return out
