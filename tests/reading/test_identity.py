"""Whose statement a text is: small statements of our own in every language, and real ones where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from servanda import packs
from servanda.reading import noise
from servanda.reading.clauses import Document
from servanda.reading.dates import calendar
from servanda.reading.identity import Identity, detect, detect_each, identify, name_forms
from servanda.reading.layout import paragraphs
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.records import Source

SHARED = Path(__file__).resolve().parents[3] / "shared"


def need(language: str) -> None:
    """Skips where a language has no pack yet."""
    if language not in packs.available():
        pytest.skip(f"there is no pack for {language}")


def read(text: str, language: str | None = None, **fields: str) -> Identity:
    """The identity of a text, its noise marked as in a full reading."""
    source = Source("test.txt", "text/plain", text, "0" * 64, **fields)  # type: ignore[arg-type]
    language = language or detect(text)
    need(language)
    lexicon = Lexicon.of(language)
    document = Document(text, tokenise(text), lexicon)
    rows = paragraphs(source)
    page = [document.within(document.page, *document.range(p.start, p.end)) for p in rows]
    rows = noise.mark(text, rows, page, lambda i: document.speaks(rows[i]))
    return identify(source, rows, lexicon.pack, language)


# Language, a small statement, parties, date, place, languages of the originals, kind of expression.
STATEMENTS = [
    (
        "en",
        "Joint Statement between Vietnam and Kazakhstan\n\n"
        "The two sides agreed to deepen cooperation in agriculture and transport.\n\n"
        "The two sides will increase exchanges of delegations.\n\n"
        "Done at Astana on 6 May 2025 in two originals, each in the Vietnamese, Kazakh and English languages, "
        "all texts being equally authentic.\n",
        ("KZ", "VN"), "2025-05-06", "Astana", ("en", "kk", "vi"), "original",
    ),
    (
        "sv",
        "Gemensamt uttalande mellan Vietnam och Azerbajdzjan\n\n"
        "De två sidorna enades om att stärka handeln mellan länderna.\n\n"
        "De två sidorna kommer att utbyta erfarenheter om sjöfart.\n\n"
        "Det gemensamma uttalandet antogs den 7 maj 2025 i Baku på vietnamesiska, azerbajdzjanska och engelska.\n",
        ("AZ", "VN"), "2025-05-07", "Baku", ("az", "en", "vi"), "translation",
    ),
    (
        "nb",
        "Felles uttalelse mellom Vietnam og Kasakhstan\n\n"
        "De to sidene ble enige om å styrke samarbeidet innen landbruk.\n\n"
        "De to sidene vil utveksle erfaringer om utdanning.\n\n"
        "Felleserklæringen ble vedtatt 6. mai 2025 i Astana på vietnamesisk, kasakhisk og engelsk.\n",
        ("KZ", "VN"), "2025-05-06", "Astana", ("en", "kk", "vi"), "translation",
    ),
    (
        "vi",
        "Tuyên bố chung giữa Việt Nam và Belarus\n\n"
        "Hai bên nhất trí tăng cường hợp tác nông nghiệp.\n\n"
        "Hai bên sẽ trao đổi kinh nghiệm về vận tải.\n\n"
        "Làm tại Minsk ngày 12 tháng 5 năm 2025, thành hai bản, mỗi bản bằng tiếng Việt và tiếng Nga, "
        "các văn bản đều có giá trị như nhau.\n",
        ("BY", "VN"), "2025-05-12", "Minsk", ("ru", "vi"), "original",
    ),
    (
        "ru",
        "Совместное заявление между Вьетнамом и Беларусью\n\n"
        "Стороны договорились укреплять сотрудничество в сельском хозяйстве.\n\n"
        "Стороны будут обмениваться опытом в сфере транспорта.\n\n"
        "Совершено в Минске 12 мая 2025 года в двух экземплярах, каждый на вьетнамском и русском языках, "
        "причем оба текста имеют одинаковую силу.\n",
        ("BY", "VN"), "2025-05-12", "Minsk", ("ru", "vi"), "original",
    ),
    (
        "az",
        "Vyetnam və Azərbaycan arasında Birgə Bəyannamə\n\n"
        "Tərəflər kənd təsərrüfatı sahəsində əməkdaşlığı gücləndirməyə razılaşdılar.\n\n"
        "Tərəflər nəqliyyat sahəsində təcrübə mübadiləsi aparacaqlar.\n\n"
        "Birgə Bəyannamə 7 may 2025-ci il tarixində Bakı şəhərində Vyetnam, Azərbaycan və ingilis dillərində "
        "qəbul edilmişdir.\n",
        ("AZ", "VN"), "2025-05-07", "Baku", ("az", "en", "vi"), "original",
    ),
    (
        "kk",
        "Вьетнам мен Қазақстан арасындағы бірлескен мәлімдеме\n\n"
        "Тараптар ауыл шаруашылығындағы ынтымақтастықты нығайтуға келісті.\n\n"
        "Тараптар көлік саласында тәжірибе алмасады.\n\n"
        "Бірлескен мәлімдеме 2025 жылғы 6 мамырда Астана қаласында вьетнам, қазақ және ағылшын тілдерінде "
        "қабылданды.\n",
        ("KZ", "VN"), "2025-05-06", "Astana", ("en", "kk", "vi"), "original",
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", STATEMENTS, ids=[row[0] for row in STATEMENTS])
def test_the_formula_of_adoption_says_who_when_where_and_in_what_languages(row: tuple[object, ...]) -> None:
    language, text, parties, adopted, place, originals, kind = row
    assert isinstance(text, str)
    assert detect(text) == language
    found = read(text, str(language))
    assert found.parties == parties
    assert (found.adopted, found.place) == (adopted, place)
    assert found.original_languages == originals
    assert found.kind == kind
    assert found.reason.endswith(".")


DATES = [
    ("en", "on May 12, 2025", "2025-05-12"),
    ("en", "on the 8th of March 2016", "2016-03-08"),
    ("en", "on 5-7 May 2025", None),
    ("sv", "den 7 maj 2025", "2025-05-07"),
    ("sv", "den 7-8 maj 2025", None),
    ("nb", "6. mai 2025", "2025-05-06"),
    ("nb", "fra 5. til 7. mai 2025", None),
    ("vi", "ngày 12 tháng 5 năm 2025", "2025-05-12"),
    ("vi", "ngày 12/5/2025", "2025-05-12"),
    ("vi", "từ ngày 11 đến ngày 12 tháng 5 năm 2025", None),
    ("ru", "12 мая 2025 года", "2025-05-12"),
    ("ru", "с 5 по 7 мая 2025 года", None),
    ("az", "7 may 2025-ci il tarixində", "2025-05-07"),
    ("az", "2025-ci il mayın 7-də", "2025-05-07"),
    ("kk", "2025 жылғы 6 мамырда", "2025-05-06"),
    ("en", "2025-05-12", "2025-05-12"),
]


@pytest.mark.parametrize(("language", "text", "iso"), DATES)
def test_dates_are_read_whole_and_ranges_are_no_one_day(language: str, text: str, iso: str | None) -> None:
    need(language)
    (date,) = calendar(language).dates(text)
    assert date.iso == iso
    assert text[date.start : date.end].strip()


def test_a_date_gets_no_part_that_the_text_does_not_give() -> None:
    need("vi")
    (date,) = calendar("vi").dates("Hai bên ký thỏa thuận tháng 3/2014 về thuế.")
    assert (date.year, date.month, date.day) == (2014, 3, None)
    assert calendar("vi").dates("Hai bên đặt mục tiêu đến năm 2030.") == []


def test_a_caption_gives_the_day_and_the_city_where_no_formula_does() -> None:
    found = read(
        "President Anna Berg and President Aleksandr Lukashenko in Minsk on May 12, 2025 (Photo: VNA)\n\n"
        "According to the statement, Vietnam and Belarus agreed to strengthen trade.\n\n"
        "In the document, Vietnam and Belarus pledged to increase exchanges between their schools.\n",
        "en",
    )
    assert (found.adopted, found.place) == ("2025-05-12", "Minsk")
    assert found.kind == "summary"
    assert found.parties == ("BY", "VN")


def test_front_matter_gives_title_date_and_address() -> None:
    found = read(
        "---\ndate: '2024-03-05'\nsource_url: https://www.example.org/statements/1/\n"
        'title: "Joint Statement of France\\_and\\\n  \\ Japan"\n---\n\n'
        "France and Japan will strengthen their cooperation on science and health.\n",
        "en",
    )
    assert found.title == "Joint Statement of France and Japan"
    assert (found.adopted, found.parties) == ("2024-03-05", ("FR", "JP"))
    assert (found.source_url, found.publisher) == ("https://www.example.org/statements/1/", "example.org")


PARTIES = [
    ("Joint Statement by President Alpha and Prime Minister Beta", "The United States and Canada will work together "
     "on trade. The United States and Canada condemn the war of Russia against Ukraine.", ("CA", "US")),
    ("Joint Statement on a Framework for a United States - Switzerland - Liechtenstein Agreement",
     "The participants intend to open their markets.", ("CH", "LI", "US")),
    ("U.S.-EU Summit Joint Statement", "The United States and the European Union will act together in Africa, with "
     "Kenya and Japan as partners.", ("EU", "US")),
    ("ASEAN-U.S. Leaders' Statement", "ASEAN and the United States will meet in Phnom Penh, Cambodia.", ("US",)),
    ("Quad Leaders' Joint Statement", "We, the leaders of Australia, India, Japan, and the United States, met today.",
     ("AU", "IN", "JP", "US")),
]  # fmt: skip


@pytest.mark.parametrize(("title", "body", "parties"), PARTIES)
def test_parties_are_the_sides_and_not_those_who_are_merely_named(
    title: str, body: str, parties: tuple[str, ...]
) -> None:
    assert read(f'---\ntitle: "{title}"\n---\n\n{body}\n', "en").parties == parties


def test_without_a_formula_the_official_languages_of_the_parties_decide() -> None:
    text = "Tuyên bố chung giữa Việt Nam và Pháp\n\nHai bên nhất trí tăng cường hợp tác về giáo dục và y tế.\n"
    assert read(text, "vi").kind == "original"
    text = "Gemensamt uttalande mellan Vietnam och Frankrike\n\nDe två sidorna enades om att stärka handeln.\n"
    assert read(text, "sv").kind == "translation"


def test_a_text_that_prints_no_title_gets_an_english_one() -> None:
    found = read(
        "De två sidorna enades om att upprätta ett strategiskt partnerskap mellan Vietnam och Georgien.\n\n"
        "Vietnam och Georgien utfärdade ett gemensamt uttalande om upprättandet av det strategiska partnerskapet.\n",
        "sv",
    )
    assert found.title == "Joint Statement on the Establishment of a Strategic Partnership between Vietnam and Georgia"
    assert (found.type, found.relationship) == ("joint-statement", "strategic-partnership")


def test_nothing_is_invented_where_the_text_says_nothing() -> None:
    found = read("The weather was mild and the harvest was good throughout the valley this summer.\n", "en")
    assert (found.parties, found.adopted, found.place, found.original_languages) == ((), None, None, ())
    assert found.kind == "unknown"


def test_names_of_parties_come_in_the_forms_of_the_language() -> None:
    need("ru")
    forms = name_forms(("VN", "BY"), packs.load("ru"))
    assert set(forms) == {"VN", "BY"}
    assert any(f.startswith("вьетнам") for f in forms["VN"])


LANGUAGES = [
    ("en", "The two sides agreed to strengthen their cooperation in the field of transport and to open new routes."),
    ("sv", "De två sidorna enades om att stärka samarbetet inom transport och att öppna nya linjer mellan länderna."),
    ("nb", "De to sidene ble enige om å styrke samarbeidet innen transport og å åpne nye ruter mellom landene."),
    ("da", "De to sider blev enige om at styrke samarbejdet inden for transport og at åbne nye ruter mellem landene."),
    ("vi", "Hai bên nhất trí tăng cường hợp tác trong lĩnh vực giao thông và mở các đường bay mới."),
    ("ru", "Стороны договорились укреплять сотрудничество в области транспорта и открыть новые маршруты."),
    ("az", "Tərəflər nəqliyyat sahəsində əməkdaşlığı gücləndirmək və yeni marşrutlar açmaq barədə razılaşdılar."),
    ("kk", "Тараптар көлік саласындағы ынтымақтастықты нығайтуға және жаңа бағыттар ашуға уағдаласты."),
    ("uk", "Сторони домовилися зміцнювати співпрацю у сфері транспорту та відкрити нові маршрути між країнами."),
    ("fr", "Les deux parties sont convenues de renforcer leur coopération dans le domaine des transports."),
    ("de", "Die beiden Seiten kamen überein, die Zusammenarbeit im Bereich des Verkehrs zu stärken und auszubauen."),
    ("es", "Las dos partes acordaron fortalecer la cooperación en el ámbito del transporte y abrir nuevas rutas."),
    ("zh", "双方同意加强交通领域的合作，开通新的航线。"),
    ("ja", "両国は交通分野における協力を強化することで一致した。"),
    ("ko", "양측은 교통 분야에서 협력을 강화하기로 합의하였다."),
]


@pytest.mark.parametrize(("language", "text"), LANGUAGES)
def test_the_language_of_a_sentence_is_told(language: str, text: str) -> None:
    assert detect(text) == language
    assert detect_each(text, [(0, len(text))], "en") == [language]


G20 = (
    "{head}\n\nWe, the Leaders of the G20, met to promote growth. We will strengthen cooperation with the IMF and the "
    "World Bank. We welcome the hospitality of India and Brazil, and call on Russia and Ukraine to keep the peace.\n\n"
    "We commit to support food security.\n"
)


@pytest.mark.parametrize(
    "head",
    ["G20 Leaders' Declaration, New Delhi, India, 9-10 September 2023",
     "G20 New Delhi Leaders' Declaration\n\nNew Delhi, India, 9-10 September 2023"],
)  # fmt: skip
def test_a_declaration_of_many_has_no_parties_and_the_last_day(head: str) -> None:
    found = read(G20.format(head=head), "en")
    assert (found.parties, found.adopted, found.place) == ((), "2023-09-10", "New Delhi")


def test_a_city_of_meeting_has_its_english_name() -> None:
    found = read(
        "Joint Statement of the United States and Singapore\n\nPresident Ann Berg welcomed Prime Minister of the "
        "Republic of Singapore Tan Wei to Washington, D.C.\n\nThe two sides will expand trade.\n", "en",
    )  # fmt: skip
    assert (found.parties, found.place) == (("SG", "US"), "Washington, D.C.")


def test_neighbours_without_a_third_are_the_only_parties() -> None:
    found = read(
        "Joint Declaration by the Prime Minister of the Kingdom of Cambodia and the Prime Minister of the Kingdom of "
        "Thailand\n\nWe, the Prime Ministers of Cambodia and Thailand, met in Kuala Lumpur, witnessed by the President "
        "of the United States and the Prime Minister of Malaysia.\n\nCambodia and Thailand agree to withdraw heavy "
        "weapons. Cambodia and Thailand will remove mines.\n", "en",
    )  # fmt: skip
    assert found.parties == ("KH", "TH")


@pytest.mark.parametrize(
    ("language", "formula", "kind"),
    [("en", "Done at Astana on 6 May 2025 in the Kazakh, Russian and English languages.", "original"),
     ("en", "Done at Astana on 6 May 2025 in the Kazakh and Russian languages.", "translation")],
)  # fmt: skip
def test_each_language_of_the_formula_is_an_original(language: str, formula: str, kind: str) -> None:
    found = read(
        "Joint Statement between Kazakhstan and Mongolia\n\nThe two sides will expand trade between Kazakhstan and "
        f"Mongolia.\n\n{formula}\n", language,
    )  # fmt: skip
    assert found.kind == kind


def test_short_lines_follow_the_document() -> None:
    first, last = LANGUAGES[0][1], LANGUAGES[3][1]
    text = f"{first}\nMinsk 2025\n{last}"
    spans = [(0, len(first)), (len(first) + 1, len(first) + 11), (len(first) + 12, len(text))]
    assert detect_each(text, spans, "en") == ["en", "en", "da"]


def test_text_without_letters_has_a_language_all_the_same() -> None:
    assert detect("12 / 34\n\n") == "en"


GOLD = sorted((SHARED / "gold").glob("*.jsonl")) if SHARED.is_dir() else []


@pytest.mark.skipif(not GOLD, reason="the coded documents are not beside the project")
@pytest.mark.parametrize("path", GOLD, ids=[p.stem for p in GOLD])
def test_coded_documents(path: Path) -> None:
    meta = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    (seed,) = (SHARED / "seeds").glob(f"{meta['doc']}_*.txt")
    with seed.open(encoding="utf-8", newline="") as file:
        text = file.read()
    assert detect(text) == meta["text_language"]
    found = read(text)
    assert found.parties == tuple(sorted(meta["parties"]))
    assert found.place == meta["place"]
    assert found.adopted == meta["adopted"] or (meta["adopted"] is None and found.dated_by_visit)
    assert found.kind == meta["expression"]
    assert found.original_languages in ((), tuple(sorted(meta["languages_of_originals"])))
    assert found.source_url == meta["source_url"]


def test_a_text_that_gives_no_date_is_dated_by_its_visit_and_says_so() -> None:
    found = read("Joint Statement between Iceland and Mongolia\nThe President paid a visit from 12 to 15 June 2024.\n")
    assert (found.adopted, found.dated_by_visit) == ("2024-06-15", True)


AMERICAN = {
    "2021-09-01": "UA US", "2022-03-29": "SG US", "2022-06-28": "ES US", "2022-07-15": "SA US", "2022-11-12": "US",
    "2022-12-01": "FR US", "2023-03-24": "CA US", "2023-05-01": "PH US", "2023-05-20": "AU IN JP US",
    "2023-08-02": "MN US", "2023-10-20": "EU US", "2024-04-10": "JP US", "2024-05-23": "KE US", "2024-09-23": "AE US",
    "2025-02-07": "JP US", "2025-11-14": "CH LI US",
}  # fmt: skip


@pytest.mark.skipif(not (SHARED / "statements").is_dir(), reason="the statements are not beside the project")
@pytest.mark.parametrize("day", AMERICAN)
def test_statements_of_the_united_states(day: str) -> None:
    (path,) = (SHARED / "statements").glob(f"{day}-*.md")
    found = read(path.read_text(encoding="utf-8"), "en")
    assert found.parties == tuple(AMERICAN[day].split())
    assert (found.adopted, found.kind) == (day, "original")
    assert found.source_url
    assert found.title
