"""The site behind its proxies as ``deploy/`` has them: what TLS they take, what the cookies are
called, and that no request hides in another."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from tests.machine import certificate
from tests.proxies import NAME, Proxy, answers, running
from tests.services import free_port

TLS = ssl.TLSVersion
HIDDEN = f"GET /metrics HTTP/1.1\r\nHost: {NAME}\r\nX-Hidden: yes\r\n\r\n"
"""What no proxy hands on: where the site hears of it, it was hidden in something else."""


@dataclass(frozen=True)
class Site:
    """``dolenti serve`` for a clinic, in a folder of its own."""

    port: int
    log: Path

    def heard(self) -> list[str]:
        """The views that were asked, in turn."""
        lines = (one for one in self.log.read_text().splitlines() if one.startswith("{"))
        said = map(json.loads, lines)
        return [one["view"] for one in said if one.get("message") == "answered"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    made = Site(free_port(), folder / "log")
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("DOLENTI", "DATABASE"))}
    with made.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dolenti.cli", "serve", "--port", str(made.port)],
            env={
                **usual, "DOLENTI_DATA": str(folder / "data"), "DOLENTI_HOSTS": NAME,
                "DOLENTI_BEHIND_PROXY": "1", "DOLENTI_LOG_LEVEL": "debug",
                "DOLENTI_DISK_FLOOR": "1",
            },
            stdout=log, stderr=log,
        )  # fmt: skip
    for _ in range(1200):
        assert process.poll() is None, made.log.read_text()
        if answers(made.port):
            break
        time.sleep(0.1)
    yield made
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    with running(request.param, tmp_path_factory.mktemp(request.param), site.port) as made:
        yield made


def client(
    lowest: TLS = TLS.TLSv1_2, highest: TLS = TLS.TLSv1_3, ciphers: str = ""
) -> ssl.SSLContext:
    """A browser that would take even what is old."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = lowest, highest
    return context


def connect(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(
        socket.create_connection(("127.0.0.1", port), 10), server_hostname=NAME
    )


# --- TLS ----------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls_is_refused(proxy: Proxy) -> None:
    for old in (TLS.TLSv1, TLS.TLSv1_1):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            connect(proxy.tls, client(old, old))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls_would_have_been_spoken(tmp_path: Path) -> None:
    """The test above means something: this very client reaches a server that takes what is old."""
    certificate(tmp_path)
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(tmp_path / "fullchain.pem", tmp_path / "privkey.pem")
    there.set_ciphers("ALL:@SECLEVEL=0")
    there.minimum_version = TLS.TLSv1
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            wire, _ = listening.accept()
            there.wrap_socket(wire, server_side=True).close()

        server = Thread(target=answer)
        server.start()
        with connect(listening.getsockname()[1], client(TLS.TLSv1_1, TLS.TLSv1_1)) as wire:
            assert wire.version() == "TLSv1.1"
        server.join()


@pytest.mark.parametrize("version, name", [(TLS.TLSv1_2, "TLSv1.2"), (TLS.TLSv1_3, "TLSv1.3")])
def test_a_tls_of_today_is_spoken(proxy: Proxy, version: TLS, name: str) -> None:
    with connect(proxy.tls, client(version, version)) as wire:
        assert wire.version() == name
        cipher = wire.cipher()
        assert cipher is not None
        assert re.search("GCM|CHACHA20", cipher[0])


@pytest.mark.parametrize(
    "weak", ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-CCM8"]
)
def test_a_weak_cipher_is_refused(proxy: Proxy, weak: str) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(proxy.tls, client(TLS.TLSv1_2, TLS.TLSv1_2, weak + ":@SECLEVEL=0"))


def test_what_comes_without_tls_is_led_to_it(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.http), 10) as wire:
        wire.sendall(
            f"POST /login/?a=b HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        said = wire.recv(4096).decode()
    assert said.startswith("HTTP/1.1 308 ")
    assert re.search(rf"^Location: https://{NAME}(:\d+)?/login/\?a=b\r$", said, re.MULTILINE)
    assert "Set-Cookie" not in said


# --- Cookies ------------------------------------------------------------------------------------


def ask(
    proxy: Proxy, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, list[str], str]:
    """The status, the cookies as they are sent, and the answer."""
    asked = HTTPConnection(NAME)
    asked.sock = connect(proxy.tls, client())
    asked.request(method, path, body, headers)
    answer = asked.getresponse()
    said = answer.read().decode()
    asked.close()
    return answer.status, answer.headers.get_all("Set-Cookie") or [], said


def test_with_tls_a_cookie_has_the_name_that_a_browser_holds_to_this_host(proxy: Proxy) -> None:
    _, (token,), _ = ask(proxy, "GET", "/login/")
    assert token.startswith("__Host-csrftoken=")
    sent = token.partition(";")[0]
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": sent}
    form["Referer"] = f"https://{NAME}/login/"
    value = sent.partition("=")[2]
    typed = f"csrfmiddlewaretoken={value}&language=en&next=/login/"
    _, (spoken,), _ = ask(proxy, "POST", "/language/", typed, **form)
    assert spoken.startswith("__Host-django_language=en;")
    for one in (token, spoken):
        assert "; Path=/;" in one
        for said in ("Secure", "HttpOnly", "SameSite=Lax"):
            assert f"; {said}" in one
        assert "Domain" not in one


# --- One request in another ---------------------------------------------------------------------


def post(*headers: str, body: str, path: str = "/language/", end: str = "\r\n") -> bytes:
    """A request, each of its lines ended as told."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {NAME}", *headers, "", ""]
    return (end.join(lines) + body).encode("latin-1")


CHUNK = f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"
SHUT = "0\r\n\r\n" + HIDDEN
LENGTH = f"Content-Length: {len(SHUT)}"
CHUNKED = "Transfer-Encoding: chunked"
AMBIGUOUS = {
    "a length and chunks": post(LENGTH, CHUNKED, body=SHUT),
    "chunks and a length": post(CHUNKED, LENGTH, body=SHUT),
    "a short length and chunks": post("Content-Length: 4", CHUNKED, body=CHUNK),
    "two lengths": post("Content-Length: 0", f"Content-Length: {len(HIDDEN)}", body=HIDDEN),
    "two lengths the other way": post(
        f"Content-Length: {len(HIDDEN)}", "Content-Length: 0", body=HIDDEN
    ),
    "two lengths in one": post(f"Content-Length: 0, {len(HIDDEN)}", body=HIDDEN),
    "a length with a sign": post(f"Content-Length: +{len(HIDDEN)}", body=HIDDEN),
    "a length in sixteens": post(f"Content-Length: 0x{len(HIDDEN):x}", body=HIDDEN),
    "a length with an underline": post(f"Content_Length: {len(HIDDEN)}", body=HIDDEN),
    "a length with a space": post(f"Content-Length : {len(HIDDEN)}", body=HIDDEN),
    "a folded length": post("Content-Length:", f" {len(HIDDEN)}", body=HIDDEN),
    "folded chunks": post("Transfer-Encoding:", " chunked", LENGTH, body=SHUT),
    "a folded line": post("X-One: two", f" {CHUNKED}", LENGTH, body=SHUT),
    "chunks twice": post(CHUNKED, CHUNKED, body=SHUT),
    "chunks and none": post(CHUNKED, "Transfer-Encoding: identity", body=SHUT),
    "none and chunks": post("Transfer-Encoding: identity, chunked", body=SHUT),
    "chunks of no such kind": post("Transfer-Encoding: xchunked", LENGTH, body=SHUT),
    "chunks with a space before": post("Transfer-Encoding : chunked", LENGTH, body=SHUT),
    "chunks with a tabulator": post("Transfer-Encoding:\tchunked", LENGTH, body=SHUT),
    "chunks with a control": post("Transfer-Encoding:\x0bchunked", LENGTH, body=SHUT),
    "chunks in capitals": post("TRANSFER-ENCODING: CHUNKED", LENGTH, body=SHUT),
    "chunks in quotes": post('Transfer-Encoding: "chunked"', LENGTH, body=SHUT),
    "chunks behind a bare return": post(f"X-One: two\r{CHUNKED}", LENGTH, body=SHUT),
    "chunks behind a bare feed": post(f"X-One: two\n{CHUNKED}", LENGTH, body=SHUT),
    "bare feeds throughout": post(LENGTH, CHUNKED, body=SHUT, end="\n"),
    "a chunk whose size is no number": post(CHUNKED, body="zz\r\n" + HIDDEN),
    "a chunk of too large a size": post(CHUNKED, body="f" * 17 + "\r\n" + HIDDEN),
    "a chunk with a bare feed": post(CHUNKED, body=f"0\n\n{HIDDEN}"),
    "a chunk with an extension": post(CHUNKED, body=f"0;a=\n{HIDDEN}\r\n\r\n"),
    "a trailer that is a length": post(CHUNKED, body=f"0\r\n{LENGTH}\r\n\r\n{HIDDEN}"),
    "a body of a request that has none": (
        f"GET /login/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}"
    ).encode(),
    "an old form of HTTP with chunks": post(CHUNKED, LENGTH, body=SHUT).replace(
        b"/1.1", b"/1.0", 1
    ),
    "two hosts": post("Host: other.example.org", "Content-Length: 0", body=""),
}


def answered(port: int, sent: bytes) -> list[str]:
    """The status of each answer to what is sent at once, until nothing more comes."""
    with connect(port, client()) as wire:
        wire.sendall(sent)
        got = _read(wire)
    return re.findall(r"^HTTP/1\.[01] (\d{3})", got.decode("latin-1"), re.MULTILINE)


def _read(wire: socket.socket) -> bytes:
    got = b""
    wire.settimeout(0.8)
    with suppress(TimeoutError, ConnectionError, ssl.SSLError):
        while some := wire.recv(65536):
            got += some
    return got


def unfinished(port: int, many: int) -> list[ssl.SSLSocket]:
    """So many forms of which half was sent, and the rest never comes."""
    held = [connect(port, client()) for _ in range(many)]
    for wire in held:
        wire.sendall(
            f"POST /login/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 90000\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=".encode()
            + b"a" * 50
        )
    return held


def test_forms_that_never_end_hold_nobody_up(proxy: Proxy) -> None:
    """More of them than the site has threads: the proxy waits for the rest, and not the site."""
    held = unfinished(proxy.tls, 14)
    try:
        time.sleep(0.5)
        asked = f"GET /health/ HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()
        for _ in range(3):
            with connect(proxy.tls, client()) as wire:
                wire.settimeout(5)
                wire.sendall(asked)
                assert wire.recv(100).split(b"\r\n")[0].endswith(b"200 OK")
    finally:
        for wire in held:
            wire.close()


@pytest.mark.parametrize("how", AMBIGUOUS)
def test_no_request_hides_in_another(proxy: Proxy, site: Site, how: str) -> None:
    """Refused, or read as one; or read as two in a row by the proxy itself, which does not hand on
    the second. The site hears one at most, and whoever comes next gets an answer of their own."""
    before = len(site.heard())
    got = answered(proxy.tls, AMBIGUOUS[how])
    heard = site.heard()[before:]
    assert 1 <= len(got) <= 2
    assert got[1:] in ([], ["404"])
    assert len(heard) <= 1
    assert "metrics" not in heard
    for _ in range(3):
        status, _cookies, said = ask(proxy, "GET", "/health/")
        assert (status, json.loads(said)) == (200, {"status": "ok"})


def test_what_hides_would_have_been_heard(site: Site) -> None:
    """The test above means something: asked without a proxy, the site hears what is hidden."""
    before = len(site.heard())
    with socket.create_connection(("127.0.0.1", site.port), 10) as wire:
        wire.sendall(post("Content-Length: 0", body=HIDDEN))
        _read(wire)
    assert site.heard()[before:][1:] == ["metrics"]
