"""The tables of an app, made in one step of a migration.

Django renders every model of the house anew after each operation, though nothing reads it: with a
hundred tables that is most of the time of the first run, of a restore and of a test's database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Tables(Operation):
    """New tables, each as it is once all ``operations`` are done: with the columns, indexes and
    constraints that later ones of them add. They may change no table but their own; raises
    ``ValueError`` for one that does.

    Written below what ``makemigrations`` made: ``operations = [Tables(operations)]``.
    """

    reversible = False

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)
        self.made = [one.name for one in self.operations if isinstance(one, CreateModel)]
        own = {name.lower() for name in self.made}
        for one in self.operations:
            about = one.name if isinstance(one, CreateModel) else getattr(one, "model_name", "")
            if about.lower() not in own:
                raise ValueError(f"{one.describe()}: this is about a table that stands already")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """What the models are afterwards, rendered once, when somebody asks."""
        state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make them; what points at a table that is not there yet is laid at the end."""
        for name in self.made:
            model: Any = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def describe(self) -> str:
        """What ``migrate`` says of it."""
        return f"Create {', '.join(self.made)}"
