"""What happened, one module per subject.

Who may see which row is the gate's business (``records.gate``); who may write, the services'.
What is ``AppendOnly`` is written once: to change is to add. What is ``Versioned`` changes by
``records.versions.change``, which keeps what stood before and refuses a stale edit.
"""

from __future__ import annotations

from dolenti.access.models import AppendOnly, AppendOnlyError
from dolenti.records.models.agenda import Absence, Closure, Fee, OpeningHours, Room, Session
from dolenti.records.models.assessments import Assessment, Passing, Referral, VerdictChange
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.courses import Consent, ConsentWithdrawal, Course, Quotation
from dolenti.records.models.facts import Document, Statement
from dolenti.records.models.forms import Draft, Receipt, Revision
from dolenti.records.models.knowledge import Attestation, EditionSnapshot
from dolenti.records.models.openings import Opening, OpeningEnd, OpeningReview
from dolenti.records.models.patients import (
    CareRelation,
    Contact,
    Merge,
    Patient,
    PatientKey,
)
from dolenti.records.models.privileges import Privilege
from dolenti.records.models.rights import (
    ErasureProposal,
    ErasureRequest,
    RecordCopy,
    Tombstone,
)
from dolenti.records.models.shapes import Identified, Versioned, pack, unpack

__all__ = [
    "Absence",
    "AppendOnly",
    "AppendOnlyError",
    "Assessment",
    "Attestation",
    "CareRelation",
    "Closure",
    "Complaint",
    "Consent",
    "ConsentWithdrawal",
    "Contact",
    "Course",
    "Document",
    "Draft",
    "EditionSnapshot",
    "ErasureProposal",
    "ErasureRequest",
    "Fee",
    "Identified",
    "Merge",
    "Opening",
    "OpeningEnd",
    "OpeningHours",
    "OpeningReview",
    "Passing",
    "Patient",
    "PatientKey",
    "Privilege",
    "Quotation",
    "Receipt",
    "RecordCopy",
    "Referral",
    "Revision",
    "Room",
    "Session",
    "Statement",
    "Tombstone",
    "VerdictChange",
    "Versioned",
    "pack",
    "unpack",
]
