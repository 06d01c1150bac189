"""The interface’s words of what was decided: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "trail-action": {
        "accept-step": _("next step accepted"),
        "refuse-step": _("next step refused"),
        "propose-exercises": _("exercise plan proposed"),
        "adjust-exercises": _("exercise plan adjusted"),
        "accept-exercises": _("exercise plan accepted"),
        "note-progress": _("progress of an exercise plan noted"),
        "replace-exercises": _("exercise plan replaced"),
        "end-exercises": _("exercise plan ended"),
        "begin-taper": _("opioid tapering plan agreed"),
        "change-taper": _("opioid tapering plan changed"),
        "end-taper": _("opioid tapering plan ended"),
    },
    "trail-kind": {
        "stepdecision": _("decision on the next step"),
        "rehabilitationplan": _("exercise plan"),
        "curve": _("own curve of a patient"),
        "opioidtaper": _("opioid tapering plan"),
    },
    "plan-state": {
        "proposed": pgettext_lazy("exercise plan", "proposed"),
        "accepted": pgettext_lazy("exercise plan", "accepted"),
        "replaced": pgettext_lazy("exercise plan", "replaced"),
        "ended": pgettext_lazy("exercise plan", "ended"),
    },
}
