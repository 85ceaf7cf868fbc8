"""Reads that only the API needs: whose token it is, and records with the keys of what belongs to them."""

from __future__ import annotations

import hashlib

from django.db.models import Prefetch, QuerySet

from servanda_register.models import (
    Account,
    Agreement,
    Commitment,
    Decision,
    Expression,
    Instrument,
    Partnership,
    Passage,
    Proposal,
    Review,
    Token,
    TokenScope,
)
from servanda_register.queries.commitments import listed, with_links
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


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
    """Agreements with their areas."""
    return visible(Agreement, rights).select_related("partnership").prefetch_related("areas")


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
