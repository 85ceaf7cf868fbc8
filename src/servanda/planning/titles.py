"""Short titles from a commitment's own words: without the words of force before it and the clauses after it.

Where the act comes last (Azerbaijani, Kazakh) force and act are often one word and clauses stand in front: there
nothing is left out but the beginning of what is too long.
"""

from __future__ import annotations

from itertools import pairwise

from servanda import packs
from servanda.reading.lexicon import Found, Lexicon
from servanda.reading.matching import Tokens, tokenise
from servanda.records import Commitment, Statement

LONGEST = 120
"""Characters of a title; two lines of a table's cell."""
SHORTEST = 24
"""Characters that must be left where a clause is cut off: less would not say what is to be done."""
_BEFORE = frozenset({"modal", "welcome", "adverb", "to", "subject", "and"})
_ENDS = ("including", "result", "relative")
_ENDS_IF_LONG = (*_ENDS, "purpose", "means", "basis", "while")
_BRACKETS = {"(": ")", "«": "»", "“": "”", "[": "]", "（": "）", "《": "》"}
_CASES = frozenset({"ru"})
"""Languages in which a noun after a modal word stands in a case that makes no title: there the modal word stays."""
_DOTTED = frozenset({"az", "tr"})
"""Languages in which the capital of i keeps its dot."""
_NOMINAL = frozenset({"nouns", "gerunds"})
_BACK = 18
"""Characters back to the comma at which a clause begins, where its own mark comes later: ", с тем чтобы"."""
_LOOSE = " \t\r\n,;:.–—-、，；"


def title(statement: Statement, c: Commitment) -> str:
    """What is to be done, in the statement's words, on one line."""
    text, start, end = statement.source.text, c.start, c.end
    language = statement.expression.language
    pack = packs.load(language) if language in packs.available() else None
    act_last = pack is not None and pack.modal_last
    if pack is not None and not act_last:
        tokens = tokenise(text, c.start, c.end)
        found = Lexicon.of(pack.language).find("head", tokens)
        start = _beginning(tokens, found, oblique=language in _CASES)
        end = _cut(text, start, end, tokens, found, _ENDS)
        if end - start > LONGEST:
            end = _cut(text, start, end, tokens, found, _ENDS_IF_LONG)
    words = _plain(text[start:end]).strip(_LOOSE)
    if len(words) <= LONGEST:
        return _capital(words, language)
    return f"… {_last_words(words)}" if act_last else f"{_capital(_first_words(words), language)} …"


def _capital(words: str, language: str | None) -> str:
    if language in _DOTTED and words.startswith("i"):
        return f"İ{words[1:]}"
    return words[:1].upper() + words[1:]


def _beginning(tokens: Tokens, found: list[Found], *, oblique: bool) -> int:
    """Where the act begins, after the words that give it its force."""
    first = 0
    forced = modal = False
    while True:
        here = [f for f in found if f.first == first and f.kind in _BEFORE]
        step = max(here, key=lambda f: f.last, default=None)
        if step is None or step.last >= len(tokens) or (step.kind == "and" and not forced):
            break
        modal = modal or step.kind == "modal"
        forced = forced or modal or step.kind == "welcome"
        first = step.last
    if oblique and modal and not any(f.first == first and f.kind == "verb" and f.classes - _NOMINAL for f in found):
        first = 0
    return tokens.starts[first]


def _cut(text: str, start: int, end: int, tokens: Tokens, found: list[Found], kinds: tuple[str, ...]) -> int:
    """Where the first clause of the kinds begins, if enough stands before it and no bracket is left open."""
    for f in found:
        at = tokens.starts[f.first]
        if f.kind in kinds and start < at < end:
            comma = text.rfind(",", max(start, at - _BACK), at)
            at = comma if comma > start else at
            before = text[start:at].strip(_LOOSE)
            if len(before) >= SHORTEST and _closed(before):
                return at
    return end


def _closed(words: str) -> bool:
    return all(words.count(a) == words.count(b) for a, b in _BRACKETS.items()) and words.count('"') % 2 == 0


def _first_words(words: str) -> str:
    """The beginning of words that are too long, up to a comma or else a space."""
    head = words[:LONGEST]
    commas = [i for i, (a, b) in enumerate(pairwise(head)) if a in ",;，、" and not b.isdigit() and i >= LONGEST // 2]
    at = next((i for i in reversed(commas) if _closed(head[:i])), None) or head.rfind(" ")
    return (head[:at] if at > 0 else head).rstrip(_LOOSE)


def _last_words(words: str) -> str:
    """The end of words that are too long, from a space on: where the act comes last it must not be cut off."""
    tail = words[-LONGEST:]
    return tail[tail.find(" ") + 1 :].lstrip(_LOOSE)


def _plain(words: str) -> str:
    """On one line, without characters that no one sees."""
    return " ".join("".join(x for x in words if x.isprintable() or x.isspace()).split())
