"""Reading by nearness in meaning: areas of a commitment, and a first reading of languages that have no pack.

An encoder, which the caller brings, turns texts into vectors; linear models told by labelled sentences (the coded
specimens of all languages, ``vocabulary/nearness.toml``) turn vectors into scores. The models are ridge regressions
with a logistic calibration fitted on held-out paragraphs, solved exactly: no seed, no iteration, the same on every run.

An encoder's similarities are squeezed high and lean on the language more than on the matter, so that vectors are
centred by document, in training by language.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from servanda import packs
from servanda.reading.layout import Paragraph
from servanda.reading.sentences import sentences
from servanda.records import ACTIONS, SEGMENT_CLASSES, Modality, SegmentClass, Strength

Vectors = npt.NDArray[np.float32]
_Array = npt.NDArray[np.float64]

MODALITIES: tuple[Modality, ...] = ("firm", "agreed", "willing", "encouraging", "declared")
METHOD = "1"
"""Changes when the same labelled sentences would give another model."""

_RIDGE = 1.0  # on vectors of length one; 0.3 to 3 give the same within three points
_SPECIMENS = 1.5  # what all specimens together count, in specimens
_HELD = 5  # fold of paragraphs for the calibration
_PRIOR = 6.0  # a document's mean is drawn towards the training mean as if by so many texts: short lists have no mean
_SHORTEST = 12  # characters of a clause that may be a commitment of its own; 4 where words are not spaced
_LESS = 0.7  # what a reading without a pack is said with, at most; on real statements 0.8 was too sure by 0.1

_PRINTED = r"\(?(?:\d|[ivx]{1,4}|[a-h])\)\s+"
_JOINT = re.compile(rf"(?:[;；؛]\s*|[,，،]\s*(?!\d[^)]))(?:{_PRINTED})?|(?<=\s){_PRINTED}")
_HARD = re.compile(r"[;；؛)]")
_TRAIL = re.compile(r"[\s.;,:。；，：،؛…]+$")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]")


class Encoder(Protocol):
    """What is needed of an encoder; those of ``servanda.encoders`` fit."""

    @property
    def name(self) -> str:
        """Which one it is."""

    @property
    def version(self) -> str:
        """Changes when its vectors do."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """A row of length one for each text."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled text. What it is not labelled for is None or empty."""

    text: str
    language: str
    """ISO 639-1 of a specimen, or the script of a text of the data file; texts of one are centred together."""
    paragraph: int
    """Of the specimen, where it is the same in every language; -1 for the data file."""
    place: float | None = None
    """How far into the document it stands, 0 to 1."""
    kind: SegmentClass | None = None
    modality: Modality | None = None
    action: str | None = None
    areas: tuple[str, ...] = ()
    joint: bool | None = None
    """Of a clause after a comma: whether a commitment begins with it."""


# --- labelled sentences ---------------------------------------------------------------------------------------------


def samples() -> list[Sample]:
    """All labelled texts that the package has, in a fixed order."""
    out = list(_written())
    folder = files("servanda").joinpath("specimens")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        language = file.name.removesuffix(".coded.jsonl")
        plain = folder.joinpath(f"{language}.txt")
        if file.name.endswith(".coded.jsonl") and plain.is_file():
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            out += coded(plain.read_bytes().decode("utf-8"), rows, language)
    return out


def _written() -> Iterator[Sample]:
    data = packs.vocabulary("nearness")
    for slug, phrases in data["areas"].items():
        for text in phrases:
            yield Sample(text, _script(text), -1, areas=(slug,))
    for action, phrases in data["actions"].items():
        for text in phrases:
            yield Sample(text, _script(text), -1, action=action)
    for kind, texts in data["sentences"].items():
        for text in texts:
            yield Sample(text, _script(text), -1, kind=kind)
    for row in data["commitment"]:
        text = row["text"]
        yield Sample(
            text, _script(text), -1, kind="commitment", modality=row["modality"], action=row["action"],
            areas=tuple(row["areas"]),
        )  # fmt: skip


def coded(text: str, rows: Iterable[dict[str, Any]], language: str) -> Iterator[Sample]:
    """Samples of a document coded by hand: ``segment`` and ``commitment`` rows with offsets into ``text``."""
    table = list(rows)
    undertaken = [r for r in table if r["kind"] == "commitment"]
    starts = [r["start"] for r in undertaken]
    size = max(1, len(text))
    for row in table:
        if row["kind"] != "segment":
            continue
        paragraph = text.count("\n", 0, row["start"])
        for start, end in sentences(text, row["start"], row["end"], None):
            inside = sorted((r for r in undertaken if start <= r["start"] < end), key=lambda r: int(r["start"]))
            lone = inside[0] if len(inside) == 1 else {}
            yield Sample(
                text[start:end], language, paragraph, start / size, kind=row["class"],
                modality=inside[0]["modality"] if inside else None, action=lone.get("action"),
                areas=tuple(lone.get("areas", ())),
            )  # fmt: skip
            if row["class"] != "commitment":
                continue
            for piece in pieces(text, start, end)[1:]:
                begins = any(piece.start - 3 <= at < min(piece.end, piece.start + 15) for at in starts)
                yield Sample(text[piece.start : piece.end], language, paragraph, joint=begins)
    for row in undertaken:
        yield Sample(
            text[row["start"] : row["end"]], language, text.count("\n", 0, row["start"]), modality=row["modality"],
            action=row["action"], areas=tuple(row["areas"]),
        )  # fmt: skip


def _script(text: str) -> str:
    """Enough of the language to centre by."""
    if re.search(r"[\u3400-\u9fff]", text):
        return "Hani"
    if re.search(r"[\u0600-\u06ff]", text):
        return "Arab"
    if re.search(r"[а-яА-Я]", text):
        return "Cyrl"
    return "Viet" if re.search(r"[\u1ea0-\u1ef9ăđơư]", text) else "Latn"


# --- clauses --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two commas or semicolons. Half-open, trimmed."""

    start: int
    end: int
    hard: bool
    """Whether a semicolon or a printed number stands before it, rather than a comma."""


def pieces(text: str, start: int, end: int) -> list[Piece]:
    """The pieces of a sentence, in order; those too short to be a clause stay with the one before."""
    least = 4 if _UNSPACED.search(text, start, end) else _SHORTEST
    out: list[Piece] = []
    at, hard = start, False
    for m in _JOINT.finditer(text, start, end):
        if m.start() - at < least or end - m.end() < least:
            continue
        signed = m.start() + (m.group()[0] in ";；؛,，،")  # the sign stays with what it closes
        out.append(Piece(at, len(text[:signed].rstrip()), hard))
        at, hard = m.end(), bool(_HARD.search(m.group()))
    out.append(Piece(at, end, hard))
    return out


# --- models ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear model: a score a label, made a probability by one slope and one offset for all labels."""

    weights: _Array
    slope: float
    offset: float

    @classmethod
    def fit(
        cls, x: _Array, y: _Array, share: _Array, folds: npt.NDArray[np.int64], judged: npt.NDArray[np.bool_], *,
        exclusive: bool,
    ) -> Head:  # fmt: skip
        """``x`` (samples, features), ``y`` (samples, labels) of 0 and 1, ``share`` what each sample counts.

        Calibrated on the folds held out in turn, on the samples that are ``judged``.
        """
        held = np.zeros_like(y)
        for fold in sorted(set(folds.tolist())):
            out = folds == fold
            if out.all():
                continue
            held[out] = _with_one(x[out]) @ _ridge(x[~out], y[~out], share[~out])
        if not judged.any():
            judged = np.ones(len(x), np.bool_)
        held, told = held[judged], y[judged]
        slope, offset = (_sharpen(held, told), 0.0) if exclusive else _platt(held.ravel(), told.ravel())
        return cls(_ridge(x, y, share), slope, offset)

    def each(self, x: _Array) -> _Array:
        """Probability of each label by itself."""
        return _logistic(self.slope * (_with_one(x) @ self.weights) + self.offset)

    def one(self, x: _Array) -> _Array:
        """Probabilities of labels of which one holds."""
        return _softmax(self.slope * (_with_one(x) @ self.weights))


def _with_one(x: _Array) -> _Array:
    return np.hstack([x, np.ones((len(x), 1))])


def _ridge(x: _Array, y: _Array, share: _Array) -> _Array:
    x = _with_one(x)
    counted = (x * share[:, None]).T
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[-1] = 1e-6
    return np.asarray(np.linalg.solve(counted @ x + np.diag(penalty), counted @ y))


def _logistic(z: _Array) -> _Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))))


def _softmax(z: _Array) -> _Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _platt(z: _Array, y: _Array) -> tuple[float, float]:
    """Slope and offset of a logistic regression on one score, by Newton's method."""
    x = np.stack([z, np.ones_like(z)], axis=1)
    beta = np.array([4.0, -2.0])
    for _ in range(30):
        p = _logistic(x @ beta)
        curve = x.T @ (x * (p * (1 - p) + 1e-9)[:, None]) + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, x.T @ (y - p) - 1e-6 * beta)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[0]), float(beta[1])


def _sharpen(z: _Array, y: _Array) -> float:
    """The slope that gives the labels their greatest likelihood, from a fixed scale."""
    slopes = [1.5**k for k in range(-1, 12)]
    loss = [-float(np.log(np.maximum((_softmax(s * z) * y).sum(axis=1), 1e-12)).mean()) for s in slopes]
    return slopes[int(np.argmin(loss))]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What an encoder's vectors say, learnt from the samples."""

    mean: _Array
    areas: Head
    kind: Head
    modality: Head
    action: Head
    joint: Head

    @classmethod
    def train(cls, encoder: Encoder, rows: Sequence[Sample]) -> Model:
        """From labelled texts; each distinct text is encoded once."""
        texts = sorted({row.text for row in rows})
        vectors = np.asarray(encoder.encode(texts), np.float64)
        at = {text: k for k, text in enumerate(texts)}
        x = vectors[[at[row.text] for row in rows]]
        mean = np.asarray(x.mean(axis=0))
        for language in sorted({row.language for row in rows}):
            mine = np.array([row.language == language for row in rows])
            x[mine] = _spread(x[mine], mean)
        folds = np.array([_fold(row) for row in rows])
        specimen = np.array([row.paragraph >= 0 for row in rows])
        # a specimen says the same in every language: together they count as one text that is somewhat surer
        languages = len({row.language for row in rows if row.paragraph >= 0})
        share = np.where(specimen, _SPECIMENS / max(_SPECIMENS, languages), 1.0)

        def fit(label: Callable[[Sample], Sequence[str]], names: Sequence[str], *, shape: bool = False) -> Head:
            chosen = [k for k, row in enumerate(rows) if label(row)]
            y = np.array([[float(name in label(rows[k])) for name in names] for k in chosen])
            seen = x[chosen]
            if shape:
                seen = np.hstack([seen, _shapes([(rows[k].text, rows[k].place) for k in chosen])])
            return Head.fit(seen, y, share[chosen], folds[chosen], specimen[chosen], exclusive=names is not slugs)

        slugs = packs.area_slugs()
        return cls(
            mean,
            fit(lambda r: r.areas, slugs),
            fit(lambda r: (r.kind,) if r.kind else (), SEGMENT_CLASSES, shape=True),
            fit(lambda r: (r.modality,) if r.modality else (), MODALITIES),
            fit(lambda r: (r.action,) if r.action else (), ACTIONS),
            fit(lambda r: () if r.joint is None else ("yes" if r.joint else "no",), ("no", "yes")),
        )

    def centred(self, vectors: Vectors) -> _Array:
        """The vectors of one document without what all its texts share."""
        return _spread(np.asarray(vectors, np.float64), self.mean)

    def arrays(self) -> dict[str, _Array]:
        """Everything as arrays by name, to be kept."""
        out = {"mean": self.mean}
        for name in _HEADS:
            head: Head = getattr(self, name)
            out[name] = head.weights
            out[f"{name}.scale"] = np.array([head.slope, head.offset])
        return out

    @classmethod
    def from_arrays(cls, data: Any) -> Model:
        """The inverse of :meth:`arrays`. Raises KeyError where one is missing."""
        heads = {n: Head(data[n], float(data[f"{n}.scale"][0]), float(data[f"{n}.scale"][1])) for n in _HEADS}
        return cls(data["mean"], **heads)


_HEADS = ("areas", "kind", "modality", "action", "joint")


def _fold(row: Sample) -> int:
    """Paragraphs are held out whole, in all languages at once: a sentence's translation would give it away."""
    if row.paragraph >= 0:
        return row.paragraph % _HELD
    return int(hashlib.sha256(row.text.encode()).digest()[0]) % _HELD


def _spread(x: _Array, mean: _Array) -> _Array:
    """The rows less what they share, scaled to length one again."""
    out = x - (x.sum(axis=0) + _PRIOR * mean) / (len(x) + _PRIOR)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


def _shapes(rows: Sequence[tuple[str, float | None]]) -> _Array:
    """What tells a class besides the meaning: the place in the document, the length, the last sign, figures."""
    out = []
    for text, place in rows:
        ends = text.rstrip()[-1:] in ".。;；:：!?؟"
        out.append([
            0.0 if place is None else 1.0,
            0.0 if place is None else float(place < 0.08),
            0.0 if place is None else float(place > 0.97),
            min(len(text), 400) / 400, float(ends), 4 * sum(c.isdigit() for c in text) / max(1, len(text)),
        ])  # fmt: skip
    return 0.3 * np.array(out)


# --- one model an encoder -------------------------------------------------------------------------------------------

_MODELS: dict[tuple[str, str], Model] = {}


def model(encoder: Encoder, *, cache: Path | None = None) -> Model:
    """The model for an encoder, trained on first use and kept in the process and in ``cache``.

    Training encodes all samples, some seconds a language; ``cache`` (default: the user's cache folder) spares
    that to later processes. A folder that cannot be written to costs only time.
    """
    known = (encoder.name, encoder.version)
    if known not in _MODELS:
        if cache is None:
            from platformdirs import user_cache_path

            cache = user_cache_path("servanda")
        rows = samples()
        said = [f"{encoder.name} {encoder.version} {METHOD}", *map(repr, rows)]
        path = cache / "nearness" / f"{hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:20]}.npz"
        found = _kept(path)
        if found is None:
            found = Model.train(encoder, rows)
            _keep(path, found)
        _MODELS[known] = found
    return _MODELS[known]


def _kept(path: Path) -> Model | None:
    try:
        with np.load(path, allow_pickle=False) as data:
            return Model.from_arrays(data)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def _keep(path: Path, made: Model) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".npz")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **made.arrays())
        os.replace(name, path)
    except OSError:
        return


# --- what callers ask -----------------------------------------------------------------------------------------------


def area_scores(encoder: Encoder, texts: Sequence[str], *, using: Model | None = None) -> list[dict[str, float]]:
    """For each text (a commitment, or its object) the probability of every area, best first.

    Give all commitments of one document at once: they are centred together. The probabilities are of each area by
    itself and need not add up to one; from 0.5 on an area is more likely than not. To be joined with the weights of
    a pack's terms (``servanda.reading.areas``).
    """
    if not texts:
        return []
    used = using or model(encoder)
    whole = used.areas.each(used.centred(encoder.encode(list(texts))))
    parts = [(k, text[p.start : p.end]) for k, text in enumerate(texts) for p in _several(text)]
    if parts:
        near = used.areas.each(used.centred(encoder.encode([part for _, part in parts])))
        whole = _with_parts(whole, [k for k, _ in parts], near)
    return _named(whole, packs.area_slugs())


def _several(text: str) -> list[Piece]:
    """The pieces of a text that has more than one: a list of fields names each area only in passing."""
    cut = pieces(text, 0, len(text))
    return cut if len(cut) > 1 else []


def _with_parts(whole: _Array, owners: Sequence[int], parts: _Array) -> _Array:
    """The mean of what the whole says and of what the piece says that speaks loudest."""
    loudest = whole.copy()
    for owner, row in zip(owners, parts, strict=True):
        loudest[owner] = np.maximum(loudest[owner], row)
    return np.asarray((whole + loudest) / 2)


def _named(table: _Array, names: Sequence[str]) -> list[dict[str, float]]:
    order = np.argsort(-table, axis=1, kind="stable")
    return [{names[k]: float(row[k]) for k in ranks} for row, ranks in zip(table, order, strict=True)]


@dataclass(frozen=True, slots=True)
class NearCommitment:
    """A commitment as nearness alone sees it; its span is a sentence or clauses of one, final signs left out."""

    start: int
    end: int
    modality: Modality
    strength: Strength
    action: str
    areas: dict[str, float]
    """Probability of every area, best first."""
    confidence: float


@dataclass(frozen=True, slots=True)
class NearSentence:
    """A sentence, heading or line with its most likely class. Offsets in code points, half-open."""

    paragraph: int
    start: int
    end: int
    kind: SegmentClass
    confidence: float
    commitments: tuple[NearCommitment, ...] = ()


def read_without_pack(
    text: str, paragraphs: Sequence[Paragraph], encoder: Encoder, *, using: Model | None = None
) -> list[NearSentence]:
    """Reads a text in a language that has no pack, by nearness to labelled sentences of other languages.

    ``paragraphs`` are those of :func:`servanda.reading.layout.paragraphs`; what they say of headings and noise is
    kept. Sentences come in the order of the text. No confidence but that of noise is above 0.7: nothing here was
    checked by a grammar.
    """
    rows = [
        (n, start, end)
        for n, p in enumerate(paragraphs)
        for start, end in ([(p.start, p.end)] if p.heading or p.noise else sentences(text, p.body, p.end, None))
    ]
    if not rows:
        return []
    used = using or model(encoder)
    vectors = encoder.encode([text[a:b] for _, a, b in rows])
    size = max(1, len(text))
    shapes = _shapes([(text[a:b], a / size) for _, a, b in rows])
    chances = used.kind.one(np.hstack([used.centred(vectors), shapes]))
    kinds: list[tuple[SegmentClass, float]] = []
    for (n, _, _), chance in zip(rows, chances, strict=True):
        given = paragraphs[n]
        if given.noise:
            kinds.append(("noise", 1.0))
        elif given.heading:
            kinds.append(("heading", _LESS))
        else:
            best = int(_no_heading(text[rows[len(kinds)][1] : rows[len(kinds)][2]], chance).argmax())
            kinds.append((SEGMENT_CLASSES[best], _LESS * float(chance[best])))
    undertaken = [k for k, (kind, _) in enumerate(kinds) if kind == "commitment"]
    made = _commitments(text, [rows[k][1:] for k in undertaken], vectors[undertaken], encoder, used)
    by_row = dict(zip(undertaken, made, strict=True))
    out = []
    for k, ((n, start, end), (kind, sure)) in enumerate(zip(rows, kinds, strict=True)):
        found = tuple(_less(c, sure) for c in by_row.get(k, ()))
        out.append(NearSentence(n, start, end, kind, sure, found))
    return out


def _no_heading(text: str, chance: _Array) -> _Array:
    """Layout knows headings better; only a short line without a full stop may be one that it missed."""
    if len(text) < 100 and text[-1:] not in ".。!?؟;；":
        return chance
    return np.where(np.array(SEGMENT_CLASSES) == "heading", 0.0, chance)


def _less(c: NearCommitment, sure: float) -> NearCommitment:
    return NearCommitment(c.start, c.end, c.modality, c.strength, c.action, c.areas, c.confidence * sure)


def _commitments(
    text: str, spans: Sequence[tuple[int, int]], vectors: Vectors, encoder: Encoder, used: Model
) -> list[list[NearCommitment]]:
    """The commitments of each sentence. A clause's vector is joined from those of its pieces."""
    cut = [pieces(text, start, end) for start, end in spans]
    flat = [(k, piece) for k, parts in enumerate(cut) if len(parts) > 1 for piece in parts]
    near = encoder.encode([text[p.start : p.end] for _, p in flat]) if flat else np.zeros((0, 1), np.float32)
    begins = used.joint.one(used.centred(near))[:, 1] if flat else np.zeros(0)
    units: list[tuple[int, int, int, Vectors, float, list[int]]] = []
    at = 0
    for k, parts in enumerate(cut):
        if len(parts) == 1:
            units.append((k, *spans[k], vectors[k], 1.0, []))
            continue
        groups: list[list[int]] = []
        sure: list[float] = []
        for i in range(len(parts)):
            chance = float(begins[at + i])
            if i == 0 or parts[i].hard or chance >= 0.5:
                groups.append([i])
                sure.append(1.0 if i == 0 else max(chance, 0.5))
            else:
                groups[-1].append(i)
        for g, s in zip(groups, sure, strict=True):
            lengths = np.array([parts[i].end - parts[i].start for i in g], np.float32)
            mean = (lengths[:, None] * near[[at + i for i in g]]).sum(axis=0) / lengths.sum()
            whole = vectors[k] if len(groups) == 1 else mean / max(float(np.linalg.norm(mean)), 1e-9)
            units.append((k, parts[g[0]].start, parts[g[-1]].end, whole, s, [at + i for i in g] if len(g) > 1 else []))
        at += len(parts)
    out: list[list[NearCommitment]] = [[] for _ in spans]
    if not units:
        return out
    x = used.centred(np.stack([u[3] for u in units]))
    table = used.areas.each(x)
    inner = [(i, row) for i, unit in enumerate(units) for row in unit[5]]
    if inner:
        each = used.areas.each(used.centred(near))
        table = _with_parts(table, [i for i, _ in inner], each[[row for _, row in inner]])
    areas = _named(table, packs.area_slugs())
    modality, action = used.modality.one(x), used.action.one(x)
    first: dict[int, int] = {}
    for i, (k, start, end, _, sure_here, _) in enumerate(units):
        outer = first.setdefault(k, i)  # the modal word stands once, with the first action
        force = MODALITIES[int(modality[outer].argmax())]
        act = ACTIONS[int(action[i].argmax())]
        start, end = _trimmed(text, start, end)
        out[k].append(NearCommitment(start, end, force, _strength(force, act), act, areas[i], sure_here))
    return out


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    m = _TRAIL.search(text[start:end])
    return start, (start + m.start() if m and m.start() else end)


def _strength(modality: Modality, action: str) -> Strength:
    """As for a commitment read by grammar, save that "support each other" cannot be told from "support them"."""
    if action == "study":
        return "exploratory"
    if modality == "encouraging" or action == "encourage":
        return "encouraging"
    return "agreed" if modality == "declared" else modality
