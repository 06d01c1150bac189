"""The interface’s words, and icons, of readiness: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "kit-level": {
        "all": pgettext_lazy("kit", "No injection beside it"),
        "anaesthetic": pgettext_lazy("kit", "Local anaesthetic limited"),
        "warn": pgettext_lazy("kit", "To be completed"),
        "fine": pgettext_lazy("kit", "Complete and checked"),
    },
    "kit-look": {
        "checked": pgettext_lazy("kit", "Checked"),
        "opened": pgettext_lazy("kit", "Opened"),
    },
    "card-standing": {
        "signed": pgettext_lazy("card", "Signed"),
        "changed": pgettext_lazy("card", "Changed since it was signed"),
        "unsigned": pgettext_lazy("card", "Not signed"),
    },
    "trail-action": {
        "check-kit": _("emergency kit checked"),
        "open-kit": _("emergency kit opened"),
        "place-kit": _("emergency kit of a room placed"),
        "sign-card": _("emergency card signed"),
    },
    "trail-kind": {
        "kitlook": _("check of an emergency kit"),
        "kitplace": _("place of an emergency kit"),
        "cardsignature": _("signature of an emergency card"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "kit-level": {"all": "stop", "anaesthetic": "warn", "warn": "warn", "fine": "go"},
    "card-standing": {"signed": "go", "changed": "warn", "unsigned": "ask"},
}
