"""A clinic begins: one command, one link, one administrator; and never a second time."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from dolenti.access import accounts
from dolenti.access.models import AuditEntry, Membership, Site, User
from dolenti.access.roles import Role
from dolenti.access.second_step import is_required
from dolenti.guideline.errors import InputError
from tests.web.founding import ASKED, dolenti, leave_the_demo, pins


@pytest.mark.django_db
def test_the_first_administrator_works_at_the_first_site_and_owes_a_second_step() -> None:
    paul = accounts.found(pins())
    assert paul.email == "paul@pins.example"
    assert not paul.has_usable_password()
    assert (paul.role, paul.site.time_zone) == (Role.ADMINISTRATOR, "Indian/Reunion")
    assert paul.site.clinic is not None
    assert Membership.objects.get().user == paul
    assert is_required(paul)
    line = AuditEntry.objects.get(action="found-clinic")
    assert line.object_id == paul.public_id


@pytest.mark.django_db
def test_a_second_clinic_is_not_founded_beside_the_first() -> None:
    accounts.found(pins())
    with pytest.raises(InputError, match="is set up here already"):
        accounts.found(pins(site="Autre", email="x@example.org"))
    assert (Site.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "field,value,said",
    [
        ("site", " ", "--site"),
        ("site", "x" * 121, "120"),
        ("address", "1 rue\x1b[2J", "hidden"),
        ("administrator", "", "--name"),
        ("email", "paul", "--administrator"),
        ("time_zone", "Indian/Réunion", "Indian/Reunion"),
    ],
)
def test_what_cannot_be_is_refused_by_its_option(field: str, value: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        pins(**{field: value})


@pytest.mark.django_db
def test_without_a_clinic_the_log_in_says_what_makes_one(client: Client) -> None:
    page = client.get("/login/")
    assert page.status_code == 503
    assert "dolenti setup" in page.content.decode()
    assert 'type="password"' not in page.content.decode()
    accounts.found(pins())
    assert 'type="password"' in client.get("/login/").content.decode()


def test_createsuperuser_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="dolenti setup"):
        call_command("createsuperuser")


def test_setup_makes_a_clinic_whose_link_opens_and_is_refused_the_second_time(
    tmp_path: Path,
) -> None:
    data = tmp_path / "site"
    for some in (ASKED[:-2], (*ASKED[:-1], "paul")):  # an option missing; no address
        refused = dolenti(data, "setup", *some, "--lang", "en")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "--administrator" in refused.stderr
        assert not data.exists()
    made = dolenti(data, "setup", *ASKED, "--lang", "en")
    assert made.returncode == 0, made.stderr
    assert str(data) in made.stderr
    assert re.search(r"http://localhost:8000/password/reset/[0-9a-z]{16}-\S+/", made.stdout)
    before = (data / "dolenti.sqlite3").read_bytes()
    again = dolenti(data, "setup", *ASKED, "--lang", "en")
    assert again.returncode == 2
    assert "is set up here already" in again.stderr
    demo = dolenti(data, "demo", "--patients", "0")
    assert demo.returncode == 2
    assert "patients fictifs" in demo.stderr
    assert (data / "dolenti.sqlite3").read_bytes() == before


def test_the_demo_is_left_in_one_command_and_kept_whole(tmp_path: Path) -> None:
    left = leave_the_demo(tmp_path)
    assert (left.aside / "dolenti.sqlite3").exists()
    assert people(left.aside / "dolenti.sqlite3") == 11
    assert people(left.data / "dolenti.sqlite3") == 1


def people(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        (count,) = connection.execute("SELECT count(*) FROM access_user").fetchone()
    return int(count)
