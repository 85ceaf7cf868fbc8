"""What answers to what: every line once, the order kept but for what clearly moved, noise left out."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import servanda
from bench.alignment import aligned, disturbed, gold, lines, strict
from servanda.encoders import Encoder, load
from servanda.records import Pair
from servanda.sources import read_bytes
from servanda.versions import align_lines, align_statements, remembering
from servanda.versions.align import paragraph_spans
from servanda.versions.band import corridor
from servanda.versions.similarity import composed, parts

GOLD = Path(__file__).resolve().parents[2] / "bench" / "coded" / "alignment"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return remembering(load("e5"))  # type: ignore[return-value]


def specimen(language: str) -> list[str]:
    text = files("servanda").joinpath("specimens", f"{language}.txt").read_text("utf-8")
    return [text[i:j] for i, j in paragraph_spans(text)]


class Drawn:
    """An encoder for texts "a 3 xxx" or "b 3 4 xxx": the numbers' own random vectors, added, and noise."""

    name, version = "drawn", "1"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> np.ndarray:
        out = np.zeros((len(texts), 48), np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                if word.isdigit():
                    out[row] += np.random.default_rng(int(word)).normal(size=48)
            out[row] += np.random.default_rng(sum(map(ord, text)) + 10**6).normal(size=48)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


def beads(pairs: Sequence[Pair]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(p.a, p.b) for p in pairs]


def odd(pairs: Sequence[Pair]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The pairs that are not one line with the line of the same number."""
    return [(p.a, p.b) for p in pairs if p.a != p.b]


@pytest.mark.parametrize(("a", "b"), [("en", "vi"), ("ru", "kk"), ("sv", "az")])
def test_versions_line_by_line(a: str, b: str, encoder: Encoder) -> None:
    assert odd(align_lines(specimen(a), specimen(b), encoder)) == []


@pytest.mark.parametrize("count", range(1, 9))
def test_few_lines(count: int, encoder: Encoder) -> None:
    assert odd(align_lines(specimen("en")[10 : 10 + count], specimen("vi")[10 : 10 + count], encoder)) == []


def test_a_paragraph_left_out_one_added_and_two_joined(encoder: Encoder) -> None:
    a, b = specimen("en"), specimen("sv")
    b = [*b[:4], *b[5:10], f"{b[10]} {b[11]}", *b[12:]]
    a = [*a[:20], *a[21:]]
    found = beads(align_lines(a, b, encoder))
    assert ((4,), ()) in found
    assert ((10, 11), (9,)) in found
    assert ((), (18,)) in found
    assert all(len(x) == len(y) == 1 for x, y in found if x not in ((4,), (10, 11)) and y != (18,))


@pytest.mark.parametrize("monotone", [True, False])
def test_a_moved_paragraph_is_linked(encoder: Encoder, monotone: bool) -> None:
    b = specimen("vi")
    b.insert(25, b.pop(15))
    found = beads(align_lines(specimen("en"), b, encoder, monotone=monotone))
    assert found == [((i,), (i if i < 15 or i > 25 else 25 if i == 15 else i - 1,)) for i in range(38)]


def test_swapped_neighbours(encoder: Encoder) -> None:
    b = specimen("ru")
    b[12], b[13] = b[13], b[12]
    assert odd(align_lines(specimen("en"), b, encoder)) == [((12,), (13,)), ((13,), (12,))]


def test_nothing_on_one_side(encoder: Encoder) -> None:
    assert align_lines([], [], encoder) == []
    assert beads(align_lines([], ["One.", "Two."], encoder)) == [((), (0,)), ((), (1,))]
    assert beads(align_lines(["One."], [], encoder)) == [((0,), ())]
    assert {i for p in align_lines(["", " "], ["", "x"], encoder) for i in p.a} == {0, 1}


@pytest.mark.parametrize("seed", range(6))
def test_every_line_is_in_one_pair(seed: int) -> None:
    chance = random.Random(seed)
    a = [f"a {chance.randrange(40)} {'x' * chance.randrange(60)}" for _ in range(chance.randrange(1, 30))]
    b = [f"b {chance.randrange(40)} {'x' * chance.randrange(60)}" for _ in range(chance.randrange(1, 30))]
    for monotone in (True, False):
        found = align_lines(a, b, Drawn(), monotone=monotone)
        assert sorted(i for p in found for i in p.a) == list(range(len(a)))
        assert sorted(j for p in found for j in p.b) == list(range(len(b)))
        assert all(0 <= p.score <= 1 and p.level == "line" for p in found)


def test_long_texts_take_time_in_proportion() -> None:
    spent = {}
    for count in (250, 2000):  # past 1,225 lines the first path is found in groups
        rows = [f"{i} {'x' * (20 + i * 7919 % 150)}" for i in range(count)]
        a, b, known = disturbed([f"a {r}" for r in rows], [f"b {r}" for r in rows], 1)
        encoder = remembering(Drawn())
        encoder.encode([*a, *b])
        start = time.perf_counter()
        found = aligned(a, b, encoder)  # type: ignore[arg-type]
        spent[count] = time.perf_counter() - start
        assert strict([(found, known)]) > 0.95
    assert spent[2000] < 30 * spent[250]


def test_the_band_grows_with_the_text_and_not_with_its_square() -> None:
    sizes = [corridor([(i, i) for i in range(0, n, 3)], n, n, 24).size / n for n in (1_000, 10_000)]
    assert sizes[1] < 1.1 * sizes[0]
    steep = corridor([(0, 0), (1, 5_000)], 5_000, 10_000, 24)
    assert steep.first[0] == 0
    assert steep.last[-1] == 10_000
    assert steep.size < 5_000_000


def test_joined_lines_have_the_mean_weighted_by_length() -> None:
    rows = np.eye(3, dtype=np.float32)
    got = composed(rows, np.array([3.0, 4.0, 1.0]), 2)
    assert got[:2].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert got[2] == pytest.approx([0.6, 0.8, 0])


@pytest.mark.parametrize(
    ("text", "lengths", "expected"),
    [
        ("The sides met. They agreed to trade.", [14, 21], ["The sides met.", "They agreed to trade."]),
        ("On trade The sides agreed", [8, 16], ["On trade", "The sides agreed"]),
        ("双方会晤。双方同意。", [5, 5], ["双方会晤。", "双方同意。"]),
        ("word", [1, 1], ["wo", "rd"]),
        ("x", [1, 1], ["x", "x"]),
        ("One, two; three.", [4, 4, 7], ["One,", "two;", "three."]),
    ],
)
def test_parts(text: str, lengths: list[int], expected: list[str]) -> None:
    assert parts(text, lengths) == expected


def test_statements_count_lines_and_leave_noise_out(encoder: Encoder) -> None:
    english = files("servanda").joinpath("specimens", "en.txt").read_bytes()
    russian = files("servanda").joinpath("specimens", "ru.txt").read_text("utf-8")
    noisy = russian.replace("\n", "\n\n   ") + "\nПоделиться\nКомментарии (0)\n"
    a = servanda.read(read_bytes(english, name="en.txt"))
    b = servanda.read(read_bytes(noisy.encode(), name="ru.txt"))
    got = align_statements(a, b, encoder)
    assert [b.source.text[i:j] for i, j in got.paragraphs_b] == [s.strip() for s in noisy.split("\n") if s.strip()]
    wide = [p for p in got.pairs if p.level == "paragraph"]
    assert [(p.a, p.b) for p in wide if p.a] == [((i,), (i,)) for i in range(38)]
    noise = [k for k, (i, j) in enumerate(got.paragraphs_b) if k > 37]
    assert [p.b for p in wide if not p.a] == [(k,) for k in noise]
    narrow = [p for p in got.pairs if p.level == "sentence"]
    assert sorted(i for p in narrow for i in p.a) == list(range(len(got.sentences_a)))
    assert sorted(j for p in narrow for j in p.b) == list(range(len(got.sentences_b)))
    assert got.discrepancies == ()
    inside = {k: n for n, (i, j) in enumerate(got.paragraphs_a) for k, s in enumerate(got.sentences_a) if i <= s[0] < j}
    other = {k: n for n, (i, j) in enumerate(got.paragraphs_b) for k, s in enumerate(got.sentences_b) if i <= s[0] < j}
    assert all(inside[i] == other[j] for p in narrow for i in p.a for j in p.b)
    assert sum(len(p.a) == len(p.b) == 1 for p in narrow) > 0.9 * len(got.sentences_a)


def test_the_declaration(shared: Path, encoder: Encoder) -> None:
    """Two of the ten pairs; bench/alignment.py measures all."""
    pairs = []
    for name in ("de-uk.0", "tr-fi.1"):
        folder = shared / "alignment" / name
        if not folder.is_dir():
            pytest.skip(f"there is no {folder}")
        pairs.append((aligned(lines(folder / "a.txt"), lines(folder / "b.txt"), encoder), gold(folder / "gold.json")))
    assert strict(pairs) > 0.97


@pytest.mark.parametrize(("a", "b", "least"), [("003_vi", "000_sv", 0.99), ("003_vi", "002_en", 0.75)])
def test_real_statements(a: str, b: str, least: float, shared: Path, encoder: Encoder) -> None:
    paths = [next((shared / "seeds").glob(f"{name[:3]}_*"), None) for name in (a, b)]
    if None in paths:
        pytest.skip(f"not both texts are in {shared / 'seeds'}")
    got = align_statements(*(servanda.read(p) for p in paths if p), encoder)
    found = [(p.a, p.b) for p in got.pairs if p.level == "paragraph"]
    assert strict([(found, gold(GOLD / f"{a}-{b}.json"))]) >= least


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.json")), ids=lambda p: p.stem)
def test_gold_holds_index_lists_alone(path: Path) -> None:
    for side in (0, 1):
        every = [i for bead in json.loads(path.read_text("utf-8")) for i in bead[side]]
        assert sorted(every) == list(range(len(every)))
