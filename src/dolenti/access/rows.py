"""A row that a key names."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")


def sole(rows: QuerySet[Any, Row]) -> Row | None:
    """The one row that a unique key names, or nothing. ``first`` says which of several, and sorts:
    of a row read with all that it hangs on, the sorting costs as much as the rest of the query."""
    return next(iter(rows.order_by()[:1]), None)
