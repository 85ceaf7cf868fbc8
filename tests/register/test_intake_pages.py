"""The pages of bringing in, and the process that reads."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import servanda
from servanda_register import models as m
from servanda_register import worker
from servanda_register.actions import reading

from .conftest import World

SPECIMENS = Path(servanda.__file__).parent / "specimens"


pytestmark = pytest.mark.usefixtures("encoder_of_all")


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (SPECIMENS / name).read_bytes() if content is None else content)


def send(client: Client, *files: SimpleUploadedFile, **fields: Any) -> Any:
    return client.post(reverse("bring-in"), {"files": list(files), "visibility": "internal", **fields})


@pytest.mark.django_db
class TestForm:
    """What happens to what is sent."""

    def test_only_those_who_may_bring_in_see_it(self, world: World, signed_in: Callable[..., Client]) -> None:
        for name in ("bring-in", "intakes"):
            assert Client().get(reverse(name))["Location"].startswith(reverse("account_login"))
            assert signed_in("reviewer").get(reverse(name)).status_code == 403
            assert signed_in("officer", world.other).get(reverse(name)).status_code == 200

    def test_one_file_leads_to_its_page_several_to_the_list(self, signed_in: Callable[..., Client]) -> None:
        officer = signed_in("officer")
        answer = send(officer, upload("en.txt"))
        assert answer["Location"] == reverse("intake", args=[m.Intake.objects.get().pk])
        answer = send(officer, upload("vi.txt"), upload("ru.txt"))
        assert answer["Location"] == reverse("intakes")
        page = officer.get(reverse("intakes")).content.decode()
        assert all(f"{language}.txt" in page for language in ("en", "vi", "ru"))

    def test_pasted_text_is_named_by_its_first_line(self, signed_in: Callable[..., Client]) -> None:
        send(
            signed_in("officer"), text="\r\nJoint Statement 1/2\r\nThe two sides will meet.", source_url="example.org/a"
        )
        made = m.Intake.objects.get()
        assert made.attachment.name == "Joint Statement 1-2.txt"
        assert bytes(made.attachment.content) == b"\nJoint Statement 1/2\nThe two sides will meet."
        assert made.source_url == "https://example.org/a"

    @pytest.mark.parametrize(
        ("files", "says"),
        [
            ([], "Choose a file"),
            ([upload("empty.txt", b"")], "empty.txt is empty"),
            ([upload("a.png", b"\x89PNG\r\n\x1a\n")], "picture"),
            ([upload(f"{n}.txt", b"x") for n in range(21)], "at most 20"),
        ],
    )
    def test_what_is_wrong_is_said_at_the_field(
        self, files: list[SimpleUploadedFile], says: str, signed_in: Callable[..., Client]
    ) -> None:
        answer = send(signed_in("officer"), *files)
        assert answer.status_code == 200
        assert says in answer.content.decode()
        assert b"govuk-error-summary" in answer.content
        assert not m.Intake.objects.exists()

    def test_one_bad_file_does_not_hold_up_the_others(self, signed_in: Callable[..., Client]) -> None:
        officer = signed_in("officer")
        answer = officer.post(
            reverse("bring-in"),
            {"files": [upload("en.txt"), upload("b.txt", b"")], "visibility": "internal"},
            follow=True,
        )
        assert "b.txt is empty" in answer.content.decode()
        assert m.Intake.objects.get().attachment.name == "en.txt"

    def test_the_same_file_again_leads_to_what_is_here(self, signed_in: Callable[..., Client]) -> None:
        officer = signed_in("officer")
        send(officer, upload("en.txt"))
        first = m.Intake.objects.get()
        page = send(officer, upload("en.txt")).content.decode()
        assert reverse("intake", args=[first.pk]) in page
        reading.read_intake(first.pk)
        first.refresh_from_db()
        page = send(officer, upload("en.txt")).content.decode()
        assert reverse("expression", args=[first.expression.instrument_id, first.expression_id]) in page

    def test_addresses_are_offered_only_where_they_are_fetched(
        self, signed_in: Callable[..., Client], settings: Any
    ) -> None:
        officer = signed_in("officer")
        settings.FETCH_ALLOWED = False
        assert "Or the address" not in officer.get(reverse("bring-in")).content.decode()
        assert send(officer, address="https://example.org/a").status_code == 200
        settings.FETCH_ALLOWED = True
        assert "will see that" in officer.get(reverse("bring-in")).content.decode()
        send(officer, address="https://example.org/a")
        assert m.Intake.objects.get().attachment is None

    def test_partnerships_offered_are_those_where_one_may_bring_in(
        self, world: World, signed_in: Callable[..., Client]
    ) -> None:
        page = signed_in("officer", world.other).get(reverse("bring-in")).content.decode()
        assert "Iceland and Nepal" in page
        assert "Iceland and Mongolia" not in page
        answer = send(signed_in("officer", world.other), upload("en.txt"), partnership=world.partnership.pk)
        assert answer.status_code == 200
        assert not m.Intake.objects.exists()


@pytest.mark.django_db
class TestProgress:
    """The page of one intake."""

    def test_it_renews_itself_until_it_is_done(self, signed_in: Callable[..., Client]) -> None:
        officer = signed_in("officer")
        send(officer, upload("en.txt"))
        made = m.Intake.objects.get()
        url = reverse("intake", args=[made.pk])
        page = officer.get(url).content.decode()
        assert "hx-trigger" in page
        assert '<noscript><meta http-equiv="refresh"' in page
        part = officer.get(url, headers={"HX-Request": "true"}).content.decode()
        assert part.startswith('<div id="intake-state"')
        reading.read_intake(made.pk)
        page = officer.get(url).content.decode()
        assert "hx-trigger" not in page
        assert "refresh" not in page
        count = m.Proposal.objects.count()
        for told in (f"Read: {count} commitments proposed", "Iceland and Mongolia", "14 June 2024", "English"):
            assert told in page
        assert reverse("review", args=[m.Expression.objects.get().pk]) in page

    def test_a_waiting_one_that_nobody_takes_up_says_so(self, signed_in: Callable[..., Client]) -> None:
        officer = signed_in("officer")
        send(officer, upload("en.txt"))
        url = reverse("intake", args=[m.Intake.objects.get().pk])
        assert "Nobody is reading" not in officer.get(url).content.decode()
        m.Intake.objects.update(at=timezone.now() - timedelta(minutes=3))
        assert "Nobody is reading" in officer.get(url).content.decode()

    def test_what_failed_can_be_tried_again_with_more_said(
        self, world: World, signed_in: Callable[..., Client]
    ) -> None:
        officer = signed_in("officer")
        send(officer, text="The two sides will hold consultations every year.")
        made = m.Intake.objects.get()
        reading.read_intake(made.pk)
        page = officer.get(reverse("intake", args=[made.pk])).content.decode()
        assert "It could not be read" in page
        assert "Try again" in page
        sent = {"partnership": world.other.pk, "visibility": "internal", "language": ""}
        assert officer.post(reverse("intake-again", args=[made.pk]), sent).status_code == 302
        made.refresh_from_db()
        assert (made.state, made.partnership) == ("waiting", world.other)

    def test_others_of_another_partnership_find_nothing(self, world: World, signed_in: Callable[..., Client]) -> None:
        send(signed_in("officer"), upload("en.txt"), partnership=world.partnership.pk)
        made = m.Intake.objects.get()
        other = signed_in("officer", world.other)
        assert other.get(reverse("intake", args=[made.pk])).status_code == 404
        assert other.post(reverse("intake-again", args=[made.pk])).status_code == 404
        assert "en.txt" not in other.get(reverse("intakes")).content.decode()
        assert signed_in("officer", world.partnership).get(reverse("intake", args=[made.pk])).status_code == 200

    def test_pages_ask_little_of_the_database(
        self, signed_in: Callable[..., Client], django_assert_max_num_queries: Any
    ) -> None:
        officer = signed_in("officer")
        send(officer, upload("en.txt"), upload("vi.txt"))
        worker.run(once=True)
        for name, keys in (("bring-in", []), ("intakes", []), ("intake", [m.Intake.objects.latest("pk").pk])):
            with django_assert_max_num_queries(15, info=name):
                assert officer.get(reverse(name, args=keys)).status_code == 200

    def test_comparing_is_queued_from_the_statement(self, signed_in: Callable[..., Client], monkeypatch: Any) -> None:
        officer = signed_in("officer")
        monkeypatch.setattr(reading, "_encoder", lambda: None)
        for language in ("en", "vi"):
            send(officer, upload(f"{language}.txt"))
        worker.run(once=True)
        monkeypatch.undo()
        found = m.Instrument.objects.get()
        page = reverse("instrument", args=[found.pk])
        assert "Compare the versions" in officer.get(page).content.decode()
        answer = officer.post(reverse("instrument-compare", args=[found.pk]))
        assert "Compare the versions" not in officer.get(page).content.decode()
        worker.run(once=True)
        assert "The versions were compared" in officer.get(answer["Location"]).content.decode()
        assert "English – Vietnamese" in officer.get(page).content.decode()


class Elsewhere:
    """A register of its own in a folder, used by other processes as a server and its reader use it."""

    def __init__(self, folder: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SERVANDA_", "DJANGO_"))}
        self.environment = {
            **kept, "SERVANDA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "servanda_register.settings"
        }  # fmt: skip

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def say(self, code: str) -> Any:
        """What a program that uses the register prints, as JSON."""
        head = "import django, json; django.setup(); from servanda_register import models as m\n"
        process = self.start("-c", head + code)
        out, _err = process.communicate(timeout=120)
        assert process.returncode == 0
        return json.loads(out)


FILL = f"""
from pathlib import Path
from django.core.management import call_command
from servanda_register.actions import intake, record
call_command("migrate", verbosity=0)
by = m.Account.objects.create_user("officer")
record.create(m.Membership, by=None, account=by, group="officer")
for language in ("en", "vi"):
    content = Path({str(SPECIMENS)!r}, language + ".txt").read_bytes()
    intake.bring_in(by=by, content=content, name=language + ".txt")
print("[]")
"""
LOOK = """
rows = {k: getattr(m, k).objects.count() for k in ("Partnership", "Instrument", "Expression", "Pairing")}
states = list(m.Intake.objects.order_by("pk").values_list("state", flat=True))
print(json.dumps({"rows": rows, "states": states, "proposals": m.Proposal.objects.count()}))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Elsewhere:
    there = Elsewhere(tmp_path)
    there.say(FILL)
    return there


def test_a_reader_killed_at_any_moment_leaves_nothing_half_done(elsewhere: Elsewhere) -> None:
    database = Path(elsewhere.environment["SERVANDA_DATA"], "register.sqlite3")
    silence = "m.Intake.objects.filter(state__in=['reading', 'aligning']).update(beat=None)\n"
    for moment in ("reading", "aligning"):
        reader = elsewhere.start("-m", "servanda_register.worker")
        assert waited(lambda moment=moment: moment in states_in(database)), states_in(database)
        reader.send_signal(signal.SIGKILL)
        reader.wait()
        reader.stdout.close()
        told = elsewhere.say(silence + LOOK)
        assert told["rows"]["Expression"] * 78 == told["proposals"]
    assert elsewhere.start("-m", "servanda_register.worker", "--once").wait(timeout=120) == 0
    told = elsewhere.say(LOOK)
    assert told["states"] == ["done", "done"]
    assert told["rows"] == {"Partnership": 1, "Instrument": 1, "Expression": 2, "Pairing": 1}


def test_a_reader_told_to_stop_gives_back_what_it_has_and_ends(elsewhere: Elsewhere) -> None:
    database = Path(elsewhere.environment["SERVANDA_DATA"], "register.sqlite3")
    reader = elsewhere.start("-m", "servanda_register.worker")
    assert waited(lambda: "reading" in states_in(database))
    reader.terminate()
    assert reader.wait(timeout=30) == 0
    assert set(states_in(database)) <= {"waiting", "done"}


def test_a_reader_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    there = Elsewhere(tmp_path)
    there.say("from django.core.management import call_command; call_command('migrate', verbosity=0); print('[]')")
    code = "import time; from servanda_register.worker import spawn; print(spawn().pid, flush=True); time.sleep(600)"
    server = there.start("-c", code)
    reader = int(server.stdout.readline())
    assert waited(lambda: alive(reader))
    time.sleep(2)  # it has set itself up and looks at the queue
    assert alive(reader)
    server.kill()
    server.wait()
    server.stdout.close()
    assert waited(lambda: not alive(reader), seconds=20)


def states_in(database: Path) -> list[str]:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM register_intake ORDER BY id")]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def waited(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
