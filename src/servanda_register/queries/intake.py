"""What is on its way in, and what was made of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from servanda_register.models import Expression, Intake, Pairing, Proposal, Strength
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible


def due(silent: timedelta) -> int | None:
    """The document that is to be read next: the oldest that waits, or whose reader fell silent for so long."""
    left = Q(state__in=["reading", "aligning"]) & (Q(beat=None) | Q(beat__lt=timezone.now() - silent))
    return Intake.objects.filter(Q(state="waiting") | left).order_by("pk").values_list("pk", flat=True).first()


def intakes(rights: Rights) -> QuerySet[Intake]:
    """With all that a list shows, newest first; never with the files' contents."""
    return (
        visible(Intake, rights)
        .select_related("attachment", "by", "partnership", "expression__instrument")
        .defer("attachment__content", "expression__text")
        .annotate(proposals=Count("expression__proposals"))
        .order_by("-pk")
    )


def ahead_of(intake: Intake) -> int:
    """How many documents wait before this one; says nothing else of them."""
    return Intake.objects.filter(state__in=["waiting", "reading", "aligning"], pk__lt=intake.pk).count()


def summary(expression: Expression, rights: Rights) -> dict[str, Any]:
    """What was made of a text: commitments by strength, classes of segments, comparisons."""
    strengths = Counter(visible(Proposal, rights).filter(expression=expression).values_list("strength", flat=True))
    pairs = visible(Pairing, rights).filter(Q(a=expression) | Q(b=expression))
    return {
        "proposals": sum(strengths.values()),
        "strengths": [(value, label, strengths[value]) for value, label in Strength.choices if strengths[value]],
        "pairings": list(pairs.select_related("a", "b").only("a", "b", "a__language", "b__language")),
    }
