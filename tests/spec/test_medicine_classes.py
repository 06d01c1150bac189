"""Classes of medicines against the public base: what each one catches, and by what.

The counts are of marketed specialities in the base of July 2026, homeopathy left out, by the first
of composition, generic group, name and brand that tells. They hold for the delivered base alone.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from dolenti.guideline.knowledge import MedicineClass
from dolenti.guideline.loading import load_folder
from dolenti.medicines.matching import Match, classes_of, matched
from dolenti.medicines.store import delivered
from dolenti.medicines.values import Speciality, Substance
from dolenti.medicines.words import folded

EDITION = load_folder()
CLASSES = {one.id: one for one in EDITION.medicine_classes}
BY = ("composition", "generic-group", "name", "brand")

# class, by composition, by generic group, by name, by brand
COUNTS = [
    ("calcitonin-medicine", 1, 0, 0, 0),
    ("thiocolchicoside-medicine", 8, 0, 0, 0),
    ("colchicine-medicine", 2, 0, 0, 0),
    ("chlorhexidine-medicine", 47, 0, 3, 0),
    ("iodine-antiseptic", 15, 0, 0, 1),
    ("hyaluronate-medicine", 1, 0, 0, 0),
    ("neuromuscular-blocker", 42, 1, 2, 0),
    ("amide-local-anaesthetic", 123, 2, 1, 2),
    ("ester-local-anaesthetic", 15, 0, 0, 0),
    ("vka", 6, 0, 0, 0),
    ("doac", 17, 55, 0, 4),
    ("heparin", 74, 0, 15, 1),
    ("anticoagulant-other", 13, 0, 0, 1),
    ("aspirin", 26, 3, 4, 3),
    ("p2y12-inhibitor", 29, 14, 0, 0),
    ("antiplatelet-other", 15, 0, 0, 0),
    ("prostacyclin", 25, 4, 0, 0),
    ("beta-blocker-non-selective", 47, 1, 0, 0),
    ("beta-blocker-drops", 56, 0, 1, 5),
    ("beta-blocker-selective", 215, 5, 0, 0),
    ("antiarrhythmic-class-1", 36, 0, 0, 0),
    ("antiarrhythmic-class-3", 28, 0, 0, 0),
    ("renin-angiotensin", 631, 31, 0, 2),
    ("diuretic", 372, 7, 0, 0),
    ("calcium-channel-blocker", 244, 13, 2, 0),
    ("digoxin", 4, 0, 0, 0),
    ("nicorandil", 12, 0, 0, 0),
    ("methotrexate", 57, 1, 0, 1),
    ("pemetrexed", 5, 0, 0, 0),
    ("calcineurin-inhibitor", 30, 0, 0, 0),
    ("immune-checkpoint-inhibitor", 10, 0, 0, 5),
    ("biologic-or-jak", 130, 15, 0, 75),
    ("immunosuppressant-other", 183, 21, 2, 2),
    ("hiv-booster", 12, 0, 0, 0),
    ("hiv-protease-inhibitor", 46, 0, 0, 0),
    ("tenofovir-disoproxil", 30, 2, 0, 0),
    ("aminoglycoside", 11, 0, 2, 0),
    ("sulfonamide", 7, 0, 0, 0),
    ("fluoroquinolone", 63, 0, 0, 0),
    ("cyp3a4-inhibitor-strong", 75, 3, 0, 0),
    ("cyp3a4-inhibitor-moderate", 162, 17, 0, 3),
    ("cimetidine", 1, 0, 0, 0),
    ("methaemoglobin-former-strong", 9, 0, 1, 1),
    ("methaemoglobin-former-weak", 69, 0, 0, 0),
    ("glucose-lowering", 277, 18, 0, 16),
    ("bisphosphonate", 68, 5, 0, 0),
    ("denosumab-romosozumab", 3, 0, 0, 15),
    ("lithium", 2, 0, 0, 0),
    ("ssri-snri", 181, 4, 0, 0),
    ("fluvoxamine", 4, 0, 0, 0),
    ("tricyclic", 24, 1, 0, 0),
    ("maoi", 30, 0, 0, 0),
    ("comt-inhibitor", 39, 0, 0, 1),
    ("clozapine", 14, 2, 0, 0),
    ("antipsychotic", 261, 10, 0, 0),
    ("anticholinesterase", 58, 0, 0, 0),
    ("sedative", 254, 22, 2, 0),
    ("opioid-morphine", 38, 0, 0, 0),
    ("opioid-oxycodone", 56, 8, 0, 0),
    ("opioid-hydromorphone", 4, 0, 0, 0),
    ("opioid-fentanyl", 91, 0, 0, 0),
    ("opioid-methadone", 11, 0, 0, 0),
    ("opioid-codeine", 24, 0, 0, 0),
    ("opioid-dihydrocodeine", 1, 0, 0, 0),
    ("opioid-tramadol", 87, 0, 0, 0),
    ("opioid-tapentadol", 0, 0, 0, 0),
    ("opioid-hydrocodone-oxymorphone", 0, 0, 0, 0),
    ("opioid-opium", 5, 0, 0, 0),
    ("opioid-buprenorphine", 40, 0, 0, 0),
    ("opioid-other", 10, 0, 0, 0),
    ("opioid-anaesthesia", 17, 0, 0, 0),
    ("nsaid", 181, 9, 3, 2),
    ("systemic-corticosteroid", 92, 3, 3, 1),
    ("snri", 58, 0, 0, 0),
    ("verapamil-diltiazem", 33, 0, 0, 0),
    ("ciprofloxacin", 27, 0, 0, 0),
]


@cache
def marketed() -> tuple[Speciality, ...]:
    return tuple(one for one in delivered() if one.marketed)


def first_way(matches: tuple[Match, ...]) -> str:
    ways = {match.by for match in matches}
    return next(way for way in BY if way in ways)


def caught(name: str) -> dict[Speciality, tuple[Match, ...]]:
    meant = CLASSES[name].medicines
    return {one: found for one in marketed() if (found := matched(one, meant))}


def test_every_class_is_counted() -> None:
    assert [row[0] for row in COUNTS] == list(CLASSES)


@pytest.mark.parametrize("name,composition,group,own_name,brand", COUNTS)
def test_what_a_class_catches(
    name: str, composition: int, group: int, own_name: int, brand: int
) -> None:
    found = Counter(first_way(matches) for matches in caught(name).values())
    assert [found[way] for way in BY] == [composition, group, own_name, brand]


def test_compositions_alone_miss_59_of_76_direct_anticoagulants() -> None:
    found = Counter(first_way(matches) for matches in caught("doac").values())
    assert sum(found.values()) == 76
    assert found["composition"] == 17
    rivaroxaban = [m for m in caught("doac").values() if m[0].substance == "RIVAROXABAN"]
    assert Counter(map(first_way, rivaroxaban)) == {"composition": 6, "generic-group": 43}
    dabigatran = [m for m in caught("doac").values() if m[0].substance == "DABIGATRAN"]
    assert Counter(map(first_way, dabigatran)) == {"composition": 9, "generic-group": 12}
    brands = {one.name.split(" mg")[0] for one, m in caught("doac").items()
              if first_way(m) == "brand"}  # fmt: skip
    assert brands == {"ELIQUIS 0,15", "ELIQUIS 0,5", "ELIQUIS 1,5", "ELIQUIS 2"}


def test_sixteen_of_ninety_heparins_have_only_their_name() -> None:
    found = Counter(first_way(matches) for matches in caught("heparin").values())
    assert sum(found.values()) == 90
    assert found["name"] + found["brand"] == 16


def test_every_exact_name_stands_in_a_composition_of_the_base() -> None:
    written = {substance.name for one in delivered() for substance in one.composition}
    for medicine_class in CLASSES.values():
        for part in medicine_class.medicines.substances:
            assert set(part.names) <= written, medicine_class.id
        assert set(medicine_class.medicines.but_not) <= written, medicine_class.id


def test_every_brand_begins_the_name_of_a_marketed_speciality() -> None:
    names = [f"{' '.join(folded(one.name).split())} " for one in marketed()]
    for medicine_class in CLASSES.values():
        for brand in medicine_class.medicines.brands:
            start = f"{' '.join(folded(brand.name).split())} "
            assert any(name.startswith(start) for name in names), brand.name


def made_of(name: str, *, routes: tuple[str, ...] = ("orale",), kind: str = "SA") -> Speciality:
    return Speciality(
        "60000000", "ESSAI, comprimé", "comprimé", routes, "active", True,
        composition=(Substance(kind, "1", "00001", name, "5 mg"),),
    )  # fmt: skip


def named(name: str, group: str = "") -> Speciality:
    return Speciality("60000000", name, "comprimé", ("orale",), "active", True, generic_group=group)


def ids(one: Speciality) -> set[str]:
    return {member.medicine_class.id for member in classes_of(one, CLASSES.values())}


@pytest.mark.parametrize(
    "name,substance",
    [
        ("MÉTHYLPREDNISOLONE", "METHYLPREDNISOLONE"),
        ("DEXKÉTOPROFÈNE TROMÉTAMOL", "DEXKETOPROFENE"),
        ("ESCITALOPRAM", "ESCITALOPRAM"),
        ("LÉVOFLOXACINE", "LEVOFLOXACINE"),
        ("TRIMIPRAMINE", "TRIMIPRAMINE"),
        ("TEMSIROLIMUS", "TEMSIROLIMUS"),
        ("CHLORHYDRATE DE LÉVOBUPIVACAÏNE", "LEVOBUPIVACAINE"),
        ("CHLORHYDRATE DE CHLOROPROCAÏNE", "CHLOROPROCAINE"),
        ("ACÉTATE DE FLUDROCORTISONE", "FLUDROCORTISONE"),
    ],
)
def test_a_substance_is_never_found_inside_another(name: str, substance: str) -> None:
    members = classes_of(made_of(name), CLASSES.values())
    assert {match.substance for member in members for match in member.matches} == {substance}


@pytest.mark.parametrize("name", ["CHLORHYDRATE D'APOMORPHINE", "ÉTHYLMORPHINE (CHLORHYDRATE D')"])
def test_apomorphine_and_ethylmorphine_are_no_morphine(name: str) -> None:
    assert "opioid-morphine" not in ids(made_of(name))


@pytest.mark.parametrize(
    "one,belongs",
    [
        (made_of("GLUCONATE DE LITHIUM"), False),
        (made_of("CARBONATE DE LITHIUM"), True),
    ],
)
def test_the_trace_element_is_not_the_medicine(one: Speciality, belongs: bool) -> None:
    assert ("lithium" in ids(one)) is belongs


@pytest.mark.parametrize(
    "routes,belongs",
    [(("cutanée",), False), (("orale",), True), (("cutanée", "orale"), True), ((), False)],
)
def test_a_gel_is_not_a_systemic_anti_inflammatory(routes: tuple[str, ...], belongs: bool) -> None:
    assert ("nsaid" in ids(made_of("DICLOFÉNAC SODIQUE", routes=routes))) is belongs


def test_eye_drops_of_timolol_are_a_beta_blocker() -> None:
    drops = made_of("MALÉATE DE TIMOLOL", routes=("ophtalmique",))
    assert "beta-blocker-drops" in ids(drops)
    assert "beta-blocker-non-selective" not in ids(drops)
    betoptic = ids(made_of("BÉTAXOLOL BASE", routes=("ophtalmique",)))
    assert "beta-blocker-drops" in betoptic
    assert "beta-blocker-selective" not in betoptic
    tablet = ids(made_of("MALÉATE DE TIMOLOL", routes=("orale",)))
    assert "beta-blocker-non-selective" in tablet


@pytest.mark.parametrize(
    "one,way",
    [
        (made_of("RIVAROXABAN"), "composition"),
        (made_of("RIVAROXABAN MICRONISÉ"), "composition"),  # a name that no list knows yet
        (named("PRODUIT 20 mg, comprimé", "RIVAROXABAN 20 mg - XARELTO"), "generic-group"),
        (named("RIVAROXABAN NOUVEAU 20 mg, comprimé"), "name"),
        (named("Éliquis 7 mg, comprimé"), "brand"),
    ],
)
def test_each_way_of_knowing_a_medicine(one: Speciality, way: str) -> None:
    (member,) = classes_of(one, CLASSES.values())
    assert member.medicine_class.id == "doac"
    assert first_way(member.matches) == way


def test_one_speciality_may_be_in_two_classes() -> None:
    base = delivered()
    (duoplavin, *_) = [one for one in base if one.name.startswith("DUOPLAVIN 75 mg/75")]
    assert {"aspirin", "p2y12-inhibitor"} <= ids(duoplavin)
    (skudexum, *_) = [one for one in base if one.name.startswith("SKUDEXUM")]
    assert {"nsaid", "opioid-tramadol"} <= ids(skudexum)


def test_homeopathy_bears_names_and_holds_nothing() -> None:
    assert ids(named("RIVAROXABAN BOIRON, degré de dilution compris entre 4CH et 30CH")) == set()


@pytest.mark.parametrize("name", ["PARACETAMOL BIOGARAN 500 mg, comprimé", "AMOXICILLINE 1 g"])
def test_what_concerns_nobody_here_is_in_no_class(name: str) -> None:
    assert ids(named(name)) == set()


def test_a_word_of_a_class_is_folded_as_it_will_be_compared() -> None:
    for medicine_class in CLASSES.values():
        _folded(medicine_class)


def _folded(medicine_class: MedicineClass) -> None:
    for part in medicine_class.medicines.substances:
        assert " ".join(folded(part.word).split()) == part.word, medicine_class.id
        assert len(part.word) >= 5, medicine_class.id
