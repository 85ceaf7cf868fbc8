"""``python -m servanda.cli`` is ``servanda``."""

from servanda.cli import main

main()
