"""What stands at the top of every document and of each of its pages."""

from __future__ import annotations

from typing import Any

from dolenti.guideline.birth import PartialDate
from dolenti.ui.print.values import Clinic, Patient, Practitioner
from dolenti.ui.print.words import SHARED, word
from dolenti.ui.print.writing import health_number, short_birth


def clinic_head(clinic: Clinic, language: str) -> dict[str, Any]:
    """The clinic as it is named, reached and identified."""
    phone = [f"{word(SHARED['phone'], language)}\u00a0{clinic.phone}"] if clinic.phone else []
    numbers = [f"{name}\u00a0{number}" for name, number in clinic.identifiers]
    return {
        "name": clinic.name,
        "lines": [*clinic.address, *phone, *([clinic.email] if clinic.email else [])],
        "numbers": " · ".join(numbers),
        "phone": clinic.phone,
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
