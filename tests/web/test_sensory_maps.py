"""Sensory maps at 7 and 90 days of a freeze: recorded, shown beside those of the day, with their
alarm, and read by whoever freezes again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from msgspec.structs import replace

from dolenti.access.models import AuditEntry, User
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import content as session_content
from dolenti.records import engine
from dolenti.safety import events, lost
from dolenti.safety.events import Told
from dolenti.treatment import feeling, recording, room
from dolenti.treatment.content import Felt
from dolenti.treatment.feeling import Found
from dolenti.treatment.models import SensoryMap, Session, SessionRecord
from tests.web import room as make
from tests.web.cryo import FREEZE, another, course_of_freezing, frozen
from tests.web.session_page import at, send
from tests.web.world import sent

DAY = timedelta(days=1)
TEST = session_content(engine.edition_in_force()).cryoneurolysis.sensory_test
BEFORE = tuple(
    Felt(area=area.id, modality=way.id, finding="normal")
    for area in TEST.areas
    for way in TEST.modalities
)
WEB = "foot-dorsum-first-web"


def changed(area: str, finding: Any) -> tuple[Felt, ...]:
    """Normal everywhere but in one area."""
    return tuple(replace(one, finding=finding) if one.area == area else one for one in BEFORE)


@pytest.fixture
def freeze(alice: User) -> SessionRecord:
    course = course_of_freezing(alice)
    return frozen(alice, another(course), replace(FREEZE, felt=BEFORE, moves=True))


def of(record: SessionRecord) -> Session:
    rows = Session.objects.select_related("course__patient__site")
    return rows.get(pk=record.session_id)


def test_the_days_are_those_of_the_knowledge(freeze: SessionRecord) -> None:
    found = feeling.maps(freeze, ())
    assert found is not None
    day = feeling.day_of(freeze)
    assert [(one.moment.id, one.on) for one in found.waits] == [
        ("d7", day + 7 * DAY), ("d90", day + 90 * DAY),
    ]  # fmt: skip


def test_a_map_is_of_the_freeze_and_of_a_day_that_was(alice: User, freeze: SessionRecord) -> None:
    session, day = of(freeze), feeling.day_of(freeze)
    for wrong, said in (
        (Found("d7", day - DAY, BEFORE), "that of the freeze or after it"),
        (Found("d7", day + DAY, BEFORE), "not to come"),
        (Found("before", day, BEFORE), "choose when"),
        (Found("d7", day), "one area at least"),
    ):
        with pytest.raises(InputError, match=said):
            feeling.record_map(sent(alice), session, wrong)
    form = sent(alice)
    feeling.record_map(form, session, Found("d7", day, BEFORE, moves=True))
    feeling.record_map(form, session, Found("d7", day, BEFORE, moves=True))
    assert SensoryMap.objects.count() == 1, "a form sent twice is one"
    assert AuditEntry.objects.filter(action="add-sensory-map").count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        SensoryMap.objects.update(moves=False)


def test_at_a_session_where_nothing_was_frozen_there_is_no_map(alice: User) -> None:
    session = another(course_of_freezing(alice))
    with pytest.raises(InputError, match="nothing was frozen"):
        feeling.record_map(sent(alice), session, Found("d7", timezone.localdate(), BEFORE))


@pytest.mark.parametrize(
    "later, moves, back",
    [
        (BEFORE, True, True),
        (changed(WEB, "none"), True, False),  # it must never be numb
        (BEFORE, False, False),  # strength alone
        (changed("medial-leg", "less"), True, None),  # numb where it may be: stable, or not
        ((), True, None),  # nobody tested
    ],
)
def test_whoever_freezes_again_reads_the_last_map(
    alice: User, freeze: SessionRecord, later: tuple[Felt, ...], moves: bool, back: bool | None
) -> None:
    assert feeling.recovered(freeze) is None
    found = Found("d7", feeling.day_of(freeze), later, moves=moves)
    feeling.record_map(sent(alice), of(freeze), found)
    assert feeling.recovered(freeze) is back


def test_an_alarm_of_a_later_map_is_not_talked_away(alice: User, freeze: SessionRecord) -> None:
    """“On ne gèle plus rien”: the rule of the next freeze hears it, whatever is said there."""
    found = Found("d7", feeling.day_of(freeze), changed(WEB, "none"), moves=True)
    feeling.record_map(sent(alice), of(freeze), found)
    with time_machine.travel(timezone.now() + 200 * DAY):
        again = another(freeze.session.course)
        said = replace(FREEZE, recovered=True, worst_grade=1)
        now = room.standing(alice, again)
        rules = {one.rule for one in now.findings(replace(now.injected, freezing=said))}
    assert "not-recovered" in rules


def test_on_the_page_they_stand_side_by_side_with_the_alarm(
    alice: User, freeze: SessionRecord, browser_of: Callable[[User], Client]
) -> None:
    session, browser = of(freeze), browser_of(alice)
    page = browser.get(at("session-sensory", session)).content.decode().replace("\u00a0", " ")
    assert "À 7 jours" in page
    assert "À 90 jours" in page
    assert "à examiner le" in page
    today = f"{timezone.localdate():%d/%m/%Y}"
    refused = send(browser, "session-sensory-new", session, moment="d7", day=today)
    assert refused.status_code == 422
    assert "dans une zone au moins" in refused.content.decode()
    said = {"later_all": "on", "later_moves": "kept", f"later_{WEB}_cold": "none"}
    answer = send(browser, "session-sensory-new", session, moment="d7", day=today, **said)
    assert answer.status_code == 302
    page = browser.get(at("session-sensory", session)).content.decode().replace("\u00a0", " ")
    assert "On ne gèle plus rien" in page
    assert "Pied tombant" not in page, "nothing is named that is not true"
    assert "Premier espace du pied" in page
    assert page.count("à examiner le") == 1, "90 days are still to come"
    assert at("session-sensory", session) in browser.get(at("session", session)).content.decode()
    record = SessionRecord.objects.get(pk=freeze.pk)
    tested = replace(make.NOTHING, moves=True)
    recording.happen(sent(alice), session, record.version, tested, sign=True)
    shown = browser.get(at("session", session)).content.decode()
    assert at("session-sensory", session) in shown
    assert "On ne gèle plus rien" in shown


def test_strength_that_a_map_says_was_lost_waits_until_an_event_tells_of_it(
    alice: User, freeze: SessionRecord, browser_of: Callable[[User], Client]
) -> None:
    session, browser = of(freeze), browser_of(alice)
    with time_machine.travel(timezone.now() + 40 * DAY):
        weak = Found("d7", timezone.localdate(), BEFORE, moves=False)
        feeling.record_map(sent(alice), session, weak)
        browser = browser_of(alice)
        maps = browser.get(at("session-sensory", session)).content.decode().replace("\u00a0", " ")
        assert "Jour 40 (À 7 jours)" in maps, "a map is called by its own day"
        assert "Force perdue" in maps
        assert "engourdie" not in maps, "nothing is named that is not true"
        tell = re.search(r'href="([^"]*events/new/[^"]*)"', maps)
        assert tell is not None
        asked = browser.get(tell[1].replace("&amp;", "&")).content.decode()
        assert re.search(r'value="motor-deficit"[^>]*selected|selected[^>]*motor-deficit', asked)
        patient = session.course.patient
        page = browser.get(f"/patients/{patient.public_id}/").content.decode()
        assert at("session-sensory", session) in page
        assert "/agenda/lists/lost/" in browser.get("/agenda/").content.decode()
        listed = browser.get("/agenda/lists/lost/").content.decode()
        assert at("session-sensory", session) in listed
        told = Told(event="motor-deficit", began=timezone.localdate())
        events.tell(sent(alice), patient, session, told)
        assert not browser.get("/agenda/lists/lost/").content.decode().count(session.public_id)


def test_a_map_that_was_put_right_raises_nothing_any_more(
    alice: User, freeze: SessionRecord
) -> None:
    session = of(freeze)
    day = feeling.day_of(freeze)
    feeling.record_map(sent(alice), session, Found("d7", day, BEFORE, moves=False))
    assert lost.untold().filter(session=session).exists()
    feeling.record_map(sent(alice), session, Found("d7", day, BEFORE, moves=True))
    assert not lost.untold().filter(session=session).exists()
