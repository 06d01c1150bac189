"""The interface’s words, and icons, of patients, complaints and their facts: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "case-kind": {
        "form": _("Typed"),
        "plain": _("Plain file"),
        "fhir": _("FHIR bundle"),
    },
    "contact": {
        "self": _("The patient"),
        "trusted": _("Trusted person"),
        "relative": _("Relative"),
        "emergency": _("To call in an emergency"),
        "guardian": _("Guardian or parent"),
    },
    "said-by": {
        "patient": pgettext_lazy("said by", "The patient"),
        "relative": pgettext_lazy("said by", "A relative"),
        "clinician": pgettext_lazy("said by", "A clinician"),
        "record": pgettext_lazy("said by", "Another record"),
    },
    "complaint-state": {
        "active": pgettext_lazy("complaint", "Active"),
        "resolved": pgettext_lazy("complaint", "Resolved"),
        "in-error": _("Entered in error"),
    },
    "trail-action": {
        "read": _("read"),
        "register": _("patient’s record created"),
        "identify": _("identity given"),
        "tell-apart": _("told apart from a namesake"),
        "merge": _("records merged"),
        "propose-merge": _("merge of records proposed"),
        "drop-merge": _("proposed merge dropped"),
        "unmerge": _("merged records taken apart"),
        "mark-in-error": _("marked as entered in error"),
        "unmark-in-error": _("error mark removed"),
        "add-contact": _("contact added"),
        "add-medicine": _("medicine added"),
        "add-imaging": _("imaging added"),
        "withdraw-imaging": _("imaging withdrawn"),
        "count-verdicts": _("verdicts counted"),
        "add-note": _("note of a visit added"),
        "withdraw-note": _("note of a visit withdrawn"),
        "reconcile-medicines": _("medicines reviewed"),
        "end-contact": _("contact ended"),
        "care-begins": _("care begins"),
        "care-ends": _("care ends"),
        "receive": _("document received"),
        "break-glass": _("record opened for a reason"),
        "end-opening": _("opened record closed again"),
        "review-opening": _("opening looked at"),
        "state": _("fact stated"),
        "give-meaning": _("meaning of an entry given"),
        "end-meaning": _("meaning of an entry withdrawn"),
        "describe": _("complaint described"),
        "resolve": _("complaint resolved"),
        "reopen": _("complaint opened again"),
        "store": _("assessment saved"),
        "go-past": _("verdict overridden"),
        "close-referral": _("referral closed"),
        "attest": _("choice attested"),
        "withdraw-attestation": _("attestation withdrawn"),
        "judge-again": _("judged again by a new edition"),
    },
    "imaging-kind": {
        "radiograph": _("X-ray"),
        "ultrasound": _("Ultrasound"),
        "mri": _("MRI"),
        "ct": _("CT"),
        "nuclear": _("Bone scan or PET"),
        "other": pgettext_lazy("imaging", "Other imaging"),
    },
    "medicine-found": {
        "taken": pgettext_lazy("found of a medicine", "taken"),
        "changed": pgettext_lazy("found of a medicine", "changed"),
        "stopped": pgettext_lazy("found of a medicine", "stopped"),
        "unknown": pgettext_lazy("found of a medicine", "unknown"),
    },
    "trail-kind": {
        "assessment": _("assessment"),
        "complaint": _("complaint"),
        "contact": _("contact"),
        "document": _("document"),
        "editionsnapshot": _("edition of the knowledge"),
        "imaging": pgettext_lazy("trail", "imaging"),
        "medicine": _("medicine"),
        "reconciliation": _("review of medicines"),
        "meaning": _("meaning of an entry"),
        "merge": _("merging"),
        "mergeproposal": _("proposed merge"),
        "notice": _("legal notice"),
        "opening": _("opening for a reason"),
        "patient": _("identity"),
        "record": _("record"),
        "statistics": _("numbers of the site"),
        "visitnote": _("note of a visit"),
        "referral": _("referral"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "attestation": {
        "attested": "go",
        "renew": "warn",
        "withdrawn": "dash",
        "missing": "dash",
    },
}
