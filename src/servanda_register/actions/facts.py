"""Files that are kept as evidence, and the facts about governments that come with the engine."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import PurePath
from typing import Any

import babel
import pycountry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servanda import packs
from servanda_register.actions import record
from servanda_register.models import (
    Account,
    Area,
    Attachment,
    Body,
    Commitment,
    Forum,
    Instrument,
    Partnership,
    Party,
    Visibility,
)

LANGUAGES = ("en", "vi", "ru")
"""Languages in which names are filled in."""
COUNTRIES = ("VN", "BY", "AZ", "KZ")
"""Countries of which the engine knows the bodies."""


@transaction.atomic
def attach(
    *,
    by: Account | None,
    name: str,
    content: bytes,
    partnership: Partnership | None = None,
    instrument: Instrument | None = None,
    commitment: Commitment | None = None,
    visibility: str = Visibility.INTERNAL,
    reason: str = "",
) -> Attachment:
    """Keeps a file as it was given, as evidence for one thing. The same file on the same thing is kept once.

    Raises ValidationError where it is empty or too large, or belongs to nothing or to several things.
    """
    if sum(thing is not None for thing in (partnership, instrument, commitment)) != 1:
        raise TypeError("A file is attached to one partnership, statement or commitment.")
    if not content:
        raise ValidationError({"file": _("The file is empty. Choose another one.")})
    if len(content) > settings.LARGEST_UPLOAD:
        raise ValidationError(
            {"file": _("The file has %(size)s; at most %(most)s are kept.")
             % {"size": filesizeformat(len(content)), "most": filesizeformat(settings.LARGEST_UPLOAD)}}
        )  # fmt: skip
    # some browsers send the whole path
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable()).strip()[-255:] or "file"
    digest = hashlib.sha256(content).hexdigest()
    there = Attachment.objects.filter(
        sha256=digest, partnership=partnership, instrument=instrument, commitment=commitment, visibility=visibility
    ).first()
    if there:
        return there
    attachment = Attachment(
        partnership=partnership, instrument=instrument, commitment=commitment, visibility=visibility, by=by, name=plain,
        media_type=mimetypes.guess_type(plain)[0] or "application/octet-stream", sha256=digest, content=content,
    )  # fmt: skip
    attachment.full_clean(exclude=["content", "by"])
    return record.keep(attachment, by=by, verb="attach", reason=reason)


@transaction.atomic
def load_vocabulary() -> dict[str, int]:
    """Brings areas, forums, parties and bodies of governments up to what the engine knows; says how many are new.

    May be run again at any time. Names of areas, forums and parties follow the engine; bodies that are here already
    are left as people keep them.
    """
    areas = [
        Area(slug=slug, rank=rank, names={code: row[code] for code in LANGUAGES if row.get(code)})
        for rank, (slug, row) in enumerate(packs.vocabulary("areas").items())
    ]
    forums = [
        Forum(code=code, names={"en": row["name"], "vi": row["name_vi"], "ru": row["name_ru"]})
        for code, row in packs.vocabulary("forums").items()
    ]
    countries = sorted(country.alpha_2 for country in pycountry.countries)
    territories = {language: babel.Locale(language).territories for language in LANGUAGES}
    parties = [
        Party(code=code, names={language: names[code] for language, names in territories.items() if code in names})
        for code in countries
    ]
    return {
        "areas": _bring(Area, areas, ["rank", "names"]),
        "forums": _bring(Forum, forums, ["names"]),
        "parties": _bring(Party, parties, ["names"]),
        "bodies": sum(_bodies(country) for country in COUNTRIES),
    }


def _bring(model: type[Any], rows: list[Any], fields: list[str]) -> int:
    before = model.objects.count()
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=fields, batch_size=200
    )
    return int(model.objects.count() - before)


def _bodies(country: str) -> int:
    told = packs.vocabulary(f"bodies/{country}")
    there = {body.names.get("en") for body in Body.objects.filter(party=country)}
    new = [row for row in told["body"] if row["en"] not in there]
    made = record.create_many(Body, [
        {
            "party_id": country, "areas": row.get("areas", []),
            "source": row.get("source", told.get("source", "")), "source_date": row.get("as_of", told.get("as_of")),
            "from_year": row.get("from"), "to_year": row.get("to"),
            "names": {code: row[code] for code in row if len(code) == 2 and isinstance(row[code], str)},
        }
        for row in new
    ], by=None, verb="load")  # fmt: skip
    return len(made)
