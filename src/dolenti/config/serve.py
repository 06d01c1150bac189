"""``dolenti serve``: the whole site from one command, ready for a clinic's own network."""

from __future__ import annotations

import io
import logging
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any, Final, TextIO

import django
from django.core.exceptions import ImproperlyConfigured

from dolenti.config.place import here
from dolenti.guideline.errors import InputError

logger = logging.getLogger("dolenti.serve")

SOON: Final = 5.0
"""Seconds that the jobs must have lasted to be started again without a pause."""


_WORDS: Final = {
    "fr": {
        "site": "  site          {0}\n",
        "none": "  Aucune clinique ici\u00a0: «\u00a0dolenti setup\u00a0» en crée une.\n",
        "login": "  e-mail        {0}\n  mot de passe  {1}\n",
        "stop": "Ctrl-C arrête le serveur.\n",
    },
    "en": {
        "site": "  site      {0}\n",
        "none": "  No clinic is set up here: “dolenti setup” makes one.\n",
        "login": "  e-mail    {0}\n  password  {1}\n",
        "stop": "Ctrl-C stops it.\n",
    },
}


def main(host: str, port: int, stdout: TextIO, language: str) -> None:
    """Bring the database up to date, check, tell the address in a language, and serve until
    Ctrl-C."""
    # The processes add up their metrics through files; the library looks for the folder once. In
    # memory: a page of a mapped file that a full disk cannot hold ends the process that writes it.
    folder = tempfile.mkdtemp(prefix="dolenti-metrics-", dir=_memory())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    if not os.environ.get("DOLENTI_HOSTS"):  # nobody but this machine comes here
        os.environ.setdefault("DOLENTI_ADDRESS", f"http://localhost:{port}")
    place = here()
    _insist_on_port(host, port)
    set_up()
    from django.conf import settings

    from dolenti.access import accounts

    shown = f"[{host}]" if ":" in host else host
    if host in ("0.0.0.0", "::"):  # noqa: S104  (comparing, not binding)
        shown = settings.ALLOWED_HOSTS[0]
    stdout.write(f"\nDolenti: http://{shown}:{port}/\n")
    words = _WORDS[language]
    stdout.write(words["site"].format(place))
    if not accounts.clinic_stands():
        stdout.write(words["none"])
    _tell_demo(stdout, words["login"])
    stdout.write(words["stop"])
    stdout.flush()
    jobs = _Jobs()
    try:
        _run(f"{'[' + host + ']' if ':' in host else host}:{port}", folder, jobs)
    finally:
        jobs.stop()


class _Jobs:
    """Whoever serves the site also does its jobs, in a process of its own."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dolenti.cli", "work"], stdout=subprocess.DEVNULL
        )

    def look(self) -> None:
        """Start them again where they ended; not at once where they had hardly begun."""
        if self._process.poll() is not None and time.monotonic() - self._began > SOON:
            logger.warning("the jobs ended; they are started again")
            self._start()

    def stop(self) -> None:
        """Ask them to end."""
        self._process.terminate()


def _insist_on_port(host: str, port: int) -> None:
    """That nobody listens there already, and we may. Raises ``InputError``, and makes nothing."""
    try:
        family, kind, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(
            f"Dolenti cannot listen at {host}:{port} ({why}); stop what listens there, or choose "
            "another --port or --host",
            fr=f"Dolenti ne peut pas écouter sur {host}:{port} ({why})\u00a0; arrêtez ce qui y "
            "écoute, ou choisissez un autre --port ou --host",
        ) from None


def work() -> None:
    """``dolenti work``: do the site's jobs, and start again whatever ends."""
    set_up()
    from django.db import connections

    from dolenti.work import keeping

    connections.close_all()  # a connection must not be shared by the processes to come
    keeping.keep()


def _memory() -> str | None:
    """A folder that is no disk, where the system has one."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def prepare() -> None:
    """Read the settings, and touch no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dolenti.config.settings")
    try:
        django.setup()
    except (ValueError, ImproperlyConfigured) as error:
        why = str(error)
        raise InputError(
            f"a setting cannot be used: {why}",
            fr=f"un réglage ne peut pas être utilisé\u00a0: {getattr(error, 'fr', why)}",
        ) from None


def set_up() -> None:
    """Make the program ready to use its database: settings, checks, migrations.

    Refuses while the database is being restored.
    """
    _look()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def read_only() -> None:
    """The same for what only reads: a database of another version stays as it is. Raises
    ``InputError`` where it is not this program's."""
    _look()
    from dolenti.safekeeping import site

    site.insist_current()


def _look() -> None:
    prepare()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, transaction

    from dolenti.safekeeping import in_use, leftovers

    in_use.hold(settings.DATA)
    leftovers.clear(settings.DATA)
    # Asked first: the checks take a disk without room for an SQLite without JSON.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    call_command("check", databases=["default"], stdout=io.StringIO())


def _tell_demo(stdout: TextIO, words: str) -> None:
    """How to come in where the demo stands, which is brought to today first."""
    from dolenti import demo
    from dolenti.demo import topping

    login = demo.login()
    if login is not None:
        topping.top_up()
        stdout.write(words.format(login.email, login.password))


def _run(bind: str, metrics_folder: str, jobs: _Jobs) -> None:
    from django.db import connections
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter
    from prometheus_client.multiprocess import mark_process_dead

    from dolenti.config.server_log import ServerLog

    def worker_gone(_: Any, worker: Any) -> None:
        mark_process_dead(worker.pid, metrics_folder)  # type: ignore[no-untyped-call]

    def all_gone(_: Any) -> None:
        shutil.rmtree(metrics_folder, ignore_errors=True)

    class Keeper(Arbiter):
        """Gunicorn's first process, which looks every second whether its processes are there: the
        one of the jobs is one of them."""

        def manage_workers(self) -> None:
            super().manage_workers()
            jobs.look()

    class Site(BaseApplication):
        """Gunicorn, told what to do here and not by files it may find lying about."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": [bind],
                "workers": min(2, multiprocessing.cpu_count()),
                "threads": 4,
                "worker_class": "gthread",
                "worker_tmp_dir": _memory(),
                "preload_app": True,  # the knowledge is read once, and shared by the processes
                "loglevel": "warning",
                "accesslog": None,
                "timeout": 60,
                "graceful_timeout": 5,
                "logger_class": ServerLog,
                # Newer ones open a socket in the home folder by which anybody there may stop us.
                "control_socket_disable": True,
                "child_exit": worker_gone,
                "on_exit": all_gone,  # in the first process alone
            }
            for name in options.keys() & self.cfg.settings.keys():
                self.cfg.set(name, options[name])

        def load(self) -> Any:
            from dolenti.config.wsgi import application

            return application

        def run(self) -> None:
            Keeper(self).run()

    connections.close_all()  # a connection must not be shared by the processes to come
    Site().run()
