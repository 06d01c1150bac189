"""One row, its verdict: statuses in their order, freshness, relevance, "never", policies.

By the small edition, so that each expected answer can be worked out in the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.population.engines import DuckDBEngine
from dolenti.population.schema import NEVER_FUTURE, NEVER_PAST, wide_schema
from tests.populations import verdicts
from tests.small_edition import small_edition

EDITION = small_edition()
AS_OF = date(2026, 11, 22)
CALM = {
    "patient": "Zoé", "sex": "male", "condition": "sore-knee", "infection": False, "fever": False,
    "odd-nodule": False, "anticoagulant": "none", "allergy__lidocaine": False,
    "last-injection": NEVER_PAST,
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


@pytest.fixture
def judged(engine: DuckDBEngine, tmp_path: Path) -> Any:
    def judge(asked: dict[str, Any] | None = None, /, **changed: Any) -> dict[str, Any]:
        row = {**CALM, **{name.replace("_", "-"): value for name, value in changed.items()}}
        row = {name.replace("--", "__"): value for name, value in row.items()}
        return verdicts(engine, tmp_path, [row], EDITION, AS_OF, **asked or {})["Zoé"]

    return judge


@pytest.mark.parametrize(
    "changed,status",
    [
        ({}, "possible"),
        ({"fever": True, "infection": True}, "redirect"),
        ({"infection": True, "fever": None}, "contraindicated"),
        ({"infection": True, "condition": None}, "contraindicated"),
        ({"condition": "sore-elbow", "infection": None}, "needs-information"),
        ({"infection": None}, "needs-information"),
        ({"fever": None}, "needs-information"),
        ({"odd_nodule": None}, "needs-information"),
        ({"condition": None, "zone": None}, "needs-information"),
        ({"odd_nodule": True}, "caution"),
        ({"anticoagulant": "vka", "inr": 3.5}, "caution"),
        ({"anticoagulant": "vka", "inr": 3.0}, "possible"),
        ({"anticoagulant": "vka"}, "needs-information"),
        ({"sex": "female", "pregnancy": True, "anticoagulant": None}, "needs-information"),
        ({"smoker": None}, "possible"),
    ],
)
def test_the_first_status_that_applies(judged: Any, changed: dict[str, Any], status: str) -> None:
    assert judged(**changed)["status__needling"] == status


def test_what_no_rule_indicates_is_not_indicated(judged: Any) -> None:
    assert judged(condition="sore-elbow")["status__freezing"] == "not-indicated"


def test_a_criterion_is_true_false_or_null(judged: Any) -> None:
    found = judged(infection=None, anticoagulant="vka", inr=4.0)
    assert found["needling-inr"] is True
    assert found["needling-pregnancy"] is False
    assert found["needling-infection"] is None


def test_a_false_beside_an_unknown_decides(judged: Any) -> None:
    assert judged(anticoagulant="doac", inr=None)["needling-inr"] is False


def test_statuses_alone_when_nothing_more_is_asked(judged: Any) -> None:
    found = judged({"with_criteria": False})
    assert set(found) == {"patient", "complaint", "status__needling", "status__freezing"} - (
        set() if "complaint" in found else {"complaint"}
    )


@pytest.mark.parametrize(
    "measured,holds",
    [
        (date(2026, 11, 20), True),  # 48 h: counted in days
        (date(2026, 11, 19), None),
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), None),  # not known yet
        (None, True),  # undated: of the day itself
    ],
)
def test_a_value_counts_while_it_is_fresh(judged: Any, measured: date, holds: bool | None) -> None:
    found = judged(anticoagulant="vka", inr=4.0, inr__at=measured)
    assert found["needling-inr"] is holds


def test_an_irrelevant_fact_takes_its_reassuring_value(judged: Any) -> None:
    assert judged(sex="male", pregnancy=None)["needling-pregnancy"] is False


def test_a_relevant_fact_stays_unknown(judged: Any) -> None:
    assert judged(sex="female", pregnancy=None)["needling-pregnancy"] is None
    assert judged(sex=None, pregnancy=None)["needling-pregnancy"] is None


def test_a_stated_value_wins_over_irrelevance(judged: Any) -> None:
    assert judged(sex="male", pregnancy=True)["needling-pregnancy"] is True


@pytest.mark.parametrize(
    "day,holds",
    [
        (date(2026, 8, 22), True),
        (date(2026, 8, 21), False),
        (AS_OF, True),
        (NEVER_PAST, False),
        (None, None),
    ],
)
def test_within_counts_calendar_months(judged: Any, day: date | None, holds: bool | None) -> None:
    assert judged(last_injection=day)["freezing-recent"] is holds


def test_never_is_before_and_after_no_day(engine: DuckDBEngine, tmp_path: Path) -> None:
    from dolenti.guideline.conditions import parse
    from tests.populations import truths_found

    conditions = [
        parse({"last-injection": {"before": "2026-01-01"}}),
        parse({"last-injection": {"after": "2026-01-01"}}),
        parse({"last-injection": {"older-than": "3 months"}}),
        parse({"last-injection": {"within": "3 months"}}),
        parse({"next-race": {"before": "2027-01-01"}}),
        parse({"next-race": {"after": "2027-01-01"}}),
        parse({"next-race": {"within": "3 months"}}),
    ]
    row = {"patient": "Zoé", "last-injection": NEVER_PAST, "next-race": NEVER_FUTURE}
    found = truths_found(engine, tmp_path, [row], EDITION, conditions, AS_OF)
    assert found["Zoé"] == [False] * len(conditions)


def test_a_policy_switches_a_rule_on(judged: Any) -> None:
    assert "needling-policy" not in judged(smoker=True)
    found = judged({"policies": {"smoking": "counts"}}, smoker=True)
    assert found["needling-policy"] is True
    assert found["status__needling"] == "caution"


def test_a_policy_that_does_not_exist_is_refused(judged: Any) -> None:
    with pytest.raises(InputError, match="there is no policy"):
        judged({"policies": {"smokin": "counts"}})


def test_a_condition_implies_its_zone_and_the_birth_date_the_age(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    from dolenti.guideline.conditions import parse
    from tests.populations import truths_found

    conditions = [
        parse({"zone": {"is": "knee"}}),
        parse({"age": {"at-least": 18}}),
    ]
    rows = [
        {"patient": "turned 18 today", "condition": "sore-knee", "birth_date": date(2008, 11, 22)},
        {"patient": "18 tomorrow", "condition": "sore-elbow", "birth_date": date(2008, 11, 23)},
        {"patient": "no more said"},
    ]
    found = truths_found(engine, tmp_path, rows, EDITION, conditions, AS_OF)
    assert found == {
        "turned 18 today": [True, True],
        "18 tomorrow": [False, False],
        "no more said": [None, None],
    }


def test_the_schema_has_a_column_per_fact_member_and_day() -> None:
    schema = wide_schema(EDITION)
    assert {"patient", "complaint", "birth_date", "inr", "inr__at", "allergy__nsaid"} <= set(schema)
    assert "weight__at" not in schema  # a weight does not go stale in this edition
    assert "allergy" not in schema
