"""``dolenti serve``: the whole site from one command, ready for a clinic's own network."""

from __future__ import annotations

import io
import multiprocessing
import os
from typing import Any, TextIO

import django


def main(host: str, port: int, stdout: TextIO) -> None:
    """Bring the database up to date, check, tell the address, and serve until Ctrl-C."""
    set_up()
    from django.conf import settings

    shown = f"[{host}]" if ":" in host else host
    if host in ("0.0.0.0", "::"):  # noqa: S104  (comparing, not binding)
        shown = settings.ALLOWED_HOSTS[0]
    stdout.write(f"\nDolenti: http://{shown}:{port}/\n")
    _tell_demo_login(stdout)
    stdout.write("Ctrl-C stops it.\n")
    stdout.flush()
    _run(f"{'[' + host + ']' if ':' in host else host}:{port}")


def set_up() -> None:
    """Make the program ready to use its database: settings, checks, migrations."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dolenti.config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DATA.mkdir(parents=True, exist_ok=True)
    call_command("check", databases=["default"], stdout=io.StringIO())
    call_command("migrate", verbosity=0, interactive=False)


def _tell_demo_login(stdout: TextIO) -> None:
    from dolenti.clinic import demo

    login = demo.login()
    if login is not None:
        stdout.write(f"  e-mail    {login.email}\n  password  {login.password}\n")


def _run(bind: str) -> None:
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        """Gunicorn, told what to do here and not by files it may find lying about."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": [bind],
                "workers": min(2, multiprocessing.cpu_count()),
                "threads": 4,
                "worker_class": "gthread",
                "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112
                "loglevel": "warning",
                "accesslog": None,
                "timeout": 60,
                "graceful_timeout": 5,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from dolenti.config.wsgi import application

            return application

    Site().run()
