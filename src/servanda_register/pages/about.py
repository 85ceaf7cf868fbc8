"""About the site, its accessibility, its programming interface and the tokens with which programs sign in."""

from __future__ import annotations

import json
import platform
from typing import Any

import django
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from servanda import packs
from servanda.errors import UsageError
from servanda.version import __version__
from servanda_register.actions import tokens as actions
from servanda_register.models import Token
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries.api import tokens_of
from servanda_register.queries.visibility import one

METHODS = ("get", "post")


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=100, help_text=gettext_lazy("As in “Monthly report”.")
    )


def about(request: RegisterRequest) -> HttpResponse:
    """What the site is, of which versions, and where its data are."""
    read = [packs.load(language) for language in packs.available()]
    versions = [
        ("Servanda", __version__),
        (_("Languages read"), ", ".join(f"{pack.english} ({pack.version})" for pack in read)),
    ]
    if request.rights.member:  # strangers need not know what to look for holes in
        versions += [
            ("Django", django.get_version()),
            ("Python", platform.python_version()),
            (_("Database"), connection.display_name),
        ]
    return render(request, "register/about/about.html", {"versions": versions})


def accessibility(request: RegisterRequest) -> HttpResponse:
    """What was checked, how, and what is known not to be right."""
    return render(request, "register/about/accessibility.html")


def api_docs(request: RegisterRequest) -> HttpResponse:
    """The addresses of the API, from its own description."""
    address = reverse("api:openapi-json")
    found = resolve(address)
    described = json.loads(found.func(_plain(request, address), *found.args, **found.kwargs).content)
    groups: dict[str, list[dict[str, Any]]] = {}
    for url, methods in described["paths"].items():
        for method in METHODS:
            if told := methods.get(method):
                groups.setdefault(told["tags"][0], []).append(_operation(url, method, told))
    base = request.build_absolute_uri("/api/v1")
    return render(request, "register/about/api.html", {"groups": groups, "base": base, "description": address})


def _plain(request: HttpRequest, address: str) -> HttpRequest:
    """A GET of ``address`` by the same reader."""
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", address, address
    asked.META, asked.user = request.META, request.user
    return asked


def _operation(url: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    body = next(iter(told.get("requestBody", {}).get("content", {})), "")
    return {
        "url": url, "method": method.upper(), "text": told.get("description", ""), "body": body,
        "parameters": [p["name"] for p in told.get("parameters", []) if p["in"] == "query"],
    }  # fmt: skip


@never_cache
@login_required
def tokens(request: RegisterRequest) -> HttpResponse:
    """One's own tokens; a new one's key is shown this once."""
    form = TokenForm(request.POST or None)
    key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = actions.make(by=request.rights.who, name=form.cleaned_data["name"])  # type: ignore[arg-type]
            form = TokenForm()
        except UsageError as error:
            form.add_error(None, str(error))
    rows = tokens_of(request.user)  # type: ignore[arg-type]
    return render(request, "register/about/tokens.html", {"form": form, "key": key, "tokens": rows})


@login_required
@require_POST
def end_token(request: RegisterRequest, pk: int) -> HttpResponse:
    """Ends one of one's own tokens."""
    token = one(Token, request.rights, tokens_of(request.user), pk=pk)  # type: ignore[arg-type]
    actions.end(by=request.rights.who, token=token)  # type: ignore[arg-type]
    messages.success(request, _("The token “%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("tokens")


urlpatterns = [
    path("about/", about, name="about"),
    path("accessibility/", accessibility, name="accessibility"),
    path("api-docs/", api_docs, name="api-docs"),
    path("accounts/tokens/", tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/end/", end_token, name="end-token"),
]
