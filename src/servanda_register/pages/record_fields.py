"""Fields for what the register keeps as JSON and people write as plain lines."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class YearsField(forms.CharField):
    """Years with commas between them, spans with a dash: ``2025, 2027-2029``."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(year) for year in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        years: set[int] = set()
        for part in re.split(r"[,;\s]+", super().clean(value).replace("–", "-")):
            found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", part)
            if part and (not found or not 1900 <= int(found[1]) <= int(found[2] or found[1]) <= 2200):
                raise ValidationError(
                    _("“%s” is not a year. Write years with commas between them, as in 2025, 2027-2029.") % part
                )
            if found:
                years.update(range(int(found[1]), int(found[2] or found[1]) + 1))
        return sorted(years)


class PlacesField(forms.CharField):
    """A place a line: ``name; code of the party; degrees north; degrees east``, the degrees where they are known."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            "; ".join(str(place[key]) for key in ("name", "party", "lat", "lon") if place.get(key) is not None)
            for place in value
        )

    def clean(self, value: Any) -> Any:
        places = []
        for line in filter(None, (line.strip() for line in super().clean(value).splitlines())):
            parts = [part.strip() for part in line.split(";")]
            try:
                degrees = [float(part) for part in parts[2:]]
            except ValueError:
                degrees = [999.0]
            right = len(parts) in (2, 4) and parts[0] and re.fullmatch(r"[A-Z][A-Z0-9-]+", parts[1])
            if not right or (degrees and not (abs(degrees[0]) <= 90 and abs(degrees[-1]) <= 180)):
                raise ValidationError(
                    _("“%s” is not understood. Write a place a line, as in Minsk; BY or Minsk; BY; 53.9; 27.57.") % line
                )
            place: dict[str, Any] = {"name": parts[0], "party": parts[1]}
            if degrees:
                place |= {"lat": degrees[0], "lon": degrees[1]}
            places.append(place)
        return places


def years_field() -> YearsField:
    """The years of a programme."""
    return YearsField(label=_("Years"), required=False, max_length=500, help_text=_("As in 2025, 2027-2029."))


def places_field() -> PlacesField:
    """The places of a programme."""
    return PlacesField(
        label=_("Places"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: name; code of the country; degrees north; degrees east. The degrees may be left out."),
    )  # fmt: skip
