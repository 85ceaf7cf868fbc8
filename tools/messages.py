"""The words of the register in other languages: ``python -m tools.messages update | compile | check``.

``update`` collects the messages of code and templates into ``django.po`` of each language, in
``src/servanda_register/locale``, where people translate them. What is translated stays, what is no longer said goes,
and nothing is guessed. ``compile`` makes the ``.mo`` files that Django reads; `hatch_build.py` does so too. ``check``
lists what is still to be done.

All with Babel: GNU gettext, which Django's own commands call, need not be installed. Files come out the same on every
machine: no dates, no line numbers, messages in the order of files and of their lines.

JavaScript has no words of its own: it takes them from ``data-`` attributes.
"""

from __future__ import annotations

import importlib.util
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
REGISTER = Path("src/servanda_register")
LANGUAGES = ("ru", "vi")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
FOREIGN = {
    "allauth": (
        "account/adapter.py",
        "account/fields.py",
        "account/forms.py",
        "mfa/adapter.py",
        "mfa/base/forms.py",
        "mfa/totp/forms.py",
        "mfa/recovery_codes/forms.py",
        "socialaccount/adapter.py",
        "socialaccount/forms.py",
        "templates/account/email_confirm.html",
        "templates/account/email/*.txt",
        "templates/account/messages/*.txt",
        "templates/mfa/email/*.txt",
        "templates/mfa/messages/*.txt",
        "templates/socialaccount/messages/*.txt",
    ),
}
"""Installed applications, with those of their files whose words people meet here. Where an application does not speak
one of our languages, its messages are translated among ours."""
NOT_OFFERED = re.compile(r"webauthn|phone|login_code|signup|reset_code")
"""Of those files the ones for what the register has switched off."""

HEADER = "# The register's words. Made by `python -m tools.messages update`; fill in what stands behind msgstr."
UNSTEADY = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To'
    r'|Language-Team):.*\\n"\n',
    re.MULTILINE,
)
"""Lines of a .po file's header that change with the day or the version of Babel, or say nothing here."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^<>]+>")
"""What a translation must have as its message has it: values to be filled in, and markup."""

Found = tuple[str, "str | tuple[str, ...]", str | None, list[str]]
"""File, message (or its singular and plural), context, remarks to translators."""


def collect(project: Path, language: str) -> Catalog:
    """All messages as the sources have them now, untranslated."""
    catalog = Catalog(locale=language, charset="utf-8")
    for name, message, context, remarks in [*_ours(project), *_foreign(language)]:
        catalog.add(message, locations=[(name, 0)], context=context, auto_comments=remarks)
    return catalog


def _ours(project: Path) -> Iterator[Found]:
    root = project / REGISTER
    files = [*root.rglob("*.py"), *root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt")]
    for path in sorted(files):
        yield from _in_file(path, path.relative_to(project / "src").as_posix())


def _foreign(language: str) -> Iterator[Found]:
    for application, patterns in FOREIGN.items():
        spec = importlib.util.find_spec(application)
        if spec is None or not spec.submodule_search_locations:
            raise SystemExit(f"{application} is not installed. Install the whole project: pip install -e '.[register]'")
        root = Path(spec.submodule_search_locations[0])
        if (root / "locale" / language).is_dir():
            continue
        for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
            if not NOT_OFFERED.search(path.name):
                yield from _in_file(path, f"{application}/{path.relative_to(root).as_posix()}")


def _in_file(path: Path, name: str) -> Iterator[Found]:
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        source = _as_python(source, name)
    lines = io.BytesIO(source.encode())
    options = {"encoding": "utf-8"}
    for _line, message, remarks, context in extract("python", lines, KEYWORDS, ("Translators:",), options):
        if message and message != ("", ""):
            yield name, message, context, remarks


def _as_python(template: str, name: str) -> str:
    """The calls of gettext that a template amounts to, as Django sees it; all else of it becomes harmless words."""
    from django.utils.translation.template import templatize

    # as Python the indentation of a template would be wrong
    return "\n".join(line.strip() for line in templatize(template, origin=name).splitlines())


def po_file(project: Path, language: str) -> Path:
    """Where the translations into a language are."""
    return project / REGISTER / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it was last written; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(project: Path = PROJECT) -> None:
    """Brings the catalogues up to what the sources say."""
    for language in LANGUAGES:
        path = po_file(project, language)
        catalog = read(path, language)
        catalog.update(collect(project, language), no_fuzzy_matching=True)
        catalog.header_comment, catalog.fuzzy = HEADER, False
        out = io.BytesIO()
        write_po(out, catalog, width=120, include_lineno=False, ignore_obsolete=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(UNSTEADY.sub("", out.getvalue().decode()), "utf-8", newline="\n")


def compile_all(project: Path = PROJECT) -> None:
    """Makes the files that Django reads."""
    for language in LANGUAGES:
        path = po_file(project, language)
        catalog = read(path, language)
        catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
        out = io.BytesIO()
        write_mo(out, catalog)
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != out.getvalue():
            compiled.parent.mkdir(parents=True, exist_ok=True)
            compiled.write_bytes(out.getvalue())


def check(project: Path = PROJECT) -> list[str]:
    """What is wrong with the catalogues, a line each; empty when all is well."""
    complaints = []
    for language in LANGUAGES:
        there = {_key(message): message for message in read(po_file(project, language), language) if message.id}
        wanted = {_key(message): message for message in collect(project, language) if message.id}
        complaints += [f"{language}: not collected yet: {_shown(wanted[key])}" for key in wanted if key not in there]
        complaints += [f"{language}: no longer said: {_shown(there[key])}" for key in there if key not in wanted]
        complaints += [f"{language}: {fault}" for key in wanted if key in there for fault in _faults(there[key])]
    return complaints


def _faults(message: Message) -> Iterator[str]:
    translations = _forms(message.string)
    if not all(translations):
        yield f"not translated: {_shown(message)}"
        return
    if message.fuzzy:
        yield f"marked as unsure (fuzzy): {_shown(message)}"
    # of singular and plural the plural: a singular may leave the number out, but languages count otherwise
    asked = sorted(PLACEHOLDER.findall(_forms(message.id)[-1]))
    for translation in translations:
        if sorted(PLACEHOLDER.findall(translation)) != asked:
            yield f"has other placeholders or markup than {asked}: {_shown(message)}: {translation!r}"


def _forms(words: str | Iterable[str] | None) -> tuple[str, ...]:
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _forms(message.id)[0]


def _shown(message: Message) -> str:
    where = ", ".join(sorted({name for name, _line in message.locations}))
    return repr(_forms(message.id)[0]) + (f" ({where})" if where else "")


def main(arguments: list[str]) -> None:
    """One of the three commands."""
    if arguments == ["update"]:
        update()
    elif arguments == ["compile"]:
        compile_all()
    elif arguments == ["check"]:
        complaints = check()
        print("\n".join(complaints) or "Everything is translated.")
        sys.exit(1 if complaints else 0)
    else:
        given = " ".join(arguments) or "nothing"
        sys.exit(f"Given: {given}. Allowed: update, compile or check, as in: python -m tools.messages update")


if __name__ == "__main__":
    main(sys.argv[1:])
