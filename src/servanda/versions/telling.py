"""Makes a discrepancy of what was found and of the message that tells it."""

from __future__ import annotations

from servanda.explanations import say
from servanda.records import Discrepancy, DiscrepancyKind, Message, Passage, Value


def told(
    kind: DiscrepancyKind,
    severity: int,
    a: Passage | None,
    b: Passage | None,
    confidence: float,
    message: str,
    /,
    **values: Value,
) -> Discrepancy:
    """A discrepancy with its explanation in English.

    ``message`` and ``values`` are those of :class:`servanda.records.Message`. Raises KeyError where the message is not
    in the table or its sentence asks for a value that is not given.
    """
    made = Message(message, tuple(values.items()))
    return Discrepancy(kind, severity, a, b, say(made, "en"), confidence, made)
