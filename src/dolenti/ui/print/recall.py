"""The letter to somebody who received a lot that is recalled: what, when, and what to do.

What they are told is the clinician's own text. The letter names the product and no illness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient
from dolenti.ui.print.writing import day


@dataclass(frozen=True)
class RecallDocument:
    """A letter of a recall. ``received`` are the days on which the patient received the lot,
    ``told`` what they are to know, ``signed_by`` who wrote it; ``made_at`` is aware."""

    clinic: Clinic
    patient: Patient
    product: str
    lot: str
    received: tuple[date, ...]
    told: str
    signed_by: str
    made_at: datetime


def recall(document: RecallDocument, language: str) -> bytes:
    """The PDF/UA of a letter, in ``fr`` or ``en``."""
    return pdf("recall", _content(document, language), document.made_at)


def _content(document: RecallDocument, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SHARED, words.RECALL, language=language)
    return {
        "lang": language,
        "words": fixed,
        "title": fixed["title"],
        "clinic": clinic_head(document.clinic, language),
        "patient": patient_head(document.patient, language),
        "date": day(document.made_at.date(), language),
        "product": document.product,
        "lot": document.lot,
        "received": ", ".join(day(one, language) for one in document.received),
        "told": document.told.split("\n"),
        "signed-by": document.signed_by,
        "sources": [],
    }
