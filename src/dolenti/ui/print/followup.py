"""How a course went, on one page: for the referring doctor and the physiotherapist.

All is of plain words that the caller has. A step stands on it once a practitioner accepted it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head, practitioner_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient, Practitioner
from dolenti.ui.print.writing import moment


@dataclass(frozen=True)
class FollowUpScore:
    """A score: its name, before, after, the difference, and what that is worth in words;
    ``smallest`` is the smallest difference that matters, with who says so, where it is known."""

    label: str
    before: str
    after: str
    difference: str
    worth: str
    smallest: str = ""


@dataclass(frozen=True)
class FollowUpPage:
    """A course on paper. ``curve`` is our SVG, empty where no pain is known, and ``says`` it in a
    sentence; ``beside`` are the sentences that belong under every curve; ``sessions`` are lines.
    ``exercises`` are the lines of the accepted plan, with work and sport; none where there is none.
    ``judged`` is what the curve measures; ``answered`` says how much was asked and answered, and
    when the pain is asked next; ``where`` is where it hurts, ``felt`` the sensory
    maps of its freezes, in lines. ``step`` was accepted on ``step_of``;
    both are empty where none was, and so is ``step_why``: the rule in words, what it rests on, its
    sources. ``made_at`` is aware.
    """

    clinic: Clinic
    patient: Patient
    practitioner: Practitioner
    about: str
    judged: str
    curve: str
    says: str
    beside: tuple[str, ...]
    scores: tuple[FollowUpScore, ...]
    sessions: tuple[str, ...]
    events: tuple[str, ...]
    answered: tuple[str, ...]
    where: tuple[str, ...]
    felt: tuple[str, ...]
    step: str
    step_of: str
    step_why: tuple[str, ...]
    exercises: tuple[str, ...]
    made_at: datetime


def follow_up_page(page: FollowUpPage, language: str) -> bytes:
    """The PDF/UA of a course, in ``fr`` or ``en``; the same bytes for the same course."""
    fixed = words.in_language(words.SHARED, words.FOLLOW_UP, language=language)
    content: dict[str, Any] = {
        "lang": language,
        "words": fixed,
        "title": fixed["title"],
        "about": page.about,
        "clinic": clinic_head(page.clinic, language),
        "patient": patient_head(page.patient, language),
        "practitioner": practitioner_head(page.practitioner),
        "drawn": bool(page.curve),
        "judged": page.judged,
        "answered": list(page.answered),
        "where": list(page.where),
        "felt": list(page.felt),
        "step_why": list(page.step_why),
        "says": page.says,
        "beside": list(page.beside),
        "scores": [
            [one.label, one.before, one.after, one.difference, one.worth, one.smallest]
            for one in page.scores
        ],
        "sessions": list(page.sessions),
        "events": list(page.events),
        "step": page.step,
        "step_of": page.step_of,
        "exercises": list(page.exercises),
        "made": moment(page.made_at, language),
        "sources": [],
    }
    return pdf("followup", content, page.made_at, drawing=page.curve)
