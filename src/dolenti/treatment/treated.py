"""What is treated, where, and whether it still stands: no consent is taken, no course begun and
nothing given for a record or a pain that was entered in error, nor for a pain that is resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dolenti.guideline.knowledge import Text
from dolenti.records.models import Complaint
from dolenti.treatment import content
from dolenti.treatment.content import Treated
from dolenti.treatment.life import CourseRefusedError
from dolenti.treatment.models import Course, SessionRecord

What = Literal["patient", "complaint", "consent"]


@dataclass(frozen=True)
class Stop:
    """One thing that stops: ``line`` of the pause is red by it, ``leads`` is what puts it right."""

    line: str
    leads: What
    says: Text


OF_THE_RECORD: Final = Stop(
    "identity",
    "patient",
    Text(
        fr="Ce dossier a été saisi par erreur\u00a0: rien n’y est fait. Ouvrez le bon dossier.",
        en="This record was entered in error: nothing is done in it. Open the right record.",
    ),
)
OF_AN_ERROR: Final = Stop(
    "consent",
    "complaint",
    Text(
        fr="Cette douleur a été saisie par erreur\u00a0: rien n’est fait pour elle. Arrêtez la "
        "cure, puis décrivez la bonne douleur.",
        en="This pain was entered in error: nothing is done for it. Stop the course, then describe "
        "the right pain.",
    ),
)
OF_THE_RESOLVED: Final = Stop(
    "consent",
    "complaint",
    Text(
        fr="Cette douleur est notée résolue\u00a0: rouvrez-la si elle est revenue, sinon terminez "
        "ou arrêtez la cure.",
        en="This pain is noted as resolved: open it again if it is back, else complete or stop the "
        "course.",
    ),
)


def of_pain(complaint: Complaint) -> Treated:
    """A pain as it stands now: what is about to be treated."""
    return Treated(
        condition=complaint.condition or "", zone=complaint.zone or "", side=complaint.side or ""
    )


def of_record(record: SessionRecord) -> Treated:
    """What a record was given for: as the pain stood when it was given; of one that was not given
    yet, as it stands now."""
    if record.treated:
        return content.read(Treated, record.treated)
    return of_pain(record.session.course.complaint)


def of_what_is_treated(course: Course) -> list[Stop]:
    """What stops of the record and of the pain: no consent is taken beside it either."""
    found = []
    if course.patient.in_error:
        found.append(OF_THE_RECORD)
    if course.complaint.in_error:
        found.append(OF_AN_ERROR)
    elif course.complaint.state != Complaint.State.ACTIVE:
        found.append(OF_THE_RESOLVED)
    return found


def insist_of(course: Course) -> None:
    """Raises ``CourseRefusedError`` where what a course treats no longer stands: as it is now,
    inside the transaction of whoever writes, who holds the patient."""
    now = Course.objects.select_related("patient", "complaint").get(pk=course.pk)
    for one in of_what_is_treated(now):
        raise CourseRefusedError(one.says.en, fr=one.says.fr)
