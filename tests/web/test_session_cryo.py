"""Cryoneurolysis in the room: bounds of cold, cycles, skin, tests, when again; the anaesthetic in
the day's total; and the diagnostic block that the rules ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from dolenti.access.models import User
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline import session as guided
from dolenti.guideline.dates import Duration
from dolenti.guideline.session import sensory
from dolenti.guideline.session.content import content as session_content
from dolenti.guideline.words import date_in_words
from dolenti.records import engine
from dolenti.records.models import Complaint
from dolenti.safety.models import AdverseEvent
from dolenti.treatment import earlier, recorded, recording, room
from dolenti.treatment.content import Block, Cycle, Felt, Happened, Injected, Pause, ToFreeze, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Course, SensoryMap, SessionRecord
from tests.web import room as make
from tests.web.cryo import (
    FREEZE,
    NERVE,
    another,
    block,
    course_of_freezing,
    frozen,
    planned,
    probe,
)
from tests.web.session_page import at, send
from tests.web.world import sent

pytestmark = pytest.mark.any_database


def made_once(alice: User) -> Course:
    return course_of_freezing(alice)


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def test_a_freeze_within_its_bounds_is_recorded(alice: User, course: Course) -> None:
    record = frozen(alice, another(course))
    freezing = read(Injected, record.injected).freezing
    assert record.state == "delivered"
    assert freezing is not None
    assert (freezing.nadir_c, freezing.depth_mm, len(freezing.cycles)) == (
        Decimal(-88),
        Decimal(12),
        1,
    )
    assert (freezing.sensory_before, freezing.sensory_after) == (
        "Normale.", "Anesthésie antéro-médiale.",
    )  # fmt: skip


def felt(area: str, finding: str, modality: str = "pinprick") -> Felt:
    return Felt(area=area, modality=modality, finding=finding)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "before, after, moves, areas",
    [
        ([], [felt("medial-below-patella", "none")], True, None),  # where it is to be numb
        ([], [felt("foot-dorsum-first-web", "none")], True, ["foot-dorsum-first-web"]),
        ([], [felt("foot-medial-border", "less", "cold")], None, ["foot-medial-border"]),
        ([felt("foot-medial-border", "none")], [felt("foot-medial-border", "none")], True, None),
        ([felt("foot-medial-border", "less")], [felt("foot-medial-border", "none")], True,
         ["foot-medial-border"]),
        ([], [], False, []),  # strength alone
        ([], [], None, None),  # nobody tested: neither numb nor normal
    ],
)  # fmt: skip
def test_what_must_never_be_numb_raises_the_alarm_of_the_knowledge(
    before: list[Felt], after: list[Felt], moves: bool | None, areas: list[str] | None
) -> None:
    test = session_content(engine.edition_in_force()).cryoneurolysis.sensory_test
    found = sensory.alarmed(test, before, after, moves)
    assert (None if found is None else [one.id for one in found]) == areas


def test_the_sensory_map_is_typed_before_and_after_and_told_in_the_report(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    session = another(course)
    browser = browser_of(alice)
    page = browser.get(at("session", session)).content.decode()
    assert 'name="felt_medial-leg_cold"' in page
    assert 'name="felt_all"' in page
    frozen(alice, session)
    page = browser.get(at("session", session)).content.decode()
    for name in ("after_medial-leg_cold", "after_moves"):
        assert f'name="{name}"' in page
    said = {"pain_before": "6", "any": "none", "after_all": "on", "after_moves": "kept",
            "after_foot-dorsum-first-web_pinprick": "none"}  # fmt: skip
    assert send(browser, "session-happened", session, **said).status_code == 302
    record = SessionRecord.objects.get(session=session)
    happened = read(Happened, record.happened)
    assert len(happened.felt) == 18
    assert happened.moves is True
    page = browser.get(at("session", session)).content.decode()
    assert "On ne gèle plus rien" in page
    assert "Pied tombant" not in page, "nothing is named that is not true"
    lines = dict(
        line for chapter in Reporter(record, lookup(engine.edition_in_force(), "fr")).chapters()
        for line in chapter.lines
    )  # fmt: skip
    assert "Piqûre absent" in lines["Premier espace du pied"]
    assert "Premier espace du pied" in lines["Alarme après le geste"]


def test_nothing_is_frozen_before_strength_and_feeling_were_written(
    alice: User, course: Course
) -> None:
    """The words “written before” are no answer: what was found is, and it waits in the pause."""
    session = another(course)
    because = {"block-not-positive": "Douleur typique, bloc fait ailleurs."}
    planned(alice, session, replace(FREEZE, moves=None), because)
    waits = [one.rule for one in room.standing(alice, session).freeze_waits]
    assert waits == ["not-tested-before"]
    record = make.answered(alice, session)
    looked = room.standing(alice, session).looked
    assert [one.line.id for one in looked.lines if one.status == "open"] == ["nerve"]
    what = Injected(freezing=replace(FREEZE, probe=probe()))
    with pytest.raises(RecordRefusedError, match="Strength and feeling not written before"):
        recording.inject(sent(alice), session, record.version, what, make.Always())
    planned(alice, session, FREEZE, because)
    assert room.standing(alice, session).looked.verdict == "go"


@pytest.mark.parametrize("nerve", ["tibial", "common-peroneal", "femoral-motor", "obturator"])
def test_a_refused_nerve_stands_apart_with_its_reason_and_is_never_prepared(
    nerve: str, alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    session, browser = another(course), browser_of(alice)
    page = browser.get(at("session", session)).content.decode()
    option = re.search(rf'<option value="{nerve}"[^>]*>([^<]*)', page)
    assert option is not None
    assert "disabled" in option[0]
    assert "Nerf mixte ou moteur" in option[1]
    sent_all_the_same = send(browser, "session-preparation", session, nerve=nerve)
    assert sent_all_the_same.status_code == 422
    assert "Nerf mixte ou moteur" in sent_all_the_same.content.decode()
    with pytest.raises(RecordRefusedError, match="nothing is frozen so"):
        recording.prepare(sent(alice), session, 0, recording.Asked(nerve=nerve))
    assert not SessionRecord.objects.filter(session=session).exists()


def test_what_was_said_before_the_freeze_is_asked_once_and_kept_with_it(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    session, browser = another(course), browser_of(alice)
    before = {
        "nerve": NERVE, "guidance": "ultrasound", "probe": probe(), "probe_to_skin_mm": "12",
        "felt_all": "on", "felt_moves": "kept", "fluid": "none",
        "reason-block-not-positive": "Douleur typique, bloc fait ailleurs.",
    }  # fmt: skip
    shown = browser.post(at("session-check", session), before).content.decode()
    assert "Bloc diagnostique négatif ou inconnu" in shown
    assert send(browser, "session-preparation", session, **before).status_code == 302
    make.answered(alice, session)
    page = browser.get(at("session", session)).content.decode()
    form = page[page.index('action="/sessions/' + session.public_id + '/injected/"') :]
    assert 'name="nadir_c"' in form
    for asked_before in ("nerve", "probe", "probe_to_skin_mm", "twitch", "felt_all", "guidance"):
        assert f'name="{asked_before}"' not in form, asked_before
    act = {"device": "A1", "nadir_c": "-88", "freeze_0": "106", "thaw_0": "60"}
    assert send(browser, "session-injected", session, **act).status_code == 302
    freezing = read(Injected, SessionRecord.objects.get(session=session).injected).freezing
    assert freezing is not None
    assert (freezing.nerve, freezing.probe, freezing.probe_to_skin_mm, freezing.tested_before) == (
        NERVE, probe(), Decimal(12), True,
    )  # fmt: skip


def test_a_skin_too_near_is_settled_before_the_freeze(alice: User, course: Course) -> None:
    """A reason that was given for one distance is none for another."""
    session = another(course)
    near = replace(FREEZE, probe_to_skin_mm=Decimal(7))
    why = {"block-not-positive": "Bloc fait ailleurs.", "margin-small": "Peau décollée au sérum."}
    planned(alice, session, near)
    assert {one.rule for one in room.standing(alice, session).freeze_waits} == set(why)
    planned(alice, session, near, why)
    record = make.answered(alice, session)
    nearer = Injected(freezing=replace(near, probe=probe(), probe_to_skin_mm=Decimal(6)))
    with pytest.raises(RecordRefusedError, match="say why you override this: Under 5 mm"):
        recording.inject(sent(alice), session, record.version, nearer, {})
    same = Injected(freezing=replace(near, probe=probe()))
    given_now = recording.inject(sent(alice), session, record.version, same, {})
    assert {one.rule for one in read(Injected, given_now.injected).overrides} == set(why)


def test_it_is_signed_with_the_map_of_15_minutes_or_with_why_it_is_missing(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    record = frozen(alice, another(course))
    session, browser = record.session, browser_of(alice)
    said = Happened(events=(), **make.SEEN_TO)
    with pytest.raises(RecordRefusedError, match="15 minutes after is empty") as refused:
        recording.happen(sent(alice), session, record.version, said, sign=True)
    assert refused.value.where == "untested_why"
    record.refresh_from_db()
    why = replace(said, untested_why="Le patient est reparti en ambulance.")
    recording.happen(sent(alice), session, record.version, why, sign=True)
    day = f"{timezone.localdate():%d/%m/%Y}"
    later = {"moment": "after-15-min", "day": day, "later_all": "on", "later_moves": "kept"}
    assert send(browser, "session-sensory-new", session, **later).status_code == 302
    noted = SensoryMap.objects.get()
    assert (noted.moment, noted.day, noted.moves) == ("after-15-min", timezone.localdate(), True)


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"nadir_c": Decimal(-101)}, "nadir"),
        ({"nadir_c": Decimal(-100)}, "nadir"),
        ({"nadir_c": Decimal(-19)}, "nadir"),
        ({"cycles": ()}, "no-cycle"),
        ({"probe_to_skin_mm": None}, "distance-not-known"),
        ({"probe_to_skin_mm": Decimal(1)}, "margin-none"),
        ({"nerve": "common-peroneal"}, "common-peroneal"),
        ({"nerve": "vagus"}, "nerve-not-listed"),
        ({"twitch": True}, "motor-twitch"),
        ({"nerve": "genicular-superomedial"}, "motor-test-missing"),
    ],
)
def test_what_the_rules_stop_is_not_frozen(
    changes: dict[str, Any], rule: str, alice: User, course: Course
) -> None:
    session = another(course)
    with pytest.raises(RecordRefusedError) as refused:
        frozen(alice, session, replace(FREEZE, **changes))
    assert refused.value.where == f"reason-{rule}"
    assert not SessionRecord.objects.filter(session=session).exclude(injected={}).exists()


NO_BLOCK = "Douleur typique, bloc fait ailleurs."


@pytest.mark.parametrize(
    "changes, rule, is_device",
    [
        ({"nadir_c": Decimal(-10)}, "nadir", True),
        ({"nadir_c": Decimal(-140)}, "nadir", True),
        ({"cycles": (Cycle(freeze_s=Decimal(400), thaw_s=Decimal(60)),)}, "freezing", False),
    ],
)
def test_what_the_cold_showed_is_recorded_as_it_was_with_why(
    changes: dict[str, Any], rule: str, is_device: bool, alice: User, course: Course,
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    """No false figure is ever written first: the refusal names the interval and asks why; then it
    stands in the record, in red, in the copy of the record and, of a device, among the events."""
    session, freezing = another(course), replace(FREEZE, **changes)
    with pytest.raises(RecordRefusedError, match="if it was so, write why") as refused:
        frozen(alice, session, freezing)
    assert refused.value.where == f"reason-{rule}"
    assert "si c’est bien ce qui s’est passé" in refused.value.fr
    if rule == "nadir":
        assert "−100\u00a0°C (exclu) et −20\u00a0°C" in refused.value.fr
    assert not AdverseEvent.objects.exists()
    why = {"block-not-positive": NO_BLOCK, rule: "Sonde défectueuse, constaté au retrait."}
    version = SessionRecord.objects.get(session=session).version
    what = Injected(freezing=replace(freezing, probe=probe()))
    record = recording.inject(sent(alice), session, version, what, why)
    given = read(Injected, record.injected)
    assert given.freezing == replace(freezing, probe=probe())
    assert rule in {one.rule for one in given.overrides}
    events = list(AdverseEvent.objects.filter(session=session).values_list("event", flat=True))
    assert events == (["broken-needle-device-fault"] if is_device else [])
    (chapter,) = [
        one for one in Reporter(record, lookup(engine.edition_in_force(), "fr")).of_the_act()
        if one.amiss
    ]  # fmt: skip
    assert any("Sonde défectueuse" in said for name, said in chapter.lines if name in chapter.amiss)
    page = browser_of(alice).get(at("session", session)).content.decode()
    assert "tone-stop amiss" in page
    assert "Écart au prévu" in page
    again = recording.inject(
        sent(alice), session, record.version, replace(given, device="iovera 2"),
        {**why, "correction": "Nom de l’appareil."},
    )  # fmt: skip
    assert len(read(Injected, again.injected).overrides) == 2
    assert AdverseEvent.objects.filter(session=session).count() == is_device


def test_a_figure_of_the_cold_that_was_corrected_to_what_it_was_is_an_event_too(
    alice: User, course: Course
) -> None:
    session = another(course)
    record = frozen(alice, session)
    given = read(Injected, record.injected)
    assert given.freezing is not None
    recording.inject(
        sent(alice), session, record.version,
        replace(given, freezing=replace(given.freezing, nadir_c=Decimal(-10))),
        {"block-not-positive": NO_BLOCK, "nadir": "Sonde défectueuse.",
         "correction": "La sonde affichait −10 °C."},
    )  # fmt: skip
    assert AdverseEvent.objects.get(session=session).event == recording.DEVICE_FAULT


def test_what_the_cold_shows_is_what_its_bounds_say() -> None:
    bounds = {one.id for one in session_content(engine.edition_in_force()).cryoneurolysis.bounds}
    assert bounds == guided.OF_THE_COLD


def test_the_coldest_that_may_be_is_above_minus_100(alice: User, course: Course) -> None:
    assert frozen(alice, another(course), replace(FREEZE, nadir_c=Decimal(-99))).injected


def test_nothing_said_of_the_nerve_is_no_freeze(alice: User, course: Course) -> None:
    session = another(course)
    planned(alice, session, FREEZE, {"block-not-positive": "Bloc fait ailleurs, positif."})
    record = make.answered(alice, session)
    with pytest.raises(RecordRefusedError, match="say what was frozen"):
        recording.inject(sent(alice), session, record.version, Injected(), make.Always())


def test_the_anaesthetic_of_the_skin_counts_in_the_day(alice: User, course: Course) -> None:
    session = another(course)
    lot = make.lot_of(alice, make.LIDOCAINE)
    before = {name: getattr(FREEZE, name) for name in ToFreeze.__struct_fields__}
    make.drawn_up(
        alice, session, lot=lot, rows=((lot.public_id, Decimal(3)),), nerve=NERVE,
        to_freeze=ToFreeze(**before | {"probe": probe()}),
    )  # fmt: skip
    record = make.answered(alice, session)
    what = Injected(freezing=replace(FREEZE, probe=probe()), volume_ml=Decimal(2))
    recording.inject(sent(alice), session, record.version, what, make.Always())
    (received,) = room.standing(alice, another(course)).received
    assert (received.product, received.dose) == ("lidocaine", Decimal(20))


def test_without_a_positive_block_somebody_says_why(alice: User, course: Course) -> None:
    session = another(course)
    with pytest.raises(RecordRefusedError, match="Diagnostic block negative or not known"):
        frozen(alice, session, FREEZE, none="")


@pytest.mark.parametrize("relief, asks", [({"relief_percent": 80}, False),
                                          ({"relief_percent": 40}, True),
                                          ({"pain_before": 8, "pain_after": 2}, False),
                                          ({}, True)])  # fmt: skip
def test_a_block_of_the_day_before_is_read_by_the_rule_that_asks_for_it(
    relief: dict[str, Any], asks: bool, alice: User, course: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    record = block(alice, another(course), **relief)
    session = another(course)
    now = room.standing(alice, session)
    assert earlier.block_before(NERVE, session, now.others, now.now) is None  # too early to count
    later = now.now + timedelta(hours=25)
    found = guided.judge_freezing(
        now.edition,
        earlier.as_frozen(
            Injected(freezing=replace(FREEZE, probe=probe())), session, now.others, later, None
        ),
    )
    assert ("block-not-positive" in {one.rule for one in found}) is asks
    assert read(Pause, record.pause).act == "block"


def test_a_block_is_a_session_with_its_own_pause(alice: User, course: Course) -> None:
    session = another(course)
    lines = {one.line.id for one in room.standing(alice, session).looked.lines}
    assert "cryo-device" in lines
    recording.choose(sent(alice), session, 0, "block")
    lines = {one.line.id for one in room.standing(alice, session).looked.lines}
    assert "cryo-device" not in lines
    assert "baseline-pain" in lines
    record = make.answered(alice, session)
    what = Injected(block=Block(nerve=NERVE), volume_ml=Decimal(1))
    with pytest.raises(RecordRefusedError, match="say what was drawn up"):
        recording.inject(sent(alice), session, record.version, what)


def test_a_block_of_more_than_its_volume_is_warned_of(alice: User, course: Course) -> None:
    record = block(alice, another(course), volume="3")
    said = read(Injected, record.injected).said
    assert [(one.rule, one.severity) for one in said] == [("cryo-test-block", "warn")]


def test_a_second_freeze_asks_what_became_of_the_first(alice: User, course: Course) -> None:
    first = frozen(alice, another(course))
    happened = Happened(events=(), **make.SEEN_TO, pain_before=8, pain_after=3)
    recording.happen(sent(alice), first.session, first.version, happened)
    session = another(course)
    now = room.standing(alice, session)
    what = Injected(freezing=replace(FREEZE, probe=probe()))
    rules = {one.rule for one in now.findings(what)}
    assert {"too-soon", "not-recovered"} <= rules
    months = now.now + timedelta(days=100)
    well = Injected(freezing=replace(FREEZE, probe=probe(), recovered=True, worst_grade=1))
    act = earlier.as_frozen(well, session, now.others, months, Decimal(6))
    rules = {one.rule for one in guided.judge_freezing(now.edition, act)}
    assert rules.isdisjoint({"too-soon", "not-recovered", "pain-not-back"})


def test_a_freeze_of_a_nerve_that_nobody_named_counts_as_one_of_this_nerve(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    """Given, not signed; and whatever is pressed, the record does not say that there was none."""
    first = frozen(alice, another(course))
    SessionRecord.objects.filter(pk=first.pk).update(injected={})
    session = another(course)
    now = room.standing(alice, session)
    what = Injected(freezing=replace(FREEZE, probe=probe()))
    assert {"too-soon", "not-recovered"} <= {one.rule for one in now.findings(what)}
    assert earlier.may_freeze_from(NERVE, session, now.others) is None
    page = browser_of(alice).get(at("session", session)).content.decode()
    assert "nerf non précisé" in page
    recording.prepare(sent(alice), session, 0, recording.Asked(nerve=NERVE))
    page = browser_of(alice).get(at("session", session)).content.decode()
    named = re.findall(r"<option[^>]*>\s*([^<]*?)\s*</option>", page)
    assert "14 G" in named
    assert not [one for one in named if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", one)], "no code"
    assert "Depuis la dernière cryoneurolyse" in page or "recovered" in page
    known = recorded.facts_of(session.course.complaint, timezone.localdate())
    assert known["previous-cryoneurolysis"].value is True
    assert known["last-cryoneurolysis-on-record"].value == timezone.localdate()
    assert known["cryoneurolysis-sessions-on-record-12-months"].value == 1
    SessionRecord.objects.filter(pk=first.pk).update(pause={"act": "block"})
    known = recorded.facts_of(session.course.complaint, timezone.localdate())
    assert "previous-cryoneurolysis" not in known


@pytest.mark.parametrize(
    "side, frozen_before, block_counts",
    [("right", True, True), ("left", False, False), ("", True, False)],
)
def test_the_same_nerve_counts_for_another_complaint_of_the_same_side(
    side: str, frozen_before: bool, block_counts: bool, alice: User, course: Course
) -> None:
    tested = block(alice, another(course), pain_before=8, pain_after=2)
    frozen(alice, another(course))
    pain = Complaint.objects.get(pk=course.complaint_id)
    pain.pk, pain.public_id, pain._state.adding, pain.side = None, "another-pain", True, side
    pain.save()
    session = another(course)
    session.course.complaint = pain
    others = room.records_of(session)
    days = earlier.may_freeze_from(NERVE, session, others)
    assert (days is not None) is frozen_before
    later = timezone.now() + timedelta(days=3)
    fall = earlier.block_before(NERVE, session, others, later)
    assert (fall is not None) is block_counts
    assert tested.session_id in {one.session_id for one in others}


def test_the_page_and_the_record_say_from_when_it_may_be_repeated(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    first = frozen(alice, another(course), replace(FREEZE, minutes=Decimal(35)))
    happened = Happened(events=(), **make.SEEN_TO, pain_before=8, pain_after=3, moves=True)
    recording.happen(sent(alice), first.session, first.version, happened, sign=True)
    again = Duration(months=3).after(timezone.localdate())
    browser = browser_of(alice)
    page = browser.get(at("session", first.session)).content.decode()
    for said in (
        "Peut être répété à partir du", date_in_words(again, "fr"), "Bloc diagnostique négatif",
        "Durée du geste, minutes", "35",
    ):  # fmt: skip
        assert said in page
    assert "block-not-positive" not in page
    session = another(course)
    assert "peut être regelé à partir du" in browser.get(at("session", session)).content.decode()


def test_the_block_on_its_page(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    session = another(course)
    browser = browser_of(alice)
    assert send(browser, "session-act", session, act="block").status_code == 302
    lot = make.lot_of(alice, make.LIDOCAINE)
    send(
        browser, "session-preparation", session, lot_0=lot.public_id, volume_0="1,5", fluid="none",
        looks="limpid", nerve=NERVE,
    )  # fmt: skip
    make.answered(alice, session)
    fields = {"nerve": NERVE, "guidance": "ultrasound", "volume_ml": "1,5"}
    answer = send(browser, "session-injected", session, **fields)
    assert answer.status_code == 302
    signs = {"any": "none", "relief_percent": "70", "relief_hours": "5", "sign": "yes"}
    signs |= {**make.SEEN_TO}
    assert send(browser, "session-happened", session, **signs).status_code == 302
    record = SessionRecord.objects.get()
    happened = read(Happened, record.happened)
    assert (record.state, happened.relief_percent, happened.relief_hours) == (
        "signed",
        70,
        Decimal(5),
    )
    assert "70 %" in browser.get(at("session", session)).content.decode()


def test_what_the_pause_confirmed_of_one_nerve_counts_for_no_other(
    alice: User, course: Course, browser_of: Callable[[User], Client]
) -> None:
    session = another(course)
    asked = recording.Asked(nerve=NERVE)
    recording.prepare(sent(alice), session, 0, asked)
    assert "Demandé pour" in browser_of(alice).get(at("session", session)).content.decode()
    planned(alice, session, FREEZE, {"block-not-positive": "Bloc fait ailleurs, positif."})
    record = make.answered(alice, session)
    other = Injected(freezing=replace(FREEZE, nerve="genicular-superomedial", probe=probe()))
    with pytest.raises(RecordRefusedError, match="still to be asked for this nerve"):
        recording.inject(sent(alice), session, record.version, other, make.Always())
    again = recording.Asked(nerve="genicular-superomedial")
    recording.prepare(sent(alice), session, record.version, again)
    looked = room.standing(alice, session).looked
    assert looked.verdict == "to-answer"
    assert {one.line.id for one in looked.lines if one.status == "open"} >= {"cryo-device"}
