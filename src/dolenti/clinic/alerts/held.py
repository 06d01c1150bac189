"""What holds the sessions of a patient back, as three pages say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dolenti.records.models import Patient
from dolenti.treatment import holds
from dolenti.treatment.holds import Hold
from dolenti.ui.language import current


@dataclass(frozen=True)
class HeldLine:
    """One thing that holds: what it says, and the alert that says it."""

    id: str
    about: str
    says: str


def held_lines(found: Iterable[Hold]) -> list[HeldLine]:
    """What holds, in the language of the moment."""
    return [HeldLine(one.id, one.about, one.says.in_language(current())) for one in found]


def held_of(patient: Patient) -> list[HeldLine]:
    """What holds every session of a patient, whose record is open to whoever reads."""
    return held_lines(holds.of(patient))
