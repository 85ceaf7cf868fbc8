"""What a decision may come to: commitments with the fields of a coded document, checked before they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.models import Act, AgreementStatus, Area, Expression, Modality, Proposal, Strength

Outcome = dict[str, Any]
MOST_AREAS = 4
YEARS = range(1600, 2201)
STATUSES = tuple(s.value for s in AgreementStatus if s is not AgreementStatus.EXPIRED)
"""What a text can say of an agreement that it names (docs/coding.md, section 3)."""
_FORCES: tuple[tuple[str, Any], ...] = (("modality", Modality), ("strength", Strength), ("action", Act))


def proposed(proposal: Proposal) -> Outcome:
    """The commitment as the machine proposes it."""
    return {
        "start": proposal.start,
        "end": proposal.end,
        "quote": proposal.quote,
        "modality": proposal.modality,
        "strength": proposal.strength,
        "action": proposal.action,
        "actors": list(proposal.actors),
        "areas": list(proposal.areas),
        "mechanisms": list(proposal.mechanisms),
        "instruments": [dict(row) for row in proposal.instruments],
        "forums": list(proposal.forums),
        "deadline": proposal.deadline or None,
        "parent": proposal.parent or None,
    }


class Checker:
    """Checks outcomes of one expression; what is allowed is read from the database once."""

    def __init__(self, expression: Expression) -> None:
        self.text = expression.text
        self.areas = frozenset(Area.objects.values_list("slug", flat=True))
        partnership = expression.instrument.partnership
        self.parties = sorted(p.pk for p in partnership.parties.all())
        self.idents = {p.ident for p in expression.proposals.all()}

    def __call__(self, given: Mapping[str, Any], about: Iterable[str] = ()) -> Outcome:
        """The outcome with all its keys in their order. ``about``: idents of the proposals that it is decided from.

        Raises UsageError, whose message says what was given, what is allowed and what to do.
        """
        start, end = self._span(given)
        out: Outcome = {"start": start, "end": end, "quote": self.text[start:end]}
        for name, choices in _FORCES:
            out[name] = _one_of(given.get(name), choices)
        out["actors"] = self._actors(given.get("actors"))
        out["areas"] = self._areas(given.get("areas"))
        out["mechanisms"] = _names(given.get("mechanisms"), 200)
        out["instruments"] = [_agreement(row) for row in given.get("instruments") or ()]
        out["forums"] = _names(given.get("forums"), 40)
        out["deadline"] = _short(given.get("deadline"), 200) or None
        out["parent"] = self._parent(given.get("parent"), set(about))
        return out

    def _span(self, given: Mapping[str, Any]) -> tuple[int, int]:
        start: Any = given.get("start")
        end: Any = given.get("end")
        quote = given.get("quote")
        if not _whole(start) or not _whole(end) or not 0 <= start < end <= len(self.text):
            raise UsageError(
                _("The place %(start)s to %(end)s is not in the text, which has %(length)s characters. Mark the words "
                  "of the commitment in the text, or copy them from it.")
                % {"start": start, "end": end, "length": len(self.text)}
            )  # fmt: skip
        if quote is not None and quote != self.text[start:end]:
            raise UsageError(
                _("“%(given)s” is not what stands in the text at that place, which is “%(there)s”. Copy the words from "
                  "the text.") % {"given": str(quote)[:80], "there": self.text[start:end][:80]}
            )  # fmt: skip
        if not self.text[start:end].strip():
            raise UsageError(_("There are no words at that place of the text. Mark the words of the commitment."))
        return start, end

    def _actors(self, given: Any) -> list[str]:
        actors = _names(given, 200)
        if not actors:
            raise UsageError(_("Nobody is named who is to act. Choose both sides, one party or a body of a party."))
        for actor in actors:
            party, colon, body = actor.partition(":")
            if actor != "both" and (party not in self.parties or (colon and not body.strip())):
                raise UsageError(
                    _("“%(given)s” cannot act here. Allowed are: both, %(parties)s, or a body as in "
                      "%(first)s:Ministry of Health.")
                    % {"given": actor, "parties": ", ".join(self.parties), "first": next(iter(self.parties), "XX")}
                )  # fmt: skip
        return actors

    def _areas(self, given: Any) -> list[str]:
        areas = _names(given, 40)
        if not 1 <= len(areas) <= MOST_AREAS:
            raise UsageError(
                _("%(count)s areas are chosen; choose one to %(most)s, the main one first.")
                % {"count": len(areas), "most": MOST_AREAS}
            )  # fmt: skip
        for area in areas:
            if area not in self.areas:
                raise UsageError(
                    _("“%(given)s” is not an area. Allowed are: %(allowed)s.")
                    % {"given": area, "allowed": ", ".join(sorted(self.areas))}
                )  # fmt: skip
        return areas

    def _parent(self, given: Any, about: set[str]) -> str | None:
        if not given:
            return None
        if given not in self.idents or given in about:
            raise UsageError(
                _("“%(given)s” cannot be the commitment of which this is a part. Choose another proposal of this text, "
                  "or none.") % {"given": given}
            )  # fmt: skip
        return str(given)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(given: Any, choices: Any) -> str:
    if given not in choices.values:
        raise UsageError(
            _("“%(given)s” is not allowed. Choose one of: %(allowed)s.")
            % {"given": given, "allowed": ", ".join(choices.values)}
        )  # fmt: skip
    return str(given)


def _short(given: Any, most: int) -> str:
    text = " ".join(str(given or "").split())
    if len(text) > most:
        raise UsageError(
            _("“%(given)s…” has %(length)s characters; at most %(most)s are allowed. Shorten it.")
            % {"given": text[:40], "length": len(text), "most": most}
        )  # fmt: skip
    return text


def _names(given: Any, most: int) -> list[str]:
    """Without empty ones and repetitions, in the order given."""
    if isinstance(given, str):
        raise UsageError(_("A list was expected where “%(given)s” was given.") % {"given": given[:80]})
    return list(dict.fromkeys(filter(None, (_short(name, most) for name in given or ()))))


def _agreement(given: Any) -> dict[str, Any]:
    title, year, status = _short(given.get("title"), 300), given.get("year"), given.get("status") or "referenced"
    if not title:
        raise UsageError(_("An agreement needs a title. Write its usual English title, or remove its row."))
    if isinstance(year, str) and re.fullmatch(r"\d{4}", year):
        year = int(year)
    if year is not None and (not _whole(year) or year not in YEARS):
        raise UsageError(
            _("%(given)s is not a year from %(first)s to %(last)s. Correct it, or leave it empty.")
            % {"given": year, "first": YEARS[0], "last": YEARS[-1]}
        )  # fmt: skip
    if status not in STATUSES:
        raise UsageError(
            _("“%(given)s” is not allowed. Choose one of: %(allowed)s.")
            % {"given": status, "allowed": ", ".join(STATUSES)}
        )  # fmt: skip
    return {"title": title, "year": year, "status": status}
