"""What a mixture file may say, and what is refused: nothing is ever guessed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
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


@pytest.mark.parametrize(
    "unit,hint", [("µg", "1 µg is 0.001 mg"), ("mcg/mL", "1 mcg is 0.001 mg"), ("g", "is 1000 mg")]
)
def test_another_unit_of_mass_is_refused_with_its_milligrams(unit: str, hint: str) -> None:
    assert hint in refused(component(unit=unit)).what


@pytest.mark.parametrize("unit", ["IU", "UI", "IU/mL"])
def test_what_is_dosed_in_units_stays_in_units(unit: str) -> None:
    mixture = read(component(product="calcitonin", strength=100, unit=unit))
    assert mixture.components[0].product.unit == "IU"


@pytest.mark.parametrize("unit", ["mg", "mg/mL"])
def test_milligrams_of_calcitonin_are_refused(unit: str) -> None:
    error = refused(component(product="calcitonin", strength=100, unit=unit))
    assert "calcitonin is measured in IU" in error.what
    assert "1000" not in error.what
    assert "is 0.001 mg" not in error.what


@pytest.mark.parametrize("unit", ["g", "µg"])
def test_a_mass_is_never_turned_into_units(unit: str) -> None:
    error = refused(component(product="calcitonin", strength=100, unit=unit))
    assert error.what.endswith("nothing is converted here")
    assert " mg;" not in error.what


def test_a_component_that_is_no_line_is_refused_with_one_to_copy() -> None:
    error = refused(file(preparation={"vehicle": {"fluid": "none"}, "components": ["lidocaine"]}))
    assert error.what == "write it as {product: lidocaine, strength: 10, volume: 2}"


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
        ({"given_before": "none"}, "given-before"),
        ({"given_before": ["ketoprofen"]}, "given-before[0]"),
        ({"given_before": [{"product": "xylo", "days": 2}]}, "given-before[0].product"),
        ({"given_before": [{"product": "ketoprofen"}]}, "given-before[0].days"),
        ({"given_before": [{"product": "ketoprofen", "days": "two"}]}, "given-before[0].days"),
        ({"given_before": [{"product": "ketoprofen", "days": 1.5}]}, "given-before[0].days"),
        (
            {"given_before": [{"product": "ketoprofen", "days": 1}, {"product": "piroxicam"}]},
            "given-before[1].days",
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


# --- Numbers as people write them, and what no person writes --------------------------------------


@pytest.mark.parametrize(
    "written,french,english",
    [
        ("10", "écrivez 10, sans guillemets", "write 10, without quotes"),
        ("62,5", "écrivez 62.5, avec un point", "write 62.5, with a point"),
        ("0,5", "écrivez 0.5, avec un point", "write 0.5, with a point"),
        ("1:1000", "1:1000 correspond à 1 mg/mL\u00a0; écrivez 1", "1:1000 is 1 mg/mL; write 1"),
        ("1:200 000", "correspond à 0,005 mg/mL\u00a0; écrivez 0.005", "is 0.005 mg/mL"),
        ("1/200000", "écrivez 0.005", "write 0.005"),
        ("50 µg", "50 µg font 0,05 mg", "50 µg is 0.05 mg; write 0.05"),
        ("1000 microgrammes/ml", "font 1 mg", "is 1 mg; write 1"),
        ("100 UI", "le nombre seul, 100, sans l’unité (UI)", "the bare number, 100"),
        ("10 mg/mL", "le nombre seul, 10, sans l’unité (mg)", "the bare number, 10"),
        ("1 g", "le nombre seul, 1000, sans l’unité (mg)", "the bare number, 1000"),
    ],
)
@pytest.mark.parametrize("key", ["strength", "volume"])
def test_a_number_written_as_on_a_label_is_refused_with_what_to_write(
    written: str, french: str, english: str, key: str
) -> None:
    error = refused(component(**{key: written}))
    assert french in str(error.fr)
    assert english in error.what


@pytest.mark.parametrize("written,instead", [("62,5", "62.5"), ("70 kg", None)])
def test_a_weight_with_a_comma_is_refused_with_what_to_write(
    written: str, instead: str | None
) -> None:
    error = refused(file(facts={"weight": written, "allergy": []}))
    assert "weight" in error.where
    assert instead is None or f"écrivez {instead}" in str(error.fr)


def test_a_dose_of_the_day_with_a_comma_is_refused_with_what_to_write() -> None:
    error = refused(file(given_today=[{"product": "lidocaine", "dose": "62,5"}]))
    assert error.where == "given-today[0].dose"
    assert "62.5" in str(error.fr)


STRANGE: list[Any] = [
    [], {}, [[]], [["lidocaine"]], [{"a": []}], {"a": [[]]}, "", "\x00", "\ud800", "\u202e",
    "1:0", "1:", ",", "62,5", "1:1000", "µg", "50 µg", "100 UI", "%", "1 %", "9" * 5000, 10**5000,
    -(10**5000), 10**400, 1e308, -0.0, float("nan"), float("inf"), True, False, None, 0, -1,
    "x" * 100_000, ["x"] * 1000, {"x" * 5000: 1},
]  # fmt: skip


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from paths(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from paths(part, (*path, number))


WHOLE: dict[str, Any] = {
    **FILE,
    "complaint": {"condition": "knee-osteoarthritis", "side": "left"},
    "given-today": [{"product": "lidocaine", "dose": 150, "by": "other", "hours-ago": 3}],
    "given-before": [{"product": "ketoprofen", "days": 2}],
    "policies": {"most-products": "2"},
    "preparation": {
        "vehicle": {"fluid": "saline", "volume": 1},
        "components": [
            {"product": "lidocaine", "strength": 10, "volume": 2, "unit": "mg",
             "excipients": ["sulfite"], "origin": "import"}
        ],
    },
}  # fmt: skip


def with_at(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    content: Any = copy.deepcopy(WHOLE)
    at = content
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return content  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", [*paths(WHOLE)], ids=lambda path: ".".join(map(str, path)))
def test_whatever_stands_anywhere_is_read_or_refused_in_both_languages(
    path: tuple[str | int, ...],
) -> None:
    for strange in STRANGE:
        try:
            read(with_at(path, strange))
        except InputError as error:
            for sentence in (error.what, str(error.fr)):
                assert sentence
                assert sentence.replace("\u00a0", " ").isprintable()
                assert len(sentence) < 2500


def test_what_the_label_names_and_where_it_comes_from() -> None:
    mixture = read(WHOLE)
    assert mixture.components[0].excipients == ("sulfite",)
    assert mixture.components[0].origin == "import"
    assert mixture.given_today is not None
    assert (mixture.given_today[0].by, mixture.given_today[0].hours_ago) == ("other", 3)
    assert [(one.product.id, one.days) for one in mixture.given_before] == [("ketoprofen", 2)]


@pytest.mark.parametrize(
    "path,value",
    [
        (("given-before", 0, "days"), 1.5),
        (("given-before", 0, "days"), -1),
        (("given-before", 0, "days"), 367),
        (("given-today", 0, "hours-ago"), 24.5),
        (("given-today", 0, "hours-ago"), -1),
        (("given-today", 0, "by"), "mouth"),
        (("preparation", "components", 0, "excipients"), ["sugar"]),
        (("preparation", "components", 0, "excipients"), "none"),
        (("preparation", "components", 0, "origin"), " "),
        (("preparation", "components", 0, "origin"), "x" * 201),
        (("preparation", "components", 0, "origin"), "a\tb"),
    ],
)
def test_what_may_be_added_is_checked(path: tuple[str | int, ...], value: object) -> None:
    error = refused(with_at(path, value))
    assert str(path[-1]) in error.where


@pytest.mark.parametrize("digits", ["9" * 5000, "1e5000"])
@pytest.mark.parametrize("key", ["strength", "volume"])
def test_a_number_of_thousands_of_digits_in_a_file(digits: str, key: str) -> None:
    text = LINES.replace("1 %", "10").replace(f"{key}: {'10' if key == 'strength' else '2'}",
                                              f"{key}: {digits}")  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_mixture_file(read_text(text, "m.yaml"), EDITION, DAY)
    assert "m.yaml" in caught.value.where


@pytest.mark.parametrize("escape", ["\\ud800", "\\u0000", "\\u202e"])
def test_a_hidden_character_given_as_an_escape_is_refused(escape: str) -> None:
    text = '{"therapy": "mesotherapy", "technique": "' + escape + '"}'
    with pytest.raises(InputError, match="hidden or broken"):
        read_mixture_file(read_text(text, "m.json"), EDITION, DAY)
