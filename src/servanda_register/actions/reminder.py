"""Reminders by e-mail: one digest an account and day at most, in its language, with what it may see and no more."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servanda_register.actions import record
from servanda_register.models import Account, Digest, ReminderSent
from servanda_register.queries import reminders
from servanda_register.queries.rights import rights_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Mail:
    """One digest, ready to be sent."""

    account: Account
    on: date
    subject: str
    text: str
    items: int


@dataclass
class Outcome:
    """What came of a run."""

    sent: list[Mail]
    failed: list[tuple[Mail, Exception]]


def pending(now: datetime) -> list[Mail]:
    """The digests that are due: of accounts that want one, have none for this day or week, and have anything to do."""
    mails = []
    rows = Account.objects.filter(is_active=True).exclude(digest="").exclude(email="").order_by("pk")
    for account in rows:
        with spoken_to(account):
            today = timezone.localdate(now)
            since = today if account.digest == Digest.DAILY else today - WEEK + timedelta(days=1)
            if ReminderSent.objects.filter(account=account, on__gte=since).exists():
                continue
            if mail := write(account, today):
                mails.append(mail)
    return mails


def write(account: Account, today: date) -> Mail | None:
    """The account's digest, in the language and time zone that are set; None where there is nothing to tell."""
    items = reminders.reminders(rights_of(account, public=settings.PUBLIC_SITE), today)
    if not items:
        return None
    sections = reminders.by_section(items)
    late = sum(item.late for item in items)
    subject = ngettext("%(number)s thing to remember", "%(number)s things to remember", len(items)) % {
        "number": len(items)
    }
    if late:
        subject = _("%(things)s, %(late)s of them late") % {"things": subject, "late": late}
    text = render_to_string(
        "register/reminder/digest.txt",
        {
            "account": account, "today": today, "weekly": account.digest == Digest.WEEKLY,
            "sections": [(reminders.SECTIONS[key], [_line(item) for item in found]) for key, found in sections.items()],
            "all": urljoin(settings.SITE_ADDRESS, reverse("reminders")),
            "own": urljoin(settings.SITE_ADDRESS, reverse("account")),
        },
    )  # fmt: skip
    return Mail(account, today, f"Servanda: {subject}", text, len(items))


def send(now: datetime) -> Outcome:
    """Sends the digests that are due; one that cannot be sent does not hold up the others and is tried again later."""
    outcome = Outcome([], [])
    connection = get_connection()
    try:
        for mail in pending(now):
            try:
                if _send(mail, connection):
                    outcome.sent.append(mail)
            except OSError as error:  # what mail servers raise, all of it
                outcome.failed.append((mail, error))
    finally:
        connection.close()
    return outcome


def _send(mail: Mail, connection: Any) -> bool:
    """False where another run was first: the row that says so comes before the mail, and both come or neither."""
    message = EmailMessage(mail.subject, mail.text, to=[mail.account.email], connection=connection)
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # keeps absence notices from answering
    connection.open()  # before the transaction, which must not wait for a name server
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = ReminderSent(account=mail.account, on=mail.on, items=mail.items)
                record.keep(row, by=None, told=False)  # the chain of events is not to wait for mail servers
        except IntegrityError:
            return False
        message.send()
    return True


def _line(item: reminders.Item) -> dict[str, Any]:
    """What a mail, which travels in the open, says of one thing: nothing of what is restricted but that it is there."""
    hidden = item.restricted
    return {
        "day": item.day,
        "late": item.late,
        "name": _("A restricted record: open it in the register") if hidden else item.name,
        "partnership": "" if hidden or item.partnership is None else item.partnership.name,
        "note": "" if hidden else item.note,
        "off": [] if hidden else [f"{off.party.name}: {off.reason}" for off in item.off],
        "url": urljoin(settings.SITE_ADDRESS, item.address),
    }


@contextmanager
def spoken_to(account: Account) -> Iterator[None]:
    """Language and time zone of the account."""
    language = account.language if account.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    try:
        zone = zoneinfo.ZoneInfo(account.time_zone or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    with translation.override(language), timezone.override(zone):
        yield
