"""One quantity that two facts tell: a file that says both is refused, a syringe hears the worse.
And every fact that is asked is heard by some rule.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dolenti import mixture
from dolenti.guideline.agreeing import implications
from dolenti.guideline.checking import _all_conditions
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Known, with_facts
from dolenti.guideline.judge import Judge
from tests.fhir_bundles import EDITION, KNEE, condition, record

NOT_READ = {
    "since": "from the header: it derives onset-before-20-or-after-55, and letters say it",
    "side": "from the header: it says where, and no rule depends on it",
    "pain-nrs": "the measure of follow-up, read by the protocols as a baseline",
    "tried": "what stands before a local treatment: shown, never judged; it doubts what denies it",
    "weight": "ceilings per kg and bmi are counted on it",
    "height": "bmi and the ideal weight are counted on it",
}


def test_every_fact_is_read_by_some_rule_or_says_why_not() -> None:
    conditions = [condition for _, condition in _all_conditions(EDITION)]
    conditions += [condition for fact in EDITION.facts for _, condition in implications(fact)]
    read = {fact for condition in conditions for fact in facts_of(condition)}
    assert {fact.id for fact in EDITION.facts} - read == NOT_READ.keys()


def test_all_pairs_are_known_here() -> None:
    pairs = {(fact.id, member) for fact in EDITION.facts for member, _ in implications(fact)}
    assert pairs == {
        ("heart-failure-severe", None),
        ("renal-failure-severe", None),
        ("pregnancy", None),
        ("medicines", "methotrexate"),
        ("medicines", "fluoroquinolone"),
        ("medicines", "ssri-snri"),
        ("medicines", "calcium-channel-blocker"),
        ("medicines", "antipsychotic"),
    }


def judged(facts: dict[str, Any], product: str = "ketoprofen", strength: float = 50) -> Any:
    content = {
        "therapy": "mesotherapy",
        "preparation": {
            "vehicle": {"fluid": "saline", "volume": 1},
            "components": [{"product": product, "strength": strength, "volume": 2}],
        },
        "facts": {"age": 40, "weight": 70, **facts},
    }
    return mixture.Judge(EDITION).judge(mixture.read(content, EDITION, date(2026, 11, 22)))


@pytest.mark.parametrize(
    "facts",
    [
        {"heart-failure": "nyha-3-4", "heart-failure-severe": False},
        {"egfr": 20, "renal-failure-severe": False},
        {"methotrexate-weekly-dose": 25, "medicines": []},
        {"gestational-age": 20, "pregnancy": False},
    ],
    ids=str,
)
def test_a_file_that_says_no_to_what_it_implies_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="does not agree"):
        judged(facts)


def test_the_worse_of_the_two_is_heard() -> None:
    found = judged({"heart-failure": "nyha-3-4"})
    assert "nsaid-heart" in {one.rule for one in found.findings}
    assert found.verdict == "blocked"


def test_a_dose_of_methotrexate_says_that_it_is_taken() -> None:
    found = judged({"methotrexate-weekly-dose": 25})
    assert "nsaid-methotrexate-above-20" in {one.rule for one in found.findings}


def test_a_narrower_medicine_is_the_wider_one_too() -> None:
    found = judged({"medicines": ["snri"]})
    assert found.values["medicines"].value["ssri-snri"] is True


def test_where_testing_rules_out_all_anaesthetics_none_is_injected_nor_the_nerve_frozen() -> None:
    said = {"allergy": ["procaine"], "no-alternative-anaesthetic": True}
    assert judged(said, "lidocaine", 10).verdict == "blocked"
    case = record(condition(KNEE)).case()
    facts = {
        "allergy": Known({"lidocaine": True}),
        "no-alternative-anaesthetic": Known(value=True),
    }
    found = Judge(EDITION).assess(with_facts(case, facts))
    statuses = {one.therapy.id: one.status for one in found.verdicts}
    assert statuses["cryoneurolysis"] == "contraindicated"


def test_who_is_allergic_to_no_anaesthetic_is_not_asked_for_an_alternative() -> None:
    found = Judge(EDITION).assess(record(condition(KNEE)).case())
    assert "no-alternative-anaesthetic" not in found.questions
