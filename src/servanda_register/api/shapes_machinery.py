"""What the API takes and gives of the roadmap and the machinery: one class a form of JSON."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, PlainSerializer

from servanda_register.actions.measurements import LARGEST_VALUE, SMALLEST_STEP
from servanda_register.api.shapes import AgreementOut, Id, Names, OfPartnership, Paging, Shape, Text
from servanda_register.models import Action, AgendaItem, Commitment, Difficulty, Exchange, Indicator, Plan, PlanStep
from servanda_register.queries import due
from servanda_register.queries.difficulties import is_overdue
from servanda_register.queries.forums import founding
from servanda_register.queries.plan import adoptions


def _digits(value: Decimal) -> str:
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _kept(value: Decimal) -> Decimal:
    return value.quantize(SMALLEST_STEP) + 0  # no negative zero, which databases keep in different ways


Amount = Annotated[Decimal, PlainSerializer(_digits, return_type=str)]
"""A number as text, so that no digit is lost on the way."""
Given = Annotated[Decimal, Field(gt=-LARGEST_VALUE, lt=LARGEST_VALUE), AfterValidator(_kept)]


def _who(record: Any, home: int, context: Any) -> str | None:
    """Who put it down; only those are told who may see the work."""
    may = context["request"].rights.may("see-work", home)
    return record.by.get_username() if may and record.by else None


def _keys(rows: Any) -> list[Any]:
    return [row.pk for row in rows.all()]


class BodyRef(Shape):
    """A body of a party."""

    party: str = Field(..., validation_alias="party_id")
    names: Names


class CommitmentRef(Shape):
    """A commitment on which something rests; ``/commitments`` tells the rest."""

    instrument: int = Field(..., validation_alias="instrument_id")
    number: int
    strength: str
    texts: Names
    quote: str


# --- roadmaps and their actions ---------------------------------------------------------------------------------------


class ActionOut(OfPartnership):
    """``timing`` is ``overdue``, ``soon`` (due within 30 days) or empty."""

    roadmap: int | None = Field(None, validation_alias="plan_id")
    number: int
    state: str
    timing: str
    leads: list[BodyRef]
    supports: list[BodyRef]
    mechanism: int | None
    deliverable: Names
    starts: date | None
    due: date | None
    rhythm: str
    continues: int | None = Field(None, description="The action of the roadmap before of which this is the copy.")

    @staticmethod
    def resolve_timing(record: Action) -> str:
        return due.timing(record.due, record.state, due.today())

    @staticmethod
    def resolve_leads(record: Action) -> list[Any]:
        return list(record.leads.all())

    @staticmethod
    def resolve_supports(record: Action) -> list[Any]:
        return list(record.supports.all())

    @staticmethod
    def resolve_mechanism(record: Action) -> int | None:
        return record.mechanism.pk if record.mechanism else None

    @staticmethod
    def resolve_continues(record: Action) -> int | None:
        return record.follows.pk if record.follows else None


class MilestoneOut(Shape):
    """A step towards the deliverable."""

    names: Names
    due: date
    done: date | None


class ProgressOut(Shape):
    """A state that an action came into. ``by`` is told to those alone who may see the work."""

    before: str
    state: str
    on: date
    reason: str
    source: str
    by: str | None
    at: datetime = Field(..., validation_alias="kept_at")

    @staticmethod
    def resolve_by(record: Any, context: Any) -> str | None:
        return _who(record, record.action.partnership_id, context)


class ActionInFull(ActionOut):
    """With what it rests on, its milestones, and how it has stood from the first state on."""

    commitments: list[CommitmentRef]
    milestones: list[MilestoneOut]
    progress: list[ProgressOut]

    @staticmethod
    def resolve_commitments(record: Action) -> list[Any]:
        return list(record.commitments.all())

    @staticmethod
    def resolve_milestones(record: Action) -> list[Any]:
        return list(record.milestones.all())

    @staticmethod
    def resolve_progress(record: Action) -> list[Any]:
        return list(record.progress.all())


class RoadmapOut(OfPartnership):
    """The counts are of the actions that the reader may see, without those that were dropped."""

    version: int
    state: str
    starts: date | None
    ends: date | None
    instruments: list[int]
    amends: int | None = Field(None, description="The roadmap whose place it takes when it is adopted.")
    number_of_actions: int
    number_delivered: int
    number_overdue: int

    @staticmethod
    def resolve_instruments(record: Plan) -> list[int]:
        return _keys(record.instruments)

    @staticmethod
    def resolve_amends(record: Plan) -> int | None:
        return record.follows.pk if record.follows else None


class RoadmapStepOut(Schema):
    """One step from draft to adoption; ``party`` is the side that adopts, ``to`` the bodies that were asked."""

    before: str
    state: str
    party: str | None = Field(None, validation_alias="party_id")
    on: date
    reason: str
    to: list[int]
    by: str | None

    @staticmethod
    def resolve_to(record: PlanStep) -> list[int]:
        return _keys(record.to)

    @staticmethod
    def resolve_by(record: PlanStep) -> str | None:
        return record.by.get_username() if record.by else None


class RoadmapWithActions(RoadmapOut):
    """``adopted`` is party -> day. ``steps`` are empty for those who may not see the work."""

    adopted: dict[str, date]
    amended_by: int | None
    steps: list[RoadmapStepOut]
    actions: list[ActionOut]

    @staticmethod
    def resolve_adopted(record: Plan) -> dict[str, date]:
        return {party: step.on for party, step in adoptions(record.steps.all()).items()}

    @staticmethod
    def resolve_amended_by(record: Plan) -> int | None:
        return next(iter(_keys(record.amendments)), None)

    @staticmethod
    def resolve_steps(record: Plan, context: Any) -> list[Any]:
        may = context["request"].rights.may("see-work", record.partnership_id)
        return list(record.steps.all()) if may else []

    @staticmethod
    def resolve_actions(record: Plan) -> list[Any]:
        return list(record.actions.all())


class ActionNarrowing(Paging):
    """How the list of actions is narrowed down; each as on its page."""

    partnership: Text | None = Field(None, description="Slug of a partnership.")
    roadmap: Id | None = None
    state: Text | None = Field(None, description="Without it all but those superseded; empty for all.")
    overdue: bool | None = None
    body: Id | None = Field(None, description="A body that leads or supports.")
    party: Text | None = Field(None, description="Code of a party of which some body takes part.")
    area: Text | None = Field(None, description="Of a commitment on which it rests.")
    mechanism: Id | None = None


class ProgressIn(Schema):
    """How an action stands now. What can follow the present state stands in a table; other states are refused."""

    state: Text
    on: date | None = Field(None, description="Since when; today where it is not given, and never a day to come.")
    reason: Text
    source: Text = Field("", max_length=1000, description="Where it can be looked up.")


# --- sessions, visits, agreements, difficulties, forums ---------------------------------------------------------------


class SessionOut(Shape):
    partnership: str = Field(..., validation_alias="mechanism.partnership.slug")
    mechanism: int = Field(..., validation_alias="mechanism_id")
    number: int
    state: str
    starts: date
    ends: date | None
    place: str
    host: str | None = Field(None, validation_alias="host_id")
    visibility: str


class PersonRef(Shape):
    """Someone who led a side."""

    name: str = Field(..., validation_alias="full_name")
    party: str | None = Field(None, validation_alias="party_id")


class AgendaItemOut(Shape):
    """What a session takes up, why, about which records, and what came of it."""

    names: Names
    why: Names
    actions: list[int]
    commitments: list[int]
    agreements: list[int]
    difficulties: list[int]
    outcome: str

    @staticmethod
    def resolve_actions(record: AgendaItem) -> list[int]:
        return _keys(record.actions)

    @staticmethod
    def resolve_commitments(record: AgendaItem) -> list[int]:
        return _keys(record.commitments)

    @staticmethod
    def resolve_agreements(record: AgendaItem) -> list[int]:
        return _keys(record.agreements)

    @staticmethod
    def resolve_difficulties(record: AgendaItem) -> list[int]:
        return _keys(record.difficulties)


class SessionDecisionOut(Shape):
    """``action`` is the one that it became or concerns."""

    names: Names
    item: int | None = Field(None, validation_alias="item_id")
    action: int | None = Field(None, validation_alias="action_id")


class SessionInFull(SessionOut):
    minutes: str
    chairs: list[PersonRef]
    agenda: list[AgendaItemOut]
    decisions: list[SessionDecisionOut]

    @staticmethod
    def resolve_chairs(record: Any) -> list[Any]:
        return list(record.chairs.all())

    @staticmethod
    def resolve_agenda(record: Any) -> list[Any]:
        return list(record.agenda.all())

    @staticmethod
    def resolve_decisions(record: Any) -> list[Any]:
        return list(record.decisions.all())


class ExchangeOut(OfPartnership):
    """A visit: ``guest`` travels, ``aim`` is what it was to bring and ``result`` what it brought."""

    channel: str
    level: str
    guest: str | None = Field(None, validation_alias="guest_id")
    place: str
    starts: date | None
    ends: date | None
    state: str
    aim: str
    result: str
    commitments: list[CommitmentRef]

    @staticmethod
    def resolve_commitments(record: Exchange) -> list[Any]:
        return list(record.commitments.all())


class AssessmentOut(Shape):
    """How an agreement is carried out, as people found it on a day, and what they proposed."""

    on: date
    finding: str
    reason: str
    measures: str
    source: str
    by: str | None

    @staticmethod
    def resolve_by(record: Any) -> str | None:
        return record.by.get_username() if record.by else None


class AgreementWithAssessments(AgreementOut):
    """The latest assessment first."""

    assessments: list[AssessmentOut]

    @staticmethod
    def resolve_assessments(record: Any) -> list[Any]:
        return list(record.assessments.all())


class DifficultyOut(OfPartnership):
    """``owed_by`` is the side that owes the next answer, ``body`` which of its bodies."""

    raised_by: str = Field(..., validation_alias="raised_by_id")
    raised_on: date
    description: str
    areas: list[str]
    state: str
    owed_by: str | None = Field(None, validation_alias="owed_by_id")
    body: int | None = Field(None, validation_alias="body_id")
    answer_due: date | None
    overdue: bool

    @staticmethod
    def resolve_areas(record: Difficulty) -> list[str]:
        return _keys(record.areas)

    @staticmethod
    def resolve_overdue(record: Difficulty) -> bool:
        return is_overdue(record, due.today())


class AnswerOut(Shape):
    """What a side said."""

    party: str = Field(..., validation_alias="party_id")
    on: date
    text: str
    by: str | None

    @staticmethod
    def resolve_by(record: Any) -> str | None:
        return record.by.get_username() if record.by else None


class DifficultyInFull(DifficultyOut):
    """``answers`` are empty for those who may not see the work."""

    commitments: list[CommitmentRef]
    answers: list[AnswerOut]

    @staticmethod
    def resolve_commitments(record: Difficulty) -> list[Any]:
        return list(record.commitments.all())

    @staticmethod
    def resolve_answers(record: Difficulty) -> list[Any]:
        return list(record.answers.all())


class SupportOut(OfPartnership):
    """``asked_by`` is none for what all sides hold together; ``on`` is the day of the decision in the forum."""

    forum: str = Field(..., validation_alias="forum_id")
    kind: str
    asked_by: str | None = Field(None, validation_alias="asked_by_id")
    on: date | None
    state: str
    commitment: int | None
    note: str

    @staticmethod
    def resolve_commitment(record: Any) -> int | None:
        found: Commitment | None = founding(record)
        return found.pk if found else None


# --- indicators -------------------------------------------------------------------------------------------------------


class IndicatorOut(OfPartnership):
    """With what was measured last and for which period (its last day), and what is aimed at next."""

    definition: str
    unit: str
    source: str
    decimals: int
    ended: bool
    latest: Amount | None
    latest_period: date | None = Field(None, validation_alias="until")
    next_target: Amount | None = Field(None, validation_alias="aim")
    next_target_by: date | None = Field(None, validation_alias="by")


class TargetOut(Shape):
    """What is to be reached by a day, and the commitment that founds it."""

    by_date: date
    value: Amount
    commitment: int | None

    @staticmethod
    def resolve_commitment(record: Any) -> int | None:
        return record.commitment.pk if record.commitment else None


class IndicatorWithTargets(IndicatorOut):
    """Its values are at ``measurements``."""

    commitments: list[CommitmentRef]
    targets: list[TargetOut]

    @staticmethod
    def resolve_commitments(record: Indicator) -> list[Any]:
        return list(record.commitments.all())

    @staticmethod
    def resolve_targets(record: Indicator) -> list[Any]:
        return list(record.targets.all())


class MeasurementOut(Shape):
    """A value for the period that ends with ``period``. ``by`` is told to those alone who may see the work."""

    period: date
    value: Amount
    source: str
    replaced: bool = Field(..., description="Whether a later value for the same period stands in its place.")
    by: str | None
    at: datetime = Field(..., validation_alias="kept_at")

    @staticmethod
    def resolve_by(record: Any, context: Any) -> str | None:
        return _who(record, record.indicator.partnership_id, context)


class MeasurementIn(Schema):
    """A value for a period that has ended, of up to 15 digits; decimals beyond the fourth are rounded off."""

    period: date = Field(..., description="Last day of the period: of a year, a month, or the day itself.")
    value: Given
    source: Text = Field("", max_length=500)
