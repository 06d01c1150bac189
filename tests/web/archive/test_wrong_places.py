"""Every command in every wrong place: one sentence, exit code 2, and nothing made."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from dolenti.cli import app
from dolenti.terminal.commands.keeping import TAMPERED

PATIENT = '{"complaint": {"condition": "neck-pain"}}'
# Each command with as little as it takes. A new command is a line here.
OF_A_SITE = {
    "alarm": ["dolenti-verify.service"],
    "audit keep-end": [],
    "audit verify": [],
    "backup": [],
    "bounces": ["nowhere.mbox"],
    "key change": [],
    "knowledge changes": [],
    "let-in": ["nobody@example.org", "--reason", "the secret is lost"],
    "medicines update": ["nowhere"],
    "move": ["--to", "sqlite:////tmp/nowhere.sqlite3"],
    "questionnaires": [],
    "restore": ["nowhere.zip"],
    "work": [],
}
WITHOUT = {
    "assess": ["-"],
    "knowledge check": ["nowhere"],
    "knowledge contradictions": [],
    "knowledge coverage": [],
    "knowledge dictionary": [],
    "knowledge export": ["--cql", "{out}"],
    "knowledge list": [],
    "knowledge review": [],
    "knowledge search": ["urticaire"],
    "knowledge show": ["cryoneurolysis"],
    "knowledge sign": ["nothing", "--by", "A", "--profession", "B"],
    "medicines check": [],
    "medicines find": ["paracetamol"],
    "medicines show": ["paracetamol"],
    "mixture": ["-"],
    "plan": ["-", "--therapy", "mesotherapy", "--start", "2026-11-22"],
    "population flatten": ["nowhere", "--out", "{out}.parquet"],
    "population judge": ["nowhere.parquet"],
    "schema": ["case"],
}
MAKES = {"setup", "demo", "serve"}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not hasattr(command, "commands"):
        yield " ".join(path)
        return
    for name, one in command.commands.items():
        yield from leaves(one, (*path, name))


def run(
    folder: Path,
    command: str,
    *more: str,
    limit: str = "",
    unprivileged: bool = False,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    outside = ("DATABASE_URL", "DOLENTI_DATA", "DOLENTI_SECRET_KEY")
    usual = {name: value for name, value in os.environ.items() if name not in outside}
    words = [sys.executable, "-m", "dolenti.cli", *command.split(), *more]
    if limit:
        words = ["bash", "-c", f'{limit}; exec "$@"', "-", *words]
    if unprivileged and os.geteuid() == 0:  # to root everything is permitted, but for its powers
        words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *words]
    return subprocess.run(
        words, cwd=folder, env={**usual, **environment}, input=PATIENT,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def refused(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 2, (result.args, result.stderr)
    assert "Traceback" not in result.stderr
    said = [line for line in result.stderr.splitlines() if not line.startswith("Site")]
    assert len(said) == 1, result.stderr
    assert said[0].startswith("dolenti: ")
    return said[0]


def test_no_command_is_left_out() -> None:
    assert set(leaves(typer.main.get_command(app))) == OF_A_SITE.keys() | WITHOUT.keys() | MAKES


@pytest.mark.parametrize("command", OF_A_SITE)
def test_outside_a_site_a_command_of_a_site_says_what_to_do_and_makes_nothing(
    command: str, tmp_path: Path
) -> None:
    said = refused(run(tmp_path, command, *OF_A_SITE[command]))
    assert "dolenti setup" in said
    assert "DOLENTI_DATA" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", WITHOUT)
def test_a_command_that_needs_no_site_makes_none(command: str, tmp_path: Path) -> None:
    here, out = tmp_path / "here", tmp_path / "out"
    here.mkdir()
    done = run(here, command, *(word.format(out=out) for word in WITHOUT[command]))
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert list(here.iterdir()) == []


@pytest.fixture(params=["foreign", "garbage", "lost", "setting", "address"])
def wrong(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a site that cannot be worked on."""
    data = tmp_path / "data"
    data.mkdir()
    file = data / "dolenti.sqlite3"
    usual = {"DOLENTI_DATA": str(data)}
    if request.param == "foreign":
        import sqlite3

        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE other (id)")
        other.close()
    if request.param in ("garbage", "setting"):
        file.write_bytes(b"Paul Martin " * 1000)
    more = {
        "lost": {"DATABASE_URL": "postgres://a:hunter2@127.0.0.1:1/x", "DOLENTI_SECRET_KEY": "k"},
        "setting": {"DOLENTI_DISK_FLOOR": "much"},
        "address": {"DATABASE_URL": "mysql://a:hunter2@127.0.0.1/x"},
    }
    return {**usual, **more.get(request.param, {})}


def test_a_site_that_cannot_be_worked_on_is_one_sentence(
    wrong: dict[str, str], tmp_path: Path
) -> None:
    languages = {"audit verify": "fr", "backup": "en", "knowledge changes": "fr", "work": "",
                 "audit keep-end": "en"}  # fmt: skip
    for command, language in languages.items():
        more = ["--lang", language] if language else []
        said = refused(run(tmp_path, command, *more, **wrong))
        assert "hunter2" not in said
        assert "Paul Martin" not in said


def test_a_port_that_cannot_be_had_is_one_sentence_and_makes_no_site(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(run(tmp_path, "serve", "--port", str(port)))
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said
    assert "203.0.113.7" in refused(run(tmp_path, "serve", "--host", "203.0.113.7"))
    far = run(tmp_path, "serve", "--port", "99999")
    assert far.returncode == 2
    assert "Traceback" not in far.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_one_sentence(tmp_path: Path) -> None:
    asked = ["--site", "A", "--address", "B", "--name", "C", "--administrator", "d@e.org"]
    place = {"DOLENTI_DATA": str(tmp_path / "data")}
    said = refused(run(tmp_path, "setup", *asked, limit="ulimit -f 20", **place))
    assert "disque est plein" in said


def test_a_folder_of_somebody_else_is_one_sentence(clinic: Path, tmp_path: Path) -> None:
    clinic.chmod(0)
    try:
        for command in ("audit verify", "backup"):
            refused(run(tmp_path, command, unprivileged=True, DOLENTI_DATA=str(clinic)))
    finally:
        clinic.chmod(0o700)


def test_a_trail_that_was_cut_has_an_exit_code_of_its_own(clinic: Path, tmp_path: Path) -> None:
    place = {"DOLENTI_DATA": str(clinic)}
    sound = run(tmp_path, "audit verify", "--json", **place)
    assert sound.returncode == 0, sound.stderr
    assert json.loads(sound.stdout)["faults"] == []
    assert str(clinic) in sound.stderr  # which site was verified
    (clinic / "audit-head").write_text(f"999999 {'0' * 64}\n")
    cut = run(tmp_path, "audit verify", **place)
    assert cut.returncode == TAMPERED == 3


def test_what_only_reads_leaves_a_database_of_another_version_as_it_is(
    clinic: Path, tmp_path: Path
) -> None:
    import sqlite3

    file = clinic / "dolenti.sqlite3"

    def applied(change: str = "") -> int:
        with sqlite3.connect(file) as there:
            there.execute(change or "SELECT 1")
            (count,) = there.execute("SELECT count(*) FROM django_migrations").fetchone()
        there.close()
        return int(count)

    before = applied("DELETE FROM django_migrations WHERE app = 'letters'")
    for command in ("knowledge changes", "knowledge review", "audit verify", "audit keep-end"):
        said = refused(run(tmp_path, command, "--lang", "en", DOLENTI_DATA=str(clinic)))
        assert "older version" in said
        assert "dolenti serve" in said
        assert applied() == before
