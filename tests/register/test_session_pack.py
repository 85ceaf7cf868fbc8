"""The pack for a session: one document that an office's programs open, in the reader's language, from any template."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from servanda_register import models as m
from servanda_register.actions import record
from servanda_register.actions import session as actions
from servanda_register.actions.report import example, fill, put_template
from servanda_register.queries.session_pack import fields
from servanda_register.templates_office.session_pack import FIELDS, template

from .test_commitments import Register, register  # noqa: F401
from .test_sessions import TODAY, Room, action, here, restricted_item  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(here: Room) -> Room:  # noqa: F811
    """A session with something of everything on its agenda."""
    home, by = here.register.partnership, here.officer.account
    talks = here.register.commitments[0]
    lead = record.create(m.Body, by=by, party_id="IS", names={"en": "Ministry of Harbours"})
    late = action(here, "Build <two> & more cranes", date(2026, 1, 15), mechanism=here.mechanism, commitments=[talks],
                  leads=[lead])  # fmt: skip
    pact = record.create(m.Agreement, by=by, partnership=home, names={"en": "Harbour pact", "vi": "Hiệp ước cảng"},
                         year=2019, status="to-sign", stage="negotiated")  # fmt: skip
    barrier = record.create(m.Difficulty, by=by, partnership=home, names={"en": "Slow permits"}, raised_by_id="MN",
                            raised_on=date(2026, 2, 1), owed_by_id="IS", answer_due=date(2026, 4, 1))  # fmt: skip
    actions.decide(here.held, by=by, names={"en": "Open an office"}, action=late)
    actions.put_on_agenda(here.planned, [
        {"names": {"en": "Cranes", "vi": "Cần cẩu"}, "actions": [late],
         "why": {"en": "They are late.", "vi": "Chúng đã chậm."}},
        {"names": {"en": "Pact"}, "agreements": [pact]},
        {"names": {"en": "Permits"}, "difficulties": [barrier]},
    ], by=by)  # fmt: skip
    chair = record.create(m.Person, by=by, full_name="Jóna Jónsdóttir", party_id="IS")
    record.create(m.Role, by=by, person=chair, names={"en": "Chair of the Icelandic side"}, mechanism=here.mechanism)
    record.change(here.planned, by=by, chairs=[chair], place="Akureyri", host=m.Party.objects.get(pk="IS"))
    return here


def words(content: bytes) -> str:
    """All that a document says, of its tables and its heads and feet too."""
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    parts = [*document.paragraphs, *section.header.paragraphs, *section.footer.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in parts), *cells])


def made(room: Room, language: str = "en", rights: Any = None, session: m.Session | None = None) -> bytes:
    with translation.override(language):
        return fill(template(), fields(session or room.planned, rights or room.officer, TODAY))


def test_it_holds_all_that_the_session_needs(full: Room) -> None:
    said = words(made(full))
    talks = full.register.commitments[0]
    for wanted in (
        "Iceland and Mongolia", "Deputy ministers' talks", "Session 5", "10 April 2026", "Akureyri", "Cranes",
        "They are late.", "Jóna Jónsdóttir (Chair of the Icelandic side)", "Open an office",
        "Build <two> & more cranes",
        "Ministry of Harbours (Iceland)", "Not started (overdue)", "Harbour pact", "2019", "Under negotiation",
        "Slow permits", "Iceland, 1 April 2026",
        "C1. Agreed", talks.quote, "Session 4, 10 April 2025", "Internal",
    ):  # fmt: skip
        assert wanted in said, wanted
    assert "{{" not in said
    assert "{%" not in said


def test_it_speaks_the_language_that_is_wanted_beside_the_original(full: Room) -> None:
    said = words(made(full, "vi"))
    for wanted in (
        "Cần cẩu",
        "Chúng đã chậm.",
        "Hiệp ước cảng",
        "nhất trí",
        "Tiếng Việt",
        full.register.commitments[0].quote,
    ):
        assert wanted in said, wanted
    assert "nhất trí" not in words(made(full, "ru"))  # neither Russian nor the original


def test_it_has_pages_with_numbers_and_tables_with_repeated_heads(full: Room) -> None:
    document = Document(io.BytesIO(made(full)))
    foot = document.sections[0].footer._element.xml
    assert "NUMPAGES" in foot
    assert len(document.tables) >= 6
    for table in document.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert len(table.rows) > 1


def test_an_empty_session_makes_a_whole_document(here: Room) -> None:  # noqa: F811
    said = words(made(here, session=here.planned))
    for wanted in ("Nothing is on the agenda.", "No action is concerned.", "No commitment is concerned."):
        assert wanted in said
    assert "Decisions of this session" not in said
    assert "Both sides spoke." in words(made(here, session=here.held))


def test_what_is_restricted_is_in_it_for_the_cleared_alone_and_marks_it(full: Room) -> None:
    restricted_item(full)
    cleared = words(made(full, session=full.held))
    assert "Smugglers" in cleared
    assert "Restricted" in cleared
    other = words(made(full, session=full.held, rights=full.reader))
    assert "Smugglers" not in other
    assert "Restricted" not in other


def test_what_is_told_of_the_fields_is_what_there_is(full: Room) -> None:
    def same(told: dict[str, Any], there: dict[str, Any]) -> None:
        assert set(told) == set(there)
        for name, what in told.items():
            if isinstance(what, dict):
                for row in there[name]:
                    same(what, row)
            else:
                assert isinstance(there[name], str), name

    same(FIELDS, fields(full.planned, full.officer, TODAY))
    same(FIELDS, fields(full.held, full.officer, TODAY))
    assert "Number in this document" in words(fill(template(), example("session")))


def office(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_document_comes_from_the_offices_own_template(
    full: Room, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = signed_in("reader")
    address = reverse("session-pack", args=[full.planned.pk])
    with django_assert_max_num_queries(15):
        assert client.get(address).status_code == 200
    answer = client.post(address, {"language": "en"})
    assert answer["Content-Disposition"].endswith('session-5-en.docx"')
    assert "Cranes" in words(answer.content)
    own: dict[str, Any] = {
        "by": full.officer.account, "kind": "session", "language": "vi", "partnership": full.register.partnership,
        "name": "own.docx",
    }  # fmt: skip
    with pytest.raises(ValidationError):
        put_template(**own, content=office("{{ nobody }}"))
    put_template(**own, content=office("Ours: {% for x in agenda %}{{ x.title }}; {% endfor %}"))
    assert words(client.post(address, {"language": "vi"}).content).strip() == "Ours: Cần cẩu; Pact; Permits;"
    assert "Ours:" not in words(client.post(address, {"language": "en"}).content)


@pytest.mark.skipif("SERVANDA_PICTURES" not in os.environ, reason="only for people who look: SERVANDA_PICTURES")
def test_pictures_for_people_to_look_at(full: Room) -> None:
    folder = Path(os.environ["SERVANDA_PICTURES"])
    for language in ("en", "vi", "ru"):
        file = folder / f"pack-{language}.docx"
        file.write_bytes(made(full, language))
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, file], check=True)
