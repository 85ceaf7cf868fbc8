"""Encoders: texts to vectors. One file an encoder, imported when it is asked for.

The text after a colon in a name is the encoder's own argument:

    e5                                  multilingual-e5-small, bundled, offline (docs/adr/0001-encoder.md)
    folder:PATH                         any folder with an ONNX model and its tokenizer
    sentence-transformers:MODEL         a model of that library, by name or path
    openai:ADDRESS#MODEL                any address that speaks the OpenAI embeddings protocol

Installed packages add encoders by the entry-point group ``servanda.encoders``: a function
``(argument: str, progress: Progress | None) -> Encoder``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from servanda.encoders.protocol import Encoder, Progress, Vectors, unit
from servanda.errors import UsageError

__all__ = ["ENCODERS", "Encoder", "Progress", "Vectors", "available", "load", "unit"]

DEFAULT = "e5"

ENCODERS: dict[str, str] = {
    "e5": "servanda.encoders.e5",
    "folder": "servanda.encoders.folder",
    "sentence-transformers": "servanda.encoders.sentence_transformers",
    "openai": "servanda.encoders.openai_compatible",
}
"""Name to module; each module has ``open_encoder(argument, progress)``."""

_GROUP = "servanda.encoders"
_Opener = Callable[[str, Progress | None], Encoder]


def available() -> tuple[str, ...]:
    """Names of the encoders, ours and those of installed packages, sorted. Says nothing of whether extras are there."""
    return tuple(sorted({*ENCODERS, *(point.name for point in entry_points(group=_GROUP))}))


def load(name: str = DEFAULT, *, progress: Progress | None = None) -> Encoder:
    """The encoder of that name, ready to use. Takes a second or so: keep what it returns.

    ``name`` may carry an argument after a colon (``folder:/srv/models/labse``). ``progress`` is told how far a first
    conversion is. Nothing goes over a network unless the encoder named lives there.

    Raises UsageError for a name that is not known or an argument that will not do, MissingExtra where the encoder
    needs a package that is not installed.
    """
    kind, _, argument = name.partition(":")
    if kind in ENCODERS:
        opener = cast(_Opener, import_module(ENCODERS[kind]).open_encoder)
        return opener(argument, progress)
    for point in entry_points(group=_GROUP):
        if point.name == kind:
            return cast(_Opener, point.load())(argument, progress)
    raise UsageError(f"No encoder is called {kind!r}. Available are {', '.join(available())}.")
