"""The demo is left for a clinic on PostgreSQL as well: its tables go into a schema of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.web.founding import leave_the_demo


@pytest.mark.postgres
def test_the_demo_is_left_on_postgresql(tmp_path: Path, new_postgres: Callable[[], str]) -> None:
    url = new_postgres()
    left = leave_the_demo(tmp_path, DATABASE_URL=url)
    schema = (left.aside / "schema").read_text().strip()
    assert [people(url, of) for of in (schema, "public")] == [11, 1]


def people(url: str, schema: str) -> int:
    with psycopg.connect(url) as connection:
        table = sql.Identifier(schema, "access_user")
        found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
    assert found is not None
    return int(found[0])
