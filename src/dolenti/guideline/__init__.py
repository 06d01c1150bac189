"""Decides, from what is known of a patient, by cited rules; pure Python without Django.

::

    from datetime import date
    from dolenti import guideline

    edition = guideline.load_folder()
    case = guideline.read_case(content, edition, date(2026, 11, 22))
    assessment = guideline.Judge(edition).assess(case)

It knows no database, no clock but the day it is given, and no screen.
"""

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, Known, read_facts
from dolenti.guideline.judge import Assessment, Judge, Verdict
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import load_edition, load_folder
from dolenti.guideline.notebook import assessment_html as as_html
from dolenti.guideline.patient_file import read_case, read_patient_file
from dolenti.guideline.report import as_json, as_json_bytes

__all__ = [
    "Assessment",
    "Case",
    "Complaint",
    "Dictionary",
    "Edition",
    "InputError",
    "Judge",
    "Known",
    "Verdict",
    "as_html",
    "as_json",
    "as_json_bytes",
    "load_edition",
    "load_folder",
    "read_case",
    "read_facts",
    "read_patient_file",
]
