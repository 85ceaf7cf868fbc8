"""What a reader sees: one filter for every model, through which every list, count, search, export and history goes.

A record is seen when each of its guards is: its own visibility where it has one, and that of all it belongs to.
In the past (:mod:`servanda_register.past`) the same rules hold, for the reader as he is now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_
from typing import Any, TypeVar

from django.db.models import BigIntegerField, BooleanField, Case, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _

from servanda_register import models as m
from servanda_register import past
from servanda_register.queries.rights import Rights

Record = TypeVar("Record", bound=Model)

OWN = ""
GUARDS: dict[type[Model], tuple[list[str], str]] = {
    m.Partnership: ([OWN], "pk"),
    m.Mechanism: ([OWN, "partnership"], "partnership"),
    m.Agreement: ([OWN, "partnership"], "partnership"),
    m.Programme: ([OWN, "partnership"], "partnership"),
    m.Plan: ([OWN, "partnership"], "partnership"),
    m.PlanStep: (["plan", "plan__partnership"], "plan__partnership"),
    m.Action: ([OWN, "partnership"], "partnership"),
    m.Milestone: (["action", "action__partnership"], "action__partnership"),
    m.Progress: (["action", "action__partnership"], "action__partnership"),
    m.Session: ([OWN, "mechanism", "mechanism__partnership"], "mechanism__partnership"),
    m.AgendaItem: (
        ["session", "session__mechanism", "session__mechanism__partnership"],
        "session__mechanism__partnership",
    ),
    m.SessionDecision: (
        ["session", "session__mechanism", "session__mechanism__partnership"],
        "session__mechanism__partnership",
    ),
    m.Exchange: ([OWN, "partnership"], "partnership"),
    m.Difficulty: ([OWN, "partnership"], "partnership"),
    m.Answer: (["difficulty", "difficulty__partnership"], "difficulty__partnership"),
    m.Assessment: (["agreement", "agreement__partnership"], "agreement__partnership"),
    m.Support: ([OWN, "partnership"], "partnership"),
    m.Indicator: ([OWN, "partnership"], "partnership"),
    m.Target: (["indicator", "indicator__partnership"], "indicator__partnership"),
    m.Measurement: (["indicator", "indicator__partnership"], "indicator__partnership"),
    m.Instrument: ([OWN, "partnership"], "partnership"),
    m.Expression: (["instrument", "instrument__partnership"], "instrument__partnership"),
    m.Segment: (
        ["expression__instrument", "expression__instrument__partnership"],
        "expression__instrument__partnership",
    ),
    m.Proposal: (
        ["expression__instrument", "expression__instrument__partnership"],
        "expression__instrument__partnership",
    ),
    m.Review: (
        ["expression__instrument", "expression__instrument__partnership"],
        "expression__instrument__partnership",
    ),
    m.Decision: (
        ["review__expression__instrument", "review__expression__instrument__partnership"],
        "review__expression__instrument__partnership",
    ),
    m.Pairing: (["a__instrument", "a__instrument__partnership"], "a__instrument__partnership"),
    m.Commitment: ([OWN, "instrument", "instrument__partnership"], "instrument__partnership"),
    m.Passage: (
        ["commitment", "commitment__instrument", "commitment__instrument__partnership"],
        "commitment__instrument__partnership",
    ),
}
"""Model -> (paths to the records whose visibilities guard it, path to the partnership of them all)."""
PERHAPS: dict[type[Model], list[str]] = {
    m.Action: ["plan"],
    m.Milestone: ["action__plan"],
    m.Progress: ["action__plan"],
}
"""Guards more, for those rows that have them: an action need not stand in a roadmap."""

WORK = {m.Proposal, m.Review, m.Decision, m.Pairing, m.Assessment, m.Answer}
"""Work in progress: never shown to those outside the partnership, however public the statement is."""
ALL, NONE = ~Q(pk=None), Q(pk__in=[])
"""Conditions that every row meets, and none."""
OPEN = {m.Area, m.Forum, m.Party, m.Body}
"""Facts about governments that guard nothing."""
WRITTEN_BY = {m.Event: ("sequence", "sequence"), m.Attachment: ("kept_at", "at"), m.Intake: ("at", "at")}
"""Models that even in the past are read from the register itself: field, and what of the moment bounds it."""


def visible(model: type[Record], rights: Rights) -> QuerySet[Record]:
    """The records of ``model`` that the reader may see; raises KeyError for a model that has no rule."""
    if model in OPEN:
        return model._default_manager.all()
    return _let_through(model, _RULES[model](rights) if model in _RULES else guarded(model, rights))


def events_about(kind: str, rights: Rights) -> QuerySet[m.Event]:
    """The events that the reader may see, of records of one kind alone: asked for far more quickly than all."""
    return _let_through(m.Event, _events(rights, kind)).filter(kind=kind)


def _let_through(model: type[Record], rule: Q) -> QuerySet[Record]:
    rows: QuerySet[Any] = model._default_manager.all()
    moment = past.looking_at()
    if moment and model in WRITTEN_BY:
        field, at = WRITTEN_BY[model]
        rows = rows.filter(**{f"{field}__lte": getattr(moment, at)})
    return rows if rule is ALL else rows.filter(rule)


def one(model: type[Record], rights: Rights, rows: QuerySet[Record] | None = None, **lookup: Any) -> Record:
    """The one record; raises Http404 alike for what is not there and for what may not be seen."""
    found = (visible(model, rights) if rows is None else rows).filter(**lookup).first()
    if found is None:
        raise Http404(_("There is no such record, or you may not see it."))
    return found


def guarded(model: type[Model], rights: Rights, prefix: str = "", *, inside: bool = False) -> Q:
    """The condition that all guards of ``model`` let the reader through; ``prefix`` leads from another model to it.

    With ``inside`` only what is of the reader's own partnerships.
    """
    levels, home = GUARDS[model]
    levels, home = [_join(prefix, path) for path in levels], _join(prefix, home)
    perhaps = [_join(prefix, path) for path in PERHAPS.get(model, ())]
    if inside or model in WORK:
        return _all(_seen(levels, home, rights, perhaps, inside=True), _inside(home, rights))
    return _seen(levels, home, rights, perhaps)


def _join(*parts: str) -> str:
    return "__".join(p for p in parts if p)


def _seen(
    paths: Iterable[str], home: str, rights: Rights, perhaps: Iterable[str] = (), *, inside: bool = False
) -> Q:  # fmt: skip
    """Whether the visibilities at all ``paths``, and at those of ``perhaps`` that are there, let the reader through.

    All are of the partnership at ``home``, which is known to be one of the reader's where ``inside`` is given.
    """
    if rights.cleared_everywhere:
        return ALL

    def at_most(*levels: str) -> Q:
        parts = [Q(**{f"{_join(path, 'visibility')}__in": levels}) for path in paths]
        parts += [Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__visibility__in": levels}) for path in perhaps]
        return reduce(and_, parts)

    if rights.everywhere or inside:
        seen = at_most("public", "internal")
    else:
        seen = at_most("public") if rights.public or rights.member else NONE
        if rights.groups:
            seen |= at_most("public", "internal") & _inside(home, rights)
    return seen | Q(**{f"{home}__in": rights.cleared}) if rights.cleared else seen


def _inside(home: str, rights: Rights) -> Q:
    """Whether the partnership at ``home`` is one that the reader belongs to."""
    return ALL if rights.everywhere else Q(**{f"{home}__in": list(rights.groups)})


def _all(*conditions: Q) -> Q:
    """All of the conditions; those that let everything through are left out, for each part of a query takes time."""
    parts = [q for q in conditions if q is not ALL]
    return reduce(and_, parts) if parts else ALL


def _own(rights: Rights) -> Q:
    """A visibility of its own, without a partnership: internal for all members, restricted for those cleared in all."""
    levels = Q(visibility="public") if rights.public or rights.member else NONE
    if rights.member:
        levels |= Q(visibility="internal")
    if rights.cleared_everywhere:
        levels |= Q(visibility="restricted")
    return levels


def _about(rights: Rights, *targets: tuple[str, type[Model]]) -> Q:
    """A record about one or several things: its own visibility there, and that of each of the things."""
    homes = {
        m.Partnership: "pk", m.Instrument: "partnership", m.Commitment: "instrument__partnership",
        m.Proposal: "expression__instrument__partnership", m.Plan: "partnership", m.Action: "partnership",
    }  # fmt: skip
    some, all_seen = NONE, ALL
    for name, model in targets:
        home = name if model is m.Partnership else _join(name, homes[model])
        some |= Q(**{f"{name}__isnull": False})
        seen = _all(_seen([OWN], home, rights), guarded(model, rights, name))
        all_seen = _all(all_seen, ALL if seen is ALL else Q(**{f"{name}__isnull": True}) | seen)
    return _all(some, all_seen)


def _comments(rights: Rights) -> Q:
    mine = Q(by=rights.account) if rights.account else NONE
    on_proposals = Q(proposal=None) | mine | _open_review("proposal__expression")
    return on_proposals & _about(
        rights, ("partnership", m.Partnership), ("instrument", m.Instrument), ("commitment", m.Commitment),
        ("proposal", m.Proposal), ("plan", m.Plan), ("action", m.Action),
    )  # fmt: skip


def _attachments(rights: Rights) -> Q:
    about = _about(rights, ("commitment", m.Commitment), ("instrument", m.Instrument))
    loose = Q(instrument=None, commitment=None)
    return about | (loose & _about(rights, ("partnership", m.Partnership)) & _inside("partnership", rights))


def _intakes(rights: Rights) -> Q:
    """Only those who may bring statements in see what is on its way, and of others' what they may see."""
    mine = Q(by=rights.account) if rights.account else NONE
    where = rights.where("bring-in")
    inside = ALL if where is None else Q(partnership__in=where)
    seen = _all(inside, _seen([OWN], "partnership", rights), guarded(m.Partnership, rights, "partnership"))
    return mine | (Q(partnership__isnull=False) & seen)


def _reviews(rights: Rights) -> Q:
    return _all(guarded(m.Review, rights), _unblinded("", rights))


def _decisions(rights: Rights) -> Q:
    return _all(guarded(m.Decision, rights), _unblinded("review", rights))


def _unblinded(path: str, rights: Rights) -> Q:
    """Where two review apart, neither sees the other's work, nor does anyone else, before a third begins to settle."""
    mine = Q(**{_join(path, "reviewer"): rights.account}) if rights.account else NONE
    return mine | _open_review(_join(path, "expression"))


def _open_review(expression: str) -> Q:
    """Whether the review of the expression at this path is open to all who may see the work."""
    settled = m.Review.objects.filter(settles=True).values("expression")
    return Q(**{f"{expression}__instrument__reviewing": "single"}) | Q(**{f"{expression}__in": settled})


def _agenda(rights: Rights) -> Q:
    """An item about something out of the reader's sight is out of it too: its name and its reason tell of that."""
    seen = guarded(m.AgendaItem, rights)
    for name in ("actions", "commitments", "agreements", "difficulties"):
        field: Any = m.AgendaItem._meta.get_field(name)
        far = field.m2m_reverse_field_name()
        hidden = field.remote_field.through._default_manager.exclude(
            **{f"{far}__in": visible(field.related_model, rights).order_by().values("pk")}
        )
        seen &= ~Q(pk__in=hidden.values("agendaitem"))
    return seen


def _session_decisions(rights: Rights) -> Q:
    """As with the agenda: on what item, and which action."""
    items = visible(m.AgendaItem, rights).order_by().values("pk")
    actions = visible(m.Action, rights).order_by().values("pk")
    return (
        guarded(m.SessionDecision, rights)
        & (Q(item=None) | Q(item__in=items))
        & (Q(action=None) | Q(action__in=actions))
    )


def _roles(rights: Rights) -> Q:
    person = visible(m.Person, rights).values("pk")
    mechanism = visible(m.Mechanism, rights).values("pk")
    return Q(person__in=person) & (Q(mechanism=None) | Q(mechanism__in=mechanism))


def _report_templates(rights: Rights) -> Q:
    """Those of all partnerships for every member; those of one for who belongs to it."""
    if not rights.member:
        return NONE
    inside = _inside("partnership", rights) & guarded(m.Partnership, rights, "partnership")
    return Q(partnership=None) | (Q(partnership__isnull=False) & inside)


def _memberships(rights: Rights) -> Q:
    if rights.may("administer"):
        return ALL
    return Q(account=rights.account) if rights.account else NONE


def _tokens(path: str) -> Callable[[Rights], Q]:
    """One's own; administrators see that others have some."""

    def rule(rights: Rights) -> Q:
        if rights.may("administer"):
            return ALL
        return Q(**{path: rights.account}) if rights.account else NONE

    return rule


def _accounts(rights: Rights) -> Q:
    """Members know each other's names; others know nobody."""
    return ALL if rights.member else NONE


def _events(rights: Rights, kind: str = "") -> Q:
    """History of what the reader may see, for those alone who belong to the partnership of which it tells.

    With ``kind`` only what is told of records of that kind.
    """
    if not rights.member:
        return NONE
    always = {model._meta.model_name for model in OPEN}
    if rights.may("administer"):
        always |= {"account", "token", "tokenend"}
    told = []
    models: Iterable[type[Model]] = (
        *GUARDS, m.Comment, m.Attachment, m.Person, m.Role, m.Membership, m.ReportTemplate
    )  # fmt: skip
    for model in models:
        if kind and kind != model._meta.model_name:
            continue
        rule = _RULES[model](rights) if model in _RULES else guarded(model, rights, inside=True)
        if rule is ALL:
            always.add(model._meta.model_name)
            continue
        # by its key in a CASE: ORed subqueries would gather all records of every kind
        seen = model._default_manager.filter(rule, pk=Cast(OuterRef("record"), BigIntegerField()))
        told.append(When(kind=model._meta.model_name, then=Exists(seen)))
    told.append(When(kind__in=always, then=Value(True)))
    inside = _all(_inside("partnership", rights), guarded(m.Partnership, rights, "partnership"))
    return Q(Case(*told, default=Value(False), output_field=BooleanField())) & (Q(partnership=None) | inside)


_RULES = {
    m.Comment: _comments, m.Attachment: _attachments, m.Intake: _intakes, m.Person: _own, m.Role: _roles,
    m.Membership: _memberships, m.Account: _accounts, m.Event: _events,
    m.Token: _tokens("account"), m.TokenEnd: _tokens("token__account"),
    m.Review: _reviews, m.Decision: _decisions, m.ReportTemplate: _report_templates,
    m.AgendaItem: _agenda, m.SessionDecision: _session_decisions,
}  # fmt: skip
