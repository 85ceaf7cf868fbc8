"""Loads and checks the language packs and vocabularies; nobody else opens those files.

The format is described in docs/packs.md. Nothing is read at import: a pack is read when it is first asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast

from servanda.errors import PackError
from servanda.records import ACTIONS

Layer = Literal["head", "aside", "reference", "page"]

VERB_CLASSES = ("forms", "gerunds", "nouns", "passives", "finite", "future")
"""The form classes of a verb pattern; other kinds have ``forms`` only."""

_MODALITIES = ("firm", "agreed", "willing", "encouraging", "declared")
_ANY: tuple[str, ...] = ()

KINDS: Mapping[str, tuple[Layer, tuple[str, ...] | None]] = {
    # kind: (layer, the values allowed; None where it has no value, () where any text will do)
    "modal": ("head", _MODALITIES),
    "verb": ("head", ACTIONS),
    "noun": ("head", ACTIONS),
    "welcome": ("head", ACTIONS),
    "stance": ("head", ("position", "narrative", "principle")),
    "subject": ("head", ("both", "framework", "third", "one")),
    "purpose": ("head", None),
    "result": ("head", None),
    "means": ("head", None),
    "relative": ("head", None),
    "basis": ("head", None),
    "including": ("head", None),
    "and": ("head", None),
    "while": ("head", None),
    "adverb": ("head", None),
    "to": ("head", None),
    "preposition": ("head", None),
    "negation": ("head", None),
    "reciprocal": ("aside", None),
    "future": ("aside", None),
    "deadline": ("reference", _ANY),
    "mechanism": ("reference", _ANY),
    "body": ("reference", _ANY),
    "instrument": ("reference", _ANY),
    "status": ("reference", ("in-force", "to-sign", "to-amend")),
    "noise": ("page", ("caption", "byline", "lead", "source", "counter", "menu", "date")),
    "formal": ("page", None),
    "authentic": ("page", None),
    "original": ("page", None),
    "summary": ("page", None),
    "section": ("page", None),
    "type": ("page", _ANY),
    "relationship": ("page", _ANY),
}


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One entry of a pack: forms that mean the same, with examples that prove it."""

    id: str
    """With the language before it: ``sv.modal.agreed``."""
    kind: str
    value: str | None
    forms: Mapping[str, tuple[str, ...]]
    """By form class; ``forms`` is the only class of kinds other than ``verb``."""
    light: bool = False
    takes: str = "any"
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()

    @property
    def layer(self) -> Layer:
        """The layer in which the pattern competes with others."""
        return KINDS[self.kind][0]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """One language: its patterns, its area terms and its closed lists, all as data."""

    language: str
    english: str
    native: str
    version: str
    modal_last: bool
    purpose_lists: bool
    """Whether verbs listed with commas after a purpose marker belong to the purpose."""
    isolating: bool
    """Whether words do not change between verb and noun (Vietnamese, Chinese)."""
    comma_shares: bool
    """Whether verbs with a comma between share their object ("study, establish X"); not so in Chinese."""
    to_repeats: bool
    """Whether the infinitive marker is said again before each verb, so that it begins nothing new (French)."""
    per_character: bool
    """Whether each character is a token, so that reaches counted in tokens are longer."""
    abbreviations: frozenset[str]
    ordinal_dot: bool
    decimal: str
    months: tuple[tuple[str, ...], ...]
    date_words: tuple[str, ...]
    year_words: tuple[str, ...]
    day_words: tuple[str, ...]
    languages: Mapping[str, tuple[str, ...]]
    countries: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    patterns: tuple[Pattern, ...]
    areas: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)


def _folder(name: str) -> Traversable:
    return files("servanda").joinpath(name)


@cache
def available() -> tuple[str, ...]:
    """Codes of the languages that have a pack, sorted."""
    return tuple(
        sorted(f.name for f in _folder("languages").iterdir() if f.is_dir() and f.joinpath("pack.toml").is_file())
    )


def _read(path: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PackError(f"{path}: the file is missing; docs/packs.md says what a pack holds.") from None
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}: not well-formed TOML ({error}).") from None


def _pattern(row: dict[str, Any], language: str) -> Pattern:
    where = f"{language}: pattern {row.get('id', '?')!r}"
    kind = str(row.get("kind"))
    if kind not in KINDS:
        raise PackError(f"{where}: kind is {kind!r}; allowed are {', '.join(KINDS)}.")
    allowed = KINDS[kind][1]
    value = row.get("value")
    if allowed is None and value is not None:
        raise PackError(f"{where}: the kind {kind} has no value, but {value!r} is given.")
    if allowed and value not in allowed:
        raise PackError(f"{where}: value is {value!r}; allowed are {', '.join(allowed)}.")
    if allowed == () and not value:
        raise PackError(f"{where}: the kind {kind} needs a value.")
    classes = VERB_CLASSES if kind == "verb" else ("forms",)
    forms = {name: tuple(row[name]) for name in classes if row.get(name)}
    if not forms:
        raise PackError(f"{where}: it has no forms ({', '.join(classes)}).")
    known = {"id", "kind", "value", "light", "takes", "examples", "counters", *classes}
    if extra := sorted(set(row) - known):
        raise PackError(f"{where}: unknown field {extra[0]!r}; allowed are {', '.join(sorted(known))}.")
    return Pattern(
        id=f"{language}.{row['id']}",
        kind=kind,
        value=value,
        forms=forms,
        light=bool(row.get("light", False)),
        takes=row.get("takes", "any"),
        examples=tuple(row.get("examples", ())),
        counters=tuple(row.get("counters", ())),
    )


def _table(rows: dict[str, list[str]] | None) -> dict[str, tuple[str, ...]]:
    return {key: tuple(forms) for key, forms in (rows or {}).items()}


def _weighted(form: str) -> tuple[str, float]:
    text, _, weight = form.partition("@")
    return text.strip(), float(weight) if weight else 1.0


@cache
def load(language: str) -> Pack:
    """The pack of a language.

    Raises PackError where there is none or it is not well-formed, naming the file, the entry and what is allowed.
    """
    if language not in available():
        raise PackError(f"No pack for the language {language!r}. Available are {', '.join(available())}.")
    folder = _folder("languages").joinpath(language)
    head = _read(folder.joinpath("pack.toml"))
    patterns = tuple(_pattern(row, language) for row in _read(folder.joinpath("patterns.toml")).get("pattern", []))
    ids = [p.id for p in patterns]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise PackError(f"{language}: the pattern id {twice[0]!r} stands twice.")
    areas = {
        slug: tuple(_weighted(form) for form in forms) for slug, forms in _read(folder.joinpath("areas.toml")).items()
    }
    if unknown := sorted(set(areas) - set(area_slugs())):
        raise PackError(f"{language}: areas.toml names {unknown[0]!r}; allowed are {', '.join(area_slugs())}.")
    return Pack(
        language=language,
        english=head["english"],
        native=head["native"],
        version=str(head["version"]),
        modal_last=head.get("modal", "first") == "last",
        purpose_lists=bool(head.get("purpose_lists", False)),
        isolating=bool(head.get("isolating", False)),
        comma_shares=bool(head.get("comma_shares", True)),
        to_repeats=bool(head.get("to_repeats", False)),
        per_character=bool(head.get("per_character", False)),
        abbreviations=frozenset(a.casefold() for a in head.get("abbreviations", ())),
        ordinal_dot=bool(head.get("ordinal_dot", False)),
        decimal=head.get("decimal", "."),
        months=tuple(tuple(m.split("|")) for m in head["months"]),
        date_words=tuple(head.get("date_words", ())),
        year_words=tuple(head.get("year_words", ())),
        day_words=tuple(head.get("day_words", ())),
        languages=_table(head.get("languages")),
        countries=_table(head.get("countries")),
        places=_table(head.get("places")),
        patterns=patterns,
        areas=areas,
    )


@cache
def vocabulary(name: str) -> Mapping[str, Any]:
    """The parsed file ``vocabulary/NAME.toml`` (``forums``, ``instruments``, ``areas``, ``bodies/VN`` ...)."""
    folder = _folder("vocabulary")
    for part in name.split("/"):
        folder = folder.joinpath(part) if part != name.split("/")[-1] else folder.joinpath(f"{part}.toml")
    return cast(Mapping[str, Any], _read(folder))


@cache
def area_slugs() -> tuple[str, ...]:
    """The policy areas of the coding manual, in its order."""
    return tuple(vocabulary("areas"))
