"""Plain text and Markdown: decoded, and otherwise left as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from servanda.errors import UnreadableSource
from servanda.records import Source
from servanda.sources.charsets import NAMES, Decoded, decode
from servanda.sources.table import Given, looks_like_html

if TYPE_CHECKING:
    from collections.abc import Sequence

_DOUBTFUL = 0.35
"""Below this score of the chosen reading's words the user is told that letters may be wrong."""


def read(given: Given) -> Source:
    """UTF-8 becomes ``data.decode("utf-8")`` to the character, a byte order mark included (``plain`` true).

    Other encodings are found out and said in a warning; ``plain`` is then false, and line ends are still untouched.
    """
    reject_binary(given.name, given.data)
    decoded = decode(given.data, given.charset)
    if not decoded.text.strip("\ufeff \t\r\n\x0b\x0c"):
        raise UnreadableSource(f"{given.name} holds white space only. Give a document with text in it.")
    media_type = given.media_type if given.media_type and given.media_type.startswith("text/") else "text/plain"
    if given.suffix in (".md", ".markdown"):
        media_type = "text/markdown"
    warnings = list(decoding_warnings(decoded))
    if looks_like_html(given.data):
        warnings.append(
            "The file is read as plain text but looks like an HTML page; name it .html to have its tags read."
        )
    return Source(
        name=given.name,
        media_type=media_type,
        text=decoded.text,
        sha256=hashlib.sha256(given.data).hexdigest(),
        plain=decoded.exact,
        url=given.url,
        warnings=tuple(warnings),
    )


def decoding_warnings(decoded: Decoded) -> Sequence[str]:
    """What the user should know of how the bytes became text, a sentence each; nothing for sound UTF-8."""
    if decoded.exact:
        return ()
    name = NAMES.get(decoded.encoding, decoded.encoding)
    found: list[str] = []
    if decoded.encoding != "utf-8":
        found.append(
            f"The text is not UTF-8; it was read as {name}, and offsets count in the text given with the results."
        )
    if decoded.replaced:
        found.append(f"{decoded.replaced} damaged characters could not be read and stand as \ufffd.")
    if decoded.score < _DOUBTFUL:
        found.append(f"The encoding {name} is a guess that spells badly; save the text as UTF-8 if letters look wrong.")
    return found


def reject_binary(name: str, data: bytes) -> None:
    """Raise UnreadableSource where the bytes are no text in any encoding: many NULs or control characters."""
    sample = data[:65536]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff") or sample[:4] == b"\x00\x00\xfe\xff":
        return
    controls = sum(sample.count(byte) for byte in (*range(1, 7), *range(14, 27), *range(28, 32)))
    nulls = sample.count(0)
    if nulls and decode(sample[: len(sample) // 2 * 2]).encoding.startswith("utf-16"):
        return
    if nulls > len(sample) // 1000 + 2 or controls * 20 > len(sample) + 20:
        raise UnreadableSource(
            f"{name} is binary data, not a document that Servanda knows. It reads plain text, HTML, PDF and DOCX."
        )
