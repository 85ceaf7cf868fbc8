"""PDF with a text layer, by PDFium; pages that are pictures are recognised where the ocr extra is installed."""

from __future__ import annotations

import ctypes
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from servanda.errors import MissingExtra, SourceTooLarge, UnreadableSource
from servanda.sources.assembly import Assembly, clean
from servanda.sources.pdf_layout import Fragment, PageText, lay_out

if TYPE_CHECKING:
    from servanda.records import Source
    from servanda.sources.table import Given

MAX_PAGES = 500
"""A joint statement has some 5 to 30 pages, a yearbook of them a few hundred."""
MAX_CHARACTERS = 3_000_000
MAX_SECONDS = 50.0

_LOCK = threading.Lock()
"""PDFium keeps global state and is not safe to call from two threads."""
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)
_JUNK_TITLE = re.compile(
    r"\.(?:docx?|pdf|indd|odt|rtf)\b|^microsoft word|^untitled|^\(?anonymous|^document\d*$|^слайд|^$", re.IGNORECASE
)
_SPLIT_GAP = 1.1
"""A gap of this many line heights ends a fragment: no word space is so wide but in badly justified text, where the
fragments meet again in their line."""
_GARBLED = 0.2
"""Share of characters without meaning (private use, controls, U+FFFD) from which a text layer is none."""


def read(given: Given) -> Source:
    """Text in reading order: columns one after the other, paragraphs joined, running heads and page numbers left out.

    Raises SourceTooLarge past MAX_PAGES, MAX_CHARACTERS or MAX_SECONDS; UnreadableSource for damaged or locked files
    and for scanned ones where the ocr extra is not installed.
    """
    import pypdfium2  # type: ignore[import-untyped,unused-ignore]

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(given.data)
        except pypdfium2.PdfiumError as error:
            raise UnreadableSource(_refusal(given.name, str(error))) from None
        try:
            return _read(given, document)
        finally:
            document.close()


def _refusal(name: str, error: str) -> str:
    lowered = error.lower()
    if "password" in lowered or "security" in lowered:
        return f"{name} is locked by a password. Open it with the password, print it to a new PDF and give that file."
    return f"{name} is a damaged PDF: it may be only partly downloaded. Download it again, or print it to a new PDF."


def _read(given: Given, document: Any) -> Source:
    count = len(document)
    if count == 0:
        raise UnreadableSource(f"{given.name} is a PDF without pages. Give another copy of it.")
    if count > MAX_PAGES:
        raise SourceTooLarge(
            f"{given.name} has {count:,} pages; at most {MAX_PAGES} are read. "
            f"Save the pages of the statement as a PDF of their own."
        )
    deadline = time.monotonic() + MAX_SECONDS
    pages: list[PageText] = []
    blank: list[int] = []
    failed: list[int] = []
    characters = 0
    for index in range(count):
        page = _page(document, index, deadline, given.name)
        if page is None:
            failed.append(index + 1)
            continue
        characters += sum(len(fragment.text) for fragment in page.fragments)
        if characters > MAX_CHARACTERS:
            raise SourceTooLarge(
                f"{given.name} holds more than {MAX_CHARACTERS:,} characters. Give the statement alone."
            )
        if not page.fragments and page.pictured:
            blank.append(index)
        pages.append(page)
    assembly = Assembly()
    if failed:
        assembly.warnings.append(f"Page {_numbers(failed)} is damaged and was left out.")
    recognised: dict[int, list[str]] = {}
    if blank:
        recognised = _recognise(given.name, document, blank, bool(characters), assembly)
    title = lay_out(pages, recognised, assembly)
    if not any(kind != "boilerplate" for kind, _ in assembly.kinds):
        raise UnreadableSource(f"{given.name} is a PDF without text. Give another copy of it, or the page as HTML.")
    return assembly.source(given, "application/pdf", title=title or _metadata_title(document))


def _recognise(name: str, document: Any, blank: list[int], has_text: bool, assembly: Assembly) -> dict[int, list[str]]:
    """Paragraphs of the scanned pages. Where some pages have text, a missing extra is a warning; else it is the end."""
    from servanda.sources.ocr import read_pages

    try:
        found, notes = read_pages(document, blank, name=name)
    except (MissingExtra, UnreadableSource) as error:
        if not has_text:
            raise
        assembly.warnings.append(
            f"Page {_numbers([index + 1 for index in blank])} is a picture and was not read. {error}"
        )
        return {}
    assembly.warnings.extend(notes)
    return found


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:12])
    return shown if len(pages) <= 12 else f"{shown} and {len(pages) - 12} more"


def _metadata_title(document: Any) -> str | None:
    title = clean(document.get_metadata_dict().get("Title") or "")
    return None if _JUNK_TITLE.search(title) else title


def _page(document: Any, index: int, deadline: float, name: str) -> PageText | None:
    import pypdfium2
    import pypdfium2.raw as raw  # type: ignore[import-untyped,unused-ignore]

    if time.monotonic() > deadline:
        raise SourceTooLarge(
            f"{name} takes more than {MAX_SECONDS:.0f} seconds to read. Save the pages you need as a PDF of their own."
        )
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        text = page.get_textpage()
        try:
            fragments = _fragments(text, raw, deadline, name)
        finally:
            text.close()
        if _is_garbled(fragments):
            fragments = ()
        pictured = bool(fragments) or any(item.type == raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=3))
        left, _, right, _ = page.get_bbox()
        return PageText(index, right - left, page.get_height(), fragments, pictured)
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()


def _is_garbled(fragments: tuple[Fragment, ...]) -> bool:
    text = "".join(fragment.text for fragment in fragments)
    bad = sum(
        1 for char in text if "\ue000" <= char <= "\uf8ff" or char == "\ufffd" or char < "\x02" or "\x03" <= char < " "
    )
    return bool(text) and bad > _GARBLED * len(text)


def _fragments(text: Any, raw: Any, deadline: float, name: str) -> tuple[Fragment, ...]:
    """Stretches of characters that follow each other on one line without a wide gap."""
    count = raw.FPDFText_CountChars(text)
    if count > MAX_CHARACTERS:
        raise SourceTooLarge(f"{name} holds more than {MAX_CHARACTERS:,} characters. Give the statement alone.")
    found: list[Fragment] = []
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    chars: list[str] = []
    first = last = -1
    x0 = y0 = x1 = y1 = 0.0
    get, loose = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox

    def close() -> None:
        nonlocal chars
        line = "".join(chars)
        if line.strip():
            bold = _is_bold(text, raw, first) and _is_bold(text, raw, last)
            found.append(Fragment(line, x0, y0, x1, y1, bold))
        chars = []

    place = 0
    while place < count:
        code = get(text, place)
        index = place
        place += 1
        if 0xD800 <= code < 0xDC00 and place < count:
            low = get(text, place)
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                place += 1
        if index % 20_000 == 0 and time.monotonic() > deadline:
            raise SourceTooLarge(
                f"{name} takes more than {MAX_SECONDS:.0f} seconds to read. "
                f"Save the pages you need as a PDF of their own."
            )
        if code in (0, 10, 13) or 0xD800 <= code < 0xE000:
            if code in (10, 13):
                close()
            continue
        char = chr(code)
        if char.isspace():
            if chars:
                chars.append(" ")
            continue
        loose(text, index, pointer)
        left, right, bottom, top = box.left, box.right, box.bottom, box.top
        if chars:
            height, own = y1 - y0, top - bottom
            overlap = min(top, y1) - max(bottom, y0)
            if own < 0.8 * height and bottom > y0 + 0.2 * height and char.isdigit() and overlap > 0:
                x1 = max(x1, right)
                continue  # a raised small digit is the mark of a footnote
            if overlap < 0.5 * min(height, own) or left - x1 > _SPLIT_GAP * height or left < x0 - height:
                close()
        if not chars:
            first, x0, y0, x1, y1 = index, left, bottom, right, top
        chars.append(char)
        last = index
        x1 = max(x1, right)
        if top - bottom > y1 - y0:
            y0, y1 = bottom, top
    close()
    return tuple(found)


def _is_bold(text: Any, raw: Any, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(text, index) >= 600:
        return True
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, buffer, 128, ctypes.byref(flags))
    return _BOLD.search(buffer.value.decode("utf-8", "replace")) is not None
