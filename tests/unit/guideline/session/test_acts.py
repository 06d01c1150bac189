"""Infiltrations, cryoneurolysis, usual mixtures: what is refused, what asks for a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture import MixtureJudge
from dolenti.guideline.mixture.checking import EXAMPLES_DAY
from dolenti.guideline.session import Before, Cycle, Freezing, Given, PlannedInfiltration
from dolenti.guideline.session.favourites import disagreements

EDITION = load_folder()
CONTENT = session.content(EDITION)
DAY = date(2026, 11, 28)


def infiltration(target: str, *given_: tuple[str, float | None], **more: Any) -> dict[str, str]:
    usual: dict[str, Any] = {"volume_ml": Decimal(1), "guidance": "ultrasound"}
    planned = PlannedInfiltration(
        target,
        tuple(Given(p, None if dose is None else Decimal(str(dose))) for p, dose in given_),
        **{**usual, **more},
    )
    return {f.rule: f.severity for f in session.judge_infiltration(EDITION, planned)}


class TestInfiltration:
    @pytest.mark.parametrize(
        "target, product, dose, wanted",
        [
            ("knee", "methylprednisolone", 80, {}),
            ("knee", "methylprednisolone", 80.1, {"dose-large-joint": "block"}),
            ("elbow-joint", "methylprednisolone", 40, {}),
            ("elbow-joint", "methylprednisolone", 41, {"dose-medium-joint": "block"}),
            ("elbow-joint", "triamcinolone-acetonide", 20, {}),
            ("elbow-joint", "triamcinolone-acetonide", 21, {"dose-medium-joint": "override"}),
            ("thumb-base", "triamcinolone-acetonide", 10, {}),
            ("thumb-base", "triamcinolone-acetonide", 11, {"dose-small-joint": "block"}),
            # What is no joint takes the product's dose for such a place, where it has one.
            ("carpal-tunnel", "methylprednisolone", 20, {}),
            ("carpal-tunnel", "methylprednisolone", 21, {"dose-nerve-tunnel": "override"}),
            ("de-quervain", "methylprednisolone", 20, {}),
            ("trigger-finger", "methylprednisolone", 30, {}),
            ("lateral-epicondyle", "methylprednisolone", 40, {"dose-soft-tissue": "override"}),
            ("trochanteric", "methylprednisolone", 30, {}),
            ("trochanteric", "methylprednisolone", 81, {"dose-soft-tissue": "block"}),
            # Else that of a joint of a like size, which is a judgement.
            ("de-quervain", "prednisolone-acetate", 12.5, {}),
            ("de-quervain", "prednisolone-acetate", 13, {"dose-borrowed": "override"}),
            ("trochanteric", "betamethasone-dipropionate", 8, {"dose-borrowed": "override"}),
            ("knee", "cortivazol", 3.75, {"no-cap-for-target": "override"}),
            ("knee", "methylprednisolone", None, {"dose-not-known": "override"}),
            ("trochanteric", "triamcinolone-hexacetonide", 5,
             {"wrong-product-for-target": "override"}),
        ],
    )  # fmt: skip
    def test_dose_by_the_size_of_the_joint(
        self, target: str, product: str, dose: float | None, wanted: dict[str, str]
    ) -> None:
        assert infiltration(target, (product, dose)) == wanted

    def test_a_judgement_about_one_product_never_wears_the_label_of_another(self) -> None:
        def basis(target: str, product: str, dose: int) -> tuple[str, bool]:
            plan = PlannedInfiltration(
                target, (Given(product, Decimal(dose)),), volume_ml=Decimal(1), guidance="ct"
            )
            (one,) = session.judge_infiltration(EDITION, plan)
            return one.basis, one.verified

        assert basis("thumb-base", "methylprednisolone", 11)[0] == "label"
        assert basis("thumb-base", "prednisolone-acetate", 13) == ("expert", False)
        assert basis("de-quervain", "prednisolone-acetate", 13) == ("expert", False)
        assert basis("carpal-tunnel", "methylprednisolone", 21) == ("expert", False)

    @pytest.mark.parametrize("refused", [one.id for one in CONTENT.refused if not one.for_serum])
    def test_what_is_refused_is_refused_whatever_else_is_said(self, refused: str) -> None:
        assert infiltration(refused, ("prednisolone-acetate", 1), centre=True) == {refused: "block"}

    def test_the_hip_is_never_done_by_landmarks(self) -> None:
        for guidance in ("landmark", None):
            assert infiltration("hip", guidance=guidance)["guidance-needed"] == "block"
        assert "guidance-needed" not in infiltration("hip", guidance="fluoroscopy")
        assert infiltration("glenohumeral", guidance="landmark") == {"guidance-preferred": "info"}
        assert infiltration("knee", guidance="landmark") == {}

    def test_the_epidural_space_takes_one_product_in_one_kind_of_place(self) -> None:
        where = {"guidance": "fluoroscopy", "centre": True}
        assert infiltration("lumbar-epidural", ("prednisolone-acetate", 50), **where) == {}
        for target in ("lumbar-epidural", "lumbar-facet", "sacroiliac"):
            found = infiltration(target, ("prednisolone-acetate", 51), **where)
            assert found == {"dose-spine": "block"}
        assert infiltration("lumbar-epidural", volume_ml=Decimal("2.1"), **where) == {
            "volume-over-most": "block"
        }
        found = infiltration("lumbar-epidural", ("triamcinolone-acetonide", 40), **where)
        assert found["only-prednisolone-acetate"] == "block"
        here = infiltration("lumbar-epidural", guidance="fluoroscopy")
        assert here["specialised-centre"] == "block"

    def test_hyaluronate_and_serum_are_alone_in_their_syringe(self) -> None:
        assert infiltration("knee", ("sodium-hyaluronate", None)) == {}
        two = infiltration("knee", ("sodium-hyaluronate", None), ("lidocaine", 20))
        assert two == {"alone-in-its-syringe": "block"}
        assert infiltration("knee", serum=True) == {}
        assert infiltration("knee", ("lidocaine", 20), serum=True) == {
            "alone-in-its-syringe": "block"
        }
        assert infiltration("sacroiliac", serum=True)["acs-near-spine"] == "block"
        assert infiltration("hip", serum=True) == {"wrong-product-for-target": "override"}

    def test_no_anaesthetic_into_the_carpal_tunnel(self) -> None:
        assert infiltration("carpal-tunnel", ("lidocaine", 10)) == {
            "no-anaesthetic-here": "override"
        }

    def test_volumes(self) -> None:
        assert infiltration("thumb-base", volume_ml=Decimal("1.01")) == {
            "volume-over-most": "block"
        }
        assert infiltration("knee", volume_ml=Decimal("5.1")) == {"volume-over-usual": "info"}
        with pytest.raises(InputError, match="above 0 mL"):
            infiltration("knee", volume_ml=Decimal(0))

    def test_one_large_joint_a_visit_and_the_heel_not_without_end(self) -> None:
        assert infiltration("knee", large_joints_today=1) == {"one-large-joint": "override"}
        assert infiltration("thumb-base", large_joints_today=1) == {}
        assert infiltration("plantar-fascia", before=1) == {"repeat-of-target": "warn"}

    @given(
        st.sampled_from([t.id for t in CONTENT.targets]),
        st.sampled_from([p.id for p in EDITION.products if "corticosteroid" in p.classes]),
        st.decimals("0.1", "200", places=1),
        st.decimals("0.1", "50", places=1),
    )
    def test_more_is_never_milder(
        self, target: str, product: str, dose: Decimal, more: Decimal
    ) -> None:
        order = ["block", "override", "warn", "info"]

        def worst(mg: Decimal) -> int:
            found = infiltration(target, (product, float(mg)))
            return min((order.index(severity) for severity in found.values()), default=4)

        assert worst(dose + more) <= worst(dose)


FINE: dict[str, Any] = {
    "nerve": "infrapatellar-branch", "guidance": "ultrasound", "nadir_c": Decimal(-70),
    "cycles": (Cycle(Decimal(120), Decimal(25)),), "probe": "14-g",
    "probe_to_skin_mm": Decimal(12), "on": DAY, "twitch": False, "tested_before": True,
    "lesion_mm": Decimal(5), "minutes": Decimal(30), "block_fall_percent": Decimal(60),
}  # fmt: skip


def freezing(**changed: Any) -> dict[str, str]:
    found = session.judge_freezing(EDITION, Freezing(**{**FINE, **changed}))
    return {finding.rule: finding.severity for finding in found}


class TestCryoneurolysis:
    def test_what_is_fine(self) -> None:
        assert freezing() == {}

    @pytest.mark.parametrize(
        "nadir, fine",
        [("-100", False), ("-99.9", True), ("-20", True), ("-19.9", False), ("-196", False)],
    )
    def test_the_cold_lies_between_minus_100_excluded_and_minus_20(
        self, nadir: str, fine: bool
    ) -> None:
        assert freezing(nadir_c=Decimal(nadir)) == ({} if fine else {"nadir": "block"})

    @pytest.mark.parametrize(
        "seconds, severity",
        [(89, "override"), (90, None), (180, None), (181, "override"), (300, "override"),
         (301, "block")],
    )  # fmt: skip
    def test_how_long_it_freezes(self, seconds: int, severity: str | None) -> None:
        found = freezing(cycles=(Cycle(Decimal(seconds), Decimal(25)),))
        assert found.get("freezing") == severity

    def test_cycles_thaw_and_length(self) -> None:
        cycle = FINE["cycles"][0]
        assert freezing(cycles=(cycle,) * 3) == {}
        assert freezing(cycles=(cycle,) * 4) == {"cycles": "override"}
        assert freezing(cycles=()) == {"no-cycle": "block"}
        assert freezing(cycles=(Cycle(Decimal(120), Decimal(19)),)) == {"thawing": "override"}
        assert freezing(lesion_mm=Decimal("3.9")) == {"lesion": "override"}
        assert freezing(minutes=Decimal(61)) == {"whole-act": "warn"}

    @pytest.mark.parametrize(
        "mm, probe, wanted",
        [
            ("12", "14-g", {}), ("7.75", "14-g", {}), ("7.7", "14-g", {"margin-small": "override"}),
            ("7", "14-g", {"margin-small": "override"}), ("2.75", "14-g", {"margin-none": "block"}),
            ("2.5", "14-g", {"margin-none": "block"}),
            ("12", "some-probe", {"probe-not-known": "override"}),
            (None, "14-g", {"distance-not-known": "block"}),
        ],
    )  # fmt: skip
    def test_the_ice_stays_away_from_the_skin(
        self, mm: str | None, probe: str, wanted: dict[str, str]
    ) -> None:
        distance = None if mm is None else Decimal(mm)
        assert freezing(probe_to_skin_mm=distance, probe=probe) == wanted

    @pytest.mark.parametrize("example", CONTENT.cryoneurolysis.skin.examples)
    def test_the_examples_of_the_margin(self, example: Any) -> None:
        found = session.margin(CONTENT, example.probe, Decimal(repr(example.probe_mm)))
        assert (found.mm, found.outcome) == (Decimal(repr(example.margin_mm)), example.outcome)

    def test_only_purely_sensory_nerves(self) -> None:
        assert freezing(nerve="sciatic", twitch=None) == {
            "nerve-not-listed": "block", "motor-test-missing": "block",
        }  # fmt: skip
        assert freezing(nerve="sciatic", confirmed_sensory=True) == {
            "nerve-not-listed-but-sensory": "override"
        }
        for never in CONTENT.never_frozen:
            assert freezing(nerve=never.id, confirmed_sensory=True)[never.id] == never.severity
        assert freezing(twitch=True) == {"motor-twitch": "block"}

    def test_a_poorly_known_branch_of_a_mixed_nerve_needs_its_test_and_a_reason(self) -> None:
        assert freezing(nerve="retinacular") == {"nerve-poorly-known": "override"}
        assert freezing(nerve="retinacular", twitch=None)["motor-test-missing"] == "block"

    def test_a_genicular_nerve_needs_its_motor_test_each_time(self) -> None:
        assert freezing(nerve="genicular-superomedial") == {}
        assert freezing(nerve="genicular-superomedial", twitch=None) == {
            "motor-test-missing": "block"
        }
        assert freezing(twitch=None) == {}
        assert freezing(nerve="genicular-superomedial", guidance="treatment-line") == {
            "guidance-of-nerve": "override"
        }

    def test_what_was_not_written_before_cannot_be_judged_after(self) -> None:
        assert freezing(tested_before=False) == {"not-tested-before": "block"}
        for fall in (None, Decimal("49.9")):
            assert freezing(block_fall_percent=fall) == {"block-not-positive": "override"}

    def test_a_fall_in_percent(self) -> None:
        assert session.fall_percent(Decimal(8), Decimal(4)) == 50
        assert session.fall_percent(Decimal(4), Decimal(6)) == -50
        assert session.fall_percent(Decimal(0), Decimal(0)) is None

    def test_when_it_may_be_done_again(self) -> None:
        def again(*days: date, **last: Any) -> set[str]:
            calm = {"pain_back_percent": Decimal(80), "recovered": True, "worst_grade": 1}
            return set(freezing(before=tuple(Before(day, **{**calm, **last}) for day in days)))

        assert again(date(2026, 8, 28)) == set()
        assert again(date(2026, 8, 29)) == {"too-soon"}
        year = (date(2026, 2, 1), date(2026, 5, 1), date(2026, 8, 1))
        assert again(*year) == {"too-many"}
        assert again(date(2025, 11, 28), *year[1:]) == set()
        assert again(date(2026, 8, 1), pain_back_percent=Decimal(69)) == {"pain-not-back"}
        assert again(date(2026, 8, 1), pain_back_percent=None) == {"pain-not-back"}
        assert again(date(2026, 8, 1), worst_grade=2) == {"not-recovered"}
        assert again(date(2026, 8, 1), recovered=None) == {"not-recovered"}


class TestUsualMixtures:
    @pytest.mark.parametrize("mixture", CONTENT.usual_mixtures, ids=lambda one: one.id)
    def test_each_is_judged_as_it_says(self, mixture: Any) -> None:
        judge = MixtureJudge(EDITION)
        assert list(disagreements(EDITION, judge, mixture, EXAMPLES_DAY)) == []

    def test_all_are_off_until_a_clinic_switches_one_on(self) -> None:
        for zone in EDITION.zones:
            assert session.offered(CONTENT, (), zone.id) == ()

    def test_what_is_withheld_can_be_switched_on_by_nobody(self) -> None:
        everything = [one.id for one in CONTENT.usual_mixtures]
        offered = {
            one.id
            for zone in EDITION.zones
            for one in session.offered(CONTENT, everything, zone.id)
        }
        assert offered == {
            one.id for one in CONTENT.usual_mixtures if one.tier in ("offer", "decision")
        }

    def test_a_mixture_is_offered_in_its_zones(self) -> None:
        (one,) = session.offered(CONTENT, ["lidocaine-points"], "knee")
        assert session.as_file(one) == {
            "therapy": "mesotherapy",
            "technique": "point-by-point",
            "preparation": {
                "vehicle": {"fluid": "none"},
                "components": [{"product": "lidocaine", "strength": 10, "volume": 3}],
            },
        }
        assert session.offered(CONTENT, ["lidocaine-points"], "wrist-hand") == ()
