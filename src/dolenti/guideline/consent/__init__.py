"""What one patient is told before consenting to one therapy, each sentence with its sources."""

from dolenti.guideline.consent.checking import check_told
from dolenti.guideline.consent.compose import compose, cover
from dolenti.guideline.consent.short import in_short
from dolenti.guideline.consent.text import as_json, as_text, digest, from_json
from dolenti.guideline.consent.together import together
from dolenti.guideline.consent.values import (
    RECORD,
    Benefit,
    Consent,
    ConsentRequest,
    Medicine,
    Risk,
    Statement,
)

__all__ = [
    "RECORD",
    "Benefit",
    "Consent",
    "ConsentRequest",
    "Medicine",
    "Risk",
    "Statement",
    "as_json",
    "as_text",
    "check_told",
    "compose",
    "cover",
    "digest",
    "from_json",
    "in_short",
    "together",
]
