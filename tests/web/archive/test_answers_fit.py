"""What a command says of a site as JSON is as its schema says, and has no key beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dolenti.guideline.loading import load_folder
from dolenti.terminal.schemas import schema
from tests.answered import ON_A_SITE
from tests.json_schemas import closed, mistakes
from tests.web.archive.conftest import dolenti


def test_every_answer_of_a_site_fits_its_schema(clinic: Path, tmp_path: Path) -> None:
    edition = load_folder()
    file, key = str(tmp_path / "b.zip"), str(tmp_path / "private-key")
    asked: dict[str, tuple[str, ...]] = {
        "knowledge changes": (),
        "knowledge review": (),
        "audit verify": (),
        "backup": ("--out", file, "--drill"),
        "restore --drill": (file, "--drill"),
        "restore": (file, "--replace"),
        "move": ("--to", f"sqlite:///{tmp_path / 'there.sqlite3'}"),
        "key change": (),
        "backup --new-key": ("--new-key", key),
    }
    assert set(asked) == set(ON_A_SITE)
    for name, more in asked.items():
        done = dolenti(clinic, *name.partition(" --")[0].split(), *more, "--json")
        assert done.returncode == 0, (name, done.stderr)
        assert fits(ON_A_SITE[name], json.loads(done.stdout), edition) == [], name


def test_what_is_found_of_a_trail_that_was_cut_fits_too(clinic: Path) -> None:
    (clinic / "audit-head").unlink()
    lost = dolenti(clinic, "audit", "verify", "--json")
    assert lost.returncode == 4, lost.stderr
    said = json.loads(lost.stdout)
    assert said["faults"]
    assert fits("trail", said, load_folder()) == []


def test_a_site_that_is_not_there_is_refused_as_json(tmp_path: Path) -> None:
    edition = load_folder()
    for name in ON_A_SITE:
        command, _, option = name.partition(" --")
        if (command, option) in (("knowledge review", ""), ("backup", "new-key")):
            continue  # they need no site
        more = {"restore": ("none.zip",), "move": ("--to", "sqlite")}.get(command, ())
        done = dolenti(tmp_path / "nowhere", *command.split(), *more, "--json")
        assert (done.returncode, done.stdout) == (2, ""), name
        said = done.stderr[done.stderr.index("{") :]
        assert fits("refusal", json.loads(said), edition) == [], name


def fits(name: str, said: Any, edition: Any) -> list[str]:
    return list(mistakes(closed(schema(name, edition)), said))
