"""The form in which a commitment is written down: where it stands in the text, and its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servanda.errors import UsageError
from servanda_register.actions.outcomes import MOST_AREAS, STATUSES, Checker, Outcome
from servanda_register.models import Act, AgreementStatus, Area, Expression, Modality, Strength

BLANK_ROWS = 2
"""Empty rows for agreements below those that are there."""
REASONS = {
    "none": gettext_lazy("It is not a commitment"),
    "counted": gettext_lazy("It is counted already"),
    "span": gettext_lazy("Its words are wrong beyond repair"),
}
"""What a proposal is mostly rejected for."""
SMALL = {"class": "govuk-checkboxes--small register-choices"}
STATUS_NAMES = [(value, AgreementStatus(value).label) for value in STATUSES]


class OutcomeForm(forms.Form):
    """One commitment. The place may be given by its numbers, or by its words, which are looked up in the text."""

    words = forms.CharField(
        label=gettext_lazy("Words of the commitment"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Say where the commitment stands: mark its words, or copy them from the text.")
        },
    )
    start = forms.IntegerField(label=gettext_lazy("From character"), required=False, min_value=0)
    end = forms.IntegerField(label=gettext_lazy("Up to character"), required=False, min_value=0)
    strength = forms.ChoiceField(label=gettext_lazy("Strength"), choices=Strength.choices)
    modality = forms.ChoiceField(label=gettext_lazy("Modality"), choices=Modality.choices)
    action = forms.ChoiceField(label=gettext_lazy("Action"), choices=Act.choices)
    main_area = forms.ChoiceField(label=gettext_lazy("Main area"))
    more_areas = forms.MultipleChoiceField(
        label=gettext_lazy("Further areas"), required=False, widget=forms.CheckboxSelectMultiple(attrs=SMALL)
    )
    actors = forms.MultipleChoiceField(
        label=gettext_lazy("Who is to act"), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )  # fmt: skip
    bodies = forms.CharField(
        label=gettext_lazy("Bodies that are to act"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mechanisms = forms.CharField(
        label=gettext_lazy("Mechanisms"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Their English names, one a line."),
    )  # fmt: skip
    forums = forms.CharField(
        label=gettext_lazy("Forums"), required=False, help_text=gettext_lazy("Abbreviations, with commas between them.")
    )
    deadline = forms.CharField(label=gettext_lazy("Deadline"), required=False, max_length=200)
    parent = forms.ChoiceField(label=gettext_lazy("Part of"), required=False)

    def __init__(
        self, *arguments: Any, outcome: Outcome, expression: Expression, areas: Sequence[Area],
        about: Sequence[str] = (), **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*arguments, initial=_initial(outcome), use_required_attribute=False, **named)
        self.expression, self.about = expression, set(about)
        text: Any = self.fields["words"]
        text.widget.attrs |= {"lang": expression.language, "data-words": True}
        text.help_text = _("Mark them in the text, or copy them from it exactly.")
        for name in ("start", "end"):
            self.fields[name].widget.attrs[f"data-{name}"] = True
        names = sorted(((a.slug, a.name) for a in areas), key=lambda row: row[1])
        self._choices("main_area", names)
        self._choices("more_areas", names)
        parties = list(expression.instrument.partnership.parties.all())
        self._choices("actors", [("both", _("Both sides")), *((p.pk, p.name) for p in parties)])
        example = f"{parties[0].pk if parties else 'XX'}:Ministry of Health"
        self.fields["bodies"].help_text = _("One a line, with the party: %(example)s") % {"example": example}
        whole = [(p.ident, f"{p.ident}: {p.quote[:60]}") for p in expression.proposals.all()]
        self._choices("parent", [("", _("None")), *(row for row in whole if row[0] not in self.about)])
        self.rows = len(outcome["instruments"]) + BLANK_ROWS
        for i in range(self.rows):
            self.fields[f"title_{i}"] = forms.CharField(label=_("Title"), required=False, max_length=300)
            self.fields[f"year_{i}"] = forms.CharField(
                label=_("Year"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
            )
            self.fields[f"status_{i}"] = forms.ChoiceField(label=_("State"), required=False, choices=STATUS_NAMES)
        self.order_fields(["words", "start", "end", *self.fields])

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    @property
    def place(self) -> list[Any]:
        """The fields that say where it stands, when not by its words."""
        return [self["start"], self["end"]]

    @property
    def fields_shown(self) -> list[Any]:
        """The fields between the words and the agreements."""
        names = ("strength", "modality", "action", "main_area", "more_areas", "actors", "bodies", "mechanisms",
                 "forums", "deadline", "parent")  # fmt: skip
        return [self[name] for name in names]

    @property
    def agreements(self) -> list[list[Any]]:
        """The rows of agreements: title, year and state."""
        return [[self[f"{name}_{i}"] for name in ("title", "year", "status")] for i in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        more = [a for a in cleaned.get("more_areas", ()) if a != cleaned.get("main_area")]
        if len(more) >= MOST_AREAS:
            self.add_error(
                "more_areas",
                _("%(count)s further areas are chosen; choose at most %(most)s.")
                % {"count": len(more), "most": MOST_AREAS - 1},
            )
        place = self._place(cleaned)
        if self.errors or place is None:
            return cleaned
        given = {
            "start": place[0],
            "end": place[1],
            **{name: cleaned[name] for name in ("modality", "strength", "action", "deadline")},
            "actors": [*cleaned["actors"], *_lines(cleaned["bodies"])],
            "areas": [cleaned["main_area"], *more],
            "mechanisms": _lines(cleaned["mechanisms"]),
            "instruments": [
                {"title": cleaned[f"title_{i}"], "year": cleaned[f"year_{i}"].strip() or None,
                 "status": cleaned[f"status_{i}"]}
                for i in range(self.rows) if cleaned[f"title_{i}"].strip() or cleaned[f"year_{i}"].strip()
            ],
            "forums": [name.strip() for name in cleaned["forums"].split(",")],
            "parent": cleaned["parent"],
        }  # fmt: skip
        try:
            self.outcome = Checker(self.expression)(given, self.about)
        except UsageError as error:
            self.add_error(None, str(error))
        return cleaned

    def _place(self, cleaned: Mapping[str, Any]) -> tuple[int, int] | None:
        """Where it stands: by the numbers where only they were changed or fit the words, else by the words."""
        text = self.expression.text
        start, end, words = cleaned.get("start"), cleaned.get("end"), str(cleaned.get("words") or "").strip()
        numbers = start is not None and end is not None and start < end <= len(text)
        fits = numbers and _single(text[start:end]) == _single(words)
        if not words:
            return None
        if numbers and (fits or not self._retyped(words)):
            return trimmed(text, int(start or 0), int(end or 0))
        found = [m.span() for m in re.finditer(r"\s+".join(map(re.escape, words.split())), text)]
        if not found:
            self.add_error(
                "words",
                _("“%(given)s” does not stand in the text like this. Copy the words from the text, without leaving "
                  "any out.") % {"given": words[:80]},
            )  # fmt: skip
            return None
        return min(found, key=lambda span: abs(span[0] - (start or 0)))

    def _retyped(self, words: str) -> bool:
        return _single(words) != _single(str(self.initial.get("words") or ""))


def _initial(outcome: Outcome) -> dict[str, Any]:
    plain = {name: outcome[name] for name in ("start", "end", "strength", "modality", "action", "deadline", "parent")}
    rows = {
        f"{name}_{i}": row["title" if name == "title" else name]
        for i, row in enumerate(outcome["instruments"])
        for name in ("title", "year", "status")
    }
    return {
        **plain,
        **rows,
        "words": outcome["quote"],
        "main_area": next(iter(outcome["areas"]), "general"),
        "more_areas": outcome["areas"][1:],
        "actors": [a for a in outcome["actors"] if ":" not in a],
        "bodies": "\n".join(a for a in outcome["actors"] if ":" in a),
        "mechanisms": "\n".join(outcome["mechanisms"]),
        "forums": ", ".join(outcome["forums"]),
    }


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place without white space at its ends, which marking with the mouse often takes along."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _single(text: str) -> str:
    return " ".join(text.split())


def empty(text: str, start: int | None = None, end: int | None = None) -> Outcome:
    """A commitment of which nothing is known but perhaps its place."""
    if start is not None and end is not None and start < end <= len(text):
        start, end = trimmed(text, start, end)
    else:
        start = end = None
    return {
        "start": start, "end": end, "quote": "" if start is None else text[start:end],
        "modality": "agreed", "strength": "agreed", "action": "other", "actors": ["both"], "areas": [],
        "mechanisms": [], "instruments": [], "forums": [], "deadline": None, "parent": None,
    }  # fmt: skip


def halves(outcome: Outcome, parts: int) -> list[Outcome]:
    """The commitment cut into ``parts`` at the joints of its sentence, for a person to set right."""
    out, rest = [], outcome
    for left in range(parts, 1, -1):
        quote = rest["quote"]
        joints = [(m.start(), m.end()) for m in re.finditer(r"[,;]\s+|\s+(?:and|и|và|och|og|və|және)\s+|、", quote)]
        joints = joints or [(m.start(), m.end()) for m in re.finditer(r"\s+", quote)]
        if not joints:
            break
        cut = min(joints, key=lambda joint: abs(joint[0] - len(quote) / left))
        out.append(rest | {"end": rest["start"] + cut[0], "quote": quote[: cut[0]]})
        rest = rest | {"start": rest["start"] + cut[1], "quote": quote[cut[1] :]}
    return [*out, rest]


def joined(text: str, outcomes: Sequence[Outcome]) -> Outcome:
    """Several commitments as one: from the first word to the last, with all that any of them names."""
    start, end = min(o["start"] for o in outcomes), max(o["end"] for o in outcomes)

    def together(name: str) -> list[Any]:
        every = [value for o in outcomes for value in o[name]]
        return [value for i, value in enumerate(every) if value not in every[:i]]

    return dict(outcomes[0]) | {
        "start": start, "end": end, "quote": text[start:end], "areas": together("areas")[:MOST_AREAS],
        "actors": ["both"] if any("both" in o["actors"] for o in outcomes) else together("actors"),
        "mechanisms": together("mechanisms"), "instruments": together("instruments"), "forums": together("forums"),
    }  # fmt: skip
