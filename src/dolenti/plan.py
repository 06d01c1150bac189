"""A course laid on the calendar from an assessment, for who writes programs (see docs/library.md).

::

    from datetime import date
    from dolenti import guideline, plan

    assessment = guideline.Judge(edition).assess(case)
    answers = [plan.Response(date(2026, 12, 1), nrs=8), plan.Response(date(2026, 12, 15), nrs=4)]
    laid = plan.lay(assessment, "mesotherapy", date(2026, 12, 1), answers)
    laid.next_step.step, [session.usual for session in laid.sessions]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from dolenti.calendar.opening import RULES_OF, public_holiday
from dolenti.guideline.ageing import of_holidays
from dolenti.guideline.birth import first_day
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import Assessment
from dolenti.guideline.near import nearest
from dolenti.guideline.plan import Plan, Response, limits_reached, plan, plan_as_json
from dolenti.guideline.words import date_in_words

__all__ = ["Plan", "Response", "as_json", "closed_in_france", "lay"]

as_json = plan_as_json

SUNDAY: Final = 7


def closed_in_france(day: date) -> bool:
    """Sundays and public holidays: what a site without a calendar of its own keeps."""
    return day.isoweekday() == SUNDAY or public_holiday(day) is not None


def lay(
    assessment: Assessment, therapy: str, start: date, responses: Sequence[Response] = ()
) -> Plan:
    """The sessions of a therapy from ``start``, and what the ``responses`` call for next.

    No session is proposed where the assessment forbids the therapy or leaves it unanswered; the
    dates of earlier acts are those of its case. Raises ``InputError`` for a therapy that the
    edition lacks, for two responses of one day, and for a date that can only be mistyped.
    """
    found = {verdict.therapy.id: verdict for verdict in assessment.verdicts}
    if therapy not in found:
        close = nearest(therapy, found)
        raise InputError(
            f"there is no therapy “{therapy}”{close.en}",
            "therapy",
            fr=f"le traitement «\u00a0{therapy}\u00a0» n’existe pas{close.fr}",
        )
    verdict, case = found[therapy], assessment.case
    if case.birth_date is not None and start < first_day(case.birth_date):
        raise InputError(
            f"{start.isoformat()} lies before the birth of the patient; check the year",
            "start",
            fr=f"le {date_in_words(start, 'fr')} précède la naissance du patient\u00a0; vérifiez "
            "l’année",
        )
    protocol = verdict.therapy.protocol
    previous = {
        fact: stated.value
        for fact, stated in case.facts.items()
        if isinstance(stated.value, date)
        and any(fact in limit.counts_from for limit in protocol.limits)
    }
    dictionary = Dictionary.of(assessment.edition)
    in_france = assessment.policies["jurisdiction"] == "FR"
    laid = plan(
        protocol,
        start,
        responses,
        case.as_of,
        previous=previous,
        verified=assessment.edition.verified,
        forbidden=verdict.status in ("redirect", "contraindicated"),
        unanswered=verdict.status == "needs-information",
        closed=closed_in_france if in_france else None,
        reached=limits_reached(protocol, dictionary, assessment.values, case.as_of),
    )
    listed = of_holidays(RULES_OF)
    if in_france and laid.sessions and not listed.is_of(case.as_of):
        laid = replace(laid, remarks=(*laid.remarks, listed.sentence(case.as_of)))
    return laid
