"""What is ready at a site: looked up when it is asked, never ticked, told to its administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from dolenti.access import accounts, audit
from dolenti.access.clock import today
from dolenti.access.models import Site, User
from dolenti.access.policies import NOBODY, SECOND_STEP_FOR
from dolenti.access.roles import Role
from dolenti.clinic.site.checklist import points_of
from dolenti.treatment import fees, letterhead
from dolenti.treatment.models import Fee
from tests.people import enter
from tests.web.room import lot_of
from tests.web.world import administrator, allow, open_every_weekday, person, room, sent


@pytest.fixture
def irene(north: Site) -> User:
    return administrator(north, "Irene")


def found(user: User) -> dict[str, bool]:
    with override("en"):
        return {one.name: one.done for one in points_of(user)}


def says(user: User, name: str) -> str:
    with override("en"):
        return next(one.says for one in points_of(user) if one.name == name)


def test_a_new_site_has_everything_to_do_but_what_is_so_from_the_start(
    irene: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA, settings.MAIL = tmp_path, None
    done = {name for name, is_so in found(irene).items() if is_so}
    assert done == {"Second step", "Questionnaires of this site"}  # none is one that is well


def test_each_point_goes_away_once_it_is_so(irene: User, north: Site, settings: Any) -> None:
    assert "Nobody here" in says(irene, "Who receives patient alerts")
    alice = person("Alice", Role.PRACTITIONER, north)
    assert not found(irene)["People and roles"]
    for name, role in (("Sophie", Role.SECRETARY), ("Ada", Role.AUDITOR)):
        person(name, role, north)
    administrator(north, "Paul")
    assert found(irene)["People and roles"]
    assert "Alice" in says(irene, "Privileges")
    assert "no password chosen): Alice" in says(irene, "Who receives patient alerts")
    assert not found(irene)["Who receives patient alerts"]
    alice.set_password("sept grues sur le toit")
    alice.save()
    assert "may take them: Alice." in says(irene, "Who receives patient alerts")
    assert found(irene)["Who receives patient alerts"]
    allow(alice, "mesotherapy")
    assert found(irene)["Privileges"]
    north.address, north.phone = "1 rue du Port", "02 62 00 00 00"
    north.save()
    open_every_weekday(north)
    irene = User.objects.get(pk=irene.pk)
    assert not found(irene)["Head of the papers"]
    for lacking in ("SIRET", "RPPS of Alice", "FINESS", "logo"):
        assert lacking in says(irene, "Head of the papers")
    letterhead.change(irene, letterhead.Head().stamp, letterhead.Head(siret="73282932000074"))
    accounts.change_rpps(irene, alice, "10001234565")
    assert found(irene)["Head of the papers"]
    assert found(irene)["Opening hours"]
    assert not found(irene)["Rooms"]
    assert "esotherapy" in says(irene, "Fees")
    settings.MAIL, settings.ALARM_TO = None, ("paul@pins.example",)
    assert "the mail server is missing" in says(irene, "Alarms of the machine")
    settings.MAIL, settings.ALARM_TO = object(), ()
    assert found(irene)["E-mail"]
    assert not found(irene)["Alarms of the machine"]
    settings.ALARM_TO = ("paul@pins.example",)
    assert found(irene)["Alarms of the machine"]
    assert not found(irene)["SMS"]
    settings.SMS_SENDER = "clinic.by_provider"
    assert found(irene)["SMS"]


def test_a_privilege_that_ended_is_none(irene: User, north: Site) -> None:
    alice, day = person("Alice", Role.PRACTITIONER, north), today()
    allow(alice, "mesotherapy", first=day - timedelta(days=90), last=day - timedelta(days=1))
    assert not found(irene)["Privileges"]
    assert "Alice" in says(irene, "Privileges")


def test_a_fee_that_nobody_looked_at_this_year_is_named(irene: User, north: Site) -> None:
    name, day = "Lists to be refreshed", today()
    fee = Fee.objects.create(site=north, label="Acte", cents=9000)
    assert f"Fees: no year ({day.year} was never entered)" in says(irene, name)
    fees.add(sent(irene), fees.Price("", "Acte", 9000), fee)
    assert "Fees" not in says(irene, name)
    assert not found(irene)["Fees"]
    fees.add(sent(irene), fees.Price("mesotherapy", "Séance", 6000))
    assert found(irene)["Fees"]
    Fee.objects.filter(ended_at=None).update(entered_on=day.replace(year=day.year - 1, day=1))
    assert f"Fees: {day.year - 1} ({day.year} was never entered)" in says(irene, name)
    assert not found(irene)[name]


def test_a_room_whose_kit_nobody_counted_is_named(irene: User, north: Site) -> None:
    assert says(irene, "Emergency kits") == "There is no room yet."
    room(person("Alice", Role.PRACTITIONER, north), "Salle 4")
    assert "Salle 4" in says(irene, "Emergency kits")


def test_a_backup_counts_for_two_days_where_one_was_tried(irene: User) -> None:
    assert says(irene, "Backup") == "There is none yet."
    audit.record("backup", actor=None, kind="database", detail={})
    assert not found(irene)["Backup"]
    assert "None was ever restored" in says(irene, "Backup")
    audit.record("drill", actor=None, kind="database", detail={})
    assert found(irene)["Backup"]
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert not found(irene)["Backup"]


def test_a_drill_counts_for_a_month_and_some_days(irene: User) -> None:
    audit.record("drill", actor=None, kind="database", detail={})
    with time_machine.travel(timezone.now() + timedelta(days=41)):
        audit.record("backup", actor=None, kind="database", detail={})
        assert not found(irene)["Backup"]
        assert "One was last restored" in says(irene, "Backup")


def test_a_site_that_spares_the_second_step_says_whom(irene: User, north: Site) -> None:
    north.policies = {SECOND_STEP_FOR: NOBODY}
    north.save()
    irene = User.objects.get(pk=irene.pk)
    assert not found(irene)["Second step"]
    assert "Practitioner" in says(irene, "Second step")


def test_the_page_says_what_is_missing_and_where_to_mend_it(
    irene: User, browser_of: Callable[[User], Client]
) -> None:
    text = browser_of(irene).get(reverse("site-checklist")).content.decode()
    assert "Reste à faire" in text
    assert "Aucun serveur de messagerie" in text
    assert reverse("site-hours") in text
    assert "Mise en route" in text


def test_a_copy_elsewhere_that_failed_is_seen_until_one_is_made(irene: User) -> None:
    point = "Copy of the backup elsewhere"
    assert "ever copied" in says(irene, point)
    audit.record("backup-copy", actor=None, kind="database", detail={})
    assert found(irene)[point]
    audit.record("backup-copy", actor=None, outcome=audit.FAILED, kind="database", detail={})
    assert not found(irene)[point]
    assert "failed" in says(irene, point)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        audit.record("backup-copy", actor=None, kind="database", detail={})
        assert found(irene)[point]


def test_a_setting_that_asks_nobody_for_a_second_step_is_not_ready(
    irene: User, settings: Any
) -> None:
    settings.MFA_REQUIRED_FOR = frozenset()
    assert not found(irene)["Second step"]
    assert "Practitioner" in says(irene, "Second step")
    settings.MFA_REQUIRED_FOR = frozenset({"practitioner", "administrator"})
    assert found(irene)["Second step"]


def test_a_clinic_without_a_product_draws_up_nothing_and_is_told(irene: User, north: Site) -> None:
    assert not found(irene)["Formulary"]
    lot_of(person("Alice", Role.PRACTITIONER, north))
    assert found(irene)["Formulary"]


def test_each_point_says_its_way_or_whom_to_ask(irene: User) -> None:
    for one in points_of(irene):
        assert one.leads or one.whom, one.name
    page = Client()
    enter(page, irene)
    assert reverse("site-checklist") in page.get(reverse("home")).content.decode()
    assert reverse("stock") in page.get(reverse("home")).content.decode()
    for one in points_of(irene):
        if one.leads:
            assert page.get(one.leads).status_code == 200, one.name


def test_a_copy_on_the_disk_of_the_data_is_not_elsewhere(irene: User, settings: Any) -> None:
    point = "Copy of the backup elsewhere"
    beside = {"sha256": "", "same_disk": True}
    audit.record("backup-copy", actor=None, kind="database", detail=beside)
    assert not found(irene)[point]
    assert "same disk" in says(irene, point)
    settings.COPY_ELSEWHERE = "the folder is carried to the hospital’s vault every hour"
    assert found(irene)[point]
    settings.COPY_ELSEWHERE = ""
    away = {"sha256": "", "same_disk": False}
    audit.record("backup-copy", actor=None, kind="database", detail=away)
    assert found(irene)[point]


def test_whoever_enters_by_a_password_alone_is_named(irene: User, north: Site) -> None:
    assert found(irene)["Second step"]
    person("Nadia", Role.NURSE, north)
    assert not found(irene)["Second step"]
    assert "by a password alone: Nurse" in says(irene, "Second step")


def test_what_is_empty_says_what_to_do(irene: User) -> None:
    assert "enter one for each therapy" in says(irene, "Fees")
    assert says(irene, "Opening hours") == "No opening hours are entered."
    assert says(irene, "Rooms") == "There is no room yet."
