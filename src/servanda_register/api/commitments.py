"""Commitments, and comments on anything."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Query, Router

from servanda.errors import UsageError
from servanda_register.actions import comment as actions
from servanda_register.api.access import WRITING, ApiRequest
from servanda_register.api.shapes import (
    ERRORS,
    CommentIn,
    CommentOut,
    CommitmentOut,
    CommitmentWithPassages,
    Id,
    Narrowing,
    Pages,
    page_of,
)
from servanda_register.models import Agreement, Comment, Commitment, Instrument, Mechanism, Partnership, Proposal
from servanda_register.models.folding import fold
from servanda_register.queries import api as queries
from servanda_register.queries.commitments import with_actor
from servanda_register.queries.visibility import one, visible

router = Router(tags=["Commitments"])
EQUAL = {
    "partnership": "instrument__partnership__slug", "instrument": "instrument", "strength": "strength",
    "action": "action", "state": "state",
}  # fmt: skip
ABOUT = {"partnership": Partnership, "instrument": Instrument, "commitment": Commitment, "proposal": Proposal}


@router.get("/commitments", response={200: page_of(CommitmentOut), **ERRORS})
def commitments(request: ApiRequest, wanted: Query[Narrowing]) -> Any:
    """Commitments, narrowed down as on their page."""
    rights = request.rights
    rows = queries.commitments(rights)
    for name, path in EQUAL.items():
        if value := getattr(wanted, name):
            rows = rows.filter(**{path: value})
    if wanted.area:
        rows = rows.filter(areas=wanted.area)
    if wanted.forum:
        rows = rows.filter(forums=wanted.forum)
    # what the reader may not see is not found by either
    if wanted.mechanism:
        rows = rows.filter(mechanisms__in=visible(Mechanism, rights).filter(pk=wanted.mechanism).values("pk"))
    if wanted.agreement:
        rows = rows.filter(agreements__in=visible(Agreement, rights).filter(pk=wanted.agreement).values("pk"))
    if wanted.actor:
        rows = with_actor(rows, wanted.actor)
    if wanted.deadline is not None:
        rows = rows.exclude(deadline="") if wanted.deadline else rows.filter(deadline="")
    for word in fold(wanted.find or "").split():
        rows = rows.filter(folded__contains=word)
    return wanted.of(rows)


@router.get("/commitments/{id}", response={200: CommitmentWithPassages, **ERRORS})
def commitment(request: ApiRequest, id: Id) -> Any:
    """One commitment with its words in the other texts of its statement."""
    return one(Commitment, request.rights, queries.with_passages(queries.commitments(request.rights)), pk=id)


@router.get("/comments", response={200: page_of(CommentOut), **ERRORS}, auth=WRITING)
def comments(
    request: ApiRequest, paging: Pages, partnership: Id | None = None, instrument: Id | None = None,
    commitment: Id | None = None, proposal: Id | None = None,
) -> Any:  # fmt: skip
    """Comments, on one thing where it is given."""
    given = {"partnership": partnership, "instrument": instrument, "commitment": commitment, "proposal": proposal}
    rows = visible(Comment, request.rights).select_related("by")
    return paging.of(rows.filter(**{name: pk for name, pk in given.items() if pk}))


@router.post("/comments", response={201: CommentOut, **ERRORS}, auth=WRITING)
def add_comment(request: ApiRequest, given: CommentIn) -> Any:
    """Adds a comment to a partnership, a statement, a commitment or a proposal."""
    about: dict[str, Any] = {
        name: one(model, request.rights, pk=getattr(given, name))
        for name, model in ABOUT.items()
        if getattr(given, name)
    }
    if len(about) != 1:
        raise UsageError(
            _("Name one thing that the comment is about: a partnership, instrument, commitment or proposal.")
        )
    made = actions.comment(by=request.rights.who, text=given.text, visibility=given.visibility, **about)
    return 201, made
