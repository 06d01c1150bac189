"""A sensory map that is due stands in the list of the day of doctor and nurse and in the follow-up,
and those that were known are on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.clinic.session import documents
from dolenti.diary import stops, untested
from dolenti.diary.models import Stop
from dolenti.guideline.session import content as session_content
from dolenti.guideline.session import sensory
from dolenti.records import engine
from dolenti.treatment import feeling, given, recording
from dolenti.treatment.content import Felt, Happened
from dolenti.treatment.feeling import Found
from dolenti.treatment.models import SessionRecord
from dolenti.ui import print as printing
from tests.people import enter
from tests.web import room as make
from tests.web.cryo import FREEZE, another, course_of_freezing, frozen
from tests.web.world import sent

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TEST = session_content(engine.edition_in_force()).cryoneurolysis.sensory_test
NORMAL = tuple(
    Felt(area=area.id, modality=way.id, finding="normal")
    for area in TEST.areas
    for way in TEST.modalities
)


@pytest.fixture
def freeze(alice: User) -> SessionRecord:
    course = course_of_freezing(alice)
    return frozen(alice, another(course), replace(FREEZE, felt=NORMAL, moves=True))


def map_recorded(user: User, freeze: SessionRecord, moment: str) -> None:
    found = Found(moment, clock.today(), NORMAL, moves=True)
    feeling.record_map(sent(user), freeze.session, found)


def days_later(days: int) -> Any:
    return time_machine.travel(timezone.now() + days * DAY, tick=False)


def is_listed(user: User, freeze: SessionRecord) -> bool:
    return untested.on(user, clock.today()).filter(pk=freeze.pk).exists()


# --- Of a record and a day -----------------------------------------------------------------------

FROZEN = date(2026, 3, 2)


@pytest.mark.parametrize(
    "days, recorded, wanted",
    [
        (6, (), None), (7, (), "d7"), (89, (), "d7"), (90, (), "d90"), (400, (), "d90"),
        (7, ("d7",), None), (90, ("d7",), "d90"), (90, ("d90",), None), (30, ("d90",), None),
        (90, ("d7", "d90"), None),
    ],
)  # fmt: skip
def test_the_last_moment_that_has_come_is_due(
    days: int, recorded: tuple[str, ...], wanted: str | None
) -> None:
    found = sensory.due_on(TEST, FROZEN, recorded, FROZEN + days * DAY)
    assert (found.moment.id if found else None) == wanted


@pytest.mark.parametrize("recorded", [(), ("d7",), ("d90",)])
def test_what_is_asked_of_the_database_is_what_is_said_of_each(recorded: tuple[str, ...]) -> None:
    for days in range(120):
        day = FROZEN + days * DAY
        listed = any(
            (one.first is None or one.first <= FROZEN) and one.last >= FROZEN
            for one in sensory.awaited(TEST, day)
            if set(recorded).isdisjoint(one.closed_by)
        )
        assert listed == (sensory.due_on(TEST, FROZEN, recorded, day) is not None), days


# --- The list of the day -------------------------------------------------------------------------


def test_a_freeze_is_listed_from_its_day_until_its_map_is_recorded(
    alice: User, freeze: SessionRecord
) -> None:
    assert not is_listed(alice, freeze)
    with days_later(6):
        assert not is_listed(alice, freeze)
    with days_later(7):
        assert is_listed(alice, freeze)
        map_recorded(alice, freeze, "d7")
        assert not is_listed(alice, freeze)
    with days_later(90):
        assert is_listed(alice, freeze)
        map_recorded(alice, freeze, "d90")
        assert not is_listed(alice, freeze)


def test_the_nurse_and_the_doctor_are_told_and_led_to_it(
    alice: User, bob: User, freeze: SessionRecord
) -> None:
    with days_later(7):
        for user in (alice, bob):
            browser = Client()
            enter(browser, user)
            address = reverse("agenda-list", args=["untested"])
            assert address in browser.get(reverse("agenda")).content.decode()
            page = browser.get(address).content.decode()
            assert reverse("session-sensory", args=[freeze.session.public_id]) in page


def test_the_desk_is_told_of_no_freeze(freeze: SessionRecord, bob: User) -> None:
    bob.role = Role.SECRETARY
    bob.save()
    address = reverse("agenda-list", args=["untested"])
    with days_later(7):
        browser = Client()
        enter(browser, bob)
        assert address not in browser.get(reverse("agenda")).content.decode()
        assert browser.get(address).status_code == 404


def test_a_stranger_sees_none_of_it(chloe: User, freeze: SessionRecord) -> None:
    with days_later(7):
        assert not is_listed(chloe, freeze)


def test_nobody_waits_for_a_patient_whose_follow_up_has_ended(
    alice: User, freeze: SessionRecord
) -> None:
    stops.stop(sent(alice), freeze.session.course.patient, Stop.Why.DIED, "")
    with days_later(7):
        assert not is_listed(alice, freeze)


# --- The follow-up and the papers ----------------------------------------------------------------


def test_the_follow_up_says_what_is_due(alice: User, freeze: SessionRecord) -> None:
    with days_later(7):
        browser = Client()
        enter(browser, alice)
        page = browser.get(reverse("course-follow-up", args=[freeze.session.course.public_id]))
    (of,) = page.context["felt"]
    assert [one.late for one in of.table.columns if one.due] == [True, False]


def lines_of(monkeypatch: pytest.MonkeyPatch, name: str, draw: Callable[[], Any]) -> Any:
    """What a document is printed of."""
    found: list[Any] = []

    def printed(page: Any, *_rest: Any) -> bytes:
        found.append(page)
        return b""

    monkeypatch.setattr(printing, name, printed)
    draw()
    return found[0]


def test_the_printed_follow_up_holds_every_map_and_what_is_due(
    alice: User, freeze: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("course-follow-up-document", args=[freeze.session.course.public_id])
    monkeypatch.setattr("dolenti.clinic.followup.views.exported", lambda *_rest: HttpResponse())
    with days_later(7):
        browser = Client()
        enter(browser, alice)
        map_recorded(alice, freeze, "d7")
        page = lines_of(monkeypatch, "follow_up_page", lambda: browser.get(address))
    assert [("examiner" in one) for one in page.felt] == [False, False, False, True]
    assert "7\u00a0jours" in page.felt[2]


def said_in(chapters: Any) -> list[str]:
    return [label for _heading, lines in chapters for label, _value in lines]


def test_the_sealed_record_holds_the_maps_that_were_known_when_it_was_signed(
    alice: User, freeze: SessionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def printed_of(record: SessionRecord) -> list[str]:
        page = lines_of(
            monkeypatch,
            "session_record",
            lambda: documents.record_pdf(record.session, record, "fr"),
        )
        return said_in(page.chapters)

    said = Happened(events=(), **make.SEEN_TO, untested_why="Reparti avant les 15 minutes.")
    record = recording.happen(sent(alice), freeze.session, freeze.version, said, sign=True)
    with days_later(7):
        map_recorded(alice, freeze, "d7")
        assert "Sensibilité, nouvel examen" not in printed_of(record)
        again = given.amend(sent(alice), record, "A word was wrong.")
        amended = given.sign(alice, again, again.version)
        assert "Sensibilité, nouvel examen" in printed_of(amended)
