"""The template of the pack for a session, and the fields that ``queries.session_pack`` fills it with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from servanda_register.templates_office.parts import Template

FIELDS: dict[str, Any] = {
    "partnership": gettext_lazy("Name of the partnership"),
    "mechanism": gettext_lazy("Name of the mechanism"),
    "session": gettext_lazy("Which session it is"),
    "state": gettext_lazy("Whether it is planned, held or cancelled"),
    "marking": gettext_lazy("Who may see the document: the strictest of all that is in it"),
    "made": gettext_lazy("When the document was made"),
    "facts": {"text": gettext_lazy("When, where, and who is the host")},
    "sides": {"party": gettext_lazy("Name of the side"), "people": gettext_lazy("Who leads it, with the office")},
    "agenda": {
        "number": gettext_lazy("Place on the agenda"), "title": gettext_lazy("Name of the item"),
        "why": gettext_lazy("Why it is on the agenda"), "outcome": gettext_lazy("What came of it"),
        "about": gettext_lazy("Actions and commitments that it is about, by number"),
    },
    "decisions": {
        "decision": gettext_lazy("What the session decided"), "action": gettext_lazy("Action that it became, or a dash")
    },
    "last": gettext_lazy("Which session was the one before"),
    "follow_up": {
        "decision": gettext_lazy("What the session before decided"),
        "action": gettext_lazy("Action that it became"), "due": gettext_lazy("Deadline, or a dash"),
        "state": gettext_lazy("How it stands"),
    },
    "actions": {
        "number": gettext_lazy("Number of the action"), "title": gettext_lazy("What is to be done"),
        "leads": gettext_lazy("Lead bodies with their sides"), "due": gettext_lazy("Deadline, or a dash"),
        "state": gettext_lazy("How it stands"), "report": gettext_lazy("What was reported last"),
        "commitments": gettext_lazy("Commitments on which it rests, by number"),
    },
    "agreements": {
        "title": gettext_lazy("Name of the agreement"), "year": gettext_lazy("Year"), "state": gettext_lazy("State"),
        "stage": gettext_lazy("How far the negotiation has come"),
        "review": gettext_lazy("Next review, or a dash"), "finding": gettext_lazy("How it is carried out"),
    },
    "difficulties": {
        "title": gettext_lazy("Name of the difficulty"), "text": gettext_lazy("What hinders"),
        "raised": gettext_lazy("Who raised it, and when"),
        "owed": gettext_lazy("Who owes the next answer, and by when"), "said": gettext_lazy("What was said last"),
    },
    "commitments": {
        "label": gettext_lazy("Number in this document, and strength"), "text": gettext_lazy("The commitment in short"),
        "source": gettext_lazy("Statement, date and section"),
        "passages": {
            "language": gettext_lazy("Language of the text"), "kind": gettext_lazy("Original, translation or summary"),
            "words": gettext_lazy("The words of the text"),
        },
    },
    "minutes": {"text": gettext_lazy("A paragraph of the minutes")},
}  # fmt: skip
"""Field -> what it says; a list is told by the fields of what stands in it."""


def template() -> bytes:
    """With headings in the language that is active."""
    t = Template()
    t.header("{{ mechanism }} · {{ session }}", "{{ marking }}")
    t.footer("{{ made }}")
    t.line("{{ partnership }}", bold=True)
    t.title("{{ mechanism }}")
    t.line("{{ session }} · {{ state }}", bold=True)
    t.each("line in facts", lambda: t.line("{{ line.text }}"))
    t.section(_("Agenda"), "agenda", lambda: t.table("item in agenda", [
        (_("No."), 1, ["{{ item.number }}"]),
        (_("Item"), 7, ["{{ item.title }}", "item.about"]),
        (_("Why it is on the agenda"), 9, ["{{ item.why }}{% if item.outcome %} "
                                           + _("What came of it:") + " {{ item.outcome }}{% endif %}"]),
    ]), _("Nothing is on the agenda."))  # fmt: skip
    t.heading(_("Chairs of the sides"))
    t.table("side in sides", [(_("Side"), 5, ["{{ side.party }}"]), (_("Chair"), 12, ["{{ side.people }}"])])
    t.where("decisions", lambda: _decisions(t))
    t.heading(_("What became of the decisions of the session before"))
    t.line("{{ last }}")
    t.where("follow_up", lambda: t.table("row in follow_up", [
        (_("Decision"), 7, ["{{ row.decision }}"]),
        (pgettext("of a roadmap", "Action"), 5, ["{{ row.action }}"]),
        (_("Deadline"), 3, ["{{ row.due }}"]),
        (_("State"), 3, ["{{ row.state }}"]),
    ]), _("No decision is known."))  # fmt: skip
    t.section(_("State of the actions"), "actions", lambda: t.table("row in actions", [
        (_("No."), 1.2, ["{{ row.number }}"]),
        (pgettext("of a roadmap", "Action"), 6, ["{{ row.title }}", "row.commitments"]),
        (_("Lead bodies"), 4, ["{{ row.leads }}"]),
        (_("Deadline"), 2.6, ["{{ row.due }}"]),
        (_("State"), 4.2, ["{{ row.state }}", "row.report"]),
    ]), _("No action is concerned."))  # fmt: skip
    t.section(_("Agreements"), "agreements", lambda: t.table("row in agreements", [
        (_("Agreement"), 6, ["{{ row.title }}"]),
        (_("Year"), 1.5, ["{{ row.year }}"]),
        (_("State"), 3, ["{{ row.state }}", "row.stage"]),
        (_("Next review"), 2.7, ["{{ row.review }}"]),
        (_("How it is carried out"), 4.5, ["{{ row.finding }}"]),
    ]), _("No agreement is concerned."))  # fmt: skip
    t.section(_("Difficulties"), "difficulties", lambda: t.table("row in difficulties", [
        (_("Difficulty"), 6, ["{{ row.title }}", "row.text"]),
        (_("Raised by"), 3.5, ["{{ row.raised }}"]),
        (_("Who owes the next answer"), 3.5, ["{{ row.owed }}"]),
        (_("Said last"), 4.5, ["{{ row.said }}"]),
    ]), _("No difficulty is concerned."))  # fmt: skip
    t.section(_("Commitments concerned, in the words of the statements"), "commitments",
              lambda: t.each("c in commitments", lambda: _commitment(t)),
              _("No commitment is concerned."))  # fmt: skip
    t.where("minutes", lambda: _minutes(t))
    return t.bytes()


def _decisions(t: Template) -> None:
    t.heading(_("Decisions of this session"))
    t.table(
        "row in decisions",
        [(_("Decision"), 8, ["{{ row.decision }}"]), (pgettext("of a roadmap", "Action"), 9, ["{{ row.action }}"])],
    )


def _commitment(t: Template) -> None:
    t.heading("{{ c.label }}", 2)
    t.line("{{ c.text }}")
    t.line("{{ c.source }}", small=True)
    t.where("c.passages", lambda: t.table("p in c.passages", [
        (_("Text"), 4, ["{{ p.language }}", "p.kind"]), (_("Words"), 13, ["{{ p.words }}"])
    ]))  # fmt: skip


def _minutes(t: Template) -> None:
    t.heading(_("Minutes"))
    t.each("line in minutes", lambda: t.line("{{ line.text }}"))
