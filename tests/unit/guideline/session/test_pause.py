"""The safety pause: unknown never passes, a fact wins over a press, red says why and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline import session
from dolenti.guideline.conditions import Holds, Leaf, evaluate, facts_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, read_facts
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import Answer, LineState, Pause, Pauses, PlannedAct

EDITION = load_folder()
CONTENT = session.content(EDITION)
DICTIONARY = Dictionary(EDITION)
PAUSES = Pauses(EDITION)
DAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)
STAMPS = {"side": "right", "preparation": "p1", "room": "1", "nerve": "n", "unit": "u"}

WELL: dict[str, Any] = {
    "fever": False, "infection-systemic": False, "infection-local": False,
    "open-wound-at-site": False, "anticoagulant": "none", "antiplatelet": False,
    "coagulation-disorder": "none", "allergy": [], "anaphylaxis-history": False,
    "nsaid-current": False, "weight": 70, "injected-before": "none", "hot-swollen-joint": False,
    "prosthesis-at-site": False, "severe-anaemia": False, "cancer-active": False,
    "haematological-disease": False, "systemic-corticosteroid": False, "immunosuppression": "none",
    "cryoglobulinaemia": False, "cold-urticaria": False, "cold-illness": [], "raynaud": False,
    "sickle-cell": False, "arthroplasty-planned": False, "diabetes": "none",
    "athlete-tested": False,
}  # fmt: skip


def act(therapy: str = "mesotherapy", **more: Any) -> PlannedAct:
    usual = {"later_session": False, "given_today_known": True, "kit": "fine", "stamps": STAMPS}
    return PlannedAct(therapy, **{**usual, **more})


def case(zone: str = "knee", sex: str = "male", age: int = 45, **facts: Any) -> Case:
    named = {name.replace("_", "-"): value for name, value in facts.items()}
    known, ignored = read_facts({**WELL, **named}, DICTIONARY, DAY)
    complaint = Complaint("one", zone=zone)
    return Case(DAY, complaint, known, date(DAY.year - age, 1, 1), sex, tuple(ignored))


def safe(by: str = "practitioner", **more: Any) -> Answer:
    return Answer(True, by, NOW, second=True, stamps=STAMPS, **more)  # type: ignore[arg-type]


def all_safe(planned: PlannedAct, **changed: Answer) -> dict[str, Answer]:
    one = PAUSES.checklist(planned)
    answers = {name: safe() for name in (*one.lines, *one.then, "asepsis-joint")}
    return {**answers, **{name.replace("_", "-"): answer for name, answer in changed.items()}}


def judge(planned: PlannedAct, patient: Case, answers: dict[str, Answer]) -> Pause:
    return PAUSES.judge(planned, patient, answers, NOW)


def line(pause: Pause, name: str) -> LineState:
    return next(state for state in pause.lines if state.line.id == name)


@pytest.mark.parametrize("one", CONTENT.checklists, ids=lambda one: one.id)
def test_where_all_is_well_and_all_is_said_it_is_go(one: Any) -> None:
    classes = frozenset({one.product_class}) if one.product_class else None
    planned = act(one.therapy, step=one.step, classes=classes)
    pause = judge(planned, case(), all_safe(planned))
    assert pause.checklist.id == one.id
    assert [s.line.id for s in pause.lines if s.status not in ("safe", "decided")] == []
    assert pause.verdict == "go"


@pytest.mark.parametrize("one", CONTENT.checklists, ids=lambda one: one.id)
def test_one_empty_line_is_enough_to_wait(one: Any) -> None:
    classes = frozenset({one.product_class}) if one.product_class else None
    planned = act(one.therapy, step=one.step, classes=classes)
    whole = judge(planned, case(), all_safe(planned))
    for state in whole.lines:
        answers = all_safe(planned)
        answers.pop(state.line.id, None)
        assert judge(planned, case(), answers).verdict == "to-answer"


def test_nothing_is_ticked_beforehand() -> None:
    pause = judge(act(), case(), {})
    assert {state.status for state in pause.lines} == {"open"}
    assert len(pause.lines) <= CONTENT.pause.first_page


def test_an_unknown_fact_is_asked_and_never_passes() -> None:
    patient = case()
    unknown = replace(patient, facts={n: v for n, v in patient.facts.items() if n != "fever"})
    pause = judge(act(), unknown, all_safe(act()))
    assert pause.verdict == "to-answer"
    assert line(pause, "infection").wants == ("facts",)
    assert pause.to_ask == ("fever",)


def test_a_set_of_which_only_a_part_was_said_is_unknown() -> None:
    pause = judge(act(), case(allergy={"not": ["lidocaine"]}), all_safe(act()))
    assert line(pause, "allergy").facts == ("allergy",)


def test_a_fact_that_says_no_is_red_whatever_was_pressed() -> None:
    pause = judge(act(), case(fever=True), all_safe(act()))
    state = line(pause, "infection")
    assert (pause.verdict, state.status, state.kind) == ("stopped", "red", "stop")
    assert state.facts == ("fever",)
    assert state.turn_to is not None
    assert state.turn_to.label.en == "the practitioner of the session"
    assert state.says is not None
    assert state.says.en.startswith("Postpone until healed")


def test_i_do_not_know_is_red() -> None:
    for value in (None, False):
        answers = all_safe(act(), products=replace(safe(), safe=value))
        pause = judge(act(), case(), answers)
        assert (pause.verdict, line(pause, "products").kind) == ("stopped", "fix")


@pytest.mark.parametrize(
    "facts, therapy, zone, kind",
    [
        ({"anticoagulant": "vka", "inr": 2.4}, "mesotherapy", "knee", None),
        ({"anticoagulant": "vka", "inr": 3.0}, "mesotherapy", "knee", None),
        ({"anticoagulant": "vka", "inr": 3.1}, "mesotherapy", "knee", "doctor"),
        ({"anticoagulant": "vka", "inr": 5.0}, "mesotherapy", "knee", "doctor"),
        ({"anticoagulant": "vka", "inr": 5.1}, "mesotherapy", "knee", "stop"),
        ({"anticoagulant": "vka"}, "mesotherapy", "knee", "stop"),
        # An INR of three days ago is unknown today.
        ({"anticoagulant": "vka", "inr": {"value": 2, "at": "2026-11-25"}}, "mesotherapy", "knee",
         "stop"),
        ({"anticoagulant": "doac"}, "mesotherapy", "knee", None),
        ({"coagulation-disorder": "uncontrolled"}, "mesotherapy", "knee", "stop"),
        ({"coagulation-disorder": "controlled"}, "mesotherapy", "knee", None),
        # Deep acts at hip and spine have the lower limit, a needle in the skin has not.
        ({"anticoagulant": "vka", "inr": 1.6}, "infiltration", "hip", "doctor"),
        ({"anticoagulant": "vka", "inr": 1.5}, "infiltration", "hip", None),
        ({"anticoagulant": "vka", "inr": 2.4}, "infiltration", "knee", None),
        ({"anticoagulant": "doac"}, "infiltration", "knee", None),
        ({"anticoagulant": "doac"}, "infiltration", "hip", "doctor"),
        ({"anticoagulant": "heparin"}, "infiltration", "lumbar-spine", "doctor"),
        ({"anticoagulant": "other"}, "mesotherapy", "knee", "stop"),
        ({"anticoagulant": "doac"}, "cryoneurolysis", "knee", "doctor"),
        ({"anticoagulant": "vka", "inr": 2.4}, "mesotherapy", "lumbar-spine", None),
        ({"anticoagulant": "vka", "inr": 2.4}, "diagnostic-block", "lumbar-spine", "doctor"),
    ],
)  # fmt: skip
def test_blood_thinners_by_degrees(
    facts: dict[str, Any], therapy: str, zone: str, kind: str | None
) -> None:
    planned = act(therapy)
    pause = judge(planned, case(zone, **facts), all_safe(planned))
    state = line(pause, "blood-thinner")
    assert state.kind == kind
    assert state.status == ("safe" if kind is None else "red")


THINNED = {"anticoagulant", "antiplatelet", "inr", "zone"}


def test_what_a_criterion_forbids_or_leaves_to_the_doctor_the_pause_never_passes() -> None:
    """Whatever an anticoagulant, an INR, an antiplatelet and a zone decide by themselves."""
    met: set[str] = set()
    for therapy in EDITION.therapies:
        grave = [c for c in therapy.criteria if c.kind.endswith("-contraindication")]
        mine = [c for c in grave if c.when and "anticoagulant" in (of := set(facts_of(c.when)))
                and of <= THINNED]  # fmt: skip
        step = "inject" if therapy.id == "autologous-conditioned-serum" else None
        planned = act(therapy.id, step=step)
        for thinner, inr, too, zone in product(
            ("vka", "doac", "heparin", "other"), (1.2, 2.5, 4, 7), (True, False), ("knee", "hip")
        ):
            patient = case(zone, anticoagulant=thinner, inr=inr, antiplatelet=too)
            values = {"anticoagulant": thinner, "inr": inr, "antiplatelet": too, "zone": zone}
            holding = [c.id for c in mine if evaluate(c.when, partial(truth, values=values))]
            met.update(holding)
            state = line(judge(planned, patient, all_safe(planned)), "blood-thinner")
            assert not holding or state.status == "red", (therapy.id, values, holding)
    assert {"infiltration-doac-or-heparin-deep", "cryoneurolysis-anticoagulant"} <= met


def truth(leaf: Leaf, values: dict[str, Any]) -> bool:
    value = values[leaf.fact]
    if isinstance(leaf, Holds):
        return bool(value)
    how = {
        "is": lambda: value == leaf.operand,
        "in": lambda: value in leaf.operand,  # type: ignore[operator]
        "over": lambda: value > leaf.operand,
    }
    return bool(how[leaf.operator]())


def test_an_unknown_inr_is_first_asked() -> None:
    answers = all_safe(act())
    del answers["blood-thinner"]
    state = line(judge(act(), case(anticoagulant="vka"), answers), "blood-thinner")
    assert (state.status, state.facts) == ("open", ("inr",))


def test_what_is_for_the_doctor_passes_by_a_written_reason_of_the_practitioner_alone() -> None:
    patient = case(anticoagulant="vka", inr=3.4)

    def status(answer: Answer) -> str:
        pause = judge(act(), patient, all_safe(act(), blood_thinner=answer))
        return line(pause, "blood-thinner").status

    assert status(safe(reason="Needle of 4 mm, compression, patient told")) == "decided"
    for nothing in ("   ", ".", "..........", "ok"):
        assert status(safe(reason=nothing)) == "red", "somebody else has to understand it"
    assert status(safe(by="nurse", confirmed=True, reason="Doctor said so")) == "red"
    # Nobody goes past what stops.
    stopped = judge(act(), case(fever=True), all_safe(act(), infection=safe(reason="A cold")))
    assert line(stopped, "infection").status == "red"


def test_cold_illness_forbids_or_asks_for_a_reason() -> None:
    planned = act("cryoneurolysis")

    def kind(**facts: Any) -> str | None:
        pause = judge(planned, case(**facts), all_safe(planned))
        return line(pause, "cold-disease").kind

    assert kind() is None
    assert kind(cryoglobulinaemia=True) == "stop"
    assert kind(cold_illness=["cold-agglutinin"]) == "stop"
    assert kind(cold_illness=["buerger-disease"]) == "doctor"
    assert kind(raynaud=True) == "doctor"
    assert kind(raynaud=True, cold_urticaria=True) == "stop"


def test_pregnancy_is_asked_of_whom_it_may_concern() -> None:
    asked = {
        (sex, age): any(
            state.line.id == "pregnancy" for state in judge(act(), case(sex=sex, age=age), {}).lines
        )
        for sex in ("female", "male")
        for age in (11, 12, 55, 56)
    }
    assert {who for who, is_asked in asked.items() if is_asked} == {("female", 12), ("female", 55)}
    stated = case(sex="female", age=60, pregnancy=True, breastfeeding=False)
    assert line(judge(act(), stated, all_safe(act())), "pregnancy").kind == "doctor"
    nobody_knows = replace(case(), sex=None, birth_date=None)
    assert any(s.line.id == "pregnancy" for s in judge(act(), nobody_knows, {}).lines)


def test_the_last_session_is_asked_of_a_later_one_and_where_nobody_knows() -> None:
    for later, wanted in ((True, True), (None, True), (False, False)):
        pause = judge(act(later_session=later), case(), {})
        assert any(s.line.id == "last-session" for s in pause.lines) is wanted


@pytest.mark.parametrize(
    "kit, status, kind",
    [
        ("fine", "safe", None), ("warn", "safe", None), ("anaesthetic", "red", "doctor"),
        ("all", "red", "stop"), (None, "open", None),
    ],
)  # fmt: skip
def test_the_kit_of_the_room(kit: Any, status: str, kind: str | None) -> None:
    planned = act(kit=kit)
    state = line(judge(planned, case(), all_safe(planned)), "kit")
    assert (state.status, state.kind) == (status, kind)


@pytest.mark.parametrize(
    "classes, status",
    [
        (None, "red"), (frozenset({"corticosteroid", "local-anaesthetic"}), "red"),
        (frozenset({"corticosteroid"}), "safe"),
    ],
)  # fmt: skip
def test_a_kit_without_its_lipid_holds_back_the_anaesthetics_alone(
    classes: frozenset[str] | None, status: str
) -> None:
    planned = act(kit="anaesthetic", classes=classes)
    assert line(judge(planned, case(), all_safe(planned)), "kit").status == status


def test_what_was_given_today_must_be_known() -> None:
    planned = act(given_today_known=False)
    assert line(judge(planned, case(), all_safe(planned)), "given-today").wants == ("given-today",)


class TestWhoAnswers:
    def test_the_practitioner_does_identity_and_side_again(self) -> None:
        nurse = safe("nurse", confirmed=True)
        pause = judge(act(), case(), all_safe(act(), identity=nurse, kit=nurse, side=nurse))
        assert line(pause, "identity").wants == ("practitioner",)
        assert line(pause, "side").wants == ("practitioner",)
        assert line(pause, "kit").status == "safe"

    def test_what_the_nurse_answered_is_seen_by_the_practitioner(self) -> None:
        pause = judge(act(), case(), all_safe(act(), kit=safe("nurse")))
        assert line(pause, "kit").wants == ("confirm",)

    def test_the_program_answers_only_what_is_all_its_own(self) -> None:
        planned = act("autologous-conditioned-serum", step="inject")
        program = safe("program")
        answers = all_safe(planned, unit_state=program, kit=program)
        pause = judge(planned, case(), answers)
        assert line(pause, "unit-state").status == "safe"
        assert line(pause, "kit").wants == ("answer",)

    def test_two_people_or_a_scan_where_the_line_says_two(self) -> None:
        planned = act("autologous-conditioned-serum", step="inject")
        alone = replace(safe(), second=False)
        pause = judge(planned, case(), all_safe(planned, unit_match=alone))
        assert line(pause, "unit-match").wants == ("second",)


class TestHowLongAnAnswerCounts:
    def test_thirty_minutes(self) -> None:
        def verdict(minutes: int) -> str:
            old = replace(safe(), at=NOW - timedelta(minutes=minutes))
            return judge(act(), case(), all_safe(act(), identity=old)).verdict

        assert (verdict(30), verdict(31)) == ("go", "to-answer")

    def test_an_answer_from_the_future_is_of_a_clock_that_was_moved(self) -> None:
        early = replace(safe(), at=NOW + timedelta(seconds=1))
        assert judge(act(), case(), all_safe(act(), identity=early)).verdict == "to-answer"

    @pytest.mark.parametrize(
        "stamp, reopened",
        [
            ("side", {"side", "consent", "infection"}),
            ("preparation", {"products", "allergy"}),
            ("room", {"kit"}),
        ],
    )
    def test_a_change_reopens_the_lines_it_concerns(self, stamp: str, reopened: set[str]) -> None:
        planned = act(stamps={**STAMPS, stamp: "another"})
        pause = judge(planned, case(), all_safe(planned))
        assert {s.line.id for s in pause.lines if s.status == "open"} == reopened


def test_a_deep_block_is_asked_the_asepsis_of_a_joint() -> None:
    lines = {
        deep: [s.line.id for s in judge(act("diagnostic-block", deep=deep), case(), {}).lines]
        for deep in (True, False)
    }
    assert "asepsis-joint" in lines[True]
    assert "asepsis-skin" not in lines[True]
    assert "asepsis-skin" in lines[False]


def test_the_list_follows_the_product_and_where_nobody_said_the_longer_one_stands() -> None:
    def name(*classes: str) -> str:
        planned = act("infiltration", classes=frozenset(classes) if classes else None)
        return PAUSES.checklist(planned).id

    assert name("viscosupplement") == "infiltration-hyaluronate"
    assert name("corticosteroid", "local-anaesthetic") == "infiltration-corticosteroid"
    assert name("local-anaesthetic") == "infiltration-local-anaesthetic"
    assert name() == "infiltration-corticosteroid"


def test_an_act_without_a_list_and_an_answer_to_no_line_are_refused() -> None:
    with pytest.raises(InputError, match="no safety pause is written for acupuncture"):
        judge(act("acupuncture"), case(), {})
    with pytest.raises(InputError, match="there is no “identify” among lines; did you mean"):
        judge(act(), case(), {"identify": safe()})


@given(
    silent=st.sets(st.sampled_from(sorted(WELL))),
    said=st.dictionaries(
        st.sampled_from([line.id for line in CONTENT.lines]), st.sampled_from([True, False, None])
    ),
    one=st.sampled_from(CONTENT.checklists),
)
def test_go_only_where_every_line_was_answered_and_every_fact_is_known(
    silent: set[str], said: dict[str, bool | None], one: Any
) -> None:
    classes = frozenset({one.product_class}) if one.product_class else None
    planned = act(one.therapy, step=one.step, classes=classes)
    patient = case()
    facts = {name: known for name, known in patient.facts.items() if name not in silent}
    answers = {name: replace(safe(), safe=value) for name, value in said.items()}
    pause = judge(planned, replace(patient, facts=facts), answers)
    for state in pause.lines:
        if state.status == "safe":
            assert said.get(state.line.id) is True
            assert not silent & set(state.line.facts) or state.line.id not in said
    if pause.verdict == "go":
        assert {state.status for state in pause.lines} <= {"safe", "decided"}


# --- Corticosteroids: what the record holds, and what was given beyond it ------------------------

OF_STEROID = "steroid-history"
ON_RECORD = "corticosteroid-sessions-on-record-12-months"


def of_steroid(**facts: Any) -> LineState:
    planned = act("infiltration", classes=frozenset({"corticosteroid"}))
    said = {"injected_before": "here", "last_corticosteroid_infiltration": "never", **facts}
    return line(judge(planned, case(**said), all_safe(planned)), OF_STEROID)


@pytest.mark.parametrize(
    "on_record, beyond, status",
    [(0, 2, "safe"), (0, 3, "red"), (1, 1, "safe"), (1, 2, "red"), (2, 1, "red"), (3, 0, "red")],
)
def test_three_in_a_year_are_counted_over_the_record_and_beyond_it(
    on_record: int, beyond: int, status: str
) -> None:
    counts = {"corticosteroid_infiltrations_12_months": beyond}
    if on_record:
        counts["corticosteroid_sessions_on_record_12_months"] = on_record
    assert of_steroid(**counts).status == status


def test_nobody_is_asked_for_more_where_the_record_alone_reaches_the_limit() -> None:
    said = {"injected_before": "here", "last_corticosteroid_infiltration": "never"}
    planned = act("infiltration", classes=frozenset({"corticosteroid"}))
    asked = [judge(planned, case(**said, **{ON_RECORD: count}), {}).to_ask for count in (2, 3)]
    beyond = "corticosteroid-infiltrations-12-months"
    assert [beyond in facts for facts in asked] == [True, False]
    decided = all_safe(planned, steroid_history=safe(reason="Epidural, one last time"))
    after = judge(planned, case(**said, **{ON_RECORD: 3}), decided)
    assert line(after, OF_STEROID).status == "decided"


# --- Sport: asked once, and of who competes -------------------------------------------------------


@pytest.mark.parametrize(
    "said, asked",
    [
        ({}, ["sport"]),
        ({"sport": "none"}, []),
        ({"sport": "leisure"}, []),
        ({"sport": "competition"}, ["athlete-tested"]),
        ({"sport": "competition", "athlete_tested": True}, ["next-competition"]),
        ({"athlete_tested": False}, []),
        ({"athlete_tested": True}, ["next-competition"]),
        ({"athlete_tested": True, "next_competition": "never"}, []),
    ],
    ids=str,
)
def test_of_sport_one_thing_is_asked_at_a_time(said: dict[str, Any], asked: list[str]) -> None:
    planned = act("infiltration", classes=frozenset({"corticosteroid"}))
    patient = case(**said)
    if "athlete_tested" not in said:
        facts = {name: one for name, one in patient.facts.items() if name != "athlete-tested"}
        patient = replace(patient, facts=facts)
    of_sport = {"sport", "athlete-tested", "next-competition"}
    found = judge(planned, patient, {}).to_ask
    assert [one for one in found if one in of_sport] == asked


def test_no_sport_is_asked_where_no_corticosteroid_is_planned() -> None:
    planned = act("infiltration", classes=frozenset({"local-anaesthetic"}))
    assert "sport" not in judge(planned, case(), {}).to_ask
