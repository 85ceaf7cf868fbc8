"""What reports tell: how a partnership fared in a period, and what a minister should know of it on one page.

A report is made for an audience, and holds what that audience may see and the one who makes it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servanda_register.models import (
    Action,
    Agreement,
    Body,
    Commitment,
    Difficulty,
    Exchange,
    Instrument,
    Measurement,
    Partnership,
    Progress,
    ProgressState,
    Role,
    Session,
    SessionDecision,
    Target,
    Visibility,
    in_language,
)
from servanda_register.queries import due
from servanda_register.queries.reminders import in_force, name_of
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

AUDIENCES: dict[str, Promise] = {
    "public": gettext_lazy("Everyone"),
    "internal": gettext_lazy("Colleagues"),
    "restricted": gettext_lazy("Cleared colleagues"),
}
POINTS = 5
"""Open points, dates and people of a brief, so that it stays on one page."""
CANDIDATES = 15
AHEAD = timedelta(days=90)
"""How far a progress report looks ahead."""


def audiences(rights: Rights, partnership: Partnership) -> list[str]:
    """For whom the reader may make a report of the partnership, the widest first."""
    cleared = rights.cleared_everywhere or partnership.pk in rights.cleared
    own = ["public", "internal", *(["restricted"] if cleared else [])]
    return own[list(Visibility.values).index(partnership.visibility) :]


def for_audience(rights: Rights, audience: str) -> Rights:
    """The reader's rights, narrowed to what the audience may see."""
    if audience == "public":
        return Rights(public=True)
    if audience == "internal":
        return Rights(rights.account, rights.everywhere, groups=rights.groups, public=rights.public)
    return rights


@dataclass(frozen=True)
class Basis:
    """A commitment on which an action rests."""

    pk: int
    number: int
    strength: str


@dataclass(frozen=True)
class Line:
    """One action as it stood on the day of the report."""

    action: Action
    state: str
    timing: due.Timing
    since: date | None
    reason: str
    """Why it stands so; empty where nobody has said."""
    source: str
    leads: tuple[str, ...]
    basis: tuple[Basis, ...]
    areas: frozenset[str]
    late: int = 0
    """Days since the deadline, where it is overdue."""

    @property
    def state_label(self) -> str:
        """In the reader's language."""
        return str(ProgressState(self.state).label)


@dataclass(frozen=True)
class AreaCount:
    """How the actions of one area stand; ``slug`` is empty for those without an area."""

    slug: str
    name: str
    total: int
    delivered: int
    under_way: int
    overdue: int
    stalled: int


@dataclass(frozen=True)
class Figure:
    """The latest value of an indicator, with the one before it and what is aimed at."""

    indicator: Any
    latest: Measurement
    before: Measurement | None
    target: Target | None

    def said(self, value: Decimal) -> str:
        """A value as the reader writes numbers, with its unit."""
        number = formats.number_format(value, self.indicator.decimals, use_l10n=True, force_grouping=True)
        return f"{number} {self.indicator.unit}".strip()


@dataclass(frozen=True)
class Held:
    """A session of the period with what it decided."""

    session: Session
    name: str
    decisions: list[tuple[SessionDecision, Action | None]]
    """With the action that each became or concerns, where that one is in force."""


@dataclass(frozen=True)
class ProgressReport:
    """How a partnership fared."""

    partnership: Partnership
    start: date
    end: date
    on: date
    """The day as of which states are told: the last of the period, or today."""
    lines: list[Line]
    areas: list[AreaCount]
    delivered: list[Line]
    """In the period."""
    sessions: list[Held]
    exchanges: list[Exchange]
    figures: list[Figure]
    raised: list[Difficulty]
    """In the period."""
    open: list[Difficulty]
    states: list[tuple[str, str, int]] = field(default_factory=list)
    """(state, label, number of actions)"""

    @property
    def overdue(self) -> list[Line]:
        """The longest first."""
        return sorted((x for x in self.lines if x.timing == "overdue"), key=lambda x: x.action.due or date.max)

    @property
    def stalled(self) -> list[Line]:
        """Those that do not move."""
        return [x for x in self.lines if x.state == ProgressState.STALLED]

    @property
    def coming(self) -> list[Line]:
        """What is due next."""
        rows = [
            x for x in self.lines
            if x.action.due and x.state not in due.CLOSED and self.on <= x.action.due <= self.on + AHEAD
        ]  # fmt: skip
        return sorted(rows, key=lambda x: x.action.due or date.max)


def progress(partnership: Partnership, rights: Rights, start: date, end: date, today: date) -> ProgressReport:
    """The report of a period, as far as ``rights`` reach."""
    on = min(end, today)
    names: dict[str, str] = {}
    lines = _lines(partnership, rights, on, names)
    counted = [(state, str(label), sum(x.state == state for x in lines)) for state, label in ProgressState.choices]
    since = {"starts__gte": start, "starts__lte": end, "state": "held"}
    sessions = list(visible(Session, rights).filter(mechanism__partnership=partnership, **since)
                    .select_related("mechanism").order_by("starts", "pk"))  # fmt: skip
    decisions = list(visible(SessionDecision, rights).filter(session__in=[s.pk for s in sessions]))
    actions = {line.action.pk: line.action for line in lines}
    difficulties = list(
        visible(Difficulty, rights).filter(partnership=partnership, raised_on__lte=end)
        .select_related("raised_by", "owed_by").order_by("raised_on", "pk")
    )  # fmt: skip
    return ProgressReport(
        partnership, start, end, on, lines,
        areas=_areas(lines, names),
        delivered=[
            x for x in lines
            if x.state == ProgressState.DELIVERED and x.since is not None and start <= x.since <= end
        ],
        sessions=[Held(s, name_of(s), [
            (d, actions.get(d.action_id or 0)) for d in decisions if d.session_id == s.pk
        ]) for s in sessions],
        exchanges=list(visible(Exchange, rights).filter(partnership=partnership, **since).order_by("starts", "pk")),
        figures=_figures(partnership, rights, end),
        raised=[d for d in difficulties if d.raised_on >= start],
        open=[d for d in difficulties if d.state == "open"],
        states=[row for row in counted if row[2]],
    )  # fmt: skip


Standing = tuple[str, date | None, str, str]
"""State, since when, why, and where that can be looked up."""


def standing(action: Action, steps: list[Progress], on: date) -> tuple[str, Progress | None] | None:
    """State of an action at the end of a day, and the step that says so; None where it was not there yet.

    ``steps`` are all its steps in the order in which they were written.
    """
    past = [step for step in steps if step.on <= on]
    if past:
        return past[-1].state, past[-1]
    if not steps:
        return action.state, None
    return (steps[0].before, None) if steps[0].before else None


def _then(action: Action, on: date) -> Standing | None:
    found = standing(action, list(action.progress.all()), on)
    if found is None:
        return None
    state, step = found
    return (state, step.on, step.reason, step.source) if step else (state, None, "", "")


def _now(action: Any, on: date) -> Standing:
    return action.state, None, action.why or "", ""


def _lines(
    partnership: Partnership, rights: Rights, on: date, names: dict[str, str], *, history: bool = True
) -> list[Line]:  # fmt: skip
    """Actions in force, without those that others have superseded; fills in the ``names`` of their areas.

    Without ``history`` they stand as they do now.
    """
    rows = visible(Action, rights).filter(in_force(), partnership=partnership).order_by("number")
    rows = rows.prefetch_related(Prefetch("leads", Body.objects.select_related("party").order_by("party", "pk")))
    if history:
        rows = rows.prefetch_related(Prefetch("progress", visible(Progress, rights).order_by("pk")))
    else:
        steps = visible(Progress, rights).filter(action=OuterRef("pk")).order_by("-pk")
        rows = rows.annotate(why=Subquery(steps.values("reason")[:1]))
    actions = list(rows)
    basis: dict[int, dict[int, Basis]] = {}
    areas: dict[int, set[str]] = {}
    links = visible(Commitment, rights).filter(actions__in=[a.pk for a in actions]).order_by("instrument", "number")
    for of_action, pk, number, strength, area, area_names in links.values_list(
        "actions", "pk", "number", "strength", "ranked_areas__area", "ranked_areas__area__names"
    ):
        basis.setdefault(of_action, {})[pk] = Basis(pk, number, strength)
        if area:
            areas.setdefault(of_action, set()).add(area)
            names[area] = in_language(area_names)[0]
    lines = []
    for action in actions:
        found = _then(action, on) if history else _now(action, on)
        if found is None or found[0] == ProgressState.SUPERSEDED:
            continue
        state, since, reason, source = found
        timing = due.timing(action.due, state, on)
        lines.append(
            Line(
                action, state, timing, since, reason, source,
                # ministries of both sides often have the same name
                tuple(f"{body.name} ({body.party.name})" for body in action.leads.all()),
                tuple(basis.get(action.pk, {}).values()), frozenset(areas.get(action.pk, ())),
                (on - action.due).days if timing == "overdue" and action.due else 0,
            )
        )  # fmt: skip
    return lines


def _areas(lines: list[Line], names: dict[str, str]) -> list[AreaCount]:
    """Largest first; an action of several areas counts in each of them."""
    slugs = sorted({slug for line in lines for slug in line.areas}, key=lambda slug: names[slug])
    rows = [_count(slug, names[slug], [x for x in lines if slug in x.areas]) for slug in slugs]
    rows.sort(key=lambda row: -row.total)
    without = [x for x in lines if not x.areas]
    return [*rows, _count("", _("Without an area"), without)] if without else rows


def _count(slug: str, name: str, lines: list[Line]) -> AreaCount:
    def of(state: str) -> int:
        return sum(x.state == state for x in lines)

    return AreaCount(
        slug, name, len(lines), of("delivered"), of("under-way"), sum(x.timing == "overdue" for x in lines),
        of("stalled"),
    )  # fmt: skip


def _figures(partnership: Partnership, rights: Rights, on: date, *, aims: bool = True) -> list[Figure]:
    """Of each indicator the latest value of a period that ended by the day, and with ``aims`` the next target."""
    rows = visible(Measurement, rights).filter(indicator__partnership=partnership, indicator__ended=False)
    series: dict[int, dict[date, Measurement]] = {}
    for value in rows.filter(period__lte=on).select_related("indicator").order_by("indicator", "period", "pk"):
        series.setdefault(value.indicator_id, {})[value.period] = value  # a later row takes the place of an earlier
    targets: dict[int, Target] = {}
    aimed = visible(Target, rights).filter(indicator__in=list(series), dropped=False, by_date__gte=on)
    for target in aimed.order_by("-by_date", "-pk") if aims else ():
        targets[target.indicator_id] = target
    out = []
    for key, values in series.items():
        last = list(values.values())
        out.append(Figure(last[-1].indicator, last[-1], last[-2] if len(last) > 1 else None, targets.get(key)))
    return out


@dataclass(frozen=True)
class Point:
    """An open point that a minister could take up, and why it is proposed."""

    key: str
    """As in ``action-12``."""
    record: Any
    name: str
    language: str
    why: str
    who: str
    weight: int
    """The lower, the more pressing."""
    day: date | None
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True)
class Dated:
    """Something that comes."""

    record: Any
    day: date
    name: str
    language: str
    what: str


@dataclass(frozen=True)
class Meeting:
    """Somebody to speak to."""

    person: Any
    office: str
    party: str
    why: str


@dataclass(frozen=True)
class Brief:
    """One page for a minister."""

    partnership: Partnership
    on: date
    statement: Instrument | None
    commitments: int
    firm: int
    """Of these, how many are firm or agreed."""
    delivered: int
    under_way: int
    overdue: int
    actions: int
    in_force: int
    to_sign: int
    figures: list[Figure]
    points: list[Point]
    """Those chosen, at most :data:`POINTS`."""
    candidates: list[Point]
    """All that were considered, the most pressing first."""
    dates: list[Dated]
    people: list[Meeting]


def brief(
    partnership: Partnership, rights: Rights, today: date, *, side: str = "", chosen: Iterable[str] = ()
) -> Brief:  # fmt: skip
    """The brief for a minister of ``side`` (code of a party; none: of either), with the points whose keys are given.

    Without chosen points the most pressing ones are taken. ``partnership`` comes with its parties.
    """
    lines = _lines(partnership, rights, today, {}, history=False)
    statements = list(_statements(partnership, rights))
    agreements = list(visible(Agreement, rights).filter(partnership=partnership))
    difficulties = list(
        visible(Difficulty, rights).filter(partnership=partnership, state="open")
        .select_related("owed_by").order_by("answer_due", "pk")
    )  # fmt: skip
    found = [
        *(_point_of_action(x) for x in lines if x.state not in due.CLOSED),
        *(_point_of_difficulty(d, today) for d in difficulties),
        *(_point_of_agreement(a) for a in agreements if a.status in ("to-sign", "to-amend")),
    ]
    points = sorted((p for p in found if p), key=lambda p: (p.weight, p.day or date.max, p.key))
    wanted = set(chosen)
    return Brief(
        partnership, today,
        statement=statements[0] if statements else None,
        commitments=sum(s.undertakings for s in statements), firm=sum(s.firm for s in statements),
        delivered=sum(x.state == "delivered" for x in lines), under_way=sum(x.state == "under-way" for x in lines),
        overdue=sum(x.timing == "overdue" for x in lines), actions=len(lines),
        in_force=sum(a.status == "in-force" for a in agreements),
        to_sign=sum(a.status == "to-sign" for a in agreements),
        figures=_figures(partnership, rights, today, aims=False)[:3],
        points=[p for p in points if not wanted or p.key in wanted][:POINTS],
        candidates=points[:CANDIDATES],
        dates=_dates(partnership, rights, today, lines, difficulties, agreements),
        people=_people(partnership, rights, today, side),
    )  # fmt: skip


def _statements(partnership: Partnership, rights: Rights) -> QuerySet[Any]:
    """Its statements, the latest first, with ``undertakings`` and how many of them are ``firm`` or agreed."""
    mine = visible(Commitment, rights).filter(instrument=OuterRef("pk"), state="confirmed").order_by()

    def number(rows: QuerySet[Any]) -> Coalesce:
        return Coalesce(Subquery(rows.values("instrument").annotate(n=Count("pk")).values("n")), 0)

    rows = (
        visible(Instrument, rights).filter(partnership=partnership).order_by(F("adopted").desc(nulls_last=True), "-pk")
    )
    return rows.annotate(undertakings=number(mine), firm=number(mine.filter(strength__in=("firm", "agreed"))))


def _point_of_action(line: Line) -> Point | None:
    firm = any(b.strength in ("firm", "agreed") for b in line.basis)
    if line.timing == "overdue":
        why = ngettext("Overdue for %(days)s day", "Overdue for %(days)s days", line.late) % {"days": line.late}
        if firm:
            why = _("%(why)s; rests on a firm commitment") % {"why": why}
        weight = 0 if firm else 2
    elif line.state == ProgressState.STALLED:
        why, weight = _("Stalled"), 3
        if line.reason:
            why = _("Stalled: %(reason)s") % {"reason": line.reason}
    elif line.timing == "soon" and line.action.due:
        why, weight = _("Due on %(day)s") % {"day": _day(line.action.due)}, 5
    else:
        return None
    return Point(
        f"action-{line.action.pk}", line.action, line.action.name, line.action.name_language, why,
        ", ".join(line.leads), weight, line.action.due, line.basis,
    )  # fmt: skip


def _point_of_difficulty(difficulty: Difficulty, today: date) -> Point:
    owed, by = difficulty.answer_due, difficulty.owed_by
    if owed and owed < today:
        why, weight = _("The answer has been owed since %(day)s") % {"day": _day(owed)}, 1
    elif owed:
        why, weight = _("The answer is due on %(day)s") % {"day": _day(owed)}, 6
    else:
        why, weight = _("Open since %(day)s") % {"day": _day(difficulty.raised_on)}, 7
    return Point(
        f"difficulty-{difficulty.pk}", difficulty, difficulty.name, difficulty.name_language, why,
        by.name if by else "", weight, owed or difficulty.raised_on,
    )  # fmt: skip


def _point_of_agreement(agreement: Agreement) -> Point:
    if agreement.stage == "agreed":
        why, weight = _("The text is agreed and can be signed"), 4
    else:
        why, weight = str(agreement.get_status_display()), 8
        if agreement.stage:
            why = f"{why}: {str(agreement.get_stage_display()).lower()}"
    return Point(
        f"agreement-{agreement.pk}", agreement, agreement.name, agreement.name_language, why, "", weight, None
    )  # fmt: skip


def _dates(
    partnership: Partnership, rights: Rights, today: date, lines: list[Line], difficulties: list[Difficulty],
    agreements: list[Agreement],
) -> list[Dated]:  # fmt: skip
    """The next ones."""
    found = [
        Dated(x.action, x.action.due, x.action.name, x.action.name_language, _("Deadline"))
        for x in lines if x.action.due and x.action.due >= today and x.state not in due.CLOSED
    ]  # fmt: skip
    found += [
        Dated(d, d.answer_due, d.name, d.name_language, _("Answer due"))
        for d in difficulties if d.answer_due and d.answer_due >= today
    ]  # fmt: skip
    found += [
        Dated(a, a.next_review, a.name, a.name_language, _("Review of an agreement"))
        for a in agreements if a.next_review and a.next_review >= today
    ]  # fmt: skip
    for model, home, what in (
        (Session, "mechanism__partnership", _("Session")), (Exchange, "partnership", _("Visit")),
    ):  # fmt: skip
        rows = visible(model, rights).filter(**{home: partnership}, state="planned", starts__gte=today)
        if model is Session:
            rows = rows.select_related("mechanism")
        for meeting in rows.order_by("starts", "pk")[:POINTS]:
            named = meeting.mechanism if model is Session else meeting
            found.append(Dated(meeting, meeting.starts, name_of(meeting), named.name_language, what))
    return sorted(found, key=lambda x: (x.day, x.what, x.record.pk))[:POINTS]


def _people(partnership: Partnership, rights: Rights, today: date, side: str) -> list[Meeting]:
    """Those of the other sides who hold an office now: in the partnership's mechanisms first, then elsewhere."""
    others = [party.pk for party in partnership.parties.all() if party.pk != side]
    roles = visible(Role, rights).filter(person__party__in=others).exclude(to_date__lt=today)
    roles = roles.exclude(from_date__gt=today).select_related("person__party", "mechanism", "body")
    found: dict[int, Meeting] = {}
    rows = [r for r in roles if r.mechanism is None or r.mechanism.partnership_id == partnership.pk]
    for role in sorted(rows, key=lambda r: (r.mechanism is None, r.body is not None, r.pk)):
        where = role.mechanism or role.body
        found.setdefault(
            role.person_id,
            Meeting(role.person, role.name, role.person.party.name, where.name if where else ""),
        )
    return list(found.values())[:POINTS]


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
