"""Who acts: sides told by their names, their organs and those who speak for them; and what a document calls them."""

from __future__ import annotations

import pytest

from servanda import packs
from servanda.reading.actors import Names
from servanda.reading.clauses import Document
from servanda.reading.layout import paragraphs
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.reading.people import named
from servanda.reading.pipeline import read_source
from servanda.records import Source


def names(text: str, language: str, parties: tuple[str, ...]) -> tuple[Names, Document]:
    document = Document(text, tokenise(text), Lexicon.of(language))
    rows = paragraphs(Source("test.txt", "text/plain", text, "0" * 64))
    return named(document, rows, parties), document


# Language, parties, a text, and what in it is told to be whose.
TOLD = [
    ("en", ("AU", "US"), "President Ann Berg of the United States and Prime Minister Kay Holt of Australia met today. "
     "President Berg will visit Perth. Prime Minister Holt welcomes this.",
     {"President Berg": "US", "Prime Minister Holt": "AU"}),
    ("en", ("JP", "US"), "President Ann Q. Berg, Jr. and Prime Minister Mori Ken held talks. President Berg thanked "
     "the Prime Minister. President Orlov of Russia was not there.",
     {"President Berg": "US", "Prime Minister Mori Ken": "JP", "Prime Minister": "JP"}),
    ("en", ("PH", "US"), "President Ann Berg welcomed Philippine President Luz Reyes. President Berg and President "
     "Reyes agreed on talks.", {"President Berg": "US", "President Reyes": "PH"}),
    ("en", ("MN", "US"), "Vice President Eve Lund welcomed Prime Minister Bat-Erdene Dorj to the city. USAID plans "
     "to help. Vice President Lund agrees.", {"Vice President Lund": "US", "USAID": "US"}),
    ("en", ("MN", "US"), "Mongolia's Prime Minister Dorj Bat met U.S. Secretary of State Eve Lund.",
     {"Mongolia's Prime Minister Dorj Bat": "MN"}),
    ("ru", ("KZ", "VN"), "Президент Республики Казахстан А. Серов встретился с гостями. Президент Серов подтвердил "
     "поддержку.", {"Президент Серов": "KZ"}),
    ("vi", ("BY", "VN"), "Tổng thống Belarus Oleg Sedov đón khách. Tổng thống Sedov khẳng định ủng hộ hai bên.",
     {"Tổng thống Sedov": "BY"}),
    ("vi", ("FR", "VN"), "Pháp và Việt Nam sẽ áp dụng các biện pháp chung theo pháp luật.", {"Pháp": "FR"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "parties", "text", "told"), TOLD)
def test_a_document_tells_who_speaks_for_whom(
    language: str, parties: tuple[str, ...], text: str, told: dict[str, str]
) -> None:
    if language not in packs.available():
        pytest.skip(f"there is no pack for {language}")
    found, document = names(text, language, parties)
    tokens = document.tokens
    said = {text[tokens.starts[a] : tokens.ends[b - 1]]: found.codes[a, b] for a, b in found.spans}
    assert told.items() <= said.items()
    assert not any("Orlov" in name or name.startswith("pháp") for name in said)


def test_who_holds_an_office_both_have_stays_open_until_something_tells() -> None:
    found, document = names("President Berg met President Reyes.", "en", ("PH", "US"))
    assert found.spans == ()
    assert len(document.tokens) > 0


TITLE = "Joint Statement of the United States and the Philippines\n\n"
HEAD = "President Ann Berg of the United States welcomed President Luz Reyes of the Philippines to the city.\n\n"
SUBJECTS = [
    ("President Berg will send a trade mission to the Philippines.", ("US",)),
    ("President Berg and President Reyes will strengthen cooperation on trade.", ("both",)),
    ("The United States and the Philippines will expand cooperation on wind energy.", ("both",)),
    ("The U.S. government will provide additional assistance to the Philippines.", ("US",)),
    ("The U.S. and Philippine governments will expand cooperation on health.", ("both",)),
    ("The Philippine side will provide land for the laboratory.", ("PH",)),
    ("Each side will appoint a coordinator.", ("both",)),
    ("Both Presidents will hold regular consultations.", ("both",)),
    ("With the support of the United States, the Philippines will establish a centre.", ("PH",)),
    ("USAID will provide equipment for schools.", ("US",)),
]


@pytest.mark.parametrize(("sentence", "who"), SUBJECTS)
def test_the_subject_says_who_acts(sentence: str, who: tuple[str, ...]) -> None:
    text = TITLE + HEAD + sentence + "\n"
    found = read_source(Source("test.txt", "text/plain", text, "0" * 64), language="en")
    assert found.parties == ("PH", "US")
    assert {c.actors for c in found.commitments} == {who}


NATIVE = [
    ("vi", "Tuyên bố chung giữa Việt Nam và Belarus\n\nHai bên nhất trí tăng cường hợp tác. Phía Việt Nam sẽ cung cấp "
     "học bổng cho sinh viên.\n", ("VN",)),
    ("vi", "Tuyên bố chung giữa Việt Nam và Belarus\n\nHai bên nhất trí tăng cường hợp tác. Bộ Quốc phòng hai nước sẽ "
     "trao đổi đoàn.\n", ("BY:Ministry of Defence", "VN:Ministry of Defence")),
    ("ru", "Совместное заявление Вьетнама и Казахстана\n\nСтороны договорились развивать торговлю. Казахстанская "
     "сторона предоставит стипендии студентам.\n", ("KZ",)),
    ("nb", "Felles uttalelse mellom Vietnam og Kasakhstan\n\nDe to sidene ble enige om å styrke handelen. Vietnam "
     "bekreftet at de er villige til å støtte Kasakhstan i landbruk.\n", ("VN",)),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "who"), NATIVE)
def test_sides_and_bodies_in_other_languages(language: str, text: str, who: tuple[str, ...]) -> None:
    if language not in packs.available():
        pytest.skip(f"there is no pack for {language}")
    found = read_source(Source("test.txt", "text/plain", text, "0" * 64), language=language)
    assert {c.actors for c in found.commitments} == {("both",), who}


def test_of_three_parties_some_are_listed_and_all_are_both() -> None:
    text = (
        "Joint Statement of the United States, Switzerland and Liechtenstein\n\n"
        "The United States, Switzerland and Liechtenstein will expand cooperation on trade.\n\n"
        "Switzerland and Liechtenstein will provide access to their markets.\n"
    )
    found = read_source(Source("test.txt", "text/plain", text, "0" * 64), language="en")
    assert found.parties == ("CH", "LI", "US")
    assert [c.actors for c in found.commitments] == [("both",), ("CH", "LI")]


def test_each_segment_has_its_language() -> None:
    russian = (
        "Стороны договорились расширять торговлю сельскохозяйственной продукцией и обмениваться опытом в сфере "
        "подготовки специалистов железнодорожного транспорта."
    )
    text = (
        "Joint Statement between Kazakhstan and Mongolia\n\nThe two sides will expand trade in the products of their "
        f"farms and share what they know of the training of railway staff.\n\n{russian}\n"
    )
    found = read_source(Source("test.txt", "text/plain", text, "0" * 64), language="en")
    told = {text[s.start : s.end]: s.language for s in found.segments}
    assert told[russian] == "ru"
    assert {code for quote, code in told.items() if quote != russian} == {"en"}
