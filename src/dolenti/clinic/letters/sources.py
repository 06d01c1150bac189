"""Where the lines of a letter come from, with the page on which what is wrong there is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dolenti.guideline.diary.shapes.papers import LetterField
from dolenti.letters.writing import About, Draft, Known
from dolenti.ui.language import current

OF_MODEL: Final = gettext_noop("Usual text of the letter")
PLACES: Final = {
    "patient": (gettext_noop("Identity and contacts"), "patient-identity"),
    "complaint": (gettext_noop("The pain and its assessment"), "complaint"),
    "course": (gettext_noop("The course"), "course"),
    "answers": (gettext_noop("Follow-up of the course"), "course-follow-up"),
    "medicines": (gettext_noop("Medicines of the record"), "patient-medicines"),
}
"""By what a field is kept with, the name of a page and its address."""
WITH: Final = {
    "patient.name": "patient", "patient.birth_date": "patient", "patient.phone": "patient",
    "complaint.label": "complaint", "complaint.side": "complaint", "complaint.since": "complaint",
    "assessment.date": "complaint", "verdicts": "complaint", "redflags": "complaint",
    "redflags.asked": "complaint", "open_questions": "complaint", "allergy": "complaint",
    "anticoagulant": "complaint", "antiplatelet": "complaint", "diabetes": "complaint",
    "sphincters": "complaint", "imaging": "complaint", "tried": "complaint",
    "diagnosis": "complaint", "therapy.label": "course", "sessions.count": "course",
    "sessions.when": "course", "sessions.table": "course", "act.date": "course",
    "act.table": "course", "act.pain": "course", "events": "course", "last_act": "course",
    "courses": "course", "next.step": "answers", "response": "answers", "change.words": "answers",
    "not_judged": "answers", "satisfaction": "answers", "activity": "answers", "work": "answers",
    "pain.night": "answers", "medicines": "medicines", "opioid.mme": "medicines",
    "opioid.since": "medicines",
}  # fmt: skip
"""By a field what it is kept with; of a field that is not here nothing is to be changed."""


@dataclass(frozen=True)
class Source:
    """A page of the record, and the lines that come from it; no address is the model's own text."""

    name: str
    url: str
    lines: str


def sources_of(
    about: About, made: Draft, known: Known, fields: Mapping[str, LetterField]
) -> list[Source]:
    """Those of a letter as it stands, each with its lines by name."""
    lines: dict[str, list[str]] = {}
    for name, value in made.values.items():
        usual = name not in known and made.model.defaults.get(name) == value
        where = "model" if usual else WITH.get(name)
        if where and value:
            lines.setdefault(where, []).append(fields[name].label.in_language(current()))
    found = [
        Source(_(label), address, ", ".join(lines[where]))
        for where, (label, page) in PLACES.items()
        if where in lines and (address := _address(about, where, page))
    ]
    of_model = ", ".join(lines.get("model", ()))
    return [*found, Source(_(OF_MODEL), "", of_model)] if of_model else found


def _address(about: About, where: str, page: str) -> str:
    if where in ("course", "answers"):
        of = about.course
        return reverse(page, args=[of.public_id]) if of else ""
    kept = about.complaint if where == "complaint" else about.patient
    return reverse(page, args=[kept.public_id]) if kept else ""
