"""The opioids of a patient over time, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.followup import opioids
from dolenti.guideline.diary import Content, Stretch
from dolenti.guideline.knowledge import Basis
from dolenti.records.models import Medicine
from dolenti.ui import curve as drawing


@dataclass(frozen=True)
class OpioidLine:
    """Days on which the same opioids were taken, and what they amount to in words."""

    since: date | None
    names: str
    amount: str
    left_out: str


def opioid_lines(
    content: Content, medicines: Iterable[Medicine], words: Lookup
) -> list[OpioidLine]:
    """The opioids on a list of medicines over time, the last stretch first."""
    in_force = content.opioids.in_force
    table = next(one for one in content.opioid_tables if one.id == in_force)
    return [
        OpioidLine(
            one.since,
            ", ".join(one.names) or _("no opioid on the list"),
            _amount(one, words),
            ", ".join(one.equivalent.left_out),
        )
        for one in reversed(opioids.stretches(table, medicines))
    ]


@dataclass(frozen=True)
class TaperLine:
    """The frame of a taper, for the clinician alone."""

    title: str
    warning: str
    steps: list[str]
    basis: Basis
    verified: bool
    sources: list[SourceLine]


def taper_of(content: Content, words: Lookup) -> TaperLine:
    """How an opioid is lowered, as the knowledge frames it. No dose follows from it, and no patient
    is shown it."""
    frame, language = content.opioids.taper, words.language
    return TaperLine(
        frame.title.in_language(language),
        frame.warning.in_language(language),
        [one.in_language(language) for one in frame.steps],
        frame.basis,
        frame.mark == "R" and words.edition.verified(frame.sources),
        words.cited(frame.sources),
    )


def _amount(one: Stretch, words: Lookup) -> str:
    if not one.names:
        return ""
    amount = one.equivalent.amount
    if amount is None:
        return _("not computed")
    said = _("at least %(n)s mg a day") if one.equivalent.at_least else _("%(n)s mg a day")
    return said % {"n": drawing.number(float(amount), "en" if words.language == "en" else "fr")}
