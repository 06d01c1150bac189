"""Who died of an event is asked nothing any more."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from dolenti.access.roles import Permission
from dolenti.diary import stops
from dolenti.diary.models import Stop
from dolenti.ledger.once import Submission
from dolenti.records.gate.writing import writing_record
from dolenti.safety import events
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent

DEADLY: Final = 5
"""The grade of a death, whatever the scale (CTCAE and those made like it)."""


def tell_anew(
    submission: Submission, event: AdverseEvent, based_on: int, told: Told, reason: str
) -> AdverseEvent:
    """Tell an event anew, as ``safety.events.tell_anew`` does and with its errors; where it says
    that the patient died, the follow-up ends with it. One transaction."""
    with writing_record(submission.actor, Permission.WRITE_RECORDS, event.patient):
        changed = events.tell_anew(submission, event, based_on, told, reason)
        if changed.outcome == AdverseEvent.Outcome.DEATH or changed.grade == DEADLY:
            ends = replace(submission, token=uuid.uuid5(submission.token, "died"))
            stops.stop(ends, event.patient, Stop.Why.DIED, "")
        return changed
