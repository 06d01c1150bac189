"""The disk is full: a page that says so and keeps what was typed; and on it goes when there is
room again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.urls import reverse

from dolenti.access import chain
from dolenti.access.models import User
from dolenti.ledger.models import Receipt
from dolenti.records.models import Patient
from tests.crash import wholeness, writers
from tests.crash.browser import Browser
from tests.crash.served import Served
from tests.web.world import typed

pytestmark = pytest.mark.each


@contextmanager
def no_room(site: Served) -> Iterator[None]:
    """The database cannot write. An SQLite finds that its file cannot grow; of a PostgreSQL, which
    others use too, one table refuses with the code that it gives when its disk is full."""
    if connection.vendor == "sqlite":
        with site.files_no_longer_than(4096):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON access_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        yield
        cursor.execute("DROP TRIGGER no_room ON access_auditentry")


def test_a_full_disk_is_a_page_that_keeps_the_form_and_nothing_is_saved_by_halves(
    alice: User, site: Served
) -> None:
    browser = Browser(site.port, alice)
    path = reverse("patient-new")
    people = writers.registering(0)
    for _ in range(12):  # each process has served, and holds its files open
        assert browser.post(path, next(people).fields).status == 302
    before = Patient.objects.count()
    form = typed(birth_name="O’Neil", doctor="Dr « B » <i>&amp;")
    with no_room(site):
        for _ in range(6):  # whichever process answers
            full = browser.post(path, form)
            assert full.status == 507, full.words
            assert "Le disque est plein" in full.page
            assert full.inputs.items() >= form.items()
            assert f'action="{path}"' in full.page
        assert not Receipt.objects.filter(token=form["token"]).exists()
        assert Patient.objects.count() == before
    answer = browser.post(path, full.inputs)
    assert answer.status == 302
    assert Patient.objects.count() == before + 1
    assert browser.post(path, full.inputs).location == answer.location
    wholeness.nothing_by_halves()
    wholeness.the_trail_holds(chain.end())
    assert "Traceback" not in site.log.read_text()
