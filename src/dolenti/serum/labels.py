"""The interface’s words, and icons, of the chain of serum: see ``ui.labels``.

The events and states of the machine are named by the knowledge, and said here as the trail says
them.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.access.language import current
from dolenti.serum import chain

EVENTS: Final = (
    "draw", "cancel", "label", "start-incubation", "end-incubation", "spin", "portion", "freeze",
    "release", "move-slot", "pack", "receive", "issue", "thaw-complete", "inject", "excursion",
    "hold", "resume-incubation", "lift-to-incubated", "lift-to-spun", "lift-to-portioned",
    "lift-to-fresh", "lift-to-quarantine", "discard", "declare-missing", "found",
    "sample-for-test", "hand-over",
)  # fmt: skip
"""Every event of the chain: a test holds them to the knowledge."""


class EventLabel:
    """An event of the chain as the knowledge names it, in the language of the moment."""

    def __init__(self, event: str) -> None:
        self.event = event

    def __str__(self) -> str:
        language = current()
        name = chain.in_force().event(self.event).in_language(language)
        return f"{_SERUM[language]}{name[:1].lower()}{name[1:]}"


_SERUM: Final = {"fr": "sérum\u00a0: ", "en": "serum: "}

LABELS: Final[dict[str, dict[str, Any]]] = {
    "serum-place": {
        "incubator": pgettext_lazy("serum", "Incubator"),
        "freezer": pgettext_lazy("serum", "Freezer"),
        "box": pgettext_lazy("serum", "Transport box"),
    },
    "serum-wait": {
        "draw-to-incubator": _("From the draw to the incubator"),
        "incubator-to-spin": _("From the incubator to the centrifuge"),
        "spin-to-portion": _("From the centrifuge to portioning"),
        "portion-to-cold": _("From portioning to the freezer or the needle"),
        "out-of-incubator": _("In all, from the incubator to the freezer or the needle"),
    },
    "serum-look": {
        "clear": pgettext_lazy("serum", "Clear, yellow"),
        "cloudy": pgettext_lazy("serum", "Cloudy"),
        "haemolysed": pgettext_lazy("serum", "Haemolysed"),
        "clotted": pgettext_lazy("serum", "Clotted"),
    },
    "serum-marker": {
        "hiv": _("HIV"),
        "hbsag": _("HBs antigen"),
        "anti-hbc": _("Anti-HBc antibodies"),
        "hcv": _("HCV"),
        "syphilis": _("Syphilis"),
        "htlv-i": _("HTLV-I, by origin"),
    },
    "serum-result": {
        "negative": pgettext_lazy("test", "Negative"),
        "positive": pgettext_lazy("test", "Positive"),
    },
    "serum-effect": {
        "note": pgettext_lazy("excursion", "Noted"),
        "hold": pgettext_lazy("excursion", "Units put on hold"),
        "discard-proposed": pgettext_lazy("excursion", "Counts as a thaw"),
    },
    "serum-wrong": {
        "unexplained": _("a volume is not explained"),
        "more-than-blood": _("more serum than blood"),
        "two-ends": _("its steps and where it stands do not agree"),
        "after-course": _("the course is over, and what became of the unit is not recorded"),
        "missing": _("missing"),
        "overdue": _("its time is over, and nobody has decided"),
    },
    "trail-action": {
        **{f"serum-{event}": EventLabel(event) for event in EVENTS},
        "open-serum-chain": _("serum chain turned on"),
        "close-serum-chain": _("serum chain turned off"),
        "plan-draw": _("serum draw planned"),
        "check-draw": _("serum draw checked by a practitioner"),
        "record-tests": _("donor’s tests recorded"),
        "print-label": _("serum label printed"),
        "correct-volume": _("volume of a serum unit corrected"),
        "print-duplicate": _("duplicate of a label printed"),
        "propose-serum": _("serum step proposed"),
        "drop-serum": _("serum step dropped"),
        "add-place": _("serum place added"),
        "close-place": _("serum place closed"),
        "open-place": _("serum place used again"),
        "tell-of-silence": _("responsible person told of a silent freezer"),
        "take-in-log": _("temperature log imported"),
        "propose-withdrawal": _("withdrawal of a temperature log proposed"),
        "drop-withdrawal": _("withdrawal of a temperature log dropped"),
        "withdraw-log": _("temperature log withdrawn"),
        "count-freezer": _("freezer counted"),
        "confirm-count": _("count of a freezer confirmed"),
    },
    "trail-kind": {
        "draw": _("serum draw"),
        "tube": _("serum tube"),
        "unit": _("serum unit"),
        "proposal": _("step for two people"),
        "place": _("serum place"),
        "serumstatement": _("statement on the chain"),
        "serumlabel": _("serum label"),
        "temperaturelog": _("temperature log"),
        "freezercount": _("count of a freezer"),
    },
}

ICONS: Final[dict[str, dict[str, str]]] = {
    "serum-state": {
        "planned": "info", "drawn": "ask", "labelled": "ask", "incubating": "clock",
        "incubated": "ask", "spun": "ask", "portioned": "ask", "fresh": "clock",
        "quarantined": "ask", "frozen": "go", "in-transit": "info", "issued": "clock",
        "thawed": "clock", "held": "warn", "missing": "stop", "injected": "go",
        "discarded": "dash", "used-for-test": "dash", "handed-over": "dash",
    },
    "serum-effect": {"note": "info", "hold": "warn", "discard-proposed": "stop"},
    "serum-result": {"negative": "go", "positive": "stop"},
}  # fmt: skip
