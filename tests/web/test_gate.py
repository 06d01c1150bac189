"""The one gate: nobody goes round it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

import dolenti
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records import gate
from dolenti.records.models import (
    Assessment,
    CareRelation,
    Complaint,
    Opening,
    Patient,
    Statement,
)
from dolenti.records.patients import opening
from tests.web.merges import merged
from tests.web.world import complaint_of, crowd, person, sent

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


def test_the_text_of_an_open_record_says_what_the_querysets_say(alice: User, north: Site) -> None:
    denis = person("Denis", Role.PRACTITIONER, north)
    mine, left, lent, shut, over, kept, away, absorbed, under, stranger = crowd(alice, 10)
    for patient in (mine, left, kept, absorbed):
        CareRelation.objects.create(patient=patient, user=denis, author=alice)
    CareRelation.objects.filter(patient=left).update(ended_at=timezone.now())
    for one, other in ((away, absorbed), (kept, under)):
        merged(None, one, other)
    opening.break_glass(sent(denis), lent, "Consultation urgente, confrère absent")
    opening.end(denis, opening.break_glass(sent(denis), shut, "Consultation urgente, erreur"))
    past = timezone.now() - timedelta(hours=2)
    Opening.objects.create(patient=over, user=denis, reason="Consultation urgente", ends_at=past)
    with time_machine.travel(
        timezone.now() + timedelta(hours=3)
    ):  # a clock that was set back since
        opening.break_glass(sent(denis), over, "Consultation urgente, confrère absent")
    everyone = Patient.objects.order_by("pk")
    complaints = Complaint.objects.filter(pk__in=[complaint_of(alice).pk for _ in range(3)])
    complaints.update(patient=lent)  # each row leads to its own patient, through one join or two
    Complaint.objects.filter(pk=complaints[0].pk).update(patient=stranger)

    for user in (denis, alice):
        as_querysets, as_text = _by_querysets(user, "pk"), gate.is_open(user, "pk")
        told = everyone.filter(as_text)
        assert set(told) == set(everyone.filter(as_querysets))
        assert {one.pk: one.told for one in everyone.annotate(told=_said(as_text))} == {
            one.pk: one.told for one in everyone.annotate(told=_said(as_querysets))
        }
        assert set(everyone.exclude(as_text)) == set(everyone) - set(told)
        every = Statement.objects.all()
        assert every.filter(complaint=None).exists(), "no complaint leads to their patient"
        of_complaint = every.filter(gate.is_open(user, "complaint__patient"))
        assert set(every.exclude(gate.is_open(user, "complaint__patient"))) == (
            set(every) - set(of_complaint)
        )
        within = Complaint.objects.filter(gate.is_open(user, "patient"), patient=OuterRef("pk"))
        ours = Complaint.objects.filter(_by_querysets(user, "patient"), patient=OuterRef("pk"))
        assert set(everyone.filter(Exists(within))) == set(everyone.filter(Exists(ours)))
        statements = Statement.objects.all()
        assert set(statements.filter(gate.is_open(user, "complaint__patient"))) == set(
            statements.filter(_by_querysets(user, "complaint__patient"))
        )
    assert set(everyone.filter(gate.is_open(denis, "pk"))) == {
        mine, lent, kept, away, absorbed, under
    }  # fmt: skip


def _said(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _by_querysets(user: User, patient: str) -> Q:
    """What the text of ``IsOpen`` stands for."""
    kept = "absorbed_by" if patient == "pk" else f"{patient}__absorbed_by"
    merged_ones = Patient.objects.filter(absorbed_by__gt=0)
    cared = merged_ones.filter(Exists(gate.team_of(user, "pk"))).values("absorbed_by")
    return Q(
        Exists(gate.team_of(user, patient))
        | Exists(gate.openings_now(user).filter(patient=OuterRef(patient)))
        | Exists(gate.team_of(user, kept))
        | Q(**{f"{patient}__in": cared})
    )


def test_an_assessment_is_opened_without_the_file_that_its_complaint_came_in(
    alice: User, stored: Assessment
) -> None:
    document = gate.assessment(alice, stored.public_id).complaint.document
    assert document is not None
    assert "original" in document.get_deferred_fields()
