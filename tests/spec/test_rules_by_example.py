"""Every rule of the shipped knowledge on its own examples: true, false and unknown.

The examples stand beside each rule in the YAML, and are shown on the site's knowledge pages.
"""

from __future__ import annotations

import pytest

from dolenti.guideline.checking import check, judge_example
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.coverage import coverage
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import never_asked, walk_rules
from dolenti.guideline.knowledge import Example, Rule
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
DICTIONARY = Dictionary(EDITION)
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.says.en}")
    for _, rule in walk_rules(EDITION)
    for example in rule.examples
]


@pytest.mark.parametrize("rule,example", EXAMPLES)
def test_rule(rule: Rule, example: Example) -> None:
    assert judge_example(rule, example, DICTIONARY) is example.holds


def test_every_rule_has_an_example_of_true_false_and_unknown() -> None:
    for _, rule in walk_rules(EDITION):
        definitions = [DICTIONARY.definition(fact) for fact in facts_of(rule.when)]
        # What no rule asks is not so until somebody says it: never unknown.
        wanted = {True, False} if all(map(never_asked, definitions)) else {True, False, None}
        assert {example.holds for example in rule.examples} == wanted, rule.id


def test_the_shipped_knowledge_is_sound() -> None:
    assert check(EDITION) == []


def test_every_numbered_statement_is_encoded_or_left_out_with_a_reason() -> None:
    assert [one.statement for one in coverage(EDITION) if one.missing] == []
