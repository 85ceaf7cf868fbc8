"""Who sees what and may do what: one table of readers and records, looked up through every way out of the register.

Each record carries a word of its own. For each reader the site is walked once (pages, lists, counts, files, search,
history, the API, the past); a cell of the table then says by which ways the reader came upon the record's word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.models.folding import fold

LEVELS = {"p": "public", "i": "internal", "r": "restricted"}
OWN = ("p", "i", "r")
UNDER = ("pp", "pi", "pr", "ip", "rp")
"""Visibility of the partnership, then of the record: restricted by itself, or through what it is in."""
LEAVES = ("ppp", "ppi", "ppr", "pip", "prp", "ipp", "rpp")
"""Visibility of the partnership, the statement, the record."""


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
    """Proposals, reviews and history of what is of these visibilities."""
    keeps: bool = False
    reviews: bool = False
    brings_in: bool = False
    administers: bool = False


pytestmark = pytest.mark.django_db
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

KINDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "partnership": (OWN, {"page", "list", "file", "api", "api one", "history", "past"}),
    "person": (OWN, {"page", "list", "file", "history", "past"}),
    "mechanism": (UNDER, {"page", "list", "file", "api", "history", "past"}),
    "office": (UNDER, {"history"}),
    "agreement": (UNDER, {"page", "list", "file", "api", "history", "past"}),
    "programme": (UNDER, {"page", "list", "file", "api", "history", "past"}),
    "instrument": (UNDER, {"page", "list", "file", "api", "api one", "history", "past"}),
    "expression": (UNDER, {"api", "api one", "history"}),
    "segment": (UNDER, {"page", "api", "search", "past"}),
    "proposal": (UNDER, {"review", "api"}),
    "decision": (UNDER, {"api", "history"}),
    "commitment": (LEAVES, {"page", "list", "file", "api", "api one", "search", "history", "past"}),
    "comment": (LEAVES, {"page", "api", "history"}),
    "attachment": (LEAVES, {"page", "list", "file", "history", "past"}),
}
"""Kind -> its records in the test, and the ways by which one who sees a record comes upon it."""
WORK = {"proposal", "decision"}
SIGNED_IN_ALONE = {"comment": {"api"}, "decision": {"api"}}
"""Ways that are open to accounts alone, however public the record."""


def strictest(chain: str) -> str:
    """What limits a record: the strictest of its own visibility and that of all it is in."""
    return "r" if "r" in chain else "i" if "i" in chain else "p"


def word(kind: str, chain: str) -> str:
    """The word that a record carries, in nothing else."""
    return f"zq{kind}{chain}x"


@dataclass
class Site:
    """The records by kind and chain, and the other partnership."""

    records: dict[tuple[str, str], Any] = field(default_factory=dict)
    here: list[m.Partnership] = field(default_factory=list)
    there: m.Partnership | None = None


def build() -> Site:
    """A register with a record of each kind for each chain of visibilities."""
    site = Site()
    made = site.records
    colleague = m.Account.objects.create_user("colleague", password="word")
    for code in ("IS", "MN", "NP"):
        m.Party.objects.get_or_create(code=code, defaults={"names": {"en": code}})
    m.Area.objects.get_or_create(slug="trade", defaults={"names": {"en": "Trade"}})
    site.there = record.create(m.Partnership, by=None, slug="there", names={"en": "There"}, parties=["IS", "NP"])
    for p in OWN:
        made["partnership", p] = home = record.create(
            m.Partnership, by=None, slug=f"here-{p}", names={"en": word("partnership", p)}, parties=["IS", "MN"],
            visibility=LEVELS[p],
        )  # fmt: skip
        site.here.append(home)
        made["person", p] = record.create(m.Person, by=None, full_name=word("person", p), visibility=LEVELS[p])
    open_person = record.create(m.Person, by=None, full_name="Open Person", visibility="public")
    for chain in UNDER:
        of = {"partnership": made["partnership", chain[0]], "visibility": LEVELS[chain[1]]}
        for kind, model in (("mechanism", m.Mechanism), ("agreement", m.Agreement), ("programme", m.Programme)):
            made[kind, chain] = record.create(model, by=None, names={"en": word(kind, chain)}, **of)
        made["office", chain] = record.create(
            m.Role, by=None, person=open_person, mechanism=made["mechanism", chain], names={"en": word("office", chain)}
        )
        made["instrument", chain] = instrument = record.create(
            m.Instrument, by=None, slug=f"s-{chain}", names={"en": word("instrument", chain)}, originals=["en"],
            adopted=date(2024, 6, 14), **of,
        )  # fmt: skip
        quote = "The sides will work together."
        text = f"{word('segment', chain)} is the first line.\n{quote}\n"
        made["expression", chain] = expression = record.keep(
            m.Expression(
                instrument=instrument, language="en", kind="original", title=word("expression", chain), text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(), source_name="s.txt",
            ),
            by=None,
        )  # fmt: skip
        at = text.index(quote)
        made["segment", chain] = m.Segment(
            expression=expression, ident="p1", start=0, end=at - 1, kind="position", folded=fold(text[: at - 1])
        )
        made["segment", chain].save()
        made["proposal", chain] = proposal = m.Proposal(
            expression=expression, ident="c1", start=at, end=at + len(quote), quote=quote, modality="firm",
            strength="firm", action="other", actors=["both"], areas=["trade"],
            deadline=word("proposal", chain),
        )  # fmt: skip
        proposal.save()
        review = record.create(m.Review, by=colleague, expression=expression, reviewer=colleague)
        decision = m.Decision(review=review, verdict="reject", reason=word("decision", chain))
        made["decision", chain] = record.keep(decision, by=colleague)
    for chain in LEAVES:
        instrument, level = made["instrument", chain[:2]], LEVELS[chain[2]]
        made["commitment", chain] = record.create(
            m.Commitment, by=None, instrument=instrument, visibility=level,
            number=m.Commitment.objects.filter(instrument=instrument).count() + 1, modality="firm", strength="firm",
            action="other", actors=["both"], texts={"en": word("commitment", chain)},
            folded=fold(word("commitment", chain)),
        )  # fmt: skip
        comment = m.Comment(instrument=instrument, text=word("comment", chain), by=colleague, visibility=level)
        made["comment", chain] = record.keep(comment, by=colleague)
        content = word("attachment", chain).encode()
        attachment = m.Attachment(
            instrument=instrument, name=f"{word('attachment', chain)}.txt", content=content, media_type="text/plain",
            sha256=hashlib.sha256(content).hexdigest(), visibility=level,
        )  # fmt: skip
        made["attachment", chain] = record.keep(attachment, by=None)
    # what is public names what is not: none of that may show
    record.change(
        made["commitment", "ppp"], by=None, mechanisms=[made["mechanism", c] for c in ("pp", "pi", "pr")],
        agreements=[made["agreement", c] for c in ("pp", "pi", "pr")], parent=made["commitment", "ppr"],
    )  # fmt: skip
    return site


def browser(reader: Reader, site: Site) -> Client:
    """A browser of such a reader."""
    client = Client()
    if reader.group is None:
        return client
    account = m.Account.objects.create_user("the-reader", password="word", email="reader@example.org")
    wheres = {"here": site.here, "there": [site.there], "everywhere": [None], "": []}[reader.where]
    for partnership in wheres:
        record.create(
            m.Membership, by=None, account=account, partnership=partnership, group=reader.group, cleared=reader.cleared
        )
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


LISTS = {
    "partnership": "/partnerships/", "instrument": "/statements/", "commitment": "/commitments/",
    "mechanism": "/lists/mechanisms/", "agreement": "/lists/agreements/", "programme": "/lists/programmes/",
    "person": "/lists/people/", "attachment": "/lists/documents/",
}  # fmt: skip
API = {
    "partnership": "partnerships", "instrument": "instruments", "commitment": "commitments",
    "expression": "expressions", "mechanism": "mechanisms", "agreement": "agreements", "programme": "programmes",
    "comment": "comments",
}  # fmt: skip


def address(site: Site, kind: str, chain: str) -> str:
    """The page on which the record stands."""
    found = site.records[kind, chain]
    if kind in {"comment"}:
        return f"/statements/{found.instrument_id}/"
    if kind == "segment":
        return address(site, "expression", chain)
    return {
        "partnership": lambda: f"/partnerships/{found.slug}/",
        "person": lambda: f"/lists/people/{found.pk}/",
        "mechanism": lambda: f"/lists/mechanisms/{found.pk}/",
        "agreement": lambda: f"/lists/agreements/{found.pk}/",
        "programme": lambda: f"/lists/programmes/{found.pk}/",
        "instrument": lambda: f"/statements/{found.pk}/",
        "expression": lambda: f"/statements/{found.instrument_id}/text/{found.pk}/",
        "commitment": lambda: f"/commitments/{found.pk}/",
        "attachment": lambda: f"/lists/documents/{found.pk}/file/",
    }[kind]()


@dataclass
class Walk:
    """What one reader came upon."""

    ways: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Kind -> how many the list, its file and the API say there are; -1 where they say nothing."""
    answers: dict[str, int] = field(default_factory=dict)
    """What was tried -> status."""
    everything: list[tuple[str, str]] = field(default_factory=list)
    """Address and text of all that was sent, but for what only says back what was asked."""


def walk(reader: Reader, site: Site) -> Walk:
    """Goes through the site as the reader; what is done is taken back."""
    client, out = browser(reader, site), Walk()

    pages: dict[str, tuple[int, str]] = {}

    def get(where: str, *, echoes: bool = False, **query: Any) -> tuple[int, str]:
        if f"{where}{query}" not in pages:
            pages[f"{where}{query}"] = fetched(where, echoes, query)
        return pages[f"{where}{query}"]

    def fetched(where: str, echoes: bool, query: dict[str, Any]) -> tuple[int, str]:
        answer = client.get(where, query)
        sent = b"".join(answer) if answer.streaming else answer.content
        text = sent.decode("utf-8", "replace") if answer.status_code == 200 else ""
        if not echoes:
            out.everything.append((f"{where} {query}", text or sent.decode("utf-8", "replace")))
        return answer.status_code, text

    def found(kind: str, chain: str, way: str, text: str) -> None:
        if word(kind, chain) in text:
            out.ways.setdefault((kind, chain), set()).add(way)

    lists = {kind: get(where)[1] for kind, where in LISTS.items()}
    files = {kind: get(where, format="csv")[1] for kind, where in LISTS.items()}
    api = {kind: get(f"/api/v1/{name}", limit=100)[1] for kind, name in API.items()}
    now = timezone.now().isoformat()
    past = {kind: get(where, as_of=now)[1] for kind, where in LISTS.items()}
    past["segment"] = "".join(get(address(site, "expression", chain))[1] for chain in UNDER)
    pages.clear()
    client.get("/", {"as_of": ""})
    for name in ("/", "/review/", "/bring-in/", "/history/", "/lists/", "/api/v1/events", "/api/v1/reviews",
                 "/api/v1/intakes", "/people-and-rights/", "/people-and-rights/groups/"):  # fmt: skip
        get(name)
    get("/history/", format="csv")
    get("/history/", as_of=now)
    client.get("/", {"as_of": ""})
    for kind, (chains, ways) in KINDS.items():
        for chain in chains:
            pk = site.records[kind, chain].pk
            if "page" in ways:
                found(kind, chain, "page", get(address(site, kind, chain))[1])
            for way, texts in (("list", lists), ("file", files), ("api", api), ("past", past)):
                if kind in texts:
                    found(kind, chain, way, texts[kind])
            if "api one" in ways:
                key = site.records[kind, chain].slug if kind == "partnership" else pk
                found(kind, chain, "api one", get(f"/api/v1/{API[kind]}/{key}")[1])
            if "search" in ways:
                asked = word(kind, chain)
                # the word stands in the box again: found is what stands there more often
                text = get("/search/", echoes=True, q=asked)[1]
                if re.search(rf"<mark[^>]*>{asked}", text):
                    out.ways.setdefault((kind, chain), set()).add("search")
            model = "role" if kind == "office" else kind
            if "history" in ways:
                status, text = get(f"/history/{model}/{pk}/")
                if status == 200:
                    out.ways.setdefault((kind, chain), set()).add("history")
    for chain in UNDER:
        expression = site.records["expression", chain].pk
        get(f"/review/{expression}/agreement/")
        found("proposal", chain, "review", get(f"/review/{expression}/")[1])
        found("proposal", chain, "api", get(f"/api/v1/expressions/{expression}/proposals")[1])
        found("segment", chain, "api", get(f"/api/v1/expressions/{expression}")[1])
        review = site.records["decision", chain].review_id
        found("decision", chain, "api", get(f"/api/v1/reviews/{review}/decisions")[1])
    for level in OWN:
        for part in ("commitments", "statements", "mechanisms", "agreements", "programmes", "people", "history"):
            get(f"/partnerships/here-{level}/{part}/")
    for kind in LISTS:
        shown = re.search(r"(\d+) entr", lists[kind])
        rows = len(files[kind].strip().splitlines()) - 1
        total = re.search(r'"total": (\d+)', api.get(kind, ""))
        out.counts[kind] = (int(shown[1]) if shown else 0, max(rows, 0), int(total[1]) if total else -1)
    _try(client, site, out)
    return out


def _try(client: Client, site: Site, out: Walk) -> None:
    """What readers may do or not: the status of each attempt."""

    def status(name: str, answer: Any) -> None:
        out.answers[name] = answer.status_code

    for level in OWN:
        home = site.records["partnership", level]
        chain = {"p": "pp", "i": "pi", "r": "pr"}[level]
        leaf = {"p": "ppp", "i": "ppi", "r": "ppr"}[level]
        instrument, expression = site.records["instrument", chain], site.records["expression", chain]
        status(f"change partnership {level}", client.get(f"/partnerships/{home.slug}/change/"))
        status(f"change statement {level}", client.get(f"/statements/{instrument.pk}/change/"))
        pk = site.records["mechanism", chain].pk
        status(f"change mechanism {level}", client.get(f"/lists/mechanisms/{pk}/change/"))
        pk = site.records["commitment", leaf].pk
        status(f"change commitment {level}", client.get(f"/commitments/{pk}/change/"))
        status(f"review {level}", client.post(f"/review/{expression.pk}/begin/"))
    status("bring in", client.get("/bring-in/"))
    status("administer", client.get("/people-and-rights/"))


@pytest.fixture(scope="module")
def walks(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Walk]]:
    """Each reader's walk, made once for all cells; the database is left as it was."""
    found: dict[str, Walk] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        site = build()
        for name, reader in READERS.items():
            cache.clear()
            with transaction.atomic():
                found[name] = walk(reader, site)
                transaction.set_rollback(True)
        yield found
        transaction.set_rollback(True)


CELLS = [
    pytest.param(name, kind, chain, id=f"{name}-{kind}-{chain}")
    for name in READERS
    for kind, (chains, _ways) in KINDS.items()
    for chain in chains
]


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
        ways -= {"history"}
    if reader.group is None:
        ways -= SIGNED_IN_ALONE.get(kind, set())
    return ways


@pytest.mark.parametrize(("name", "kind", "chain"), CELLS)
def test_who_comes_upon_a_record_and_how(walks: dict[str, Walk], name: str, kind: str, chain: str) -> None:
    """By all the ways there are, or else by none: not even a word of it in a choice, a count, a list or a message."""
    assert walks[name].ways.get((kind, chain), set()) == expected(name, kind, chain)
    if not sees(name, kind, chain):
        leaks = [where for where, text in walks[name].everything if word(kind, chain) in text]
        assert leaks == []


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("name", READERS)
def test_counts_count_what_is_seen(walks: dict[str, Walk], name: str, kind: str) -> None:
    seen = sum(sees(name, kind, chain) for chain in KINDS[kind][0])
    if kind == "partnership":
        seen += READERS[name].where in {"there", "everywhere"}
    if kind == "person":
        seen += 1
    on_page, in_file, in_api = walks[name].counts[kind]
    assert (on_page, in_file) == (seen, seen)
    assert in_api in ({seen} if kind in API else {-1})


@pytest.mark.parametrize("name", READERS)
def test_what_each_may_do(walks: dict[str, Walk], name: str) -> None:
    reader = READERS[name]
    wanted: dict[str, int] = {}
    refused = 302 if reader.group is None else 403
    for level in OWN:
        for what in ("partnership", "statement", "mechanism", "commitment"):
            seen = level in reader.sees
            wanted[f"change {what} {level}"] = 404 if not seen else 200 if reader.keeps else refused
        wanted[f"review {level}"] = 404 if level not in reader.sees else 302 if reader.reviews else refused
    wanted["bring in"] = 200 if reader.brings_in else refused
    wanted["administer"] = 200 if reader.administers else refused
    assert walks[name].answers == wanted
