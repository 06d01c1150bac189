"""The consent that a patient signs: two A4 pages, and the signature under them.

The figures, the notes and the sources are in the details (``consent_details``); both papers bear
the fingerprint of the whole text, so that what was signed is one thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dolenti.guideline.consent import Consent, Medicine, Risk, Statement, digest, in_short
from dolenti.guideline.consent.words import FREQUENCY, NOT_COUNTED
from dolenti.guideline.knowledge import Text
from dolenti.ui.print import words
from dolenti.ui.print.drawing import signature_svg
from dolenti.ui.print.heads import clinic_head, patient_head, practitioner_head
from dolenti.ui.print.pages import fitted
from dolenti.ui.print.values import Clinic, Patient, Practitioner, Signature
from dolenti.ui.print.writing import day, fingerprint, moment

CONSENT_PAGES: Final = 2
_SIZES: Final = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5)
"""Sizes of type in points, the largest first: the first that fits is taken."""


@dataclass(frozen=True)
class ConsentDocument:
    """All that a printed consent needs. ``made_at`` is an aware time. Without a signature, room is
    left to sign by hand."""

    consent: Consent
    clinic: Clinic
    practitioner: Practitioner
    patient: Patient
    made_at: datetime
    signature: Signature | None = None


def consent(document: ConsentDocument, language: str) -> bytes:
    """The PDF/UA of a consent, in ``fr`` or ``en``. Raises ``InputError`` for a signature that
    is none."""
    signature = document.signature
    drawn = signature is not None and not signature.channel and not signature.kept
    drawing = signature_svg(signature.strokes) if signature is not None and drawn else ""
    content = _content(document, language)
    return fitted("consent", content, document.made_at, _SIZES, CONSENT_PAGES, drawing=drawing)


def _content(document: ConsentDocument, language: str) -> dict[str, Any]:
    told = in_short(document.consent)
    starred = False

    def one(statement: Statement) -> dict[str, Any]:
        nonlocal starred
        starred = starred or not statement.verified
        return {"text": text(statement.says), "unverified": not statement.verified}

    def said(statements: Iterable[Statement]) -> list[dict[str, Any]]:
        return [one(statement) for statement in statements]

    def text(value: Text) -> str:
        return value.in_language(language)

    def medicine(planned: Medicine) -> dict[str, Any]:
        return {
            "name": text(planned.label),
            "off-label": planned.off_label is not None,
            "says": said(planned.statements),
        }

    def serious(risk: Risk) -> dict[str, Any]:
        return {
            **one(risk.statement),
            "frequency": text(risk.frequency),
            "counted": "" if risk.counted == NOT_COUNTED else text(risk.counted),
            "onset": text(risk.onset),
        }

    others = [
        {
            "frequency": text(often),
            "says": said(r.statement for r in told.risks if not r.serious and r.frequency == often),
        }
        for often in FREQUENCY.values()
    ]
    fixed = words.in_language(words.SHARED, words.CONSENT, language=language)
    content: dict[str, Any] = {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['title']} – {text(told.label)}",
        "heading": fixed["title"],
        "therapy": text(told.label),
        "place": " · ".join(text(part) for part in (told.site, told.condition) if part),
        "clinic": clinic_head(document.clinic, language),
        "patient": patient_head(document.patient, language),
        "practitioner": practitioner_head(document.practitioner),
        "date": day(told.day, language),
        "proposal": said(told.proposal),
        "practice": said(told.practice),
        "purpose": said(told.purpose),
        "particular": said(told.particular),
        "medicines": [medicine(planned) for planned in told.medicines],
        "about-medicines": said(told.about_medicines),
        "benefits": [
            {"claim": one(benefit.claim), "found": one(benefit.found)} for benefit in told.benefits
        ],
        "risks": {
            "others": [group for group in others if group["says"]],
            "serious": [serious(risk) for risk in told.risks if risk.serious],
        },
        "urgent": said(told.urgent),
        "alternatives": said(told.alternatives),
        "price": said(told.price),
        "rights": said(told.rights),
        "declarations": [text(statement.says) for statement in told.declarations],
        "edition": f"{told.edition_version} · {told.edition_sha256[:12]}",
        "hash": fingerprint(digest(document.consent, language)),
        "signature": _signature(document.signature, language),
        "sources": [],
    }
    content["starred"] = fixed["starred"] if starred else ""
    return content


def _signature(signature: Signature | None, language: str) -> dict[str, str] | None:
    if signature is None:
        return None
    return {
        "name": signature.name,
        "place": signature.place,
        "at": moment(signature.at, language),
        "how": _how(signature, language),
    }


def _how(signature: Signature, language: str) -> str:
    """How it was signed where nothing was drawn."""
    fixed = words.in_language(words.CONSENT, language=language)
    if signature.kept:
        return f"{fixed['on-paper']} {signature.kept}"
    if not signature.channel:
        return ""
    how = [fixed[f"by-code-{signature.channel}"], fixed["typed-name"], fixed["simple"]]
    how += [fixed["for-patient"]] * signature.for_patient
    how += [f"{fixed['in-quality']} {signature.quality}."] * bool(signature.quality)
    return " ".join(how)
