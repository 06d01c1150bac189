"""The way to the mail server: enciphered, and to the right one, or neither message nor password
goes."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.machine import certificate

SEND = """
import django
django.setup()
from django.core.mail import send_mail
send_mail("News", "A link.", None, ["alice@example.org"])
"""
PASSWORD = "hunter2"


@dataclass
class MailServer:
    """One that takes a message from whoever comes, and keeps all that it heard."""

    folder: Path
    named: str
    tls_at_once: bool = False
    offers_tls: bool = True
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        certificate(self.folder, self.named)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.answering = threading.Thread(target=self._answer)
        self.answering.start()

    def end(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.answering.join()
        self.listening.close()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self.listening.accept()
                with suppress(OSError), wire:  # whoever does not take the certificate goes away
                    if self.tls_at_once:
                        self._talk_safely(wire)
                    else:
                        self._talk(wire)

    def _talk_safely(self, wire: socket.socket, *, greet: bool = True) -> None:
        with self._wrapped(wire) as safe:
            self._talk(safe, greet=greet)

    def _wrapped(self, wire: socket.socket) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "fullchain.pem", self.folder / "privkey.pem")
        return context.wrap_socket(wire, server_side=True)

    def _talk(self, wire: socket.socket, *, greet: bool = True) -> None:
        if greet:
            wire.sendall(b"220 here\r\n")
        is_data = False
        while line := _line(wire):
            self.heard.append(line)
            word = line.upper().split(" ")[0]
            if is_data:
                is_data = line != "."
                if not is_data:
                    wire.sendall(b"250 taken\r\n")
            elif word == "EHLO":
                safe = isinstance(wire, ssl.SSLSocket)
                more = "STARTTLS" if self.offers_tls and not safe else "AUTH PLAIN"
                wire.sendall(f"250-here\r\n250 {more}\r\n".encode())
            elif word == "STARTTLS":
                wire.sendall(b"220 go\r\n")
                self._talk_safely(wire, greet=False)
                return
            elif word == "AUTH":
                wire.sendall(b"235 known\r\n")
            elif word == "DATA":
                is_data = True
                wire.sendall(b"354 go\r\n")
            elif word == "QUIT":
                wire.sendall(b"221 bye\r\n")
                return
            else:
                wire.sendall(b"250 yes\r\n")


Serve: TypeAlias = Callable[..., MailServer]


def _line(wire: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\r\n"):
        one = wire.recv(1)
        if not one:
            return ""
        got += one
    return got.decode().strip() or " "


@pytest.fixture(params=["smtp", "smtps"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., MailServer]]:
    """Begins a server, which ends with the test."""
    made: list[MailServer] = []

    def begin(named: str, *, tls_at_once: bool = False, offers_tls: bool = True) -> MailServer:
        made.append(MailServer(tmp_path, named, tls_at_once, offers_tls))
        return made[-1]

    yield begin
    for one in made:
        one.end()


def send(server: MailServer, scheme: str, *, vouched: bool) -> subprocess.CompletedProcess[str]:
    """Send a message as the site does. ``vouched``: the machine trusts whoever signed."""
    store = server.folder / ("fullchain.pem" if vouched else "nobody.pem")
    if not vouched:
        store.write_text("")
    return subprocess.run(
        [sys.executable, "-c", SEND],
        env={
            **os.environ, "SSL_CERT_FILE": str(store), "SSL_CERT_DIR": str(server.folder / "none"),
            "DOLENTI_DATA": str(server.folder / "data"),
            "DOLENTI_MAIL": f"{scheme}://dolenti:{PASSWORD}@localhost:{server.port}",
        },
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def told(server: MailServer) -> set[str]:
    """The words of the talk that would give something away."""
    return {line.upper().split(" ")[0] for line in server.heard} & {"AUTH", "MAIL", "DATA"}


def test_the_right_server_gets_the_message(serve: Serve, scheme: str) -> None:
    server = serve("localhost", tls_at_once=scheme == "smtps")
    done = send(server, scheme, vouched=True)
    assert done.returncode == 0, done.stderr
    assert told(server) == {"AUTH", "MAIL", "DATA"}
    assert "A link." in server.heard


@pytest.mark.parametrize("named, vouched", [("localhost", False), ("mail.example.org", True)])
def test_another_server_gets_nothing(serve: Serve, scheme: str, named: str, vouched: bool) -> None:
    """Whom nobody vouches for, or who has the certificate of another name."""
    server = serve(named, tls_at_once=scheme == "smtps")
    done = send(server, scheme, vouched=vouched)
    assert done.returncode != 0
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert told(server) == set()


def test_a_server_without_tls_gets_nothing(serve: Serve) -> None:
    server = serve("localhost", offers_tls=False)
    done = send(server, "smtp", vouched=True)
    assert done.returncode != 0
    assert "STARTTLS" in done.stderr
    assert told(server) == set()
