"""The first page: my work for those who have signed in, what is public for others."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries import home as of_home
from servanda_register.queries import partnerships as of_partnerships

MOST_PARTNERSHIPS = 30


@require_safe
def home(request: RegisterRequest) -> HttpResponse:
    """The first page."""
    member = request.rights.member
    return render(request, "register/home.html", {
        "member": member,
        "may_review": request.rights.may_anywhere("review"),
        "may_bring_in": request.rights.may_anywhere("bring-in"),
        "work": of_home.work(request.rights, timezone.localdate()) if member else None,
        "partnerships": of_partnerships.listed(request.rights)[:MOST_PARTNERSHIPS],
    })  # fmt: skip
