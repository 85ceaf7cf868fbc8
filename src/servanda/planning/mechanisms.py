"""Where an action is followed: a mechanism that the statement itself names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from servanda.planning.bodies import say_area
from servanda.planning.words import Words
from servanda.records import Commitment, Statement

_BROAD = "Intergovernmental"
"""A committee of the governments follows economic ties as a whole, which is why it is asked where no other is named."""
_ECONOMIC = frozenset(
    {"trade", "investment", "finance", "industry", "agriculture", "energy", "transport", "economy", "tourism",
     "science-technology", "digital"}
)  # fmt: skip
_TO_COME = frozenset({"establish", "encourage", "study"})
"""Acts whose mechanism is yet to be set up: it cannot follow its own setting up."""
_PERHAPS = frozenset({"encouraging", "exploratory"})


class Followers:
    """The mechanisms of a statement, to be asked for each action."""

    def __init__(self, statement: Statement, say: Words) -> None:
        self._say = say
        self._by_area: dict[str, Counter[str]] = {}
        for c in statement.commitments:
            if c.action in _TO_COME and c.strength in _PERHAPS:
                continue  # whether it will ever be there is open
            for name in c.mechanisms:
                self._by_area.setdefault(c.areas[0], Counter())[name] += 1
        self._broad = next((m for m in statement.mechanisms if _BROAD in m and "Sub" not in m[:4]), None)
        self._parties = statement.parties

    def of(self, commitments: Sequence[Commitment]) -> tuple[str | None, str]:
        """The mechanism in the plan's language, or None, and the reason."""
        own, area = commitments[0], commitments[0].areas[0]
        named = list(dict.fromkeys(m for c in commitments for m in c.mechanisms))
        if named and own.action not in _TO_COME:
            return self._shown(named[0]), self._say("why.mechanism_named")
        near = next((m for m, _ in self._by_area.get(area, Counter()).most_common() if m not in named), None)
        if near is not None:
            return self._shown(near), self._say("why.mechanism_area", area=say_area(area, self._say))
        if self._broad is not None and self._broad not in named and area in _ECONOMIC:
            return self._shown(self._broad), self._say("why.mechanism_broad")
        return None, self._say("why.mechanism_none")

    def _shown(self, name: str) -> str:
        return mechanism_name(name, self._say)


def mechanism_name(english: str, say: Words) -> str:
    """The name that a reading gives to a mechanism, in another language; in English where its words are not known.

    The sides are left out: a plan has them in its title.
    """
    known = say.table("mechanisms")
    return known.get(english) or next((known[tail] for tail in _tails(english) if tail in known), english)


def _tails(name: str) -> list[str]:
    """The name without the states before it, which are joined by a hyphen: ``Iceland-Mongolia Joint Committee``."""
    words = name.split(" ")
    last_state = max((i for i, word in enumerate(words) if "-" in word and word[0].isupper()), default=-1)
    return [" ".join(words[i:]) for i in range(1, min(len(words), last_state + 4))] if last_state >= 0 else []
