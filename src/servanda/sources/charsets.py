"""Which single-byte encoding a text is in, decided by how well each reading spells.

Statistical detectors need more text than a headline gives and know no windows-1258. Here every candidate encoding is
tried, and each word that holds a letter outside ASCII is scored against the alphabets of the languages that Servanda
meets; the reading whose words look most like words wins, and where two read alike the commoner encoding does.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

CANDIDATES = (
    "cp1252", "cp1251", "cp1258", "cp1254", "cp1250", "koi8-r", "cp866", "iso8859-5",
    "kz1048", "ptcp154", "iso8859-15", "iso8859-9", "iso8859-2", "koi8-u", "mac-cyrillic",
)  # fmt: skip
"""In the order in which ties are settled."""
NAMES = {
    "cp1252": "windows-1252", "cp1251": "windows-1251", "cp1258": "windows-1258", "cp1254": "windows-1254",
    "cp1250": "windows-1250", "cp866": "IBM866", "kz1048": "KZ-1048", "ptcp154": "PTCP154", "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U", "iso8859-15": "ISO-8859-15", "iso8859-9": "ISO-8859-9", "iso8859-2": "ISO-8859-2",
    "iso8859-5": "ISO-8859-5", "mac-cyrillic": "MacCyrillic", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE",
    "utf-32-le": "UTF-32LE", "utf-32-be": "UTF-32BE", "utf-8": "UTF-8",
}  # fmt: skip

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_TONED = unicodedata.normalize(
    "NFC", "".join(v + tone for v in "aăâeêioôơuưy" for tone in "\u0300\u0301\u0303\u0309\u0323")
)
_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
ALPHABETS: dict[str, tuple[str, str, float, int]] = {
    # name: (base letters, further letters, weight of a further letter, longest likely run of them)
    "vi": (_LATIN, "ăâđêôơư" + _TONED, 1.0, 3),
    "sv": (_LATIN, "åäöéàü", 1.0, 2),
    "nb": (_LATIN, "æøåéòôóäö", 1.0, 2),
    "en": (_LATIN, "éèïôöç", 0.8, 1),
    "az": (_LATIN + "ə", "əçğıöşüâ", 1.0, 3),
    "western": (_LATIN, "éèêëàâäçîïôöùûüœßáíóúñãõìò", 0.7, 2),
    "central": (_LATIN, "áąćčďéęěíłńňóřśšťúůýźżžöőüű", 0.6, 2),
    "ru": (_RUSSIAN, "", 1.0, 99),
    "kk": (_RUSSIAN + "әғқңөұүһі", "", 0.9, 99),
    "uk": (_RUSSIAN + "ґєіїў", "", 0.8, 99),
}
_FREQUENT = frozenset("оеаинтсрвлкмдпуяыьгзб")
"""Letters that make nine tenths of Russian text: the wrong Cyrillic code page turns them into rare ones."""
_PUNCTUATION = frozenset("“”„‟«»‘’‚–—…•·№§°€£±×\u00a0´")
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = -3.0
"""A letter that no alphabet of the language has."""
_CASE = -1.5
"""A capital after a small letter, the mark of KOI8 read as windows-1251."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was decoded; ``exact`` where decoding and encoding again give the same bytes as UTF-8."""

    text: str
    encoding: str
    exact: bool
    score: float = 1.0
    """Mean score of a word with special letters, about 1 where the reading spells well, below 0 where not."""
    replaced: int = 0
    """Bytes that fit no reading and stand as U+FFFD."""


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes of an unknown encoding; ``declared`` is a label from a header or a page, used where it fits."""
    for mark, codec in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, "replace")
            return Decoded(text, codec, False, replaced=text.count("\ufffd"))
    wide = _sixteen_bit(data)
    if wide is not None:
        return wide
    try:
        return Decoded(data.decode("utf-8"), "utf-8", True)
    except UnicodeDecodeError:
        pass
    broken = _nearly_utf8(data)
    if broken is not None:
        return broken
    return _single_byte(data, declared)


def plausibility(text: str) -> float:
    """Mean score of the words and marks outside ASCII, about 1 at best; 1.0 where there are none."""
    total, count = 0.0, 0
    for word in _WORD.findall(text):
        if not word.isascii():
            total += _word(word)
            count += 1
    for char in text:
        if char > "\x7f" and not char.isalpha():
            if char in _PUNCTUATION:
                total += 0.3
                count += 1
            else:
                total += -4.0 if unicodedata.category(char) in ("Cc", "Mn", "Co", "Cn") else -1.5
                count += 1
    return total / count if count else 1.0


def _word(word: str) -> float:
    lower = word.lower()
    best = -9.0
    for base, further, weight, longest in ALPHABETS.values():
        score, run = 0.0, 0
        for char in lower:
            if char in further:
                run += 1
                score += weight if run <= longest else _FOREIGN
            else:
                run = 0
                if char not in base:
                    score += _FOREIGN
                elif char.isascii():
                    score += 1.0
                else:
                    score += weight if char in _FREQUENT else weight * 0.4
        best = max(best, score / len(lower))
    breaks = sum(1 for a, b in pairwise(word) if a.islower() and b.isupper())
    return best + _CASE * breaks / len(word)


def _sixteen_bit(data: bytes) -> Decoded | None:
    """UTF-16 without its mark, betrayed by zero bytes on one side only (spaces and line ends at the least)."""
    sample = data[:4096]
    if len(data) % 2 or sample.count(0) < max(2, len(sample) // 40):
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 8 > max(even, odd):
        return None
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    letters = sum(1 for char in text[:2000] if char.isalnum() or char in " \r\n\t.,;:-–()\"'“”«»/")
    score = plausibility(text[:2000])
    if letters < 0.8 * min(len(text), 2000) or score < 0:
        return None
    return Decoded(text, codec, False, score)


def _nearly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few damaged bytes, as when a file was cut or pasted together."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    sound = sum(1 for char in text if char > "\x7f") - damaged
    if sound < 10 * damaged or plausibility(text[:20000].replace("\ufffd", "")) < 0.2:
        return None
    return Decoded(text, "utf-8", False, replaced=damaged)


def _single_byte(data: bytes, declared: str | None) -> Decoded:
    readings: list[Decoded] = []
    label = _python_name(declared)
    order = ([label] if label else []) + [name for name in CANDIDATES if name != label]
    sample = _telling_part(data)
    for place, codec in enumerate(order):
        try:
            if codec == "cp1252":
                # Five bytes have no meaning in windows-1252; browsers pass them as controls, the scorer punishes them.
                text = unicodedata.normalize("NFC", _browser_1252(sample))
            else:
                text = unicodedata.normalize("NFC", sample.decode(codec))
        except (UnicodeDecodeError, LookupError):
            continue
        bonus = 0.25 if codec == label else -0.004 * place
        readings.append(Decoded(text, codec, False, plausibility(text) + bonus))
    best = max(readings, key=lambda reading: reading.score)
    if best.encoding == "cp1252":
        whole = _browser_1252(data)
    else:
        whole = data.decode(best.encoding, "replace")
    if best.encoding == "cp1258":
        whole = unicodedata.normalize("NFC", whole)  # its tone marks are combining characters
    return Decoded(whole, best.encoding, False, best.score, whole.count("\ufffd"))


def _browser_1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)


def _telling_part(data: bytes, limit: int = 30_000) -> bytes:
    """The lines that hold bytes outside ASCII, up to ``limit`` bytes: the rest says nothing about the encoding."""
    if len(data) <= limit:
        return data
    part = bytearray()
    for line in re.split(rb"(?<=[\n.])", data):
        if not line.isascii():
            part += line
            if len(part) > limit:
                break
    return bytes(part[: limit * 2])


def _python_name(label: str | None) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
    except LookupError:
        return None
    if name in ("iso8859-1", "ascii", "latin-1"):
        return "cp1252"  # as browsers do: pages that say so hold windows-1252's quotes and dashes
    if name.startswith(
        (
            "utf",
            "idna",
            "punycode",
            "unicode",
            "raw",
            "undefined",
            "rot",
            "base64",
            "bz2",
            "hex",
            "quopri",
            "uu",
            "zlib",
        )
    ):
        return None
    return name
