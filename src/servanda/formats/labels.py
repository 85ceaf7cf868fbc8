"""Words for people: names of states and languages, what stands for a value, text made fit for a line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

# Formatting characters that turn the direction of what follows: in a quotation they would turn the table too.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))


def fold(text: str) -> str:
    """The text on one line: white space folded, control characters (terminal escapes among them) left out."""
    printable = "".join(c if c.isprintable() or c.isspace() else "" for c in text.translate(_TURNING))
    return " ".join(printable.split())


@cache
def _locale() -> object:
    from babel import Locale

    return Locale.parse("en")


def country(code: str) -> str:
    """English name of a party; the code itself where it is no state's."""
    return str(getattr(_locale(), "territories").get(code, code))  # noqa: B009 - babel has no types


def language(code: str) -> str:
    """English name of a language; the code itself where it is not known."""
    return str(getattr(_locale(), "languages").get(code, code))  # noqa: B009


def listed(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def words(slug: str) -> str:
    """A slug as words: ``joint-statement`` is ``joint statement``."""
    return slug.replace("-", " ")
