"""The whole register goes into an archive and comes out of it the same."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from servanda.errors import UsageError
from servanda_register import models as m
from servanda_register.actions import archive as reading
from servanda_register.actions import demo, facts, record, tokens
from servanda_register.queries import archive as writing

pytestmark = pytest.mark.django_db


def fill() -> None:
    """The demonstration's facts, and rows of what these have none of."""
    demo.begin()
    by = m.Account.objects.get(username="demo")
    partnership = m.Partnership.objects.get(slug="vietnam-belarus")
    facts.attach(by=by, name="létter.bin", content=bytes(range(256)) * 40, partnership=partnership)
    record.change(partnership, by=by, reason="Кратко, ngắn gọn, “short”", summary={"en": "a\u2028b"})
    token, _key = tokens.make(by=by, name="Report")
    tokens.end(by=by, token=token)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """An archive of a register that is gone."""
    path = tmp_path / "register.zip"
    with transaction.atomic():
        fill()
        writing.write(path)
        transaction.set_rollback(True)
    assert not m.Event.objects.exists()
    return path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other members, under another name."""
    held = members(path)
    change(held)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as file:
        for name, content in held.items():
            file.writestr(name, content)
    return other


def test_what_is_written_is_read_and_written_again_alike(made: Path, tmp_path: Path) -> None:
    told = reading.read(made)
    again = tmp_path / "again.zip"
    assert writing.write(again) == told
    first, second = members(made), members(again)
    assert told.events == m.Event.objects.count() > 400
    assert list(first) == list(second)
    for name in first:
        if name == "manifest.json":
            a, b = json.loads(first[name]), json.loads(second[name])
            a.pop("made"), b.pop("made")
            assert a == b
        else:
            assert first[name] == second[name], name


def test_the_register_goes_on_after_it_was_read(made: Path) -> None:
    reading.read(made)
    last = m.ChainHead.objects.get().sequence
    by = m.Account.objects.get(username="demo")
    commitment = m.Commitment.objects.filter(areas__slug="trade").order_by("pk").first()
    assert commitment is not None
    record.change(commitment, by=by, deadline="2030")
    record.create(m.Partnership, by=by, slug="new", names={"en": "New"}, parties=["VN", "BY"])
    assert m.ChainHead.objects.get().sequence == last + 2
    assert bytes(m.Attachment.objects.get(name="létter.bin").content) == bytes(range(256)) * 40


def test_only_its_owner_may_read_the_file(made: Path) -> None:
    assert stat.S_IMODE(os.stat(made).st_mode) == 0o600
    with pytest.raises(UsageError, match="there already"):
        writing.write(made)
    with pytest.raises(UsageError, match="cannot be written"):
        writing.write(made / "below.zip")
    assert [p.name for p in made.parent.iterdir()] == ["register.zip"]


def test_a_register_that_holds_something_is_left_alone(made: Path) -> None:
    m.Account.objects.create_user("anna")
    with pytest.raises(UsageError, match="not empty"):
        reading.read(made)
    assert m.Account.objects.count() == 1
    assert not m.Partnership.objects.exists()


EVENTS = "tables/register.event.jsonl"


def _other_words(held: dict[str, bytes]) -> None:
    held[EVENTS] = held[EVENTS].replace(b"Demonstration", b"Demonstratoin")


def _other_words_and_sums(held: dict[str, bytes]) -> None:
    import hashlib

    _other_words(held)
    manifest = json.loads(held["manifest.json"])
    manifest["members"][EVENTS]["sha256"] = hashlib.sha256(held[EVENTS]).hexdigest()
    held["manifest.json"] = json.dumps(manifest).encode()


def _without_its_head(held: dict[str, bytes]) -> None:
    manifest = json.loads(held["manifest.json"])
    manifest["head"]["digest"] = "0" * 64
    held["manifest.json"] = json.dumps(manifest).encode()


def _of_a_later_version(held: dict[str, bytes]) -> None:
    manifest = json.loads(held["manifest.json"]) | {"format": 99}
    held["manifest.json"] = json.dumps(manifest).encode()


def _without_a_file(held: dict[str, bytes]) -> None:
    del held[next(name for name in held if name.startswith("files/"))]


def _without_its_manifest(held: dict[str, bytes]) -> None:
    del held["manifest.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_words, "was changed"),
        (_other_words_and_sums, "chain"),
        (_without_its_head, "chain"),
        (_of_a_later_version, "does not read"),
        (_without_a_file, "does not hold"),
        (_without_its_manifest, "no archive"),
    ],
)
def test_what_was_tampered_with_is_refused_whole(
    made: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        reading.read(rewritten(made, change))
    assert not m.Account.objects.exists()


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir")
    with pytest.raises(UsageError, match="not a whole archive"):
        reading.read(path)
    with pytest.raises(UsageError, match="does not exist"):
        reading.read(tmp_path / "none.zip")


def test_every_model_of_the_register_is_in_it(made: Path) -> None:
    """By looking what there is: a new model is in the archive without anyone thinking of it."""
    from django.apps import apps

    own = {f"tables/{model._meta.label_lower}.jsonl" for model in apps.get_app_config("register").get_models()}
    assert own <= set(members(made))
