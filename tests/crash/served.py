"""The site as ``dolenti serve`` runs it, with a data folder of its own; killed like a power cut."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from dolenti.safekeeping.in_use import FILE
from tests.services import free_port

PATIENCE = 120  # seconds for what takes two on a quiet machine


def until(happened: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition. Fails, saying for ``what`` it waited in vain."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


def address_of_tests() -> str:
    """The tests' own database, as ``DATABASE_URL`` names it."""
    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    password = f":{quote(said['PASSWORD'], safe='')}" if said["PASSWORD"] else ""
    place = f"{said['HOST'] or '127.0.0.1'}:{said['PORT'] or 5432}"
    return f"postgres://{said['USER']}{password}@{place}/{said['NAME']}"


class Served:
    """A running site: start it, kill it, start it again on what it left."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / "log"
        self.port = free_port()
        self.environment = {
            **os.environ,
            "DOLENTI_DATA": str(data),
            "DOLENTI_SECRET_KEY": settings.SECRET_KEY,  # the sessions of the tests are signed by it
            "DOLENTI_DISK_FLOOR": "1",
            "DATABASE_URL": address_of_tests(),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dolenti.cli", "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=written,
                stderr=written,
                start_new_session=True,  # a group of its own: killed whole, and nothing else
            )
        until(self._ready, f"the site is ready; it said: {self.log.read_text()[-2000:]}")

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=10) as answered:
                return bool(answered.status == 200)
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """End every process of it at once, without a word; wait until the last one is gone."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.process = None
        until(self._nobody_left, "every process of the site is gone")

    def _nobody_left(self) -> bool:
        """Whether nobody holds the lock that each process of the site holds while it lives."""
        file = self.data / FILE
        if not file.exists():
            return True
        with file.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def workers(self) -> list[int]:
        """The processes that answer. The one that does the jobs is another command."""
        return [one for one in self._children() if not _command(one).endswith(b"\0work\0")]

    def _children(self) -> list[int]:
        assert self.process is not None
        at = self.process.pid
        return [int(one) for one in Path(f"/proc/{at}/task/{at}/children").read_text().split()]

    @contextlib.contextmanager
    def files_no_longer_than(self, size: int) -> Iterator[None]:
        """As on a full disk, no file can grow: a write past ``size`` bytes fails, in every process
        of the site, for as long as this lasts."""
        everyone = self._children()
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in everyone}
        for pid, (_, most) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))
        try:
            yield
        finally:
            for pid, limits in before.items():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def dolenti(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command, beside the running site."""
        return subprocess.run(
            [sys.executable, "-m", "dolenti.cli", *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )


def _command(pid: int) -> bytes:
    """As a process was called; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
