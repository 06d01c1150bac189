"""The interface’s words, and icons, of the list of patients: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "shows": {
        "mine": _("In my care"),
        "all": _("All patients"),
        "unnamed": _("Cases without identity"),
        "in-error": pgettext_lazy("records", "Entered in error"),
    },
}
