"""Versions of one statement: whether two texts are such, and what in one answers to what in the other."""

from servanda.versions.align import align_lines, align_statements
from servanda.versions.similarity import Encoder, Remembering, remembering

__all__ = ["Encoder", "Remembering", "align_lines", "align_statements", "remembering"]
