"""What was given today counts where it went, in the form it had; what is said of a joint or of a
laboratory binds as strictly as it can.
"""

from __future__ import annotations

import pytest

from tests.spec.syringes import judge, spoken

KENACORT = ("triamcinolone-acetonide", 40, 1)
JOINT = {"therapy": "infiltration", "technique": "intra-articular"}
EPIDURAL = {"therapy": "infiltration", "technique": "epidural"}


@pytest.mark.parametrize("joint", ["same", "unknown", None])
def test_a_dose_that_may_be_in_the_same_joint_is_decided_in_writing(joint: str | None) -> None:
    given = {"product": "triamcinolone-acetonide", "dose": 40}
    given |= {} if joint is None else {"joint": joint}
    assert "joint-given-today" in spoken(
        judge(KENACORT, given=[given], facts={"zone": "knee"}, **JOINT)
    )


def test_two_knees_at_the_ceiling_are_allowed() -> None:
    given = {"product": "triamcinolone-acetonide", "dose": 40, "joint": "other"}
    told = judge(KENACORT, given=[given], facts={"zone": "knee"}, **JOINT)
    assert (told.verdict, told.questions) == ("allowed", ())
    untold = judge(KENACORT, given=[given], facts={"zone": "knee", "medicines": ...}, **JOINT)
    assert (untold.verdict, untold.questions) == ("incomplete", ("medicines",))


def test_an_nsaid_at_half_its_ceiling_waits_for_the_medicines_and_the_days_before() -> None:
    syringe = {"therapy": "mesotherapy", "technique": "nappage"}
    told = judge(("ketoprofen", 50, 2), **syringe)
    assert told.verdict in ("allowed", "override")
    untold = judge(("ketoprofen", 50, 2), facts={"medicines": ...}, given_before=None, **syringe)
    assert untold.verdict == "incomplete"
    assert set(untold.questions) == {"medicines", "given-before"}
    assert judge(("ketoprofen", 50, 32), facts={"medicines": ...}, **syringe).verdict == "blocked"


@pytest.mark.parametrize("injected,by_mouth", [(75, 25), (75, 50), (75, 75), (25, 75)])
def test_a_tablet_takes_nothing_of_what_may_be_injected(injected: int, by_mouth: int) -> None:
    given = [{"product": "diclofenac", "dose": by_mouth, "by": "other"}]
    found = judge(("diclofenac", 25, injected / 25), given=given)
    assert not {"nsaid-sum", "diclofenac-injected-day", "diclofenac-day"} & set(spoken(found))


def test_more_than_all_the_forms_admit_stays_forbidden() -> None:
    given = [{"product": "diclofenac", "dose": 100, "by": "other"}]
    assert judge(("diclofenac", 25, 3), given=given).verdict == "blocked"


@pytest.mark.parametrize("size", ["medium", "large"])
def test_no_joint_of_the_hand_is_large(size: str) -> None:
    found = judge(KENACORT, facts={"zone": "wrist-hand", "joint-size": size}, **JOINT)
    assert found.verdict == "override"


def test_an_antiplatelet_beside_the_cord_is_decided_in_writing() -> None:
    facts = {"zone": "lumbar-spine", "antiplatelet": True, "spine-operated": False}
    found = judge(("prednisolone-acetate", 25, 1), facts=facts, **EPIDURAL)
    assert "neuraxial-antiplatelet" in spoken(found)
    assert found.verdict in ("override", "blocked")


def test_an_inr_is_heard_beside_the_cord_whatever_is_said_of_anticoagulants() -> None:
    facts = {"zone": "lumbar-spine", "anticoagulant": "none", "inr": 2.8, "spine-operated": False}
    found = judge(("prednisolone-acetate", 25, 1), facts=facts, **EPIDURAL)
    assert found.verdict == "blocked"


def test_three_infiltrations_that_were_said_count_for_the_next_syringe() -> None:
    facts = {"zone": "knee", "corticosteroid-infiltrations-12-months": 5}
    assert "corticosteroid-three-in-12-months" in spoken(judge(KENACORT, facts=facts, **JOINT))


def test_their_number_is_not_asked_by_a_syringe() -> None:
    found = judge(KENACORT, facts={"zone": "knee"}, **JOINT)
    assert "corticosteroid-infiltrations-12-months" not in found.questions


def test_no_dose_is_counted_on_a_weight_of_long_ago() -> None:
    """Nor forbidden by it: who weighed 40 kg then may weigh 70 today."""
    for weight, day in ((70, "2026-03-14"), (40, "2024-09-15")):
        found = judge(
            ("lidocaine", 10, 19), facts={"weight": {"value": weight, "at": day}}, **JOINT
        )
        assert (found.verdict, "weight" in found.questions) == ("incomplete", True)
    recent = judge(("lidocaine", 10, 19), facts={"weight": {"value": 70, "at": "2026-03-15"}})
    assert "weight" not in recent.questions
