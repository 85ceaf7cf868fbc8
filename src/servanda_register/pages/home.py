"""The first page: my work for those who have signed in, what is public for others."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servanda_register.pages.middleware import RegisterRequest
from servanda_register.queries import home as of_home
from servanda_register.queries import partnerships as of_partnerships
from servanda_register.queries import reminders as of_reminders

MOST_PARTNERSHIPS = 30
MOST_OF_A_KIND = 5


@require_safe
def home(request: RegisterRequest) -> HttpResponse:
    """The first page."""
    member = request.rights.member
    today = timezone.localdate()
    sections = of_reminders.by_section(of_reminders.pressing(request.rights, today) if member else [])
    return render(request, "register/home.html", {
        "member": member,
        "may_review": request.rights.may_anywhere("review"),
        "may_bring_in": request.rights.may_anywhere("bring-in"),
        "work": of_home.work(request.rights, today) if member else None,
        "due": [
            (of_reminders.SECTIONS[key], items[:MOST_OF_A_KIND], len(items) - MOST_OF_A_KIND, f"#{key}")
            for key, items in sections.items()
        ],
        "partnerships": of_partnerships.listed(request.rights)[:MOST_PARTNERSHIPS],
    })  # fmt: skip
