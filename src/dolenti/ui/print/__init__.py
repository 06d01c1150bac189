"""Documents for people, as accessible PDF: consent, quotation, the whole record, letters, labels.

Each is a function of plain values: the same values give the same bytes on every machine, so that
a hash of a document means something. Nothing here reads a database or a clock.
"""

from dolenti.ui.print.confirmation import ConfirmationDocument, confirmation
from dolenti.ui.print.consent import CONSENT_PAGES, ConsentDocument, consent
from dolenti.ui.print.consent_details import ConsentDetails, consent_details
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
from dolenti.ui.print.serum import SerumLabel, SerumSheet, SheetUnit, serum_label, serum_sheet
from dolenti.ui.print.session import (
    LARGE_SIZES,
    LEAFLET_SIZES,
    SessionDocument,
    SyringeLabel,
    aftercare,
    as_chapters,
    session_record,
    syringe_label,
)
from dolenti.ui.print.values import Clinic, Patient, Picture, Practitioner, Signature

__all__ = [
    "CONSENT_PAGES",
    "EXERCISES_POINTS",
    "LARGE_EXERCISES_POINTS",
    "LARGE_SIZES",
    "LEAFLET_SIZES",
    "Clinic",
    "ConfirmationDocument",
    "ConsentDetails",
    "ConsentDocument",
    "EventReport",
    "ExercisePage",
    "FollowUpPage",
    "FollowUpScore",
    "LetterDocument",
    "Patient",
    "Picture",
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
    "SerumSheet",
    "SessionDocument",
    "SheetUnit",
    "Signature",
    "SyringeLabel",
    "aftercare",
    "as_chapters",
    "confirmation",
    "consent",
    "consent_details",
    "event_report",
    "exercise_page",
    "follow_up_page",
    "letter",
    "quotation",
    "recall",
    "record",
    "serum_label",
    "serum_sheet",
    "session_record",
    "syringe_label",
]
