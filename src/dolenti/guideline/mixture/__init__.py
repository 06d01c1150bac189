"""Judges what is drawn up for one patient: blocked, incomplete, override or allowed (contract 3).

::

    mixture = read_mixture(content, edition, date(2026, 11, 22))
    result = MixtureJudge(edition).judge(mixture)
    result.verdict, [finding.rule for finding in result.findings]

Every sentence, weight, ceiling and source comes from the knowledge; the engine knows only how to
look at a syringe. A rule about the whole syringe is found in ``mixtures/rules.yaml`` by its id;
rules about one product and the patient are conditions, judged and asked about as in an
assessment.
"""

from dolenti.guideline.mixture.authorised import NotUsed, not_used
from dolenti.guideline.mixture.checking import check_mixtures
from dolenti.guideline.mixture.file import Mixture, read_mixture, read_mixture_file
from dolenti.guideline.mixture.judge import RULES, MixtureJudge, MixtureResult, MixtureVerdict
from dolenti.guideline.mixture.look import GIVEN_BEFORE, GIVEN_TODAY, TECHNIQUE, Finding
from dolenti.guideline.mixture.planned import judge_known, judge_planned
from dolenti.guideline.mixture.report import mixture_as_json
from dolenti.guideline.mixture.vial import (
    insist_dose,
    insist_hours,
    insist_named_so,
    insist_strength,
)

__all__ = [
    "GIVEN_BEFORE",
    "GIVEN_TODAY",
    "RULES",
    "TECHNIQUE",
    "Finding",
    "Mixture",
    "MixtureJudge",
    "MixtureResult",
    "MixtureVerdict",
    "NotUsed",
    "check_mixtures",
    "insist_dose",
    "insist_hours",
    "insist_named_so",
    "insist_strength",
    "judge_known",
    "judge_planned",
    "mixture_as_json",
    "not_used",
    "read_mixture",
    "read_mixture_file",
]
