"""The interface’s words, and icons, of the stock: see ``ui.labels``."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "item-kind": {
        "product": pgettext_lazy("stock", "Product"),
        "needle": pgettext_lazy("stock", "Needle"),
        "kit": pgettext_lazy("stock", "Kit"),
        "probe": pgettext_lazy("stock", "Probe"),
        "device": pgettext_lazy("stock", "Device"),
        "other": pgettext_lazy("stock", "Other"),
    },
    "lot": {
        "usable": pgettext_lazy("lot", "Usable"),
        "expired": pgettext_lazy("lot", "Expired"),
        "recalled": pgettext_lazy("lot", "Recalled"),
        "quarantined": pgettext_lazy("lot", "In quarantine"),
        "empty": pgettext_lazy("lot", "Used up"),
    },
    "movement": {
        "receipt": pgettext_lazy("stock", "Received"),
        "use": pgettext_lazy("stock", "Used"),
        "back": pgettext_lazy("stock", "Brought back"),
        "count": pgettext_lazy("stock", "Counted"),
        "discard": pgettext_lazy("stock", "Discarded"),
    },
    "movement-reason": {"corrected": _("the record of the session was corrected")},
    "product-state": {
        "not-authorised": pgettext_lazy("product", "Not authorised in France"),
        "never-authorised": pgettext_lazy("product", "Never authorised in France"),
        "suspended": pgettext_lazy("product", "Suspended in France"),
        "abrogated": pgettext_lazy("product", "Authorisation withdrawn in France"),
        "not-marketed": pgettext_lazy("product", "Not marketed in France"),
        "shortage": pgettext_lazy("product", "In shortage in France"),
        "verify": pgettext_lazy("product", "Status in France to be checked"),
    },
    "recall-letter": {
        "to-send": pgettext_lazy("letter", "To send"),
        "sent": pgettext_lazy("letter", "Sent"),
        "reached": pgettext_lazy("letter", "Reached"),
        "unreached": pgettext_lazy("letter", "Not reached"),
    },
    "trail-action": {
        "add-item": _("item added to the stock"),
        "change-item": _("item of the stock changed"),
        "close-item": _("item no longer kept"),
        "open-item": _("item kept again"),
        "add-lot": _("lot added"),
        "receipt-lot": _("lot received"),
        "use-lot": _("lot used"),
        "give-back": _("use of a lot undone"),
        "count-lot": _("lot counted"),
        "discard-lot": _("lot discarded"),
        "quarantine-lot": _("lot put in quarantine"),
        "free-lot": _("lot freed"),
        "recall-lot": _("lot recalled"),
        "write-letter": _("recall letter written"),
        "send-letter": _("recall letter sent"),
        "reach-patient": _("patient of a recall reached"),
        "miss-patient": _("patient of a recall not reached"),
    },
    "trail-kind": {
        "item": _("item of the stock"),
        "lot": _("lot"),
        "use": _("lot received"),
        "recallletter": _("recall letter"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "lot": {
        "usable": "go",
        "expired": "stop",
        "recalled": "stop",
        "quarantined": "warn",
        "empty": "dash",
    },
    "recall-letter": {"to-send": "ask", "sent": "info", "reached": "go", "unreached": "warn"},
}
