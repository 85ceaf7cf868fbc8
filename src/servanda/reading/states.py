"""Names of states in the language of a text, in the forms that occur: CLDR, pycountry and the pack's own, merged.

Each source lacks some: CLDR has no Swedish "Vitryssland", no adjectives and no inflected forms; the packs do not name
every state. The libraries are loaded when the first name is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache

from servanda import packs
from servanda.reading.matching import Matcher, Tokens

_LOCALES = {"nb": "nb", "no": "nb", "zh": "zh_Hans"}
_SUFFIXING = frozenset({"az", "kk", "tr", "uz", "ky"})  # case endings are added to the last word
_GENITIVE_S = frozenset({"sv", "nb", "no", "da", "de"})
_INFLECTING = frozenset({"ru", "uk", "be"})  # every word changes its end
_ENDING = re.compile(r"(?:ия|ья|[аяьйыоеиу])$")
_UPPER = re.compile(r"[^\W\d_]{2,5}")
_STEM = 5  # letters that a stem must keep, so that "Иран" does not take in other words
_CLASHING = frozenset({"niger", "mali", "oman", "guinea", "dominica", "georgia", "jordan", "chad", "togo", "cuba"})


class States:
    """Finds states in a text of one language."""

    def __init__(self, language: str) -> None:
        self._codes: list[str] = []
        self._exact: list[str | None] = []
        entries: list[tuple[int, str]] = []
        for code, forms in state_forms(language).items():
            for form in forms:
                entries.append((len(self._codes), form))
                self._codes.append(code)
                cased = form.isupper() and _UPPER.fullmatch(form.replace(".", "")) is not None
                cased = cased or (language == "vi" and form.isalpha())  # "Anh", "Nga" are words in small letters
                self._exact.append(form if cased else None)
        self._matcher = Matcher(entries)

    def find(self, text: str, tokens: Tokens, first: int = 0, last: int | None = None) -> list[tuple[int, int, str]]:
        """(first token, last token exclusive, ISO code) of each name within the tokens, in order."""
        out: list[tuple[int, int, str]] = []
        for hit in self._matcher.find(tokens, first, last):
            exact = self._exact[hit.key]
            if exact is not None and text[tokens.starts[hit.first] : tokens.ends[hit.last - 1]] != exact:
                continue
            row = (hit.first, hit.last, self._codes[hit.key])
            if not out or out[-1][:2] != row[:2]:
                out.append(row)
        return out


@cache
def states(language: str) -> States:
    """The finder of a language, built once. A language without a pack has CLDR's names only."""
    return States(language)


@cache
def state_forms(language: str) -> Mapping[str, tuple[str, ...]]:
    """Forms of the names of all states (docs/packs.md), by ISO 3166-1 alpha-2 code; EU is the European Union."""
    from babel import Locale, UnknownLocaleError  # 30 ms that not every command needs

    own: Mapping[str, tuple[str, ...]] = {}
    if language in packs.available():
        own = packs.load(language).countries
    names: Mapping[str, str] = {}
    with suppress(UnknownLocaleError, ValueError):  # a language that CLDR lacks has the pack's names only
        names = Locale.parse(_LOCALES.get(language, language)).territories
    official = _official() if language == "en" else {}
    out: dict[str, tuple[str, ...]] = {}
    taken = {form.rstrip("*").casefold() for forms in own.values() for form in forms}
    for code in sorted({*_codes(), "EU", *own}):
        forms = [form for form in own.get(code, ()) if not _is_pair(form, code, language)]
        for name in (names.get(code), official.get(code)):
            if name:
                plain = re.sub(r"\s*[（(].*?[)）]", "", name)
                forms.extend(f for f in _inflected(plain, language) if f.rstrip("*").casefold() not in taken)
        if forms:
            out[code] = tuple(dict.fromkeys(forms))
    return out


def _is_pair(form: str, code: str, language: str) -> bool:
    """Vietnamese packs name states of one syllable by pairs ("Việt Nam - Pháp"); a pair is no name of a state."""
    return language == "vi" and "việt" in form.casefold() and (code != "VN" or " - " in form)


@cache
def _codes() -> frozenset[str]:
    import pycountry

    return frozenset(c.alpha_2 for c in pycountry.countries)


@cache
def _official() -> Mapping[str, str]:
    """Official English names, which CLDR does not have: the French Republic, the Swiss Confederation."""
    import pycountry

    return {c.alpha_2: c.official_name for c in pycountry.countries if hasattr(c, "official_name")}


def _inflected(name: str, language: str) -> list[str]:
    """The forms in which a name from CLDR is looked for."""
    words = name.split()
    last = words[-1]
    forms = [name]
    if language in _GENITIVE_S and not last.endswith("s"):
        forms.append(name + "s")
    if language in _SUFFIXING and len(last) >= _STEM and last.casefold() not in _CLASHING:
        forms.append(name + "*")
    if language in _INFLECTING:
        stems = [_ENDING.sub("", w) for w in words]
        if all(len(s) >= _STEM - 1 for s in stems) and stems[0].casefold() not in _CLASHING:
            forms.append(" ".join(s + "*" for s in stems))
    return forms
