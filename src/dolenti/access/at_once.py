"""Many rows at once: written as one value, found by one.

A run of reminders writes five rows for each of a hundred thousand patients. Django prepares each
value of each row and gives each key of a list a place of its own in the query: on PostgreSQL that
is most of the time of the run. Here the rows, and the keys, are one text each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.utils import timezone

POSTGRESQL: Final = "postgresql"


def insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Write new rows of a table of plain fields down, each given by the columns that it does not
    leave to the model; their keys, in their order. One query."""
    given = list(rows)
    using = connections[router.db_for_write(model)]
    if using.vendor != POSTGRESQL or not given:
        made = model._default_manager.bulk_create(model(**one) for one in given)
        return [one.pk for one in made]
    fields = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    values = list(_whole(fields, given))
    quote = using.ops.quote_name
    table = quote(model._meta.db_table)
    key = quote(str(model._meta.pk.column))
    columns = ", ".join(quote(one.attname) for one in fields)
    with using.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} "  # noqa: S608 - names of the model
            f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) "
            f"RETURNING {key}",
            [json.dumps(values, default=str)],
        )
        return [key for (key,) in cursor.fetchall()]


def _whole(
    fields: Sequence[models.Field[Any, Any]], given: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The rows, with what they leave to the model. Raises ``ValueError`` for a column that it does
    not have: the database would not ask after it."""
    now = timezone.now()
    alike, anew = {}, {}
    for one in fields:
        if one.has_default() and callable(one.default):
            anew[one.attname] = one.default
        else:
            alike[one.attname] = now if getattr(one, "auto_now_add", False) else one.get_default()
    for row in given:
        made = {name: make() for name, make in anew.items() if name not in row}
        whole = {**alike, **made, **row}
        if len(whole) != len(fields):
            raise ValueError(f"no such columns: {sorted(whole.keys() - {*alike, *anew})}")
        yield whole


class Among(models.Lookup[Any]):
    """``course__among``: one of these keys, which are whole numbers. As ``in``, and no place of
    its own in the query for each."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[int]:
        return [int(one) for one in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        own, values = self.process_lhs(compiler, connection)
        listed = ",".join(map(str, self.rhs))
        if connection.vendor == POSTGRESQL:
            return f"{own} = ANY (%s::bigint[])", (*values, f"{{{listed}}}")
        return f"{own} IN ({listed})", tuple(values)


for _key in (models.IntegerField, models.ForeignKey):
    _key.register_lookup(Among)
