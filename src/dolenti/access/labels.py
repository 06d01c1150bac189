"""The interface’s words, and icons, of the door, people and the trail itself: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "role": {
        "practitioner": _("Practitioner"),
        "nurse": _("Nurse"),
        "secretary": _("Secretary"),
        "analyst": _("Analyst"),
        "auditor": _("Auditor"),
        "administrator": _("Administrator"),
    },
    "trail-outcome": {
        "done": pgettext_lazy("trail", "Done"),
        "refused": pgettext_lazy("trail", "Refused"),
        "failed": pgettext_lazy("trail", "Failed"),
    },
    "trail-action": {
        "log-in": _("log-in"),
        "log-out": _("log-out"),
        "session-end": _("session expired"),
        "sessions-end": _("other sessions closed"),
        "password-change": _("password changed"),
        "password-reset": _("password set by a link"),
        "second-step-add": _("second step added"),
        "second-step-remove": _("second step removed"),
        "second-step-renew": _("recovery codes renewed"),
        "second-step-reset": _("second step reset"),
        "go-to-site": _("went to another site"),
        "enter": _("page opened"),
        "found-clinic": _("clinic set up, first account created"),
        "add-person": _("account created"),
        "send-password-link": _("link for a password sent again"),
        "invite-person": _("invitation to work at this site"),
        "withdraw-invitation": _("invitation withdrawn"),
        "join-site": _("invitation accepted"),
        "decline-invitation": _("invitation declined"),
        "change-key": _("key of the site changed"),
        "keep-end": _("end of the trail kept anew"),
        "change-role": _("role changed"),
        "change-rpps": _("RPPS number changed"),
        "close-account": _("access closed"),
        "open-account": _("access opened again"),
        "find-patient": _("patient’s entries searched"),
        "export-trail": _("trail exported"),
        "verify-trail": _("trail verified"),
        "ask-to-verify": _("verification of the trail asked for"),
        "load-demo": _("demo loaded"),
        "write": _("write"),
    },
    "trail-kind": {
        "account": _("account"),
        "page": _("page"),
        "site": _("site"),
        "trail": _("trail"),
        "user": _("person"),
        "listed": _("list of patients"),
        "several": _("several things"),
        "invitation": _("invitation"),
    },
}
