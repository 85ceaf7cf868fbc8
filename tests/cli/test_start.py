"""Nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "babel", "lxml", "onnxruntime", "trafilatura", "rich")


def loaded(code: str) -> set[str]:
    """Top-level names of the modules that a new Python has loaded after running the code."""
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import servanda",
        "import servanda; servanda.Commitment, servanda.Source, servanda.ServandaError, servanda.__version__",
        "from servanda.cli import run; run(['--help'])",
        "from servanda.cli import run; run(['read', '--help'])",
    ],
)
def test_starts_light(code: str) -> None:
    assert loaded(code).isdisjoint(HEAVY)


def test_public_names_are_there() -> None:
    import servanda

    assert set(dir(servanda)) >= set(servanda.__all__)
    for name in servanda.__all__:
        assert getattr(servanda, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        servanda.nonsense  # noqa: B018
