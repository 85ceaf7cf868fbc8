from __future__ import annotations

from pathlib import Path

import pytest

from servanda.encoders.e5 import E5


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def e5(cache: Path) -> E5:
    """The bundled encoder, converted once for the whole run, about a second."""
    return E5(cache=cache)
