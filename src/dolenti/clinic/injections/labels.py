"""The map's words for areas."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

LABELS: Final[dict[str, dict[str, Any]]] = {
    "area-kind": {
        "forbidden": _("No injection"),
        "limit": _("Limited depth"),
        "warn": _("Area to watch"),
    },
}
