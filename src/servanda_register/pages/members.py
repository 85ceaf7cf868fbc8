"""People and rights, for administrators; and everyone's own account."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import accounts
from servanda_register.pages.accounts import speak
from servanda_register.pages.middleware import LEFT, RegisterRequest
from servanda_register.pages.tables import Column, Filter, Listing, show
from servanda_register.queries.rights import ALLOWED, Rights
from servanda_register.queries.visibility import one, visible

VERBS = {
    "see": gettext_lazy("See what is internal, and what is restricted where cleared for it"),
    "see-work": gettext_lazy("See proposals, reviews and the history of records"),
    "comment": gettext_lazy("Write comments"),
    "review": gettext_lazy("Decide about the machine's proposals"),
    "settle": gettext_lazy("Settle between two who reviewed apart"),
    "bring-in": gettext_lazy("Bring in statements"),
    "keep": gettext_lazy(
        "Look after partnerships, mechanisms, agreements, programmes and people, and who may see them"
    ),
    "administer": gettext_lazy("Make accounts and give rights"),
}
"""What each verb of ``queries.rights.ALLOWED`` is to those who read the table."""


class OwnForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people change of their own accounts."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the pages"), required=False,
        choices=[("", gettext_lazy("That of the browser")), *settings.LANGUAGES],
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=[(z, z.replace("_", " ")) for z in sorted(zoneinfo.available_timezones())],
    )
    digest = forms.ChoiceField(
        label=gettext_lazy("Reminders by e-mail"), required=False, widget=forms.RadioSelect,
        choices=[("", gettext_lazy("Never")), *m.Digest.choices],
        help_text=gettext_lazy(
            "What is overdue or due soon, answers owed, and work that waits for you; to the address above."
        ),
    )  # fmt: skip

    class Meta:
        model = m.Account
        fields = ("first_name", "last_name", "language", "time_zone", "digest")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What administrators change of accounts."""

    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)

    class Meta:
        model = m.Account
        fields = ("first_name", "last_name", "username", "email")
        labels = {"username": gettext_lazy("Name for signing in"), "email": gettext_lazy("E-mail address")}  # noqa: RUF012


class NewAccountForm(AccountForm):
    """A new account, with or without a password."""

    password = forms.CharField(
        label=gettext_lazy("First password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least ten characters. Hand it over in person; its owner can change it. "
            "Leave it empty for people who sign in through your office."
        ),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """A new password for somebody else."""

    password = forms.CharField(
        label=gettext_lazy("New password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters. Hand it over in person; its owner can change it."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)


class ReasonForm(forms.Form):
    """Why something is done that cannot be undone by the person it concerns."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, help_text=gettext_lazy("Stays in the history."))


class ChangeMembershipForm(forms.Form):
    """Another group, or another clearance."""

    group = forms.ChoiceField(label=gettext_lazy("Group"), choices=m.Group.choices, widget=forms.RadioSelect)
    cleared = forms.BooleanField(label=gettext_lazy("May see what is restricted"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, help_text=gettext_lazy("Stays in the history."))


class GiveForm(ChangeMembershipForm):
    """A group in a partnership, or everywhere."""

    def __init__(self, *arguments: Any, rights: Rights, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["partnership"] = forms.ModelChoiceField(
            visible(m.Partnership, rights), label=_("Where"), required=False, empty_label=_("In all partnerships"),
        )  # fmt: skip
        self.order_fields(["partnership", "group", "cleared", "reason"])


def members(request: RegisterRequest) -> HttpResponse:
    """All accounts, with what each may do."""
    rights = request.rights
    rights.require("administer")
    partnerships = {p.pk: p.name for p in visible(m.Partnership, rights)}
    current = m.Membership.objects.filter(ended=False).order_by("partnership")
    rows = visible(m.Account, rights).prefetch_related(Prefetch("memberships", current, "current"))
    listing = Listing(
        name="accounts",
        title=_("People and rights"),
        intro=_("Who can sign in, and what each may do. An account without a group sees what everybody sees."),
        rows=rows.order_by("username"),
        columns=[
            Column("name", _("Name"), lambda a: a.shown_name, url=lambda a: reverse("member", args=[a.pk]),
                   order=("last_name", "first_name", "username")),
            Column("username", _("Name for signing in"), lambda a: a.username, order=("username",)),
            Column("email", _("E-mail address"), lambda a: a.email, order=("email",)),
            Column("groups", _("Groups"), lambda a: "; ".join(_said(g, partnerships) for g in a.current)),
            Column("state", _("State"), lambda a: _("Open") if a.is_active else _("Closed"),
                   tag=lambda a: "green" if a.is_active else "grey", order=("is_active",)),
            Column("seen", _("Last signed in"), lambda a: a.last_login, order=("last_login",)),
        ],
        filters=[
            Filter("group", _("Group"), m.Group.choices, _with(lambda g: {"group": g})),
            Filter("partnership", _("Partnership"), [(str(pk), name) for pk, name in partnerships.items()],
                   _with(lambda pk: {"partnership": pk})),
            Filter("state", _("State"), [("open", _("Open")), ("closed", _("Closed"))],
                   lambda rows, state: rows.filter(is_active=state == "open")),
        ],
        find=lambda a: f"{a.shown_name} {a.username} {a.email}",
        empty=_("There are no accounts."),
    )  # fmt: skip
    actions = [
        {"label": _("New account"), "url": reverse("member-new")},
        {"label": _("What each group may do"), "url": reverse("groups"), "kind": "secondary"},
    ]
    return show(request, listing, actions=actions)


def _with(lookup: Callable[[str], dict[str, str]]) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Accounts that have a current membership like this."""

    def apply(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=m.Membership.objects.filter(ended=False, **lookup(value)).values("account"))

    return apply


def _said(membership: m.Membership, partnerships: dict[int, str]) -> str:
    where = _where(membership, partnerships)
    cleared = _(", cleared") if membership.cleared else ""
    return f"{membership.get_group_display()} ({where}{cleared})"


def _where(membership: m.Membership, partnerships: dict[int, str]) -> str:
    if membership.partnership_id is None:
        return _("all partnerships")
    return partnerships.get(membership.partnership_id, _("a partnership that you may not see"))


def groups(request: RegisterRequest) -> HttpResponse:
    """What each group may do, from the one table that the register itself goes by."""
    request.rights.require_anywhere("see-work")
    rows = [
        {"label": label, "allowed": [group in ALLOWED[verb] for group in m.Group.values]}
        for verb, label in VERBS.items()
    ]
    return render(
        request, "register/members/groups.html", {"groups": m.Group.labels, "rows": rows, "trail": _trail(request)}
    )


def _trail(request: RegisterRequest, account: m.Account | None = None) -> list[dict[str, str]]:
    if not request.rights.may("administer"):
        return []
    trail = [{"label": _("People and rights"), "url": reverse("members")}]
    if account:
        trail.append({"label": account.shown_name, "url": reverse("member", args=[account.pk])})
    return trail


def _account(request: RegisterRequest, pk: int) -> m.Account:
    request.rights.require("administer")
    return one(m.Account, request.rights, pk=pk)


def member(request: RegisterRequest, pk: int) -> HttpResponse:
    """One account: what is known of it, its groups, and what can be done."""
    account = _account(request, pk)
    partnerships = {p.pk: p.name for p in visible(m.Partnership, request.rights)}
    memberships = list(visible(m.Membership, request.rights).filter(account=account).order_by("ended", "partnership"))
    for membership in memberships:
        membership.where = _where(membership, partnerships)
    context = {"account": account, "memberships": memberships, "trail": _trail(request), "own": account == request.user}
    return render(request, "register/members/member.html", context)


def _form_page(
    request: RegisterRequest,
    form: forms.Form | forms.ModelForm,  # type: ignore[type-arg]
    do: Callable[[dict[str, Any]], m.Account],
    *,
    title: str,
    words: str,
    done: str,
    account: m.Account | None = None,
    kind: str = "",
    text: str = "",
) -> HttpResponse:
    """A form whose button does one thing; what that thing refuses stands at the form."""
    if request.method == "POST" and form.is_valid():
        try:
            about = do(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error) if not hasattr(error, "error_dict") else _at_fields(form, error)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return redirect("member", about.pk)
    context = {
        "form": form,
        "title": title,
        "words": words,
        "kind": kind,
        "text": text,
        "trail": _trail(request, account),
    }
    return render(request, "register/members/form.html", context)


def _at_fields(form: forms.BaseForm, error: ValidationError) -> None:
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _data(request: RegisterRequest) -> Any:
    return request.POST if request.method == "POST" else None


def new(request: RegisterRequest) -> HttpResponse:
    """A new account; rights are given to it on its page."""
    request.rights.require("administer")

    def do(data: dict[str, Any]) -> m.Account:
        return accounts.open_account(by=_me(request), **{**data, "password": data["password"] or None})

    return _form_page(
        request, NewAccountForm(_data(request)), do, title=_("New account"), words=_("Make the account"),
        done=_("The account is made. Now give it a group."),
    )  # fmt: skip


def _me(request: RegisterRequest) -> m.Account:
    """The account itself, where the request holds something that stands for it until it is needed."""
    return m.Account.objects.get(pk=request.user.pk)


def change(request: RegisterRequest, pk: int) -> HttpResponse:
    """Names and e-mail address of an account."""
    account = _account(request, pk)
    # the form writes what was typed into its own copy; what is shown around it stays what is kept
    form = AccountForm(_data(request), instance=m.Account.objects.get(pk=pk))
    return _form_page(
        request, form, lambda data: accounts.change_account(by=_me(request), account=account, **data),
        title=_("Change the account"), words=_("Save"), done=_("The account is changed."), account=account,
    )  # fmt: skip


def password(request: RegisterRequest, pk: int) -> HttpResponse:
    """A new password for someone who cannot sign in."""
    account = _account(request, pk)
    return _form_page(
        request, PasswordForm(_data(request)),
        lambda data: accounts.set_password(by=_me(request), account=account, **data),
        title=_("New password"), words=_("Set the password"), done=_("The password is set."), account=account,
        text=_("Whoever is signed in with the old one is signed out."),
    )  # fmt: skip


def second_factor(request: RegisterRequest, pk: int) -> HttpResponse:
    """For someone who lost the telephone with their codes."""
    account = _account(request, pk)
    return _form_page(
        request, ReasonForm(_data(request)),
        lambda data: accounts.remove_second_factor(by=_me(request), account=account, **data),
        title=_("Remove the second step of signing in"), words=_("Remove"), kind="warning", account=account,
        done=_("Signing in takes the password alone now."),
        text=_("Make sure that it is really they who ask, in person or by a telephone number that you know."),
    )  # fmt: skip


def close(request: RegisterRequest, pk: int) -> HttpResponse:
    """Nobody can sign in with the account any more."""
    account = _account(request, pk)
    return _form_page(
        request, ReasonForm(_data(request)),
        lambda data: accounts.close_account(by=_me(request), account=account, **data),
        title=_("Close the account"), words=_("Close the account"), kind="warning", account=account,
        done=_("The account is closed."),
        text=_("Nobody can sign in with it from then on. What was done with it stays in the history under its name."),
    )  # fmt: skip


def open_again(request: RegisterRequest, pk: int) -> HttpResponse:
    """A closed account can be used again."""
    account = _account(request, pk)
    return _form_page(
        request, ReasonForm(_data(request)), lambda data: accounts.open_again(by=_me(request), account=account, **data),
        title=_("Open the account again"), words=_("Open the account"), done=_("The account is open."), account=account,
        text=_("It gets the groups back that it has on its page."),
    )  # fmt: skip


def give(request: RegisterRequest, pk: int) -> HttpResponse:
    """A group in one partnership or in all."""
    account = _account(request, pk)

    def do(data: dict[str, Any]) -> m.Account:
        return accounts.give(by=_me(request), account=account, **data).account

    return _form_page(
        request, GiveForm(_data(request), rights=request.rights, initial={"group": m.Group.READER}), do,
        title=_("Give a group"), words=_("Give the group"), done=_("The group is given."), account=account,
    )  # fmt: skip


def change_membership(request: RegisterRequest, pk: int) -> HttpResponse:
    """Another group there, or another clearance."""
    request.rights.require("administer")
    membership = one(m.Membership, request.rights, pk=pk)

    def do(data: dict[str, Any]) -> m.Account:
        return accounts.change_membership(by=_me(request), membership=membership, **data).account

    form = ChangeMembershipForm(_data(request), initial={"group": membership.group, "cleared": membership.cleared})
    return _form_page(
        request, form, do, title=_("Change the group"), words=_("Save"), done=_("The group is changed."),
        account=membership.account,
    )  # fmt: skip


def end_membership(request: RegisterRequest, pk: int) -> HttpResponse:
    """The group there is taken away."""
    request.rights.require("administer")
    membership = one(m.Membership, request.rights, pk=pk)

    def do(data: dict[str, Any]) -> m.Account:
        return accounts.end_membership(by=_me(request), membership=membership, **data).account

    return _form_page(
        request, ReasonForm(_data(request)), do, title=_("Take the group away"), words=_("Take the group away"),
        kind="warning", done=_("The group is taken away."), account=membership.account,
    )  # fmt: skip


@require_POST
def return_to_demonstration(request: RegisterRequest) -> HttpResponse:
    """Whoever signed out of the demonstration comes back as its officer."""
    if not settings.DEMO_ACCOUNT:
        raise Http404
    request.session.pop(LEFT, None)
    return redirect("home")


@login_required
def account(request: RegisterRequest) -> HttpResponse:
    """One's own account."""
    own = _me(request)
    form = OwnForm(_data(request), instance=m.Account.objects.get(pk=own.pk))
    if request.method == "POST" and form.is_valid():
        accounts.change_account(by=own, account=own, **form.cleaned_data)
        messages.success(request, _("Your account is changed."))
        response = redirect("account")
        if own.language:
            speak(response, own.language)
        else:
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response
    partnerships = {p.pk: p.name for p in visible(m.Partnership, request.rights)}
    memberships = m.Membership.objects.filter(account=own, ended=False).order_by("partnership")
    groups = [_said(membership, partnerships) for membership in memberships]
    return render(request, "register/members/account.html", {"form": form, "own": own, "groups": groups})


urlpatterns = [
    path("people-and-rights/", members, name="members"),
    path("people-and-rights/new/", new, name="member-new"),
    path("people-and-rights/groups/", groups, name="groups"),
    path("people-and-rights/<int:pk>/", member, name="member"),
    path("people-and-rights/<int:pk>/change/", change, name="member-change"),
    path("people-and-rights/<int:pk>/password/", password, name="member-password"),
    path("people-and-rights/<int:pk>/second-step/", second_factor, name="member-second-factor"),
    path("people-and-rights/<int:pk>/close/", close, name="member-close"),
    path("people-and-rights/<int:pk>/open/", open_again, name="member-open"),
    path("people-and-rights/<int:pk>/give/", give, name="member-give"),
    path("people-and-rights/memberships/<int:pk>/change/", change_membership, name="membership-change"),
    path("people-and-rights/memberships/<int:pk>/end/", end_membership, name="membership-end"),
    path("account/", account, name="account"),
    path("account/demonstration/", return_to_demonstration, name="return-to-demonstration"),
]
