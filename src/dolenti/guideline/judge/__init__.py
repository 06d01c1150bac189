"""From a case to a verdict per therapy, with the proof and what is still to be asked.

The judge is built once per edition and set of policies, then judges any number of cases. It is
quick because a condition's answer depends only on the truth of its leaves (``compiled``). Others
import from here.
"""

from dolenti.guideline.judge.comparing import OPERATORS_OF, comparison, leaf_test, type_problem
from dolenti.guideline.judge.compiled import Conditions, proofs
from dolenti.guideline.judge.in_force import policies_in_force, rules_in_force, walk_rules
from dolenti.guideline.judge.relevance import (
    about,
    calm_value,
    in_order_of_need,
    never_asked,
    reassuring_value,
)
from dolenti.guideline.judge.verdicts import (
    ASSUMED,
    Assessment,
    Judge,
    Judged,
    Status,
    Template,
    Verdict,
)

__all__ = [
    "ASSUMED", "OPERATORS_OF", "Assessment", "Conditions", "Judge", "Judged", "Status", "Template",
    "Verdict", "about", "calm_value", "comparison", "in_order_of_need", "leaf_test", "never_asked",
    "policies_in_force", "proofs", "reassuring_value", "rules_in_force", "type_problem",
    "walk_rules",
]  # fmt: skip
