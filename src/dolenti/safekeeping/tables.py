"""Which tables there are, in the order in which they depend on each other.

They are read from the migrations, not from today's models: a database that an older program left
can be saved before it is upgraded, and a backup of it be loaded years later.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from django.apps.registry import Apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from dolenti.guideline.errors import InputError

Migration: TypeAlias = tuple[str, str]

# Who is logged in at this moment, and the copies of records that wait to be fetched: of no use to
# anybody in a backup, but to a thief.
LEFT_OUT: Final = frozenset({"sessions.session", "usersessions.usersession", "rights.copypart"})

# What a column holds in Python, by the kind of its field. JSON stays the text it is.
_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(
        (
            "AutoField",
            "BigAutoField",
            "SmallAutoField",
            "IntegerField",
            "BigIntegerField",
            "SmallIntegerField",
            "PositiveIntegerField",
            "PositiveBigIntegerField",
            "PositiveSmallIntegerField",
        ),
        int,
    ),
    **dict.fromkeys(
        (
            "CharField",
            "TextField",
            "SlugField",
            "FileField",
            "FilePathField",
            "GenericIPAddressField",
            "JSONField",
        ),
        str,
    ),
    "BooleanField": bool,
    "FloatField": float,
    "DecimalField": decimal.Decimal,
    "BinaryField": bytes,
    "UUIDField": uuid.UUID,
    "DateTimeField": datetime.datetime,
    "DateField": datetime.date,
    "TimeField": datetime.time,
    "DurationField": datetime.timedelta,
}


@dataclass(frozen=True)
class Column:
    """One column: its name in the database, its field, and the Python type of its values."""

    name: str
    field: Any
    kind: str

    @property
    def type(self) -> Any:
        return _TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table and the model that reads it."""

    label: str
    model: Any

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column that is written; one that the database computes is not."""
        return tuple(
            Column(field.column, field, _kind(field))
            for field in self.model._meta.concrete_fields
            if field.column and not getattr(field, "generated", False)
        )

    @property
    def name(self) -> str:
        name: str = self.model._meta.db_table
        return name

    @property
    def key(self) -> Column:
        column: str = self.model._meta.pk.column
        return next(found for found in self.columns if found.name == column)


def _kind(field: Any) -> str:
    while field.is_relation:
        field = field.target_field
    kind: str = field.get_internal_type()
    if kind not in _TYPES:
        raise NotImplementedError(f"dolenti.records.archive knows no column of kind {kind}")
    return kind


@dataclass(frozen=True)
class Schema:
    """The tables as a set of migrations made them."""

    migrations: tuple[Migration, ...]
    tables: tuple[Table, ...]


def applied_schema(alias: str) -> Schema:
    """The tables of a database. Refuses one that was never set up, or by a newer program."""
    loader = MigrationLoader(connections[alias])
    applied = sorted(loader.applied_migrations)
    if not applied:
        raise InputError(
            "this database was never set up; there is nothing in it",
            fr="cette base n’a jamais été préparée\u00a0; elle ne contient rien",
        )
    return schema_after(applied, loader)


def schema_after(migrations: Iterable[Migration], loader: MigrationLoader | None = None) -> Schema:
    """The tables after exactly these migrations. Refuses those that this program has not got."""
    loader = loader or MigrationLoader(None)
    wanted = sorted(migrations)
    known = loader.disk_migrations or {}
    strange = [f"{app}.{name}" for app, name in wanted if (app, name) not in known]
    if strange:
        raise InputError(
            f"this was written by a newer version of Dolenti (it knows {strange[0]}); "
            "install that version and try again",
            fr=f"ceci a été écrit par une version plus récente de Dolenti (qui connaît "
            f"{strange[0]})\u00a0; installez cette version, puis recommencez",
        )
    state = loader.project_state(leaves(wanted, loader))
    return Schema(tuple(wanted), tables(state.apps))


def leaves(migrations: Iterable[Migration], loader: MigrationLoader) -> list[Migration]:
    """Of each app's migrations, those that no other one of the app follows."""
    wanted = {node for node in migrations if node in loader.graph.nodes}
    return sorted(
        node
        for node in wanted
        if not any(
            child.key in wanted and child.key[0] == node[0]
            for child in loader.graph.node_map[node].children
        )
    )


def migrate_to(alias: str, schema: Schema) -> None:
    """Make the empty tables of a schema in a new database."""
    executor = MigrationExecutor(connections[alias])
    executor.migrate(leaves(schema.migrations, executor.loader))


def tables(apps: Apps | Any) -> tuple[Table, ...]:
    """The tables of a registry of models; each after those its foreign keys name."""
    found = {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    }
    ordered: dict[str, Any] = {}
    visited: set[str] = set()

    def visit(label: str) -> None:
        if label in visited:  # met already, or a circle: foreign keys are checked at the end
            return
        visited.add(label)
        for needed in sorted(_needs(found[label])):
            if needed in found:
                visit(needed)
        ordered[label] = found[label]

    for label in sorted(found):
        visit(label)
    return tuple(Table(label, model) for label, model in ordered.items() if label not in LEFT_OUT)


def _needs(model: Any) -> set[str]:
    return {
        field.related_model._meta.label_lower
        for field in model._meta.concrete_fields
        if field.is_relation
    }
