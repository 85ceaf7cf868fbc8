"""Instruments (works), their expressions in languages, and what the engine read in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servanda_register.models.base import Kept, Named, Shown, Versioned
from servanda_register.models.partnership import Partnership


class Instrument(Versioned, Named, Shown):
    """A statement as such, apart from the languages it stands in: FRBR's work. ``names`` are its titles."""

    class Reviewing(models.TextChoices):
        SINGLE = "single", _("One reviewer decides")
        DOUBLE = "double", _("Two review apart, a third settles")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="instruments", verbose_name=_("Partnership")
    )
    slug = models.SlugField(max_length=80)
    type = models.CharField(_("Type"), max_length=40, default="joint-statement")
    adopted = models.DateField(_("Adopted"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=100, blank=True)
    originals = models.JSONField(_("Languages of the originals"), default=list, blank=True)
    """ISO 639-1 codes."""
    sources = models.JSONField(_("Sources"), default=list, blank=True)
    """Where it was published: each ``{"url", "publisher", "language", "kind"}``."""
    reviewing = models.CharField(
        _("How it is reviewed"), max_length=6, choices=Reviewing.choices, default=Reviewing.SINGLE
    )

    class Meta:
        ordering: ClassVar = ["-adopted", "-id"]
        verbose_name = _("Statement")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="instrument_slug_once"),
            models.CheckConstraint(condition=Q(reviewing__in=["single", "double"]), name="instrument_reviewing"),
        ]


class Attachment(Kept, Shown):
    """A file as it was given, with what it belongs to."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    commitment = models.ForeignKey(
        "register.Commitment", on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(_("Name of the file"), max_length=255)
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.BinaryField()
    by = models.ForeignKey("register.Account", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Document")

    def __str__(self) -> str:
        return self.name


class Expression(Kept):
    """One text of an instrument in one language, as it was read; written once."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="expressions")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="expressions")
    language = models.CharField(max_length=8, blank=True)
    """ISO 639-1."""
    kind = models.CharField(max_length=12, default="unknown")
    """original, translation, summary or unknown; with the engine's ``reason``."""
    reason = models.TextField(blank=True)
    title = models.TextField(blank=True)
    text = models.TextField()
    """All offsets count its code points, 0-based, half-open."""
    sha256 = models.CharField(max_length=64)
    """Of ``text`` in UTF-8, hexadecimal."""
    source_name = models.CharField(max_length=255, blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    sections = models.JSONField(default=list)
    """Each ``{"id", "eid", "title", "start", "end"}``."""
    notes = models.JSONField(default=list)
    identity = models.JSONField(default=dict)
    """What the engine read of the work in this text: ``title``, ``type``, ``parties``, ``relationship``, ``adopted``,
    ``place``, ``original_languages``, ``equally_authentic``, and of the file ``sha256``, ``media_type``, ``plain``,
    ``published``."""
    versions = models.JSONField(default=dict)
    """Component -> version: the engine, the language pack, the encoder."""

    class Meta:
        verbose_name = _("Text")
        ordering: ClassVar = ["instrument", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instrument", "sha256"], name="expression_text_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["original", "translation", "summary", "unknown"]), name="expression_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.source_name


class Segment(Kept):
    """A stretch of an expression of one class (docs/coding.md)."""

    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="segments")
    ident = models.CharField(max_length=12)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    section = models.CharField(max_length=12, blank=True)
    number = models.CharField(max_length=20, blank=True)
    eid = models.CharField(max_length=120, blank=True)
    """Its Akoma Ntoso eId."""
    language = models.CharField(max_length=8, blank=True)
    """ISO 639-1; a text may quote another language."""
    folded = models.TextField(blank=True)
    """Its words as :func:`servanda_register.models.folding.fold` makes them, for searching."""

    class Meta:
        verbose_name = _("Part of a text")
        ordering: ClassVar = ["expression", "start"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expression", "ident"], name="segment_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="segment_span"),
        ]


class Proposal(Kept):
    """A commitment as the engine proposes it. Never edited: what people decide stands beside it."""

    expression = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="proposals")
    ident = models.CharField(max_length=12)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    modality = models.CharField(max_length=12)
    strength = models.CharField(max_length=12)
    action = models.CharField(max_length=20)
    actors = models.JSONField(default=list)
    areas = models.JSONField(default=list)
    mechanisms = models.JSONField(default=list)
    instruments = models.JSONField(default=list)
    forums = models.JSONField(default=list)
    deadline = models.CharField(max_length=200, blank=True)
    parent = models.CharField(max_length=12, blank=True)
    """``ident`` of the proposal that this one is a part of."""
    section = models.CharField(max_length=12, blank=True)
    confidence = models.FloatField(default=0.5)
    reasons = models.JSONField(default=list)
    """Why: each ``{"field", "value", "words", "pattern"}``."""

    class Meta:
        verbose_name = _("Proposal")
        ordering: ClassVar = ["expression", "start", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expression", "ident"], name="proposal_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="proposal_span"),
            models.CheckConstraint(condition=Q(confidence__gte=0.0, confidence__lte=1.0), name="proposal_confidence"),
        ]

    def __str__(self) -> str:
        return f"{self.ident}: {self.quote[:60]}"


class Pairing(Kept):
    """Two expressions of one instrument put side by side by the engine."""

    a = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="pairings_a")
    b = models.ForeignKey(Expression, on_delete=models.PROTECT, related_name="pairings_b")
    pairs = models.JSONField(default=list)
    paragraphs = models.JSONField(default=dict)
    """``{"a": [[start, end], ...], "b": [...]}``."""
    sentences = models.JSONField(default=dict)
    discrepancies = models.JSONField(default=list)
    commitments = models.JSONField(default=list)
    """``[ident in a, ident in b]`` of proposals that are one commitment."""
    coverage = models.FloatField(null=True)

    class Meta:
        verbose_name = _("Comparison of two versions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b"], name="pairing_once"),
            models.CheckConstraint(condition=~Q(a=F("b")), name="pairing_of_two"),
        ]
