"""Roadmaps and their actions: drawn up, sent round, adopted by each party, carried out, amended.

While a roadmap is a draft its actions can be changed. From when it is sent round they stay as they are, so that all
parties adopt the same; only their states and milestones go on. What is to change later is changed by an amendment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.models import (
    PLAN_STEPS,
    PROGRESS_STEPS,
    Account,
    Action,
    Body,
    Milestone,
    Partnership,
    Party,
    Plan,
    PlanState,
    PlanStep,
    Progress,
    ProgressState,
    Visibility,
)
from servanda_register.queries import due
from servanda_register.queries.plan import adoptions
from servanda_register.queries.trail import snapshot

OF_PLAN = frozenset({"names", "instruments", "starts", "ends", "visibility"})
OF_ACTION = frozenset({
    "names", "commitments", "leads", "supports", "mechanism", "deliverable", "starts", "due", "rhythm", "visibility",
})  # fmt: skip
"""Fields that people set."""
CARRIED = ("names", "mechanism", "deliverable", "starts", "due", "rhythm", "visibility")
"""Fields of an action that its copy in an amendment takes over, besides the many-to-many ones."""
MANY = ("commitments", "leads", "supports")
ENDED = frozenset({ProgressState.DELIVERED.value, ProgressState.SUPERSEDED.value})
"""States of actions that an amendment does not take over."""
_OPENNESS = (Visibility.RESTRICTED.value, Visibility.INTERNAL.value, Visibility.PUBLIC.value)


# --- roadmaps ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_plan(
    *, by: Account | None, partnership: Partnership, reason: str = "", on: date | None = None, **fields: Any
) -> Plan:
    """Begins a draft, today by default; ``fields`` as in :data:`OF_PLAN`.

    Raises ValidationError where a value is not allowed.
    """
    _known(fields, OF_PLAN)
    _check_plan(partnership, fields)
    plan = record.create(Plan, by=by, reason=reason, partnership=partnership, **fields)
    _step(plan, PlanState.DRAFT, by=by, on=on or due.today(), reason=reason)
    return plan


@transaction.atomic
def change_plan(plan: Plan, *, by: Account | None, reason: str, **fields: Any) -> Plan:
    """Changes a draft; of others only who may see them. Raises ValidationError, UsageError where it is no draft."""
    _known(fields, OF_PLAN)
    _need(reason)
    if set(fields) - {"visibility"}:
        _require_draft(_locked(Plan, plan))
    _check_plan(plan.partnership, {"names": plan.names, "starts": plan.starts, "ends": plan.ends, **fields})
    return record.change(plan, by=by, reason=reason, **fields)


@transaction.atomic
def circulate(plan: Plan, *, by: Account | None, to: Iterable[Body], on: date, reason: str = "") -> PlanStep:
    """Sends a draft round for comment. Raises UsageError where there is nothing to send or nobody to send it to.

    To whom it goes ``reason`` says where the register knows no body.
    """
    bodies = list(to)
    if not bodies and not reason.strip():
        said = _("Choose at least one body to which the roadmap goes, or say in the note to whom it goes.")
        raise ValidationError({"to": said})
    _check_bodies(plan.partnership, "to", bodies)
    if not plan.actions.exclude(state=ProgressState.SUPERSEDED).exists():
        raise UsageError(_("The roadmap has no action yet. Add one, then send it round."))
    return _step(plan, PlanState.CIRCULATED, by=by, on=on, reason=reason, to=bodies)


@transaction.atomic
def take_back(plan: Plan, *, by: Account | None, on: date, reason: str) -> PlanStep:
    """Makes a draft again of what was sent round; what parties have adopted of it so far no longer counts."""
    _need(reason)
    return _step(plan, PlanState.DRAFT, by=by, on=on, reason=reason)


@transaction.atomic
def adopt(plan: Plan, *, by: Account | None, party: Party, on: date, reason: str = "") -> PlanStep:
    """Puts down that a party has adopted it. With the last one it is adopted, and what it amends is superseded.

    Raises UsageError where the party is none of the partnership, has adopted it already, or it was not sent round.
    """
    fresh = _locked(Plan, plan)
    parties = {p.pk: p for p in fresh.partnership.parties.all()}
    if party.pk not in parties:
        raise UsageError(
            _("%(given)s is no party of this partnership. Its parties are: %(allowed)s.")
            % {"given": party.name, "allowed": ", ".join(p.name for p in parties.values())}
        )
    if fresh.state != PlanState.CIRCULATED:
        raise UsageError(
            _("The roadmap is “%s”. Only one that was sent round can be adopted.") % fresh.get_state_display()
        )
    there = adoptions(fresh.steps.all())
    if party.pk in there:
        raise UsageError(
            _("%(party)s adopted the roadmap on %(day)s already.") % {"party": party.name, "day": there[party.pk].on}
        )
    last = set(parties) == {*there, party.pk}
    state = PlanState.ADOPTED if last else PlanState.CIRCULATED
    step = _step(plan, state, by=by, on=on, reason=reason, party=party)
    if last and fresh.follows is not None:
        _take_over(plan, fresh.follows, by=by, on=on)
    return step


@transaction.atomic
def withdraw_plan(plan: Plan, *, by: Account | None, on: date, reason: str) -> PlanStep:
    """Gives up a roadmap that was not adopted; its actions end with it."""
    _need(reason)
    step = _step(plan, PlanState.WITHDRAWN, by=by, on=on, reason=reason)
    for action in plan.actions.exclude(state=ProgressState.SUPERSEDED):
        _end(action, by=by, on=on, reason=_("The roadmap was withdrawn: %s") % reason)
    return step


@transaction.atomic
def amend(plan: Plan, *, by: Account | None, reason: str) -> Plan:
    """Begins a new draft that is to take the place of an adopted roadmap, with copies of its open actions.

    The old one stays in force until all parties have adopted the new one. Raises UsageError where it is not in force
    or is being amended already.
    """
    _need(reason)
    fresh = _locked(Plan, plan)
    if fresh.state != PlanState.ADOPTED:
        raise UsageError(
            _("The roadmap is “%s”. Only one that all parties have adopted is amended; a draft is changed.")
            % fresh.get_state_display()
        )
    if fresh.amendments.exclude(state=PlanState.WITHDRAWN).exists():
        raise UsageError(_("An amendment of this roadmap has been begun already. Go on with that one."))
    made = record.create(
        Plan, by=by, reason=reason, partnership=fresh.partnership, names=fresh.names, follows=fresh,
        version=fresh.version + 1, starts=fresh.starts, ends=fresh.ends, visibility=fresh.visibility,
        instruments=list(fresh.instruments.all()),
    )  # fmt: skip
    _step(made, PlanState.DRAFT, by=by, on=due.today(), reason=reason)
    for action in fresh.actions.exclude(state__in=ENDED):
        fields: dict[str, Any] = {name: getattr(action, name) for name in CARRIED}
        fields |= {name: list(getattr(action, name).all()) for name in MANY}
        copy = add_action(
            by=by, partnership=fresh.partnership, plan=made, follows=action,
            reason=_("Taken over from action %s") % action.number, **fields,
        )  # fmt: skip
        for milestone in action.milestones.filter(dropped=False):
            record.create(
                Milestone, by=by, action=copy, names=milestone.names, due=milestone.due, done=milestone.done
            )  # fmt: skip
    return made


def _take_over(plan: Plan, before: Plan, *, by: Account | None, on: date) -> None:
    """What is in force now goes on from where the roadmap before it stands."""
    copies = {copy.follows_id: copy for copy in plan.actions.exclude(state=ProgressState.SUPERSEDED)}
    for action in before.actions.exclude(state=ProgressState.SUPERSEDED):
        copy = copies.get(action.pk)
        if copy is not None and copy.state != action.state:
            note = _("As action %s of the roadmap before stood") % action.number
            _put_state(copy, action.state, by=by, on=on, reason=note)
        if action.state == ProgressState.DELIVERED:
            continue
        if copy is None:
            note = _("Not taken over into version %s of the roadmap") % plan.version
        else:
            note = _("Goes on as action %s") % copy.number
        _end(action, by=by, on=on, reason=note)
    _step(before, PlanState.SUPERSEDED, by=by, on=on, reason=_("Amended by version %s") % plan.version)


def _step(
    plan: Plan, state: str, *, by: Account | None, on: date, reason: str, party: Party | None = None,
    to: Sequence[Body] = (),
) -> PlanStep:  # fmt: skip
    """Keeps a step and sets the state of the roadmap. Raises UsageError where the step is not allowed."""
    _require_past(on)
    fresh = _locked(Plan, plan)
    before = fresh.state if fresh.steps.exists() else ""
    staying = party is not None and before == state == PlanState.CIRCULATED
    if state not in PLAN_STEPS[before] and not staying:
        raise UsageError(
            _("A roadmap that is “%(before)s” cannot become “%(after)s”. What can follow: %(allowed)s.")
            % {"before": PlanState(before).label if before else "", "after": PlanState(state).label,
               "allowed": ", ".join(str(PlanState(s).label) for s in PLAN_STEPS[before]) or _("nothing")}
        )  # fmt: skip
    step = PlanStep(plan=fresh, before=before, state=state, party=party, on=on, reason=reason.strip(), by=by)
    step.save(force_insert=True)
    step.to.set(to)
    record.put_event(by=by, verb="keep", record=step, after=snapshot(step), reason=step.reason)
    record.change(plan, by=by, reason=step.reason, state=state)
    return step


def _check_plan(partnership: Partnership, fields: dict[str, Any]) -> None:
    if not any((fields.get("names") or {}).values()):
        raise ValidationError({"names": _("Give a name in at least one language.")})
    _check_dates(fields.get("starts"), fields.get("ends"), "ends")
    for instrument in fields.get("instruments", ()):
        if instrument.partnership_id != partnership.pk:
            raise ValidationError({"instruments": _("“%s” belongs to another partnership.") % instrument})


# --- actions ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_action(
    *, by: Account | None, partnership: Partnership, plan: Plan | None = None, follows: Action | None = None,
    reason: str = "", state: str = ProgressState.NOT_STARTED, on: date | None = None, **fields: Any,
) -> Action:  # fmt: skip
    """Adds an action to a draft, or one that stands in no roadmap, such as the decision of a session.

    ``fields`` as in :data:`OF_ACTION`; it stands in ``state`` since the day ``on``, by default today. Raises
    ValidationError where a value is not allowed, UsageError where the roadmap is no draft.
    """
    _known(fields, OF_ACTION)
    if state not in PROGRESS_STEPS[""]:
        raise TypeError(f"No action begins as {state!r}; these are allowed: {', '.join(PROGRESS_STEPS[''])}.")
    if plan is not None:
        if plan.partnership_id != partnership.pk:
            raise TypeError("The roadmap is of another partnership.")
        _require_draft(_locked(Plan, plan))
        fields.setdefault("visibility", plan.visibility)
    _check_action(partnership, fields)
    action = record.create(
        Action, by=by, reason=reason, partnership=partnership, plan=plan, follows=follows,
        number=_next_number(partnership), state=state, **fields,
    )  # fmt: skip
    said = reason or _("Added")
    record.keep(Progress(action=action, before="", state=state, on=on or due.today(), reason=said, by=by), by=by)
    return action


@transaction.atomic
def change_action(action: Action, *, by: Account | None, reason: str, **fields: Any) -> Action:
    """Changes fields of :data:`OF_ACTION`, for a reason. Once its roadmap was sent round, only who may see it."""
    _known(fields, OF_ACTION)
    _need(reason)
    if set(fields) - {"visibility"}:
        _require_open(action)
    given = {"names": action.names, "starts": action.starts, "due": action.due, **fields}
    for name in ("leads", "supports"):  # checked against each other
        given.setdefault(name, list(getattr(action, name).all()))
    _check_action(action.partnership, given)
    return record.change(action, by=by, reason=reason, **fields)


@transaction.atomic
def drop_action(action: Action, *, by: Account | None, reason: str) -> Action:
    """Takes an action out of a draft. It stays, superseded, with its history."""
    _need(reason)
    _require_open(action)
    return _end(action, by=by, on=due.today(), reason=reason)


@transaction.atomic
def merge_actions(actions: Sequence[Action], *, by: Account | None, reason: str) -> Action:
    """Makes one action of several of one draft: the first takes over what the others rest on and who carries them.

    Raises UsageError where there are fewer than two, or they are not in one draft.
    """
    _need(reason)
    if len({a.pk for a in actions}) < 2:
        raise UsageError(_("Choose two actions or more that are to become one."))
    kept, *others = actions
    if any(a.plan_id != kept.plan_id or a.partnership_id != kept.partnership_id for a in others):
        raise UsageError(_("Only actions of the same roadmap can become one."))
    for action in actions:
        _require_open(action)
    leads = list(dict.fromkeys(b for a in actions for b in a.leads.all()))
    supports = dict.fromkeys(b for a in actions for b in a.supports.all())
    days = [a.due for a in actions if a.due]
    record.change(
        kept, by=by, reason=reason,
        commitments=list(dict.fromkeys(c for a in actions for c in a.commitments.all())),
        leads=leads, supports=[b for b in supports if b not in leads],
        mechanism=next((a.mechanism for a in actions if a.mechanism), None),
        deliverable=next((a.deliverable for a in actions if a.deliverable), {}),
        starts=min((a.starts for a in actions if a.starts), default=None),
        due=max(days, default=None),
        rhythm=next((a.rhythm for a in actions if a.rhythm), ""),
        visibility=strictest(a.visibility for a in actions),
    )  # fmt: skip
    for other in others:
        for milestone in other.milestones.filter(dropped=False):
            record.change(milestone, by=by, reason=reason, action=kept)
        _end(other, by=by, on=due.today(), reason=_("Became part of action %(n)s: %(why)s")
             % {"n": kept.number, "why": reason})  # fmt: skip
    return kept


@transaction.atomic
def set_state(
    action: Action, *, by: Account | None, state: str, on: date, reason: str, source: str = ""
) -> Progress:  # fmt: skip
    """Puts down how an action stands: since when, why this is said, and where it can be looked up.

    Raises UsageError where the state cannot follow the present one, ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the action stands like this, so that others can rely on it.")})
    _require_past(on)
    fresh = _locked(Action, action)
    plan = fresh.plan
    if plan is not None and fresh.follows is not None and plan.state in (PlanState.DRAFT, PlanState.CIRCULATED):
        raise UsageError(
            _("This is a draft of an amendment. Until it is adopted, report on action %s of the roadmap in force.")
            % fresh.follows.number
        )
    return _put_state(action, state, by=by, on=on, reason=reason, source=source)


def _put_state(
    action: Action, state: str, *, by: Account | None, on: date, reason: str, source: str = ""
) -> Progress:  # fmt: skip
    before = _locked(Action, action).state
    if state not in PROGRESS_STEPS[before]:
        allowed = ", ".join(f"“{ProgressState(s).label}”" for s in PROGRESS_STEPS[before])
        raise UsageError(
            _("An action that is “%(before)s” cannot become “%(after)s”. What can follow: %(allowed)s.")
            % {"before": ProgressState(before).label,
               "after": ProgressState(state).label if state in ProgressState.values else state,
               "allowed": allowed or _("nothing")}
        )  # fmt: skip
    kept = record.keep(
        Progress(action=action, before=before, state=state, on=on, reason=reason.strip(), source=source.strip(), by=by),
        by=by, reason=reason,
    )  # fmt: skip
    record.change(action, by=by, reason=reason, state=state)
    return kept


def _end(action: Action, *, by: Account | None, on: date, reason: str) -> Action:
    if action.state != ProgressState.SUPERSEDED:
        _put_state(action, ProgressState.SUPERSEDED, by=by, on=on, reason=reason)
    return action


@transaction.atomic
def add_milestone(*, by: Account | None, action: Action, names: dict[str, str], due: date) -> Milestone:
    """Adds a step towards the deliverable. Raises ValidationError where it has no name."""
    _check_milestone(names)
    return record.create(Milestone, by=by, action=action, names=names, due=due)


@transaction.atomic
def change_milestone(milestone: Milestone, *, by: Account | None, reason: str, **fields: Any) -> Milestone:
    """Changes ``names``, ``due``, ``done`` or ``dropped``, for a reason."""
    _known(fields, frozenset({"names", "due", "done", "dropped"}))
    _need(reason)
    _check_milestone(fields.get("names", milestone.names))
    if fields.get("done"):
        _require_past(fields["done"], "done")
    return record.change(milestone, by=by, reason=reason, **fields)


def _check_milestone(names: dict[str, str]) -> None:
    if not any(names.values()):
        raise ValidationError({"names": _("Give a name in at least one language.")})


def strictest(levels: Iterable[str]) -> str:
    """Of several visibilities the one that the fewest pass."""
    return min(levels, key=_OPENNESS.index)


def _next_number(partnership: Partnership) -> int:
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)  # two at once would get the same number
    return (Action.objects.filter(partnership=partnership).aggregate(last=Max("number"))["last"] or 0) + 1


def _check_action(partnership: Partnership, fields: dict[str, Any]) -> None:
    """All that it rests on is of this partnership, and no body both leads and supports."""
    if not any((fields.get("names") or {}).values()):
        raise ValidationError({"names": _("Say what is to be done, in at least one language.")})
    _check_dates(fields.get("starts"), fields.get("due"), "due")
    for commitment in fields.get("commitments", ()):
        if commitment.instrument.partnership_id != partnership.pk:
            raise ValidationError({"commitments": _("“%s” belongs to another partnership.") % commitment})
    mechanism = fields.get("mechanism")
    if mechanism is not None and mechanism.partnership_id != partnership.pk:
        raise ValidationError({"mechanism": _("“%s” belongs to another partnership.") % mechanism})
    leads, supports = list(fields.get("leads", ())), list(fields.get("supports", ()))
    _check_bodies(partnership, "leads", leads)
    _check_bodies(partnership, "supports", supports)
    if both := [body for body in supports if body in leads]:
        raise ValidationError({"supports": _("“%s” leads already; take it out of one of the two.") % both[0]})


def _check_bodies(partnership: Partnership, field: str, bodies: Sequence[Body]) -> None:
    parties = {party.pk: party.name for party in partnership.parties.all()}
    for body in bodies:
        if body.party_id not in parties:
            raise ValidationError(
                {field: _("“%(body)s” is of none of the parties: %(allowed)s.")
                 % {"body": body, "allowed": ", ".join(parties.values())}}
            )  # fmt: skip


# --- what both need ---------------------------------------------------------------------------------------------------


def _locked(model: type[Any], row: Any) -> Any:
    """The row as it is now, which nobody else changes before this is through."""
    return model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def _require_draft(plan: Plan) -> None:
    if plan.state == PlanState.DRAFT:
        return
    if plan.state == PlanState.CIRCULATED:
        raise UsageError(_("The roadmap has been sent round. Take it back to a draft before you change it."))
    if plan.state == PlanState.ADOPTED:
        raise UsageError(
            _("The roadmap has been adopted. Only states and milestones go on; for other changes begin an amendment.")
        )
    raise UsageError(_("The roadmap is “%s” and is not changed any more.") % plan.get_state_display())


def _require_open(action: Action) -> None:
    """An action without a roadmap can be changed as long as it is not superseded."""
    fresh = _locked(Action, action)
    if fresh.plan is not None:
        _require_draft(fresh.plan)
    if fresh.state == ProgressState.SUPERSEDED:
        raise UsageError(_("Action %s is superseded and is not changed any more.") % fresh.number)


def _require_past(on: date, field: str = "on") -> None:
    if on > due.today():
        raise ValidationError({field: _("%s is in the future. Give the day on which it came about.") % on})


def _check_dates(first: date | None, last: date | None, field: str) -> None:
    if first and last and last < first:
        raise ValidationError({field: _("This is before the beginning, %s. Change one of the two.") % first})


def _known(fields: dict[str, Any], allowed: frozenset[str]) -> None:
    if unknown := sorted(set(fields) - allowed):
        raise TypeError(f"Not set by hand: {unknown[0]!r}; these are: {', '.join(sorted(allowed))}.")


def _need(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand the change later.")})
