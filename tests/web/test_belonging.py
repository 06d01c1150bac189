"""A table of a patient says so itself; what it says is enough for everything that follows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import checks
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.ledger import belonging, keeping, versions
from dolenti.ledger.belonging import BelongsToPatient, WorkedOut
from dolenti.ledger.models import Receipt, Revision
from dolenti.ledger.once import once
from dolenti.records.models import Patient
from dolenti.rights import erasing
from tests.web.copies import copy_of
from tests.web.world import administrator, colleague, of_old, registered, sent

PROBE = "tests.apps.serum_probe"


@pytest.fixture
def serum(settings: Any) -> Any:
    """The models of an app that nobody knows of, installed for this test."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, PROBE]
    from tests.apps.serum_probe import models as serum

    return serum


@pytest.fixture
def tables(serum: Any, transactional_db: None) -> Any:
    """The same, with its tables, and what the end of ``migrate`` does."""
    with connection.schema_editor() as editor:
        for model in (serum.SerumUnit, serum.Thaw, serum.UnitCount):
            editor.create_model(model)
    assert keeping.lay() == 3, "two tables, and what stood before a change of one of them"
    assert keeping.lay() == 0
    return serum


@pytest.fixture
def unit(tables: Any, alice: User) -> Any:
    """A unit of a patient, changed once, thawed once."""
    patient = registered(alice)

    def draw() -> Any:
        return tables.SerumUnit.objects.create(
            patient=patient,
            drawn_by=colleague(alice, Role.NURSE),
            drawn_at=timezone.now(),
            lot="LOT-7",
        )

    unit = versions.change(alice, once(sent(alice), tables.SerumUnit, draw), 1, {"lot": "LOT-8"})
    tables.Thaw.objects.create(unit=unit)
    tables.UnitCount.objects.create(patient=patient, units=1)
    return unit


def faults() -> list[str]:
    return [error.id or "" for error in checks.run_checks(tags=[checks.Tags.models])]


def said(**fields: Any) -> BelongsToPatient:
    return BelongsToPatient(
        **{"through": "patient", "label": "x", "kept_as": "record", "not_copied": "x", **fields}
    )


def test_the_database_lets_no_row_of_it_go(unit: Any, tables: Any) -> None:
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
        tables.Thaw.objects.all().delete()
    empty = "TRUNCATE {} CASCADE" if connection.vendor == "postgresql" else "DELETE FROM {}"
    for model in (tables.Thaw, tables.SerumUnit):
        for statement in ("DELETE FROM {}", empty):
            with (
                pytest.raises(IntegrityError, match="kept"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement.format(model._meta.db_table))
        assert model.objects.count() == 1
    with pytest.raises(IntegrityError, match="kept"), transaction.atomic():
        Revision.objects.filter(row=unit.pk)._raw_delete("default")  # type: ignore[attr-defined]
    tables.UnitCount.objects.all().delete()


def test_it_is_counted_and_goes_with_the_record(unit: Any, tables: Any, alice: User) -> None:
    patient: Patient = unit.patient
    with translation.override("fr"):
        counted = {belonging.label_of(kind): n for kind, n in erasing.counts(patient).items()}
    assert {"Serum units": 1, "Thaws": 1, "Identité": 1}.items() <= counted.items()
    of_old(patient, 31)
    rene, sara = administrator(alice.site, "Rene"), administrator(alice.site, "Sara")
    today = timezone.localdate()
    (stone,) = erasing.confirm(sara, erasing.propose(sent(rene), patient, today), today)
    assert stone.kinds["serum_probe.serumunit"] == stone.kinds["serum_probe.thaw"] == 1
    assert set(stone.fingerprints) == set(stone.kinds)
    for model in (tables.SerumUnit, tables.Thaw, tables.UnitCount):
        assert not model.objects.exists()
    assert not Revision.objects.filter(kind="serum_probe.serumunit").exists()
    assert not Receipt.objects.filter(made="serum_probe.serumunit").exists()


def test_it_is_in_the_copy_of_the_record(unit: Any, at_alice: Client) -> None:
    archive = copy_of(at_alice, unit.patient)
    entries = json.loads(archive.read("dossier-fhir.json"))["entry"]
    found = [entry["resource"] for entry in entries]
    assert [r["identifier"] for r in found if r["id"] == unit.public_id] == [[{"value": "LOT-8"}]]
    assert unit.drawn_by.public_id in {r["id"] for r in found}, "whoever is named is listed"


def test_history_and_receipts_of_two_apps_never_meet(unit: Any) -> None:
    assert [one.kind for one in versions.history(unit)] == ["serum_probe.serumunit"]
    assert Receipt.objects.filter(made="serum_probe.serumunit", made_id=unit.pk).exists()


def test_the_site_as_it_is_passes_the_check(serum: Any) -> None:
    assert faults() == []


def test_every_table_of_a_patient_is_called_by_a_name_of_its_own_in_both_languages() -> None:
    tables = belonging.tables()
    assert {"records.patient", "agenda.appointment", "rights.recordcopy"} <= {
        t.kind for t in tables
    }
    called = {}
    for language in ("fr", "en"):
        with translation.override(language):
            called[language] = [belonging.label_of(table.kind) for table in tables]
            assert len(set(called[language])) == len(tables), called[language]
    assert set(called["fr"]) & set(called["en"]) <= {"Contacts"}, "the same word in both"


def test_a_table_that_does_not_say_whose_it_is_fails_the_check(
    serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(serum.SerumUnit, "belongs")
    found = [error for error in belonging.check() if error.obj is serum.SerumUnit]
    assert [error.id for error in found] == ["dolenti.E001"]
    assert "SerumUnit leads to a patient by `patient`" in found[0].msg
    assert "BelongsToPatient(through=" in (found[0].hint or "")


def test_a_table_a_step_further_away_fails_it_too(
    serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(serum.Thaw, "belongs")
    assert [error.obj for error in belonging.check()] == [serum.Thaw]


@pytest.mark.parametrize(
    "through, sentence",
    [
        ("unit__who", "has no field `who`"),
        ("unit", "does not lead to a patient"),
        ("unit__lot", "is no foreign key"),
        ("unit__drawn_by", "does not lead to a patient"),
        ((), "names no way"),
    ],
)
def test_a_way_that_does_not_lead_to_a_patient_fails_the_check(
    through: Any, sentence: str, serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mistaken in (said(through=through), WorkedOut(through=through, source="x")):
        monkeypatch.setattr(serum.Thaw, "belongs", mistaken)
        (error,) = (error for error in belonging.check() if error.obj is serum.Thaw)
        assert error.id == "dolenti.E002"
        assert sentence in error.msg


def test_rows_that_may_be_nobodys_fail_the_check(
    serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serum.Thaw._meta.get_field("unit"), "null", True)
    (error,) = belonging.check()
    assert "nobody could erase them" in error.msg


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"kept_as": "for-ever"}, "a rule that retention.yaml does not have"),
        ({"copied_by": f"{PROBE}.copied.nothing", "not_copied": ""}, "which is not there"),
        ({"copied_by": f"{PROBE}.models.Thaw", "not_copied": ""}, "which is no Copier"),
        ({"filed_by": f"{PROBE}.copied.units", "not_copied": ""}, "which is no Filing"),
        ({"names": ("patient",)}, "which is no key to a person"),
        ({"names": ("nobody",)}, "has no field `nobody`"),
        ({"copied_with": "nothing", "not_copied": ""}, "has no field `nothing`"),
    ],
)
def test_what_a_table_says_of_itself_must_hold(
    fields: dict[str, Any], sentence: str, serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serum.SerumUnit, "belongs", said(**fields))
    (error,) = checks.run_checks(tags=[checks.Tags.models])
    assert sentence in error.msg
    assert error.obj is serum.SerumUnit


@pytest.mark.parametrize("fields", [{"not_copied": ""}, {"copied_by": "x"}])
def test_a_table_says_either_how_it_is_copied_or_why_not(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not both"):
        said(**fields)


def test_a_table_that_django_makes_by_itself_fails_the_check(
    serum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = Patient._meta.apps.all_models["serum_probe"]["thaw"]
    monkeypatch.delattr(through, "belongs")
    monkeypatch.setattr(through._meta, "auto_created", serum.SerumUnit)
    (error,) = belonging.check()
    assert "is made by Django for a many-to-many field" in error.msg


def test_a_row_that_names_two_patients_is_each_ones() -> None:
    (merge,) = (table for table in belonging.tables() if table.kind == "records.merge")
    assert merge.lookups == ("kept", "absorbed")
    assert merge.owners("OLD") == ('OLD."kept_id"', 'OLD."absorbed_id"')
