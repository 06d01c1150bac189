"""FHIR R4 to facts, and facts to FHIR.

``BundleReader(edition).read(data, as_of)`` gives a ``PatientRecord``; ``facts_to_observations``
writes a case's facts in Dolenti's own code system; ``record_bundle`` writes a patient's whole
record, from the values of ``record_values``. What is read, which entry wins and what is
reported stands in ``docs/fhir-reader.md``.

It will never judge, open a network connection, ask the time, or fill a gap with a "no".
"""

from __future__ import annotations

from dolenti.fhir.bundle import read_bounded
from dolenti.fhir.reader import BundleReader, PatientRecord
from dolenti.fhir.record_bundle import record_bundle, record_resources
from dolenti.fhir.writer import complaint_to_condition, facts_to_observations

__all__ = [
    "BundleReader",
    "PatientRecord",
    "complaint_to_condition",
    "facts_to_observations",
    "read_bounded",
    "record_bundle",
    "record_resources",
]
