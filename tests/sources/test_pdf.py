"""PDFs made here: paragraphs, columns, running heads, hyphens, locks and limits."""

from __future__ import annotations

import io
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from servanda.errors import MissingExtra, SourceTooLarge, UnreadableSource
from servanda.sources import read_bytes
from servanda.sources.lines import Vocabulary

WORDS = [
    "cooperation",
    "ministries",
    "exchange",
    "delegations",
    "education",
    "tourism",
    "agreed",
    "strengthen",
    "partnership",
    "regional",
    "maritime",
    "customs",
    "support",
    "organise",
    "festival",
    "harbour",
    "students",
    "researchers",
    "protocol",
    "investment",
]
VIETNAMESE = (
    "Hai bên nhất trí tăng cường hợp tác trong lĩnh vực hàng hải, đồng thời khuyến khích các trường đại học "
    "trao đổi giảng viên. Hai bên sẵn sàng cấp học bổng cho sinh viên và lập đường dây nóng."
)
FONT = next((path for path in Path("/usr/share/fonts").rglob("DejaVuSans.ttf")), None)


def wording(sentences: int, seed: int) -> str:
    pick = random.Random(seed)
    return " ".join(" ".join(pick.choices(WORDS, k=pick.randint(8, 16))).capitalize() + "." for _ in range(sentences))


def typeset(
    paragraphs: list[str], *, columns: int, align: int = 0, indent: int = 0, font: str = "Helvetica"
) -> tuple[bytes, list[str]]:
    """A PDF of these paragraphs with headings, a running head and page numbers; and the lines it should give."""

    def edges(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(60, 815, "Bulletin of the two ministries")
        canvas.drawCentredString(297, 25, f"- {document.page} -")

    width = (475 - (columns - 1) * 18) / columns
    frames = [Frame(60 + place * (width + 18), 50, width, 740, 0, 0, 0, 0) for place in range(columns)]
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=(595, 842))
    document.addPageTemplates([PageTemplate(frames=frames, onPage=edges)])
    body = ParagraphStyle(
        "b",
        fontName=font,
        fontSize=10,
        leading=13,
        alignment=align,
        firstLineIndent=indent,
        spaceAfter=0 if indent else 6,
    )
    head = ParagraphStyle("h", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=8, spaceAfter=6)
    story, truth = [], []
    for place, text in enumerate(paragraphs):
        if place % 6 == 0:
            truth.append(f"Part {place // 6 + 1} of the plan")
            story.append(Paragraph(truth[-1], head))
        truth.append(f"{place - 6}. {text}" if place in (7, 8, 9) else text)
        story.append(Paragraph(truth[-1], body))
    document.build(story)
    return buffer.getvalue(), truth


LAYOUTS = [(1, 0, 0), (1, 4, 18), (2, 0, 0), (2, 4, 0), (2, 4, 12), (3, 0, 0)]


@pytest.mark.parametrize(("columns", "align", "indent"), LAYOUTS)
def test_reading_order_and_paragraphs(columns: int, align: int, indent: int) -> None:
    data, truth = typeset([wording(3, seed) for seed in range(24)], columns=columns, align=align, indent=indent)
    source = read_bytes(data, name="a.pdf")
    kept = [block for block in source.blocks if block.kind != "boilerplate"]
    lines = [source.text[block.start : block.end] for block in kept]
    assert " ".join(lines) == " ".join(truth)
    # Where a sentence ends just at a column's foot nothing shows whether its paragraph does too.
    assert sum(line not in truth for line in lines) <= 4
    assert [line for line, block in zip(lines, kept, strict=True) if block.kind == "heading"] == [
        t for t in truth if t.endswith("of the plan")
    ]
    assert sum(block.kind == "list-item" for block in kept) == 3
    assert [source.text[b.start : b.end] for b in source.blocks if b.kind == "boilerplate"] == [
        "Bulletin of the two ministries"
    ]
    assert source.title == "Part 1 of the plan"


@pytest.mark.skipif(FONT is None, reason="no font with Vietnamese letters (DejaVu) is installed")
@pytest.mark.parametrize("columns", [1, 2])
def test_vietnamese(columns: int) -> None:
    pdfmetrics.registerFont(TTFont("DejaVu", str(FONT)))
    data, truth = typeset([VIETNAMESE], columns=columns, font="DejaVu")
    source = read_bytes(data, name="a.pdf")
    # On a single page nothing shows that the running head is one.
    assert source.text.split("\n") == ["Bulletin of the two ministries", *truth]


HYPHENS = [
    ("the sides agreed on coop-", "eration in trade", "the sides agreed on cooperation in trade"),
    ("for socio-", "economic growth", "for socio-economic growth"),
    ("in the Asia-", "Pacific region", "in the Asia-Pacific region"),
    ("export- ", "och importfrågor", "export- och importfrågor"),
    ("торгово-", "экономического союза", "торгово-экономического союза"),
    ("сотрудни-", "чества", "сотрудничества"),
    ("a trade-", "related measure", "a trade-related measure"),
    ("from 2021-", "2025 on", "from 2021-2025 on"),
    ("säkerhets\u00ad", "politik", "säkerhetspolitik"),
    ("both sides\x02", "agreed", "both sidesagreed"),
    ("hợp tác Á-", "Âu", "hợp tác Á-Âu"),
    ("no hyphen", "here", "no hyphen here"),
]


@pytest.mark.parametrize(("first", "second", "joined"), HYPHENS)
def test_hyphens_at_line_ends(first: str, second: str, joined: str) -> None:
    assert Vocabulary([first, second]).join(first, second) == joined


def test_the_document_decides_on_its_hyphens() -> None:
    assert Vocabulary(["the sub-committee met"]).join("a sub-", "committee") == "a sub-committee"
    assert Vocabulary(["the nonproliferation treaty"]).join("non-", "proliferation") == "nonproliferation"


def drawn(lines: list[tuple[float, float, str, str, float]], **options: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), **options)
    for x, y, text, font, size in lines:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    canvas.save()
    return buffer.getvalue()


def test_hyphens_and_footnotes_on_a_page() -> None:
    lines = [
        (72, 700, "Both sides agreed to deepen their maritime coop-", "Helvetica", 11),
        (72, 686, "eration and to promote balanced growth of socio-", "Helvetica", 11),
        (72, 672, "economic ties.", "Helvetica", 11),
        (72, 90, "1 Under the programme of 2019.", "Helvetica", 8),
    ]
    source = read_bytes(drawn(lines), name="a.pdf")
    assert [(block.kind, source.text[block.start : block.end]) for block in source.blocks] == [
        (
            "paragraph",
            "Both sides agreed to deepen their maritime cooperation and to "
            "promote balanced growth of socio-economic ties.",
        ),
        ("note", "1 Under the programme of 2019."),
    ]


def pages_of(count: int) -> bytes:
    kids = " ".join(f"{4 + place} 0 R" for place in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>>>"] * count,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    )
    return out + end.encode()


def test_limits_and_locks() -> None:
    start = time.monotonic()
    with pytest.raises(SourceTooLarge, match="10,000 pages"):
        read_bytes(pages_of(10_000), name="a.pdf")
    assert time.monotonic() - start < 20
    with pytest.raises(UnreadableSource, match="password"):
        read_bytes(drawn([(72, 700, "Words", "Helvetica", 11)], encrypt=StandardEncryption("secret")), name="a.pdf")
    with pytest.raises(UnreadableSource, match="damaged"):
        read_bytes(b"%PDF-1.7 rubbish", name="a.pdf")
    with pytest.raises(UnreadableSource, match="without text"):
        read_bytes(pages_of(1), name="a.pdf")


def scan(text: list[str], font: str) -> bytes:
    """A PDF whose page is a picture of these lines."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader

    page = pypdfium2.PdfDocument(drawn([(72, 720 - 22 * place, line, font, 13) for place, line in enumerate(text)]))[0]
    picture = page.render(scale=300 / 72).to_pil()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.save()
    return buffer.getvalue()


def test_a_scan_without_the_means_to_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pytesseract", None)
    with pytest.raises(MissingExtra, match="tesseract-ocr-vie") as caught:
        read_bytes(scan(["Words"], "Helvetica"), name="a.pdf")
    assert "servanda[ocr]" in str(caught.value)


def test_a_scan_without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = pytest.importorskip("pytesseract", reason="the ocr extra is not installed")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/nonexistent/tesseract")
    with pytest.raises(UnreadableSource, match="apt install tesseract-ocr"):
        read_bytes(scan(["Words"], "Helvetica"), name="a.pdf")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
@pytest.mark.skipif(FONT is None, reason="no font with Vietnamese letters (DejaVu) is installed")
def test_a_scan_is_read() -> None:
    pytesseract = pytest.importorskip("pytesseract", reason="the ocr extra is not installed")
    if "vie" not in pytesseract.get_languages():
        pytest.skip("Tesseract has no Vietnamese data (apt install tesseract-ocr-vie)")
    pdfmetrics.registerFont(TTFont("DejaVu", str(FONT)))
    lines = ["Hai bên nhất trí tăng cường hợp tác trong lĩnh vực", "hàng hải và giáo dục."]
    source = read_bytes(scan(lines, "DejaVu"), name="a.pdf")
    assert source.text == " ".join(lines)
    assert any("scanned" in warning for warning in source.warnings)
