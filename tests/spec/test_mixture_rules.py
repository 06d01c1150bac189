"""Every rule of a mixture on its own examples, then the published numbers it must keep.

The examples stand beside each rule in ``mixtures/rules.yaml``; those of the products' own rules
are tried with all others in ``test_rules_by_example``.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.checking import check
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import (
    GroupRule,
    MixtureExample,
    MixtureRule,
    Product,
    ProductRule,
)
from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import (
    RULES,
    MixtureJudge,
    MixtureResult,
    check_mixtures,
    mixture_as_json,
    read_mixture,
)
from dolenti.guideline.mixture.of_patient import rules_about
from dolenti.guideline.mixture.planned import TOGETHER, judge_planned
from tests.spec.syringes import judge as of_a_healthy_man

EDITION = load_folder()
JUDGE = MixtureJudge(EDITION)
DAY = date(2026, 9, 15)
PRODUCTS = {product.id: product for product in EDITION.products}
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.says.en}")
    for rule in EDITION.mixture_rules
    for example in rule.examples
]
PRODUCT_RULES = [
    pytest.param(product, rule, id=f"{product.id}: {rule.id}")
    for product in EDITION.products
    for rule in rules_about(EDITION, product)
    if not isinstance(rule, GroupRule) or (rule.over, rule.at_most, rule.over_share) == (None,) * 3
]
"""Those of a dose are tried at it in ``test_interactions``."""
KNOWN_UNLESS_SAID = {
    "allergy": [],
    "medicines": [],
    "hepatic_failure_severe": False,
    "heart_failure_severe": False,
    "anticoagulant": "none",
    "infection_local": False,
    "infection_systemic": False,
    "fever": False,
    "cryoglobulinaemia": False,
    "cold_urticaria": False,
    "cold_illness": [],
}
Doses = list[dict[str, Any]]
NONE_GIVEN: Doses = []


def judge(
    *components: tuple[str, float, float],
    vehicle: str = "none",
    therapy: str = "mesotherapy",
    jurisdiction: str = "FR",
    given: Doses | None = NONE_GIVEN,
    technique: str | None = None,
    as_of: date = DAY,
    judge: MixtureJudge = JUDGE,
    **facts: Any,
) -> MixtureResult:
    """Judge components written as (product, strength, volume) for a man of 44 and 70 kg.

    A fact given as ``...`` is left unknown. An infiltration is into a knee unless said otherwise.
    """
    known = {"weight": 70, **KNOWN_UNLESS_SAID, **facts}
    if therapy == "infiltration":
        known.setdefault("zone", "knee")
    if any("corticosteroid" in PRODUCTS[product].classes for product, *_ in components):
        known = {"anticoagulant": "none", "coagulation_disorder": "none", **known}
    content: dict[str, Any] = {
        "therapy": therapy,
        "jurisdiction": jurisdiction,
        **({} if technique is None else {"technique": technique}),
        "patient": {"birth-date": "1981-07-14", "sex": known.pop("sex", "male")},
        "facts": {k.replace("_", "-"): v for k, v in known.items() if v is not ...},
        "preparation": {
            "vehicle": {"fluid": vehicle} | ({} if vehicle == "none" else {"volume": 1}),
            "components": [
                {"product": product, "strength": strength, "volume": volume}
                for product, strength, volume in components
            ],
        },
        "given-before": [],
    }
    if given is not None:
        content["given-today"] = given
    return judge.judge(read_mixture(content, EDITION, as_of))


def spoken(result: MixtureResult) -> set[str]:
    return {finding.rule for finding in result.findings}


def detail(result: MixtureResult, rule: str) -> str:
    found = next(f for f in result.findings if f.rule == rule)
    return found.detail.en if found.detail else ""


# --- The examples of the knowledge ---------------------------------------------------------------


@pytest.mark.parametrize("rule,example", EXAMPLES)
def test_rule(rule: MixtureRule, example: MixtureExample) -> None:
    result = JUDGE.judge(read_mixture(example.file, EDITION, DAY))
    assert result.verdict == example.verdict
    assert set(example.rules) <= spoken(result)


def test_the_engine_and_the_knowledge_name_the_same_rules() -> None:
    written = (rule.id for rule in EDITION.mixture_rules if rule.sum_of is None)
    assert sorted(RULES) == sorted(written)


def test_the_shipped_products_and_mixture_rules_are_sound() -> None:
    assert check_mixtures(EDITION) == []


def test_a_product_that_says_the_impossible_is_told() -> None:
    lidocaine = PRODUCTS["lidocaine"]
    odd = msgspec.structs.replace(
        lidocaine,
        strength_range=(20, 5),
        used_in=("acupuncture",),
        status=(msgspec.structs.replace(lidocaine.status[0], since="soon"),),
        ceilings=(msgspec.structs.replace(lidocaine.ceilings[0], absolute=None),),
    )
    products = tuple(odd if one is lidocaine else one for one in EDITION.products)
    told = [
        problem.what
        for problem in check_mixtures(msgspec.structs.replace(EDITION, products=products))
    ]
    assert any("strength_range" in what for what in told)
    assert any("“acupuncture” is no therapy" in what for what in told)
    assert any("“soon” is not a date" in what for what in told)
    assert any("a ceiling gives" in what for what in told)


@pytest.mark.parametrize(
    "product,left_out,what",
    [
        ("lidocaine", {"ceilings": ()}, "has ceilings, or says in no_ceiling"),
        ("thiamine", {"no_ceiling": None}, "has ceilings, or says in no_ceiling"),
        ("lidocaine", {"excipients": None}, "says its excipients"),
        ("lidocaine", {"minimum_age": None}, "says its minimum_age"),
        ("ketoprofen", {"minimum_age": 12.0}, "no rule of its own stops it below"),
        ("sodium-hyaluronate", {"routes": ()}, "a device says its routes"),
        ("sodium-hyaluronate", {"in_base": PRODUCTS["lidocaine"].in_base}, "no in_base"),
        ("buflomedil", {"status": ()}, "no status in any country"),
    ],
)
def test_a_product_that_leaves_out_what_every_product_says_is_told(
    product: str, left_out: dict[str, Any], what: str
) -> None:
    silent = msgspec.structs.replace(PRODUCTS[product], **left_out)
    products = tuple(silent if one.id == product else one for one in EDITION.products)
    told = check_mixtures(msgspec.structs.replace(EDITION, products=products))
    assert [problem.entry for problem in told] == [product]
    assert what in told[0].what


def test_two_products_of_one_name_are_told() -> None:
    twin = msgspec.structs.replace(PRODUCTS["lidocaine"], other_ids=("procaine",))
    products = tuple(twin if one.id == "lidocaine" else one for one in EDITION.products)
    told = check_mixtures(msgspec.structs.replace(EDITION, products=products))
    assert [(p.entry, p.what) for p in told] == [("procaine", "2 products are called so")]


def test_a_corticosteroid_without_a_ceiling_of_the_day_is_told() -> None:
    cortivazol = PRODUCTS["cortivazol"]
    ceiling = msgspec.structs.replace(cortivazol.ceilings[0], per="joint")
    odd = msgspec.structs.replace(cortivazol, ceilings=(ceiling,))
    products = tuple(odd if one is cortivazol else one for one in EDITION.products)
    told = check_mixtures(msgspec.structs.replace(EDITION, products=products))
    assert [problem.what for problem in told] == [
        "its class is added up by the day, and it has no ceiling of a day"
    ]


def test_a_rule_about_a_class_without_products_is_told() -> None:
    strange = msgspec.structs.replace(
        EDITION.group_rules[0], classes=("leeches",), products=(), but_not=("moon",)
    )
    edition = msgspec.structs.replace(EDITION, group_rules=(strange,))
    told = [problem.what for problem in check(edition)]
    assert "“leeches” is no class of products" in told
    assert "“moon” is no product" in told


def test_what_is_found_alike_of_two_products_is_said_once_of_both() -> None:
    result = judge(("ketoprofen", 50, 1), ("piroxicam", 20, 0.5), sex="female", pregnancy=True)
    (found,) = (finding for finding in result.findings if finding.rule == "nsaid-pregnancy")
    assert found.products == ("ketoprofen", "piroxicam")


def test_an_example_that_fails_is_told() -> None:
    rule = next(r for r in EDITION.mixture_rules if r.id == "visual-check")
    wrong = msgspec.structs.replace(
        rule.examples[0], verdict="blocked", rules=("visual-check", "allergy")
    )
    rules = tuple(
        msgspec.structs.replace(r, examples=(wrong,)) if r is rule else r
        for r in EDITION.mixture_rules
    )
    told = check_mixtures(msgspec.structs.replace(EDITION, mixture_rules=rules))
    assert [problem.entry for problem in told] == ["visual-check"] * 2
    assert "should be blocked and is allowed" in told[0].what
    assert "allergy should speak and does not" in told[1].what


def test_a_rule_the_engine_does_not_know_is_told() -> None:
    strange = msgspec.structs.replace(EDITION.mixture_rules[0], id="moon-phase")
    edition = msgspec.structs.replace(EDITION, mixture_rules=(*EDITION.mixture_rules, strange))
    assert [problem.entry for problem in check_mixtures(edition)] == ["moon-phase"]


# No product is in shortage as entered; the rule is tried on an edition where one is, below.
@pytest.mark.parametrize(
    "rule", [r for r in EDITION.mixture_rules if r.id != "shortage"], ids=lambda rule: rule.id
)
def test_every_rule_has_an_example_in_which_it_speaks_or_is_asked(rule: MixtureRule) -> None:
    results = [JUDGE.judge(read_mixture(e.file, EDITION, DAY)) for e in rule.examples]
    asked = {finding.rule for result in results for finding in result.unknown}
    # Of an unread label nothing is known but that it must be read.
    speaks = rule.id in asked if rule.id == "excipients-unread" else False
    assert speaks or any(rule.id in spoken(result) for result in results)


SAID_OF_THE_SYRINGE = {
    # What stands in the file decides these: nothing of them can be unknown.
    "technique-of-another-zone", "route-on-no-label", "most-products",
    "corticosteroid-in-mesotherapy",
    "not-described-for-therapy",
    "authorisation-withdrawn", "not-marketed", "authorisation-to-verify",
    "authorisation-not-on-file", "shortage", "stands-alone", "unlisted-combination",
    "acid-with-alkaline", "peptide-with-alkaline", "cosolvent-diluted",
    "alkali-sensitive-with-alkaline", "spoiled-by-bicarbonate", "single-in-bicarbonate",
    "seen-limpid", "seen-unfit", "contains-unfit-pair", "visual-check", "use-at-once",
    "ceiling-missing", "ceiling-not-on-file", "two-nsaids", "piroxicam-with-nsaid",
    "nsaid-given-today", "nsaid-tissue-injury", "ester-test-dose", "emergency-kit", "off-label",
    "large-volume", "origin-stated", "device", "strength-of-no-ampoule",
    "ampoule-not-for-local-use", "hypertonic-undiluted",
    "therapy-not-indicated", "watch-after", "joint-given-today",
    # A note about sport is said of who is tested, and asked of nobody.
    "sport-after-washout", "sport-not-prohibited",
}  # fmt: skip
UNTOLD = {
    "allergy-excipient": judge(("ketoprofen", 50, 1), allergy=...),
    "allergy-possible-excipient": judge(("lidocaine", 10, 1), jurisdiction="US", allergy=...),
    "ester-anaesthetic-halved": judge(
        ("procaine", 20, 6), therapy="infiltration", hepatic_failure_severe=...
    ),
}
"""Syringes of which a rule cannot be answered, where no example of its own shows it."""


@pytest.fixture(scope="module")
def every_example() -> list[MixtureResult]:
    return [
        JUDGE.judge(read_mixture(example.file, EDITION, DAY))
        for rule in EDITION.mixture_rules
        for example in rule.examples
    ]


@pytest.mark.parametrize("rule", EDITION.mixture_rules, ids=lambda rule: rule.id)
def test_every_rule_of_a_syringe_is_tried_true_false_and_unknown(
    rule: MixtureRule, every_example: list[MixtureResult]
) -> None:
    results = [*every_example, *([UNTOLD[rule.id]] if rule.id in UNTOLD else [])]
    speaks = [rule.id in spoken(one) for one in results]
    waits = [rule.id in {finding.rule for finding in one.unknown} for one in results]
    # No product is in shortage as entered, and of an unread label nothing is known but that.
    assert any(speaks) or rule.id in ("shortage", "excipients-unread")
    assert rule.id == "visual-check" or any(
        not a and not b for a, b in zip(speaks, waits, strict=True)
    )
    assert any(waits) is (rule.id not in SAID_OF_THE_SYRINGE)


@pytest.mark.parametrize("product,rule", PRODUCT_RULES)
def test_a_product_rule_decides_the_mixture_of_that_product(
    product: Product, rule: ProductRule
) -> None:
    """The example that is true, unknown or false of the rule is so in a syringe of the product."""
    for example in rule.examples:
        facts = {"athlete-tested": False, **example.facts}
        if example.holds is None and rule.ask_if is not None:
            # Asked of those at risk only.
            facts |= {"diabetes": "controlled", "ischaemic-heart-disease": True}
        therapies = (*rule.therapies, *product.used_in, "mesotherapy")
        # Medicines are asked of who is treated: a syringe by itself is told instead.
        taken = "medicines" in facts_of(rule.when)
        pain = {name: facts.pop(name) for name in ("condition",) if taken and name in facts}
        content = {
            **({"complaint": pain or {"zone": "elbow"}} if taken else {}),
            "therapy": therapies[0],
            **({"technique": rule.techniques[0]} if rule.techniques else {}),
            "jurisdiction": "FR",
            "facts": facts,
            "preparation": {
                "vehicle": {"fluid": "none"},
                "components": [
                    {
                        "product": product.id,
                        "strength": (product.usual_strengths or product.strength_range)[0],
                        "volume": 0.5,
                    }
                ],
            },
        }
        result = JUDGE.judge(read_mixture(content, EDITION, DAY))
        unknown = {finding.rule for finding in result.unknown}
        # Counted where it was said, and asked elsewhere (by the pause), not by the syringe.
        at_risk = set(() if rule.ask_if is None else facts_of(rule.ask_if))
        heard = bool(at_risk) and at_risk <= set(facts_of(rule.when)) and at_risk.isdisjoint(facts)
        asked = rule.severity in ("block", "override") and not heard
        assert (rule.id in spoken(result)) is (example.holds is True), example.says.en
        assert (rule.id in unknown) is (example.holds is None and asked), example.says.en
        if example.holds is True and rule.severity == "block":
            assert result.verdict == "blocked"


# --- Doses ---------------------------------------------------------------------------------------


def test_in_france_20_ml_of_one_percent_lidocaine_are_the_most() -> None:
    kept = judge(("lidocaine", 10, 20))
    assert kept.verdict == "allowed"
    assert kept.totals[0].share == 1
    assert judge(("lidocaine", 10, 20.1)).verdict == "blocked"


def test_in_the_united_states_the_cap_is_300_mg() -> None:
    assert judge(("lidocaine", 10, 30), jurisdiction="US").verdict == "allowed"
    over = judge(("lidocaine", 10, 30.1), jurisdiction="US")
    assert detail(over, "ceiling-exceeded").startswith("Lidocaine: 301\u00a0mg where 300")


def test_a_country_without_a_label_on_file_takes_the_strictest_of_all() -> None:
    assert judge(("lidocaine", 10, 20), jurisdiction="DE").verdict == "override"
    assert judge(("lidocaine", 10, 20.1), jurisdiction="DE").verdict == "blocked"


def test_the_weight_limit_binds_the_light() -> None:
    assert judge(("lidocaine", 10, 18), weight=40).verdict == "allowed"
    over = judge(("lidocaine", 10, 18.1), weight=40)
    assert over.verdict == "blocked"
    assert (
        detail(over, "ceiling-exceeded") == "Lidocaine: 181\u00a0mg where 180\u00a0mg is the most"
    )


@pytest.mark.parametrize(
    "product,strength,at_70_kg,at_40_kg",
    [
        ("lidocaine", 20, 200, 180),
        ("mepivacaine", 20, 200, 180),
        ("bupivacaine", 5, 140, 80),
        ("ropivacaine", 10, 200, 120),
        ("procaine", 20, 200, 200),
    ],
)
def test_working_ceilings(product: str, strength: float, at_70_kg: float, at_40_kg: float) -> None:
    for weight, most in ((70, at_70_kg), (40, at_40_kg)):
        shares = judge((product, strength, 1), weight=weight).totals[0].shares
        assert min(share.limit or 0 for share in shares) == most


def test_adrenaline_never_loosens_a_ceiling() -> None:
    over = judge(("lidocaine", 10, 21), ("adrenaline", 0.01, 1), therapy="infiltration")
    assert "ceiling-exceeded" in spoken(over)
    limits = {share.ceiling.id: share.limit for share in over.totals[0].shares}
    assert limits["lidocaine-adrenaline-cap"] == 500
    assert limits["lidocaine-fr-label"] == 200


def test_an_anaesthetic_without_a_ceiling_is_never_allowed() -> None:
    alone = judge(("tetracaine", 10, 1))
    assert "ceiling-missing" in spoken(alone)
    assert alone.verdict == "blocked"
    assert alone.local_anaesthetic_share is None
    given = judge(("lidocaine", 10, 1), given=[{"product": "tetracaine", "dose": 5}])
    assert "ceiling-missing" in spoken(given)


def test_shares_of_all_anaesthetics_of_the_day_add_up() -> None:
    kept = judge(("lidocaine", 10, 10), given=[{"product": "bupivacaine", "dose": 70}])
    assert kept.local_anaesthetic_share == pytest.approx(1)
    assert kept.verdict == "allowed"
    over = judge(("lidocaine", 10, 10.1), given=[{"product": "bupivacaine", "dose": 70}])
    assert over.verdict == "blocked"
    assert "anaesthetic-sum" in spoken(over)


def volumes(most: int) -> st.SearchStrategy[float]:
    return st.integers(1, most * 100).map(lambda hundredths: hundredths / 100)


@given(
    volume=volumes(40),
    weight=st.integers(30, 90),  # above it, the ideal weight may decide: the height is asked
    lidocaine=volumes(200),
    bupivacaine=volumes(150),
)
def test_ceilings_agree_with_exact_fractions(
    volume: float, weight: int, lidocaine: float, bupivacaine: float
) -> None:
    doses = [
        {"product": "lidocaine", "dose": lidocaine},
        {"product": "bupivacaine", "dose": bupivacaine},
    ]
    result = judge(("lidocaine", 10, volume), given=doses, weight=weight)
    dose = 10 * Fraction(str(volume)) + Fraction(str(lidocaine))
    most = min(Fraction(200), Fraction(9, 2) * weight)
    shares = dose / most + Fraction(str(bupivacaine)) / min(150, 2 * weight)
    assert ("ceiling-exceeded" in spoken(result)) is (dose > most)
    assert ("anaesthetic-sum" in spoken(result)) is (shares > 1)
    assert result.verdict == ("blocked" if shares > 1 else "allowed")


def test_two_doses_of_the_day_of_one_product_are_added() -> None:
    result = judge(("lidocaine", 10, 5.1), given=[{"product": "lidocaine", "dose": 75}] * 2)
    assert result.totals[0].given_today == 150
    assert "ceiling-exceeded" in spoken(result)


def test_without_the_weight_or_the_doses_of_the_day_both_are_asked() -> None:
    result = judge(("lidocaine", 10, 2), given=None, weight=...)
    assert result.verdict == "incomplete"
    assert result.questions == ("weight", "given-today")
    assert result.local_anaesthetic_share is None


def test_what_is_certainly_too_much_is_said_without_asking() -> None:
    result = judge(("lidocaine", 10, 21), given=None, weight=..., allergy=...)
    assert result.verdict == "blocked"
    assert result.questions == ()


def test_the_doses_of_the_day_are_asked_only_where_they_count() -> None:
    device = judge(("sodium-hyaluronate", 10, 2), therapy="infiltration", given=None,
                   athlete_tested=False, anticoagulant="none")  # fmt: skip
    assert device.questions == ("allergy",) or device.questions == ()
    thiocolchicoside = judge(("thiocolchicoside", 2, 2), given=None, contraception=True,
                             anticoagulant="none", epilepsy=False,
                             coagulation_disorder="none")  # fmt: skip
    assert thiocolchicoside.questions == ("given-today",)


@pytest.mark.parametrize("given,verdict", [(16, "override"), (16.1, "blocked")])
def test_piroxicam_counts_what_was_taken_today(given: float, verdict: str) -> None:
    facts: dict[str, Any] = dict.fromkeys(
        ["peptic_ulcer", "renal_failure_severe", "hepatic_failure_severe", "heart_failure_severe",
         "gastrointestinal_bleeding", "nsaid_current", "serious_skin_reaction_history",
         "antiplatelet"], False,
    )  # fmt: skip
    facts["coagulation_disorder"] = "none"
    doses = [{"product": "piroxicam", "dose": given}]
    result = judge(("piroxicam", 20, 0.2), given=doses, anticoagulant="none", **facts)
    assert result.verdict == verdict
    assert "not-marketed" in spoken(result)


# --- Compatibility: the table of Tringali and Navarra 2017 ---------------------------------------

FREE_OF_NSAID_RISKS: dict[str, Any] = dict.fromkeys(
    ["peptic_ulcer", "renal_failure_severe", "hepatic_failure_severe", "heart_failure_severe",
     "gastrointestinal_bleeding", "nsaid_current", "serious_skin_reaction_history", "antiplatelet",
     "ischaemic_heart_disease", "cerebrovascular_or_arterial_disease"],
    False,
) | {"coagulation_disorder": "none", "anticoagulant": "none", "heart_failure": "none"}  # fmt: skip
ANAESTHETICS = {
    "lidocaine": (10, 20), "mepivacaine": (10, 20), "bupivacaine": (2.5, 5),
    "levobupivacaine": (2.5, 5), "ropivacaine": (2, 10),
}  # fmt: skip


@pytest.mark.parametrize("diclofenac", [25, 50])
@pytest.mark.parametrize("vehicle", ["saline", "water", "bicarbonate", "none"])
@pytest.mark.parametrize(
    "anaesthetic,strength", [(a, s) for a, both in ANAESTHETICS.items() for s in both]
)
def test_diclofenac_cyclodextrin_with_an_anaesthetic(
    diclofenac: float, vehicle: str, anaesthetic: str, strength: float
) -> None:
    expected = {
        "saline": ("seen-unfit", "milky"),
        "water": ("seen-unfit", "milky"),
        "bicarbonate": ("seen-limpid", "limpid")
        if anaesthetic in ("lidocaine", "mepivacaine")
        else ("seen-unfit", "turbid"),
        "none": ("unlisted-combination", ""),  # not studied, and so not compatible
    }[vehicle]
    result = judge(
        ("diclofenac-cyclodextrin", diclofenac, 1), (anaesthetic, strength, 0.5),
        vehicle=vehicle, **FREE_OF_NSAID_RISKS,
    )  # fmt: skip
    seen = spoken(result) & {"seen-unfit", "seen-limpid", "unlisted-combination"}
    assert seen == {expected[0]}
    assert detail(result, expected[0]) == expected[1]
    if expected[0] == "seen-unfit":
        assert result.verdict == "blocked"


@pytest.mark.parametrize("diclofenac,lidocaine", [(25, 15), (75, 10), (37.5, 10)])
def test_a_strength_between_those_studied_is_not_known(diclofenac: float, lidocaine: float) -> None:
    result = judge(
        ("diclofenac-cyclodextrin", diclofenac, 1), ("lidocaine", lidocaine, 1),
        vehicle="bicarbonate", **FREE_OF_NSAID_RISKS,
    )  # fmt: skip
    assert "unlisted-combination" in spoken(result)


def test_a_third_product_makes_a_known_pair_unknown() -> None:
    result = judge(
        ("diclofenac-cyclodextrin", 25, 1), ("lidocaine", 10, 1), ("mepivacaine", 10, 1),
        vehicle="bicarbonate", jurisdiction="other", **FREE_OF_NSAID_RISKS,
    )  # fmt: skip
    assert result.verdict == "override"
    assert {"unlisted-combination", "acid-with-alkaline"} <= spoken(result)


@pytest.mark.parametrize("vehicle", ["none", "saline", "water"])
def test_one_product_diluted_in_a_neutral_vehicle_needs_no_entry(vehicle: str) -> None:
    assert judge(("lidocaine", 10, 1), vehicle=vehicle).verdict == "allowed"


def test_bicarbonate_spoils_adrenaline() -> None:
    result = judge(("adrenaline", 0.01, 1), vehicle="bicarbonate", therapy="infiltration")
    assert "spoiled-by-bicarbonate" in spoken(result)


def test_every_preparation_is_looked_at() -> None:
    assert all("visual-check" in spoken(judge((p, PRODUCTS[p].strength_range[0], 1)))
               for p in PRODUCTS)  # fmt: skip


# --- Authorisation -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day,rule",
    [
        (date(2011, 2, 16), "authorisation-not-on-file"),
        (date(2011, 2, 17), "authorisation-withdrawn"),
        (date(2026, 1, 15), "authorisation-withdrawn"),
    ],
)
def test_buflomedil_is_suspended_from_its_day_on(day: date, rule: str) -> None:
    assert rule in spoken(judge(("buflomedil", 10, 1), as_of=day, athlete_tested=False))


def test_a_suspension_elsewhere_is_told_and_never_allowed_silently() -> None:
    result = judge(("buflomedil", 10, 1), jurisdiction="other", athlete_tested=False)
    assert result.verdict == "override"
    assert "17 February 2011" in detail(result, "authorisation-not-on-file")


def test_what_was_authorised_when_entered_was_so_the_year_before() -> None:
    result = judge(("lidocaine", 10, 1), as_of=date(2021, 6, 1), athlete_tested=False)
    assert result.verdict == "allowed"


# --- Sport ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "product,strength,competition,side",
    [
        ("dexamethasone", 4, "2026-09-19", "after"),
        ("dexamethasone", 4, "2026-09-18", "before the end"),
        ("triamcinolone-acetonide", 40, "2026-09-26", "after"),
        ("triamcinolone-acetonide", 40, "2026-09-25", "before the end"),
    ],
)
def test_washout_of_a_corticosteroid_against_the_next_competition(
    product: str, strength: float, competition: str, side: str
) -> None:
    """3 days, 10 for triamcinolone; the competition begins at 23:59 on the day before."""
    result = judge((product, strength, 1), therapy="infiltration", athlete_tested=True,
                   next_competition=competition)  # fmt: skip
    rule = "sport-after-washout" if side == "after" else "sport-prohibited"
    assert result.verdict == ("allowed" if side == "after" else "override")
    assert f"{side} " in detail(result, rule)
    (found,) = [one for one in result.findings if one.rule == rule]
    assert found.detail is not None
    assert " septembre 2026" in found.detail.fr


def test_where_the_list_of_the_year_was_never_entered_the_finding_says_so() -> None:
    def told(day: date) -> str:
        result = judge(("dexamethasone", 4, 1), therapy="infiltration", athlete_tested=True,
                       as_of=day, next_competition=day.isoformat())  # fmt: skip
        return detail(result, "sport-prohibited")

    assert "List 2022" in told(date(2022, 6, 1))
    assert "not entered" not in told(date(2022, 6, 1))
    assert "the 2026 List was not entered for this product" in told(date(2026, 6, 1))


def test_before_the_list_was_entered_the_status_is_unknown() -> None:
    result = judge(("lidocaine", 10, 1), athlete_tested=True, as_of=date(2019, 5, 1))
    assert "sport-unknown" in spoken(result)


def test_nobody_is_asked_about_sport_for_what_is_not_prohibited() -> None:
    assert judge(("lidocaine", 10, 1)).verdict == "allowed"
    steroid = (("dexamethasone", 4, 1),)
    assert judge(*steroid, therapy="infiltration").questions == ("sport",)
    for sport in ("none", "leisure"):
        assert judge(*steroid, therapy="infiltration", sport=sport).questions == ()
    competes = judge(*steroid, therapy="infiltration", sport="competition")
    assert competes.questions == ("athlete-tested",)


def test_a_tested_athlete_whose_sport_nobody_asked_is_still_one() -> None:
    result = judge(("dexamethasone", 4, 1), therapy="infiltration", athlete_tested=True)
    assert "sport-prohibited" in spoken(result)


# --- Policies and the rest -----------------------------------------------------------------------

COCKTAIL = [("lidocaine", 10, 1), ("magnesium-sulfate", 100, 1), ("ketoprofen", 50, 1)]


def test_a_clinic_may_leave_the_anaesthetic_out_of_the_count() -> None:
    four = [*COCKTAIL, ("calcitonin", 100, 1)]
    lenient = MixtureJudge(EDITION, {"count-anaesthetic": "not-counted"})
    assert "most-products" in spoken(judge(*four))
    assert "most-products" not in spoken(judge(*four, judge=lenient))


def test_a_clinic_may_allow_two_products_only() -> None:
    strict = MixtureJudge(EDITION, {"most-products": "2"})
    assert "most-products" not in spoken(judge(*COCKTAIL))
    assert detail(judge(*COCKTAIL, judge=strict), "most-products").startswith("3 products where 2")


def test_only_mesotherapy_counts_its_products() -> None:
    four = [*COCKTAIL, ("diclofenac", 25, 1)]
    assert "most-products" not in spoken(judge(*four, therapy="infiltration"))


def test_two_strengths_of_one_product_count_once() -> None:
    result = judge(("lidocaine", 10, 1), ("lidocaine", 20, 1))
    assert result.verdict == "allowed"
    assert [(t.product.id, t.amount) for t in result.totals] == [("lidocaine", 30)]


def test_a_particulate_corticosteroid_asks_for_the_zone() -> None:
    unknown = judge(("methylprednisolone", 40, 0.25), therapy="infiltration", athlete_tested=False,
                    zone=...)  # fmt: skip
    assert (unknown.verdict, unknown.questions) == ("incomplete", ("zone", "technique"))
    spine = judge(("methylprednisolone", 40, 1), therapy="infiltration", athlete_tested=False,
                  zone="lumbar-spine")  # fmt: skip
    assert spine.verdict == "blocked"
    dissolved = judge(("dexamethasone", 4, 1), therapy="infiltration", athlete_tested=False,
                      zone="lumbar-spine")  # fmt: skip
    assert dissolved.verdict == "incomplete"
    assert set(dissolved.questions) == {"antiplatelet", "spine-operated", "technique"}


def test_no_man_is_asked_about_pregnancy_but_about_contraception() -> None:
    result = judge(("thiocolchicoside", 2, 2))
    assert "pregnancy" not in result.questions
    assert "contraception" in result.questions
    assert {"pregnancy", "contraception"} <= set(
        judge(("thiocolchicoside", 2, 2), sex="female").questions
    )


def test_a_partly_known_allergy_is_asked_until_the_class_is_settled() -> None:
    amide = ["lidocaine", "mepivacaine", "amide-local-anaesthetic"]
    assert judge(("lidocaine", 5, 1), allergy={"not": amide}).verdict == "allowed"
    assert judge(("lidocaine", 5, 1), allergy={"not": amide[:2]}).questions == ("allergy",)
    assert judge(("bupivacaine", 5, 1), allergy={"has": ["lidocaine"]}).verdict == "blocked"


def test_an_edition_without_a_rule_is_refused() -> None:
    without = msgspec.structs.replace(EDITION, mixture_rules=EDITION.mixture_rules[1:])
    with pytest.raises(InputError, match="most-products"):
        MixtureJudge(without)


def test_a_shortage_warns() -> None:
    lidocaine = PRODUCTS["lidocaine"]
    scarce = msgspec.structs.replace(
        lidocaine,
        status=(msgspec.structs.replace(lidocaine.status[-1], state="shortage"),),
    )
    edition = msgspec.structs.replace(EDITION, products=(scarce,))
    content = {
        "therapy": "mesotherapy", "patient": {"birth-date": "1981-07-14"},
        "facts": {
            "weight": 70, "allergy": [], "anticoagulant": "none", "pregnancy": False,
            "infection-local": False, "infection-systemic": False, "fever": False,
        },
        "given-today": [],
        "preparation": {
            "vehicle": {"fluid": "none"},
            "components": [{"product": "lidocaine", "strength": 10, "volume": 2}],
        },
    }  # fmt: skip
    result = MixtureJudge(edition).judge(read_mixture(content, edition, DAY))
    assert result.verdict == "allowed"
    assert "shortage" in spoken(result)


def test_the_gravest_findings_come_first() -> None:
    result = judge(("betamethasone", 4, 1), ("lidocaine", 10, 21), athlete_tested=True)
    order = ["block", "override", "warn", "info"]
    severities = [order.index(finding.severity) for finding in result.findings]
    assert severities == sorted(severities)
    assert severities[0] == 0


def test_a_warning_is_never_asked_for() -> None:
    result = judge(("lidocaine", 10, 2))
    assert result.verdict == "allowed"
    assert result.unknown == ()


# --- The JSON ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_answer_as_json(language: str) -> None:
    result = judge(("lidocaine", 10, 2), vehicle="saline",
                   given=[{"product": "lidocaine", "dose": 150}])  # fmt: skip
    written = json.loads(json.dumps(mixture_as_json(result, language)))
    assert written["verdict"] == "allowed"
    totals = written["totals"]
    assert totals["volume_ml"] == 3
    assert totals["local_anaesthetic_share"] == 0.85
    (lidocaine,) = totals["products"]
    assert lidocaine["amount"] == 20
    assert lidocaine["concentration"] == 6.666667
    assert lidocaine["share"] == 0.1
    assert lidocaine["share_today"] == 0.85
    assert [(c["ceiling"], c["limit"], c["share"]) for c in lidocaine["ceilings"]] == [
        ("lidocaine-fr-label", 200, 0.1),
        ("lidocaine-weight", 315, 0.063492),
    ]
    assert {"rule", "severity", "because", "sources", "basis", "verified"} <= written["findings"][
        0
    ].keys()
    assert all(finding["sources"] for finding in written["findings"])


def test_what_rests_on_belief_alone_is_said_to_be_unverified() -> None:
    written = mixture_as_json(judge(("lidocaine", 10, 6)), "en")
    large = next(f for f in written["findings"] if f["rule"] == "large-volume")
    assert large["verified"] is False


def test_a_question_has_the_form_of_an_assessment() -> None:
    written = mixture_as_json(judge(("lidocaine", 10, 2), given=None, allergy=...), "en")
    assert [q["fact"] for q in written["questions"]] == ["allergy", "given-today"]
    allergy, given = written["questions"]
    assert allergy["type"] == "set"
    assert given["type"] == "doses"
    assert allergy.keys() == given.keys()
    assert given["ask"]
    waiting = {u["rule"]: u["facts"] for u in written["unknown"]}
    assert waiting["anaesthetic-sum"] == {"given-today": None}


def test_a_finding_tells_the_facts_that_decided_it() -> None:
    written = mixture_as_json(judge(("lidocaine", 10, 2), allergy=["mepivacaine"]), "en")
    allergy = next(f for f in written["findings"] if f["rule"] == "allergy")
    assert allergy["facts"] == {"allergy": ["mepivacaine"]}
    assert allergy["products"] == ["lidocaine"]


def test_the_notices_are_those_of_the_therapy_and_the_country() -> None:
    french = mixture_as_json(judge(("lidocaine", 10, 2)), "fr")["notices"]
    assert french
    assert all("mesotherapy" in notice["therapies"] for notice in french)
    assert (
        mixture_as_json(judge(("lidocaine", 10, 2), jurisdiction="US"), "fr")["notices"] != french
    )


def test_every_fact_asked_of_a_product_is_in_the_dictionary() -> None:
    dictionary = Dictionary(EDITION)
    for product in EDITION.products:
        result = judge((product.id, product.strength_range[0], 0.1), weight=..., allergy=...)
        for fact in result.questions:
            assert fact == "given-today" or dictionary.definition(fact).ask.en


def test_products_that_may_not_meet_are_said_when_they_are_planned() -> None:
    """Whatever their dose; what rests on a dose, a fluid or the patient is not spoken of yet."""
    judge = MixtureJudge(EDITION)

    def said(*products: str) -> dict[str, str]:
        found = judge_planned(judge, "mesotherapy", products, date(2026, 11, 22))
        return {one.rule: one.severity for one in found}

    four = said("lidocaine", "diclofenac", "ketoprofen", "thiocolchicoside")
    assert (four["two-nsaids"], four["most-products"]) == ("block", "block")
    assert said("lidocaine") == {}
    assert set(RULES) >= TOGETHER
    assert said("lidocaine", "piroxicam", "ketoprofen").keys() <= TOGETHER


@pytest.mark.parametrize("product", ["magnesium-sulfate", "magnesium-chloride"])
@pytest.mark.parametrize(
    "strength,drop,speaks",
    [(100, 0, True), (150, 0.05, True), (100, 1, False), (150, 2, False), (100, 0.99, True)],
)
def test_magnesium_is_hypertonic_by_what_the_syringe_holds_in_each_millilitre(
    product: str, strength: float, drop: float, speaks: bool
) -> None:
    vehicle = {"fluid": "saline", "volume": drop} if drop else {"fluid": "none"}
    result = of_a_healthy_man((product, strength, 1), therapy="mesotherapy", vehicle=vehicle)
    assert ("hypertonic-undiluted" in spoken(result)) is speaks
