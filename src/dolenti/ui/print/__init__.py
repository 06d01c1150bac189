"""Documents for people, as accessible PDF: consent, quotation, the whole record.

Each is a function of plain values: the same values give the same bytes on every machine, so that
a hash of a document means something. Nothing here reads a database or a clock.
"""

from dolenti.ui.print.consent import ConsentDocument, consent
from dolenti.ui.print.quotation import QuotationDocument, QuotationLine, quotation
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
    RecordReferral,
    RecordSession,
    RecordVerdict,
)
from dolenti.ui.print.values import Clinic, Patient, Practitioner, Signature

__all__ = [
    "Clinic",
    "ConsentDocument",
    "Patient",
    "Practitioner",
    "QuotationDocument",
    "QuotationLine",
    "RecordAccess",
    "RecordAssessment",
    "RecordComplaint",
    "RecordConsent",
    "RecordContact",
    "RecordCourse",
    "RecordDocument",
    "RecordFact",
    "RecordReferral",
    "RecordSession",
    "RecordVerdict",
    "Signature",
    "consent",
    "quotation",
    "record",
]
