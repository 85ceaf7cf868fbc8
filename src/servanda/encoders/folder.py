"""Any folder with an ONNX model of a sentence encoder and its tokenizer, as the model hubs publish them.

Read where they are there: ``1_Pooling/config.json`` (mean or first token), ``config_sentence_transformers.json``
(``prompts`` named ``query`` and ``passage`` or ``document``), ``sentence_bert_config.json`` (``max_seq_length``).
The tokenizer is ``tokenizer.json`` (extra ``tokenizers``) or, without it, XLM-RoBERTa's SentencePiece model.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from servanda.encoders.batches import batches
from servanda.encoders.e5 import session
from servanda.encoders.protocol import Progress, Vectors, unit
from servanda.errors import MissingExtra, UsageError

_MODELS = (
    "model_quantized.onnx", "onnx/model_quantized.onnx", "onnx/model_qint8.onnx", "model.onnx", "onnx/model.onnx",
)  # fmt: skip
_PIECES = ("sentencepiece.bpe.model", "sentencepiece.model", "spiece.model")
_LONGEST = 512

# XLM-RoBERTa numbers <s> <pad> </s> <unk> 0-3 and shifts SentencePiece's own ids, which begin with <unk>, by one
_BEGIN, _PAD, _END, _UNKNOWN, _SHIFT = 0, 1, 2, 3, 1


def open_encoder(argument: str, progress: Progress | None = None) -> Folder:
    """The encoder in the folder ``argument``."""
    if not argument:
        raise UsageError("The encoder folder needs a path after a colon, for example folder:models/labse.")
    return Folder(Path(argument))


class Folder:
    """An ONNX sentence encoder from a folder."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError where the folder lacks a model or a tokenizer, MissingExtra for its tokenizer's package."""
        if not path.is_dir():
            raise UsageError(f"{path} is not a folder. Give one that holds an ONNX model and its tokenizer.")
        model = next((path / name for name in _MODELS if (path / name).is_file()), None)
        if model is None:
            raise UsageError(f"{path} holds no ONNX model; looked for {', '.join(_MODELS)}.")
        prompts = _json(path / "config_sentence_transformers.json").get("prompts", {})
        self._query = str(prompts.get("query", ""))
        self._passage = str(prompts.get("passage", prompts.get("document", "")))
        self._first = bool(_json(path / "1_Pooling" / "config.json").get("pooling_mode_cls_token", False))
        longest = int(_json(path / "sentence_bert_config.json").get("max_seq_length", _LONGEST))
        self._tokens, self._pad = _tokenizer(path, longest)
        self._session = session(str(model))
        self._inputs = {value.name for value in self._session.get_inputs()}
        self._name = f"folder:{path.resolve().name}"
        self._version = _fingerprint(model)
        self._dimension: int = self._run([self._tokens("a")]).shape[1]

    @property
    def name(self) -> str:
        """``folder:`` and the folder's own name."""
        return self._name

    @property
    def version(self) -> str:
        """From the content of the model file."""
        return self._version

    @property
    def dimension(self) -> int:
        """As the model gives it."""
        return self._dimension

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """See :class:`servanda.encoders.Encoder`."""
        prefix = self._query if query else self._passage
        ids = [self._tokens(unicodedata.normalize("NFC", prefix + text)) for text in texts]
        out = np.zeros((len(ids), self.dimension), np.float32)
        for batch in batches([len(row) for row in ids]):
            out[batch] = self._run([ids[i] for i in batch])
        return unit(out)

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids = np.full((len(rows), max(map(len, rows))), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for k, row in enumerate(rows):
            ids[k, : len(row)] = row
            mask[k, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs if name in given})[0]
        if states.ndim == 2:  # the model pools by itself
            return np.asarray(states, np.float32)
        if self._first:
            return np.asarray(states[:, 0], np.float32)
        weights = mask.astype(np.float32)
        return np.asarray(np.einsum("nsh,ns->nh", states, weights) / weights.sum(1, keepdims=True), np.float32)


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is not well-formed JSON ({error}). Get the file afresh or remove it.") from None
    return found if isinstance(found, dict) else {}


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _tokenizer(path: Path, longest: int) -> tuple[Callable[[str], list[int]], int]:
    """A function from text to ids, and the id that pads."""
    if (path / "tokenizer.json").is_file():
        try:
            library: Any = import_module("tokenizers")
        except ImportError:
            raise MissingExtra(f"The tokenizer.json in {path}", "tokenizers") from None
        ready: Any = library.Tokenizer.from_file(str(path / "tokenizer.json"))
        ready.no_padding()
        ready.enable_truncation(max_length=longest)
        pad = next((ready.token_to_id(t) for t in ("<pad>", "[PAD]") if ready.token_to_id(t) is not None), 0)
        return (lambda text: list(ready.encode(text).ids)), pad
    for name in _PIECES:
        if (path / name).is_file():
            return _shifted(path / name, longest), _PAD
    raise UsageError(f"{path} holds no tokenizer; looked for tokenizer.json, {', '.join(_PIECES)}.")


def _shifted(path: Path, longest: int) -> Callable[[str], list[int]]:
    from sentencepiece import SentencePieceProcessor

    pieces: Any = SentencePieceProcessor(model_file=str(path))

    def tokens(text: str) -> list[int]:
        ids = [i + _SHIFT if i else _UNKNOWN for i in pieces.encode(text)[: longest - 2]]
        return [_BEGIN, *ids, _END]

    return tokens
