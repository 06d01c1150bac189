"""The database lets no row of a patient go, unless the patient has a tombstone.

Every table that belongs to a patient (found by following its foreign keys, so that a new one is
guarded without anybody remembering) has a trigger against DELETE that looks for a ``Tombstone`` of
that patient, and one against TRUNCATE where the database knows it. The keys by which patients are
looked for are no record: they follow the identity and may go.

The triggers are laid by a migration and again after each ``migrate``, because SQLite drops those
of a table that a migration rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps as live_apps
from django.db import connections, transaction

APP: Final = "records"
TOMBSTONES: Final = "records_tombstone"
REVISIONS: Final = "records_revision"
CONTACTS: Final = "records_contact"
FREE: Final = frozenset({"patientkey"})
"""Tables of a patient that are worked out from another one."""
_SAID: Final = "the record of a patient is kept: erase it by its two steps"
_FUNCTION: Final = "dolenti_keep"


@dataclass(frozen=True)
class Guarded:
    """A table of a patient: its model, and how a row of it leads to the patient.

    ``owners`` is SQL for the patient's key from the row ``OLD``, ``lookups`` the same for a query;
    several where a row names several patients (a merge names two), any of whom may be the erased
    one. ``steps`` counts the foreign keys on the way.
    """

    model: Any
    owners: tuple[str, ...]
    lookups: tuple[str, ...]
    steps: int

    @property
    def name(self) -> str:
        name: str = self.model._meta.model_name
        return name

    @property
    def table(self) -> str:
        name: str = self.model._meta.db_table
        return name


def guarded(apps: Any = live_apps) -> list[Guarded]:
    """Every table that belongs to a patient, the farthest from the patient first: in this order
    rows can go."""
    models = {m._meta.model_name: m for m in apps.get_app_config(APP).get_models()}
    patient = models["patient"]
    found = {"patient": Guarded(patient, ("OLD.id",), ("pk",), 0)}
    while True:
        near = dict(found)
        for name, model in sorted(models.items()):
            if name in near or name in FREE:
                continue
            keys = [f for f in _keys(model) if f.related_model._meta.model_name in near]
            if not keys:
                continue
            found[name] = _through(model, keys, near)
        if len(found) == len(near):
            break
    return _children_first(list(found.values()))


def _keys(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model is not None
        and field.related_model._meta.app_label == APP
        and field.related_model is not model
    ]


def _through(model: Any, keys: list[Any], near: dict[str, Guarded]) -> Guarded:
    """A table by the shortest way to the patient; by each of them, where it names patients."""

    def parent(key: Any) -> Guarded:
        return near[key.related_model._meta.model_name]

    first = min(keys, key=lambda key: parent(key).steps)
    if parent(first).steps == 0:
        direct = [key for key in keys if parent(key).steps == 0]
        columns, names = (tuple(f"OLD.{k.column}" for k in direct), tuple(k.name for k in direct))
        return Guarded(model, columns, names, 1)
    above, (owner, *_) = parent(first), parent(first).owners
    inner = owner.replace("OLD.", f"{above.table}.")
    sql = f"(SELECT {inner} FROM {above.table} WHERE {above.table}.id = OLD.{first.column})"
    return Guarded(model, (sql,), (f"{first.name}__{above.lookups[0]}",), above.steps + 1)


def _children_first(tables: list[Guarded]) -> list[Guarded]:
    """No table before one whose rows point at it."""
    left = {one.name: one for one in tables}
    ordered: list[Guarded] = []
    while left:
        pointed_at = {
            key.related_model._meta.model_name for one in left.values() for key in _keys(one.model)
        }
        free = sorted(name for name in left if name not in pointed_at)
        if not free:  # a circle: foreign keys are deferred to the end of the transaction
            free = [max(left, key=lambda name: left[name].steps)]
        ordered += [left.pop(name) for name in free]
    return ordered


def lay(alias: str = "default", apps: Any = live_apps) -> int:
    """Lay every trigger that is missing or says otherwise, on a database that has the tables.

    How many were laid: none where all stand, so that a running site is not made to wait.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if TOMBSTONES not in there:
            return 0
        cursor.execute(_STANDING[connection.vendor])
        standing = dict(cursor.fetchall())
        laid = 0
        for table, condition in _conditions(guarded(apps), there):
            body, statements = _trigger(connection.vendor, table, condition)
            if standing.get(f"{table}_kept") == body:
                continue
            for statement in statements:
                cursor.execute(statement)
            laid += 1
        return laid


def take_up(alias: str = "default", apps: Any = live_apps) -> None:
    """Take every trigger away, to undo the migration."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for one in guarded(apps):
            for statement in _dropped(connection.vendor, one.table):
                cursor.execute(statement)
        for statement in _dropped(connection.vendor, REVISIONS):
            cursor.execute(statement)


_STANDING: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid",
}


def _conditions(tables: list[Guarded], there: set[str]) -> Iterator[tuple[str, str]]:
    """Each table, and when a row of it may not go."""
    for one in tables:
        if one.table in there:
            yield one.table, _kept(*one.owners)
    yield REVISIONS, _kept_revision(tables)


def _trigger(vendor: str, table: str, condition: str) -> tuple[str, list[str]]:
    """What the database will say of a trigger that stands, and the statements that lay it."""
    if vendor == "sqlite":
        body = (
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )
        return body, [*_dropped(vendor, table), body]
    refuse = f"RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f" BEGIN IF {condition} THEN {refuse} END IF; RETURN OLD; END "
    making = "RETURNS trigger LANGUAGE plpgsql AS"
    return body, [
        *_dropped(vendor, table),
        f"CREATE OR REPLACE FUNCTION {table}_kept() {making} $${body}$$",
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() {making} $$ BEGIN {refuse} END $$",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
    ]


def _dropped(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_kept"]
    return [
        f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_not_emptied ON {table}",
    ]


def _kept(*owners: str) -> str:
    listed = ", ".join(owners)
    return f'NOT EXISTS (SELECT 1 FROM {TOMBSTONES} t WHERE t."row" IN ({listed}))'


def _kept_revision(tables: list[Guarded]) -> str:
    """A revision goes with the row it is of; and that of a contact, once the contact is blank."""
    cases = " ".join(
        f"WHEN '{one.name}' THEN "
        + (
            'OLD."row"'
            if one.steps == 0
            else f"(SELECT {one.owners[0].replace('OLD.', f'{one.table}.')} FROM {one.table} "
            f'WHERE {one.table}.id = OLD."row")'
        )
        for one in tables
        if any(field.name == "version" for field in one.model._meta.concrete_fields)
    )
    blank = (
        f"OLD.kind = 'contact' AND EXISTS (SELECT 1 FROM {CONTACTS} c WHERE c.id = OLD.\"row\" "
        "AND c.name = '' AND c.phone = '' AND c.email = '' AND c.address = '' "
        "AND c.ended_at IS NOT NULL)"
    )
    return f"({_kept(f'CASE OLD.kind {cases} END')}) AND NOT ({blank})"
