"""The life of a course: proposed, consented, active, then completed, or stopped with a reason.

The table begins here; each step is added beside what it asks for (``courses``, ``consents``).
``consented`` and ``active`` need a consent that stands: the database itself refuses them without.
"""

from __future__ import annotations

from typing import Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger.lifecycle import LifeCycle, Voice
from dolenti.records.gate.writing import insist_own_or_open
from dolenti.treatment.models import Course

State = Course.State
OPEN: Final = (State.PROPOSED, State.CONSENTED, State.ACTIVE)


class CourseRefusedError(InputError):
    """The course cannot be made, or cannot take this step."""


COURSES: Final = LifeCycle(
    "course",
    Course,
    patient="patient",
    open_to=insist_own_or_open,
    refusal=CourseRefusedError,
    voices={
        "course": Voice(
            Text(fr="cette cure", en="this course"),
            {
                State.PROPOSED: Text(
                    fr="attend le consentement du patient", en="waits for the patient’s consent"
                ),
                State.CONSENTED: Text(fr="n’a pas encore commencé", en="has not begun yet"),
                State.ACTIVE: Text(fr="est en cours", en="is under way"),
                State.COMPLETED: Text(fr="est terminée", en="is completed"),
                State.STOPPED: Text(fr="est arrêtée", en="is stopped"),
            },
            Text(
                fr="cette étape n’est pas possible à ce stade",
                en="this step is not possible from there",
            ),
        )
    },
    voice=lambda _course: "course",
)
