"""What codes are called in the languages of readers: states, seas, organisations, agreements, languages, areas."""

from __future__ import annotations

from functools import cache
from typing import Any

from servanda import packs

_ARTICLE = frozenset({"US", "GB", "AE", "PH", "NL", "EU", "MV", "BS", "CF", "DO"})
"""States whose English names have an article: the United States."""


@cache
def english_name(code: str) -> str:
    """The English name of a state as titles have it: ``VN`` is Vietnam, ``US`` the United States."""
    name = named("state", code, "en")
    return f"the {name}" if code in _ARTICLE else name


def named(kind: str, code: str, ui: str) -> str:
    """What a thing is called within a sentence in the language ``ui``; in English where that language has no name.

    ``kind`` is ``state``, ``language``, ``sea``, ``region``, ``place``, ``forum``, ``instrument`` or ``area``,
    ``code`` the key by which facts and commitments name it. Of any other kind, and where nothing is known of the code,
    it is returned as it is. Organisations and areas are called by their keys in English.

        named("sea", "south-china-sea", "vi")   # "Biển Đông"
    """
    if kind in ("state", "language"):
        name = str((locale(ui).territories if kind == "state" else locale(ui).languages).get(code, code))
        return name[:1].lower() + name[1:] if kind == "language" and ui == "vi" and name != code else name
    if kind in ("sea", "region", "instrument", "forum"):
        table = {"instrument": "instruments", "forum": "forums"}.get(kind, "seas")
        row = packs.vocabulary(table).get(code, {})
        english = code if kind == "forum" else row.get("name") or row.get("title") or code
        return str(row.get(f"name_{ui}", english))
    if kind == "place" and ui != "en" and ui in packs.available():
        first = packs.load(ui).places.get(code, (code,))[0]
        return first if first.replace(" ", "").replace("-", "").isalpha() else code  # else a form that inflects
    if kind == "area" and ui != "en":
        return str(packs.vocabulary("areas").get(code, {}).get(ui, code))
    return code


@cache
def locale(ui: str) -> Any:
    """CLDR's data of a language."""
    from babel import Locale  # 30 ms that not every command needs

    return Locale.parse(ui)
