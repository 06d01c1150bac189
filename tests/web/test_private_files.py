"""What the site writes is its owner's alone, by every way in, on a machine that shares."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dolenti.config import private
from dolenti.config.checks import the_data_folder_is_its_owners

MAIL = """
import django
django.setup()
from django.core.mail import send_mail
send_mail("Password", "a link", None, ["alice@example.org"])
"""
WAYS_IN = {
    "django-admin": ["-m", "django", "migrate", "--verbosity=0"],
    "a message": ["-c", MAIL],
    "backup": ["-m", "dolenti.cli", "backup"],
}


def modes(folder: Path) -> dict[str, str]:
    """Everything in a folder, and the folder, as ``ls`` shows it."""
    return {str(one): stat.filemode(one.stat().st_mode) for one in [folder, *folder.rglob("*")]}


def test_whatever_writes_into_the_data_folder_writes_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "var"
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {
        **kept,
        "DOLENTI_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "dolenti.config.settings",
    }
    for arguments in WAYS_IN.values():
        subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            umask=0o022,
            check=True,
            capture_output=True,
        )
    found = modes(data)
    for what in ("dolenti.sqlite3", "secret-key", "mail", "backups"):
        assert str(data / what) in found
    assert {name: mode for name, mode in found.items() if not mode.endswith("------")} == {}


def test_an_empty_folder_that_was_made_for_the_site_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "umask", lambda _: 0)
    tmp_path.chmod(0o755)
    private.keep(tmp_path)
    assert not private.open_to_others(tmp_path)


def test_a_folder_that_is_open_to_others_is_told_of_and_left_to_its_owner(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "umask", lambda _: 0)
    settings.DATA = tmp_path
    (tmp_path / "of-somebody-else").touch()
    tmp_path.chmod(0o755)
    private.keep(tmp_path)
    (told,) = the_data_folder_is_its_owners()
    assert str(tmp_path) in told.msg
    assert told.hint == f"chmod -R go= {tmp_path}"
    tmp_path.chmod(0o700)
    assert the_data_folder_is_its_owners() == []
