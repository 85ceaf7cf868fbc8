"""How far two people who reviewed the same text apart agree.

Spans are matched as the coding manual scores them (docs/coding.md, section 6): best overlap first, each used once,
from an intersection over union of one half. Kappa corrects the share of agreement for what chance alone would give:
J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960). The
words for its ranges are those of J. R. Landis and G. G. Koch, "The measurement of observer agreement for categorical
data", Biometrics 33 (1977).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from servanda_register.models import Decision

LEAST_OVERLAP = 0.5
Outcome = dict[str, Any]
"""A commitment as decided, with the keys of a coded document."""


@dataclass(frozen=True)
class Figure:
    """Agreement on one question."""

    name: str
    """``verdict``, ``strength``, ``action``, ``modality`` or ``main area``."""
    label: str
    cases: int
    """How many both have answered."""
    share: float | None
    """Of the cases, on which they agree; None where there are none."""
    kappa: float | None
    """None where it cannot be told: no cases, or both gave one and the same answer throughout."""

    @property
    def words(self) -> str:
        """What kappa means, for people."""
        return in_words(self.kappa)


@dataclass(frozen=True)
class Agreement:
    """Between two reviews of one text."""

    a_commitments: int
    b_commitments: int
    matched: int
    exact: int
    """Of the matched: with the same first and last character."""
    figures: tuple[Figure, ...]

    @property
    def span_f1(self) -> float | None:
        """Spans that overlap by half and more, as F1."""
        return f1(self.matched, self.a_commitments, self.b_commitments)

    @property
    def exact_f1(self) -> float | None:
        """Spans that are the same, as F1."""
        return f1(self.exact, self.a_commitments, self.b_commitments)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of answers; None where chance alone already gives full agreement, or there are no pairs.

    >>> round(kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15), 3)
    0.4
    """
    n = len(pairs)
    if not n:
        return None
    a, b = Counter(x for x, _y in pairs), Counter(y for _x, y in pairs)
    # in whole numbers, so that an expected agreement of one is met exactly
    expected = sum(a[value] * b[value] for value in a)
    if expected == n * n:
        return None
    observed = sum(x == y for x, y in pairs) * n
    return (observed - expected) / (n * n - expected)


def in_words(value: float | None) -> str:
    """The range into which a kappa falls."""
    if value is None:
        return _("Cannot be told: there is nothing on which they could have differed.")
    if value < 0:
        return _("Worse than chance: they read the question differently. Talk it over before you go on.")
    for most, words in (
        (0.2, _("Slight: hardly better than chance.")),
        (0.4, _("Fair: they often differ. Look at the coding manual together.")),
        (0.6, _("Moderate: the same view in most cases.")),
        (0.8, _("Substantial: good enough for most uses.")),
    ):
        if value <= most:
            return words
    return _("Almost perfect: they read the text alike.")


def f1(common: int, a: int, b: int) -> float | None:
    """Harmonic mean of the shares of ``common`` in ``a`` and in ``b``; None where both are empty."""
    return 2 * common / (a + b) if a + b else None


def overlap(a: Outcome, b: Outcome) -> float:
    """Intersection over union of two spans."""
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return common / (max(a["end"], b["end"]) - min(a["start"], b["start"])) if common > 0 else 0.0


def match(a: Sequence[Outcome], b: Sequence[Outcome]) -> list[tuple[int, int]]:
    """Indices of the outcomes that are one commitment in both, in the order of ``a``."""
    shares = ((overlap(x, y), -i, -j) for i, x in enumerate(a) for j, y in enumerate(b))
    out: dict[int, int] = {}
    for _share, i, j in sorted((s for s in shares if s[0] >= LEAST_OVERLAP), reverse=True):
        if -i not in out and -j not in out.values():
            out[-i] = -j
    return sorted(out.items())


def between(a: Sequence[Decision], b: Sequence[Decision]) -> Agreement:
    """Agreement of two reviews, given the decisions that stand in each (:func:`queries.review.standing`)."""
    decided = [[d for d in side if d.verdict != "reopen"] for side in (a, b)]
    verdicts = [
        {p.pk: "kept" if d.outcomes else "rejected" for d in side for p in d.proposals.all()} for side in decided
    ]
    answers = [(verdicts[0][p], verdicts[1][p]) for p in verdicts[0] if p in verdicts[1]]
    first, second = ([o for d in side for o in d.outcomes] for side in decided)
    matched = [(first[i], second[j]) for i, j in match(first, second)]
    figures = [_figure("verdict", _("Is it a commitment?"), answers)]
    for name, label in (("strength", _("Strength")), ("action", _("Action")), ("modality", _("Modality"))):
        figures.append(_figure(name, label, [(x[name], y[name]) for x, y in matched]))
    figures.append(_figure("main area", _("Main area"), [(x["areas"][0], y["areas"][0]) for x, y in matched]))
    exact = sum((x["start"], x["end"]) == (y["start"], y["end"]) for x, y in matched)
    return Agreement(len(first), len(second), len(matched), exact, tuple(figures))


def _figure(name: str, label: str, pairs: Sequence[tuple[str, str]]) -> Figure:
    share = sum(x == y for x, y in pairs) / len(pairs) if pairs else None
    return Figure(name, label, len(pairs), share, kappa(pairs))
