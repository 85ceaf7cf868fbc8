"""Finds the forms of patterns in a text: one pass over its tokens through a trie, whatever the number of forms.

The form syntax is that of docs/packs.md. A matcher is built once for a pack and a layer; a text is cut into tokens
once and given to all matchers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CJK = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(r"[^\W_\u0300-\u036f]+(?:[\u0300-\u036f]+[^\W_]*)*|[^\w\s]|_")
_CJK_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+|[^\w\s]|_")
_HAS_CJK = re.compile(rf"[{_CJK}]")
_MARKS = {"’": "'", "ʼ": "'", "‘": "'", "´": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-",
          "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "…": ".", "，": ",", "；": ";", "：": ":",
          "。": ".", "（": "(", "）": ")"}  # fmt: skip
_NORMAL: dict[str, str] = {}
_NORMAL_LIMIT = 200_000  # distinct tokens remembered; a corpus of many languages stays far below


def normal(token: str) -> str:
    """A token in the form in which it is compared: NFC, casefolded, ё as е, ı as i, one apostrophe, one dash."""
    known = _NORMAL.get(token)
    if known is None:
        if len(_NORMAL) > _NORMAL_LIMIT:
            _NORMAL.clear()
        known = _MARKS.get(token) or unicodedata.normalize("NFC", token).casefold().replace("i\u0307", "i").replace(
            "ı", "i"
        ).replace("ё", "е")
        _NORMAL[token] = known
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A text cut into tokens: their normal forms and offsets (code points, half-open), all of one length."""

    norms: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.norms)


def tokenise(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Cuts ``text[start:end]`` into tokens whose offsets count from the beginning of ``text``."""
    end = len(text) if end is None else end
    word = _CJK_WORD if _HAS_CJK.search(text, start, end) else _WORD
    norms, starts, ends = [], [], []
    for m in word.finditer(text, start, end):
        norms.append(normal(m.group()))
        starts.append(m.start())
        ends.append(m.end())
    return Tokens(norms, starts, ends)


_GAP_SHORT, _GAP_LONG = 6, 25
_STOP_SHORT = frozenset(",;:.!?")
_STOP_LONG = frozenset(";:.!?")


_NONE: dict[str, _Trie] = {}


class _Trie:
    """A node; what few nodes have (stems, gaps) is made only where it is needed, since there are many nodes."""

    __slots__ = ("any", "ends", "exact", "gaps", "lengths", "prefixes", "suffixes", "tails")

    def __init__(self) -> None:
        self.exact: dict[str, _Trie] = _NONE
        self.prefixes: dict[str, _Trie] = _NONE
        self.suffixes: dict[str, _Trie] = _NONE
        self.any: _Trie | None = None
        self.gaps: list[tuple[int, frozenset[str], _Trie]] = []
        self.ends: list[int] = []
        self.lengths: tuple[int, ...] = ()
        self.tails: tuple[int, ...] = ()

    def child(self, table: str, key: str) -> _Trie:
        """The node below ``key`` in one of the tables, made if it is not there."""
        rows: dict[str, _Trie] = getattr(self, table)
        if rows is _NONE:
            rows = {}
            setattr(self, table, rows)
        node = rows.get(key)
        if node is None:
            node = rows[key] = _Trie()
        return node

    def after(self, token: str) -> list[_Trie]:
        out = []
        hit = self.exact.get(token)
        if hit is not None:
            out.append(hit)
        n = len(token)
        for k in self.lengths:
            if k > n:
                break
            hit = self.prefixes.get(token[:k])
            if hit is not None:
                out.append(hit)
        for k in self.tails:
            if k > n:
                break
            hit = self.suffixes.get(token[n - k :])
            if hit is not None:
                out.append(hit)
        if self.any is not None and token.isalnum():
            out.append(self.any)
        return out

    def seal(self) -> None:
        """Fixes the lengths of the stems below, once all forms are in."""
        self.lengths = tuple(sorted({len(p) for p in self.prefixes}))
        self.tails = tuple(sorted({len(p) for p in self.suffixes}))
        below = [*self.exact.values(), *self.prefixes.values(), *self.suffixes.values(), *(g[2] for g in self.gaps)]
        for child in below + ([self.any] if self.any else []):
            child.seal()


_GROUP = re.compile(r"\(([^()]*)\)")


def _expand(form: str) -> Iterable[str]:
    group = _GROUP.search(form)
    if group is None:
        yield form
        return
    for choice in group.group(1).split("|"):
        yield from _expand(
            f"{form[: group.start()]} {choice} {form[group.end() :]}"
            if choice.strip() == "" or form[group.start() - 1 : group.start()] in ("", " ")
            else form[: group.start()] + choice + form[group.end() :]
        )


def _pieces(form: str) -> list[str]:
    """The tokens of one expanded form, wildcards kept: ``*``-stems, ``_``, ``..`` and ``...``."""
    out: list[str] = []
    for word in form.split():
        if word.isalnum() and not _HAS_CJK.search(word):
            out.append(normal(word))
        elif word in ("..", "...", "_"):
            out.append(word)
        elif word.startswith("*") and len(word) > 1:
            out.append("*" + normal(word[1:]))
        else:
            stem = word.endswith("*") and len(word) > 1
            tokens = tokenise(word[:-1] if stem else word).norms
            out.extend(tokens[:-1])
            if tokens:
                out.append(tokens[-1] + ("*" if stem else ""))
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """One found form.

    ``first`` and ``last`` are token indices, half-open (``first`` <= i < ``last``); ``head`` is the end of the run of
    tokens before the first gap and ``tail`` the start of the run after the last gap (``head == last`` and
    ``tail == first`` without a gap). ``key`` is the index of the entry that was given to the matcher.
    """

    first: int
    last: int
    key: int
    named: int
    head: int
    tail: int


class Matcher:
    """Finds many forms at once.

    ``entries`` are (key, form) pairs; a hit carries the key back. At each token the longest form wins (most tokens
    named); forms of equal length all stay. With ``overlapping`` nothing is crowded out.
    """

    def __init__(self, entries: Iterable[tuple[int, str]], *, overlapping: bool = False) -> None:
        self._root = _Trie()
        self._overlapping = overlapping
        self._starts: dict[str, list[_Trie]] = {}
        for key, form in entries:
            for plain in _expand(form):
                pieces = _pieces(plain)
                if pieces:
                    self._add(pieces, key)
        self._root.seal()

    def _add(self, pieces: Sequence[str], key: int) -> None:
        node = self._root
        for piece in pieces:
            if piece == "_":
                node.any = node.any or _Trie()
                node = node.any
            elif piece in ("..", "..."):
                reach, stops = (_GAP_SHORT, _STOP_SHORT) if piece == ".." else (_GAP_LONG, _STOP_LONG)
                for have in node.gaps:
                    if have[0] == reach:
                        node = have[2]
                        break
                else:
                    child = _Trie()
                    node.gaps.append((reach, stops, child))
                    node = child
            elif piece.startswith("*"):
                node = node.child("suffixes", piece[1:])
            elif piece.endswith("*") and len(piece) > 1:
                node = node.child("prefixes", piece[:-1])
            else:
                node = node.child("exact", piece)
        if key not in node.ends:
            node.ends.append(key)

    def find(self, tokens: Tokens, first: int = 0, last: int | None = None) -> list[Hit]:
        """All hits within tokens ``first`` to ``last`` (exclusive), sorted by their first token."""
        norms = tokens.norms
        last = len(norms) if last is None else last
        out: list[Hit] = []
        starts = self._starts
        root = self._root
        i = first
        blocked = first
        taken: set[int] = set()
        while i < last:
            token = norms[i]
            children = starts.get(token)
            if children is None:
                if len(starts) > _NORMAL_LIMIT:
                    starts.clear()
                children = starts[token] = root.after(token)
            if not children or (not self._overlapping and (i < blocked or i in taken)):
                i += 1
                continue
            found = self._from(norms, i, last, children)
            if not found:
                i += 1
                continue
            if self._overlapping:
                out.extend(found)
                i += 1
                continue
            most = max(h.named for h in found)
            best: dict[int, Hit] = {}
            for h in found:
                if h.named == most and (h.key not in best or h.last < best[h.key].last):
                    best[h.key] = h
            near = min(h.last for h in best.values())
            kept = [h for h in best.values() if h.last == near]
            out.extend(kept)
            blocked = max(h.head for h in kept)
            for h in kept:
                if h.tail > h.first:
                    taken.update(range(h.tail, h.last))
            i += 1
        return out

    @staticmethod
    def _from(norms: list[str], i: int, last: int, children: list[_Trie]) -> list[Hit]:
        found: list[Hit] = []
        stack = [(child, i + 1, 1, i + 1, i, False) for child in children]
        while stack:
            node, j, named, head, tail, gapped = stack.pop()
            for key in node.ends:
                found.append(Hit(i, j, key, named, head if gapped else j, tail))
            if j >= last:
                continue
            if node.exact or node.lengths or node.tails or node.any:
                for child in node.after(norms[j]):
                    stack.append((child, j + 1, named + 1, head if gapped else j + 1, tail, gapped))
            for reach, stops, inner in node.gaps:
                k = j
                while k < last and k - j <= reach:
                    for child in inner.after(norms[k]):
                        stack.append((child, k + 1, named + 1, head if gapped else j, k, True))
                    if norms[k] in stops and not (norms[k] == "." and k > 0 and len(norms[k - 1]) == 1):
                        break  # the dots of "U.S." end nothing
                    k += 1
        return found
