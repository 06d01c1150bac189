"""What a mixture file may say, and what is refused: nothing is ever guessed."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import Mixture, read_mixture, read_mixture_file
from dolenti.guideline.reading import read_text

EDITION = load_folder()
DAY = date(2026, 1, 15)
FILE: dict[str, Any] = {
    "therapy": "mesotherapy",
    "technique": "nappage",
    "jurisdiction": "FR",
    "patient": {"birth-date": "1981-07-14", "sex": "male"},
    "facts": {"weight": 70, "allergy": [], "anticoagulant": "none"},
    "preparation": {
        "vehicle": {"fluid": "saline", "volume": 1},
        "components": [{"product": "lidocaine", "strength": 10, "volume": 2}],
    },
    "given-today": [{"product": "lidocaine", "dose": 150}],
}

LINES = """\
therapy: mesotherapy
preparation:
  vehicle: {fluid: none}
  components:
    - product: lidocaine
      strength: 1 %
      volume: 2
"""


def read(content: object) -> Mixture:
    return read_mixture(content, EDITION, DAY)


def refused(content: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content)
    return caught.value


def file(**changes: Any) -> dict[str, Any]:
    """The file above, with parts replaced, or left out where the change is ``...``."""
    content = {**copy.deepcopy(FILE), **{k.replace("_", "-"): v for k, v in changes.items()}}
    return {key: value for key, value in content.items() if value is not ...}


def component(**changes: Any) -> dict[str, Any]:
    """The file above with its one component changed."""
    content = copy.deepcopy(FILE)
    first = {**content["preparation"]["components"][0], **changes}
    content["preparation"]["components"] = [{k: v for k, v in first.items() if v is not ...}]
    return content


def with_components(*components: dict[str, Any]) -> dict[str, Any]:
    content = copy.deepcopy(FILE)
    content["preparation"]["components"] = list(components)
    return content


def with_vehicle(vehicle: object) -> dict[str, Any]:
    content = copy.deepcopy(FILE)
    content["preparation"]["vehicle"] = vehicle
    return content


def test_a_whole_file() -> None:
    mixture = read(FILE)
    assert (mixture.therapy, mixture.technique, mixture.jurisdiction) == (
        "mesotherapy",
        "nappage",
        "FR",
    )
    assert mixture.case.birth_date == date(1981, 7, 14)
    assert [(c.product.id, c.strength, c.volume) for c in mixture.components] == [
        ("lidocaine", 10, 2)
    ]
    assert (mixture.vehicle.fluid, mixture.vehicle.volume, mixture.volume) == ("saline", 1, 3)
    assert mixture.given_today is not None
    assert [(g.product.id, g.dose) for g in mixture.given_today] == [("lidocaine", 150)]


def test_absent_doses_of_today_are_unknown_and_an_empty_list_is_none() -> None:
    assert read(file(given_today=...)).given_today is None
    assert read(file(given_today=[])).given_today == ()


def test_a_country_left_out_is_for_the_clinic_to_say() -> None:
    assert read(file(jurisdiction=...)).jurisdiction is None


def test_no_vehicle_has_no_volume() -> None:
    assert read(with_vehicle({"fluid": "none"})).volume == 2
    assert read(with_vehicle({"fluid": "none", "volume": 0})).volume == 2


def test_the_complaint_tells_the_zone() -> None:
    mixture = read(file(complaint={"condition": "knee-osteoarthritis", "side": "left"}))
    assert mixture.case.complaint.condition == "knee-osteoarthritis"


def test_the_same_product_at_two_strengths_is_two_components() -> None:
    mixture = read(
        with_components(
            {"product": "lidocaine", "strength": 10, "volume": 1},
            {"product": "lidocaine", "strength": 20, "volume": 1},
        )
    )
    assert len(mixture.components) == 2


@pytest.mark.parametrize(
    "strength,answer",
    [("1 %", "10"), ("1%", "10"), ("2 %", "20"), ("0,5 %", "5"), (" 0.75 %", "7.5")],
)
def test_a_percentage_is_refused_with_its_meaning(strength: str, answer: str) -> None:
    error = refused(component(strength=strength))
    assert f"is {answer} mg/mL; write the strength in mg/mL" in error.what
    assert error.where == "preparation.components[0].strength"


def test_one_percent_is_said_word_for_word() -> None:
    assert "1 % is 10 mg/mL; write the strength in mg/mL" in refused(component(strength="1 %")).what


@pytest.mark.parametrize("unit", ["%", "g/L", "IU", "mcg", "mL"])
def test_a_foreign_unit_is_refused(unit: str) -> None:
    assert refused(component(unit=unit)).where == "preparation.components[0].unit"


@pytest.mark.parametrize("unit", ["IU", "UI", "IU/mL"])
def test_what_is_dosed_in_units_stays_in_units(unit: str) -> None:
    mixture = read(component(product="calcitonin", strength=100, unit=unit))
    assert mixture.components[0].product.unit == "IU"


@pytest.mark.parametrize("unit", ["mg", "mg/mL"])
def test_milligrams_of_calcitonin_are_refused(unit: str) -> None:
    error = refused(component(product="calcitonin", strength=100, unit=unit))
    assert "calcitonin is measured in IU" in error.what


def test_a_strength_no_vial_has_is_refused_with_the_range() -> None:
    # 1 for 1 % is the trap: a tenth of the dose would be believed.
    error = refused(component(strength=1))
    assert "1 mg/mL of lidocaine is not plausible; expected from 5 to 20 mg/mL" in error.what


@pytest.mark.parametrize(
    "strength", [-10, 0, 1000, True, None, "ten", [10], float("nan"), float("inf"), 10**400]
)
def test_an_impossible_strength_is_refused(strength: object) -> None:
    assert refused(component(strength=strength)).where == "preparation.components[0].strength"


@pytest.mark.parametrize("volume", [0, -1, 100.5, True, None, "2 mL", float("nan"), 10**400])
def test_an_impossible_volume_is_refused(volume: object) -> None:
    assert refused(component(volume=volume)).where == "preparation.components[0].volume"


def test_the_largest_volume_is_accepted() -> None:
    assert read(component(volume=100)).components[0].volume == 100


def test_an_unknown_product_names_the_nearest() -> None:
    error = refused(component(product="lidocain"))
    assert "did you mean lidocaine" in error.what
    assert error.where == "preparation.components[0].product"


def test_the_same_vial_written_twice_is_refused() -> None:
    twice = {"product": "lidocaine", "strength": 10, "volume": 1}
    error = refused(with_components(twice, dict(twice)))
    assert "write it once" in error.what
    assert error.where == "preparation.components[1]"


def test_a_product_measured_by_volume_needs_no_strength() -> None:
    mixture = read(with_components({"product": "trace-elements", "volume": 2}))
    assert mixture.components[0].strength == 1


@pytest.mark.parametrize(
    "vehicle",
    [
        None,
        "saline",
        {},
        {"fluid": "saline"},
        {"fluid": "saline", "volume": 0},
        {"fluid": "saline", "volume": 101},
        {"fluid": "glucose", "volume": 1},
        {"fluid": "none", "volume": 1},
        {"fluid": "none", "volume": False},
        {"fluid": "saline", "volume": 1, "lot": "A"},
    ],
)
def test_an_unclear_vehicle_is_refused(vehicle: object) -> None:
    assert refused(with_vehicle(vehicle)).where.startswith("preparation.vehicle")


@pytest.mark.parametrize(
    "changes,where",
    [
        ({"therapy": ...}, "therapy"),
        ({"therapy": "mesotherapie"}, "therapy"),
        ({"therapy": ["mesotherapy"]}, "therapy"),
        ({"technique": "gun"}, "technique"),
        ({"jurisdiction": "fr"}, "jurisdiction"),
        ({"jurisdiction": "France"}, "jurisdiction"),
        ({"jurisdiction": 33}, "jurisdiction"),
        ({"preparation": ...}, "preparation"),
        ({"preparation": []}, "preparation"),
        ({"preparation": {"vehicle": {"fluid": "none"}}}, "preparation.components"),
        (
            {"preparation": {"vehicle": {"fluid": "none"}, "components": []}},
            "preparation.components",
        ),
        (
            {"preparation": {"vehicle": {"fluid": "none"}, "components": ["lidocaine"]}},
            "preparation.components[0]",
        ),
        ({"preparation": {"products": []}}, "preparation.products"),
        ({"given_today": "none"}, "given-today"),
        ({"given_today": {"product": "lidocaine", "dose": 1}}, "given-today"),
        ({"given_today": ["lidocaine"]}, "given-today[0]"),
        ({"given_today": [{"product": "lidocaine"}]}, "given-today[0].dose"),
        ({"given_today": [{"product": "lidocaine", "dose": 0}]}, "given-today[0].dose"),
        ({"given_today": [{"product": "lidocaine", "dose": -5}]}, "given-today[0].dose"),
        ({"given_today": [{"product": "lidocaine", "dose": "1 %"}]}, "given-today[0].dose"),
        ({"given_today": [{"product": "xylo", "dose": 5}]}, "given-today[0].product"),
        (
            {"given_today": [{"product": "calcitonin", "dose": 5, "unit": "mg"}]},
            "given-today[0].unit",
        ),
        ({"facts": {"weight": -3}}, "facts.weight"),
        ({"facts": {"alergy": []}}, "facts.alergy"),
        ({"facts": {"age": 12}}, "facts.age"),
        ({"patient": {"birth-date": "2030-01-01"}}, "patient.birth-date"),
        ({"patient": {"sex": "m"}}, "patient.sex"),
        ({"policies": ["most-products"]}, "policies"),
        ({"doctor": "Alice"}, "doctor"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(changes: dict[str, Any], where: str) -> None:
    assert refused(file(**changes)).where == where


@pytest.mark.parametrize("content", [None, [], "lidocaine", 3])
def test_what_is_no_file_is_refused(content: object) -> None:
    assert "parts" in refused(content).what


def test_a_technique_of_another_therapy_is_refused() -> None:
    assert refused(file(therapy="infiltration", technique="nappage")).where == "technique"


def test_a_file_is_refused_with_its_line() -> None:
    with pytest.raises(InputError) as caught:
        read_mixture_file(read_text(LINES, "mix.yaml"), EDITION, DAY)
    assert caught.value.where == "mix.yaml:6"
    assert caught.value.what.startswith("strength: 1 % is 10 mg/mL")
