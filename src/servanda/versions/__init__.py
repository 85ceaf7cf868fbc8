"""Versions of one statement: whether two texts are such, and what in one answers to what in the other."""

from servanda.versions.align import align_lines, align_statements
from servanda.versions.same_work import group, require_same_work, same_work
from servanda.versions.similarity import Encoder, Remembering, remembering

__all__ = [
    "Encoder",
    "Remembering",
    "align_lines",
    "align_statements",
    "group",
    "remembering",
    "require_same_work",
    "same_work",
]
