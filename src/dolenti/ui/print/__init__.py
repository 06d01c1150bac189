"""Documents for people, as accessible PDF: consent, quotation, the whole record, letters, labels.

Each is a function of plain values: the same values give the same bytes on every machine, so that
a hash of a document means something. Nothing here reads a database or a clock.
"""

from dolenti.ui.print.confirmation import ConfirmationDocument, confirmation
from dolenti.ui.print.consent import ConsentDocument, consent
from dolenti.ui.print.event import EventReport, ReportField, event_report
from dolenti.ui.print.exercises import (
    EXERCISES_POINTS,
    LARGE_EXERCISES_POINTS,
    ExercisePage,
    exercise_page,
)
from dolenti.ui.print.followup import FollowUpPage, FollowUpScore, follow_up_page
from dolenti.ui.print.letter import LetterDocument, letter
from dolenti.ui.print.quotation import QuotationDocument, QuotationLine, quotation
from dolenti.ui.print.recall import RecallDocument, recall
from dolenti.ui.print.record import record
from dolenti.ui.print.record_values import (
    RecordAccess,
    RecordAssessment,
    RecordComplaint,
    RecordConsent,
    RecordContact,
    RecordCourse,
    RecordDocument,
    RecordFact,
    RecordPiece,
    RecordReferral,
    RecordSession,
    RecordVerdict,
)
from dolenti.ui.print.serum import SerumLabel, serum_label
from dolenti.ui.print.session import (
    LARGE_POINTS,
    LEAFLET_POINTS,
    SessionDocument,
    SyringeLabel,
    aftercare,
    as_chapters,
    session_record,
    syringe_label,
)
from dolenti.ui.print.values import Clinic, Patient, Practitioner, Signature

__all__ = [
    "EXERCISES_POINTS",
    "LARGE_EXERCISES_POINTS",
    "LARGE_POINTS",
    "LEAFLET_POINTS",
    "Clinic",
    "ConfirmationDocument",
    "ConsentDocument",
    "EventReport",
    "ExercisePage",
    "FollowUpPage",
    "FollowUpScore",
    "LetterDocument",
    "Patient",
    "Practitioner",
    "QuotationDocument",
    "QuotationLine",
    "RecallDocument",
    "RecordAccess",
    "RecordAssessment",
    "RecordComplaint",
    "RecordConsent",
    "RecordContact",
    "RecordCourse",
    "RecordDocument",
    "RecordFact",
    "RecordPiece",
    "RecordReferral",
    "RecordSession",
    "RecordVerdict",
    "ReportField",
    "SerumLabel",
    "SessionDocument",
    "Signature",
    "SyringeLabel",
    "aftercare",
    "as_chapters",
    "confirmation",
    "consent",
    "event_report",
    "exercise_page",
    "follow_up_page",
    "letter",
    "quotation",
    "recall",
    "record",
    "serum_label",
    "session_record",
    "syringe_label",
]
