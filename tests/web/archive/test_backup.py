"""Backup and restore: all of it or nothing, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import DatabaseError, connections, transaction

from dolenti.access.models import AuditEntry, Site
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import manifest as manifests
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.encrypted import Tried
from dolenti.safekeeping.file import MANIFEST
from dolenti.safekeeping.operations import back_up, check_file, drill, restore
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.steps import STEPS, silent
from dolenti.safekeeping.tables import applied_schema, migrate_to
from tests.web.archive.conftest import everything, rewritten


@pytest.fixture
def file(here: str, tmp_path: Path) -> Path:
    """A backup of the demo clinic."""
    made = tmp_path / "backup.zip"
    back_up(here, made, silent)
    return made


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def with_manifest(file: Path, **changed: Any) -> Path:
    """A copy of a backup whose manifest says something else, and is signed again."""

    def change(name: str, content: bytes) -> bytes:
        if name != MANIFEST:
            return content
        said = {**json.loads(content), **changed, "sha256": ""}
        return manifests.sealed(msgspec.convert(said, manifests.Manifest))

    return rewritten(file, change)


def test_what_was_saved_comes_back_whole(here: str, file: Path, tmp_path: Path) -> None:
    with connected(sqlite(tmp_path / "new" / "dolenti.sqlite3")) as there:
        done = restore(there, file, silent)
        assert done.rows > 50
        assert done.aside is None
        assert all(proof.equal for proof in done.proofs)
        assert everything(there) == everything(here)


def test_the_restored_database_takes_new_rows_and_keeps_its_triggers(
    here: str, file: Path, tmp_path: Path
) -> None:
    def triggers(alias: str) -> list[tuple[str, ...]]:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1")
            return list(cursor.fetchall())

    with connected(sqlite(tmp_path / "dolenti.sqlite3")) as there:
        restore(there, file, silent)
        assert triggers(there) == triggers(here)
        Site.objects.using(there).create(name="East")


def test_a_backup_names_what_made_it_and_holds_no_session(file: Path) -> None:
    said = check_file(file, silent)
    assert said.program == "dolenti"
    assert said.database.startswith("SQLite 3.")
    assert not said.secret_key
    assert ("access", "0001_initial") in said.migrations
    held = {table.table for table in said.tables}
    assert {"treatment.session", "rights.copyrequest"} <= held  # of a course; what was asked for
    assert not {"sessions.session", "usersessions.usersession", "rights.copypart"} & held
    assert file.stat().st_mode & 0o077 == 0


def test_progress_is_told_by_known_steps(here: str, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []

    def steps(step: str) -> Callable[[float], None]:
        return lambda part: told.append((step, part))

    back_up(here, tmp_path / "b.zip", steps)
    with connected(sqlite(tmp_path / "new.sqlite3")) as there:
        restore(there, tmp_path / "b.zip", steps)
    assert {step for step, _ in told} <= set(STEPS)
    assert {"copy", "check", "make"} <= {step for step, _ in told}
    assert all(0 <= part <= 1 for _, part in told)


def test_a_backup_taken_while_others_write_holds_whole_transactions(
    here: str, clinic: Path, tmp_path: Path, django_db_blocker: Any
) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        with connected(sqlite(clinic / "dolenti.sqlite3")) as mine:
            while not stop.is_set():
                with transaction.atomic(using=mine):
                    for half in ("left", "right"):
                        Site.objects.using(mine).create(name=f"{half} {len(written)}")
                written.append(None)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 3:
            pass
        before = len(written)
        for round_ in range(3):
            back_up(here, tmp_path / f"{round_}.zip", silent)
        after = len(written)
    finally:
        stop.set()
        writer.join()
    assert after > before
    for round_ in range(3):
        with connected(sqlite(tmp_path / f"{round_}.sqlite3")) as there:
            restore(there, tmp_path / f"{round_}.zip", silent)
            halves = [
                set(
                    Site.objects.using(there)
                    .filter(name__startswith=half)
                    .values_list("name", flat=True)
                )
                for half in ("left ", "right ")
            ]
        assert len(halves[0]) == len(halves[1]) >= before


# --- What is refused ----------------------------------------------------------------------------


def test_a_database_that_holds_anything_is_not_replaced_unasked(
    here: str, clinic: Path, file: Path
) -> None:
    before, standing = digest(clinic / "dolenti.sqlite3"), names(clinic)
    with pytest.raises(InputError, match="not empty"):
        restore(here, file, silent)
    assert digest(clinic / "dolenti.sqlite3") == before
    assert names(clinic) == standing


def test_a_replaced_database_is_kept_aside(here: str, clinic: Path, file: Path) -> None:
    Site.objects.using(here).create(name="since the backup")
    done = restore(here, file, silent, replace=True)
    assert done.aside is not None
    assert not Site.objects.using(here).filter(name="since the backup").exists()
    with connected(sqlite(Path(done.aside))) as old:
        assert Site.objects.using(old).filter(name="since the backup").exists()


def test_a_migrated_database_without_rows_is_empty(file: Path, tmp_path: Path, here: str) -> None:
    with connected(sqlite(tmp_path / "new.sqlite3")) as there:
        migrate_to(there, applied_schema(here))
        done = restore(there, file, silent)
        assert done.aside is None
        assert everything(there) == everything(here)


def amid_the_rows(file: Path) -> int:
    """A place in the file where the rows of its largest table are, compressed."""
    with zipfile.ZipFile(file) as backup:
        largest = max(backup.infolist(), key=lambda entry: entry.compress_size)
    return largest.header_offset + 30 + len(largest.filename) + largest.compress_size // 2


def damaged(file: Path, how: str) -> Path:
    whole, place = file.read_bytes(), amid_the_rows(file)
    other = file.with_name("damaged.zip")
    other.write_bytes(
        {
            "nothing in it": b"",
            "a text": b"Paul Martin, 1968",
            "only its beginning": whole[: len(whole) // 2],
            "the end cut off": whole[:-30],
            "one byte changed": whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
        }[how]
    )
    return other


def a_row_changed(name: str, content: bytes) -> bytes:
    return content.replace(b"D", b"d", 1) if "access.site" in name else content


def a_row_removed(name: str, content: bytes) -> bytes:
    return b"".join(content.splitlines(True)[1:]) if "contenttype" in name else content


def a_table_removed(name: str, content: bytes) -> bytes | None:
    return None if "access.user" in name else content


def no_manifest(name: str, content: bytes) -> bytes | None:
    return None if name == MANIFEST else content


def manifest_edited(name: str, content: bytes) -> bytes:
    return content.replace(b'"rows": 1,', b'"rows": 2,', 1) if name == MANIFEST else content


BROKEN: dict[str, Callable[[Path], Path]] = {
    "nothing in it": lambda file: damaged(file, "nothing in it"),
    "a text": lambda file: damaged(file, "a text"),
    "only its beginning": lambda file: damaged(file, "only its beginning"),
    "the end cut off": lambda file: damaged(file, "the end cut off"),
    "one byte changed": lambda file: damaged(file, "one byte changed"),
    "a row changed": lambda file: rewritten(file, a_row_changed),
    "a row removed": lambda file: rewritten(file, a_row_removed),
    "a table removed": lambda file: rewritten(file, a_table_removed),
    "no manifest": lambda file: rewritten(file, no_manifest),
    "manifest edited": lambda file: rewritten(file, manifest_edited),
    "another program's": lambda file: with_manifest(file, program="other"),
    "of a newer form": lambda file: with_manifest(file, format=manifests.FORMAT + 1),
    "of a newer program": lambda file: with_manifest(
        file,
        migrations=[*check_file(file, silent).migrations, ["records", "9999_future"]],
    ),
    "a table too few": lambda file: with_manifest(
        file, tables=json.loads(zipfile.ZipFile(file).read(MANIFEST))["tables"][1:]
    ),
}
SAYS = {
    "nothing in it": "not a backup",
    "a text": "not a backup",
    "only its beginning": "only the beginning",
    "the end cut off": "only the beginning",
    "no manifest": "not a backup",
    "another program's": "not a backup",
    "of a newer form": "newer version",
    "of a newer program": "newer version",
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_backup_changes_nothing(here: str, clinic: Path, file: Path, how: str) -> None:
    broken = BROKEN[how](file)
    before, standing = digest(clinic / "dolenti.sqlite3"), names(clinic)
    with pytest.raises(InputError, match=SAYS.get(how, "damaged")) as refused:
        restore(here, broken, silent, replace=True)
    assert "Martin" not in str(refused.value)
    assert digest(clinic / "dolenti.sqlite3") == before
    assert names(clinic) == standing


def test_a_full_disk_leaves_the_old_database_and_no_half_one(clinic: Path, file: Path) -> None:
    before, standing = digest(clinic / "dolenti.sqlite3"), names(clinic)
    small = sqlite(clinic / "dolenti.sqlite3")
    # SQLite's own limit gives SQLite's own error, as a disk without room does.
    small["OPTIONS"]["init_command"] += "; PRAGMA max_page_count=40"
    with (
        connected(small) as here,
        pytest.raises(InputError, match="disk is full"),
    ):
        restore(here, file, silent, replace=True)
    assert digest(clinic / "dolenti.sqlite3") == before
    assert names(clinic) == standing


def test_a_backup_replaces_no_file_and_leaves_no_half_one(
    here: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, standing = digest(file), names(file.parent)
    with pytest.raises(InputError, match="exists already"):
        back_up(here, file, silent)
    assert digest(file) == before

    def no_room(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(InputError, match="No space left"):
        back_up(here, file.with_name("other.zip"), silent)
    assert names(file.parent) == standing


def test_a_damaged_database_is_not_saved_as_if_it_were_sound(clinic: Path, tmp_path: Path) -> None:
    database = clinic / "dolenti.sqlite3"
    with connected(sqlite(database)) as alias, connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("UPDATE access_user SET site_id = 999999")
    with connected(sqlite(database)) as alias, pytest.raises(InputError, match="itself is damaged"):
        back_up(alias, tmp_path / "b.zip", silent)
    assert not (tmp_path / "b.zip").exists()


def test_what_is_not_there_is_said_to_be_not_there(here: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be read"):
        restore(here, tmp_path / "nowhere.zip", silent)
    with (
        connected(sqlite(tmp_path / "nowhere.sqlite3")) as nowhere,
        pytest.raises(InputError, match="there is no database here"),
    ):
        back_up(nowhere, tmp_path / "b.zip", silent)
    with connected(sqlite(tmp_path / "new.sqlite3")) as new:
        with connections[new].cursor() as cursor:
            cursor.execute("CREATE TABLE t (x)")
        with pytest.raises(InputError, match="never set up"):
            back_up(new, tmp_path / "b.zip", silent)
    assert not (tmp_path / "b.zip").exists()


def test_whoever_saves_is_told_the_hash_that_is_in_the_file(here: str, tmp_path: Path) -> None:
    told = back_up(here, tmp_path / "b.zip", silent)
    assert told == check_file(tmp_path / "b.zip", silent)
    assert len(told.sha256) == 64


def test_the_end_of_the_trail_is_in_the_manifest(here: str, file: Path) -> None:
    last = AuditEntry.objects.using(here).latest("sequence")
    assert check_file(file, silent).trail_end == f"{last.sequence} {last.sha256}"


def test_a_drill_restores_and_leaves_nothing(file: Path, clinic: Path) -> None:
    standing = names(clinic)
    done = drill(file, sqlite(clinic / "drill.sqlite3"), clinic, silent)
    assert done.rows > 50
    assert names(clinic) == standing
    apps = Tried(("apps",))
    tried = drill(file, sqlite(clinic / "drill.sqlite3"), clinic, silent, lambda *_: apps)
    assert (tried.sealed, tried.trail_held) == (apps, None)
    with pytest.raises(InputError, match="damaged"):
        drill(rewritten(file, a_row_changed), sqlite(clinic / "d.sqlite3"), clinic, silent)
    assert names(clinic) == standing


# --- PostgreSQL ---------------------------------------------------------------------------------


@pytest.mark.postgres
def test_one_file_goes_into_either_database(
    here: str, file: Path, postgres: str, tmp_path: Path
) -> None:
    done = restore(postgres, file, silent)
    assert all(proof.equal for proof in done.proofs)
    assert done.aside is None
    back_up(postgres, tmp_path / "back.zip", silent)
    theirs, ours = check_file(tmp_path / "back.zip", silent), check_file(file, silent)
    assert theirs.database.startswith("PostgreSQL ")
    sums = [{t.table: (t.rows, t.sha256) for t in one.tables} for one in (theirs, ours)]
    assert sums[0] == sums[1]
    with connected(sqlite(tmp_path / "again.sqlite3")) as again:
        restore(again, tmp_path / "back.zip", silent)
        assert {k: len(v) for k, v in everything(again).items()} == {
            k: len(v) for k, v in everything(here).items()
        }


@pytest.mark.postgres
def test_postgresql_counts_on_from_the_last_number(postgres: str, file: Path) -> None:
    restore(postgres, file, silent)
    newest = Site.objects.using(postgres).order_by("-pk").values_list("pk", flat=True)[0]
    assert Site.objects.using(postgres).create(name="East").pk == newest + 1


@pytest.mark.postgres
def test_postgresql_has_counted_what_came_back_and_plans_by_it(postgres: str, file: Path) -> None:
    restore(postgres, file, silent)
    with connections[postgres].cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'access_site'")
        assert cursor.fetchone()[0] == Site.objects.using(postgres).count()


@pytest.mark.postgres
def test_postgresql_keeps_what_was_replaced_in_a_schema_aside(postgres: str, file: Path) -> None:
    restore(postgres, file, silent)
    Site.objects.using(postgres).create(name="since the backup")
    with pytest.raises(InputError, match="not empty"):
        restore(postgres, file, silent)
    done = restore(postgres, file, silent, replace=True)
    assert not Site.objects.using(postgres).filter(name="since the backup").exists()
    assert done.aside is not None
    schema = done.aside.removeprefix("schema ")
    with connections[postgres].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {schema}.access_site WHERE name LIKE 'since%'")
        assert cursor.fetchone() == (1,)


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["a row changed", "a row removed", "only its beginning"])
def test_a_failed_restore_leaves_postgresql_as_it_was(postgres: str, file: Path, how: str) -> None:
    restore(postgres, file, silent)
    Site.objects.using(postgres).create(name="since the backup")
    before = everything(postgres)
    with pytest.raises(InputError):
        restore(postgres, BROKEN[how](file), silent, replace=True)
    assert everything(postgres) == before
    with connections[postgres].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'before%'")
        assert cursor.fetchone() == (0,)


@pytest.mark.postgres
def test_a_snapshot_of_postgresql_does_not_see_what_comes_after(
    postgres: str, file: Path, tmp_path: Path
) -> None:
    restore(postgres, file, silent)
    count = Site.objects.using(postgres).count()

    def steps(step: str) -> Callable[[float], None]:
        if step == "write":  # the snapshot stands: someone else writes now
            with connected(connections[postgres].settings_dict) as other:
                Site.objects.using(other).create(name="meanwhile")
        return lambda _: None

    said = back_up(postgres, tmp_path / "b.zip", steps)
    assert Site.objects.using(postgres).count() == count + 1
    assert next(t.rows for t in said.tables if t.table == "access.site") == count


@pytest.mark.postgres
def test_append_only_tables_stay_so(postgres: str, here: str, file: Path, tmp_path: Path) -> None:
    restore(postgres, file, silent)
    with connected(sqlite(tmp_path / "new.sqlite3")) as there:
        restore(there, file, silent)
        for alias in (postgres, there):
            assert AuditEntry.objects.using(alias).exists()
            with pytest.raises(DatabaseError, match="append-only"):
                AuditEntry.objects.using(alias).update(action="nothing")
