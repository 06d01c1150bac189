"""The commands, as an administrator types them; and the site that stands in their way."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dolenti.access.models import AuditEntry, Site
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import in_use, loading, snapshot
from dolenti.safekeeping.databases import database, sqlite
from dolenti.safekeeping.operations import back_up, restore
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.steps import STEPS, Progress
from tests.services import free_port
from tests.web.archive.conftest import dolenti, everything


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    *site, said = result.stderr.replace("\u00a0", " ").splitlines()
    assert said.startswith("dolenti: ")
    assert all(line.startswith(("Site :", "Site:")) for line in site[:1]), result.stderr
    assert len(site) <= 1, result.stderr
    return said


def answer(result: subprocess.CompletedProcess[str]) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_clinic_is_saved_lost_and_restored(clinic: Path, tmp_path: Path) -> None:
    saved = dolenti(clinic, "backup", "--out", str(tmp_path / "b.zip"))
    assert saved.returncode == 0, saved.stderr
    said = saved.stdout.replace("\u00a0", " ")
    assert "Sauvegarde écrite, relue et contrôlée : " in said
    assert "n’est pas chiffrée" in said
    assert "La clé secrète du site n’y est pas" in said
    standing = dolenti(clinic, "restore", str(tmp_path / "b.zip"))
    assert "cette base n’est pas vide" in refusal(standing)

    (clinic / "dolenti.sqlite3").write_bytes(b"lost")
    (clinic / "dolenti.sqlite3").unlink()
    words = ("restore", str(tmp_path / "b.zip"), "--json")
    restored = answer(dolenti(clinic, *words, module="dolenti.cli"))
    assert restored["equal"]
    assert restored["aside"] is None
    # The trail goes on: its old end is put aside and named, and the restored chain holds.
    assert any(file.name.startswith("audit-head.before_") for file in clinic.iterdir())
    with connected(sqlite(clinic / "dolenti.sqlite3")) as alias:
        last = AuditEntry.objects.using(alias).order_by("-sequence").first()
        assert last is not None
        assert last.action == "restore"
        assert (clinic / "audit-head").read_text() == f"{last.sequence} {last.sha256}\n"


def test_the_secret_key_travels_only_when_asked(clinic: Path, tmp_path: Path) -> None:
    without = answer(dolenti(clinic, "backup", "--out", str(tmp_path / "a.zip"), "--json"))
    assert without["secret_key"] is False
    key = (clinic / "secret-key").read_text()
    made = dolenti(clinic, "backup", "--out", str(tmp_path / "b.zip"), "--with-secret-key")
    assert "Elle contient aussi la clé secrète" in made.stdout
    new = tmp_path / "new"
    refused = dolenti(new, "restore", str(tmp_path / "a.zip"), "--with-secret-key", "--lang", "en")
    assert "without the secret key" in refusal(refused)
    done = dolenti(new, "restore", str(tmp_path / "b.zip"), "--with-secret-key", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert (new / "secret-key").read_text() == key
    assert (new / "secret-key").stat().st_mode & 0o077 == 0


def test_what_cannot_be_done_is_said_in_one_sentence(clinic: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Paul Martin")
    assert "n’est pas une sauvegarde" in refusal(dolenti(clinic, "restore", str(tmp_path / "text")))
    secret = dolenti(clinic, "move", "--to", "mysql://root:hunter2@host/x", "--lang", "en")
    assert "not the address of a database" in refusal(secret)
    assert "hunter2" not in secret.stderr
    same = dolenti(clinic, "move", "--to", "sqlite", "--lang", "en")
    assert "uses already" in refusal(same)


@pytest.mark.postgres
def test_a_clinic_moves_to_postgresql_and_back(
    clinic: Path, tmp_path: Path, new_postgres: Callable[[], str]
) -> None:
    address = new_postgres()
    moved = dolenti(clinic, "move", "--to", address, "--lang", "en", COLUMNS="200")
    assert moved.returncode == 0, moved.stderr
    assert "Copied and proved" in moved.stdout
    assert "records.patient" in moved.stdout
    again = dolenti(clinic, "move", "--to", address, "--lang", "en")
    assert "not empty" in refusal(again)
    # The site on PostgreSQL, then back into a new SQLite
    back = f"sqlite:///{tmp_path / 'back.sqlite3'}"
    proof = answer(dolenti(clinic, "move", "--to", back, "--json", DATABASE_URL=address))
    assert proof["equal"]
    assert all(table["sha256"] == table["sha256_there"] for table in proof["tables"])
    with connected(database(back, Path())) as there, connected(database(address, Path())) as here:
        assert {t: len(rows) for t, rows in everything(here).items()} == {
            t: len(rows) for t, rows in everything(there).items()
        }


# --- The site in the way ------------------------------------------------------------------------


def test_the_lock_tells_a_living_site_from_a_dead_one(tmp_path: Path) -> None:
    first, second = in_use.hold(tmp_path), in_use.hold(tmp_path)  # two processes of one site
    with pytest.raises(InputError, match="site is running"), in_use.alone(tmp_path):
        pass
    os.close(first)
    os.close(second)
    with in_use.alone(tmp_path), pytest.raises(InputError, match="being restored"):
        in_use.hold(tmp_path)
    os.close(in_use.hold(tmp_path))


@contextmanager
def served(data: Path, log: Path) -> Iterator[str]:
    """The site as `dolenti serve` runs it, on a port of its own."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    with log.open("w") as written:
        site = subprocess.Popen(
            [sys.executable, "-m", "dolenti.cli", "serve", "--port", str(port)],
            env={**environment, "DOLENTI_DATA": str(data)},
            stdout=subprocess.DEVNULL,
            stderr=written,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 120
        while True:
            try:
                get(f"{address}/health/")
                break
            except urllib.error.URLError:
                assert site.poll() is None, log.read_text()
                assert time.monotonic() < until
                time.sleep(0.2)
        yield address
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait(30)
        _all_ended(data)


def _all_ended(data: Path) -> None:
    """Its other processes end on their own time: wait until the last one holds nothing more."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with in_use.alone(data):
                return
        except InputError:
            time.sleep(0.1)


def get(address: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_running_site_counts_in_all_its_processes_logs_no_address_and_is_not_replaced(
    clinic: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with served(clinic, log) as address:
        for _ in range(30):
            assert get(f"{address}/Zoe-Dupont/HIV?q=Dupont", Referer="http://x/Dupont")[0] == 404
        assert get(f"{address}/health/ready")[0] == 200
        assert get(f"{address}/", Host="dupont.example")[0] == 400
        status, metrics = get(f"{address}/metrics")
        assert status == 200
        # However the requests fell on the two processes, whichever answers knows of all.
        assert 'dolenti_requests_total{method="GET",status="404",view="none"} 30.0' in metrics
        saved = dolenti(clinic, "backup", "--out", str(tmp_path / "b.zip"))
        assert saved.returncode == 0, saved.stderr  # beside the running site
        refused = dolenti(clinic, "restore", str(tmp_path / "b.zip"), "--replace", "--lang", "en")
        assert "the site is running" in refusal(refused)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    answered = [line for line in lines if line["logger"] == "dolenti.request"]
    assert [line["status"] for line in answered].count(404) == 30
    assert "dupont" not in (log.read_text() + metrics).lower()
    done = dolenti(clinic, "restore", str(tmp_path / "b.zip"), "--replace")
    assert done.returncode == 0, done.stderr


def test_a_disk_without_room_leaves_no_backup(clinic: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    limited = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; exec {sys.executable} -m dolenti.cli backup --lang en "
         f"--out {place / 'b.zip'}"],
        env={**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
             "DOLENTI_DATA": str(clinic)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "the disk is full" in refusal(limited)
    assert list(place.iterdir()) == []


class Meter:
    """The most memory each step took beyond what there was when it began."""

    def __init__(self) -> None:
        self.most: dict[str, int] = {}
        self._step, self._before = "", 0

    def __call__(self, step: str) -> Progress:
        self.end()
        gc.collect()
        tracemalloc.reset_peak()
        self._step, self._before = step, tracemalloc.get_traced_memory()[0]
        return lambda _: None

    def end(self) -> None:
        if self._step:
            self.most[self._step] = tracemalloc.get_traced_memory()[1] - self._before


def test_rows_of_a_large_table_are_never_held_at_once(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So many are held at once: few, so that a table of 20 MB is a large one.
    monkeypatch.setattr(loading, "_BATCH", 100)
    monkeypatch.setattr(snapshot, "_ROWS", 100)
    with connected(sqlite(clinic / "dolenti.sqlite3")) as alias:
        Site.objects.using(alias).bulk_create(
            Site(name=f"{n}", policies={"x": "y" * 10_000}) for n in range(2_000)
        )
        tracemalloc.start()
        meter = Meter()
        back_up(alias, tmp_path / "large.zip", meter)
        with connected(sqlite(tmp_path / "large.sqlite3")) as there:
            restore(there, tmp_path / "large.zip", meter)
        meter.end()
        tracemalloc.stop()
    rows_pass = {step: most for step, most in meter.most.items() if step != "make"}
    apart = {"make", "seal", "unseal", "send"}  # Django's own; files, not rows
    assert set(rows_pass) == set(STEPS) - apart
    assert max(rows_pass.values()) < 10 * 2**20, rows_pass  # of 20 MB of text


def test_the_key_is_changed_by_one_command(clinic: Path) -> None:
    before = (clinic / "secret-key").read_text()
    done = dolenti(clinic, "key", "change", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "former-keys" in done.stdout
    assert (clinic / "secret-key").read_text() != before
    assert (clinic / "former-keys").read_text() == before
    saved = dolenti(clinic, "backup", "--drill", "--json")
    assert saved.returncode == 0, saved.stderr
    assert json.loads(saved.stdout)["left_out"] == []
