"""Products as they are: what their labels forbid, in whom, by which technique, from where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dolenti.guideline.knowledge import Product
from dolenti.guideline.mixture import mixture_as_json
from tests.spec.syringes import DAY, EDITION, PRODUCTS, asked, judge, spoken

NSAIDS = [product for product in EDITION.products if "nsaid" in product.classes]
CORTICOSTEROIDS = [p for p in EDITION.products if "corticosteroid" in p.classes]
SUSPENSIONS = [p for p in EDITION.products if "particulate-corticosteroid" in p.classes]


def strength(product: str) -> float:
    return PRODUCTS[product].usual_strengths[0]


# --- NSAIDs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", NSAIDS, ids=lambda product: product.id)
@pytest.mark.parametrize(
    "facts,severity",
    [
        ({"pregnancy": True}, "block"),
        ({"peptic-ulcer": True}, "block"),
        ({"gastrointestinal-bleeding": True}, "block"),
        ({"renal-failure-severe": True}, "block"),
        ({"egfr": 29, "renal-failure-severe": ...}, "block"),
        ({"egfr": 45}, "warn"),
        ({"hepatic-failure-severe": True}, "block"),
        ({"heart-failure-severe": True}, "block"),
        ({"anticoagulant": "doac"}, "block"),
        ({"coagulation-disorder": "uncontrolled"}, "block"),
        ({"coagulation-disorder": "controlled"}, "override"),
        ({"antiplatelet": True}, "override"),
        ({"breastfeeding": True}, "override"),
        ({"systemic-corticosteroid": True}, "warn"),
    ],
    ids=str,
)
def test_what_holds_of_one_nsaid_holds_of_all(
    product: Any, facts: dict[str, Any], severity: str
) -> None:
    result = judge((product.id, strength(product.id), 0.5), therapy="mesotherapy", facts=facts,
                   sex="female")  # fmt: skip
    fact, *_ = facts
    said = [f.severity for f in result.findings if fact in f.proof.decided]
    assert severity in said


def test_nobody_healthy_is_asked_for_a_kidney_function() -> None:
    assert judge(("ketoprofen", 50, 2), therapy="mesotherapy").verdict == "allowed"


@pytest.mark.parametrize(
    "facts", [{"age": 65}, {"diabetes": "controlled"}, {"heart-failure": "nyha-1"}], ids=str
)
def test_who_is_at_risk_is_asked_for_a_kidney_function(facts: dict[str, Any]) -> None:
    result = judge(("ketoprofen", 50, 1), therapy="mesotherapy", facts=facts)
    assert result.verdict == "incomplete"
    assert result.questions == ("egfr",)
    answered = judge(("ketoprofen", 50, 1), therapy="mesotherapy", facts={**facts, "egfr": 80})
    assert answered.verdict == "allowed"


def test_an_old_patient_on_a_corticosteroid_needs_a_reason_for_an_nsaid() -> None:
    facts = {"systemic-corticosteroid": True, "age": 65, "egfr": 80}
    result = judge(("ketoprofen", 50, 1), therapy="mesotherapy", facts=facts)
    assert "nsaid-with-corticosteroid-aged" in spoken(result)
    assert result.verdict == "override"


@pytest.mark.parametrize("product", ["diclofenac", "diclofenac-cyclodextrin"])
@pytest.mark.parametrize(
    "facts",
    [
        {"ischaemic-heart-disease": True},
        {"cerebrovascular-or-arterial-disease": True},
        {"heart-failure": "nyha-2"},
    ],
    ids=str,
)
def test_diclofenac_is_not_for_a_diseased_heart_or_artery(
    product: str, facts: dict[str, Any]
) -> None:
    result = judge((product, 25, 1), therapy="mesotherapy", facts=facts)
    assert any(f.severity == "block" and f.rule.startswith("diclofenac-") for f in result.findings)
    other = judge(("ketoprofen", 50, 1), therapy="mesotherapy", facts={**facts, "egfr": 80})
    assert other.verdict == "allowed"


def test_two_nsaids_in_one_syringe_are_blocked() -> None:
    result = judge(("ketoprofen", 50, 1), ("diclofenac", 25, 1), therapy="mesotherapy")
    assert "two-nsaids" in spoken(result)
    assert result.verdict == "blocked"


# --- Corticosteroids ------------------------------------------------------------------------------


@pytest.mark.parametrize("product", CORTICOSTEROIDS, ids=lambda product: product.id)
@pytest.mark.parametrize(
    "facts,severity",
    [
        ({"coagulation-disorder": "uncontrolled"}, "block"),
        ({"coagulation-disorder": "controlled"}, "override"),
        ({"anticoagulant": "vka"}, "override"),
    ],
    ids=str,
)
def test_every_corticosteroid_and_what_makes_the_patient_bleed(
    product: Any, facts: dict[str, Any], severity: str
) -> None:
    result = judge((product.id, strength(product.id), 0.2), facts=facts)
    fact, *_ = facts
    assert [f.severity for f in result.findings if f.products and fact in f.proof.decided] == [
        severity
    ]


@pytest.mark.parametrize("product", SUSPENSIONS, ids=lambda product: product.id)
@pytest.mark.parametrize("technique", ["epidural", "foraminal", "sacral-hiatus", "intra-articular"])
@pytest.mark.parametrize("zone", ["cervical-spine", "thoracic-spine", "lumbar-spine"])
def test_a_suspension_near_the_spine_is_blocked_but_for_prednisolone_from_behind(
    product: Any, technique: str, zone: str
) -> None:
    result = judge((product.id, strength(product.id), 0.2), technique=technique,
                   facts={"zone": zone, "spine-operated": False})  # fmt: skip
    open_way = (
        product.id == "prednisolone-acetate" and zone == "lumbar-spine" and technique != "foraminal"
    )
    about_spine = [f for f in result.findings if "zone" in f.proof.decided]
    assert ("block" in {f.severity for f in about_spine}) is not open_way
    if open_way:
        assert result.verdict == "allowed"
        assert "prednisolone-acetate-lumbar" in spoken(result)


@pytest.mark.parametrize(
    "technique,operated,verdict",
    [
        ("epidural", True, "override"),
        ("epidural", ..., "incomplete"),
        ("sacral-hiatus", True, "allowed"),
        ("sacral-hiatus", ..., "allowed"),
        (None, False, "incomplete"),
    ],
)
def test_prednisolone_in_an_operated_lumbar_spine(
    technique: str | None, operated: Any, verdict: str
) -> None:
    """From behind it takes several disciplines; through the sacral hiatus it does not. A way that
    nobody named may be the foramen, and is asked."""
    result = judge(("prednisolone-acetate", 25, 1), technique=technique,
                   facts={"zone": "lumbar-spine", "spine-operated": operated})  # fmt: skip
    assert result.verdict == verdict
    if technique is None:
        assert result.questions == ("technique",)
        question = mixture_as_json(result, "en")["questions"][0]
        assert "foraminal" in {option["id"] for option in question["options"]}


@pytest.mark.parametrize("product", CORTICOSTEROIDS, ids=lambda product: product.id)
@pytest.mark.parametrize(
    "technique,zone",
    [
        ("foraminal", "lumbar-spine"),
        ("epidural", "cervical-spine"),
        ("periarticular", "cervical-spine"),
    ],
)
def test_no_corticosteroid_goes_through_the_foramen_or_to_the_neck(
    product: Any, technique: str, zone: str
) -> None:
    """A solution has no particles, and is stopped there all the same."""
    result = judge((product.id, strength(product.id), 0.2), technique=technique,
                   facts={"zone": zone})  # fmt: skip
    assert "block" in {f.severity for f in result.findings if "zone" in f.proof.decided}


@pytest.mark.parametrize("size,verdict", [("small", "blocked"), ("large", None), (..., None)])
def test_adrenaline_stays_out_of_a_finger(size: Any, verdict: str | None) -> None:
    result = judge(("lidocaine", 10, 2), ("adrenaline", 0.005, 2), technique="periarticular",
                   facts={"zone": "wrist-hand", "joint-size": size})  # fmt: skip
    assert ("adrenaline-digit" in spoken(result)) is (verdict == "blocked")
    assert (result.verdict == "incomplete") is (size is ...)


def test_a_dissolved_corticosteroid_is_not_stopped_at_the_spine_for_its_particles() -> None:
    for product in ("betamethasone-phosphate", "dexamethasone"):
        result = judge((product, 4, 1), facts={"zone": "lumbar-spine"}, technique="epidural")
        assert "suspension-near-spine" not in spoken(result)


def test_a_joint_elsewhere_needs_no_technique() -> None:
    result = judge(("prednisolone-acetate", 25, 1), technique=None)
    assert result.verdict == "allowed"


@pytest.mark.parametrize("technique", ["bursal", "tendon-sheath", "periarticular"])
def test_triamcinolone_beside_a_joint(technique: str) -> None:
    """Off label for the acetonide, forbidden for the hexacetonide."""
    acetonide = judge(("triamcinolone-acetonide", 40, 0.2), technique=technique)
    assert "triamcinolone-acetonide-beside-joint" in spoken(acetonide)
    assert acetonide.verdict == "allowed"
    hexacetonide = judge(("triamcinolone-hexacetonide", 20, 0.2), technique=technique)
    assert hexacetonide.verdict == "blocked"


def test_no_corticosteroid_goes_into_the_skin() -> None:
    result = judge(("triamcinolone-acetonide", 40, 0.2), therapy="mesotherapy", technique="papule")
    assert result.verdict == "blocked"


# --- Age ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "product,age,verdict",
    [
        ("ketoprofen", 14, "blocked"),
        ("ketoprofen", 15, "override"),  # what the therapy says of minors
        ("diclofenac", 14, "blocked"),
        ("diclofenac", 15, "override"),  # authorised, not marketed
        ("diclofenac-cyclodextrin", 17, "blocked"),
        ("thiocolchicoside", 15, "blocked"),
        ("thiocolchicoside", 16, "override"),  # what the therapy says of minors
        ("calcitonin", 17, "blocked"),
        ("calcitonin", 18, "allowed"),
        ("procaine", 2, "blocked"),
        ("procaine", 3, "override"),
        ("procaine", 18, "allowed"),
        ("lidocaine", 17, "override"),  # no minimum age is on file
        ("lidocaine", 18, "allowed"),
        ("triamcinolone-hexacetonide", 0, "blocked"),
        ("triamcinolone-hexacetonide", 1, "override"),
        ("triamcinolone-hexacetonide", 18, "allowed"),
        ("triamcinolone-acetonide", 2, "blocked"),
        ("triamcinolone-acetonide", 5, "override"),
        ("triamcinolone-acetonide", 6, "override"),  # what the therapy says of minors
        ("prednisolone-acetate", 0, "blocked"),
        ("prednisolone-acetate", 2, "override"),
        ("prednisolone-acetate", 3, "override"),  # what the therapy says of minors
        ("hyaluronate-medicine", 15, "blocked"),
        ("hyaluronate-medicine", 16, "override"),  # what the therapy says of minors
        ("sodium-hyaluronate", 15, "blocked"),
    ],
)
def test_the_age_from_which_a_product_is_used(product: str, age: int, verdict: str) -> None:
    therapy = (*PRODUCTS[product].used_in, "mesotherapy")[0]
    result = judge((product, strength(product), 0.1), therapy=therapy, facts={"age": age})
    assert result.verdict == verdict


# --- Status, strength, origin ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "product",
    ["tenoxicam", "cortivazol", "prilocaine", "articaine", "tetracaine", "chloroprocaine",
     "pentoxifylline", "diclofenac-cyclodextrin"],
)  # fmt: skip
def test_what_is_not_authorised_is_refused_by_name_unless_its_source_is_stated(
    product: str,
) -> None:
    refused = judge((product, strength(product), 0.1), therapy="mesotherapy")
    assert "authorisation-withdrawn" in spoken(refused)
    stated = judge((product, strength(product), 0.1, {"origin": "import no 12"}),
                   therapy="mesotherapy")  # fmt: skip
    assert {"origin-stated"} == spoken(stated) & {"origin-stated", "authorisation-withdrawn"}


def test_a_stated_source_opens_nothing_that_was_suspended() -> None:
    result = judge(("buflomedil", 10, 1, {"origin": "old stock"}), therapy="mesotherapy")
    assert "authorisation-withdrawn" in spoken(result)


@pytest.mark.parametrize("product", ["piroxicam", "diclofenac"])
def test_what_is_authorised_and_not_sold_takes_a_decision(product: str) -> None:
    result = judge((product, strength(product), 0.5), therapy="mesotherapy")
    assert "not-marketed" in spoken(result)
    assert result.verdict == "override"


@pytest.mark.parametrize(
    "product,strange,right",
    [
        ("ketoprofen", 80, 50), ("lidocaine", 15, 10), ("etamsylate", 250, 125),
        ("dexamethasone", 10, 4), ("magnesium-sulfate", 200, 100),
    ],
)  # fmt: skip
def test_a_strength_that_no_ampoule_has_takes_a_decision(
    product: str, strange: float, right: float
) -> None:
    therapy = PRODUCTS[product].used_in[0]
    rule = "strength-of-no-ampoule"
    assert rule in spoken(judge((product, strange, 0.1), therapy=therapy))
    assert rule not in spoken(judge((product, right, 0.1), therapy=therapy))
    assert rule not in spoken(judge((product, strange, 0.1), therapy=therapy, jurisdiction="US"))


@pytest.mark.parametrize(
    "product,strength,names",
    [
        ("mepivacaine", 20, ["MEPIVACAINE B. BRAUN 20"]),
        ("mepivacaine", 10, []),  # B. Braun 10 has infiltration too
        ("ropivacaine", 2, ["ROPIVACAINE NORIDEM 2", "ROPIVACAINE B.BRAUN 2"]),
        ("ropivacaine", 5, []),
        ("lidocaine", 10, []),
    ],
)
def test_an_ampoule_that_is_not_labelled_for_local_use_is_told_apart_by_its_name(
    product: str, strength: float, names: list[str]
) -> None:
    result = judge((product, strength, 0.5))
    found = [one for one in result.findings if one.rule == "ampoule-not-for-local-use"]
    assert bool(found) is bool(names)
    for finding in found:
        assert finding.severity == "warn"
        assert finding.detail is not None
        assert all(name in finding.detail.fr for name in names)
    abroad = judge((product, strength, 0.5), jurisdiction="US")
    assert "ampoule-not-for-local-use" not in spoken(abroad)


def test_hyaluronate_is_a_medicine_or_a_device_and_never_both() -> None:
    medicine = judge(("hyaluronate-medicine", 10, 2))
    assert medicine.verdict == "allowed"
    device = judge(("sodium-hyaluronate", 10, 2))
    assert {"device", "ceiling-not-on-file"} <= spoken(device)
    for language in ("fr", "en"):
        told = mixture_as_json(device, language)["findings"]
        assert not [f for f in told if f["rule"].startswith("authorisation")]


def test_a_product_answers_to_its_other_names() -> None:
    result = judge(("hyaluronate-device", 10, 2))
    assert [total.product.id for total in result.totals] == ["sodium-hyaluronate"]


@pytest.mark.parametrize("product", ["hyaluronate-medicine", "sodium-hyaluronate"])
def test_hyaluronate_under_an_anticoagulant_takes_a_decision(product: str) -> None:
    result = judge((product, 10, 2), facts={"anticoagulant": "vka", "inr": 2})
    assert f"{product}-anticoagulant" in spoken(result)
    assert result.verdict == "override"


@pytest.mark.parametrize("corticosteroid", ["betamethasone-acetate", "methylprednisolone"])
@pytest.mark.parametrize("hyaluronate", ["hyaluronate-medicine", "sodium-hyaluronate"])
def test_hyaluronate_never_meets_a_quaternary_ammonium(
    hyaluronate: str, corticosteroid: str
) -> None:
    result = judge((hyaluronate, 10, 2), (corticosteroid, strength(corticosteroid), 1))
    assert "seen-unfit" in spoken(result)


# --- Vitamins, magnesium, etamsylate --------------------------------------------------------------


@pytest.mark.parametrize(
    "product,facts,verdict",
    [
        ("cyanocobalamin", {"leber-optic-neuropathy": True}, "blocked"),
        ("cyanocobalamin", {"leber-optic-neuropathy": ...}, "incomplete"),
        ("cyanocobalamin", {"allergy": ["cobalamin"]}, "blocked"),
        # What a cancer may make of this pain is asked first.
        ("cyanocobalamin", {"cancer-active": True}, "incomplete"),
        ("thiamine", {"allergy": ["thiamine"]}, "blocked"),
        ("ascorbic-acid", {"g6pd-deficiency": True}, "override"),
        ("etamsylate", {"allergy": ["sulfite"]}, "blocked"),
        ("etamsylate", {"porphyria": True}, "override"),
        ("etamsylate", {}, "allowed"),
        ("magnesium-sulfate", {"renal-failure-severe": True}, "blocked"),
        ("magnesium-chloride", {"renal-failure-severe": True}, "blocked"),
        ("magnesium-sulfate", {"av-block": True}, "override"),
        ("magnesium-sulfate", {"myasthenia": True}, "override"),
        ("thiocolchicoside", {"coagulation-disorder": "controlled"}, "blocked"),
        ("thiocolchicoside", {"allergy": ["colchicine"]}, "blocked"),
    ],
)
def test_the_rest_of_the_labels(product: str, facts: dict[str, Any], verdict: str) -> None:
    result = judge((product, strength(product), 0.1), therapy="mesotherapy", facts=facts)
    assert result.verdict == verdict


# --- Allergies to what is in the ampoule ----------------------------------------------------------


@pytest.mark.parametrize(
    "product,allergen,verdict",
    [
        ("triamcinolone-acetonide", "benzyl-alcohol", "blocked"),
        ("triamcinolone-acetonide", "macrogol", "allowed"),
        ("methylprednisolone", "macrogol", "blocked"),
        ("methylprednisolone", "benzalkonium", "blocked"),  # miripirium is of the same kind
        ("betamethasone-acetate", "benzalkonium", "blocked"),
        ("betamethasone-dipropionate", "paraben", "blocked"),
        ("hyaluronate-medicine", "avian-protein", "blocked"),
        # CELESTENE was read, BETNESOL was not
        ("betamethasone-phosphate", "paraben", "incomplete"),
        ("dexamethasone", "sulfite", "incomplete"),
        ("dexamethasone", "latex", "allowed"),  # no excipient is one
    ],
)
def test_an_allergy_to_an_excipient(product: str, allergen: str, verdict: str) -> None:
    facts = {"allergy": [allergen]}
    result = judge((product, strength(product), 0.2), facts=facts)
    assert result.verdict == verdict
    if verdict == "incomplete":
        assert result.questions == ("excipients",)
        assert "excipients-unread" in asked(result)


def test_the_labels_that_nobody_read_are_named() -> None:
    result = judge(("betamethasone-phosphate", 4, 0.2), facts={"allergy": ["paraben"]})
    (unread,) = result.unknown
    assert unread.detail is not None
    assert unread.detail.en == "Labels not looked up: BETNESOL 4 mg/1 ml."


def test_the_label_of_the_vial_settles_it() -> None:
    dose = ("dexamethasone", 4, 0.2)
    facts = {"allergy": ["sulfite"]}
    none = judge((*dose, {"excipients": []}), facts=facts)
    assert none.verdict == "allowed"
    named = judge((*dose, {"excipients": ["sulfite"]}), facts=facts)
    assert "allergy-excipient" in spoken(named)
    assert named.verdict == "blocked"


def test_a_label_without_what_every_presentation_holds_is_looked_at_once_more() -> None:
    dose = ("triamcinolone-acetonide", 40, 0.5)
    doubted = judge((*dose, {"excipients": []}), facts={"allergy": ["benzyl-alcohol"]})
    assert "allergy-possible-excipient" in spoken(doubted)
    assert doubted.verdict == "override"
    other = judge((*dose, {"excipients": []}), facts={"allergy": ["sulfite"]})
    assert other.verdict == "allowed"


def test_one_label_of_two_that_was_read_counts() -> None:
    read, unread = ("dexamethasone", 4, 0.1, {"excipients": ["paraben"]}), ("dexamethasone", 3, 0.1)
    found = judge(read, unread, facts={"allergy": ["paraben"]})
    assert "allergy-excipient" in spoken(found)
    assert found.verdict == "blocked"


def test_an_allergy_that_nobody_asked_about_is_asked_before_an_unread_label() -> None:
    result = judge(("dexamethasone", 4, 0.2), facts={"allergy": ...})
    assert result.questions == ("allergy",)


def test_the_iodine_of_an_antiseptic_is_not_that_of_a_contrast_medium() -> None:
    options = {o.id for fact in EDITION.facts if fact.id == "allergy" for o in fact.options}
    assert {"iodine", "iodinated-contrast"} <= options


def holds_benzyl_alcohol(product: Product) -> bool:
    """By the product, or by the label of one of its specialities."""
    read = {one.id for one in EDITION.excipients if "benzyl-alcohol" in one.excipients}
    sold = {one[:8] for period in product.status for one in period.specialities}
    named = (*product.named_excipients, *product.possible_excipients)
    return "benzyl-alcohol" in named or bool(read & sold)


@pytest.mark.parametrize(
    "product",
    [one for one in EDITION.products if holds_benzyl_alcohol(one)],
    ids=lambda product: product.id,
)
def test_benzyl_alcohol_is_never_allowed_below_three_years(product: Product) -> None:
    strength = max(product.usual_strengths or product.strength_range)
    therapy = (*product.used_in, "mesotherapy")[0]
    child = judge((product.id, strength, 0.05), facts={"age": 2}, therapy=therapy)
    assert child.verdict in ("blocked", "override")
    speaks = {one.rule for one in child.findings if one.severity in ("block", "override")}
    assert {one for one in speaks if "benzyl" in one or "age" in one or "authori" in one}


def test_adrenaline_without_sulfite_is_sold_so_the_label_is_asked() -> None:
    allergic = {"allergy": ["sulfite"]}
    unread = judge(("adrenaline", 1, 0.01), facts=allergic)
    assert "allergy-excipient" not in spoken(unread)
    assert unread.verdict in ("incomplete", "blocked")
    held = judge(("adrenaline", 1, 0.01, {"excipients": ["sulfite"]}), facts=allergic)
    assert "allergy-excipient" in spoken(held)


def test_thiocolchicoside_is_watched_for_whatever_else_holds() -> None:
    alone = judge(("thiocolchicoside", 2, 2), therapy="mesotherapy")
    (watch,) = [one for one in alone.findings if one.rule == "watch-after"]
    assert watch.severity == "info"
    assert "dizaine de minutes" in watch.because.fr


@pytest.mark.parametrize(
    "product,zone,days,clear",
    [
        ("triamcinolone-acetonide", "knee", 11, True),
        ("triamcinolone-acetonide", "muscle", 59, False),
        ("triamcinolone-acetonide", "muscle", 62, True),
        ("methylprednisolone", "muscle", 5, False),
        ("methylprednisolone", "muscle", 7, True),
        ("methylprednisolone", "knee", 5, True),
        ("prednisolone-acetate", "muscle", 10, False),
    ],
)
def test_the_washout_of_a_muscle_is_its_own(
    product: str, zone: str, days: int, clear: bool
) -> None:
    facts = {
        "zone": zone, "athlete-tested": True,
        "next-competition": (DAY + timedelta(days=days)).isoformat(),
    }  # fmt: skip
    strength = PRODUCTS[product].usual_strengths[0]
    result = judge((product, strength, 0.2), facts=facts, technique="periarticular")
    assert ("sport-after-washout" in spoken(result)) is clear
    assert ("sport-prohibited" in spoken(result)) is not clear


def test_triamcinolone_in_a_muscle_is_said_to_be_off_label() -> None:
    result = judge(("triamcinolone-acetonide", 40, 1), facts={"zone": "muscle"})
    assert "triamcinolone-acetonide-in-muscle" in spoken(result)


def test_procaine_in_mesotherapy_is_off_label_and_the_patient_is_told() -> None:
    assert "off-label" in spoken(judge(("procaine", 10, 1), therapy="mesotherapy"))
    off_label = PRODUCTS["procaine"].off_label
    assert off_label is not None
    assert off_label.told is not None
