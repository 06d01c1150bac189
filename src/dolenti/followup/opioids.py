"""The opioids of a patient over time, as far as the list of medicines says how much is taken.

An opioid is what a class of the knowledge says it is, by composition, generic group or name. A dose
is read only where it can mean one thing: so many units a day of a speciality with one substance and
one strength, or so many patches worn. Whatever else was written stays words, and the opioid is
named without a number. Nothing here proposes a dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from dolenti.guideline.diary import (
    Content,
    Equivalent,
    Listed,
    Stretch,
    Taken,
    facts_of,
    of_a_day,
    over_time,
)
from dolenti.guideline.diary.shapes.opioids import OpioidTable
from dolenti.medicines.values import Speciality
from dolenti.records.facts import naming
from dolenti.records.models import Medicine
from dolenti.records.patients import medicating

_A_DAY: Final = re.compile(
    r"(\d{1,2}) ?(?:comprimés?|gélules?|tablets?|capsules?)? ?(?:par jour|/ ?j(?:our)?|a day)",
    re.IGNORECASE,
)
_WORN: Final = re.compile(
    r"(\d) ?(?:patchs?|patches|dispositifs?)?,? ?"
    r"(?:(?:tous les|every) (?:3|trois|three) (?:jours|days)|(?:toutes les|every|/) ?72 ?h\w*)",
    re.IGNORECASE,
)
"""A patch is worn for three days; one that is changed more often is not what a factor is for."""
_STRENGTH: Final = re.compile(r"(?<![\d,/])(\d+(?:,\d+)?) mg(?![\w/])")
_AN_HOUR: Final = re.compile(r"(\d+(?:,\d+)?) ?(?:microgrammes|µg) ?/ ?h(?:eure)?\b")
_CLASS: Final = "opioid-"
SEDATIVE: Final = "sedative"
TRAMADOL: Final = "opioid-tramadol"
WHICH: Final = "medicine-which"
"""The question which medicines were taken that day."""


def table_in_force(content: Content) -> OpioidTable:
    """The table of factors by which equivalents are computed."""
    return next(one for one in content.opioid_tables if one.id == content.opioids.in_force)


def stretches(table: OpioidTable, medicines: Iterable[Medicine]) -> tuple[Stretch, ...]:
    """What the opioids of a list amounted to over time; nothing where there is none."""
    found = [one for medicine in medicines if (one := _listed(table, medicine)) is not None]
    return over_time(table, found)


def told_in(content: Content, answers: Mapping[str, Any]) -> Equivalent | None:
    """What the opioids of one answer of a patient amount to that day, by the table in force, as
    they told it; ``None`` where they named none."""
    of = {one.id: one.opioid for one in content.questions if one.opioid is not None}
    amounts = {of[name]: str(value) for name, value in answers.items() if name in of}
    return of_a_day(table_in_force(content), answers.get(WHICH, ()), amounts)


def facts(
    over_days: Sequence[Stretch], medicines: Iterable[Medicine], today: date
) -> dict[str, bool | float]:
    """What the rules of opioids may ask of a list of medicines today, and of its stretches. A list
    may lack a medicine: what it does not name is not said to be absent."""
    found = facts_of(over_days, today)
    taken = [one for one in medicines if medicating.is_taken(one, today)]
    classes = {name for one in taken for name in _classes(one)}
    found |= {"takes-sedative": True} if SEDATIVE in classes else {}
    return found | ({"takes-tramadol": True} if TRAMADOL in classes else {})


def _classes(medicine: Medicine) -> tuple[str, ...]:
    return naming.understood(medicine.name, medicine.cis).classes


def _listed(table: OpioidTable, medicine: Medicine) -> Listed | None:
    speciality = naming.speciality(medicine.cis) if medicine.cis else None
    held = () if speciality is None else tuple(one.name for one in speciality.composition)
    opioid = next((name for name in held if name in _opioids(table)), None)
    if opioid is None and not any(name.startswith(_CLASS) for name in _classes(medicine)):
        return None
    # Of what has no composition in the base, the name alone tells: it is named, and not computed.
    taken = None
    if speciality is not None and opioid is not None:
        taken = _taken(speciality, opioid, medicine.dose)
    return Listed(medicine.name, medicine.started_on, medicine.stopped_on, taken)


def _opioids(table: OpioidTable) -> frozenset[str]:
    computed = {name for one in table.factors for name in one.names}
    return frozenset(computed.union(*(one.names for one in table.not_computed)))


def _taken(speciality: Speciality, opioid: str, dose: str) -> Taken | None:
    """How much is taken a day, or worn, where the words can mean one thing only."""
    by_the_hour = _AN_HOUR.findall(speciality.name)
    written = (_WORN if by_the_hour else _A_DAY).fullmatch(dose.strip())
    strengths = by_the_hour or _STRENGTH.findall(speciality.name)
    alone = len(speciality.active_substances) == 1
    if written is None or len(strengths) != 1 or not alone or len(speciality.routes) != 1:
        return None
    return Taken(opioid, speciality.routes[0], speciality.form, strengths[0], written[1])
