# ruff: noqa: E501 - one mistake per line reads as a table
"""``knowledge check``: each kind of mistake in an edition is found and named."""

from __future__ import annotations

import pytest

from dolenti.guideline.checking import check
from tests.small_edition import FACTS, NEEDLING, RED_FLAGS, RULE, TEXTS, small_edition


def problems(name: str, old: str, new: str) -> list[str]:
    text = TEXTS[name]
    assert old in text
    edition = small_edition(
        {
            "edition.yaml": TEXTS["edition.yaml"].replace("M: 2", "M: 0"),
            name: text.replace(old, new, 1),
        }
    )
    return [f"{problem.entry}: {problem.what}" for problem in check(edition)]


EXAMPLES = "examples: [" + ", ".join(
    f"{{says: {{fr: Cas., en: Case.}}, facts: {facts}, holds: {holds}}}"
    for facts, holds in (("{fever: true}", "true"), ("{fever: false}", "false"), ("{}", "null"))
) + "]"  # fmt: skip


@pytest.mark.parametrize(
    "name,old,new,found",
    [
        ("facts/all.yaml", "id: fever", "id: infection", "infection: 2 entries of facts have this id"),
        ("facts/all.yaml", "unit: kg, range: [1, 350]", "unit: kg", "weight: a number needs a unit"),
        ("facts/all.yaml", "type: date, past: true, ", "type: date, ", "a date is either past or future"),
        ("facts/all.yaml", "reassuring: none", "reassuring: some", "'some' is no answer to a choice"),
        ("facts/all.yaml", "reassuring: never", "reassuring: true", "True is no answer to a date"),
        ("facts/all.yaml", "fresh_for: 48 h", "fresh_for: a while", "'a while' is not a duration"),
        ("facts/all.yaml", "relevant: pregnancy", "relevant: motherhood", "there is no fact “motherhood”"),
        ("facts/all.yaml", "{anticoagulant: {is: vka}}", "{anticoagulant: {is: heparin}}", "is no answer of"),
        ("zones.yaml", "id: elbow", "id: nose", "“nose” must be both an option of this fact and an entry"),
        ("conditions/all.yaml", "zones: [elbow]", "zones: [nose]", "sore-elbow: “nose” is no zone"),
        ("red-flags/all.yaml", "id: book", "id: rumour", "flag-fever: “rumour” is no source"),
        ("red-flags/all.yaml", "when: fever", "when: inr", "“inr” is a number: compare it with one of"),
        (
            "therapies/needling/criteria.yaml",
            "{inr: {over: 3}}",
            "{inr: {has: lidocaine}}",
            "needling-inr: “has” does not fit the number “inr”",
        ),
        (
            "therapies/needling/criteria.yaml",
            "value: counts",
            "value: maybe",
            "needling-policy: “smoking=maybe” is no option of a policy",
        ),
        ("policies.yaml", "default: ignored", "default: maybe", "smoking: “smoking=maybe” is no option"),
        (
            "red-flags/all.yaml",
            "sources: [{id: book}]",
            "sources: [{id: book}], encodes: [M9]",
            "encodes M9, which does not exist",
        ),
        ("red-flags/all.yaml", "{fr: Texte., en: Text.}", "{fr: ' ', en: Text.}", "empty in “fr”"),
    ],
)  # fmt: skip
def test_a_mistake_is_found(name: str, old: str, new: str, found: str) -> None:
    assert any(found in problem for problem in problems(name, old, new))


def test_every_rule_needs_its_examples() -> None:
    found = problems("zones.yaml", "knee", "knee")
    assert "flag-fever: has no example that gives true" in found
    assert "flag-fever: has no example that gives unknown" in found


def test_examples_are_run() -> None:
    right = RED_FLAGS.replace("{id: flag-fever,", f"{{id: flag-fever, {EXAMPLES},", 1)
    found = problems("red-flags/all.yaml", RED_FLAGS, right)
    assert not any(problem.startswith("flag-fever") for problem in found)
    wrong = right.replace("facts: {}, holds: null", "facts: {fever: true}, holds: null")
    found = problems("red-flags/all.yaml", RED_FLAGS, wrong)
    assert "flag-fever: “Case.” should give unknown and gives true" in found
    strange = right.replace("facts: {fever: false}", "facts: {fewer: false}")
    found = problems("red-flags/all.yaml", RED_FLAGS, strange)
    assert any("there is no fact “fewer”" in problem for problem in found)


def test_a_fact_that_could_stay_unknown_for_ever_is_found() -> None:
    guarded = "{all: [{anticoagulant: {is: vka}}, {inr: {over: 3}}]}"
    assert guarded in NEEDLING
    stuck = "needling-inr: needs “inr” where it is irrelevant and can never be asked"
    assert stuck not in problems("facts/all.yaml", FACTS, FACTS)
    assert stuck in problems("therapies/needling/criteria.yaml", guarded, "{inr: {over: 3}}")


def test_a_measure_may_count_as_something_where_it_is_irrelevant() -> None:
    relevant = "relevant: {anticoagulant: {is: vka}}"
    counted = FACTS.replace(relevant, f"{relevant}, when_irrelevant: 1")
    guarded = "{all: [{anticoagulant: {is: vka}}, {inr: {over: 3}}]}"
    files = {
        "edition.yaml": TEXTS["edition.yaml"].replace("M: 2", "M: 0"),
        "therapies/needling/criteria.yaml": NEEDLING.replace(guarded, "{inr: {over: 3}}"),
    }
    stuck = "needs “inr” where it is irrelevant and can never be asked"
    assert stuck in [p.what for p in check(small_edition(files))]
    assert stuck not in [p.what for p in check(small_edition({**files, "facts/all.yaml": counted}))]
    strange = problems(
        "facts/all.yaml", "id: fever, type: boolean", "id: fever, when_irrelevant: 1, type: boolean"
    )
    assert "fever: only a number with a relevance counts as something without it" in strange


def test_a_fact_that_waits_where_nothing_settles_it_is_found() -> None:
    waits = FACTS.replace("relevant: pregnancy", "relevant: pregnancy, waits: true")
    assert waits != FACTS

    def found(when: str) -> list[str]:
        criteria = f"{NEEDLING}- {{id: needling-term, kind: precaution, when: {when}, {RULE}}}\n"
        files = {"facts/all.yaml": waits, "therapies/needling/criteria.yaml": criteria}
        edition = small_edition(
            {"edition.yaml": TEXTS["edition.yaml"].replace("M: 2", "M: 0"), **files}
        )
        return [p.what for p in check(edition) if p.entry == "needling-term"]

    vain = "waits for “gestational-age” and asks nothing that settles it"
    assert vain in found("{gestational-age: {over: 20}}")
    assert vain not in found("{all: [pregnancy, {gestational-age: {over: 20}}]}")
    alone = problems(
        "facts/all.yaml", "id: fever, type: boolean", "id: fever, waits: true, type: boolean"
    )
    assert "fever: waits for its relevance, and has none" in alone


def test_every_statement_of_the_manifest_has_its_entry() -> None:
    edition = small_edition()
    found = [f"{problem.entry}: {problem.what}" for problem in check(edition)]
    assert "M1: the fact base has it, statements/ has not" in found
