"""The table of formats: which module reads which bytes.

A row names a module with a function ``read(given: Given) -> Source``. Installed packages add rows through the entry
point group ``servanda.sources``; each entry point loads a :class:`Format`. They are asked only where no row of ours
claims the bytes, so that a plain text or an HTML page never pays for the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from servanda.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from servanda.records import Source

ENTRY_POINTS = "servanda.sources"


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader is handed: the bytes and all that is known of them beforehand."""

    data: bytes
    name: str
    media_type: str | None = None
    """Lower case, without parameters."""
    charset: str | None = None
    """As declared by the sender (``Content-Type``), not checked."""
    url: str | None = None

    @property
    def suffix(self) -> str:
        """Lower-case suffix of the name, or of the path in the URL, with its dot; empty where there is none."""
        suffix = PurePath(self.name).suffix.lower() if "://" not in self.name else ""
        if not suffix and self.url:
            suffix = PurePath(urlsplit(self.url).path).suffix.lower()
        return suffix


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table. ``magic`` are the bytes with which a file of the format begins."""

    name: str
    module: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    magic: tuple[bytes, ...] = ()

    def reader(self) -> Callable[[Given], Source]:
        """The module's ``read``, imported now."""
        read: Callable[[Given], Source] = import_module(self.module).read
        return read


FORMATS: tuple[Format, ...] = (
    Format("PDF", "servanda.sources.pdf", ("application/pdf",), (".pdf",), (b"%PDF-",)),
    Format(
        "DOCX",
        "servanda.sources.docx",
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
        (".docx",),
        (b"PK\x03\x04",),
    ),
    Format("HTML", "servanda.sources.html", ("text/html", "application/xhtml+xml"), (".html", ".htm", ".xhtml")),
    Format("text", "servanda.sources.text", ("text/plain", "text/markdown"), (".txt", ".md", ".markdown", ".text")),
)
"""PDF and DOCX are known by their first bytes, whatever the name says; the rest by media type, then suffix."""

VAGUE_TYPES = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/x-download", "application/zip"}
)
"""Media types by which servers say that they do not know."""

_AS_DOCX = "Save it as DOCX or PDF and give that file"
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"an old Word document (.doc) or a DOCX locked by a password. {_AS_DOCX}"),
    (b"{\\rtf", f"a rich-text (RTF) document. {_AS_DOCX}"),
    (b"\x89PNG\r\n", "a picture (PNG). Save it as PDF; scanned PDF pages are read with the ocr extra"),
    (b"\xff\xd8\xff", "a picture (JPEG). Save it as PDF; scanned PDF pages are read with the ocr extra"),
    (b"II*\x00", "a picture (TIFF). Save it as PDF; scanned PDF pages are read with the ocr extra"),
    (b"MM\x00*", "a picture (TIFF). Save it as PDF; scanned PDF pages are read with the ocr extra"),
    (b"GIF8", "a picture (GIF). Save it as PDF; scanned PDF pages are read with the ocr extra"),
    (b"\x1f\x8b", "a gzip archive. Unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive. Unpack it first"),
    (b"Rar!", "a RAR archive. Unpack it first"),
    (b"\x7fELF", "a program, not a document"),
)
_REFUSED_SUFFIXES = {
    ".doc": f"an old Word document. {_AS_DOCX}",
    ".odt": f"an OpenDocument text. {_AS_DOCX}",
    ".rtf": f"a rich-text document. {_AS_DOCX}",
    ".pages": f"a Pages document. {_AS_DOCX}",
    ".epub": f"an e-book. {_AS_DOCX}",
    ".xlsx": "a spreadsheet. Servanda reads text, HTML, PDF and DOCX",
    ".pptx": "a presentation. Save it as PDF and give that file",
}
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)


def looks_like_html(data: bytes) -> bool:
    """Whether the bytes begin as a page does (a doctype or one of the outer elements)."""
    head = data[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\x00", b"")[2:]
    return _HTML_START.search(head) is not None


def find(given: Given) -> Format:
    """The row that reads these bytes.

    First the bytes themselves where they are beyond doubt, then the media type, the suffix, and the look of the text.
    A name that ends in ``.txt`` or ``.md`` and holds sound UTF-8 is text whatever it begins with.

    Raises UnreadableSource for formats that are known but not read, saying what to do.
    """
    data, suffix = given.data, given.suffix
    by_suffix = _row(FORMATS, lambda row: suffix in row.suffixes)
    by_type = _row(FORMATS, lambda row: given.media_type in row.media_types)
    text = FORMATS[-1]
    if by_suffix is text and by_type in (None, text) and _is_utf8(data):
        return text
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n") if data[:4] != b"PK\x03\x04" else data[:1024]
    by_magic = _row(FORMATS, lambda row: any(start.startswith(magic) for magic in row.magic))
    if by_magic is None and b"%PDF-" in data[:1024] and (suffix == ".pdf" or given.media_type == "application/pdf"):
        by_magic = FORMATS[0]  # the standard allows rubbish before the header
    if by_magic is not None and by_magic.name == "DOCX":
        _check_zip(given)
    if by_magic is not None:
        return by_magic
    plugin = _plugin(given, start) if by_suffix is None and by_type is None and (suffix or given.media_type) else None
    if plugin is not None:
        return plugin
    for magic, what in _REFUSED:
        if data.startswith(magic):
            raise UnreadableSource(f"{given.name} is {what}.")
    if suffix in _REFUSED_SUFFIXES and not looks_like_html(data):
        raise UnreadableSource(f"{given.name} is {_REFUSED_SUFFIXES[suffix]}.")
    chosen = by_type or by_suffix
    if chosen is not None and chosen.magic:
        if looks_like_html(data):
            return next(row for row in FORMATS if row.name == "HTML")
        raise UnreadableSource(
            f"{given.name} is said to be {chosen.name}, but its content is not: it may be damaged or only partly "
            f"downloaded. Open it in its program and save it again."
        )
    if chosen is not None:
        return chosen
    return next(row for row in FORMATS if row.name == "HTML") if looks_like_html(data) else text


def readable_types() -> tuple[str, ...]:
    """All media types of the table, ours first, then those of installed packages."""
    return tuple(media for row in (*FORMATS, *_plugins()) for media in row.media_types)


def _row(rows: Iterable[Format], claims: Callable[[Format], bool]) -> Format | None:
    return next((row for row in rows if claims(row)), None)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data


def _plugins() -> tuple[Format, ...]:
    from importlib.metadata import entry_points

    rows: list[Format] = []
    for point in entry_points(group=ENTRY_POINTS):
        loaded: Any = point.load()
        if isinstance(loaded, Format):
            rows.append(loaded)
    return tuple(rows)


def _plugin(given: Given, start: bytes) -> Format | None:
    return _row(
        _plugins(),
        lambda row: (
            given.suffix in row.suffixes
            or given.media_type in row.media_types
            or any(start.startswith(magic) for magic in row.magic)
        ),
    )


def _check_zip(given: Given) -> None:
    """A ZIP file is a DOCX only if it holds one; the others get their own message."""
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(given.data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise UnreadableSource(
            f"{given.name} is a damaged DOCX or ZIP file: it may be only partly downloaded. Save or download it again."
        ) from None
    if "word/document.xml" in names or ("[Content_Types].xml" in names and given.suffix == ".docx"):
        return
    if given.suffix in _REFUSED_SUFFIXES:
        raise UnreadableSource(f"{given.name} is {_REFUSED_SUFFIXES[given.suffix]}.")
    if "mimetype" in names:
        raise UnreadableSource(f"{given.name} is an OpenDocument text or e-book. {_AS_DOCX}.")
    raise UnreadableSource(
        f"{given.name} is a ZIP archive, not a Word document. Unpack it and give the documents inside: "
        f"text, HTML, PDF or DOCX."
    )
