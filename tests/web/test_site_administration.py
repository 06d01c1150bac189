"""The site as its administrator keeps it: details, rooms, hours, closures, fees."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import AuditEntry, Site, User
from dolenti.agenda import premises
from dolenti.agenda.models import Appointment, Closure, OpeningHours, Room
from dolenti.records.models import Complaint
from dolenti.treatment import quotations
from dolenti.treatment.models import Course, Fee
from tests.web.queries import MOST, own_queries
from tests.web.world import (
    THERAPY,
    administrator,
    appointment_of,
    clinic,
    open_every_weekday,
    workday,
)

HOSTILE = ["a\u202eb", "x" * 100_000]


@pytest.fixture
def rene(north: Site) -> User:
    return administrator(north, "Rene")


@pytest.fixture
def at_rene(rene: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(rene)


def send(browser: Client, address: str, /, *about: str, **fields: Any) -> Any:
    form = {"token": str(uuid.uuid4()), **fields}
    return browser.post(reverse(address, args=about), form)


def based_on(browser: Client, name: str, *about: str) -> str:
    form = browser.get(reverse(name, args=about)).context["form"]
    return str(form["based_on"].value())


def done(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


@pytest.fixture
def course(alice: User, knee: Complaint) -> Course:
    return clinic(alice).with_complaint(knee).course


# Details


def test_the_details_are_those_of_documents(at_rene: Client, north: Site) -> None:
    stamp = based_on(at_rene, "site")
    fields = {
        "name": "Clinique Nord", "address": "1, rue du Lac\n69003 Lyon", "phone": "0400",
        "emergency_number": "15 15",
        "time_zone": "Indian/Reunion",
        "equipped": ["infiltration", "mesotherapy"],
    }  # fmt: skip
    assert send(at_rene, "site", based_on=stamp, **fields).status_code == 302
    north.refresh_from_db()
    assert (north.name, north.phone) == ("Clinique Nord", "0400")
    assert north.time_zone == "Indian/Reunion"
    assert north.equipped.split(",") == ["mesotherapy", "infiltration"]
    assert north.address.splitlines() == ["1, rue du Lac", "69003 Lyon"]
    (line,) = done("change-site")
    assert line.detail == {
        "fields": [
            "address",
            "emergency_number",
            "equipped",
            "name",
            "phone",
            "time_zone",
        ]
    }
    send(at_rene, "site", based_on=based_on(at_rene, "site"), **fields)
    assert len(done("change-site")) == 1, "the same again is no change"


def test_details_that_someone_changed_meanwhile_are_shown_and_kept(
    at_rene: Client, north: Site
) -> None:
    stamp = based_on(at_rene, "site")
    Site.objects.filter(pk=north.pk).update(name="Clinique du Lac")
    said = {"name": "Clinique Nord", "time_zone": "Europe/Paris"}
    response = send(at_rene, "site", based_on=stamp, **said)
    assert response.status_code == 409
    text = response.content.decode()
    assert "Clinique du Lac" in text
    assert 'value="Clinique Nord"' in text
    north.refresh_from_db()
    assert north.name == "Clinique du Lac"
    again = str(response.context["form"]["based_on"].value())
    assert send(at_rene, "site", based_on=again, **said).status_code == 302


def test_the_clock_stays_while_an_appointment_is_ahead(
    at_rene: Client, alice: User, north: Site, course: Course
) -> None:
    planned = appointment_of(course)
    told = timezone.localtime(planned.start).time()
    fields = {"name": "Clinique Nord", "address": "", "phone": "", "time_zone": "Indian/Reunion"}
    refused = send(at_rene, "site", based_on=based_on(at_rene, "site"), **fields)
    assert refused.status_code == 422
    assert "1 rendez-vous à venir" in refused.content.decode()
    north.refresh_from_db()
    assert (north.name, north.time_zone) == ("North", "Europe/Paris"), "nothing by halves"
    assert timezone.localtime(appointment_of(course).start).time() == told
    here = {**fields, "time_zone": "Europe/Paris"}
    assert send(at_rene, "site", based_on=based_on(at_rene, "site"), **here).status_code == 302
    Appointment.objects.update(state=Appointment.State.CANCELLED)
    assert send(at_rene, "site", based_on=based_on(at_rene, "site"), **fields).status_code == 302


@pytest.mark.parametrize("name", ["", *HOSTILE])
def test_a_site_without_a_usable_name_is_refused(at_rene: Client, north: Site, name: str) -> None:
    response = send(at_rene, "site", based_on=based_on(at_rene, "site"), name=name)
    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    north.refresh_from_db()
    assert north.name == "North"


# Rooms


def test_a_room_is_added_renamed_closed_and_used_again(at_rene: Client) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        send(at_rene, "site-rooms", token=token, name="Salle 1")
    room = Room.objects.get()
    stamp = based_on(at_rene, "site-room", room.public_id)
    send(at_rene, "site-room", room.public_id, based_on=stamp, name="Salle bleue")
    send(at_rene, "site-room-close", room.public_id, closed="yes")
    room.refresh_from_db()
    assert (room.name, room.closed) == ("Salle bleue", True)
    send(at_rene, "site-room-close", room.public_id, closed="no")
    room.refresh_from_db()
    assert not room.closed
    assert [len(done(f"{what}-room")) for what in ("add", "rename", "close", "open")] == [1] * 4


@pytest.mark.parametrize("name", ["salle 1", "Salle 1"])
def test_two_rooms_have_two_names(at_rene: Client, north: Site, name: str) -> None:
    Room.objects.create(site=north, name="Salle 1")
    other = Room.objects.create(site=north, name="Salle 2")
    for address in (["site-rooms"], ["site-room", other.public_id]):
        response = send(at_rene, *address, name=name, based_on="1")
        assert response.status_code == 422
        assert "existe déjà" in response.content.decode()


def test_a_room_renamed_by_someone_else_meanwhile_is_a_conflict(
    at_rene: Client, north: Site
) -> None:
    room = Room.objects.create(site=north, name="Salle 1")
    stamp = based_on(at_rene, "site-room", room.public_id)
    premises.rename_room(administrator(north, "Sara"), room, room.version, "Salle rouge")
    typed = {"based_on": stamp, "name": "Salle bleue"}
    response = send(at_rene, "site-room", room.public_id, **typed)
    assert response.status_code == 409
    assert "Sara" in response.content.decode()
    assert "Salle rouge" in response.content.decode()
    chosen = {"against": "2", "conflicting": "name", "keep-name": "mine"}
    assert send(at_rene, "site-room", room.public_id, **typed, **chosen).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.version) == ("Salle bleue", 3)


def test_a_closed_room_says_how_many_sessions_are_left_in_it(
    at_rene: Client, course: Course
) -> None:
    room = Room.objects.create(site=course.site, name="Salle 1")
    Appointment.objects.filter(session__course=course).update(room=room)
    send(at_rene, "site-room-close", room.public_id, closed="yes")
    text = at_rene.get(reverse("site-rooms")).content.decode()
    assert "1 séance à venir dans cette salle" in text
    assert appointment_of(course).room == room, "none is moved silently"


# Opening hours


def test_a_week_is_typed_and_kept(at_rene: Client, north: Site) -> None:
    week = {"day_0": "9h-12h30, 14h-18h", "day_5": "9h-12h"}
    send(at_rene, "site-hours", based_on=based_on(at_rene, "site-hours"), **week)
    kept = [(row.weekday, f"{row.opens:%H:%M}", f"{row.closes:%H:%M}")
            for row in OpeningHours.objects.filter(site=north)]  # fmt: skip
    assert kept == [(0, "09:00", "12:30"), (0, "14:00", "18:00"), (5, "09:00", "12:00")]
    (line,) = done("change-hours")
    assert line.detail == {"weekdays": [0, 5]}
    page = at_rene.get(reverse("site-hours")).content.decode()
    assert "09:00-12:30, 14:00-18:00" in page


def test_what_is_no_time_is_said_beside_its_day_and_nothing_changes(
    at_rene: Client, north: Site
) -> None:
    open_every_weekday(north)
    before = OpeningHours.objects.count()
    stamp = based_on(at_rene, "site-hours")
    response = send(at_rene, "site-hours", based_on=stamp, day_0="9h-12h", day_2="tôt-tard")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"day_2"}
    assert 'value="tôt-tard"' in response.content.decode()
    assert OpeningHours.objects.count() == before


def test_hours_that_someone_changed_meanwhile_are_a_conflict(at_rene: Client, north: Site) -> None:
    stamp = based_on(at_rene, "site-hours")
    open_every_weekday(north)
    response = send(at_rene, "site-hours", based_on=stamp, day_0="9h-12h")
    assert response.status_code == 409
    assert "fermé" in response.content.decode()
    assert OpeningHours.objects.filter(site=north).count() > 1


# Closures


def closed(browser: Client, first: date, last: date, **fields: Any) -> Any:
    return send(browser, "site-closures", first=f"{first}", last=f"{last}", **fields)


def test_a_closure_lists_the_sessions_in_it_and_moves_none(at_rene: Client, course: Course) -> None:
    appointment = appointment_of(course)
    day = workday()
    response = closed(at_rene, day, day + timedelta(days=2), why="Travaux")
    closure = Closure.objects.get()
    assert response.headers["Location"] == reverse("site-closure", args=[closure.public_id])
    text = at_rene.get(reverse("site-closure", args=[closure.public_id])).content.decode()
    assert "1 séance tombe dans cette fermeture" in text
    assert "LEFÈVRE" in text
    assert "nfiltration" not in text, "of the health of who comes it says nothing"
    assert "1 séance à déplacer" in at_rene.get(reverse("site-closures")).content.decode()
    after = appointment_of(course)
    assert (after.start, after.state, after.version) == (
        appointment.start, appointment.state, appointment.version,
    )  # fmt: skip
    (line,) = done("add-closure")
    assert line.detail == {"first": f"{day}", "last": f"{day + timedelta(days=2)}"}


def test_a_session_that_was_cancelled_is_not_to_be_moved(at_rene: Client, course: Course) -> None:
    Appointment.objects.filter(session__course=course).update(state=Appointment.State.CANCELLED)
    closed(at_rene, workday(), workday())
    assert "Rien à déplacer" in at_rene.get(reverse("site-closures")).content.decode()


def test_a_closure_is_taken_back(at_rene: Client) -> None:
    day = timezone.localdate() + timedelta(days=9)
    closed(at_rene, day, day)
    send(at_rene, "site-closure-take-back", Closure.objects.get().public_id)
    assert not Closure.objects.exists()
    assert len(done("take-back-closure")) == 1


@pytest.mark.parametrize("first, last", [(5, 4), (-9, -8), (1, 400)])
def test_a_closure_of_impossible_days_is_refused_beside_its_last_day(
    at_rene: Client, first: int, last: int
) -> None:
    today = timezone.localdate()
    response = closed(at_rene, today + timedelta(days=first), today + timedelta(days=last))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"last"}
    assert not Closure.objects.exists()


# Fees


def test_a_changed_fee_is_a_new_one_and_quotations_begin_with_it(
    at_rene: Client, course: Course
) -> None:
    send(at_rene, "site-fees", therapy=THERAPY, label="Infiltration", cents="90")
    old = Fee.objects.get()
    send(at_rene, "site-fee", old.public_id, therapy=THERAPY, label="Infiltration", cents="95,50")
    old.refresh_from_db()
    assert (old.cents, old.ended_at is None) == (9000, False)
    assert [line.cents for line in quotations.usual_lines(course)] == [9550]
    (line,) = done("change-fee")
    assert line.detail == {"cents": 9550, "therapy": THERAPY, "instead_of": old.public_id}
    text = at_rene.get(reverse("site-fees")).content.decode()
    assert "95,50" in text
    assert "Tarifs retirés" in text


def test_a_price_typed_on_a_quotation_is_read(at_alice: Client, course: Course) -> None:
    line = {"label_1": "Infiltration", "count_1": "2", "price_1": "95,50"}
    assert send(at_alice, "quotation-new", course.public_id, **line).status_code == 302
    assert course.quotations.get().cents == 19100


def test_a_fee_that_was_changed_meanwhile_is_not_changed_twice(
    at_rene: Client, north: Site
) -> None:
    fee = Fee.objects.create(site=north, label="Acte", cents=9000, ended_at=timezone.now())
    response = send(at_rene, "site-fee", fee.public_id, label="Acte", cents="95")
    assert response.status_code == 409
    assert Fee.objects.count() == 1


def test_a_fee_is_no_longer_asked(at_rene: Client, north: Site) -> None:
    fee = Fee.objects.create(site=north, label="Acte", cents=9000)
    for _ in range(2):
        send(at_rene, "site-fee-end", fee.public_id)
    fee.refresh_from_db()
    assert fee.ended_at is not None
    assert len(done("end-fee")) == 1


@pytest.mark.parametrize(
    "fields, where",
    [
        ({"label": ""}, "label"),
        ({"cents": "dear"}, "cents"),
        ({"cents": ""}, "cents"),
        ({"cents": "999999"}, "cents"),
        ({"therapy": "leeches"}, "therapy"),
    ],
)
def test_a_fee_that_cannot_be_meant_is_refused_beside_its_field(
    at_rene: Client, fields: dict[str, str], where: str
) -> None:
    response = send(at_rene, "site-fees", **{"label": "Acte", "cents": "90", **fields})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {where}
    assert not Fee.objects.exists()


# Who and how


@pytest.mark.parametrize("name", ["site", "site-hours", "site-rooms", "site-closures", "site-fees"])
def test_a_page_asks_as_much_for_many_rows(
    name: str, at_rene: Client, rene: User, alice: User, knee: Complaint
) -> None:
    def asked() -> int:
        with own_queries() as found:
            assert at_rene.get(reverse(name)).status_code == 200
        assert len(found) <= MOST, found.own
        return len(found)

    def more(count: int) -> None:
        for _ in range(count):
            day = timezone.localdate() + timedelta(days=30)
            room = Room.objects.create(site=rene.site, name=uuid.uuid4().hex)
            Closure.objects.create(site=rene.site, first=day, last=day)
            Fee.objects.create(site=rene.site, label="Acte", cents=1)
            Appointment.objects.create(
                site=rene.site, patient=knee.patient, kind="consultation", practitioner=alice,
                room=room, start=timezone.now() + timedelta(days=30), author=alice,
                end=timezone.now() + timedelta(days=30, hours=1),
            )  # fmt: skip

    more(2)
    few = asked()
    more(10)
    assert asked() == few


def test_whoever_does_not_administer_is_given_nothing(alice: User, north: Site) -> None:
    Room.objects.create(site=north, name="Salle 1")
    closure = Closure.objects.create(site=north, first=workday(), last=workday())
    assert premises.rooms(alice) == []
    assert not premises.closures(alice, timezone.localdate()).exists()
    assert not premises.sessions_in(alice, closure).exists()
