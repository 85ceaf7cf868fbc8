"""Keys with which programs speak to the API for an account, or read its calendar."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import Account, Token, TokenEnd, TokenScope
from servanda_register.queries.api import digest_of

MOST = 20
"""Tokens of one account for one use that are not ended."""


@transaction.atomic
def make(*, by: Account, name: str, scope: str = TokenScope.API) -> tuple[Token, str]:
    """Makes a token for the account itself and returns it with its key, which cannot be had again.

    Raises ValidationError where it is not said what it is for, UsageError where there are too many.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": _("Say what the token is for, as in “Monthly report”.")})
    Account.objects.select_for_update().get(pk=by.pk)
    if Token.objects.filter(account=by, scope=scope, end=None).count() >= MOST:
        raise UsageError(
            _("You have %(most)s tokens, the most that one account may have. End one that is no longer used.")
            % {"most": MOST}
        )
    key = f"servanda_{secrets.token_urlsafe(32)}"
    token = Token(account=by, name=name, digest=digest_of(key), scope=scope)
    token.clean_fields()
    return record.keep(token, by=by, verb="make"), key


@transaction.atomic
def end(*, by: Account, token: Token) -> None:
    """Ends one of the account's own tokens; ended ones stay ended."""
    if token.account != by:
        raise UsageError(_("This token is not yours."))
    Account.objects.select_for_update().get(pk=by.pk)
    if not TokenEnd.objects.filter(token=token).exists():
        record.keep(TokenEnd(token=token), by=by, verb="end")
