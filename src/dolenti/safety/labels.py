"""The interface’s words, and icons, of adverse events and alarms: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "event-outcome": {
        "unknown": pgettext_lazy("outcome", "Not known"),
        "ongoing": pgettext_lazy("outcome", "Unchanged"),
        "recovering": pgettext_lazy("outcome", "Improving"),
        "recovered": pgettext_lazy("outcome", "Recovered"),
        "sequelae": pgettext_lazy("outcome", "Recovered with lasting effects"),
        "death": pgettext_lazy("outcome", "Death"),
    },
    "alarm-state": {
        "raised": pgettext_lazy("alarm", "Raised"),
        "ended": pgettext_lazy("alarm", "Ended"),
    },
    "alarm-shares": {
        "lot": pgettext_lazy("alarm", "the same lot"),
        "room": pgettext_lazy("alarm", "the same room"),
        "device": pgettext_lazy("alarm", "the same device"),
        "operator": pgettext_lazy("alarm", "the same practitioner"),
        "alone": pgettext_lazy("alarm", "one case is enough"),
    },
    "trail-action": {
        "tell-event": _("adverse event reported"),
        "amend-event": _("adverse event amended"),
        "event-in-error": _("adverse event entered in error"),
        "raise-alarm": _("alarm raised"),
        "add-to-alarm": _("event added to an alarm"),
        "take-alarm": _("alarm taken over"),
        "end-alarm": _("alarm ended"),
        "send-report": _("report of an adverse event noted as sent"),
    },
    "trail-kind": {
        "adverseevent": _("adverse event"),
        "alarm": _("alarm"),
        "report": _("report of an adverse event"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "event-outcome": {
        "unknown": "ask",
        "ongoing": "warn",
        "recovering": "info",
        "recovered": "go",
        "sequelae": "warn",
        "death": "stop",
    },
    "alarm-state": {"raised": "stop", "ended": "dash"},
}
