"""The interface’s words, and icons, of appointments, premises, privileges: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "appointment-kind": {
        "consultation": _("Consultation"),
        "session": _("Session"),
        "control": pgettext_lazy("appointment", "Follow-up visit"),
        "draw": pgettext_lazy("appointment", "Blood draw"),
    },
    "visit": {
        "consultation": _("Consultation"),
        "session": _("Session"),
        "control": pgettext_lazy("appointment", "Follow-up visit"),
        "draw": pgettext_lazy("appointment", "Blood draw"),
    },
    "appointment-state": {
        "planned": pgettext_lazy("session", "Planned"),
        "arrived": pgettext_lazy("session", "Arrival noted"),
        "prepared": pgettext_lazy("session", "Prepared"),
        "done": pgettext_lazy("session", "Delivered"),
        "delivered": pgettext_lazy("session", "Delivered"),
        "signed": pgettext_lazy("session", "Signed"),
        "cancelled": pgettext_lazy("session", "Cancelled"),
        "missed": pgettext_lazy("session", "Missed"),
    },
    "privilege": {
        "valid": pgettext_lazy("privilege", "Valid"),
        "soon": pgettext_lazy("privilege", "Ends soon"),
        "later": pgettext_lazy("privilege", "Not begun"),
        "over": pgettext_lazy("privilege", "Ended"),
        "withdrawn": pgettext_lazy("privilege", "Withdrawn"),
    },
    "trail-action": {
        "grant-privilege": _("privilege recorded"),
        "withdraw-privilege": _("privilege withdrawn"),
        "change-site": _("site’s details changed"),
        "change-hours": _("opening hours changed"),
        "add-room": _("room added"),
        "rename-room": _("room renamed"),
        "open-room": _("room opened again"),
        "close-room": _("room closed"),
        "add-closure": _("closure added"),
        "take-back-closure": _("closure cancelled"),
        "add-absence": _("absence added"),
        "end-absence": _("absence ended"),
        "book-appointment": _("appointment booked"),
        "plan-appointment": _("session planned"),
        "move-appointment": _("session moved"),
        "change-room": _("room changed while the patient was present"),
        "move-own-appointment": _("appointment moved by the patient"),
        "cancel-own-appointment": _("appointment cancelled by the patient"),
        "arrive": _("arrival noted"),
        "finish": _("appointment ended"),
        "undo-arrival": _("arrival undone"),
        "cancel-appointment": _("session cancelled"),
        "cancel-with-course": _("session cancelled with its course"),
        "miss-appointment": _("session missed"),
    },
    "trail-kind": {
        "absence": _("absence"),
        "agenda": _("agenda"),
        "calendar": _("calendar file"),
        "confirmation": _("confirmation of an appointment"),
        "closure": _("closure"),
        "privilege": _("privilege"),
        "room": _("room"),
        "appointment": _("appointment"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "privilege": {
        "valid": "go",
        "soon": "warn",
        "later": "info",
        "over": "dash",
        "withdrawn": "stop",
    },
    "appointment-state": {
        "planned": "info",
        "arrived": "ask",
        "prepared": "ask",
        "done": "go",
        "delivered": "go",
        "signed": "go",
        "cancelled": "dash",
        "missed": "warn",
    },
}
