"""The upgrade of docs/operations.md, and the way back, as it is told there.

The older program is told by the form of its database: the same tables before the newest migration.
"""

from __future__ import annotations

from pathlib import Path

from dolenti.access.models import Site
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.operations import back_up, check_file, drill, restore
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.steps import silent
from dolenti.safekeeping.tables import applied_schema, migrate_to, schema_after
from tests.web.archive.conftest import everything

# Tables that Django fills by itself when it migrates.
BY_ITSELF = ("contenttypes.contenttype", "auth.permission")


def names_of_sites(alias: str) -> set[str]:
    return set(Site.objects.using(alias).values_list("name", flat=True))


def test_a_clinic_is_brought_up_to_date_written_in_and_gone_back_from(
    here: str, tmp_path: Path
) -> None:
    newest = applied_schema(here)
    older = schema_after(newest.migrations[:-1])
    clinic = sqlite(tmp_path / "clinic.sqlite3")
    with connected(clinic) as site:
        migrate_to(site, older)
        Site.objects.using(site).create(name="before")
        before = everything(site)

        # 1. with the old program: a backup, and the proof that it can be gone back to
        back_up(site, tmp_path / "old.zip", silent)
        proof = drill(tmp_path / "old.zip", sqlite(tmp_path / "drill.sqlite3"), tmp_path, silent)
        assert all(one.equal for one in proof.proofs)

        # 2. the new program applies its migrations; people write
        migrate_to(site, newest)
        Site.objects.using(site).create(name="after")

        # going back: 1. what was written since is saved
        back_up(site, tmp_path / "new.zip", silent)
        assert check_file(tmp_path / "new.zip", silent).migrations == newest.migrations

        # 2. the old backup in the place of the database, which is kept aside
        done = restore(site, tmp_path / "old.zip", silent, replace=True)
        assert done.aside is not None
    with connected(clinic) as site:
        assert names_of_sites(site) == {"before"}
        assert applied_schema(site).migrations == newest.migrations  # brought up to date again
        same = everything(site)
        assert {name: same[name] for name in before if name not in BY_ITSELF} == {
            name: rows for name, rows in before.items() if name not in BY_ITSELF
        }
    with connected(sqlite(Path(done.aside))) as aside:
        assert names_of_sites(aside) == {"before", "after"}
