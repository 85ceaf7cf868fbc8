"""Reports as documents: the fields that a template may name, filling it in, and templates of an office's own.

A template is text from outside. It is filled in a sandbox in which nothing can be called and only the fields below are
to be had; what it names wrongly is told when it is put in, not when a minister waits for the brief.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import docxtpl
import jinja2
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from servanda_register.actions import record
from servanda_register.actions.report_template import template
from servanda_register.models import Account, Attachment, Partnership, ReportKind, ReportTemplate, Visibility
from servanda_register.queries import reports
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible
from servanda_register.templates_office import session_pack

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIN = f"{DOCX}.main+xml"
LARGEST = 5_000_000
LARGEST_UNPACKED = 50_000_000
"""Bytes of a template as a file, and of all that the file holds."""
FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper")

Fields = dict[str, Any]

_ACTION = {
    "number": gettext_lazy("Number of the action"),
    "action": gettext_lazy("What is to be done"),
    "state": gettext_lazy("How it stands"),
    "bodies": gettext_lazy("Lead bodies, with commas between them"),
    "due": gettext_lazy("Deadline, or a dash"),
    "late": gettext_lazy("Days since the deadline, or a dash"),
    "since": gettext_lazy("Day of the present state, or a dash"),
    "reason": gettext_lazy("Why it stands so"),
    "source": gettext_lazy("Where that can be looked up"),
    "commitments": gettext_lazy("Numbers of the commitments on which it rests"),
}
_FIGURE = {
    "name": gettext_lazy("Name of the indicator"),
    "value": gettext_lazy("Latest value with its unit"),
    "period": gettext_lazy("End of the period of that value"),
    "before": gettext_lazy("The value before, or a dash"),
    "target": gettext_lazy("What is aimed at and by when, or a dash"),
}
FIELDS: dict[str, dict[str, Any]] = {
    ReportKind.PROGRESS: {
        "title": gettext_lazy("Name of the report"),
        "partnership": gettext_lazy("Name of the partnership"),
        "start": gettext_lazy("First day of the period"),
        "end": gettext_lazy("Last day of the period"),
        "on": gettext_lazy("Day as of which states are told"),
        "made": gettext_lazy("Day on which the report was made"),
        "audience": gettext_lazy("For whom it is"),
        "total": gettext_lazy("Number of actions"),
        "states": {"state": gettext_lazy("State"), "number": gettext_lazy("Number of actions in it")},
        "areas": {
            "area": gettext_lazy("Area"), "total": gettext_lazy("Number of actions"),
            "delivered": gettext_lazy("Of these delivered"), "under_way": gettext_lazy("Of these under way"),
            "overdue": gettext_lazy("Of these overdue"), "stalled": gettext_lazy("Of these stalled"),
        },
        "delivered": _ACTION, "overdue": _ACTION, "stalled": _ACTION, "coming": _ACTION,
        "sessions": {
            "name": gettext_lazy("Name of the session"), "date": gettext_lazy("When it was held"),
            "place": gettext_lazy("Where"),
            "decisions": {
                "text": gettext_lazy("What was decided"), "action": gettext_lazy("Number of its action, or a dash"),
            },
        },
        "exchanges": {
            "name": gettext_lazy("What it was"), "date": gettext_lazy("When it was held"),
            "result": gettext_lazy("What it brought"),
        },
        "figures": _FIGURE,
        "raised": gettext_lazy("Number of difficulties raised in the period"),
        "difficulties": {
            "name": gettext_lazy("Name of the difficulty"), "raised_by": gettext_lazy("Side that raised it"),
            "raised_on": gettext_lazy("When"), "owed_by": gettext_lazy("Side that owes the next answer, or a dash"),
            "due": gettext_lazy("When the answer is due, or a dash"),
        },
    },
    ReportKind.BRIEF: {
        "title": gettext_lazy("Name of the report"),
        "partnership": gettext_lazy("Name of the partnership"),
        "on": gettext_lazy("Day of the brief"),
        "audience": gettext_lazy("For whom it is"),
        "facts": {"name": gettext_lazy("What the fact is about"), "text": gettext_lazy("The fact")},
        "points": {
            "number": gettext_lazy("From 1 to 5"), "name": gettext_lazy("What is open"),
            "why": gettext_lazy("Why it matters now"), "who": gettext_lazy("Who answers for it, or a dash"),
            "commitments": gettext_lazy("Numbers of the commitments on which it rests"),
        },
        "dates": {
            "date": gettext_lazy("Day"), "what": gettext_lazy("Kind of event"), "name": gettext_lazy("Name of it"),
        },
        "people": {
            "name": gettext_lazy("Name of the person"), "office": gettext_lazy("Office"),
            "party": gettext_lazy("Side"), "where": gettext_lazy("Mechanism or body, or a dash"),
        },
    },
    ReportKind.SESSION: session_pack.FIELDS,
}  # fmt: skip
"""Kind -> field -> what it says; a list is told by the fields of what stands in it."""


# --- what goes into a document ----------------------------------------------------------------------------------------


def progress_fields(report: reports.ProgressReport, audience: str, today: date) -> Fields:
    """The report as text, in the present language."""
    return {
        "title": _("Progress report"),
        "partnership": report.partnership.name,
        "start": _long(report.start), "end": _long(report.end), "on": _long(report.on), "made": _long(today),
        "audience": str(reports.AUDIENCES[audience]),
        "total": str(len(report.lines)),
        "states": [{"state": label, "number": str(number)} for _state, label, number in report.states],
        "areas": [
            {"area": row.name,
             **{key: str(getattr(row, key)) for key in ("total", "delivered", "under_way", "overdue", "stalled")}}
            for row in report.areas
        ],
        **{key: [_line(x) for x in getattr(report, key)] for key in ("delivered", "overdue", "stalled", "coming")},
        "sessions": [
            {"name": held.name, "date": _days(held.session.starts, held.session.ends), "place": held.session.place,
             "decisions": [{"text": d.name, "action": str(a.number) if a else "–"} for d, a in held.decisions]}
            for held in report.sessions
        ],
        "exchanges": [
            {"name": x.name, "date": _days(x.starts, x.ends), "result": x.result or "–"} for x in report.exchanges
        ],
        "figures": [_figure(f) for f in report.figures],
        "raised": str(len(report.raised)),
        "difficulties": [
            {"name": d.name, "raised_by": d.raised_by.name, "raised_on": _day(d.raised_on),
             "owed_by": d.owed_by.name if d.owed_by else "–", "due": _day(d.answer_due)}
            for d in report.open
        ],
    }  # fmt: skip


def brief_fields(brief: reports.Brief, audience: str) -> Fields:
    """The brief as text, in the present language; long names are shortened, so that it stays on one page."""
    return {
        "title": _("Brief for a minister"),
        "partnership": brief.partnership.name,
        "on": _long(brief.on),
        "audience": str(reports.AUDIENCES[audience]),
        "facts": [{"name": name, "text": text} for name, text, _path in facts(brief)],
        "points": [
            {"number": str(n), "name": _short(p.name, 120), "why": _short(p.why, 110), "who": _short(p.who, 95) or "–",
             "commitments": _numbers(p.basis)}
            for n, p in enumerate(brief.points, start=1)
        ],
        "dates": [{"date": _day(d.day), "what": d.what, "name": _short(d.name, 85)} for d in brief.dates],
        "people": [
            {"name": p.person.full_name, "office": _short(p.office, 70), "party": p.party,
             "where": _short(p.why, 60) or "–"}
            for p in brief.people
        ],
    }  # fmt: skip


def facts(brief: reports.Brief) -> list[tuple[str, str, str]]:
    """What stands at the head of a brief: (about what, what, path of the page that shows it)."""
    home = brief.partnership
    rows = []
    if home.established:
        rows.append((_("Partnership since"), _long(home.established), reverse("partnership", args=[home.slug])))
    if brief.statement:
        adopted = f", {_long(brief.statement.adopted)}" if brief.statement.adopted else ""
        named = f"{_short(brief.statement.name, 100)}{adopted}"
        rows.append((_("Latest statement"), named, reverse("instrument", args=[brief.statement.pk])))
    rows += [
        (_("Commitments"),
         _("%(all)s, of which %(firm)s firm or agreed") % {"all": brief.commitments, "firm": brief.firm},
         reverse("partnership-part", args=[home.slug, "commitments"])),
        (_("Actions"),
         _("%(all)s: %(delivered)s delivered, %(under_way)s under way, %(overdue)s overdue")
         % {"all": brief.actions, "delivered": brief.delivered, "under_way": brief.under_way,
            "overdue": brief.overdue},
         reverse("roadmap", args=[home.slug])),
        (_("Agreements"),
         _("%(in_force)s in force, %(to_sign)s to be signed")
         % {"in_force": brief.in_force, "to_sign": brief.to_sign},
         reverse("partnership-part", args=[home.slug, "agreements"])),
    ]  # fmt: skip
    for f in brief.figures:
        told = f"{f.said(f.latest.value)} ({_day(f.latest.period)})"
        rows.append((_short(f.indicator.name, 45), told, reverse("indicator", args=[f.indicator.pk])))
    return rows


def _line(line: reports.Line) -> Fields:
    return {
        "number": str(line.action.number), "action": line.action.name, "state": line.state_label,
        "bodies": ", ".join(line.leads) or "–", "due": _day(line.action.due), "late": str(line.late or "–"),
        "since": _day(line.since), "reason": line.reason, "source": line.source, "commitments": _numbers(line.basis),
    }  # fmt: skip


def _figure(figure: reports.Figure) -> Fields:
    target = figure.target
    aimed = (
        _("%(value)s by %(day)s") % {"value": figure.said(target.value), "day": _day(target.by_date)} if target else ""
    )
    return {
        "name": figure.indicator.name, "value": figure.said(figure.latest.value), "period": _day(figure.latest.period),
        "before": figure.said(figure.before.value) if figure.before else "–", "target": aimed or "–",
    }  # fmt: skip


def _numbers(basis: Iterable[reports.Basis]) -> str:
    return ", ".join(str(b.number) for b in basis) or "–"


def _short(text: str, most: int) -> str:
    return str(Truncator(text).chars(most))


def _day(day: date | None) -> str:
    """In figures: tables have no room for the names of months."""
    return str(formats.date_format(day, "SHORT_DATE_FORMAT")) if day else "–"


def _long(day: date) -> str:
    return str(formats.date_format(day, "DATE_FORMAT"))


def _days(first: date | None, last: date | None) -> str:
    return f"{_day(first)} – {_day(last)}" if last and last != first else _day(first)


# --- documents --------------------------------------------------------------------------------------------------------


def document(kind: str, language: str, partnership: Partnership, rights: Rights, fields: Fields) -> bytes:
    """The filled in document: from the office's template where there is one, or else from the register's own."""
    own = chosen(kind, language, partnership, rights)
    return fill(bytes(own.attachment.content) if own and own.attachment else default(kind, language), fields)


def default(kind: str, language: str) -> bytes:
    """The register's own template in a language; also what an office begins with that wants one of its own."""
    with translation.override(language):
        return session_pack.template() if kind == ReportKind.SESSION else template(kind)


def chosen(kind: str, language: str, partnership: Partnership, rights: Rights) -> ReportTemplate | None:
    """The office's template that counts: the latest of the partnership, or else the latest of all partnerships."""
    rows = visible(ReportTemplate, rights).filter(kind=kind, language=language).select_related("attachment")
    for own in (rows.filter(partnership=partnership).first(), rows.filter(partnership=None).first()):
        if own and own.attachment:
            return own
    return None


class _Sandbox(ImmutableSandboxedEnvironment):
    """Fields, loops, conditions and a few filters; nothing can be called and no text be multiplied."""

    intercepted_binops = frozenset(["*", "**", "%", "+", "//"])

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=jinja2.StrictUndefined)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in FILTERS}

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Never."""
        raise SecurityError(_("A template cannot call anything; it can name fields, and go through lists of them."))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Never."""
        raise SecurityError(_("A template cannot compute; it can name fields, and go through lists of them."))


def fill(content: bytes, fields: Fields) -> bytes:
    """The template with the fields in their places. Raises what docxtpl and Jinja do where it names others."""
    filled = docxtpl.DocxTemplate(io.BytesIO(content))
    filled.render(dict(fields), jinja_env=_Sandbox(), autoescape=True)
    out = io.BytesIO()
    filled.save(out)
    return out.getvalue()


def example(kind: str) -> Fields:
    """Fields with something in every one, so that all that a template names is tried."""

    def filled(told: Mapping[str, Any]) -> Fields:
        return {
            name: [filled(what), filled(what)] if isinstance(what, Mapping) else str(what)
            for name, what in told.items()
        }  # fmt: skip

    return filled(FIELDS[kind])


def listed(kind: str) -> list[tuple[str, str | Promise]]:
    """(field, what it says) for people; fields of lists as ``overdue[].action``."""

    def rows(told: Mapping[str, Any], above: str) -> list[tuple[str, str | Promise]]:
        out: list[tuple[str, str | Promise]] = []
        for name, what in told.items():
            if isinstance(what, Mapping):
                out += rows(what, f"{above}{name}[].")
            else:
                out.append((f"{above}{name}", what))
        return out

    return rows(FIELDS[kind], "")


@transaction.atomic
def put_template(
    *, by: Account, kind: str, language: str, partnership: Partnership | None, name: str, content: bytes,
    reason: str = "",
) -> ReportTemplate:  # fmt: skip
    """Puts an office's template in the place of the one before, for one partnership or for all where None is given.

    Raises ValidationError where it is no document that can be filled in, with what is wrong in it.
    """
    _check(kind, content)
    attachment = Attachment(
        partnership=partnership, visibility=Visibility.INTERNAL, by=by, name=name[-255:] or "template.docx",
        media_type=DOCX, sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    record.keep(attachment, by=by, verb="attach", reason=reason)
    return _put(by, kind, language, partnership, attachment, reason)


@transaction.atomic
def remove_template(
    *, by: Account, kind: str, language: str, partnership: Partnership | None, reason: str = ""
) -> ReportTemplate:  # fmt: skip
    """Returns to the register's own template, or to that of all partnerships; the office's stays in the history."""
    return _put(by, kind, language, partnership, None, reason)


def _put(
    by: Account, kind: str, language: str, partnership: Partnership | None, attachment: Attachment | None, reason: str
) -> ReportTemplate:  # fmt: skip
    row = ReportTemplate(kind=kind, language=language, partnership=partnership, attachment=attachment, by=by)
    row.clean_fields(exclude=["partnership", "attachment"])
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages of the register.")})
    return record.keep(row, by=by, verb="attach" if attachment else "withdraw", reason=reason)


def _check(kind: str, content: bytes) -> None:
    if len(content) > LARGEST:
        raise ValidationError(
            {"file": _("The file is too large for a template. Take pictures out of it, or shrink them.")}
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            macros = any("vba" in part.filename.lower() for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise ValidationError({"file": _("The file unpacks to far more than a template can need.")})
        if macros or Document(io.BytesIO(content)).part.content_type != MAIN:
            raise ValidationError({"file": _("This is no plain DOCX: save it as a Word document without macros.")})
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise ValidationError(
            {"file": _("This is no DOCX. Save the document as DOCX in Word or LibreOffice.")}
        ) from None
    try:
        fill(content, example(kind))
    except Exception as error:  # what goes wrong in a template of others is theirs to mend, whatever it is
        raise ValidationError(
            {"file": _("The template cannot be filled in: %(error)s. Below are the fields that it may name.")
             % {"error": str(error)[:300]}}
        ) from None  # fmt: skip
