"""What is asked at home before a visit: the dictionary's questions, in a patient's words."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Sourced

Part = Literal[
    "emergency", "complaint", "allergies", "medicines", "illnesses", "pregnancy", "sport"
]


class HomeOption(Entry, frozen=True, kw_only=True):
    """One answer to a choice: an option of its fact; or what is only ``told`` (yes, and no more
    than that is known), which is read to the clinician and is no value of the fact."""

    id: str
    label: Text
    told: bool = False


class HomeQuestion(Sourced, frozen=True, kw_only=True):
    """One question, by the id of the fact that it asks. ``by_name``: each thing is typed by its
    name, and kept as it was typed; ``none`` are the words of the button that says there is none.

    ``seen``: what the patient sees of what somebody examines. It raises the red flag of its fact,
    and is read at the visit; it is never confirmed in the place of the examination.
    """

    id: str
    part: Part
    ask: Text
    help: Text | None = None
    by_name: bool = False
    seen: bool = False
    none: Text | None = None
    options: tuple[HomeOption, ...] = ()
