"""Sources: bytes in, one decoded text with fixed offsets out.

    >>> from servanda.sources import read_bytes
    >>> read_bytes("Both sides agreed to meet.".encode(), name="note.txt").characters
    26

Every offset in every later record counts in ``Source.text``; nothing after this room changes a character of it.
Formats are rows of :data:`servanda.sources.table.FORMATS`, one module each, loaded when a document of theirs comes.
"""

from __future__ import annotations

from servanda.sources.opening import open_source, read_bytes
from servanda.sources.table import FORMATS, Format, Given

__all__ = ["FORMATS", "Format", "Given", "open_source", "read_bytes"]
