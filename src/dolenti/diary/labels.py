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
    "alert-after": {
        "as-planned": pgettext_lazy("visit", "As planned"),
        "to-move": pgettext_lazy("visit", "To be moved"),
        "to-cancel": pgettext_lazy("visit", "To be cancelled"),
    },
    "alert-event": {
        "raised": pgettext_lazy("alert", "Raised by an answer"),
        "added": pgettext_lazy("alert", "Another answer of the patient"),
        "call-wanted": pgettext_lazy("alert", "The patient asks for a call"),
        "called": pgettext_lazy("alert", "The patient says that they called"),
        "not-me": pgettext_lazy(
            "alert", "Whoever got a message says that they are not the patient"
        ),
        "returned": pgettext_lazy("alert", "A message came back: the address takes none"),
        "declined": pgettext_lazy(
            "alert", "No more messages wanted, says whoever holds the phone: confirm it"
        ),
        "taken": pgettext_lazy("alert", "Taken"),
        "handed": pgettext_lazy("alert", "Handed over"),
        "noted": pgettext_lazy("alert", "Noted"),
        "reached": pgettext_lazy("alert", "Patient spoken to"),
        "not-reached": pgettext_lazy("alert", "Called, not reached"),
        "asked-back": pgettext_lazy("alert", "A message asks the patient to call today"),
        "passed-on": pgettext_lazy("alert", "Passed on by reception"),
        "escalated": pgettext_lazy("alert", "Others notified"),
        "ended": pgettext_lazy("alert", "Ended"),
    },
    "alert-urgency": {
        "emergency": pgettext_lazy("how soon", "At once"),
        "same-day": pgettext_lazy("how soon", "Today"),
        "soon": pgettext_lazy("how soon", "Within two working days"),
    },
    "reach": {
        "none": pgettext_lazy("way to the phone", "No message"),
        "mail": pgettext_lazy("way to the phone", "By e-mail"),
        "sms": pgettext_lazy("way to the phone", "By SMS"),
    },
    "message-state": {
        "waiting": pgettext_lazy("message", "On its way"),
        "sent": pgettext_lazy("message", "Sent"),
        "sending": pgettext_lazy("message", "Being handed over"),
        "in-doubt": pgettext_lazy("message", "Sent or not: nobody knows, it is not sent again"),
        "not-needed": pgettext_lazy("message", "Not needed any more"),
        "failed": pgettext_lazy("message", "Not delivered: check the number or address"),
        "returned": pgettext_lazy("message", "Came back: the address takes no messages"),
        "astray": pgettext_lazy("message", "Got by somebody else, who says so"),
    },
    "message-kind": {
        "answer-due": pgettext_lazy("message", "First message"),
        "reminder": pgettext_lazy("message", "Reminder"),
        "last-reminder": pgettext_lazy("message", "Last reminder"),
        "history": pgettext_lazy("message", "Questions before the visit"),
        "appointment": pgettext_lazy("message", "Appointment"),
        "to-read": pgettext_lazy("message", "Consent to read"),
        "to-keep": pgettext_lazy("message", "Aftercare leaflet"),
        "code": pgettext_lazy("message", "Code"),
        "call-us": pgettext_lazy("message", "Please call us back"),
    },
    "link-purpose": {
        "answer": pgettext_lazy("link to the phone", "Questions between the visits"),
        "history": pgettext_lazy("link to the phone", "Questions before a visit"),
        "appointment": pgettext_lazy("link to the phone", "An appointment"),
        "consent": pgettext_lazy("link to the phone", "A consent to read"),
        "aftercare": pgettext_lazy("link to the phone", "The leaflet of a session"),
    },
    "consent-link": {
        "waiting": pgettext_lazy("link to a consent", "Not opened yet"),
        "opened": pgettext_lazy("link to a consent", "Opened"),
        "signed": pgettext_lazy("link to a consent", "Signed"),
        "taken-back": pgettext_lazy("link to a consent", "Replaced, or withdrawn"),
        "blocked": pgettext_lazy("link to a consent", "Blocked: five wrong birth dates"),
        "ended": pgettext_lazy("link to a consent", "Ended"),
        "changed": pgettext_lazy("link to a consent", "The text changed: send it again"),
    },
    "consent-reply": {
        "question": pgettext_lazy("reply to a consent", "Question"),
        "at-visit": pgettext_lazy("reply to a consent", "Will sign at the visit"),
        "declined": pgettext_lazy("reply to a consent", "Does not wish it"),
    },
    "consent-settled": {
        "visit": pgettext_lazy("reply to a consent", "Answered at the visit"),
        "phone": pgettext_lazy("reply to a consent", "Answered by telephone"),
        "here": pgettext_lazy("reply to a consent", "Answered in writing"),
    },
    "consent-hold": {
        "minor": _("The patient is a minor, or of unknown age: it is signed at the visit."),
        "protected": _(
            "Somebody else may have to consent with the patient: it is signed at the visit."
        ),
        "not-said": _(
            "Nobody said whether the patient is an adult under legal protection: until it is "
            "answered in the assessment, it is signed at the visit."
        ),
        "no-way": _(
            "No telephone number and no e-mail address of the patient for a code, or none that is "
            "sure: it is signed at the visit."
        ),
        "verdict": _("On what is known today, it would not be given to sign: assess again."),
    },
    "wish": {
        "comes": pgettext_lazy("wish", "Is coming"),
        "move": pgettext_lazy("wish", "Another time"),
        "another": pgettext_lazy("wish", "An appointment"),
        "call": pgettext_lazy("wish", "A call"),
    },
    "said-of-visit": {
        "comes": pgettext_lazy("wish", "The patient confirmed"),
        "move": pgettext_lazy("wish", "The patient asks for another date"),
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
        "enter-answer": _("questionnaire entered at a visit"),
        "receive-history": _("answers before the visit received"),
        "stop-follow-up": _("follow-up ended"),
        "raise-alert": _("alert raised"),
        "add-to-alert": _("answer added to an alert"),
        "want-call": _("call asked for"),
        "say-called": _("patient says that they called"),
        "say-not-me": _("“it is not me” pressed on the phone"),
        "return-mail": _("message that came back"),
        "decline-messages": _("no more messages wanted, said on the phone"),
        "take-alert": _("alert taken"),
        "hand-alert": _("alert handed over"),
        "note-alert": _("note on an alert"),
        "reached-alert": _("patient of an alert spoken to"),
        "not-reached-alert": _("patient of an alert not reached"),
        "escalate-alert": _("others notified of an alert"),
        "end-alert": _("alert ended"),
        "tell-wish": _("request about an appointment"),
        "withdraw-wish": _("request about an appointment withdrawn"),
        "settle-wish": _("request about an appointment dealt with"),
        "choose-reach": _("way to the phone chosen"),
        "send-message": _("message to the phone"),
        "revoke-link": _("link to the phone withdrawn"),
        "ask-code": _("code to the phone asked for"),
        "enter-code": _("code typed on the phone"),
        "reply-to-consent": _("reply to a consent from home"),
        "settle-reply": _("reply to a consent answered"),
    },
    "trail-kind": {
        "link": _("link to the phone"),
        "answer": _("answer from the phone"),
        "history": _("answers before the visit"),
        "alert": _("alert"),
        "stop": _("end of the follow-up"),
        "reach": _("way to the phone"),
        "message": _("message to the phone"),
        "wish": _("request about an appointment"),
        "code": _("code to the phone"),
        "consentreply": _("reply to a consent"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "alert-state": {"raised": "stop", "ended": "dash"},
    "alert-urgency": {"emergency": "stop", "same-day": "stop", "soon": "warn"},
}
