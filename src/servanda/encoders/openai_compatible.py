"""Any address that speaks the OpenAI embeddings protocol. The texts go there: only used when it is named.

    openai:http://127.0.0.1:8000/v1#MODEL

A key is taken from the environment variable ``SERVANDA_ENCODER_KEY`` and sent over https, or to this computer, only.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import numpy as np

from servanda.encoders.protocol import Progress, Vectors, unit
from servanda.errors import ServandaError, UsageError

KEY = "SERVANDA_ENCODER_KEY"
_BATCH = 64  # texts a request; common servers take at least this many
_SECONDS = 60.0
_LARGEST = 64 * 1024 * 1024  # bytes of an answer; 64 vectors of 8,192 numbers in JSON are about 12 million
_HERE = ("localhost", "127.0.0.1", "::1")


def open_encoder(argument: str, progress: Progress | None = None) -> OpenAICompatible:
    """The encoder at ``ADDRESS#MODEL``."""
    address, model = urldefrag(argument)
    if not address or not model:
        raise UsageError(
            f"The encoder openai needs an address and a model, openai:ADDRESS#MODEL, but {argument!r} was given."
        )
    return OpenAICompatible(address, model, key=os.environ.get(KEY))


class _NoRedirect(HTTPRedirectHandler):
    """Texts and key go to the address that the user named and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class OpenAICompatible:
    """An encoder behind HTTP."""

    def __init__(self, address: str, model: str, *, key: str | None = None) -> None:
        """``address`` is what stands before ``/embeddings``. One short text is sent to learn the dimension.

        Raises UsageError for an address that is not http(s) or would carry the key in the clear, ServandaError where
        the server does not answer as it should.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{address!r} is no address of an encoder. It must begin with http:// or https://.")
        if key and parts.scheme == "http" and parts.hostname not in _HERE:
            raise UsageError(f"{address} would carry the key of {KEY} in the clear. Use https or unset {KEY}.")
        self._address = address.rstrip("/") + "/embeddings"
        self._model = model
        self._key = key
        self._opener = build_opener(_NoRedirect)
        self._dimension = len(self._ask(["a"])[0])

    @property
    def name(self) -> str:
        """``openai:`` and the model."""
        return f"openai:{self._model}"

    @property
    def version(self) -> str:
        """The host; the protocol does not tell a model's version."""
        return urlsplit(self._address).netloc

    @property
    def dimension(self) -> int:
        """Of the first answer."""
        return self._dimension

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """See :class:`servanda.encoders.Encoder`. The protocol knows no difference of query and passage."""
        rows: list[list[float]] = []
        for at in range(0, len(texts), _BATCH):
            rows += self._ask([unicodedata.normalize("NFC", text) or " " for text in texts[at : at + _BATCH]])
        if not rows:
            return np.zeros((0, self.dimension), np.float32)
        if any(len(row) != self.dimension for row in rows):
            raise ServandaError(f"{self._address}: vectors of different lengths came back. Check the server's model.")
        return unit(np.asarray(rows, np.float64))

    def _ask(self, texts: list[str]) -> list[list[float]]:
        body = json.dumps({"model": self._model, "input": texts, "encoding_format": "float"}).encode()
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            with self._opener.open(Request(self._address, body, headers), timeout=_SECONDS) as answer:
                data = json.loads(answer.read(_LARGEST))
            rows = sorted(data["data"], key=lambda row: row["index"])
            found = [[float(x) for x in row["embedding"]] for row in rows]
        except HTTPError as error:
            raise ServandaError(
                f"{self._address} answered {error.code} {error.reason}. Check the address, the model and {KEY}."
            ) from None
        except (URLError, OSError, HTTPException) as error:
            why = getattr(error, "reason", error)
            raise ServandaError(f"{self._address} cannot be reached ({why}). Is the server running?") from None
        except (ValueError, KeyError, TypeError) as error:
            raise ServandaError(
                f"{self._address} did not answer as the OpenAI embeddings protocol says ({error!r})."
            ) from None
        if len(found) != len(texts) or not all(found) or not np.isfinite([sum(row) for row in found]).all():
            raise ServandaError(f"{self._address} gave {len(found)} usable vectors for {len(texts)} texts.")
        return found
