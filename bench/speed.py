"""How fast it is, on this machine: never a test, for machines differ.

python -m bench.speed [--repeat 5] [--encoder]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

import servanda
from bench.coded import SPECIMENS
from servanda.encoders import Encoder
from servanda.records import Source
from servanda.sources import open_source

STARTS = 10


def characters_a_second(sources: Sequence[Source], repeat: int, encoder: Encoder | None = None) -> float:
    """Characters read in a second of processor time, packs loaded beforehand."""
    for source in sources:
        servanda.read(source, encoder=encoder)
    began = time.process_time()
    for _ in range(repeat):
        for source in sources:
            servanda.read(source, encoder=encoder)
    return repeat * sum(s.characters for s in sources) / (time.process_time() - began)


def wall(command: Sequence[str], times: int = STARTS) -> float:
    """Median wall time of a command in seconds."""
    out = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        out.append(time.perf_counter() - began)
    return statistics.median(out)


def peak() -> float:
    """Most memory that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description="Measures speed and memory.")
    parser.add_argument("--repeat", type=int, default=5, help="times that the specimens are read")
    parser.add_argument("--encoder", action="store_true", help="measure reading with the encoder too")
    args = parser.parse_args(arguments)
    servanda_ = [sys.executable, "-m", "servanda.cli"]
    sources = [open_source(path) for path in sorted(SPECIMENS.glob("??.txt"))]
    table = Table(
        "what", "measured", title=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    rows = [
        (f"servanda --help, median of {STARTS}", f"{wall([*servanda_, '--help']):.2f} s"),
        (f"import servanda, median of {STARTS}", f"{wall([sys.executable, '-c', 'import servanda']):.2f} s"),
        ("one specimen from the command line", f"{wall([*servanda_, 'read', str(SPECIMENS / 'en.txt')], 3):.2f} s"),
    ]
    first = _timed(lambda: servanda.read(sources[0]))
    rows.append(("first reading in a process, its pack loaded", f"{first:.2f} s"))
    speed = characters_a_second(sources, args.repeat)
    rows.append((f"reading {len(sources)} specimens, {args.repeat} times", f"{speed:,.0f} characters a second"))
    rows.append(("peak memory so far", f"{peak():.0f} MB"))
    if args.encoder:
        from servanda.encoders import load

        encoder = load()
        speed = characters_a_second(sources, 1, encoder)
        rows.append((f"reading {len(sources)} specimens with the encoder", f"{speed:,.0f} characters a second"))
        rows.append(("peak memory with the encoder", f"{peak():.0f} MB"))
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
