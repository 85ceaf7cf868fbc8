"""How sure a commitment is: a logistic model over what the grammar knows of it, fitted on coded documents.

``python -m bench.confidence`` fits the weights into vocabulary/confidence.toml and prints how far they hold:
of the commitments said at 0.9, nine in ten should be right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from servanda import packs
from servanda.reading.sentence import Draft

SHORT, LONG = 4, 70  # tokens; spans outside are less often right
LOWEST, HIGHEST = 0.05, 0.99


def features(draft: Draft, place: int, packed: bool = True) -> dict[str, float]:
    """What the model looks at. ``place`` counts the commitments of the same modal before this one."""
    length = draft.last - draft.first
    return {
        "constant": 1.0,
        "declared": float(draft.modality == "declared"),
        "encouraging": float(draft.modality == "encouraging"),
        "firm": float(draft.modality == "firm"),
        "no_subject": float(draft.subject is None),
        "no_verb": float(draft.loose),
        "passive": float(draft.passive),
        "part": float(draft.parent is not None),
        "second": float(place == 1),
        "later": float(place > 1),
        "other_action": float(draft.action == "other"),
        "short": float(length < SHORT),
        "long": float(length > LONG),
        "no_pack": float(not packed),
    }


def confidence(draft: Draft, place: int, packed: bool = True) -> float:
    """Probability that the commitment is one, and that its span is right; 0.05 to 0.99."""
    weights: Mapping[str, float] = packs.vocabulary("confidence")["weights"]
    total = sum(weights.get(name, 0.0) * value for name, value in features(draft, place, packed).items())
    return round(min(HIGHEST, max(LOWEST, 1.0 / (1.0 + math.exp(-total)))), 2)
