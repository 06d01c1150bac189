"""Absences: written by whoever schedules; nobody is moved silently, nobody is booked within."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dolenti.access.models import AuditEntry, User
from dolenti.agenda import absences, timetable
from dolenti.agenda.models import Absence, Appointment
from dolenti.ledger.models import Revision
from dolenti.records.models import Patient
from tests.web.queries import MOST, own_queries
from tests.web.world import (
    AT_TEN,
    TUESDAY,
    at,
    colleague,
    crowd,
    open_every_weekday,
    registered,
    secretary,
    slot,
    visit,
)

pytestmark = pytest.mark.each

BrowserOf = Callable[[User], Client]
THURSDAY = TUESDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def ten_past_ten() -> Iterator[object]:
    with time_machine.travel(AT_TEN, tick=False) as clock:
        yield clock


@pytest.fixture
def zoe(alice: User) -> Patient:
    open_every_weekday(alice.site)
    return registered(alice)


def typed(who: User, **changes: str) -> dict[str, str]:
    return {
        "token": str(uuid.uuid4()),
        "person": who.public_id,
        "first": "2026-11-26",
        "start": "",
        "last": "2026-11-26",
        "until": "",
        **changes,
    }


def test_whole_days_run_from_midnight_to_midnight_in_paris(alice: User, at_alice: Client) -> None:
    at_alice.post(reverse("absences"), typed(alice, last="2026-11-27"))
    made = Absence.objects.get()
    assert (made.start, made.end) == (at(0, day=THURSDAY), at(0, day=THURSDAY + timedelta(days=2)))


@pytest.mark.parametrize("day,hours", [("2027-03-28", 23), ("2027-10-31", 25), ("2026-11-26", 24)])
def test_a_day_of_absence_is_as_long_as_its_night(
    alice: User, at_alice: Client, day: str, hours: int
) -> None:
    at_alice.post(reverse("absences"), typed(alice, first=day, last=day))
    made = Absence.objects.get()
    assert made.end - made.start == timedelta(hours=hours)


def test_an_hour_that_comes_twice_leaves_nobody_within(alice: User, at_alice: Client) -> None:
    night = {"first": "2027-10-31", "last": "2027-10-31", "start": "02:30", "until": "02:30"}
    at_alice.post(reverse("absences"), typed(alice, **night))
    made = Absence.objects.get()
    assert made.end - made.start == timedelta(hours=1)


def test_who_is_met_is_listed_to_be_moved_and_nobody_is_moved(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    met, free = visit(alice, zoe, at(10, day=THURSDAY)), visit(alice, zoe, at(10, day=TUESDAY))
    cancelled = visit(alice, zoe, at(15, day=THURSDAY), state="cancelled")
    response = at_alice.post(reverse("absences"), typed(alice))
    text = at_alice.get(response.headers["Location"]).content.decode()
    assert reverse("appointment-move", args=[met.public_id]) in text
    assert free.public_id not in text
    assert cancelled.public_id not in text
    met.refresh_from_db()
    assert (met.version, met.start) == (1, at(10, day=THURSDAY))
    assert "1 à déplacer" in at_alice.get(reverse("absences")).content.decode()


def test_moving_goes_back_to_the_absence(alice: User, zoe: Patient, at_alice: Client) -> None:
    met = visit(alice, zoe, at(10, day=THURSDAY))
    absence = Absence.objects.create(
        user=alice, start=at(9, day=THURSDAY), end=at(12, day=THURSDAY)
    )
    response = at_alice.post(
        reverse("appointment-move", args=[met.public_id]) + f"?from={absence.public_id}",
        {
            "token": str(uuid.uuid4()), "based_on": "1", "day": "2026-11-27", "at": "10:00",
            "minutes": "30", "practitioner": alice.public_id, "reason": "absence",
        },
    )  # fmt: skip
    text = at_alice.get(response.headers["Location"]).content.decode()
    back = reverse("absence", args=[absence.public_id])
    assert f'<a href="{back}">Retour</a>' in text
    assert "Aucun rendez-vous pendant cette absence" in at_alice.get(back).content.decode()


def test_nobody_is_booked_within_an_absence(alice: User, zoe: Patient) -> None:
    Absence.objects.create(user=alice, start=at(9, day=THURSDAY), end=at(12, day=THURSDAY))
    with pytest.raises(timetable.SlotRefusedError, match="is away"):
        timetable.insist(alice.site, zoe, [slot(alice, THURSDAY)])


def test_the_desk_writes_the_absence_of_a_practitioner(alice: User, browser_of: BrowserOf) -> None:
    browser = browser_of(secretary(alice))
    assert browser.post(reverse("absences"), typed(alice)).status_code == 302
    entry = AuditEntry.objects.get(action="add-absence")
    assert entry.detail == {"person": alice.public_id}


def test_a_form_sent_twice_is_one_absence(alice: User, at_alice: Client) -> None:
    data = typed(alice)
    places = [at_alice.post(reverse("absences"), data).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    "changes,said",
    [
        ({"first": "2026-11-20", "last": "2026-11-20"}, "déjà terminée"),
        ({"last": "2026-11-25"}, "la fin précède le début"),
        ({"start": "15:00", "until": "14:00"}, "la fin précède le début"),
        ({"last": "2036-11-26"}, "plus de deux ans"),
        ({"first": "2026-12-01", "last": "2026-12-02"}, "déjà une absence"),
        ({"first": "2027-03-28", "last": "2027-03-28", "start": "02:30"}, "n’existe pas"),
        ({"first": "demain"}, "Indiquez le jour"),
        ({"person": "0" * 16}, "0000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    alice: User, at_alice: Client, changes: dict[str, str], said: str
) -> None:
    second = TUESDAY + timedelta(days=8)
    Absence.objects.create(user=alice, start=at(8, day=second), end=at(12, day=second))
    response = at_alice.post(reverse("absences"), typed(alice, **changes))
    text = response.content.decode().replace("\u00a0", " ")
    assert response.status_code == 422
    assert said.lower() in text.lower()
    assert "field-wrong" in text
    assert Absence.objects.count() == 1


def test_ending_a_running_absence_gives_the_rest_of_it_back(alice: User, at_alice: Client) -> None:
    running = Absence.objects.create(user=alice, start=at(8), end=at(18))
    for _ in range(2):
        at_alice.post(reverse("absence-end", args=[running.public_id]))
    running.refresh_from_db()
    assert running.end == at(10, 10)
    assert Revision.objects.filter(kind="agenda.absence").count() == 1


def test_an_absence_to_come_is_taken_back_and_what_it_was_is_kept(
    alice: User, at_alice: Client
) -> None:
    coming = Absence.objects.create(user=alice, start=at(8, day=THURSDAY), end=at(9, day=THURSDAY))
    at_alice.post(reverse("absence-end", args=[coming.public_id]))
    assert not Absence.objects.exists()
    kept = Revision.objects.get(kind="agenda.absence")
    assert kept.before["start"] == at(8, day=THURSDAY).isoformat()
    assert kept.after == {}


def test_a_colleague_of_another_site_has_no_absence_here(
    alice: User, chloe: User, at_alice: Client, browser_of: BrowserOf
) -> None:
    theirs = Absence.objects.create(user=chloe, start=at(8, day=THURSDAY), end=at(9, day=THURSDAY))
    assert theirs.public_id not in at_alice.get(reverse("absences")).content.decode()
    for method in ("get", "post"):
        address = reverse("absence-end", args=[theirs.public_id])
        assert getattr(at_alice, method)(address).status_code == 404
    assert at_alice.post(reverse("absences"), typed(chloe)).status_code == 422
    assert not absences.of_site(User(role="auditor", site=alice.site)).exists()


def test_the_pages_ask_a_constant_number_of_questions(
    alice: User, zoe: Patient, at_alice: Client
) -> None:
    counts: list[int] = []
    for size in (1, 12):
        for number, patient in enumerate(crowd(alice, size)):
            person = colleague(alice, f"Doc{size}-{number}")
            day = THURSDAY + timedelta(days=7 * number + 100 * size)
            Absence.objects.create(user=person, start=at(8, day=day), end=at(19, day=day))
            visit(person, patient, at(10, day=day))
        with own_queries() as asked:
            at_alice.get(reverse("absences"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST, asked.own
    assert Appointment.objects.count() == 13
