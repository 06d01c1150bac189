"""The interface’s words, and icons, of courses, consents and prices: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "course-state": {
        "proposed": pgettext_lazy("course", "Proposed"),
        "consented": pgettext_lazy("course", "Consented"),
        "active": pgettext_lazy("course", "Under way"),
        "completed": pgettext_lazy("course", "Completed"),
        "stopped": pgettext_lazy("course", "Stopped"),
    },
    "trail-action": {
        "add-fee": _("fee added"),
        "change-letterhead": _("head of the papers changed"),
        "change-fee": _("fee changed"),
        "end-fee": _("fee withdrawn"),
        "open-course": _("course proposed"),
        "change-products": _("products of a course changed"),
        "consent": _("consent to the course obtained"),
        "consent-at-home": _("consent to the course obtained from home"),
        "activate-course": _("course begun"),
        "complete-course": _("course completed"),
        "stop-course": _("course stopped"),
        "sign-consent": _("consent signed"),
        "withdraw-consent": _("consent withdrawn"),
        "quote": _("quotation written"),
        "prepare-session": _("record of a session begun"),
        "write-session": _("record of a session written"),
        "seal-session": _("record of a session sealed"),
        "keep-usual": _("usual mixture written by the site"),
        "choose-usual": _("usual mixture switched on or off"),
        "deliver-session": _("session given"),
        "sign-session": _("record of a session signed"),
        "add-photo": _("photo added, with the patient’s agreement"),
        "add-sensory-map": _("sensory map recorded after a freeze"),
        "drop-photo": _("photo removed"),
        "amend-session": _("record of a session amended"),
    },
    "trail-kind": {
        "sensorymap": _("sensory map after a freeze"),
        "sessionphoto": _("photo of a session"),
        "consent": _("consent"),
        "consent-details": _("sources and details of a consent"),
        "consent-text": _("text of a consent"),
        "course": _("course"),
        "fee": _("fee"),
        "usualchoice": _("usual mixture"),
        "usualown": _("mixture written by the site"),
        "quotation": _("quotation"),
        "session": _("session"),
        "sessionrecord": _("record of a session"),
    },
}
