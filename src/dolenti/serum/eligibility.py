"""“Check before drawing”: what a practitioner looks at on the day, before any blood is drawn.

The consent stands, the complaint judged today still allows the serum, no red flag is present or
unknown. Unknown is never taken for no: it is asked first. A check is of its day alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import Text
from dolenti.guideline.serum.machine import THERAPY
from dolenti.ledger import locking, versions
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging import assessing, choosing
from dolenti.serum import clock
from dolenti.serum.drawing import has_consent
from dolenti.serum.models import Draw
from dolenti.serum.opening import SerumRefusedError


def is_checked(draw: Draw) -> bool:
    """Whether a practitioner checked it today."""
    return draw.checked_at is not None and local_day(draw.checked_at) == site_clock.today()


def open_flags(actor: Actor, draw: Draw) -> list[Text]:
    """The red flags of the complaint that are present or not known today, in words."""
    return list(_open(assessing.judged(actor, draw.course.complaint, site_clock.today())))


def _open(judgement: Judgement) -> Iterable[Text]:
    return (one.rule.because for one in judgement.red_flags if one.proof.holds is not False)


def check(actor: Actor, draw: Draw, based_on: int, *, identified: bool, today: bool) -> Draw:
    """A practitioner checked: the patient was ``identified``, nothing speaks against it ``today``.

    Raises ``SerumRefusedError`` without either, without a consent that stands, and for a red flag
    that is present or not known; ``ChoiceRefusedError``, ``StaleEditError``.
    """
    course, patient = draw.course, draw.patient
    with writing_record(actor, Permission.ASSESS, patient):
        locking.hold(patient)
        for said, name in ((identified, "identified"), (today, "today")):
            if not said:
                raise SerumRefusedError("look, then tick it", name, fr="vérifiez, puis cochez")
        if not has_consent(course):
            raise SerumRefusedError(
                "no signed consent is valid for this course",
                fr="aucun consentement signé n’est valable pour cette cure",
            )
        day = site_clock.today()
        if found := list(_open(assessing.judged(actor, course.complaint, day))):
            raise SerumRefusedError(
                "red flags are present or not known: assess the complaint first",
                fr="des drapeaux rouges sont présents ou à préciser\u00a0: évaluez d’abord la "
                f"douleur ({len(found)})",
            )
        choosing.insist_today(actor, course.assessment, THERAPY, course.passing, day)
        values = {"checked_by": author_of(actor), "checked_at": clock.read().at}
        return versions.change(
            actor, draw, based_on, values, patient_id=patient.public_id, action="check-draw"
        )
