"""The interface’s words of the room: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "syringe": {
        "limpid": _("Limpid"),
        "even": _("Corticosteroid in suspension: shaken, even, no clumps"),
        "cloudy": _("Cloudy, or with clumps: thrown away"),
        "milky": _("Milky, without being a suspension: thrown away"),
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
    "pause-line": {
        "identity": pgettext_lazy("pause", "identity"),
        "side": pgettext_lazy("pause", "side and place"),
        "consent": pgettext_lazy("pause", "consent"),
        "infection": pgettext_lazy("pause", "infection"),
        "joint-infection": pgettext_lazy("pause", "infection, prosthesis"),
        "allergy": pgettext_lazy("pause", "allergy"),
        "last-session": pgettext_lazy("pause", "last session"),
        "kit": pgettext_lazy("pause", "emergency kit"),
        "cold-disease": pgettext_lazy("pause", "cold-related conditions"),
        "nerve": pgettext_lazy("pause", "nerve"),
        "not-in-tendon": pgettext_lazy("pause", "tendon"),
        "unit-match": pgettext_lazy("pause", "unit of this patient"),
        "hyaluronate-check": pgettext_lazy("pause", "joint for hyaluronate"),
        "cryo-device": pgettext_lazy("pause", "freezing device"),
        "fit-to-give-blood": pgettext_lazy("pause", "fit to give blood"),
        "label-at-bedside": pgettext_lazy("pause", "labels at the bedside"),
        "steroid-history": pgettext_lazy("pause", "earlier corticosteroids"),
        "escort": pgettext_lazy("pause", "escort"),
    },
    "act": {
        "": pgettext_lazy("act", "The treatment of the course"),
        "block": pgettext_lazy("act", "A diagnostic block"),
    },
    "yes-no": {"yes": _("Yes"), "no": _("No")},
    "events": {"none": _("Nothing to report"), "some": _("Something happened")},
    "mixture-verdict": {
        "allowed": _("Accepted by the rules"),
        "override": _("Written decision needed"),
        "incomplete": _("Something is still to be known"),
        "blocked": _("Blocked"),
    },
    "severity-of-mixture": {
        "block": _("Blocks"),
        "override": _("Written decision"),
        "warn": _("Caution"),
        "info": _("To know"),
    },
    "mixture-tier": {
        "offer": pgettext_lazy("mixture", "Not offered here"),
        "decision": _("With a written decision"),
        "withheld": _("Never offered"),
        "not-offered": _("Not available"),
        "own": _("Written by the site, not offered"),
    },
    "felt": {
        "normal": pgettext_lazy("feeling", "normal"),
        "less": pgettext_lazy("feeling", "less"),
        "none": pgettext_lazy("feeling", "none"),
    },
    "felt-moves": {
        "kept": pgettext_lazy("strength", "Kept"),
        "lost": pgettext_lazy("strength", "Lost"),
    },
    "record-state": {
        "to-prepare": pgettext_lazy("record", "To prepare"),
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
