"""The names of Dolenti's own code systems, in which every fact can be said and read back."""

from __future__ import annotations

from typing import Final

FACT_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/fact"
ANSWER_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/answer"
CONDITION_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/condition"
ZONE_SYSTEM: Final = "https://dolenti.org/fhir/CodeSystem/zone"

# SNOMED CT qualifiers of laterality.
SIDES: Final = {"7771000": "left", "24028007": "right", "51440002": "both"}
