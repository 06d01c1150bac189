"""A full disk, a locked or a lost database: a page that says what to do, and nothing half saved."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connections
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from dolenti.access.forms import LoginForm
from dolenti.access.models import User
from dolenti.records import engine
from dolenti.records.files import intake
from dolenti.records.patients import registering
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.trouble import Trouble, trouble
from tests.web.world import typed


@pytest.fixture
def small(tmp_path: Path, django_db_blocker: Any) -> Iterator[Callable[[], None]]:
    """Writes to an SQLite that has no room left."""
    described = sqlite(tmp_path / "small.sqlite3")
    described["OPTIONS"]["init_command"] += "; PRAGMA max_page_count=4"
    with django_db_blocker.unblock(), connected(described) as alias:

        def write(*_: Any, **__: Any) -> None:
            with connections[alias].cursor() as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS t (x)")
                cursor.execute("INSERT INTO t VALUES (zeroblob(100000))")

        yield write


@pytest.fixture
def locked(tmp_path: Path, django_db_blocker: Any) -> Iterator[Callable[[], None]]:
    """Writes to an SQLite that somebody else is writing to."""
    file = tmp_path / "locked.sqlite3"
    other = pysqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    described = sqlite(file)
    described["OPTIONS"] = {"timeout": 0.1}
    with django_db_blocker.unblock(), connected(described) as alias:

        def write(*_: Any, **__: Any) -> None:
            with connections[alias].cursor() as cursor:
                cursor.execute("CREATE TABLE t (x)")

        yield write
    other.close()


@pytest.fixture
def lost(django_db_blocker: Any) -> Iterator[Callable[[], None]]:
    """Asks a PostgreSQL where there is none."""
    nowhere = {
        "ENGINE": "django.db.backends.postgresql", "NAME": "x", "HOST": "127.0.0.1", "PORT": 1,
    }  # fmt: skip
    with django_db_blocker.unblock(), connected(nowhere) as alias:

        def ask(*_: Any, **__: Any) -> None:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")

        yield ask


TROUBLES = [
    ("small", 507, "Le disque est plein", "The disk is full"),
    ("locked", 503, "Un autre enregistrement est en cours", "Someone else is saving"),
    ("lost", 503, "Les dossiers sont inaccessibles", "The records cannot be reached"),
]


@pytest.mark.parametrize("name,status,french,english", TROUBLES)
def test_a_database_in_trouble_gives_a_page_that_says_what_to_do(
    name: str,
    status: int,
    french: str,
    english: str,
    alice: User,
    at_alice: Client,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "edition_in_force", request.getfixturevalue(name))
    at_alice.raise_request_exception = False
    for language, says, back in (
        ("fr", french, "page précédente"),
        ("en", english, "back button"),
    ):
        at_alice.cookies["django_language"] = language
        response = at_alice.get(reverse("knowledge"))
        page = response.content.decode()
        assert response.status_code == status
        assert says in page
        assert back in page
        assert f'<html lang="{language}">' in page
        assert alice.name not in page
        assert ("Retry-After" in response.headers) == (status == 503)


def test_the_page_keeps_what_was_typed_and_sends_it_again(
    at_alice: Client, small: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "register", small)
    at_alice.raise_request_exception = False
    form = typed(doctor="Dr « Blanc » <b>&amp;")
    page = at_alice.post(f"{reverse('patient-new')}?x=1", form).content.decode()
    assert 'action="/patients/new/?x=1"' in page
    assert "Renvoyer mon formulaire" in page
    for name, value in form.items():
        assert f'name="{name}" value="{escape(value)}"' in page


def test_the_page_keeps_no_password_and_no_file(
    client: Client, at_alice: Client, small: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoginForm, "is_valid", small)
    monkeypatch.setattr(intake, "read", small)
    client.raise_request_exception = at_alice.raise_request_exception = False
    login = client.post(reverse("account_login"), {"login": "a@b.c", "password": "hunter2"})
    file = SimpleUploadedFile("case.yaml", b"patient: {}")
    form = {"token": str(uuid.uuid4()), "file": file}
    for answer in (login, at_alice.post(reverse("complaint-import"), form)):
        assert answer.status_code == 507
        assert "<form" not in answer.content.decode()
        assert "hunter2" not in answer.content.decode()


def test_a_disk_that_fails_is_full_only_where_nothing_more_can_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cause = type("Cause", (Exception,), {"sqlite_errorname": "SQLITE_IOERR"})()
    error = OperationalError("disk I/O error")
    error.__cause__ = cause

    def refuses(number: int) -> None:
        def refuse(**_: Any) -> None:
            raise OSError(number, "")

        monkeypatch.setattr("tempfile.TemporaryFile", refuse)

    assert trouble(error) is Trouble.OTHER
    refuses(errno.EDQUOT)
    assert trouble(error) is Trouble.FULL
    refuses(errno.EIO)
    assert trouble(error) is Trouble.OTHER


def test_the_page_asks_the_database_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `db` here: a query would fail, and with it the page."""

    def down(*_: Any) -> None:
        raise OperationalError("the session cannot be read")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", down)
    client.cookies["sessionid"] = "x" * 32
    client.raise_request_exception = False
    response = client.get(reverse("home"))
    assert response.status_code == 500
    assert "Rien n’a été enregistré" in response.content.decode()


def test_a_full_disk_is_known_wherever_it_shows() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert trouble(full) is Trouble.FULL
    error = ValueError("an upload could not be kept")
    error.__cause__ = full
    assert trouble(error) is Trouble.FULL


@pytest.mark.parametrize(
    "state,kind",
    [
        ("53100", Trouble.FULL),
        ("55P03", Trouble.BUSY),
        ("40P01", Trouble.BUSY),
        ("57P01", Trouble.LOST),
        ("08006", Trouble.LOST),
        ("23505", Trouble.OTHER),
    ],
)
def test_postgresql_is_understood_by_its_codes(state: str, kind: Trouble) -> None:
    cause = type("Cause", (Exception,), {"sqlstate": state})()
    error = DatabaseError("disk is full, database is locked")  # the text decides nothing
    error.__cause__ = cause
    assert trouble(error) is kind


def test_what_is_not_of_the_database_is_none_of_its_troubles() -> None:
    assert trouble(None) is None
    assert trouble(ValueError("database is locked")) is None
    assert trouble(FileNotFoundError(errno.ENOENT, "x")) is None
