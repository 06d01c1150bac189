"""The words of the auditor's screen: its saved views, and what can be wrong with the chain."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS: Final[dict[str, dict[str, Any]]] = {
    "trail-view": {
        "openings": _("Records opened for a reason"),
        "outside": _("Readings outside the care team"),
        "searches": _("Searches and lists of patients"),
        "exports": pgettext_lazy("trail", "Exports"),
        "refused": pgettext_lazy("trail", "Refusals"),
    },
    "trail-fault": {
        "edited": _("changed after it was written"),
        "missing": pgettext_lazy("line", "missing"),
        "reordered": _("moved, or the one before changed"),
        "damaged": _("damaged, unreadable"),
        "unnumbered": _("its number cannot be read"),
        "unfindable": _("not found by the patients and sites it names"),
        "cut": _("the end of the trail was cut off"),
        "head-missing": _("the end kept beside the database is gone"),
        "head-unreadable": _("the end kept beside the database cannot be read"),
        "witness-missing": _("the second kept end is gone"),
        "witness-unreadable": _("the second kept end cannot be read"),
        "head-broken": _("a kept end is not in the trail: it was cut or replaced"),
    },
}
