"""Emergency: doses that are never above their ceiling, cards that are off until signed, the kit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import Someone, Stock

EDITION = load_folder()
CONTENT = session.content(EDITION)
DOSES = {dose.id: dose for dose in CONTENT.doses}
TODAY = date(2026, 11, 28)


def dose(name: str, **someone: Any) -> dict[str, str]:
    return {f.amount.id: str(f.value) for f in session.figures(DOSES[name], Someone(**someone))}


EXAMPLES = [(dose.id, example) for dose in CONTENT.doses for example in dose.examples]


@pytest.mark.parametrize("name, example", EXAMPLES, ids=lambda one: str(one)[:60])
def test_every_example_of_the_content(name: str, example: Any) -> None:
    found = session.figures(DOSES[name], Someone(kg=example.kg, months=example.months))
    got = {figure.amount.id: float(figure.value) for figure in found}
    assert {key: got.get(key) for key in example.gives} == example.gives


class TestAdrenaline:
    @pytest.mark.parametrize(
        "kg, ml", [(8, "0.08"), (22, "0.22"), (49.9, "0.49"), (50, "0.50"), (120, "0.5")]
    )
    def test_by_weight_rounded_down_and_never_over_half_a_milligram(
        self, kg: float, ml: str
    ) -> None:
        assert Decimal(dose("adrenaline-im", kg=kg)["volume"]) == Decimal(ml)

    def test_by_age_only_where_no_weight_is_known(self) -> None:
        assert dose("adrenaline-im", months=96) == {"volume": "0.3"}
        assert dose("adrenaline-im", months=96, kg=25) == {"volume": "0.25"}  # the stricter
        assert dose("adrenaline-im") == {}

    def test_a_baby_has_a_range(self) -> None:
        (figure,) = session.figures(DOSES["adrenaline-im"], Someone(months=3))
        assert (figure.value, figure.to, figure.by) == (Decimal("0.1"), Decimal("0.15"), "age")
        assert figure.mg == figure.value


def test_the_lipid_never_passes_its_ceilings() -> None:
    assert dose("lipid-emulsion", kg=66.7) == {
        "bolus": "100", "infusion": "16.5", "infusion-doubled": "33", "total": "800",
    }  # fmt: skip
    # From 70 kg no faster than 250 mL in 15 minutes, which is what an open line gives.
    assert dose("lipid-emulsion", kg=110)["infusion"] == "16.5"
    assert dose("lipid-emulsion", kg=69.9)["infusion"] == "16.5"
    assert dose("lipid-emulsion", kg=110)["infusion-open"] == "250"
    assert "infusion-open" not in dose("lipid-emulsion", kg=69.9)
    # In obesity the ideal weight counts; an adult of unknown weight gets the bolus, and no more
    # is said of him.
    obese = {"kg": 110, "height_cm": 152.4, "male": False, "months": 480}
    assert dose("lipid-emulsion", **obese)["total"] == "546"
    assert dose("lipid-emulsion", months=480) == {"bolus": "100"}


@pytest.mark.parametrize("name", sorted(DOSES))
def test_what_an_adult_of_unknown_weight_has_no_figure_for_is_asked_of_the_15(name: str) -> None:
    """A card with the first figure and no other leaves whoever reads it alone at the second."""
    given = dose(name, months=480)
    missing = [
        amount.id
        for amount in DOSES[name].amounts
        if amount.id not in given
        and any(band.under_months is None or band.under_months > 480 for band in amount.bands)
    ]
    said = [one.says.fr.replace("\u00a0", " ") for one in DOSES[name].says]
    asked = [one for one in said if "oids inconnu" in one and "au 15" in one]
    assert bool(asked) is bool(missing)


def test_without_weight_and_age_nothing_is_guessed() -> None:
    fixed = {name: dose(name) for name in DOSES if dose(name)}
    assert fixed == {}


def test_a_child_in_arrest_gets_no_dose_of_an_adult() -> None:
    assert dose("adrenaline-iv-last", kg=25, months=96) == {"child": "0.025"}
    assert dose("adrenaline-iv-last", months=96) == {}
    assert dose("adrenaline-iv-last", months=480) == {"adult": "0.05"}


@pytest.mark.parametrize("kg", [0, 0.4, 401, float("nan"), -70])
def test_a_weight_that_nobody_has_is_refused(kg: float) -> None:
    with pytest.raises(InputError, match="is no weight of a patient"):
        Someone(kg=kg)


@given(
    name=st.sampled_from(sorted(DOSES)),
    kg=st.none() | st.decimals("0.5", "400", places=2).map(float),
    months=st.none() | st.integers(0, 1440),
)
def test_no_figure_is_ever_above_its_ceiling_or_its_dose_per_kilo(
    name: str, kg: float | None, months: int | None
) -> None:
    for figure in session.figures(DOSES[name], Someone(kg=kg, months=months)):
        step = Decimal(repr(figure.amount.step))
        assert figure.value >= 0
        if figure.amount.most is not None:
            assert figure.value <= Decimal(repr(figure.amount.most))
        rates = [band.per_kg for band in figure.amount.bands if band.per_kg is not None]
        if figure.by == "weight" and len(rates) == len(figure.amount.bands):
            assert kg is not None
            assert figure.value <= Decimal(repr(max(rates))) * Decimal(repr(kg))
        assert figure.value % step == 0 or figure.value == Decimal(repr(figure.amount.most))


@given(st.sampled_from(sorted(DOSES)), st.decimals("0.5", "399", places=1), st.integers(0, 1440))
def test_a_heavier_patient_never_gets_less(name: str, kg: Decimal, months: int) -> None:
    def values(weight: Decimal) -> dict[str, Decimal]:
        someone = Someone(kg=float(weight), months=months)
        return {f.amount.id: f.value for f in session.figures(DOSES[name], someone)}

    lighter, heavier = values(kg), values(kg + 1)
    assert all(heavier[key] >= lighter[key] for key in lighter.keys() & heavier.keys())


class TestCards:
    def test_all_are_off_until_the_doctor_of_the_site_has_signed_them(self) -> None:
        cards = session.cards(CONTENT, [])
        assert [card.standing for card in cards] == ["unsigned"] * 7
        assert not any(card.may_show for card in cards)

    def test_a_signature_is_of_these_very_words(self) -> None:
        card = CONTENT.cards[0]
        signed = [(card.id, session.card_hash(CONTENT, card))]
        standing = {one.card.id: one.standing for one in session.cards(CONTENT, signed)}
        assert standing[card.id] == "signed"
        assert set(standing.values()) == {"signed", "unsigned"}

    @pytest.mark.parametrize("part", ["dose", "call", "card"])
    def test_whatever_changes_in_it_turns_it_off(self, part: str) -> None:
        card = next(card for card in CONTENT.cards if card.id == "anaphylaxis")
        signed = [(card.id, session.card_hash(CONTENT, card))]
        replace = msgspec.structs.replace
        if part == "dose":
            other = tuple(
                replace(d, repeat_after_min=10) if d.id == "adrenaline-im" else d
                for d in CONTENT.doses
            )
            changed = replace(CONTENT, doses=other)
        elif part == "call":
            say = replace(CONTENT.call.say, says=CONTENT.call.number.says)
            changed = replace(CONTENT, call=replace(CONTENT.call, say=say))
        else:
            cards = tuple(replace(c, colour="amber") if c is card else c for c in CONTENT.cards)
            changed = replace(CONTENT, cards=cards)
        now = {one.card.id: one for one in session.cards(changed, signed)}
        assert now["anaphylaxis"].standing == "changed"
        assert not now["anaphylaxis"].may_show

    def test_a_card_carries_its_doses_and_says_where_published_rules_differ(self) -> None:
        doses = session.doses_of(CONTENT, CONTENT.cards[0])
        assert [one.id for one in doses] == [
            "adrenaline-im", "saline-bolus", "salbutamol", "glucagon",
        ]  # fmt: skip
        assert doses[0].conflict is not None
        assert "0.25" in doses[0].conflict.en


FULL = {item.id: Stock(item.quantity, date(2028, 1, 31), "2026.1") for item in CONTENT.kit.items}


def look(checked: date | None = TODAY, **changed: Stock | None) -> session.KitState:
    stock = {**FULL, **{name.replace("_", "-"): one for name, one in changed.items()}}
    return session.look_at_kit(
        CONTENT.kit, {n: s for n, s in stock.items() if s is not None}, checked, TODAY, "2026.1"
    )


class TestTheKit:
    def test_a_full_kit_is_fine(self) -> None:
        assert look() == session.KitState((), "fine")

    def test_nobody_counted_is_missing(self) -> None:
        state = session.look_at_kit(CONTENT.kit, {}, TODAY, TODAY)
        assert state.level == "all"
        assert {f.trouble for f in state.findings} == {"missing"}

    @pytest.mark.parametrize(
        "days, trouble, level",
        [
            (61, None, "fine"), (60, "soon", "fine"), (0, "soon", "fine"),
            (-1, "out-of-date", "all"), (None, "date-unknown", "all"),
        ],
    )  # fmt: skip
    def test_adrenaline_is_good_up_to_its_last_day(
        self, days: int | None, trouble: str | None, level: str
    ) -> None:
        expires = None if days is None else TODAY + timedelta(days=days)
        state = look(adrenaline=Stock(5, expires))
        assert [f.trouble for f in state.findings] == ([trouble] if trouble else [])
        assert state.level == level

    @pytest.mark.parametrize(
        "days, level", [(0, "fine"), (30, "fine"), (31, "warn"), (44, "warn"), (45, "all")]
    )
    def test_the_check_grows_old(self, days: int, level: str) -> None:
        assert look(TODAY - timedelta(days=days)).level == level

    def test_a_kit_never_checked_or_checked_tomorrow_opens_no_session(self) -> None:
        assert look(None).level == "all"
        assert look(TODAY + timedelta(days=1)).level == "all"

    def test_one_bag_of_lipid_does_not_last_and_holds_back_the_anaesthetics(self) -> None:
        state = look(lipid=Stock(1, date(2028, 1, 31)))
        assert state.level == "anaesthetic"
        assert [item.id for item in state.to_order] == ["lipid"]
        assert look(lipid=Stock(0)).level == "anaesthetic"

    def test_what_is_optional_blocks_nothing(self) -> None:
        assert look(glucagon=None, pens=None).level == "fine"

    def test_cards_of_an_older_edition_are_out_of_date(self) -> None:
        assert look(cards=Stock(1, None, "2025.1")).level == "warn"
