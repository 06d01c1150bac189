"""Whether all that a patient may read says so in words for patients: part of ``knowledge check``.

What can be printed for a patient is listed here, and nowhere else, so that a new kind of entry that
a consent prints is asked for its sentence as well. The tests read the same list for plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dolenti.guideline.checking import Problem
from dolenti.guideline.consent.frequencies import disagreeing
from dolenti.guideline.knowledge import NEVER_USED, AdverseEffect, Edition, Text


@dataclass(frozen=True)
class Printable:
    """Something a consent may print. ``entry`` is the id to look for; ``clinical`` is what the
    doctor reads of the same thing; ``told`` is what the patient reads, and must be a text."""

    entry: str
    kind: str
    clinical: Text
    told: Text | bool | None


def printable(edition: Edition) -> Iterator[Printable]:
    """Everything that needs a sentence for the patient, in the order of the edition.

    An absolute contraindication and a red flag that stops need none: no consent is composed where
    one of them holds. Nor does the status of a product that is never used.
    """
    for flag in edition.red_flags:
        if flag.effect == "alerts":
            yield Printable(flag.id, "alert", flag.because, flag.told)
    for therapy in edition.therapies:
        summary = therapy.description
        yield Printable(summary.id, "therapy", summary.summary, summary.told)
        for criterion in therapy.criteria:
            if criterion.kind != "absolute-contraindication":
                yield Printable(criterion.id, criterion.kind, criterion.because, criterion.told)
        for effect in therapy.adverse_effects:
            yield Printable(effect.id, "adverse effect", _all_of(effect), effect.told)
        for claim in therapy.claims:
            if claim.told is not None:  # the complaints whose consent speaks of it
                for number, finding in enumerate(claim.findings, 1):
                    yield Printable(claim.id, f"finding {number}", finding.says, finding.told)
        for entry in therapy.practice:
            if entry.told or entry.kind == "reimbursement":
                yield Printable(entry.id, "practice", entry.says, entry.told)
    yield from (
        Printable(care.id, "care that comes first", care.says, care.told)
        for care in edition.first_line
    )
    yield from _of_products(edition)


def _of_products(edition: Edition) -> Iterator[Printable]:
    read = {status.id: status.as_period() for status in edition.statuses}
    for product in edition.products:
        for rule in product.rules:
            if rule.told is not None:
                yield Printable(rule.id, "warning of a product", rule.because, rule.told)
        if product.off_label is not None:
            off_label = product.off_label
            yield Printable(product.id, "off-label use", off_label.says, off_label.told)
        for period in product.status:
            if period.state not in NEVER_USED and period != read.get(product.id):
                kind = f"status since {period.since}"
                yield Printable(product.id, kind, period.because, period.told)


def _all_of(effect: AdverseEffect) -> Text:
    """An adverse effect as the doctor reads it: what, when and for how long."""
    whole = [one for one in (effect.label, effect.onset, effect.lasts) if one is not None]
    return Text(fr=", ".join(one.fr for one in whole), en=", ".join(one.en for one in whole))


def check_told(edition: Edition) -> list[Problem]:
    """Every sentence that is missing, and every frequency that its figures contradict, all at once;
    an empty list where each patient is told."""
    missing = [
        Problem(one.entry, f"this {one.kind} may be printed for a patient, and has no text in told")
        for one in printable(edition)
        if not isinstance(one.told, Text)
    ]
    called = [
        Problem(one.id, f"is called {one.frequency}, and its figures make it {said}")
        for one, said in disagreeing(edition)
    ]
    return missing + called + _tells(edition)


def _tells(edition: Edition) -> list[Problem]:
    """A problem for each rule that says it tells of an adverse effect that its therapy has not: the
    consent would leave the rule out, and tell of nothing in its place."""
    return [
        Problem(rule.id, f"tells “{name}”, which is no adverse effect of {therapy.id}")
        for therapy in edition.therapies
        for rule in therapy.criteria
        for name in rule.tells
        if name not in {effect.id for effect in therapy.adverse_effects}
    ]
