"""A backup taken while everybody writes is the clinic at one moment, and comes back whole."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from dolenti.access.models import User
from tests.crash import wholeness, writers
from tests.crash.served import Served
from tests.web.world import registered

pytestmark = pytest.mark.each


def test_a_backup_taken_while_people_write_restores_to_a_moment_of_their_work(
    alice: User, site: Served, tmp_path: Path
) -> None:
    zoe = registered(alice)
    ledger = writers.Ledger()
    people = [
        writers.registering(0),
        writers.registering(5_000),
        writers.stating(zoe),
        writers.describing(zoe),
    ]
    file = tmp_path / "backup.zip"
    connections.close_all()
    with writers.at_work(site.port, alice, people, ledger):
        ledger.wait_for(12)
        with ledger.changed:
            told = writers.Ledger(saved=list(ledger.saved))
        saved = site.dolenti("backup", "--out", str(file))
        assert saved.returncode == 0, saved.stderr
        with ledger.changed:
            during = len(ledger.saved) - len(told.saved)
        ledger.wait_for(len(told.saved) + during + 8)
    assert during, "somebody wrote while the backup was taken"
    elsewhere = tmp_path / "elsewhere"
    restored = site.dolenti("restore", str(file), DOLENTI_DATA=str(elsewhere), DATABASE_URL="")
    assert restored.returncode == 0, restored.stderr
    kept = _looked_at(site, elsewhere, told)
    # The trail of the backup is the beginning of the site's, in order and without a gap: no line
    # of it is of a later moment than one that it lacks.
    whole = wholeness.trail()
    assert kept == whole[: len(kept)]
    assert len(kept) < len(whole)
    wholeness.everything_acknowledged_is_there(ledger)


def _looked_at(site: Served, data: Path, told: writers.Ledger) -> list[str]:
    """The trail of the restored clinic, which is whole and has what was acknowledged by then. In a
    process that knows no other database."""
    looked = subprocess.run(
        [sys.executable, "-m", "tests.crash.wholeness"],
        env={**site.environment, "DOLENTI_DATA": str(data), "DATABASE_URL": ""},
        cwd=Path(__file__).parents[2],
        input=pickle.dumps(told.saved),
        capture_output=True,
        check=False,
    )
    assert looked.returncode == 0, looked.stderr.decode()
    found: list[str] = json.loads(looked.stdout)
    return found
