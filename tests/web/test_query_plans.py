"""What is asked of one patient is looked up, and not walked to: no page about something reads
through the rows of all patients, however few they are in a test. SQLite's plans say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from dolenti.access.models import User
from dolenti.ledger import belonging
from dolenti.records.models import Assessment, Complaint
from tests.people import put_in_role
from tests.web.addresses import address
from tests.web.matrix import PAGES, SHOWN

pytestmark = pytest.mark.sqlite

OF_SOMETHING = [name for name in SHOWN if "public_id" in PAGES[name].arguments]
FEW = {"diary_stop"}
"""Rows of which a site has few, however many its patients: who wants no messages any more. They are
read for thousands of courses at once, where a look for each would cost more."""


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile."""
    found: list[tuple[str, Any]] = []

    def kept(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kept):
        yield found


def walked(sql: str, params: Any) -> set[str]:
    """The tables of patients' rows that a query reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[3] for row in cursor.fetchall()]
    names = dict(re.findall(r'(?:FROM|JOIN) "(\w+)" (\w+)', sql))
    called = {alias: table for table, alias in names.items()}
    scanned = [line.split()[1] for line in plan if line.startswith("SCAN ")]
    tables = {table.model._meta.db_table for table in belonging.tables()} - FEW
    return {called.get(one, one) for one in scanned} & tables


@pytest.mark.parametrize("name", OF_SOMETHING)
def test_no_page_about_something_walks_through_the_rows_of_all(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    path = address(name, knee, stored)
    put_in_role(alice, PAGES[name].reader)
    browser = browser_of(alice)
    with asked() as queries:
        browser.get(path)
    found = {(table, sql) for sql, params in queries for table in walked(sql, params)}
    assert not found
