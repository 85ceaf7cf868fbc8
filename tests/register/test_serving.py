"""The demonstration and the server of an office as real processes."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

LOCAL = pytest.mark.allow_hosts(["127.0.0.1"])


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(**named: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SERVANDA_") and k != "DJANGO_SETTINGS_MODULE"}
    return {**clean, **named}


@contextmanager
def running(*arguments: str, **named: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "servanda.cli", *arguments], env=environment(**named), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # a test run that was begun in the background ignores Ctrl-C, and so would what it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def first_answer(port: int, path: str = "/", within: float = 30) -> tuple[int, str]:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", path)
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"No answer at port {port} within {within} s.")


def children(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in out.split()]


@LOCAL
def test_the_demonstration_starts_ends_and_starts_again(tmp_path: Path) -> None:
    for told in (True, False):
        port = free_port()
        with running("demo", "--port", str(port), "--no-open", "--data", str(tmp_path / "demo")) as process:
            status, page = first_answer(port, "/about/")
            assert status == 200
            assert "Demo Officer" in page
            readers = children(process.pid)
            assert readers
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
            assert process.returncode == 0
            assert f"http://127.0.0.1:{port}/" in out
            assert ("Making the demonstration's data" in out) is told
            assert err == ""
        assert not any(Path(f"/proc/{pid}").exists() for pid in readers)


@LOCAL
def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running("demo", "--port", str(port), "--no-open", "--data", str(tmp_path / "demo")) as process:
            out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert f"port {port}" in err
    assert err.count("\n") == 1
    assert out == ""


def test_half_made_data_are_made_anew(tmp_path: Path) -> None:
    """A first start that was killed leaves a file that the next start does not take for the database."""
    (tmp_path / "unfinished.sqlite3").write_bytes(b"half")
    code = (
        "from pathlib import Path; from servanda_register import serving\n"
        "from servanda_register.commands import opened\n"
        f"with opened(): serving.prepare(Path({str(tmp_path)!r}))\n"
        "from servanda_register.models import Partnership; print(Partnership.objects.count())"
    )
    named = environment(SERVANDA_DATA=str(tmp_path), SERVANDA_DEMO_ACCOUNT="demo")
    pair = [
        subprocess.Popen([sys.executable, "-c", code], env=named, text=True, stdout=subprocess.PIPE) for _ in range(2)
    ]
    outs = [process.communicate(timeout=60)[0] for process in pair]
    assert [out.strip().splitlines()[-1] for out in outs] == ["3", "3"]
    assert sum("Making" in out for out in outs) == 1
    assert not (tmp_path / "unfinished.sqlite3").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn runs on Linux and macOS")
@LOCAL
def test_the_office_server_answers_and_ends(tmp_path: Path) -> None:
    port = free_port()
    with running("serve", "--port", str(port), "--workers", "1", SERVANDA_DATA=str(tmp_path)) as process:
        status, page = first_answer(port, "/about/")
        assert status == 200
        assert "Demo Officer" not in page
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "add-account" in err


@pytest.mark.parametrize(
    ("arguments", "named", "said"),
    [
        (["serve"], {"SERVANDA_DEBUG": "1"}, "SERVANDA_DEBUG is on"),
        (["serve", "--host", "0.0.0.0"], {}, "SERVANDA_HOSTS is not set"),
        (["serve", "--port", "0"], {}, "--port"),
    ],
)
def test_an_unsafe_start_is_refused(arguments: list[str], named: dict[str, str], said: str, tmp_path: Path) -> None:
    with running(*arguments, SERVANDA_DATA=str(tmp_path), **named) as process:
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said in err
