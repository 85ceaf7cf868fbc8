"""Review: what waits, the text beside its proposals, settling, agreement, the coded document.

All of it works with plain forms. The script ``design/js/review.js`` sends the same forms by itself and asks for parts
of the page (header ``X-Part``): what comes back are elements whose ids say which of the page's they replace.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from servanda.errors import UsageError
from servanda_register.actions import review as actions
from servanda_register.actions.outcomes import Outcome, proposed
from servanda_register.models import Area, Decision, Expression, Proposal, Review
from servanda_register.pages.middleware import RegisterRequest
from servanda_register.pages.review_cards import Describer, cards_of, text_of
from servanda_register.pages.review_forms import REASONS, OutcomeForm, empty, halves, joined
from servanda_register.queries import agreement as agreements
from servanda_register.queries import coded as coded_documents
from servanda_register.queries import review as queries
from servanda_register.queries.visibility import one, visible

PAGE_SIZE = 50
LEVELS = (95, 90, 80, 0)
"""Per cent of confidence from which the rest can be accepted together."""
MOST_PARTS = 6


def _states() -> dict[str, tuple[str, str, str]]:
    """State of a text in the queue -> its words, its colour, what to do next."""
    return {
        "mine": (_("You are reviewing it"), "reading", _("Go on")),
        "to begin": (_("Waits for a reviewer"), "waiting", _("Begin")),
        "to settle": (_("Waits for a third person to settle"), "to-sign", _("Settle")),
        "others": (_("Others are reviewing it"), "reading", _("Look")),
        "theirs": (_("You have finished; others have not"), "reading", _("Look")),
        "done": (_("Reviewed"), "done", _("Look")),
    }


@require_GET
def reviews(request: RegisterRequest) -> HttpResponse:
    """The queue: own reviews first, then what waits for somebody."""
    request.rights.require_anywhere("see-work")
    page = Paginator(queries.queue(request.rights), PAGE_SIZE).get_page(request.GET.get("page"))
    states = _states()
    verbs = {"to begin": "review", "mine": "review", "to settle": "settle"}
    rows = [
        {"waiting": w, "words": words, "colour": colour,
         "next": todo if request.rights.may(verbs.get(w.state, "see"), w.expression.instrument.partnership_id)
         else _("Look"),
         "title": w.expression.title or w.expression.instrument.name}
        for w in queries.waiting(list(page.object_list), request.rights)
        for words, colour, todo in [states[w.state]]
    ]  # fmt: skip
    return render(request, "register/review/queue.html", {"page": page, "rows": rows})


@require_GET
def review(request: RegisterRequest, expression: int) -> HttpResponse:
    """The text on one side, what is proposed on the other."""
    return render(request, "register/review/desk.html", _desk(request, _expression(request, expression)))


@require_POST
def begin(request: RegisterRequest, expression: int) -> HttpResponse:
    """Begins one's own review."""
    found = _expression(request, expression, "review")
    try:
        actions.begin(by=request.rights.who, expression=found)
    except UsageError as error:
        messages.error(request, str(error))
    return redirect("review", expression)


@require_POST
def decide(request: RegisterRequest, expression: int) -> HttpResponse:
    """Accepts, rejects or reopens; the verdicts that need no further form."""
    found = _expression(request, expression, "review")
    idents = request.POST.getlist("proposal")
    verdict = request.POST.get("verdict", "")
    if verdict not in {"accept", "reject", "reopen"}:
        raise Http404(_("There is no such decision."))
    replaces = _replaced(request, request.POST.get("replaces"))
    touched = _decided_with(found, idents)
    try:
        made = actions.decide(
            by=request.rights.who, review=_own(request, found), verdict=verdict, reason=_reason(request),
            proposals=_proposals(found, idents), replaces=replaces,
        )  # fmt: skip
    except UsageError as error:
        return _refused(request, found, str(error), idents)
    return _answer(request, found, made.get_verdict_display(), touched, whole=replaces is not None)


def edit(request: RegisterRequest, expression: int, verdict: str) -> HttpResponse:
    """The form for changing, splitting, merging and adding."""
    titles = {
        "change": _("Change a commitment"), "split": _("Split a commitment"), "merge": _("Merge commitments"),
        "add": _("Add a commitment"),
    }  # fmt: skip
    if verdict not in titles:
        raise Http404(_("There is no such decision."))
    found = _expression(request, expression, "review")
    mine = _own(request, found)
    proposals = _proposals(found, request.GET.getlist("proposal"))
    replaces = _replaced(request, request.GET.get("replaces"))
    about = [p.ident for p in proposals]
    areas = list(Area.objects.all())
    forms = [
        OutcomeForm(request.POST or None, prefix=f"p{n}", outcome=outcome, expression=found, areas=areas,
                    about=() if verdict == "split" else about)
        for n, outcome in enumerate(_start(request, found, verdict, proposals, replaces))
    ]  # fmt: skip
    error = ""
    valid = [form.is_valid() for form in forms]  # of each, so that all faults show at once
    if request.method == "POST" and all(valid):
        touched = _decided_with(found, about)
        try:
            made = actions.decide(
                by=request.rights.who, review=mine, verdict=verdict, proposals=proposals, reason=_reason(request),
                outcomes=[form.outcome for form in forms], replaces=replaces,
            )  # fmt: skip
        except UsageError as problem:
            error = str(problem)
        else:
            anchor = about[0] if about else f"d{made.pk}"
            whole = not about
            return _answer(request, found, made.get_verdict_display(), touched, whole=whole, anchor=anchor)
    anchor = about[0] if about else f"d{replaces.pk}" if replaces else ""
    back = reverse("review", args=[expression]) + (f"#{anchor}" if anchor else "")
    more = request.GET.copy()
    more["parts"] = str(min(len(forms) + 1, MOST_PARTS))
    context = {
        "expression": found, "verdict": verdict, "title": titles[verdict], "forms": forms, "back": back, "error": error,
        "reason": request.POST.get("reason", ""), "action": request.get_full_path(), "trail": _trail(found),
        "more": f"{request.path}?{more.urlencode()}" if verdict == "split" and len(forms) < MOST_PARTS else "",
        "part": _is_part(request), "form": next((f for f in forms if f.errors), None),
    }  # fmt: skip
    failed = request.method == "POST"
    template = "register/review/form_part.html" if context["part"] else "register/review/form.html"
    return render(request, template, context, status=422 if failed and context["part"] else 200)


def rest(request: RegisterRequest, expression: int) -> HttpResponse:
    """Asks whether to accept together what is left, and does so."""
    found = _expression(request, expression, "review")
    mine = _own(request, found)
    if request.method == "POST":
        try:
            least = int(request.POST.get("least", ""))
        except ValueError:
            raise Http404(_("There is no such level.")) from None
        try:
            made = actions.accept_all(by=request.rights.who, review=mine, least=least / 100)
        except UsageError as error:
            messages.error(request, str(error))
        else:
            said = ngettext("%(count)d proposal accepted.", "%(count)d proposals accepted.", len(made))
            messages.success(request, said % {"count": len(made)})
        return redirect("review", expression)
    desk = queries.desk(found, request.rights)
    left = [p for p in desk.proposals if p.pk not in desk.decided]
    levels = [
        {"least": least, "count": count}
        for least in LEVELS
        if (count := sum(p.confidence >= least / 100 for p in left))
    ]
    context = {"expression": found, "levels": levels, "left": len(left), "trail": _trail(found)}
    return render(request, "register/review/rest.html", context)


@require_POST
def finish(request: RegisterRequest, expression: int) -> HttpResponse:
    """Ends one's own review, or takes it up again."""
    found = _expression(request, expression, "review")
    mine = _own(request, found)
    try:
        if request.POST.get("again"):
            actions.reopen(by=request.rights.who, review=mine)
        else:
            actions.finish(by=request.rights.who, review=mine)
            messages.success(request, _("The review is finished. Thank you."))
    except UsageError as error:
        messages.error(request, str(error))
    return redirect("review", expression)


@require_POST
def settle(request: RegisterRequest, expression: int) -> HttpResponse:
    """Takes the view of one of the two reviewers."""
    found = _expression(request, expression, "settle")
    mine = _own(request, found)
    anchor = request.POST.get("matter", "")
    matter = next((x for x in queries.open_matters(mine) if x.anchor == anchor), None)
    if matter is None:
        return _refused(request, found, _("This is settled already. Load the page anew."), [anchor])
    try:
        actions.settle(by=request.rights.who, review=mine, matter=matter, take=request.POST.get("take", ""))
    except UsageError as error:
        return _refused(request, found, str(error), [anchor])
    touched = {p.ident for p in matter.proposals}
    return _answer(request, found, _("Settled"), touched, whole=not matter.proposals, anchor=anchor)


@require_GET
def agreement(request: RegisterRequest, expression: int) -> HttpResponse:
    """How far two reviews of a text agree: those asked for, or the first two."""
    found = _expression(request, expression)
    rows = list(visible(Review, request.rights).filter(expression=found).select_related("reviewer").order_by("id"))
    asked = [_number(request.GET[side]) for side in "ab" if side in request.GET]
    chosen = [one(Review, request.rights, expression=found, pk=key) for key in asked]
    pair = chosen if len(chosen) == 2 else rows[:2]
    figures = agreements.between(*(queries.standing(r) for r in pair)) if len(pair) == 2 else None
    context = {"expression": found, "reviews": rows, "pair": pair, "figures": figures, "trail": _trail(found)}
    return render(request, "register/review/agreement.html", context)


@require_GET
def coded(request: RegisterRequest, expression: int) -> HttpResponse:
    """A review as a coded document, JSON lines: the one asked for, one's own, or the first that may be seen."""
    found = _expression(request, expression)
    rows = list(visible(Review, request.rights).filter(expression=found).order_by("-settles", "id"))
    if "review" in request.GET:
        rows = [one(Review, request.rights, expression=found, pk=_number(request.GET["review"]))]
    if not rows:
        raise Http404(_("Nobody has reviewed this text, or you may not see it yet."))
    own = next((r for r in rows if r.reviewer_id == getattr(request.rights.account, "pk", None)), rows[0])
    own.expression = found
    text = "\n".join(coded_documents.coded(own)) + "\n"
    response = HttpResponse(text, content_type="application/jsonl; charset=utf-8")
    name = f"{found.instrument.slug}-{found.language or 'text'}.coded.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _expression(request: RegisterRequest, pk: int, verb: str = "see-work") -> Expression:
    """The text, if the reader may see it and may do ``verb`` in its partnership."""
    rows = visible(Expression, request.rights).select_related("instrument__partnership")
    found = one(
        Expression, request.rights, rows.prefetch_related("proposals", "instrument__partnership__parties"), pk=pk
    )
    request.rights.require(verb, found.instrument.partnership_id)
    return found


def _own(request: RegisterRequest, expression: Expression) -> Review:
    """The reader's own review; begun by deciding where it was not begun yet."""
    rows = visible(Review, request.rights).filter(expression=expression, reviewer=request.rights.account)
    mine = rows.select_related("reviewer").first()
    if mine is None:
        raise PermissionDenied(_("You have not begun to review this text. Open it and choose “Begin to review”."))
    mine.expression = expression
    return mine


def _proposals(expression: Expression, idents: Sequence[str]) -> list[Proposal]:
    """In the order of the text. Raises Http404 for what is not there."""
    found = [p for p in expression.proposals.all() if p.ident in set(idents)]
    if len(found) != len(set(idents)):
        raise Http404(_("There is no such proposal in this text."))
    return found


def _replaced(request: RegisterRequest, key: str | None) -> Decision | None:
    if not key:
        return None
    return one(Decision, request.rights, visible(Decision, request.rights).select_related("review"), pk=_number(key))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Http404(_("There is no such record, or you may not see it."))
    return int(text)


def _reason(request: RegisterRequest) -> str:
    """The reason chosen from the list, or written; both where there are both."""
    preset = REASONS.get(request.POST.get("preset", ""), "")
    return ": ".join(filter(None, (str(preset), request.POST.get("reason", "").strip())))


def _start(
    request: RegisterRequest, expression: Expression, verdict: str, proposals: list[Proposal], replaces: Decision | None
) -> list[Outcome]:
    """What the forms hold at first. Raises Http404 where the address does not fit the verdict."""
    if verdict == "add":
        if replaces is not None and replaces.outcomes:
            return [replaces.outcomes[0]]
        place = [_number(request.GET[name]) if request.GET.get(name) else None for name in ("start", "end")]
        return [empty(expression.text, *place)]
    if not proposals or (verdict == "merge") != (len(proposals) > 1):
        raise Http404(_("Choose the proposals first."))
    if verdict == "merge":
        return [joined(expression.text, [proposed(p) for p in proposals])]
    desk = queries.desk(expression, request.rights)
    decision = desk.decided.get(proposals[0].pk)
    before = list(decision.outcomes) if decision and len(decision.proposals.all()) == 1 else []
    if verdict == "change":
        return before if len(before) == 1 else [proposed(proposals[0])]
    parts = request.GET.get("parts", "2")
    wanted = min(max(_number(parts), 2), MOST_PARTS)
    if len(before) > 1:
        return before if len(before) >= wanted else [*before[:-1], *halves(before[-1], wanted - len(before) + 1)]
    return halves(proposed(proposals[0]), wanted)


def _decided_with(expression: Expression, idents: Sequence[str]) -> set[str]:
    """Idents of all proposals that were ever decided together with these: their cards may change too."""
    together = Decision.objects.filter(proposals__expression=expression, proposals__ident__in=idents)
    others = Proposal.objects.filter(decisions__in=together.values("pk")).values_list("ident", flat=True)
    return {*idents, *others}


def _is_part(request: RegisterRequest) -> bool:
    """Whether the script asks, which puts the answer into the page."""
    return "X-Part" in request.headers


def _answer(
    request: RegisterRequest, expression: Expression, said: str, touched: set[str], *, whole: bool, anchor: str = ""
) -> HttpResponse:  # fmt: skip
    """Back to the place in the page; for the script what has changed of it. ``whole``: cards came or went."""
    anchor = anchor or min(touched, default="", key=lambda ident: (len(ident), ident))
    if not _is_part(request):
        return redirect(reverse("review", args=[expression.pk]) + (f"#{anchor}" if anchor else ""))
    context = _desk(request, expression)
    context["changed"] = [card for card in context["cards"] if card.anchor in touched]
    said = f"{said}. " + _("%(done)d of %(all)d decided.") % {"done": context["done"], "all": context["total"]}
    return render(request, "register/review/answer.html", context | {"whole": whole, "said": said, "anchor": anchor})


def _refused(request: RegisterRequest, expression: Expression, message: str, idents: Sequence[str]) -> HttpResponse:
    if _is_part(request):
        return render(request, "register/review/refused.html", {"message": message}, status=422)
    messages.error(request, message)
    return redirect(reverse("review", args=[expression.pk]) + (f"#{idents[0]}" if idents else ""))


def _desk(request: RegisterRequest, expression: Expression) -> dict[str, Any]:
    """Everything that the screen shows."""
    desk = queries.desk(expression, request.rights)
    partnership = expression.instrument.partnership
    describe = Describer(Area.objects.all(), partnership.parties.all())
    made = queries.outcome_numbers([*desk.decided.values(), *desk.added])
    cards = cards_of(desk, describe, made)
    may = request.rights.may("review", partnership.pk)
    leads = queries.leads(expression)
    here = expression.pk
    settled = sum(not card.views for card in cards) if desk.matters else 0
    return {
        "expression": expression, "desk": desk, "cards": cards,
        "stretches": text_of(desk, list(expression.segments.all()), cards),
        "done": desk.done, "total": len(desk.proposals), "writable": desk.writable and may, "may_review": may,
        "leads": leads, "settled": settled, "to_settle": len(cards) if desk.matters else 0,
        "reasons": [(key, str(text)) for key, text in REASONS.items()], "trail": _trail(expression)[:1],
        "unsettled": [card for card in cards if card.views],
        "strength_word": _("Strength"), "why_word": _("Why the machine proposes it"),
        "proposed_word": _("As proposed:"),
        "words": {
            "accept": _("Accept"), "change": _("Change"), "split": _("Split"), "merge": _("Merge with the next"),
            "reject": _("Reject"), "undo": _("Undo"), "why": _("Why is it none?"), "other": _("Another reason"),
            "own": _("In your words"),
        },
        "urls": {
            "decide": reverse("review-decide", args=[here]), "settle": reverse("review-settle", args=[here]),
            **{v: reverse("review-edit", args=[here, v]) for v in ("change", "split", "merge", "add")},
        },
    }  # fmt: skip


def _trail(expression: Expression) -> list[dict[str, str]]:
    return [
        {"label": _("Review"), "url": reverse("reviews")},
        {"label": expression.title or expression.instrument.name, "url": reverse("review", args=[expression.pk])},
    ]


urlpatterns = [
    path("review/", reviews, name="reviews"),
    path("review/<int:expression>/", review, name="review"),
    path("review/<int:expression>/begin/", begin, name="review-begin"),
    path("review/<int:expression>/decide/", decide, name="review-decide"),
    path("review/<int:expression>/edit/<str:verdict>/", edit, name="review-edit"),
    path("review/<int:expression>/rest/", rest, name="review-rest"),
    path("review/<int:expression>/finish/", finish, name="review-finish"),
    path("review/<int:expression>/settle/", settle, name="review-settle"),
    path("review/<int:expression>/agreement/", agreement, name="review-agreement"),
    path("review/<int:expression>/coded.jsonl", coded, name="review-coded"),
]
