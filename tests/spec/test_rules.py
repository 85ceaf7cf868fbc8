"""The rules of docs/coding.md as sentences: what stands in rules.toml is what the reader does."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from servanda.reading.pipeline import read_source
from servanda.records import Source
from tests.spec.__main__ import page

RULES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))["rule"]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r["says"])
def test_rule(rule: dict[str, Any]) -> None:
    statement = read_source(Source("rule.txt", "text/plain", rule["text"], ""), language=rule["language"])
    quotes = {c.id: c.quote for c in statement.commitments}
    found = [(c.quote, c.strength, c.action, quotes.get(c.parent or "", "")) for c in statement.commitments]
    expected = [(c["quote"], c["strength"], c["action"], c.get("parent", "")) for c in rule["commitments"]]
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    for got, want in zip(found, expected, strict=True):
        assert got[3].startswith(want[3])
        assert bool(got[3]) == bool(want[3])


def test_the_page_of_rules_is_printed_from_them() -> None:
    docs = Path(__file__).parents[2] / "docs" / "rules.md"
    assert docs.read_text(encoding="utf-8") == page(), "run: python -m tests.spec > docs/rules.md"
