"""Who may do what: the one table of groups and verbs, and an account's rights read from its memberships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from servanda_register.models import Account, Group, Membership

READER, CODER, REVIEWER, OFFICER, ADMINISTRATOR = (g.value for g in Group)

ALLOWED: dict[str, frozenset[str]] = {
    "see": frozenset({READER, CODER, REVIEWER, OFFICER, ADMINISTRATOR}),
    # proposals, reviews and the history of records: work in progress
    "see-work": frozenset({READER, CODER, REVIEWER, OFFICER, ADMINISTRATOR}),
    "comment": frozenset({CODER, REVIEWER, OFFICER, ADMINISTRATOR}),
    "review": frozenset({CODER, REVIEWER, OFFICER}),
    "settle": frozenset({REVIEWER, OFFICER}),
    "bring-in": frozenset({OFFICER, ADMINISTRATOR}),
    # partnerships, mechanisms, agreements, programmes, people, and who may see them
    "keep": frozenset({OFFICER, ADMINISTRATOR}),
    # accounts and memberships; in all partnerships only
    "administer": frozenset({ADMINISTRATOR}),
}
"""Verb -> groups that may. To see what is restricted one must be cleared as well, whatever the group."""


@dataclass(frozen=True)
class Rights:
    """What one reader may do; of someone who has not signed in: nothing but see what is public."""

    account: Account | None = None
    everywhere: str = ""
    """Group in all partnerships; empty for none."""
    cleared_everywhere: bool = False
    groups: dict[int, str] = field(default_factory=dict)
    """Partnership -> group, where it differs from :attr:`everywhere` or stands alone."""
    cleared: frozenset[int] = frozenset()
    public: bool = True
    """Whether those who have not signed in see what is public."""

    def may(self, verb: str, partnership: int | None = None) -> bool:
        """Whether the reader may do ``verb`` in the partnership, or in all of them where None is given."""
        groups = ALLOWED[verb]
        return self.everywhere in groups or (partnership is not None and self.groups.get(partnership) in groups)

    def may_anywhere(self, verb: str) -> bool:
        """Whether there is a partnership in which the reader may do ``verb``."""
        return self.everywhere in ALLOWED[verb] or any(g in ALLOWED[verb] for g in self.groups.values())

    def where(self, verb: str) -> frozenset[int] | None:
        """Partnerships in which the reader may do ``verb``; None for all."""
        if self.everywhere in ALLOWED[verb]:
            return None
        return frozenset(p for p, g in self.groups.items() if g in ALLOWED[verb])

    def require(self, verb: str, partnership: int | None = None) -> None:
        """Raises PermissionDenied, with a sentence for the user, where :meth:`may` says no."""
        if not self.may(verb, partnership):
            raise PermissionDenied(_("Your group does not allow this. An administrator can change that."))

    def require_anywhere(self, verb: str) -> None:
        """Raises PermissionDenied where :meth:`may_anywhere` says no."""
        if not self.may_anywhere(verb):
            raise PermissionDenied(_("Your group does not allow this. An administrator can change that."))

    @property
    def who(self) -> Account:
        """The account that acts; PermissionDenied for someone who has not signed in."""
        if self.account is None:
            raise PermissionDenied(_("Sign in first."))
        return self.account

    @property
    def member(self) -> bool:
        """Whether the reader belongs to any partnership at all."""
        return bool(self.everywhere or self.groups)


def rights_of(account: Any, *, public: bool = True) -> Rights:
    """Rights of an account (or of nobody, for AnonymousUser and None), read in one query."""
    if not isinstance(account, Account) or not account.is_active:
        return Rights(public=public)
    return from_memberships(account, Membership.objects.filter(account=account, ended=False), public=public)


def from_memberships(account: Account, memberships: Iterable[Membership], *, public: bool = True) -> Rights:
    """Rights that these memberships give."""
    everywhere, cleared_everywhere = "", False
    groups: dict[int, str] = {}
    cleared = set()
    for m in memberships:
        if m.partnership_id is None:
            everywhere, cleared_everywhere = m.group, m.cleared
        else:
            groups[m.partnership_id] = m.group
            if m.cleared:
                cleared.add(m.partnership_id)
    return Rights(account, everywhere, cleared_everywhere, groups, frozenset(cleared), public)
