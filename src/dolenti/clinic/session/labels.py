"""The interface’s words of the room: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "syringe": {
        "limpid": _("Limpid"),
        "cloudy": _("Cloudy: thrown away"),
        "milky": _("Milky: thrown away"),
    },
    "guidance": {
        "landmark": _("Landmarks"),
        "ultrasound": _("Ultrasound"),
        "fluoroscopy": _("Fluoroscopy"),
        "ct": _("CT"),
    },
    "freezing-guidance": {
        "ultrasound": _("Ultrasound"),
        "nerve-stimulator": _("Nerve stimulator"),
        "treatment-line": _("Treatment line"),
        "fluoroscopy": _("Fluoroscopy"),
    },
    "act": {
        "": pgettext_lazy("act", "The treatment of the course"),
        "block": pgettext_lazy("act", "A diagnostic block"),
    },
    "yes-no": {"yes": _("Yes"), "no": _("No")},
    "events": {"none": _("Nothing to report"), "some": _("Something happened")},
    "mixture-verdict": {
        "allowed": _("The rules let it go"),
        "override": _("To be justified in writing"),
        "incomplete": _("Something is still to be known"),
        "blocked": _("Blocked"),
    },
    "severity-of-mixture": {
        "block": _("Blocks"),
        "override": _("To justify"),
        "warn": _("Caution"),
        "info": _("To know"),
    },
    "mixture-tier": {
        "offer": pgettext_lazy("mixture", "Not offered here"),
        "decision": _("With a written decision"),
        "withheld": _("Withheld"),
        "not-offered": _("Not available"),
    },
    "record-state": {
        "prepared": pgettext_lazy("record", "Prepared"),
        "delivered": pgettext_lazy("record", "Given, to be signed"),
        "signed": pgettext_lazy("record", "Signed"),
    },
}
ICONS: Final[dict[str, dict[str, str]]] = {
    "mixture-verdict": {
        "allowed": "go",
        "override": "warn",
        "incomplete": "ask",
        "blocked": "stop",
    },
    "severity-of-mixture": {"block": "stop", "override": "warn", "warn": "warn", "info": "info"},
}
