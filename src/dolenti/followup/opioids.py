"""The opioids of a patient over time, as far as the list of medicines says how much is taken.

A dose is read only where it can mean one thing: so many units a day of a speciality with one
substance and one strength. Whatever else was written stays words, and the opioid is named without a
number. Nothing here proposes a dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dolenti.guideline.diary import Listed, Stretch, Taken, over_time
from dolenti.guideline.diary.shapes.opioids import OpioidTable
from dolenti.medicines.values import Speciality
from dolenti.records.facts import naming
from dolenti.records.models import Medicine

_A_DAY: Final = re.compile(
    r"(\d{1,2}) ?(?:comprimés?|gélules?|tablets?|capsules?)? ?(?:par jour|/ ?j(?:our)?|a day)",
    re.IGNORECASE,
)
_STRENGTH: Final = re.compile(r"(?<![\d,/])(\d+(?:,\d+)?) mg(?![\w/])")


def stretches(table: OpioidTable, medicines: Iterable[Medicine]) -> tuple[Stretch, ...]:
    """What the opioids of a list amounted to over time; nothing where there is none."""
    found = [one for medicine in medicines if (one := _listed(table, medicine)) is not None]
    return over_time(table, found)


def _listed(table: OpioidTable, medicine: Medicine) -> Listed | None:
    speciality = naming.speciality(medicine.cis) if medicine.cis else None
    if speciality is None:
        return None
    opioid = next((name for name in _substances(speciality) if name in _opioids(table)), None)
    if opioid is None:
        return None
    taken = _taken(speciality, opioid, medicine.dose)
    return Listed(medicine.name, medicine.started_on, medicine.stopped_on, taken)


def _substances(speciality: Speciality) -> tuple[str, ...]:
    return tuple(one.name for one in speciality.composition)


def _opioids(table: OpioidTable) -> frozenset[str]:
    computed = {name for one in table.factors for name in one.names}
    return frozenset(computed.union(*(one.names for one in table.not_computed)))


def _taken(speciality: Speciality, opioid: str, dose: str) -> Taken | None:
    """How much is taken a day, where the words can mean one thing only."""
    written = _A_DAY.fullmatch(dose.strip())
    strengths = _STRENGTH.findall(speciality.name)
    alone = len(speciality.active_substances) == 1
    if written is None or len(strengths) != 1 or not alone or len(speciality.routes) != 1:
        return None
    return Taken(opioid, speciality.routes[0], speciality.form, strengths[0], written[1])
