"""A denial that stands in one version alone."""

from __future__ import annotations

from collections.abc import Iterator

from servanda.records import Discrepancy
from servanda.versions.rows import Comparison


def negation(c: Comparison) -> Iterator[Discrepancy]:
    """Sentences in which one version denies a verb and the other has neither a "not" nor a word that holds one.

    Languages deny by different means (not to restrict, to refrain from restricting, unhindered), so a denial counts
    as answered by any word that holds one.
    """
    if not (c.a.has_pack and c.b.has_pack):
        return
    for row in c.sentences:
        if not row.a or not row.b:
            continue
        for side, here, there in (("a", c.a, c.b), ("b", c.b, c.a)):
            mine, other = (row.a, row.b) if side == "a" else (row.b, row.a)
            denied = here.among(mine, "negation")
            held = here.among(mine, "absence")
            answers = there.among(other, "negation", "absence")
            if not denied or len(answers) >= len(denied):
                continue
            plain = [f for f in denied if f.sure]
            if answers and not (plain and not there.among(other, "negation")):
                continue
            confidence = 0.75 if not answers else 0.35
            if not plain:
                confidence -= 0.2 if len(here.within(mine[0][0], mine[-1][1], "negation")) == 1 else 0.0
            if held and answers:
                continue
            if c.summary:
                confidence -= 0.3
            f = (plain or denied)[0]
            passage = c.passage(side, f.start, _word_after(here.text, f.end))
            answer = c.whole("b" if side == "a" else "a", other)
            own, rest = c.names if side == "a" else c.names[::-1]
            yield Discrepancy(
                "negation",
                3,
                passage if side == "a" else answer,
                answer if side == "a" else passage,
                f"The {own} version denies (“{passage.quote}”) what the {rest} version affirms.",
                round(confidence, 2),
            )


def _word_after(text: str, end: int) -> int:
    """The end of the word that follows, so that the passage shows what is denied."""
    at = end
    while at < len(text) and text[at] == " ":
        at += 1
    while at < len(text) and text[at].isalnum():
        at += 1
    return at
