"""How decisions become commitments of the register.

A decision takes the commitments that came from the same proposals, or from the decision that it replaces, and makes
them what was decided: changed where there are as many, new ones with the next number, withdrawn where too many. A
commitment keeps its number when its decision is undone and taken again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda_register.actions import record
from servanda_register.actions.commitment import folded_words
from servanda_register.actions.outcomes import Outcome
from servanda_register.models import (
    Account,
    Agreement,
    Commitment,
    Decision,
    Expression,
    Forum,
    Instrument,
    Mechanism,
    MechanismStatus,
    Pairing,
    Passage,
    Proposal,
)
from servanda_register.models.folding import fold
from servanda_register.queries.agreement import overlap
from servanda_register.queries.sentences import names_of_mechanism

CONFIRMED, WITHDRAWN = Commitment.State.CONFIRMED.value, Commitment.State.WITHDRAWN.value
LONGEST_SECTION = 20


class Applier:
    """Applies decisions of one text; to be used within one transaction, in which it holds the instrument's row.

    What the instrument's commitments refer to is read once, so that many decisions in a row cost little.
    """

    def __init__(self, expression: Expression, by: Account | None) -> None:
        self.expression, self.by = expression, by
        # whoever numbers commitments of this statement waits here for the one before
        self.instrument = Instrument.objects.select_for_update(of=("self",)).get(pk=expression.instrument_id)
        self.partnership = self.instrument.partnership
        self.proposals = {p.ident: p for p in expression.proposals.all()}
        self.number = Commitment.objects.filter(instrument=self.instrument).aggregate(n=Max("number"))["n"] or 0
        self._mechanisms: dict[str, Mechanism] | None = None
        self._agreements: dict[tuple[str, int | None], Agreement] | None = None
        self._partners: dict[str, list[tuple[int, Proposal]]] | None = None

    def apply(self, decision: Decision, proposals: Sequence[Proposal]) -> list[Commitment]:
        """The commitments as they are after the decision, those that stand in the order of its outcomes."""
        there = self._before(decision, proposals)
        out = []
        for outcome in decision.outcomes:
            old = max(there, key=lambda c: (c.state == CONFIRMED, _nearness(c, outcome), -c.number), default=None)
            if old is not None:
                there.remove(old)
            out.append(self._put(old, outcome, decision, proposals))
        for old in there:
            if old.state == CONFIRMED:
                record.change(old, by=self.by, verb="withdraw", reason=decision.reason, state=WITHDRAWN,
                              decision=decision)  # fmt: skip
        self.keep_passages(out, proposals)
        return out

    def _before(self, decision: Decision, proposals: Sequence[Proposal]) -> list[Commitment]:
        """Commitments that came from the same proposals or replaced decisions, locked before any event is written."""
        chain, back = [], decision.replaces
        while back is not None:
            chain.append(back.pk)
            back = back.replaces
        mine = Q(proposals__in=proposals) if proposals else Q(decision__in=chain)
        keys = Commitment.objects.filter(mine, expression=self.expression).values("pk")
        return list(Commitment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("number"))

    def _put(
        self, old: Commitment | None, outcome: Outcome, decision: Decision, proposals: Sequence[Proposal]
    ) -> Commitment:
        fields: dict[str, Any] = {
            "state": CONFIRMED,
            "start": outcome["start"],
            "end": outcome["end"],
            "quote": outcome["quote"],
            "section": section_at(self.expression, outcome["start"]),
            "modality": outcome["modality"],
            "strength": outcome["strength"],
            "action": outcome["action"],
            "actors": outcome["actors"],
            "areas": outcome["areas"],
            "mechanisms": [self._mechanism(name, outcome["action"]) for name in outcome["mechanisms"]],
            "agreements": [self._agreement(row) for row in outcome["instruments"]],
            "forums": [self._forum(code) for code in outcome["forums"]],
            "deadline": outcome["deadline"] or "",
            "proposals": proposals,
            "decision": decision,
            "folded": folded_words(old.texts if old else {}, outcome["quote"]),
        }
        if old is not None:
            return record.change(old, by=self.by, verb="confirm", reason=decision.reason, **fields)
        self.number += 1
        return record.create(
            Commitment, by=self.by, verb="confirm", reason=decision.reason, instrument=self.instrument,
            number=self.number, expression=self.expression, visibility=self.instrument.visibility,
            source_url=self.expression.source_url, **fields,
        )  # fmt: skip

    def relate(self, touched: Iterable[str]) -> None:
        """Ties parts to their wholes, after decisions about the proposals ``touched``: theirs, and what waits for them.

        Raises UsageError where two commitments would each be part of the other.
        """
        touched = set(touched)
        rows = list(
            Commitment.objects.filter(expression=self.expression, state=CONFIRMED)
            .select_related("decision").prefetch_related("proposals")
        )  # fmt: skip
        whole: dict[str, Commitment] = {}
        for row in rows:
            for proposal in row.proposals.all():
                whole.setdefault(proposal.ident, row)
        by_key = {row.pk: row for row in rows}
        for row in rows:
            if row.decision is None:
                continue  # put in by hand: its part-of is not the review's to say
            said = next((o for o in row.decision.outcomes if (o["start"], o["end"]) == (row.start, row.end)), None)
            parent = said["parent"] if said else None
            mine = {p.ident for p in row.proposals.all()}
            if parent not in touched and not mine & touched and row.proposals.all():
                continue
            above = whole.get(parent) if parent else None
            if (above.pk if above else None) == row.parent_id:
                continue
            ahead = above
            while ahead is not None:
                if ahead.pk == row.pk:
                    raise UsageError(
                        _("“%(a)s” and “%(b)s” would each be a part of the other. Choose “none” as the whole of one of "
                          "them.") % {"a": row.quote[:60], "b": above.quote[:60] if above else ""}
                    )  # fmt: skip
                ahead = by_key.get(ahead.parent_id) if ahead.parent_id else None
            record.change(row, by=self.by, verb="relate", parent=above)

    def _mechanism(self, name: str, action: str) -> Mechanism:
        if self._mechanisms is None:
            rows = Mechanism.objects.filter(partnership=self.partnership)
            self._mechanisms = {fold(n): row for row in rows for n in row.names.values()}
        if fold(name) not in self._mechanisms:
            status = MechanismStatus.PROPOSED if action == "establish" else MechanismStatus.STANDING
            self._mechanisms[fold(name)] = record.create(
                Mechanism, by=self.by, partnership=self.partnership, names=names_of_mechanism(name),
                status=status.value, visibility=self.instrument.visibility,
            )  # fmt: skip
        return self._mechanisms[fold(name)]

    def _agreement(self, said: dict[str, Any]) -> Agreement:
        if self._agreements is None:
            rows = Agreement.objects.filter(partnership=self.partnership)
            self._agreements = {(fold(n), row.year): row for row in rows for n in row.names.values()}
        key = (fold(said["title"]), said["year"])
        if key not in self._agreements:
            self._agreements[key] = record.create(
                Agreement, by=self.by, partnership=self.partnership, names={"en": said["title"]}, year=said["year"],
                status=said["status"], visibility=self.instrument.visibility,
            )  # fmt: skip
        return self._agreements[key]

    def _forum(self, code: str) -> Forum:
        return Forum.objects.filter(code=code).first() or record.create(
            Forum, by=self.by, code=code, names={"en": code}
        )

    def keep_passages(self, commitments: Sequence[Commitment], proposals: Sequence[Proposal]) -> None:
        """Keeps where the commitments stand in the other texts, as far as those were aligned with this one."""
        if not commitments or not proposals:
            return
        if self._partners is None:
            self._partners = partners(self.expression)
        found = [row for p in proposals for row in self._partners.get(p.ident, ())]
        if not found:
            return
        there = set(Passage.objects.filter(commitment__in=commitments).values_list("commitment", "expression", "start"))
        for commitment in commitments:
            for expression, other in found:
                if (commitment.pk, expression, other.start) not in there:
                    record.keep(
                        Passage(commitment=commitment, expression_id=expression, start=other.start, end=other.end,
                                quote=other.quote),
                        by=self.by, told=False,
                    )  # fmt: skip


@transaction.atomic
def keep_passages(*, by: Account | None, expression: Expression) -> None:
    """Keeps the passages of commitments that were confirmed before the statement's texts were aligned."""
    applier = Applier(expression, by)
    confirmed = Commitment.objects.filter(expression=expression, state=CONFIRMED).prefetch_related("proposals")
    for commitment in confirmed:
        applier.keep_passages([commitment], list(commitment.proposals.all()))


def partners(expression: Expression) -> dict[str, list[tuple[int, Proposal]]]:
    """Ident of a proposal -> (key of another text, the proposal there that is the same commitment)."""
    pairs: dict[int, list[tuple[str, str]]] = {}
    for pairing in Pairing.objects.filter(Q(a=expression) | Q(b=expression)).only("a", "b", "commitments"):
        here = pairing.a_id == expression.pk
        other = pairing.b_id if here else pairing.a_id
        pairs[other] = [(a, b) if here else (b, a) for a, b in pairing.commitments]
    there = {(p.expression_id, p.ident): p for p in Proposal.objects.filter(expression__in=list(pairs))}
    out: dict[str, list[tuple[int, Proposal]]] = {}
    for key, rows in pairs.items():
        for ident, other_ident in rows:
            if (key, other_ident) in there:
                out.setdefault(ident, []).append((key, there[key, other_ident]))
    return out


def section_at(expression: Expression, start: int) -> str:
    """The section's printed number at a place of the text ("II"), else the beginning of its title; empty for none."""
    for section in reversed(expression.sections):
        if section["start"] <= start < section["end"]:
            number = re.fullmatch(r"sec_([0-9A-Za-z.]+)", section.get("eid") or "")
            title = section.get("title") or ""
            short = title if len(title) <= LONGEST_SECTION else title[: LONGEST_SECTION - 1].rstrip() + "…"
            return number[1][:LONGEST_SECTION] if number else short
    return ""


def _nearness(commitment: Commitment, outcome: Outcome) -> float:
    if commitment.start is None or commitment.end is None:
        return 0.0
    return overlap({"start": commitment.start, "end": commitment.end}, outcome)
