"""The REST API over actions and queries, at ``/api/v1``; its description is at ``/api/v1/openapi.json``.

It shows and does what the pages show and do, by the same rights. Faults are told as ``{"error": "a sentence"}``.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as Malformed
from ninja.operation import Operation

from servanda.errors import ServandaError
from servanda.version import __version__
from servanda_register.api import commitments, facts, machinery, plans, reviews, statements
from servanda_register.api.access import READING

log = logging.getLogger(__name__)


class Api(NinjaAPI):
    """With short names for what can be done, which programs made from the description carry over."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Servanda",
    version=__version__,
    description=(
        "Joint statements of states, what was proposed in them, what people decided they undertake, "
        "and how it is carried out."
    ),
    urls_namespace="api",
    auth=READING,
    docs_url=None,
)
for router in (
    facts.router,
    statements.router,
    commitments.router,
    reviews.router,
    plans.router,
    machinery.router,
):
    api.add_router("", router)


def _told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return api.create_response(request, {"error": " ".join(sentence.split())}, status=status)


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return _told(request, str(error) or _("There is no such record, or you may not see it."), 404)


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _told(request, str(error) or _("Your group does not allow this. An administrator can change that."), 403)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _told(request, _("Sign in first: send the header “Authorization: Bearer” with a token of yours."), 401)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _told(request, error.message, error.status_code)


@api.exception_handler(Malformed)
def _malformed(request: HttpRequest, error: Malformed) -> HttpResponse:
    said = []
    for row in error.errors:
        place: list[Any] = [
            part for part in row.get("loc", ()) if part not in {"body", "query", "path", "data", "form", "given"}
        ]
        said.append(f"{'.'.join(map(str, place)) or 'body'}: {row.get('msg', '')}")
    return _told(request, "; ".join(said), 422)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if hasattr(error, "error_dict"):
        return _told(request, "; ".join(f"{k}: {' '.join(v)}" for k, v in error.message_dict.items()), 422)
    return _told(request, " ".join(error.messages), 422)


@api.exception_handler(ServandaError)
def _unusable(request: HttpRequest, error: ServandaError) -> HttpResponse:
    return _told(request, str(error), 422)


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s", request.method, request.path, exc_info=error)
    return _told(
        request, _("A fault of Servanda. Nothing was changed; those who run the register find it in the log."), 500
    )
