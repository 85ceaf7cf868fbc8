from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from servanda import packs
from servanda.reading import nearness
from servanda.reading.layout import paragraphs
from servanda.records import ACTIONS, SEGMENT_CLASSES, STRENGTHS, Source

TEXT = (
    "联合声明\n"
    "应总统邀请，总理于6月1日至3日进行正式访问。\n"
    "双方一致同意扩大贸易，建立联合委员会；并将举办文化节，互换学生。\n"
    "The two sides agreed to widen trade, set up a joint committee; and to hold days of culture.\n"
)


class Letters:
    """Vectors from pairs of letters: no meaning, but alike texts are near, and nothing is loaded."""

    name = "letters"
    version = "1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Any:
        self.asked += texts
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in pairwise(text):
                row[(ord(pair[0]) * 31 + ord(pair[1])) % 64] += 1
            row /= max(float(np.linalg.norm(row)), 1.0)
        return rows


@pytest.fixture(scope="module")
def model() -> nearness.Model:
    return nearness.Model.train(Letters(), nearness.samples())


def read(text: str, model: nearness.Model) -> list[nearness.NearSentence]:
    laid = paragraphs(Source("t", "text/plain", text, "0" * 64))
    return nearness.read_without_pack(text, laid, Letters(), using=model)


# --- the data -------------------------------------------------------------------------------------------------------


def test_the_data_file_names_every_area_and_action_and_no_other() -> None:
    data = packs.vocabulary("nearness")
    assert tuple(data["areas"]) == packs.area_slugs()
    assert tuple(data["actions"]) == ACTIONS
    assert set(data["sentences"]) | {"commitment"} == set(SEGMENT_CLASSES)
    for row in data["commitment"]:
        assert row["modality"] in nearness.MODALITIES
        assert row["action"] in ACTIONS
        assert set(row["areas"]) <= set(packs.area_slugs())


def test_every_area_has_phrases_in_three_languages() -> None:
    for slug, phrases in packs.vocabulary("nearness")["areas"].items():
        scripts = {nearness._script(text) for text in phrases}
        assert {"Latn", "Cyrl", "Viet"} <= scripts, slug
        assert len(phrases) >= 9, slug


def test_no_text_of_the_data_file_stands_twice() -> None:
    raw = files("servanda").joinpath("vocabulary", "nearness.toml").read_text(encoding="utf-8")
    data = tomllib.loads(raw)
    texts = [t for rows in (*data["areas"].values(), *data["sentences"].values()) for t in rows]
    texts += [row["text"] for row in data["commitment"]]
    assert len(texts) == len(set(texts))


def test_specimens_are_samples() -> None:
    rows = nearness.samples()
    assert {r.language for r in rows if r.paragraph >= 0} >= {"en"}
    assert all(r.text == r.text.strip() and r.text for r in rows)
    assert rows == nearness.samples()


def test_coded_documents_give_sentences_commitments_and_joints() -> None:
    text = "They met.\nThey agreed to trade more, open a school and meet, as friends always do."
    rows = [
        {"kind": "segment", "start": 0, "end": 9, "class": "narrative"},
        {"kind": "segment", "start": 10, "end": len(text), "class": "commitment"},
        *(
            {"kind": "commitment", "start": a, "end": b, "modality": "agreed", "action": "other", "areas": ["trade"]}
            for a, b in ((15, 35), (37, 50))
        ),
    ]
    found = list(nearness.coded(text, rows, "en"))
    assert [(r.kind, r.paragraph) for r in found if r.kind] == [("narrative", 0), ("commitment", 1)]
    assert [(r.text[:13], r.joint) for r in found if r.joint is not None] == [
        ("open a school", True),
        ("as friends al", False),
    ]
    assert [r.text for r in found if r.areas] == ["agreed to trade more", "open a school"]


# --- clauses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They agreed to trade more", ["They agreed to trade more"]),
        (
            "They agreed to trade more, open a new school; and meet every year.",
            ["They agreed to trade more,", "open a new school;", "and meet every year."],
        ),
        (
            "They spent 1,500,000 on fish, and on wool and hides.",
            ["They spent 1,500,000 on fish,", "and on wool and hides."],
        ),
        ("双方同意扩大贸易，建立联合委员会；举办文化节。", ["双方同意扩大贸易，", "建立联合委员会；", "举办文化节。"]),
        ("They will (1) widen their trade, (2) open a school.", ["They will (1) widen their trade,", "open a school."]),
        (
            "اتفق الجانبان على تعزيز التجارة، وإنشاء لجنة مشتركة.",
            ["اتفق الجانبان على تعزيز التجارة،", "وإنشاء لجنة مشتركة."],
        ),
    ],
)
def test_pieces(sentence: str, expected: list[str]) -> None:
    text = "x " + sentence
    found = nearness.pieces(text, 2, len(text))
    assert [text[p.start : p.end] for p in found] == expected
    assert found[0].start == 2
    assert found[-1].end == len(text)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_pieces_leave_out_nothing_but_space_and_numbers() -> None:
    for row in nearness.samples():
        found = nearness.pieces(row.text, 0, len(row.text))
        kept = "".join(row.text[p.start : p.end] for p in found)
        left = len(re.sub(r"\s", "", row.text)) - len(re.sub(r"\s", "", kept))
        assert 0 <= left <= 8 * (len(found) - 1)


# --- models ---------------------------------------------------------------------------------------------------------


def test_training_is_deterministic(model: nearness.Model) -> None:
    again = nearness.Model.train(Letters(), nearness.samples())
    for name, array in model.arrays().items():
        assert np.array_equal(array, again.arrays()[name]), name


def test_a_head_learns_and_is_calibrated() -> None:
    random = np.random.default_rng(1)
    y = np.eye(3)[np.arange(600) % 3]
    x = y @ random.normal(size=(3, 8)) + 0.6 * random.normal(size=(600, 8))
    ones, folds, judged = np.ones(600), np.arange(600) // 3 % 5, np.ones(600, np.bool_)
    one = nearness.Head.fit(x, y, ones, folds, judged, exclusive=True)
    chance = one.one(x)
    assert np.allclose(chance.sum(axis=1), 1)
    right = chance.argmax(axis=1) == y.argmax(axis=1)
    assert right.mean() > 0.9
    assert abs(right.mean() - chance.max(axis=1).mean()) < 0.1
    each = nearness.Head.fit(x, y, ones, folds, judged, exclusive=False).each(x)
    assert abs(each.mean() - y.mean()) < 0.05


def test_models_are_kept_and_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearness, "_MODELS", {})
    first = Letters()
    made = nearness.model(first, cache=tmp_path)
    assert nearness.model(first, cache=tmp_path) is made
    monkeypatch.setattr(nearness, "_MODELS", {})
    second = Letters()
    back = nearness.model(second, cache=tmp_path)
    assert second.asked == []
    assert all(np.array_equal(back.arrays()[n], a) for n, a in made.arrays().items())
    (kept,) = tmp_path.rglob("*.npz")
    kept.write_bytes(b"broken")
    monkeypatch.setattr(nearness, "_MODELS", {})
    assert np.array_equal(nearness.model(second, cache=tmp_path).mean, made.mean)


# --- reading --------------------------------------------------------------------------------------------------------


def test_area_scores_name_every_area_best_first(model: nearness.Model) -> None:
    found = nearness.area_scores(Letters(), ["agreed to trade more, to fish and to sail far away", "x"], using=model)
    assert len(found) == 2
    for row in found:
        assert set(row) == set(packs.area_slugs())
        assert list(row.values()) == sorted(row.values(), reverse=True)
        assert all(0 <= value <= 1 for value in row.values())
    assert nearness.area_scores(Letters(), [], using=model) == []


def test_sentences_cover_the_text_in_order(model: nearness.Model) -> None:
    found = read(TEXT, model)
    at = 0
    for s in found:
        assert TEXT[at : s.start].strip() == ""
        at = s.end
        assert s.kind in SEGMENT_CLASSES
        assert 0 <= s.confidence <= 0.7 or s.kind == "noise"
        for c in s.commitments:
            assert s.kind == "commitment"
            assert s.start <= c.start < c.end <= s.end
            assert TEXT[c.end - 1] not in " .;,。；，"
            assert c.action in ACTIONS
            assert c.strength in STRENGTHS
            assert c.confidence <= s.confidence
    assert TEXT[at:].strip() == ""


@pytest.mark.parametrize("text", ["", "\n\n", ".", "x", "；；；，，，", "1. \n2. ", "a" * 5000])
def test_odd_texts_are_read(text: str, model: nearness.Model) -> None:
    read(text, model)


def test_the_bundled_encoder_tells_areas_in_unlike_languages(tmp_path: Path) -> None:
    from servanda.encoders.e5 import E5

    encoder = E5(cache=tmp_path)
    used = nearness.Model.train(encoder, [r for r in nearness.samples() if r.paragraph < 0 or r.language == "en"])
    cases = {
        "renforcer la coopération entre les universités et offrir des bourses": "education",
        "die Zusammenarbeit im Bereich Landwirtschaft und Viehzucht ausbauen": "agriculture",
        "加强两军交流与防务合作": "defence",
        "aumentar el flujo de turistas entre los dos países": "tourism",
        "помощь пострадавшим от землетрясения и наводнения": "humanitarian",
        "تعزيز التعاون في مجال الصحة والأدوية": "health",
        "tăng cường kết nối đường sắt và cảng biển": "transport",
    }
    scores = nearness.area_scores(encoder, list(cases), using=used)
    assert [next(iter(row)) for row in scores] == list(cases.values())
