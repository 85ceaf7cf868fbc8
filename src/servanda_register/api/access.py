"""Who speaks to the API: a program with a token, a person who has signed in, or anyone who reads what is public."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from servanda_register.models import Account
from servanda_register.queries.api import account_of
from servanda_register.queries.rights import Rights, rights_of


class ApiRequest(HttpRequest):
    """A request as the API's functions get it."""

    rights: Rights


class Key(HttpBearer):
    """A token in the header ``Authorization: Bearer``."""

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        """The account of the token; what it may do is what the account may."""
        account = account_of(token)
        if account is None:
            raise HttpError(401, _("The token is not known, or it was ended. Make a new one on your page of tokens."))
        request.user = account
        cast(ApiRequest, request).rights = rights_of(account, public=settings.PUBLIC_SITE)
        return account


class SignedIn(APIKeyCookie):
    """The session of a browser; to write, a page must also send Django's CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # looked at below, for those alone who come with a session

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The account that is signed in."""
        if not isinstance(request.user, Account):
            return None
        if check_csrf(request) is not None:
            raise HttpError(
                403, _("The page's CSRF token is missing. Send it in X-CSRFToken, or use a token of yours.")
            )
        return request.user


def anyone(request: HttpRequest) -> bool:
    """Readers of what is public, where the site has such."""
    return bool(settings.PUBLIC_SITE)


READING: list[Any] = [Key(), SignedIn(), anyone]
WRITING = [Key(), SignedIn()]
