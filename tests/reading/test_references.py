"""What a statement names: forums, instruments with their years, mechanisms, and by when something is to be done."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from servanda import packs
from servanda.reading.actors import Names
from servanda.reading.clauses import Document
from servanda.reading.dates import calendar
from servanda.reading.gazetteer import gazetteer
from servanda.reading.identity import name_forms
from servanda.reading.layout import paragraphs
from servanda.reading.lexicon import Lexicon
from servanda.reading.matching import tokenise
from servanda.reading.references import References, find_references
from servanda.records import Source

ADOPTED = "2025-05-12"


def read(text: str, language: str, parties: tuple[str, ...] = ("VN", "BY")) -> References:
    if language not in packs.available():
        pytest.skip(f"there is no pack for {language}")
    lexicon = Lexicon.of(language)
    document = Document(text, tokenise(text), lexicon)
    document.name(Names.find(document.tokens, name_forms(parties, lexicon.pack)))
    rows = paragraphs(Source("test.txt", "text/plain", text, "0" * 64))
    return find_references(document, rows, adopted=ADOPTED)


FORUMS = [
    ("en", "They will consult before the General Assembly meets, and uphold UN Security Council resolutions.", {"UN"}),
    ("en", "They will carry out the UN Convention to Combat Desertification.", set()),
    ("sv", "De kommer att genomföra Förenta nationernas konvention för bekämpning av ökenspridning.", set()),
    ("az", "Tərəflər BMT-nin Səhralaşmaya qarşı Mübarizə haqqında Konvensiyasını icra edəcəklər.", set()),
    ("az", "Tərəflər Arktika Şurasında və İnterpol çərçivəsində əməkdaşlıq edəcəklər.", {"Arctic Council", "INTERPOL"}),
    ("kk", "Тараптар Арктикалық кеңесте және Бас Ассамблеяда ынтымақтасады.", {"Arctic Council", "UN"}),
    ("ru", "Стороны проведут консультации перед сессиями Генеральной Ассамблеи.", {"UN"}),
    ("en", "We call on the IMF, the World Bank Group, the FSB, the FATF and the OECD to report; we uphold the UNFCCC.",
     {"IMF", "World Bank", "FSB", "FATF", "OECD"}),
    ("en", "The two sides will support each other at the United Nations, ASEAN, the EAEU and the Non-Aligned Movement.",
     {"UN", "ASEAN", "EAEU", "NAM"}),
    ("en", "The two sides, who respect the UN Charter, will act in line with the UN Convention on the Law of the Sea.",
     set()),
    ("en", "They asked all who can help us to quad the sea routes.", set()),
    ("sv", "De två sidorna kommer att samordna sig i FN, WTO och den alliansfria rörelsen.", {"UN", "WTO", "NAM"}),
    ("sv", "De två sidorna kommer att följa FN-stadgan.", set()),
    ("nb", "De to sidene vil støtte hverandre i FN, EAEU og Verdens handelsorganisasjon.", {"UN", "EAEU", "WTO"}),
    ("vi", "Hai bên sẽ phối hợp tại Liên hợp quốc, EAEU và Phong trào Không liên kết.", {"UN", "EAEU", "NAM"}),
    ("vi", "VIỆT NAM và các đối tác tôn trọng Hiến chương Liên hợp quốc.", set()),
    ("ru", "Стороны будут взаимодействовать в ООН, ЕАЭС, БРИКС и Движении неприсоединения.",
     {"UN", "EAEU", "BRICS", "NAM"}),
    ("ru", "Стороны соблюдают Устав ООН.", set()),
    ("az", "Tərəflər BMT, Qoşulmama Hərəkatı və İslam Əməkdaşlıq Təşkilatı çərçivəsində əməkdaşlıq edəcəklər.",
     {"UN", "NAM", "OIC"}),
    ("kk", "Тараптар БҰҰ, ЕАЭО және Шанхай ынтымақтастық ұйымы аясында ынтымақтасады.", {"UN", "EAEU", "SCO"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "forums"), FORUMS)
def test_forums(language: str, text: str, forums: set[str]) -> None:
    assert set(read(text, language).within(0, len(text)).forums) == forums


YEARS = [
    ("en", "They will implement the 2007 intergovernmental agreement on air services.", {2007}),
    ("en", "They will carry out agreements, including: the Agreement on Extradition (1999); the Agreement on Tourism "
     "(2004); the Protocol on Customs (2023).", {1999, 2004, 2023}),
    ("en", "They praised the visa exemption agreement for holders of diplomatic passports, signed in 2019.", {2019}),
    ("en", "They will act under the 1982 UN Convention on the Law of the Sea and the 2002 DOC, the Declaration "
     "on Conduct of Parties in the East Sea.", {1982, 2002}),
    ("en", "They will double turnover by 2030 and organise a festival in 2026.", set()),
    ("en", "Since 1992 their relations have grown; the minister visited Minsk on 3 April 2024.", set()),
    ("en", "They will carry out the cultural programme for 2026-2028.", set()),
    ("sv", "De två sidorna kommer att genomföra avtalet om rättslig hjälp, undertecknat den 8 mars 2016.", {2016}),
    ("sv", "De stöder 2002 års deklaration om parternas uppförande i Östsjön.", {2002}),
    ("sv", "På grundval av avtalen om turism (1994), om sjöfart (1996) enades de om samråd.", {1994, 1996}),
    ("nb", "De to sidene vil følge opp avtalen om utdanningssamarbeid (2009) og protokollen fra 2011.", {2009, 2011}),
    ("vi", "Hai bên thực hiện Hiệp định về vận tải biển (năm 1998) và Thỏa thuận hợp tác về du lịch ký tháng 6/2012.",
     {1998, 2012}),
    ("vi", "Hai bên đặt mục tiêu đạt 1 tỷ USD vào năm 2030.", set()),
    ("ru", "Стороны будут выполнять Соглашение о сотрудничестве в области туризма от 5 мая 2016 года.", {2016}),
    ("az", "Tərəflər 2016-cı il 8 mart tarixində imzalanmış Sazişi icra edəcəklər.", {2016}),
    ("kk", "Тараптар 2016 жылғы 8 наурызда қол қойылған Келісімді іске асырады.", {2016}),
    ("az", "Tərəflər 2012-ci il tarixli Dəniz Nəqliyyatı və Limanlar Sahəsində Əməkdaşlıq haqqında Sazişdən istifadə "
     "edəcək, 2006-cı il tarixli Turizm haqqında Memorandumu yeniləyəcəklər.", {2012, 2006}),
    ("az", "Tərəflər 2023-cü ildə keçirilmiş birgə tədbirləri qeyd etdilər və sazişi icra edəcəklər.", set()),
    ("az", "Tərəflər 2027-ci ilin sonunadək əməkdaşlıq haqqında saziş imzalayacaqlar.", set()),
    ("az", "Tərəflər 1992-ci ildən bəri inkişaf edən əlaqələri, o cümlədən turizm haqqında sazişi alqışladılar.",
     set()),
    ("kk", "Тараптар 2012 жылғы Теңіз көлігі мен порттар саласындағы өзара көмек және ынтымақтастық туралы келісімді "
     "іске асырады.", {2012}),
    ("kk", "Тараптар 2023 жылғы көрмені, сондай-ақ туризм саласындағы келісімді атап өтті.", set()),
    ("kk", "Тараптар 2026-2028 жылдарға арналған бағдарламаны іске асырады.", set()),
    ("ru", "Стороны будут выполнять Соглашение о морском сообщении и развитии портов 2012 года.", {2012}),
    ("ru", "Стороны обновят Конвенцию о правовой помощи по гражданским и семейным делам 1997 года и Протокол 2003 "
     "года.", {1997, 2003}),
    ("ru", "Стороны приветствовали соглашение о поставках зерна по итогам 2024 года.", set()),
    ("ru", "Стороны выполняют Программу сотрудничества на 2024-2026 годы.", set()),
    ("ru", "Стороны отметили договор о дружбе и рост торговли в 2024 году.", set()),
    ("sv", "De stöder avtalet om luftfart i enlighet med konventionen om turism från 2012.", {2012}),
    ("en", "They rely on the 1982 UN Convention on the Law of the Sea. They will settle disputes under the Convention.",
     {1982}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "years"), YEARS)
def test_years_name_instruments_only_where_they_date_one(language: str, text: str, years: set[int]) -> None:
    cited = read(text, language).within(0, len(text))
    assert {i.year for i in cited.instruments if i.year} == years


def test_a_bare_noun_takes_up_what_the_paragraph_named() -> None:
    for language, text, noun in (
        (
            "en",
            "They recalled the 1982 UN Convention on the Law of the Sea. They will act under the Convention.",
            "the C",
        ),
        ("vi", "Hai bên nhắc lại Công ước Liên hợp quốc về Luật Biển năm 1982. Hai bên sẽ tuân thủ Công ước.", "tuân"),
        ("ru", "Стороны отметили Конвенцию ООН по морскому праву. Они будут соблюдать положения Конвенции.", "полож"),
        ("sv", "De framhöll FN:s havsrättskonvention från 1982. De kommer att följa konventionen.", "följa"),
    ):
        second = text.index(noun, text.index(". "))
        assert [i.year for i in read(text, language).within(second, len(text)).instruments] == [1982], language
    text = "They recalled the 1982 UN Convention on the Law of the Sea. They will sign a convention on prisoners."
    assert [i.year for i in read(text, "en").within(text.index("sign"), len(text)).instruments] == [None]


TITLES = [
    ("sv", "De genomför det mellanstatliga luftfartsavtalet (2007).", "Intergovernmental Agreement on Air Transport"),
    ("vi", "Hai bên thực hiện Hiệp định liên Chính phủ về hợp tác giáo dục (năm 2021).",
     "Intergovernmental Agreement on Educational Cooperation"),
    ("en", "They will implement the Agreement on Visa Exemption (2018).", "Agreement on Visa Exemption"),
    ("vi", "Hai bên thực hiện Thỏa thuận giữa Bộ Tư pháp Belarus và Bộ Tư pháp Việt Nam (năm 1999).",
     "Agreement on Cooperation between the Ministries of Justice of Belarus and Vietnam"),
    ("sv", "De utnyttjar frihandelsavtalet mellan Vietnam och Eurasiska ekonomiska unionen (2015).",
     "Free Trade Agreement between Vietnam and the Eurasian Economic Union"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "title"), TITLES)
def test_titles_are_english(language: str, text: str, title: str) -> None:
    assert title in [i.title for i in read(text, language).within(0, len(text)).instruments]


def test_status_follows_what_is_to_be_done() -> None:
    text = "The two sides will sign a new agreement on tourism and support the Code of Conduct in the East Sea."
    cited = read(text, "en").within(0, len(text))
    assert {i.status for i in cited.instruments} == {"to-sign"}
    assert all(i.year is None for i in cited.instruments)


def test_a_well_known_instrument_has_its_own_year_and_no_neighbours() -> None:
    text = "They rely on the UN Charter and UNCLOS of 1982, and on the Paris Agreement."
    years = {i.title: i.year for i in read(text, "en").within(0, len(text)).instruments}
    assert years == {
        "Charter of the United Nations": None,
        "United Nations Convention on the Law of the Sea (UNCLOS)": 1982,
        "Paris Agreement": None,
    }


DEADLINES = [
    ("en", "They will finish the study by 2030.", "2030"),
    ("en", "They will finish the study by the end of 2026.", "end of 2026"),
    ("en", "They will finish the study within five years.", "within five years"),
    ("en", "They will hold the days of culture in 2026.", "2026"),
    ("en", "They will carry out the programme for 2026-2028.", "2026-2028"),
    ("en", "They will open the route on 1 May 2026.", "2026-05-01"),
    ("en", "They signed the agreement in 2019.", None),
    ("sv", "De kommer att slutföra arbetet senast 2030.", "2030"),
    ("sv", "De kommer att slutföra arbetet inom fem år.", "within five years"),
    ("nb", "De vil fullføre arbeidet innen utgangen av 2026.", "end of 2026"),
    ("vi", "Hai bên sẽ hoàn thành công việc vào năm 2030.", "2030"),
    ("vi", "Hai bên sẽ hoàn thành công việc trước cuối năm 2026.", "end of 2026"),
    ("vi", "Trong 33 năm qua quan hệ hai nước phát triển tốt.", None),
    ("ru", "Стороны завершат работу до конца 2026 года.", "end of 2026"),
    ("ru", "Стороны завершат работу к 2030 году.", "2030"),
    ("az", "Tərəflər işi 2030-cu ilədək başa çatdıracaqlar.", "2030"),
    ("kk", "Тараптар жұмысты 2030 жылға дейін аяқтайды.", "2030"),
]


@pytest.mark.parametrize(("language", "text", "deadline"), DEADLINES)
def test_deadlines_lie_ahead(language: str, text: str, deadline: str | None) -> None:
    assert read(text, language).within(0, len(text)).deadline == deadline


MECHANISMS = [
    ("en", "They will convene the intergovernmental committee of Vietnam and Belarus on economic, trade, scientific "
     "and technical cooperation."),
    ("sv", "De kommer att sammankalla den mellanstatliga kommittén för ekonomiskt, handelsmässigt och vetenskapligt "
     "och tekniskt samarbete mellan Vietnam och Vitryssland."),
    ("vi", "Hai bên họp Ủy ban liên Chính phủ giữa Việt Nam và Belarus về hợp tác thương mại, kinh tế và khoa học - kỹ "
     "thuật."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), MECHANISMS)
def test_a_committee_has_one_name_in_every_language(language: str, text: str) -> None:
    name = "Vietnam-Belarus Intergovernmental Committee on Economic, Trade, Scientific and Technical Cooperation"
    assert name in read(text, language).within(0, len(text)).mechanisms


@pytest.mark.parametrize(("language", "text"), [row[:2] for row in (*YEARS, *FORUMS)])
def test_references_lie_in_the_text_in_order(language: str, text: str) -> None:
    rows = read(text, language).rows
    assert all(0 <= r.start < r.end <= len(text) and text[r.start : r.end].strip() for r in rows)
    assert all(a.start <= b.start for a, b in pairwise(rows))


def test_what_lies_outside_the_span_is_not_cited() -> None:
    text = "They will act in ASEAN. They will act in BRICS by 2030."
    cited = read(text, "en").within(0, text.index("BRICS"))
    assert (cited.forums, cited.deadline) == (("ASEAN",), None)


def test_numbers_that_are_no_years_are_left_alone() -> None:
    if "en" not in packs.available():
        pytest.skip("there is no pack for en")
    assert calendar("en").dates("Turnover rose to 2,014.5 million in 20 provinces.") == []
    text = "They will train 2000 students under the agreement."
    assert read(text, "en").within(0, len(text)).instruments == ()


def test_every_vocabulary_entry_is_whole() -> None:
    for name in ("forums", "instruments"):
        for key, row in packs.vocabulary(name).items():
            forms = [f for value in row.values() if isinstance(value, list) for f in value if isinstance(f, str)]
            assert row.get("name") or row.get("title"), key
            assert any(row.get(language) for language in ("any", "en")), key
            for form in forms:
                assert form.count("(") == form.count(")"), (key, form)
                assert not re.search(r"\([^()]*\(", form), (key, form)
    for code in ("VN", "BY", "AZ", "KZ"):
        for body in packs.vocabulary(f"bodies/{code}")["body"]:
            assert set(body["areas"]) <= set(packs.area_slugs())
    assert set(packs.vocabulary("languages")["BY"]) == {"be", "ru"}


def test_the_longest_name_wins_and_capitals_count() -> None:
    names = gazetteer("en").names("WHO and who; the African Union and AU; the UN General Assembly")
    assert [key for _, key in names] == ["WHO", "AU", "AU", "UNGA"]
