"""Statements on their way in: what is given is kept at once; reading follows in the worker (``actions.reading``)."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from servanda.errors import FetchRefused, SourceTooLarge, UnreadableSource, UsageError
from servanda.sources import Given
from servanda.sources.opening import MAX_BYTES
from servanda.sources.table import find
from servanda_register.actions import record
from servanda_register.models import (
    Account,
    Attachment,
    Expression,
    Instrument,
    Intake,
    Pairing,
    Partnership,
    Visibility,
)
from servanda_register.queries.rights import Rights, rights_of
from servanda_register.queries.visibility import visible

ON_ITS_WAY = ("waiting", "reading", "aligning")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class AlreadyHere(UsageError):
    """The same file was brought in before: read (``expression``), or still on its way (``intake``)."""

    def __init__(self, message: str, *, expression: Expression | None = None, intake: Intake | None = None) -> None:
        super().__init__(message)
        self.expression, self.intake = expression, intake


def bring_in(
    *,
    by: Account,
    content: bytes,
    name: str,
    partnership: Partnership | None = None,
    language: str = "",
    visibility: str = "internal",
    source_url: str = "",
    media_type: str = "",
) -> Intake:
    """Keeps a file and puts it into the queue of the reader.

    Without ``partnership`` it is found by the parties that the text names. ``language`` (ISO 639-1) overrides what is
    detected; ``source_url`` says where the text was published. Raises UsageError and the engine's SourceError where
    the file cannot be taken, AlreadyHere where ``by`` may see that the register has it, PermissionDenied.
    """
    rights = _allowed(by, partnership, visibility)
    name = _name(name)
    if not content:
        raise UnreadableSource(_("%(name)s is empty. Give a document with text in it.") % {"name": name})
    if len(content) > MAX_BYTES:
        raise SourceTooLarge(
            _("%(name)s is larger than %(most)s MB, the most that is read. Give the statement alone.")
            % {"name": name, "most": MAX_BYTES // 1_000_000}
        )
    find(Given(data=content, name=name, media_type=media_type or None))  # refuses what is known not to be read
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        refuse_known(digest, rights)
        attachment = record.keep(
            Attachment(
                partnership=partnership, name=name, media_type=media_type[:100], sha256=digest, content=content, by=by,
                visibility=visibility,
            ),
            by=by, verb="bring-in",
        )  # fmt: skip
        return Intake.objects.create(
            attachment=attachment, partnership=partnership, by=by, language=language, source_url=source_url,
            visibility=visibility,
        )  # fmt: skip


def bring_in_address(
    *, by: Account, url: str, partnership: Partnership | None = None, language: str = "", visibility: str = "internal"
) -> Intake:
    """Puts a web address into the queue; the worker fetches it. Raises FetchRefused where that is not allowed here."""
    _allowed(by, partnership, visibility)
    if not settings.FETCH_ALLOWED:
        raise FetchRefused(
            _("This register fetches nothing from the web. Save the page on your computer and give the file.")
        )
    return Intake.objects.create(
        partnership=partnership, by=by, language=language, source_url=url, visibility=visibility
    )  # fmt: skip


def refuse_known(digest: str, rights: Rights) -> None:
    """Raises AlreadyHere where the reader may see that a file with this SHA-256 was brought in."""
    known = visible(Expression, rights).filter(attachment__sha256=digest).select_related("instrument").first()
    if known:
        raise AlreadyHere(
            _("This file is here already, as a text of “%(title)s”. Nothing was added.") % {"title": known.instrument},
            expression=known,
        )
    coming = visible(Intake, rights).filter(attachment__sha256=digest, state__in=ON_ITS_WAY).first()
    if coming:
        raise AlreadyHere(_("This file was given before and is still being read."), intake=coming)


def try_again(
    *,
    by: Account,
    intake: Intake,
    partnership: Partnership | None = None,
    language: str | None = None,
    visibility: str | None = None,
) -> Intake:
    """Puts what could not be read into the queue once more, with what the person has said anew.

    Raises UsageError where it is not one that failed.
    """
    partnership = partnership or intake.partnership
    visibility = visibility or intake.visibility
    _allowed(by, partnership, visibility)
    changed = Intake.objects.filter(pk=intake.pk, state="failed").update(
        state="waiting", progress=0, message="", beat=None, partnership=partnership, visibility=visibility,
        language=intake.language if language is None else language,
    )  # fmt: skip
    if not changed:
        raise UsageError(_("This document is not one that failed; there is nothing to try again."))
    intake.refresh_from_db()
    return intake


def compare(*, by: Account, instrument: Instrument) -> Intake:
    """Queues the comparison of all versions of a statement that were not compared yet.

    Raises UsageError where there is nothing to compare.
    """
    rights_of(by).require("bring-in", instrument.partnership_id)
    expressions = list(instrument.expressions.order_by("pk"))
    wanted = len(expressions) * (len(expressions) - 1) // 2
    if Pairing.objects.filter(a__instrument=instrument).count() >= wanted:
        raise UsageError(_("All versions of this statement have been compared; there is nothing left to do."))
    with transaction.atomic():
        Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)  # pressed twice: queued once
        coming = Intake.objects.filter(expression__instrument=instrument, attachment=None, state__in=ON_ITS_WAY).first()
        return coming or Intake.objects.create(
            expression=expressions[-1], partnership=instrument.partnership, by=by, visibility=instrument.visibility
        )


def _allowed(by: Account, partnership: Partnership | None, visibility: str) -> Rights:
    rights = rights_of(by)
    if partnership is None:
        rights.require_anywhere("bring-in")
    else:
        rights.require("bring-in", partnership.pk)
    if visibility not in Visibility.values:
        raise UsageError(
            _("“%(given)s” is not allowed; choose public, internal or restricted.") % {"given": visibility}
        )
    cleared = rights.cleared_everywhere or (partnership is not None and partnership.pk in rights.cleared)
    if visibility == "restricted" and not cleared:
        raise UsageError(
            _("You may not see what is restricted, and so cannot bring it in. Ask an administrator for clearance.")
        )
    return rights


def _name(name: str) -> str:
    """The last part of a path, without what cannot be printed."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return _UNPRINTABLE.sub("", last).strip()[-255:] or _("Document")
