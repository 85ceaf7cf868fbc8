"""What a session is to take up: proposed from what is due, each with its reason, for people to take or leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Q
from django.utils import formats, translation
from django.utils.translation import gettext as _

from servanda_register.models import (
    Action,
    AgendaItem,
    Agreement,
    AgreementStage,
    Area,
    Commitment,
    Difficulty,
    Session,
    in_language,
)
from servanda_register.queries.due import CLOSED, overdue, timing
from servanda_register.queries.rights import Rights
from servanda_register.queries.session import COPIES, before, decided, follow_up
from servanda_register.queries.visibility import visible

LANGUAGES = ("en", "vi", "ru")
"""Every proposal is worded in all of them, so that each side reads the agenda in its own."""
Texts = dict[str, str]


@dataclass(frozen=True)
class Candidate:
    """One item that the register proposes."""

    key: str
    """Of the tick: ``action-12``."""
    kind: str
    """``follow-up``, ``action``, ``difficulty`` or ``agreement``."""
    names: Texts
    why: Texts
    links: dict[str, list[Any]] = field(default_factory=dict)
    """Field of an item of the agenda -> the records that it is about."""

    @property
    def name(self) -> str:
        """In the reader's language."""
        return in_language(self.names)[0]

    @property
    def name_language(self) -> str:
        """Language of :attr:`name`."""
        return in_language(self.names)[1]

    @property
    def reason(self) -> str:
        """In the reader's language."""
        return in_language(self.why)[0]


@dataclass(frozen=True)
class Scope:
    """What a mechanism is for: the areas of the commitments that name it."""

    areas: list[Area]
    commitments: frozenset[int]

    def holds(self, areas: Iterable[Area]) -> list[Area]:
        """Those of ``areas`` that are the mechanism's."""
        own = {area.pk for area in self.areas}
        return [area for area in areas if area.pk in own]


def scope(session: Session, rights: Rights) -> Scope:
    """As the reader sees it."""
    named = visible(Commitment, rights).filter(mechanisms=session.mechanism_id, state="confirmed").order_by()
    pks = frozenset(named.values_list("pk", flat=True))
    return Scope(list(Area.objects.filter(ranked_commitments__commitment__in=pks).distinct()), pks)


def propose(session: Session, rights: Rights, today: date) -> list[Candidate]:
    """What is due and not on the agenda yet: follow-up first, then actions, difficulties and agreements."""
    own = scope(session, rights)
    there = _there(session)
    followed = _follow_up(session, rights, today, there)
    taken = {action.pk for c in followed for action in c.links.get("actions", [])}
    return [
        *followed,
        *_actions(session, rights, today, own, there["actions"] | taken),
        *_difficulties(session, rights, own, there["difficulties"]),
        *_agreements(session, rights, own, there["agreements"]),
    ]


def _there(session: Session) -> dict[str, set[Any]]:
    """What the agenda has already, also out of the reader's sight: nothing is put on it twice."""
    items = AgendaItem.objects.filter(session=session, dropped=False).prefetch_related(
        "actions", "difficulties", "agreements"
    )
    out: dict[str, set[Any]] = {"actions": set(), "difficulties": set(), "agreements": set(), "names": set()}
    for item in items:
        out["names"] |= set(item.names.values())
        for name in ("actions", "difficulties", "agreements"):
            out[name] |= {record.pk for record in getattr(item, name).all()}
    return out


def _follow_up(session: Session, rights: Rights, today: date, there: dict[str, set[Any]]) -> list[Candidate]:
    last = before(session, rights)
    if last is None:
        return []
    out: list[Candidate] = []
    seen: set[int] = set()
    for row in follow_up(decided(rights).filter(session=last), today):
        action = row.decision.action
        known = action is not None and (action.pk in there["actions"] or action.pk in seen)
        if row.done or known or set(row.decision.names.values()) & there["names"]:
            continue
        if action:
            seen.add(action.pk)

        def why(action: Action | None = action) -> str:
            said = _("Session %(number)s of %(day)s decided it.") % {"number": last.number, "day": _day(last.starts)}
            return " ".join([said, _standing(action, today) if action else _("No action has been made of it yet.")])

        names = {code: text for code, text in row.decision.names.items() if text}
        links = {"actions": [action]} if action else {}
        out.append(Candidate(f"decision-{row.decision.pk}", "follow-up", names, _said(why), links))
    return out


def _actions(
    session: Session, rights: Rights, today: date, own: Scope, taken: set[int]
) -> list[Candidate]:  # fmt: skip
    due = Q(due__lte=session.starts) | overdue(today) | Q(state="stalled")
    rows = (
        visible(Action, rights)
        .filter(due, partnership=session.mechanism.partnership_id)
        .filter(Q(mechanism=session.mechanism_id) | Q(mechanism=None))
        .exclude(Q(pk__in=taken) | Q(state__in=CLOSED) | COPIES)
        .prefetch_related(Prefetch("commitments", visible(Commitment, rights).prefetch_related("ranked_areas__area")))
        .order_by(F("due").asc(nulls_last=True), "number")
    )
    out = []
    for action in rows:
        areas = own.holds(_areas_of(action))
        named = own.commitments & {c.pk for c in action.commitments.all()}
        if action.mechanism_id is None and not areas and not named:
            continue

        def why(action: Action = action, areas: list[Area] = areas) -> str:
            place = (
                _("This mechanism follows it.")
                if action.mechanism_id
                else _("No mechanism follows it yet, and it is of this one's areas: %s.") % _names(areas)
                if areas
                else _("It rests on a commitment that names this mechanism.")
            )
            return f"{_standing(action, today)} {place}"

        out.append(Candidate(f"action-{action.pk}", "action", dict(action.names), _said(why), {"actions": [action]}))
    return out


def _areas_of(action: Action) -> list[Area]:
    rows = (row.area for c in action.commitments.all() for row in c.ranked_areas.all())
    return list({area.pk: area for area in rows}.values())


def _standing(action: Action, today: date) -> str:
    """How an action stands, in a sentence."""
    said = {"number": action.number, "state": action.get_state_display().lower(), "day": ""}
    if action.due is None:
        return _("Action %(number)s has no deadline; state: %(state)s.") % said
    said["day"] = _day(action.due)
    if timing(action.due, action.state, today) == "overdue":
        return _("Action %(number)s is overdue since %(day)s; state: %(state)s.") % said
    return _("Action %(number)s is due on %(day)s; state: %(state)s.") % said


def _difficulties(session: Session, rights: Rights, own: Scope, taken: set[int]) -> list[Candidate]:
    rows = (
        visible(Difficulty, rights)
        .filter(partnership=session.mechanism.partnership_id, state="open")
        .exclude(pk__in=taken)
        .select_related("raised_by", "owed_by")
        .prefetch_related("areas", Prefetch("commitments", visible(Commitment, rights)))
        .order_by(F("answer_due").asc(nulls_last=True), "raised_on", "pk")
    )
    out = []
    for difficulty in rows:
        place = _belongs(own, list(difficulty.areas.all()), [c.pk for c in difficulty.commitments.all()])
        if place is None:
            continue

        def why(difficulty: Difficulty = difficulty, place: Callable[[], str] = place) -> str:
            said = [
                _("%(party)s raised it on %(day)s, and it is open.")
                % {"party": difficulty.raised_by.name, "day": _day(difficulty.raised_on)}
            ]
            if difficulty.owed_by and difficulty.answer_due:
                said.append(
                    _("The next answer is owed by %(party)s, by %(day)s.")
                    % {"party": difficulty.owed_by.name, "day": _day(difficulty.answer_due)}
                )
            return " ".join([*said, place()])

        names, links = dict(difficulty.names), {"difficulties": [difficulty]}
        out.append(Candidate(f"difficulty-{difficulty.pk}", "difficulty", names, _said(why), links))
    return out


def _agreements(session: Session, rights: Rights, own: Scope, taken: set[int]) -> list[Candidate]:
    concluded = (AgreementStage.SIGNED, AgreementStage.RATIFIED)
    rows = (
        visible(Agreement, rights)
        .filter(
            Q(status__in=("to-sign", "to-amend")) | Q(next_review__lte=session.starts),
            partnership=session.mechanism.partnership_id,
        )
        .exclude(Q(pk__in=taken) | Q(status="to-sign", stage__in=concluded))
        .prefetch_related("areas", Prefetch("commitments", visible(Commitment, rights)))
        .order_by(F("next_review").asc(nulls_last=True), "pk")
    )
    out = []
    for agreement in rows:
        place = _belongs(own, list(agreement.areas.all()), [c.pk for c in agreement.commitments.all()])
        if place is None:
            continue

        def why(agreement: Agreement = agreement, place: Callable[[], str] = place) -> str:
            said = []
            if agreement.status in ("to-sign", "to-amend"):
                state = agreement.get_status_display()
                stage = agreement.get_stage_display() if agreement.stage else _("nothing is known of the negotiation")
                said.append(f"{state}: {stage[:1].lower()}{stage[1:]}.")
            if agreement.next_review and agreement.next_review <= session.starts:
                said.append(_("Its next review is due on %s.") % _day(agreement.next_review))
            return " ".join([*said, place()])

        names, links = dict(agreement.names), {"agreements": [agreement]}
        out.append(Candidate(f"agreement-{agreement.pk}", "agreement", names, _said(why), links))
    return out


def _belongs(own: Scope, areas: list[Area], commitments: list[int]) -> Callable[[], str] | None:
    """Why a record is this mechanism's, as a sentence still to be said; None where it is not."""
    common = own.holds(areas)
    if own.commitments & set(commitments):
        return lambda: _("A commitment on which it rests names this mechanism.")
    if common:
        return lambda: _("It is of this mechanism's areas: %s.") % _names(common)
    if not own.areas:
        return lambda: _("No commitment says what this mechanism is for, so all of the partnership is looked at.")
    return None


def _names(areas: list[Area]) -> str:
    return ", ".join(area.name for area in areas)


def _said(sentence: Callable[[], str]) -> Texts:
    """The same sentence in each language."""
    out = {}
    for code in LANGUAGES:
        with translation.override(code):
            out[code] = sentence()
    return out


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
