"""What stands at the top of every document and of each of its pages."""

from __future__ import annotations

from typing import Any, Final

from dolenti.guideline.birth import PartialDate
from dolenti.identity.phone import as_read
from dolenti.ui.print.drawing import logo_svg
from dolenti.ui.print.values import Clinic, Patient, Picture, Practitioner
from dolenti.ui.print.words import SHARED, word
from dolenti.ui.print.writing import health_number, short_birth

_LOGO_WIDTH: Final = 48.0
_LOGO_HEIGHT: Final = 14.0
"""In mm: the most that a logo takes."""


def clinic_head(clinic: Clinic, language: str) -> dict[str, Any]:
    """The clinic as it is named, reached and identified."""
    phone = as_read(clinic.phone)
    reached = [f"{word(SHARED['phone'], language)}\u00a0{phone}"] if phone else []
    numbers = [f"{name}\u00a0{number}" for name, number in clinic.identifiers]
    return {
        "name": clinic.name,
        "lines": [*clinic.address, *reached, *([clinic.email] if clinic.email else [])],
        "numbers": " · ".join(numbers),
        "phone": phone,
        "logo": _logo(clinic.logo) if clinic.logo else None,
    }


def _logo(logo: Picture) -> dict[str, Any]:
    """A logo and the width in mm at which it fits the head."""
    return {
        "svg": logo_svg(logo),
        "width": min(_LOGO_WIDTH, _LOGO_HEIGHT * logo.width / logo.height),
    }


def patient_head(patient: Patient, language: str) -> dict[str, Any]:
    """The traits that tell one patient from another, on each page."""
    ins = f"INS\u00a0{health_number(patient.ins)}" if patient.ins else ""
    day = patient.birth_date
    key = "born-in" if isinstance(day, PartialDate) else "born"
    said = word(SHARED[f"{key}-{patient.sex}" if patient.sex else key], language)
    born = f"{said}\u00a0{short_birth(day, language)}" if day else ""
    return {
        "name": patient.name,
        "born": born,
        "ins": ins,
        "address": list(patient.address),
        "line": " · ".join(part for part in (patient.name, born, ins) if part),
    }


def practitioner_head(practitioner: Practitioner) -> dict[str, str]:
    """The practitioner's name, title and RPPS number."""
    number = f"RPPS\u00a0{practitioner.identifier}" if practitioner.identifier else ""
    return {"name": practitioner.name, "title": practitioner.title, "number": number}
