"""What follows from who the patient is and what hurts, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dolenti.guideline.birth import ages, is_of_usual_age
from dolenti.guideline.facts import Case, Dictionary, Known, OneOf, Value


def header_facts(case: Case, dictionary: Dictionary) -> dict[str, Known]:
    """The facts that follow from who the patient is and what the complaint is.

    Age in completed years, one of two where the birth date is not known whole; the zone that the
    condition implies; body mass index in kg/m²; whether the pain began before 20 or after 55, which
    needs the day it began.
    """
    complaint, facts = case.complaint, case.facts
    derived: dict[str, Value] = {}
    if case.birth_date is not None:
        youngest, oldest = map(float, ages(case.birth_date, case.as_of))
        derived["age"] = youngest if youngest == oldest else OneOf(youngest, oldest)
    said = {
        "sex": case.sex,
        "condition": complaint.condition,
        "zone": complaint.zone,
        "side": complaint.side,
        "since": complaint.since,
    }
    derived.update({fact: value for fact, value in said.items() if value is not None})
    condition = derived.get("condition") or _value(facts, "condition")
    if "zone" not in derived and isinstance(condition, str):
        zones = dictionary.condition_zones.get(condition, ())
        if len(zones) == 1:
            derived["zone"] = zones[0]
    weight, height = _value(facts, "weight"), _value(facts, "height")
    if isinstance(weight, float) and isinstance(height, float):
        # In this order the floats are exact at the bounds that rules use: 52.9 kg, 115 cm is 40.
        derived["bmi"] = weight * 10_000 / (height * height)
    began = complaint.since or _value(facts, "since")
    if case.birth_date is not None and isinstance(began, date):
        usual = is_of_usual_age(case.birth_date, began)
        if usual is not None:
            derived["onset-before-20-or-after-55"] = not usual
    return {
        fact: Known(value)
        for fact, value in derived.items()
        if fact in dictionary.definitions and fact not in facts
    }


def _value(facts: Mapping[str, Known], fact: str) -> Value | None:
    return facts[fact].value if fact in facts else None
