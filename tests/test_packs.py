"""Every pattern of every pack is matched by its examples and by none of its counter-examples."""

from __future__ import annotations

import pytest

from servanda import packs
from servanda.reading.lexicon import Lexicon

PATTERNS = [pattern for language in packs.available() for pattern in packs.load(language).patterns]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.id)
def test_pattern_is_matched_by_its_examples_alone(pattern: packs.Pattern) -> None:
    lexicon = Lexicon.of(pattern.id.split(".")[0])
    assert pattern.examples, "a pattern needs at least one example"
    assert pattern.counters, "a pattern needs at least one counter-example"
    for example in pattern.examples:
        assert pattern.id in lexicon.found(example), f"not matched by its example: {example}"
    for counter in pattern.counters:
        assert pattern.id not in lexicon.found(counter), f"matched by its counter-example: {counter}"


@pytest.mark.parametrize("language", packs.available())
def test_pack_names_every_area(language: str) -> None:
    assert set(packs.load(language).areas) == set(packs.area_slugs())
