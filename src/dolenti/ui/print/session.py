"""The documents of a session: its record for the chart, the leaflet that goes home, the label of a
syringe.

All are of plain words that the caller has: nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dolenti.guideline.session.governance import Signed
from dolenti.guideline.session.leaflet import Sheet
from dolenti.scanning import symbols
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head, practitioner_head
from dolenti.ui.print.pages import fitted, pdf
from dolenti.ui.print.values import Clinic, Patient, Practitioner
from dolenti.ui.print.writing import fingerprint, moment

LEAFLET_SIZES: Final = (11.5, 11.0, 10.5, 10.0)
"""In points, the first of these in which a leaflet takes one page: none has a second one with a
line or two."""
LARGE_SIZES: Final = (20.0, 19.0, 18.0, 17.0)
"""The same for two pages of large print, so that the second one is filled."""
"""Large print, for eyes that need it."""


@dataclass(frozen=True)
class SessionDocument:
    """A signed record. ``chapters`` are headings with their lines (label, value); ``versions`` says
    which amendment it is and why, empty for the first; ``drawing`` is the map as an SVG of ours;
    ``amiss`` are the lines, by their label, that say what was not as planned."""

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
    amiss: frozenset[str] = frozenset()


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
            {
                "heading": heading,
                "lines": [[label, value, label in document.amiss] for label, value in lines],
            }
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
    signed: Signed,
    at: datetime,
    *,
    is_large: bool = False,
) -> bytes:
    """The PDF/UA of a leaflet, in its own language: one page, or two in large print. What nobody
    has signed yet says small where it comes from, and that nobody did among its properties."""
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
        "notice": signed.told.in_language(sheet.language) if signed.told else "",
        "keywords": [signed.notice.in_language(sheet.language)] if signed.notice else [],
        "sources": [],
    }
    sizes, most = (LARGE_SIZES, 2) if is_large else (LEAFLET_SIZES, 1)
    return fitted("aftercare", content, at, sizes, most)


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
