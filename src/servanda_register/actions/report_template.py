"""The register's own templates of reports, made anew in the present language: nothing of them is kept as a file.

Marks in double braces are Jinja's, ``{%p ... %}`` stands for a paragraph and ``{%tr ... %}`` for a row of a table.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servanda_register.templates_office.parts import Template


def template(kind: str) -> bytes:
    """The template of a kind of report, as a DOCX."""
    return _progress() if kind == "progress" else _brief()


def _progress() -> bytes:
    t = Template()
    t.footer("{{ title }} · {{ partnership }}")
    t.title("{{ title }}")
    t.line("{{ partnership }}", bold=True)
    t.line(_("Period") + ": {{ start }} – {{ end }}")
    t.line(_("States as of") + ": {{ on }}")
    t.line(_("For") + ": {{ audience }} · " + _("Made on") + ": {{ made }}", small=True)
    t.heading(_("How the actions stand"))
    t.line(_("Actions") + ": {{ total }}")
    t.table("s in states", [(_("State"), 11, ["{{ s.state }}"]), (_("Actions"), 6, ["{{ s.number }}"])])
    t.table("a in areas", [
        (_("Area"), 4.5, ["{{ a.area }}"]),
        (_("All"), 1.5, ["{{ a.total }}"]),
        (_("Delivered"), 2.75, ["{{ a.delivered }}"]),
        (_("Under way"), 2.75, ["{{ a.under_way }}"]),
        (_("Overdue"), 2.75, ["{{ a.overdue }}"]),
        (_("Stalled"), 2.75, ["{{ a.stalled }}"]),
    ])  # fmt: skip
    t.line(_("An action of several areas counts in each of them."), small=True)
    _actions(t, _("Delivered in the period"), "delivered", (_("Since"), "{{ a.since }}"), _("Why, and source"),
             "{{ a.reason }}{% if a.source %} ({{ a.source }}){% endif %}")  # fmt: skip
    _actions(t, _("Overdue"), "overdue", (_("Due"), "{{ a.due }}"), _("Days late"), "{{ a.late }}")
    _actions(t, _("Stalled"), "stalled", (_("Since"), "{{ a.since }}"), _("Why"), "{{ a.reason }}")
    _actions(t, _("Due in the next ninety days"), "coming", (_("Due"), "{{ a.due }}"), _("State"), "{{ a.state }}")
    t.section(_("Sessions held, and what they decided"), "sessions", lambda: t.each("s in sessions", lambda: _held(t)))
    t.section(_("Visits and delegations"), "exchanges", lambda: t.table("x in exchanges", [
        (_("Date"), 4.5, ["{{ x.date }}"]),
        (_("What"), 5.5, ["{{ x.name }}"]),
        (_("What it brought"), 7, ["{{ x.result }}"]),
    ]))  # fmt: skip
    t.section(_("Indicators"), "figures", lambda: t.table("f in figures", [
        (_("Indicator"), 5, ["{{ f.name }}"]),
        (_("Latest"), 3, ["{{ f.value }}"]),
        (_("Period until"), 3, ["{{ f.period }}"]),
        (_("Before"), 3, ["{{ f.before }}"]),
        (_("Target"), 3, ["{{ f.target }}"]),
    ]))  # fmt: skip
    t.heading(_("Difficulties"))
    t.line(_("Raised in the period") + ": {{ raised }}")
    t.where("difficulties", lambda: t.table("d in difficulties", [
        (_("Open"), 6.5, ["{{ d.name }}"]),
        (_("Raised by"), 3, ["{{ d.raised_by }}"]),
        (_("On"), 2.5, ["{{ d.raised_on }}"]),
        (_("Answer owed by"), 2.5, ["{{ d.owed_by }}"]),
        (_("Due"), 2.5, ["{{ d.due }}"]),
    ]), _("None."))  # fmt: skip
    return t.bytes()


def _held(t: Template) -> None:
    t.line("{{ s.name }}, {{ s.date }}{% if s.place %}, {{ s.place }}{% endif %}", bold=True)
    action = "{% if d.action != '–' %} (" + _("action") + " {{ d.action }}){% endif %}"
    t.each("d in s.decisions", lambda: t.line("– {{ d.text }}" + action))


def _actions(t: Template, title: str, name: str, when: tuple[str, str], last_title: str, last: str) -> None:
    t.section(title, name, lambda: t.table(f"a in {name}", [
        (_("No."), 1, ["{{ a.number }}"]),
        (pgettext("of a roadmap", "Action"), 5.5, [
            "{{ a.action }}{% if a.commitments != '–' %} (" + _("commitments") + ": {{ a.commitments }}){% endif %}"
        ]),
        (_("Lead bodies"), 4.6, ["{{ a.bodies }}"]),
        (when[0], 2.3, [when[1]]),
        (last_title, 3.6, [last]),
    ]))  # fmt: skip


def _brief() -> bytes:
    t = Template(size=9, margin=1.5)
    t.footer("{{ title }} · {{ on }}")
    t.title("{{ partnership }}")
    t.line("{{ title }} · {{ on }} · " + _("For") + ": {{ audience }}", small=True)
    t.heading(_("Facts"))
    t.table("f in facts", [("", 6.5, ["{{ f.name }}"]), ("", 11.5, ["{{ f.text }}"])], bold_first=True)
    t.section(_("Open points"), "points", lambda: t.table("p in points", [
        (_("No."), 1, ["{{ p.number }}"]),
        (_("What is open"), 7, [
            "{{ p.name }}{% if p.commitments != '–' %} (" + _("commitments") + ": {{ p.commitments }}){% endif %}"
        ]),
        (_("Why now"), 4, ["{{ p.why }}"]),
        (_("Who answers for it"), 6, ["{{ p.who }}"]),
    ]))  # fmt: skip
    t.section(_("Next dates"), "dates", lambda: t.table(
        "d in dates", [("", 2.8, ["{{ d.date }}"]), ("", 15.2, ["{{ d.what }}: {{ d.name }}"])], bold_first=True
    ))  # fmt: skip
    t.section(_("Whom to meet"), "people", lambda: t.table("p in people", [
        ("", 5, ["{{ p.name }}"]),
        ("", 7, ["{{ p.office }}, {{ p.party }}"]),
        ("", 6, ["{{ p.where }}"]),
    ], bold_first=True))  # fmt: skip
    return t.bytes()
