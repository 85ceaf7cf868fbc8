"""A draft plan holds every commitment, proposes what can be proposed with its reason, and invents nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

import servanda
from servanda import packs
from servanda.errors import NotVersions, UsageError
from servanda.planning import languages, plan
from servanda.planning.bodies import Sides, body_list, proposed, source_in
from servanda.planning.joining import joined
from servanda.planning.titles import LONGEST
from servanda.planning.words import Words
from servanda.records import ACTIONS, Basis, Commitment, Plan, PlannedAction, Statement
from servanda.sources import read_bytes

SPECIMENS = files("servanda").joinpath("specimens")
LANGUAGES = sorted(f.name[:2] for f in SPECIMENS.iterdir() if f.name.endswith(".txt"))


def specimen(language: str) -> Statement:
    name = f"{language}.txt"
    return servanda.read(read_bytes(SPECIMENS.joinpath(name).read_bytes(), name=name))


def read(*lines: str) -> Statement:
    """An invented statement of Belarus and Viet Nam with these paragraphs."""
    head = "Joint Statement of the Republic of Belarus and the Socialist Republic of Viet Nam"
    text = "\n\n".join([head, *lines, "Done at Minsk on 3 March 2025."])
    return servanda.read(read_bytes(text.encode(), name="invented.txt"))


def action(draft: Plan, commitment: str) -> PlannedAction:
    return next(a for a in draft.actions if a.basis[0].commitment == commitment)


def reasons(a: PlannedAction) -> dict[str, str]:
    return dict(a.reasons)


# --- the whole --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_commitment_is_in_an_action_and_every_action_says_why(language: str) -> None:
    statement = specimen(language)
    draft = plan([statement], language="en")
    assert {b.commitment for a in draft.actions for b in a.basis} == {c.id for c in statement.commitments}
    assert len({a.id for a in draft.actions}) == len({a.number for a in draft.actions}) == len(draft.actions)
    for a in draft.actions:
        assert a.title
        assert len(a.title) <= LONGEST + 2
        assert 0 <= a.group < len(draft.groups)
        assert {"action", "kind", "deliverable", "due", "mechanism"} <= set(reasons(a))
        assert all(why.endswith((".", "…")) for _, why in a.reasons)
        assert all(b.reason for b in a.bodies)


def test_nothing_is_dated_that_the_statement_does_not_date(statement: Statement) -> None:
    draft = plan([statement])
    timed = {c.id for c in statement.commitments if c.deadline}
    assert {a.basis[0].commitment for a in draft.actions if a.due} == timed
    assert sorted(a.due.last for a in draft.actions if a.due and a.due.last) == [
        "2025-12-31", "2026-12-31", "2026-12-31", "2030-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_the_words_of_the_plan_are_those_of_its_readers(language: str, statement: Statement) -> None:
    draft = plan([statement], language=language)
    assert draft.names == {
        "en": ("Iceland", "Mongolia"), "vi": ("Iceland", "Mông Cổ"), "ru": ("Исландия", "Монголия"),
    }[language]  # fmt: skip
    say = Words(language)
    assert {a.deliverable for a in draft.actions} <= set(say.table("deliverable").values())
    assert draft.draft == say("plan.draft", version=servanda.__version__)
    assert all(say.table("deliverable")[act] for act in ACTIONS)


def test_the_same_statement_gives_the_same_plan(statement: Statement) -> None:
    assert plan([statement]) == plan([statement])


def test_sections_are_the_groups_and_areas_where_there_are_none(statement: Statement) -> None:
    draft = plan([statement])
    assert draft.groups[1:] == tuple(s.title for s in statement.sections)
    bare = replace(statement, sections=(), commitments=tuple(replace(c, section=None) for c in statement.commitments))
    by_area = plan([bare])
    assert "Trade" in by_area.groups
    order = [a.area for a in by_area.actions]
    slugs = list(packs.area_slugs())
    assert order == sorted(order, key=slugs.index)


# --- actions ----------------------------------------------------------------------------------------------------------


def test_what_is_only_explored_becomes_a_study(statement: Statement) -> None:
    draft = plan([statement])
    for a in draft.actions:
        assert (a.kind == "study") == (a.strength == "exploratory")
    a = action(draft, "c23")
    assert a.deliverable == "Joint finding: whether and how to go on"
    assert "only explores" in reasons(a)["kind"]


def test_what_is_kept_to_has_no_end(statement: Statement) -> None:
    a = action(plan([statement]), "c36")
    assert (a.kind, a.action) == ("standing", "refrain")


def test_parts_are_steps_of_the_action_that_they_belong_to(statement: Statement) -> None:
    a = action(plan([statement]), "c6")
    assert [(b.commitment, b.kind) for b in a.basis] == [("c6", "itself"), ("c7", "part"), ("c8", "part")]
    assert [m.title for m in a.milestones] == [
        "Setting up parliamentary friendship groups", "Exchanging experience of committee work",
    ]  # fmt: skip
    assert "c7, c8 are parts" in reasons(a)["action"]


def test_what_is_said_twice_is_one_action() -> None:
    statement = read(
        "The two sides agreed to strengthen cooperation in the repair of river ferries and lighthouses.",
        "The two sides agreed to open their markets to each other's honey.",
        "The two sides will strengthen cooperation in the repair of lighthouses and river ferries.",
    )
    draft = plan([statement])
    assert sorted([b.kind for b in a.basis] for a in draft.actions) == [["itself"], ["itself", "repeats"]]
    twice = action(draft, "c1")
    assert twice.strength == "firm"  # the stronger of the two counts
    assert "nearly the same" in reasons(twice)["action"]


def test_acts_of_different_kinds_or_actors_are_never_one(statement: Statement) -> None:
    c = next(c for c in statement.commitments if c.id == "c40")
    twin = replace(c, id="c999", start=c.start + 1)
    rows = (c, twin)
    assert len(joined(replace(statement, commitments=rows))) == 1
    for other in (
        replace(twin, action="study"),
        replace(twin, actors=("IS",)),
        replace(twin, areas=("sport",)),
        replace(twin, quote="promote tourism in the highlands and on the coast"),
    ):
        assert len(joined(replace(statement, commitments=(c, other)))) == 2


def test_a_part_of_one_action_that_repeats_another_bears_both(statement: Statement) -> None:
    parent = next(c for c in statement.commitments if c.id == "c48")
    grant = next(c for c in statement.commitments if c.id == "c49")
    part = replace(grant, id="c998", parent="c48", start=parent.start, end=parent.end)
    rows = joined(replace(statement, commitments=(parent, part, grant)))
    assert [r.own.id for r in rows] == ["c48", "c49"]
    assert [p.id for p in rows[0].parts] == [p.id for p in rows[1].repeats] == ["c998"]


def test_a_ring_of_parents_loses_nothing(statement: Statement) -> None:
    a, b = (replace(c, parent=p) for c, p in zip(statement.commitments[:2], ("c2", "c1"), strict=True))
    rows = joined(replace(statement, commitments=(a, b)))
    assert {c.id for r in rows for c in (r.own, *r.parts, *r.repeats)} == {"c1", "c2"}


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "commitment", "title"),
    [
        ("en", "c1", "Upgrade their relations to a strategic partnership"),
        ("en", "c3", "Increase exchanges of delegations at all levels"),
        ("en", "c9", "Encourage direct contacts between the political parties of the two countries"),
        ("en", "c36", "Not to impose unilateral restrictions on the export of food"),
        ("vi", "c12", "Đơn giản hóa việc cấp thị thực cho người mang hộ chiếu phổ thông"),
        ("ru", "c12", "Упростить выдачу виз владельцам обыкновенных паспортов"),
        ("ru", "c22", "Внести изменения в Соглашение о взаимной правовой помощи 1998 года"),
        # in Azerbaijani the act comes last, with its force; the capital of i has its dot
        ("az", "c9", "İki ölkənin siyasi partiyaları arasında birbaşa təmasları təşviq edirlər"),
        # in Russian the noun after the modal word stands in a case that makes no title
        ("ru", "c20", "Подтвердили приверженность борьбе с терроризмом во всех его формах"),
    ],
)
def test_a_title_says_what_to_do_in_the_words_of_the_statement(language: str, commitment: str, title: str) -> None:
    assert action(plan([specimen(language)]), commitment).title == title


def test_where_the_act_comes_last_it_is_kept() -> None:
    title = action(plan([specimen("az")]), "c5").title
    assert title.startswith("… ")
    assert title.endswith("siyasi məsləhətləşmələr keçirmək barədə razılığa gəldilər")
    assert len(title) <= LONGEST + 2


def test_a_title_without_a_pack_is_the_beginning_of_the_passage(statement: Statement) -> None:
    long = "w" * 30 + " " + "wort " * 60
    c = replace(statement.commitments[0], start=0, end=len(long), quote=long)
    unknown = replace(
        statement, source=replace(statement.source, text=long), commitments=(c,),
        expression=replace(statement.expression, language="hu"),
    )  # fmt: skip
    made = plan([unknown]).actions[0].title
    assert made.startswith("W" + "w" * 29)
    assert made.endswith("wort …")
    assert len(made) <= LONGEST + 2


# --- bodies -----------------------------------------------------------------------------------------------------------


def bodies(side: str, *areas: str, actors: Sequence[str] = ("both",), language: str = "en") -> list[tuple[str, str]]:
    found, _ = proposed(side, Sides(tuple(actors), areas), actor_names="Belarus", say=Words(language))
    return [(b.role, b.name) for b in found]


def test_the_list_of_a_country_gives_lead_and_support() -> None:
    assert bodies("VN", "trade") == [
        ("lead", "Ministry of Industry and Trade"), ("support", "Vietnam Chamber of Commerce and Industry"),
    ]  # fmt: skip
    assert bodies("VN", "trade", "health")[-1] == ("support", "Ministry of Health")


def test_names_are_in_the_language_of_the_plan_where_there_is_one() -> None:
    assert bodies("VN", "health", language="vi") == [("lead", "Bộ Y tế")]
    assert bodies("KZ", "health", language="ru") == [("lead", "Министерство здравоохранения")]
    assert bodies("KZ", "health", language="vi") == [("lead", "Bộ Y tế")]


@pytest.mark.parametrize("country", ["VN", "BY", "AZ", "KZ"])
def test_every_body_has_a_name_and_a_source_in_every_language_of_plans(country: str) -> None:
    told = packs.vocabulary(f"bodies/{country}")
    for row in (told, *(row for row in told["body"] if "source" in row)):
        assert all(row[key] for key in ("source", "source_vi", "source_ru"))
    for row in told["body"]:
        assert len({row["en"], row["vi"], row["ru"]}) == 3, row
        assert re.search("[а-я]", row["ru"]), row
    assert {"local", "people"} <= {area for row in told["body"] for area in row["areas"]}


def test_a_body_that_the_list_does_not_name_has_a_source_of_its_own() -> None:
    found, _ = proposed("VN", Sides(("both",), ("local", "trade")), actor_names="", say=Words("vi"))
    assert found[0].name == "Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương"
    assert found[0].source == "Luật Tổ chức chính quyền địa phương số 65/2025/QH15 ngày 19/02/2025"
    assert found[1].source == "Nghị quyết số 176/2025/QH15 ngày 18/02/2025 của Quốc hội về cơ cấu tổ chức của Chính phủ"
    [friends] = proposed("BY", Sides(("both",), ("people",)), actor_names="", say=Words("en"))[0]
    assert friends.as_of == "2025-07-23"


def test_the_source_of_a_list_is_told_in_the_language_of_the_plan(statement: Statement) -> None:
    english = packs.vocabulary("bodies/BY")["source"]
    assert source_in("BY", english, "ru").startswith("Перечень министерств")
    assert source_in("BY", english, "en") == english
    assert source_in("BY", "Note 12 of the ministry", "ru") == "Note 12 of the ministry"
    assert source_in("IS", "Note 12 of the ministry", "ru") == "Note 12 of the ministry"


@pytest.mark.parametrize(
    ("side", "named", "lead", "why"),
    [
        ("VN", "Ministry of Health", "Ministry of Health", "names it"),
        ("KZ", "Ministry of Health", "Ministry of Healthcare", "answers to it"),
        ("VN", "Minister of Foreign Affairs", "Ministry of Foreign Affairs", "answers to it"),
        ("VN", "Ministry of Defence", "Ministry of National Defence", "answers to it"),
        ("VN", "law enforcement agencies", "Ministry of Health", "without saying which"),
    ],
)
def test_a_named_body_leads(side: str, named: str, lead: str, why: str) -> None:
    found, none = proposed(side, Sides((f"{side}:{named}",), ("health",)), actor_names="", say=Words("en"))
    assert (found[0].role, found[0].name, none) == ("lead", lead, None)
    assert why in found[0].reason
    assert found[0].source
    assert found[0].as_of


def test_a_named_body_of_a_country_without_a_list_stands_as_it_is_named() -> None:
    found, _ = proposed("IS", Sides(("IS:Ministry of Health",), ("health",)), actor_names="", say=Words("ru"))
    assert [(b.name, b.english, b.source) for b in found] == [
        ("Министерство здравоохранения", "Ministry of Health", None)
    ]


def test_the_side_that_does_not_act_has_a_counterpart() -> None:
    found, _ = proposed("VN", Sides(("BY",), ("energy",)), actor_names="Belarus", say=Words("en"))
    assert found[0].reason.startswith("Belarus is to act")


def test_where_no_body_is_known_the_plan_says_so() -> None:
    assert proposed("VN", Sides(("both",), ("development",)), actor_names="", say=Words("en")) == (
        [], "The list of Vietnam has no body for the area “Development”: name one yourselves.",
    )  # fmt: skip
    assert body_list("IS") is None
    found, why = proposed("IS", Sides(("both",), ("trade",)), actor_names="", say=Words("en"))
    assert found == []
    assert why == "There is no list of bodies for Iceland: name its bodies yourselves."
    assert proposed("../VN", Sides(("both",), ("trade",)), actor_names="", say=Words("en"))[0] == []


def test_a_plan_names_its_lists_with_their_dates() -> None:
    draft = plan([read("The two sides agreed to open their markets to each other's honey.")])
    assert [(x.side, x.as_of) for x in draft.lists] == [("BY", "2025-05-01"), ("VN", "2025-03-01")]
    assert not [note for note in draft.notes if "no list" in note]
    assert {b.side for a in draft.actions for b in a.bodies} == {"BY", "VN"}


# --- mechanisms -------------------------------------------------------------------------------------------------------


def test_a_mechanism_of_the_statement_follows(statement: Statement) -> None:
    draft = plan([statement])
    assert action(draft, "c5").mechanism == "Political consultations at deputy foreign minister level"
    assert "itself names" in reasons(action(draft, "c5"))["mechanism"]
    assert action(draft, "c25").mechanism == "Iceland-Mongolia Joint Committee"
    assert "for the area" in reasons(action(draft, "c25"))["mechanism"]
    assert action(draft, "c41").mechanism is None


def test_what_is_to_be_set_up_does_not_follow_its_own_setting_up(statement: Statement) -> None:
    draft = plan([statement])
    assert action(draft, "c28").mechanism is None  # it sets up the Joint Committee
    assert action(draft, "c29").mechanism != "Iceland-Mongolia Business Council"
    assert all(a.mechanism != "Iceland-Mongolia Business Council" for a in draft.actions)


def test_names_of_mechanisms_are_in_the_language_of_the_plan(statement: Statement) -> None:
    assert action(plan([statement], language="ru"), "c25").mechanism == "Совместный комитет"


# --- several versions, and what is refused ----------------------------------------------------------------------------


class Alike:
    """An encoder for which a text is how long its words are, so that versions made from one text are near."""

    name = "alike"
    dimension = 16
    recommended_batch = 8

    def encode(self, texts: Sequence[str], *, kind: str = "passage") -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for n, text in enumerate(texts):
            for at, word in enumerate(text.split()):
                rows[n, (len(word) * 7 + at) % self.dimension] += 1
        return rows / np.maximum(1e-6, np.linalg.norm(rows, axis=1, keepdims=True))


def test_versions_make_one_plan(statement: Statement) -> None:
    copy = replace(
        statement, source=replace(statement.source, name="copy.txt"),
        expression=replace(statement.expression, kind="translation"), commitments=statement.commitments[:-1],
    )  # fmt: skip
    draft = plan([copy, statement], encoder=Alike())
    assert [s.source.name for s in draft.statements] == [statement.source.name, "copy.txt"]  # the original first
    assert Basis(1, "c1", "version") in action(draft, "c1").basis
    assert all(b.statement == 0 for b in action(draft, "c78").basis)


def test_what_answers_to_none_is_told(statement: Statement) -> None:
    less = replace(statement, commitments=statement.commitments[1:])
    draft = plan([less, statement], encoder=Alike())
    told = [note for note in draft.notes if "answer to none" in note]
    assert len(told) == 1
    assert f"of {statement.source.name} " in told[0]


def test_statements_of_different_partners_are_refused(statement: Statement) -> None:
    other = replace(statement, parties=("IS", "NO"))
    with pytest.raises(NotVersions):
        plan([statement, other], encoder=Alike())


def test_what_cannot_be_planned_is_refused(statement: Statement) -> None:
    with pytest.raises(UsageError, match="none was given"):
        plan([])
    with pytest.raises(UsageError, match="encoder"):
        plan([statement, statement])
    with pytest.raises(UsageError, match="en, vi, ru"):
        plan([statement], language="fr")


def test_a_text_without_parties_or_commitments_still_makes_a_draft(statement: Statement) -> None:
    draft = plan([replace(statement, parties=(), commitments=(), sections=())])
    assert draft.actions == ()
    assert len(draft.notes) == 2
    alone = plan([replace(statement, parties=())])
    assert all(a.bodies == () for a in alone.actions)


def test_a_third_party_has_its_own_bodies(statement: Statement) -> None:
    draft = plan([replace(statement, parties=("AZ", "BY", "VN"))])
    assert {b.side for b in action(draft, "c25").bodies} == {"AZ", "BY", "VN"}


def test_an_unsure_reading_is_marked(statement: Statement) -> None:
    rows: tuple[Commitment, ...] = (replace(statement.commitments[0], confidence=0.3), *statement.commitments[1:])
    assert [a.unsure for a in plan([replace(statement, commitments=rows)]).actions][:2] == [True, False]
