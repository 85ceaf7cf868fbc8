"""Comments: shown on the page of what they are about, and sent from there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servanda.errors import UsageError
from servanda_register.actions.comment import LONGEST, comment
from servanda_register.actions.record import partnership_of
from servanda_register.models import Action, Comment, Commitment, Instrument, Partnership, Plan, Proposal
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.record_forms import visibility_field
from servanda_register.queries.visibility import one, visible

KINDS: dict[str, type[Model]] = {
    "partnership": Partnership, "instrument": Instrument, "commitment": Commitment, "proposal": Proposal,
    "plan": Plan, "action": Action,
}  # fmt: skip


class CommentForm(forms.Form):
    """A remark and who may see it."""

    text = forms.CharField(
        label="", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3, "aria-labelledby": "comment-heading"})
    )
    kind = forms.ChoiceField(choices=[(k, k) for k in KINDS], widget=forms.HiddenInput)
    key = forms.IntegerField(widget=forms.HiddenInput)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, auto_id="comment_%s", **named)
        self.fields["visibility"] = visibility_field()


def comments(request: RegisterRequest, record: Model) -> dict[str, Any]:
    """What ``register/comments.html`` needs as ``comments``: those that the reader may see, and the form."""
    kind = str(record._meta.model_name)
    rows = visible(Comment, request.rights).filter(**{kind: record}).select_related("by")
    form = None
    if request.rights.may("comment", partnership_of(record)):
        form = CommentForm(initial={"kind": kind, "key": record.pk, "next": request.path})
    return {"rows": list(rows), "form": form, "members": request.rights.member}


@require_POST
def send(request: RegisterRequest) -> HttpResponse:
    """Keeps a comment and goes back to where it was written."""
    form = CommentForm(request.POST)
    form.is_valid()
    kind, key = form.cleaned_data.get("kind"), form.cleaned_data.get("key")
    record = one(KINDS[kind or "partnership"], request.rights, pk=key or 0)
    request.rights.require("comment", partnership_of(record))
    back = form.cleaned_data.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    about: dict[str, Any] = {str(kind): record}
    try:
        comment(
            by=request.rights.who, text=form.data.get("text", ""), visibility=form.data.get("visibility", "internal"),
            **about,
        )  # fmt: skip
    except UsageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your comment is kept."))
    return redirect(f"{back}#comments")


urlpatterns = [path("comments/", send, name="comment")]
