"""The paper that confirms an appointment: when, with whom, where, and whom to call. No illness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient
from dolenti.ui.print.writing import day


@dataclass(frozen=True)
class ConfirmationDocument:
    """One appointment. ``when`` is its day and hour in words, ``made_at`` aware."""

    clinic: Clinic
    patient: Patient
    when: str
    practitioner: str
    made_at: datetime


def confirmation(document: ConfirmationDocument, language: str) -> bytes:
    """The PDF/UA of a confirmation, in ``fr`` or ``en``."""
    return pdf("confirmation", _content(document, language), document.made_at)


def _content(document: ConfirmationDocument, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SHARED, words.CONFIRMATION, language=language)
    return {
        "lang": language,
        "words": fixed,
        "title": fixed["title"],
        "clinic": clinic_head(document.clinic, language),
        "patient": patient_head(document.patient, language),
        "date": day(document.made_at.date(), language),
        "when": document.when,
        "practitioner": document.practitioner,
        "where": [document.clinic.name, *document.clinic.address],
        "sources": [],
    }
