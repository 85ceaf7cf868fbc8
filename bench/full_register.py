"""A register full of invented records, for measuring: 50 statements, 20,000 segments, 5,000 commitments, 500 actions.

The account ``officer`` sees all of it; ``desk`` is officer of one partnership alone.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

STATEMENTS, SEGMENTS, COMMITMENTS = 50, 400, 100
"""Statements, and of each statement segments and commitments."""
ACTIONS, OTHERS, YEARS = 100, 30, 20
"""Of each partnership: actions; sessions, visits, difficulties, indicators and so on; and values of each indicator."""
WORDS = [
    "cooperation", "consultations", "trade", "investment", "culture", "students", "energy", "harbour", "railway",
    "delegation", "exhibition", "customs", "tourism", "medicine", "language", "museum", "satellite", "forest",
    "fishery", "mining", "textile", "insurance", "standard", "laboratory", "festival",
]  # fmt: skip


def fill() -> None:
    """Puts a register of the size into the empty database."""
    from servanda_register import models as m
    from servanda_register.actions import facts, record
    from servanda_register.actions.commitment import folded_words
    from servanda_register.models.folding import fold

    chance = random.Random(5)
    facts.load_vocabulary()
    areas = list(m.Area.objects.values_list("pk", flat=True))
    codes = ["BY", "AZ", "KZ", "IS", "NP"]
    officer = m.Account.objects.create_user("officer")
    record.create(m.Membership, by=None, account=officer, group="officer", cleared=True)
    desk = m.Account.objects.create_user("desk")
    partnerships = [
        record.create(m.Partnership, by=officer, slug=f"vn-{code.lower()}", parties=["VN", code], visibility="public",
                      names={"en": f"Viet Nam and {code}", "vi": f"Việt Nam và {code}"})
        for code in codes
    ]  # fmt: skip
    record.create(m.Membership, by=None, account=desk, group="officer", partnership=partnerships[1])
    for p in partnerships:
        for n in range(40):
            names = {"en": f"Joint working group {n} on {chance.choice(WORDS)}"}
            record.create(m.Mechanism, by=officer, partnership=p, names=names, visibility="public")
            names = {"en": f"Agreement {n} on {chance.choice(WORDS)}"}
            record.create(m.Agreement, by=officer, partnership=p, names=names, year=1990 + n % 30, visibility="public")

    def words(n: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(n))

    for number in range(STATEMENTS):
        partnership = partnerships[number % len(partnerships)]
        adopted = date(2010, 1, 1) + timedelta(days=100 * number)
        instrument = record.create(
            m.Instrument, by=officer, partnership=partnership, slug=f"statement-{number}", adopted=adopted,
            names={"en": f"Joint statement {number}"}, visibility="public",
        )  # fmt: skip
        lines = [f"{n}. {words(40)}" for n in range(SEGMENTS)]
        text = "\n".join(lines)
        expression = m.Expression(
            instrument=instrument, language="en", kind="original", text=text, sha256=f"{number:064}"
        )
        expression.save()
        at, segments, found = 0, [], []
        for n, line in enumerate(lines):
            segments.append(m.Segment(expression=expression, ident=f"s{n}", start=at, end=at + len(line),
                                      kind="commitment", folded=fold(line)))  # fmt: skip
            if n % (SEGMENTS // COMMITMENTS) == 0:
                found.append((at + 4, at + 60))
            at += len(line) + 1
        m.Segment.objects.bulk_create(segments)
        proposals = m.Proposal.objects.bulk_create(
            m.Proposal(expression=expression, ident=f"c{n}", start=start, end=end, quote=text[start:end],
                       modality="agreed", strength="agreed", action="exchange", actors=["both"],
                       areas=[chance.choice(areas)])
            for n, (start, end) in enumerate(found)
        )  # fmt: skip
        commitments = [
            m.Commitment(
                instrument=instrument, number=n, expression=expression, start=start, end=end, quote=text[start:end],
                texts={"en": f"Both sides {words(8)}"}, modality="agreed", strength=chance.choice(m.Strength.values),
                action=chance.choice(m.Act.values), actors=[chance.choice(["both", "VN", "VN:Ministry of Justice"])],
                deadline=chance.choice(["", "", "", "2031", "2030-06"]), visibility="public",
                folded=folded_words({}, text[start:end]),
            )
            for n, (start, end) in enumerate(found, start=1)
        ]  # fmt: skip
        m.Commitment.objects.bulk_create(commitments)
        record.put_events([(c, None, {"number": c.number}) for c in commitments], by=officer, verb="confirm")
        m.CommitmentArea.objects.bulk_create(
            m.CommitmentArea(commitment=c, area_id=area, rank=rank)
            for c in commitments
            for rank, area in enumerate(chance.sample(areas, 2))
        )
        through = m.Commitment.proposals.through
        through.objects.bulk_create(
            through(commitment=c, proposal=p) for c, p in zip(commitments, proposals, strict=True)
        )  # fmt: skip
    for p in partnerships:
        _machinery(p, officer, chance)


def _machinery(partnership: Any, officer: Any, chance: random.Random) -> None:
    """The roadmap of a partnership, its sessions, visits, difficulties, indicators and support in forums."""
    from servanda_register import models as m
    from servanda_register.actions import record

    parties = list(partnership.parties.all())
    bodies = list(m.Body.objects.filter(party__in=parties))
    commitments = list(m.Commitment.objects.filter(instrument__partnership=partnership))
    mechanisms = list(partnership.mechanisms.all())
    forums = list(m.Forum.objects.all())
    plan = record.create(
        m.Plan, by=officer, partnership=partnership, names={"en": "Roadmap"}, state="adopted", starts=date(2026, 1, 1),
        ends=date(2030, 12, 31), visibility="public",
    )  # fmt: skip
    start = date(2026, 1, 1)
    actions = []
    for n in range(1, ACTIONS + 1):
        due = start + timedelta(days=chance.randrange(1800))
        action = record.create(
            m.Action, by=officer, partnership=partnership, plan=plan, number=n, due=due,
            names={"en": f"Action {n} on {chance.choice(WORDS)}"}, state=chance.choice(["not-started", "under-way"]),
            commitments=chance.sample(commitments, 2), leads=chance.sample(bodies, min(2, len(bodies))),
            mechanism=chance.choice(mechanisms), visibility="public",
        )  # fmt: skip
        actions.append(action)
        for part in (1, 2):
            names = {"en": f"Milestone {part} of {n}"}
            record.create(m.Milestone, by=officer, action=action, names=names, due=start + (due - start) * part / 2)
        begun = m.Progress(action=action, before="", state="not-started", on=start, reason="Begun", by=officer)
        record.keep(begun, by=officer)
    for n in range(OTHERS):
        day = start + timedelta(days=chance.randrange(700))
        names = {"en": f"{chance.choice(WORDS).title()} {n}"}
        own = {"by": officer, "partnership": partnership, "names": names, "visibility": "public"}
        session = record.create(m.Session, by=officer, mechanism=mechanisms[n % len(mechanisms)], number=n + 1,
                                starts=day, visibility="public")  # fmt: skip
        for rank in range(5):
            record.create(m.AgendaItem, by=officer, session=session, rank=rank, names=names,
                          actions=chance.sample(actions, 2))  # fmt: skip
        record.create(m.Exchange, **own, starts=day, guest=parties[n % 2])
        record.create(m.Difficulty, **own, raised_by=parties[n % 2], raised_on=day, owed_by=parties[(n + 1) % 2],
                      answer_due=day, commitments=chance.sample(commitments, 1))  # fmt: skip
        record.create(m.Support, **own, forum=chance.choice(forums), kind="candidature", asked_by=parties[n % 2],
                      on=day, state="asked")  # fmt: skip
        indicator = record.create(m.Indicator, **own, unit="million")
        for year in range(YEARS):
            value = m.Measurement(indicator=indicator, period=date(2000 + year, 12, 31), value=chance.randrange(1000))
            record.keep(value, by=officer)
