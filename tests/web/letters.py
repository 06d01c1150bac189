"""Letters for the tests: one that is signed, and what stands between it and its signature."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.calendar.moments import local_day
from dolenti.clinic.letters.gathering import Gatherer
from dolenti.clinic.letters.printing import letter_pdf
from dolenti.ledger.once import Submission
from dolenti.letters import writing
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.letters.writing import About, Wanted
from dolenti.records import engine
from dolenti.records.models import Complaint, Patient

SURGEON = "surgeon"
TYPED = {
    "urgency": "Sous 7 jours",
    "to.specialty": "chirurgie orthopédique",
    "question": "une prothèse est-elle indiquée",
}


def somebody(complaint: Complaint) -> Complaint:
    """The pain of a patient who has a name: nobody writes of a case."""
    patient = Patient.objects.filter(pk=complaint.patient_id)
    if patient.filter(birth_name="").exists():
        patient.update(birth_name="LEROY", first_name="Paul", identity="provisional")
    found = Complaint.objects.select_related("patient__site", "document")
    return found.get(pk=complaint.pk)


def wanted(user: User, about: About, model: str = SURGEON, **said: Any) -> Wanted:
    """What a page would send of a letter as it stands now, its empty lines said to be so."""
    found = writing.model_of(model)
    known = Gatherer(user, about).known(found)
    basis = writing.basis_of(found, engine.edition_in_force(), known)
    values = {"to_address": "", "typed": TYPED, "basis": basis, **said}
    shown = writing.draft(
        found, known, {**values["typed"], writing.TO: "Dr Anne Roy"}, local_day(timezone.now())
    )
    read = writing.read_of(shown, values["to_address"])
    return Wanted(model, "Dr Anne Roy", **{"read": read, **values})


def signed_letter(
    user: User, complaint: Complaint, model: str = SURGEON, token: uuid.UUID | None = None,
    **said: Any,
) -> Letter:  # fmt: skip
    """A letter about a pain, signed now."""
    complaint = somebody(complaint)
    about = About(complaint.patient, complaint)
    with clock.at_site(user.site):
        return writing.sign(
            Submission(user, token or uuid.uuid4()),
            about,
            wanted(user, about, model, **said),
            Gatherer(user, about).known,
            letter_pdf,
        )


def awaited(user: User, complaint: Complaint) -> AwaitedReply:
    """The reply that a letter wishes."""
    letter = signed_letter(user, complaint)
    return AwaitedReply.objects.select_related("letter__patient__site").get(letter=letter)
