"""The pages of statements: what each reader sees, what can be changed, what leads where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

import servanda
from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import intake, reading, record
from servanda_register.actions.comment import comment
from servanda_register.actions.instrument import change_instrument
from servanda_register.pages.marking import Mark, laid_out

from .conftest import TEXT, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder_of_all")]
SPECIMENS = Path(servanda.__file__).parent / "specimens"


def text_url(world: World) -> str:
    return reverse("expression", args=[world.instrument.pk, world.expression.pk])


def confirm(world: World, number: int, **fields: Any) -> m.Commitment:
    p = world.proposals[number - 1]
    return record.create(
        m.Commitment, by=None, instrument=world.instrument, number=number, expression=world.expression, start=p.start,
        end=p.end, quote=p.quote, modality=p.modality, strength=p.strength, action=p.action, actors=p.actors,
        areas=p.areas, **fields,
    )  # fmt: skip


def publish(*records: Any) -> None:
    for r in records:
        record.change(r, by=None, visibility="public")


# --- seeing -----------------------------------------------------------------------------------------------------------


def test_the_public_sees_what_is_public_and_nothing_of_the_work(world: World) -> None:
    url = reverse("instrument", args=[world.instrument.pk])
    assert Client().get(url).status_code == 404
    assert Client().get(text_url(world)).status_code == 404
    publish(world.partnership, world.instrument)
    shown = confirm(world, 1, visibility="public")
    confirm(world, 2, visibility="internal")
    page = Client().get(url).content.decode()
    assert "1 confirmed" in page
    for word in ("Review", "proposed", "History", "Who may see it", "Change", "Internal"):
        assert word not in page, word
    text = Client().get(f"{text_url(world)}?proposals=1&classes=1").content.decode()
    assert reverse("commitment", args=[shown.pk]) in text
    assert text.count("<mark") == 1
    assert "statement__number--proposed" not in text
    assert "statement__class" not in text
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", Client().get(reverse("instruments")).context["table"].body)
    assert cells[5] == "1"


def test_members_may_look_at_proposals_and_classes(world: World, signed_in: Callable[..., Client]) -> None:
    reader = signed_in("reader")
    assert reader.get(text_url(world)).content.decode().count("<mark") == 0
    page = reader.get(f"{text_url(world)}?proposals=1&classes=1").content.decode()
    assert page.count("<mark") == len(world.proposals)
    assert "Heading" in page
    assert reverse("review", args=[world.expression.pk]) not in page  # a reader reviews nothing
    page = signed_in("coder").get(f"{text_url(world)}?proposals=1").content.decode()
    assert f"{reverse('review', args=[world.expression.pk])}#c1" in page


def test_a_text_of_another_statement_is_not_found(world: World, signed_in: Callable[..., Client]) -> None:
    other = record.create(m.Instrument, by=None, partnership=world.other, slug="other", names={"en": "Other"})
    for name in ("expression", "expression-file"):
        assert signed_in("officer").get(reverse(name, args=[other.pk, world.expression.pk])).status_code == 404


def test_pages_ask_little_of_the_database(
    signed_in: Callable[..., Client], django_assert_max_num_queries: Any, versions: m.Pairing
) -> None:
    found, text = versions.a.instrument, versions.a
    for number, p in enumerate(text.proposals.all()[:5], start=1):
        record.create(
            m.Commitment, by=None, instrument=found, number=number, expression=text, start=p.start, end=p.end,
            quote=p.quote, modality=p.modality, strength=p.strength, action=p.action, actors=p.actors,
        )  # fmt: skip
    client = signed_in("officer")
    pages = {
        "instruments": [], "instrument": [found.pk], "instrument-edit": [found.pk], "expression": [found.pk, text.pk],
        "versions": [found.pk, versions.pk],
    }  # fmt: skip
    for name, keys in pages.items():
        with django_assert_max_num_queries(15, info=name):
            answer = client.get(reverse(name, args=keys), {"proposals": "1", "classes": "1"})
        assert answer.status_code == 200


@pytest.fixture
def versions(account: Callable[..., m.Account]) -> m.Pairing:
    """The English and the Vietnamese specimen side by side."""
    by = account("officer")
    for language in ("en", "vi"):
        made = intake.bring_in(by=by, content=(SPECIMENS / f"{language}.txt").read_bytes(), name=f"{language}.txt")
        reading.read_intake(made.pk)
    return m.Pairing.objects.select_related("a", "b").latest("pk")


def test_versions_side_by_side_bear_no_style_inside(versions: m.Pairing, signed_in: Callable[..., Client]) -> None:
    url = reverse("versions", args=[versions.a.instrument_id, versions.pk])
    client = signed_in("reader")
    page = client.get(url).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert reverse("alignment-style") in page
    assert "show-s2" in page
    sheet = client.get(reverse("alignment-style"))
    assert sheet["Content-Type"].startswith("text/css")
    assert "#show-s2:not(:checked)) .alignment .f-s2" in sheet.content.decode()
    hidden = sum(d["confidence"] < 0.5 for d in versions.discrepancies)
    assert hidden
    more = client.get(f"{url}?all=1").content.decode()
    assert more.count('<li id="d') == page.count('<li id="d') + hidden
    publish(versions.a.instrument, versions.a.instrument.partnership)
    assert Client().get(url).status_code == 404  # findings are proposals of the machine


def test_exports_hold_what_people_confirmed_or_what_was_read(world: World, signed_in: Callable[..., Client]) -> None:
    publish(world.partnership, world.instrument)
    c = confirm(world, 2, visibility="public", deadline="2027")
    hidden = record.create(
        m.Mechanism, by=None, partnership=world.partnership, names={"en": "Secret committee"}, visibility="restricted"
    )
    record.change(c, by=None, mechanisms=[hidden])
    url = reverse("expression-export", args=[world.instrument.pk, world.expression.pk, "json"])
    told = json.loads(Client().get(url).content)
    assert [(x["id"], x["quote"], x["areas"], x["deadline"]) for x in told["commitments"]] == [
        ("k2", c.quote, ["trade"], "2027")
    ]
    assert told["text"] == TEXT
    assert told["statement"]["parties"] == ["IS", "MN"]
    assert "Secret" not in json.dumps(told)
    assert Client().get(f"{url}?as=read")["Location"].startswith(reverse("account_login"))
    read = signed_in("reader").get(f"{url}?as=read")
    assert len(json.loads(read.content)["commitments"]) == len(world.proposals)
    assert 'filename="joint-statement-2024-en-as-read.json"' in read["Content-Disposition"]


@pytest.mark.parametrize("wanted", ["akn", "json", "jsonld"])
def test_what_was_read_comes_out_as_the_engine_gives_it(
    wanted: str, versions: m.Pairing, signed_in: Callable[..., Client]
) -> None:
    url = reverse("expression-export", args=[versions.a.instrument_id, versions.a.pk, wanted])
    got = signed_in("reader").get(f"{url}?as=read").content.decode()
    expected = servanda.formats.render(wanted, [servanda.read(SPECIMENS / "en.txt")])
    if wanted == "akn":
        assert got == expected
    else:
        ours, theirs = json.loads(got), json.loads(expected)
        for rows in (ours, theirs):
            for c in rows.get("commitments", []):
                c["patterns"] = sorted(c["patterns"])
            for node in rows.get("@graph", []):
                node.pop("sv:pattern", None)
        assert ours == theirs


def test_the_file_comes_back_as_it_was_given(versions: m.Pairing, signed_in: Callable[..., Client]) -> None:
    url = reverse("expression-file", args=[versions.a.instrument_id, versions.a.pk])
    answer = signed_in("reader").get(url)
    assert answer.content == (SPECIMENS / "en.txt").read_bytes()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    publish(versions.a.instrument, versions.a.instrument.partnership)
    assert Client().get(url).status_code == 404  # the file itself was given for internal use


# --- changing ---------------------------------------------------------------------------------------------------------


def form_of(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "names_en": "Joint Statement", "names_vi": "", "names_ru": "", "adopted": "2024-06-14", "place": "Ulaanbaatar",
        "originals": ["en"], "reviewing": "single", "visibility": "internal", "reason": "a slip of the pen", **changed,
    }  # fmt: skip


def test_an_officer_changes_facts_with_a_reason(world: World, signed_in: Callable[..., Client]) -> None:
    url = reverse("instrument-edit", args=[world.instrument.pk])
    officer = signed_in("officer")
    assert officer.get(url).status_code == 200
    answer = officer.post(url, form_of(world, place="Khovd", names_vi="Tuyên bố chung", reviewing="double"))
    assert answer.status_code == 302
    world.instrument.refresh_from_db()
    assert world.instrument.place == "Khovd"
    assert world.instrument.names == {"en": "Joint Statement", "vi": "Tuyên bố chung"}
    event = m.Event.objects.latest("sequence")
    assert (event.kind, event.reason, event.before["place"]) == ("instrument", "a slip of the pen", "Ulaanbaatar")
    for changed in ({"reason": " "}, {"names_en": ""}, {"adopted": "soon"}, {"visibility": "restricted"}):
        answer = officer.post(url, form_of(world, **({"names_vi": ""} | changed)))
        assert answer.status_code == 200, changed
        assert b"govuk-error-summary" in answer.content
    assert signed_in("reviewer").get(url).status_code == 403


def test_how_it_is_reviewed_stays_once_a_review_has_begun(world: World, account: Callable[..., m.Account]) -> None:
    by = account("officer")
    change_instrument(by=by, instrument=world.instrument, reason="two eyes more", reviewing="double")
    record.create(m.Review, by=by, expression=world.expression, reviewer=by)
    with pytest.raises(UsageError, match="cannot be changed"):
        change_instrument(by=by, instrument=world.instrument, reason="fewer", reviewing="single")
    change_instrument(by=by, instrument=world.instrument, reason="found it", reviewing="double", place="Darkhan")
    with pytest.raises(PermissionDenied):
        change_instrument(by=account("coder"), instrument=world.instrument, reason="mine", place="x")


# --- comments ---------------------------------------------------------------------------------------------------------


def test_comments_are_kept_where_they_were_written(world: World, signed_in: Callable[..., Client]) -> None:
    back = reverse("instrument", args=[world.instrument.pk])
    sent = {"kind": "instrument", "key": world.instrument.pk, "next": back, "visibility": "internal"}
    coder = signed_in("coder")
    assert "Write a comment" in coder.get(back).content.decode()
    answer = coder.post(reverse("comment"), {**sent, "text": "The place is missing in the <b>Russian</b> text."})
    assert answer["Location"] == f"{back}#comments"
    assert "&lt;b&gt;Russian" in coder.get(back).content.decode()
    assert m.Event.objects.latest("sequence").kind == "comment"
    coder.post(reverse("comment"), {**sent, "text": "  "})
    coder.post(reverse("comment"), {**sent, "text": "for few", "visibility": "restricted"})
    assert m.Comment.objects.count() == 1
    away = coder.post(reverse("comment"), {**sent, "text": "x", "next": "https://evil.example/"})
    assert away["Location"] == "/#comments"


def test_who_may_comment_and_who_sees_it(world: World, signed_in: Callable[..., Client]) -> None:
    sent = {"kind": "instrument", "key": world.instrument.pk, "text": "mine", "visibility": "internal"}
    assert signed_in("reader").post(reverse("comment"), sent).status_code == 403
    assert signed_in("coder", world.other).post(reverse("comment"), sent).status_code == 404
    assert Client().post(reverse("comment"), sent).status_code == 404
    publish(world.partnership, world.instrument)
    assert signed_in("coder", world.other).post(reverse("comment"), sent).status_code == 403
    assert signed_in("coder").post(reverse("comment"), sent).status_code == 302
    url = reverse("instrument", args=[world.instrument.pk])
    assert "mine" in signed_in("reader").get(url).content.decode()
    assert "mine" not in Client().get(url).content.decode()


def test_a_comment_is_on_one_thing(world: World, account: Callable[..., m.Account]) -> None:
    with pytest.raises(TypeError):
        comment(by=account("coder"), text="x", instrument=world.instrument, partnership=world.partnership)


# --- marking ----------------------------------------------------------------------------------------------------------


def test_marks_may_lie_in_each_other_and_across_lines(world: World) -> None:
    segments = list(world.expression.segments.all())
    last = len(TEXT) - 1
    marks = [
        Mark(TEXT.index("2."), last, "1", "", "firm", ""),
        Mark(TEXT.index("trade"), TEXT.index("trade") + 5, "2", "", "agreed", ""),
        Mark(TEXT.index("trade"), TEXT.index(" to invest"), "3", "", "willing", ""),
    ]
    lines = [line for stretch in laid_out(TEXT, segments, marks) for line in stretch.lines]
    assert ["".join(p.text for p in line.pieces) for line in lines] == TEXT.strip().split("\n")
    pieces = [p for line in lines for p in line.pieces]
    assert [m_.label for p in pieces for m_ in p.begins] == ["1", "3", "2"]
    trade = next(p for p in pieces if p.text == "trade")
    assert trade.inner is not None
    assert trade.inner.label == "2"
    assert lines[0].heading
    assert all(p.inner and p.inner.label == "1" for p in lines[-1].pieces)


def test_what_is_around_the_statement_is_set_apart(world: World) -> None:
    noise = m.Segment(start=0, end=15, kind="noise", ident="p1")
    stretches = laid_out(TEXT, [noise, *world.expression.segments.all()[1:]], [])
    assert [s.noise for s in stretches] == [True, False]
