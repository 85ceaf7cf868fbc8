"""Builds ``Source.text`` and its blocks together, so that their offsets cannot disagree: one block, one line."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from servanda.records import Block, BlockKind, Source

if TYPE_CHECKING:
    from servanda.sources.table import Given

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Soft hyphens, zero-width marks and control characters: layout leaves them behind, and no reader sees them."""
_SENTENCE_END = re.compile(r"[.!?…:;。]['\"”’»)\]]*$")
_ENUMERATOR = re.compile(r"^(?:[IVXLC]+|\d+|[A-Za-zА-Яа-яĐđ])[.)]\s+\S")

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def clean(text: str) -> str:
    """NFC, without invisible characters, and every run of white space one space."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def ends_sentence(line: str) -> bool:
    """Whether the line closes with a sentence mark, closing quotes and brackets left aside."""
    return _SENTENCE_END.search(line.rstrip()) is not None


def reads_as_heading(text: str) -> bool:
    """Whether a wholly bold paragraph is a heading: short, with letters, and not ended as a sentence is."""
    if not 3 <= len(text) <= 160 or not any(char.isalpha() for char in text):
        return False
    return not ends_sentence(text) or (len(text) <= 100 and _ENUMERATOR.match(text) is not None and text[-1] in ":.")


def join_soft_breaks(pieces: list[str]) -> list[str]:
    """Lines of one paragraph that were broken by hand, with those joined that run on in the middle of a sentence.

    >>> join_soft_breaks(["The sides agreed", "to meet.", "Trade grew."])
    ['The sides agreed to meet.', 'Trade grew.']
    """
    lines: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        if lines and piece[0].islower() and not ends_sentence(lines[-1]) and not _ENUMERATOR.match(piece):
            lines[-1] = f"{lines[-1]} {piece}"
        else:
            lines.append(piece)
    return lines


def roman(value: int) -> str:
    """Lower-case Roman numeral of a positive number."""
    signs = ""
    for size, sign in _ROMAN:
        signs += sign * (value // size)
        value %= size
    return signs


@dataclass(slots=True)
class Assembly:
    """Collects blocks in the order of reading and turns them into a Source."""

    lines: list[str] = field(default_factory=list)
    kinds: list[tuple[BlockKind, int]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, text: str, kind: BlockKind, level: int = 0) -> None:
        """Add one block; white space is folded, an empty one is left out."""
        line = clean(text)
        if line:
            self.lines.append(line)
            self.kinds.append((kind, level))

    def source(
        self,
        given: Given,
        media_type: str,
        *,
        url: str | None = None,
        publisher: str | None = None,
        title: str | None = None,
        published: str | None = None,
    ) -> Source:
        """The finished Source, ``plain`` false."""
        blocks: list[Block] = []
        position = 0
        for line, (kind, level) in zip(self.lines, self.kinds, strict=True):
            blocks.append(Block(position, position + len(line), kind, level))
            position += len(line) + 1
        return Source(
            name=given.name,
            media_type=media_type,
            text="\n".join(self.lines),
            sha256=hashlib.sha256(given.data).hexdigest(),
            plain=False,
            blocks=tuple(blocks),
            url=url or given.url,
            publisher=publisher,
            title=title,
            published=published,
            warnings=tuple(self.warnings),
        )
