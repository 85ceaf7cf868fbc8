"""The table of who sees what: readers, kinds of records, and the ways that lead to each.

Each record carries a word of its own (:func:`word`), and a chain of letters that says who may see what it is in and
who may see it: ``pir`` is a restricted record in an internal one of a public partnership.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = {"p": "public", "i": "internal", "r": "restricted"}
OWN = ("p", "i", "r")
UNDER = ("pp", "pi", "pr", "ip", "rp")
"""Visibility of the partnership, then of the record: restricted by itself, or through what it is in."""
LEAVES = ("ppp", "ppi", "ppr", "pip", "prp", "ipp", "rpp")
"""Visibility of the partnership, of what the record is in (statement, roadmap, mechanism), of the record."""
ABOUT = ("pp", "pi", "pr")
"""Of what is public itself and tells of a record with this chain."""


@dataclass(frozen=True)
class Reader:
    """A row of the table: a group somewhere, and by hand what that must come to."""

    group: str | None
    """None: has not signed in; empty: has an account without any group."""
    where: str = ""
    """here: in the partnerships of the records; there: in another; everywhere."""
    cleared: bool = False
    sees: str = "p"
    """Records of these visibilities, here."""
    people: str = "p"
    """Persons belong to no partnership."""
    work: str = ""
    """Proposals, reviews, answers, assessments, reports, reminders and history of what is of these visibilities."""
    keeps: bool = False
    reviews: bool = False
    brings_in: bool = False
    administers: bool = False


READERS = {
    "not signed in": Reader(None),
    "without a group": Reader(""),
    "reader here": Reader("reader", "here", sees="pi", people="pi", work="pi"),
    "coder here, cleared": Reader("coder", "here", True, sees="pir", people="pi", work="pir", reviews=True),
    "reviewer here": Reader("reviewer", "here", sees="pi", people="pi", work="pi", reviews=True),
    "officer here": Reader(
        "officer", "here", sees="pi", people="pi", work="pi", keeps=True, reviews=True, brings_in=True
    ),
    "officer here, cleared": Reader(
        "officer", "here", True, sees="pir", people="pi", work="pir", keeps=True, reviews=True, brings_in=True
    ),
    "officer there, cleared": Reader("officer", "there", True, people="pi", brings_in=True),
    "reader everywhere": Reader("reader", "everywhere", sees="pi", people="pi", work="pi"),
    "coder everywhere, cleared": Reader(
        "coder", "everywhere", True, sees="pir", people="pir", work="pir", reviews=True
    ),
    "administrator": Reader(
        "administrator", "everywhere", sees="pi", people="pi", work="pi", keeps=True, brings_in=True, administers=True
    ),
    "administrator, cleared": Reader(
        "administrator", "everywhere", True, sees="pir", people="pir", work="pir", keeps=True, brings_in=True,
        administers=True,
    ),
}  # fmt: skip

GROUPS = {
    "outside": ("not signed in", "without a group", "officer there, cleared"),
    "here": ("reader here", "coder here, cleared", "reviewer here"),
    "officers": ("officer here", "officer here, cleared"),
    "everywhere": ("reader everywhere", "coder everywhere, cleared"),
    "administrators": ("administrator", "administrator, cleared"),
}
"""The readers of each test file, so that several processes share them."""

KINDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "partnership": (OWN, {"page", "list", "file", "api", "api one", "history", "past"}),
    "person": (OWN, {"page", "list", "file", "history", "past"}),
    "mechanism": (UNDER, {"page", "list", "file", "api", "history", "past"}),
    "office": (UNDER, {"history"}),
    "agreement": (
        UNDER, {"page", "list", "file", "api", "api one", "room", "reminder", "feed", "history", "past"}
    ),
    "programme": (UNDER, {"page", "list", "file", "api", "room", "history", "past"}),
    "instrument": (UNDER, {"page", "list", "file", "api", "api one", "history", "past"}),
    "expression": (UNDER, {"api", "api one", "history"}),
    "segment": (UNDER, {"page", "api", "search", "past"}),
    "proposal": (UNDER, {"review", "api"}),
    "decision": (UNDER, {"api", "history"}),
    "commitment": (LEAVES, {"page", "list", "file", "api", "api one", "search", "history", "past"}),
    "comment": (LEAVES, {"page", "api", "history"}),
    "attachment": (LEAVES, {"page", "list", "file", "history", "past"}),
    "plan": (UNDER, {"api", "api one", "page", "room", "document", "history", "past"}),
    "action": (UNDER, {"api", "api one", "page", "room", "file", "report", "reminder", "feed", "history", "past"}),
    "planned action": (
        LEAVES, {"api", "api one", "page", "room", "file", "document", "report", "reminder", "feed", "history", "past"}
    ),
    "milestone": (LEAVES, {"api one", "page", "file", "document", "reminder", "feed", "history"}),
    "progress": (LEAVES, {"api one", "page", "report", "history"}),
    "session": (LEAVES, {"api", "api one", "page", "room", "file", "document", "report", "feed", "history", "past"}),
    "session ahead": (LEAVES, {"api", "api one", "page", "room", "file", "reminder", "feed", "history", "past"}),
    "item": (LEAVES, {"api one", "page", "document", "history"}),
    "session decision": (LEAVES, {"api one", "page", "document", "report", "history"}),
    "item about": (ABOUT, {"api one", "page", "document", "history"}),
    "decision about": (ABOUT, {"api one", "page", "document", "report", "history"}),
    "visit": (UNDER, {"api", "api one", "page", "room", "file", "report", "feed", "history", "past"}),
    "visit ahead": (UNDER, {"api", "api one", "page", "room", "file", "reminder", "feed", "history", "past"}),
    "difficulty": (UNDER, {"api", "api one", "page", "room", "file", "report", "reminder", "feed", "history", "past"}),
    "answer": (UNDER, {"api one", "page", "history"}),
    "assessment": (UNDER, {"page", "api one", "history"}),
    "support": (UNDER, {"api", "page", "room", "file", "history", "past"}),
    "indicator": (UNDER, {"api", "api one", "page", "room", "file", "report", "history", "past"}),
    "target": (UNDER, {"api one", "page", "file", "report", "history"}),
    "measurement": (UNDER, {"api one", "page", "history"}),
    "template": (OWN, {"page", "file", "history"}),
}  # fmt: skip
"""Kind -> its records in the test, and the ways by which one who sees a record comes upon it."""
WORK = {"proposal", "decision", "answer", "assessment", "template"}
SIGNED_IN_ALONE = {"comment": {"api"}, "decision": {"api"}}
"""Ways that are open to accounts alone, however public the record."""
INSIDE = {"history", "report", "reminder", "feed"}
"""Ways that are open to those alone who work on the partnership."""
ROOMS: dict[str, tuple[str, ...]] = {
    "roadmap": ("action", "planned action"), "sessions": ("session", "session ahead"),
    "exchanges": ("visit", "visit ahead"), "difficulties": ("difficulty",), "forums": ("support",),
    "indicators": ("indicator",), "agreements": ("agreement",), "programmes": ("programme",),
}  # fmt: skip
"""Part of a partnership -> kinds of records that its list counts."""


def strictest(chain: str) -> str:
    """What limits a record: the strictest of its own visibility and that of all it is in."""
    return "r" if "r" in chain else "i" if "i" in chain else "p"


def word(kind: str, chain: str) -> str:
    """The word that a record carries, in nothing else; of a target, which is a number, its value."""
    if kind == "target":
        return f"7.42{UNDER.index(chain) + 11}"
    return f"zq{kind.replace(' ', '')}{chain}x"


WORDS = {word(kind, chain): (kind, chain) for kind, (chains, _ways) in KINDS.items() for chain in chains}


def sees(name: str, kind: str, chain: str) -> bool:
    """Whether the reader may know of the record."""
    reader = READERS[name]
    return strictest(chain) in (reader.people if kind == "person" else reader.work if kind in WORK else reader.sees)


def expected(name: str, kind: str, chain: str) -> set[str]:
    """By which ways the reader must come upon the record."""
    reader, ways = READERS[name], set(KINDS[kind][1])
    if not sees(name, kind, chain):
        return set()
    works = reader.people != "p" if kind == "person" else strictest(chain) in reader.work
    if not works:
        ways -= INSIDE
    if reader.group is None:
        ways -= SIGNED_IN_ALONE.get(kind, set())
    return ways
