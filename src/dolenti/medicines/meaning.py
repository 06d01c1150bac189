"""What taking a medicine says of the facts of the dictionary, and what it only puts in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dolenti.guideline.knowledge import Edition, Meaning, MedicineClass
from dolenti.medicines.base import Base
from dolenti.medicines.matching import matched
from dolenti.medicines.understanding import Understood
from dolenti.medicines.values import Speciality

_DOSE = re.compile(r"(\d+(?:[.,]\d+)?) ?(mg|g)\b")


@dataclass(frozen=True, slots=True, order=True)
class About:
    """A fact, or one member of a set."""

    fact: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What one medicine says: answers by fact or member, and what is to be asked.

    A set's member is answered by ``True``. ``asks`` never holds what is answered, and never an
    answer: a medicine that may be one thing or another makes both doubtful.
    """

    says: tuple[tuple[About, bool | str], ...] = ()
    asks: tuple[About, ...] = ()


def meaning_of(understood: Understood, edition: Edition, base: Base) -> Meant:
    """What an understood medicine means for the facts of an edition."""
    classes = {one.id: one for one in edition.medicine_classes}
    sets = {fact.id for fact in edition.facts if fact.type == "set"}
    likely = [base.speciality(cis) for cis in understood.cis]
    says: dict[About, bool | str] = {}
    asks: list[About] = []
    for name in (*understood.classes, *understood.possible):
        one = classes[name]
        doses = understood.doses_mg or _doses(likely, one)
        sure = _sure(one, understood.atc, doses) if name in understood.classes else ()
        says.update(_answer(meaning, sets) for meaning in sure)
        if not any(meaning.by_dose for meaning in sure):
            asks += (_answer(meaning, sets)[0] for meaning in one.means if meaning not in sure)
        asks += map(About, one.asks)
    asked = dict.fromkeys(about for about in asks if about not in says)
    return Meant(tuple(says.items()), tuple(asked))


def _answer(meaning: Meaning, sets: set[str]) -> tuple[About, bool | str]:
    if meaning.fact in sets:
        return About(meaning.fact, str(meaning.value)), True
    return About(meaning.fact), meaning.value


def _sure(one: MedicineClass, atc: str, doses: tuple[float, ...]) -> list[Meaning]:
    """What a class surely means. Where doses decide and it is none of them for sure, none is."""
    return [
        meaning
        for meaning in one.means
        if not meaning.by_dose
        or (atc and atc.startswith(meaning.atc))
        or (doses and all(meaning.at(dose) for dose in doses))
    ]


def _doses(specialities: Iterable[Speciality], one: MedicineClass) -> tuple[float, ...]:
    """The milligrams of the class's substance in each of these; empty where one does not say."""
    found: list[float] = []
    for speciality in specialities:
        own = list(_of_substance(speciality, one))
        if not own:
            return ()
        found += own
    return tuple(dict.fromkeys(found))


def _of_substance(speciality: Speciality, one: MedicineClass) -> Iterator[float]:
    names = {
        match.words for match in matched(speciality, one.medicines) if match.by == "composition"
    }
    parts = [part for part in speciality.composition if part.name in names]
    # What acts is the fraction, where it is given beside the salt that was weighed.
    for part in [p for p in parts if p.kind == "FT"] or parts:
        if match := _DOSE.match(part.dose):
            yield float(match[1].replace(",", ".")) * (1000 if match[2] == "g" else 1)
