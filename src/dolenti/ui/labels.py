"""The interface's word, and icon, for every enumerated value that the guideline gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: dict[str, dict[str, Any]] = {
    "status": {
        "redirect": _("Refer first"),
        "contraindicated": _("Contraindicated"),
        "not-indicated": _("Not indicated"),
        "needs-information": _("More to ask"),
        "caution": _("Caution"),
        "possible": _("Possible"),
    },
    "status-means": {
        "redirect": _("A red flag comes before any injection."),
        "contraindicated": _("An absolute contraindication is present."),
        "not-indicated": _("No indication is met for this complaint."),
        "needs-information": _("Nothing is decided while these answers are missing."),
        "caution": _("A relative contraindication is to be weighed."),
        "possible": _("Nothing known speaks against it."),
    },
    "basis": {
        "claim": pgettext_lazy("basis", "Claim"),
        "label": pgettext_lazy("basis", "Product label"),
        "guideline": pgettext_lazy("basis", "Guideline"),
        "trial": pgettext_lazy("basis", "Trial"),
        "expert": pgettext_lazy("basis", "Expert opinion"),
    },
    "kind": {
        "indication": _("Indication"),
        "absolute-contraindication": _("Absolute contraindication"),
        "relative-contraindication": _("Relative contraindication"),
        "precaution": _("Precaution"),
        "red-flag": _("Red flag"),
    },
    "kinds": {
        "indication": _("Indications"),
        "absolute-contraindication": _("Absolute contraindications"),
        "relative-contraindication": _("Relative contraindications"),
        "precaution": _("Precautions"),
        "red-flag": _("Red flags"),
    },
    "truth": {
        "true": pgettext_lazy("criterion", "Present"),
        "false": pgettext_lazy("criterion", "Absent"),
        "unknown": pgettext_lazy("criterion", "Unknown"),
    },
    "urgency": {
        "emergency": _("Emergency"),
        "same-day": _("Same day"),
        "soon": pgettext_lazy("urgency", "Soon"),
    },
    "effect": {
        "stops": _("Stops every injection"),
        "alerts": _("Alerts until investigated"),
    },
    "judgement": {
        "supported": _("Supported"),
        "mixed": _("Mixed results"),
        "not-supported": _("Not supported"),
        "contradicted": _("Contradicted"),
        "not-studied": _("Not studied"),
    },
    "severity": {
        "block": pgettext_lazy("severity", "Blocks"),
        "override": _("Needs a documented decision"),
        "warn": pgettext_lazy("severity", "Warns"),
        "info": pgettext_lazy("severity", "Informs"),
    },
    "mixture": {
        "blocked": pgettext_lazy("mixture", "Blocked"),
        "incomplete": pgettext_lazy("mixture", "Incomplete"),
        "override": _("Documented decision"),
        "allowed": pgettext_lazy("mixture", "Allowed"),
    },
    "compatibility": {
        "limpid": pgettext_lazy("mixture", "Clear"),
        "turbid": pgettext_lazy("mixture", "Turbid"),
        "milky": pgettext_lazy("mixture", "Milky"),
        "incompatible": pgettext_lazy("mixture", "Incompatible"),
    },
    "vehicle": {
        "none": _("no vehicle"),
        "saline": _("saline"),
        "water": _("water for injection"),
        "bicarbonate": _("bicarbonate"),
    },
    "state": {
        "authorised": pgettext_lazy("product", "Authorised"),
        "shortage": pgettext_lazy("product", "In shortage"),
        "suspended": pgettext_lazy("product", "Suspended"),
        "abrogated": pgettext_lazy("product", "Withdrawn"),
        "never-authorised": _("Never authorised"),
        "verify": _("To be verified"),
    },
    "sport": {
        "prohibited-always": _("Prohibited at all times"),
        "prohibited-in-competition": _("Prohibited in competition"),
        "not-prohibited": _("Not prohibited"),
        "unknown": pgettext_lazy("sport", "Unknown"),
    },
    "frequency": {
        "common": pgettext_lazy("frequency", "Common"),
        "uncommon": pgettext_lazy("frequency", "Uncommon"),
        "rare": pgettext_lazy("frequency", "Rare"),
        "unknown": pgettext_lazy("frequency", "Frequency unknown"),
    },
    "practice": {
        "operator": _("Who may do it"),
        "training": pgettext_lazy("practice", "Training"),
        "setting": _("Where"),
        "price": pgettext_lazy("practice", "Price"),
        "reimbursement": _("Reimbursement"),
        "legal": _("Legal status"),
        "equipment": _("Equipment"),
        "material": pgettext_lazy("practice", "Material"),
    },
    "mark": {
        "S": _("In the project’s hands"),
        "L": _("Read in public literature"),
        "K": _("Believed, not read"),
    },
    "read": {
        "full": _("read in full"),
        "abstract": _("abstract read"),
        "opening": _("opening read"),
        "quoted": _("read as quoted elsewhere"),
        "none": _("not read"),
    },
    "source-kind": {
        "patient-information": _("Patient information"),
        "label": _("Product label"),
        "regulation": _("Regulation"),
        "guideline": _("Guideline"),
        "review": pgettext_lazy("source", "Review"),
        "trial": _("Trial"),
        "observational": _("Observational study"),
        "case-report": _("Case report"),
        "expert": _("Expert"),
        "other": pgettext_lazy("source", "Other"),
    },
    "left-out": {
        "history": pgettext_lazy("left out", "History"),
        "marketing": _("Marketing"),
        "page-noise": _("Page noise"),
        "not-clinical": _("Not clinical"),
        "background": pgettext_lazy("left out", "Background"),
    },
    "fact-type": {
        "boolean": _("yes or no"),
        "number": _("number"),
        "choice": _("one answer"),
        "set": _("several answers"),
        "date": _("date"),
    },
    "about": {
        "alert": _("Red flags"),
        "today": _("Today"),
        "complaint": _("This pain"),
        "patient": _("The patient"),
    },
    "ignored": {
        "after-as-of": _("dated after the assessment"),
        "stale": _("too old to count"),
        "superseded": _("replaced by a later entry"),
    },
    "limit": {
        "sessions": _("Sessions in a course"),
        "duration": _("Length of a course"),
        "interval-same-site": _("Interval at the same site"),
        "sessions-per-year": _("Sessions in a year"),
    },
    "step": {
        "continue": pgettext_lazy("next step", "Continue"),
        "lengthen-interval": _("Lengthen the interval"),
        "stop-and-reassess": _("Stop and reassess"),
        "complete": pgettext_lazy("next step", "Complete"),
        "collect-response": _("Ask how it went"),
    },
    "case-kind": {
        "form": _("Typed"),
        "plain": _("Plain file"),
        "fhir": _("FHIR bundle"),
    },
    "role": {
        "practitioner": _("Practitioner"),
        "nurse": _("Nurse"),
        "auditor": _("Auditor"),
    },
    "per": {
        "preparation": _("per preparation"),
        "12 h": _("in 12 h"),
        "24 h": _("in 24 h"),
    },
}

ICONS: dict[str, dict[str, str]] = {
    "attestation": {"attested": "go", "renew": "warn", "withdrawn": "dash", "missing": "dash"},
    "status": {
        "redirect": "refer",
        "contraindicated": "stop",
        "not-indicated": "dash",
        "needs-information": "ask",
        "caution": "warn",
        "possible": "go",
    },
    "truth": {"true": "true", "false": "false", "unknown": "ask"},
    "judgement": {
        "supported": "go",
        "mixed": "warn",
        "not-supported": "dash",
        "contradicted": "stop",
        "not-studied": "ask",
    },
    "severity": {"block": "stop", "override": "warn", "warn": "warn", "info": "info"},
    "compatibility": {"limpid": "go", "turbid": "warn", "milky": "stop", "incompatible": "stop"},
    "mixture": {"blocked": "stop", "incomplete": "ask", "override": "warn", "allowed": "go"},
    "state": {
        "authorised": "go",
        "shortage": "warn",
        "suspended": "stop",
        "abrogated": "stop",
        "never-authorised": "stop",
        "verify": "ask",
    },
    "sport": {
        "prohibited-always": "stop",
        "prohibited-in-competition": "warn",
        "not-prohibited": "go",
        "unknown": "ask",
    },
}
