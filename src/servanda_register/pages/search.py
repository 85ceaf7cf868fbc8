"""Search over what the reader may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries import search as of_search

LONGEST = 200
"""Characters of a question; more is cut off."""


@require_safe
def search(request: RegisterRequest) -> HttpResponse:
    """One box over commitments and statements."""
    query = request.GET.get("q", "").strip()[:LONGEST]
    return render(
        request, "register/search/search.html", {"query": query, "found": of_search.search(query, request.rights)}
    )


urlpatterns = [
    path("search/", search, name="search"),
]
