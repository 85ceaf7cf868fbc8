"""Plain text in any encoding, standard input, and what is refused."""

from __future__ import annotations

import io
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given as given_by
from hypothesis import strategies as st

from servanda.errors import FetchRefused, SourceTooLarge, UnreadableSource
from servanda.sources import open_source, read_bytes

SAMPLES = {
    "vi": "Hai bên nhất trí tăng cường hợp tác hàng hải.",
    "ru": "Стороны договорились проводить консультации.",
    "kk": "Тараптар ынтымақтастықты нығайтуға келісті, өңірлік әріптестік үшін.",
    "az": "Tərəflər əməkdaşlığı genişləndirməyi razılaşdılar.",
    "sv": "Båda sidor enades om att öka handeln.",
    "nb": "Partene er enige om å øke samhandelen på høyt nivå.",
    "en": "The “two sides” agreed – café diplomacy’s end.",
}
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """Encode as Vietnamese Windows does: base letter with its hat, then the tone as a mark of its own."""
    out = b""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        out += base.encode("cp1258") + "".join(part for part in parts if part in TONES).encode("cp1258")
    return out


ENCODED = [
    ("vi", windows_1258(SAMPLES["vi"])),
    *(("ru", SAMPLES["ru"].encode(codec)) for codec in ("cp1251", "koi8-r", "cp866", "iso8859-5")),
    ("kk", SAMPLES["kk"].encode("kz1048")),
    *((code, SAMPLES[code].encode(codec)) for code in ("sv", "nb") for codec in ("cp1252", "iso8859-1", "iso8859-15")),
    ("en", SAMPLES["en"].encode("cp1252")),
    *(
        (code, SAMPLES[code].encode(codec))
        for code in SAMPLES
        for codec in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
    ),
]


@pytest.mark.parametrize(("code", "data"), ENCODED)
def test_other_encodings_are_found_out(code: str, data: bytes) -> None:
    source = read_bytes(data, name="a.txt")
    assert source.text == SAMPLES[code]
    assert not source.plain
    assert len(source.warnings) == 1
    assert "not UTF-8" in source.warnings[0]


@given_by(st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\r\n\t")))
def test_utf8_is_kept_to_the_character(text: str) -> None:
    data = text.encode("utf-8")
    try:
        source = read_bytes(data, name="a.txt")
    except UnreadableSource:
        assert not text.strip("\ufeff \t\r\n")
        return
    assert source.text == data.decode("utf-8")
    assert source.plain
    assert source.blocks == ()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "notes", "-"])
def test_the_byte_order_mark_stays(name: str) -> None:
    source = read_bytes(b"\xef\xbb\xbfBoth sides agreed.\r\n\r\n## Next\r", name=name)
    assert source.text == "\ufeffBoth sides agreed.\r\n\r\n## Next\r"
    assert source.plain


def test_a_damaged_byte_is_said() -> None:
    data = (SAMPLES["vi"] * 20).encode() + b"\xff" + SAMPLES["vi"].encode()
    source = read_bytes(data, name="a.txt")
    assert source.text.count("\ufffd") == 1
    assert not source.plain
    assert any("damaged" in warning for warning in source.warnings)


def test_the_charset_of_the_sender_is_used() -> None:
    source = read_bytes("Žižka".encode("cp1250"), name="a", media_type="text/plain; charset=windows-1250")
    assert source.text == "Žižka"


REFUSED = [
    ("empty.txt", b"", UnreadableSource, "empty"),
    ("blank.txt", b" \n\n\t ", UnreadableSource, "white space"),
    ("noise.bin", bytes(range(256)) * 40, UnreadableSource, "binary"),
    ("zeros.txt", b"\x00" * 5000, UnreadableSource, "binary"),
    ("long.txt", b"a" * 50_000_000, SourceTooLarge, "20 MB"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, UnreadableSource, "DOCX or PDF"),
    ("rich.rtf", b"{\\rtf1 text}", UnreadableSource, "DOCX or PDF"),
    ("open.odt", b"PK\x03\x04broken", UnreadableSource, "damaged"),
    ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, UnreadableSource, "picture"),
    ("scan.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 50, UnreadableSource, "picture"),
    ("archive.gz", b"\x1f\x8b\x08" + b"\x00" * 50, UnreadableSource, "Unpack"),
    ("fake.pdf", b"just words", UnreadableSource, "content is not"),
    ("fake.docx", b"just words", UnreadableSource, "content is not"),
]


@pytest.mark.parametrize(("name", "data", "error", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_one_clear_line(name: str, data: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read_bytes(data, name=name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_paths(tmp_path: Path) -> None:
    (tmp_path / "statement.txt").write_text("Both sides agreed.")
    assert open_source(tmp_path / "statement.txt").name == "statement.txt"
    with pytest.raises(UnreadableSource, match=r"statement\.txt"):
        open_source(tmp_path / "statment.txt")
    with pytest.raises(UnreadableSource, match="is a directory"):
        open_source(tmp_path)
    with pytest.raises(UnreadableSource, match="no folder"):
        open_source(tmp_path / "none" / "a.txt")
    with pytest.raises(UnreadableSource):
        open_source("a\x00b")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_permission(tmp_path: Path) -> None:
    path = tmp_path / "locked.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(UnreadableSource, match="permission denied"):
        open_source(path)


def test_a_large_file_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "sparse.txt"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(SourceTooLarge, match="20 MB"):
        open_source(path)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"Both sides agreed.", "text/plain"), (b"<!doctype html><p>Both sides agreed.", "text/html")],
)
def test_standard_input_is_sniffed(data: bytes, media_type: str) -> None:
    source = open_source("-", stdin=io.BytesIO(data))
    assert (source.text, source.media_type) == ("Both sides agreed.", media_type)


def test_urls_need_leave() -> None:
    with pytest.raises(FetchRefused, match="--fetch"):
        open_source("https://example.org/a.html")
    with pytest.raises(FetchRefused, match="only http and https"):
        open_source("ftp://example.org/a.html", fetch=True)
