"""The forms of sessions: planning one, its agenda, its minutes and what it decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from servanda_register.design_forms import LongChoices
from servanda_register.models import (
    Action,
    AgendaItem,
    Agreement,
    Body,
    Difficulty,
    Mechanism,
    Person,
    ProgressState,
    Session,
)
from servanda_register.pages import record_forms as f
from servanda_register.pages.rooms import RoomForm, shorten
from servanda_register.queries.session import Coming
from servanda_register.queries.visibility import visible

LONG = 20_000
"""Characters of minutes, and of what came of an item."""


class SessionForm(RoomForm):
    """When, where, and who leads the sides."""

    def __init__(self, *args: Any, mechanism: Mechanism, coming: Coming | None = None, **kwargs: Any) -> None:
        super().__init__(*args, partnership=mechanism.partnership, **kwargs)
        self.mechanism = mechanism
        self.fields |= {
            "number": forms.IntegerField(
                label=_("Number"), min_value=1, max_value=9999, help_text=_("Which session of the mechanism it is.")
            ),
            "starts": forms.DateField(label=_("From")),
            "ends": forms.DateField(label=_("Until"), required=False, help_text=_("Leave empty for one day.")),
            "place": forms.CharField(label=_("Place"), required=False, max_length=120),
            "host": self.party(_("Host"), required=False, empty=_("Not said")),
            "chairs": self.several(_("Chairs of the sides"), self._people()),
            "visibility": f.visibility_field(),
            "reason": f.reason_field(required=self.record is not None),
        }
        if self.record:
            self.initial |= model_to_dict(
                self.record, ["number", "starts", "ends", "place", "host", "chairs", "visibility"]
            )
        elif coming:
            chairs = visible(Person, self.rights).filter(roles__mechanism=mechanism, roles__to_date=None).distinct()
            self.initial |= {
                "number": coming.number, "starts": coming.day, "host": coming.host,
                "chairs": [person.pk for person in chairs], "visibility": mechanism.visibility,
            }  # fmt: skip

    def _people(self) -> QuerySet[Person]:
        """Of the parties, or with an office in the mechanism."""
        near = Q(party__partnerships=self.partnership) | Q(roles__mechanism=self.mechanism)
        keys = visible(Person, self.rights).filter(near).order_by().values("pk")
        return visible(Person, self.rights).filter(pk__in=keys)

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        plain = ("number", "starts", "ends", "place", "host", "visibility", "reason")
        return {name: self.cleaned_data[name] for name in plain} | {"chairs": self.linked("chairs")}


class ItemForm(RoomForm):
    """An item of the agenda: what it is called, why it is there, and what it is about."""

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, partnership=session.mechanism.partnership, **kwargs)
        self.names()
        self.fields |= f.texts_fields("why", _("Why it is on the agenda"), long=True, limit=2000)
        actions = self._of(Action).exclude(state=ProgressState.SUPERSEDED)
        self.fields |= {
            "actions": ActionChoices(actions, label=_("Actions"), required=False, widget=LongChoices()),
            "agreements": self.several(_("Agreements"), self._of(Agreement)),
            "difficulties": self.several(_("Difficulties"), self._of(Difficulty)),
            "commitments": self.commitments(_("Commitments")),
            "reason": f.reason_field(required=False),
        }
        if self.record:
            self.initial |= f.texts_initial("why", self.record.why)
            self.initial |= model_to_dict(self.record, ["actions", "agreements", "difficulties", "commitments"])

    def _of(self, model: Any) -> QuerySet[Any]:
        return visible(model, self.rights).filter(partnership=self.partnership)

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        return {
            "names": self.chosen_names(),
            "why": f.texts_of(self.cleaned_data, "why", self.record.why if self.record else None),
            **{name: self.linked(name) for name in ("actions", "agreements", "difficulties", "commitments")},
        }


class ActionChoices(forms.ModelMultipleChoiceField):
    """Actions by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return action_label(obj)


class ActionChoice(forms.ModelChoiceField):
    """One action by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return action_label(obj)


def action_label(action: Action) -> str:
    """Number and beginning of the name."""
    return f"{action.number}. {shorten(action.name)}"


class BodyChoices(forms.ModelMultipleChoiceField):
    """Bodies with the party of each."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.party.name})"


class MinutesForm(RoomForm):
    """What a session did: when it was, its minutes, and what came of each item of the agenda."""

    def __init__(self, *args: Any, session: Session, items: list[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, partnership=session.mechanism.partnership, **kwargs)
        self.items = items
        self.initial |= {"starts": session.starts, "ends": session.ends, "minutes": session.minutes}
        self.fields |= {
            "starts": forms.DateField(label=_("From")),
            "ends": forms.DateField(label=_("Until"), required=False),
        }
        for place, item in enumerate(items, start=1):
            self.initial[f"outcome_{item.pk}"] = item.outcome
            self.fields[f"outcome_{item.pk}"] = forms.CharField(
                label=_("%(place)s. %(item)s: what came of it") % {"place": place, "item": item.name},
                required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        self.fields["minutes"] = forms.CharField(
            label=_("Minutes"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 12})
        )

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.cleaned_data
        return {
            "starts": given["starts"], "ends": given["ends"], "minutes": given["minutes"],
            "outcomes": {item.pk: given[f"outcome_{item.pk}"] for item in self.items},
        }  # fmt: skip


class DecisionForm(RoomForm):
    """What was decided, and the action that it becomes or concerns."""

    def __init__(self, *args: Any, session: Session, items: QuerySet[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, partnership=session.mechanism.partnership, **kwargs)
        self.fields |= f.texts_fields("names", _("What was decided"), long=True, limit=2000)
        actions = visible(Action, self.rights).filter(partnership=self.partnership)
        bodies = Body.objects.filter(party__in=self.partnership.parties.all()).select_related("party")
        self.fields |= {
            "item": forms.ModelChoiceField(
                items, label=_("Item of the agenda"), required=False, empty_label=_("None")
            ),
            "action": ActionChoice(
                actions.exclude(state=ProgressState.SUPERSEDED), label=_("Action that it concerns"), required=False,
                empty_label=_("None"),
            ),
            "becomes_action": forms.BooleanField(
                label=_("Make a new action of it"), required=False,
                help_text=_("It rests on the commitments of the item, and this mechanism follows it."),
            ),
            "leads": BodyChoices(
                bodies, label=_("Lead bodies of the new action"), required=False,
                widget=LongChoices(),
            ),
            "due": forms.DateField(label=_("Deadline of the new action"), required=False),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("becomes_action") and (cleaned.get("leads") or cleaned.get("due")):
            self.add_error(
                "becomes_action", _("Bodies and a deadline are for a new action. Tick this, or leave them empty.")
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        plain = ("item", "action", "becomes_action", "leads", "due")
        return {name: self.cleaned_data[name] for name in plain} | {"names": self.chosen_names()}
