"""What the engine and the worker say in English is said again in the reader's language, all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import servanda
from servanda.errors import MissingExtra, ServandaError
from servanda.sources.opening import read_bytes
from servanda.sources.table import _REFUSED, _REFUSED_SUFFIXES
from servanda_register.actions import placing, reading
from servanda_register.queries.sentences import COUNTED, SENTENCES, by_when, in_words, names_of_mechanism

ENGINE = Path(servanda.__file__).parent
FILES = [
    *sorted((ENGINE / "sources").glob("*.py")), ENGINE / "reading/assembly.py", ENGINE / "reading/pipeline.py",
    ENGINE / "reading/unpacked.py", ENGINE / "versions/same_work.py",
]  # fmt: skip
ELSEWHERE = (
    # of paths and options, which a register does not take
    "does not exist", "is a directory", "may not be read: permission denied", "cannot be opened", "--fetch",
    "Save the file and give its path",
    # of what is checked before
    "The text was not read",
    # parts of sentences, which are tried as wholes
    "_REFUSED_SUFFIXES", "{given.name} is {what}", "{_AS_DOCX}", "Unpack it first", "Save it as PDF; scanned",
    "a spreadsheet", "a presentation", "{why}", "; {fewer} paragraphs", "_sentence", "{share}, but",
)  # fmt: skip


def text_of(node: ast.AST) -> str:
    """A string as it stands in the code, with the code of what is filled in between braces."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    assert isinstance(node, ast.JoinedStr)
    return "".join(
        f"{{{ast.unparse(part.value)}{'!r' * (part.conversion > 0)}}}"
        if isinstance(part, ast.FormattedValue)
        else text_of(part)
        for part in node.values
    )


def sentences_in(path: Path) -> Iterator[str]:
    """Strings that are sentences: that begin as one and end in a full stop."""
    tree = ast.parse(path.read_text("utf-8"))
    inner = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        if part is not node
    }  # fmt: skip
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inner | remarks:
            text = text_of(node)
            if text.endswith((".", ". ")) and len(text.split()) > 3 and (text[0].isupper() or text[0] == "{"):
                yield text


def filled(text: str) -> str:
    """The sentence with something in each gap."""
    out, depth = "", 0
    for at, letter in enumerate(text):
        if letter == "}":
            depth -= 1
            if not depth:
                out += "'Qx7'" if text[at - 2 : at] == "!r" else "Qx7"
        elif letter == "{":
            depth += 1
        elif not depth:
            out += letter
    return out


@pytest.mark.parametrize("language", ["vi", "ru"])
def test_every_sentence_of_the_engine_is_known(language: str) -> None:
    wanted = {s for path in FILES for s in sentences_in(path) if not any(part in s for part in ELSEWHERE)}
    assert len(wanted) > 50
    with translation.override(language):
        assert sorted(s for s in wanted if in_words(filled(s)) == filled(s)) == []


def test_every_sentence_of_the_worker_is_known() -> None:
    said = set()
    for room in (reading, placing):
        for node in ast.walk(ast.parse(Path(str(room.__file__)).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
                said.add(text_of(node.args[0]))
    parts = {"everyone", "all who work on the partnership", "Read in a text that was brought in."}
    assert len(said) > 10
    assert said - parts - {one for one, _many in COUNTED} - set(SENTENCES) == set()


@pytest.mark.parametrize("language", ["vi", "ru"])
def test_what_is_refused_is_refused_in_words(language: str) -> None:
    given = [(magic + b"\0" * 40, "note") for magic, _what in _REFUSED]
    given += [(b"\0\1\2 no document", f"note{suffix}") for suffix in _REFUSED_SUFFIXES]
    given += [(b"", "note.txt"), (b"  \n ", "note.txt"), (b"\0\1\2\3", "note"), (b"PK\3\4zip", "note.zip")]
    given += [(b"%PDF-1.7 broken", "note.pdf"), (b"text", "note.docx"), (b"<html></html>", "note.html")]
    for content, name in given:
        with pytest.raises(ServandaError) as error:
            read_bytes(content, name=name)
        with translation.override(language):
            said = in_words(str(error.value))
        assert said != str(error.value)
        assert name in said


SAID = "The formula of adoption names vi, be as languages of the originals; this text is in sv."
SCANNED = MissingExtra("a.pdf is scanned (pictures without text); reading it (apt install x)", "ocr")
OFFICIAL = "No languages of originals are named; ru is an official language of BY, KZ."


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", SAID, ["Vietnamese, Belarusian", "in Swedish."]),
        ("vi", SAID, ["tiếng Việt, tiếng Belarus", "tiếng Thụy Điển"]),
        ("ru", SAID, ["вьетнамский, белорусский", "шведский"]),
        ("ru", OFFICIAL, ["русский", "Беларусь и Казахстан"]),
        ("vi", "The parties are VN and BY in one text and VN and KZ in the other.", ["Việt Nam và Kazakhstan"]),
        ("ru", "3 comparisons with other texts were made.", ["3"]),
        (
            "ru",
            "a.txt and b.txt are not versions of one statement: One text was adopted on 2025-05-12, the other on "
            "2025-05-07. Give two texts of the same statement, or use `servanda compare` for different ones.",
            ["a.txt", "принят 2025-05-12"],
        ),
        (
            "vi",
            "The content is not the same: 4 of 20 paragraphs of the shorter text find an answer in order, but with one "
            "text read backwards they agree 81% as well.",
            ["4 trên 20 đoạn", "81%"],
        ),
        (
            "ru",
            f"Page 2, 3 is a picture and was not read. {SCANNED}",
            ["Страница 2, 3", "a.pdf — скан", 'pip install "servanda[ocr]"'],
        ),
    ],
)  # fmt: skip
def test_codes_are_told_by_their_names_and_sentences_within_too(language: str, text: str, parts: list[str]) -> None:
    with translation.override(language):
        said = in_words(text)
    assert said != text
    for part in parts:
        assert part in said


def test_what_nobody_said_stays_as_it_is_and_names_of_records_are_those_of_today() -> None:
    with translation.override("ru"):
        assert in_words("Ask Anna about it.") == "Ask Anna about it."
        said = in_words("A new partnership was opened: Iceland and Nepal.", partnership="Исландия и Непал")
    assert "Исландия и Непал" in said
    assert "Iceland" not in said


@pytest.mark.parametrize(
    ("language", "deadline", "said"),
    [
        ("en", "annually", "every year"), ("vi", "annually", "hằng năm"), ("ru", "end of 2026", "до конца 2026 года"),
        ("ru", "when the bridge stands", "when the bridge stands"), ("vi", "", ""), ("fr", "annually", "annually"),
    ],
)  # fmt: skip
def test_deadlines_are_told_in_the_reader_s_words(language: str, deadline: str, said: str) -> None:
    with translation.override(language):
        assert by_when(deadline) == said


def test_mechanisms_are_named_in_the_languages_that_have_words_for_them() -> None:
    assert names_of_mechanism("Iceland-Mongolia Business Council") == {
        "en": "Iceland-Mongolia Business Council", "vi": "Hội đồng doanh nghiệp", "ru": "Деловой совет",
    }  # fmt: skip
    assert names_of_mechanism("Council of Riders") == {"en": "Council of Riders"}
