"""Adverse events: noted at a session and signed, told later, told anew, in error; the report; and
the alarm of two infections with one lot."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access import clock
from dolenti.access.models import AuditEntry, User
from dolenti.access.roles import Role
from dolenti.access.writing import NotAllowedError
from dolenti.clinic.common.request import words
from dolenti.clinic.safety.report import Reporter
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.identity.names import key
from dolenti.ledger import versions
from dolenti.safety import alarms, events, gate, reports, shared
from dolenti.safety.events import Told
from dolenti.safety.models import AdverseEvent, Alarm, Report
from dolenti.stock.models import Lot
from dolenti.treatment import given, recording
from dolenti.treatment.content import Event, Happened
from dolenti.treatment.models import Session, SessionRecord
from tests.people import enter
from tests.web import room as make
from tests.web.world import PAUL, clinic, person, registered, room, sent

pytestmark = pytest.mark.django_db
A_DAY = date(2026, 1, 2)
FAINT = (Event(event="vagal-faint"),)


def session_of(user: User) -> Session:
    session: Session = clinic(user).with_course().session
    return session


def infected(user: User, lot: Lot, grade: int | None = 3) -> AdverseEvent:
    """A patient whose skin is infected after a session with this lot."""
    session = session_of(user)
    make.drawn_up(user, session, lot=lot)
    make.signed_off(user, session)
    told = Told("skin-infection", clock.today(), grade)
    return events.tell(sent(user), session.course.patient, session, told)


def test_what_was_noted_at_a_session_stands_as_an_event_once_it_is_signed(alice: User) -> None:
    session = session_of(alice)
    make.signed_off(alice, session, events=FAINT)
    (event,) = AdverseEvent.objects.all()
    assert (event.event, event.from_record, event.grade) == ("vagal-faint", True, None)
    assert event.session == session
    assert event.patient == session.course.patient
    assert list(gate.to_complete(alice)) == [event]


def test_an_amendment_that_no_longer_says_it_takes_it_out_and_keeps_it(alice: User) -> None:
    session = session_of(alice)
    signed = make.signed_off(alice, session, events=FAINT)
    again = given.amend(sent(alice), signed, "Ce n’était pas un malaise")
    happened = Happened(pain_before=6, pain_after=3, events=(), **make.SEEN_TO)
    recording.happen(sent(alice), session, again.version, happened, sign=True)
    event = AdverseEvent.objects.get()
    assert event.in_error
    assert versions.history(event)[-1].reason == "Ce n’était pas un malaise"


def test_the_lots_of_an_event_are_those_of_its_session(alice: User) -> None:
    lot = make.lot_of(alice)
    (act,) = shared.acts([infected(alice, lot)])
    assert act.lots == {lot.public_id}


def test_an_event_is_told_anew_as_another_version_with_its_reason(alice: User, bob: User) -> None:
    patient = session_of(alice).course.patient
    told = Told("skin-infection", clock.today())
    event = events.tell(sent(bob), patient, None, told)
    graded = events.tell_anew(sent(bob), event, event.version, replace(told, grade=2), "")
    with pytest.raises(events.EventRefusedError):
        events.tell_anew(sent(bob), graded, graded.version, replace(told, grade=3), "")
    worse = events.tell_anew(sent(bob), graded, graded.version, replace(told, grade=3), "Abcès")
    assert worse.grade == 3
    assert [one.after["grade"] for one in versions.history(worse)] == [2, 3]


def test_what_was_told_before_stands_in_words(alice: User) -> None:
    patient = session_of(alice).course.patient
    told = Told("skin-infection", A_DAY, room=room(alice))
    event = events.tell(sent(alice), patient, None, told)
    over = replace(told, grade=2, outcome="recovered", ended=A_DAY, room=None)
    events.tell_anew(sent(alice), event, event.version, over, "")
    client = Client()
    enter(client, alice)
    page = " ".join(client.get(f"/events/{event.public_id}/").content.decode().split())
    assert "<del>Issue non connue</del> → <ins>Guérison</ins>" in page
    assert "<ins>2 janvier 2026</ins>" in page
    assert "<del>Salle 1</del> → <ins>–</ins>" in page


@pytest.mark.parametrize(
    "told",
    [
        Told("no-such-event", A_DAY),
        Told("staff-blood-exposure", A_DAY),
        Told("skin-infection", A_DAY, grade=6),
        Told("skin-infection", date(2999, 1, 1)),
        Told("skin-infection", A_DAY, ended=A_DAY - timedelta(days=1)),
        Told("skin-infection", A_DAY, ended=A_DAY),
        Told("skin-infection", A_DAY, circumstances={"the-moon": True}),
    ],
)
def test_what_cannot_be_is_refused(alice: User, told: Told) -> None:
    patient = session_of(alice).course.patient
    with pytest.raises(InputError):
        events.tell(sent(alice), patient, None, told)


def test_the_session_of_another_patient_is_refused(alice: User) -> None:
    session = session_of(alice)
    told, other = Told("skin-infection", clock.today()), registered(alice, PAUL)
    with pytest.raises(events.EventRefusedError):
        events.tell(sent(alice), other, session, told)


def test_two_infections_after_one_lot_raise_an_alarm(alice: User) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot)
    assert not Alarm.objects.filter(shares="lot").exists()
    infected(alice, lot)
    alarm = Alarm.objects.get(shares="lot")
    assert (alarm.name, alarm.owner, alarm.state) == (lot.public_id, alice, "raised")
    assert alarm.cases.count() == 2
    infected(alice, lot)
    assert Alarm.objects.filter(shares="lot").count() == 1
    assert alarm.cases.count() == 3


def test_an_ungraded_infection_counts_and_a_light_one_does_not(alice: User) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot, grade=1)
    infected(alice, lot, grade=None)
    assert not Alarm.objects.filter(shares="lot").exists()
    infected(alice, lot, grade=None)
    assert Alarm.objects.filter(shares="lot").exists()


def test_one_mycobacterium_is_enough(alice: User) -> None:
    patient = session_of(alice).course.patient
    event = events.tell(sent(alice), patient, None, Told("mycobacterial-infection", clock.today()))
    assert Alarm.objects.get().name == event.public_id


def test_no_alarm_ends_silently(alice: User, bob: User) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot)
    first = infected(alice, lot)
    alarm = Alarm.objects.get(shares="lot")
    with pytest.raises(alarms.AlarmRefusedError):
        alarms.end(alice, alarm, alarm.version, " ")
    with pytest.raises(NotAllowedError):
        alarms.end(bob, alarm, alarm.version, "Rien de commun en fait")
    events.in_error(alice, first, first.version, "Mauvais patient")
    alarm.refresh_from_db()
    assert alarm.state == "raised"  # an event that falls away does not end it
    ended = alarms.end(alice, alarm, alarm.version, "Cultures négatives, lot rendu")
    assert (ended.ended_by, ended.reason) == (alice, "Cultures négatives, lot rendu")
    with pytest.raises(DatabaseError), transaction.atomic():
        Alarm.objects.filter(pk=ended.pk).update(reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Alarm.objects.filter(pk=ended.pk).delete()
    assert AuditEntry.objects.filter(action="end-alarm").exists()


def test_events_that_were_looked_into_raise_no_second_alarm_and_a_new_one_does(
    alice: User,
) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot)
    infected(alice, lot)
    alarm = Alarm.objects.get(shares="lot")
    alarms.end(alice, alarm, alarm.version, "Deux causes différentes")
    patient = session_of(alice).course.patient
    events.tell(sent(alice), patient, None, Told("vagal-faint", clock.today()))
    assert not Alarm.objects.filter(shares="lot", state="raised").exists()
    infected(alice, lot)
    assert Alarm.objects.filter(shares="lot", state="raised").count() == 1


def test_the_alarm_stands_on_the_home_page_of_practitioner_and_administrator_and_on_the_lot(
    alice: User, bob: User
) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot)
    infected(alice, lot)
    admin = person("Dora", Role.ADMINISTRATOR, alice.site)
    for user, address in ((alice, "/"), (admin, "/"), (bob, reverse("lot", args=[lot.public_id]))):
        client = Client()
        enter(client, user)
        assert "lerte" in client.get(address).content.decode(), (user, address)


def test_the_administrator_sees_the_alarm_and_no_patient(alice: User) -> None:
    lot = make.lot_of(alice)
    event = infected(alice, lot)
    infected(alice, lot)
    admin = person("Dora", Role.ADMINISTRATOR, alice.site)
    client = Client()
    enter(client, admin)
    alarm = Alarm.objects.get(shares="lot")
    page = client.get(f"/alarms/{alarm.public_id}/").content.decode()
    assert event.public_id not in page
    assert "2 événements de patients dont le dossier ne vous est pas ouvert" in page


def test_an_alarm_of_another_site_is_not_there(alice: User, chloe: User) -> None:
    lot = make.lot_of(alice)
    infected(alice, lot)
    infected(alice, lot)
    client = Client()
    enter(client, chloe)
    alarm = Alarm.objects.get(shares="lot")
    assert client.get(f"/alarms/{alarm.public_id}/").status_code == 404


def test_the_report_is_filled_in_and_names_what_is_blank(alice: User) -> None:
    event = infected(alice, make.lot_of(alice))
    client = Client()
    enter(client, alice)
    answer = client.get(reverse("event-report", args=[event.public_id, "infectiovigilance"]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert (
        client.get(reverse("event-report", args=[event.public_id, "no-route"])).status_code == 404
    )


def test_the_page_of_an_event_proposes_its_routes_and_asks_what_decides(alice: User) -> None:
    event = infected(alice, make.lot_of(alice), grade=None)
    client = Client()
    enter(client, alice)
    page = client.get(f"/events/{event.public_id}/").content.decode()
    assert "Peut-être à faire" in page
    definition = events.definition("skin-infection")
    assert definition is not None
    assert set(guided.asked(definition)) == {"linked-cases", "lot-suspected"}


def test_a_record_that_is_only_delivered_makes_no_event_yet(alice: User) -> None:
    session = session_of(alice)
    record: SessionRecord = make.given_in(alice, session)
    recording.happen(sent(alice), session, record.version, Happened(events=FAINT))
    assert not AdverseEvent.objects.exists()


# --- What two sessions share, and what the report says of it -------------------------------------


def infected_by(user: User, device: str, **settings: str) -> AdverseEvent:
    """A skin infected after a session, not signed yet, by a device of these numbers."""
    session = session_of(user)
    make.given_in(user, session)
    record = SessionRecord.objects.get(session=session)
    record.injected = record.injected | {"device": device, "needle": "n4-27"}
    record.preparation = record.preparation | {"fluid": "saline", "fluid_ml": "2"}
    record.points = {"edition": "x", "points": [], "settings": settings}
    record.save()
    told = Told("skin-infection", clock.today(), 3)
    return events.tell(sent(user), session.course.patient, session, told)


def test_two_infections_by_hand_share_no_device_and_two_by_one_injector_do(alice: User) -> None:
    hand = infected_by(alice, "by-hand")
    injector = infected_by(alice, "electronic-injector", device_serial="SN 7")
    assert [one.shared["device"] for one in shared.acts([hand, injector])] == [
        frozenset(), frozenset({key("SN 7")}),
    ]  # fmt: skip


def test_a_report_says_in_words_what_the_record_keeps_by_its_name(alice: User) -> None:
    event = infected_by(alice, "by-hand")
    (act,) = shared.acts([event])
    reporter = Reporter(alice, event, act, words())
    fields = reporter.fields(events.content().routes[0].id)
    said = " ".join(line for one in fields for line in one.lines)
    for raw in ("n4-27", "saline", "by-hand"):
        assert raw not in said


def test_a_report_of_a_medicine_is_in_the_order_of_the_national_form(alice: User) -> None:
    """Each field of the form stands there: filled in where it is known, else named as blank."""
    event = infected_by(alice, "by-hand")
    (act,) = shared.acts([event])
    fields = Reporter(alice, event, act, words()).fields("pharmacovigilance")
    (order,) = events.content().report_fields.orders
    known = {one.id: one.label.fr for one in events.content().report_fields.fields}
    labels = [one.label for one in fields]
    assert labels[: len(order.asks)] == [known[name] for name in order.asks]
    assert len(labels) == len(set(labels))
    filled = {one.label for one in fields if one.lines}
    for name in ("patient", "newborn", "reporter", "products", "given-and-dispensed", "event"):
        assert known[name] in filled, name
    for name in ("centre", "biological-lots", "labile-blood"):
        assert known[name] not in filled, name


def test_of_somebody_whose_birth_nobody_knows_the_newborn_is_asked(alice: User) -> None:
    event = infected_by(alice, "by-hand")
    event.patient.birth_date = None
    (act,) = shared.acts([event])
    fields = Reporter(alice, event, act, words()).fields("pharmacovigilance")
    (newborn,) = [one for one in fields if one.label.startswith("Nouveau-né")]
    assert newborn.lines == ()


def test_no_other_report_asks_what_the_form_of_a_medicine_asks(alice: User) -> None:
    of = events.content().report_fields.of_route
    assert {one.id for one in of("materiovigilance")}.isdisjoint({"centre", "newborn"})


def test_a_report_says_what_a_declaration_asks_of_the_act(alice: User) -> None:
    """By what way and where it was given, whether it is serious, what was measured, whether the
    product was given before; what nobody said is named as blank."""
    event = infected_by(alice, "by-hand")
    event.circumstances, event.serious = {"lot-suspected": True}, True
    (act,) = shared.acts([event])
    fields = {one.label: one for one in Reporter(alice, event, act, words()).fields("ansm-drug")}
    said = " ".join(line for one in fields.values() for line in one.lines).replace("\u00a0", " ")
    for known in ("Genou", "grave, au sens de la loi", "Oui", "déjà administré ici 0 jour"):
        assert known in said
    (again,) = [one for name, one in fields.items() if "reprise" in name]
    assert "effet de l’arrêt" in again.missing
    event.serious = None
    fields = {one.label: one for one in Reporter(alice, event, act, words()).fields("ansm-drug")}
    assert any("grave ou non" in one.missing for one in fields.values())


# --- What is due, until it was sent --------------------------------------------------------------


def grave(user: User, event: str = "vagal-faint", grade: int | None = 4) -> AdverseEvent:
    """An event of a session that is a serious care-related event by its grade."""
    session = session_of(user)
    make.signed_off(user, session, events=(Event(event=event, treated="Jambes levées"),))
    (told,) = AdverseEvent.objects.filter(session=session)
    said = Told(event, told.began, grade, serious=True, treated=told.treated)
    return events.tell_anew(sent(user), told, told.version, said, "")


def text_of(browser: Client, address: str) -> str:
    """The words of a page."""
    html = browser.get(address).content.decode().replace("\u00a0", " ")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" :", ":")


def eigs(event: AdverseEvent) -> dict[str, Report]:
    return {one.part: one for one in Report.objects.filter(event=event, route="eigs", stands=True)}


def test_a_grave_event_waits_on_the_first_page_until_its_report_was_sent(
    alice: User, bob: User, browser_of: Callable[[User], Client]
) -> None:
    """Nothing said when the national form was due, and whether anybody had sent it."""
    event = grave(alice)
    due = eigs(event)
    assert (due["first"].at_once, due["first"].due_at) == (True, event.noticed_at)
    assert (due["second"].at_once, due["second"].due_at > event.noticed_at) == (False, True)
    browser = browser_of(alice)
    assert "déclarations d’événements indésirables à transmettre" in text_of(browser, "/agenda/")
    listed = text_of(browser, reverse("events"))
    assert "Événement indésirable grave associé aux soins: Premier volet" in listed
    assert "à transmettre sans délai, non transmise depuis le" in listed
    assert "À transmettre par Alice" in listed
    page = reverse("report-sent", args=[due["first"].public_id])
    said = {"day": clock.today().isoformat(), "by": "Dr Alice", "reference": "A-17"}
    answer = browser.post(page, {"token": str(uuid.uuid4()), "based_on": 1, **said})
    assert answer.status_code == 302
    first = Report.objects.get(pk=due["first"].pk)
    assert (first.sent_on, first.sent_by, first.reference) == (clock.today(), "Dr Alice", "A-17")
    assert first.author == alice
    shown = text_of(browser, reverse("event", args=[event.public_id]))
    assert "par Dr Alice, référence A-17" in shown
    listed = text_of(browser, reverse("events"))
    assert "Premier volet" not in listed
    assert "Deuxième volet" in listed


def test_a_report_past_its_day_is_late_and_one_without_delay_says_since_when(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    due = eigs(grave(alice))
    long_ago = timezone.now() - timedelta(days=1)
    Report.objects.update(due_at=long_ago)
    listed = text_of(browser_of(alice), reverse("events"))
    assert "en retard: à transmettre au plus tard le" in listed
    assert "non transmise depuis le" in listed
    assert set(due) == {"first", "second"}


@pytest.mark.parametrize("grade", [None, 1, 3])
def test_what_no_text_asks_for_is_not_due(alice: User, grade: int | None) -> None:
    """Neither what may be due, nor a limit of the house, is a deadline."""
    event = grave(alice, grade=grade)
    assert eigs(event) == {}
    assert not Report.objects.exists()


def test_what_is_due_follows_what_is_known_and_what_was_sent_stays(alice: User) -> None:
    event = grave(alice)
    first = eigs(event)["first"]
    reports.send(alice, first, 1, reports.Sent(clock.today(), "Alice"))
    milder = Told(event.event, event.began, 1, serious=False)
    event = events.tell_anew(sent(alice), event, event.version, milder, "Regraded")
    assert not eigs(event)
    assert not gate.to_send(alice).exists()
    assert [one.pk for one in gate.reports_of(event)] == [first.pk]
    worse = replace(milder, grade=4)
    event = events.tell_anew(sent(alice), event, event.version, worse, "Graded as seen")
    assert [one.part for one in gate.to_send(alice).filter(route="eigs")] == ["second"]
    events.in_error(alice, event, event.version, "Another patient.")
    assert not gate.to_send(alice).exists()


def test_who_sent_it_is_said_and_a_correction_says_why(alice: User, ada: User) -> None:
    event = grave(alice)
    first = eigs(event)["first"]
    with pytest.raises(InputError, match="who sent it"):
        reports.send(alice, first, 1, reports.Sent(clock.today(), " "))
    with pytest.raises(InputError, match="to come"):
        reports.send(alice, first, 1, reports.Sent(clock.today() + timedelta(days=1), "Alice"))
    with pytest.raises(InputError, match="began after"):
        reports.send(alice, first, 1, reports.Sent(event.began - timedelta(days=1), "Alice"))
    with pytest.raises(NotAllowedError):
        reports.send(ada, first, 1, reports.Sent(clock.today(), "Ada"))
    said = reports.send(alice, first, 1, reports.Sent(clock.today(), "Alice"))
    with pytest.raises(InputError, match="corrected"):
        reports.send(alice, said, said.version, reports.Sent(clock.today(), "Bob"))
    said = reports.send(alice, said, said.version, reports.Sent(clock.today(), "Bob"), "It was Bob")
    assert [one.reason for one in versions.history(said)] == ["", "It was Bob"]


def test_the_form_says_which_of_what_was_given_is_off_label(alice: User) -> None:
    session = session_of(alice)
    make.drawn_up(alice, session)
    make.signed_off(alice, session, events=FAINT)
    (event,) = AdverseEvent.objects.all()
    act, _known = reports.known_of(event)
    fields = Reporter(alice, event, act, words()).fields("eigs")
    given_line = next(one for one in fields if one.label.startswith(("Chaque produit", "Each")))
    whole = " ".join((*given_line.lines, given_line.missing))
    assert "Méthylprednisolone 40 mg/mL" in whole
    assert "hors AMM" in whole or "off label" in whole
