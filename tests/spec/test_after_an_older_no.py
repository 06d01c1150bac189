"""What a record says after an older reassuring answer: the answer counts no more until somebody
has said what was meant, which is asked once. Nothing of it is lost on the way to the verdict.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dolenti.fhir.writer import facts_to_observations
from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Assessment, Judge, reassuring_value
from dolenti.guideline.report import as_json
from dolenti.population.engines import DuckDBEngine
from tests.fhir_bundles import (
    EDITION,
    KNEE,
    allergy,
    condition,
    medicine,
    observation,
    record,
)
from tests.populations import by_the_judge, rows_of, verdicts, without_names

JUDGE = Judge(EDITION)
BEFORE, AFTER, TODAY = date(2026, 11, 1), "2026-11-10", date(2026, 11, 22)
RIGHT_KNEE = condition(KNEE, id="knee", since="2026-01-10", site=["snomed:24028007"])
UCD = "http://data.esante.gouv.fr/ansm/medicament/UCD"


EDITION_FACTS = {fact.id: fact for fact in EDITION.facts}


@cache
def said_no() -> Case:
    """A knee of which every question has its reassuring answer, most of them since 1 November."""
    case = record(RIGHT_KNEE, as_of=TODAY).case()
    while questions := JUDGE.assess(case).questions:
        answers = {}
        for fact in questions:
            definition = EDITION_FACTS[fact]
            calm = reassuring_value(definition)
            assert calm is not None, fact
            kept = JUDGE.dictionary.is_fresh(fact, BEFORE, TODAY)
            brief = definition.about == "complaint" or not kept or definition.type == "set"
            answers[fact] = Known(calm, TODAY if brief and fact != "allergy" else BEFORE)
        case = with_facts(case, answers)
    return case


def judged(*said: dict[str, Any], without: frozenset[str] = frozenset()) -> Assessment:
    case = said_no()
    kept = {fact: known for fact, known in case.facts.items() if fact not in without}
    noes = facts_to_observations(replace(case, facts=kept), EDITION, "Patient/paul")
    return JUDGE.assess(record(RIGHT_KNEE, *noes, *said, as_of=TODAY).case(), nothing_else=True)


def suffers(text: str, day: str = AFTER) -> dict[str, Any]:
    return condition("snomed:1", recordedDate=day, since=day) | {"code": {"text": text}}


def takes(code: dict[str, Any]) -> dict[str, Any]:
    found = medicine("atc:X", since=AFTER, dateAsserted=AFTER)
    return found | {"medicationCodeableConcept": code}


def allergic(text: str) -> dict[str, Any]:
    return allergy("snomed:1", recordedDate=AFTER) | {"code": {"text": text}}


SPEAKING = [
    suffers("Infection par le VIH"),
    suffers("Hémophilie A"),
    suffers("Cancer du sein"),
    suffers("Diabète de type 2"),
    suffers("Prothèse totale de genou droit"),
    suffers("Arthrite septique du genou droit"),
    suffers("VIH +", "2026-11-22"),
    takes({"text": "AVK"}),
    takes({"text": "LIXIANA 60"}),
    takes({"text": "PREVISCAN 20 mg"}),
    takes({"coding": [{"system": UCD, "code": "9261110"}]}),
    allergic("Xylocaïne (choc anaphylactique)"),
    allergic("AINS"),
]


def statuses(found: Assessment) -> set[str]:
    return {one.status for one in found.verdicts}


def test_without_it_all_is_possible() -> None:
    found = judged()
    assert (statuses(found), found.questions, found.items) == ({"possible"}, (), ())


@pytest.mark.parametrize("said", SPEAKING, ids=range(len(SPEAKING)))
def test_what_is_said_after_a_no_is_named_and_asked_once(said: dict[str, Any]) -> None:
    found = judged(said)
    (item,) = found.items
    assert "needs-information" in statuses(found)
    written = as_json(found)
    asked = [question for question in written["questions"] if question.get("item")]
    assert [question["item"] for question in asked] == [item.item]
    # The rest of its facts wait behind it: nobody is asked again what was answered.
    assert len(written["questions"]) <= 2
    assert set(found.always_asked) == set(judged().always_asked)


def test_a_population_hears_them_too(tmp_path: Path) -> None:
    cases = [judged(said).case for said in SPEAKING]
    engine = DuckDBEngine(threads=1)
    try:
        told = verdicts(engine, tmp_path, rows_of(cases, EDITION), EDITION, TODAY)
    finally:
        engine.close()
    for place, case in enumerate(cases):
        assert without_names(told[str(place)]) == by_the_judge(JUDGE.assess(case))


def test_an_answer_that_is_later_stands() -> None:
    assert statuses(judged(suffers("Infection par le VIH", "2026-10-01"))) == {"possible"}


def test_what_warns_is_never_set_aside() -> None:
    found = judged(suffers("Cancer du sein"))
    yes = with_facts(found.case, {"blood-borne-virus": Known(value=True, at=BEFORE)})
    assert JUDGE.assess(yes).values["blood-borne-virus"].value is True


def test_once_somebody_has_said_what_it_is_the_answers_stand_again() -> None:
    found = judged(suffers("Truc"))
    settled = replace(found.case, unread=())
    assert statuses(JUDGE.assess(settled)) == {"possible"}


def test_one_day_of_an_observation_is_enough() -> None:
    later = observation("loinc:82810-3", AFTER, valueBoolean=False)
    assert statuses(judged(later)) == {"possible"}
