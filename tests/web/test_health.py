"""What the site says of itself to machines, and to whom."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from dolenti import __version__
from dolenti.access import audit, heads
from dolenti.access.models import AuditEntry, User
from dolenti.config import database_user, health
from dolenti.config.checks import the_way_to_the_database_is_safe
from dolenti.safekeeping import way
from dolenti.safekeeping.databases import database
from dolenti.work.standing import Standing
from tests.machine import certificate
from tests.people import give_app

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}
TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def stranger() -> Client:
    return Client(**ELSEWHERE)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(autouse=True)
def _a_modest_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests make databases, and so their account may too much."""
    monkeypatch.setattr(health, "may_too_much", lambda: False)


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
        "certificate_days": None,
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


def test_a_key_that_opens_nothing_that_is_stored_is_a_warning(
    client: Client, alice: User, settings: Any
) -> None:
    give_app(alice)
    assert "warnings" not in client.get("/health/ready").json()
    settings.SECRET_KEY, settings.FORMER_KEYS = "another", []
    assert client.get("/health/ready").json()["warnings"] == ["secret-key"]


def test_a_lost_end_of_the_trail_is_a_warning(
    db: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    audit.record("backup", actor=None, kind="database", detail={})
    heads.start_again()
    assert "warnings" not in client.get("/health/ready").json()
    heads.head_file().unlink()
    assert client.get("/health/ready").json()["warnings"] == ["trail-end"]
    heads.head_file().write_text("nothing that can be read")
    assert client.get("/health/ready").json()["warnings"] == ["trail-end"]


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


def test_a_clock_that_stands_before_the_last_line_of_the_trail(
    db: None, client: Client, stranger: Client
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        audit.record("backup", actor=None, kind="database", detail={})
    assert "clock" in unready(client, stranger)


def test_a_certificate_that_soon_ends_is_a_warning(
    db: None, client: Client, stranger: Client, settings: Any, tmp_path: Path
) -> None:
    for days, warned in ((90, None), (10, ["certificate"]), (-2, ["certificate"])):
        file = tmp_path / f"{days}.pem"
        file.write_bytes(certificate_of(days))
        settings.CERTIFICATE = str(file)
        said = client.get("/health/ready").json()
        assert abs(said["certificate_days"] - days) <= 1
        assert said.get("warnings") == warned
        assert metrics(client)["dolenti_certificate_days"] == said["certificate_days"]
    assert stranger.get("/health/ready").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "may, warned",
    [("SUPERUSER", True), ("CREATEROLE", True), ("REPLICATION", True), ("NOSUPERUSER", False)],
)
def test_an_account_that_may_more_than_its_database_is_a_warning(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch, may: str, warned: bool
) -> None:
    if connection.vendor != "postgresql":
        assert not database_user.may_too_much()  # there are no accounts
        return
    with connection.cursor() as cursor:  # undone with the test
        cursor.execute(f"CREATE ROLE dolenti_tried {may}")
        cursor.execute("SET LOCAL ROLE dolenti_tried")
        found = database_user.may_too_much()
        cursor.execute("RESET ROLE")
    assert found is warned
    monkeypatch.setattr(health, "may_too_much", lambda: found)
    assert (client.get("/health/ready").json().get("warnings") == ["database-user"]) is warned


@contextmanager
def showing(folder: Path) -> Iterator[int]:
    """A port of this machine where that certificate is shown to whoever comes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    wire, _ = listening.accept()
                except OSError:
                    return
                with suppress(OSError):  # a browser that does not take it goes away
                    context.wrap_socket(wire, server_side=True).close()

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "named, vouched, warned",
    [
        ("localhost", True, False),
        ("localhost", False, True),
        ("other.example.org", True, True),
    ],
)
def test_the_certificate_is_read_as_a_browser_meets_it(
    db: None, client: Client, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    named: str, vouched: bool, warned: bool,
) -> None:  # fmt: skip
    """One that the machine's authorities do not vouch for is read all the same, and warned of."""
    certificate(tmp_path, named)
    if vouched:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
    with showing(tmp_path) as port:
        settings.ADDRESS = f"https://localhost:{port}"
        said = client.get("/health/ready").json()
    assert said["certificate_days"] == 0
    assert ("certificate-not-trusted" in said["warnings"]) is warned


def test_a_database_elsewhere_that_nobody_verifies_is_a_warning(
    db: None, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = {**settings.DATABASES["default"], "ENGINE": "postgresql", "HOST": "db.example.org"}
    for options, reason, warned in (
        ({}, "", True),
        ({"sslmode": "require"}, "", True),
        ({"sslmode": "verify-ca"}, "", True),
        ({"sslmode": "verify-full"}, "", False),
        ({}, "WireGuard, both ends ours", False),
    ):
        monkeypatch.setitem(settings.DATABASES, "default", {**far, "OPTIONS": options})
        settings.DATABASE_WAY = reason
        found = the_way_to_the_database_is_safe()
        assert bool(found) is warned
        assert not warned or "sslmode=verify-full" in str(found[0].hint)
        said = client.get("/health/ready").json()
        assert ("database-way" in said.get("warnings", [])) is warned


@pytest.mark.parametrize(
    "url, safe",
    [
        ("sqlite", True),
        ("postgres://a:b@127.0.0.1:5432/x", True),
        ("postgres://a:b@localhost/x", True),
        ("postgres://a:b@[::1]/x", True),
        ("postgres://%2Fvar%2Frun%2Fpostgresql/x", True),
        ("postgres:///x", True),
        ("postgres://a:b@10.0.0.7/x", False),
        ("postgres://a:b@db.example.org/x", False),
        ("postgres://a:b@db.example.org/x?sslmode=require", False),
        ("postgres://a:b@db.example.org/x?sslmode=verify-full&sslrootcert=/c.pem", True),
        ("postgres://a:b@localhost,db.example.org/x", False),
        ("postgres://a:b@localhost/x?host=db.example.org", False),
    ],
)
def test_a_way_is_safe_on_this_machine_or_verified(url: str, safe: bool, tmp_path: Path) -> None:
    assert way.is_safe(database(url, tmp_path)) is safe


def certificate_of(days: int, key_file: Path | None = None) -> bytes:
    """A certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "clinic.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
        .public_key(key.public_key()).not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())
    )  # fmt: skip
    if key_file is not None:
        pem = serialization.Encoding.PEM
        kind, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key_file.write_bytes(key.private_bytes(pem, kind, none))
    return made.public_bytes(serialization.Encoding.PEM)


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
