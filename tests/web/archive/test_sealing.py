"""A backup sealed for a public key: whole, for nobody else, and never in clear at the end."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dolenti.access.models import AuditEntry
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import keys, leftovers, sealing
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.places import connected
from tests.web.archive.conftest import dolenti, everything

SECRET = b"what nobody else may read" * 100


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """The file of a private key; its public half stands beside it."""
    file = tmp_path / "keys" / "private.txt"
    (tmp_path / "public").write_text(keys.new_key(file))
    return file


@pytest.fixture
def public(private: Path, tmp_path: Path) -> str:
    return (tmp_path / "public").read_text()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    file = tmp_path / "plain"
    file.write_bytes(SECRET)
    return file


def answer(data: Path, *arguments: str) -> Any:
    done = dolenti(data, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(data: Path, *arguments: str) -> str:
    done = dolenti(data, *arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.replace("\u00a0", " ")


def left(folder: Path) -> set[str]:
    """What a command left behind in a folder, but for the site's own files."""
    own = ("dolenti.sqlite3", "audit-head", "in-use.lock", "secret-key", "demo-password")
    return {file.name for file in folder.iterdir() if not file.name.startswith(own)}


def test_what_is_sealed_is_read_with_its_key_alone(
    plain: Path, private: Path, public: str, tmp_path: Path
) -> None:
    sealed = tmp_path / "sealed.age"
    sealing.seal(plain, sealed, keys.recipients([public]))
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert SECRET[:25] not in sealed.read_bytes()
    with sealing.unsealed(sealed, keys.identities(private), tmp_path) as opened:
        assert opened.read_bytes() == SECRET
        assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    assert not opened.exists()


def test_each_of_several_keys_opens_it(plain: Path, tmp_path: Path) -> None:
    public = [keys.new_key(tmp_path / name) for name in ("one", "two")]
    sealing.seal(plain, tmp_path / "sealed", keys.recipients(public))
    for name in ("one", "two"):
        opening = keys.identities(tmp_path / name)
        with sealing.unsealed(tmp_path / "sealed", opening, tmp_path) as opened:
            assert opened.read_bytes() == SECRET


@pytest.mark.parametrize("harm", ["another key", "cut", "changed", "no key"])
def test_what_cannot_be_opened_says_so_and_leaves_nothing(
    harm: str, plain: Path, private: Path, public: str, tmp_path: Path
) -> None:
    sealed = tmp_path / "sealed"
    sealing.seal(plain, sealed, keys.recipients([public]))
    opening = keys.identities(private)
    content = bytearray(sealed.read_bytes())
    if harm == "another key":
        keys.new_key(tmp_path / "another")
        opening = keys.identities(tmp_path / "another")
    elif harm == "no key":
        opening = []
    else:
        content[-20] ^= 1
        sealed.write_bytes(content if harm == "changed" else content[:-20])
    folder = tmp_path / "here"
    folder.mkdir()
    with pytest.raises(InputError), sealing.unsealed(sealed, opening, folder):
        raise AssertionError("it was opened")
    assert list(folder.iterdir()) == []


def test_a_key_replaces_no_other(private: Path) -> None:
    before = private.read_text()
    with pytest.raises(InputError, match="exists already"):
        keys.new_key(private)
    assert private.read_text() == before
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["", "age1", "AGE-SECRET-KEY-1AAAA", "ssh-ed25519 AAAA", "é"])
def test_what_is_no_public_key_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="age1"):
        keys.recipients([key])


@pytest.mark.parametrize("text", ["", "# only a comment\n", "age1abc\n", "é\n"])
def test_what_is_no_private_key_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(InputError, match="AGE-SECRET-KEY-1"):
        keys.identities(tmp_path / "key")
    with pytest.raises(InputError):
        keys.identities(tmp_path / "nowhere")


def test_a_copy_is_compared_and_replaces_nothing(plain: Path, tmp_path: Path) -> None:
    other = tmp_path / "other disk"
    other.mkdir()
    assert sealing.copy_to(plain, other).file.read_bytes() == SECRET
    with pytest.raises(InputError, match="exists already"):
        sealing.copy_to(plain, other)
    assert left(other) == {"plain"}


def test_a_clinic_is_sealed_copied_tried_lost_and_restored(
    clinic: Path, private: Path, public: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    sealed = tmp_path / "clinic.zip.age"
    with connected(sqlite(clinic / "dolenti.sqlite3")) as there:
        before = everything(there)
    said = answer(
        clinic, "backup", "--out", str(sealed), "--seal-for", public, "--also", str(other),
        "--drill", "--key", str(private),
    )  # fmt: skip
    assert said["sealed"] is True
    assert said["drilled"]["equal"] is True
    assert (other / sealed.name).read_bytes() == sealed.read_bytes()
    assert sealing.is_sealed(sealed)
    assert left(clinic) == set()
    with connected(sqlite(clinic / "dolenti.sqlite3")) as there:
        told = AuditEntry.objects.using(there).order_by("-sequence")[:3]
        assert [one.action for one in told] == ["drill", "backup-copy", "backup"]

    new = tmp_path / "new"
    assert "--key" in refused(new, "restore", str(sealed))
    done = answer(new, "restore", str(sealed), "--key", str(private))
    assert done["equal"] is True
    with connected(sqlite(new / "dolenti.sqlite3")) as there:
        after = everything(there)
    grown = {table for table in before if before[table] != after[table]}
    assert grown <= {"access.auditentry", "access.auditkey"}
    assert left(new) == set()


def test_whoever_keeps_the_key_elsewhere_tries_what_is_sealed(clinic: Path, public: str) -> None:
    said = answer(clinic, "backup", "--seal-for", public, "--drill")
    assert said["drilled"]["equal"] is True
    assert sealing.is_sealed(Path(said["file"]))
    assert said["file"].endswith(".zip.age")
    assert left(clinic) == {"backups"}


def test_a_disk_that_is_not_there_is_refused_before_anything_is_made(
    clinic: Path, tmp_path: Path
) -> None:
    out = tmp_path / "b.zip"
    assert "--also" in refused(clinic, "backup", "--out", str(out), "--also", str(tmp_path / "no"))
    assert not out.exists()
    with connected(sqlite(clinic / "dolenti.sqlite3")) as there:
        last = AuditEntry.objects.using(there).latest("sequence")
        assert (last.action, last.outcome) == ("backup-copy", "failed")


def test_what_a_killed_backup_left_in_clear_is_gone_with_the_next_one(
    clinic: Path, public: str
) -> None:
    words = [sys.executable, "-m", "dolenti.cli", "backup", "--seal-for", public]
    place = {**os.environ, "DOLENTI_DATA": str(clinic)}
    place.pop("DATABASE_URL", None)
    left_in_clear: list[Path] = []
    for _ in range(20):
        made = subprocess.Popen(words, env=place, stdout=subprocess.DEVNULL)
        while made.poll() is None and not left_in_clear:
            left_in_clear = list(clinic.glob(".backup-*"))
        assert leftovers.clear(clinic) == [], "a living process holds it"
        made.kill()
        made.wait()
        left_in_clear = list(clinic.glob(".backup-*"))
        if left_in_clear:
            break
    (folder,) = left_in_clear
    (folder / "plain.zip").write_bytes(SECRET)
    (clinic / ".unsealed-00.zip").write_bytes(SECRET)
    answer(clinic, "backup", "--seal-for", public)
    assert folder.exists(), "so young that its maker may be about to hold it"
    for one in (folder, clinic / ".unsealed-00.zip"):
        os.utime(one, (0, 0))
    with leftovers.held(folder):
        answer(clinic, "backup", "--seal-for", public)
        assert folder.exists(), "held"
    answer(clinic, "backup", "--seal-for", public)
    assert left(clinic) == {"backups"}


def test_on_the_computer_of_the_key_the_drill_says_that_no_photo_was_tried(
    clinic: Path, private: Path, public: str, tmp_path: Path
) -> None:
    sealed = tmp_path / "clinic.zip.age"
    answer(clinic, "backup", "--out", str(sealed), "--seal-for", public)
    done = answer(tmp_path / "elsewhere", "restore", str(sealed), "--drill", "--key", str(private))
    assert done["photos_opened"] is None, "there is none in it"


def test_a_key_is_made_where_there_is_no_site(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    said = answer(nowhere, "backup", "--new-key", str(tmp_path / "key.txt"))
    assert keys.recipients([said["public"]])
    assert not nowhere.exists()
