"""A patient's whole record as the document to read, from the values of its copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, cast

from django.utils import translation
from django.utils.translation import gettext as _

from dolenti.calendar.moments import to_local
from dolenti.calendar.since_text import Since
from dolenti.clinic.common.lookup import Lookup, lookup
from dolenti.fhir import record_values as values
from dolenti.guideline.judge import Status
from dolenti.identity.phone import as_read
from dolenti.records import engine
from dolenti.records.access_counts import Opened
from dolenti.records.models import Patient
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, patient_of
from dolenti.ui.labels import LABELS


def record_pdf(
    record: values.Record,
    patient: Patient,
    opened: Iterable[Opened],
    made_for: tuple[str, Any],
    language: Literal["fr", "en"],
) -> bytes:
    """The document, in its own language whatever the page's. ``made_for``: a name, and why."""
    with translation.override(language):
        words = lookup(engine.edition_in_force(), language)
        names = {one.id: one.name for one in record.people}
        headings = {
            one.id: words.complaint(one.condition or None, one.zone or None, one.side or None)
            for one in record.complaints
        }
        document = printing.RecordDocument(
            clinic=clinic_of(patient.site),
            patient=patient_of(patient),
            made_at=record.made,
            made_by=names.get(record.made_by, ""),
            made_for=". ".join(str(text) for text in made_for if text),
            contacts=tuple(_contact(one) for one in record.patient.contacts),
            facts=tuple(_fact(one, words, names, headings) for one in record.statements),
            complaints=tuple(_complaint(one, headings, language) for one in record.complaints),
            assessments=tuple(_assessment(one, names, headings) for one in record.assessments),
            courses=tuple(_course(one, record, names, headings) for one in record.courses),
            consents=tuple(_consent(one, words) for one in record.consents),
            referrals=tuple(
                printing.RecordReferral(one.at, one.to, " ".join(one.reasons), one.outcome)
                for one in record.referrals
            ),
            pieces=tuple(printing.RecordPiece(one.kind, one.at, one.says) for one in record.pieces),
            access=tuple(
                printing.RecordAccess(
                    one.name, _label("role", one.role), one.times, to_local(one.last)
                )
                for one in opened
            ),
        )
        return printing.record(document, language)


def _label(family: str, value: str) -> str:
    return str(LABELS[family].get(value, value))


def _contact(one: values.Contact) -> printing.RecordContact:
    reach = " · ".join(text for text in (as_read(one.phone), one.email, one.address) if text)
    return printing.RecordContact(_label("contact", one.kind), one.name, reach, one.until)


def _fact(
    one: values.Statement, words: Lookup, names: dict[str, str], headings: dict[str, str]
) -> printing.RecordFact:
    assumed = one.origin == "assumed"
    said_by = _("assumed").capitalize() if assumed else _label("said-by", one.said_by)
    if one.undone:
        said_by = f"{said_by}, {_('undone')}"
    return printing.RecordFact(
        label=words.fact(one.fact),
        value=words.value(one.fact, one.value, one.at),
        as_of=one.at,
        said_by=f"{said_by} ({names.get(one.author, '')})",
        entered_at=one.recorded,
        about=headings.get(one.complaint, ""),
    )


def _complaint(
    one: values.Complaint, headings: dict[str, str], language: str
) -> printing.RecordComplaint:
    states: dict[str, Any] = LABELS["complaint-state"]
    state = "in-error" if one.in_error else "resolved" if one.resolved else "active"
    said = str(states[state])
    return printing.RecordComplaint(
        label=headings[one.id],
        site=one.note,
        since=Since.of(one.since).when(language) if one.since else "",
        state=f"{said} – {one.in_error}" if one.in_error else said,
    )


def _assessment(
    one: values.Assessment, names: dict[str, str], headings: dict[str, str]
) -> printing.RecordAssessment:
    return printing.RecordAssessment(
        at=one.at,
        by=names.get(one.author, ""),
        complaint=headings.get(one.complaint, ""),
        edition=f"{one.edition} ({one.edition_sha256[:12]}), {one.engine}",
        verdicts=tuple(
            printing.RecordVerdict(
                verdict.label,
                cast("Status", verdict.status),  # as the edition of its day wrote it
                (*verdict.reasons, *_passed(verdict, names)),
            )
            for verdict in one.verdicts
        ),
    )


def _passed(verdict: values.Verdict, names: dict[str, str]) -> list[str]:
    if not verdict.passed_by:
        return []
    return [f"{names.get(verdict.passed_by, '')} – {verdict.passed_because}"]


def _course(
    one: values.Course, record: values.Record, names: dict[str, str], headings: dict[str, str]
) -> printing.RecordCourse:
    state = _label("course-state", one.state)
    planned = set(one.appointments)
    return printing.RecordCourse(
        therapy=one.label,
        complaint=headings.get(one.complaint, ""),
        state=f"{state} – {one.stop_reason}" if one.stop_reason else state,
        since=one.at.date(),
        sessions=tuple(
            printing.RecordSession(
                appointment.start,
                _label("appointment-state", appointment.state),
                names.get(appointment.practitioner, ""),
                " – ".join(
                    text
                    for text in (_label("appointment-kind", appointment.kind), appointment.reason)
                    if text
                ),
            )
            for appointment in record.appointments
            if appointment.id in planned
        ),
    )


def _consent(one: values.Consent, words: Lookup) -> printing.RecordConsent:
    therapy = words.therapies.get(one.therapy)
    label = therapy.description.label.in_language(words.language) if therapy else one.therapy
    return printing.RecordConsent(label, one.signed_at, one.text_sha256, one.withdrawn_at)
