"""A medicine named in any way: what is understood of it, what is not, and what it means."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, read_facts
from dolenti.guideline.loading import load_folder
from dolenti.guideline.reading import Document, read_text
from dolenti.medicines.matching import is_homeopathic
from dolenti.medicines.meaning import meaning_of
from dolenti.medicines.plain_file import read_names
from dolenti.medicines.store import delivered
from dolenti.medicines.understanding import MedicineReader

EDITION = load_folder()


@cache
def reader() -> MedicineReader:
    return MedicineReader(EDITION, delivered())


def classes(text: str) -> tuple[str, ...]:
    found = reader().classes_of(text)
    assert found.known, found
    return found.classes


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text,found",
    [
        ("PREVISCAN 20 mg, comprimé quadrisécable", ("vka",)),
        ("Préviscan 20 mg : 1 cp le soir", ("vka",)),
        ("previscn", ("vka",)),
        ("KARDÉGIC", ("aspirin",)),
        ("Clopidogrel 75 MG Oral Tablet", ("p2y12-inhibitor",)),
        ("warfarin sodium 5 MG Oral Tablet", ("vka",)),
        ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]",
         ("beta-blocker-selective",)),
        ("Alendronic acid 10 MG Oral Tablet", ("bisphosphonate",)),
        ("Lasix 40mg", ("diuretic",)),
        ("Stribild", ("hiv-booster", "tenofovir-disoproxil")),
        ("valsartan hydrochlorothiazide", ("renin-angiotensin", "diuretic")),
        ("valsartan 160 mg", ("renin-angiotensin",)),
        ("Previscan + Kardegic", ("vka", "aspirin")),
        ("hydrocodone", ("opioid-hydrocodone-oxymorphone",)),
        ("B01AA02", ("vka",)),
        ("carbonate de lithium", ("lithium",)),
    ],
)  # fmt: skip
def test_a_name_is_read_into_its_classes(text: str, found: tuple[str, ...]) -> None:
    assert set(classes(text)) == set(found)


@pytest.mark.parametrize(
    "text",
    [
        "paracétamol", "DOLIPRANE 1000 mg", "Acetaminophen 325 MG Oral Tablet", "Loratadine 10 MG",
        "Hydrocortisone 10 MG/ML Topical Cream", "Voltarène Emulgel", "Levothyrox", "C10AA01",
        "Penicillin V Potassium 500 MG Oral Tablet",
    ],
)  # fmt: skip
def test_what_is_of_no_concern_is_known_and_in_no_class_that_means_anything(text: str) -> None:
    understood = reader().classes_of(text)
    meant = meaning_of(understood, EDITION, delivered())
    assert (understood.known, meant.says, meant.asks) == (True, (), ())


@pytest.mark.parametrize(
    "text",
    [
        "anticoagulant", "traitement du cœur", "pas d’aspirine", "stop Previscan",
        "allergie Kardegic",
        "insuffisance de foie",
        "inconnu au bataillon", "", "12", "B01", "Z99ZZ99", "clarithro",
    ],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_never_known(text: str) -> None:
    assert not reader().classes_of(text).known


def test_a_denied_medicine_is_named_beside_the_word_that_was_not_understood() -> None:
    found = reader().classes_of("pas d’aspirine")
    assert (found.classes, found.unread) == (("aspirin",), ("PAS",))


def test_a_name_of_tablets_and_gels_is_asked_and_its_form_settles_it() -> None:
    bare = reader().classes_of("diclofenac")
    assert (bare.known, bare.classes, bare.possible) == (False, (), ("nsaid",))
    assert classes("diclofenac 50 mg comprimé") == ("nsaid",)
    assert classes("diclofenac 1 % gel") == ()


def test_a_slip_never_says_that_there_is_no_class() -> None:
    assert classes("paracetamol") == ()
    slipped = reader().classes_of("paracetamil")
    assert slipped.slips
    assert not slipped.known


def test_a_code_beside_a_text_adds_to_it_and_an_unknown_code_takes_nothing_away() -> None:
    read = reader().classes_of
    assert read("PREVISCAN 20 mg", "9001234").classes == ("vka",)  # a UCD code is not held here
    assert set(read("Kardegic 75", "B01AA02", "atc").classes) == {"vka", "aspirin"}
    previscan = next(one for one in delivered() if one.name.startswith("PREVISCAN"))
    for code in (previscan.cis, previscan.packs[0].cip7, previscan.packs[0].cip13):
        assert read(code=code).classes == ("vka",)


def test_every_marketed_speciality_is_understood_by_its_own_name() -> None:
    """One of twenty, and what it is known to be is what its composition says."""
    sold = [one for one in delivered() if one.marketed and not is_homeopathic(one)][::20]
    asked = 0
    for one in sold:
        own, named = reader().of_speciality(one), reader().of_text(one.name)
        if own.known and named.known:
            assert set(named.classes) == set(own.classes), one.name
        asked += not named.known
    assert asked / len(sold) < 0.02


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = reader().classes_of(text)
    assert not set(found.classes) & set(found.possible)


# --- Meaning -------------------------------------------------------------------------------------


def meant(text: str) -> tuple[dict[tuple[str, str | None], bool | str], set[str]]:
    found = meaning_of(reader().classes_of(text), EDITION, delivered())
    return {(a.fact, a.member): v for a, v in found.says}, {about.fact for about in found.asks}


@pytest.mark.parametrize(
    "text,says,asks",
    [
        ("Eliquis 5 mg", {("anticoagulant", None): "doac"}, set()),
        ("Kardegic 75", {("antiplatelet", None): True}, set()),
        ("aspirin 81 MG Oral Tablet", {("antiplatelet", None): True}, set()),
        ("B01AC06", {("antiplatelet", None): True}, set()),
        ("Aspégic 1 g", {("nsaid-current", None): True}, set()),
        ("aspirine", {}, {"antiplatelet", "nsaid-current"}),
        ("N02BA01", {}, {"antiplatelet", "nsaid-current"}),
        ("Cortancyl 20 mg", {("systemic-corticosteroid", None): True}, set()),
        ("Norvir", {("medicines", "hiv-booster"): True}, set()),
        ("Ozempic", {("medicines", "glucose-lowering"): True}, {"diabetes"}),
        ("Disulone", {("medicines", "methaemoglobin-former"): True}, set()),
        ("Metalyse", {("anticoagulant", None): "other"}, set()),
        ("Actilyse 20 mg", {}, {"anticoagulant"}),  # the one for catheters acts on nothing else
        ("diclofenac", {}, {"nsaid-current"}),
    ],
)
def test_a_medicine_means_answers_and_doubts(text: str, says: object, asks: set[str]) -> None:
    assert meant(text) == (says, asks)


def test_every_member_of_medicines_is_meant_by_a_class() -> None:
    fact = next(fact for fact in EDITION.facts if fact.id == "medicines")
    members = {
        meaning.value
        for one in EDITION.medicine_classes
        for meaning in one.means
        if meaning.fact == "medicines"
    }
    assert members == {option.id for option in fact.options}


def test_the_codes_of_a_class_are_those_of_what_it_means() -> None:
    anticoagulant = next(fact for fact in EDITION.facts if fact.id == "anticoagulant")
    codes = {option.id: {code.code for code in option.codes} for option in anticoagulant.options}
    assert "B01AA" in codes["vka"]
    assert "B01AD" in codes["other"]
    # Antithrombin is no anticoagulant that a patient takes.
    assert not any("B01AB02".startswith(code) for code in codes["heparin"] if code.startswith("B"))


# --- The plain file ------------------------------------------------------------------------------


def file(facts: str) -> Document:
    return read_text(f"complaint: {{zone: knee}}\nfacts: {{{facts}}}\n", "a.yaml")


def read(facts: str) -> tuple[object, frozenset[str]]:
    document, doubts = read_names(file(facts), EDITION, delivered)
    return document.content["facts"], doubts


def test_names_in_a_file_become_answers() -> None:
    facts, doubts = read(
        "medicines: [Préviscan 20 mg, amlodipine, lithium, paracétamol, Imeth 10 mg]"
    )
    assert facts == {
        "anticoagulant": "vka",
        "medicines": [
            "lithium", "calcium-channel-blocker", "methotrexate", "immunosuppressant-other",
        ],
    }  # fmt: skip
    assert doubts == {"immunosuppression"}


def test_a_dated_or_partial_list_keeps_its_form() -> None:
    facts, _ = read("medicines: {has: [KENACORT], not: [lithium], at: 2026-11-01}")
    assert facts == {
        "medicines": {"has": [], "not": ["lithium"], "at": "2026-11-01"},
        "systemic-corticosteroid": {"value": True, "at": "2026-11-01"},
    }


LIDOCAINE = ["lidocaine", "amide-local-anaesthetic"]


def test_an_allergy_may_be_named_by_a_medicine() -> None:
    facts, doubts = read("allergy: [latex, lidocaïne]")
    allergy = facts["allergy"]  # type: ignore[index]
    assert allergy == {"value": ["latex", *LIDOCAINE]}  # the substance's own name: no excipient
    assert doubts == frozenset()


def test_what_an_allergy_named_by_a_medicine_leaves_open_is_not_denied() -> None:
    facts, _ = read("allergy: [XYLOCAINE]")
    allergy = facts["allergy"]  # type: ignore[index]
    assert allergy["has"] == LIDOCAINE
    # Some of its presentations hold sulfites and a paraben; none holds latex.
    assert not {"sulfite", "paraben"} & {*allergy["has"], *allergy["not"]}
    assert "latex" in allergy["not"]


def test_an_allergy_named_in_a_partial_list_denies_nothing() -> None:
    facts, _ = read("allergy: {has: [XYLOCAINE], not: [latex], at: 2026-11-01}")
    assert facts == {"allergy": {"has": LIDOCAINE, "not": ["latex"], "at": "2026-11-01"}}


def test_a_file_without_names_never_opens_the_base() -> None:
    def never() -> None:
        raise AssertionError

    document = file("medicines: [lithium], allergy: [latex], anticoagulant: none")
    assert read_names(document, EDITION, never) == (document, frozenset())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "facts,where,says",
    [
        ("medicines: [xyzzy]", "a.yaml:2", "is no class of medicines"),
        ("medicines: [diclofenac]", "a.yaml:2", "one of several"),
        ("allergy: [xyzzy]", "a.yaml:2", "is no allergy of the dictionary"),
        ("allergy: [Previscan, xyzzy]", "a.yaml:2", "“xyzzy” is no allergy"),
        ("medicines: [Previscan], anticoagulant: none", "a.yaml:2", "keep the one that is true"),
        ("medicines: [Previscan, Eliquis]", "a.yaml:2", "keep the one that is true"),
    ],
)
def test_what_cannot_be_true_or_understood_is_refused(facts: str, where: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        read(facts)
    assert error.value.where == where
    assert says in error.value.what


def test_two_answers_are_told_in_words_that_one_reads() -> None:
    with pytest.raises(InputError) as refused:
        read("medicines: [ASPIRINE UPSA 1000], nsaid-current: false")
    assert "ASPIRINE UPSA 1000" in refused.value.fr
    assert "Anti-inflammatoire en cours\u00a0: non" in refused.value.fr
    assert "False" not in refused.value.fr
    assert read("medicines: [ASPIRINE UPSA 1000], nsaid-current: true")


def test_a_list_in_a_list_says_what_to_write() -> None:
    with pytest.raises(InputError, match="without a list in the list"):
        read_facts({"allergy": [["sulfite"]]}, Dictionary(EDITION), date(2026, 11, 22))
