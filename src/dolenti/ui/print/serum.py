"""The label of serum, for the tube or the syringe itself; and the sheet that goes with units.

What stands on it is the list of the knowledge (``chain.yaml``, ``label``). The code says the number
and nothing of the patient; the words “for autologous use only” are printed in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dolenti.scanning import symbols
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic, Patient
from dolenti.ui.print.writing import moment, short_birth, short_day


@dataclass(frozen=True)
class SerumLabel:
    """A label of a tube (``place`` empty) or of a unit. ``code`` is what the QR code says,
    ``volume`` in mL as it is written; ``expires`` is its last day frozen, ``fresh_until``
    the last moment before that, of one that is not; ``place`` is “2 / 4” of its ``tube``.
    ``positive`` and ``untested`` bring the words that the law, or we, ask for. ``printed_at`` is
    aware."""

    clinic: Clinic
    patient: Patient
    number: str
    code: str
    record: str
    printed_at: datetime
    volume: str = ""
    expires: date | None = None
    fresh_until: datetime | None = None
    place: str = ""
    tube: str = ""
    duplicate: bool = False
    positive: bool = False
    untested: bool = False


def serum_label(label: SerumLabel, language: str) -> bytes:
    """The PDF of a label, 70 by 36 mm, in ``fr`` or ``en``."""
    return pdf(
        "serum_label", _content(label, language), label.printed_at, drawing=symbols.svg(label.code)
    )


def _content(label: SerumLabel, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SERUM_LABEL, language=language)
    patient = label.patient
    born = short_birth(patient.birth_date, language) if patient.birth_date else ""
    return {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['title']} {label.number}",
        "clinic": clinic_head(label.clinic, language),
        "site": label.clinic.name,
        "number": label.number,
        "name": f"{patient.birth_name.upper()} {patient.given_names}".strip(),
        "born": born,
        "sex": {"female": fixed["female"], "male": fixed["male"]}.get(patient.sex, ""),
        "record": label.record,
        "volume": label.volume,
        "expires": short_day(label.expires, language) if label.expires else "",
        "fresh": moment(label.fresh_until, language) if label.fresh_until else "",
        "place": label.place,
        "tube": label.tube,
        "printed": moment(label.printed_at, language),
        "duplicate": label.duplicate,
        "positive": label.positive,
        "untested": label.untested,
        "only": list(words.AUTOLOGOUS_ONLY),
        "sources": [],
    }


@dataclass(frozen=True)
class SheetUnit:
    """A unit on the sheet that goes with it: how it was made. ``drawn_at`` and ``incubated`` are
    aware; what is not known is left open."""

    number: str
    volume: str
    drawn_at: datetime | None
    incubated: tuple[datetime | None, datetime | None]
    run: str
    device: str


@dataclass(frozen=True)
class SerumSheet:
    """What stands on no label for want of room, of the units of one draw. ``made_at`` is aware."""

    clinic: Clinic
    patient: Patient
    drawn_on: date
    units: tuple[SheetUnit, ...]
    made_at: datetime


def serum_sheet(sheet: SerumSheet, language: str) -> bytes:
    """The PDF/UA of a sheet, in ``fr`` or ``en``."""
    fixed = words.in_language(words.SHARED, words.SERUM_SHEET, language=language)

    def at(when: datetime | None) -> str:
        return moment(when, language) if when is not None else "…"

    content = {
        "lang": language,
        "words": fixed,
        "title": fixed["title"],
        "about": f"{fixed['draw']} {short_day(sheet.drawn_on, language)}",
        "clinic": clinic_head(sheet.clinic, language),
        "patient": patient_head(sheet.patient, language),
        "units": [
            [one.number, one.volume, at(one.drawn_at), " – ".join(at(end) for end in one.incubated),
             one.run, one.device]
            for one in sheet.units
        ],
        "sources": [],
    }  # fmt: skip
    return pdf("serum_sheet", content, sheet.made_at)
