"""Prints docs/rules.md from rules.toml: ``python -m tests.spec > docs/rules.md``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

RULES = Path(__file__).parent / "rules.toml"


def page() -> str:
    """The rules with their sentences as Markdown."""
    rules: list[dict[str, Any]] = tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]
    out = [
        "# The rules, each with a sentence",
        "",
        "What the reader makes of each sentence is tested (tests/spec). `python -m tests.spec` prints this page.",
    ]
    for rule in rules:
        out += ["", f"## {rule['says']}", "", *(f"> {line}" for line in rule["text"].splitlines()), ""]
        if not rule["commitments"]:
            out.append("No commitment.")
        for c in rule["commitments"]:
            inside = f", a part of *{c['parent']} …*" if c.get("parent") else ""
            out.append(f"- *{c['quote']}*: {c['strength']}, {c['action']}{inside}")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    print(page(), end="")
