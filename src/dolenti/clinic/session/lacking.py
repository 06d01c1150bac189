"""What the aftercare leaflet of a session still lacks, and where each of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.clinic.common.typed import sentence
from dolenti.guideline.errors import InputError
from dolenti.treatment import aftercare
from dolenti.treatment.room import SERUM, Standing
from dolenti.ui.language import current

_PARTS: Final = {
    "products": "preparation",
    "product": "preparation",
    "dose": "preparation",
    "lot": "preparation",
    "pain_before": "happened",
}
"""The part of the page that a field is written in; the others in what was injected."""


@dataclass(frozen=True)
class Lacks:
    """What is to be written, and where; ``leads`` is empty where the reader may not."""

    name: str
    leads: str


def lacking(user: User, now: Standing, *, signed: bool) -> tuple[list[Lacks], str]:
    """What the leaflet lacks; or the sentence that none is written for what was given."""
    try:
        found = aftercare.lacking(now)
    except InputError as error:
        return [], sentence(error)
    return [
        Lacks(one.label.in_language(current()), _leads(user, now, one.id, signed=signed))
        for one in found
    ], ""


def _leads(user: User, now: Standing, field: str, *, signed: bool) -> str:
    if field == "phone":
        return reverse("site") if user.may(Permission.ADMINISTER) else ""
    if signed:
        return "#amend"
    if field == "unit" and now.therapy == SERUM:
        return reverse("serum-session", args=[now.session.public_id])
    return f"#{_PARTS.get(field, 'injected')}"
