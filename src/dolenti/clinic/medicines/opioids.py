"""The opioids of a patient over time, in words, and what the clinician is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dolenti.clinic.common.lookup import Lookup, SourceLine
from dolenti.followup import opioids
from dolenti.guideline.diary import Content, Equivalent, Stretch
from dolenti.guideline.diary.facts import truth
from dolenti.guideline.facts import Known
from dolenti.guideline.knowledge import Basis, Text
from dolenti.guideline.session import verified
from dolenti.guideline.session.shapes.common import Sourced
from dolenti.records.models import Medicine
from dolenti.ui import curve as drawing


@dataclass(frozen=True)
class OpioidLine:
    """Days on which the same opioids were taken, and what they amount to in words."""

    since: date | None
    names: str
    amount: str
    left_out: str


def opioid_lines(stretches: Sequence[Stretch], words: Lookup) -> list[OpioidLine]:
    """The opioids on a list of medicines over time, the last stretch first."""
    return [
        OpioidLine(
            one.since,
            ", ".join(one.names) or _("no opioid on the list"),
            amount_line(one.equivalent, words) if one.names else "",
            ", ".join(one.equivalent.left_out),
        )
        for one in reversed(stretches)
    ]


@dataclass(frozen=True)
class NoteLine:
    """One sentence to the clinician, and what it rests on."""

    says: str
    basis: Basis
    verified: bool


@dataclass(frozen=True)
class Notes:
    """What is said of the opioids of a list: what holds of this patient today, then what holds of
    every equivalent, how a dose is read, and what the patient is to be told."""

    here: list[NoteLine]
    always: list[NoteLine]
    doses: list[NoteLine]
    patient: list[NoteLine]


def notes_of(
    content: Content,
    stretches: Sequence[Stretch],
    medicines: Iterable[Medicine],
    told: Mapping[str, Known],
    today: date,
    words: Lookup,
) -> Notes:
    """What is said of the opioids of a list and of their stretches. ``told`` is what is known of
    the patient.

    A pain that nobody called one of cancer counts as none: the note that it would silence asks for
    a review, and no more.
    """
    rules = content.opioids
    facts = opioids.facts(stretches, medicines, today)
    if "athlete-tested" in told:
        facts["athlete-tested"] = told["athlete-tested"].value is True
    if "cancer-active" not in told or told["cancer-active"].value is False:
        facts["cancer-pain"] = False

    def line(entry: Sourced, says: Text) -> NoteLine:
        read = verified(words.edition, entry)
        return NoteLine(says.in_language(words.language), entry.basis, read)

    return Notes(
        [line(one, one.tell) for one in rules.notes if truth(one.when, facts) is True],
        [line(one, one.says) for one in rules.always],
        [line(one, one.says) for one in rules.doses],
        [line(one, one.says) for one in rules.patient],
    )


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
        verified(words.edition, frame),
        words.cited(frame.sources),
    )


def amount_line(one: Equivalent, words: Lookup) -> str:
    """An equivalent in words."""
    amount = one.amount
    if amount is None:
        return _("not computed")
    said = _("at least %(n)s mg a day") if one.at_least else _("%(n)s mg a day")
    return said % {"n": drawing.number(float(amount), "en" if words.language == "en" else "fr")}
