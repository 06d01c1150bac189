"""Notes of visits: short, dated, of whoever has the patient in care; corrected and withdrawn in the
open, and in the copy of the record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from dolenti.access.models import User
from dolenti.access.writing import NotAllowedError
from dolenti.guideline.errors import InputError
from dolenti.ledger import belonging
from dolenti.ledger.models import Revision
from dolenti.records.models import Complaint, VisitNote
from dolenti.records.patients import noting
from tests.r4 import faults
from tests.web.copies import copy_of
from tests.web.world import sent

pytestmark = pytest.mark.django_db


def test_a_note_is_written_read_corrected_withdrawn_and_copied(
    at_alice: Client, bob: User, chloe: User, browser_of: Callable[[User], Client], knee: Complaint
) -> None:
    day = timezone.localdate() - timedelta(days=3)
    record = reverse("patient", args=[knee.patient.public_id])
    new = reverse("note-new", args=[knee.patient.public_id])
    assert f'value="{day.isoformat()}"' in at_alice.get(f"{new}?day={day}").content.decode()
    typed = {"token": str(uuid.uuid4()), "day": day.isoformat(), "note": "Marche <b>mieux</b>"}
    future = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong in ({"note": " "}, {"day": future}, {"day": "hier"}, {"note": "x" * 2001}):
        assert at_alice.post(new, {**typed, **wrong}).status_code == 422
    at_bob = browser_of(bob)  # a nurse writes too
    for _ in range(2):
        assert at_bob.post(new, typed).status_code == 302
    found = VisitNote.objects.get()
    assert (found.day, found.author) == (day, bob)
    assert "Marche &lt;b&gt;mieux" in at_alice.get(record).content.decode()

    edit = reverse("note-edit", args=[found.public_id])
    assert browser_of(chloe).get(edit).status_code == 404
    changed = {**typed, "based_on": 1, "note": "Marche mieux, dort mal"}
    assert at_alice.post(edit, changed).status_code == 302
    assert at_alice.post(edit, {**changed, "note": "Autre"}).status_code == 409
    withdraw = reverse("note-withdraw", args=[found.public_id])
    said = {"token": str(uuid.uuid4()), "based_on": 2}
    assert at_alice.post(withdraw, said).status_code == 422
    assert at_alice.post(withdraw, {**said, "reason": "Note d’un autre patient"}).status_code == 302
    assert "Note d’un autre patient" in at_alice.get(record).content.decode()
    assert Revision.objects.filter(kind="records.visitnote").count() == 2
    found.refresh_from_db()
    with pytest.raises(InputError, match="withdrawn"):
        noting.change(bob, found, 3, {"note": "x"}, timezone.localdate())

    archive = copy_of(at_alice, knee.patient)
    bundle = json.loads(archive.read("dossier-fhir.json"))
    Bundle.model_validate(bundle)
    assert faults(bundle) == []
    copied = next(o["resource"] for o in bundle["entry"] if o["resource"]["id"] == found.public_id)
    assert copied["resourceType"] == "ClinicalImpression"
    assert copied["status"] == "entered-in-error"
    assert (copied["effectiveDateTime"], copied["summary"]) == (day.isoformat(), found.note)


def test_who_has_no_record_writes_no_note(alice: User, ada: User, knee: Complaint) -> None:
    values = {"day": timezone.localdate(), "note": "x"}
    with pytest.raises(NotAllowedError):
        noting.write(sent(ada), knee.patient, values, timezone.localdate())
    assert not VisitNote.objects.exists()
    assert "records.visitnote" in {one.kind for one in belonging.tables()}
