"""The documents of a session: its record for the chart, the leaflet that goes home, the label of a
syringe.

All are of plain words that the caller has: nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dolenti.guideline.session.leaflet import Sheet
from dolenti.scanning import symbols
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head, practitioner_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient, Practitioner
from dolenti.ui.print.writing import fingerprint, moment

LEAFLET_POINTS: Final = 11.5
LARGE_POINTS: Final = 17.0
"""Large print, for eyes that need it."""


@dataclass(frozen=True)
class SessionDocument:
    """A signed record. ``chapters`` are headings with their lines (label, value); ``versions`` says
    which amendment it is and why, empty for the first; ``drawing`` is the map as an SVG of ours."""

    clinic: Clinic
    patient: Patient
    practitioner: Practitioner
    title: str
    about: str
    chapters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    reason: str
    signed_at: datetime
    seal: str
    drawing: str = ""


def session_record(document: SessionDocument, language: str) -> bytes:
    """The PDF/UA of a record, in ``fr`` or ``en``; the same bytes for the same record."""
    fixed = words.in_language(words.SHARED, words.SESSION, language=language)
    content: dict[str, Any] = {
        "lang": language,
        "words": fixed,
        "title": document.title,
        "about": document.about,
        "clinic": clinic_head(document.clinic, language),
        "patient": patient_head(document.patient, language),
        "practitioner": practitioner_head(document.practitioner),
        "chapters": [
            {"heading": heading, "lines": [[label, value] for label, value in lines]}
            for heading, lines in document.chapters
        ],
        "reason": document.reason,
        "signed": moment(document.signed_at, language),
        "seal": fingerprint(document.seal),
        "drawn": bool(document.drawing),
        "sources": [],
    }
    return pdf("session", content, document.signed_at, drawing=document.drawing)


def aftercare(
    sheet: Sheet,
    clinic: Clinic,
    patient: Patient,
    notice: str,
    at: datetime,
    *,
    points: float = LEAFLET_POINTS,
) -> bytes:
    """The PDF/UA of a leaflet, in its own language, its letters so many points high. ``notice``
    says that nobody has signed its content yet; empty where somebody has."""
    content: dict[str, Any] = {
        "lang": sheet.language,
        "words": words.in_language(words.SHARED, language=sheet.language),
        "title": sheet.title,
        "clinic": clinic_head(clinic, sheet.language),
        "patient": patient_head(patient, sheet.language),
        "sections": [
            {
                "heading": section.heading,
                "listed": section.listed,
                "lines": [
                    [{"words": span.words, "strong": span.strong} for span in line.spans]
                    for line in section.lines
                ],
            }
            for section in sheet.sections
        ],
        "notice": notice,
        "points": points,
        "sources": [],
    }
    return pdf("aftercare", content, at)


@dataclass(frozen=True)
class SyringeLabel:
    """What stands on a syringe. ``code`` is the number of the record, in a QR code; ``initials``
    and the year of birth are what a helper needs to take the right one, and no name."""

    code: str
    initials: str
    born: str
    contents: tuple[tuple[str, str], ...]
    volume: str
    prepared: datetime
    by: str


def syringe_label(label: SyringeLabel, language: str) -> bytes:
    """One label of 62 by 40 mm, with a QR code that a scanner reads back."""
    fixed = words.in_language(words.SHARED, words.SYRINGE, language=language)
    content: dict[str, Any] = {
        "lang": language,
        "words": fixed,
        "title": fixed["title"],
        "code": label.code,
        "initials": label.initials,
        "born": label.born,
        "contents": [[what, amount] for what, amount in label.contents],
        "volume": label.volume,
        "prepared": moment(label.prepared, language),
        "by": label.by,
    }
    return pdf("syringe", content, label.prepared, drawing=symbols.svg(label.code))


def as_chapters(
    chapters: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Chapters as a document takes them."""
    return tuple((heading, tuple(lines)) for heading, lines in chapters)
