"""The pack for a session as one DOCX, in a language of one's choice, from our template or an office's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from servanda_register.actions.report import DOCX, document
from servanda_register.models import ReportKind, Session
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.rooms import frame, room
from servanda_register.pages.sessions import PART, address, title_of
from servanda_register.queries.due import today
from servanda_register.queries.languages import locale
from servanda_register.queries.session import listed
from servanda_register.queries.session_pack import fields
from servanda_register.queries.visibility import one


class PackForm(forms.Form):
    """In which language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = locale().language
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=settings.LANGUAGES,
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        )  # fmt: skip


def pack(request: RegisterRequest, pk: int) -> HttpResponse:
    """Asks for the language and gives the document."""
    rows = listed(request.rights).prefetch_related("mechanism__partnership__parties")
    found = one(Session, request.rights, rows, pk=pk)
    partnership = found.mechanism.partnership
    form = PackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        with translation.override(language):
            said = fields(found, request.rights, today())
            content = document(ReportKind.SESSION, language, partnership, request.rights, said)
        name = f"{partnership.slug}-{found.starts.isoformat()}-session-{found.number}-{language}.docx"
        response = HttpResponse(content, content_type=DOCX)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response
    return render(request, "register/session/pack.html", {
        "form": form, "title": _("Session pack"), "record": found, "back": address(found),
        "session_title": title_of(found),
        **frame(request, partnership, PART, [
            (_("Sessions"), room(partnership, PART)),
            (found.mechanism.name, reverse("record", args=["mechanisms", found.mechanism_id])),
            (title_of(found), address(found)),
        ]),
    })  # fmt: skip


urlpatterns = [
    path("sessions/<int:pk>/pack/", pack, name="session-pack"),
]
