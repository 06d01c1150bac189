"""The tables of an app made in one step are those that its operations make one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RemoveField
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from dolenti.access.tables import Tables
from dolenti.config.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.any_database

OPERATIONS: Sequence[Operation] = (
    CreateModel(
        "House", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())]
    ),
    CreateModel(
        "Person",
        [
            ("id", models.AutoField(primary_key=True)),
            ("house", models.ForeignKey("toy.House", models.CASCADE)),
        ],
    ),
    AddField("House", "owner", models.ForeignKey("toy.Person", models.CASCADE, null=True)),
    AddIndex("House", models.Index(fields=["name"], name="toy_by_name")),
    AddConstraint(
        "House", models.UniqueConstraint(fields=["name", "owner"], name="toy_one_of_a_name")
    ),
)


def made_by(operations: Sequence[Operation], unblocked: Any) -> list[Any]:
    """What stands in an empty database after these."""
    settings = {**connections["default"].settings_dict, "NAME": ":memory:"}
    with unblocked.unblock():
        toy = DatabaseWrapper(settings)
        state = ProjectState()
        with toy.schema_editor(atomic=False) as editor:
            for one in operations:
                after = state.clone()
                one.state_forwards("toy", after)
                one.database_forwards("toy", editor, state, after)
                state = after
        with toy.cursor() as cursor:
            look = toy.introspection
            found = [
                (
                    table,
                    sorted(look.get_table_description(cursor, table)),
                    look.get_constraints(cursor, table),
                )
                for table in sorted(look.table_names(cursor))
            ]
        toy.close()
    return found


def test_the_tables_are_those_of_one_operation_after_another(django_db_blocker: Any) -> None:
    by_steps = made_by(OPERATIONS, django_db_blocker)
    assert [row[0] for row in by_steps] == ["toy_house", "toy_person"]
    assert made_by([Tables(OPERATIONS)], django_db_blocker) == by_steps


def test_a_table_that_stands_already_is_changed_in_steps_of_its_own() -> None:
    with pytest.raises(ValueError, match="stands already"):
        Tables([RemoveField("House", "name")])
