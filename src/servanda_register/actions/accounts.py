"""Accounts and memberships: making, changing and closing them. Someone who can administer always stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import Account, Group, Membership, Partnership
from servanda_register.queries.trail import snapshot

CHANGEABLE = frozenset({"username", "email", "first_name", "last_name", "language", "time_zone", "digest"})


@transaction.atomic
def open_account(
    *,
    by: Account | None,
    username: str,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    password: str | None = None,
    reason: str = "",
) -> Account:
    """Makes an account; without a password its owner signs in through the office's OpenID Connect alone.

    Raises ValidationError where a name is taken or a password is too easily found.
    """
    email = email.strip().lower()
    _free(username, email)
    about = Account(username=username, email=email, first_name=first_name, last_name=last_name)
    hashed = _checked(password, about) if password is not None else make_password(None)
    return record.create(
        Account, by=by, reason=reason, username=username, email=email,
        first_name=first_name, last_name=last_name, password=hashed,
    )  # fmt: skip


def change_account(*, by: Account, account: Account, reason: str = "", **fields: Any) -> Account:
    """Changes names, e-mail address, language, time zone, or how often reminders are sent.

    Raises UsageError for what is not to be changed here; ValidationError where a value is not allowed.
    """
    if others := fields.keys() - CHANGEABLE:
        raise UsageError(f"{', '.join(sorted(others))}: cannot be changed; what can: {', '.join(sorted(CHANGEABLE))}.")
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    _free(fields.get("username", ""), fields.get("email", ""), account)
    return record.change(account, by=by, reason=reason, **fields)


@transaction.atomic
def set_password(*, by: Account, account: Account, password: str, reason: str = "") -> Account:
    """Gives the account a new password, which ends its sessions. The trail says that it was done, not what it is."""
    account.password = _checked(password, account)
    account.save(update_fields=["password"])
    record.put_event(by=by, verb="password", record=account, reason=reason)
    return account


@transaction.atomic
def remove_second_factor(*, by: Account, account: Account, reason: str) -> Account:
    """Lets someone who lost their telephone sign in with the password alone, until they set up a new one."""
    why = _given(reason)
    if Authenticator.objects.filter(user=account).delete()[0]:
        record.put_event(by=by, verb="second-factor", record=account, reason=why)
    return account


@transaction.atomic
def close_account(*, by: Account, account: Account, reason: str) -> Account:
    """Nobody can sign in with it from now on; what it did stays under its name.

    Raises UsageError for one's own account and for that of the last administrator.
    """
    if by == account:
        raise UsageError(_("You cannot close your own account. Another administrator can."))
    _lock_administrators()
    record.change(account, by=by, verb="close", reason=_given(reason), is_active=False)
    _an_administrator_stays()
    return account


def open_again(*, by: Account, account: Account, reason: str) -> Account:
    """The account can be used again, with the memberships that it has."""
    return record.change(account, by=by, verb="open", reason=_given(reason), is_active=True)


@transaction.atomic
def give(
    *, by: Account | None, account: Account, group: str, partnership: Partnership | None, cleared: bool, reason: str
) -> Membership:
    """Gives the account a group in one partnership, or in all where None is given.

    Raises UsageError where it has one there already, and for administrators of a single partnership.
    """
    if group == Group.ADMINISTRATOR and partnership is not None:
        raise UsageError(_("Administrators look after the whole register. Choose all partnerships, or another group."))
    Account.objects.select_for_update().get(pk=account.pk)  # two who give at once do so one after the other
    if Membership.objects.filter(account=account, partnership=partnership, ended=False).exists():
        raise UsageError(_("The account has a group there already. Change that one instead."))
    return record.create(
        Membership, by=by, verb="give", reason=reason, account=account, partnership=partnership, group=group,
        cleared=cleared,
    )  # fmt: skip


@transaction.atomic
def change_membership(*, by: Account, membership: Membership, group: str, cleared: bool, reason: str) -> Membership:
    """Gives another group there, or clears for what is restricted.

    Raises UsageError where this would take one's own right to administer, or leave no administrator.
    """
    _lock_administrators()
    fresh = _open_membership(membership)
    if group == Group.ADMINISTRATOR and fresh.partnership_id is not None:
        raise UsageError(_("Administrators look after the whole register. Choose all partnerships, or another group."))
    if group != Group.ADMINISTRATOR:
        _not_ones_own(by, fresh)
    record.change(fresh, by=by, reason=_given(reason), group=group, cleared=cleared)
    _an_administrator_stays()
    return fresh


@transaction.atomic
def end_membership(*, by: Account, membership: Membership, reason: str) -> Membership:
    """Takes the group there away; it stays in the history.

    Raises UsageError where this would take one's own right to administer, or leave no administrator.
    """
    _lock_administrators()
    fresh = _open_membership(membership)
    _not_ones_own(by, fresh)
    record.change(fresh, by=by, verb="end", reason=_given(reason), ended=True)
    _an_administrator_stays()
    return fresh


@transaction.atomic
def add(
    *,
    name: str,
    group: str,
    partnership: str | None = None,
    cleared: bool = False,
    email: str = "",
    password: Callable[[], str] | None = None,
) -> Account:
    """Makes an account, or finds the one of that name, and gives it a group: how the first administrator comes to be.

    ``partnership`` is a slug; ``password`` is asked where the account is new. Raises UsageError.
    """
    if group not in Group.values:
        raise UsageError(f"{group!r} is not a group. Give one of: {', '.join(Group.values)}.")
    place = Partnership.objects.filter(slug=partnership).first() if partnership else None
    if partnership and place is None:
        raise UsageError(f"There is no partnership {partnership!r}. Its address on the site ends with its short name.")
    account = Account.objects.filter(username=name).first()
    try:
        if account is None:
            account = open_account(by=None, username=name, email=email, password=password() if password else None)
        give(by=None, account=account, group=group, partnership=place, cleared=cleared, reason="")
    except ValidationError as error:
        raise UsageError(" ".join(error.messages)) from error
    return account


def tell(*, account: Account, verb: str, before: dict[str, Any] | None = None) -> None:
    """Puts into the trail what an account's owner did to it in the pages of signing in."""
    after = snapshot(account) if before is not None or verb == "sign-up" else None
    record.put_event(by=account, verb=verb, record=account, before=before, after=after)


def _free(username: str, email: str, account: Account | None = None) -> None:
    """Names are told apart without regard to case: so they are when someone signs in."""
    others = Account.objects.exclude(pk=account.pk) if account else Account.objects.all()
    if email and others.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("“%(email)s” belongs to another account.") % {"email": email}})
    if username and others.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("“%(name)s” is taken. Choose another name.") % {"name": username}})


def _checked(password: str, about: Account) -> str:
    try:
        validate_password(password, about)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    return make_password(password)


def _given(reason: str) -> str:
    if not reason.strip():
        raise UsageError(_("Say why: whoever reads the history later wants to know."))
    return reason.strip()


def _open_membership(membership: Membership) -> Membership:
    fresh = Membership.objects.select_for_update(of=("self",)).select_related("account").get(pk=membership.pk)
    if fresh.ended:
        raise UsageError(_("This membership has ended already. Give a new one instead."))
    return fresh


def _not_ones_own(by: Account, membership: Membership) -> None:
    if membership.account_id == by.pk and membership.group == Group.ADMINISTRATOR:
        raise UsageError(_("You cannot take away your own right to administer. Another administrator can."))


def _lock_administrators() -> None:
    """Two administrators who take each other's rights at the same moment do so one after the other."""
    administering = Membership.objects.filter(group=Group.ADMINISTRATOR, ended=False)
    list(administering.select_for_update().order_by("pk").values_list("pk", flat=True))


def _an_administrator_stays() -> None:
    administering = Membership.objects.filter(group=Group.ADMINISTRATOR, ended=False, account__is_active=True)
    if not administering.exists():
        raise UsageError(
            _("This would leave nobody who can administer the register. Make another administrator first.")
        )
