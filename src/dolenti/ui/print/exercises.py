"""A plan of exercises for the patient: on one page, or in large print on several."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from dolenti.guideline.session.governance import Signed
from dolenti.identity.phone import as_read
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient

if TYPE_CHECKING:  # paper knows no database
    from dolenti.followup.sheet import ExerciseSheet

EXERCISES_POINTS: Final = 8.4
LARGE_EXERCISES_POINTS: Final = 17


@dataclass(frozen=True)
class ExercisePage:
    """A plan on paper. ``accepted`` says by whom and when; a draft, which nobody accepted yet, says
    so at its head; ``signed`` is how much of its content somebody has signed. ``made_at`` is
    aware."""

    clinic: Clinic
    patient: Patient
    about: str
    sheet: ExerciseSheet
    accepted: str
    is_draft: bool
    signed: Signed
    made_at: datetime


def exercise_page(page: ExercisePage, *, points: float = EXERCISES_POINTS) -> bytes:
    """The PDF/UA of a plan in the language of its sheet, its letters so many points high. How an
    exercise is done stands where it comes first."""
    language = page.sheet.language
    content: dict[str, Any] = asdict(page.sheet)
    seen: set[str] = set()
    for stage in content["stages"]:
        for one in stage["exercises"]:
            one["how"] = "" if one["name"] in seen else one["how"]
            seen.add(one["name"])
    content |= {
        "lang": language,
        "words": words.in_language(words.SHARED, words.EXERCISES, language=language),
        "about": page.about,
        "clinic": clinic_head(page.clinic, language),
        "patient": patient_head(page.patient, language),
        "phone": as_read(page.clinic.phone),
        "accepted": page.accepted,
        "draft": page.is_draft,
        "notice": page.signed.told.in_language(language) if page.signed.told else "",
        "keywords": [page.signed.notice.in_language(language)] if page.signed.notice else [],
        "points": points,
        "sources": [],
    }
    return pdf("exercises", content, page.made_at)
