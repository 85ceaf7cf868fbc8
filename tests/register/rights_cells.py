"""What is checked in each cell of the table; the test files give the readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .rights_table import (
    KINDS,
    LEVELS,
    OWN,
    READERS,
    ROOMS,
    UNDER,
    WORDS,
    expected,
    sees,
    strictest,
    word,
)
from .rights_walk import API, LISTS, Walk, walked


class Cells:
    """The tests of one group of readers: each walks once, and is looked up in all cells."""

    names: tuple[str, ...] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A test for each reader, and where it asks for them each list or each record."""
        names, wanted = metafunc.cls.names, metafunc.fixturenames
        if "chain" in wanted:
            cells = [(name, kind, chain) for name in names for kind, (cs, _ways) in KINDS.items() for chain in cs]
            metafunc.parametrize(("name", "kind", "chain"), cells, ids=["-".join(cell) for cell in cells])
        elif "name" in wanted:
            metafunc.parametrize("name", names)
            for argument, values in (("kind", LISTS), ("room", ROOMS)):
                if argument in wanted:
                    metafunc.parametrize(argument, list(values))

    @pytest.fixture(scope="class")
    def walks(self, request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Walk]]:
        """Each reader's walk, made once for all cells; the database is left as it was."""
        with django_db_blocker.unblock():
            yield from walked(request.cls.names)

    def test_who_comes_upon_a_record_and_how(self, walks: dict[str, Walk], name: str, kind: str, chain: str) -> None:
        """By all the ways there are, or else by none: not even a word of it in a choice, a list or a message."""
        found = walks[name].ways.get((kind, chain), set())
        wanted = expected(name, kind, chain)
        assert found == wanted, f"missed by {sorted(wanted - found)}, and by {sorted(found - wanted)} against the rule"
        if not sees(name, kind, chain):
            assert sorted(walks[name].seen.get(word(kind, chain), set())) == []

    def test_counts_count_what_is_seen(self, walks: dict[str, Walk], name: str, kind: str) -> None:
        seen = sum(sees(name, kind, chain) for chain in KINDS[kind][0])
        if kind == "partnership":
            seen += READERS[name].where in {"there", "everywhere"}
        if kind == "person":
            seen += 1
        if kind == "attachment":  # the templates of reports are documents too
            seen += sum(sees(name, "template", chain) for chain in OWN)
        on_page, in_file, in_api = walks[name].counts[kind]
        assert (on_page, in_file) == (seen, seen)
        assert in_api in ({seen} if kind in API else {-1})

    def test_rooms_count_what_is_seen(self, walks: dict[str, Walk], name: str, room: str) -> None:
        wanted = {}
        for level in LEVELS:
            if level in READERS[name].sees:
                chains = ((kind, c) for kind in ROOMS[room] for c in KINDS[kind][0] if c[0] == level)
                number = sum(sees(name, *cell) for cell in chains)
                wanted[level] = (number, number)
        assert {level: said for (level, of), said in walks[name].rooms.items() if of == room} == wanted

    def test_reports_hold_what_their_audience_may_see(self, walks: dict[str, Walk], name: str) -> None:
        """Also for those who may see more themselves; and nobody makes one for an audience above his own sight."""
        reader = READERS[name]
        for (level, audience), words in walks[name].told.items():
            allowed = "pir"[: "pir".index(audience[0]) + 1]
            assert audience[0] in reader.sees
            assert level in allowed
            for kind, chain in (WORDS[w] for w in words):
                assert strictest(chain) in allowed, f"{kind} {chain} in a report for: {audience}"
        audiences = {audience for _level, audience in walks[name].told}
        assert audiences == {LEVELS[level] for level in reader.work}

    def test_answers_count_for_those_alone_who_see_them(self, walks: dict[str, Walk], name: str) -> None:
        wanted = {word("difficulty", c): int(sees(name, "answer", c)) for c in UNDER if sees(name, "difficulty", c)}
        assert walks[name].answers == wanted

    def test_what_each_may_do(self, walks: dict[str, Walk], name: str) -> None:
        reader = READERS[name]
        wanted = {}
        for key in walks[name].outcomes:
            verb, _space, level = key.rpartition(" ")
            may = reader.reviews if verb == "review" else reader.keeps
            wanted[key] = "hidden" if level not in reader.sees else "done" if may else "refused"
        wanted["bring in"] = "done" if reader.brings_in else "refused"
        wanted["administer"] = "done" if reader.administers else "refused"
        assert walks[name].outcomes == wanted
        assert len(wanted) == 3 * 47 + 2
