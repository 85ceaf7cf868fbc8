"""Measures the aligner: strict F1 on pairs with a known answer, time, and who is told to be a version of whom.

    python -m bench.alignment                   all of it, about a minute on one core
    python -m bench.alignment --shared FOLDER   where the real statements and the Universal Declaration lie

Strict F1 counts a bead as right only where both of its sides are: precision over all beads, lines alone included,
recall over the beads with two sides. The specimens are disturbed like the Universal Declaration's paragraphs: of
every ten one is deleted from one side and one joined to its neighbour.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import time
from collections.abc import Sequence
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np

import servanda
from servanda.encoders import load
from servanda.records import Statement
from servanda.versions import Encoder, align_lines, align_statements, remembering, same_work
from servanda.versions.align import paragraph_spans

Bead = tuple[tuple[int, ...], tuple[int, ...]]

HERE = Path(__file__).resolve().parent
GOLD = HERE / "coded" / "alignment"
SEEDS = {"000_sv": "000_*", "002_en": "002_*", "003_vi": "003_*"}


def lines(path: Path) -> list[str]:
    """The non-empty stripped lines of a file."""
    text = path.read_text("utf-8")
    return [text[i:j] for i, j in paragraph_spans(text)]


def gold(path: Path) -> list[Bead]:
    """Beads of a file of index lists."""
    return [(tuple(x), tuple(y)) for x, y in json.loads(path.read_text("utf-8"))]


def strict(pairs: Sequence[tuple[Sequence[Bead], Sequence[Bead]]]) -> float:
    """Strict F1 of (found, gold) beads, pooled."""
    right = told = recalled = wanted = 0
    for found, known in pairs:
        right += len(set(found) & set(known))
        told += len(set(found))
        two = {b for b in known if b[0] and b[1]}
        recalled += len(two & set(found))
        wanted += len(two)
    precision, recall = right / max(1, told), recalled / max(1, wanted)
    return 2 * precision * recall / max(1e-9, precision + recall)


def aligned(a: Sequence[str], b: Sequence[str], encoder: Encoder) -> list[Bead]:
    """What the aligner finds."""
    return [(p.a, p.b) for p in align_lines(a, b, encoder)]


def disturbed(a: Sequence[str], b: Sequence[str], seed: int) -> tuple[list[str], list[str], list[Bead]]:
    """Lines that answer one to one, with a tenth deleted from one side and a tenth joined to their neighbour."""
    chance = random.Random(seed)
    order = list(range(len(a)))
    chance.shuffle(order)
    share = max(1, round(len(a) / 10))
    deleted = {i: chance.random() < 0.5 for i in order[:share]}
    joined: dict[int, bool] = {}
    for i in order[share:]:
        free = not {i, i + 1} & set(deleted) and not {i - 1, i, i + 1} & set(joined)
        if len(joined) < share and i + 1 < len(a) and free:
            joined[i] = chance.random() < 0.5
    out_a: list[str] = []
    out_b: list[str] = []
    beads: list[Bead] = []
    i = 0
    while i < len(a):
        n, m = len(out_a), len(out_b)
        if i in deleted:
            (out_a if deleted[i] else out_b).append(a[i] if deleted[i] else b[i])
            beads.append(((n,), ()) if deleted[i] else ((), (m,)))
        elif i in joined:
            one, two = (a, b) if joined[i] else (b, a)
            (out_a if joined[i] else out_b).append(f"{one[i]} {one[i + 1]}")
            (out_b if joined[i] else out_a).extend([two[i], two[i + 1]])
            beads.append(((n,), (m, m + 1)) if joined[i] else ((n, n + 1), (m,)))
            i += 1
        else:
            out_a.append(a[i])
            out_b.append(b[i])
            beads.append(((n,), (m,)))
        i += 1
    return out_a, out_b, beads


def told(name: str, value: str) -> None:
    """One row of the table."""
    print(f"{name:58} {value}", flush=True)


def declaration(shared: Path, encoder: Encoder) -> None:
    """The Universal Declaration's paragraphs, deleted and joined."""
    folders = sorted(p for p in (shared / "alignment").glob("*") if (p / "gold.json").exists())
    if not folders:
        told("Universal Declaration", f"skipped: no pairs in {shared / 'alignment'}")
        return
    pairs = [(aligned(lines(f / "a.txt"), lines(f / "b.txt"), encoder), gold(f / "gold.json")) for f in folders]
    for folder, pair in zip(folders, pairs, strict=True):
        told(f"  {folder.name}", f"{strict([pair]):.3f}")
    told(f"Universal Declaration, {len(pairs)} pairs", f"{strict(pairs):.3f}")


def seeds(shared: Path, encoder: Encoder) -> None:
    """Real statements against alignments made by hand: as bare lines, and as statements with their noise left out."""
    for path in sorted(GOLD.glob("*.json")):
        names = path.stem.split("-")
        found = [next((shared / "seeds").glob(SEEDS[name]), None) for name in names]
        if None in found:
            told(path.stem, f"skipped: not both texts are in {shared / 'seeds'}")
            continue
        a, b = (f for f in found if f is not None)
        told(f"{path.stem}, bare lines", f"{strict([(aligned(lines(a), lines(b), encoder), gold(path))]):.3f}")
        alignment = align_statements(servanda.read(a), servanda.read(b), encoder)
        beads = [(p.a, p.b) for p in alignment.pairs if p.level == "paragraph"]
        told(f"{path.stem}, paragraphs of statements", f"{strict([(beads, gold(path))]):.3f}")


def specimens(encoder: Encoder) -> None:
    """The specimen in all its languages, disturbed."""
    folder = Path(str(files("servanda") / "specimens"))
    texts = {p.stem: lines(p) for p in sorted(folder.glob("*.txt"))}
    pairs = []
    for number, (x, y) in enumerate(combinations(texts, 2)):
        a, b, beads = disturbed(texts[x], texts[y], number)
        pairs.append((aligned(a, b, encoder), beads))
    told(f"specimens, {len(pairs)} pairs of languages", f"{strict(pairs):.3f}")


def versions(shared: Path, encoder: Encoder) -> None:
    """Who is told to be a version of whom, among the seeds and the specimens; each group is one statement."""
    folder = Path(str(files("servanda") / "specimens"))
    works = dict.fromkeys(sorted(folder.glob("*.txt")), "specimen")
    for number, work in (("000", "a"), ("001", "b"), ("002", "a"), ("003", "a"), ("004", "c")):
        works.update(dict.fromkeys((shared / "seeds").glob(f"{number}_*"), work))
    read: dict[Path, Statement] = {p: servanda.read(p) for p in works}
    encoder = remembering(encoder)
    pairs = list(combinations(works, 2))
    right = sum(same_work(read[x], read[y], encoder)[0] == (works[x] == works[y]) for x, y in pairs)
    told(f"same work or not, {len(pairs)} pairs of {len(works)} texts", f"{right} right")


def speed(shared: Path, encoder: Encoder) -> None:
    """Time for two versions of 20,000 characters, and of the search alone as texts grow."""
    found = [next((shared / "seeds").glob(SEEDS[name]), None) for name in ("003_vi", "000_sv")]
    if None in found:
        told("two versions of 20,000 characters", f"skipped: the texts are not in {shared / 'seeds'}")
    else:
        a, b = (servanda.read(f) for f in found if f is not None)
        start = time.perf_counter()
        align_statements(a, b, encoder)
        spent = (time.perf_counter() - start) * 40_000 / (a.source.characters + b.source.characters)
        told("two versions of 20,000 characters, encoding included", f"{spent:.1f} s")
    for count in (10, 100, 1_000, 10_000):
        noise = np.random.default_rng(count)
        base = noise.normal(size=(count, 384)).astype(np.float32)
        texts = [" ".join(["word"] * int(n)) + f" {i}" for i, n in enumerate(noise.integers(5, 60, count))]
        blurred = base + noise.normal(size=base.shape).astype(np.float32)
        given = _Given({f"a {t}": v for t, v in zip(texts, base, strict=True)})
        given.known.update({f"b {t}": v for t, v in zip(texts, blurred, strict=True)})
        start = time.perf_counter()
        align_lines([f"a {t}" for t in texts], [f"b {t}" for t in texts], given)
        spent = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told(f"search alone, {count:,} lines", f"{spent:.2f} s, {peak} MB at most so far")


class _Given:
    """An encoder whose vectors are made up beforehand, so that the search alone is timed."""

    name, version = "given", "1"

    def __init__(self, known: dict[str, np.ndarray]) -> None:
        self.known = known

    def encode(self, texts: Sequence[str], *, query: bool = False) -> np.ndarray:
        first = next(iter(self.known.values()))
        return np.stack([self.known.get(t, first) for t in texts]) if texts else np.zeros((0, len(first)), np.float32)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shared", type=Path, default=os.environ.get("SERVANDA_SHARED") or HERE.parent.parent / "shared"
    )
    shared = Path(parser.parse_args().shared)
    encoder = load("e5")
    declaration(shared, encoder)
    seeds(shared, encoder)
    specimens(encoder)
    versions(shared, encoder)
    speed(shared, encoder)


if __name__ == "__main__":
    main()
