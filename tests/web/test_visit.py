"""An appointment on its patient's phone: they come, move it, give it up, or ask the reception."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django_tasks_db.models import DBTaskResult

from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.agenda import appointments
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.agenda.timetable import Slot
from dolenti.calendar.moments import Span, local_day
from dolenti.diary import gate as diary_gate
from dolenti.diary import links, stops, told, visiting, wishing
from dolenti.diary.answers import ClosedError
from dolenti.diary.links import LinkRefusedError, Made
from dolenti.diary.models import Alert, Link, Wish
from dolenti.diary.wishing import Wished, WishRefusedError
from dolenti.ledger.versions import StaleEditError, history
from dolenti.portal import door
from tests.people import enter
from tests.web.diary import BORN, NETWORK, after, awaited, history_link, link_to, treated
from tests.web.phones import Phone
from tests.web.world import (
    complaint_of,
    named,
    open_every_weekday,
    person,
    registered,
    secretary,
    sent,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=PARIS)
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(door, "HELD", 0.0)
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def made(alice: User) -> Made:
    """A link to a visit on Friday at ten."""
    open_every_weekday(alice.site)
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return links.make_for_appointment(alice, awaited(alice, named(complaint_of(alice)), days=4))


@pytest.fixture
def link(made: Made) -> Link:
    return links.open_(made.token, BORN, NETWORK)


@pytest.fixture
def phone(made: Made) -> Client:
    """A browser in which the link was opened."""
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    found.post(f"/s/{made.token}/device/", {"own": "yes"})
    return found


def visit_of(link: Link) -> Appointment:
    assert link.appointment_id is not None
    return Appointment.objects.get(pk=link.appointment_id)


def by(link: Link) -> Any:
    return links.patient_by(link)


class TestMoving:
    def test_six_times_at_most_of_the_same_person_and_length(self, link: Link) -> None:
        spans = visiting.free(visit_of(link))
        assert len(spans) == 6
        for span in spans:
            assert span.length == timedelta(minutes=30)
            assert span.start - MONDAY >= timedelta(hours=24)
        days = [span.start.astimezone(PARIS).date() for span in spans]
        assert len(set(days)) == 3

    @pytest.mark.parametrize("part", ["morning", "afternoon"])
    def test_the_times_are_of_the_half_day_that_the_patient_asked_for(
        self, phone: Client, link: Link, made: Made, part: str
    ) -> None:
        Wish.objects.create(
            patient=link.patient, appointment=link.appointment, start=visit_of(link).start,
            kind=Wish.Kind.MOVE, part=part,
        )  # fmt: skip
        hours = [one.start.astimezone(PARIS).hour for one in visiting.free(visit_of(link))]
        assert hours
        assert {hour < 12 for hour in hours} == {part == "morning"}
        page = phone.get(f"/s/{made.token}/visit/move/").content.decode()
        assert "ceux où vous avez dit pouvoir venir" in page

    def test_where_nothing_is_free_then_the_others_are_offered_and_it_is_said(
        self, phone: Client, link: Link, made: Made
    ) -> None:
        Wish.objects.create(
            patient=link.patient, appointment=link.appointment, start=visit_of(link).start,
            kind=Wish.Kind.MOVE, days=[6],
        )  # fmt: skip
        assert len(visiting.free(visit_of(link))) == 6
        page = phone.get(f"/s/{made.token}/visit/move/").content.decode()
        assert "Rien n’est libre quand vous avez dit pouvoir venir" in page

    def test_it_is_moved_once_by_the_patient_and_the_history_says_so(self, link: Link) -> None:
        start = visiting.free(visit_of(link))[0].start
        for _ in range(2):
            visiting.move(by(link), link, 1, start)
        found = visit_of(link)
        assert (found.start, found.version, found.reason) == (start, 2, visiting.REASON)
        assert [one.by for one in history(found)] == ["le patient"]
        entry = AuditEntry.objects.get(action="move-own-appointment")
        assert entry.role == "patient"

    def test_nobody_gets_a_time_that_was_taken_meanwhile_nor_learns_whose_it_is(
        self, alice: User, link: Link
    ) -> None:
        start = visiting.free(visit_of(link))[0].start
        other = awaited(alice, named(complaint_of(alice)))
        Appointment.objects.filter(pk=other.pk).update(
            start=start, end=start + timedelta(minutes=30)
        )
        with pytest.raises(AppointmentRefusedError, match="no longer free"):
            visiting.move(by(link), link, 1, start)
        assert visit_of(link).version == 1

    def test_a_time_that_is_not_offered_is_refused(self, link: Link) -> None:
        night = MONDAY.replace(hour=3) + timedelta(days=5)
        with pytest.raises(AppointmentRefusedError):
            visiting.move(by(link), link, 1, night)

    def test_what_the_reception_changed_meanwhile_is_not_overwritten(self, link: Link) -> None:
        start = visiting.free(visit_of(link))[0].start
        Appointment.objects.filter(pk=link.appointment_id).update(version=5)
        with pytest.raises(StaleEditError):
            visiting.move(by(link), link, 1, start)

    def test_a_session_is_moved_by_a_person(self, link: Link) -> None:
        Appointment.objects.filter(pk=link.appointment_id).update(kind="session")
        assert visiting.free(visit_of(link)) == []
        assert visiting.may_cancel(visit_of(link))


class TestGivingUp:
    def test_until_a_day_before_and_once(self, link: Link) -> None:
        visiting.cancel(by(link), link, 1)
        visiting.cancel(by(link), link, 1)
        found = visit_of(link)
        assert (found.state, found.reason, found.version) == ("cancelled", visiting.REASON, 2)

    def test_later_one_calls(self, link: Link) -> None:
        with time_machine.travel(MONDAY + timedelta(days=3, minutes=1)):
            assert not visiting.may_cancel(visit_of(link))
            with pytest.raises(AppointmentRefusedError, match="call us"):
                visiting.cancel(by(link), link, 1)
        assert visit_of(link).state == "planned"

    def test_only_by_its_own_patient_and_its_own_link(self, alice: User, link: Link) -> None:
        other = links.OtherActor(links.Kind.PATIENT, registered(alice).public_id, "", alice.site)
        for actor in (other, alice):
            with pytest.raises(NotAllowedError):
                visiting.cancel(actor, link, 1)
        history_of = history_link(alice)
        opened = links.open_(history_of.token, BORN, NETWORK)
        with pytest.raises(ClosedError):
            visiting.cancel(by(opened), opened, 1)
        assert visit_of(link).state == "planned"

    def test_a_link_ends_with_its_appointment(self, alice: User, link: Link) -> None:
        with (
            time_machine.travel(MONDAY + timedelta(days=4, hours=1)),
            pytest.raises(ClosedError),
        ):
            wishing.come(by(link), link, 1)
        Appointment.objects.filter(pk=link.appointment_id).update(state="done")
        with pytest.raises(LinkRefusedError):
            links.make_for_appointment(alice, visit_of(link))


class TestWishes:
    def test_coming_is_said_once_and_not_of_another_time(self, alice: User, link: Link) -> None:
        first = wishing.come(by(link), link, 1)
        assert wishing.come(by(link), link, 1) == first
        assert diary_gate.comes(alice, visit_of(link)) == first
        assert not diary_gate.wishes(alice).exists()  # nothing to settle
        visiting.move(by(link), link, 1, visiting.free(visit_of(link))[0].start)
        assert diary_gate.comes(alice, visit_of(link)) is None

    def test_a_wish_stands_on_the_page_of_the_reception_until_it_is_settled(
        self, alice: User, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        wished = Wished(Wish.Kind.MOVE, "morning", [0, 3], "plutôt tôt")
        for _ in range(2):
            wish = wishing.wish(by(link), link, wished, 1)
        assert Wish.objects.count() == 1
        desk = browser_of(secretary(alice))
        assert "demande d’un patient à traiter" in desk.get("/agenda/").content.decode()
        text = desk.get("/wishes/").content.decode()
        for word in ("lundi, jeudi", "plutôt tôt", "Matin"):
            assert word in text
        visit = f"/appointments/{wish.appointment.public_id}/"
        assert "Le patient demande une autre date" in desk.get(visit).content.decode()
        wishing.come(by(link), link, 1)
        day = f"/agenda/?day={local_day(wish.appointment.start)}"
        for place in (visit, day):
            told = desk.get(place).content.decode()
            assert "Le patient a confirmé" in told, place
            assert "Le patient demande une autre date" in told, "until somebody answered it"
        assert "lundi, jeudi" in desk.get(f"{visit}move/").content.decode()
        undone = desk.post(f"/wishes/{wish.public_id}/settle/")
        assert undone.status_code == 422, "the agenda has not changed"
        assert diary_gate.wishes(alice).exists()
        for _ in range(2):
            desk.post(f"/wishes/{wish.public_id}/settle/", {"answer": "Complet jusqu’au 12"})
        assert AuditEntry.objects.filter(action="settle-wish").count() == 1
        assert "Aucune demande en attente" in desk.get("/wishes/").content.decode()

    def test_a_word_of_health_in_a_wish_is_passed_on_by_the_reception_as_an_alert(
        self, alice: User, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        said = "J’ai de la fièvre, venez vite"
        wish = wishing.wish(by(link), link, Wished(Wish.Kind.CALL, note=said), 1)
        desk = browser_of(secretary(alice))
        for _ in range(2):
            assert desk.post(f"/wishes/{wish.public_id}/pass-on/").status_code == 302
        alert = Alert.objects.get()
        assert (alert.wish, alert.urgency, alert.owner) == (wish, "same-day", None)
        assert alert.due_at > alert.since
        assert not diary_gate.wishes(alice).exists()
        assert desk.get(f"/alerts/{alert.public_id}/").status_code == 403
        assert said in browser_of(alice).get(f"/alerts/{alert.public_id}/").content.decode()
        listed = browser_of(alice).get("/alerts/").content.decode()
        assert said in listed, "whoever may read an alert reads her words in the list"
        assert not told.for_letters([alert]), "what nobody has looked at is in no letter"
        jobs = DBTaskResult.objects.values("args_kwargs")
        assert any(alice.public_id in str(one) for one in jobs), "the doctor of the visit is told"

    def test_a_time_that_is_booked_settles_the_wish_and_leads_to_the_link(
        self, alice: User, browser_of: Callable[[User], Client]
    ) -> None:
        open_every_weekday(alice.site)
        course = treated(alice)
        with after(50):
            treatment = links.open_(link_to(alice, course).token, BORN, NETWORK)
            wishing.ask(by(treatment), treatment, Wished(Wish.Kind.ANOTHER, "morning", [0]))
            desk = browser_of(secretary(alice))
            book = f"/patients/{course.patient.public_id}/appointment/"
            told = desk.get(book).content.decode()
            assert "Demande du patient" in told
            assert "lundi" in told
            form = {
                "token": str(uuid.uuid4()), "kind": "consultation", "motive": "Contrôle",
                "practitioner": alice.public_id, "minutes": "30", "book": "1",
                "free": re.findall(r'name="free"\s+value="([^"]+)"', told)[0],
            }  # fmt: skip
            answer = desk.post(book, form)
            assert answer.status_code == 302, answer.content.decode()
            assert answer.headers["Location"].endswith("/phone/")
            assert not diary_gate.wishes(alice).exists()

    @pytest.mark.parametrize(
        "bad", [Wished(Wish.Kind.CALL, note="x" * 101), Wished(Wish.Kind.CALL, part="night")]
    )
    def test_a_wish_that_cannot_be_keeps_nothing(self, link: Link, bad: Wished) -> None:
        with pytest.raises(WishRefusedError):
            wishing.wish(by(link), link, bad, 1)
        assert not Wish.objects.exists()

    def test_another_site_sees_no_wish(self, chloe: User, link: Link) -> None:
        wishing.wish(by(link), link, Wished(Wish.Kind.CALL), 1)
        assert not diary_gate.wishes(chloe).exists()


class TestThePages:
    def test_when_and_where_and_no_word_of_health(self, phone: Client, made: Made) -> None:
        text = phone.get(f"/s/{made.token}/visit/").content.decode()
        assert "Vendredi 27 novembre 2026 à 10" in text
        for word in ("Lefèvre", "genou", "infiltration", "consultation"):
            assert word not in text
        file = phone.get(f"/s/{made.token}/calendar/").content.decode()
        assert "SUMMARY:Rendez-vous" in file
        assert "TRIGGER:-P1D" in file

    def test_it_is_moved_and_cancelled_by_the_pages(
        self, phone: Client, made: Made, link: Link
    ) -> None:
        place = f"/s/{made.token}/visit/"
        text = phone.get(f"{place}move/").content.decode()
        times = re.findall(r'name="start" value="([^"]+)"', text)
        assert len(times) == 6
        asked = phone.post(f"{place}move/", {"start": times[0], "based_on": "1"})
        assert "Déplacer votre rendez-vous au" in asked.content.decode()
        assert visit_of(made.link).version == 1, "one touch moves nothing"
        sure = {"start": times[0], "based_on": "1", "sure": "yes"}
        moved = phone.post(f"{place}move/", sure, follow=True)
        assert "Votre rendez-vous est déplacé" in moved.content.decode()
        stale = phone.post(f"{place}move/", {**sure, "start": times[1]})
        assert stale.status_code == 409
        nonsense = phone.post(f"{place}move/", {"start": "tomorrow", "based_on": "2"})
        assert nonsense.status_code == 422
        asked = phone.get(f"{place}cancel/").content.decode()
        assert "Annuler le rendez-vous du" in asked
        gone = phone.post(f"{place}cancel/", {"based_on": "2"}, follow=True)
        assert "Votre rendez-vous est annulé" in gone.content.decode()
        assert visit_of(link).state == "cancelled"

    def test_too_late_the_page_says_to_call(self, phone: Client, made: Made) -> None:
        with time_machine.travel(MONDAY + timedelta(days=3, hours=1)):
            again = Phone()
            again.post(f"/s/{made.token}/", BIRTH)
            text = again.get(f"/s/{made.token}/visit/").content.decode()
            assert "appelez-nous" in text
            assert 'href="tel:0123456789"' in text
            assert (
                again.post(f"/s/{made.token}/visit/cancel/", {"based_on": "1"}).status_code == 422
            )

    def test_a_wish_too_long_keeps_what_was_typed(self, phone: Client, made: Made) -> None:
        form = {
            "kind": "another", "part": "morning", "day": ["1"], "note": "x" * 101,
            "based_on": "1",
        }  # fmt: skip
        answer = phone.post(f"/s/{made.token}/visit/wish/", form)
        assert answer.status_code == 422
        assert "x" * 101 in answer.content.decode()
        form["note"] = "x" * 100
        told = phone.post(f"/s/{made.token}/visit/wish/", form, follow=True)
        assert "C’est noté" in told.content.decode()

    def test_a_link_opens_nothing_else(self, phone: Client, made: Made, alice: User) -> None:
        for place in ("answer/", "history/", "call/", "leaflet/", "consent/"):
            assert phone.get(f"/s/{made.token}/{place}").headers["Location"] == f"/s/{made.token}/"
        other = history_link(alice)
        home = Phone()
        home.post(f"/s/{other.token}/", BIRTH)
        for place in ("visit/", "visit/move/", "visit/cancel/", "visit/wish/"):
            assert home.get(f"/s/{other.token}/{place}").headers["Location"] == f"/s/{other.token}/"

    def test_the_reception_makes_the_link(
        self, alice: User, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        desk = browser_of(secretary(alice))
        address = f"/appointments/{visit_of(link).public_id}/phone/"
        text = desk.post(address, {"token": str(uuid.uuid4())}).content.decode()
        token = re.search(r"/s/([\w-]+)/", text)
        assert token is not None
        assert Phone().post(f"/s/{token[1]}/", BIRTH).status_code == 302
        Appointment.objects.filter(pk=link.appointment_id).update(state="cancelled")
        assert desk.post(address, {"token": str(uuid.uuid4())}).status_code == 422


class TestAsking:
    def test_an_appointment_is_asked_for_where_there_is_none(
        self, alice: User, client: Client
    ) -> None:
        """By a link of the treatment; the reception sees it, finds a time, and settles it."""
        bob = secretary(alice)
        course = treated(alice)
        with after(50):
            made = link_to(alice, course)
            browser = Phone()
            browser.post(f"/s/{made.token}/", BIRTH)
            browser.post(f"/s/{made.token}/device/", {"own": "yes"})
            to = f"/s/{made.token}/ask-visit/"
            assert (
                "Demander un rendez-vous"
                in browser.get(f"/s/{made.token}/answer/").content.decode()
            )
            asked = {"part": "morning", "day": ["0", "3"], "note": "plutôt tôt"}
            wrong = browser.post(to, {**asked, "part": "night"})
            assert (wrong.status_code, Wish.objects.count()) == (422, 0)
            for _ in range(2):
                assert "C’est noté" in browser.post(to, asked, follow=True).content.decode()
            wish = Wish.objects.get()
            assert (wish.kind, wish.appointment, wish.days) == ("another", None, [0, 3])
            enter(client, bob)
            page = client.get("/wishes/").content.decode()
            assert f"/patients/{course.patient.public_id}/appointment/" in page
            assert "plutôt tôt" in page
            wishing.settle(bob, wish, "Vu par téléphone")
            assert not diary_gate.wishes(bob).exists()
            stranger = person("Sven", Role.SECRETARY, Site.objects.create(name="South"))
            browser.post(to, asked)
            assert not diary_gate.wishes(stranger).exists()
            link = Link.objects.get(pk=made.link.pk)
            stops.stop(sent(alice), course.patient, "died", "")
            with pytest.raises(ClosedError):
                wishing.ask(by(link), link, Wished(Wish.Kind.ANOTHER))
        assert Wish.objects.count() == 2

    def test_by_a_link_to_an_appointment_it_is_asked_there(self, link: Link) -> None:
        with pytest.raises(ClosedError):
            wishing.ask(by(link), link, Wished(Wish.Kind.ANOTHER))


class TestAnOldPage:
    """What is pressed on a page is done to the appointment that it showed, or to none."""

    PRESSES: Any = (
        ("", {}),
        ("wish/", {"kind": "move", "part": "morning"}),
        ("wish/", {"kind": "call", "note": "le soir"}),
        ("wish/", {"kind": "another", "part": "any"}),
        ("move/", {"start": "2026-11-30T10:00:00+00:00"}),
        ("move/", {"start": "2026-11-30T10:00:00+00:00", "sure": "yes"}),
    )

    @pytest.mark.parametrize("ended", ["cancelled", "moved"])
    @pytest.mark.parametrize("place, sent", PRESSES)
    def test_it_is_refused_with_what_stands_now_and_nothing_is_stored(
        self, phone: Client, made: Made, alice: User, ended: str, place: str, sent: dict[str, str]
    ) -> None:
        found = visit_of(made.link)
        if ended == "cancelled":
            appointments.cancel(alice, found, 1, "Grippe")
        else:
            start = found.start + timedelta(days=3)
            slot = Slot(found.practitioner, None, Span(start, start + (found.end - found.start)))
            appointments.move(alice, found, 1, slot, "Grippe")
        answer = phone.post(f"/s/{made.token}/visit/{place}", {**sent, "based_on": "1"})
        text = answer.content.decode()
        assert answer.status_code in {409, 422}
        assert "nous vous attendons" not in text
        assert "Votre rendez-vous est annulé" in text if ended == "cancelled" else "30" in text
        assert not Wish.objects.exists()
        assert visit_of(made.link).version == 2

    def test_what_was_moved_is_not_given_up(self, phone: Client, made: Made) -> None:
        Appointment.objects.filter(pk=made.link.appointment_id).update(version=2)
        answer = phone.post(f"/s/{made.token}/visit/cancel/", {"based_on": "1"})
        assert answer.status_code == 409
        assert visit_of(made.link).state == "planned"

    def test_of_what_is_over_there_is_no_page_to_move_it(self, phone: Client, made: Made) -> None:
        Appointment.objects.filter(pk=made.link.appointment_id).update(state="cancelled")
        home = f"/s/{made.token}/visit/"
        for place in ("move/", "cancel/", "wish/?kind=move"):
            assert phone.get(home + place).headers["Location"] == home

    def test_that_they_come_stays_on_the_page(self, phone: Client, made: Made) -> None:
        home = f"/s/{made.token}/visit/"
        said = phone.post(home, {"based_on": "1"}, follow=True).content.decode()
        assert "nous vous attendons" in said
        again = phone.get(home).content.decode()
        assert "Vous avez confirmé votre venue" in again
        assert "Confirmer ma venue" not in again
        assert "Avec Alice" in again


def test_every_date_to_come_is_seen_and_goes_into_the_calendar(
    alice: User, phone: Client, link: Link, made: Made
) -> None:
    found = visit_of(link)
    other = Appointment.objects.get(pk=found.pk)
    other.pk, other.public_id = None, "anotherdate00001"
    other.start, other.end = found.start + timedelta(days=7), found.end + timedelta(days=7)
    other.save()
    text = phone.get(f"/s/{made.token}/visit/").content.decode()
    assert "Vos autres rendez-vous" in text
    file = phone.get(f"/s/{made.token}/calendar/").content.decode()
    assert file.count("BEGIN:VEVENT") == 2
    other.state = Appointment.State.CANCELLED
    other.save()
    assert "Vos autres rendez-vous" not in phone.get(f"/s/{made.token}/visit/").content.decode()
