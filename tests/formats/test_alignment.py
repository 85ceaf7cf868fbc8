"""Two versions side by side: the page, the JSON and the table hold what was found, whole and safe to open."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from itertools import product

import pytest
from lxml import etree
from lxml import html as lxml_html

import servanda
from servanda.errors import UsageError
from servanda.explanations import translated
from servanda.formats import Screen, alignment_html, alignment_json, alignment_rows, alignment_table
from servanda.records import Alignment, Discrepancy, Message, Pair, Passage, Statement
from servanda.sources import read_bytes

Spans = tuple[tuple[int, int], ...]

# What a hasty translator might have done to the Swedish specimen: (words, words put in their place).
PLANTED = (
    ("fördubbla", "fördubbla fördubbla"),
    ("till 2030", "till 2035"),
    ("Island är redo", "Irland är redo"),
)
ADDED_AT = 20


def read(data: bytes, name: str) -> Statement:
    return servanda.read(read_bytes(data, name=name))


def specimen(language: str) -> str:
    return files("servanda").joinpath("specimens", f"{language}.txt").read_text("utf-8")


def lines(text: str) -> Spans:
    return tuple(
        (m.start(), m.end()) for m in re.finditer(r"\S[^\n]*\S|\S", text)
    )  # every line of the specimens is a paragraph


def sentences(text: str) -> Spans:
    return tuple(
        (start + m.start(), start + m.end())
        for start, end in lines(text)
        for m in re.finditer(r"\S.*?[.:](?=\s+[A-ZÅÄÖĐ]|$)|\S.*", text[start:end])
    )


def passage(statement: Statement, words: str) -> Passage:
    start = statement.source.text.index(words)
    return Passage(start, start + len(words), words)


def made(a: Statement, b: Statement, pairs: tuple[Pair, ...], *found: Discrepancy) -> Alignment:
    return Alignment(
        a,
        b,
        pairs,
        lines(a.source.text),
        lines(b.source.text),
        sentences(a.source.text),
        sentences(b.source.text),
        discrepancies=found,
    )


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    """Vietnamese and Swedish: a paragraph left out, one moved, a caption in front, planted errors."""
    rows = specimen("sv").splitlines()
    moved, left_out = 9, 13
    order = ["Foto: G. Batbayar", *(r for n, r in enumerate(rows) if n not in (moved, left_out)), rows[moved]]
    order.insert(ADDED_AT, "De två länderna kommer att öppna ambassader i varandras huvudstäder.")
    text = "\n".join(order) + "\n"
    for words, others in PLANTED:
        text = text.replace(words, others)
    a, b = read(specimen("vi").encode(), "vi.txt"), read(text.encode(), "sv.txt")
    where = {r: n for n, r in enumerate(text.splitlines())}
    pairs = []
    for n, original in enumerate(rows):
        altered = original
        for words, others in PLANTED:
            altered = altered.replace(words, others)
        at = where.get(altered)
        pairs.append(Pair("paragraph", (n,), () if at is None else (at,), 0.9))
    pairs += [Pair("paragraph", (), (0,), 0.5), Pair("paragraph", (), (ADDED_AT,), 0.5)]
    pairs += sentence_pairs(a, b, pairs)
    found = (
        Discrepancy("omission", 3, whole(a, left_out), None, "A paragraph of A has no counterpart in B.", 0.95),
        Discrepancy("date", 3, passage(a, "năm 2030"), passage(b, "2035"), "A says 2030, B 2035.", 0.97),
        Discrepancy("name", 3, None, passage(b, "Irland"), "B names Ireland, which A does not.", 0.88),
        Discrepancy("repetition", 1, None, passage(b, "fördubbla fördubbla"), "A word stands twice.", 0.99),
        Discrepancy("strength", 2, passage(a, "sẽ đẩy mạnh"), None, "A says <will> & B \"may\".", 0.6),
    )  # fmt: skip
    return replace(made(a, b, tuple(pairs), *found), coverage=0.5)


def whole(statement: Statement, paragraph: int) -> Passage:
    start, end = lines(statement.source.text)[paragraph]
    return Passage(start, end, statement.source.text[start:end])


def sentence_pairs(a: Statement, b: Statement, pairs: list[Pair]) -> list[Pair]:
    """First with first, second with second; what is left over has no counterpart."""
    out = []
    for pair in pairs:
        within = []
        for statement, indices in ((a, pair.a), (b, pair.b)):
            spans = [lines(statement.source.text)[i] for i in indices]
            held = enumerate(sentences(statement.source.text))
            within.append([n for n, s in held if any(x <= s[0] < y for x, y in spans)])
        for n in range(max(map(len, within))):
            left, right = (tuple(side[n : n + 1]) for side in within)
            out.append(Pair("sentence", left, right, 0.8))
    return out


def page(alignment: Alignment, ui: str = "en") -> etree._Element:
    return lxml_html.document_fromstring(alignment_html.render_alignment(translated(alignment, ui), ui=ui))


def told(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


# --- rows -------------------------------------------------------------------------------------------------------------


def test_every_paragraph_is_in_one_row(alignment: Alignment) -> None:
    made_rows = alignment_rows.rows(alignment)
    assert sorted(i for r in made_rows for i in r.a) == list(range(len(alignment.paragraphs_a)))
    assert sorted(i for r in made_rows for i in r.b) == list(range(len(alignment.paragraphs_b)))


def test_only_the_row_that_moved_is_marked_so(alignment: Alignment) -> None:
    assert [r.a for r in alignment_rows.rows(alignment) if r.moved] == [(9,)]


def test_rows_say_what_only_one_version_has(alignment: Alignment) -> None:
    kinds = {r.kind: (r.a, r.b) for r in alignment_rows.rows(alignment) if r.kind != "pair"}
    assert kinds["omitted"] == ((13,), ())
    assert kinds["added"] == ((), (ADDED_AT,))
    assert kinds["noise"] == ((), (0,))


@pytest.mark.parametrize(
    ("order", "moved"),
    [((0, 1, 2, 3), []), ((3, 0, 1, 2), [3]), ((1, 2, 3, 0), [0]), ((0, 2, 1, 3), [2]), ((2, 3, 0, 1, 4), [2, 3])],
)
def test_the_fewest_rows_count_as_moved(order: tuple[int, ...], moved: list[int], statement: Statement) -> None:
    pairs = tuple(Pair("paragraph", (n,), (b,), 1.0) for n, b in enumerate(order))
    rows = alignment_rows.rows(made(statement, statement, pairs))
    assert len([r for r in rows if r.moved]) == len(moved)


def test_paragraphs_that_no_pair_names_are_set_aside(statement: Statement) -> None:
    rows = alignment_rows.rows(made(statement, statement, (Pair("paragraph", (2, 3), (2,), 0.7),)))
    assert [r.kind for r in rows] == ["noise", "pair", "noise"]
    assert rows[1].a == (2, 3)
    assert [r.number for r in rows] == [0, 1, 0]


def test_a_sentence_paired_into_another_row_names_that_row(statement: Statement) -> None:
    a = alignment_rows
    text = statement.source.text
    spans = sentences(text)
    second = [n for n, s in enumerate(spans) if lines(text)[1][0] <= s[0] < lines(text)[1][1]]
    pairs = (
        Pair("paragraph", (0,), (0,), 1.0), Pair("paragraph", (1,), (1,), 1.0),
        Pair("sentence", (0,), (second[1],), 0.9), Pair("sentence", (second[0],), (second[0],), 0.9),
        Pair("sentence", (second[1],), (), 0.1),
    )  # fmt: skip
    row = a.rows(made(statement, statement, pairs))[1]
    assert [s.pair for s in row.sentences_b] == ["1.1", "1"]
    assert [s.pair for s in row.sentences_a] == ["1", ""]


# --- page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ui", alignment_html.languages())
def test_the_page_is_sound(alignment: Alignment, ui: str) -> None:
    root = page(alignment, ui)
    assert root.get("lang") == ui
    assert [e.tag for e in root.body] == ["a", "a", "header", "main", "footer"]
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in root.xpath("//a/@href"):
        assert target.startswith("#")
        assert target[1:] in ids
    assert len(root.xpath("//h1")) == 1


@pytest.mark.parametrize("ui", alignment_html.languages())
def test_the_page_speaks_in_one_language(alignment: Alignment, ui: str) -> None:
    """Whatever is not of the texts or of the engine is of the table of words, none of which is left in braces."""
    source = alignment_html.render_alignment(alignment, ui=ui)
    assert not re.search(r"\{\w+\}", source.split("</style>", 1)[1].replace("{display", ""))
    assert {"en": "Severity 3", "vi": "Mức độ 3", "ru": "Степень 3"}[ui] in told(page(alignment, ui))


def test_explanations_are_in_the_language_of_the_page(alignment: Alignment) -> None:
    one, two = ("version", "a", "vi"), ("version", "b", "sv")
    values = (("own", two), ("other", one), ("kind", ("fact", "state")), ("name", ("state", "IE")), ("said", "Irland"))
    named = Discrepancy(
        "name", 3, None, passage(alignment.b, "Irland"), "In English.", 0.9, Message("name-missing", values)
    )
    old = Discrepancy("repetition", 1, None, passage(alignment.b, "till 2035"), "Stored long ago.", 0.9)
    found = replace(alignment, discrepancies=(named, old))
    said = {
        "en": "In English.",
        "vi": "Bản B nêu quốc gia: Ireland (“Irland”), còn bản A không nêu ở chỗ này.",
        "ru": "В версии B упоминается государство: Ирландия («Irland»); в версии A здесь этого названия нет.",
    }
    for ui, sentence in said.items():
        root = page(found, ui)
        item = root.get_element_by_id("d1")
        assert sentence in told(item)
        assert not item.xpath(".//p//*[@lang='en']")
        assert sentence in root.xpath("//a[starts-with(@class, 'tag')]/@title")
        assert bool(root.get_element_by_id("d2").xpath(".//p/*[@lang='en']")) == (ui != "en")


def test_the_kind_of_text_is_explained_in_the_language_of_the_page(alignment: Alignment) -> None:
    for ui, said in (
        ("en", "this text is in Swedish."),
        ("vi", "tiếng Thụy Điển."),
        ("ru", "язык этого текста — шведский."),
    ):
        cells = page(alignment, ui).xpath("//table[starts-with(@class, 'facts')]/tbody/tr[3]/td[2]/span[@lang]")
        assert [(c.get("lang"), told(c).endswith(said)) for c in cells] == [(ui, True)]


def test_all_languages_have_the_same_words() -> None:
    tables = [alignment_html._words()[ui] for ui in alignment_html.languages()]
    assert {"en", "vi", "ru"} <= set(alignment_html.languages())
    for table in tables:
        assert table.keys() == tables[0].keys()
        for group in ("kinds", "severities", "texts_kinds"):
            assert table[group].keys() == tables[0][group].keys()


def test_the_page_needs_nothing_from_elsewhere(alignment: Alignment) -> None:
    source = alignment_html.render_alignment(alignment)
    root = page(alignment)
    assert not root.xpath("//script | //link | //img | //iframe | //@src | //@onclick")
    assert "url(" not in source
    assert "@import" not in source
    assert "http://" not in source
    assert "https://" not in source


def test_the_whole_of_both_texts_is_on_the_page(alignment: Alignment) -> None:
    root = page(alignment)
    for extra in root.xpath("//table[contains(@class, 'texts')]//*[@class='no' or starts-with(@class, 'tag')]"):
        extra.drop_tree()
    shown = told(root)
    for statement, spans in ((alignment.a, alignment.paragraphs_a), (alignment.b, alignment.paragraphs_b)):
        for start, end in spans:
            assert " ".join(statement.source.text[start:end].split()) in shown


def test_text_is_in_its_own_language(alignment: Alignment) -> None:
    cells = page(alignment, "ru").xpath("//table[contains(@class, 'texts')]/tbody/tr[2]/td")
    assert [c.find("div").get("lang") for c in cells] == ["vi", "sv"]


def test_findings_are_marked_listed_and_linked_both_ways(alignment: Alignment) -> None:
    root = page(alignment)
    assert len(root.xpath("//ol[@class='list']/li")) == 5
    marks = {"".join(m.itertext()) for m in root.xpath("//mark")}
    assert {"Irland", "năm 2030", "2035", "fördubbla fördubbla"} <= marks
    tag = root.xpath("//a[starts-with(@class, 'tag')][contains(., 'date')]")[0]
    item = root.get_element_by_id(tag.get("href")[1:])
    assert "A says 2030, B 2035." in told(item)
    assert f"#{tag.get('id')}" in item.xpath(".//a/@href")
    assert "▲3" in told(tag)
    assert "changes what was agreed" in told(tag)


def test_a_mark_within_a_mark_keeps_both(alignment: Alignment) -> None:
    words = passage(alignment.b, "fördubbla fördubbla")
    inner = Passage(words.start + 4, words.start + 8, "ubbl")
    found = (*alignment.discrepancies, Discrepancy("meaning", 2, None, inner, "Nested.", 0.5))
    root = page(replace(alignment, discrepancies=found))
    nested = root.xpath("//mark//mark")
    assert ["".join(m.itertext()) for m in nested] == ["ubbl"]


def test_the_whole_sentence_beside_a_few_words_is_tagged_but_not_marked(alignment: Alignment) -> None:
    words, sentence = passage(alignment.a, "năm 2030"), whole(alignment.b, 5)
    root = page(replace(alignment, discrepancies=(Discrepancy("repetition", 1, words, sentence, "Twice.", 0.9),)))
    assert ["".join(m.itertext()) for m in root.xpath("//mark")] == ["năm 2030"]
    assert root.xpath("//*[@id='m1b']")


def test_dates_are_written_as_the_reader_writes_them(alignment: Alignment) -> None:
    for ui, written in (("en", "14 June 2024"), ("vi", "ngày 14 tháng 6 năm 2024"), ("ru", "14 июня 2024 г.")):
        assert written in told(page(alignment, ui))


def test_commitments_that_are_one_in_both_are_counted(alignment: Alignment) -> None:
    ids = tuple((c.id, c.id) for c in alignment.a.commitments[:60])
    assert "60 of them in both versions" in told(page(replace(alignment, commitments=ids)))
    assert "in both versions" not in told(page(alignment))


def test_lines_that_were_not_read_promise_nothing(statement: Statement) -> None:
    pairs = (Pair("line", (0,), (0, 1), 0.91), Pair("line", (1,), (), 0.2))
    shown = told(page(made(statement, statement, pairs)))
    assert "no differences were looked for" in shown
    assert "No differences were found" not in shown


def test_a_passage_across_paragraphs_is_marked_in_each(alignment: Alignment) -> None:
    (start, _), (_, end) = alignment.paragraphs_a[6], alignment.paragraphs_a[8]
    text = alignment.a.source.text[start:end]
    found = Discrepancy("omission", 2, Passage(start, end, text), None, "Three at once.", 0.5)
    root = page(replace(alignment, discrepancies=(found,)))
    assert len(root.xpath("//tr[.//mark]")) == 3
    assert len(root.xpath("//*[@id='m1a']")) == 1


@pytest.mark.parametrize("at", [0, -1])
def test_a_place_without_extent_has_its_tag(alignment: Alignment, at: int) -> None:
    point = alignment.paragraphs_b[5][at]
    found = Discrepancy("omission", 2, None, Passage(point, point, ""), "Something is missing here.", 0.5)
    root = page(replace(alignment, discrepancies=(found,)))
    assert root.xpath("//*[@id='m1b']")
    assert not root.xpath("//mark")


def test_nothing_of_the_texts_gets_in_unescaped(alignment: Alignment) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=y>\x00\x1b[31m\u202e\'"&'
    text = "\n".join([evil, *specimen("sv").splitlines(), evil]) + "\n"
    b = read(text.encode(), f"{evil}.txt")
    b = replace(b, title=evil, parties=(evil,), adopted=evil, expression=replace(b.expression, reason=evil))
    start = b.source.text.index("<script>")
    found = Discrepancy("name", 3, None, Passage(start, start + len(evil), evil), evil, 0.9)
    pairs = tuple(Pair("paragraph", (n,), (n,), 0.9) for n in range(len(alignment.paragraphs_a)))
    bad = made(alignment.a, b, pairs, found)
    for ui in alignment_html.languages():
        source = alignment_html.render_alignment(bad, ui=ui)
        assert "<script" not in source
        assert "<img" not in source
        assert "\x00" not in source
        assert "\x1b" not in source
        assert not page(bad, ui).xpath("//script | //img | //@onerror")
    table = alignment_table.render_alignment(bad, Screen())
    assert "\x1b" not in table
    assert "\u202e" not in table


def test_the_filters_name_what_is_there(alignment: Alignment) -> None:
    root = page(alignment)
    names = set(root.xpath("//form//input/@id"))
    assert {"show-s3", "show-s2", "show-s1", "show-k-omission", "only-found"} <= names
    assert "show-k-negation" not in names
    css = "".join(root.xpath("//main//style/text()"))
    for name in names:
        assert f"#{name}" in css


def test_no_findings_is_said_and_needs_no_filters(alignment: Alignment) -> None:
    root = page(replace(alignment, discrepancies=(), coverage=None))
    assert "no proof" in told(root)
    assert not root.xpath("//form")


def test_coverage_is_told_as_coverage(alignment: Alignment) -> None:
    assert "takes up 50% of the commitments" in told(page(alignment))
    assert "50% of the commitments are taken up" in " ".join(
        alignment_table.render_alignment(alignment, Screen()).split()
    )


def test_an_unknown_language_of_the_page_names_those_there_are(alignment: Alignment) -> None:
    with pytest.raises(UsageError, match="en, vi, ru"):
        alignment_html.render_alignment(alignment, ui="eo")


def test_colours_can_be_told_from_their_ground() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    style = alignment_html.style()
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", style))
    pairs = [("ink", "paper"), ("soft", "paper"), ("soft", "band"), ("ink", "band")]
    pairs += [(f"s{n}", f"s{n}-ground") for n in (1, 2, 3)] + [("ink", f"s{n}-ground") for n in (1, 2, 3)]
    pairs += list(product(("s1", "s2", "s3"), ("paper",)))
    colours["lit"] = "#fff7bf"
    pairs += [("soft", "lit"), ("ink", "lit")]
    for front, ground in pairs:
        light, dark = sorted((_luminance(colours[front]), _luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, ground)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- JSON and table ---------------------------------------------------------------------------------------------------


def test_json_has_the_keys_that_others_rely_on(alignment: Alignment) -> None:
    data = json.loads(alignment_json.render_alignment(alignment))
    assert (data["a"]["name"], data["a"]["language"], data["b"]["language"]) == ("vi.txt", "vi", "sv")
    assert data["pairs"][0] == {"level": "paragraph", "a": [0], "b": [1], "score": 0.9}
    assert data["coverage"] == 0.5
    first = data["discrepancies"][0]
    assert first.keys() == {"kind", "severity", "a", "b", "explanation", "message", "confidence"}
    assert first["b"] is None
    for d, (side, statement) in product(data["discrepancies"], (("a", alignment.a), ("b", alignment.b))):
        if d[side] is not None:
            assert statement.source.text[d[side]["start"] : d[side]["end"]] == d[side]["quote"]
    for pair in data["pairs"]:
        held = data["sentences"] if pair["level"] == "sentence" else data["paragraphs"]
        assert all(0 <= i < len(held[side]) for side in ("a", "b") for i in pair[side])


def test_json_carries_a_text_only_where_the_file_does_not_hold_it(alignment: Alignment) -> None:
    html = "".join(f"<p>{line}</p>" for line in specimen("en").splitlines())
    b = read(f"<html><body><article>{html}</article></body></html>".encode(), "en.html")
    data = json.loads(alignment_json.render_alignment(replace(alignment, b=b)))
    assert "text" not in data["a"]
    assert data["b"]["text"] == b.source.text


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_table_tells_every_finding(alignment: Alignment, width: int) -> None:
    table = " ".join(alignment_table.render_alignment(alignment, Screen(width=width)).split())
    assert "5 findings: ▲ 3 of severity 3 · ◆ 1 of severity 2 · ● 1 of severity 1" in table
    for d in alignment.discrepancies:
        assert d.explanation in table
    assert "1 only in A, 1 only in B, 1 moved" in table
    assert "\x1b" not in table


def test_the_table_has_colour_where_it_is_wanted(alignment: Alignment) -> None:
    assert "\x1b[1;31m" in alignment_table.render_alignment(alignment, Screen(colour=True))


def test_the_table_shows_the_pairs_of_lines(statement: Statement) -> None:
    pairs = (Pair("line", (0,), (0, 1), 0.91), Pair("line", (1,), (), 0.2))
    table = alignment_table.render_alignment(made(statement, statement, pairs), Screen(width=120))
    assert re.search(r"^ *1 +1,2 +0\.91", table, re.MULTILINE)
    assert re.search(r"^ *2 +– +0\.20", table, re.MULTILINE)
