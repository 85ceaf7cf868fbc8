"""What the pack for a session holds, as the fields of its template: text in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel import Locale
from django.db.models import Prefetch, Q
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from servanda_register.models import (
    Action,
    Agreement,
    Answer,
    Assessment,
    Body,
    Commitment,
    Difficulty,
    Expression,
    Passage,
    Progress,
    Session,
    Visibility,
    in_language,
)
from servanda_register.queries import commitments as of_commitments
from servanda_register.queries.due import CLOSED, timing
from servanda_register.queries.rights import Rights
from servanda_register.queries.session import COPIES, FollowUp, Full, full
from servanda_register.queries.visibility import visible

NONE = "–"
KINDS = {"original": lambda: _("Original"), "translation": lambda: _("Translation"), "summary": lambda: _("Summary")}
Row = dict[str, Any]


def fields(session: Session, rights: Rights, today: date) -> Row:
    """All that a template may name. What the reader may not see is not in it."""
    whole = full(session, rights, today)
    items = whole.agenda
    actions = _actions(session, whole, rights)
    agreements = _chosen(Agreement, (a for item in items for a in item.agreements.all()), rights)
    difficulties = _chosen(Difficulty, (d for item in items for d in item.difficulties.all()), rights)
    commitments = _commitments(items, actions, difficulties, rights)
    numbers = {c.pk: f"C{place}" for place, c in enumerate(commitments, start=1)}
    shown = [session, session.mechanism, *actions, *agreements, *difficulties, *commitments]
    made = _("Made by the register on %s") % _day(today)
    return {
        "partnership": session.mechanism.partnership.name,
        "mechanism": session.mechanism.name,
        "session": _("Session %s") % session.number,
        "state": session.get_state_display(),
        "marking": _marking(shown),
        "made": made,
        "facts": _facts(session),
        "sides": [
            {"party": side.party.name if side.party else _("Others"), "people": _people(side.people)}
            for side in whole.sides
        ],
        "agenda": [
            {
                "number": str(place), "title": item.name, "why": item.reason or NONE, "outcome": item.outcome,
                "about": "; ".join([
                    *(_("action %s") % a.number for a in item.actions.all()),
                    *(numbers[c.pk] for c in item.commitments.all() if c.pk in numbers),
                ]),
            }
            for place, item in enumerate(items, start=1)
        ],
        "decisions": [
            {"decision": d.name, "action": f"{d.action.number}. {d.action.name}" if d.action else NONE}
            for d in whole.decisions
        ],
        "last": _last(whole),
        "follow_up": [_followed(row) for row in whole.follow_up],
        "actions": [_action(a, numbers, today) for a in actions],
        "agreements": [_agreement(a) for a in agreements],
        "difficulties": [_difficulty(d) for d in difficulties],
        "commitments": [_commitment(c, numbers[c.pk]) for c in commitments],
        "minutes": [{"text": line} for line in session.minutes.splitlines() if line.strip()],
    }  # fmt: skip


def _actions(session: Session, whole: Full, rights: Rights) -> list[Action]:
    """Those on the agenda, those that the session before decided, and all open ones that the mechanism follows."""
    keys = {a.pk for item in whole.agenda for a in item.actions.all()}
    keys |= {row.decision.action_id for row in whole.follow_up if row.decision.action_id}
    followed = Q(mechanism=session.mechanism_id) & ~Q(state__in=CLOSED) & ~COPIES
    rows = visible(Action, rights).filter(Q(pk__in=keys) | followed).distinct()
    return list(
        rows.prefetch_related(
            Prefetch("commitments", visible(Commitment, rights)),
            Prefetch("leads", Body.objects.select_related("party")),
            Prefetch("progress", visible(Progress, rights)),
        ).order_by("number")
    )


def _chosen(model: Any, records: Iterable[Any], rights: Rights) -> list[Any]:
    rows = visible(model, rights).filter(pk__in={r.pk for r in records})
    if model is Agreement:
        return list(rows.prefetch_related(Prefetch("assessments", visible(Assessment, rights))))
    return list(
        rows.select_related("raised_by", "owed_by", "body").prefetch_related(
            Prefetch("answers", visible(Answer, rights).select_related("party")),
            Prefetch("commitments", visible(Commitment, rights)),
        )
    )


def _commitments(items: Any, actions: Any, difficulties: Any, rights: Rights) -> list[Commitment]:
    keys = {c.pk for record in [*items, *actions, *difficulties] for c in record.commitments.all()}
    rows = visible(Commitment, rights).filter(pk__in=keys).select_related("instrument", "expression")
    passages = visible(Passage, rights).select_related("expression").defer(*of_commitments.LARGE[:5])
    return list(rows.defer(*of_commitments.LARGE).prefetch_related(Prefetch("passages", passages)))


def _marking(shown: Iterable[Any]) -> str:
    """The strictest of all that is shown."""
    ranks = Visibility.values
    strictest = max(shown, key=lambda record: ranks.index(record.visibility)).visibility
    return str(Visibility(strictest).label)


def _facts(session: Session) -> list[Row]:
    ends = f" – {_day(session.ends)}" if session.ends else ""
    said = [(_("When"), f"{_day(session.starts)}{ends}"), (_("Place"), session.place)]
    said.append((_("Host"), session.host.name if session.host else ""))
    return [{"text": f"{label}: {text}"} for label, text in said if text]


def _people(people: Iterable[Any]) -> str:
    return "; ".join(f"{p.full_name} ({p.offices})" if p.offices else p.full_name for p in people) or _("Not known")


def _last(whole: Full) -> str:
    if whole.last is None:
        return _("No session before this one is in the register.")
    return _("Session %(number)s, %(day)s") % {"number": whole.last.number, "day": _day(whole.last.starts)}


def _followed(row: FollowUp) -> Row:
    action = row.decision.action
    if action is None:
        return {"decision": row.decision.name, "action": _("No action was made of it"), "due": NONE, "state": NONE}
    return {
        "decision": row.decision.name, "action": f"{action.number}. {action.name}", "due": _day(action.due),
        "state": _state(action, late=row.late),
    }  # fmt: skip


def _state(action: Action, *, late: bool) -> str:
    state = str(action.get_state_display())
    return _("%(state)s (overdue)") % {"state": state} if late else state


def _action(action: Action, numbers: dict[int, str], today: date) -> Row:
    reports = list(action.progress.all())
    report = f"{_day(reports[-1].on)}: {reports[-1].reason}" if reports else ""
    return {
        "number": str(action.number), "title": action.name, "report": report, "due": _day(action.due),
        "leads": "; ".join(f"{b.name} ({b.party.name})" for b in action.leads.all()) or NONE,
        "state": _state(action, late=timing(action.due, action.state, today) == "overdue"),
        "commitments": ", ".join(numbers[c.pk] for c in action.commitments.all() if c.pk in numbers),
    }  # fmt: skip


def _agreement(agreement: Agreement) -> Row:
    found = next(iter(agreement.assessments.all()), None)
    finding = f"{found.get_finding_display()} ({_day(found.on)}): {found.reason}" if found else _("Not assessed yet")
    return {
        "title": agreement.name, "year": str(agreement.year or NONE), "state": agreement.get_status_display(),
        "stage": agreement.get_stage_display() if agreement.stage else "", "review": _day(agreement.next_review),
        "finding": finding,
    }  # fmt: skip


def _difficulty(difficulty: Difficulty) -> Row:
    answers = list(difficulty.answers.all())
    said = f"{answers[-1].party.name}, {_day(answers[-1].on)}: {answers[-1].text}" if answers else NONE
    owed = [difficulty.owed_by.name if difficulty.owed_by else "", difficulty.body.name if difficulty.body else ""]
    return {
        "title": difficulty.name, "text": difficulty.description, "said": said,
        "raised": f"{difficulty.raised_by.name}, {_day(difficulty.raised_on)}",
        "owed": ", ".join([*filter(None, owed), *([_day(difficulty.answer_due)] if difficulty.answer_due else [])])
        or NONE,
    }  # fmt: skip


def _commitment(commitment: Commitment, label: str) -> Row:
    """With its words in the reader's language and in the originals; in the text it was taken from where neither is."""
    texts: list[tuple[Expression, str]] = [(p.expression, p.quote) for p in commitment.passages.all()]
    if commitment.expression:
        texts.insert(0, (commitment.expression, commitment.quote))
    language = (get_language() or "en").split("-")[0]
    wanted = [(e, words) for e, words in texts if e.language == language or e.kind == "original"] or texts[:1]
    wanted.sort(key=lambda pair: (pair[0].language != language, pair[0].pk))
    short = in_language(commitment.texts)[0]
    source = [commitment.instrument.name, _day(commitment.instrument.adopted)]
    if commitment.section:
        source.append(_("section %s") % commitment.section)
    if commitment.source_url:
        source.append(commitment.source_url)
    return {
        "label": f"{label}. {commitment.get_strength_display()}",
        "text": short or (wanted[0][1] if wanted else commitment.text),
        "source": ", ".join(part for part in source if part != NONE),
        "passages": [
            {"language": _language(e.language), "kind": KINDS[e.kind]() if e.kind in KINDS else "", "words": words}
            for e, words in wanted
        ],
    }


def _language(code: str) -> str:
    """Its name in the language that is active."""
    if not code:
        return NONE
    name = str(Locale(code).get_display_name(get_language() or "en") or code)
    return name[:1].upper() + name[1:]


def _day(day: date | None) -> str:
    return str(formats.date_format(day, "DATE_FORMAT")) if day else NONE
