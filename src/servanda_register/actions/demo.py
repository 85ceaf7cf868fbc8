"""The demonstration: three partnerships as curated facts, and invented statements that are read and reviewed.

:func:`begin` writes the facts and puts the invented statements into the queue of the reader, quickly; :func:`finish`
decides on what was read. :func:`load` does all of it in one go.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from servanda_register.actions import (
    comment,
    demo_plan,
    demo_session,
    demo_work,
    facts,
    intake,
    reading,
    record,
    review,
)
from servanda_register.actions.outcomes import proposed
from servanda_register.models import (
    Account,
    Agreement,
    Commitment,
    Expression,
    Forum,
    Instrument,
    Intake,
    Mechanism,
    Membership,
    Partnership,
    Person,
    Programme,
    Proposal,
    Review,
    Role,
)
from servanda_register.models.folding import fold

OFFICER, FIRST, SECOND = "demo", "demo-first", "demo-second"
ACCOUNTS = {OFFICER: ("Demo", "Officer", "officer"), FIRST: ("Anna", "Example", "reviewer"),
            SECOND: ("Minh", "Example", "reviewer")}  # fmt: skip
REASON = "Demonstration"
VISIBILITY = {"vietnam-kazakhstan": "internal"}
"""Partnerships that the demonstration does not show to everyone; the others are public."""
LANGUAGES = ("en", "vi", "ru")
"""Languages in which the large invented statement is brought in."""
COMMUNIQUE = "communique.txt"
"""The small invented statement, which two people review apart."""

PLAIN = ("number", "section", "modality", "strength", "action", "actors", "deadline", "areas", "forums")
"""Fields of a commitment that stand in the files as in the register."""

Facts = dict[str, Any]


def load() -> None:
    """Writes the whole demonstration into an empty register, reading the invented statements on the way."""
    begin()
    for waiting in _intakes().values_list("pk", flat=True):
        reading.read_intake(waiting)
    finish()


@transaction.atomic
def begin() -> None:
    """Writes accounts and facts, and puts the invented statements into the queue of the reader."""
    by = _accounts()
    facts.load_vocabulary()
    people: dict[str, Person] = {}
    folder = files("servanda_register").joinpath("demo")
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        _partnership(tomllib.loads(file.read_text("utf-8")), people, by)
    partnerships = {p.slug: p for p in Partnership.objects.all()}
    demo_plan.load(by=by, partnerships=partnerships)
    demo_session.load(by=by, partnerships=partnerships)
    demo_work.load(by=by, partnerships=partnerships)
    specimens = files("servanda").joinpath("specimens")
    for language in LANGUAGES:
        _bring_in(specimens.joinpath(f"{language}.txt"), f"iceland-mongolia-{language}.txt", by)
    _bring_in(folder.joinpath("specimen", COMMUNIQUE), COMMUNIQUE, by)


def read() -> bool:
    """Whether the reader is through with all invented statements."""
    return not _intakes().exclude(state__in=["done", "failed"]).exists()


@transaction.atomic
def finish() -> None:
    """Decides on half of the large statement and all of the small one, as far as nobody else has begun with them."""
    said = tomllib.loads(files("servanda_register").joinpath("demo", "specimen", "decisions.toml").read_text("utf-8"))
    by = Account.objects.get(username=OFFICER)
    read = {
        i.attachment.name: i.expression for i in _intakes().select_related("attachment", "expression") if i.expression
    }
    large, small = read.get("iceland-mongolia-en.txt"), read.get(COMMUNIQUE)
    if large and not large.reviews.exists():
        _decide_half(large, said, by)
    if small and not small.reviews.exists():
        _decide_apart(small, said["second"], by)


def _intakes() -> models.QuerySet[Intake]:
    return Intake.objects.filter(by__username=OFFICER, attachment__name__in=[
        COMMUNIQUE, *(f"iceland-mongolia-{language}.txt" for language in LANGUAGES)
    ]).order_by("pk")  # fmt: skip


def _accounts() -> Account:
    for name, (first, last, group) in ACCOUNTS.items():
        account = record.create(
            Account,
            by=None,
            reason=REASON,
            username=name,
            first_name=first,
            last_name=last,
            password=make_password(None),
        )
        record.create(
            Membership,
            by=None,
            reason=REASON,
            account=account,
            partnership=None,
            group=group,
            cleared=group == "officer",
        )
    return Account.objects.get(username=OFFICER)


def _bring_in(file: Traversable, name: str, by: Account) -> None:
    intake.bring_in(by=by, content=file.read_bytes(), name=name, media_type="text/plain")


def _partnership(told: Facts, people: dict[str, Person], by: Account) -> None:
    """Writes one file of facts: hundreds of rows in a few statements, each with its event all the same."""
    head = told["partnership"]
    visibility = VISIBILITY.get(head["slug"], "public")
    own: Facts = {"visibility": visibility}
    partnership = record.create(
        Partnership, by=by, reason=REASON, **own,
        **_some(head, "slug", "parties", "relationship", "established", "names", "summary"),
    )  # fmt: skip
    own["partnership"] = partnership
    first = told["instrument"][0]
    instrument = record.create(
        Instrument, by=by, reason=REASON, **own, names=first["title"], sources=first["sources"],
        **_some(first, "slug", "type", "adopted", "place", "originals"),
    )  # fmt: skip
    _signatories(first["signatories"], visibility, people, by)
    agreements = _put(Agreement, [
        {"names": row["title"], "year": row.get("year"), **_some(row, "status", "section", "areas"), **own}
        for row in told["agreement"]
    ], by)  # fmt: skip
    mechanisms = _put(Mechanism, [
        {"names": row["title"], **_some(row, "kind", "status", "level", "period", "section"), **own}
        for row in told["mechanism"]
    ], by)  # fmt: skip
    _put(Programme, [
        {"names": row["title"], **_some(row, "kind", "years", "places", "note", "section"), **own}
        for row in told["programme"]
    ], by)  # fmt: skip
    agreement_of = {row["key"]: made.pk for row, made in zip(told["agreement"], agreements, strict=True)}
    mechanism_of = {row["key"]: made.pk for row, made in zip(told["mechanism"], mechanisms, strict=True)}
    for row in told["forum"]:
        Forum.objects.get_or_create(code=row["code"], defaults={"names": {"en": row["code"]}})
    source = next((s["url"] for s in first["sources"] if s.get("url")), "")
    numbers: dict[int, Commitment] = {}
    # those that are parts come after those that they are parts of
    for parts in (False, True):
        rows = [row for row in told["commitment"] if bool(row["parent"]) is parts]
        made = _put(Commitment, [
            {
                "instrument": instrument, "visibility": visibility, "texts": {"en": row["text"]},
                "folded": fold(row["text"]), "source_url": source, "parent": numbers.get(row["parent"]),
                "mechanisms": [mechanism_of[key] for key in row["mechanisms"]],
                "agreements": [agreement_of[key] for key in row["agreements"]],
                **_some(row, *PLAIN),
            }
            for row in rows
        ], by)  # fmt: skip
        numbers |= {commitment.number: commitment for commitment in made}


def _signatories(rows: Iterable[Facts], visibility: str, people: dict[str, Person], by: Account) -> None:
    for row in rows:
        name = row["name"]
        if name not in people:
            people[name] = record.create(
                Person, by=by, reason=REASON, full_name=name, party_id=row["party"], visibility=visibility
            )
        office = {"en": row["position"]}
        if not Role.objects.filter(person=people[name], names=office).exists():
            record.create(Role, by=by, reason=REASON, person=people[name], names=office)


def _put(model: type[Any], rows: list[Facts], by: Account) -> list[Any]:
    return record.create_many(model, rows, by=by, reason=REASON)


def _some(row: Facts, *names: str) -> Facts:
    return {name: row[name] for name in names}


def _decide_half(expression: Expression, said: Facts, by: Account) -> None:
    """The first half accepted, but for what the file of decisions says otherwise."""
    begun = review.begin(by=by, expression=expression)
    proposals = list(expression.proposals.order_by("start", "pk"))
    _decide(begun, proposals[: len(proposals) // 2], said.get("change", []), said.get("reject", []), by)
    for row in said["add"]:
        start = expression.text.index(row["quote"])
        outcome = {
            "start": start, "end": start + len(row["quote"]), "mechanisms": [], "instruments": [], "forums": [],
            "deadline": None, "parent": None, **{k: v for k, v in row.items() if k != "reason"},
        }  # fmt: skip
        review.decide(by=by, review=begun, verdict="add", proposals=[], outcomes=[outcome], reason=row["reason"])
    instrument = expression.instrument
    comment.comment(by=by, text=said["comment"]["text"], visibility="internal", instrument=instrument)
    comment.comment(by=by, text=said["note"]["text"], visibility="restricted", instrument=instrument)
    letter = said["note"]["text"].encode()
    facts.attach(by=by, name="note-on-consulates.txt", content=letter, instrument=instrument, visibility="restricted")


def _decide_apart(expression: Expression, said: Facts, by: Account) -> None:
    """Two reviews that differ here and there, so that there is something to settle and agreement has figures."""
    record.change(expression.instrument, by=by, reason="Two people review this one apart.", reviewing="double")
    proposals = list(expression.proposals.order_by("start", "pk"))
    for name in (FIRST, SECOND):
        reviewer = Account.objects.get(username=name)
        begun = review.begin(by=reviewer, expression=expression)
        own = {kind: [row for row in said.get(kind, []) if row["reviewer"] == name] for kind in ("change", "reject")}
        _decide(begun, proposals, own["change"], own["reject"], reviewer)
        review.finish(by=reviewer, review=begun)


def _decide(
    begun: Review, proposals: Sequence[Proposal], change: list[Facts], reject: list[Facts], by: Account
) -> None:
    for proposal in proposals:
        rejected, changed = _about(proposal, reject), _about(proposal, change)
        if rejected:
            review.decide(
                by=by, review=begun, verdict="reject", proposals=[proposal], outcomes=[], reason=rejected["reason"]
            )
            continue
        outcome = proposed(proposal)
        if changed:
            outcome |= {k: v for k, v in changed.items() if k in outcome}
        review.decide(
            by=by, review=begun, verdict="change" if changed else "accept", proposals=[proposal], outcomes=[outcome],
            reason=changed["reason"] if changed else "",
        )  # fmt: skip


def _about(proposal: Proposal, rows: list[Facts]) -> Facts:
    return next((row for row in rows if proposal.quote.startswith(row["begins"])), {})
