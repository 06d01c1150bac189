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
    assert "joint-given-today" not in spoken(
        judge(KENACORT, given=[given], facts={"zone": "knee"}, **JOINT)
    )


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
