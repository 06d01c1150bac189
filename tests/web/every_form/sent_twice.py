"""A form sent twice as it stands: the second time nothing more is written.

The door's forms are allauth's: each has its own test in test_login.py.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from tests.web.every_form.met import Met
from tests.web.forms import sent
from tests.web.matrix import APPROVED_PAGES, PAGES, line_of, said

KEPT_OUT = {
    "AuditEntry",
    "AuditKey",
    "Draft",
    "Session",
    "UserSession",
}  # the trail says each sending; what was refused stays as a draft; log-ins


def rows() -> dict[str, int]:
    """How many there are of everything that a form could make, by table: asked all at once, a
    third of what this costs otherwise."""
    models = (model for model in apps.get_models() if model.__name__ not in KEPT_OUT)
    tables = sorted({model._meta.db_table for model in models})
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def written_once(met: Met) -> None:
    """What so simple a filling gets wrong, or the record is not ready for, is refused twice and
    written by nobody. With its own words it is sent twice elsewhere (tests/crash/test_at_once.py
    and the tests of each view)."""
    before = rows()
    first = sent(met.browser, met.path, met.fields)
    refused = first.status_code in (404, 409, 422)
    assert refused or first.status_code in (200, 204, 302)
    becomes = "refused" if refused else "written"
    approved = met.name in APPROVED_PAGES and APPROVED_PAGES[met.name].sent == becomes
    assert approved, said(line_of(PAGES[met.name], sent=becomes))
    after_once = rows()
    assert not refused or after_once == before
    second = sent(met.browser, met.path, met.fields)
    assert second.status_code in (first.status_code, 404, 409, 422)
    twice = {table: n for table, n in rows().items() if n != after_once[table]}
    assert not twice, (met.name, met.path, twice)
