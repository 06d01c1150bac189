"""What follows for the serum from the end of a course: where it is stopped (a consent taken back, a
change of mind), every unit of it is held at once. They are destroyed once two people say so.
"""

from __future__ import annotations

from typing import Final

from dolenti.ledger.lifecycle import Taking
from dolenti.serum import steps
from dolenti.serum.models import Unit
from dolenti.serum.steps import ENDED, Act
from dolenti.treatment.life import COURSES
from dolenti.treatment.models import Course

STOPPED: Final = "course-stopped"


def _hold_units(taking: Taking[Course]) -> None:
    """Its units are held."""
    units = Unit.objects.filter(draw__course=taking.row).exclude(state__in=(*ENDED, "held"))
    for unit in units.order_by("pk"):
        act = Act("hold", {"reason-coded": True}, reason=STOPPED, held_for=STOPPED)
        steps.write(taking.actor, unit, act)


COURSES.then(_hold_units, "stop-course")
