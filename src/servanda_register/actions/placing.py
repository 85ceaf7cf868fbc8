"""Where a text that was read belongs: the partnership by its parties, the statement of which it is a version."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.lists import format_list
from django.utils.text import slugify
from django.utils.translation import gettext as _

from servanda.errors import UsageError
from servanda.records import Statement
from servanda_register.actions import record
from servanda_register.models import Account, Expression, Instrument, Intake, Partnership, Party
from servanda_register.models.folding import fold
from servanda_register.queries.instruments import statement_of
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

if TYPE_CHECKING:
    from servanda.versions import Encoder

LANGUAGES = ("en", "vi", "ru")
DAYS = 3
"""A visit lasts that long: the engine's own measure for versions of one statement."""
RUN, SAME = 5, 0.9
"""Words in a run, and the share of runs in common from which two texts of one language are the same text. Two
translations of one statement share a third of theirs; the same text in two formats more than nine tenths."""
SHOWN = 3
"""Differences between nearly the same texts that are told."""
_OPEN = {"public": 2, "internal": 1, "restricted": 0}


class Doubtful(UsageError):
    """The text is not put anywhere before its person has said something more."""


@dataclass(frozen=True)
class Twin:
    """The same text in the register already; ``words`` are pairs of what differs, the first few."""

    expression: Expression
    words: tuple[tuple[str, str], ...]


def partnership_for(statement: Statement, intake: Intake, rights: Rights) -> Partnership | None:
    """That which the person named, or the one of exactly these parties where the person may bring in; None: to be made.

    Raises Doubtful where the text does not say whose it is, or nothing may be made of it.
    """
    if intake.partnership:
        rights.require("bring-in", intake.partnership_id)
        return intake.partnership
    if len(statement.parties) < 2:
        raise Doubtful(
            _("The text does not say clearly between which parties it was made. Choose the partnership and try again.")
        )
    known = visible(Partnership, rights)
    where = rights.where("bring-in")
    if where is not None:
        known = known.filter(pk__in=where)
    wanted = set(statement.parties)
    for found in known.filter(parties__in=wanted).distinct().prefetch_related("parties"):
        if {p.pk for p in found.parties.all()} == wanted:
            return found
    if where is not None:
        raise Doubtful(
            _(
                "The text is of %(parties)s, and you may not open a new partnership. Choose one of yours and try "
                "again, or ask a desk officer for all partnerships."
            )
            % {"parties": ", ".join(statement.parties)}
        )
    return None


def instrument_for(
    statement: Statement, partnership: Partnership, rights: Rights, encoder: Encoder | None
) -> Instrument | None:
    """The statement of which the text is a version, among those that the reader may see; None: a new one.

    The date says which may be it, the content decides; where nothing can be compared the very day decides.
    """
    from servanda.versions import same_work

    adopted = day(statement.adopted)
    there = visible(Instrument, rights).filter(partnership=partnership)
    if adopted:
        there = there.exclude(adopted__lt=_shifted(adopted, -DAYS)).exclude(adopted__gt=_shifted(adopted, DAYS))
    candidates = list(there.prefetch_related("expressions__segments", "expressions__proposals"))
    for instrument in sorted(candidates, key=lambda i: (i.adopted != adopted, i.pk)):
        texts = list(instrument.expressions.all())
        if texts and encoder is not None:
            fullest = max(texts, key=lambda e: len(e.text))
            if same_work(statement, statement_of(fullest), encoder)[0]:
                return instrument
        elif adopted and instrument.adopted == adopted:
            return instrument
    return None


def twin_of(statement: Statement, instrument: Instrument) -> Twin | None:
    """A text of the statement in the same language that says the same, whatever its file looked like."""
    words = _words(statement)
    runs = _runs(words)
    for expression in instrument.expressions.filter(language=statement.expression.language or ""):
        others = _words(statement_of(expression, proposals=()))
        theirs = _runs(others)
        if runs and theirs and len(runs & theirs) >= SAME * len(runs | theirs):
            differ = []
            for tag, a, b, c, d in difflib.SequenceMatcher(None, others, words, autojunk=False).get_opcodes():
                if tag != "equal":
                    differ.append((" ".join(others[a:b]), " ".join(words[c:d])))
            return Twin(expression, tuple(differ[:SHOWN]))
    return None


def _words(statement: Statement) -> list[str]:
    """The words of the instrument itself, without what the page holds around it."""
    text = statement.source.text
    return [w for s in statement.segments if s.kind != "noise" for w in re.findall(r"\w+", fold(text[s.start : s.end]))]


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))} if words else set()


def check_shown(intake: Intake, instrument: Instrument, partnership: Partnership) -> None:
    """Raises Doubtful where joining the statement would show the text to more people than its person said."""
    shown = min((instrument.visibility, partnership.visibility), key=_OPEN.__getitem__)
    if _OPEN[intake.visibility] < _OPEN[shown]:
        shown_to = {"public": _("everyone"), "internal": _("all who work on the partnership")}[shown]
        raise Doubtful(
            _(
                "The text is a version of “%(title)s”, which %(whom)s may see; you asked for fewer. Choose below who "
                "may see the text and try again, or change first who may see the statement."
            )
            % {"title": instrument, "whom": shown_to}
        )


def make_partnership(statement: Statement, *, by: Account, visibility: str) -> Partnership:
    """A partnership of these parties, internal until somebody publishes it."""
    for code in statement.parties:
        if not Party.objects.filter(pk=code).exists():
            record.create(Party, by=by, code=code, names=names_of([code]))
    parts = slugify("-".join(names_of([code])["en"] for code in statement.parties))[:70].strip("-")
    return record.create(
        Partnership, by=by, verb="bring-in", slug=_free(parts or "partnership", Partnership.objects.all(), statement),
        names=names_of(statement.parties), parties=statement.parties, relationship=(statement.relationship or "")[:60],
        visibility="restricted" if visibility == "restricted" else "internal",
    )  # fmt: skip


def make_instrument(statement: Statement, partnership: Partnership, *, by: Account, visibility: str) -> Instrument:
    """The statement as the text tells of it."""
    kind = statement.type or "statement"
    year = (statement.adopted or "")[:4]
    slug = slugify(f"{kind}-{year}")[:70].strip("-")
    return record.create(
        Instrument, by=by, verb="bring-in", partnership=partnership, type=kind[:40],
        slug=_free(slug, Instrument.objects.filter(partnership=partnership), statement),
        names=titles(statement) or {"en": kind.replace("-", " ").capitalize()},
        adopted=day(statement.adopted), place=(statement.place or "")[:100],
        originals=list(statement.original_languages), sources=_sources(statement), visibility=visibility,
    )  # fmt: skip


def complete_instrument(instrument: Instrument, statement: Statement, *, by: Account) -> None:
    """Fills in what was not known of the statement; nothing that is there is changed."""
    fresh: dict[str, Any] = {
        "adopted": instrument.adopted or day(statement.adopted),
        "place": instrument.place or (statement.place or "")[:100],
        "originals": instrument.originals or list(statement.original_languages),
        "names": {**titles(statement), **instrument.names},
    }
    if not any(s.get("url") == new["url"] for new in _sources(statement) for s in instrument.sources):
        fresh["sources"] = [*instrument.sources, *_sources(statement)]
    record.change(instrument, by=by, reason=_("Read in a text that was brought in."), **fresh)


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """The parties' names joined, in each language of the pages."""
    out = {}
    for language in LANGUAGES:
        locale = Locale.parse(language)
        out[language] = format_list([locale.territories.get(c, c) for c in codes], locale=locale)
    return out


def titles(statement: Statement) -> dict[str, str]:
    """The title in the language in which it stands: the engine makes an English one where the text has none."""
    if not statement.title:
        return {}
    own = fold(statement.title) in fold(statement.source.text)
    return {(statement.expression.language or "en") if own else "en": statement.title}


def _sources(statement: Statement) -> list[dict[str, str]]:
    e = statement.expression
    if not e.source_url:
        return []
    return [
        {"url": e.source_url, "publisher": e.publisher or "", "language": e.language or "", "kind": e.kind}
    ]  # fmt: skip


def _free(slug: str, rows: Any, statement: Statement) -> str:
    """The slug itself or, where it is taken, one that says nothing of how many others there are."""
    return f"{slug}-{statement.source.sha256[:6]}" if rows.filter(slug=slug).exists() else slug


def day(iso: str | None) -> date | None:
    """The day of an ISO date; None for a year or a month alone."""
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None


def _shifted(of: date, days: int) -> date:
    return date.fromordinal(of.toordinal() + days)
