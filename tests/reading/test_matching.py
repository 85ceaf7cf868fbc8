"""The form syntax of docs/packs.md, form by form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.reading.matching import Matcher, normal, tokenise


@pytest.mark.parametrize(
    ("form", "text", "found"),
    [
        ("agreed to", "They Agreed  to go", "Agreed  to"),
        ("stärk*", "att stärkande", "stärkande"),
        ("stärk*", "att stark", None),
        ("*əcəklər", "genişləndirəcəklər", "genişləndirəcəklər"),
        ("(enades|enats) om att", "har enats om att", "enats om att"),
        ("will (also|) sign", "will sign", "will sign"),
        ("will (also|) sign", "will also sign", "will also sign"),
        ("kommer .. att", "kommer de två att", "kommer de två att"),
        ("kommer .. att", "kommer de, två att", None),
        ("intend , ... , to", "intend, with help, to", "intend, with help, to"),
        ("draw _ up", "draw it up", "draw it up"),
        ("side's", "each side’s goods", "side’s"),
        ("inter-party", "inter–party talks", "inter–party"),
        ("双方同意", "会上双方同意加强", "双方同意"),
        ("еще", "ещё", "ещё"),
        ("istanbul", "İstanbul", "İstanbul"),
    ],
)
def test_form(form: str, text: str, found: str | None) -> None:
    tokens = tokenise(text)
    hits = Matcher([(0, form)]).find(tokens)
    got = [text[tokens.starts[h.first] : tokens.ends[h.last - 1]] for h in hits]
    assert got == ([] if found is None else [found])


def test_the_longest_form_wins_and_equal_ones_stay() -> None:
    tokens = tokenise("step up cooperation")
    keys = [h.key for h in Matcher([(0, "step"), (1, "step up"), (2, "step up"), (3, "up")]).find(tokens)]
    assert keys == [1, 2]


def test_words_inside_a_gap_are_still_found() -> None:
    tokens = tokenise("kommer Vietnam och Belarus att stärka")
    keys = {h.key for h in Matcher([(0, "kommer .. att"), (1, "belarus"), (2, "stärka")]).find(tokens)}
    assert keys == {0, 1, 2}


@given(st.text(max_size=300))
def test_tokens_hold_every_sign_once_and_in_order(text: str) -> None:
    tokens = tokenise(text)
    assert all(a < b for a, b in zip(tokens.starts, tokens.ends, strict=True))
    assert all(b <= a for b, a in zip(tokens.ends, tokens.starts[1:], strict=False))
    inside = {i for a, b in zip(tokens.starts, tokens.ends, strict=True) for i in range(a, b)}
    assert all(i in inside for i, c in enumerate(text) if c.isalnum())


@given(st.text(max_size=40))
def test_the_normal_form_is_its_own(token: str) -> None:
    assert normal(normal(token)) == normal(token)
