"""What the frame of every page needs: where one can go, where one is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from servanda.version import __version__

Item = tuple[str, str, str | None]


def context(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template: ``navigation``, ``demo``, ``version``, ``rights``, ``as_of``."""
    rights = getattr(request, "rights", None)
    return {
        "navigation": _navigation(request, rights),
        "demo": bool(settings.DEMO_ACCOUNT),
        "version": __version__,
        "rights": rights,
        "as_of": getattr(request, "as_of", None),
    }


def _navigation(request: HttpRequest, rights: Any) -> list[dict[str, Any]]:
    """Entries with ``label``, ``url`` and ``current``; of those that the reader may use."""
    entries: list[Item] = [
        (_("Home"), "home", None),
        (_("Partnerships"), "partnerships", None),
        (_("Statements"), "instruments", None),
        (_("Commitments"), "commitments", None),
        (_("Review"), "reviews", "review"),
        (_("Bring in"), "bring-in", "bring-in"),
        (_("Lists"), "lists", None),
        (_("Search"), "search", None),
        (_("History"), "history", "see-work"),
        (_("People and rights"), "members", "administer"),
    ]
    out = []
    for label, name, verb in entries:
        if verb and not (rights and rights.may_anywhere(verb)):
            continue
        url = reverse(name)
        current = request.path == url or (url != "/" and request.path.startswith(url))
        out.append({"label": label, "url": url, "current": current})
    return out
