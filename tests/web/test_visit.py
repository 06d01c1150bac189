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

from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.agenda.life import AppointmentRefusedError
from dolenti.agenda.models import Appointment
from dolenti.diary import gate as diary_gate
from dolenti.diary import links, visiting
from dolenti.diary.answers import ClosedError
from dolenti.diary.links import LinkRefusedError, Made
from dolenti.diary.models import Link, Wish
from dolenti.diary.visiting import Wished, WishRefusedError
from dolenti.ledger.versions import StaleEditError, history
from dolenti.portal import door
from tests.web.diary import BORN, NETWORK, awaited, history_link
from tests.web.world import complaint_of, named, open_every_weekday, registered, secretary

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
    found = Client()
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
            visiting.come(by(link), link)
        Appointment.objects.filter(pk=link.appointment_id).update(state="done")
        with pytest.raises(LinkRefusedError):
            links.make_for_appointment(alice, visit_of(link))


class TestWishes:
    def test_coming_is_said_once_and_not_of_another_time(self, alice: User, link: Link) -> None:
        first = visiting.come(by(link), link)
        assert visiting.come(by(link), link) == first
        assert diary_gate.comes(alice, visit_of(link)) == first
        assert not diary_gate.wishes(alice).exists()  # nothing to settle
        visiting.move(by(link), link, 1, visiting.free(visit_of(link))[0].start)
        assert diary_gate.comes(alice, visit_of(link)) is None

    def test_a_wish_stands_on_the_page_of_the_reception_until_it_is_settled(
        self, alice: User, link: Link, browser_of: Callable[[User], Client]
    ) -> None:
        wished = Wished(Wish.Kind.MOVE, "morning", [0, 3], "plutôt tôt")
        for _ in range(2):
            wish = visiting.wish(by(link), link, wished)
        assert Wish.objects.count() == 1
        desk = browser_of(secretary(alice))
        assert "demande d’un patient à traiter" in desk.get("/agenda/").content.decode()
        text = desk.get("/wishes/").content.decode()
        for word in ("lundi, jeudi", "plutôt tôt", "Matin"):
            assert word in text
        for _ in range(2):
            desk.post(f"/wishes/{wish.public_id}/settle/")
        assert AuditEntry.objects.filter(action="settle-wish").count() == 1
        assert "Aucune demande en attente" in desk.get("/wishes/").content.decode()

    @pytest.mark.parametrize(
        "bad", [Wished(Wish.Kind.CALL, note="x" * 101), Wished(Wish.Kind.CALL, part="night")]
    )
    def test_a_wish_that_cannot_be_keeps_nothing(self, link: Link, bad: Wished) -> None:
        with pytest.raises(WishRefusedError):
            visiting.wish(by(link), link, bad)
        assert not Wish.objects.exists()

    def test_another_site_sees_no_wish(self, chloe: User, link: Link) -> None:
        visiting.wish(by(link), link, Wished(Wish.Kind.CALL))
        assert not diary_gate.wishes(chloe).exists()


class TestThePages:
    def test_when_and_where_and_no_word_of_health(self, phone: Client, made: Made) -> None:
        text = phone.get(f"/s/{made.token}/visit/").content.decode()
        assert "Vendredi 27 novembre 2026 à 10" in text
        for word in ("Lefèvre", "genou", "infiltration", "Alice", "consultation"):
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
        moved = phone.post(f"{place}move/", {"start": times[0], "based_on": "1"}, follow=True)
        assert "Votre rendez-vous est déplacé" in moved.content.decode()
        stale = phone.post(f"{place}move/", {"start": times[1], "based_on": "1"})
        assert stale.status_code == 409
        nonsense = phone.post(f"{place}move/", {"start": "tomorrow", "based_on": "x"})
        assert nonsense.status_code == 422
        asked = phone.get(f"{place}cancel/").content.decode()
        assert "Annuler le rendez-vous du" in asked
        gone = phone.post(f"{place}cancel/", {"based_on": "2"}, follow=True)
        assert "Votre rendez-vous est annulé" in gone.content.decode()
        assert visit_of(link).state == "cancelled"

    def test_too_late_the_page_says_to_call(self, phone: Client, made: Made) -> None:
        with time_machine.travel(MONDAY + timedelta(days=3, hours=1)):
            again = Client()
            again.post(f"/s/{made.token}/", BIRTH)
            text = again.get(f"/s/{made.token}/visit/").content.decode()
            assert "appelez-nous" in text
            assert 'href="tel:0123456789"' in text
            assert (
                again.post(f"/s/{made.token}/visit/cancel/", {"based_on": "1"}).status_code == 422
            )

    def test_a_wish_too_long_keeps_what_was_typed(self, phone: Client, made: Made) -> None:
        form = {"kind": "another", "part": "morning", "day": ["1"], "note": "x" * 101}
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
        home = Client()
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
        assert Client().post(f"/s/{token[1]}/", BIRTH).status_code == 302
        Appointment.objects.filter(pk=link.appointment_id).update(state="cancelled")
        assert desk.post(address, {"token": str(uuid.uuid4())}).status_code == 422
