"""Models of the library sentence-transformers, by name or path (extra ``sentence-transformers``)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from servanda.encoders.protocol import Progress, Vectors, unit
from servanda.errors import MissingExtra, UsageError


def open_encoder(argument: str, progress: Progress | None = None) -> SentenceTransformers:
    """The model ``argument``."""
    if not argument:
        raise UsageError(
            "The encoder sentence-transformers needs a model after a colon, for example sentence-transformers:PATH."
        )
    return SentenceTransformers(argument)


class SentenceTransformers:
    """A model that runs in sentence-transformers, with the prompts that it brings."""

    def __init__(self, model: str) -> None:
        """Loads the model; the library may fetch it where ``model`` is no path. Raises MissingExtra, UsageError."""
        try:
            library = import_module("sentence_transformers")
        except ImportError:
            raise MissingExtra("The encoder sentence-transformers", "sentence-transformers") from None
        try:
            self._model: Any = library.SentenceTransformer(model)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"sentence-transformers cannot load {model!r} ({error}). Give a folder with a model or a known name."
            ) from None
        self._name = f"sentence-transformers:{model}"
        self._version = str(library.__version__)
        prompts = getattr(self._model, "prompts", None) or {}
        self._query = str(prompts.get("query", ""))
        self._passage = str(prompts.get("passage", prompts.get("document", "")))

    @property
    def name(self) -> str:
        """``sentence-transformers:`` and the model."""
        return self._name

    @property
    def version(self) -> str:
        """The library's; it does not tell a model's own."""
        return self._version

    @property
    def dimension(self) -> int:
        """As the model says."""
        return int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """See :class:`servanda.encoders.Encoder`."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        prompt = self._query if query else self._passage
        plain = [unicodedata.normalize("NFC", text) for text in texts]
        rows = self._model.encode(plain, prompt=prompt or None, show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(rows, np.float32))
