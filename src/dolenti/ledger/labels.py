"""The interface’s words, and icons, of rows that change: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

LABELS: Final[dict[str, dict[str, Any]]] = {
    "trail-action": {
        "change": _("changed"),
    },
    "trail-kind": {
        "draft": _("draft"),
    },
}
