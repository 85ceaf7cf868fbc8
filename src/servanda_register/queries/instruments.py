"""Statements: their texts, what was read in them, and the engine's records rebuilt from the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from servanda import records as r
from servanda.versions.discrepancies import SHOWN
from servanda_register import models as m
from servanda_register.queries.rights import Rights
from servanda_register.queries.visibility import visible

COMPONENTS = "servanda pack encoder"
"""The order in which the engine names what it read with; PostgreSQL keeps none."""


def statement_of(expression: m.Expression, *, proposals: Iterable[m.Proposal] | None = None) -> r.Statement:
    """What the engine read, as the engine's own record; offsets are those of ``expression.text``.

    ``proposals`` are those to be in it, by default all. Uses the segments and proposals that are prefetched.
    """
    identity: dict[str, Any] = expression.identity or _identity(expression)
    commitments = tuple(_commitment(p) for p in (expression.proposals.all() if proposals is None else proposals))
    return r.Statement(
        source=r.Source(
            name=expression.source_name,
            media_type=identity.get("media_type") or "text/plain",
            text=expression.text,
            sha256=identity.get("sha256") or expression.sha256,
            plain=bool(identity.get("plain", False)),
            url=expression.source_url or None,
            publisher=expression.publisher or None,
            title=expression.title or None,
            published=identity.get("published"),
        ),
        title=identity.get("title"),
        type=identity.get("type"),
        parties=tuple(identity.get("parties", ())),
        relationship=identity.get("relationship"),
        adopted=identity.get("adopted"),
        place=identity.get("place"),
        original_languages=tuple(identity.get("original_languages", ())),
        equally_authentic=identity.get("equally_authentic"),
        expression=r.Expression(
            expression.language or None,
            cast(r.ExpressionKind, expression.kind),
            expression.reason,
            expression.source_url or None,
            expression.publisher or None,
        ),
        sections=tuple(r.Section(**s) for s in expression.sections),
        segments=tuple(_segment(s) for s in expression.segments.all()),
        commitments=commitments,
        mechanisms=tuple(dict.fromkeys(x for c in commitments for x in c.mechanisms)),
        instruments=tuple(dict.fromkeys(x for c in commitments for x in c.instruments)),
        forums=tuple(dict.fromkeys(x for c in commitments for x in c.forums)),
        notes=tuple(expression.notes),
        versions=tuple(sorted(expression.versions.items(), key=lambda row: (COMPONENTS.find(row[0]), row[0]))),
    )


def _identity(expression: m.Expression) -> dict[str, Any]:
    """For a text that no engine read: what people put down of its statement."""
    instrument = expression.instrument
    return {
        "title": expression.title or instrument.name,
        "type": instrument.type,
        "parties": sorted(p.pk for p in instrument.partnership.parties.all()),
        "adopted": instrument.adopted.isoformat() if instrument.adopted else None,
        "place": instrument.place or None,
        "original_languages": instrument.originals,
    }


def _segment(row: m.Segment) -> r.Segment:
    return r.Segment(
        id=row.ident, start=row.start, end=row.end, kind=cast(r.SegmentClass, row.kind), section=row.section or None,
        number=row.number or None, eid=row.eid or None, language=row.language or None,
    )  # fmt: skip


def _commitment(row: m.Proposal) -> r.Commitment:
    return r.Commitment(
        id=row.ident, start=row.start, end=row.end, quote=row.quote, modality=cast(r.Modality, row.modality),
        strength=cast(r.Strength, row.strength), action=row.action, actors=tuple(row.actors), areas=tuple(row.areas),
        mechanisms=tuple(row.mechanisms), instruments=tuple(r.Instrument(**i) for i in row.instruments),
        forums=tuple(row.forums), deadline=row.deadline or None, parent=row.parent or None,
        section=row.section or None, confidence=row.confidence,
        patterns=tuple(dict.fromkeys(x["pattern"] for x in row.reasons if x.get("pattern"))),
    )  # fmt: skip


def alignment_of(pairing: m.Pairing, *, everything: bool = True) -> r.Alignment:
    """Two versions side by side, as the engine's own record; without ``everything`` only differences worth showing."""
    return r.Alignment(
        a=statement_of(pairing.a),
        b=statement_of(pairing.b),
        pairs=tuple(r.Pair(p["level"], tuple(p["a"]), tuple(p["b"]), p["score"]) for p in pairing.pairs),
        paragraphs_a=_spans(pairing.paragraphs["a"]),
        paragraphs_b=_spans(pairing.paragraphs["b"]),
        sentences_a=_spans(pairing.sentences["a"]),
        sentences_b=_spans(pairing.sentences["b"]),
        discrepancies=tuple(
            r.Discrepancy(
                d["kind"],
                d["severity"],
                _passage(d["a"]),
                _passage(d["b"]),
                d["explanation"],
                d["confidence"],
                _message(d.get("message")),
            )
            for d in pairing.discrepancies
            if everything or d["confidence"] >= SHOWN
        ),
        coverage=pairing.coverage,
        commitments=tuple((a, b) for a, b in pairing.commitments),
    )


def _spans(rows: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in rows)


def _message(given: dict[str, Any] | None) -> r.Message | None:
    """What an explanation says; None for a comparison that was stored before messages were."""
    if given is None:
        return None
    values = given["values"].items()
    return r.Message(given["key"], tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in values))


def _passage(given: dict[str, Any] | None) -> r.Passage | None:
    return r.Passage(**given) if given else None


# --- what pages show --------------------------------------------------------------------------------------------------


def listed(rights: Rights) -> QuerySet[m.Instrument]:
    """All statements that the reader may see, with how many commitments of each."""
    confirmed = visible(m.Commitment, rights).filter(instrument=OuterRef("pk"), state="confirmed")
    texts = visible(m.Expression, rights).filter(instrument=OuterRef("pk"))
    return (
        visible(m.Instrument, rights)
        .select_related("partnership")
        .prefetch_related(Prefetch("expressions", m.Expression.objects.only("instrument", "language").order_by("pk")))
        .annotate(confirmed=_count(confirmed), texts=_count(texts))
        .order_by("-adopted", "-pk")
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values(_one=Value(1)).annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Progress:
    """How far the review of a text is."""

    proposals: int
    decided: int


def texts_of(instrument: m.Instrument, rights: Rights) -> list[m.Expression]:
    """The texts of a statement, each with ``progress`` where the reader may see work, never with the text itself."""
    rows = list(
        visible(m.Expression, rights)
        .filter(instrument=instrument)
        .select_related("attachment")
        .defer("text", "sections", "attachment__content")
        .order_by("pk")
    )
    proposals = visible(m.Proposal, rights).filter(expression__in=rows)
    all_ = dict(proposals.order_by().values_list("expression").annotate(n=Count("pk")))
    last = (
        visible(m.Decision, rights).filter(proposals=OuterRef("pk")).order_by("-pk").values("verdict")[:1]
    )  # fmt: skip
    settled = proposals.annotate(last=Subquery(last)).exclude(last=None).exclude(last="reopen")
    done = dict(settled.order_by().values_list("expression").annotate(n=Count("pk")))
    for row in rows:
        row.progress = Progress(all_.get(row.pk, 0), done.get(row.pk, 0))
        row.file_shown = row.attachment is not None and may_see_file(row.attachment, instrument, rights)
    return rows


def may_see_file(attachment: m.Attachment, instrument: m.Instrument, rights: Rights) -> bool:
    """Whether the file as it was given may be had by someone who sees the statement: by its own visibility."""
    home = instrument.partnership_id
    if attachment.visibility == "internal":
        return rights.may("see", home)
    if attachment.visibility == "restricted":
        return rights.cleared_everywhere or home in rights.cleared
    return True


def pairings_of(instrument: m.Instrument, rights: Rights) -> list[m.Pairing]:
    """Versions that were compared, each with ``found``: how many differences worth showing, by severity."""
    if not rights.may("see-work", instrument.partnership_id):
        return []
    rows = visible(m.Pairing, rights).filter(a__instrument=instrument).select_related("a", "b").order_by("pk")
    out = list(rows.only("a", "b", "a__language", "b__language", "a__kind", "b__kind", "discrepancies"))
    for row in out:
        row.found = Counter(d["severity"] for d in row.discrepancies if d["confidence"] >= SHOWN)
        row.severest, row.all_found = row.found[3], sum(row.found.values())
    return out


def strengths_of(instrument: m.Instrument, rights: Rights) -> list[tuple[str, str, int]]:
    """Confirmed commitments that the reader may see: strength, its name, how many."""
    rows = visible(m.Commitment, rights).filter(instrument=instrument, state="confirmed")
    counted = dict(rows.order_by().values_list("strength").annotate(n=Count("pk")))
    return [(value, str(label), counted[value]) for value, label in m.Strength.choices if value in counted]


def confirmed_in(expression: m.Expression, rights: Rights) -> list[tuple[m.Commitment, int, int]]:
    """Confirmed commitments with where they stand in this text: their own words, or what answers to them."""
    rows = visible(m.Commitment, rights).filter(state="confirmed")
    own = [(c, c.start or 0, c.end or 0) for c in rows.filter(expression=expression)]
    theirs = visible(m.Passage, rights).filter(expression=expression, commitment__state="confirmed")
    told = {c.pk for c, _start, _end in own}
    other = [(p.commitment, p.start, p.end) for p in theirs.select_related("commitment") if p.commitment_id not in told]
    return sorted([*own, *other], key=lambda row: (row[1], -row[2]))


def as_confirmed(expression: m.Expression, rights: Rights) -> r.Statement:
    """The text with the commitments that people confirmed, in the place of those that the engine proposed."""
    found = confirmed_in(expression, rights)
    full = {
        c.pk: c
        for c in visible(m.Commitment, rights)
        .filter(pk__in=[c.pk for c, _s, _e in found])
        .prefetch_related(
            "ranked_areas",
            Prefetch("mechanisms", visible(m.Mechanism, rights)),
            Prefetch("agreements", visible(m.Agreement, rights)),
            "forums",
        )
    }
    numbers = {c.pk: c.number for c, _s, _e in found}
    made = []
    for c, start, end in found:
        of = full[c.pk]
        made.append(
            r.Commitment(
                id=f"k{c.number}", start=start, end=end, quote=expression.text[start:end],
                modality=cast(r.Modality, c.modality), strength=cast(r.Strength, c.strength), action=c.action,
                actors=tuple(c.actors), areas=tuple(a.area_id for a in of.ranked_areas.all()),
                mechanisms=tuple(m.in_language(x.names, "en")[0] for x in of.mechanisms.all()),
                instruments=tuple(
                    r.Instrument(m.in_language(x.names, "en")[0], x.year, _status(x.status))
                    for x in of.agreements.all()
                ),
                forums=tuple(x.pk for x in of.forums.all()), deadline=c.deadline or None,
                parent=f"k{numbers[c.parent_id]}" if c.parent_id in numbers else None,
                section=_section(expression, start), confidence=1.0,
            )
        )  # fmt: skip
    bare = statement_of(expression, proposals=())
    return replace(
        bare,
        commitments=tuple(made),
        mechanisms=tuple(dict.fromkeys(x for c in made for x in c.mechanisms)),
        instruments=tuple(dict.fromkeys(x for c in made for x in c.instruments)),
        forums=tuple(dict.fromkeys(x for c in made for x in c.forums)),
    )


def _status(status: str) -> r.InstrumentStatus:
    """The engine knows no agreements that have expired: such a one is merely referred to."""
    return cast(r.InstrumentStatus, "referenced" if status == "expired" else status)


def _section(expression: m.Expression, start: int) -> str | None:
    inside = [s for s in expression.sections if s["start"] <= start < s["end"]]
    return inside[-1]["id"] if inside else None
