"""How long it takes from the command to the first page: ``python -m bench.start``.

The demonstration and the server of an office, each in a new folder (its data or tables are made) and then once more in
the same one; the middle of five runs, in seconds. Exits with 1 where the demonstration takes more than four.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

MOST_SECONDS = 4.0


def until_first_page(command: list[str], folder: Path, path: str) -> float:
    """Seconds until the command answers a request for ``path``; the process is ended then."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    told = {k: v for k, v in os.environ.items() if not k.startswith("SERVANDA_")} | {"SERVANDA_DATA": str(folder)}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "servanda.cli", *command, "--port", str(port)], env=told,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while process.poll() is None:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                asked.request("GET", path)
                status = asked.getresponse().status
            except OSError:
                time.sleep(0.01)
                continue
            finally:
                asked.close()
            if status != 200:
                sys.exit(f"{' '.join(command)} answered {status}.")
            return time.perf_counter() - begun
        sys.exit(f"{' '.join(command)} ended before it answered.")
    finally:
        process.terminate()
        process.wait(timeout=30)


def main() -> int:
    """Prints a table; the exit status says whether the demonstration is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    slow = False
    print(f"{'':<28}{'first start':>12}{'again':>8}")
    for name, path in (("demo", "/"), ("serve", "/accounts/login/")):
        first, again = [], []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as made:
                folder = Path(made, "register")
                command = [name, "--no-open", "--data", str(folder)] if name == "demo" else [name]
                first.append(until_first_page(command, folder, path))
                again.append(until_first_page(command, folder, path))
        print(f"servanda {name:<19}{statistics.median(first):>12.2f}{statistics.median(again):>8.2f}", flush=True)
        slow |= name == "demo" and statistics.median(first) > MOST_SECONDS
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
