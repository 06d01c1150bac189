"""What the site’s key sealed opens after a restore, or nothing is replaced; a drill says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from dolenti.access import second_step
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.places import connected
from tests.web.archive.conftest import dolenti


@pytest.fixture
def backup(clinic: Path, tmp_path: Path) -> Path:
    """A backup, without its key, of a clinic whose administrator logs in with an app."""
    key = (clinic / "secret-key").read_text().strip()
    with connected(sqlite(clinic / "dolenti.sqlite3")) as alias:
        paul = User.objects.using(alias).filter(role=Role.ADMINISTRATOR).first()
        assert paul is not None
        kept = second_step.cipher([key]).encrypt(b"JBSWY3DPEHPK3PXP").decode()
        kind = Authenticator.Type.TOTP
        Authenticator.objects.using(alias).create(user_id=paul.pk, type=kind, data={"secret": kept})
    file = tmp_path / "b.zip"
    done = dolenti(clinic, "backup", "--out", str(file), "--drill", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "They open with the secret key: the apps that people log in with" in done.stdout
    return file


def new_folder(tmp_path: Path, key: str = "") -> Path:
    folder = tmp_path / "new"
    folder.mkdir(mode=0o700)
    if key:
        (folder / "secret-key").write_text(key + "\n")
    return folder


def refused(folder: Path, *words: str) -> str:
    done = dolenti(folder, *words, "--lang", "en")
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


def answer(folder: Path, *words: str) -> Any:
    done = dolenti(folder, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("key", ["", "quite another key, made after the fire"])
def test_without_the_right_key_neither_drill_nor_restore_ends_well(
    backup: Path, tmp_path: Path, key: str
) -> None:
    new = new_folder(tmp_path, key)
    standing = {"in-use.lock", *(["secret-key"] if key else [])}
    why = "do not open with this secret key" if key else "which is not here"
    for words in (("--drill",), ()):
        said = refused(new, "restore", str(backup), *words)
        assert "the apps that people log in with" in said
        assert why in said
        assert "nothing was changed" in said
        assert {one.name for one in new.iterdir()} <= standing, "no key, no database"


def test_with_the_right_key_both_say_what_opened(
    clinic: Path, backup: Path, tmp_path: Path
) -> None:
    new = new_folder(tmp_path, (clinic / "secret-key").read_text().strip())
    for words in (("--drill",), ()):
        said = answer(new, "restore", str(backup), *words)
        assert "apps" in said["sealed_opened"]
        assert said["sealed_shut"] == []


def test_who_has_lost_the_key_for_good_goes_on_and_the_administrator_is_let_in(
    backup: Path, tmp_path: Path
) -> None:
    new = new_folder(tmp_path)
    tried = answer(new, "restore", str(backup), "--drill", "--without-key")
    assert "apps" in tried["sealed_shut"]
    assert not (new / "secret-key").exists(), "a drill makes no key"
    done = dolenti(new, "restore", str(backup), "--without-key", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "THEY STAY SHUT" in done.stdout
    assert "dolenti let-in" in done.stdout
    assert (new / "secret-key").is_file()
    with connected(sqlite(new / "dolenti.sqlite3")) as alias:
        (app,) = Authenticator.objects.using(alias).filter(type=Authenticator.Type.TOTP)
        email = User.objects.using(alias).get(pk=app.user_id).email
    why = ("--reason", "the key was lost in the fire; I have known her for years", "--force")
    let_in = dolenti(new, "let-in", email, *why, "--lang", "en", module="dolenti.cli")
    assert let_in.returncode == 0, let_in.stderr
    assert "/reset/" in let_in.stdout or "http" in let_in.stdout
    with connected(sqlite(new / "dolenti.sqlite3")) as alias:
        assert not Authenticator.objects.using(alias).filter(pk=app.pk).exists()
