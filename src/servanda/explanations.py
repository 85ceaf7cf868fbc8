"""Says in the languages of readers what was found in texts.

    explained(discrepancy, "vi")   # ("Bản A nêu năm “1992”, còn bản B bỏ sót ở đây.", "vi")

The sentences are in ``vocabulary/explanations.toml``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from servanda import packs
from servanda.names import english_name, locale, named
from servanda.records import Alignment, Discrepancy, Message, Value
from servanda.times import when


def translated(alignment: Alignment, ui: str) -> Alignment:
    """The alignment with all that it explains said in the language ``ui``, for a page in that language.

    What cannot be said in it stays English and loses its message, which tells the one from the other.
    """
    found = []
    for d in alignment.discrepancies:
        sentence, language = explained(d, ui)
        found.append(replace(d, explanation=sentence, message=d.message if language == ui else None))
    a, b = (
        replace(s, expression=replace(s.expression, reason=reason(s.expression.reason, ui)[0]))
        for s in (alignment.a, alignment.b)
    )
    return replace(alignment, a=a, b=b, discrepancies=tuple(found))


def explained(found: Discrepancy, ui: str) -> tuple[str, str]:
    """The explanation of a discrepancy and the language it is in: ``ui``, or English where it cannot be said in that.

    It cannot where the discrepancy has no message, as in what was stored by older versions.
    """
    if found.message is None or ui == "en":
        return found.explanation, "en"
    try:
        return say(found.message, ui), ui
    except KeyError:
        return found.explanation, "en"


def reason(english: str, ui: str) -> tuple[str, str]:
    """Why a text is held for an original or a translation, and the language this is said in, as :func:`explained`.

    Of the reason a statement carries the English sentence alone, with codes in it, so it is known by that.
    """
    for key, row in packs.vocabulary("explanations")["message"].items():
        if key.startswith("reading-") and ui in row:
            found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(row["en"])), english)
            if found:
                values = tuple((n, (_KINDS[n], *codes.split(", "))) for n, codes in found.groupdict().items())
                return say(Message(key, values), ui), ui
    return english, "en"


_KINDS = {"language": "languages", "languages": "languages", "states": "sides"}
"""Of the codes in the English reasons, which name them as they are."""


def say(message: Message, ui: str) -> str:
    """The sentence in the language ``ui``. Raises KeyError where that language, the message or a value is not known."""
    template: str = packs.vocabulary("explanations")["message"][message.key][ui]
    return template.format(**{name: _said(value, ui) for name, value in message.values})


def _said(value: Value, ui: str) -> str:
    if not isinstance(value, tuple):
        return str(value)
    kind, *told = value
    if kind in _SPOKEN:
        return str(_SPOKEN[kind](ui, *told))
    words = packs.vocabulary("explanations")["word"]
    return str(words[kind][told[0]][ui]) if kind in words else named(str(kind), str(told[0]), ui)


def _form(name: str, ui: str) -> Any:
    return packs.vocabulary("explanations")["form"][name][ui]


def _version(ui: str, side: str, language: str, order: str = "") -> str:
    """In English by its language, as linguists speak of it; elsewhere by its letter, which needs no case."""
    if ui != "en" or not language:
        return side.upper()
    name = named("language", language, ui)
    return f"{_said((order, side), ui)} {name}" if order else name


def _sides(ui: str, *codes: str) -> str:
    """States as the ones that act; none are both sides."""
    names = [english_name(code) if ui == "en" else named("state", code, ui) for code in codes]
    return str(_form("and", ui).join(names) or _form("both", ui))


def _codes(ui: str, *codes: str) -> str:
    return ", ".join(codes)


def _languages(ui: str, *codes: str) -> str:
    return ", ".join(named("language", code, ui) for code in codes)


def _areas(ui: str, *slugs: str) -> str:
    return ", ".join(_quoted(ui, named("area", slug, ui)) if ui != "en" else slug for slug in slugs)


def _quoted(ui: str, said: str) -> str:
    return str(_form("quoted", ui).format(said))


def _number(ui: str, said: str, value: str) -> str:
    """The words of a number with its value."""
    return str(_form("number", ui).format(said, value))


def _times(ui: str, count: int) -> str:
    forms = _form("times", ui)
    return str(forms.get(locale(ui).plural_form(count), forms["other"]).format(count))


def _percent(ui: str, count: int) -> str:
    from babel.numbers import format_percent

    return str(format_percent(count / 100, locale=locale(ui)))


def _time(ui: str, english: str) -> str:
    """A time to act in, in English by the words that a commitment carries."""
    return english if ui == "en" else when(english, ui)


def _gloss(ui: str, table: str, key: str, field: str) -> str:
    """What a word that is mistaken for another means: ``field`` of an entry of ``vocabulary/false_friends.toml``."""
    return str(packs.vocabulary("false_friends")[table][key][field][ui])


_SPOKEN: dict[Any, Any] = {
    "version": _version, "sides": _sides, "codes": _codes, "languages": _languages, "areas": _areas, "quoted": _quoted,
    "number": _number, "times": _times, "percent": _percent, "time": _time, "gloss": _gloss,
}  # fmt: skip
"""Kinds of codes that are more than a word of a table or a name."""
