"""Remarks on partnerships, statements, commitments, roadmaps and more: written once, never changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import (
    Account,
    Action,
    Comment,
    Commitment,
    Instrument,
    Partnership,
    Plan,
    Proposal,
    Visibility,
)
from servanda_register.queries.rights import rights_of

LONGEST = 10_000
"""Characters."""


def comment(
    *,
    by: Account,
    text: str,
    visibility: str = "internal",
    partnership: Partnership | None = None,
    instrument: Instrument | None = None,
    commitment: Commitment | None = None,
    proposal: Proposal | None = None,
    plan: Plan | None = None,
    action: Action | None = None,
) -> Comment:
    """Keeps a remark on exactly one thing. Raises UsageError where it says nothing, PermissionDenied."""
    about: dict[str, Any] = {
        "partnership": partnership, "instrument": instrument, "commitment": commitment, "proposal": proposal,
        "plan": plan, "action": action,
    }  # fmt: skip
    given = {name: thing for name, thing in about.items() if thing is not None}
    if len(given) != 1:
        raise TypeError(f"A comment is on one thing, but {len(given)} were given.")
    home = record.partnership_of(next(iter(given.values())))
    rights = rights_of(by)
    rights.require("comment", home)
    if not text.strip():
        raise UsageError(_("The comment is empty. Write what others should know."))
    if len(text) > LONGEST:
        raise UsageError(
            _("The comment has %(given)s characters; %(most)s are allowed. Shorten it, or attach a document.")
            % {"given": len(text), "most": LONGEST}
        )
    if visibility not in Visibility.values:
        raise UsageError(
            _("“%(given)s” is not allowed; choose public, internal or restricted.") % {"given": visibility}
        )
    if visibility == "restricted" and not (rights.cleared_everywhere or home in rights.cleared):
        raise UsageError(_("You may not see what is restricted, and so cannot write it. Choose internal."))
    text = text.strip().replace("\r\n", "\n").replace("\x00", "")
    return record.keep(Comment(text=text, visibility=visibility, by=by, **given), by=by, verb="comment")
