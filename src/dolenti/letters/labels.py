"""The interface’s words of letters: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "reply-state": {
        "waiting": pgettext_lazy("reply", "Reply awaited"),
        "received": pgettext_lazy("reply", "Reply noted"),
        "not-awaited": pgettext_lazy("reply", "No longer awaited"),
        "declined": pgettext_lazy("reply", "Declined by the patient"),
    },
    "trail-action": {
        "sign-letter": _("letter signed"),
        "correct-letter": _("letter corrected by another one"),
        "note-reply": _("reply to a letter noted"),
        "stop-awaiting-reply": _("reply to a letter no longer awaited"),
        "patient-declines": _("referral declined by the patient"),
        "tell-of-late-replies": _("nurses told of late replies"),
    },
    "trail-kind": {
        "letter": _("letter"),
        "awaitedreply": _("reply to a letter"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "reply-state": {
        "waiting": "ask",
        "received": "go",
        "not-awaited": "dash",
        "declined": "dash",
    },
}
