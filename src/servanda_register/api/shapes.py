"""What the API takes and gives: one class a form of JSON. Offsets count code points of a text, half-open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Field, Query, Schema
from pydantic import AfterValidator, BaseModel

from servanda_register.models import Commitment, Decision, Instrument, Intake, Partnership, Review

MOST = 200
"""Rows of one answer."""


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds characters that no text has (U+0000 or half a surrogate pair)")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Names = dict[str, str]


class Error(Schema):
    """What went wrong, in one sentence."""

    error: str


ERRORS = {frozenset({401, 403, 404, 409, 422}): Error}
"""Answers that any address may give; to be merged into its ``response``."""


class Paging(Schema):
    """Which of the rows are wanted."""

    limit: int = Field(50, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=2**31 - 1)

    def of(self, rows: QuerySet[Any]) -> dict[str, Any]:
        """The page of ``rows``, and how many there are that the reader may see."""
        return {"total": rows.count(), "items": list(rows[self.offset : self.offset + self.limit])}


Pages = Query[Paging]


class Shape(Schema):
    """A record."""

    id: int


class PartnershipOut(Shape):
    slug: str
    names: Names
    parties: list[str]
    relationship: str
    established: date | None
    summary: Names
    visibility: str

    @staticmethod
    def resolve_parties(record: Partnership) -> list[str]:
        return [p.pk for p in record.parties.all()]


class OfPartnership(Shape):
    partnership: str = Field(..., validation_alias="partnership.slug")
    names: Names
    visibility: str


class MechanismOut(OfPartnership):
    kind: str
    status: str
    level: str
    period: str
    section: str


class AgreementOut(OfPartnership):
    """``finding`` is the latest assessment's and ``assessed`` its day; None for those who may not see the work."""

    year: int | None
    status: str
    stage: str
    next_review: date | None
    finding: str | None
    assessed: date | None
    areas: list[str]
    section: str

    @staticmethod
    def resolve_areas(record: Any) -> list[str]:
        return [a.pk for a in record.areas.all()]


class ProgrammeOut(OfPartnership):
    kind: str
    years: list[Any]
    places: list[Any]
    note: str
    section: str


class ForumOut(Schema):
    code: str
    names: Names


class BodyOut(Shape):
    names: Names
    party: str = Field(..., validation_alias="party_id")
    parent: int | None = Field(None, validation_alias="parent_id")
    areas: list[str]
    from_year: int | None
    to_year: int | None
    source: str

    @staticmethod
    def resolve_areas(record: Any) -> list[str]:
        return [a.pk for a in record.areas.all()]


class ChangeOut(Schema):
    """What a field held before and after, in words of the reader's language."""

    label: str
    before: list[str]
    after: list[str]


class EventOut(Schema):
    """``before`` and ``after`` name no record that the reader may not see; ``digest`` is over all that they held."""

    sequence: int
    at: datetime
    by: str | None
    verb: str
    kind: str
    record: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    changes: list[ChangeOut]
    digest: str

    @staticmethod
    def resolve_by(record: Any) -> str | None:
        return record.by.get_username() if record.by else None


class TextOfInstrument(Shape):
    language: str
    kind: str


class InstrumentOut(OfPartnership):
    slug: str
    type: str
    adopted: date | None
    place: str
    originals: list[str]
    sources: list[Any]
    reviewing: str
    expressions: list[TextOfInstrument]

    @staticmethod
    def resolve_expressions(record: Instrument) -> list[Any]:
        return list(record.expressions.all())


class ExpressionOut(Shape):
    instrument: int = Field(..., validation_alias="instrument_id")
    language: str
    kind: str
    reason: str
    title: str
    sha256: str
    source_name: str
    source_url: str
    publisher: str
    sections: list[Any]
    notes: list[Any]
    versions: dict[str, Any]


class ExpressionWithText(ExpressionOut):
    text: str


class SegmentOut(Schema):
    ident: str
    start: int
    end: int
    kind: str
    section: str
    number: str


class ProposalOut(Shape):
    ident: str
    start: int
    end: int
    quote: str
    modality: str
    strength: str
    action: str
    actors: list[str]
    areas: list[str]
    mechanisms: list[Any]
    instruments: list[Any]
    forums: list[Any]
    deadline: str
    parent: str
    section: str
    confidence: float
    reasons: list[Any]


class PassageOut(Schema):
    expression: int = Field(..., validation_alias="expression_id")
    language: str = Field(..., validation_alias="expression.language")
    start: int
    end: int
    quote: str


class CommitmentOut(Shape):
    instrument: int = Field(..., validation_alias="instrument_id")
    number: int
    state: str
    texts: Names
    expression: int | None = Field(None, validation_alias="expression_id")
    start: int | None
    end: int | None
    quote: str
    section: str
    source_url: str
    modality: str
    strength: str
    action: str
    actors: list[str]
    areas: list[str]
    mechanisms: list[int]
    agreements: list[int]
    forums: list[str]
    deadline: str
    parent: int | None
    visibility: str

    @staticmethod
    def resolve_areas(record: Commitment) -> list[str]:
        return [row.area_id for row in record.ranked_areas.all()]

    @staticmethod
    def resolve_mechanisms(record: Commitment) -> list[int]:
        return [m.pk for m in record.mechanisms.all()]

    @staticmethod
    def resolve_agreements(record: Commitment) -> list[int]:
        return [a.pk for a in record.agreements.all()]

    @staticmethod
    def resolve_forums(record: Commitment) -> list[str]:
        return [f.pk for f in record.forums.all()]

    @staticmethod
    def resolve_parent(record: Commitment) -> int | None:
        return record.parent.pk if record.parent else None


class CommitmentWithPassages(CommitmentOut):
    passages: list[PassageOut]

    @staticmethod
    def resolve_passages(record: Commitment) -> list[Any]:
        return list(record.passages.all())


class ReviewOut(Shape):
    expression: int = Field(..., validation_alias="expression_id")
    reviewer: str
    settles: bool
    begun: datetime
    finished: datetime | None

    @staticmethod
    def resolve_reviewer(record: Review) -> str:
        return record.reviewer.get_username()


class DecisionOut(Shape):
    review: int = Field(..., validation_alias="review_id")
    verdict: str
    proposals: list[int]
    replaces: int | None = Field(None, validation_alias="replaces_id")
    outcomes: list[dict[str, Any]]
    reason: str
    by: str
    at: datetime = Field(..., validation_alias="kept_at")

    @staticmethod
    def resolve_proposals(record: Decision) -> list[int]:
        return [p.pk for p in record.proposals.all()]

    @staticmethod
    def resolve_by(record: Decision) -> str:
        return record.review.reviewer.get_username()


class IntakeOut(Shape):
    name: str
    state: str
    progress: int
    message: str
    partnership: str | None
    expression: int | None = Field(None, validation_alias="expression_id")
    language: str
    source_url: str
    visibility: str
    at: datetime

    @staticmethod
    def resolve_name(record: Intake) -> str:
        return record.attachment.name if record.attachment else record.source_url

    @staticmethod
    def resolve_partnership(record: Intake) -> str | None:
        return record.partnership.slug if record.partnership else None


class CommentOut(Shape):
    text: str
    visibility: str
    by: str
    at: datetime = Field(..., validation_alias="kept_at")

    @staticmethod
    def resolve_by(record: Any) -> str:
        return record.by.get_username()


class Agreed(Schema):
    """An agreement that a commitment names."""

    title: Text
    year: int | None = None
    status: str


class Outcome(Schema):
    """A commitment as decided, with the fields of a coded document."""

    start: Offset
    end: Offset
    quote: Text | None = None
    modality: Text
    strength: Text
    action: Text
    actors: list[Text]
    areas: list[Text]
    mechanisms: list[Text] = Field([])
    instruments: list[Agreed] = Field([])
    forums: list[Text] = Field([])
    deadline: Text | None = None
    parent: Text | None = None


class DecisionIn(Schema):
    """A decision about proposals of the review's text; ``outcomes`` are what they come to."""

    verdict: Text
    proposals: list[Id] = Field([], max_length=100)
    outcomes: list[Outcome] = Field([], max_length=100)
    reason: Text = ""
    replaces: Id | None = None


class Accepted(Schema):
    """A proposal that is right as it is."""

    proposal: Id


class Rejected(Schema):
    """A proposal that is no commitment, and why."""

    proposal: Id
    reason: Text


class IntakeIn(Schema):
    """What is known of a document that is brought in."""

    partnership: Text = Field("", description="Slug; empty: found by the parties that the text names.")
    language: Text = Field("", max_length=8, description="ISO 639-1; empty: found from the text.")
    visibility: Text = "internal"
    source_url: Text = Field("", max_length=1000)


class CommentIn(Schema):
    """A comment on exactly one thing."""

    text: Text
    visibility: Text = "internal"
    partnership: Id | None = None
    instrument: Id | None = None
    commitment: Id | None = None
    proposal: Id | None = None


class Narrowing(Paging):
    """How the list of commitments is narrowed down; each as on its page."""

    partnership: Text | None = Field(None, description="Slug of a partnership.")
    instrument: Id | None = None
    area: Text | None = None
    strength: Text | None = None
    action: Text | None = None
    actor: Text | None = Field(
        None, description="both, a party's code, or a body as in VN:Ministry of Foreign Affairs."
    )
    mechanism: Id | None = None
    agreement: Id | None = None
    forum: Text | None = None
    state: Text | None = Field("confirmed", description="confirmed, withdrawn, or empty for both.")
    deadline: bool | None = Field(None, description="Whether there is one.")
    find: Text | None = Field(None, description="Words that all occur.")


def page_of(shape: type[BaseModel]) -> Any:
    """The form of a page of rows."""
    return type(
        f"PageOf{shape.__name__.removesuffix('Out')}", (Schema,),
        {"__annotations__": {"total": int, "items": list[shape]}, "__module__": __name__},  # type: ignore[valid-type]
    )  # fmt: skip
