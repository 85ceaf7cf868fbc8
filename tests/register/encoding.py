"""The encoder for tests: the real one, that encodes each sentence once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from servanda.versions import Remembering, remembering
from servanda_register.actions import reading


@cache
def _shared() -> Remembering:
    from servanda.encoders import load

    return remembering(load())


@contextmanager
def one_memory() -> Iterator[None]:
    """The reader uses the shared encoder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_encoder", _shared)
        yield
