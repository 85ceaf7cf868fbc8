"""How quickly the register's pages come in a full register: ``python -m bench.register_pages``.

Fills a database of its own with 50 statements, 20,000 segments and 5,000 commitments, all invented, asks for each page
30 times as a desk officer and once more as somebody who has not signed in, and prints the 95th percentile in
milliseconds and the number of queries. Exits with 1 where a page takes more than 150 ms or 15 queries.
SERVANDA_DATABASE names another database than SQLite; it must be empty.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import Any

STATEMENTS, SEGMENTS, COMMITMENTS = 50, 400, 100
"""Statements, and of each statement segments and commitments."""
MOST_MILLISECONDS, MOST_QUERIES = 150.0, 15
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
    partnerships = [
        record.create(m.Partnership, by=officer, slug=f"vn-{code.lower()}", parties=["VN", code], visibility="public",
                      names={"en": f"Viet Nam and {code}", "vi": f"Việt Nam và {code}"})
        for code in codes
    ]  # fmt: skip
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


def addresses() -> list[str]:
    """A page of every sort."""
    from django.urls import reverse

    from servanda_register import models as m

    partnership = m.Partnership.objects.all()[0]
    commitment = m.Commitment.objects.all()[2500].pk
    mechanism = m.Mechanism.objects.all()[0].pk
    all_commitments = reverse("commitments")
    parts = ["statements", "commitments", "mechanisms", "agreements", "people", "documents", "history"]
    return [
        reverse("home"),
        reverse("partnerships"),
        reverse("partnership", args=[partnership.slug]),
        *(reverse("partnership-part", args=[partnership.slug, part]) for part in parts),
        all_commitments,
        f"{all_commitments}?page=50&sort=-strength",
        f"{all_commitments}?find=energy+harbour",
        f"{all_commitments}?area=trade&area=energy&strength=firm&actor=VN&deadline=yes",
        reverse("commitment", args=[commitment]),
        reverse("commitment-change", args=[commitment]),
        reverse("lists"),
        *(reverse("list", args=[kind]) for kind in
          ("mechanisms", "agreements", "programmes", "forums", "bodies", "people", "areas", "documents")),
        reverse("list", args=["mechanisms"]) + "?sort=name",
        reverse("record", args=["mechanisms", mechanism]),
        reverse("record", args=["areas", "trade"]),
        reverse("search") + "?q=energy+harbour",
        reverse("search") + "?q=energy",
        reverse("search") + "?q=nothingofthekind",
    ]  # fmt: skip


def measure(client: Any, url: str, times: int) -> tuple[float, float, int, int]:
    """95th percentile of the milliseconds by the clock and of the processor, number of queries, status."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        status = client.get(url).status_code
        number = len(queries)  # the next request forgets them
    taken = []
    for _ in range(times):
        begun, worked = time.perf_counter(), time.process_time()
        client.get(url)
        taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    place = max(round(0.95 * times) - 1, 0)
    return sorted(wall for wall, _ in taken)[place], sorted(cpu for _, cpu in taken)[place], number, status


def main() -> int:
    """Fills, measures, prints; 1 where a page is beyond the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--data", help="a folder in which the filled register is kept for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SERVANDA_DATA"] = arguments.data or folder
        os.environ.setdefault("SERVANDA_HOSTS", "testserver")
        os.environ["DJANGO_SETTINGS_MODULE"] = "servanda_register.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client

        from servanda_register import models as m

        call_command("migrate", verbosity=0)
        if not m.Commitment.objects.exists():
            fill()
        inside, outside = Client(), Client()
        inside.force_login(
            m.Account.objects.get(username="officer"), backend="django.contrib.auth.backends.ModelBackend"
        )
        slow = 0
        print(f"{'p95 ms':>8} {'of CPU':>8} {'queries':>7} {'public':>8} {'of CPU':>8} {'queries':>7}  page")
        for url in addresses():
            mine, my_cpu, my_queries, status = measure(inside, url, arguments.times)
            theirs, their_cpu, their_queries, _ = measure(outside, url, arguments.times)
            beyond = mine > MOST_MILLISECONDS or my_queries > MOST_QUERIES or status != 200
            slow += beyond
            mark = f"  <-- {status}" if beyond else ""
            inner = f"{mine:8.1f} {my_cpu:8.1f} {my_queries:7}"
            print(f"{inner} {theirs:8.1f} {their_cpu:8.1f} {their_queries:7}  {url}{mark}")
        connection.close()
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
