"""The one gate: nobody goes round it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dolenti
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records import gate
from dolenti.records.models import Assessment, CareRelation, Complaint, Patient
from dolenti.records.patients import opening
from tests.web.merges import merged
from tests.web.world import crowd, person, sent

pytestmark = pytest.mark.each

PACKAGE = Path(dolenti.__file__).parent


def test_no_screen_asks_the_database_itself() -> None:
    for folder in ("clinic", "ui"):
        for file in (PACKAGE / folder).rglob("*.py"):
            assert not re.search(r"\.objects\b|connection\.cursor|\.raw\(", file.read_text()), file


def test_a_role_that_reads_no_cases_gets_none_from_the_gate(ada: User, knee: Complaint) -> None:
    assert not gate.complaints(ada).exists()
    assert not gate.statements(ada, knee).exists()
    assert not gate.assessments(ada).exists()


def test_the_same_site_shares_its_cases(bob: User, knee: Complaint) -> None:
    assert gate.complaint(bob, knee.public_id) == knee


def test_public_ids_are_random_and_never_the_row_number(alice: User, knee: Complaint) -> None:
    ids = {alice.public_id, alice.site.public_id, knee.public_id}
    assert len(ids) == 3
    assert all(len(one) == 16 and not one.isdigit() for one in ids)


def test_a_list_among_few_is_the_list_row_by_row(
    alice: User, north: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    denis = person("Denis", Role.PRACTITIONER, north)
    mine, opened, kept, away, stranger, absorbed, under = crowd(alice, 7)
    for patient in (mine, kept, absorbed):
        CareRelation.objects.create(patient=patient, user=denis, author=alice)
    for one, other in ((away, absorbed), (kept, under)):  # the second is in care, or the first
        merged(None, one, other)
    opening.break_glass(sent(denis), opened, "Consultation urgente, confrère absent")

    row_by_row = set(gate.in_care(denis).values_list("pk", flat=True))
    assert row_by_row == {one.pk for one in (mine, opened, kept, away, absorbed, under)}
    everyone = Patient.objects.filter(site=north)
    assert set(everyone.filter(gate.among_few(denis, "pk")).values_list("pk", flat=True)) == (
        row_by_row
    )
    assert stranger.pk not in row_by_row
    monkeypatch.setattr(gate, "FEW", 2)
    assert not gate.among_few(denis, "pk")  # too many: every row is looked up by itself


def test_an_assessment_is_opened_without_the_file_that_its_complaint_came_in(
    alice: User, stored: Assessment
) -> None:
    document = gate.assessment(alice, stored.public_id).complaint.document
    assert document is not None
    assert "original" in document.get_deferred_fields()
