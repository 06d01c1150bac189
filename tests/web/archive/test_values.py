"""Every kind of value comes back exactly, from either database, through a line of text."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import connections, models

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.loading import load
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.rows import RowError, RowForm, canonical_json
from dolenti.safekeeping.snapshot import table_lines
from dolenti.safekeeping.steps import Counter
from dolenti.safekeeping.tables import Schema, Table, tables

registry = Apps()


class Everything(models.Model):
    """One column of each kind."""

    text = models.TextField(primary_key=True)
    number = models.BigIntegerField(null=True)
    part = models.FloatField(null=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    yes = models.BooleanField(null=True)
    bytes = models.BinaryField(null=True)
    key = models.UUIDField(null=True)
    moment = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    time = models.TimeField(null=True)
    length = models.DurationField(null=True)
    json = models.JSONField(null=True)
    friends = models.ManyToManyField("self", symmetrical=False)

    class Meta:
        apps = registry
        app_label = "everything"

    def __str__(self) -> str:
        return self.text


PARIS = datetime.timezone(datetime.timedelta(hours=2))
ROWS: list[dict[str, Any]] = [
    {"text": "nothing"},
    {
        "text": "Zoé: « œdème » “½” \t\n' \" \\ \u202e 🦵",
        "number": 2**63 - 1,
        "part": 0.1 + 0.2,
        "price": Decimal("12345678.90"),
        "yes": False,
        "bytes": bytes(range(256)),
        "key": uuid.UUID("5f2d2c1e-9f43-4d57-8d0a-6f3f4d1f7a10"),
        "moment": datetime.datetime(2026, 10, 25, 2, 30, 0, 1, tzinfo=PARIS),
        "day": datetime.date(1, 1, 1),
        "time": datetime.time(23, 59, 59, 999999),
        "length": datetime.timedelta(days=-3, microseconds=7),
        "json": {"z": [1, 2.5, None, True, "é"], "a": {"c": 1e-7, "b": 1e23, "0": -0.0}},
    },
    {"text": "Éa", "bytes": b"", "json": models.Value(None, models.JSONField())},
    {"text": "ea", "json": "null", "number": -1, "part": -1.0},
    {"text": "Z", "json": [], "moment": datetime.datetime(1968, 3, 2, tzinfo=datetime.UTC)},
    {"text": "a", "json": 62.0},
]


@pytest.fixture
def schema() -> Schema:
    linked = Everything.friends.through
    return Schema((), (Table("everything.everything", Everything), Table("linked", linked)))


def made(alias: str) -> str:
    with connections[alias].schema_editor() as editor:
        editor.create_model(Everything)
    return alias


@pytest.fixture
def full(tmp_path: Path) -> Iterator[str]:
    with connected(sqlite(tmp_path / "full.sqlite3")) as alias:
        made(alias)
        for values in ROWS:
            Everything._base_manager.using(alias).create(**values)
        linked = Everything.friends.through._base_manager.using(alias)
        for one, other in (("a", "Éa"), ("Z", "a"), ("a", "a")):
            linked.create(from_everything_id=one, to_everything_id=other)
        yield alias


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    with connected(sqlite(tmp_path / "empty.sqlite3")) as alias:
        yield made(alias)


class Rows:
    """Rows of a database, to be loaded into another."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def lines(self, table: Table) -> Iterator[bytes]:
        return table_lines(self.alias, table)


def copy(schema: Schema, there: str, here: str) -> None:
    load(Rows(there), schema, here, Counter(lambda _: None, 0))


def dump(schema: Schema, alias: str) -> dict[str, list[bytes]]:
    """Every row, with JSON in the one spelling."""
    return {
        table.label: [RowForm(table).hashed(line) for line in table_lines(alias, table)]
        for table in schema.tables
    }


def objects(alias: str) -> list[dict[str, Any]]:
    rows = Everything._base_manager.using(alias).order_by("text").values()
    plain = [
        {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()} for row in rows
    ]
    for row in plain:  # PostgreSQL keeps 1e23 as the whole number it is: one value, two spellings
        row["json"] = canonical_json(json.dumps(row["json"]))
    return sorted(plain, key=lambda row: row["text"])


def test_rows_come_back_exactly(schema: Schema, full: str, empty: str) -> None:
    copy(schema, full, empty)
    assert objects(empty) == objects(full)
    assert len(objects(empty)) == len(ROWS)
    for table in schema.tables:  # to the letter, JSON too
        assert list(table_lines(empty, table)) == list(table_lines(full, table))


@pytest.mark.postgres
def test_rows_come_back_exactly_through_postgresql(
    schema: Schema, full: str, empty: str, postgres: str
) -> None:
    made(postgres)
    copy(schema, full, postgres)
    assert objects(postgres) == objects(full)
    assert dump(schema, postgres) == dump(schema, full)  # the same order of keys, too
    copy(schema, postgres, empty)
    assert objects(empty) == objects(full)
    assert dump(schema, empty) == dump(schema, full)


@pytest.mark.postgres
def test_no_value_in_json_stays_apart_from_the_json_null(
    schema: Schema, full: str, postgres: str
) -> None:
    made(postgres)
    copy(schema, full, postgres)
    for alias in (full, postgres):
        found = Everything._base_manager.using(alias)
        assert found.filter(json__isnull=True).count() == 1
        assert found.get(text="Éa").json is None


def test_a_number_that_is_none_is_refused(schema: Schema) -> None:
    form = RowForm(schema.tables[0])
    row: list[Any] = [None] * len(schema.tables[0].columns)
    row[2] = float("nan")
    with pytest.raises(RowError):
        form.line(row)


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"[1]", b'["a","b"]', b"\xff"])
def test_a_line_of_another_table_is_refused(schema: Schema, line: bytes) -> None:
    with pytest.raises(RowError):
        RowForm(schema.tables[0]).row(line)


@pytest.mark.postgres
def test_what_a_database_cannot_hold_is_refused_without_being_said(
    schema: Schema, full: str, postgres: str
) -> None:
    made(postgres)
    Everything._base_manager.using(full).create(text="Zoé\0Martin")
    with pytest.raises(InputError) as refused:
        copy(schema, full, postgres)
    assert "everything.everything" in str(refused.value)
    assert "Martin" not in str(refused.value)


@pytest.mark.parametrize(
    "one,other",
    [
        ('{"b":1,"a":2}', '{ "a" : 2.0, "b" : 1 }'),
        ("1e23", "100000000000000000000000"),
        ("1e-07", "0.0000001"),
        ("-0.0", "0"),
        ('"\\u00e9"', '"é"'),
    ],
)
def test_one_value_of_json_has_one_spelling(one: str, other: str) -> None:
    assert canonical_json(one) == canonical_json(other)


@pytest.mark.parametrize(
    "one,other", [("1", '"1"'), ("[1,2]", "[2,1]"), ("null", '"null"'), ("1", "true"), ("1.1", "1")]
)
def test_two_values_of_json_have_two(one: str, other: str) -> None:
    assert canonical_json(one) != canonical_json(other)


def test_every_table_of_the_site_can_be_saved() -> None:
    found = tables(apps)
    assert len(found) > 5
    for table in found:
        assert table.key in table.columns
    names = [table.label for table in found]
    assert "sessions.session" not in names
    assert names.index("access.site") < names.index("access.user")


def test_a_backup_is_the_database_alone_so_no_table_names_a_file() -> None:
    for table in tables(apps):
        for column in table.columns:
            assert column.kind not in ("FileField", "FilePathField"), (
                f"{table.label}.{column.name}: teach safekeeping to save the files too"
            )
