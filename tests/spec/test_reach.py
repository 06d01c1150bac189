"""How far a danger reaches: the whole verdict on patients who have one thing, and nothing else.

The rules have their own examples beside them; here is what a clinician is told in the end. A
patient is aged 50 where nothing else is said, and every remaining question is answered with its
reassuring value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, read_facts
from dolenti.guideline.judge import Assessment, Judge
from dolenti.guideline.loading import load_folder
from tests.asked_file import all_noes

EDITION = load_folder()
DICTIONARY, JUDGE = Dictionary(EDITION), Judge(EDITION)
TODAY = date(2026, 11, 22)
MOST_QUESTIONS_FOR_A_PLAIN_KNEE = 56
"""What was asked before the reach of the rules grew."""

MESO, SERUM, CRYO, INFILTRATION = (
    "mesotherapy", "autologous-conditioned-serum", "cryoneurolysis", "infiltration",
)  # fmt: skip
ALL = (MESO, SERUM, CRYO, INFILTRATION)
NO = ("contraindicated", "redirect")


@dataclass(frozen=True)
class Patient:
    """One patient, and what each therapy must come out as."""

    says: str
    pain: tuple[str, str]
    facts: Mapping[str, Any]
    statuses: Mapping[str, str | tuple[str, ...]]
    age: int = 50
    silent: tuple[str, ...] = field(default=())


def judged(
    pain: tuple[str, str],
    facts: Mapping[str, Any],
    age: int = 50,
    *,
    nothing_else: bool = True,
) -> Assessment:
    condition, zone = pain
    known, _ = read_facts(facts, DICTIONARY, TODAY)
    complaint = Complaint("1", condition, zone, "right", date(2026, 5, 1))
    case = Case(TODAY, complaint, known, date(TODAY.year - age, 1, 1), "male")
    return all_noes(JUDGE, case) if nothing_else else JUDGE.assess(case)


ELBOW = ("lateral-epicondylitis", "elbow")
WRIST = ("de-quervain", "wrist-hand")
SHOULDER = ("subacromial-bursitis", "shoulder")
KNEE = ("knee-osteoarthritis", "knee")
HIP = ("hip-osteoarthritis", "hip")
BUTTOCK = ("gluteal-tendinopathy", "hip")
BACK = ("low-back-pain", "lumbar-spine")
COLLAPSE = ("vertebral-compression-fracture", "thoracic-spine")
CARPAL_TUNNEL = ("carpal-tunnel", "wrist-hand")
ARTHRITIS = ("inflammatory-arthritis", "knee")
CRPS = ("crps", "wrist-hand")

REDIRECTED = dict.fromkeys(ALL, "redirect")

PATIENTS = (
    Patient("nothing at all", KNEE, {}, dict.fromkeys(ALL, "possible")),
    # Fever, wounds, infections elsewhere.
    Patient(
        "fever, shoulder", SHOULDER, {"fever": True}, {MESO: "caution", INFILTRATION: "caution"}
    ),
    Patient("fever, back", BACK, {"fever": True}, REDIRECTED),
    Patient(
        "graze at the point",
        KNEE,
        {"open-wound-at-site": True},
        {MESO: "caution", SERUM: "caution", INFILTRATION: NO, CRYO: NO},
    ),
    Patient(
        "zoster at the point",
        ELBOW,
        {"viral-skin-infection-at-site": True},
        {MESO: NO, INFILTRATION: NO},
    ),
    Patient(
        "urinary infection",
        KNEE,
        {"infection-elsewhere": True},
        {MESO: "possible", SERUM: "caution", INFILTRATION: "caution"},
    ),
    # Fractures and bones.
    Patient(
        "broken wrist", WRIST, {"fracture-at-site": True}, {MESO: NO, SERUM: NO, INFILTRATION: NO}
    ),
    Patient("broken knee", KNEE, {"fracture-at-site": True}, dict.fromkeys(ALL, NO)),
    Patient(
        "fall from standing at 66, wrist",
        WRIST,
        {"low-energy-injury": True},
        REDIRECTED,
        age=66,
    ),
    Patient(
        "the same, X-ray without fracture",
        WRIST,
        {"low-energy-injury": True, "injury-imaged-no-fracture": True},
        {MESO: "possible"},
        age=66,
    ),
    Patient("the same at 40", WRIST, {"low-energy-injury": True}, {MESO: "possible"}, age=40),
    Patient(
        "fall at 80, hip, walks",
        BUTTOCK,
        {"low-energy-injury": True, "unable-to-bear-weight": False},
        REDIRECTED,
        age=80,
    ),
    Patient("new groin pain at 70", HIP, {"new-groin-or-hip-pain": True}, REDIRECTED, age=70),
    Patient(
        "old groin pain at 70",
        HIP,
        {"new-groin-or-hip-pain": False},
        {INFILTRATION: "possible"},
        age=70,
    ),
    Patient(
        "collapse worked up",
        COLLAPSE,
        {
            "vertebral-fracture": True,
            "vertebral-fracture-cause-known": True,
            "osteoporosis": True,
            "low-energy-injury": True,
            "spontaneous-fracture": True,
            "fracture-at-site": True,
        },
        {MESO: ("possible", "caution")},
        age=80,
    ),
    Patient(
        "collapse of unknown cause",
        COLLAPSE,
        {"vertebral-fracture-cause-known": False},
        REDIRECTED,
        age=80,
    ),
    # Clotting.
    Patient("INR 5.1", ELBOW, {"anticoagulant": "vka", "inr": 5.1}, {MESO: NO, INFILTRATION: NO}),
    Patient(
        "INR 5",
        ELBOW,
        {"anticoagulant": "vka", "inr": 5},
        {MESO: "caution", INFILTRATION: "caution"},
    ),
    *(
        Patient(
            f"INR {inr} with a mechanical valve, target over 3",
            ELBOW,
            {"anticoagulant": "vka", "inr": inr, "inr-target-over-3": True},
            {MESO: expected, INFILTRATION: expected},
        )
        for inr, expected in ((5.1, "caution"), (6, "caution"), (6.1, NO))
    ),
    Patient("INR 5.1, knee", KNEE, {"anticoagulant": "vka", "inr": 5.1}, dict.fromkeys(ALL, NO)),
    Patient("INR 9 under nothing that is known", KNEE, {"inr": 9}, dict.fromkeys(ALL, NO)),
    Patient("INR 9 under none", KNEE, {"anticoagulant": "none", "inr": 9}, dict.fromkeys(ALL, NO)),
    Patient(
        "direct anticoagulant, knee",
        KNEE,
        {"anticoagulant": "doac"},
        {MESO: "possible", SERUM: "possible", INFILTRATION: "possible", CRYO: "caution"},
    ),
    Patient(
        "direct anticoagulant, hip",
        HIP,
        {"anticoagulant": "doac"},
        {SERUM: "caution", INFILTRATION: "caution"},
        silent=("does not call for routine interruption",),
    ),
    Patient(
        "direct anticoagulant and aspirin",
        KNEE,
        {"anticoagulant": "doac", "antiplatelet": True},
        {MESO: "possible", SERUM: "caution", INFILTRATION: "caution", CRYO: "caution"},
        silent=("does not call for routine interruption", "agent is continued"),
    ),
    Patient("thrombolytic", KNEE, {"anticoagulant": "other"}, dict.fromkeys(ALL, NO)),
    Patient("19 G/L", KNEE, {"platelets": 19}, dict.fromkeys(ALL, NO)),
    Patient("20 G/L", KNEE, {"platelets": 20}, dict.fromkeys(ALL, "caution")),
    Patient("50 G/L", KNEE, {"platelets": 50}, dict.fromkeys(ALL, "possible")),
    Patient("45 G/L, hip", HIP, {"platelets": 45}, {SERUM: NO, INFILTRATION: NO}),
    # Joints.
    Patient("hot knee", KNEE, {"hot-swollen-joint": True}, REDIRECTED),
    Patient(
        "hot replaced knee",
        KNEE,
        {"hot-swollen-joint": True, "prosthesis-at-site": True},
        REDIRECTED,
        silent=("Joint aspiration",),
    ),
    Patient(
        "hot knee, culture negative",
        KNEE,
        {"hot-swollen-joint": True, "joint-fluid-culture-negative": True},
        dict.fromkeys(ALL, "caution"),
    ),
    Patient(
        "hot replaced knee, culture negative",
        KNEE,
        {
            "hot-swollen-joint": True,
            "joint-fluid-culture-negative": True,
            "prosthesis-at-site": True,
        },
        REDIRECTED,
    ),
    Patient(
        "culture of a month ago",
        KNEE,
        {
            "hot-swollen-joint": True,
            "joint-fluid-culture-negative": {"value": True, "at": "2026-10-20"},
        },
        REDIRECTED,
    ),
    Patient(
        "arthritis in flare",
        ARTHRITIS,
        {"inflammatory-rhythm": True, "inflammatory-flare": True, "autoimmune-disease": True},
        {INFILTRATION: "possible"},
    ),
    Patient(
        "arthritis in flare, hot joint",
        ARTHRITIS,
        {"inflammatory-rhythm": True, "inflammatory-flare": True, "hot-swollen-joint": True},
        REDIRECTED,
    ),
    Patient("inflammatory rhythm, no diagnosis", KNEE, {"inflammatory-rhythm": True}, REDIRECTED),
    Patient(
        "inflammatory rhythm of a known arthritis",
        KNEE,
        {"inflammatory-rhythm": True, "inflammatory-arthritis-diagnosed": True},
        {MESO: "possible"},
    ),
    Patient(
        "unstable knee",
        KNEE,
        {"unstable-joint": True},
        {SERUM: NO, INFILTRATION: NO, MESO: "possible"},
    ),
    Patient(
        "replacement planned",
        KNEE,
        {"arthroplasty-planned": True},
        {SERUM: "caution", INFILTRATION: "caution", MESO: "possible"},
    ),
    Patient(
        "osteonecrosis",
        HIP,
        {"osteonecrosis-at-site": True},
        {INFILTRATION: "caution", SERUM: "possible"},
    ),
    # Nerves.
    Patient(
        "carpal tunnel, weak thumb",
        CARPAL_TUNNEL,
        {"motor-deficit": True},
        REDIRECTED,
        silent=("spinal surgeon",),
    ),
    Patient("carpal tunnel", CARPAL_TUNNEL, {}, {MESO: "possible", INFILTRATION: "possible"}),
    Patient(
        "foot drop, knee", KNEE, {"motor-deficit": True}, REDIRECTED, silent=("spinal surgeon",)
    ),
    Patient("CRPS", CRPS, {}, REDIRECTED),
    Patient("CRPS, pain clinic in favour", CRPS, {"pain-clinic-advice": True}, {MESO: "caution"}),
    Patient(
        "CRPS of the knee, pain clinic in favour",
        KNEE,
        {"crps": True, "pain-clinic-advice": True},
        {MESO: "caution", SERUM: NO, CRYO: NO, INFILTRATION: "caution"},
    ),
    # What the site or the limb carries: nine cells, and the cold.
    *(
        Patient(f"fistula, {zone[1]}", zone, {"dialysis-fistula-in-limb": True}, expected)
        for zone, expected in (
            (ELBOW, {MESO: NO, SERUM: NO, INFILTRATION: NO}),
            (WRIST, {MESO: NO, SERUM: NO, INFILTRATION: NO}),
            (SHOULDER, {MESO: "caution", INFILTRATION: "caution"}),
        )
    ),
    Patient(
        "lymphoedema",
        KNEE,
        {"lymphoedema-at-site": True},
        {MESO: "caution", SERUM: "caution", INFILTRATION: "caution", CRYO: "possible"},
    ),
    Patient("device", KNEE, {"implanted-device-at-site": True}, dict.fromkeys(ALL, "caution")),
    Patient("tattoo", KNEE, {"tattoo-at-site": True}, dict.fromkeys(ALL, "possible")),
    Patient("nodule of a month", KNEE, {"persistent-nodule-after-injection": True}, REDIRECTED),
    # The whole patient.
    Patient("hypertensive crisis", KNEE, {"hypertensive-crisis": True}, REDIRECTED),
    Patient(
        "zoster",
        KNEE,
        {"varicella-zoster-or-acute-viral-hepatitis": True},
        {INFILTRATION: NO, MESO: "possible"},
    ),
    Patient("herpes of the eye", KNEE, {"eye-herpes": True}, {INFILTRATION: NO}),
    Patient("cold sore", KNEE, {"labial-herpes": True}, {INFILTRATION: "possible"}),
    Patient("psychosis", KNEE, {"psychosis-uncontrolled": True}, {INFILTRATION: "caution"}),
    Patient(
        "infarction",
        KNEE,
        {"recent-myocardial-infarction": True},
        {INFILTRATION: "caution", MESO: "possible"},
    ),
    Patient(
        "glaucoma and a vaccine",
        KNEE,
        {"glaucoma": True, "live-vaccine-recent": True},
        {INFILTRATION: "possible"},
    ),
    Patient(
        "race in nine days",
        KNEE,
        {"athlete-tested": True, "next-competition": "2026-12-01"},
        {INFILTRATION: "possible", MESO: "possible"},
    ),
    Patient(
        "race in a month",
        KNEE,
        {"athlete-tested": True, "next-competition": "2026-12-22"},
        {INFILTRATION: "possible"},
    ),
    # Infiltrations that labels name.
    Patient("cuff", ("rotator-cuff-tendinopathy", "shoulder"), {}, {INFILTRATION: "possible"}),
    Patient("heel", ("plantar-fasciitis", "ankle-foot"), {}, {INFILTRATION: "possible"}),
    Patient("tennis elbow", ELBOW, {}, {INFILTRATION: "possible"}),
)


@pytest.mark.parametrize("patient", PATIENTS, ids=lambda patient: patient.says)
def test_the_verdict(patient: Patient) -> None:
    found = judged(patient.pain, patient.facts, patient.age)
    statuses = {verdict.therapy.id: verdict.status for verdict in found.verdicts}
    for therapy, expected in patient.statuses.items():
        allowed = (expected,) if isinstance(expected, str) else expected
        assert statuses[therapy] in allowed, (therapy, statuses[therapy])
    said = " ".join(sentences(found, patient.statuses))
    for words in patient.silent:
        assert words not in said


def sentences(found: Assessment, therapies: Collection[str]) -> list[str]:
    shown = [verdict for verdict in found.verdicts if verdict.therapy.id in therapies]
    rules = [judged.rule for verdict in shown for judged in verdict.reasons]
    texts = [getattr(rule, name, None) for rule in rules for name in ("because", "to", "advice")]
    return [text.en for text in texts if text is not None]


def test_a_hot_joint_or_a_dangerous_fall_redirects_before_anything_else_is_asked() -> None:
    """What would lift the flag counts only once it is stated: it is not waited for."""
    for pain, facts, age in (
        (KNEE, {"hot-swollen-joint": True}, 50),
        (WRIST, {"low-energy-injury": True}, 70),
        (KNEE, {"inflammatory-rhythm": True}, 50),
        (CRPS, {}, 50),
    ):
        found = judged(pain, facts, age, nothing_else=False)
        assert {verdict.status for verdict in found.verdicts} == {"redirect"}


def test_no_red_flag_of_a_limb_is_an_emergency_of_the_spine() -> None:
    found = judged(CARPAL_TUNNEL, {"motor-deficit": True})
    held = [flag.rule for flag in found.red_flags if flag.proof.holds]
    assert [(flag.id, flag.urgency) for flag in held] == [
        ("red-flag-carpal-tunnel-weakness", "soon")
    ]


def test_the_cold_is_left_out_for_whoever_it_harms() -> None:
    for fact in ("raynaud", "cold-urticaria", "cold-agglutinin", "peripheral-neuropathy"):
        found = judged(ELBOW, {fact: True})
        holding = {j.rule.id for v in found.verdicts for j in v.criteria if j.proof.holds}
        assert {"mesotherapy-cold-aftercare", "infiltration-cold-aftercare"} <= holding
    by_id = {advice.id: advice for t in EDITION.therapies for advice in t.aftercare}
    assert by_id["mesotherapy-cold"].left_out_with == ("mesotherapy-cold-aftercare",)


# --- Questions -------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [40, 60])
def test_a_plain_knee_is_asked_no_more_than_before(age: int) -> None:
    first = judged(KNEE, {}, age, nothing_else=False)
    assert len(first.questions) <= MOST_QUESTIONS_FOR_A_PLAIN_KNEE
    asked = {*first.questions, *judged(KNEE, {}, age).assumed}
    assert len(asked) <= MOST_QUESTIONS_FOR_A_PLAIN_KNEE


@pytest.mark.parametrize(
    "fact,after",
    [
        ("inr", {"anticoagulant": "vka"}),
        ("platelets", {"haematological-disease": True}),
    ],
)
def test_what_is_rare_is_asked_only_where_it_can_change_the_answer(
    fact: str, after: dict[str, Any]
) -> None:
    assert fact not in judged(KNEE, {}, nothing_else=False).questions
    assert fact in judged(KNEE, after, nothing_else=False).questions


def test_a_member_of_a_set_may_be_stated_alone_and_leaves_the_others_unknown() -> None:
    known, _ = read_facts({"tattoo-at-site": False, "lymphoedema-at-site": True}, DICTIONARY, TODAY)
    assert known["site-particularities"].value == {"tattoo": False, "lymphoedema": True}
    found = judged(KNEE, {"tattoo-at-site": False}, nothing_else=False)
    assert "site-particularities" in found.questions


def test_a_member_stated_twice_and_differently_is_refused() -> None:
    both = {"tattoo-at-site": True, "site-particularities": {"not": ["tattoo"]}}
    with pytest.raises(InputError, match="said twice"):
        read_facts(both, DICTIONARY, TODAY)


@pytest.mark.parametrize("strange", ["yes", 1, ["tattoo"]])
def test_a_member_stated_alone_is_true_or_false(strange: object) -> None:
    with pytest.raises(InputError, match="true or false"):
        read_facts({"tattoo-at-site": strange}, DICTIONARY, TODAY)


def test_members_of_several_days_are_as_old_as_the_oldest() -> None:
    stated = {
        "tattoo-at-site": {"value": True, "at": "2026-10-01"},
        "lymphoedema-at-site": {"value": False, "at": "2026-11-01"},
    }
    known, _ = read_facts(stated, DICTIONARY, TODAY)
    assert known["site-particularities"].at == date(2026, 10, 1)
