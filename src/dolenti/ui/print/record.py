"""The readable copy of a patient's whole record."""

from __future__ import annotations

from datetime import date
from typing import Any

from dolenti.guideline.statuses import STATUS
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head, patient_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.record_values import (
    RecordAssessment,
    RecordConsent,
    RecordContact,
    RecordCourse,
    RecordDocument,
    RecordFact,
    RecordReferral,
)
from dolenti.ui.print.writing import fingerprint, health_number, moment, short_birth, short_day


def record(document: RecordDocument, language: str) -> bytes:
    """The PDF/UA of a whole record, in ``fr`` or ``en``."""
    return pdf("record", _content(document, language), document.made_at)


def _content(document: RecordDocument, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SHARED, words.RECORD_WORDS, language=language)
    patient = patient_head(document.patient, language)
    return {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['title']} – {document.patient.name}",
        "clinic": clinic_head(document.clinic, language),
        "patient": patient,
        "made": moment(document.made_at, language),
        "made-by": document.made_by,
        "made-for": document.made_for,
        "identity": _identity(document, fixed, language),
        "contacts": [_contact(one, fixed, language) for one in document.contacts],
        "facts": [_fact(fact, fixed, language) for fact in document.facts],
        "complaints": [
            [c.label, c.site, c.since or fixed["unknown-date"], c.state]
            for c in document.complaints
        ],
        "assessments": [_assessment(a, language) for a in document.assessments],
        "courses": [_course(course, fixed, language) for course in document.courses],
        "consents": [_consent(c, language) for c in document.consents],
        "referrals": [_referral(r, fixed, language) for r in document.referrals],
        "pieces": [[p.kind, moment(p.at, language), p.says] for p in document.pieces],
        "access": [[a.who, a.role, str(a.times), moment(a.last, language)] for a in
                   document.access],
        "sources": [],
    }  # fmt: skip


def _identity(
    document: RecordDocument, fixed: dict[str, Any], language: str
) -> list[list[str]]:  # fmt: skip
    patient = document.patient
    told = (
        ("birth-name", patient.birth_name),
        ("used-name", patient.used_name),
        ("given-names", patient.given_names),
        ("birth-date", short_birth(born, language) if (born := patient.birth_date) else ""),
        ("ins-number", health_number(patient.ins)),
        ("ins-status", patient.ins_status),
        ("address", ", ".join(patient.address)),
    )
    return [[fixed[name], value] for name, value in told if value]


def _contact(contact: RecordContact, fixed: dict[str, Any], language: str) -> list[str]:
    who = f"{contact.kind}, {contact.name}" if contact.name else contact.kind
    ended = f" ({fixed['ended']} {moment(contact.until, language)})" if contact.until else ""
    return [who, contact.reach + ended]


def _fact(fact: RecordFact, fixed: dict[str, Any], language: str) -> list[str]:
    about = f" ({fact.about})" if fact.about else ""
    return [
        fact.label + about,
        fact.value,
        _day(fact.as_of, fixed, language),
        fact.said_by,
        moment(fact.entered_at, language),
    ]


def _assessment(assessment: RecordAssessment, language: str) -> dict[str, Any]:
    verdicts = [
        {
            "therapy": verdict.therapy,
            "status": STATUS[verdict.status].in_language(language),
            "tone": _TONES.get(verdict.status, "quiet"),
            "reasons": list(verdict.reasons),
        }
        for verdict in assessment.verdicts
    ]
    return {
        "at": moment(assessment.at, language),
        "by": assessment.by,
        "complaint": assessment.complaint,
        "edition": assessment.edition,
        "verdicts": verdicts,
    }


_TONES = {"redirect": "stop", "contraindicated": "stop", "caution": "warn"}


def _course(course: RecordCourse, fixed: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "therapy": course.therapy,
        "complaint": course.complaint,
        "state": course.state,
        "since": _day(course.since, fixed, language),
        "sessions": [
            [moment(session.at, language), session.state, session.by, session.what]
            for session in course.sessions
        ],
    }


def _consent(consent: RecordConsent, language: str) -> list[str]:
    withdrawn = moment(consent.withdrawn_at, language) if consent.withdrawn_at else "–"
    return [
        consent.therapy,
        moment(consent.signed_at, language),
        withdrawn,
        fingerprint(consent.sha256),
    ]


def _referral(referral: RecordReferral, fixed: dict[str, Any], language: str) -> list[str]:
    return [
        moment(referral.at, language),
        referral.to,
        referral.reason,
        referral.outcome or fixed["no-outcome"],
    ]


def _day(value: date | None, fixed: dict[str, Any], language: str) -> str:
    return fixed["unknown-date"] if value is None else short_day(value, language)
