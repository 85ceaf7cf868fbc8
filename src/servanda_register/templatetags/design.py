"""The components of the register's pages: ``{% load design %}``.

Every page extends ``register/base.html``. Its blocks are ``title`` (without the site's name), ``breadcrumbs``,
``content``, ``wide`` (put `` register-wide`` there for a page that needs the whole width) and ``scripts`` (in the head;
nothing inline). A form in the context as ``form`` puts "Error:" before the title when something in it is wrong.

Headings are ``<h1 class="govuk-heading-l">`` and so on, text ``<p class="govuk-body">``, links ``govuk-link``, tables
``govuk-table``: plain govuk-frontend. Forms are ``<form method="post" novalidate>`` with ``{{ form }}``. A class
``register-no-print`` keeps something off paper; ``<button type="button" class="govuk-button" data-print hidden>``
prints the page. What a page needs of style sheet beyond this has a file of its room in ``design/scss``; then run
``python -m tools.design``.

Tags that stand alone::

    {% error_summary form %}                          all that is wrong, at the top of the page; takes several forms
    {% tag commitment.strength commitment.get_strength_display %}   a coloured word; the first argument gives the colour
    {% pagination page %}                             under a list; a `django.core.paginator.Page`
    {% breadcrumbs trail %}                           [{"label", "url"}, ...]; Home is put before it
    {% tabs items _("Parts of the partnership") %}    [{"label", "url", "current", "count" or nothing}, ...]: links
    {% progress done all _("Confirmed") %}            a bar with its figures
    {% filters form %}                                a form of GET with its fields side by side and a way to clear it;
                                                      with `target="results"` htmx renews the element of that id alone
    {% button_link url _("Bring in a statement") %}   a link that looks like a button
    {% button_form url _("Withdraw") kind="warning" number=4 %}     a form of POST with one button and hidden fields
    {% button_submit _("Save") %}                     the button of a form; also name="..." value="..."
    {% htmx %}                                        in block scripts, on pages that use hx- attributes

Kinds of buttons: nothing, ``secondary``, ``warning`` and, for `button_submit` and `button_form`, ``link``.
Several in a row stand in ``<div class="register-buttons">``.

Filters::

    {{ note|in_words }}                               what engine and worker said in English, in the reader's words
    {{ commitment.deadline|by_when }}               the same of a deadline

Tags that enclose::

    {% summary %}{% row _("Adopted") %}12 May 2025{% endrow %}{% endsummary %}   what is known of one thing, as pairs;
                                                      a row takes also action_url and action_label
    {% scrolling _("Commitments") %}<table ...>{% endscrolling %}      scrolls sideways where the screen is narrow
    {% emptystate _("Nothing to review") %}<p ...>what to do{% endemptystate %}
    {% notification _("Saved") kind="success" %}...{% endnotification %}         kinds: nothing, success, error
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_htmx.jinja import htmx_script

from servanda_register.queries.sentences import by_when, in_words

register = template.Library()
register.filter(in_words)
register.filter(by_when)
COMPONENTS = "register/components"

COLOURS = {
    # strengths of commitments
    "firm": "green",
    "agreed": "teal",
    "willing": "blue",
    "encouraging": "yellow",
    "exploratory": "grey",
    # what became of proposals and commitments
    "accept": "green",
    "add": "green",
    "change": "yellow",
    "split": "yellow",
    "merge": "yellow",
    "reject": "red",
    "reopen": "blue",
    "confirmed": "green",
    "withdrawn": "grey",
    # jobs
    "waiting": "grey",
    "reading": "blue",
    "aligning": "blue",
    "done": "green",
    "failed": "red",
    # agreements and mechanisms
    "in-force": "green",
    "to-sign": "yellow",
    "to-amend": "orange",
    "expired": "grey",
    "standing": "green",
    "proposed": "yellow",
    "ended": "grey",
    # sessions and visits
    "planned": "blue",
    "held": "green",
    "cancelled": "grey",
    # roadmaps and how their actions stand
    "draft": "grey",
    "circulated": "blue",
    "adopted": "green",
    "superseded": "grey",
    "not-due": "grey",
    "not-started": "yellow",
    "under-way": "blue",
    "delivered": "green",
    "stalled": "orange",
    "cannot-be-checked": "grey",
    # who may see it
    "public": "green",
    "internal": "yellow",
    "restricted": "red",
}
"""Of the values of the models; others are grey. The colour only repeats what the word says."""


@register.inclusion_tag(f"{COMPONENTS}/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What is wrong, each entry leading to its field."""
    errors = []
    for form in forms:
        own = f"{form.prefix or 'form'}-errors"
        errors += [{"text": error, "anchor": own} for error in form.non_field_errors()]
        for field in form:
            # what is wrong in a hidden field stands with the form's own errors, see django/forms/div.html
            anchor = own if field.is_hidden else getattr(field, "anchor", field.auto_id)
            errors += [{"label": field.label, "text": error, "anchor": anchor} for error in field.errors]
    return {"errors": errors}


@register.simple_tag
def tag(value: str, label: str = "") -> SafeString:
    """A word on the colour that belongs to ``value``."""
    return format_html(
        '<strong class="govuk-tag govuk-tag--{}">{}</strong>', COLOURS.get(value, "grey"), label or value
    )


@register.inclusion_tag(f"{COMPONENTS}/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; the rest of the address stays as it is. Nothing where there is one page."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    request = context["request"]

    def address(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "items": [
            {"number": n, "url": address(n) if isinstance(n, int) else "", "current": n == page.number} for n in numbers
        ],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag(f"{COMPONENTS}/breadcrumbs.html")
def breadcrumbs(items: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The way from Home to the page above this one."""
    return {"items": items}


@register.inclusion_tag(f"{COMPONENTS}/tabs.html")
def tabs(items: Sequence[dict[str, Any]], label: str) -> dict[str, Any]:
    """Links between the parts of one thing, each a page of its own; ``label`` says to screen readers of what."""
    return {"items": items, "label": label}


@register.inclusion_tag(f"{COMPONENTS}/progress.html")
def progress(value: int, maximum: int, label: str) -> dict[str, Any]:
    """How many of how many."""
    return {"value": value, "maximum": maximum, "label": label}


@register.inclusion_tag(f"{COMPONENTS}/filters.html", takes_context=True)
def filters(context: Context, form: BaseForm, target: str = "") -> dict[str, Any]:
    """A panel that narrows a list down. It works without JavaScript."""
    request = context["request"]
    return {"form": form, "target": target, "path": request.path, "narrowed": any(request.GET.values())}


@register.simple_tag
def button_link(url: str, label: str, kind: str = "") -> SafeString:
    """A link that looks like a button: for the one thing that is to be done next."""
    return format_html(
        '<a href="{}" role="button" draggable="false" class="{}" data-module="govuk-button">{}</a>',
        url,
        _button_class(kind),
        label,
    )


@register.inclusion_tag(f"{COMPONENTS}/button_form.html", takes_context=True)
def button_form(context: Context, url: str, label: str, kind: str = "", **fields: Any) -> dict[str, Any]:
    """One button that changes something at once; ``fields`` are sent with it."""
    return {
        "url": url,
        "label": label,
        "class": _button_class(kind),
        "fields": fields,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def button_submit(label: str, kind: str = "", name: str = "", value: str = "") -> SafeString:
    """The button that sends the form around it, once even when pressed twice."""
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button type="submit" class="{}" data-module="govuk-button" data-prevent-double-click="true"{}>{}</button>',
        _button_class(kind),
        named,
        label,
    )


def _button_class(kind: str) -> str:
    if kind == "link":
        return "register-button--link"
    return f"govuk-button govuk-button--{kind}" if kind else "govuk-button"


@register.simple_tag
def htmx() -> SafeString:
    """Brings htmx in, held to what the content security policy allows."""
    return format_html(
        '<meta name="htmx-config" content="{}">{}', '{"includeIndicatorStyles":false,"allowEval":false}', htmx_script()
    )


@register.simple_block_tag
def summary(content: str) -> SafeString:
    """What is known of one thing: encloses rows."""
    return format_html('<dl class="govuk-summary-list">{}</dl>', content)


@register.simple_block_tag
def row(content: str, key: str, action_url: str = "", action_label: str = "") -> SafeString:
    """One pair of a summary; the action is a link behind it, read out with the key."""
    return SafeString(
        render_to_string(
            f"{COMPONENTS}/row.html",
            {"key": key, "content": content, "action_url": action_url, "action_label": action_label},
        )
    )


@register.simple_block_tag
def scrolling(content: str, label: str) -> SafeString:
    """Encloses a table. It takes the focus, so that the keyboard can scroll it; ``label`` says what it is."""
    return format_html(
        '<div class="register-scroll" role="region" aria-label="{}" tabindex="0">{}</div>', label, content
    )


@register.simple_block_tag
def emptystate(content: str, title: str) -> SafeString:
    """Says that a list is empty, why, and what can be done."""
    return format_html('<div class="register-empty"><h2 class="govuk-heading-m">{}</h2>{}</div>', title, content)


@register.simple_block_tag
def notification(content: str, title: str, kind: str = "") -> SafeString:
    """A banner at the top of a page, for what has just happened or must be known first."""
    return SafeString(
        render_to_string(
            f"{COMPONENTS}/notification.html",
            {"title": title, "content": content, "kind": kind, "heading": heading_of(kind)},
        )
    )


@register.simple_tag
def heading_of(kind: str) -> str:
    """What stands in the head of a banner: of its kind, or of a message's level."""
    if kind == "success":
        return gettext("Done")
    if kind == "error":
        return gettext("There is a problem")
    return gettext("Important")
