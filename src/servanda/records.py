"""The typed records that the engine produces: frozen, comparable, free of any library.

All offsets are 0-based, half-open and count Unicode code points of ``Source.text``. The one invariant that
holds everywhere: ``source.text[record.start:record.end] == record.quote`` for whatever carries a quote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SegmentClass = Literal["noise", "heading", "narrative", "principle", "position", "commitment", "formal"]
Modality = Literal["firm", "agreed", "willing", "encouraging", "declared"]
Strength = Literal["firm", "agreed", "willing", "encouraging", "exploratory"]
ExpressionKind = Literal["original", "translation", "summary", "unknown"]
InstrumentStatus = Literal["in-force", "to-sign", "to-amend", "referenced"]
BlockKind = Literal["heading", "paragraph", "list-item", "cell", "note", "boilerplate"]

SEGMENT_CLASSES: tuple[SegmentClass, ...] = (
    "noise",
    "heading",
    "narrative",
    "principle",
    "position",
    "commitment",
    "formal",
)
STRENGTHS: tuple[Strength, ...] = ("firm", "agreed", "willing", "encouraging", "exploratory")
"""Strongest first."""
ACTIONS: tuple[str, ...] = (
    "establish",
    "sign",
    "implement",
    "strengthen",
    "exchange",
    "consult",
    "study",
    "support",
    "encourage",
    "facilitate",
    "coordinate",
    "organise",
    "train",
    "refrain",
    "resolve",
    "provide",
    "other",
)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source whose layout is known from its format (an HTML tag, a DOCX style, a PDF font).

    ``boilerplate`` is what the format itself marks as not part of the article: menus, banners, related links,
    comments, running headers. Plain text has no blocks; its layout is found by reading.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    """Heading level from 1, list depth from 1; 0 where it has no meaning."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document decoded once; every offset in every later record counts in ``text``.

    ``plain`` is true where ``text`` is the file decoded as UTF-8 with its line ends untouched, so that a reader
    of the results can open the file itself; otherwise ``text`` must travel with the results.
    """

    name: str
    media_type: str
    text: str
    sha256: str
    """Of the bytes as they were given, lower-case hexadecimal."""
    plain: bool = True
    blocks: tuple[Block, ...] = ()
    """Sorted by start, not overlapping; empty for plain text."""
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    published: str | None = None
    """ISO date on which the page says it was published."""
    warnings: tuple[str, ...] = ()
    """What the reader of the format could not make out, in a sentence each, for the user."""

    @property
    def characters(self) -> int:
        """Length of ``text`` in code points."""
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An agreement that the text names. ``title`` is English and canonical."""

    title: str
    year: int | None
    status: InstrumentStatus


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the statement. ``eid`` is its Akoma Ntoso eId."""

    id: str
    eid: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A maximal stretch of one class within a line; segments cover every character that is not white space."""

    id: str
    start: int
    end: int
    kind: SegmentClass
    section: str | None = None
    number: str | None = None
    """The point's printed number ("7", "a"), without its punctuation."""
    eid: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """One undertaking: one head action and its object under one modality (docs/coding.md)."""

    id: str
    start: int
    end: int
    quote: str
    modality: Modality
    strength: Strength
    action: str
    actors: tuple[str, ...]
    areas: tuple[str, ...]
    """One to four slugs, the main one first."""
    mechanisms: tuple[str, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    forums: tuple[str, ...] = ()
    deadline: str | None = None
    parent: str | None = None
    section: str | None = None
    confidence: float = 0.5
    """Calibrated: of those said at 0.9, nine in ten are right."""
    patterns: tuple[str, ...] = ()
    """Ids of the pack patterns that made it, in the order of their places in the text."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The FRBR expression that the source holds: one text of the statement in one language."""

    language: str | None
    """ISO 639-1."""
    kind: ExpressionKind
    reason: str
    """Why ``kind`` was concluded, a sentence for the user."""
    source_url: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What was read from one source: the work (a joint statement), this expression of it, and its parts."""

    source: Source
    title: str | None
    type: str | None
    parties: tuple[str, ...]
    """ISO 3166-1 alpha-2, sorted."""
    relationship: str | None
    adopted: str | None
    """ISO date."""
    place: str | None
    """English name of the city."""
    original_languages: tuple[str, ...]
    """ISO 639-1, sorted."""
    equally_authentic: bool | None
    expression: Expression
    sections: tuple[Section, ...]
    segments: tuple[Segment, ...]
    commitments: tuple[Commitment, ...]
    mechanisms: tuple[str, ...]
    instruments: tuple[Instrument, ...]
    forums: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What the user should know of this reading, a sentence each."""
    versions: tuple[tuple[str, str], ...] = field(default=())
    """(component, version) pairs: the engine, the language pack, the encoder where one was used."""


PairLevel = Literal["paragraph", "sentence", "line"]
DiscrepancyKind = Literal[
    "omission",
    "addition",
    "number",
    "date",
    "name",
    "negation",
    "strength",
    "actor",
    "instrument",
    "deadline",
    "area",
    "term",
    "acronym",
    "repetition",
    "meaning",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """What answers to what in two versions: indices of paragraphs, sentences or lines of each, 0-based.

    An empty side marks an omission (``b`` empty) or an insertion (``a`` empty).
    """

    level: PairLevel
    a: tuple[int, ...]
    b: tuple[int, ...]
    score: float
    """How sure the pairing is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one version; offsets in code points of its source, half-open."""

    start: int
    end: int
    quote: str


Value = str | int | tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What a sentence says apart from its language, so that it can be said in several."""

    key: str
    """Names the sentence in ``vocabulary/explanations.toml``."""
    values: tuple[tuple[str, Value], ...]
    """What is filled in, by name: words of the texts and numbers as they are; codes as a tuple of their kind and what
    the kind asks for, such as ``("state", "VN")`` or ``("version", "a", "sv")``."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A difference between two versions, or a fault inside one, for a legal linguist to look at."""

    kind: DiscrepancyKind
    severity: int
    """3: changes what was agreed; 2: may mislead; 1: a matter of form."""
    a: Passage | None
    b: Passage | None
    explanation: str
    """One sentence, in English."""
    confidence: float
    message: Message | None = None
    """What ``explanation`` says, to be said in other languages; None where it is told in English alone."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two versions of one statement, what answers to what, and where they differ.

    For the level ``paragraph`` indices count the non-empty stripped lines of each text (or its paragraphs, where the
    source is no plain text); for ``sentence`` they count ``sentences_a`` and ``sentences_b``.
    """

    a: Statement
    b: Statement
    pairs: tuple[Pair, ...]
    paragraphs_a: tuple[tuple[int, int], ...]
    """Offsets of the paragraphs that the indices of the level ``paragraph`` count."""
    paragraphs_b: tuple[tuple[int, int], ...]
    sentences_a: tuple[tuple[int, int], ...] = ()
    sentences_b: tuple[tuple[int, int], ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    coverage: float | None = None
    """Where one version is a summary: the share of the other's commitments that it takes up."""
    commitments: tuple[tuple[str, str], ...] = ()
    """Commitments that are one in both versions: (id in ``a``, id in ``b``), in the order of ``a``."""


BasisKind = Literal["itself", "part", "repeats", "version"]
BodyRole = Literal["lead", "support"]
ActionKind = Literal["task", "study", "standing"]
ActionState = Literal["open", "going", "stalled", "done", "dropped", "unchecked"]


@dataclass(frozen=True, slots=True)
class Due:
    """By when something is to be done, as far as the statement says; a date is given only where it is certain."""

    words: str
    """What the reading found, in English: ``end of 2026``, ``annually``, ``as soon as possible``."""
    text: str
    """The same in the language of the plan."""
    first: str | None = None
    """ISO date on which the time begins, where the statement names a beginning."""
    last: str | None = None
    """ISO date of the last day on which it is in time; for a bare year that is the year's last day."""
    every: int | None = None
    """Years from one time to the next: 1 for ``annually``."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A commitment on which an action rests."""

    statement: int
    """Index into ``Plan.statements``."""
    commitment: str
    kind: BasisKind
    """``itself``; ``part`` of it; ``repeats`` it nearly word for word; the same in another ``version``."""


@dataclass(frozen=True, slots=True)
class ProposedBody:
    """A body of one side that may carry an action, with the reason for the proposal."""

    side: str
    """ISO 3166-1 alpha-2."""
    role: BodyRole
    name: str
    """In the language of the plan where the list has such a name, else in English."""
    english: str
    source: str | None
    """The list from which it comes; None where only the statement names it."""
    as_of: str | None
    """ISO date at which the list held."""
    reason: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of an action that the statement itself names."""

    title: str
    basis: Basis
    due: Due | None


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One action of a draft plan: what it rests on, and what is proposed for it, each with its reason."""

    id: str
    number: str
    """For people: the number of the group, a dot, the number in the group."""
    group: int
    """Index into ``Plan.groups``."""
    title: str
    """From the commitment's own words, so in the language of the statement."""
    kind: ActionKind
    """``study`` where the statement only explores; ``standing`` where there is something to keep rather than to do."""
    action: str
    strength: Strength
    """The strongest of the commitments that say it."""
    area: str
    area_title: str
    basis: tuple[Basis, ...]
    """Its own commitment first."""
    bodies: tuple[ProposedBody, ...]
    """Side by side in the order of ``Plan.parties``, the lead first."""
    deliverable: str
    due: Due | None
    mechanism: str | None
    """Where the two sides follow it; a mechanism that the statement names."""
    milestones: tuple[Milestone, ...]
    reasons: tuple[tuple[str, str], ...]
    """(what is proposed, why in one sentence) for ``action``, ``kind``, ``deliverable``, ``due`` and ``mechanism``;
    ``bodies:XX`` says why a side has no body."""
    unsure: bool = False
    """Whether the reading gives its own commitment less than an even chance."""
    state: ActionState = "open"
    """How it stands; a draft from a statement is not begun."""


@dataclass(frozen=True, slots=True)
class BodyList:
    """The list from which the bodies of a side were proposed."""

    side: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A draft plan of action for one statement. Nothing in it is decided: every field is a proposal to people."""

    language: str
    """ISO 639-1, of all words that are not the statement's own."""
    title: str
    draft: str
    """One sentence that says that this is a draft."""
    parties: tuple[str, ...]
    names: tuple[str, ...]
    """Of the parties, in the language of the plan and in their order."""
    adopted: str | None
    statements: tuple[Statement, ...]
    """The versions of the statement; the actions are made from the first."""
    groups: tuple[str, ...]
    """Titles: the statement's sections, or areas where it has none."""
    actions: tuple[PlannedAction, ...]
    lists: tuple[BodyList, ...]
    notes: tuple[str, ...]
    """What the user should know of this draft, a sentence each."""
