"""What happened, one module per subject.

Who may see which row is the gate's business (``records.gate``); who may write, the services'.
What is ``AppendOnly`` is written once: to change is to add. What is ``Versioned`` changes by
``ledger.versions.change``, which keeps what stood before and refuses a stale edit.
"""

from __future__ import annotations

from dolenti.records.models.assessments import Assessment, Passing, Referral, VerdictChange
from dolenti.records.models.complaints import Complaint
from dolenti.records.models.facts import Document, Statement
from dolenti.records.models.imaging import Imaging
from dolenti.records.models.knowledge import Attestation, EditionSnapshot
from dolenti.records.models.meanings import Meaning
from dolenti.records.models.medicines import Medicine, ReconciledMedicine, Reconciliation
from dolenti.records.models.notes import VisitNote
from dolenti.records.models.openings import Opening, OpeningEnd, OpeningReview
from dolenti.records.models.patients import (
    CareRelation,
    Contact,
    Merge,
    MergeProposal,
    Patient,
    PatientKey,
)

__all__ = [
    "Assessment",
    "Attestation",
    "CareRelation",
    "Complaint",
    "Contact",
    "Document",
    "EditionSnapshot",
    "Imaging",
    "Meaning",
    "Medicine",
    "Merge",
    "MergeProposal",
    "Opening",
    "OpeningEnd",
    "OpeningReview",
    "Passing",
    "Patient",
    "PatientKey",
    "ReconciledMedicine",
    "Reconciliation",
    "Referral",
    "Statement",
    "VerdictChange",
    "VisitNote",
]
