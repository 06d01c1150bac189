"""The interface’s words, and icons, of answers and alerts: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "alert-state": {
        "raised": pgettext_lazy("alert", "Open"),
        "ended": pgettext_lazy("alert", "Ended"),
    },
    "alert-event": {
        "raised": pgettext_lazy("alert", "Raised by an answer"),
        "added": pgettext_lazy("alert", "Another answer of the patient"),
        "call-wanted": pgettext_lazy("alert", "The patient wishes to be called"),
        "called": pgettext_lazy("alert", "The patient says that they called"),
        "taken": pgettext_lazy("alert", "Taken"),
        "handed": pgettext_lazy("alert", "Handed over"),
        "noted": pgettext_lazy("alert", "Noted"),
        "escalated": pgettext_lazy("alert", "Not taken in time"),
        "ended": pgettext_lazy("alert", "Ended"),
    },
    "reach": {
        "none": pgettext_lazy("way to the phone", "No message"),
        "mail": pgettext_lazy("way to the phone", "By e-mail"),
        "sms": pgettext_lazy("way to the phone", "By SMS"),
    },
    "message-state": {
        "waiting": pgettext_lazy("message", "On its way"),
        "sent": pgettext_lazy("message", "Sent"),
        "not-needed": pgettext_lazy("message", "Not needed any more"),
        "failed": pgettext_lazy("message", "Not delivered: check the address"),
    },
    "message-kind": {
        "answer-due": pgettext_lazy("message", "First message"),
        "reminder": pgettext_lazy("message", "Reminder"),
        "last-reminder": pgettext_lazy("message", "Last reminder"),
        "history": pgettext_lazy("message", "Questions before the visit"),
        "appointment": pgettext_lazy("message", "Appointment"),
    },
    "wish": {
        "comes": pgettext_lazy("wish", "Comes"),
        "move": pgettext_lazy("wish", "Another time"),
        "another": pgettext_lazy("wish", "An appointment"),
        "call": pgettext_lazy("wish", "A call"),
    },
    "wish-part": {
        "any": pgettext_lazy("part of a day", "Morning or afternoon"),
        "morning": pgettext_lazy("part of a day", "Morning"),
        "afternoon": pgettext_lazy("part of a day", "Afternoon"),
    },
    "stop-why": {
        "withdrawn": pgettext_lazy("end of the follow-up", "The patient wants no more follow-up"),
        "died": pgettext_lazy("end of the follow-up", "The patient has died"),
    },
    "trail-action": {
        "make-link": _("link to the phone made"),
        "open-link": _("link to the phone opened"),
        "receive-answer": _("answer received"),
        "receive-history": _("history told at home received"),
        "stop-follow-up": _("follow-up ended"),
        "raise-alert": _("alert raised"),
        "add-to-alert": _("answer added to an alert"),
        "want-call": _("call asked for"),
        "say-called": _("patient says that they called"),
        "take-alert": _("alert taken"),
        "hand-alert": _("alert handed over"),
        "note-alert": _("note on an alert"),
        "escalate-alert": _("alert not taken in time"),
        "end-alert": _("alert ended"),
        "tell-wish": _("wish about an appointment"),
        "settle-wish": _("wish about an appointment settled"),
        "choose-reach": _("way to the phone chosen"),
        "send-message": _("message to the phone"),
    },
    "trail-kind": {
        "link": _("link to the phone"),
        "answer": _("answer from the phone"),
        "history": _("history told at home"),
        "alert": _("alert"),
        "stop": _("end of the follow-up"),
        "reach": _("way to the phone"),
        "message": _("message to the phone"),
        "wish": _("wish about an appointment"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "alert-state": {"raised": "stop", "ended": "dash"},
}
