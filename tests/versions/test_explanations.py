"""Explanations in the languages of readers: every message is in the table, and says the same in each language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

import servanda
from servanda import packs
from servanda.explanations import explained, reason, say
from servanda.names import named
from servanda.reading.pipeline import read_source
from servanda.records import STRENGTHS, Discrepancy, Message, Strength, Value
from servanda.sources import read_bytes
from servanda.versions.discrepancies import find_discrepancies
from servanda.versions.facts import NAMES
from servanda.versions.kinds.figures import _KINDS
from servanda.versions.single import inspect
from tests.versions.test_discrepancies import PLANTED, aligned, changed, specimen
from tests.versions.test_single import FAULTS

UI = ("en", "vi", "ru")
TABLE: Mapping[str, Any] = packs.vocabulary("explanations")
SOURCE = Path(servanda.__file__).parent
A, B = ("version", "a", "en"), ("version", "b", "sv")

# A value for every name in the table, of a kind that the code gives it.
SAMPLES: dict[str, Value] = {
    "own": A, "one": A, "other": B, "two": B, "kind": ("fact", "sea"), "piece": ("piece", "clause"),
    "share": ("percent", 23), "state": ("sides", "US"), "speaker": ("sides", "VN"), "often": ("times", 3),
    "rarely": ("times", 1), "name": ("sea", "baltic-sea"), "sea": ("sea", "baltic-sea"), "meant": ("sea", "red-sea"),
    "language": ("language", "sv"), "means": ("gloss", "sea", "east", "means"),
    "meaning": ("gloss", "term", "justice", "meaning"), "says": ("gloss", "term", "justice", "says"),
    "of_one": ("strength", "firm"), "of_two": ("strength", "willing"), "figure": ("number", "tio", "10"),
    "more": 5, "fewer": 4, "made": 45,
}  # fmt: skip


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def calls() -> Iterator[tuple[str, set[str] | None]]:
    """Each message that the code tells and the names of what it fills in; None where they are not all written out."""
    for path in (*sorted((SOURCE / "versions").rglob("*.py")), SOURCE / "reading/identity.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in ("told", "_because"):
                continue
            at = 5 if getattr(call.func, "id", "") == "told" else 0
            given = {k.arg for k in call.keywords}
            for key in ast.walk(call.args[at]):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and "-" in key.value:
                    yield key.value, None if None in given else {k for k in given if k}


REPEATED = {
    node.value
    for node in ast.walk(ast.parse((SOURCE / "versions/kinds/repetition.py").read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("repeated-")
}


def test_the_table_holds_what_the_code_tells_and_nothing_else() -> None:
    assert {key for key, _ in calls()} | REPEATED == set(TABLE["message"])


@pytest.mark.parametrize("key", sorted(TABLE["message"]))
def test_a_message_fills_in_the_same_in_every_language(key: str) -> None:
    row = TABLE["message"][key]
    assert set(row) == set(UI)
    wanted = names_in(row["en"])
    assert {ui: names_in(row[ui]) for ui in UI} == dict.fromkeys(UI, wanted)
    for told, given in calls():
        assert told != key or given is None or given == wanted


@pytest.mark.parametrize("key", sorted(TABLE["message"]))
def test_a_message_is_a_sentence_in_every_language(key: str) -> None:
    values = tuple((name, SAMPLES.get(name, "Östsjön")) for name in names_in(TABLE["message"][key]["en"]))
    said = {ui: say(Message(key, values), ui) for ui in UI}
    for sentence in said.values():
        assert sentence.endswith(".")
        assert not re.search(r"[{}]|\(\)", sentence)
    assert re.search(r"[а-я]{3}", said["ru"])
    assert "“" not in said["ru"]
    assert re.search(r"[ăâđêôơưạảấầẩậắếềểệọốồổộớờởợụứừửựịệáàãéèíìóòõúùý]", said["vi"])
    assert not re.search(r"\b(the|version|which|twice|is)\b", said["vi"] + said["ru"])


def test_every_code_has_its_words() -> None:
    assert {*NAMES, *_KINDS, "language"} == set(TABLE["word"]["fact"])
    assert {*STRENGTHS, *get_args(Strength)} == set(TABLE["word"]["strength"])
    for table in ("fact", "piece", "strength"):
        assert all(set(row) == set(UI) for row in TABLE["word"][table].values())
    assert all(set(row) == set(UI) for row in TABLE["form"].values())
    for key in packs.vocabulary("seas"):
        assert len({named("sea", key, ui) for ui in UI}) == 3


def test_words_that_mislead_are_glossed_and_have_a_usual_word() -> None:
    friends = packs.vocabulary("false_friends")
    assert all(set(row["means"]) == set(UI) for row in friends["sea"].values())
    for row in friends["term"].values():
        assert set(row["meaning"]) == set(row["says"]) == set(UI)
        assert set(row["wrong"]) <= set(row["right"])


SAID = [
    (
        "figure-missing", {"own": A, "other": B, "kind": ("fact", "year"), "figure": ("quoted", "1992")},
        "The English version gives the year “1992”, which the Swedish version leaves out here.",
        "Bản A nêu năm “1992”, còn bản B bỏ sót ở đây.",
        "В версии A стоит год «1992», в версии B здесь это опущено.",
    ),
    (
        "name-differs",
        {"one": A, "two": B, "kind": ("fact", "sea"), "of_one": ("sea", "south-china-sea"), "said_one": "East Sea",
         "of_two": ("sea", "baltic-sea"), "said_two": "Östersjön"},
        "The English version names the sea South China Sea (“East Sea”) where the Swedish version names Baltic Sea "
        "(“Östersjön”).",
        "Bản A ghi tên vùng biển là Biển Đông (“East Sea”), còn bản B ghi là biển Baltic (“Östersjön”).",
        "В версии A упоминается море: Южно-Китайское море («East Sea»); в версии B: Балтийское море («Östersjön»).",
    ),
    (
        "actor-differs", {"one": A, "two": B, "of_one": ("sides", "US", "VN"), "of_two": ("sides",)},
        "In the English version the United States and Vietnam undertakes this, in the Swedish version each side.",
        "Bên cam kết thực hiện việc này: theo bản A là Hoa Kỳ và Việt Nam, theo bản B là mỗi bên.",
        "Кто принимает обязательство: по версии A — Соединенные Штаты и Вьетнам, по версии B — каждая из сторон.",
    ),
    (
        "state-two-names",
        {"state": ("sides", "BY"), "usual": "Vitryssland", "often": ("times", 3), "seldom": "Belarus",
         "rarely": ("times", 1)},
        "Belarus is called “Vitryssland” 3 times and “Belarus” once in one text.",
        "Trong cùng một văn bản, Belarus được gọi là “Vitryssland” (3 lần) và “Belarus” (1 lần).",
        "Два названия в одном тексте (Беларусь): «Vitryssland» — 3 раза, «Belarus» — 1 раз.",
    ),
    (
        "meaning-drifts", {"one": A, "two": ("version", "b", "en", "same-language"), "share": ("percent", 23)},
        "The English and the second English sentence are far less alike (23% of what is usual here) than sentences "
        "that answer to each other.",
        "Câu ở bản A và câu ở bản B gần nghĩa với nhau ít hơn nhiều (23% mức thường thấy ở đây) so với các câu tương "
        "ứng khác.",
        "Предложения версий A и B сходны намного меньше (23\xa0% обычного здесь сходства), чем предложения, "
        "соответствующие друг другу.",
    ),
    (
        "deadline-differs", {"one": A, "two": B, "of_one": ("time", "end of 2026"), "of_two": ("time", "June 2027")},
        "The English version sets the time as “end of 2026”, the Swedish version as “June 2027”.",
        "Bản A nêu thời gian là “đến hết năm 2026”, còn bản B nêu là “tháng 6 năm 2027”.",
        "В версии A срок указан как «до конца 2026 года», в версии B — как «июнь 2027\u202fг.».",
    ),
    (
        "area-differs",
        {"one": A, "two": ("version", "b", ""), "of_one": ("areas", "trade", "labour"), "of_two": ("areas", "health")},
        "The English version speaks of trade, labour where the B version speaks of health.",
        "Bản A nói về lĩnh vực “Thương mại”, “Lao động”, còn bản B nói về lĩnh vực “Y tế”.",
        "Область сотрудничества: в версии A — «Торговля», «Труд», в версии B — «Здравоохранение».",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "values", "en", "vi", "ru"), SAID, ids=[row[0] for row in SAID])
def test_a_message_says_this(key: str, values: dict[str, Value], en: str, vi: str, ru: str) -> None:
    message = Message(key, tuple(values.items()))
    for ui, sentence in (("en", en), ("vi", vi), ("ru", ru)):
        assert say(message, ui) == sentence


def planted() -> Iterator[Discrepancy]:
    """What is told of the errors planted by the tests beside this one."""
    for old, new, _, _ in PLANTED:
        yield from find_discrepancies(aligned(specimen("en"), changed(old, new)))
    for frame, words, _, _ in FAULTS:
        yield from inspect(read_source(read_bytes(frame.format(words).encode(), name="statement.txt")))


def test_what_is_found_is_said_in_every_language() -> None:
    told: set[str] = set()
    for d in planted():
        assert d.message is not None
        assert say(d.message, "en") == d.explanation
        said = {ui: explained(d, ui) for ui in UI}
        assert [language for _, language in said.values()] == list(UI)
        assert len({sentence for sentence, _ in said.values()}) == 3
        told.add(d.message.key)
    assert {
        "name-differs",
        "figure-differs",
        "negation-differs",
        "strength-weaker",
        "repeated-joined",
        "sea-mistaken",
    } <= told
    assert {"term-misused", "acronym-unexplained", "years-wrong", "repeated-at-once"} <= told


@pytest.mark.parametrize(
    "message", [None, Message("gone", ()), Message("repeated-at-once", ()), Message("actor-differs", (("one", A),))]
)
def test_what_cannot_be_said_is_told_in_english(message: Message | None) -> None:
    d = Discrepancy("repetition", 1, None, None, "“och” stands twice in a row.", 0.7, message)
    assert explained(d, "ru") == (d.explanation, "en")
    whole = replace(d, message=Message("repeated-at-once", (("said", "och"),)))
    assert explained(whole, "ru") == ("«och» стоит два раза подряд.", "ru")
    assert explained(whole, "fr") == (d.explanation, "en")


def test_the_kind_of_a_text_has_its_reason_in_every_language() -> None:
    english = read_source(read_bytes(specimen("vi").encode(), name="vi.txt")).expression.reason
    assert english == (
        "The formula of adoption names en, is, mn as languages of the originals; this text is in vi."
    )  # fmt: skip
    assert reason(english, "en") == (
        "The formula of adoption names English, Icelandic, Mongolian as languages of the originals; this text is in "
        "Vietnamese.", "en",
    )  # fmt: skip
    assert reason(english, "ru") == (
        "Заключительная формула называет языки подлинников: английский, исландский, монгольский; язык этого текста — "
        "вьетнамский.", "ru",
    )  # fmt: skip
    foreign = "No languages of originals are named; sv is not an official language of KZ, VN."
    assert reason(foreign, "vi")[0].endswith(
        "tiếng Thụy Điển không phải ngôn ngữ chính thức của Kazakhstan và Việt Nam."
    )
    assert reason("Somebody wrote this.", "ru") == ("Somebody wrote this.", "en")
