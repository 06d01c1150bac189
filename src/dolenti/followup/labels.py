"""The interface’s words of what was decided: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

LABELS: Final[dict[str, dict[str, Any]]] = {
    "trail-action": {
        "accept-step": _("next step accepted"),
        "refuse-step": _("next step refused"),
    },
    "trail-kind": {"stepdecision": _("decision on the next step")},
}
