"""How quickly the register's pages come in a full register: ``python -m bench.register_pages``.

Fills a database of its own (:mod:`bench.full_register`), asks for each page 30 times as an officer of all partnerships,
as one of a single partnership and as somebody who has not signed in, and prints the 95th percentile in milliseconds and
the number of queries. On a shared machine the same work takes now this long, now twice that. Beside each request a
fixed piece of work is timed, and "steadied" is the percentile divided by how much longer that piece took, in its own
95th percentile, than at its quickest. Exits with 1 where a page, steadied, takes more than 150 ms, or more than 15
queries.

SERVANDA_DATABASE names another database than SQLite; it must be empty.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from typing import Any

from bench.full_register import fill

MOST_MILLISECONDS, MOST_QUERIES = 150.0, 15


def addresses() -> list[str]:
    """A page of every sort."""
    from django.urls import reverse

    from servanda_register import models as m

    partnership = m.Partnership.objects.get(slug="vn-az")
    commitment = m.Commitment.objects.filter(instrument__partnership=partnership)[500].pk
    statement = m.Instrument.objects.filter(partnership=partnership)[0]
    own = {
        name: rows.objects.filter(**{f"{home}partnership": partnership})[0].pk
        for name, rows, home in (
            ("plan", m.Plan, ""), ("action", m.Action, ""), ("mechanism", m.Mechanism, ""),
            ("agreement", m.Agreement, ""), ("session", m.Session, "mechanism__"), ("exchange", m.Exchange, ""),
            ("difficulty", m.Difficulty, ""), ("support", m.Support, ""), ("indicator", m.Indicator, ""),
        )
    }  # fmt: skip
    of_partnership = [
        "roadmap", "sessions", "exchanges", "agreements", "agreements-by-area", "agreements-pipeline",
        "agreements-review", "difficulties", "forums", "forums-matrix", "forums-positions", "indicators", "programmes",
        "programmes-map", "reports", "report-progress", "report-brief",
    ]  # fmt: skip
    of_record = [
        ("plan", "plan"), ("plan-timeline", "plan"), ("plan-course", "plan"), ("action", "action"),
        ("action-change", "action"), ("action-add", "plan"), ("mechanism", "mechanism"), ("session", "session"),
        ("session-change", "session"), ("session-item-add", "session"), ("exchange", "exchange"),
        ("exchange-change", "exchange"), ("agreement", "agreement"), ("agreement-assess", "agreement"),
        ("difficulty", "difficulty"), ("difficulty-change", "difficulty"), ("support", "support"),
        ("support-change", "support"), ("indicator", "indicator"), ("indicator-change", "indicator"),
    ]  # fmt: skip
    parts = ["statements", "commitments", "mechanisms", "people", "documents", "history"]
    all_commitments = reverse("commitments")
    return [
        reverse("home"),
        reverse("reminders"),
        reverse("partnerships"),
        reverse("partnership", args=[partnership.slug]),
        *(reverse("partnership-part", args=[partnership.slug, part]) for part in parts),
        *(reverse(name, args=[partnership.slug]) for name in of_partnership),
        *(reverse(name, args=[own[key]]) for name, key in of_record),
        reverse("instrument", args=[statement.pk]),
        all_commitments,
        f"{all_commitments}?page=50&sort=-strength",
        f"{all_commitments}?find=energy+harbour",
        f"{all_commitments}?area=trade&area=energy&strength=firm&actor=VN&deadline=yes",
        reverse("commitment", args=[commitment]),
        reverse("commitment-change", args=[commitment]),
        reverse("history"), reverse("record-history", args=["commitment", commitment]),
        reverse("lists"),
        *(reverse("list", args=[kind]) for kind in
          ("mechanisms", "agreements", "programmes", "forums", "bodies", "people", "areas", "documents")),
        reverse("list", args=["mechanisms"]) + "?sort=name",
        reverse("record", args=["areas", "trade"]),
        reverse("search") + "?q=energy+harbour",
        reverse("search") + "?q=energy",
        reverse("search") + "?q=nothingofthekind",
    ]  # fmt: skip


def work() -> None:
    """A fixed piece of work of some 10 ms."""
    sum(n * n for n in range(200_000))


def measure(client: Any, url: str, times: int) -> tuple[float, float, int, int]:
    """95th percentile of the milliseconds, the same without the machine's unsteadiness, number of queries, status."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        status = client.get(url).status_code
        number = len(queries)  # the next request forgets them
    taken, steady = [], []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(url)
        between = time.perf_counter()
        work()
        taken.append((between - begun) * 1000)
        steady.append(time.perf_counter() - between)
    place = max(round(0.95 * times) - 1, 0)
    late, unsteady = sorted(taken)[place], sorted(steady)[place] / min(steady)
    return late, late / unsteady, number, status


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
        from servanda_register import worker

        call_command("migrate", verbosity=0)
        if not m.Commitment.objects.exists():
            fill()
            worker.upkeep()
        import servanda_register.wsgi  # noqa: F401 - as servers do, it sets apart from collection what is loaded

        clients = {"": Client()}
        for account in m.Account.objects.all():
            clients[account.username] = client = Client()
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        logging.disable(logging.WARNING)  # of pages that are not there for those who have not signed in
        slow = late_ones = 0
        print(f"{'reader':>8} {'p95 ms':>8} {'steadied':>8} {'queries':>7}  page")
        for url in addresses():
            for name, client in sorted(clients.items(), reverse=True):
                late, steadied, queries, status = measure(client, url, arguments.times)
                beyond = steadied > MOST_MILLISECONDS or queries > MOST_QUERIES or (name == "officer" and status != 200)
                slow += beyond
                late_ones += late > MOST_MILLISECONDS
                mark = f"  <-- {status}" if beyond else ""
                print(f"{name or 'public':>8} {late:8.1f} {steadied:8.1f} {queries:7}  {url}{mark}", flush=True)
        print(f"{slow} beyond {MOST_MILLISECONDS:.0f} ms, steadied, or {MOST_QUERIES} queries; {late_ones} as measured")
        connection.close()
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
