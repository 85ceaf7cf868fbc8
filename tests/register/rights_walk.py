"""One reader's way through the site: pages, lists, counts, files, search, history, reports, calendar, API, the past."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record, tokens

from .rights_records import Site, build
from .rights_table import KINDS, LEAVES, LEVELS, OWN, READERS, ROOMS, UNDER, WORDS, Reader, word

LISTS = {
    "partnership": "/partnerships/", "instrument": "/statements/", "commitment": "/commitments/",
    "mechanism": "/lists/mechanisms/", "agreement": "/lists/agreements/", "programme": "/lists/programmes/",
    "person": "/lists/people/", "attachment": "/lists/documents/",
}  # fmt: skip
API = {
    "partnership": "partnerships", "instrument": "instruments", "commitment": "commitments",
    "expression": "expressions", "mechanism": "mechanisms", "agreement": "agreements", "programme": "programmes",
    "comment": "comments", "plan": "roadmaps", "action": "actions", "planned action": "actions",
    "session": "sessions", "session ahead": "sessions", "visit": "exchanges", "visit ahead": "exchanges",
    "difficulty": "difficulties", "support": "supports", "indicator": "indicators",
}  # fmt: skip
"""Kind -> its list in the API."""
ROOM_OF = {kind: room for room, kinds in ROOMS.items() for kind in kinds} | {"plan": "roadmap", "target": "indicators"}
ROOM_OF |= {"milestone": "roadmap"}
PATHS = {
    "mechanism": "lists/mechanisms", "agreement": "lists/agreements", "programme": "lists/programmes",
    "person": "lists/people", "instrument": "statements", "commitment": "commitments", "plan": "roadmaps",
    "action": "actions", "planned action": "actions", "session": "sessions", "session ahead": "sessions",
    "visit": "exchanges", "visit ahead": "exchanges", "difficulty": "difficulties", "support": "support",
    "indicator": "indicators",
}  # fmt: skip
"""Kind -> beginning of the addresses of its records, before the key."""
INSIDE_OF = {
    "comment": "instrument", "milestone": "action", "progress": "action", "item": "session",
    "session decision": "session", "item about": "session", "decision about": "session", "answer": "difficulty",
    "assessment": "agreement", "target": "indicator", "measurement": "indicator",
}  # fmt: skip
"""Kind -> what its records stand in, on whose page they are."""
VIEWS = ("agreements/areas", "agreements/pipeline", "agreements/review", "forums/matrix", "forums/positions",
         "programmes/map", "reports", "commitments", "statements", "mechanisms", "people", "documents",
         "history")  # fmt: skip
"""Other pages of a partnership; looked at in the public one, which has records of every visibility."""


@lru_cache(maxsize=64)
def spots(text: str) -> frozenset[str]:
    """The words of records that a text holds."""
    return frozenset(re.findall(r"zq[a-z]*?[pir]+x", text) + re.findall(r"7\.42\d\d", text)) & WORDS.keys()


@dataclass
class Walk:
    """What one reader came upon."""

    ways: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Word -> addresses of all that was sent with it, but for what only says back what was asked."""
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Kind -> how many the list, its file and the API say there are; -1 where they say nothing."""
    rooms: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """Visibility of the partnership, its part -> how many the list and its file say there are."""
    told: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Visibility of the partnership, audience -> words in all reports made for it."""
    answers: dict[str, int] = field(default_factory=dict)
    """Name of a difficulty -> how many answers to it its list says there are."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """What was tried -> done, refused or hidden."""


def walked(names: tuple[str, ...]) -> Iterator[dict[str, Walk]]:
    """The walks of these readers through one register, which is taken back afterwards."""
    found: dict[str, Walk] = {}
    with transaction.atomic():
        site = build()
        site.moment = timezone.now().isoformat()
        for name in names:
            cache.clear()
            with transaction.atomic():
                found[name] = _Way(READERS[name], site).walk()
                transaction.set_rollback(True)
        yield found
        transaction.set_rollback(True)


def _browser(reader: Reader, site: Site) -> tuple[Client, str]:
    """A browser of such a reader, and the address of the reader's calendar; none without an account."""
    client = Client()
    if reader.group is None:
        return client, ""
    account = m.Account.objects.create_user("the-reader", password="word", email="reader@example.org")
    wheres: dict[str, list[Any]] = {"here": site.here, "there": [site.there], "everywhere": [None], "": []}
    for partnership in wheres[reader.where]:
        record.create(
            m.Membership, by=None, account=account, partnership=partnership, group=reader.group, cleared=reader.cleared
        )
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    _token, key = tokens.make(by=account, name="Calendar", scope=m.TokenScope.FEED)
    return client, f"/feeds/{key}.ics"


def address(site: Site, kind: str, chain: str) -> str:
    """The page on which the record stands."""
    found = site.records[kind, chain]
    if kind in INSIDE_OF:
        owner = getattr(found, INSIDE_OF[kind])
        return f"/{PATHS[INSIDE_OF[kind]]}/{owner.pk}/"
    return {
        "partnership": lambda: f"/partnerships/{found.slug}/",
        "segment": lambda: address(site, "expression", chain),
        "expression": lambda: f"/statements/{found.instrument_id}/text/{found.pk}/",
        "attachment": lambda: f"/lists/documents/{found.pk}/file/",
        "template": lambda: f"/partnerships/here-{chain}/reports/templates/",
    }.get(kind, lambda: f"/{PATHS[kind]}/{found.pk}/")()


def api_address(site: Site, kind: str, chain: str) -> str:
    """Where the API tells of the record alone, or of the one that it stands in."""
    found, of = site.records[kind, chain], INSIDE_OF.get(kind, kind)
    if kind == "measurement":
        return f"/api/v1/indicators/{found.indicator.pk}/measurements"
    owner = getattr(found, of) if of != kind else found
    return f"/api/v1/{API[of]}/{owner.slug if of == 'partnership' else owner.pk}"


def text_of(answer: Any) -> str:
    """All that was sent, small, as one text: the parts of a document, the lines of a calendar put together again."""
    sent = b"".join(answer) if answer.streaming else answer.content
    if sent.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(sent)) as parts:
            sent = b"\n".join(parts.read(name) for name in parts.namelist())
    return sent.decode("utf-8", "replace").replace("\r\n ", "").lower()


class _Way:
    """The walk of one reader."""

    def __init__(self, reader: Reader, site: Site) -> None:
        self.reader, self.site, self.out = reader, site, Walk()
        self.client, self.calendar = _browser(reader, site)
        self.pages: dict[str, str] = {}

    def get(self, where: str, *, echoes: bool = False, **query: Any) -> str:
        """The text of a page, fetched once; empty where it is refused."""
        key = f"{where} {query}"
        if key not in self.pages:
            answer = self.client.get(where, query)
            text = text_of(answer)
            if not echoes:
                for spot in spots(text):
                    self.out.seen[spot].add(key)
            self.pages[key] = text if answer.status_code == 200 else ""
        return self.pages[key]

    def found(self, way: str, text: str, *kinds: str) -> None:
        """Puts down that the records whose words the text holds were come upon so; of these kinds alone, if given."""
        for kind, chain in (WORDS[spot] for spot in spots(text)):
            if (not kinds or kind in kinds) and way in KINDS[kind][1]:
                self.out.ways[kind, chain].add(way)

    def walk(self) -> Walk:
        """Goes all of it; what is done is to be taken back."""
        self.lists()
        self.records()
        self.reports()
        self.history()
        self.others()
        self.past()
        self.attempts()
        return self.out

    def lists(self) -> None:
        """Lists of all partnerships and of each, as pages, files and in the API, and what they count."""
        for kind, where in LISTS.items():
            page, rows = self.get(where), self.get(where, format="csv")
            api = self.get(f"/api/v1/{API[kind]}", limit=100) if kind in API else ""
            self.found("list", page, kind)
            self.found("file", rows, kind)
            total = re.search(r'"total": (\d+)', api)
            self.out.counts[kind] = (*_counted(page, rows), int(total[1]) if total else -1)
        for kind, name in API.items():
            self.found("api", self.get(f"/api/v1/{name}", limit=100), kind)
        for level in OWN:
            home = f"/partnerships/here-{level}/"
            for room in ROOMS:
                page, rows = self.get(f"{home}{room}/"), self.get(f"{home}{room}/", format="csv")
                self.found("room", page)
                self.found("file", rows, *(kind for kind, of in ROOM_OF.items() if of == room))
                if page:
                    self.out.rooms[level, room] = _counted(page, rows)
                if room == "difficulties":
                    for row in csv.DictReader(io.StringIO(rows.lstrip("\ufeff"))):
                        self.out.answers[row["difficulty"]] = int(row["answers"])
        for view in VIEWS:
            self.get(f"/partnerships/here-p/{view}/")

    def records(self) -> None:
        """The page of each record, its documents, and what else leads to it."""
        site = self.site
        for kind, (chains, ways) in KINDS.items():
            for chain in chains:
                if "page" in ways:
                    self.found("page", self.get(address(site, kind, chain)), kind)
                if "api one" in ways:
                    self.found("api one", self.get(api_address(site, kind, chain)), kind)
                if "search" in ways:
                    asked = word(kind, chain)
                    # the word stands in the box again: found is what is marked
                    if re.search(rf"<mark[^>]*>{asked}", self.get("/search/", echoes=True, q=asked)):
                        self.out.ways[kind, chain].add("search")
        for chain in UNDER:
            expression = site.records["expression", chain].pk
            self.get(f"/review/{expression}/agreement/")
            self.found("review", self.get(f"/review/{expression}/"), "proposal")
            self.found("api", self.get(f"/api/v1/expressions/{expression}/proposals"), "proposal")
            self.found("api", self.get(f"/api/v1/expressions/{expression}"), "segment")
            review = site.records["decision", chain].review_id
            self.found("api", self.get(f"/api/v1/reviews/{review}/decisions"), "decision")
            plan = site.records["plan", chain].pk
            for part in ("timeline", "steps", "files/en/docx", "files/en/xlsx"):
                self.found("document", self.get(f"/roadmaps/{plan}/{part}/"), "plan", "planned action", "milestone")
        for chain in LEAVES:
            answer = self.client.post(f"/sessions/{site.records['session', chain].pk}/pack/", {"language": "en"})
            text = text_of(answer)
            for spot in spots(text):
                self.out.seen[spot].add(f"pack {chain}")
            self.found("document", text, "session", "item", "session decision", "item about", "decision about")

    def reports(self) -> None:
        """Reports for each audience that the reader may choose, as pages and documents, and their templates."""
        for level in OWN:
            home = f"/partnerships/here-{level}/reports/"
            for audience in LEVELS.values():
                for report in ("progress", "brief"):
                    page = self.get(f"{home}{report}/", audience=audience)
                    if not page:
                        continue
                    # the document is made of what the page shows: one partnership, the fullest, tells of all
                    document = self.get(f"{home}{report}/", audience=audience, document="en") if level == "p" else ""
                    self.found("report", page)
                    # words that are in the frame of the page, not in the report, are those of the partnership
                    told = spots(page) | spots(document)
                    self.out.told[level, audience] |= told - {word("partnership", level)}
            self.found("file", self.get(f"{home}templates/brief/ru/"), "template")

    def history(self) -> None:
        """All events there are for the reader, and of two records of each kind the page of its history."""
        told: set[tuple[str, str]] = set()
        for offset in range(0, 2000, 100):
            page = self.get("/api/v1/events", limit=100, offset=offset)
            rows = re.findall(r'"kind": "(\w+)", "record": "(\w+)"', page)
            told |= set(rows)
            if len(rows) < 100:
                break
        for kind, (chains, ways) in KINDS.items():
            if "history" not in ways:
                continue
            for chain in chains:
                row = self.site.records[kind, chain]
                name, key = row._meta.model_name, str(row.pk)
                if (name, key) in told:
                    self.out.ways[kind, chain].add("history")
                if chain in {"p", "r", "pp", "pr", "ppp", "ppr"}:
                    page = self.get(f"/history/{name}/{key}/")
                    assert bool(page) == ((name, key) in told), f"history of {kind} {chain}"

    def others(self) -> None:
        """What is of no record: the first page, reminders, the calendar, what waits, and who has which rights."""
        self.found("reminder", self.get("/reminders/"))
        if self.calendar:
            self.found("feed", self.get(self.calendar))
        for where in ("/", "/review/", "/bring-in/", "/history/", "/lists/", "/api/v1/reviews", "/api/v1/intakes",
                      "/people-and-rights/", "/people-and-rights/groups/"):  # fmt: skip
            self.get(where)
        self.get("/history/", format="csv")

    def past(self) -> None:
        """The same lists as they were when all was there; the session keeps the moment until it is left."""
        self.pages.clear()
        for kind, where in LISTS.items():
            self.found("past", self.get(where, as_of=self.site.moment), kind)
        for level in OWN:
            for room in ROOMS:
                self.found("past", self.get(f"/partnerships/here-{level}/{room}/", as_of=self.site.moment))
        for chain in UNDER:
            self.found("past", self.get(address(self.site, "expression", chain)), "segment")
        self.get("/history/", as_of=self.site.moment)
        self.client.get("/", {"as_of": ""})
        self.pages.clear()

    def attempts(self) -> None:
        """What readers may do or not: forms are sent with nothing right in them."""
        for level in OWN:
            for name, where in _kept(self.site, level).items():
                self.out.outcomes[f"{name} {level}"] = _outcome(self.client.post(where, {"sent": "1"}))
            expression = self.site.records["expression", f"p{level}"].pk
            self.out.outcomes[f"review {level}"] = _outcome(self.client.post(f"/review/{expression}/begin/"))
        self.out.outcomes["bring in"] = _outcome(self.client.get("/bring-in/"))
        self.out.outcomes["administer"] = _outcome(self.client.get("/people-and-rights/"))


def _counted(page: str, rows: str) -> tuple[int, int]:
    """How many entries a list says it has, and how many rows its file has below the head."""
    shown = re.search(r"(\d+) entr", page)
    return int(shown[1]) if shown else 0, max(len(rows.strip().splitlines()) - 1, 0)


def _outcome(answer: Any) -> str:
    if answer.status_code == 404:
        return "hidden"
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/")
    return "refused" if answer.status_code == 403 or to_sign_in else "done"


def _kept(site: Site, level: str) -> dict[str, str]:
    """What those alone may do who keep a partnership, with records of one visibility: name -> address."""

    def key(kind: str) -> str:
        chain = next(c for c in (level, f"p{level}", f"pp{level}") if (kind, c) in site.records)
        found = site.records[kind, chain]
        return str(found.slug if kind == "partnership" else found.pk)

    home = f"/partnerships/{key('partnership')}"
    plan, action, session = (f"/{path}/{key(kind)}" for path, kind in (
        ("roadmaps", "plan"), ("actions", "planned action"), ("sessions", "session"),
    ))  # fmt: skip
    mechanism, agreement = key("mechanism"), key("agreement")
    item, indicator, difficulty = key("item"), f"/indicators/{key('indicator')}", f"/difficulties/{key('difficulty')}"
    return {
        "change partnership": f"{home}/change/",
        "change statement": f"/statements/{key('instrument')}/change/",
        "change commitment": f"/commitments/{key('commitment')}/change/",
        "change mechanism": f"/lists/mechanisms/{mechanism}/change/",
        "change agreement": f"/lists/agreements/{agreement}/change/",
        "draw up a roadmap": f"{home}/roadmap/add/",
        "change roadmap": f"{plan}/change/",
        "propose actions": f"{plan}/proposals/",
        "amend roadmap": f"{plan}/amend/",
        "withdraw roadmap": f"{plan}/steps/withdraw/",
        "add action": f"{plan}/actions/add/",
        "merge actions": f"{plan}/actions/merge/",
        "change action": f"{action}/change/",
        "drop action": f"{action}/drop/",
        "put down a state": f"{action}/state/",
        "add milestone": f"{action}/milestones/",
        "change milestone": f"/milestones/{key('milestone')}/",
        "plan session": f"/lists/mechanisms/{mechanism}/sessions/add/",
        "change session": f"{session}/change/",
        "put down minutes": f"{session}/minutes/",
        "cancel session": f"{session}/cancel/",
        "plan session again": f"{session}/again/",
        "propose agenda": f"{session}/propose/",
        "add item": f"{session}/items/add/",
        "change item": f"/sessions/items/{item}/change/",
        "move item": f"/sessions/items/{item}/move/",
        "drop item": f"/sessions/items/{item}/drop/",
        "put down a decision": f"{session}/decide/",
        "plan visit": f"{home}/exchanges/add/",
        "change visit": f"/exchanges/{key('visit')}/change/",
        "hold visit": f"/exchanges/{key('visit ahead')}/held/",
        "raise difficulty": f"{home}/difficulties/add/",
        "change difficulty": f"{difficulty}/change/",
        "answer difficulty": f"{difficulty}/answer/",
        "close difficulty": f"{difficulty}/close/",
        "assess agreement": f"/agreements/{agreement}/assess/",
        "move agreement on": f"/agreements/{agreement}/stage/",
        "add support": f"{home}/forums/add/",
        "change support": f"/support/{key('support')}/change/",
        "add indicator": f"{home}/indicators/add/",
        "change indicator": f"{indicator}/change/",
        "put a value in": f"{indicator}/value/",
        "bring values in": f"{indicator}/import/",
        "set target": f"{indicator}/target/",
        "drop target": f"/indicators/targets/{key('target')}/drop/",
        "put a template in": f"{home}/reports/templates/put/",
    }
