"""Names of languages, countries and the like, as the present language has them."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import get_language


def locale() -> Locale:
    """Babel's data on the present language; territories play no part."""
    return Locale.parse((get_language() or "en").split("-")[0])


def name_of_language(code: str) -> str:
    """What a language is called; its code where that is not known."""
    return str(locale().languages.get(code, code))
