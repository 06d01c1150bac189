"""The end of a patient's follow-up: said by somebody of the clinic, and from then on nothing is
asked or sent. Open alerts stay with the clinic."""

from __future__ import annotations

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.diary.models import Link, Stop
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient


class StopRefusedError(InputError):
    """The follow-up cannot be ended so."""


def stop(submission: Submission, patient: Patient, why: str, note: str) -> Stop:
    """The patient wants no follow-up, or died: so it is of every record that is merged with this
    one. Every link of theirs is revoked, but to a leaflet where they did not die; said twice, it is
    said once. Raises ``StopRefusedError``, ``NotAllowedError``."""
    if why not in Stop.Why.values:
        raise StopRefusedError("choose why", "why", fr="choisissez le motif")

    def make() -> Stop:
        locking.hold(patient)
        standing = Stop.objects.filter(patient=patient, why=why).first()
        if standing is not None:
            return standing
        theirs = Link.objects.filter(patient__in=gate.family(patient), revoked_at=None)
        if why == Stop.Why.WITHDRAWN:  # the leaflet of what was given stays theirs
            theirs = theirs.exclude(purpose=Link.Purpose.AFTERCARE)
        theirs.update(revoked_at=timezone.now())
        made = Stop.objects.create(
            patient=patient, why=Stop.Why(why), note=note.strip()[:500], author=submission.user
        )
        audit.record(
            "stop-follow-up",
            actor=submission.actor,
            kind="stop",
            object_id=made.public_id,
            patient_id=patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.FOLLOW_UP, patient):
        return once(submission, Stop, make)
