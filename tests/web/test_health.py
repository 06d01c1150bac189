"""What the site says of itself to machines, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from dolenti import __version__
from dolenti.access import audit
from dolenti.access.models import AuditEntry, User
from dolenti.work.standing import Standing

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def stranger() -> Client:
    return Client(**ELSEWHERE)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_it_lives_without_a_database(client: Client) -> None:  # no `db`: a query would fail here
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_it_is_ready_and_says_why_to_this_machine_alone(
    db: None, client: Client, stranger: Client
) -> None:
    assert stranger.get("/health/ready").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {
        "status": "ok",
        "checks": dict.fromkeys(("database", "migrations", "clock", "space", "writable"), True),
        "worker": False,
        "backup": None,
        "drill": None,
        "backup-copy": None,
    }


def test_it_says_when_a_backup_was_last_made_and_one_last_tried(
    db: None, client: Client, stranger: Client
) -> None:
    for action in ("backup", "drill", "backup"):
        audit.record(action, actor=None, kind="database", detail={})
    made, tried = (
        AuditEntry.objects.filter(action=a).latest("sequence") for a in ("backup", "drill")
    )
    said = client.get("/health/ready").json()
    assert (said["backup"], said["drill"]) == (made.at.isoformat(), tried.at.isoformat())
    audit.record("backup-copy", actor=None, kind="database", detail={})
    copied = AuditEntry.objects.get(action="backup-copy").at
    audit.record("backup-copy", actor=None, outcome=audit.FAILED, kind="database", detail={})
    assert client.get("/health/ready").json()["backup-copy"] == copied.isoformat()
    seconds = metrics(client)["dolenti_last_backup_copy_seconds"]
    assert seconds == pytest.approx(copied.timestamp()), "what failed is no copy"
    assert "backup" not in stranger.get("/health/ready").json()
    assert metrics(client)["dolenti_last_backup_seconds"] == pytest.approx(made.at.timestamp())


def test_it_says_whether_a_worker_is_at_work(
    db: None, client: Client, stranger: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    worker = Standing(tmp_path)
    assert worker.held()
    assert client.get("/health/ready").json()["worker"] is True
    assert "worker" not in stranger.get("/health/ready").json()
    worker.give_up()
    assert client.get("/health/ready").json()["worker"] is False


def unready(client: Client, stranger: Client) -> set[str]:
    """The checks that fail; a stranger hears only that something does."""
    heard = stranger.get("/health/ready")
    assert (heard.status_code, heard.json()) == (503, {"status": "unavailable"})
    told = client.get("/health/ready")
    assert told.status_code == 503
    return {name for name, well in told.json()["checks"].items() if not well}


def test_a_database_that_does_not_answer(
    client: Client, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: Any) -> bool:
        raise OperationalError("no server at secret-host")

    monkeypatch.setattr(MigrationRecorder, "has_table", gone)
    assert unready(client, stranger) == {"database", "migrations"}


def test_a_migration_that_was_not_applied(db: None, client: Client, stranger: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="records", name="0001_initial").delete()
    assert unready(client, stranger) == {"migrations"}


def test_too_little_space(db: None, client: Client, stranger: Client, settings: Any) -> None:
    settings.DISK_FLOOR = 2**70
    assert unready(client, stranger) == {"space"}


def test_a_folder_that_cannot_be_written(
    db: None, client: Client, stranger: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path / "gone"
    assert unready(client, stranger) == {"space", "writable"}


def test_a_clock_that_stands_before_the_database_was_made(
    db: None, client: Client, stranger: Client
) -> None:
    with time_machine.travel("2001-01-01", tick=False):
        assert "clock" in unready(client, stranger)


# --- Metrics ------------------------------------------------------------------------------------


def test_strangers_find_no_metrics(db: None, stranger: Client) -> None:
    assert stranger.get("/metrics").status_code == 404
    assert stranger.get("/metrics", headers=bearer("")).status_code == 404


def test_the_token_opens_the_metrics_from_elsewhere(
    db: None, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOLENTI_METRICS_TOKEN", TOKEN)
    assert stranger.get("/metrics", headers=bearer("wrong")).status_code == 404
    assert stranger.get("/metrics", headers=bearer("é")).status_code == 404
    assert stranger.get("/metrics", headers=bearer(TOKEN)).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_came_through_a_proxy_is_not_of_this_machine(
    db: None, client: Client, header: str
) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
    assert "checks" not in client.get("/health/ready", headers={header: "x"}).json()


def test_behind_a_proxy_nobody_is_of_this_machine(db: None, client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    assert client.get("/metrics").status_code == 404


def metrics(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in lines
        if not line.startswith("#")
    }


def test_requests_are_counted_by_the_name_of_the_view(at_alice: Client) -> None:
    label = 'dolenti_requests_total{method="GET",status="200",view="knowledge"}'
    before = metrics(at_alice).get(label, 0)
    at_alice.get(reverse("knowledge"))
    after = metrics(at_alice)
    assert after[label] == before + 1
    assert after['dolenti_request_seconds_count{view="knowledge"}'] >= 1
    assert after[f'dolenti_running{{version="{__version__}"}}'] == 1
    assert after['dolenti_database_errors_total{trouble="full"}'] >= 0


def test_wrong_passwords_are_counted(db: None, client: Client, alice: User) -> None:
    before = metrics(client)["dolenti_login_failures_total"]
    client.post(reverse("account_login"), {"login": alice.email, "password": "wrong"})
    assert metrics(client)["dolenti_login_failures_total"] == before + 1


def test_no_label_is_what_a_stranger_wrote(db: None, client: Client) -> None:
    client.get("/Zoe-Dupont/")
    client.generic("ZOEDUPONT", "/health/")
    client.get("/static/zoe-dupont.css")
    text = client.get("/metrics").content.decode().lower()
    assert "dupont" not in text
    assert 'view="none"' in text
    assert 'method="other"' in text
