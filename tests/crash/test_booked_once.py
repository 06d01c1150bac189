"""Two desks write at the same moment: nobody and nothing is booked twice, and no desk waits for
ever.

Each kind of meeting is raced two hundred times on PostgreSQL, from two threads with a connection
each.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final

import pytest
from django.db import connection, connections
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.agenda import appointments, timetable
from dolenti.agenda.appointments import Booking
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment, Room
from dolenti.agenda.timetable import Slot, SlotRefusedError
from dolenti.calendar.moments import Span, lasting, to_utc
from dolenti.diary import links, visiting, wishing
from dolenti.diary.models import Wish
from dolenti.records.judging import choosing
from dolenti.records.models import Patient
from dolenti.treatment import courses, sessions
from dolenti.treatment.day import with_courses
from dolenti.treatment.life import CourseRefusedError
from dolenti.treatment.models import Course, SessionRecord
from tests.night import IS_NIGHT
from tests.web.diary import after, link_to, opened, treated
from tests.web.room import give, ready
from tests.web.world import (
    PAUL,
    THERAPY,
    allow,
    assessed,
    clinic,
    colleague,
    complaint_of,
    named,
    open_every_weekday,
    registered,
    room,
    secretary,
    sent,
    workday,
)

pytestmark = pytest.mark.each

_ALL: Final = IS_NIGHT or "CRASH_ROUNDS" in os.environ
RACES: Final = 200 if _ALL and connection.vendor == "postgresql" else 40
"""SQLite lets one write at a time, so that there is little to race."""
HALF_HOUR: Final = timedelta(minutes=30)
HOURS: Final = 18
"""Half hours in which the clinic is open on a day."""
Ask = Callable[[], Any]


@pytest.fixture
def desks(alice: User) -> Iterator[Callable[[Ask, Ask], list[Any]]]:
    """Asks two things at one moment; what each made, or the error that it met."""
    threads = ThreadPoolExecutor(2)

    def together(*asks: Ask) -> list[Any]:
        line = threading.Barrier(len(asks))

        def go(ask: Ask) -> Any:
            line.wait(60)
            try:
                with clock.at_site(alice.site):
                    return ask()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test says what may be
                return error

        return list(threads.map(go, asks))

    yield together
    together(connections.close_all, connections.close_all)
    threads.shutdown()


@pytest.fixture
def bea(alice: User) -> User:
    return colleague(alice, "Bea")


@pytest.fixture
def moments(alice: User) -> list[Span]:
    """One half hour for each race, of days on which the clinic is open."""
    open_every_weekday(alice.site)
    return half_hours(RACES)


def half_hours(many: int) -> list[Span]:
    """The next half hours of working days."""
    found: list[Span] = []
    day = workday(3)
    while len(found) < many:
        start = to_utc(datetime.combine(day, time(9)))
        found += [lasting(start + n * HALF_HOUR, HALF_HOUR) for n in range(HOURS)]
        day = workday((day - timezone.localdate()).days + 1)
    return found[:many]


def booking(patient: Patient, slot: Slot) -> Booking:
    return Booking(patient, Appointment.Kind.CONSULTATION, slot)


def taking(span: Span) -> int:
    return timetable.taking(span).count()


@pytest.mark.parametrize("same", ["patient", "room", "practitioner"])
def test_of_two_desks_that_book_the_same_at_one_moment_one_is_refused(
    same: str, alice: User, bea: User, moments: list[Span], desks: Callable[..., list[Any]]
) -> None:
    first, second = registered(alice), registered(alice, PAUL)
    one, other = room(alice), room(alice, "Salle 2")
    sonia = secretary(alice)
    patients = (first, first if same == "patient" else second)
    rooms = (one, one if same == "room" else other)
    people = (alice, alice if same == "practitioner" else bea)
    for span in moments:
        made = desks(
            lambda span=span: appointments.book(
                sent(sonia), booking(patients[0], Slot(people[0], rooms[0], span))
            ),
            lambda span=span: appointments.book(
                sent(alice), booking(patients[1], Slot(people[1], rooms[1], span))
            ),
        )
        written = [one for one in made if isinstance(one, Appointment)]
        refused = [one for one in made if isinstance(one, SlotRefusedError)]
        assert (len(written), len(refused), taking(span)) == (1, 1, 1), made


def test_of_two_appointments_of_one_patient_moved_to_one_hour_one_stays(
    alice: User, bea: User, moments: list[Span], desks: Callable[..., list[Any]]
) -> None:
    zoe = registered(alice)
    after = half_hours(RACES + 2)
    started = [
        appointments.book(sent(who), booking(zoe, Slot(who, None, span)))
        for who, span in ((alice, after[-1]), (bea, after[-2]))
    ]
    for span in moments:
        rows = [Appointment.objects.select_related("site", "patient").get(pk=s.pk) for s in started]
        made = desks(
            *(
                lambda row=row, span=span: appointments.move(
                    alice, row, row.version, Slot(row.practitioner, None, span, "", row), "asked"
                )
                for row in rows
            )
        )
        assert taking(span) == 1, made
        assert [type(one) for one in made if isinstance(one, Exception)] == [SlotRefusedError]


@pytest.mark.parametrize("crossed", ["rooms", "practitioners"])
def test_two_courses_that_want_the_same_in_two_orders_are_both_written(
    crossed: str, alice: User, bea: User, moments: list[Span], desks: Callable[..., list[Any]]
) -> None:
    rooms = (room(alice), room(alice, "Salle 2"))
    allow(alice)
    allow(bea)
    judged = [assessed(alice, named(complaint_of(alice))) for _ in range(2)]
    today = timezone.localdate()
    choices = [choosing.choose(alice, one, THERAPY, today) for one in judged]
    spans = iter(half_hours(4 * RACES))
    for _ in range(RACES):
        plans = [
            plan(crossed, people, places, [next(spans), next(spans)])
            for people, places in (
                ((alice, bea), rooms), ((bea, alice), rooms[::-1]),
            )
        ]  # fmt: skip
        made = desks(
            *(
                lambda chosen=chosen, wanted=wanted: courses.open_course(
                    sent(alice), chosen, wanted, today
                )
                for chosen, wanted in zip(choices, plans, strict=True)
            )
        )
        assert [type(one) for one in made] == [Course, Course], made
        for course in made:
            Course.objects.filter(pk=course.pk).update(state="stopped", stop_reason="the next race")


def plan(
    crossed: str, people: tuple[User, ...], rooms: tuple[Room, ...], spans: list[Span]
) -> courses.Plan:
    slots = {
        n: Slot(people[n - 1] if crossed == "practitioners" else people[0], rooms[n - 1], span)
        for n, span in enumerate(spans, 1)
    }
    return courses.Plan((), people[0], slots)


def test_nothing_is_planned_again_in_a_course_that_stops_at_that_moment(
    alice: User, moments: list[Span], desks: Callable[..., list[Any]]
) -> None:
    course = clinic(alice).course
    for span in moments:
        Course.objects.filter(pk=course.pk).update(state="proposed", stop_reason="")
        Appointment.objects.filter(session__course=course).update(state="cancelled")
        course.refresh_from_db()
        gone = with_courses(Appointment.objects.all()).get(
            session__course=course, session__standing=True
        )
        made = desks(
            lambda now=course: courses.stop(alice, now, now.version, "asked"),
            lambda gone=gone, span=span: sessions.plan_again(
                sent(alice), gone, Slot(alice, None, span)
            ),
        )
        assert isinstance(made[0], Course), made
        assert isinstance(made[1], (Appointment, CourseRefusedError)), made
        assert not sessions.ahead(course).exists()


def test_what_is_given_and_cancelled_at_one_moment_is_one_of_both(
    alice: User, desks: Callable[..., list[Any]]
) -> None:
    session = clinic(alice).session
    record = ready(alice, session)
    for _ in range(RACES):
        Appointment.objects.filter(pk=session.appointment_id).update(state="arrived")
        SessionRecord.objects.filter(pk=record.pk).update(
            state="prepared", delivered_by=None, delivered_at=None
        )
        record.refresh_from_db()
        appointment = Appointment.objects.get(pk=session.appointment_id)
        made = desks(
            lambda row=appointment: appointments.cancel(alice, row, row.version, "mistake"),
            lambda row=record: give(alice, row),
        )
        written = [one.state for one in made if not isinstance(one, Exception)]
        assert written in (["cancelled"], ["delivered"]), made


def test_of_two_patients_who_choose_one_time_by_their_links_one_is_refused(
    alice: User, desks: Callable[..., list[Any]]
) -> None:
    open_every_weekday(alice.site)
    patients = [registered(alice), registered(alice, PAUL)]
    for _ in range(RACES // 10):
        day = workday(40)
        visits = [
            Appointment.objects.create(
                site=alice.site, patient=one, kind=Appointment.Kind.CONSULTATION,
                practitioner=alice, start=at, end=at + HALF_HOUR, author=alice,
            )
            for one, hour in zip(patients, (9, 11), strict=True)
            for at in [to_utc(datetime.combine(day, time(hour)))]
        ]  # fmt: skip
        phones = []
        for visit in visits:
            made = links.make_for_appointment(alice, visit)
            phones.append(links.open_(made.token, visit.patient.birth_date, "192.0.2.1"))
        with clock.at_site(alice.site):
            start = visiting.free(visits[0])[0].start
        answers = desks(
            *(partial(visiting.move, links.patient_by(phone), phone, 1, start) for phone in phones)
        )
        refused = [one for one in answers if isinstance(one, AppointmentRefusedError)]
        assert len(refused) == 1, answers
        assert taking(lasting(start, HALF_HOUR)) == 1
        Appointment.objects.filter(pk__in=[one.pk for one in visits]).update(state="cancelled")


def test_of_two_phones_that_ask_for_an_appointment_at_once_one_waits(
    alice: User, desks: Callable[..., list[Any]]
) -> None:
    course = treated(alice)
    with after(50):
        phone = opened(link_to(alice, course))
        for n in range(RACES // 10):
            parts = (Wish.Part.MORNING, Wish.Part.AFTERNOON)
            answers = desks(
                *(
                    partial(
                        wishing.ask, links.patient_by(phone), phone,
                        wishing.Wished(Wish.Kind.ANOTHER, part, note=f"{n}"),
                    )
                    for part in parts
                )
            )  # fmt: skip
            refused = [one for one in answers if isinstance(one, wishing.WishChangedError)]
            assert len(refused) == 1, answers
            (standing,) = wishing.waiting(phone)
            wishing.withdraw(links.patient_by(phone), phone, standing.public_id)
