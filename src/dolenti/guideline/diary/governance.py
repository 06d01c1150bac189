"""The rules of what is asked and told between the visits: what a clinician reads and signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.guideline.diary.content import LAYOUT, content, has_content
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.session.governance import Signed, signed_of

PLACE: Final = "patient"
NAMES: Final = frozenset({"letter_fields", "sign_groups"})
"""What only names a line for whoever fills it, and says nothing to anybody."""


def patient_rules(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Every entry with its place, as ``patient/alarms/alarms``. A word on a screen is signed as a
    rule is: what a patient reads at home, nobody stands beside to explain."""
    if has_content(edition):
        yield from LAYOUT.rules(content(edition), NAMES)


def patient_signed(edition: Edition, below: str = PLACE) -> Signed:
    """How much of a part of the content is signed: ``patient``, ``patient/alarms`` …"""
    return signed_of(edition, patient_rules(edition), below)
