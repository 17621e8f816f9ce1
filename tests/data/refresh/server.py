"""A local server that stands for every producer: an HTTP proxy whose tunnels end in TLS, under the real host names.

The product runs unmodified: ``HTTPS_PROXY`` leads to it, ``REQUESTS_CA_BUNDLE`` trusts its authority.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import trustme

Answer = Callable[["Exchange"], None]
XML, JSON, CSV = (
    "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
    "application/json;charset=UTF-8",
    "text/csv; charset=utf-8",
)


class Exchange(BaseHTTPRequestHandler):
    """One request inside a tunnel, answered by the route that its address has."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms
    host = ""
    lab: "Lab"

    def do_GET(self) -> None:
        self.lab.log.append(f"https://{self.host}{self.path}")
        self.lab.headers.append(dict(self.headers))
        routes = [r for r in self.lab.routes if f"{self.host}{self.path}".startswith(r)]
        answer = self.lab.routes[max(routes, key=len)] if routes else reply(b"Not found", "text/plain", 404)
        answer(self)

    @property
    def query(self) -> dict[str, list[str]]:
        """What follows the question mark."""
        return parse_qs(urlsplit(self.path).query)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Tunnels(BaseHTTPRequestHandler):
    """The proxy: a CONNECT opens a tunnel that ends here, with a certificate of the host asked."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms
    lab: "Lab"

    def do_CONNECT(self) -> None:
        host = self.path.rsplit(":", 1)[0]
        self.lab.tunnels.append(host)
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            with self.lab.context(host).wrap_socket(self.connection, server_side=True) as inside:
                type("Exchange", (Exchange,), {"host": host, "lab": self.lab})(inside, self.client_address, self.server)
        except OSError:
            return  # the client went away, which some of our tests are about

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Lab:
    """The server with its routes (``host/path`` prefixes) and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.bundle = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.bundle))
        self.routes: dict[str, Answer] = {}
        self.log: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.tunnels: list[str] = []
        self._contexts: dict[str, ssl.SSLContext] = {}
        tunnels = type("Tunnels", (Tunnels,), {"lab": self})
        self.server = _Quiet(("127.0.0.1", 0), tunnels)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What the product needs to find the server."""
        proxy = f"http://127.0.0.1:{self.server.server_address[1]}"
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "REQUESTS_CA_BUNDLE": str(self.bundle),
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def context(self, host: str) -> ssl.SSLContext:
        """The TLS context of a host."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]

    def clear(self) -> None:
        """Forget routes and requests."""
        self.routes, self.log, self.headers, self.tunnels = {}, [], [], []

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is what some tests are about."""


# Answers ----------------------------------------------------------------------------------------------


def reply(body: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A plain answer."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            exchange.send_header(name, value)
        exchange.end_headers()
        exchange.wfile.write(body)

    return answer


def by_turns(answers: Sequence[Answer]) -> Answer:
    """The first answer, then the second…; the last one for ever."""
    waiting = list(answers)

    def answer(exchange: Exchange) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(exchange)

    return answer


def redirect(url: str) -> Answer:
    """A redirection."""
    return reply(b"", "text/plain", 302, {"Location": url})


def declared(size: int, kind: str) -> Answer:
    """An answer that declares a size, of which nothing comes."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", kind)
        exchange.send_header("Content-Length", str(size))
        exchange.end_headers()
        exchange.close_connection = True

    return answer


def endless(beginning: bytes, kind: str) -> Answer:
    """A chunked answer that never ends."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", kind)
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        block = beginning
        while True:
            exchange.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            block = b" " * 1024 * 1024

    return answer


def cut(body: bytes, kind: str, at: int, mark: str = "") -> Answer:
    """An answer cut after ``at`` bytes of those still wanted; with an ETag, it can be resumed by a range."""

    def answer(exchange: Exchange) -> None:
        wanted = exchange.headers.get("Range", "")
        start = (
            int(wanted.removeprefix("bytes=").rstrip("-")) if mark and exchange.headers.get("If-Range") == mark else 0
        )
        exchange.send_response(206 if start else 200)
        exchange.send_header("Content-Type", kind)
        exchange.send_header("Content-Length", str(len(body) - start))
        if mark:
            exchange.send_header("ETag", mark)
        if start:
            exchange.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        exchange.end_headers()
        exchange.wfile.write(body[start : start + at])
        exchange.wfile.flush()
        exchange.close_connection = True

    return answer


def slow(body: bytes, kind: str, pause: float) -> Answer:
    """An answer that stops in the middle for a while."""

    def answer(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", kind)
        exchange.send_header("Content-Length", str(len(body)))
        exchange.end_headers()
        exchange.wfile.write(body[: len(body) // 2])
        exchange.wfile.flush()
        time.sleep(pause)
        exchange.wfile.write(body[len(body) // 2 :])

    return answer
