"""The interface’s words, and icons, of copies, keeping and erasing: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "copy-reason": {
        "patient": _("The patient, who asks for a copy (GDPR, article 15)"),
        "portability": _("The patient, to take the record elsewhere (GDPR, article 20)"),
        "doctor": _("Another doctor, for the care of the patient"),
        "lawyer": _("The patient’s lawyer, whom the patient has instructed"),
    },
    "erasure-answer": {
        "refused": pgettext_lazy("erasure", "Refused, until its term"),
        "partial": pgettext_lazy("erasure", "Refused in part"),
        "granted": pgettext_lazy("erasure", "Granted: past its term"),
    },
    "then": {
        "two-people": _("by two people, past the term"),
        "at-once": _("at once"),
        "with-record": _("with the record"),
        "rotation": _("by the rotation of the backups"),
        "never": pgettext_lazy("erasure", "never"),
    },
    "trail-action": {
        "export": _("record exported"),
        "ask-copy": _("copy of a record asked for"),
        "answer-erasure": _("request to erase answered"),
        "propose-erasure": _("erasure proposed"),
        "drop-erasure": _("erasure dropped"),
        "erase": _("record erased"),
    },
    "trail-kind": {
        "erasure": _("erasure"),
        "erasureproposal": _("erasure"),
        "erasurerequest": _("request to erase"),
        "recordcopy": _("copy of a record"),
        "copyrequest": _("request for a copy"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "erasure-answer": {
        "refused": "stop",
        "partial": "warn",
        "granted": "go",
    },
}
