"""Printed lines into paragraphs: hyphens at line ends, and what begins a paragraph of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from servanda.sources.assembly import ends_sentence

HYPHENS = "-\u00ad\u2010\u2011\x02\ufffe"
"""The hyphen, its soft and typographic kin, and the two marks with which PDFium reports a hyphen at a line's end."""

MARKER = re.compile(
    r"^(?:[•‣▪●○◦■□–—*·-]\s+|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zđа-я]|[ivx]{1,5}|[IVX]{1,5})[.)]\s+(?=\S))"
)
"""What may stand before a point of a list: a bullet, "7.", "a)", "(iv)", "II."."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)$")
_FIRST_WORD = re.compile(r"^([^\W\d_]+)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUSPENDED = _words("och og and or i und eller és и или və және та")
"""After "import- och": a hyphen that stands for the rest of a word stays, with a space."""
_LIVING = _words(
    "socio non multi inter self well high low long short cross counter people post pre pro anti ex semi all mid "
    "north south east west third two three four five six first second one full half large small medium fast state "
    "science policy decision law trade value export import market fact field project result climate energy asia "
    "indo euro afro sino viet trans sub "
    "торгово социально научно военно культурно общественно финансово нормативно договорно информационно судебно "
    "топливно материально северо юго учебно организационно административно политико экономико технико историко "
    "государственно все по кое ветеринарно санитарно строительно дорожно железно горно нефте лесо агро взаимо"
)
_FUSING = _words("нефте лесо агро взаимо железно все по inter multi sub trans post pre pro anti semi mid")
"""Beginnings that more often fuse than take a hyphen: joined unless the text elsewhere writes them with one."""
_VIETNAMESE = re.compile("[đĐơƠưƯạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


class Vocabulary:
    """The words that a document itself writes, with and without hyphens: the best judge of its line ends."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._vietnamese = 0
        letters = 0
        for line in lines:
            words = _WORD.findall(line)
            # The last word of a line that ends in a hyphen, and the first of the next, may be halves.
            if line and line[-1] in HYPHENS and words:
                words = words[:-1]
            self._words.update(word.lower() for word in words)
            for word in words:
                if "-" in word:
                    self._words.update(part.lower() for part in word.split("-"))
            self._vietnamese += len(_VIETNAMESE.findall(line))
            letters += len(line)
        self._is_vietnamese = self._vietnamese * 25 > letters

    def join(self, first: str, second: str) -> str:
        """Two lines of one paragraph as one; a hyphen between them is kept or dropped, see :meth:`keeps_hyphen`."""
        first, second = first.rstrip(), second.lstrip()
        if not first or not second:
            return first + second
        if first[-1] in "-\u2010\u2011" and first[-2:-1].isdigit() and second[0].isdigit():
            return first + second  # a range of years
        if first[-1] not in HYPHENS or len(first) < 2 or not first[-2].isalpha():
            return f"{first} {second}"
        stem = first[:-1]
        left, right = _LAST_WORD.search(stem), _FIRST_WORD.search(second)
        if left is None or right is None:
            return f"{stem}-{second}" if second[0].isalnum() else f"{stem}- {second}"
        if right[1].lower() in _SUSPENDED:
            return f"{stem}- {second}"
        return f"{stem}-{second}" if self.keeps_hyphen(left[1], right[1]) else stem + second

    def keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether "left-right" at a line's end is written with a hyphen within a line too.

        A capital, Vietnamese (which divides no words) and the document's own usage decide first; then known first
        parts of compounds; then whether both halves are words of the document.
        """
        if right[0].isupper():
            return True
        low_left, low_right = left.lower(), right.lower()
        whole, hyphened = self._words[low_left + low_right], self._words[f"{low_left}-{low_right}"]
        if whole != hyphened:
            return hyphened > whole
        if self._is_vietnamese and (_VIETNAMESE.search(left + right) or low_left in self._words):
            return True
        last = low_left.rsplit("-", 1)[-1]
        if last in _FUSING:
            return False
        if last in _LIVING and len(low_right) > 3:
            return True
        if "-" in low_left:
            return len(low_right) > 3
        return len(low_left) > 3 and len(low_right) > 3 and self._words[low_left] > 0 and self._words[low_right] > 0


def begins_item(line: str, previous: str | None) -> bool:
    """Whether a line begins a point of a list rather than going on with a sentence ("den / 7. mai")."""
    match = MARKER.match(line)
    if match is None:
        return False
    if previous is None or ends_sentence(previous):
        return True
    rest = line[match.end() :]
    return rest[:1].isupper() and not match[0][:1].isdigit()
