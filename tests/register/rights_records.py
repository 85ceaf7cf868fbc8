"""A register with a record of each kind for each chain of visibilities, each with a word of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.models.folding import fold

from .rights_table import ABOUT, LEAVES, LEVELS, OWN, UNDER, word

DAYS = timedelta(days=5)
"""So near that all which is due then is reminded of."""


@dataclass
class Site:
    """The records by kind and chain, and the other partnership."""

    records: dict[tuple[str, str], Any] = field(default_factory=dict)
    here: list[m.Partnership] = field(default_factory=list)
    there: m.Partnership | None = None
    moment: str = ""
    """When all of it was there, as a time; the past that all readers look at."""


def build() -> Site:
    """A register with a record of each kind for each chain of visibilities."""
    site = Site()
    _statements(site)
    _work(site)
    return site


def _statements(site: Site) -> None:
    """Partnerships with what stands in their lists, statements, and what was made of these."""
    made, today = site.records, timezone.localdate()
    colleague = m.Account.objects.create_user("colleague", password="word")
    for code in ("IS", "MN", "NP"):
        m.Party.objects.get_or_create(code=code, defaults={"names": {"en": code}})
    for slug in ("trade", "general"):
        m.Area.objects.get_or_create(slug=slug, defaults={"names": {"en": slug.capitalize()}})
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
        record.change(
            made["agreement", chain], by=None, status="to-amend", stage="negotiated", next_review=today + DAYS,
        )  # fmt: skip
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


def _work(site: Site) -> None:
    """Roadmaps, sessions, visits, difficulties, forums, indicators and templates of reports."""
    made, today = site.records, timezone.localdate()
    m.Forum.objects.get_or_create(code="UN", defaults={"names": {"en": "United Nations"}})
    _roadmaps(made, today)
    _sessions(made, today)
    for chain in UNDER:
        of = {"partnership": made["partnership", chain[0]], "visibility": LEVELS[chain[1]]}
        for kind, state, starts in (("visit", "held", today), ("visit ahead", "planned", today + DAYS)):
            made[kind, chain] = record.create(
                m.Exchange, by=None, names={"en": word(kind, chain)}, state=state, starts=starts, **of
            )
        made["support", chain] = record.create(
            m.Support, by=None, names={"en": word("support", chain)}, forum_id="UN", kind="position", **of
        )
        made["indicator", chain] = indicator = record.create(
            m.Indicator, by=None, names={"en": word("indicator", chain)}, unit="flights", decimals=4, **of
        )
        made["target", chain] = record.create(
            m.Target, by=None, indicator=indicator, by_date=today + DAYS, value=Decimal(word("target", chain))
        )
        value = m.Measurement(
            indicator=indicator, period=today - DAYS, value=Decimal("3.5"), source=word("measurement", chain)
        )
        made["measurement", chain] = record.keep(value, by=None)
    for p in OWN:
        home, content = made["partnership", p], word("template", p).encode()
        attachment = m.Attachment(
            partnership=home, name=f"{word('template', p)}.docx", content=content, media_type="text/plain",
            sha256=hashlib.sha256(content).hexdigest(), visibility="internal",
        )  # fmt: skip
        record.keep(attachment, by=None)
        template = m.ReportTemplate(kind="brief", language="ru", partnership=home, attachment=attachment)
        made["template", p] = record.keep(template, by=None)
    # what is public names what is not: none of that may show
    for kind in ("action", "visit", "difficulty", "indicator"):
        record.change(made[kind, "pp"], by=None, commitments=[made["commitment", c] for c in ("ppp", "ppi", "ppr")])
    record.change(made["action", "pp"], by=None, mechanism=made["mechanism", "pr"], follows=made["action", "pr"])
    record.change(made["plan", "pp"], by=None, instruments=[made["instrument", c] for c in ABOUT])
    record.change(made["support", "pp"], by=None, commitment=made["commitment", "ppr"])
    record.change(made["target", "pp"], by=None, commitment=made["commitment", "ppr"])
    record.change(made["session", "ppp"], by=None, chairs=[made["person", p] for p in OWN])


def _roadmaps(made: dict[tuple[str, str], Any], today: date) -> None:
    """Roadmaps with their actions, and actions that stand in none; all overdue, those of roadmaps stalled."""
    numbers = dict.fromkeys(OWN, 0)

    def action(kind: str, chain: str, **fields: Any) -> m.Action:
        numbers[chain[0]] += 1
        made[kind, chain] = done = record.create(
            m.Action, by=None, partnership=made["partnership", chain[0]], number=numbers[chain[0]],
            names={"en": word(kind, chain)}, due=today - DAYS, visibility=LEVELS[chain[-1]], **fields,
        )  # fmt: skip
        return done

    for chain in UNDER:
        made["plan", chain] = record.create(
            m.Plan, by=None, names={"en": word("plan", chain)}, partnership=made["partnership", chain[0]],
            visibility=LEVELS[chain[1]], state="adopted",
        )  # fmt: skip
        action("action", chain)
    for chain in LEAVES:
        planned = action("planned action", chain, plan=made["plan", chain[:2]], state="stalled")
        made["milestone", chain] = record.create(
            m.Milestone, by=None, action=planned, names={"en": word("milestone", chain)}, due=today + DAYS
        )
        step = m.Progress(
            action=planned, before="not-started", state="stalled", on=today - DAYS, reason=word("progress", chain)
        )
        made["progress", chain] = record.keep(step, by=None)


def _sessions(made: dict[tuple[str, str], Any], today: date) -> None:
    """A session held and one that comes of each mechanism, difficulties and assessments, and what they were told."""
    colleague = m.Account.objects.get(username="colleague")
    for number, chain in enumerate(LEAVES, start=1):
        of = {"mechanism": made["mechanism", chain[:2]], "visibility": LEVELS[chain[2]]}
        made["session", chain] = held = record.create(
            m.Session, by=None, number=number, starts=today - DAYS, state="held", place=word("session", chain), **of
        )
        made["session ahead", chain] = record.create(
            m.Session, by=None, number=number + 20, starts=today + DAYS, place=word("session ahead", chain), **of
        )
        made["item", chain] = record.create(m.AgendaItem, by=None, session=held, names={"en": word("item", chain)})
        made["session decision", chain] = record.create(
            m.SessionDecision, by=None, session=held, names={"en": word("session decision", chain)}
        )
    for chain in UNDER:
        home = made["partnership", chain[0]]
        made["difficulty", chain] = difficulty = record.create(
            m.Difficulty, by=None, partnership=home, names={"en": word("difficulty", chain)}, raised_by_id="IS",
            raised_on=today, owed_by_id="MN", answer_due=today + DAYS, visibility=LEVELS[chain[1]],
        )  # fmt: skip
        answer = m.Answer(difficulty=difficulty, party_id="MN", on=today, text=word("answer", chain), by=colleague)
        made["answer", chain] = record.keep(answer, by=colleague)
        assessment = m.Assessment(
            agreement=made["agreement", chain], on=today, finding="partly", reason=word("assessment", chain)
        )
        made["assessment", chain] = record.keep(assessment, by=colleague)
    for chain in ABOUT:
        session = made["session", "ppp"]
        made["item about", chain] = item = record.create(
            m.AgendaItem, by=None, session=session, names={"en": word("item about", chain)},
            actions=[made["action", chain]], difficulties=[made["difficulty", chain]],
            agreements=[made["agreement", chain]],
        )  # fmt: skip
        made["decision about", chain] = record.create(
            m.SessionDecision, by=None, session=session, item=item, names={"en": word("decision about", chain)},
            action=made["action", chain],
        )  # fmt: skip
