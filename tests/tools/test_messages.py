"""The catalogues of translations: what is collected, what is kept, what is complained of."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext, pgettext, pgettext_lazy

A = _("Plain")
B = gettext_lazy("Lazy")
C = ngettext("%(n)s day", "%(n)s days", 2)
D = pgettext("month", "May")
E = pgettext_lazy("verb", "May")
F = npgettext("time", "%(n)s second", "%(n)s seconds", 2)
# Translators: said on paper
G = _("With a %s" "placeholder")
"""
TEMPLATE = """
{% load i18n %}
    <p title="{% translate 'Title' %}">{% translate "Said" context "speech" %} it's {{ _("Filtered")|title }}
{% if x %}
        {% blocktranslate with name=x.name %}Hello {{ name }}, 5 %{% endblocktranslate %}
  {% blocktranslate count n=n trimmed %}
     {{ n }} letter
  {% plural %}
     {{ n }} letters
  {% endblocktranslate %}
{% endif %}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one module and one template."""
    root = tmp_path / messages.REGISTER
    (root / "templates" / "register").mkdir(parents=True)
    (root / "words.py").write_text(CODE, "utf-8")
    (root / "templates" / "register" / "page.html").write_text(TEMPLATE, "utf-8")
    monkeypatch.setattr(messages, "FOREIGN", {})
    return tmp_path


def translate(project: Path, language: str, **words: str) -> None:
    path = messages.po_file(project, language)
    text = path.read_text("utf-8")
    for message, translation in words.items():
        assert f'msgid "{message}"\nmsgstr ""' in text
        text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (None, "Plain"),
        (None, "Lazy"),
        (None, ("%(n)s day", "%(n)s days")),
        ("month", "May"),
        ("verb", "May"),
        ("time", ("%(n)s second", "%(n)s seconds")),
        (None, "With a %splaceholder"),
        (None, "Title"),
        ("speech", "Said"),
        (None, "Filtered"),
        (None, "Hello %(name)s, 5 %%"),
        (None, ("%(n)s letter", "%(n)s letters")),
    ],
)
def test_it_finds(project: Path, context: str | None, message: str | tuple[str, str]) -> None:
    catalog = messages.collect(project, "vi")
    found = catalog.get(message if isinstance(message, str) else message[0], context)
    assert found is not None
    assert found.id == message


def test_it_finds_nothing_else_and_keeps_remarks(project: Path) -> None:
    catalog = messages.collect(project, "vi")
    assert len(catalog) == 12
    assert catalog.get("With a %splaceholder").auto_comments == ["Translators: said on paper"]


def test_what_is_translated_stays_and_what_is_no_longer_said_goes(project: Path) -> None:
    messages.update(project)
    translate(project, "vi", Plain="Bình thường", Lazy="Lười")
    module = project / messages.REGISTER / "words.py"
    module.write_text(CODE.replace('_("Plain")', '_("Plainer")').replace("\nA =", "\n\n\nA ="), "utf-8")
    messages.update(project)
    catalog = messages.read(messages.po_file(project, "vi"), "vi")
    assert catalog.get("Lazy").string == "Lười"
    assert catalog.get("Plain") is None
    assert catalog.get("Plainer").string == "", "nothing is guessed from what is alike"


def test_it_comes_out_the_same_every_time(project: Path) -> None:
    messages.update(project)
    translate(project, "ru", Plain="Просто")
    messages.update(project)
    messages.compile_all(project)
    folder = messages.po_file(project, "ru").parent
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    module = project / messages.REGISTER / "words.py"
    module.write_text("\n\n" + module.read_text("utf-8"), "utf-8")  # other line numbers
    messages.update(project)
    messages.compile_all(project)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert b"Date" not in first["django.po"]


def test_what_is_compiled_is_what_is_said(project: Path) -> None:
    messages.update(project)
    translate(project, "ru", Plain="Просто")
    messages.compile_all(project)
    with messages.po_file(project, "ru").with_suffix(".mo").open("rb") as file:
        said = gettext.GNUTranslations(file)
    assert said.gettext("Plain") == "Просто"
    assert said.gettext("Lazy") == "Lazy"


def test_check_names_everything_that_is_wrong(project: Path) -> None:
    messages.update(project)
    translate(project, "vi", Plain="Bình thường", **{"With a %splaceholder": "Không có"})
    module = project / messages.REGISTER / "words.py"
    module.write_text(CODE.replace('_("Plain")', '_("New")'), "utf-8")
    complaints = messages.check(project)
    assert any(c.startswith("vi: not collected yet: 'New'") for c in complaints)
    assert any(c.startswith("vi: no longer said: 'Plain'") for c in complaints)
    assert any(c.startswith("vi: not translated: 'Lazy' (servanda_register/words.py)") for c in complaints)
    assert any(c.startswith("vi: has other placeholders or markup than ['%s']") for c in complaints)


def test_what_installed_applications_do_not_say_in_a_language_is_among_ours() -> None:
    vietnamese = messages.collect(messages.PROJECT, "vi")
    russian = messages.collect(messages.PROJECT, "ru")
    assert vietnamese.get("Forgot your password?") is not None, "allauth speaks no Vietnamese"
    assert russian.get("Forgot your password?") is None, "allauth speaks Russian itself"


def test_every_command_is_named_when_another_is_given() -> None:
    with pytest.raises(SystemExit, match=r"Given: extract\. Allowed: update, compile or check"):
        messages.main(["extract"])


def test_the_register_says_everything_in_every_language() -> None:
    complaints = messages.check()
    assert not complaints, "\n".join(complaints)
