"""Fetching, against a network that exists only here."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from servanda.errors import FetchRefused, SourceTooLarge
from servanda.sources.web import fetch, is_public

PUBLIC = "93.184.216.34"


class FakeSocket:
    def __init__(self, answer: bytes, step: int | None = None, tick: Any = None) -> None:
        self._answer, self._step, self._tick = io.BytesIO(answer), step, tick
        self.sent = b""

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def recv_into(self, buffer: Any) -> int:
        if self._tick:
            self._tick()
        data = self._answer.read(min(len(buffer), self._step or len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        pass


class Net:
    """Hosts with their addresses, and an answer for each path."""

    def __init__(self, answers: dict[str, bytes], hosts: dict[str, list[str]] | None = None, **socket: Any) -> None:
        self.answers, self.hosts, self.socket = answers, hosts or {}, socket
        self.connected: list[tuple[str, int, str, bool]] = []
        self.resolved: list[str] = []

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        return self.hosts.get(host, [PUBLIC])

    def connect(self, address: str, port: int, *, host: str, tls: bool, timeout: float) -> FakeSocket:
        self.connected.append((address, port, host, tls))
        return FakeSocket(self.answers[host], **self.socket)

    def get(self, url: str, limit: int = 1000, **more: Any) -> Any:
        return fetch(url, limit=limit, resolver=self.resolve, connector=self.connect, **more)


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_the_connection_goes_to_the_checked_address() -> None:
    net = Net({"a.example": answer(b"<p>Hello", Content_Type="text/html; charset=utf-8")})
    page = net.get("https://a.example/x?q=ü")
    assert (page.data, page.content_type) == (b"<p>Hello", "text/html; charset=utf-8")
    assert net.connected == [(PUBLIC, 443, "a.example", True)]
    assert net.resolved == ["a.example"]


def test_a_redirect_goes_through_the_same_door() -> None:
    net = Net(
        {"a.example": answer(status="302 Found", Location="https://b.example/y"), "b.example": answer(b"x")},
        {"b.example": ["10.0.0.5"]},
    )
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.5"):
        net.get("https://a.example/")
    assert len(net.connected) == 1


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "2002:7f00:1::", "64:ff9b::7f00:1",
    "fec0::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
    net = Net({}, {"a.example": [PUBLIC, address]})
    with pytest.raises(FetchRefused, match="never fetched"):
        net.get("http://a.example/")
    assert net.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


REFUSED = [
    ("http://a.example:22/", "port 22"),
    ("http://user:secret@a.example/", "user name"),
    ("http:///path", "names no host"),
    ("file:///etc/passwd", "only http and https"),
    ("http://[::1", "well-formed"),
    ("http://a.example:99999/", "well-formed"),
]


@pytest.mark.parametrize(("url", "says"), REFUSED)
def test_addresses_that_are_not_asked(url: str, says: str) -> None:
    with pytest.raises(FetchRefused, match=says):
        Net({}).get(url)


ANSWERS = [
    (answer(status="404 Not Found"), FetchRefused, "404"),
    (answer(b"x", Content_Type="image/png"), FetchRefused, "image/png"),
    (answer(b"x" * 2000), SourceTooLarge, "larger"),
    (answer(b"", Content_Length="5000"), SourceTooLarge, "larger"),
    (answer(gzip.compress(b"x" * 100_000), Content_Encoding="gzip"), SourceTooLarge, "larger"),
    (answer(b"junk", Content_Encoding="gzip"), FetchRefused, "gzip"),
    (answer(b"junk", Content_Encoding="br"), FetchRefused, "br"),
    (answer(b"abc", Content_Length="50"), FetchRefused, "could not be fetched"),
    (answer(status="302 Found", Location="/again"), FetchRefused, "more than 5"),
    (answer(status="302 Found", Location="http://a.example/"), FetchRefused, "https to http"),
    (answer(status="302 Found", Location="file:///etc/passwd"), FetchRefused, "only http"),
    (b"not http at all\r\n\r\n", FetchRefused, "could not be fetched"),
    (b"", FetchRefused, "could not be fetched"),
]


@pytest.mark.parametrize(("reply", "error", "says"), ANSWERS)
def test_answers_that_are_not_taken(reply: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        Net({"a.example": reply}).get("https://a.example/")
    assert "\n" not in str(caught.value)


def test_a_compressed_page() -> None:
    net = Net({"a.example": answer(gzip.compress(b"Both sides agreed."), Content_Encoding="gzip")})
    assert net.get("http://a.example/").data == b"Both sides agreed."


def test_a_slow_drip_ends_in_time() -> None:
    now = [0.0]

    def tick() -> None:
        now[0] += 1.0

    net = Net({"a.example": answer(b"x" * 500)}, step=1, tick=tick)
    with pytest.raises(FetchRefused, match="30 seconds"):
        net.get("http://a.example/", clock=lambda: now[0])
