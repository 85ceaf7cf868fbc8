"""Reading what was brought in: from the kept file to a text with its segments and proposals, beside its versions.

:func:`read_intake` may be killed at any moment and run again: what it makes of the text is stored in one transaction,
each comparison in another, and each says in the same stroke that it is done.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import servanda
from servanda import packs
from servanda.errors import NotVersions, ServandaError
from servanda.formats.alignment_json import discrepancy
from servanda.reading.reasons import because, terms
from servanda.records import Alignment, Source, Statement
from servanda.sources import read_bytes
from servanda.sources.opening import MAX_BYTES
from servanda.versions import remembering
from servanda_register.actions import placing, record
from servanda_register.actions.applying import keep_passages
from servanda_register.actions.intake import refuse_known
from servanda_register.models import Attachment, Expression, Instrument, Intake, Pairing, Proposal, Segment
from servanda_register.models.folding import fold
from servanda_register.queries.instruments import statement_of
from servanda_register.queries.rights import rights_of

if TYPE_CHECKING:
    from servanda.versions import Encoder, Remembering

SILENT = timedelta(minutes=2)
"""A reader that did not say for so long that it is at work is taken for dead."""
BEAT = 20.0
"""Seconds between two signs of life."""
MOST_ATTEMPTS = 3
"""Times that a reader may die over one document; then it is the document. Numbers of attempts are never used again."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that no database holds."""
log = logging.getLogger(__name__)


class Superseded(Exception):
    """Another reader has taken the document up: this one was silent for too long."""


@translation.override("en")
def read_intake(intake_id: int) -> bool:
    """Reads one document that waits, or that another reader left; false where there is nothing to do about it.

    Never raises for what is wrong with the document: the intake's ``state`` and ``message`` say it, in English
    (:mod:`servanda_register.queries.sentences` says it again to readers).
    """
    attempt = _attempt(intake_id)
    if attempt is None:
        return False
    try:
        if not attempt.take():
            return False
        with _beating(attempt):
            _go(attempt)
    except BaseException:  # told to stop: the next reader need not wait until this one has been silent
        attempt.give_back()
        raise
    return True


def _go(attempt: Attempt) -> None:
    try:
        said = _read(attempt) if attempt.intake.expression_id is None else []
        if attempt.intake.state != "done":
            said += _compare(attempt)
            attempt.say(state="done", progress=100, message="\n".join(said))
    except Superseded:
        log.warning("Intake %s was taken up by another reader.", attempt.intake.pk)
    except (ServandaError, PermissionDenied) as error:
        attempt.fail(str(error))
    except Exception:
        log.exception("Intake %s could not be read.", attempt.intake.pk)
        attempt.fail(
            _(
                "A fault of Servanda stopped the reading. The file is kept. Try again; if it stops again, tell those "
                "who run this register the number of this document: %(number)s."
            )
            % {"number": attempt.intake.pk}
        )


@dataclass
class Attempt:
    """One reader's hold on an intake; ``number`` tells it from those of others."""

    intake: Intake
    number: int

    def take(self) -> bool:
        """Takes hold; false where another reader was quicker."""
        state = "aligning" if self.intake.expression_id else "reading"
        fresh = {"state": state, "attempts": self.number, "beat": timezone.now(), "progress": 5, "message": ""}
        taken = bool(_unchanged(self.intake).update(**fresh))
        self.intake.state = state
        return taken

    def say(self, **fields: Any) -> None:
        """Writes how far it is. Raises Superseded where the hold is lost, which undoes a transaction around it."""
        fields["beat"] = timezone.now()
        held = Intake.objects.filter(pk=self.intake.pk, attempts=self.number, state__in=["reading", "aligning"])
        if not held.update(**fields):
            raise Superseded
        for name, value in fields.items():
            setattr(self.intake, name, value)

    def fail(self, message: str) -> None:
        """Says what was wrong, in a sentence for the person."""
        try:
            self.say(state="failed", message=message)
        except Superseded:
            log.warning("Intake %s failed after another reader had taken it up: %s", self.intake.pk, message)

    def give_back(self) -> None:
        """Puts the document back into the queue."""
        held = Intake.objects.filter(pk=self.intake.pk, attempts=self.number, state__in=["reading", "aligning"])
        held.update(state="waiting", beat=None)


def _attempt(intake_id: int) -> Attempt | None:
    """What is to be done about a document; None where it does not wait, or was given up."""
    intake = Intake.objects.select_related("by", "partnership").get(pk=intake_id)
    left = intake.state in ("reading", "aligning") and (intake.beat is None or intake.beat < timezone.now() - SILENT)
    if intake.state != "waiting" and not left:
        return None
    if left and intake.attempts >= MOST_ATTEMPTS:
        message = _(
            "Reading stopped %(times)s times without an end: the document may be too large for this machine. "
            "Give the statement alone, without what surrounds it."
        )
        _unchanged(intake).update(state="failed", message=message % {"times": MOST_ATTEMPTS})
        return None
    return Attempt(intake, intake.attempts + 1)


def _unchanged(intake: Intake) -> QuerySet[Intake]:
    """The row, while nobody has written to it since it was looked at."""
    return Intake.objects.filter(pk=intake.pk, state=intake.state, attempts=intake.attempts, beat=intake.beat)


@contextmanager
def _beating(attempt: Attempt) -> Iterator[None]:
    """Says every while that the reader lives, for some documents take minutes."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            try:
                Intake.objects.filter(pk=attempt.intake.pk, attempts=attempt.number).update(beat=timezone.now())
            except DatabaseError as error:  # a busy database: there are more beats before the reader counts as dead
                log.warning("Intake %s: %s", attempt.intake.pk, error)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(attempt: Attempt) -> list[str]:
    """Reads the file and stores what was read; gives what the person should know, a sentence each."""
    intake = attempt.intake
    source = _source(attempt)
    attempt.say(progress=20)
    statement = servanda.read(source, language=intake.language or None)
    encoder: Any = _encoder()
    if statement.expression.language not in packs.available() and encoder is not None:
        statement = servanda.read(source, language=intake.language or None, encoder=encoder)
    attempt.say(progress=50)
    rights = rights_of(intake.by)
    partnership = placing.partnership_for(statement, intake, rights)
    instrument = placing.instrument_for(statement, partnership, rights, encoder) if partnership else None
    if instrument and partnership:
        twin = placing.twin_of(statement, instrument)
        if twin:
            attempt.say(state="done", progress=100, expression=twin.expression, message=_told(twin))
            return []
        placing.check_shown(intake, instrument, partnership)
    reasons = {c.id: _reasons(statement, c) for c in statement.commitments}
    attempt.say(progress=60)
    said = [*statement.notes, *source.warnings]
    with transaction.atomic():
        if partnership is None:
            partnership = placing.make_partnership(statement, by=intake.by, visibility=intake.visibility)
            said.append(_("A new partnership was opened: %(partnership)s.") % {"partnership": partnership})
        elif set(statement.parties) - {p.pk for p in partnership.parties.all()}:
            said.append(
                _("The text names %(parties)s as its parties; the partnership that you chose is another one.")
                % {"parties": ", ".join(statement.parties)}
            )
        if instrument is None:
            instrument = placing.make_instrument(statement, partnership, by=intake.by, visibility=intake.visibility)
        else:
            placing.complete_instrument(instrument, statement, by=intake.by)
            said.append(_("It was put beside the other texts of “%(title)s”.") % {"title": instrument})
        expression = _store(statement, instrument, intake, reasons)
        attempt.say(state="aligning", progress=70, expression=expression, partnership=partnership)
    return said


def _told(twin: placing.Twin) -> str:
    said = _("The same text is here already, as a text of “%(title)s”. Nothing was added.")
    said %= {"title": twin.expression.instrument}
    if twin.words:
        pairs = "; ".join(f"“{old}” → “{new}”" for old, new in twin.words)
        said += "\n" + _("A few words differ from it: %(pairs)s.") % {"pairs": pairs}
    return said


def _source(attempt: Attempt) -> Source:
    """The document decoded, fetched first where only its address was given."""
    intake = attempt.intake
    if intake.attachment is None:
        _fetch(attempt)
    attachment = intake.attachment
    assert attachment is not None  # fetched, or given
    source = read_bytes(
        bytes(attachment.content), name=attachment.name, media_type=attachment.media_type or None,
        url=intake.source_url or None,
    )  # fmt: skip
    text = _UNSTORABLE.sub("\ufffd", source.text)  # one for one: offsets stay
    return source if text == source.text else replace(source, text=text, plain=False)


def _fetch(attempt: Attempt) -> None:
    from servanda.sources.web import fetch

    intake = attempt.intake
    if not settings.FETCH_ALLOWED:
        raise ServandaError(
            _("This register fetches nothing from the web. Save the page on your computer and give the file.")
        )
    page = fetch(intake.source_url, limit=MAX_BYTES)
    digest = hashlib.sha256(page.data).hexdigest()
    refuse_known(digest, rights_of(intake.by))
    with transaction.atomic():
        attachment = record.keep(
            Attachment(
                partnership=intake.partnership, name=page.url[-255:], media_type=(page.content_type or "")[:100],
                sha256=digest, content=page.data, by=intake.by, visibility=intake.visibility,
            ),
            by=intake.by, verb="bring-in",
        )  # fmt: skip
        attempt.say(attachment=attachment, source_url=page.url[:1000])


def _reasons(statement: Statement, commitment: servanda.Commitment) -> list[dict[str, Any]]:
    """Which words led to which field, as ``servanda read --explain`` finds them; offsets in the text, half-open."""
    out: list[dict[str, Any]] = []
    for b in because(statement, commitment):
        fields = {"modal": ["modality"], "welcome": ["modality", "action"]}.get(b.pattern.kind, ["action"])
        for field in fields:
            value = getattr(commitment, field)
            out.append({"field": field, "value": value, "words": b.words, "pattern": b.pattern.id, "start": b.start,
                        "end": b.end})  # fmt: skip
    for t in terms(statement, commitment):
        out.append({"field": "areas", "value": t.area, "words": t.words, "pattern": "", "start": t.start, "end": t.end})
    return out


def _store(
    statement: Statement, instrument: Instrument, intake: Intake, reasons: dict[str, list[dict[str, Any]]]
) -> Expression:
    """The text with its segments and proposals; to be called inside a transaction."""
    text, e = statement.source.text, statement.expression
    expression = record.keep(
        Expression(
            instrument=instrument, attachment=intake.attachment, language=(e.language or "")[:8], kind=e.kind,
            reason=e.reason, text=text, title=placing.titles(statement).get(e.language or "", ""),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            source_name=statement.source.name[:255], source_url=_url(e.source_url or statement.source.url),
            publisher=(e.publisher or "")[:200], notes=[*statement.notes, *statement.source.warnings],
            sections=[
                {"id": s.id, "eid": s.eid, "title": s.title, "start": s.start, "end": s.end} for s in statement.sections
            ],
            identity=_identity(statement), versions=dict(statement.versions),
        ),
        by=intake.by, verb="bring-in",
    )  # fmt: skip
    Segment.objects.bulk_create(
        (
            Segment(
                expression=expression, ident=s.id, start=s.start, end=s.end, kind=s.kind, section=s.section or "",
                number=(s.number or "")[:20], eid=(s.eid or "")[:120], language=(s.language or "")[:8],
                folded=fold(text[s.start : s.end]),
            )
            for s in statement.segments
        ),
        batch_size=500,
    )  # fmt: skip
    Proposal.objects.bulk_create(
        (
            Proposal(
                expression=expression, ident=c.id, start=c.start, end=c.end, quote=c.quote, modality=c.modality,
                strength=c.strength, action=c.action, actors=list(c.actors), areas=list(c.areas),
                mechanisms=list(c.mechanisms), forums=list(c.forums), deadline=(c.deadline or "")[:200],
                instruments=[{"title": i.title, "year": i.year, "status": i.status} for i in c.instruments],
                parent=c.parent or "", section=c.section or "", confidence=c.confidence, reasons=reasons[c.id],
            )
            for c in statement.commitments
        ),
        batch_size=500,
    )  # fmt: skip
    return expression


def _identity(s: Statement) -> dict[str, Any]:
    return {
        "title": s.title, "type": s.type, "parties": list(s.parties), "relationship": s.relationship,
        "adopted": s.adopted, "place": s.place, "original_languages": list(s.original_languages),
        "equally_authentic": s.equally_authentic, "sha256": s.source.sha256, "media_type": s.source.media_type,
        "plain": s.source.plain, "published": s.source.published,
    }  # fmt: skip


def _url(url: str | None) -> str:
    """A longer one is cut nowhere that would leave it an address: better none."""
    return url if url and len(url) <= 1000 and url.startswith(("http://", "https://")) else ""


# --- comparing --------------------------------------------------------------------------------------------------------


def _compare(attempt: Attempt) -> list[str]:
    """Puts all versions of the statement side by side that were not yet; gives what could not be compared."""
    expression = attempt.intake.expression
    assert expression is not None
    texts = list(
        Expression.objects.filter(instrument_id=expression.instrument_id)
        .select_related("instrument")
        .prefetch_related("segments", "proposals", "instrument__partnership__parties")
        .order_by("pk")
    )
    known = {frozenset(p) for p in Pairing.objects.filter(a__in=texts).values_list("a", "b")}
    pairs = [(a, b) for n, b in enumerate(texts) for a in texts[:n] if frozenset((a.pk, b.pk)) not in known]
    if attempt.intake.attachment_id:  # a text that was just brought in is compared with the others, not these again
        pairs = [(a, b) for a, b in pairs if expression.pk in (a.pk, b.pk)]
    encoder: Any = _encoder() if pairs else None
    if pairs and encoder is None:
        return [_("The versions could not be compared on this machine: the encoder cannot be used.")]
    said = []
    statements: dict[int, Statement] = {}
    for n, pair in enumerate(pairs):
        # what others are compared with comes first: an original before a translation, the older before the younger
        a, b = sorted(pair, key=lambda e: (e.kind != "original", e.pk))
        for e in (a, b):
            if e.pk not in statements:
                statements[e.pk] = statement_of(e)
        attempt.say(progress=70 + 30 * n // len(pairs))
        try:
            found = servanda.align(statements[a.pk], statements[b.pk], encoder=encoder or "e5")
        except NotVersions as error:
            said.append(str(error))
            continue
        with transaction.atomic():
            attempt.say()
            record.keep(_pairing(a, b, found), by=attempt.intake.by, verb="compare")
            for text in (a, b):
                keep_passages(by=attempt.intake.by, expression=text)
    if len(pairs) > len(said):
        count = len(pairs) - len(said)
        said.append(
            ngettext("It was compared with %(n)s other text.", "%(n)s comparisons with other texts were made.", count)
            % {"n": count}
        )
    return said


def _pairing(a: Expression, b: Expression, found: Alignment) -> Pairing:
    return Pairing(
        a=a, b=b, coverage=found.coverage,
        pairs=[{"level": p.level, "a": list(p.a), "b": list(p.b), "score": round(p.score, 4)} for p in found.pairs],
        paragraphs={"a": [list(s) for s in found.paragraphs_a], "b": [list(s) for s in found.paragraphs_b]},
        sentences={"a": [list(s) for s in found.sentences_a], "b": [list(s) for s in found.sentences_b]},
        discrepancies=[discrepancy(d) for d in found.discrepancies],
        commitments=[list(pair) for pair in found.commitments],
    )  # fmt: skip


def _encoder() -> Remembering | None:
    """The bundled encoder, with a memory for one document; None, and a line in the log, where it cannot be used."""
    try:
        return remembering(_opened())
    except (ServandaError, ImportError) as error:
        log.warning("The encoder cannot be used: %s", error)
        return None


@cache
def _opened() -> Encoder:
    from servanda.encoders import load

    return load()
