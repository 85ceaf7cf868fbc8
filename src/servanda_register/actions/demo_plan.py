"""The demonstration of roadmaps: one in force, one that a side has adopted, one draft. Their days are invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from typing import Any

from servanda_register.actions import plan as acts
from servanda_register.actions.comment import comment
from servanda_register.models import Account, Action, Body, Commitment, Instrument, Mechanism, Partnership, Plan
from servanda_register.queries import due

REASON = "Demonstration, invented"
LANGUAGES = ("en", "vi", "ru")
Facts = dict[str, Any]


def load(by: Account, partnerships: dict[str, Partnership]) -> None:
    """Puts a roadmap into each of these partnerships for which there is a file."""
    folder = files("servanda_register").joinpath("demo", "roadmaps")
    for slug, partnership in partnerships.items():
        file = folder.joinpath(f"{slug}.toml")
        if file.is_file():
            _roadmap(tomllib.loads(file.read_text("utf-8")), partnership, by)


def _roadmap(told: Facts, partnership: Partnership, by: Account) -> None:
    instrument = Instrument.objects.filter(partnership=partnership).order_by("pk").first()
    plan = acts.create_plan(
        by=by, partnership=partnership, reason=REASON, on=_past(told["drawn"]),
        instruments=[instrument] if instrument else [],
        **{name: told[name] for name in ("names", "starts", "ends", "visibility")},
    )  # fmt: skip
    mechanisms = _mechanisms(partnership)
    commitments = {c.number: c for c in Commitment.objects.filter(instrument=instrument)}
    made = [(_action(row, plan, mechanisms, commitments, by, _past(told["drawn"])), row) for row in told["action"]]
    if "sent" in told:
        to = dict.fromkeys(b for action, _row in made for b in (*action.leads.all(), *action.supports.all()))
        acts.circulate(plan, by=by, to=to, on=_past(told["sent"]), reason=told["sent_note"])
    for text in told.get("comments", ()):
        comment(by=by, text=text, plan=plan)
    for party in partnership.parties.all():
        if day := told.get("adopted", {}).get(party.pk):
            acts.adopt(plan, by=by, party=party, on=_past(day), reason=REASON)
    for action, row in made:
        for day, state, reason, source in row.get("states", ()):
            acts.set_state(action, by=by, state=state, on=_past(day), reason=reason, source=source)


def _action(
    row: Facts, plan: Plan, mechanisms: dict[str, Mechanism], commitments: dict[int, Commitment], by: Account, on: date
) -> Action:  # fmt: skip
    action = acts.add_action(
        by=by, partnership=plan.partnership, plan=plan, names=row["names"], deliverable=row["deliverable"],
        commitments=[commitments[number] for number in row["commitments"]],
        leads=_bodies(row.get("leads", ())), supports=_bodies(row.get("supports", ())),
        mechanism=mechanisms[row["mechanism"]] if "mechanism" in row else None,
        starts=row.get("starts"), due=row.get("due"), rhythm=row.get("rhythm", ""), reason=REASON, on=on,
    )  # fmt: skip
    for day, done, *names in row.get("milestones", ()):
        step = acts.add_milestone(by=by, action=action, names=dict(zip(LANGUAGES, names, strict=True)), due=day)
        if done:
            acts.change_milestone(step, by=by, reason=REASON, done=_past(done))
    return action


def _bodies(named: Iterable[str]) -> list[Body]:
    """By ``CODE:English name``; raises Body.DoesNotExist for one that is not in the list."""
    return [
        Body.objects.get(party=party, names__en=name) for party, _colon, name in (told.partition(":") for told in named)
    ]


def _mechanisms(partnership: Partnership) -> dict[str, Mechanism]:
    """By the key that the file of facts gives them; each is told there by its English name."""
    country = partnership.slug.removeprefix("vietnam-")
    file = files("servanda_register").joinpath("demo", f"{country}.toml")
    keys = {row["title"]["en"]: row["key"] for row in tomllib.loads(file.read_text("utf-8"))["mechanism"]}
    rows = Mechanism.objects.filter(partnership=partnership)
    return {keys[m.names["en"]]: m for m in rows if m.names.get("en") in keys}


def _past(day: date) -> date:
    """The day, or today where the demonstration is loaded before it."""
    return min(day, due.today())
