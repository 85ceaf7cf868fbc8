"""Who may carry an action: bodies that the statement names, then those that a country's list has for the area."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from servanda import packs
from servanda.errors import PackError
from servanda.planning.words import Words
from servanda.records import BodyList, BodyRole, ProposedBody

MOST_SUPPORTING = 3
"""Of one side: more names would hide who is meant."""
_SMALL = frozenset({"of", "the", "and", "for", "on", "ministry", "state"})


@dataclass(frozen=True, slots=True)
class Sides:
    """What a commitment says of who acts, and in which areas; the areas of its parts come after its own."""

    actors: tuple[str, ...]
    areas: tuple[str, ...]

    def acts(self, side: str) -> bool:
        """Whether this side is to act, as far as the statement says."""
        return "both" in self.actors or any(a.partition(":")[0] == side for a in self.actors)

    def named(self, side: str) -> list[str]:
        """The bodies of the side that the statement names as those who act."""
        return [body for code, _, body in (a.partition(":") for a in self.actors) if code == side and body]


def body_list(country: str, language: str = "en") -> BodyList | None:
    """The list of a country's bodies; None where there is none. Raises PackError where it is not well-formed."""
    rows = _list(country)
    return None if rows is None else BodyList(country, _source(rows, language), str(rows["as_of"]))


def source_in(country: str, source: str, language: str) -> str:
    """A source of the country's list, told in English, in another language where the list has it so."""
    rows = _list(country)
    told = [] if rows is None else [rows, *(row for row in rows["body"] if "source" in row)]
    return next((_source(row, language) for row in told if row["source"] == source), source)


def _source(row: Mapping[str, Any], language: str) -> str:
    return str(row.get(f"source_{language}", row["source"]))


def proposed(side: str, sides: Sides, *, actor_names: str, say: Words) -> tuple[list[ProposedBody], str | None]:
    """The bodies of one side, the lead first, and, where there is none, why.

    ``actor_names`` is who acts, for the side that does not.
    """
    rows, state = _list(side), say.country(side)
    named = sides.named(side)
    if rows is None:
        bodies = [_unlisted(side, name, n, say) for n, name in enumerate(named)]
        return bodies, None if bodies else say("why.no_list", state=state)
    finder = _Finder(side, rows, say)
    for name in named:
        finder.take_named(name, sides.areas[0])
    if not finder.found:
        acts = sides.acts(side)
        for n, area in enumerate(sides.areas):
            finder.take_area(area, "" if acts else actor_names, main=n == 0)
    else:
        finder.take_others(sides.areas[0])
    if not finder.found:
        return [], say("why.no_body", state=state, area=say_area(sides.areas[0], say))
    return finder.found, None


def say_area(area: str, say: Words) -> str:
    """Title of an area in the language of the plan."""
    return str(packs.vocabulary("areas")[area][say.language])


@cache
def _list(country: str) -> Mapping[str, Any] | None:
    if not re.fullmatch(r"[A-Z]{2}", country):
        return None
    try:
        return packs.vocabulary(f"bodies/{country}")
    except PackError as error:
        if isinstance(error.__context__, FileNotFoundError):  # no list of this country; a broken one is told
            return None
        raise


def _unlisted(side: str, name: str, order: int, say: Words) -> ProposedBody:
    """A body that the statement names and no list knows."""
    shown = say.table("bodies").get(name, name)
    role: BodyRole = "support" if order else "lead"
    return ProposedBody(side, role, shown, name, None, None, say("why.named", body=shown))


class _Finder:
    """Collects the bodies of one side from its list: the first becomes the lead."""

    def __init__(self, side: str, rows: Mapping[str, Any], say: Words) -> None:
        self.found: list[ProposedBody] = []
        self._side, self._say, self._state = side, say, say.country(side)
        self._rows: Sequence[Mapping[str, Any]] = rows["body"]
        self._source, self._as_of = _source(rows, say.language), str(rows["as_of"])

    def take_named(self, name: str, area: str) -> None:
        """The body of the list that the statement means; where it names none of the list, the first of the area."""
        shown = self._say.table("bodies").get(name, name)
        row = _meant(name, self._rows)
        if row is not None:
            exact = row["en"] == name
            why = "why.named" if exact else "why.named_as"
            self._add(row, self._say(why, body=shown, state=self._state))
            return
        first = next((r for r in self._rows if area in r["areas"]), None)
        if first is None:
            self.found.append(_unlisted(self._side, name, len(self.found), self._say))
        else:
            self._add(first, self._say("why.named_area", body=shown, state=self._state, area=self._area(area)))

    def take_area(self, area: str, actor_names: str, *, main: bool) -> None:
        """The bodies of an area: of the main one all, of another the first."""
        rows = [r for r in self._rows if area in r["areas"]]
        for n, row in enumerate(rows if main else rows[:1]):
            if not self.found:
                why = "why.counterpart" if actor_names else "why.area" if main else "why.next_area"
            else:
                why = "why.also" if n and main else "why.next_area"
            self._add(row, self._say(why, state=self._state, area=self._area(area), actor=actor_names))

    def take_others(self, area: str) -> None:
        """What else the list has for the area, beside bodies that the statement names."""
        for row in (r for r in self._rows if area in r["areas"]):
            self._add(row, self._say("why.also", state=self._state, area=self._area(area)))

    def _area(self, area: str) -> str:
        return say_area(area, self._say)

    def _add(self, row: Mapping[str, Any], reason: str) -> None:
        english = str(row["en"])
        if len(self.found) > MOST_SUPPORTING or any(b.english == english for b in self.found):
            return
        role: BodyRole = "support" if self.found else "lead"
        name = str(row.get(self._say.language, english))
        source = _source(row, self._say.language) if "source" in row else self._source
        as_of = str(row.get("as_of", self._as_of))
        self.found.append(ProposedBody(self._side, role, name, english, source, as_of, reason))


def _meant(name: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The body of a list that a statement's canonical name means: by its name, or by all words that say its field.

    A minister acts through the ministry. "Ministry of Health" is also "Ministry of Healthcare".
    """
    name = re.sub(r"^Minister of", "Ministry of", name)
    for row in rows:
        if row["en"] == name:
            return row
    wanted = _field_words(name)
    if not name.startswith("Ministry of ") or not wanted:
        return None
    fits = [r for r in rows if r["en"].startswith("Ministry of ") and _covers(_field_words(r["en"]), wanted)]
    return min(fits, key=lambda r: len(r["en"]), default=None)


def _field_words(name: str) -> list[str]:
    return [w for w in re.findall(r"[a-z]+", name.casefold()) if w not in _SMALL]


def _covers(have: list[str], wanted: list[str]) -> bool:
    return all(any(h.startswith(w) for h in have) for w in wanted)
