"""Fits how sure Servanda says it is, and shows how far that holds.

    python -m bench.confidence             fit, and print the calibration of documents left out one at a time
    python -m bench.confidence --write     the same, and write the weights into the package's vocabulary

A commitment is right where it matches a coded one (docs/coding.md). The model is logistic with an L2 penalty, found by
Newton's method: the same documents give the same weights. The specimens say one thing in several languages, so that
together they count as one document.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

import servanda
from bench.coded import PROJECT, Coded, documents, match
from servanda.reading import pipeline
from servanda.reading.confidence import HIGHEST, LOWEST, features
from servanda.reading.sentence import Draft

WEIGHTS = PROJECT / "src" / "servanda" / "vocabulary" / "confidence.toml"
PENALTY = 1.0
"""Strength of L2, the constant left free."""
STEPS = 50
"""Newton converges in under ten; the rest is for documents that nothing tells apart."""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The commitments read in one document: their features, and whether each is right."""

    name: str
    rows: list[dict[str, float]]
    right: list[bool]
    weight: float = 1.0
    """What each commitment counts in the fit."""


@contextmanager
def _listening() -> Iterator[list[dict[str, float]]]:
    """Collects the features of each commitment in the order in which reading makes them.

    Only the reading knows a commitment's draft, so its question for the confidence is overheard.
    """
    heard: list[dict[str, float]] = []
    ours = pipeline.confidence

    def overhear(draft: Draft, place: int, *args: Any, **named: Any) -> float:
        heard.append(features(draft, place, *args, **named))
        return ours(draft, place, *args, **named)

    pipeline.confidence = overhear
    try:
        yield heard
    finally:
        pipeline.confidence = ours


def sample(coded: Coded) -> Sample:
    """Reads one document. Raises RuntimeError where features and commitments do not answer to each other."""
    with _listening() as heard:
        read = servanda.read(coded.source)
    if len(heard) != len(read.commitments):
        raise RuntimeError(f"{coded.name}: {len(heard)} confidences for {len(read.commitments)} commitments.")
    matched = {b.id for _, b in match(coded.commitments, read.commitments)}
    same = len(documents(["specimens"])) if coded.group == "specimens" else 1
    return Sample(coded.name, heard, [c.id in matched for c in read.commitments], 1 / same)


def fit(samples: Sequence[Sample], names: Sequence[str]) -> Floats:
    """The weights of the features ``names`` (the first is the constant)."""
    x = np.array([[row[name] for name in names] for s in samples for row in s.rows], dtype=np.float64)
    y = np.array([right for s in samples for right in s.right], dtype=np.float64)
    weight = np.array([s.weight for s in samples for _ in s.rows], dtype=np.float64)
    penalty = np.full(len(names), PENALTY)
    penalty[0] = 1e-6  # not nought: a constant that all cases agree on would run away
    w = np.zeros(len(names))
    for _ in range(STEPS):
        p = _sigmoid(x @ w)
        gradient = x.T @ (weight * (p - y)) + penalty * w
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        w = w - step
        if float(np.abs(step).max()) < 1e-10:
            break
    return w


def said(rows: Sequence[dict[str, float]], names: Sequence[str], w: Floats) -> Floats:
    """What the weights say of each commitment, within the bounds that are told to users."""
    x = np.array([[row[name] for name in names] for row in rows], dtype=np.float64).reshape(len(rows), len(names))
    return np.clip(_sigmoid(x @ w), LOWEST, HIGHEST)


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -30, 30))), dtype=np.float64)


def calibration(p: Floats, right: Sequence[bool]) -> list[tuple[float, float, int, float, float]]:
    """(from, to, count, mean said, share right) of each bin that is not empty."""
    truth = np.array(right, dtype=np.float64)
    out = []
    for low, high in pairwise(BINS):
        inside = (p >= low) & ((p < high) if high < 1 else (p <= high))
        if inside.any():
            out.append((low, high, int(inside.sum()), float(p[inside].mean()), float(truth[inside].mean())))
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Fits, prints, and writes where asked to."""
    parser = argparse.ArgumentParser(prog="python -m bench.confidence", description="Fits and checks confidence.")
    parser.add_argument("--write", action="store_true", help="write the weights into the vocabulary")
    args = parser.parse_args(arguments)
    console = Console(highlight=False)
    samples = [s for s in map(sample, documents()) if s.rows]
    names = list(samples[0].rows[0])
    w = fit(samples, names)
    held = [(said(s.rows, names, fit([o for o in samples if o is not s], names)), s) for s in samples]
    p = np.concatenate([a for a, _ in held])
    right = [r for s in samples for r in s.right]
    weights = Table("feature", "weight", "commitments", title="Weights", box=None)
    for name, value in zip(names, w, strict=True):
        weights.add_row(name, f"{value:+.3f}", str(sum(1 for s in samples for row in s.rows if row[name])))
    table = Table("said", "commitments", "mean said", "right", title="Each document left out in turn", box=None)
    for low, high, count, mean, share in calibration(p, right):
        table.add_row(f"{low:.2f} to {high:.2f}", str(count), f"{mean:.3f}", f"{share:.3f}")
    error = sum(count * abs(mean - share) for _, _, count, mean, share in calibration(p, right)) / len(p)
    by_document = Table("document", "commitments", "mean said", "right", title="By document, left out", box=None)
    for row, s in held:
        by_document.add_row(s.name, str(len(s.right)), f"{row.mean():.3f}", f"{np.mean(s.right):.3f}")
    for part in (weights, table, by_document):
        console.print(part)
    console.print(
        f"{len(p)} commitments; calibration error {error:.3f}, Brier {np.mean((p - np.array(right)) ** 2):.3f}"
    )
    if args.write:
        lines = ["# Weights of reading/confidence.py, fitted by: python -m bench.confidence --write", "[weights]"]
        lines += [f"{name} = {value:.3f}" for name, value in zip(names, w, strict=True)]
        WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        console.print(f"written to {WEIGHTS.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
