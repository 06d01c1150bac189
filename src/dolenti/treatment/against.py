"""What the rules of a product hold against a patient, by what an assessment knew of them: said with
its verdict, on the plan and in the consent, and not first with the syringe in hand. What changed
since is judged again there."""

from __future__ import annotations

from collections.abc import Iterable

from dolenti.guideline.facts import Case
from dolenti.guideline.mixture import Finding, judge_known
from dolenti.records import engine
from dolenti.records.facts.inputs import case_from_json
from dolenti.records.judging import assessing
from dolenti.records.judging.verdict_changes import readable
from dolenti.records.models import Assessment, Complaint
from dolenti.treatment import room


def found(complaint: Complaint, case: Case, therapy: str, products: Iterable[str]) -> list[Finding]:
    """What blocks these products for this patient or asks for a reason, the gravest first."""
    judge = room.judge(assessing.policies_of(complaint))
    return list(judge_known(judge, therapy, products, case))


def by_assessment(
    complaint: Complaint, assessment: Assessment, therapy: str, products: Iterable[str]
) -> list[Finding]:
    """The same, by what was known at an assessment."""
    asked = list(products)
    if not asked:
        return []
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    case = case_from_json(readable(assessment.inputs, dictionary), dictionary)
    return found(complaint, case, therapy, asked)


def of_therapy(complaint: Complaint, case: Case, therapy: str) -> list[Finding]:
    """What is held against the products that a therapy uses."""
    edition = engine.edition_in_force()
    used = (one.id for one in edition.products if therapy in one.used_in)
    return found(complaint, case, therapy, used)
