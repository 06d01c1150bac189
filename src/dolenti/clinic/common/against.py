"""What the rules of products hold against a patient, as pages say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import ngettext

from dolenti.access import clock
from dolenti.guideline.facts import Case
from dolenti.guideline.mixture import Finding, judge_planned
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.treatment import against, room
from dolenti.ui.language import current

DONE: Final = ("possible", "caution", "needs-information")
"""The verdicts beside which a product is still to be chosen."""
MOST_NAMED: Final = 4


@dataclass(frozen=True)
class AgainstLine:
    """One sentence: how gravely it speaks, and of which products."""

    severity: str
    says: str
    products: str


def lines(found: Iterable[Finding]) -> list[AgainstLine]:
    """These findings in words, in their order."""
    labels = {one.id: one.label for one in engine.edition_in_force().products}
    return [
        AgainstLine(
            one.severity,
            " ".join(
                text.in_language(current())
                for text in (one.because, one.detail)
                if text is not None
            ),
            _named([labels[name].in_language(current()) for name in one.products]),
        )
        for one in found
    ]


def together(complaint: Complaint, therapy: str, products: Iterable[str]) -> list[AgainstLine]:
    """What speaks against these products in one syringe, whatever their dose. What the edition in
    force does not know any more is passed over."""
    known = {one.id for one in engine.edition_in_force().products}
    judge = room.judge(assessing.policies_of(complaint))
    named = [one for one in products if one in known]
    return lines(judge_planned(judge, therapy, named, clock.today()))


def beside_verdicts(
    complaint: Complaint, case: Case, columns: Sequence[Any]
) -> Mapping[str, list[AgainstLine]]:
    """By therapy, what is held against products that it uses, where it may be done."""
    return {
        one.therapy: lines(against.of_therapy(complaint, case, one.therapy))
        for one in columns
        if one.status in DONE
    }


def _named(names: list[str]) -> str:
    first, more = names[:MOST_NAMED], len(names) - MOST_NAMED
    said = ", ".join(first)
    if more <= 0:
        return said
    return said + ngettext(" and %(n)s other", " and %(n)s others", more) % {"n": more}
