"""The language of a text and of each of its stretches.

Letters that one language alone uses decide at once (Vietnamese tones, Azerbaijani ə, Kazakh ә ғ қ ұ, Han); what is
left goes to py3langid, held to the languages in which joint statements come. Short stretches follow their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from servanda import packs

BESIDE_PACKS = (
    "fr", "zh", "de", "es", "pt", "tr", "uk", "be", "uz", "ky", "mn", "ja", "ko", "ar", "da", "it", "nl", "pl", "fi",
)  # fmt: skip
"""Languages that are told apart though there may be no pack for them."""

SAMPLE = 700  # characters of each stretch that are looked at; py3langid is sure with far fewer
SAMPLES = 7
SHORT = 90  # stretches shorter than this follow their neighbours
TINY = 20  # and in those even the letters tell nothing
_SURE = 0.80  # probability under which a stretch follows its neighbours

_LETTERS = re.compile(r"[^\W\d_]")
_URL = re.compile(r"https?://\S+|\S+@\S+")
_VIETNAMESE = re.compile(r"[đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_AZERBAIJANI = re.compile("ə", re.IGNORECASE)
_KAZAKH = re.compile("[әғқұһ]", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_CYRILLIC_OWN = (  # letters, in the order in which they decide
    ("uk", re.compile("[їєґ]", re.IGNORECASE)),
    ("be", re.compile("ў", re.IGNORECASE)),
    ("mn", re.compile("[өү]", re.IGNORECASE)),
)

_OWN = {"vi": frozenset("đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
        "az": frozenset("ə"), "kk": frozenset("әғқұһ")}  # fmt: skip
_ASCII = frozenset("abcdefghijklmnopqrstuvwxyz")
_RUSSIAN = frozenset("ыэ")
_OTHER_CYRILLIC = frozenset("їєґўөүәғқұһңј")
_FOREIGN = frozenset("əđơưạảấầẩậắằặẹếềểễệịọốồổỗộớờởỡợụủứừửữựбвгджзийклмнптфцчшщыэюя的是和了在国")

# The commonest small words tell a page of a Latin-script language at once and spare loading the model. Only words that
# tell: "i", "de" and "en" stand in several languages.
_SMALL_WORDS = {
    "en": "the of and to for with on by that their is are this as its will from both",
    "sv": "och att på för är av som den med till inom sidorna samt från mellan kommer inte har ländernas",
    "nb": "og å på for er av som med til innen sidene samt fra mellom vil ikke har landene ble også landenes",
    "da": "og at på for er af som med til inden siderne samt fra mellem vil ikke har landene blev også landenes",
    "fr": "les des et la le du dans sur pour que leur est une aux par avec ont deux",
    "de": "die der und das den des mit zur von für auf ist sich eine im zu sie beiden",
    "es": "los las y el del en la que para una por con sus su al ambos",
    "pt": "os as e do da em que para uma por com dos das ao na no ambos",
}
_WORDS = re.compile(r"[^\W\d_]+")
_SHARE = 0.16  # of all words; a page of prose has 0.25 to 0.4
_LEAD = 1.35  # times as many as the next language; Norwegian and Danish share most of their small words


def detect(text: str) -> str:
    """ISO 639-1 code of the language of most of a text; ``en`` where there are no letters to tell by."""
    votes: Counter[str] = Counter()
    for sample in _samples(text):
        code, sure = _tell(sample)
        votes[code] += round(len(sample) * sure)
    return votes.most_common(1)[0][0] if votes else "en"


def detect_each(text: str, spans: Sequence[tuple[int, int]], document: str) -> list[str]:
    """The language of each stretch (offsets in code points, half-open), smoothed over the document.

    A stretch that is short or undecided takes the language of the document.
    """
    told = []
    for start, end in spans:
        stretch = text[start : min(end, start + SAMPLE)]
        if len(stretch) < SHORT:
            told.append(_by_letters(stretch) or document if len(stretch) > TINY else document)
            continue
        if _plainly(stretch, document):
            told.append(document)
            continue
        code, sure = _tell(stretch)
        told.append(code if sure >= _SURE else document)
    for i in range(1, len(told) - 1):
        # One paragraph in a tongue of its own between two of another is a slip, unless its letters say so.
        lone = told[i - 1] == told[i + 1] != told[i]
        if lone and spans[i][1] - spans[i][0] < 3 * SHORT and _by_letters(text[slice(*spans[i])]) is None:
            told[i] = told[i - 1]
    return told


def _plainly(stretch: str, language: str) -> bool:
    """Whether a stretch is so clearly of a language that no other need be asked; cheap, and never wrong to deny."""
    letters = set(stretch.lower())
    own = _OWN.get(language)
    if own is not None:
        return len(letters & own) >= (5 if language == "vi" else 1)
    if language == "ru":
        return not letters & _ASCII and bool(letters & _RUSSIAN) and not letters & _OTHER_CYRILLIC
    small = _small_words().get(language)
    if small is None or letters & _FOREIGN:
        return False
    words = stretch.lower().split()
    return sum(w in small for w in words) >= _SHARE * len(words)


def _samples(text: str) -> list[str]:
    plain = text if len(text) < 60_000 else text[:60_000]
    step = max(SAMPLE, len(plain) // SAMPLES)
    chunks = [_URL.sub(" ", plain[i : i + SAMPLE]) for i in range(0, len(plain), step)]
    return [c for c in chunks if len(_LETTERS.findall(c)) > 2]


def _tell(sample: str) -> tuple[str, float]:
    """The language of a sample and how sure that is."""
    by_letters = _by_letters(sample)
    if by_letters is not None:
        return by_letters, 1.0
    by_words = _by_words(sample)
    if by_words is not None:
        return by_words, 0.95
    code, sure = _identifier().classify(sample)
    return ("nb" if code in ("no", "nn") else str(code)), float(sure)


def _by_letters(sample: str) -> str | None:
    sample = unicodedata.normalize("NFC", sample)
    letters = max(1, len(_LETTERS.findall(sample)))
    if len(_HAN.findall(sample)) + len(_KANA.findall(sample)) > letters * 0.3:
        return "ja" if len(_KANA.findall(sample)) > letters * 0.1 else "zh"
    if len(_HANGUL.findall(sample)) > letters * 0.3:
        return "ko"
    if len(_ARABIC.findall(sample)) > letters * 0.3:
        return None if re.search("[پچژگ]", sample) else "ar"
    if len(_CYRILLIC.findall(sample)) > letters * 0.5:
        if len(_KAZAKH.findall(sample)) > letters * 0.02:
            return "kk"
        for code, own in _CYRILLIC_OWN:
            if len(own.findall(sample)) > letters * 0.006:
                return "ky" if code == "mn" and re.search("ң", sample, re.IGNORECASE) else code
        return "ru" if re.search("[ыэ]", sample, re.IGNORECASE) else None
    if len(_AZERBAIJANI.findall(sample)) > letters * 0.03:
        return "az"
    if len(_VIETNAMESE.findall(sample)) > letters * 0.06:
        return "vi"
    return None


def _by_words(sample: str) -> str | None:
    said = [w.lower() for w in _WORDS.findall(sample)]
    if len(said) < 25:
        return None
    counts = Counter(said)
    scores = sorted(((sum(counts[w] for w in ws), code) for code, ws in _small_words().items()), reverse=True)
    (most, code), (next_most, _) = scores[0], scores[1]
    return code if most >= _SHARE * len(said) and most >= _LEAD * next_most else None


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(ws.split()) for code, ws in _SMALL_WORDS.items()}


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a model of 5 MB

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    wanted = {*packs.available(), *BESIDE_PACKS, "da", "en", "sv", "nb", "no", "nn", "vi", "ru", "az", "kk"}
    identifier.set_languages(sorted(wanted & set(identifier.labels)))
    return identifier
