"""The samples of ``deploy/`` for nginx and Caddy, each run as it stands but for its ports, its
folders and a certificate of our own making."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tests.machine import certificate, needed
from tests.services import free_port

DEPLOY = Path(__file__).parents[1] / "deploy"
NAME = "clinic.example.org"
SITE = "127.0.0.1:8000"


@dataclass(frozen=True)
class Proxy:
    """A sample, made to run here: the command, and where it will listen with TLS and without."""

    command: list[str]
    tls: int
    http: int


def nginx(folder: Path, site: int, sample: str, name: str = NAME) -> Proxy:
    """``sample`` (its text) inside a whole configuration, in front of a site at a port."""
    tls, http = free_port(), free_port()
    sample = _at_home(folder, site, sample, name).replace("/var/log/nginx", str(folder))
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{http};")
    sample = sample.replace("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl")
    sample = re.sub(r"^ *listen \[::\].*\n", "", sample, flags=re.MULTILINE)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx;\n"
        f"events {{}}\nhttp {{\n{temporary}{sample}}}\n"
    )
    return Proxy([needed("nginx"), "-c", str(whole), "-p", str(folder)], tls, http)


def caddy(folder: Path, site: int, sample: str, name: str = NAME) -> Proxy:
    """The same of Caddy, which is shown a certificate: nobody here would give it one."""
    tls, http = free_port(), free_port()
    sample = _at_home(folder, site, sample, name)
    shown = f"tls {folder}/tls/fullchain.pem {folder}/tls/privkey.pem {{"
    assert "\ttls {" in sample
    sample = sample.replace("tls {", shown, 1)
    whole = folder / "Caddyfile"
    whole.write_text(
        f"{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {tls}\n\tdefault_bind 127.0.0.1\n"
        f"\tstorage file_system {folder}/caddy\n}}\n{sample}"
    )
    command = [needed("caddy"), "run", "--config", str(whole), "--adapter", "caddyfile"]
    return Proxy(command, tls, http)


def _at_home(folder: Path, site: int, sample: str, name: str) -> str:
    (folder / "tls").mkdir(exist_ok=True)
    certificate(folder / "tls", name)
    assert SITE in sample
    return sample.replace(SITE, f"127.0.0.1:{site}").replace("/etc/dolenti/tls", f"{folder}/tls")


SAMPLES = {
    "nginx": (nginx, DEPLOY / "nginx" / "dolenti.conf"),
    "caddy": (caddy, DEPLOY / "caddy" / "Caddyfile"),
}


@contextmanager
def running(kind: str, folder: Path, site: int) -> Iterator[Proxy]:
    """One of the two in front of a site, until the end."""
    make, sample = SAMPLES[kind]
    proxy = make(folder, site, sample.read_text("utf-8"))
    log = folder / "said"
    with log.open("wb") as said:
        process = subprocess.Popen(proxy.command, cwd="/", stdout=said, stderr=said)
    try:
        for _ in range(300):
            assert process.poll() is None, log.read_text()
            if answers(proxy.http):
                break
            time.sleep(0.1)
        yield proxy
    finally:
        process.terminate()
        process.wait(30)


class Stay(HTTPRedirectHandler):
    """An answer that leads elsewhere is an answer."""

    def redirect_request(self, *_: Any) -> None:
        return None


def answers(port: int) -> bool:
    """Whether anything answers there, without TLS, at the name of the clinic."""
    asked = Request(f"http://127.0.0.1:{port}/health/", headers={"Host": NAME}, method="HEAD")
    with suppress(OSError):
        try:
            build_opener(Stay).open(asked, timeout=5).close()
        except HTTPError as answer:
            answer.close()
        return True
    return False
