"""The job that makes the letters of a recall, which are of the screens' words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django_tasks import task

from dolenti.calendar.moments import to_local
from dolenti.records.copying import language_of
from dolenti.stock import letters
from dolenti.stock.models import RecallLetter
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, patient_of


@task
def make_letters(lot_id: str) -> int:
    """Make the letters that are missing of a recalled lot; once, however often it is begun."""
    return letters.make(lot_id, letter_pdf)


def letter_pdf(letter: RecallLetter, days: Sequence[date]) -> bytes:
    """The letter as a document, in the patient's language."""
    lot, patient = letter.lot, letter.patient
    document = printing.RecallDocument(
        clinic_of(patient.site),
        patient_of(patient),
        lot.item.name,
        lot.number,
        tuple(days),
        lot.told,
        letter.author.name,
        to_local(timezone.now()),
    )
    return printing.recall(document, language_of(patient))
