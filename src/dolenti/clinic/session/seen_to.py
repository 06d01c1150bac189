"""What the program itself has seen to of a line of the pause, or cannot see."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dolenti.guideline.session.pause import KIT
from dolenti.guideline.session.shapes.pause import PauseLine
from dolenti.treatment.lately import asks_of_event, asks_of_infection, speak_of_infection
from dolenti.treatment.room import OF_UNIT, Standing


def seen_to(now: Standing, of: PauseLine) -> str:
    """In one sentence, or nothing."""
    line = of.id
    if asks_of_infection(of) and speak_of_infection(now.lately):
        return _("Answered by itself: see what stands at the top of the page.")
    if asks_of_event(now.lately, of):
        return _("One is on record, of an earlier session: see what stands above this list.")
    if line == KIT and now.session.appointment.room is None:
        return _(
            "This session has no room, so no kit is known here: choose the room in the "
            "appointment, or look yourself at the kit that is within reach."
        )
    if line == KIT and now.kit is None:
        return _("No inventory of this room’s kit is kept here: look at it.")
    if line == KIT and now.is_short_of:
        return _("The kit lacks something: see the warning above. “Yes” needs the reason.")
    if line in OF_UNIT and not now.preparation.unit:
        return _("Scan the label of the unit first.")
    if line == OF_UNIT[0]:
        return _("Looked up in the serum chain.")
    return ""
