"""Optical character recognition of scanned pages with Tesseract (``servanda[ocr]``)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from servanda.errors import MissingExtra, SourceTooLarge, UnreadableSource
from servanda.sources.lines import Vocabulary

LANGUAGES = {
    "vie": re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE),
    "rus": re.compile("[а-яё]", re.IGNORECASE),
    "kaz": re.compile("[әғқңөұүһі]", re.IGNORECASE),
    "aze": re.compile("[əğış]", re.IGNORECASE),
    "swe": re.compile("[åäö]", re.IGNORECASE),
    "nor": re.compile("[åæø]", re.IGNORECASE),
    "eng": re.compile("[a-z]", re.IGNORECASE),
}
"""Tesseract's language data that are used, each with letters that speak for it."""
PACKAGES = "apt install tesseract-ocr " + " ".join(f"tesseract-ocr-{code}" for code in LANGUAGES if code != "eng")
"""Debian's command; its tesseract-ocr brings English."""
MAX_PAGES = 60
"""A page takes some 2 to 5 seconds."""
DPI = 300
MAX_PIXELS = 30_000_000
"""A4 at 300 dpi has 8.7 million; a page of a metre would take a gigabyte."""
PAGE_SECONDS = 90
_TELLING = 0.01
"""Share of a first reading's letters that must speak for a language."""
_SURE = 60.0
"""Tesseract's mean confidence below which the user is warned."""


def read_pages(document: Any, indices: list[int], *, name: str) -> tuple[dict[int, list[str]], list[str]]:
    """Paragraphs of the pages with these indices, and warnings. ``document`` is an open pypdfium2 document.

    Raises MissingExtra without pytesseract, UnreadableSource without Tesseract itself, SourceTooLarge past MAX_PAGES.
    """
    try:
        import PIL.Image  # noqa: F401 - pypdfium2 hands its pictures over through it
        import pytesseract  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        raise MissingExtra(f"{name} is scanned (pictures without text); reading it ({PACKAGES})", "ocr") from None
    try:
        installed = [code for code in LANGUAGES if code in pytesseract.get_languages(config="")]
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, OSError):
        raise UnreadableSource(
            f"{name} is scanned, and Tesseract, which reads pictures, is not installed. On Debian or Ubuntu: {PACKAGES}"
        ) from None
    if not installed:
        raise UnreadableSource(
            f"{name} is scanned, and Tesseract has no language data. On Debian or Ubuntu: {PACKAGES}"
        )
    if len(indices) > MAX_PAGES:
        raise SourceTooLarge(
            f"{name} has {len(indices)} scanned pages; at most {MAX_PAGES} are read. Save those you need."
        )
    found: dict[int, list[str]] = {}
    languages: list[str] | None = None
    sureness: list[float] = []
    for index in indices:
        picture = _picture(document[index])
        if languages is None:
            languages = _languages(picture, installed, name)
        lines = _lines(picture, "+".join(languages), name)
        sureness.extend(sure for _, _, sure in lines)
        found[index] = _paragraphs([(group, text) for group, text, _ in lines])
    warnings = [
        f"{len(indices)} scanned pages were read by Tesseract ({'+'.join(languages or [])}); letters may be wrong."
    ]
    if sureness and sum(sureness) / len(sureness) < _SURE:
        warnings.append(
            "Tesseract is unsure of much of the text. A sharper scan or more language data may help: " + PACKAGES
        )
    return found, warnings


def _picture(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
    return page.render(scale=scale, grayscale=True).to_pil()


def _languages(picture: Any, installed: list[str], name: str) -> list[str]:
    """The installed languages whose letters stand on the first page, read once at half size with all of them."""
    if len(installed) == 1:
        return installed
    small = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))
    text = " ".join(line for _, line, _ in _lines(small, "+".join(installed), name))
    letters = sum(1 for char in text if char.isalpha()) or 1
    chosen = [code for code in installed if len(LANGUAGES[code].findall(text)) > _TELLING * letters]
    if "vie" in chosen:
        # Vietnamese has all the letters that would speak for English; two Latin models at once only confuse.
        share = len(LANGUAGES["vie"].findall(text)) / letters
        if share > 0.12:
            chosen = [code for code in chosen if code in ("vie", "rus", "kaz")]
    if "rus" in chosen and len(re.findall("[a-z]", text, re.IGNORECASE)) < 0.1 * letters:
        chosen = [code for code in chosen if code in ("rus", "kaz")]
    return chosen or installed


def _lines(picture: Any, languages: str, name: str) -> list[tuple[tuple[int, int], str, float]]:
    """((block, paragraph), text, confidence) of each line."""
    import pytesseract

    try:
        data = pytesseract.image_to_data(
            picture, lang=languages, output_type=pytesseract.Output.DICT, timeout=PAGE_SECONDS, config="--psm 3"
        )
    except RuntimeError as error:
        if "timeout" in str(error).lower():
            raise SourceTooLarge(
                f"{name}: a scanned page took more than {PAGE_SECONDS} seconds to read. Save the pages you need."
            ) from None
        raise UnreadableSource(
            f"{name} is scanned, and Tesseract failed on it: {' '.join(str(error).split())[:150]}."
        ) from None
    rows = [
        ((data["block_num"][i], data["par_num"][i], data["line_num"][i]), data["text"][i], float(data["conf"][i]))
        for i in range(len(data["text"]))
        if data["text"][i].strip()
    ]
    found: list[tuple[tuple[int, int], str, float]] = []
    for (block, paragraph, _), words in groupby(rows, key=lambda row: row[0]):
        some = list(words)
        found.append(
            ((block, paragraph), " ".join(word for _, word, _ in some), sum(sure for _, _, sure in some) / len(some))
        )
    return found


def _paragraphs(lines: list[tuple[tuple[int, int], str]]) -> list[str]:
    vocabulary = Vocabulary(text for _, text in lines)
    found: list[str] = []
    for _, group in groupby(lines, key=lambda line: line[0]):
        text = ""
        for _, line in group:
            text = vocabulary.join(text, line) if text else line
        # Specks and rules come out as lines of signs.
        if any(char.isalnum() for char in text):
            found.append(text)
    return found
