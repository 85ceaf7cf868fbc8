"""Fetches one document over HTTP or HTTPS, on the user's word only, and never from inside a private network.

The name is resolved once; every address is checked, and the connection goes to a checked address, so that an answer
which changes between the check and the connection changes nothing. Redirects go through the same door.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from servanda.errors import FetchRefused, SourceTooLarge
from servanda.sources.table import VAGUE_TYPES, readable_types

MAX_REDIRECTS = 5
MAX_SECONDS = 30.0
"""For everything together: names, connections, redirects and the body."""
PORTS = frozenset({80, 443})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], "list[str]"]
"""(host, port) -> addresses as text. May raise OSError."""


class Connect(Protocol):
    """Opens a connection to an address that has been checked; ``host`` is for the certificate alone."""

    def __call__(self, address: str, port: int, *, host: str, tls: bool, timeout: float) -> Any: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What came: the bytes, the ``Content-Type`` as sent, and the address after redirects."""

    data: bytes
    content_type: str | None
    url: str


def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host by the system's resolver, without repetitions."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, *, host: str, tls: bool, timeout: float) -> socket.socket:
    """A TCP connection to ``address``, with TLS verified for ``host`` where asked."""
    plain = socket.create_connection((address, port), timeout=timeout)
    if not tls:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def fetch(
    url: str,
    *,
    limit: int,
    resolver: Resolve = resolve,
    connector: Connect = connect,
    clock: Callable[[], float] = time.monotonic,
) -> Page:
    """Fetch ``url``; at most ``limit`` bytes, MAX_SECONDS seconds and MAX_REDIRECTS redirects.

    Raises FetchRefused for what may not or could not be fetched, SourceTooLarge past ``limit``.
    """
    deadline = _Deadline(url, clock)
    address = url
    for _ in range(MAX_REDIRECTS + 1):
        answer = _request(address, url, limit, resolver, connector, deadline)
        if isinstance(answer, Page):
            return answer
        if urlsplit(address).scheme == "https" and urlsplit(answer).scheme == "http":
            raise FetchRefused(
                f"{url} redirects from https to http ({answer}), which is not followed. Give that address itself."
            )
        address = answer
    raise FetchRefused(
        f"{url} redirects more than {MAX_REDIRECTS} times. Open it in a browser, save the page and give the file."
    )


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet, those that carry an IPv4 address inside it included."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (
        ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified
    )


class _Deadline:
    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self._url, self._clock = url, clock
        self._end = clock() + MAX_SECONDS

    def left(self) -> float:
        """Seconds left; raises FetchRefused when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> FetchRefused:
        return FetchRefused(
            f"{self._url} took longer than {MAX_SECONDS:.0f} seconds. "
            f"Try again later, or save the page and give the file."
        )


class _TimedBody(io.RawIOBase):
    """Reads a socket with the time that is left, however slowly the bytes come."""

    def __init__(self, sock: Any, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return int(self._sock.recv_into(buffer))


class _TimedSocket:
    """What http.client needs of a socket, with the deadline in each read and write."""

    def __init__(self, sock: Any, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, mode: str, *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_TimedBody(self._sock, self._deadline))

    def close(self) -> None:
        self._sock.close()


def _target(url: str, given: str) -> tuple[SplitResult, str, int]:
    """The parts of an allowed URL, its host in ASCII and its port."""
    shown = url if url == given else f"{given} redirects to {url}, which"
    try:
        parts = urlsplit(url)
        host = (
            (parts.hostname or "").encode("idna").decode("ascii")
            if not _is_ip(parts.hostname)
            else parts.hostname or ""
        )
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise FetchRefused(
            f"{shown} is not a well-formed web address. Check it, or save the page and give the file."
        ) from None
    if parts.scheme not in ("http", "https"):
        raise FetchRefused(
            f"{shown} cannot be fetched: {parts.scheme or 'no scheme'} is not allowed, only http and https."
        )
    if not host:
        raise FetchRefused(f"{shown} names no host. A web address looks like https://example.org/statement.html.")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused(
            f"{shown} holds a user name or password, which is not sent. Save the page and give the file."
        )
    if port not in PORTS:
        raise FetchRefused(f"{shown} names port {port}; only 80 and 443 are allowed. Save the page and give the file.")
    return parts, host, port


def _is_ip(host: str | None) -> bool:
    try:
        ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return False
    return True


def _addresses(host: str, port: int, given: str, resolver: Resolve, deadline: _Deadline) -> list[str]:
    """Checked addresses of a host. The system's resolver knows no time limit: it runs in a thread that may be left."""
    result: list[str] = []
    failure: list[Exception] = []

    def ask() -> None:
        try:
            result.extend(resolver(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise deadline.passed()
    if failure or not result:
        raise FetchRefused(f"{given}: the host {host} is not known. Check the address and the network connection.")
    private = [address for address in result if not is_public(address)]
    if private:
        raise FetchRefused(
            f"{given}: {host} is at {private[0]}, an address of a private or special network, which is never fetched. "
            f"Save the page and give the file."
        )
    return result


def _request(
    url: str, given: str, limit: int, resolver: Resolve, connector: Connect, deadline: _Deadline
) -> Page | str:
    """One request: the page, or the address to which it redirects."""
    parts, host, port = _target(url, given)
    addresses = _addresses(host, port, given, resolver, deadline)
    tls = parts.scheme == "https"
    sock: Any = None
    try:
        for place, address in enumerate(addresses):
            try:
                sock = connector(address, port, host=host, tls=tls, timeout=min(deadline.left(), 15.0))
                break
            except OSError:
                if place == len(addresses) - 1:
                    raise
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _TimedSocket(sock, deadline)
        shown_host = f"[{host}]" if ":" in host else host
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
            "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]") if parts.query else ""
        )
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in (
            ("Host", shown_host if not parts.port else f"{shown_host}:{port}"),
            ("User-Agent", "Mozilla/5.0 (compatible; Servanda; reads joint statements)"),
            ("Accept", "text/html, application/xhtml+xml, text/plain, application/pdf, */*;q=0.5"),
            ("Accept-Encoding", "gzip, identity"),
            ("Connection", "close"),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return _answer(response, url, given, limit, deadline)
    except ssl.SSLCertVerificationError as error:
        raise FetchRefused(
            f"{given}: the certificate of {host} is not valid ({error.verify_message}). Nothing was fetched."
        ) from None
    except TimeoutError:
        raise deadline.passed() from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise FetchRefused(
            f"{given} could not be fetched: {reason}. Check the address and the network connection."
        ) from None
    finally:
        if sock is not None:
            sock.close()


def _answer(response: http.client.HTTPResponse, url: str, given: str, limit: int, deadline: _Deadline) -> Page | str:
    status = response.status
    if status in (301, 302, 303, 307, 308):
        location = response.getheader("Location")
        if not location:
            raise FetchRefused(f"{given} answers with a redirect to nowhere (status {status}).")
        return urljoin(url, location)
    if status != 200:
        advice = {
            401: "it asks for a sign-in",
            403: "it does not let programs in",
            404: "there is no such page",
            429: "it asks to wait",
        }
        why = advice.get(status, "the server has no page to give")
        raise FetchRefused(
            f"{given} answers with status {status}: {why}. Open it in a browser, save the page and give the file."
        )
    content_type = response.getheader("Content-Type")
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind and kind not in VAGUE_TYPES and not kind.startswith("text/") and kind not in readable_types():
        raise FetchRefused(f"{given} is of type {kind}, which is not read. Allowed are HTML, plain text, PDF and DOCX.")
    declared = response.getheader("Content-Length") or ""
    if declared.isdigit() and int(declared) > limit:
        raise SourceTooLarge(_too_large(given, limit))
    return Page(_body(response, given, limit, deadline), content_type, url)


def _too_large(given: str, limit: int) -> str:
    return (
        f"{given} is larger than {limit // 1_000_000} MB, the most that is fetched. "
        f"Save the part you need and give the file."
    )


def _body(response: http.client.HTTPResponse, given: str, limit: int, deadline: _Deadline) -> bytes:
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchRefused(
            f"{given} is sent compressed as {coding}, which was not asked for. Save the page and give the file."
        )
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
    body = bytearray()
    while True:
        deadline.left()
        chunk = response.read1(65536)
        if not chunk:
            break
        if unpacker is not None:
            try:
                chunk = unpacker.decompress(chunk, limit + 1)
            except zlib.error as error:
                raise ValueError(f"its gzip data are damaged ({error})") from None
        body += chunk
        if len(body) > limit:
            raise SourceTooLarge(_too_large(given, limit))
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return bytes(body)
