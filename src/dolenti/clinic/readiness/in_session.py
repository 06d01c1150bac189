"""What stands first on the page of a session: the kit of its room, and whom the cards are for."""

from __future__ import annotations

from datetime import date
from typing import Any

from dolenti.calendar.moments import local_day
from dolenti.clinic.readiness.shown import KitShown, shown
from dolenti.guideline.birth import BirthDate, PartialDate, ages
from dolenti.readiness import kits
from dolenti.treatment.models import SessionRecord
from dolenti.treatment.room import Standing

ADULT = 18
"""Years from which no dose of the cards goes by age."""
GIVEN = (SessionRecord.State.DELIVERED, SessionRecord.State.SIGNED)


def in_session(now: Standing) -> dict[str, Any]:
    """The kit as it stands today, until something was given; weight in kg and age in months, where
    they are known, for the emergency page to read: they are in no address and are kept nowhere."""
    return {"kit": _kit(now), "of_the_patient": of_the_patient(now)}


def _kit(now: Standing) -> KitShown | None:
    room = now.session.appointment.room
    if room is None or (now.record is not None and now.record.state in GIVEN):
        return None
    (found,) = kits.standing([room], local_day(now.now))
    now.kit = found.state.level  # the pause asks the same, and looks no second time
    return shown(found)


def of_the_patient(now: Standing) -> dict[str, Any]:
    """Weight, as it is typed in the page’s language, and age."""
    if now.record is not None and now.record.state == SessionRecord.State.SIGNED:
        return {}
    weight = now.case.facts.get("weight")
    born = now.session.course.patient.birth_date
    return {
        "kg": "" if weight is None or not isinstance(weight.value, float) else f"{weight.value:g}",
        "months": None if born is None else months_of(born, local_day(now.now)),
    }


def months_of(born: BirthDate, day: date) -> int | None:
    """Whole months that somebody has lived, for doses by age. Where the day of birth is not known,
    they are of an adult who is one in any case, at the youngest; of a child nobody guesses."""
    if not isinstance(born, PartialDate):
        return months_between(born, day)
    return months_between(born.last, day) if ages(born, day).youngest >= ADULT else None


def months_between(born: date, day: date) -> int:
    """Whole months that somebody has lived."""
    months = (day.year - born.year) * 12 + day.month - born.month
    return max(0, months - (day.day < born.day))
